"""Transactions, driven by hand: what is sent of each action, what is refused before, and why one was not done."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from pydamodb import Version
from pydamodb._operations import transact
from pydamodb._operations.requests import Request, RequestFailed
from pydamodb._operations.transact import Transaction
from pydamodb._operations.writes import Update
from pydamodb.exceptions import (
    InvalidRequestError,
    TransactionCanceledError,
)
from pydamodb.fields import AttributePath
from pydamodb.keys import Key


class Account(BaseModel):
    name: str
    balance: int = 0


class Counted(BaseModel):
    name: str
    version: Annotated[int, Version] = 0


attr: Any = AttributePath(Account)
KEY: Key[Any] = Key(Account, ("x",))
X = {"name": {"S": "x"}}


@pytest.fixture
def table(table_for: Any) -> Any:
    """Return a table with a partition key."""
    return table_for(Account)


def put(table: Any, item: Any, condition: Any = None, *, return_item_on_failure: bool = False) -> Any:
    """Take a put."""
    return transact.put(table, item, condition, return_item_on_failure=return_item_on_failure)


ACTIONS: dict[str, tuple[Any, Any]] = {
    "put": (
        lambda table: put(table, Account(name="x"), attr.name.not_exists()),
        {
            "Put": {
                "TableName": "table",
                "Item": {**X, "balance": {"N": "0"}},
                "ConditionExpression": "attribute_not_exists(#n0)",
                "ExpressionAttributeNames": {"#n0": "name"},
            }
        },
    ),
    "update": (
        lambda table: transact.update(table, KEY, Update([attr.balance.add(1)], return_item_on_failure=True)),
        {
            "Update": {
                "TableName": "table",
                "Key": X,
                "UpdateExpression": "ADD #n0 :v0",
                "ExpressionAttributeNames": {"#n0": "balance"},
                "ExpressionAttributeValues": {":v0": {"N": "1"}},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        },
    ),
    "delete by key": (
        lambda table: transact.delete(table, KEY, None, return_item_on_failure=False),
        {"Delete": {"TableName": "table", "Key": X}},
    ),
    "delete of a model": (
        lambda table: transact.delete(table, Account(name="x"), None, return_item_on_failure=False),
        {"Delete": {"TableName": "table", "Key": X}},
    ),
    "check": (
        lambda table: transact.check(table, KEY, attr.balance > 3, return_item_on_failure=False),
        {
            "ConditionCheck": {
                "TableName": "table",
                "Key": X,
                "ConditionExpression": "#n0 > :v0",
                "ExpressionAttributeNames": {"#n0": "balance"},
                "ExpressionAttributeValues": {":v0": {"N": "3"}},
            }
        },
    ),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_a_part_of_one_request(table: Any, drive: Any, description: Any, name: str) -> None:
    """Spelt as the operation by itself would be."""
    flow, sent = ACTIONS[name]
    transaction = Transaction()
    calls, _, taken = drive(flow(table), description("name"))
    transaction.take(taken)
    written, _, result = drive(transact.write(transaction, "token"), {})
    assert (
        ["DescribeTable"],
        ("TransactWriteItems", {"TransactItems": [sent], "ClientRequestToken": "token"}),
        None,
    ) == (
        [operation for operation, _ in calls],
        written[0],
        result,
    )


def test_nothing_is_sent_of_nothing(drive: Any) -> None:
    """An empty block asks for nothing."""
    assert ([], [], None) == drive(transact.write(Transaction(), None))


def taken(table: Any, drive: Any, description: Any, *flows: Any) -> Transaction:
    """Take actions."""
    transaction = Transaction()
    for flow in flows:
        replies = [] if table.schemas else [description("name")]
        transaction.take(drive(flow, *replies)[2])
    return transaction


def test_a_hundred_actions_are_the_most(table: Any, drive: Any, description: Any) -> None:
    """The one that is too much is refused."""
    flows = [put(table, Account(name=f"{number}")) for number in range(101)]
    with pytest.raises(InvalidRequestError, match="is one action too many, a transaction has at most 100:"):
        taken(table, drive, description, *flows)


def refused(flow: Any, reasons: list[Any]) -> Any:
    """Answer a transaction with the reasons for which it was not done."""
    call: Request = next(flow)
    response = {"CancellationReasons": reasons}
    try:
        flow.throw(RequestFailed(call, "TransactionCanceledException", "canceled", RuntimeError(), response=response))
    except TransactionCanceledError as error:
        return error
    raise AssertionError


def test_each_action_has_its_reason(table: Any, drive: Any, description: Any) -> None:
    """None where it was not in the way, the item only if it was asked for; the message shows neither item nor key."""
    stored = {**X, "balance": {"N": "7"}}
    transaction = taken(
        table,
        drive,
        description,
        put(table, Account(name="x"), attr.balance == 1, return_item_on_failure=True),
        put(table, Account(name="y"), attr.balance == 1),
        put(table, Account(name="z")),
    )
    failed = {"Code": "ConditionalCheckFailed", "Message": "it failed", "Item": stored}
    error = refused(transact.write(transaction, None), [failed, failed, {"Code": "None"}])
    assert [
        ("ConditionalCheckFailed", "it failed", Account(name="x", balance=7), False),
        ("ConditionalCheckFailed", "it failed", None, False),
        (None, None, None, False),
    ] == [(each.code, each.message, each.item, each.is_version_conflict) for each in error.reasons]
    assert (
        "TransactWriteItems of Account on table 'table' was not done: action 1, Put of Account: ConditionalCheckFailed "
        "(it failed); action 2, Put of Account: ConditionalCheckFailed (it failed)"
    ) == str(error)


@pytest.mark.parametrize(("stored", "conflict"), [("4", True), ("3", False)])
def test_a_lost_race_is_told(table_for: Any, drive: Any, description: Any, stored: str, conflict: bool) -> None:
    """By the version that the item has; the condition of the caller's own may be what failed."""
    table = table_for(Counted)
    condition = AttributePath(Counted)("name") == "y"
    transaction = taken(table, drive, description, put(table, Counted(name="x", version=3), condition))
    failed = {"Code": "ConditionalCheckFailed", "Item": {**X, "version": {"N": stored}}}
    (reason,) = refused(transact.write(transaction, None), [failed]).reasons
    assert (conflict, None) == (reason.is_version_conflict, reason.item)


def test_items_are_read_once_and_answered_in_order(table: Any, drive: Any, description: Any) -> None:
    """None where there is none, and twice where a key was given twice."""
    other: Key[Any] = Key(Account, ("y",))
    flow = transact.read([(table, KEY), (table, other), (table, KEY)])
    replies = [description("name"), {"Responses": [{"Item": {**X, "balance": {"N": "7"}}}, {}]}]
    calls, _, found = drive(flow, *replies)
    account = Account(name="x", balance=7)
    assert (2, (account, None, account)) == (len(calls[1][1]["TransactItems"]), found)


def canceled(*codes: str | None) -> Any:
    """Return the failure of a transaction with these reasons."""
    reasons = [{"Code": code or "None"} for code in codes]
    return "TransactionCanceledException", "canceled", {"CancellationReasons": reasons}


CONFLICT = canceled("TransactionConflict", None)
BUSY = "TransactionInProgressException"


def longest(_: float, high: float) -> float:
    """Return the longest pause."""
    return high


@pytest.fixture
def two(table: Any, drive: Any, description: Any) -> Transaction:
    """Return a transaction of two actions."""
    return taken(table, drive, description, put(table, Account(name="x")), put(table, Account(name="y")))


@pytest.mark.parametrize("token", [None, "mine"])
def test_a_transaction_that_met_only_a_conflict_is_sent_again(two: Transaction, drive: Any, token: str | None) -> None:
    """After growing pauses, with one token, so that it is never done twice."""
    calls, pauses, result = drive(transact.write(two, token, retries=3, jitter=longest), CONFLICT, BUSY, CONFLICT, {})
    assert result is None
    assert [0.05, 0.1, 0.2] == pauses
    first, *others = [payload for _, payload in calls]
    assert [first] * 3 == others
    assert len(token or "x" * 36) == len(first["ClientRequestToken"])


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_a_conflict_that_stays_is_the_error(two: Transaction, drive: Any, retries: int) -> None:
    """With the reasons of the last attempt."""
    calls, pauses, error = drive(transact.write(two, None, retries=retries), *[CONFLICT] * (retries + 1))
    assert isinstance(error, TransactionCanceledError)
    assert ["TransactionConflict", None] == [reason.code for reason in error.reasons]
    assert (retries + 1, retries) == (len(calls), len(pauses))
    assert bool(retries) == ("ClientRequestToken" in calls[0][1])


@pytest.mark.parametrize(
    "failure",
    [
        canceled("TransactionConflict", "ConditionalCheckFailed"),
        canceled("ThrottlingError", None),
        canceled("ValidationError", "TransactionConflict"),
        canceled(),
        "TransactionCanceledException",
        "ThrottlingException",
        "IdempotentParameterMismatchException",
    ],
    ids=range(7),
)
def test_any_other_reason_is_an_error_at_once(two: Transaction, drive: Any, failure: Any) -> None:
    """To send the transaction again would not help, or botocore has done so already."""
    calls, pauses, error = drive(transact.write(two, None, retries=5), failure)
    assert isinstance(error, (TransactionCanceledError, RequestFailed))
    assert (1, []) == (len(calls), pauses)


def test_a_version_advances_once(table_for: Any, drive: Any, description: Any) -> None:
    """The model has its next version after the attempt that was done."""
    table, counted = table_for(Counted), Counted(name="x", version=3)
    transaction = taken(table, drive, description, put(table, counted))
    drive(transact.write(transaction, None, retries=1), canceled("TransactionConflict"), {})
    assert 4 == counted.version


def test_items_that_others_are_writing_are_read_again(table: Any, drive: Any, description: Any) -> None:
    """A read meets conflicts too. It has no token."""
    flow = transact.read([(table, KEY)], retries=1, jitter=longest)
    replies = [description("name"), canceled("TransactionConflict"), {"Responses": [{"Item": X}]}]
    calls, pauses, found = drive(flow, *replies)
    assert ([0.05], (Account(name="x"),)) == (pauses, found)
    assert [{"TransactItems": [{"Get": {"TableName": "table", "Key": X}}]}] * 2 == [sent for _, sent in calls[1:]]
