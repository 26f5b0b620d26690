"""Optimistic locking against the engine: each lost race is reported, and no write overwrites another unseen."""

from __future__ import annotations

import asyncio
import threading
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import ConfigDict, Field

from pydamodb import (
    AsyncPrimaryKeyModel,
    ConditionCheckFailedError,
    InvalidRequestError,
    InvalidUpdateError,
    PydamoConfig,
    TransactionCanceledError,
    Version,
    VersionConflictError,
)


@pytest.fixture(scope="module")
def Account(PrimaryKeyModel, make_table):
    """Define a model with a version, whose attribute has a name of its own."""

    class Account(PrimaryKeyModel):
        model_config = ConfigDict(serialize_by_alias=True)

        pydamo_config = PydamoConfig(table=make_table("name"))

        name: str
        balance: int = 0
        version: Annotated[int, Version] = Field(default=0, alias="v")

    return Account


@pytest.fixture
def account(Account, request):
    """Save an account of a name that no other test has."""
    account = Account(name=request.node.name[:200], balance=100)
    account.save()
    return account


@pytest.fixture
def again(Account, account):
    """Read the account once more, as somebody else would."""
    return Account.get_item(account.name, consistent_read=True)


@pytest.fixture(params=[{}, {"v": 0}], ids=["no version", "version 0"])
def foreign(Account, request):
    """Put an item of another mapper, which has no version or starts at 0; return its key."""
    name = request.node.name[:200]
    Account.pydamo_config.table.put_item(Item={"name": name, "balance": 7, **request.param})
    return name


def test_an_item_of_another_mapper_gets_its_first_version(Account, foreign):
    """Version 0 means the same as none: nobody has counted yet."""
    account = Account.get_item(foreign, consistent_read=True)
    account.balance += 1
    account.save()
    account.balance += 1
    account.save()
    assert (2, 9, account) == (account.version, account.balance, Account.get_item(foreign, consistent_read=True))


def test_of_two_who_read_such_an_item_one_is_refused(Account, foreign):
    """By a save, an update and a delete; no update is lost."""
    first, second = (Account.get_item(foreign, consistent_read=True) for _ in range(2))
    first.balance = 1
    first.save()
    for write in (second.save, second.delete, lambda: second.update(updates={Account.attr.balance: 2})):
        with pytest.raises(VersionConflictError) as caught:
            write()
        assert (0, 1) == (caught.value.expected_version, caught.value.actual_version)
    assert first == Account.get_item(foreign, consistent_read=True)


def test_such_an_item_is_updated_and_deleted(Account, foreign):
    """An instance counts from 0, `update_item` likewise."""
    account = Account.get_item(foreign, consistent_read=True)
    account.update(updates=[Account.attr.balance.add(1)])
    assert (1, 8) == (account.version, account.balance)
    Account.update_item(foreign, updates={Account.attr.balance: 5})
    account = Account.get_item(foreign, consistent_read=True)
    assert (2, 5) == (account.version, account.balance)
    account.delete()
    assert None is Account.get_item(foreign, consistent_read=True)


def test_such_an_item_is_deleted_at_once(Account, foreign):
    """The condition of the delete accepts what was read."""
    Account.get_item(foreign, consistent_read=True).delete()
    assert None is Account.get_item(foreign, consistent_read=True)


def test_a_new_model_replaces_such_an_item_but_none_with_a_version(Account, foreign):
    """As it replaces an item that is older than the mark."""
    Account(name=foreign, balance=1).save()
    with pytest.raises(VersionConflictError) as caught:
        Account(name=foreign, balance=2).save()
    assert (0, 1) == (caught.value.expected_version, caught.value.actual_version)
    assert (1, 1) == ((read := Account.get_item(foreign, consistent_read=True)).version, read.balance)


def test_a_condition_beside_version_0_is_told_apart(Account, foreign, transact_write):
    """What does not hold is the condition, not the version; the two alternatives of the version stay together."""
    account = Account.get_item(foreign, consistent_read=True)
    for condition in (Account.attr.balance == 1, (Account.attr.balance == 1) | (Account.attr.balance == 2)):
        with pytest.raises(ConditionCheckFailedError) as caught:
            account.save(condition=condition)
        assert ConditionCheckFailedError is type(caught.value)
        with pytest.raises(TransactionCanceledError) as canceled, transact_write() as tx:
            tx.put(account, condition=condition)
        assert [False] == [reason.is_version_conflict for reason in canceled.value.reasons]
    with transact_write() as tx:
        tx.put(account, condition=Account.attr.balance == 7)
    assert (1, 1) == (account.version, Account.get_item(foreign, consistent_read=True).version)


def test_a_stored_version_that_is_no_whole_number_is_a_conflict(Account, account):
    """Another program has written it: the error shows what was found."""
    Account.pydamo_config.table.put_item(Item={"name": account.name, "v": Decimal("1.5")})
    with pytest.raises(VersionConflictError, match=r"expected version 1 and found version 1\.5"):
        account.save()


def test_each_save_counts_the_version_up(Account, account):
    """In the item and in the instance."""
    account.save()
    account.balance = 1
    account.save()
    assert (3, account) == (account.version, Account.get_item(account.name))


def test_a_save_of_what_somebody_else_has_saved_since_is_refused(Account, account, again):
    """The item and the instance stay as they are."""
    account.save()
    again.balance = 5
    with pytest.raises(VersionConflictError) as caught:
        again.save()
    assert (1, 1, 2, account, None) == (
        again.version,
        caught.value.expected_version,
        caught.value.actual_version,
        Account.get_item(account.name),
        caught.value.item,
    )
    assert "it expected version 1 and found version 2. Read the item again and repeat the change" in str(caught.value)


def test_a_new_item_does_not_overwrite_one_that_is_there(Account, account):
    """Its version says that it was never read."""
    with pytest.raises(VersionConflictError) as caught:
        Account(name=account.name).save()
    assert (0, 1) == (caught.value.expected_version, caught.value.actual_version)


def test_an_item_that_is_gone_is_not_saved_again(Account, account, again):
    """Somebody else has deleted it, and would be surprised."""
    account.delete()
    with pytest.raises(VersionConflictError) as caught:
        again.save()
    assert (1, None, None) == (
        caught.value.expected_version,
        caught.value.actual_version,
        Account.get_item(account.name),
    )


def test_an_item_without_a_version_gets_one(Account, client):
    """As items have that are older than the mark."""
    client.put_item(TableName=Account.pydamo_config.table.name, Item={"name": {"S": "old"}, "balance": {"N": "7"}})
    old = Account.get_item("old")
    old.save()
    assert (1, 7, 1) == (old.version, old.balance, Account.get_item("old").version)


def test_a_delete_of_what_somebody_else_has_saved_since_is_refused(Account, account, again):
    """What they saved would be lost."""
    account.save()
    with pytest.raises(VersionConflictError):
        again.delete()
    account.delete()
    assert None is Account.get_item(account.name)


def test_an_update_of_an_instance_checks_and_counts(Account, account, again):
    """Like a save."""
    account.update(updates=[Account.attr.balance.add(5)])
    with pytest.raises(VersionConflictError) as caught:
        again.update(updates=[Account.attr.balance.add(5)], return_item_on_failure=True)
    assert (2, 105, 2, account) == (account.version, account.balance, caught.value.actual_version, caught.value.item)


def test_an_update_by_key_counts_without_a_check(Account, account, again):
    """It does not know what was read; who has read the item before it learns that it has changed."""
    found = Account.update_item(account.name, updates=[Account.attr.balance.add(1)], return_values="ALL_NEW")
    with pytest.raises(VersionConflictError):
        again.save()
    assert (2, 101) == (found.version, found.balance)


def test_an_update_by_key_of_nothing_makes_a_first_version(Account):
    """It creates the item."""
    Account.update_item("made by an update", updates=[Account.attr.balance.set(1)])
    assert 1 == Account.get_item("made by an update").version


def test_a_condition_of_the_callers_own_is_told_from_a_lost_race(Account, account, again):
    """Only the version makes a conflict."""
    poor = Account.attr.balance < 10
    with pytest.raises(ConditionCheckFailedError) as own:
        account.save(condition=poor)
    account.save()
    with pytest.raises(VersionConflictError):
        again.save(condition=poor | (Account.attr.balance == 100))
    assert (ConditionCheckFailedError, "version = 1 AND balance < 10") == (
        type(own.value),
        repr(own.value.condition),
    )


@pytest.mark.parametrize("action", [lambda a: a.version.set(1), lambda a: a.version.add(1)])
def test_the_version_itself_is_not_updated_by_hand(Account, account, action):
    """Each write does that."""
    with pytest.raises(InvalidUpdateError) as caught:
        Account.update_item(account.name, updates=[action(Account.attr)])
    assert (
        "Account.version is the version of the item, which each write increments: leave it out",
        account,
    ) == (str(caught.value), Account.get_item(account.name))


@pytest.mark.parametrize("version", [-1, "1", None, True])
def test_a_version_that_is_none_is_refused(account, version):
    """Before anything is sent."""
    object.__setattr__(account, "version", version)
    with pytest.raises(InvalidRequestError, match=r"Account.version: a version is a whole number from 0 on"):
        account.save()


@pytest.mark.parametrize("write", ["put", "delete"])
def test_a_batch_takes_no_items_with_versions(Account, account, write):
    """It has no conditions, so it would overwrite what it has not seen."""
    with Account.batch_writer() as writer, pytest.raises(InvalidRequestError) as caught:
        getattr(writer, write)(account)
    assert "Account.version is a Version, and a batch has no conditions" in str(caught.value)


def test_a_frozen_model_gets_its_version_too(PrimaryKeyModel, Account):
    """Only the library assigns it."""

    class Frozen(PrimaryKeyModel):
        model_config = ConfigDict(frozen=True, serialize_by_alias=True)
        pydamo_config = Account.pydamo_config

        name: str
        version: Annotated[int, Version] = Field(default=0, alias="v")

    frozen = Frozen(name="frozen")
    frozen.save()
    frozen.save()
    assert (2, {"name", "version"}) == (frozen.version, frozen.model_fields_set)


# --- in transactions ---


def test_a_transaction_checks_and_counts_versions(Account, account, again, transact_write):
    """Of what it puts, updates and deletes."""
    new, gone = Account(name=f"{account.name} new"), Account(name=f"{account.name} gone")
    gone.save()
    account.balance = 1
    with transact_write() as tx:
        tx.put(account)
        tx.put(new)
        tx.delete(gone)
    transaction = transact_write()
    tx = transaction.__enter__()
    tx.put(again, return_item_on_failure=True)
    tx.put(new)
    with pytest.raises(TransactionCanceledError) as caught:
        transaction.__exit__(None, None, None)
    reasons = caught.value.reasons
    assert (2, 1, account, new, None) == (
        account.version,
        new.version,
        Account.get_item(account.name),
        Account.get_item(new.name),
        Account.get_item(gone.name),
    )
    assert ([True, False], account, 1, True) == (
        [reason.is_version_conflict for reason in reasons],
        reasons[0].item,
        again.version,
        "action 1, Put of Account: ConditionalCheckFailed, the item has another version" in str(caught.value),
    )


def refused_delete(transact_write, account, condition):
    """Delete an account in a transaction that fails; return the only reason."""
    with pytest.raises(TransactionCanceledError) as caught, transact_write() as tx:
        tx.delete(account, condition=condition)
    (reason,) = caught.value.reasons
    return reason.code, reason.is_version_conflict, reason.item


def test_a_transaction_tells_a_condition_from_a_lost_race(Account, account, again, transact_write):
    """Only the version makes a conflict; an item is given only if it was asked for."""
    poor = Account.attr.balance < 10
    own = refused_delete(transact_write, account, poor)
    account.save()
    lost = refused_delete(transact_write, again, poor | (Account.attr.balance == 100))
    failed = "ConditionalCheckFailed"
    assert ((failed, False, None), (failed, True, None)) == (own, lost)


def test_an_update_in_a_transaction_counts_the_version_up(Account, account, again, transact_write):
    """By key it checks nothing, as update_item does."""
    with transact_write() as tx:
        tx.update(Account.key(account.name), updates=[Account.attr.balance.add(1)])
    with pytest.raises(VersionConflictError):
        again.save()
    assert (2, 101) == (Account.get_item(account.name).version, Account.get_item(account.name).balance)


# --- many at once ---


@pytest.mark.synchronous
def test_threads_that_race_lose_nothing(Account, account, on_moto):
    """Each lost race is reported, and repeated until it is won: the sum is right."""
    if on_moto:
        pytest.skip("moto checks a condition and writes in two steps")
    lost, failures = [], []

    def work() -> None:
        try:
            for _ in range(10):
                while True:
                    mine = Account.get_item(account.name, consistent_read=True)
                    mine.balance += 1
                    try:
                        mine.save()
                    except VersionConflictError as error:
                        lost.append(error)
                    else:
                        break
        except Exception as error:  # noqa: BLE001 - it is shown below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Account.get_item(account.name, consistent_read=True)
    assert ([], 180, 81, True) == (failures, found.balance, found.version, len(lost) > 0)


@pytest.fixture
def AsyncAccount(style, make_table, loop) -> Any:
    """Define an asynchronous model, to be awaited by many tasks at once."""
    if style == "sync":
        pytest.skip("threads race above")

    class AsyncAccount(AsyncPrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("name"))

        name: str
        balance: int = 0
        version: Annotated[int, Version] = 0

    return AsyncAccount


def test_tasks_that_race_lose_nothing(AsyncAccount, loop, on_moto):
    """A hundred of them add to one item, by version and by ADD."""
    if on_moto:
        pytest.skip("moto checks a condition and writes in two steps")
    lost: list[Exception] = []

    async def add_one() -> None:
        while True:
            mine = await AsyncAccount.get_item("shared", consistent_read=True)
            mine.balance += 1
            try:
                await mine.save()
            except VersionConflictError as error:
                lost.append(error)
            else:
                return

    async def add_ten() -> None:
        await AsyncAccount.update_item("shared", updates=[AsyncAccount.attr.balance.add(10)])

    async def race() -> Any:
        await AsyncAccount(name="shared").save()
        await asyncio.gather(*(add_one() if number % 4 == 0 else add_ten() for number in range(100)))
        return await AsyncAccount.get_item("shared", consistent_read=True)

    found = loop.wait(race())
    assert (25 + 750, 101, True) == (found.balance, found.version, len(lost) > 0)
