# Every target does its own set-up: Python 3.10 or newer and make are all it takes.
#
#   make test PYTHON=python3.12     another Python (after `make clean`, if .venv exists)
#   make test ARGS="-k query -x"    arguments for pytest
#   make test ARGS="-n 0"           in one process, as a debugger needs it

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP_INSTALL := -m pip --quiet --quiet --disable-pip-version-check install

# A file's tests stay in one process, as do the tables that they share.
PARALLEL := --numprocesses auto --maxprocesses 8 --dist loadfile

# What is set up for the tests will do for the tour; the tour alone needs less.
TOUR_VENV := $(if $(wildcard $(STAMP)),$(VENV),.cache/quickstart-venv)
TOUR_STAMP := $(TOUR_VENV)/.installed

BENCH_VENV := .cache/bench-venv
BENCH_STAMP := $(BENCH_VENV)/.installed

DOCS_VENV := .cache/docs-venv
DOCS_STAMP := $(DOCS_VENV)/.installed
DOCS_PATH := PATH="$(CURDIR)/$(DOCS_VENV)/bin:$$PATH"

# One library that is measured needs Python 3.12; without it, the rest is measured.
PYTHON_OF_CROWDS ?= python3.12
CROWDS_VENV := .cache/bench-async-venv
CROWDS_STAMP := $(CROWDS_VENV)/.installed

UV_VERSION := 0.13.9
UV := .cache/uv-$(UV_VERSION)/bin/uv

.DEFAULT_GOAL := help
.PHONY: help quickstart test test-fast coverage explore generate lint types docs docs-serve docs-version \
	docs-test bench lock release dynamodb-local clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1#/p' Makefile | awk -F'#' '{ printf "  make %-15s %s\n", $$1, $$2 }'

quickstart: $(TOUR_STAMP) ## run examples/quickstart.py
	@PYTHONPATH=src $(TOUR_VENV)/bin/python examples/quickstart.py

test: $(STAMP) ## run the test suite (on AWS_ENDPOINT_URL_DYNAMODB if that is set, else on moto)
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

test-fast: $(STAMP) ## run what needs no engine and no other process: most of the coverage, in seconds
	@$(BIN)/python -m pytest -m "not slow" $(ARGS)

coverage: $(STAMP) ## run the test suite; fail if a line of the package is run by no test
	@$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=term --cov-fail-under=100 $(ARGS)

SEED = $(shell $(BIN)/python -c 'import random; print(random.randrange(10**6) * 10**4)')

explore: export HYPOTHESIS_PROFILE = explore
explore: $(STAMP) ## try 2,000 new examples of each property, and 2,000 new models (minutes; SEED=n repeats)
	@seed=$(SEED); echo "SEED=$$seed"; \
	$(BIN)/python -m pytest $(PARALLEL) --hypothesis-seed $$seed -m hypothesis tests/unit $(ARGS); first=$$?; \
	$(BIN)/python -m pytest $(PARALLEL) --hypothesis-seed $$seed tests/unit/codec/test_random_models.py \
		tests/integration/test_random_models.py $(ARGS) && exit $$first

generate: $(STAMP) ## write the synchronous models from the asynchronous ones
	@$(BIN)/python scripts/generate_sync.py

lint: $(STAMP) ## check style, types, and that the generated modules are as they are generated
	$(BIN)/python scripts/generate_sync.py --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

types: $(STAMP) $(UV) ## run six type checkers, in two versions and two modes each, on typing_tests/cases and the documentation
	@UV=$(UV) UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true $(BIN)/python typing_tests/run.py $(ARGS)

docs: $(DOCS_STAMP) ## build the documentation site in .cache/site/public, strictly, and check all of it
	@$(DOCS_PATH) python scripts/build_site.py

docs-serve: $(DOCS_STAMP) ## show the site on http://127.0.0.1:8000 while you write
	@SITE_URL=http://127.0.0.1:8000/ $(DOCS_PATH) python scripts/build_site.py --serve 127.0.0.1:8000

docs-version: $(DOCS_STAMP) ## build the site of VERSION=0.1 into INTO=FOLDER, beside the other versions (SITE_URL: of all)
	@$(DOCS_PATH) python scripts/build_site.py --version "$(VERSION)" --into "$(INTO)"

docs-test: $(DOCS_STAMP) ## test the checks of the site, and drive the built site in Chromium (Debian: apt-get install chromium)
	@$(DOCS_PATH) python -m pytest --confcutdir=tests/site -o pythonpath=tests/site -p no:cacheprovider tests/site $(ARGS)

bench: $(BENCH_STAMP) $(CROWDS_STAMP) ## measure beside other libraries, on Python 3.11 or newer: docs/performance.md
	@$(BENCH_VENV)/bin/python -m benchmarks.run $(ARGS)

COMPILE := $(UV) pip compile pyproject.toml --universal --python-version 3.10 --upgrade --system-certs \
	--generate-hashes --no-annotate --custom-compile-command "make lock" --quiet

lock: $(UV) ## write the requirements-*.lock files anew, with the newest versions
	@$(COMPILE) --group dev --output-file requirements-dev.lock
	@$(COMPILE) --group quickstart --constraint requirements-dev.lock --output-file requirements-quickstart.lock
	@$(subst pyproject.toml,,$(subst 3.10,3.11,$(COMPILE))) --group docs --output-file requirements-docs.lock

release: $(STAMP) $(UV) ## dry run of a release: check, build, compare, and say what remains
	@$(BIN)/python scripts/release.py $(UV) --dry-run

dynamodb-local: $(STAMP) ## run DynamoDB Local on port 8000 until Ctrl-C (needs Java and npm)
	@$(BIN)/python scripts/dynamodb_local.py serve

clean: ## remove everything that make, the tests and the tools made
	rm -rf $(VENV) .cache build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Make the virtual environment $(1), from nothing.
define new_venv
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	echo 'pydamodb needs Python 3.10 or newer, and "$(PYTHON)" is not:' \
		'name one, as in "make test PYTHON=python3.12".' >&2; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo '"$(PYTHON)" comes without the venv module: install it' \
		'(on Debian and Ubuntu: apt-get install python3-venv).' >&2; exit 1; }; \
echo 'Setting up $(1) ...'; \
$(PYTHON) -m venv --clear $(1)
endef

# A missing stamp means no virtual environment, or a half-made one: begin from nothing.
$(STAMP): pyproject.toml requirements-dev.lock
	@test -f $@ || { $(call new_venv,$(VENV)); }
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --requirement requirements-dev.lock
	@$(BIN)/python $(PIP_INSTALL) --no-deps --editable .
	@touch $@

# Of what pip says, show each package as it comes, and whatever is not usual.
.cache/quickstart-venv/.installed: requirements-quickstart.lock
	@test -f $@ || { $(call new_venv,$(@D)); }
	@echo 'Installing boto3, pydantic and moto, which plays DynamoDB, with all that they need:'
	@{ $(@D)/bin/python -u -m pip --disable-pip-version-check install --no-compile --progress-bar off \
			--require-hashes --requirement $< 2>&1 || echo FAILED; } | \
		while read -r word rest; do case "$$word" in \
			Collecting | Processing) rest=$${rest%% *}; echo "  $${rest##*/}" ;; \
			Installing) echo '  ... and unpacking them' ;; \
			Downloading | Ignoring | Looking | Requirement | Successfully | Using | WARNING:*) ;; \
			FAILED) exit 1 ;; \
			*) echo "$$word $$rest" >&2 ;; \
		esac; done
	@touch $@

$(DOCS_STAMP): requirements-docs.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'The site needs Python 3.11 or newer, as zensical does:' \
			'name one, as in "make docs PYTHON=python3.12".' >&2; exit 1; }
	@test -f $@ || { $(call new_venv,$(@D)); }
	@$(@D)/bin/python $(PIP_INSTALL) --require-hashes --requirement $<
	@touch $@

$(BENCH_STAMP): pyproject.toml benchmarks/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'The benchmark needs Python 3.11 or newer, as pydynox does:' \
			'name one, as in "make bench PYTHON=python3.12".' >&2; exit 1; }
	@echo 'Setting up $(BENCH_VENV) ...'
	@$(PYTHON) -m venv --clear $(BENCH_VENV)
	@$(BENCH_VENV)/bin/python $(PIP_INSTALL) --no-deps --requirement benchmarks/requirements.txt
	@$(BENCH_VENV)/bin/python $(PIP_INSTALL) --no-deps --editable .
	@touch $@

# The stamp is missing where it cannot be set up, and `make bench` goes on without it.
$(CROWDS_STAMP): pyproject.toml benchmarks/requirements-async.txt
	@echo 'Setting up $(CROWDS_VENV) ...'
	@$(PYTHON_OF_CROWDS) -m venv --clear $(CROWDS_VENV) && \
	$(CROWDS_VENV)/bin/python $(PIP_INSTALL) --no-deps --requirement benchmarks/requirements-async.txt && \
	$(CROWDS_VENV)/bin/python $(PIP_INSTALL) --no-deps --editable . && touch $@ || { \
		rm -rf $(CROWDS_VENV); \
		echo 'dynamoxy and aiobotocore are left out: "$(PYTHON_OF_CROWDS)" cannot install them. Name another' \
			'Python 3.12 or newer, as in "make bench PYTHON_OF_CROWDS=python3.13".' >&2; }

$(UV):
	@$(PYTHON) -m venv --clear .cache/uv-$(UV_VERSION)
	@.cache/uv-$(UV_VERSION)/bin/python $(PIP_INSTALL) uv==$(UV_VERSION)
