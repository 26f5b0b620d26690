"""The pytest plugin, in small projects that are tested in this process."""

import importlib
import os
import sys
from types import SimpleNamespace

import pytest

from pydamodb._testing import local_server

IMPORTED = {"Iterator", "TYPE_CHECKING", "annotations", "importlib", "os", "pytest"}
MODELS = """
import os
from typing import Annotated

import pytest

from pydamodb import PartitionKey, PrimaryKeyModel, PydamoConfig, ThroughputExceededError


class Cup(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="cups")
    id: Annotated[str, PartitionKey]

"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Return a function that runs pytest on a module with a model and tests."""
    monkeypatch.delenv("PYDAMODB_TEST_ENGINE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)

    def run(tests: str, *arguments: str):
        pytester.makepyfile(f"{MODELS}\n{tests}")
        return pytester.runpytest_inprocess("-p", "pydamodb_pytest", "-p", "no:anyio", "-p", "no:xdist", *arguments)

    return run


def test_the_plugin_has_one_option_and_one_fixture(monkeypatch):
    """Its other names are pytest's, or private: a project's own fixtures keep their names."""
    monkeypatch.delitem(sys.modules, "pydamodb_pytest")
    plugin = importlib.import_module("pydamodb_pytest")
    public = {name for name in vars(plugin) if name.isidentifier() and not name.startswith("_")}
    assert {"pydamo", "pytest_addoption", "pytest_configure"} == public - IMPORTED


def test_a_test_asks_for_the_fixture(run):
    """One line, and each test has tables of its own."""
    done = run(
        """
@pytest.fixture(autouse=True)
def tables(pydamo):
    pydamo.tables_for(Cup)


@pytest.mark.parametrize("number", [1, 2])
def test_cups(number, pydamo):
    assert None is Cup.get_item("a")
    Cup(id="a").save()
    assert 1 == pydamo.requests.of("PutItem")


def test_the_table_is_of_the_test():
    assert Cup.pydamo_config.table.name.startswith("cups-")
"""
    )
    done.assert_outcomes(passed=3)


def test_a_fault_that_was_not_met_fails_the_test(run):
    """It names the fault: the test did not test what it says."""
    done = run("""
def test_cups(pydamo):
    pydamo.tables_for(Cup)
    pydamo.faults.throttle("PutItem", times=2)
    with pytest.raises(ThroughputExceededError):
        Cup(id="a").save()


def test_after_it(pydamo):
    pydamo.tables_for(Cup)
    Cup(id="a").save()
""")
    done.assert_outcomes(passed=2, errors=1)
    done.stdout.fnmatch_lines(["*planned, and never met: throttle of PutItem"])


def test_a_failed_test_leaves_nothing_behind(run):
    """The next test has the models of the application."""
    done = run("""
def test_cups(pydamo):
    pydamo.tables_for(Cup)
    raise AssertionError


def test_after_it():
    assert "cups" == Cup.pydamo_config.table
""")
    done.assert_outcomes(failed=1, passed=1)


@pytest.mark.parametrize("way", ["option", "environment", "boto3"])
def test_the_engine_is_chosen(run, monkeypatch, way):
    """By the option, by a variable for the run, or by the one that boto3 reads."""
    arguments = ["--dynamodb=http://127.0.0.1:9"] if way == "option" else []
    if way != "option":
        name = {"environment": "PYDAMODB_TEST_ENGINE", "boto3": "AWS_ENDPOINT_URL_DYNAMODB"}[way]
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    done = run(
        """
def test_engine(pydamo):
    assert "http://127.0.0.1:9" == pydamo.url
""",
        *arguments,
    )
    done.assert_outcomes(passed=1)


def test_a_chosen_engine_means_made_up_credentials(run, monkeypatch):
    """From the start of the run to its end: an application may open its clients when it is imported."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    tests = """
NAMES = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE")
AT_IMPORT = [os.environ.get(name) for name in NAMES]


def test_credentials():
    assert {expected} == AT_IMPORT == [os.environ.get(name) for name in NAMES]
"""
    run(tests.format(expected=["testing", None]), "--dynamodb=moto").assert_outcomes(passed=1)
    run(tests.format(expected=["real", "production"])).assert_outcomes(passed=1)


def test_another_engine_is_refused(run):
    """The message names those that there are."""
    done = run("", "--dynamodb=Moto")
    done.stderr.fnmatch_lines(
        ["ERROR: --dynamodb (or PYDAMODB_TEST_ENGINE) is moto, local, or the address*: got 'Moto'"]
    )


def test_a_server_runs_for_the_run(run, monkeypatch):
    """It is started at first, and stopped in the end; processes of pytest-xdist inherit its address."""
    seen = []

    def start(at_end):
        at_end(lambda: seen.append("stopped"))
        seen.append("started")
        return "http://127.0.0.1:9"

    monkeypatch.setattr(local_server, "start", start)
    done = run(
        """
def test_engine(pydamo):
    assert "http://127.0.0.1:9" == pydamo.url == os.environ["PYDAMODB_TEST_ENGINE"]
""",
        "--dynamodb=local",
    )
    done.assert_outcomes(passed=1)
    assert ["started", "stopped"] == seen


def test_a_server_that_cannot_be_started_ends_the_run(run, monkeypatch):
    """With the reason, and before any test."""
    monkeypatch.delenv("PYDAMODB_DYNAMODB_LOCAL", raising=False)
    done = run("", "--dynamodb=local")
    done.stderr.fnmatch_lines(["ERROR: --dynamodb=local needs DynamoDB Local on this machine: *"])


def test_a_process_of_xdist_starts_no_server(monkeypatch):
    """It has the address from the process that has started it."""
    plugin = importlib.import_module("pydamodb_pytest")
    monkeypatch.setenv("PYDAMODB_TEST_ENGINE", "http://127.0.0.1:9")

    cleanups = []
    config = SimpleNamespace(workerinput={}, getoption={"--dynamodb": "local"}.get, add_cleanup=cleanups.append)
    plugin.pytest_configure(config)
    (undo,) = cleanups
    assert "http://127.0.0.1:9" == os.environ["PYDAMODB_TEST_ENGINE"]
    undo()
