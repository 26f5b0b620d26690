"""Transactions in their block: what is sent and when, through which client and with which token; tasks share them."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import boto3
import pytest

from pydamodb import (
    AsyncPrimaryKeyModel,
    DynamoDBClientError,
    InvalidItemError,
    InvalidKeySchemaError,
    InvalidRequestError,
    PydamoConfig,
    TableNotFoundError,
    TransactionCanceledError,
    transact_get_async,
    transact_write_async,
)


@pytest.fixture(scope="module")
def Account(PrimaryKeyModel, make_table):
    """Define a model with a partition key."""

    class Account(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id"))

        id: str
        balance: int = 0

    return Account


@pytest.fixture(scope="module")
def Entry(PrimaryKeyAndSortKeyModel, make_table):
    """Define one with both keys, in another table."""

    class Entry(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("account", "number", types={"number": "N"}))

        account: str
        number: int

    return Entry


@pytest.fixture
def account(Account, name):
    """Save an account."""
    account = Account(id=name, balance=10)
    account.save()
    return account


@pytest.fixture
def name(request) -> str:
    """Return a name that no other test has."""
    return request.node.name[:200]


def do(transact_write, *actions):
    """Do some actions in one transaction."""
    with transact_write() as tx:
        for action in actions:
            action(tx)


def found(model, *key):
    """Read an item."""
    return model.get_item(*key, consistent_read=True)


def test_a_mistake_that_only_the_engine_sees_has_its_reason(Account, name, transact_write):
    """A number added to a text."""
    Account.pydamo_config.table.put_item(Item={"id": name, "balance": "lots"})
    with (
        pytest.raises((TransactionCanceledError, DynamoDBClientError), match="TransactWriteItems of Account"),
        transact_write() as tx,
    ):
        tx.update(Account.key(name), updates=[Account.attr.balance.add(1)])
    assert "lots" == Account.pydamo_config.table.get_item(Key={"id": name})["Item"]["balance"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_block_that_raises_sends_nothing(Account, account, transact_write, requests_of, error):
    """Whatever it raises."""

    def fail(_: Any) -> None:
        raise error

    with requests_of(Account.pydamo_config.table) as sent, pytest.raises(error):
        do(transact_write, lambda tx: tx.delete(account), fail)
    assert ([], account) == (sent, found(Account, account.id))


def test_a_token_belongs_to_one_transaction(Account, account, name, transact_write, on_moto):
    """Another one of the same token is refused."""
    if on_moto:
        pytest.skip("moto does not compare them")
    token = f"{random.getrandbits(128):032x}"
    with transact_write(client_request_token=token) as tx:
        tx.update(Account.key(name), updates=[Account.attr.balance.add(5)])
    with pytest.raises(DynamoDBClientError) as caught, transact_write(client_request_token=token) as tx:
        tx.update(Account.key(name), updates=[Account.attr.balance.add(6)])
    assert ("IdempotentParameterMismatchException", 15) == (caught.value.error_code, found(Account, name).balance)


def test_without_a_token_each_transaction_is_another(Account, account, name, transact_write, answered):
    """Two alike are done twice, and each request has a token."""
    tokens = []
    with answered(
        Account.pydamo_config.table, "TransactWriteItems", lambda body: tokens.append(body["ClientRequestToken"])
    ):
        for _ in range(2):
            with transact_write() as tx:
                tx.update(Account.key(name), updates=[Account.attr.balance.add(5)])
    assert (20, 2) == (found(Account, name).balance, len(set(tokens)))


def test_an_item_that_is_asked_for_twice_is_read_once(Account, account, name, transact_get, answered):
    """DynamoDB refuses to read it twice."""
    asked = []
    with answered(Account.pydamo_config.table, "TransactGetItems", lambda body: asked.append(body["TransactItems"])):
        got = transact_get(Account.key(name), Account.key("nobody"), Account.key(name))
    assert ((account, None, account), [2]) == (got, [len(items) for items in asked])


def test_an_item_that_does_not_fit_is_an_error_of_ours(Account, name, transact_get):
    """As for other reads."""
    Account.pydamo_config.table.put_item(Item={"id": name, "balance": "lots"})
    with pytest.raises(InvalidItemError, match="balance"):
        transact_get(Account.key(name))


def test_a_hundred_keys_are_read_and_one_more_is_refused(Account, account, name, transact_get, on_moto):
    """As many as go into a request."""
    count = 25 if on_moto else 100  # moto's limit is that of years ago
    got = transact_get(*(Account.key(name if number == 7 else f"{name}-{number}") for number in range(count)))
    assert {7: account} == {number: each for number, each in enumerate(got) if each}
    with pytest.raises(InvalidRequestError, match="1 to 100 keys, got 101"):
        transact_get(*[Account.key(name)] * 101)


def test_the_keys_of_a_table_are_asked_for_once(PrimaryKeyModel, make_table, transact_write, requests_of):
    """At the first action on it."""
    table = make_table("id")

    class Fresh(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: str

    with requests_of(table) as sent, transact_write() as tx:
        tx.put(Fresh(id="a"))
        tx.put(Fresh(id="b"))
        before = list(sent)
    assert (["DescribeTable"], ["DescribeTable", "TransactWriteItems"]) == (before, sent)


def test_a_missing_table_is_told_at_the_first_action(PrimaryKeyModel, dynamodb, transact_write):
    """Where its keys are asked for."""

    class Lost(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=dynamodb.Table("pydamodb-there-is-none"))

        id: str

    with transact_write() as tx, pytest.raises(TableNotFoundError, match="pydamodb-there-is-none"):
        tx.put(Lost(id="a"))


def test_a_model_that_does_not_fit_its_table_is_refused(PrimaryKeyModel, Entry, transact_write, transact_get):
    """As for other operations."""

    class Wrong(PrimaryKeyModel):
        pydamo_config = Entry.pydamo_config

        account: str

    with transact_write() as tx, pytest.raises(InvalidKeySchemaError):
        tx.put(Wrong(account="a"))
    with pytest.raises(InvalidKeySchemaError):
        transact_get(Wrong.key("a"))


@pytest.mark.synchronous
def test_tables_by_name_have_one_client(PrimaryKeyModel, Account, transact_write, transact_get, monkeypatch):
    """That of boto3's default session."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session())

    class ByName(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=Account.pydamo_config.table.name)

        id: str

    class Other(ByName):
        pydamo_config = PydamoConfig(table=Account.pydamo_config.table.name)

    with transact_write() as tx:
        tx.put(ByName(id="by-name"))
        tx.put(Other(id="by-name-other"))
    assert (ByName(id="by-name"), Other(id="by-name-other")) == transact_get(
        ByName.key("by-name"), Other.key("by-name-other")
    )


@pytest.fixture
def AsyncAccount(style, make_table) -> Any:
    """Define an asynchronous model, to be awaited by many tasks at once."""
    if style == "sync":
        pytest.skip("threads move amounts above")

    class AsyncAccount(AsyncPrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id"))

        id: str
        balance: int = 0

    return AsyncAccount


def test_tasks_may_share_a_transaction(AsyncAccount, loop):
    """All of their actions are sent together, also where all of them need the keys of the table first."""

    async def share() -> Any:
        async with transact_write_async() as tx:
            await asyncio.gather(*(tx.put(AsyncAccount(id=str(number), balance=number)) for number in range(20)))
        return await transact_get_async(*(AsyncAccount.key(str(number)) for number in range(20)))

    assert list(range(20)) == [each.balance for each in loop.wait(share())]


def test_a_block_that_is_cancelled_sends_nothing(AsyncAccount, loop, requests_of):
    """The task ends as it should."""

    async def cancel() -> Any:
        entered, never = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            async with transact_write_async() as tx:
                await tx.put(AsyncAccount(id="cancelled"))
                entered.set()
                await never.wait()

        task = asyncio.create_task(work())
        await entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await AsyncAccount.get_item("cancelled", consistent_read=True)

    with requests_of(AsyncAccount.pydamo_config.table) as sent:
        got = loop.wait(cancel())
    assert (None, False) == (got, "TransactWriteItems" in sent)


def test_an_action_that_is_not_done_asking_when_the_block_ends_is_refused(AsyncAccount, loop):
    """It is not lost without a word."""

    async def late() -> Any:
        async with transact_write_async() as tx:
            task = asyncio.create_task(tx.put(AsyncAccount(id="late")))
            await asyncio.sleep(0)
        with pytest.raises(InvalidRequestError, match="the action was not added"):
            await task
        return await AsyncAccount.get_item("late", consistent_read=True)

    assert None is loop.wait(late())


def test_an_update_may_demand_that_its_item_exists(Account, account, name, transact_write):
    """As `update_item` does."""
    with transact_write() as tx:
        tx.update(Account.key(name), updates=[Account.attr.balance.add(1)], must_exist=True)
    with pytest.raises(TransactionCanceledError) as caught, transact_write() as tx:
        tx.update(Account.key("nobody"), updates=[Account.attr.balance.add(1)], must_exist=True)
    assert (account.balance + 1, None, ["ConditionalCheckFailed"]) == (
        found(Account, name).balance,
        found(Account, "nobody"),
        [reason.code for reason in caught.value.reasons],
    )
