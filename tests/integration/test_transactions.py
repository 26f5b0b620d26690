"""Transactions against the engine: all or nothing, over models and tables, and why nothing was done."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from boto3.dynamodb.types import Binary
from botocore.awsrequest import AWSResponse
from botocore.stub import Stubber
from pydantic import Field

import pydamodb
from pydamodb import (
    InvalidKeyValueError,
    InvalidRequestError,
    InvalidUpdateError,
    PydamoConfig,
    TransactionAction,
    TransactionCanceledError,
)


@pytest.fixture(scope="module")
def Account(PrimaryKeyModel, make_table):
    """Define a model with a partition key."""

    class Account(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("name"))

        name: str
        balance: int = Field(default=0)
        photo: bytes = b""

    return Account


@pytest.fixture(scope="module")
def Entry(PrimaryKeyAndSortKeyModel, make_table):
    """Define a model with both keys, on another table."""

    class Entry(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("account", "entry"))

        account: str
        entry: str
        amount: int = 0

    return Entry


def test_a_transaction_does_all_of_it(Account, Entry, transact_write):
    """Put, update, delete and check, on two tables."""
    Account(name="all-a", balance=5).save()
    Account(name="all-b").save()
    Entry(account="all-a", entry="old").save()
    with transact_write() as tx:
        tx.put(Entry(account="all-a", entry="new", amount=2))
        tx.update(Account.key("all-a"), updates={Account.attr.balance: Account.attr.balance - 2})
        tx.delete(Entry.key("all-a", "old"))
        tx.delete(Account(name="all-none"), condition=Account.attr.name.not_exists())
        tx.check(Account.key("all-b"), Account.attr.balance == 0)
    assert (3, [Entry(account="all-a", entry="new", amount=2)]) == (
        Account.get_item("all-a").balance,
        Entry.query_all("all-a"),
    )


def test_a_transaction_takes_changes(Account, transact_write):
    """As each update does."""
    Account(name="changed", balance=5).save()
    with transact_write() as tx:
        tx.update(Account.key("changed"), updates=Account.changes(balance=7), condition=Account.attr.balance == 5)
    assert 7 == Account.get_item("changed").balance


def test_a_transaction_that_is_canceled_says_which_actions_were_in_the_way(Account, Entry, transact_write):
    """With the items that were asked for, also bytes in them, and no items in the message."""
    there = Account(name="reason", balance=1, photo=b"\x00\xff")
    there.save()
    with pytest.raises(TransactionCanceledError) as caught, transact_write() as tx:  # noqa: PT012 - a block
        tx.update(
            Account.key("reason"),
            updates={Account.attr.balance: 0},
            condition=Account.attr.balance > 1,
            return_item_on_failure=True,
        )
        tx.put(Entry(account="reason", entry="x"))
        tx.check(Entry.key("reason", "y"), Entry.attr.amount == 1)
    reasons = caught.value.reasons
    actions = (
        TransactionAction("Update", Account.key("reason")),
        TransactionAction("Put", Entry.key("reason", "x")),
        TransactionAction("ConditionCheck", Entry.key("reason", "y")),
    )
    assert (("ConditionalCheckFailed", None, "ConditionalCheckFailed"), actions, (there, None, None)) == (
        tuple(reason.code for reason in reasons),
        tuple(reason.action for reason in reasons),
        tuple(reason.item for reason in reasons),
    )
    assert None is Entry.get_item("reason", "x")
    message = str(caught.value)
    assert (True, True, False) == (
        "action 1, Update of Account: ConditionalCheckFailed" in message,
        "action 3, ConditionCheck of Entry: ConditionalCheckFailed" in message,
        "photo" in message,
    )


def test_an_item_that_does_not_fit_hides_no_reason(Account, client, transact_write):
    """It is None."""
    client.put_item(
        TableName=Account.pydamo_config.table.name, Item={"name": {"S": "misfit"}, "balance": {"S": "many"}}
    )
    with pytest.raises(TransactionCanceledError) as caught, transact_write() as tx:
        tx.put(Account(name="misfit"), condition=Account.attr.name.not_exists(), return_item_on_failure=True)
    assert [("ConditionalCheckFailed", None)] == [(each.code, each.item) for each in caught.value.reasons]


def test_nothing_is_sent_if_the_block_raises(Account, transact_write):
    """Nor if nothing is in it."""
    with pytest.raises(ZeroDivisionError), transact_write() as tx:  # noqa: PT012 - a block
        tx.put(Account(name="raises"))
        raise ZeroDivisionError
    with transact_write():
        pass
    assert None is Account.get_item("raises")


def test_two_actions_on_one_item_are_refused(Account, transact_write):
    """At the second one, whatever they are; the first alone is sent if the caller goes on."""
    with transact_write() as tx:
        tx.put(Account(name="twice"))
        with pytest.raises(InvalidRequestError, match="Delete of Account uses the same item as action 1, Put of"):
            tx.delete(Account.key("twice"))
    assert Account(name="twice") == Account.get_item("twice")


def test_a_hundred_actions_are_done_and_one_more_is_refused(Account, transact_write, transact_get):
    """At the one that is too much."""
    with transact_write() as tx:
        for number in range(100):
            tx.put(Account(name=f"many-{number}"))
        with pytest.raises(InvalidRequestError, match="one action too many, a transaction has at most 100:"):
            tx.put(Account(name="many-100"))
    keys = [Account.key(f"many-{number}") for number in range(100)]
    chunks = [transact_get(*keys[start : start + 25]) for start in range(0, 100, 25)]  # moto reads 25 at most
    assert [Account(name=f"many-{number}") for number in range(100)] == [item for chunk in chunks for item in chunk]
    with pytest.raises(InvalidRequestError, match="takes 1 to 100 keys, got 101"):
        transact_get(*keys, Account.key("x"))


def test_a_transaction_reads_in_the_order_of_the_keys(Account, Entry, transact_get):
    """Models of several tables, None for what is missing, and twice what is asked for twice."""
    account, entry = Account(name="read", balance=3, photo=b"\x01"), Entry(account="read", entry="1")
    account.save()
    entry.save()
    keys = (Entry.key("read", "1"), Account.key("none"), Account.key("read"), Entry.key("read", "1"))
    assert (entry, None, account, entry) == transact_get(*keys)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda tx, of: tx.update(of.key("x"), updates={of.attr.name: "y"}), InvalidUpdateError),
        (lambda tx, of: tx.update(of.key(""), updates={of.attr.balance: 1}), InvalidKeyValueError),
        (lambda tx, of: tx.put(of(name="")), InvalidKeyValueError),
        (lambda tx, of: tx.delete(of.key(5)), InvalidKeyValueError),
        (lambda tx, of: tx.check(of.key("x"), None), InvalidRequestError),
        (lambda tx, of: tx.check("x", of.attr.balance == 1), InvalidRequestError),
        (lambda tx, _: tx.put("x"), InvalidRequestError),
        (lambda tx, of: tx.put(of.key("x")), InvalidRequestError),
        (lambda tx, of: tx.update(of(name="x"), updates={of.attr.balance: 1}), InvalidRequestError),
    ],
)
def test_a_bad_action_is_refused_when_it_is_taken(Account, transact_write, act: Any, error: Any):
    """And nothing of the block is sent."""
    with pytest.raises(error), transact_write() as tx:
        act(tx, Account)


def test_a_token_makes_a_transaction_happen_once(Account, transact_write, on_moto):
    """The same again changes nothing more."""
    if on_moto:
        pytest.skip("moto does not look at the token")
    for _ in range(2):
        with transact_write(client_request_token=f"token-{Account.pydamo_config.table.name}"[:36]) as tx:
            tx.update(Account.key("token"), updates=[Account.attr.balance.add(1)])
    assert 1 == Account.get_item("token").balance


@pytest.mark.parametrize("token", ["", "x" * 37, 5])
def test_a_bad_token_is_refused(transact_write, token: Any):
    """Before anything else."""
    with pytest.raises(InvalidRequestError, match="1 to 36 characters"):
        transact_write(client_request_token=token)


def test_a_transaction_is_used_once_and_in_its_block(Account, transact_write):
    """Neither before, after nor again."""
    tx = transact_write()
    with pytest.raises(InvalidRequestError, match=r"use a transaction in its block: `.*with transact_write"):
        tx.put(Account(name="outside"))
    with tx:
        pass
    with pytest.raises(InvalidRequestError, match="in its block"):
        tx.put(Account(name="outside"))
    with pytest.raises(InvalidRequestError, match="used for one block"), tx:
        pass


@pytest.mark.synchronous
def test_models_behind_several_clients_are_refused(Account, open_resource, make_table, PrimaryKeyModel):
    """The error names both, and the remedy."""

    class Elsewhere(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=open_resource().Table(Account.pydamo_config.table.name))

        name: str

    said = "Account and Elsewhere use different clients"
    with pytest.raises(InvalidRequestError, match=said):
        pydamodb.transact_get(Account.key("x"), Elsewhere.key("y"))
    with pydamodb.transact_write() as tx:
        tx.put(Account(name="client"))
        with pytest.raises(InvalidRequestError, match=said):
            tx.put(Elsewhere(name="other"))


def test_models_of_the_other_style_are_refused(Account, style):
    """The error says which function takes them."""
    suffix = "_async" if style == "async" else ""

    def read_as_the_other() -> None:
        if style == "async":
            pydamodb.transact_get(Account.key("x"))
        else:
            asyncio.run(pydamodb.transact_get_async(Account.key("x")))

    with pytest.raises(InvalidRequestError, match=rf"use it with transact_write{suffix}\(\)"):
        read_as_the_other()


def test_no_transfer_is_half_done(Account, style, loop, on_moto):  # noqa: C901 - threads and tasks, as one text
    """Many at once, among few accounts: the sum stays, and each transfer either happened or was reported."""
    if on_moto:
        pytest.skip("moto's transactions are not atomic")
    names = ["sum-0", "sum-1", "sum-2"]
    for name in names:
        Account(name=name, balance=1000).save()
    moved: list[int] = []
    refused: list[str | None] = []

    def plan(number: int) -> list[Any]:
        giver, taker = names[number % 3], names[(number + 1 + number // 3 % 2) % 3]
        return [
            (Account.key(giver), {"updates": [Account.attr.balance.add(-1)], "condition": Account.attr.balance >= 1}),
            (Account.key(taker), {"updates": [Account.attr.balance.add(1)]}),
        ]

    def report(error: Exception) -> None:
        if not isinstance(error, TransactionCanceledError):
            raise error
        refused.extend(reason.code for reason in error.reasons if reason.code)

    def transfer(number: int) -> None:
        try:
            with pydamodb.transact_write() as tx:
                for key, options in plan(number):
                    tx.update(key, **options)
            moved.append(number)
        except TransactionCanceledError as error:
            report(error)

    async def transfer_async(number: int) -> None:
        try:
            async with pydamodb.transact_write_async() as tx:
                for key, options in plan(number):
                    await tx.update(key, **options)
            moved.append(number)
        except TransactionCanceledError as error:
            report(error)

    async def all_at_once() -> None:
        await asyncio.gather(*map(transfer_async, range(100)))

    if style == "async":
        loop.wait(all_at_once())
    else:
        threads = [
            threading.Thread(target=lambda start=start: [transfer(each) for each in range(start, 80, 8)])
            for start in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    balances = dict.fromkeys(names, 1000)
    for number in moved:
        (giver, _), (taker, _) = plan(number)
        balances[giver.values[0]] -= 1
        balances[taker.values[0]] += 1
    assert (balances, set()) == (
        {name: Account.get_item(name).balance for name in names},
        set(refused) - {"TransactionConflict"},
    )
    assert True is bool(moved)


@pytest.mark.synchronous
@pytest.mark.parametrize("token", [None, "mine"])
def test_a_request_has_a_token_and_keeps_it_when_it_is_sent_again(Account, token):
    """One of botocore's where the caller gives none; else the caller's."""
    client = Account.pydamo_config.table.meta.client
    bodies: list[dict[str, Any]] = []

    def drop_the_first(request, **_):
        bodies.append(json.loads(request.body))
        if len(bodies) == 1:
            return AWSResponse(request.url, 500, {}, Empty())
        return None

    event = "before-send.dynamodb.TransactWriteItems"
    client.meta.events.register_first(event, drop_the_first, unique_id="drop")
    try:
        with pydamodb.transact_write(client_request_token=token) as tx:
            tx.put(Account(name="tokens"))
    finally:
        client.meta.events.unregister(event, unique_id="drop")
    first, second = bodies
    assert (second, len(token or "x" * 36), Account(name="tokens")) == (
        first,
        len(first["ClientRequestToken"]),
        Account.get_item("tokens"),
    )


class Empty:
    """A response's body with nothing in it."""

    def stream(self, **_: Any) -> list[bytes]:
        """Return its parts."""
        return [b"{}"]


@pytest.mark.botocore_only("a Stubber")
@pytest.mark.synchronous
def test_replies_that_botocore_parsed_are_read_too(Account):
    """A Stubber answers the client of a resource, which hands items out as Python values."""
    client = Account.pydamo_config.table.meta.client
    Account.get_item("warm")
    with Stubber(client) as stubber:
        stubber.add_response("transact_get_items", {"Responses": [{"Item": {"name": {"S": "x"}}}, {}]})
        assert (Account(name="x"), None) == pydamodb.transact_get(Account.key("x"), Account.key("y"))


@pytest.mark.botocore_only("a Stubber")
@pytest.mark.synchronous
@pytest.mark.parametrize("item", [{"name": {"S": "x"}, "photo": {"B": b"1"}}, {"name": "x", "photo": Binary(b"1")}])
def test_items_in_reasons_are_read_raw_or_as_python_values(Account, item):
    """Whichever the client of a resource hands out."""
    client = Account.pydamo_config.table.meta.client
    Account.get_item("warm")
    reasons = [{"Code": "ConditionalCheckFailed", "Message": "no", "Item": item}]
    with Stubber(client) as stubber:
        stubber.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": "None"}]},
        )
        with pytest.raises(TransactionCanceledError) as caught, handing_out(client, reasons):
            write_one(Account)
    assert Account(name="x", photo=b"1") == caught.value.reasons[0].item


def write_one(model: Any) -> None:
    """Write an item in a transaction."""
    with pydamodb.transact_write() as tx:
        tx.put(model(name="x"), return_item_on_failure=True)


@contextmanager
def handing_out(client: Any, reasons: list[dict[str, Any]]) -> Iterator[None]:
    """Let a client's errors have these reasons, whatever its parser would make of them."""

    def put_in(parsed, **_):
        parsed["CancellationReasons"] = reasons

    client.meta.events.register("after-call.dynamodb.TransactWriteItems", put_in, unique_id="reasons")
    try:
        yield
    finally:
        client.meta.events.unregister("after-call.dynamodb.TransactWriteItems", unique_id="reasons")


@pytest.fixture
def conflicting(Account, answered):
    """Return a context manager in which the first transactions meet conflicts."""
    body = {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "Transaction cancelled",
        "CancellationReasons": [{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}],
    }

    table = Account.pydamo_config.table

    def make(operation: str, times: int) -> Any:
        replies = iter([(400, body)] * times)
        return answered(table, operation, lambda _: next(replies, None))

    return make


def test_a_conflict_is_waited_out(Account, conflicting, transact_write, transact_get, no_pauses):
    """With `retries`, a transaction that met only conflicts is sent again, and without them it is an error."""
    with conflicting("TransactWriteItems", 2), transact_write(retries=2) as tx:
        tx.put(Account(name="conflict", balance=7))
    assert 2 == len(no_pauses)
    with conflicting("TransactGetItems", 2):
        assert (Account(name="conflict", balance=7),) == transact_get(Account.key("conflict"), retries=2)
    assert 4 == len(no_pauses)
    with conflicting("TransactGetItems", 2), pytest.raises(TransactionCanceledError, match="TransactionConflict"):
        transact_get(Account.key("conflict"), retries=1)
    with conflicting("TransactGetItems", 1), pytest.raises(TransactionCanceledError):
        transact_get(Account.key("conflict"))
    assert 5 == len(no_pauses)


@pytest.mark.parametrize("retries", [-1, 1.0, True, None, "2"], ids=repr)
def test_retries_are_a_number(Account, transact_write, transact_get, retries):
    """Anything but a number from 0 on is refused before anything is sent."""
    with pytest.raises(InvalidRequestError, match="retries is how often a transaction is sent again, 0 or more; got"):
        transact_write(retries=retries)
    with pytest.raises(InvalidRequestError, match="retries is how often"):
        transact_get(Account.key("x"), retries=retries)
