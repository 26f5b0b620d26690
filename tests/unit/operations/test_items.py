"""Operations on one item, driven by hand: exact payloads in order, and bad input refused before the first request."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, computed_field, field_serializer, model_serializer

from pydamodb._operations import items as single
from pydamodb._operations.items import Update
from pydamodb._operations.keys import MISSING
from pydamodb._operations.requests import RequestFailed
from pydamodb.exceptions import (
    EmptyUpdateError,
    InvalidConditionError,
    InvalidItemError,
    InvalidKeyValueError,
    InvalidUpdateError,
    ItemEncodingError,
    MissingSortKeyValueError,
    UnknownConditionTypeError,
)
from pydamodb.fields import AttributePath


class Character(BaseModel):
    name: str
    age: int = 0
    nick: str | None = None
    title: str | None = "Mr"
    anything: Any = None


class Member(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    family: str = Field(alias="PK")
    number: int
    note: str = ""


class Stranger(BaseModel):
    first: str


attr: Any = AttributePath(Character)
DESCRIBE = ("DescribeTable", {"TableName": "table"})
HOMER = Character(name="Homer", age=39)
ITEM = {"name": {"S": "Homer"}, "age": {"N": "39"}, "title": {"S": "Mr"}}
KEY = {"name": {"S": "Homer"}}
EXISTS = {"ConditionExpression": "attribute_exists(#n0)", "ExpressionAttributeNames": {"#n0": "name"}}


@pytest.fixture
def table(table_for: Any) -> Any:
    """Return a table with a partition key."""
    return table_for(Character)


@pytest.fixture
def member_table(table_for: Any) -> Any:
    """Return a table with both keys."""
    return table_for(Member, has_sort_key=True)


REQUESTS: list[tuple[Any, tuple[str, Any], Any, Any]] = [
    (
        lambda table: single.save(table, HOMER, None),
        ("PutItem", {"TableName": "table", "Item": ITEM}),
        {},
        None,
    ),
    (
        lambda table: single.save(table, HOMER, attr.name.exists()),
        ("PutItem", {"TableName": "table", "Item": ITEM, **EXISTS}),
        {},
        None,
    ),
    (
        lambda table: single.get_item(table, "Homer", MISSING, consistent_read=False),
        ("GetItem", {"TableName": "table", "Key": KEY}),
        {"Item": ITEM},
        HOMER,
    ),
    (
        lambda table: single.get_item(table, "Homer", MISSING, consistent_read=True),
        ("GetItem", {"TableName": "table", "Key": KEY, "ConsistentRead": True}),
        {},
        None,
    ),
    (
        lambda table: single.delete(table, HOMER, None),
        ("DeleteItem", {"TableName": "table", "Key": KEY}),
        {},
        None,
    ),
    (
        lambda table: single.delete(table, HOMER, attr.name.exists()),
        ("DeleteItem", {"TableName": "table", "Key": KEY, **EXISTS}),
        {},
        None,
    ),
    (
        lambda table: single.delete_item(table, "Homer", MISSING, condition=attr.name.exists()),
        ("DeleteItem", {"TableName": "table", "Key": KEY, **EXISTS}),
        {},
        None,
    ),
    (
        lambda table: single.update_item(
            table, "Homer", MISSING, Update({attr.age: 40, attr.nick: None}, attr.age == 39)
        ),
        (
            "UpdateItem",
            {
                "TableName": "table",
                "Key": KEY,
                "UpdateExpression": "SET #n0 = :v0 REMOVE #n1",
                "ConditionExpression": "#n0 = :v1",
                "ExpressionAttributeNames": {"#n0": "age", "#n1": "nick"},
                "ExpressionAttributeValues": {":v0": {"N": "40"}, ":v1": {"N": "39"}},
            },
        ),
        {},
        None,
    ),
]


@pytest.mark.parametrize(("flow", "call", "reply", "result"), REQUESTS)
def test_an_operation_is_one_request_after_the_description(
    *, flow: Any, call: Any, reply: Any, result: Any, table: Any, drive: Any, description: Any
) -> None:
    """The payload is exactly what is needed, and the reply becomes the result."""
    assert ([DESCRIBE, call], [], result) == drive(flow(table), description("name"), reply)


@pytest.mark.parametrize(
    "flow",
    [
        lambda table: single.get_item(table, "Simpson", MISSING, consistent_read=False),
        lambda table: single.delete_item(table, "Simpson", MISSING, condition=None),
        lambda table: single.update_item(table, "Simpson", MISSING, Update({AttributePath(Member)("note"): "x"})),
    ],
    ids=["get", "delete", "update"],
)
def test_a_missing_sort_key_is_told_from_a_wrong_one(
    flow: Any, member_table: Any, drive: Any, description: Any
) -> None:
    """Nothing but the description is asked for."""
    calls, _, error = drive(flow(member_table), description("PK", "number", types={"number": "N"}))
    assert ([DESCRIBE], MissingSortKeyValueError) == (calls, type(error))


KEY_GIVEN = {
    "get": lambda table, value: single.get_item(table, value, MISSING, consistent_read=False),
    "delete": lambda table, value: single.delete_item(table, value, MISSING, condition=None),
    "update": lambda table, value: single.update_item(table, value, MISSING, Update({attr.age: 1})),
    "save": lambda table, value: single.save(table, Character(name=value), None),
    "delete an instance": lambda table, value: single.delete(table, Character(name=value), None),
}


@pytest.mark.parametrize("flow", KEY_GIVEN.values(), ids=KEY_GIVEN)
def test_a_bad_key_is_refused_before_it_is_sent(flow: Any, table: Any, drive: Any, description: Any) -> None:
    """By every operation, whether the key is given or an item's own."""
    calls, _, error = drive(flow(table, ""), description("name"))
    expected = "Character.name is a key of the table or of an index: a key cannot be empty"
    assert ([DESCRIBE], InvalidKeyValueError, expected) == (calls, type(error), str(error))


BEFORE_ANYTHING: list[tuple[Any, type[Exception]]] = [
    (lambda t: single.save(t, Character(name="x", anything=(1,)), None), ItemEncodingError),
    (lambda t: single.save(t, HOMER, attr.age == "x"), InvalidConditionError),
    (lambda t: single.save(t, HOMER, True), UnknownConditionTypeError),
    (lambda t: single.delete(t, HOMER, AttributePath(Stranger)("first") == "x"), InvalidConditionError),
    (lambda t: single.delete_item(t, "x", MISSING, condition="age > 1"), UnknownConditionTypeError),
    (lambda t: single.update_item(t, "x", MISSING, Update({})), EmptyUpdateError),
    (lambda t: single.update_item(t, "x", MISSING, Update({"age": 1})), InvalidUpdateError),
    (lambda t: single.update_item(t, "x", MISSING, Update({attr.age: "x"})), InvalidUpdateError),
    (lambda t: single.update_item(t, "x", MISSING, Update({attr.anything: (1,)})), ItemEncodingError),
    (
        lambda t: single.update_item(t, "x", MISSING, Update({attr.anything: {}, attr.anything["x"]: 1})),
        InvalidUpdateError,
    ),
]


@pytest.mark.parametrize(("flow", "kind"), BEFORE_ANYTHING)
def test_bad_input_is_refused_before_anything_is_sent(flow: Any, kind: type[Exception], table: Any, drive: Any) -> None:
    """Not even the table is asked for."""
    calls, _, error = drive(flow(table))
    assert ([], kind) == (calls, type(error))


def test_a_key_of_the_table_cannot_be_updated(table: Any, drive: Any, description: Any) -> None:
    """The key of an item never changes."""
    flow = single.update_item(table, "Homer", MISSING, Update({attr.name: "Bart"}))
    calls, _, error = drive(flow, description("name"))
    expected = (
        "Character.name is a key of table 'table': the key of an item never changes. Save a new item and delete the "
        "old one."
    )
    assert ([DESCRIBE], InvalidUpdateError, expected) == (calls, type(error), str(error))


@pytest.mark.parametrize("updates", [{attr.title: None}, {attr.title: ""}, {attr.age: 1}], ids=str)
def test_an_update_that_an_index_cannot_take_is_refused(updates: Any, table: Any, drive: Any, description: Any) -> None:
    """DynamoDB would refuse it without naming the field."""
    reply = description("name", wide={"by-title": ["title"], "by-age": ["age"]})
    calls, _, error = drive(single.update_item(table, "x", MISSING, Update(updates)), reply)
    assert ([DESCRIBE], InvalidKeyValueError) == (calls, type(error))


def test_a_key_of_an_index_that_is_left_out_is_fine(table: Any, drive: Any, description: Any) -> None:
    """The index stays sparse."""
    calls, _, _ = drive(single.save(table, HOMER, None), description("name", wide={"by-nick": ["nick"]}), {})
    assert ["DescribeTable", "PutItem"] == [name for name, _ in calls]


def test_a_key_may_be_computed(table_for: Any, drive: Any, description: Any) -> None:
    """It is stored under its alias, and key arguments are its values."""

    class Composite(BaseModel):
        model_config = ConfigDict(serialize_by_alias=True)

        name: str

        @computed_field(alias="PK")
        @property
        def key(self) -> str:
            return f"NAME#{self.name}"

    table = table_for(Composite)
    saved, _, _ = drive(single.save(table, Composite(name="x"), None), description("PK"), {})
    deleted, _, _ = drive(single.delete(table, Composite(name="x"), None), {})
    _, _, got = drive(single.get_item(table, "NAME#x", MISSING, consistent_read=False), {"Item": saved[1][1]["Item"]})
    key = {"PK": {"S": "NAME#x"}}
    assert ({**key, "name": {"S": "x"}}, key, Composite(name="x")) == (saved[1][1]["Item"], deleted[0][1]["Key"], got)


def test_a_delete_needs_nothing_but_the_key(table: Any, drive: Any, description: Any) -> None:
    """An item that could not be saved can be deleted."""
    calls, _, result = drive(
        single.delete(table, Character(name="x", anything=object()), None), description("name"), {}
    )
    assert ({"name": {"S": "x"}}, None) == (calls[1][1]["Key"], result)


def test_an_item_that_does_not_fit_the_model_is_an_error_of_ours(table: Any, drive: Any, description: Any) -> None:
    """It says which item, and what is wrong with it."""
    flow = single.get_item(table, "Homer", MISSING, consistent_read=False)
    _, _, error = drive(flow, description("name"), {"Item": {"age": {"N": "1"}}})
    assert InvalidItemError is type(error)


@pytest.mark.parametrize(("flow", "call", "reply", "result"), REQUESTS)
def test_a_refused_request_ends_the_flow(
    *, flow: Any, call: Any, reply: Any, result: Any, table: Any, drive: Any, description: Any
) -> None:
    """What was refused is the caller's to hear of; nothing is retried."""
    calls, _, error = drive(flow(table), description("name"), "ValidationException")
    assert ([DESCRIBE, call], RequestFailed, "ValidationException") == (calls, type(error), error.code)


def test_the_condition_travels_with_the_call(table: Any, description: Any) -> None:
    """So that the error of a failed check can show it."""
    condition = attr.name.not_exists()
    flow = single.save(table, HOMER, condition)
    next(flow)
    assert condition is flow.send(description("name")).condition


class Wrapped(BaseModel):
    name: str
    number: int = 1

    @field_serializer("name")
    def _prefixed(self, value: str) -> str:
        return f"P#{value}"

    @model_serializer(mode="wrap")
    def _whole(self, dump: Any) -> dict[str, Any]:
        return {**dump(self), "kind": "m"}


class Spelt(BaseModel):
    name: str
    number: int = 1

    @model_serializer
    def _whole(self) -> dict[str, Any]:
        return {"name": f"P#{self.name}", "number": self.number, "kind": "m"}


@pytest.mark.parametrize("model", [Wrapped, Spelt])
def test_a_model_with_its_own_serialiser_is_deleted_by_its_key_alone(
    model: Any, table_for: Any, drive: Any, description: Any
) -> None:
    """What the serialiser writes beside the key is no part of it."""
    calls, _, result = drive(single.delete(table_for(model), model(name="x"), None), description("name"), {})
    key = {"name": {"S": "P#x"}}
    assert (("DeleteItem", {"TableName": "table", "Key": key}), None) == (calls[-1], result)


def test_a_key_given_by_value_goes_through_the_serialisers_of_its_field(
    table_for: Any, drive: Any, description: Any
) -> None:
    """Also where the model has a serialiser of its own: the key is what was stored."""
    flow = single.get_item(table_for(Wrapped), "x", MISSING, consistent_read=False)
    calls, _, _ = drive(flow, description("name"), {})
    assert ("GetItem", {"TableName": "table", "Key": {"name": {"S": "P#x"}}}) == calls[-1]
