"""Attributes that a model does not declare, against the engine: a renamed field, from the old attribute to the new."""

from __future__ import annotations

import pytest

from pydamodb import (
    ConditionCheckFailedError,
    Eq,
    InvalidConditionError,
    InvalidUpdateError,
    PydamoConfig,
    raw_attribute,
)


@pytest.fixture
def table(make_table):
    """Make a table with a sort key."""
    return make_table("family", "number", types={"number": "N"})


@pytest.fixture
def User(PrimaryKeyAndSortKeyModel, table):
    """Define a model whose field `name` was called `full_name` before."""

    class User(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: str
        number: int
        name: str = ""
        age: int = 0

    return User


@pytest.fixture
def old(table):
    """Store an item of the older model; return what reads its attributes."""
    table.put_item(Item={"family": "x", "number": 1, "full_name": "Ann", "a.b #n0:v0": {"size": [1, 2]}})

    def read():
        item = table.get_item(Key={"family": "x", "number": 1})["Item"]
        return {name: value for name, value in item.items() if name not in {"family", "number"}}

    return read


def test_a_renamed_field_gets_the_value_of_its_old_attribute(User, old):
    """One update moves the value, if the old attribute is still stored."""
    legacy = raw_attribute("full_name")
    moved = {"updates": [User.attr.name.set(legacy), legacy.remove()], "condition": legacy.exists()}
    User.update_item("x", 1, **moved)
    assert {"name": "Ann", "a.b #n0:v0": {"size": [1, 2]}} == old()
    with pytest.raises(ConditionCheckFailedError):
        User.update_item("x", 1, **moved)


def test_an_instance_is_updated_with_a_raw_attribute(User, old):
    """The instance has the new value, and the old attribute is gone."""
    user = User.get_item("x", 1)
    legacy = raw_attribute("full_name")
    user.update(updates=[User.attr.name.set(legacy), legacy.remove()], condition=legacy == "Ann")
    assert "Ann" == user.name
    assert "full_name" not in old()


def test_names_with_dots_and_signs_are_names(User, old):
    """Reserved words, dots, `#` and `:` mean nothing in a name."""
    odd = raw_attribute("a.b #n0:v0")
    updates = [odd["size"][0].remove(), raw_attribute("size").set({"select": "x"})]
    User.update_item("x", 1, updates=updates, condition=(odd["size"][1] == 2) & (odd["size"].size() == 2))
    assert {"full_name": "Ann", "a.b #n0:v0": {"size": [2]}, "size": {"select": "x"}} == old()


def test_a_transaction_takes_raw_attributes(User, old, transact_write):
    """In its updates, and in the conditions of each action."""
    with transact_write() as tx:
        tx.update(User.key("x", 1), updates={raw_attribute("full_name"): "Bob"}, condition=Eq("full_name", "Ann"))
        tx.check(User.key("x", 2), raw_attribute("full_name").not_exists())
    assert "Bob" == old()["full_name"]


@pytest.mark.usefixtures("old")
def test_filters_and_key_conditions_take_raw_attributes(User):
    """A filter finds items by an attribute that the model does not declare; keys keep their rules."""
    User(family="x", number=2).save()
    legacy = raw_attribute("full_name")
    assert [1] == [user.number for user in User.query_all("x", filter_condition=legacy.exists())]
    assert [2] == [user.number for user in User.scan_all(filter_condition=~Eq("full_name", "Ann"))]
    assert [2] == [user.number for user in User.query_all("x", sort_key_condition=raw_attribute("number") > 1)]
    with pytest.raises(InvalidConditionError, match="filter_condition cannot use 'number'"):
        User.query_all("x", filter_condition=raw_attribute("number") > 1)
    with pytest.raises(InvalidConditionError, match="full_name"):
        User.query_all("x", sort_key_condition=legacy == "Ann")


@pytest.mark.parametrize(
    ("updates", "reason"),
    [
        (lambda: {raw_attribute("number"): 3}, "User.number is a key of table"),
        (lambda: [raw_attribute("family").set("y")], "User.family is a key of table"),
        (lambda: [raw_attribute("age").set("many")], "User.age does not accept the new str"),
    ],
)
def test_a_raw_attribute_is_no_way_around_the_rules_of_a_field(User, updates, reason):
    """A key is never changed, and a value fits its field."""
    with pytest.raises(InvalidUpdateError, match=reason):
        User.update_item("x", 1, updates=updates())
