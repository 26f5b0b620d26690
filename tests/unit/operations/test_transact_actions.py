"""Transactions, driven by hand: each action alone, which items are one, what is asked and what is forgotten."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from pydamodb._operations import transact
from pydamodb._operations.describe import invalidate_schemas
from pydamodb._operations.errors import translate
from pydamodb._operations.requests import RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb._operations.transact import Transaction
from pydamodb._operations.writes import Update
from pydamodb.exceptions import (
    EmptyUpdateError,
    InvalidConditionError,
    InvalidItemError,
    InvalidKeyValueError,
    InvalidRequestError,
    InvalidUpdateError,
    ItemEncodingError,
    TableNotFoundError,
    UnknownConditionTypeError,
)
from pydamodb.fields import AttributePath
from pydamodb.keys import Key
from pydamodb.markers import Version
from pydamodb.results import CancellationReason, TransactionAction


class Account(BaseModel):
    id: str
    balance: int = 0
    anything: Any = None


class Entry(BaseModel):
    account: str
    number: int


class Counted(BaseModel):
    id: str
    note: str | None = None
    version: Annotated[int, Version] = 0


attr: Any = AttributePath(Account)
ID = {"id": {"S": "a"}}
ITEM = {**ID, "balance": {"N": "0"}}
POOR = {
    "ConditionExpression": "#n0 < :v0",
    "ExpressionAttributeNames": {"#n0": "balance"},
    "ExpressionAttributeValues": {":v0": {"N": "5"}},
}
ASKED = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
CANCELED = "TransactionCanceledException"


@pytest.fixture
def table(description: Any) -> ModelTable[Any]:
    """Return a table that is known already."""
    return known(Account, "accounts", description("id"))


@pytest.fixture
def entries(description: Any) -> ModelTable[Any]:
    """Return another one, with both keys."""
    return known(Entry, "entries", description("account", "number", types={"number": "N"}))


@pytest.fixture
def counted(description: Any) -> ModelTable[Any]:
    """Return one of a model with versions."""
    return known(Counted, "counted", description("id"))


def known(model: Any, table: str, reply: Any) -> ModelTable[Any]:
    """Make a model on a table whose schema is known."""
    table: ModelTable[Any] = ModelTable(model, table, len(reply["Table"]["KeySchema"]) > 1, {})
    flow = transact.read([(table, Key(model, ("a", 1)[: 1 + table.has_sort_key]))])
    next(flow)
    flow.send(reply)
    flow.close()
    return table


def key(value: Any = "a") -> Key[Account]:
    """Make a key."""
    return Key(Account, (value,))


def put(
    table: ModelTable[Any], transaction: Transaction, item: BaseModel, condition: Any = None, **options: Any
) -> Any:
    """Take a put."""
    options = {"return_item_on_failure": False, **options}
    transaction.take((yield from transact.put(table, item, condition, **options)))


def delete(table: ModelTable[Any], transaction: Transaction, given: Any, condition: Any = None, **options: Any) -> Any:
    """Take a delete."""
    options = {"return_item_on_failure": False, **options}
    transaction.take((yield from transact.delete(table, given, condition, **options)))


def check(table: ModelTable[Any], transaction: Transaction, given: Any, condition: Any, **options: Any) -> Any:
    """Take a check."""
    options = {"return_item_on_failure": False, **options}
    transaction.take((yield from transact.check(table, given, condition, **options)))


def update(table: ModelTable[Any], transaction: Transaction, given: Any, updates: Any, **options: Any) -> Any:
    """Take an update."""
    transaction.take((yield from transact.update(table, given, Update(updates, **options))))


ACTIONS: list[tuple[Any, dict[str, Any], str]] = [
    (lambda t, x: put(t, x, Account(id="a")), {"Put": {"Item": ITEM}}, "Put of Account.key('a')"),
    (
        lambda t, x: put(t, x, Account(id="a"), attr.balance < 5, return_item_on_failure=True),
        {"Put": {"Item": ITEM, **POOR, **ASKED}},
        "Put of Account.key('a')",
    ),
    (lambda t, x: delete(t, x, key()), {"Delete": {"Key": ID}}, "Delete of Account.key('a')"),
    (
        lambda t, x: delete(t, x, Account(id="a"), attr.balance < 5),
        {"Delete": {"Key": ID, **POOR}},
        "Delete of Account.key('a')",
    ),
    (
        lambda t, x: check(t, x, key(), attr.balance < 5, return_item_on_failure=True),
        {"ConditionCheck": {"Key": ID, **POOR, **ASKED}},
        "ConditionCheck of Account.key('a')",
    ),
    (
        lambda t, x: update(t, x, key(), [attr.balance.add(1)], return_item_on_failure=True),
        {
            "Update": {
                "Key": ID,
                "UpdateExpression": "ADD #n0 :v0",
                "ExpressionAttributeNames": {"#n0": "balance"},
                "ExpressionAttributeValues": {":v0": {"N": "1"}},
                **ASKED,
            }
        },
        "Update of Account.key('a')",
    ),
    (
        lambda t, x: update(t, x, key(), {attr.balance: 1}, must_exist=True),
        {
            "Update": {
                "Key": ID,
                "UpdateExpression": "SET #n0 = :v0",
                "ConditionExpression": "attribute_exists(#n1)",
                "ExpressionAttributeNames": {"#n0": "balance", "#n1": "id"},
                "ExpressionAttributeValues": {":v0": {"N": "1"}},
            }
        },
        "Update of Account.key('a')",
    ),
]


@pytest.mark.parametrize(("take", "sent", "shown"), ACTIONS)
def test_an_action_is_spelt_when_it_is_taken(take: Any, sent: Any, shown: str, table: Any, drive: Any) -> None:
    """Without a request, where the table is known."""
    transaction = Transaction()
    ((kind, content),) = sent.items()
    request = {kind: {"TableName": "accounts", **content}}
    assert ([], [], None) == drive(take(table, transaction))
    ((taken),) = transaction.actions.values()
    assert (request, shown) == (taken.request, repr(taken.action))


def test_a_table_that_is_not_known_is_asked_for_once(table_for: Any, drive: Any, description: Any) -> None:
    """When the first action on it is taken."""
    table, transaction = table_for(Account), Transaction()
    calls, _, _ = drive(put(table, transaction, Account(id="a")), description("id"))
    assert [("DescribeTable", {"TableName": "table"})] == calls
    assert ([], [], None) == drive(delete(table, transaction, key("b")))


def test_the_callers_token_is_sent(table: Any, drive: Any) -> None:
    """As it was given."""
    transaction = Transaction()
    drive(put(table, transaction, Account(id="a")))
    ((_, payload),), _, _ = drive(transact.write(transaction, "once"), {})
    assert "once" == payload["ClientRequestToken"]


REFUSED: list[tuple[Any, type[Exception]]] = [
    (lambda t, x: put(t, x, Account(id="")), InvalidKeyValueError),
    (lambda t, x: put(t, x, Account(id="b", anything=object())), ItemEncodingError),
    (lambda t, x: put(t, x, Account(id="b"), attr.balance == "x"), InvalidConditionError),
    (lambda t, x: put(t, x, Account(id="b"), "x"), UnknownConditionTypeError),
    (lambda t, x: delete(t, x, key(1)), InvalidKeyValueError),
    (lambda t, x: delete(t, x, Account(id="")), InvalidKeyValueError),
    (lambda t, x: check(t, x, key("b"), None), InvalidRequestError),
    (lambda t, x: check(t, x, key(None), attr.id.exists()), InvalidKeyValueError),
    (lambda t, x: update(t, x, key("b"), []), EmptyUpdateError),
    (lambda t, x: update(t, x, key("b"), {attr.id: "c"}), InvalidUpdateError),
    (lambda t, x: update(t, x, key("b"), {attr.balance: "x"}), InvalidUpdateError),
    (lambda t, x: update(t, x, key(""), {attr.balance: 1}), InvalidKeyValueError),
]


@pytest.mark.parametrize(("take", "kind"), REFUSED)
def test_an_action_that_cannot_work_is_refused_and_not_taken(take: Any, kind: Any, table: Any, drive: Any) -> None:
    """Without a request; what was taken before stays."""
    transaction = Transaction()
    drive(put(table, transaction, Account(id="a")))
    calls, _, error = drive(take(table, transaction))
    assert ([], kind, 1) == (calls, type(error), len(transaction.actions))


@pytest.mark.parametrize(("take", "_", "__"), ACTIONS)
def test_a_second_action_on_an_item_is_refused(take: Any, _: Any, __: Any, table: Any, drive: Any) -> None:
    """Whatever the two are."""
    transaction = Transaction()
    drive(check(table, transaction, key(), attr.id.exists()))
    _, _, error = drive(take(table, transaction))
    assert (InvalidRequestError, True, 1) == (
        type(error),
        "uses the same item as action 1, ConditionCheck of Account: " in str(error),
        len(transaction.actions),
    )


def test_one_key_in_two_tables_is_two_items(table: Any, description: Any, drive: Any) -> None:
    """The same model may live in both."""
    transaction = Transaction()
    other = known(Account, "others", description("id"))
    assert [None, None] == [drive(put(each, transaction, Account(id="a")))[2] for each in (table, other)]


def test_equal_numbers_are_one_key(entries: Any, drive: Any) -> None:
    """However they are written."""
    transaction = Transaction()
    drive(delete(entries, transaction, Key(Entry, ("a", 1))))
    _, _, error = drive(put(entries, transaction, Entry(account="a", number=1)))
    assert InvalidRequestError is type(error)


# --- what DynamoDB refuses ---


def refused(flow: Any, *reasons: dict[str, Any], code: str = CANCELED) -> Any:
    """Refuse what a flow sends; return the error that comes of it."""
    call = next(flow)
    failure = RequestFailed(
        call, code, "as DynamoDB says", RuntimeError(code), response={"CancellationReasons": list(reasons)}
    )
    invalidate_schemas(failure)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - looked at by the test
        flow.throw(failure)
    return translate(caught.value) if isinstance(caught.value, RequestFailed) else caught.value


def three_actions(table: Any, entries: Any, drive: Any) -> Transaction:
    """Take three actions, two of which ask for the item that is in the way."""
    transaction = Transaction()
    drive(put(table, transaction, Account(id="a"), attr.balance < 5, return_item_on_failure=True))
    drive(delete(entries, transaction, Key(Entry, ("a", 1))))
    drive(check(table, transaction, key("b"), attr.balance < 5, return_item_on_failure=True))
    return transaction


def test_an_item_that_does_not_fit_does_not_hide_the_reason(table: Any, entries: Any, drive: Any) -> None:
    """It is left out."""
    transaction = three_actions(table, entries, drive)
    failed = {"Code": "ConditionalCheckFailed", "Item": {**ID, "balance": {"S": "lots"}}}
    error = refused(transact.write(transaction, None), failed, {"Code": "None"}, {"Code": "None"})
    assert ("ConditionalCheckFailed", None) == (error.reasons[0].code, error.reasons[0].item)


def test_without_reasons_the_message_is_dynamodbs(table: Any, entries: Any, drive: Any) -> None:
    """There is still one reason for each action."""
    error = refused(transact.write(three_actions(table, entries, drive), None))
    assert (True, [None] * 3) == (
        str(error).endswith("was not done: as DynamoDB says"),
        [reason.code for reason in error.reasons],
    )


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "ValidationException"])
def test_what_was_known_of_the_tables_is_forgotten_when_they_are_others(
    code: str, table: Any, entries: Any, drive: Any
) -> None:
    """The next operation asks again."""
    refused(transact.write(three_actions(table, entries, drive), None), code=code)
    assert ({}, {}) == (table.schemas, entries.schemas)


def test_keys_that_were_not_asked_for_are_told_of(table: Any, drive: Any) -> None:
    """As for operations on one item."""
    schema = table.schemas["accounts"]
    declared = dataclasses.replace(table, declared=schema)
    transaction = Transaction()
    drive(put(declared, transaction, Account(id="a")))
    drive(delete(declared, transaction, key("b")))
    request = next(transact.write(transaction, None))
    failure = RequestFailed(request, "ValidationException", "no such key", RuntimeError("x"))
    invalidate_schemas(failure)
    assert 1 == failure.message.count("the keys were not read from the table: Account declares")


def test_a_missing_table_is_one(table: Any, entries: Any, drive: Any) -> None:
    """One of those that are named."""
    error = refused(transact.write(three_actions(table, entries, drive), None), code="ResourceNotFoundException")
    assert (TableNotFoundError, "accounts, entries") == (type(error), error.table_name)


# --- versions ---


def test_an_update_by_key_counts_the_version_up(counted: Any, drive: Any) -> None:
    """As an update of one item does."""
    transaction = Transaction()
    drive(update(counted, transaction, Key(Counted, ("a",)), [AttributePath(Counted).note.set("x")]))
    ((taken),) = transaction.actions.values()
    assert "SET #n0 = :v0 ADD #n1 :v1" == taken.request["Update"]["UpdateExpression"]


# --- reading ---


def test_items_are_read_in_the_order_of_their_keys(table: Any, entries: Any, drive: Any) -> None:
    """None where there is none; one that is asked for twice is read once."""
    wanted = [(table, key("b")), (entries, Key(Entry, ("a", 1))), (table, key("a")), (table, key("b"))]
    entry = {"account": {"S": "a"}, "number": {"N": "1"}}
    calls, _, result = drive(transact.read(wanted), {"Responses": [{"Item": {"id": {"S": "b"}}}, {"Item": entry}, {}]})
    gets = [
        {"Get": {"TableName": "accounts", "Key": {"id": {"S": "b"}}}},
        {"Get": {"TableName": "entries", "Key": entry}},
        {"Get": {"TableName": "accounts", "Key": ID}},
    ]
    assert [("TransactGetItems", {"TransactItems": gets})] == calls
    assert (Account(id="b"), Entry(account="a", number=1), None, Account(id="b")) == result


def test_a_hundred_keys_are_read(table: Any, drive: Any) -> None:
    """All that a request takes."""
    _, _, result = drive(transact.read([(table, key(str(number))) for number in range(100)]), {"Responses": [{}] * 100})
    assert (None,) * 100 == result


def test_a_read_that_meets_a_write_has_reasons_too(table: Any, drive: Any) -> None:
    """It read nothing."""
    error = refused(
        transact.read([(table, key("a")), (table, key("b"))]), {"Code": "None"}, {"Code": "TransactionConflict"}
    )
    message = (
        "TransactGetItems of Account on table 'accounts' was not done: action 2, Get of Account: TransactionConflict"
    )
    assert (
        message,
        (
            CancellationReason(None, None, TransactionAction("Get", key("a"))),
            CancellationReason("TransactionConflict", None, TransactionAction("Get", key("b"))),
        ),
    ) == (str(error), error.reasons)


def test_an_item_that_does_not_fit_its_model_is_an_error_of_ours(table: Any, drive: Any) -> None:
    """As for other reads."""
    wrong = {"Responses": [{"Item": {"id": {"S": "a"}, "balance": {"S": "lots"}}}]}
    _, _, error = drive(transact.read([(table, key())]), wrong)
    assert InvalidItemError is type(error)
