"""The exception tree: as drawn, as documented in the contract, and able to cross a process boundary."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, HTTPClientError

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
        *((name, "DynamoDBClientError") for name in ("TransactionConflictError", "ReplicatedWriteConflictError")),
        ("ItemCollectionSizeLimitError", "DynamoDBClientError"),
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
        "key": {"name": "x"},
        "operator": "And",
        "count": 1,
        "condition_type": int,
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


@pytest.mark.parametrize("kind", CLASSES)
def test_an_exception_needs_no_message(kind: type[PydamoError]) -> None:
    """As the effect of a mock, for example."""
    with pytest.raises(kind) as caught:
        Mock(side_effect=kind())()
    with pytest.raises(kind):
        Mock(side_effect=kind)()
    assert ("", "") == (str(caught.value), caught.value.model_name)


@pytest.mark.parametrize(
    ("original", "response"),
    [
        (ClientError({"Error": {"Code": "X"}}, "PutItem"), {"Error": {"Code": "X"}}),
        (EndpointConnectionError(endpoint_url="http://x"), {}),
        (HTTPClientError(error="x", response=object()), {}),
        (ValueError("x"), {}),
        (None, {}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_response_is_that_of_botocores_error(original: Any, response: Any) -> None:
    """So that code for ClientError finds the code of DynamoDB where it was; without a response, it is empty."""
    error = OperationError(original_error=original)
    assert (response, response) == (error.response, copy.copy(error).response)


@pytest.mark.parametrize(("operator", "given"), [("And", ()), ("Or", ()), ("Or", (1,))])
def test_too_few_conditions_are_counted(operator: str, given: Any) -> None:
    """With the name of the class."""
    with pytest.raises(exceptions.InsufficientConditionsError) as caught:
        getattr(pydamodb, operator)(*given)
    assert (operator, len(given)) == (caught.value.operator, caught.value.count)


@pytest.mark.parametrize("given", [True, "x", None])
def test_what_is_no_condition_is_named_by_its_type(given: Any) -> None:
    """Inside of another condition, too."""
    with pytest.raises(exceptions.UnknownConditionTypeError) as caught:
        pydamodb.Not(given)
    assert type(given) is caught.value.condition_type


def test_the_attributes_of_one_error_are_not_shared_with_the_next() -> None:
    """A default in the class is never changed."""
    first = exceptions.UnprocessedItemsError("x")
    first.puts = [1]
    assert () == exceptions.UnprocessedItemsError("y").puts
