"""Updates of values inside maps that are not stored, against the engine: what is stored, and how often is sent."""

# ruff: noqa: RUF012 - fixtures give models, whose fields have defaults

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import pytest
from pydantic import BaseModel

from pydamodb import (
    ConditionCheckFailedError,
    DynamoDBClientError,
    PydamoConfig,
    TransactionCanceledError,
    Version,
    VersionConflictError,
)


class Geo(BaseModel):
    label: str = ""
    level: int = 0


class Profile(BaseModel):
    nick: str | None = None
    seen: dict[str, int] = {}
    geo: Geo | None = None


class Address(BaseModel):
    street: str
    city: str


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table."""
    return make_table("id")


@pytest.fixture(scope="module")
def User(PrimaryKeyModel, table):
    """Define a model with maps that older items lack."""

    class User(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: str
        profile: Profile | None = None
        stats: dict[str, int] = {}
        home: Address | None = None
        count: int = 0

    return User


@pytest.fixture
def update(User, table, requests_of):
    """Return what updates the item "a" and returns the model and the number of requests."""
    table.put_item(Item={"id": "a", "count": 1})
    User.get_item("a")  # the keys of the table are read now

    def make(updates, key="a", **options):
        with requests_of(table) as sent:
            User.update_item(key, updates=updates, **options)
        return User.get_item(key), len(sent)

    return make


def test_a_value_of_an_absent_model_is_set_with_the_model(User, update):
    """The second request stores the whole model, and the next update needs one request."""
    found, sent = update({User.attr.profile.nick: "x", User.attr.count: 2})
    assert (User(id="a", profile=Profile(nick="x"), count=2), 2) == (found, sent)
    found, sent = update({User.attr.profile.nick: "y"})
    assert (User(id="a", profile=Profile(nick="y"), count=2), 1) == (found, sent)


def test_an_item_that_does_not_exist_is_created_by_the_same_rule(User, update, table):
    """An update without must_exist creates the item, with its maps."""
    table.delete_item(Key={"id": "b"})
    found, sent = update([User.attr.stats["a"].add(1), User.attr.profile.geo.label.set("x")], key="b")
    assert (User(id="b", profile=Profile(geo=Geo(label="x")), stats={"a": 1}), 2) == (found, sent)
    table.delete_item(Key={"id": "b"})
    with pytest.raises(ConditionCheckFailedError):
        update({User.attr.profile.nick: "x"}, key="b", must_exist=True)
    assert User.get_item("b") is None


def test_the_third_request_knows_the_item(User, update, table):
    """Of two nested maps the outer one is stored, so that the second request is refused and shows the item."""
    table.put_item(Item={"id": "a", "profile": {"nick": "kept", "seen": {}}, "stats": {"b": 2}})
    updates = {User.attr.profile.geo.label: "x", User.attr.stats["a"]: 1, User.attr.count: 5}
    found, sent = update(updates)
    profile = Profile(nick="kept", geo=Geo(label="x"))
    assert (User(id="a", profile=profile, stats={"a": 1, "b": 2}, count=5), 3) == (found, sent)


def test_the_condition_and_the_return_values_hold(User, update):
    """They go with each request; what is returned is the new item."""
    with pytest.raises(ConditionCheckFailedError):
        update({User.attr.profile.nick: "x"}, condition=User.attr.count == 7)
    new = User.update_item(
        "a", updates={User.attr.profile.nick: "x"}, condition=User.attr.count == 1, return_values="ALL_NEW"
    )
    assert User(id="a", profile=Profile(nick="x"), count=1) == new


def test_a_map_that_cannot_be_made_is_an_error_with_the_remedy(User, update, table, requests_of):
    """A required field is missing: one request, and the error names the path."""
    with requests_of(table) as sent, pytest.raises(DynamoDBClientError, match=r"on the way to User\.home\.city"):
        update({User.attr.home.city: "Oslo"})
    assert ["UpdateItem"] == sent
    found, _ = update({User.attr.home.city: "Oslo", User.attr.home.street: "Main Street 1"})
    assert Address(street="Main Street 1", city="Oslo") == found.home


def test_a_map_that_another_writer_stores_meanwhile_is_kept(User, update, table):
    """The second request has a condition: what others have stored is not overwritten."""
    client = table.meta.client
    seen = []

    def store(**_):
        seen.append(1)
        if len(seen) == 2:
            plain.put_item(Item={"id": "a", "profile": {"nick": "theirs", "seen": {"x": 1}}})

    plain = table
    client.meta.events.register("before-send.dynamodb.UpdateItem", store)
    try:
        found, _ = update({User.attr.profile.geo: Geo(label="x"), User.attr.profile.nick: "mine"})
    finally:
        client.meta.events.unregister("before-send.dynamodb.UpdateItem", store)
    assert 3 == len(seen)
    assert Profile(nick="mine", seen={"x": 1}, geo=Geo(label="x")) == found.profile


def test_an_instance_is_updated_with_its_version(PrimaryKeyModel, table):
    """The version is expected and counted in the second request, and another version is a conflict."""

    class Counted(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: str
        profile: Profile | None = None
        version: Annotated[int, Version] = 0

    one = Counted(id="v")
    with suppress(VersionConflictError):
        table.delete_item(Key={"id": "v"})
        one.save()
    other = Counted.get_item("v")
    one.update(updates={Counted.attr.profile.nick: "x"})
    assert (2, Profile(nick="x")) == (one.version, one.profile)
    with pytest.raises(VersionConflictError):
        other.update(updates={Counted.attr.profile.nick: "y"})


def test_a_transaction_names_the_path_and_the_remedy(User, update, transact_write):
    """A transaction is one request; DynamoDB refuses it, and nothing is written."""
    assert update is not None

    def write():
        with transact_write() as tx:
            tx.update(User.key("a"), updates={User.attr.profile.nick: "x"})

    with pytest.raises((TransactionCanceledError, DynamoDBClientError), match=r"on the way to User\.profile\.nick"):
        write()
    assert User.get_item("a").profile is None
