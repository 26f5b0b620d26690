"""The exception tree: as drawn, as documented in the contract, and able to cross a process boundary."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any

import pytest

import pydamodb
from pydamodb import exceptions
from pydamodb.exceptions import OperationError, PydamoError

CLASSES = [getattr(exceptions, name) for name in exceptions.__all__]


def drawn_tree() -> dict[str, str]:
    """Read the drawing in the module's docstring: each class and its base."""
    bases: dict[str, str] = {}
    above: list[str] = []
    for line in str(exceptions.__doc__).splitlines():
        if found := re.fullmatch(r" {4}(?P<branches>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: {2,}\S.*)?", line):
            depth = len(found["branches"]) // 4
            above[depth:] = [found["name"]]
            bases[found["name"]] = above[depth - 1] if depth else "Exception"
    return bases


def test_the_tree_is_as_drawn() -> None:
    """The docstring of the module is the documentation."""
    assert drawn_tree() == {each.__name__: each.__base__.__name__ for each in CLASSES}


def test_every_exception_of_the_module_is_public() -> None:
    """In the module and in the package."""
    defined = {name for name, each in vars(exceptions).items() if inspect.isclass(each) and issubclass(each, Exception)}
    in_package = {name for name in defined if getattr(pydamodb, name) is getattr(exceptions, name)}
    assert (defined, defined) == (set(exceptions.__all__), in_package)
    assert {"ValidationError"} == defined - set(pydamodb.__all__)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        *((name, "OperationError") for name in ("ConditionCheckFailedError", "MissingSortKeyValueError")),
        *((name, "OperationError") for name in ("IndexNotFoundError", "TableNotFoundError")),
        *((name, "OperationError") for name in ("ThroughputExceededError", "DynamoDBClientError")),
        *((name, "ValidationError") for name in ("InvalidKeySchemaError", "InsufficientConditionsError")),
        *((name, "ValidationError") for name in ("UnknownConditionTypeError", "EmptyUpdateError")),
        ("OperationError", "PydamoError"),
        ("ValidationError", "PydamoError"),
    ],
)
def test_the_contracts_hierarchy_holds(name: str, base: str) -> None:
    """Code written against the contract catches what it expects."""
    assert base == getattr(exceptions, name).__base__.__name__


@pytest.mark.parametrize("kind", CLASSES)
def test_every_exception_says_what_it_means(kind: type[PydamoError]) -> None:
    """In a docstring of its own."""
    assert inspect.getdoc(kind) == inspect.cleandoc(vars(kind)["__doc__"])


def filled(kind: type[PydamoError]) -> PydamoError:
    """Make an exception with all its attributes set."""
    values: dict[str, Any] = {
        "condition": ("a", "condition"),
        "index_name": "by-age",
        "error_code": "Code",
        "puts": [1],
        "deletes": [{"name": "x"}],
        "path": ("a", 0),
        "item": {"name": "x"},
    }
    details: dict[str, Any] = {}
    if issubclass(kind, OperationError):
        details = {"operation": "PutItem", "table_name": "characters", "original_error": ValueError("why")}
    error = kind("what happened", model_name="Character", **details)
    for name, value in values.items():
        if hasattr(kind, name):
            setattr(error, name, value)
    return error


def _state(error: BaseException) -> dict[str, Any]:
    return {name: repr(value) for name, value in vars(error).items()}


@pytest.mark.parametrize("move", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy], ids=["pickle", "copy"])  # noqa: S301 - our own bytes
@pytest.mark.parametrize("kind", CLASSES)
def test_an_exception_survives_with_its_attributes(kind: type[PydamoError], move: Any) -> None:
    """Worker processes hand exceptions back by pickle."""
    error = filled(kind)
    moved = move(error)
    assert (kind, str(error), _state(error)) == (type(moved), str(moved), _state(moved))


@pytest.mark.parametrize("kind", CLASSES)
def test_an_exception_is_made_of_a_message_alone(kind: type[PydamoError]) -> None:
    """Users make them in their own tests; what is not given is empty, and each attribute is there."""
    error = kind("x")
    assert ("x", "") == (str(error), error.model_name)


def test_the_attributes_of_one_error_are_not_shared_with_the_next() -> None:
    """A default in the class is never changed."""
    first = exceptions.UnprocessedItemsError("x")
    first.puts = [1]
    assert () == exceptions.UnprocessedItemsError("y").puts
