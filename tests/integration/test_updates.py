"""Update actions against the engine: what becomes of the item, what is returned, and what was in the way."""

# ruff: noqa: RUF012 - fixtures give models, whose fields have defaults

from __future__ import annotations

import operator
import threading
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import one_in
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from pydamodb import (
    ConditionCheckFailedError,
    DynamoDBClientError,
    InvalidItemError,
    InvalidRequestError,
    InvalidUpdateError,
    PydamoConfig,
)

NOON = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)


class Address(BaseModel):
    city: str
    visits: int = 0


@pytest.fixture(scope="module")
def Account(PrimaryKeyModel, make_table):
    """Define a model with a field of each kind that actions are for."""

    class Account(PrimaryKeyModel):
        model_config = ConfigDict(serialize_by_alias=True)

        pydamo_config = PydamoConfig(table=make_table("name"))

        name: str
        title: str = "Ms"
        count: int = 0
        optional: int | None = None
        limit: int = Field(default=10, ge=0)
        price: Decimal = Decimal(0)
        weight: float = 0.0
        pause: timedelta = timedelta(0)
        tags: list[str] = []
        addresses: list[Address] = []
        groups: set[str] = set()
        scores: set[int] = set()
        keys: set[bytes] = set()
        prices: dict[str, Decimal] = {}
        address: Address | None = None
        at: datetime = NOON
        note: str | None = Field(default=None, alias="the.note")
        secret: str = Field(default="", exclude=True)
        _opened: bool = PrivateAttr(default=False)

    return Account


@pytest.fixture
def account(Account, request):
    """Save an account of a name that no other test has."""
    account = Account(
        name=request.node.name[:200],
        count=5,
        price=Decimal("1.10"),
        weight=0.1,
        pause=timedelta(seconds=90),
        tags=["a", "b", "c"],
        groups={"x", "y"},
        scores={1, 2},
        keys={b"k"},
        prices={"net": Decimal(1)},
        address=Address(city="Oslo"),
    )
    account.save()
    return account


ACTIONS: list[tuple[str, Any, dict[str, Any]]] = [
    ("a sum", lambda a: a.count.set(a.count + 2), {"count": 7}),
    ("a difference", lambda a: a.count.set(a.count - 2), {"count": 3}),
    ("a sum of two fields", lambda a: a.count.set(a.count + a.limit), {"count": 15}),
    ("another field", lambda a: a.count.set(a.limit), {"count": 10}),
    ("a Decimal and an int", lambda a: a.price.set(a.price + 1), {"price": Decimal("2.10")}),
    ("Decimals", lambda a: a.price.set(a.price - Decimal("0.01")), {"price": Decimal("1.09")}),
    ("floats, exactly in decimal digits", lambda a: a.weight.set(a.weight + 0.2), {"weight": 0.3}),
    ("a span of time", lambda a: a.pause.set(a.pause + timedelta(seconds=0.5)), {"pause": timedelta(seconds=90.5)}),
    ("a first value", lambda a: a.optional.set(a.optional.if_not_exists(0) + 1), {"optional": 1}),
    ("no first value", lambda a: a.count.set(a.count.if_not_exists(0) + 1), {"count": 6}),
    ("a first value from elsewhere", lambda a: a.note.set(a.note.if_not_exists(a.title)), {"note": "Ms"}),
    ("append", lambda a: a.tags.append("d", "e"), {"tags": ["a", "b", "c", "d", "e"]}),
    ("prepend", lambda a: a.tags.prepend("d", "e"), {"tags": ["d", "e", "a", "b", "c"]}),
    ("append models", lambda a: a.addresses.append(Address(city="X")), {"addresses": [Address(city="X")]}),
    ("remove an element", lambda a: a.tags[1].remove(), {"tags": ["a", "c"]}),
    ("remove a key", lambda a: a.prices["net"].remove(), {"prices": {}}),
    ("remove an attribute", lambda a: a.count.remove(), {"count": 0}),
    ("add a number", lambda a: a.count.add(-7), {"count": -2}),
    ("add to nothing", lambda a: a.optional.add(3), {"optional": 3}),
    ("add to a nested number", lambda a: a.address.visits.add(1), {"address": Address(city="Oslo", visits=1)}),
    ("add elements", lambda a: a.groups.add({"y", "z"}), {"groups": {"x", "y", "z"}}),
    ("add numbers to a set", lambda a: a.scores.add({3}), {"scores": {1, 2, 3}}),
    ("delete elements", lambda a: a.groups.delete({"x", "unknown"}), {"groups": {"y"}}),
    ("delete all elements", lambda a: a.keys.delete({b"k"}), {"keys": set()}),
]


def test_changes_update_an_item_and_an_instance(Account, account):
    """By the names of fields, or by their aliases; None removes what is absent where it is None."""
    Account.update_item(account.name, updates=Account.changes(title="Dr", optional=3, tags=["x"]))
    account.update(updates=[*Account.changes(optional=None, price="1.5"), Account.attr.count.add(1)])
    account.update(updates=Account.changes(**{"the.note": "x", "address": {"city": "Oslo"}}))
    stored = Account.get_item(account.name, consistent_read=True)
    assert ("Dr", None, ["x"], Decimal("1.5"), account.count) == (
        stored.title,
        stored.optional,
        stored.tags,
        stored.price,
        stored.count,
    )
    assert ("x", Address(city="Oslo")) == (stored.note, stored.address)
    with pytest.raises(InvalidUpdateError, match="is a key of"):
        Account.update_item(account.name, updates=Account.changes(name="other"))


@pytest.mark.parametrize(("action", "changes"), [each[1:] for each in ACTIONS], ids=[each[0] for each in ACTIONS])
def test_an_action_changes_what_it_says_and_nothing_else(Account, account, action, changes):
    """What comes back is the item before, with this change."""
    expected = account.model_copy(
        update={key: account.name if value is ... else value for key, value in changes.items()}
    )
    Account.update_item(account.name, updates=[action(Account.attr)])
    assert expected == Account.get_item(account.name, consistent_read=True)


def test_actions_see_the_item_as_it_was_before(Account, account):
    """So two fields can change places."""
    Account.update_item(
        account.name,
        updates=[Account.attr.count.set(Account.attr.limit), Account.attr.limit.set(Account.attr.count)],
    )
    found = Account.get_item(account.name)
    assert (10, 5) == (found.count, found.limit)


def test_computed_values_may_stand_in_a_mapping(Account, account):
    """Beside plain ones."""
    attr = Account.attr
    Account.update_item(account.name, updates={attr.count: attr.count + 1, attr.weight: 2.5, attr.limit: attr.count})
    found = Account.get_item(account.name)
    assert (6, 2.5, 5) == (found.count, found.weight, found.limit)


def test_an_attribute_that_is_not_there_has_no_sum(Account, account):
    """DynamoDB says so, and nothing is changed; if_not_exists is the remedy."""
    with pytest.raises(DynamoDBClientError, match="does not exist in the item"):
        Account.update_item(account.name, updates=[Account.attr.optional.set(Account.attr.optional + 1)])
    assert account == Account.get_item(account.name)


@one_in(4)
@given(start=st.integers(-(10**15), 10**15), steps=st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=4))
def test_sums_are_exact(Account, start, steps):
    """Whichever way they are asked for."""
    Account(name="sums", count=start).save()
    attr = Account.attr
    ways = [
        attr.count.add,
        lambda step: attr.count.set(attr.count + step),
        lambda step: attr.count.set(attr.count - -step),
    ]
    for index, step in enumerate(steps):
        Account.update_item("sums", updates=[ways[index % 3](step)])
    assert start + sum(steps) == Account.get_item("sums").count


@one_in(4)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["append", "prepend", "add", "delete"]), st.text(min_size=1, max_size=3)), max_size=6
    )
)
def test_lists_and_sets_go_along_with_pythons(Account, steps):
    """Step by step."""
    expected = Account(name="steps")
    expected.save()
    for verb, text in steps:
        if verb in {"append", "prepend"}:
            Account.update_item("steps", updates=[getattr(Account.attr.tags, verb)(text)])
            expected.tags.insert(len(expected.tags) if verb == "append" else 0, text)
        else:
            Account.update_item("steps", updates=[getattr(Account.attr.groups, verb)({text})])
            change = {"add": operator.or_, "delete": operator.sub}[verb]
            expected.groups = change(expected.groups, {text})
    assert expected == Account.get_item("steps")


# --- what is returned ---


def test_an_update_returns_nothing_unless_asked(Account, account):
    """As in the contract."""
    assert None is Account.update_item(account.name, updates=[Account.attr.count.add(1)])


@pytest.mark.parametrize(("return_values", "count"), [("ALL_NEW", 6), ("ALL_OLD", 5)])
def test_an_update_returns_the_item_after_or_before_it(Account, account, return_values, count):
    """As a model."""
    found = Account.update_item(account.name, updates=[Account.attr.count.add(1)], return_values=return_values)
    assert account.model_copy(update={"count": count}) == found


def test_there_is_no_item_before_one_that_is_created(Account):
    """None says so."""
    updates = [Account.attr.count.add(1)]
    assert None is Account.update_item("created", updates=updates, return_values="ALL_OLD")


@pytest.mark.parametrize(
    ("return_values", "expected"),
    [
        ("UPDATED_NEW", {"count": 6, "at": NOON + timedelta(days=1), "note": "new", "groups": {"x", "y", "z"}}),
        ("UPDATED_OLD", {"count": 5, "at": NOON, "groups": {"x", "y"}}),
    ],
)
def test_an_update_returns_what_was_changed(Account, account, return_values, expected):
    """Values of the fields, by their names in Python."""
    attr = Account.attr
    updates = [attr.count.add(1), attr.at.set(NOON + timedelta(days=1)), attr.note.set("new"), attr.groups.add({"z"})]
    assert expected == Account.update_item(account.name, updates=updates, return_values=return_values)


def test_a_part_that_was_changed_is_returned_as_a_part(Account, account):
    """Engines differ in whether they return more of its attribute."""
    updates = [Account.attr.address.visits.add(1)]
    changed = Account.update_item(account.name, updates=updates, return_values="UPDATED_NEW")
    assert (["address"], 1) == (list(changed), changed["address"]["visits"])


def test_return_values_that_dynamodb_does_not_know_are_refused(Account, account, requests_of):
    """Before anything is sent."""
    with requests_of(Account.pydamo_config.table) as requests, pytest.raises(InvalidRequestError) as caught:
        Account.update_item(account.name, updates=[Account.attr.count.add(1)], return_values="NEW")
    known = "'NONE', 'ALL_NEW', 'ALL_OLD', 'UPDATED_NEW', 'UPDATED_OLD'"
    assert (f"update of Account: return_values is one of {known}, got 'NEW'", []) == (str(caught.value), requests)


def test_an_update_that_breaks_a_constraint_is_made_and_told(Account, account):
    """What DynamoDB computes is checked by nobody; reading the item says so."""
    with pytest.raises(InvalidItemError, match=r"greater than or equal to 0.*The update was made"):
        Account.update_item(account.name, updates=[Account.attr.limit.add(-11)], return_values="ALL_NEW")


# --- must_exist ---


@pytest.mark.parametrize("condition", [None, "count", "or"])
def test_an_update_that_needs_an_item_creates_none(Account, condition):
    """Whatever else must hold."""
    attr = Account.attr
    conditions = {None: None, "count": attr.count.not_exists(), "or": (attr.count == 1) | attr.count.not_exists()}
    with pytest.raises(ConditionCheckFailedError) as caught:
        Account.update_item("nobody", updates=[attr.count.add(1)], condition=conditions[condition], must_exist=True)
    assert (None, True) == (
        Account.get_item("nobody"),
        repr(caught.value.condition).startswith("attribute_exists(name)"),
    )


@pytest.mark.parametrize("condition", [None, "count", "or"])
def test_an_update_that_needs_an_item_changes_it(Account, account, condition):
    """If all else holds too."""
    attr = Account.attr
    conditions = {None: None, "count": attr.count == 5, "or": (attr.count == 1) | (attr.count == 5)}
    Account.update_item(account.name, updates=[attr.count.add(1)], condition=conditions[condition], must_exist=True)
    assert 6 == Account.get_item(account.name).count


# --- an instance ---


def test_an_instance_is_updated_and_refreshed(Account, account):
    """It has what others have changed meanwhile, and keeps what is never stored."""
    account.secret, account._opened, account.tags = "sesame", True, ["not", "saved"]
    Account.update_item(account.name, updates=[Account.attr.weight.set(9.5)])
    account.update(updates=[Account.attr.count.add(1)])
    assert (6, 9.5, ["a", "b", "c"], "sesame", True) == (
        account.count,
        account.weight,
        account.tags,
        account.secret,
        account._opened,
    )
    assert account.model_dump() == Account.get_item(account.name).model_dump()


def test_an_instance_whose_item_is_gone_is_not_updated(Account, account):
    """No item of a key and a counter comes into being, and the instance stays as it was."""
    before = account.model_copy(deep=True)
    account.delete()
    with pytest.raises(ConditionCheckFailedError):
        account.update(updates=[Account.attr.count.add(1)])
    assert (before, None) == (account, Account.get_item(account.name))


def test_an_instance_is_updated_on_a_condition(Account, account):
    """Where it does not hold, neither the item nor the instance changes."""
    with pytest.raises(ConditionCheckFailedError) as caught:
        account.update(updates={Account.attr.count: 1}, condition=Account.attr.count > 5, return_item_on_failure=True)
    assert (account, account) == (caught.value.item, Account.get_item(account.name))


# --- what was in the way ---


def failing_writes(account: Any, attr: Any) -> dict[str, Any]:
    """Return writes whose condition does not hold."""
    never, model = attr.count > 100, type(account)
    return {
        "save": lambda **options: account.save(condition=never, **options),
        "delete": lambda **options: account.delete(condition=never, **options),
        "update": lambda **options: account.update(updates=[attr.count.add(1)], condition=never, **options),
        "delete_item": lambda **options: model.delete_item(account.name, condition=never, **options),
        "update_item": lambda **options: model.update_item(
            account.name, updates=[attr.count.add(1)], condition=never, **options
        ),
    }


@pytest.mark.parametrize("operation", ["save", "delete", "update", "delete_item", "update_item"])
def test_a_failed_condition_has_the_item_that_it_met(Account, account, operation):
    """As a model, binary values and all; only if it was asked for."""
    with pytest.raises(ConditionCheckFailedError) as asked:
        failing_writes(account, Account.attr)[operation](return_item_on_failure=True)
    with pytest.raises(ConditionCheckFailedError) as unasked:
        failing_writes(account, Account.attr)[operation]()
    assert (account, None) == (asked.value.item, unasked.value.item)


def test_a_condition_that_met_nothing_has_no_item(Account):
    """None is there."""
    with pytest.raises(ConditionCheckFailedError) as caught:
        Account(name="nothing there").save(condition=Account.attr.count > 0, return_item_on_failure=True)
    assert None is caught.value.item


def test_an_item_that_does_not_fit_the_model_does_not_hide_the_failure(Account, account, client):
    """The condition failed all the same."""
    client.put_item(TableName=Account.pydamo_config.table.name, Item={"name": {"S": account.name}, "tags": {"N": "1"}})
    with pytest.raises(ConditionCheckFailedError) as caught:
        account.save(condition=Account.attr.count > 100, return_item_on_failure=True)
    assert None is caught.value.item


# --- bad input ---


@pytest.mark.parametrize(
    "action",
    [
        lambda a: a.name.set(a.note),
        lambda a: a.name.add(1),
        lambda a: a.name.remove(),
        lambda a: a.count.add("1"),
        lambda a: a.tags.append(1),
    ],
)
def test_an_action_that_cannot_work_is_refused(Account, account, action, requests_of):
    """Before anything is sent."""
    with requests_of(Account.pydamo_config.table) as requests, pytest.raises(InvalidUpdateError, match="Account"):
        Account.update_item(account.name, updates=[action(Account.attr)])
    assert [] == requests


# --- many at once ---


@pytest.mark.synchronous
def test_counters_of_many_threads_lose_nothing(Account, account, on_moto):
    """Eight threads add to one item, fifty times each; a sum in SET is as safe as ADD."""
    if on_moto:
        pytest.skip("moto reads and writes in two steps")
    attr = Account.attr
    failures = []

    def work() -> None:
        try:
            for _ in range(25):
                Account.update_item(account.name, updates=[attr.count.add(1)])
                Account.update_item(account.name, updates=[attr.count.set(attr.count + 1)])
        except Exception as error:  # noqa: BLE001 - it is shown below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ([], 5 + 8 * 50) == (failures, Account.get_item(account.name, consistent_read=True).count)
