"""Attributes that a model does not declare, by their names: `raw_attribute("legacy")`, `Eq("legacy", 3)`."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from pydamodb import raw_attribute
from pydamodb.conditions import (
    AttributeExists,
    AttributeNotExists,
    BeginsWith,
    Between,
    Condition,
    Contains,
    Eq,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Ne,
    Size,
)
from pydamodb.exceptions import InvalidConditionError, InvalidRequestError, InvalidUpdateError, ItemEncodingError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.fields import AttributePath
from pydamodb.updates import actions_of


class Address(BaseModel):
    city: str = ""


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""


class User(BaseModel):
    id: str
    name: str = ""
    age: int = Field(default=0, ge=0)
    hidden: int = Field(default=0, exclude=True)
    address: Address = Address()
    closed: Closed = Closed()
    tags: list[str] = []
    prices: dict[str, Decimal] = {}


class Cat(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    kind: str = Field(default="", alias="a")


class Dog(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    kind: str = Field(default="", alias="b")
    other: str = Field(default="", alias="a")


class Owner(BaseModel):
    pet: Cat | Dog


attr: Any = AttributePath(User)


def condition_of(model: type[BaseModel], condition: Condition) -> tuple[str | None, list[str], list[Any]]:
    """Render a condition; return its text, its names and its values."""
    builder = ExpressionBuilder(model)
    text = builder.condition(condition)
    return text, list(builder.names), list(builder.values.values())


def update_of(model: type[BaseModel], updates: Any) -> tuple[str, list[str], list[Any]]:
    """Render an update; return its text, its names and its values."""
    builder = ExpressionBuilder(model)
    text = builder.update(actions_of(updates, model))
    return text, list(builder.names), list(builder.values.values())


@pytest.mark.parametrize(
    ("condition", "text", "names", "values"),
    [
        (raw_attribute("legacy").exists(), "attribute_exists(#n0)", ["legacy"], []),
        (raw_attribute("legacy").not_exists(), "attribute_not_exists(#n0)", ["legacy"], []),
        (raw_attribute("legacy") == 3, "#n0 = :v0", ["legacy"], [{"N": "3"}]),
        (raw_attribute("legacy") == 1.5, "#n0 = :v0", ["legacy"], [{"N": "1.5"}]),
        (raw_attribute("legacy") == Decimal("1.5"), "#n0 = :v0", ["legacy"], [{"N": "1.5"}]),
        (raw_attribute("legacy").between(1, 2), "#n0 BETWEEN :v0 AND :v1", ["legacy"], [{"N": "1"}, {"N": "2"}]),
        (raw_attribute("legacy").in_("a", b"b"), "#n0 IN (:v0, :v1)", ["legacy"], [{"S": "a"}, {"B": "Yg=="}]),
        (raw_attribute("legacy").begins_with("a"), "begins_with(#n0, :v0)", ["legacy"], [{"S": "a"}]),
        (raw_attribute("legacy").contains("a"), "contains(#n0, :v0)", ["legacy"], [{"S": "a"}]),
        (raw_attribute("legacy").size() > 3, "size(#n0) > :v0", ["legacy"], [{"N": "3"}]),
        (raw_attribute("a")["b"][1].c == True, "#n0.#n1[1].#n2 = :v0", ["a", "b", "c"], [{"BOOL": True}]),
        (raw_attribute("a.b") == 1, "#n0 = :v0", ["a.b"], [{"N": "1"}]),
        (raw_attribute("#n0:v0 SIZE") == 1, "#n0 = :v0", ["#n0:v0 SIZE"], [{"N": "1"}]),
        (raw_attribute("size") == 1, "#n0 = :v0", ["size"], [{"N": "1"}]),
        (raw_attribute("legacy") == None, "attribute_not_exists(#n0) OR #n0 = :v0", ["legacy"], [{"NULL": True}]),
        (raw_attribute("legacy") == attr.name, "#n0 = #n1", ["legacy", "name"], []),
        (attr.name != raw_attribute("legacy"), "#n0 <> #n1", ["name", "legacy"], []),
    ],
    ids=repr,
)
def test_a_raw_attribute_is_used_as_a_field_of_any_type(condition: Any, text: str, names: Any, values: Any) -> None:
    """Every condition takes it, with values that are encoded by their own types."""
    assert (text, names, values) == condition_of(User, condition)


@pytest.mark.parametrize(
    ("by_text", "by_field"),
    [
        (Eq("ttl", 3), raw_attribute("ttl") == 3),
        (Ne("ttl", 3), raw_attribute("ttl") != 3),
        (Lt("ttl", 3), raw_attribute("ttl") < 3),
        (Lte("ttl", 3), raw_attribute("ttl") <= 3),
        (Gt("ttl", 3), raw_attribute("ttl") > 3),
        (Gte("ttl", 3), raw_attribute("ttl") >= 3),
        (Between("ttl", 3, 4), raw_attribute("ttl").between(3, 4)),
        (In("ttl", 3, 4), raw_attribute("ttl").in_(3, 4)),
        (BeginsWith("ttl", "a"), raw_attribute("ttl").begins_with("a")),
        (Contains("ttl", "a"), raw_attribute("ttl").contains("a")),
        (AttributeExists("ttl"), raw_attribute("ttl").exists()),
        (AttributeNotExists("ttl"), raw_attribute("ttl").not_exists()),
        (Size("ttl") > 3, raw_attribute("ttl").size() > 3),
        (Eq("ttl.a[0]['b.c']", 3), raw_attribute("ttl")["a"][0]["b.c"] == 3),
        (Eq("""ttl["b.c"]""", 3), raw_attribute("ttl")["b.c"] == 3),
        (Eq("a-b", 3), raw_attribute("a-b") == 3),
    ],
    ids=repr,
)
def test_a_text_in_a_condition_is_the_path_of_an_attribute(by_text: Any, by_field: Any) -> None:
    """The form of upstream's conditions means the same as the documented one."""
    assert by_text == by_field
    assert condition_of(User, by_field) == condition_of(User, by_text)


@pytest.mark.parametrize(
    ("raw", "declared"),
    [
        (raw_attribute("age") == 1.5, attr.age == 1.5),
        (Eq("age", 30), attr.age == 30),
        (Eq("address.city", "Oslo"), attr.address.city == "Oslo"),
        (raw_attribute("address").city == "Oslo", attr.address.city == "Oslo"),
        (raw_attribute("tags")[0] == "a", attr.tags[0] == "a"),
        (raw_attribute("prices")["net"] == 1, attr.prices["net"] == 1),
        (raw_attribute("address") == Address(city="a"), attr.address == Address(city="a")),
    ],
    ids=repr,
)
def test_a_declared_attribute_has_the_rules_of_its_field(raw: Any, declared: Any) -> None:
    """A raw attribute is never a way around the checks of a field."""
    assert condition_of(User, declared) == condition_of(User, raw)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (Eq("age", "thirty"), "The condition on User.age does not fit"),
        (raw_attribute("tags") == "a", "The condition on User.tags does not fit"),
        (raw_attribute("hidden") == 1, "User.hidden is excluded from serialization"),
        (raw_attribute("age")["x"] == 1, r"""raw_attribute\("age"\)\["x"\] is not a field of User; use User.attr"""),
        (raw_attribute("tags")["x"] == 1, "is not a field of User"),
        (raw_attribute("legacy") == object(), r"""The condition on raw_attribute\("legacy"\) of User does not fit"""),
        (raw_attribute("legacy") < None, "None has no order"),
        (raw_attribute("\ud800") == 1, "User: the name of an attribute, or the key of a map, cannot be sent"),
    ],
    ids=range(8),
)
def test_a_condition_that_cannot_hold_is_refused(condition: Any, reason: str) -> None:
    """A wrong operand, or a path into a value without elements, is an error before anything is sent."""
    with pytest.raises(InvalidConditionError, match=reason) as caught:
        condition_of(User, condition)
    assert "User" == caught.value.model_name


def test_a_field_with_two_attribute_names_has_no_raw_path() -> None:
    """In a union of records, one name of an attribute can be that of different fields."""
    with pytest.raises(InvalidConditionError, match="is not a field of Owner"):
        condition_of(Owner, raw_attribute("pet")["a"] == "x")


def test_an_undeclared_attribute_of_a_nested_record_is_raw_too() -> None:
    """A field that was renamed inside a nested model can be found by its old name."""
    wanted = ("attribute_exists(#n0.#n1)", ["address", "town"], [])
    assert wanted == condition_of(User, raw_attribute("address").town.exists())


@pytest.mark.parametrize(
    ("updates", "text", "names", "values"),
    [
        ([raw_attribute("legacy").remove()], "REMOVE #n0", ["legacy"], []),
        ([raw_attribute("legacy").set([1, "a"])], "SET #n0 = :v0", ["legacy"], [{"L": [{"N": "1"}, {"S": "a"}]}]),
        ({raw_attribute("legacy"): None}, "SET #n0 = :v0", ["legacy"], [{"NULL": True}]),
        ({raw_attribute("legacy")["a"]: 1.5}, "SET #n0.#n1 = :v0", ["legacy", "a"], [{"N": "1.5"}]),
        ([raw_attribute("legacy").add(1)], "ADD #n0 :v0", ["legacy"], [{"N": "1"}]),
        ([raw_attribute("legacy").add({"a"})], "ADD #n0 :v0", ["legacy"], [{"SS": ["a"]}]),
        ([raw_attribute("legacy").delete({"a"})], "DELETE #n0 :v0", ["legacy"], [{"SS": ["a"]}]),
        ([attr.name.set(raw_attribute("full_name"))], "SET #n0 = #n1", ["name", "full_name"], []),
        (
            [attr.name.set(raw_attribute("full_name").if_not_exists("x")), raw_attribute("full_name").remove()],
            "SET #n0 = if_not_exists(#n1, :v0) REMOVE #n1",
            ["name", "full_name"],
            [{"S": "x"}],
        ),
        ({attr.age: raw_attribute("years") + 1}, "SET #n0 = #n1 + :v0", ["age", "years"], [{"N": "1"}]),
        ([raw_attribute("address").town.remove()], "REMOVE #n0.#n1", ["address", "town"], []),
        ([raw_attribute("closed").town.remove()], "REMOVE #n0.#n1", ["closed", "town"], []),
        ([raw_attribute("address")["town"].set(1)], "SET #n0.#n1 = :v0", ["address", "town"], [{"N": "1"}]),
        ([raw_attribute("age").set("30")], "SET #n0 = :v0", ["age"], [{"N": "30"}]),
    ],
)
def test_a_raw_attribute_is_updated_as_a_field_of_any_type(updates: Any, text: str, names: Any, values: Any) -> None:
    """Every action takes it, and another field may take its value."""
    assert (text, names, values) == update_of(User, updates)


@pytest.mark.parametrize(
    ("model", "updates", "reason"),
    [
        (User, [raw_attribute("age").set(-1)], "User.age does not accept the new int"),
        (User, [raw_attribute("id").remove()], "The update of User.id cannot work"),
        (User, [raw_attribute("age")["x"].set(1)], "is not a field of User"),
        (User, [raw_attribute("legacy").set(1), raw_attribute("legacy").remove()], "overlap"),
        (User, [raw_attribute("legacy").add("a")], r"raw_attribute\(\"legacy\"\) of User: only numbers can be added"),
        (User, [raw_attribute("closed").town.set(1)], "the model forbids extra attributes"),
        (User, [raw_attribute("closed").town.x.add(1)], "the model forbids extra attributes"),
        (Closed, [raw_attribute("legacy").set(1)], "the model forbids extra attributes"),
        (User, {"legacy": 1}, "the keys of updates are fields, such as User.attr.legacy; got str"),
    ],
)
def test_an_update_that_the_model_could_not_read_is_refused(model: Any, updates: Any, reason: str) -> None:
    """The rules of declared fields hold, and a model that forbids other attributes gets none."""
    with pytest.raises(InvalidUpdateError, match=reason):
        update_of(model, updates)


def test_an_untyped_value_is_stored_exactly_or_refused() -> None:
    """A value that would come back as another one is refused, as in a field of type Any."""
    with pytest.raises(ItemEncodingError, match=r"User.*legacy.* cannot be stored"):
        update_of(User, [raw_attribute("legacy").set(Address(city="Oslo"))])


@pytest.mark.parametrize("name", ["", None, 3, b"a"], ids=repr)
def test_a_raw_attribute_has_a_name(name: Any) -> None:
    """The name is a text that is not empty."""
    with pytest.raises(InvalidRequestError, match="raw_attribute takes the name of an attribute, got"):
        raw_attribute(name)


@pytest.mark.parametrize("text", ["", "a..b", "[0]", "a[x]", "a]"], ids=repr)
def test_a_text_that_is_no_path_is_refused_with_the_remedy(text: str) -> None:
    """A name with dots or brackets is written with raw_attribute()."""
    with pytest.raises(InvalidConditionError, match=r"is not a path such as .*; use raw_attribute"):
        Eq(text, 1)


def test_an_open_model_does_not_bypass_its_own_fields_by_the_name_of_their_attribute() -> None:
    """In a model with extra="allow", a text that names an attribute is the field of that attribute."""

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow", serialize_by_alias=True)

        age: int = Field(default=0, alias="years")

    fields: Any = AttributePath(Open)
    assert fields.age is fields("years")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))])  # noqa: S301 - our own bytes
def test_raw_attributes_and_their_conditions_can_be_copied(copied: Any) -> None:
    """There is one object for each raw path, and a condition with one is a value."""
    field = raw_attribute("legacy")["a"]
    condition = field == 3
    assert field is copied(field)
    assert condition == copied(condition)
    assert '<field raw_attribute("legacy")["a"]>' == repr(field)
    assert 'raw_attribute("legacy")["a"] = 3' == repr(condition)


def test_misuse_of_a_raw_attribute_has_no_name_of_a_model() -> None:
    """Before it is used on a model, a raw attribute belongs to none."""
    with pytest.raises(InvalidConditionError, match=r"raw_attribute\(\"x\"\) is a field in an expression") as caught:
        bool(raw_attribute("x"))
    assert "" == caught.value.model_name
