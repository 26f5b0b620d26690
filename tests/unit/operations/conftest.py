"""What the tests of all operations share: a table with keys and indexes, and a driver that answers by hand."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest

from pydamodb._operations.describe import invalidate_schemas
from pydamodb._operations.requests import Request, RequestFailed, Sleep
from pydamodb._operations.table import ModelTable


def _keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def _description(
    *keys: str, types: dict[str, str] | None = None, wide: Any = None, local: Any = None
) -> dict[str, Any]:
    """Make a reply of DescribeTable; global indexes are given in `wide`, local ones in `local`, by name and keys."""
    indexes = {"GlobalSecondaryIndexes": wide or {}, "LocalSecondaryIndexes": local or {}}
    names = dict.fromkeys([*keys, *(key for each in indexes.values() for index in each.values() for key in index)])
    return {
        "Table": {
            "KeySchema": _keys(*keys),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": (types or {}).get(name, "S")} for name in names
            ],
            **{
                kind: [{"IndexName": name, "KeySchema": _keys(*index)} for name, index in each.items()]
                for kind, each in indexes.items()
            },
        }
    }


def _drive(flow: Generator[Any, Any, Any], *replies: Any) -> tuple[list[tuple[str, Any]], list[float], Any]:
    """Answer a flow's calls one by one; return the calls, the pauses and the result, or the exception that ended it.

    A reply that is an exception code (a str), or a code with a message and a response, is thrown as a failed call.
    """
    calls: list[tuple[str, Any]] = []
    pauses: list[float] = []
    left = list(replies)
    try:
        step = next(flow)
        while True:
            if isinstance(step, Sleep):
                pauses.append(step.seconds)
                step = flow.send(None)
                continue
            calls.append((step.operation, step.payload))
            assert left, f"an answer to {step.operation} was not expected to be needed"
            reply = left.pop(0)
            step = _thrown(flow, _failed(step, reply)) if isinstance(reply, (str, tuple)) else flow.send(reply)
    except StopIteration as done:
        assert [] == left
        return calls, pauses, done.value
    except Exception as error:  # noqa: BLE001 - looked at by the test
        return calls, pauses, error


def _thrown(flow: Generator[Any, Any, Any], failure: RequestFailed) -> Any:
    invalidate_schemas(failure)
    return flow.throw(failure)


def _failed(call: Request, reply: str | tuple[str, str, dict[str, Any]]) -> RequestFailed:
    code, message, response = (reply, f"refused with {reply}", {}) if isinstance(reply, str) else reply
    return RequestFailed(call, code, message, RuntimeError(code), response=response)


@pytest.fixture
def description() -> Callable[..., dict[str, Any]]:
    """Return what makes replies of DescribeTable."""
    return _description


@pytest.fixture
def drive() -> Callable[..., Any]:
    """Return what answers flows."""
    return _drive


@pytest.fixture
def table_for() -> Callable[..., ModelTable[Any]]:
    """Return what makes a model on a table of which nothing is known yet."""

    def make(model: Any, *, has_sort_key: bool = False) -> ModelTable[Any]:
        return ModelTable(model, "table", has_sort_key, {})

    return make
