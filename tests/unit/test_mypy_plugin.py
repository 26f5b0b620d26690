"""The mypy plugin, run by mypy itself on the cases of `typing_tests`; `.ci/run` does so with other versions too."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

import pydamodb
import pydamodb.mypy as plugin_module

TYPING_TESTS = Path(__file__).resolve().parents[2] / "typing_tests"


@pytest.fixture
def runner(monkeypatch):
    """Return the runner of the cases, which is a script."""
    monkeypatch.syspath_prepend(str(TYPING_TESTS))
    return importlib.import_module("run")


@pytest.mark.parametrize("checker", ["mypy+plugin", "mypy+plugin+pydantic", "mypy+pydantic+plugin"])
def test_the_plugin_finds_what_the_cases_expect(runner, checker):
    """Alone and beside Pydantic's plugin, in either order."""
    assert [] == runner.check_cases(checker, Path(sys.prefix), "3.10", "strict").problems


@pytest.mark.parametrize(
    "name",
    [
        "NAMESPACE",
        "FIELD",
        "PATH_FIELD",
        "DESCRIPTOR",
        "DYNAMO_MODEL",
        "MODEL",
        "COMPUTED_FIELD",
        "FIELD_FUNCTION",
        "PYDANTIC_FIELD",
        "DECLARED_MODEL",
    ],
)
def test_names_in_the_plugin_lead_somewhere(name):
    """What the plugin names by its path is still there."""
    module, _, class_name = getattr(plugin_module, name).rpartition(".")
    assert callable(getattr(importlib.import_module(module), class_name))


@pytest.mark.parametrize("name", sorted(plugin_module.INDEXES))
def test_the_plugin_names_the_classes_of_indexes(name):
    """The plugin knows the index classes by their paths, and users import these classes."""
    module, _, class_name = name.rpartition(".")
    assert getattr(importlib.import_module(module), class_name) is getattr(pydamodb, class_name)


def test_the_plugin_reads_what_the_plugin_of_pydantic_writes():
    """Both name the fields of a model by the same key of mypy's metadata."""
    assert importlib.import_module("pydantic.mypy").METADATA_KEY == plugin_module.PYDANTIC_METADATA
