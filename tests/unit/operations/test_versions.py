"""Optimistic locking, driven by hand: what is expected, what is written, and who lost a race."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from pydamodb import Version
from pydamodb._operations import items as single
from pydamodb._operations.items import Update
from pydamodb._operations.keys import MISSING
from pydamodb._operations.requests import Request, RequestFailed
from pydamodb.exceptions import ConditionCheckFailedError, InvalidUpdateError, VersionConflictError
from pydamodb.fields import AttributePath

FAILED = "ConditionalCheckFailedException"


class Account(BaseModel):
    name: str
    balance: int = 0
    version: Annotated[int, Version] = 0


attr: Any = AttributePath(Account)


@pytest.fixture
def table(table_for: Any) -> Any:
    """Return a table with a partition key."""
    return table_for(Account)


def requested(drive: Any, description: Any, flow: Any, reply: Any) -> tuple[Any, Any]:
    """Return the payload of the write, and what came of it."""
    calls, _, result = drive(flow, description("name"), reply)
    return calls[1][1], result


@pytest.mark.parametrize(
    ("version", "condition", "names", "values"),
    [
        (0, "attribute_not_exists(#n0) OR #n0 = :v0", {"#n0": "version"}, {":v0": {"N": "0"}}),
        (3, "#n0 = :v0", {"#n0": "version"}, {":v0": {"N": "3"}}),
    ],
)
def test_a_save_expects_the_version_and_writes_the_next(
    *, table: Any, drive: Any, description: Any, version: int, condition: str, names: Any, values: Any
) -> None:
    """A new item expects none; the item that is in the way is always asked for, as it tells who was faster."""
    account = Account(name="x", version=version)
    payload, result = requested(drive, description, single.save(table, account, None), {})
    assert (condition, names, values, str(version + 1), "ALL_OLD", None, version + 1) == (
        payload["ConditionExpression"],
        payload["ExpressionAttributeNames"],
        payload.get("ExpressionAttributeValues"),
        payload["Item"]["version"]["N"],
        payload["ReturnValuesOnConditionCheckFailure"],
        result,
        account.version,
    )


def test_a_save_that_fails_leaves_the_version(table: Any, drive: Any, description: Any) -> None:
    """It may be repeated when the trouble is over."""
    account = Account(name="x", version=3)
    requested(drive, description, single.save(table, account, None), "InternalServerError")
    assert 3 == account.version


def test_a_condition_stands_beside_the_version(table: Any, drive: Any, description: Any) -> None:
    """Both must hold; an OR is put in parentheses."""
    either = (attr.balance == 1) | (attr.balance == 2)
    payload, _ = requested(drive, description, single.delete(table, Account(name="x", version=3), either), {})
    assert "#n0 = :v0 AND (#n1 = :v1 OR #n1 = :v2)" == payload["ConditionExpression"]


@pytest.mark.parametrize(
    ("flow", "expression"),
    [
        (lambda table: single.update_item(table, "x", MISSING, Update([attr.balance.set(1)])), "ADD #n1 :v1"),
        (
            lambda table: single.update(table, Account(name="x", version=3), Update([attr.balance.set(1)])),
            "#n1 = :v1",
        ),
    ],
    ids=["by key", "of an instance"],
)
def test_an_update_counts_the_version_up(
    *, table: Any, drive: Any, description: Any, flow: Any, expression: str
) -> None:
    """By key whatever it was, of an instance from the one that was read."""
    attributes = {"Attributes": {"name": {"S": "x"}, "version": {"N": "4"}}}
    payload, _ = requested(drive, description, flow(table), attributes)
    assert (True, "version") == (
        payload["UpdateExpression"].endswith(expression),
        payload["ExpressionAttributeNames"]["#n1"],
    )


def test_an_update_of_the_version_is_refused(table: Any, drive: Any) -> None:
    """Before anything is sent."""
    calls, _, error = drive(single.update_item(table, "x", MISSING, Update([attr.version.set(1)])))
    assert ([], InvalidUpdateError) == (calls, type(error))


def refused(flow: Any, description: Any, item: Any) -> Any:
    """Answer the write with a failed condition and the item that is there; return the error."""
    next(flow)
    call: Request = flow.send(description)
    response = {"Item": item} if item else {}
    try:
        flow.throw(RequestFailed(call, FAILED, "failed", RuntimeError(), response=response))
    except Exception as error:  # noqa: BLE001 - looked at by the test
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("item", "condition", "kind", "actual"),
    [
        ({"version": {"N": "4"}}, None, VersionConflictError, 4),
        ({"version": {"N": "4"}}, attr.balance == 1, VersionConflictError, 4),
        ({"name": {"S": "x"}}, attr.balance == 1, VersionConflictError, None),
        (None, attr.balance == 1, VersionConflictError, None),
        (None, None, VersionConflictError, None),
        ({"version": {"N": "3"}}, attr.balance == 1, ConditionCheckFailedError, ...),
    ],
)
def test_a_lost_race_is_told_from_a_condition(
    *, table: Any, description: Any, item: Any, condition: Any, kind: type[Exception], actual: Any
) -> None:
    """By the version that the item has."""
    error = refused(single.save(table, Account(name="x", version=3), condition), description("name"), item)
    assert (kind, actual, "PutItem", "Account") == (
        type(error),
        getattr(error, "actual_version", ...),
        error.operation,
        error.model_name,
    )
