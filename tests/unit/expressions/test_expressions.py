"""DynamoDB's grammar: tables of (condition, text, names, values), and random trees that read back as they were."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime, field_serializer

from pydamodb._expressions.render_conditions import paths_in
from pydamodb.conditions import And, Condition, Not, Or
from pydamodb.exceptions import InvalidConditionError, InvalidUpdateError, ItemEncodingError, UnknownConditionTypeError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.fields import AttributePath
from pydamodb.updates import Arithmetic, Remove, Set, actions_of

SOME_UUID = UUID("12345678-1234-5678-1234-567812345678")


class Colour(Enum):
    RED = "red"


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    city: str
    zip_code: str | None = Field(default=None, alias="zip-code")


class Character(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    name: str
    age: int
    occupation: str = Field(alias="job.title")
    catchphrase: str | None = None
    title: str | None
    alive: bool = True
    traits: set[str] = set()
    scores: set[int] = set()
    required_traits: set[str]
    children: list[str] = []
    homes: list[Address] = []
    prices: dict[str, Decimal] = {}
    address: Address
    created_at: datetime
    uid: UUID
    colour: Colour
    price: Decimal = Decimal(0)
    data: bytes = b""
    anything: Any = None
    whispered: str = ""
    seen_at: AwareDatetime | None = None
    local_time: NaiveDatetime | None = None
    hidden: int = Field(default=1, exclude=True)
    limit: int = 0
    weight: float = 0.0
    pause: timedelta = timedelta(0)
    pair: tuple[int, int] = (1, 2)
    whispers: list[str] = []

    @field_serializer("whispered")
    def _whisper(self, value: str) -> str:
        return value.lower()

    @field_serializer("whispers")
    def _whisper_all(self, values: list[str]) -> str:
        return ",".join(values)


class Sidekick(Character): ...


class Stranger(BaseModel):
    name: str


attr: Any = AttributePath(Character)
A, B, C = attr.age >= 18, attr.alive == True, attr.name == "Homer"
ADULT = {":v0": {"N": "18"}}

SPELT: list[tuple[Condition, str, list[str], list[dict[str, Any]]]] = [
    (attr.age == 39, "#n0 = :v0", ["age"], [{"N": "39"}]),
    (attr.age != 39, "#n0 <> :v0", ["age"], [{"N": "39"}]),
    (attr.age < 39, "#n0 < :v0", ["age"], [{"N": "39"}]),
    (attr.age <= 39, "#n0 <= :v0", ["age"], [{"N": "39"}]),
    (attr.age > 39, "#n0 > :v0", ["age"], [{"N": "39"}]),
    (attr.age >= 39, "#n0 >= :v0", ["age"], [{"N": "39"}]),
    (attr.age.between(1, 2), "#n0 BETWEEN :v0 AND :v1", ["age"], [{"N": "1"}, {"N": "2"}]),
    (attr.age.in_(1, 2, 3), "#n0 IN (:v0, :v1, :v2)", ["age"], [{"N": "1"}, {"N": "2"}, {"N": "3"}]),
    (attr.name.begins_with("B"), "begins_with(#n0, :v0)", ["name"], [{"S": "B"}]),
    (attr.data.begins_with(b"B"), "begins_with(#n0, :v0)", ["data"], [{"B": "Qg=="}]),
    (attr.created_at.begins_with("2024-"), "begins_with(#n0, :v0)", ["created_at"], [{"S": "2024-"}]),
    (attr.anything.begins_with("B"), "begins_with(#n0, :v0)", ["anything"], [{"S": "B"}]),
    (attr.name.contains("x"), "contains(#n0, :v0)", ["name"], [{"S": "x"}]),
    (attr.traits.contains("x"), "contains(#n0, :v0)", ["traits"], [{"S": "x"}]),
    (attr.scores.contains(1), "contains(#n0, :v0)", ["scores"], [{"N": "1"}]),
    (attr.children.contains("x"), "contains(#n0, :v0)", ["children"], [{"S": "x"}]),
    (
        attr.homes.contains(Address(city="x")),
        "contains(#n0, :v0)",
        ["homes"],
        [{"M": {"city": {"S": "x"}}}],
    ),
    (attr.name.contains(attr.title), "contains(#n0, #n1)", ["name", "title"], []),
    (attr.name.exists(), "attribute_exists(#n0)", ["name"], []),
    (attr.name.not_exists(), "attribute_not_exists(#n0)", ["name"], []),
    (attr.name.size() >= 3, "size(#n0) >= :v0", ["name"], [{"N": "3"}]),
    (attr.traits.size().__eq__(5), "size(#n0) = :v0", ["traits"], [{"N": "5"}]),
    (attr.age == attr.children.size(), "#n0 = size(#n1)", ["age", "children"], []),
    (attr.name == attr.title, "#n0 = #n1", ["name", "title"], []),
    (attr.occupation == "x", "#n0 = :v0", ["job.title"], [{"S": "x"}]),
    (attr.address.zip_code == "1", "#n0.#n1 = :v0", ["address", "zip-code"], [{"S": "1"}]),
    (attr.homes[0].city == "x", "#n0[0].#n1 = :v0", ["homes", "city"], [{"S": "x"}]),
    (attr.prices["net.eu"] > 1, "#n0.#n1 > :v0", ["prices", "net.eu"], [{"N": "1"}]),
    (attr.children[3].exists(), "attribute_exists(#n0[3])", ["children"], []),
    (
        attr.created_at > datetime(2024, 1, 2, tzinfo=timezone(timedelta(hours=2))),
        "#n0 > :v0",
        ["created_at"],
        [{"S": "2024-01-01T22:00:00.000000Z"}],
    ),
    (attr.uid == SOME_UUID, "#n0 = :v0", ["uid"], [{"S": str(SOME_UUID)}]),
    (attr.uid == str(SOME_UUID), "#n0 = :v0", ["uid"], [{"S": str(SOME_UUID)}]),
    (attr.colour == Colour.RED, "#n0 = :v0", ["colour"], [{"S": "red"}]),
    (attr.colour.in_("red", Colour.RED), "#n0 IN (:v0, :v1)", ["colour"], [{"S": "red"}, {"S": "red"}]),
    (attr.price >= 1, "#n0 >= :v0", ["price"], [{"N": "1"}]),
    (
        attr.price.between(Decimal("1.00000000093132257462"), Decimal("1.0000000009313226")),  # as floats, reversed
        "#n0 BETWEEN :v0 AND :v1",
        ["price"],
        [{"N": "1.00000000093132257462"}, {"N": "1.0000000009313226"}],
    ),
    (attr.price.between(0.5, Decimal("1.5")), "#n0 BETWEEN :v0 AND :v1", ["price"], [{"N": "0.5"}, {"N": "1.5"}]),
    (attr.whispered == "LOUD", "#n0 = :v0", ["whispered"], [{"S": "loud"}]),
    (attr.catchphrase == None, "attribute_not_exists(#n0) OR #n0 = :v0", ["catchphrase"], [{"NULL": True}]),
    (attr.traits == set(), "attribute_not_exists(#n0)", ["traits"], []),
    (
        attr.title.in_("x", None),
        "#n0 IN (:v0) OR attribute_not_exists(#n0) OR #n0 = :v1",
        ["title"],
        [{"S": "x"}, {"NULL": True}],
    ),
    (
        (attr.title == None) & B,
        "(attribute_not_exists(#n0) OR #n0 = :v0) AND #n1 = :v1",
        ["title", "alive"],
        [{"NULL": True}, {"BOOL": True}],
    ),
    (~(attr.title == None), "NOT (attribute_not_exists(#n0) OR #n0 = :v0)", ["title"], [{"NULL": True}]),
    (A & B, "#n0 >= :v0 AND #n1 = :v1", ["age", "alive"], [{"N": "18"}, {"BOOL": True}]),
    (A | B, "#n0 >= :v0 OR #n1 = :v1", ["age", "alive"], [{"N": "18"}, {"BOOL": True}]),
    (~A, "NOT #n0 >= :v0", ["age"], [{"N": "18"}]),
    (
        A & (B | C),
        "#n0 >= :v0 AND (#n1 = :v1 OR #n2 = :v2)",
        ["age", "alive", "name"],
        [{"N": "18"}, {"BOOL": True}, {"S": "Homer"}],
    ),
    (
        (A & B) | C,
        "#n0 >= :v0 AND #n1 = :v1 OR #n2 = :v2",
        ["age", "alive", "name"],
        [{"N": "18"}, {"BOOL": True}, {"S": "Homer"}],
    ),
    (~(A & B), "NOT (#n0 >= :v0 AND #n1 = :v1)", ["age", "alive"], [{"N": "18"}, {"BOOL": True}]),
    (A & ~B, "#n0 >= :v0 AND NOT #n1 = :v1", ["age", "alive"], [{"N": "18"}, {"BOOL": True}]),
    ((attr.age > 1) & (attr.age < 3), "#n0 > :v0 AND #n0 < :v1", ["age"], [{"N": "1"}, {"N": "3"}]),
]


@pytest.mark.parametrize(("condition", "text", "names", "values"), SPELT, ids=[repr(each[0]) for each in SPELT])
def test_a_condition_is_spelt(condition: Condition, text: str, names: list[str], values: list[dict[str, Any]]) -> None:
    """In DynamoDB's grammar, with a placeholder for each name and each value, and no other."""
    builder = ExpressionBuilder(Character)
    expected: dict[str, Any] = {
        "FilterExpression": text,
        "ExpressionAttributeNames": {f"#n{index}": name for index, name in enumerate(names)},
    }
    if values:
        expected["ExpressionAttributeValues"] = {f":v{index}": value for index, value in enumerate(values)}
    assert expected == builder.arguments(FilterExpression=builder.condition(condition))


REFUSED: list[tuple[Any, str]] = [
    (attr.age == "39", "The condition on Character.age does not fit: expected int, got str."),
    (attr.age == True, "The condition on Character.age does not fit: expected int, got bool."),
    (attr.age < None, "The condition on Character.age does not fit: None has no order; compare it with == or !=."),
    (attr.age.between(None, 1), "None has no order"),
    (attr.age.between(2, 1), "the lower bound of between() is greater than the upper one"),
    (attr.age > attr.age, "it is compared with itself"),
    (attr.name.size() > 10**39 + 1, "size of Character.name does not fit: a number of 40 significant digits"),
    (attr.age.in_(math.nan), "DynamoDB has no number nan"),
    (attr.age.in_([1, 2]), "expected int, got list (give several values one by one: in_(*values))."),
    (attr.name.size() == 1.5, "The condition on size of Character.name does not fit: a size is compared with an int"),
    (attr.name.size() == True, "a size is compared with an int, got bool"),
    (attr.name.size() == None, "None has no order"),
    (attr.colour == "blue", "expected one of the values of Colour, got str"),
    (attr.age.begins_with("1"), "begins_with does not support values stored as N"),
    (attr.traits.begins_with("x"), "begins_with does not support values stored as SS"),
    (attr.name.begins_with(1), "begins_with takes text or bytes as stored; got int"),
    (attr.name.begins_with(b"x"), "begins_with takes text or bytes as stored; got bytes"),
    (attr.data.begins_with("x"), "begins_with takes text or bytes as stored; got str"),
    (attr.name.begins_with("\ud800"), "lone surrogate"),
    (attr.age.contains(1), "contains does not support values stored as N"),
    (attr.address.contains("city"), "contains does not support values stored as M"),
    (attr.name.contains(1), "text can contain only text; got int"),
    (attr.name.contains(b"a"), "text can contain only text; got bytes"),
    (attr.data.contains("a"), "bytes can contain only bytes; got str"),
    (attr.traits.contains(1), "expected str, got int"),
    (attr.children.contains(3), "expected str, got int"),
    pytest.param(attr.anything == object(), "no form in DynamoDB", id="anything = an object"),
    (
        attr.seen_at == datetime(2024, 1, 2),  # noqa: DTZ001 - naive on purpose
        "The condition on Character.seen_at does not fit: expected a datetime with a time zone, got one without.",
    ),
    (
        attr.local_time < datetime(2024, 1, 2, tzinfo=timezone.utc),
        "The condition on Character.local_time does not fit: expected a datetime without a time zone, got one with.",
    ),
    (
        attr.hidden == 1,
        "Character.hidden is excluded from serialization, so it is never stored. Use a stored field.",
    ),
    (
        attr.age > attr.hidden,
        "Character.hidden is excluded from serialization, so it is never stored. Use a stored field.",
    ),
]


@pytest.mark.parametrize(("condition", "message"), REFUSED, ids=[repr(each[0]) for each in REFUSED])
def test_an_operand_that_does_not_fit_is_refused(condition: Condition, message: str) -> None:
    """It would silently never hold, or be an error of DynamoDB's that names a placeholder."""
    with pytest.raises(InvalidConditionError) as caught:
        ExpressionBuilder(Character).condition(condition)
    assert (True, "Character") == (message in str(caught.value), caught.value.model_name)


def test_a_condition_on_a_size_is_no_condition_on_a_prefix() -> None:
    """A function takes a field."""
    from_size = attr.name.begins_with("x").__class__(attr.name.size(), "x")
    with pytest.raises(InvalidConditionError, match="begins_with takes a field, not its size"):
        ExpressionBuilder(Character).condition(from_size)


def test_a_path_of_a_base_class_is_a_path_of_the_model() -> None:
    """A subclass has the fields of its base."""
    assert "#n0 >= :v0" == ExpressionBuilder(Sidekick).condition(A)


def test_a_subclass_that_renames_an_attribute_is_asked_by_its_own_name() -> None:
    """The base's path would compare an attribute that the subclass does not write."""

    class Renames(Character):
        model_config = ConfigDict(serialize_by_alias=True)

        age: int = Field(alias="years")

    builder = ExpressionBuilder(Renames)
    builder.condition(A)
    assert {"years": "#n0"} == builder.names


@pytest.mark.parametrize("thing", [True, "x", 1, attr.age, attr.age.size()], ids=repr)
def test_what_is_no_condition_is_refused(thing: Any) -> None:
    """A slip such as `Character.age == 1` gives a bool."""
    with pytest.raises(UnknownConditionTypeError, match=f"got {type(thing).__name__}"):
        ExpressionBuilder(Character).condition(thing)


def test_a_condition_of_a_users_own_making_is_refused() -> None:
    """DynamoDB knows no others."""

    class Mine(Condition): ...

    with pytest.raises(UnknownConditionTypeError, match="DynamoDB does not support the condition Mine") as caught:
        ExpressionBuilder(Character).condition(Mine())
    assert Mine is caught.value.condition_type


def test_a_condition_that_is_nested_too_deep_is_refused() -> None:
    """With an error of ours, before DynamoDB counts its operators."""
    condition: Condition = A
    for _ in range(20_000):
        condition = Not(condition)
    with pytest.raises(InvalidConditionError, match="nested too deep"):
        ExpressionBuilder(Character).condition(condition)


def test_no_expression_needs_no_placeholders() -> None:
    """DynamoDB refuses empty tables."""
    builder = ExpressionBuilder(Character)
    assert {} == builder.arguments(ConditionExpression=builder.condition(None))


def test_one_table_of_placeholders_serves_all_expressions_of_a_request() -> None:
    """A name has one placeholder, a value one each time."""
    builder = ExpressionBuilder(Character)
    update = builder.update(actions_of({attr.age: 40}, Character))
    assert {
        "UpdateExpression": "SET #n0 = :v0",
        "ConditionExpression": "#n0 = :v1",
        "ExpressionAttributeNames": {"#n0": "age"},
        "ExpressionAttributeValues": {":v0": {"N": "40"}, ":v1": {"N": "39"}},
    } == builder.arguments(UpdateExpression=update, ConditionExpression=builder.condition(attr.age == 39))


UPDATES: list[tuple[dict[Any, Any], str, list[str], list[Any]]] = [
    ({attr.age: 40}, "SET #n0 = :v0", ["age"], [{"N": "40"}]),
    ({attr.age: 40, attr.name: "x"}, "SET #n0 = :v0, #n1 = :v1", ["age", "name"], [{"N": "40"}, {"S": "x"}]),
    ({attr.catchphrase: None}, "REMOVE #n0", ["catchphrase"], []),
    ({attr.title: None}, "SET #n0 = :v0", ["title"], [{"NULL": True}]),
    ({attr.traits: set()}, "REMOVE #n0", ["traits"], []),
    (
        {attr.catchphrase: None, attr.age: 1, attr.traits: frozenset(), attr.name: "x"},
        "REMOVE #n0, #n2 SET #n1 = :v0, #n3 = :v1",
        ["catchphrase", "age", "traits", "name"],
        [{"N": "1"}, {"S": "x"}],
    ),
    ({attr.occupation: "x"}, "SET #n0 = :v0", ["job.title"], [{"S": "x"}]),
    ({attr.address.zip_code: "1"}, "SET #n0.#n1 = :v0", ["address", "zip-code"], [{"S": "1"}]),
    ({attr.address.zip_code: None}, "REMOVE #n0.#n1", ["address", "zip-code"], []),
    ({attr.children[0]: "x"}, "SET #n0[0] = :v0", ["children"], [{"S": "x"}]),
    ({attr.prices["net"]: 1}, "SET #n0.#n1 = :v0", ["prices", "net"], [{"N": "1"}]),
    ({attr.colour: "red"}, "SET #n0 = :v0", ["colour"], [{"S": "red"}]),
    ({attr.whispered: "quiet"}, "SET #n0 = :v0", ["whispered"], [{"S": "quiet"}]),
    (
        {attr.children[0]: "x", attr.children[1]: "y"},
        "SET #n0[0] = :v0, #n0[1] = :v1",
        ["children"],
        [{"S": "x"}, {"S": "y"}],
    ),
]


@pytest.mark.parametrize(("updates", "text", "names", "values"), UPDATES, ids=str)
def test_an_update_is_spelt(updates: Any, text: str, names: list[str], values: list[Any]) -> None:
    """Each clause once, in the order in which it is first needed."""
    builder = ExpressionBuilder(Character)
    actual = builder.update(actions_of(updates, Character))
    assert (
        text,
        {name: f"#n{index}" for index, name in enumerate(names)},
        {f":v{index}": value for index, value in enumerate(values)},
    ) == (actual, builder.names, builder.values)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (attr.address, attr.address.city),
        (attr.address.city, attr.address),
        (attr.children, attr.children[0]),
        (attr.homes[0], attr.homes[0].city),
        (attr("prices.net"), AttributePath(Character)("prices.net")),
    ],
    ids=str,
)
def test_overlapping_paths_are_refused(one: Any, two: Any) -> None:
    """DynamoDB refuses both, in words of placeholders."""
    with pytest.raises(InvalidUpdateError, match="overlap") as caught:
        ExpressionBuilder(Character).update(
            [Set(one.__pydamo_path__, one.__pydamo_path__), Remove(two.__pydamo_path__)]
        )
    assert (True, True) == (
        one.__pydamo_path__.described in str(caught.value),
        two.__pydamo_path__.described in str(caught.value),
    )


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (attr.children[0], attr.children[1]),
        (attr.address.city, attr.address.zip_code),
        (attr.name, attr.age),
        (attr("prices.a"), attr("prices.ab")),
    ],
    ids=str,
)
def test_neighbouring_paths_do_not_overlap(one: Any, two: Any) -> None:
    """Only a path and what lies below it do."""
    assert (
        "SET"
        == ExpressionBuilder(Character).update(
            [Set(path, path) for path in (one.__pydamo_path__, two.__pydamo_path__)]
        )[:3]
    )


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        (attr.age, "forty", InvalidUpdateError),
        (attr.children[0], 1, InvalidUpdateError),
        (attr.anything, (1, 2), ItemEncodingError),
    ],
    ids=str,
)
def test_a_new_value_that_does_not_fit_is_refused(field: Any, value: Any, error: type[Exception]) -> None:
    """Before anything is sent."""
    with pytest.raises(error):
        ExpressionBuilder(Character).update([Set(field.__pydamo_path__, value)])


NEW_LIST = [{"L": []}, {"L": [{"S": "x"}, {"S": "y"}]}]
ACTIONS: list[tuple[Any, str, list[str], list[Any]]] = [
    (attr.age.set(attr.age + 1), "SET #n0 = #n0 + :v0", ["age"], [{"N": "1"}]),
    (attr.age.set(attr.age - 1), "SET #n0 = #n0 - :v0", ["age"], [{"N": "1"}]),
    (attr.age.set(attr.limit - attr.age), "SET #n0 = #n1 - #n0", ["age", "limit"], []),
    (attr.age.set(attr.limit), "SET #n0 = #n1", ["age", "limit"], []),
    (attr.price.set(attr.price + 1), "SET #n0 = #n0 + :v0", ["price"], [{"N": "1"}]),
    (attr.price.set(attr.price + Decimal("0.10")), "SET #n0 = #n0 + :v0", ["price"], [{"N": "0.1"}]),
    (attr.price.set(attr.age), "SET #n0 = #n1", ["price", "age"], []),
    (attr.weight.set(attr.weight - 1), "SET #n0 = #n0 - :v0", ["weight"], [{"N": "1.0"}]),
    (attr.pause.set(attr.pause + timedelta(seconds=1)), "SET #n0 = #n0 + :v0", ["pause"], [{"N": "1"}]),
    (attr.anything.set(attr.anything + 1), "SET #n0 = #n0 + :v0", ["anything"], [{"N": "1"}]),
    (attr.age.set(attr.age.if_not_exists(7)), "SET #n0 = if_not_exists(#n0, :v0)", ["age"], [{"N": "7"}]),
    (
        attr.age.set(attr.age.if_not_exists(0) + 1),
        "SET #n0 = if_not_exists(#n0, :v0) + :v1",
        ["age"],
        [{"N": "0"}, {"N": "1"}],
    ),
    (
        attr.catchphrase.set(attr.catchphrase.if_not_exists(attr.name)),
        "SET #n0 = if_not_exists(#n0, #n1)",
        ["catchphrase", "name"],
        [],
    ),
    (attr.children.append("x", "y"), "SET #n0 = list_append(if_not_exists(#n0, :v0), :v1)", ["children"], NEW_LIST),
    (attr.children.prepend("x", "y"), "SET #n0 = list_append(:v1, if_not_exists(#n0, :v0))", ["children"], NEW_LIST),
    (
        attr.homes.append(Address(city="x")),
        "SET #n0 = list_append(if_not_exists(#n0, :v0), :v1)",
        ["homes"],
        [{"L": []}, {"L": [{"M": {"city": {"S": "x"}}}]}],
    ),
    (attr.catchphrase.remove(), "REMOVE #n0", ["catchphrase"], []),
    (attr.alive.remove(), "REMOVE #n0", ["alive"], []),
    (attr.children[2].remove(), "REMOVE #n0[2]", ["children"], []),
    (attr.prices["net"].remove(), "REMOVE #n0.#n1", ["prices", "net"], []),
    (attr.age.add(5), "ADD #n0 :v0", ["age"], [{"N": "5"}]),
    (attr.price.add(-2), "ADD #n0 :v0", ["price"], [{"N": "-2"}]),
    (attr.prices["net"].add(Decimal("0.5")), "ADD #n0.#n1 :v0", ["prices", "net"], [{"N": "0.5"}]),
    (attr.traits.add({"x"}), "ADD #n0 :v0", ["traits"], [{"SS": ["x"]}]),
    (attr.scores.add(frozenset({1})), "ADD #n0 :v0", ["scores"], [{"NS": ["1"]}]),
    (attr.anything.add({b"x"}), "ADD #n0 :v0", ["anything"], [{"BS": ["eA=="]}]),
    (attr.traits.delete({"x"}), "DELETE #n0 :v0", ["traits"], [{"SS": ["x"]}]),
    (attr.scores.delete({1}), "DELETE #n0 :v0", ["scores"], [{"NS": ["1"]}]),
    (attr.anything.delete({"x"}), "DELETE #n0 :v0", ["anything"], [{"SS": ["x"]}]),
]


@pytest.mark.parametrize(("action", "text", "names", "values"), ACTIONS, ids=[str(each[0]) for each in ACTIONS])
def test_an_action_is_spelt(action: Any, text: str, names: list[str], values: list[Any]) -> None:
    """In DynamoDB's grammar, each operand as its field would be stored."""
    builder = ExpressionBuilder(Character)
    actual = builder.update(actions_of([action], Character))
    assert (
        text,
        {name: f"#n{index}" for index, name in enumerate(names)},
        {f":v{index}": value for index, value in enumerate(values)},
    ) == (actual, builder.names, builder.values)


def test_actions_of_all_kinds_make_one_expression() -> None:
    """Each clause once, the actions of a kind in their order."""
    updates = [
        attr.age.add(1),
        attr.title.set("x"),
        attr.scores.add({1}),
        attr.catchphrase.remove(),
        attr.name.set("y"),
    ]
    builder = ExpressionBuilder(Character)
    assert "ADD #n0 :v0, #n2 :v2 SET #n1 = :v1, #n4 = :v3 REMOVE #n3" == builder.update(actions_of(updates, Character))


REFUSED_ACTIONS: list[tuple[Any, str]] = [
    (attr.age.set(attr.age + 1.5), "Character.age: expected int, got float"),
    (attr.age.set(attr.age + True), "Character.age: only numbers can be added or subtracted, got bool"),
    (attr.age.set(attr.age + None), "only numbers can be added or subtracted, got NoneType"),
    (attr.age.set(attr.age + "1"), "only numbers can be added or subtracted, got str"),
    (attr.weight.set(attr.weight + Decimal(1)), "Character.weight: expected float, got Decimal"),
    (attr.weight.add(10**40 + 1), "a number of 41 significant digits"),
    (attr.pause.set(attr.pause + 1), "Character.pause: expected timedelta, got int"),
    (attr.name.set(attr.name + "x"), "The update of Character.name cannot work: it is not stored as a number"),
    (attr.age.set(attr.age + attr.name), "The update of Character.name cannot work: it is not stored as a number"),
    (attr.name.set(attr.age + 1), "Character.name cannot work: it cannot hold the values of Character.age"),
    (attr.age.set(attr.weight), "Character.age cannot work: it cannot hold the values of Character.weight"),
    (attr.age.set(attr.name), "Character.age cannot work: it cannot hold the values of Character.name"),
    (attr.uid.set(attr.name), "Character.uid cannot work: it cannot hold the values of Character.name"),
    (attr.name.set(attr.title), "Character.name cannot work: it cannot hold the values of Character.title"),
    (attr.age.set(attr.age.if_not_exists("x")), "Character.age does not accept the new str"),
    (
        attr.catchphrase.set(attr.catchphrase.if_not_exists(None)),
        "the value of if_not_exists() is stored as an absent attribute",
    ),
    (attr.age.set(attr.hidden), "Character.hidden cannot work: it is excluded from serialization"),
    (attr.age.add("x"), "Character.age: only numbers can be added or subtracted, got str"),
    (attr.name.add(1), "Character.name: a number cannot be added to a value stored as S"),
    (attr.children.add({"x"}), "Character.children cannot work: it is not a set"),
    (attr.traits.add(1), "Character.traits: a number cannot be added to a value stored as SS"),
    (attr.traits.add(set()), "elements are given as a set that is not empty, got an empty set"),
    (attr.traits.add({1}), "Character.traits does not accept the new int"),
    pytest.param(
        attr.anything.add({1, "x"}),
        "a set in DynamoDB holds only strings, only numbers or only bytes",
        id="ADD anything a mixed set",
    ),
    (attr.traits.delete("x"), "elements are given as a set that is not empty, got str"),
    (attr.traits.delete({1}), "Character.traits cannot work: expected str, got int"),
    (attr.age.delete({1}), "Character.age cannot work: it is not a set"),
    (attr.children.append(1), "Character.children does not accept the new int"),
    (attr.children.append(), "no elements are given; give at least one"),
    (attr.name.append("x"), "Character.name has no elements"),
    (attr.whispers.append("x"), "Character.whispers has its own serializer: set the whole value"),
    (attr.name.remove(), "Character.name cannot work: the item could not be read without it"),
    (attr.address.city.remove(), "Character.address.city cannot work: the item could not be read without it"),
    (attr.pair[0].remove(), "Character.pair[0] cannot work: the item could not be read without it"),
]


@pytest.mark.parametrize(("action", "message"), REFUSED_ACTIONS, ids=[str(each[0]) for each in REFUSED_ACTIONS])
def test_an_action_that_cannot_work_is_refused(action: Any, message: str) -> None:
    """Before anything is sent, naming the field."""
    with pytest.raises(InvalidUpdateError) as caught:
        ExpressionBuilder(Character).update(actions_of([action], Character))
    assert (True, "Character") == (message in str(caught.value), caught.value.model_name)


def test_a_third_operand_is_refused() -> None:
    """DynamoDB adds two at a time."""
    with pytest.raises(InvalidUpdateError) as caught:
        attr.age + 1 + 1
    assert "DynamoDB adds or subtracts two operands at a time, and this has three." == str(caught.value)


def test_a_sum_of_a_users_own_making_has_a_field_in_it() -> None:
    """DynamoDB adds to what it has; Python can add the rest."""
    with pytest.raises(InvalidUpdateError, match=r"Character\.age cannot work: one side of \+ or - "):
        ExpressionBuilder(Character).update(actions_of([attr.age.set(Arithmetic(1, "+", 2))], Character))


def test_an_update_notes_the_values_that_it_sets() -> None:
    """Keys of indexes among them are checked, and the updated item of an instance."""
    builder = ExpressionBuilder(Character)
    builder.update(actions_of({attr.age: 1, attr.occupation: "x", attr.address.city: "y"}, Character))
    assert {("age",): {"N": "1"}, ("job.title",): {"S": "x"}, ("address", "city"): {"S": "y"}} == builder.assigned


# --- random trees: what is spelt is read by a small parser of DynamoDB's grammar, and must be the same tree ---

LEAVES = {
    "age": attr.age >= 1,
    "alive": attr.alive == True,
    "name": attr.name.begins_with("x"),
    "price": attr.price.between(1, 2),
    "title": attr.title.exists(),
    "children": attr.children.size() > 1,
    "colour": attr.colour.in_("red"),
}
TOKEN = re.compile(r"\(|\)|AND|OR|NOT|BETWEEN|IN|\w+\(|[#:]\w+|[<>=]+|,")


class Parser:
    """Reads an expression by DynamoDB's precedence: NOT before AND before OR; leaves become the name they speak of."""

    def __init__(self, text: str, names: dict[str, str]) -> None:
        """Take the text apart."""
        self.tokens = TOKEN.findall(text)
        self.names = names

    def peek(self) -> str:
        """Look at the next token."""
        return self.tokens[0] if self.tokens else ""

    def take(self) -> str:
        """Take the next token."""
        return str(self.tokens.pop(0))

    def disjunction(self) -> Any:
        """Read parts between ORs."""
        return self.parts("OR", lambda: self.parts("AND", self.negation))

    def parts(self, word: str, read: Any) -> Any:
        """Read parts between a word."""
        found = [read()]
        while self.peek() == word:
            self.take()
            found.append(read())
        return found[0] if len(found) == 1 else (word, *found)

    def negation(self) -> Any:
        """Read a negation, something in parentheses, or a leaf."""
        if self.peek() == "NOT":
            self.take()
            return ("NOT", self.negation())
        if self.peek() == "(":
            self.take()
            inner = self.disjunction()
            assert ")" == self.take()
            return inner
        return self.leaf()

    def leaf(self) -> str:
        """Read a comparison or a function, up to its end."""
        name, depth = "", 0
        ends = {"AND", "OR", ")", ""}
        between = False
        while depth or self.peek() not in ends or (between and self.peek() == "AND"):
            token = self.take()
            between = token == "BETWEEN" or (between and token != "AND")
            depth += token.endswith("(") - (token == ")")
            name = name or self.names.get(token, "")
        return name


def tree(condition: Condition) -> Any:
    """Show a condition as the parser shows what it reads; a combination within its own kind is one chain."""
    match condition:
        case And(conditions=parts) | Or(conditions=parts):
            word = condition.word
            shown: list[Any] = []
            for part in map(tree, parts):
                shown += part[1:] if isinstance(part, tuple) and part[0] == word else [part]
            return (word, *shown)
        case Not(condition=inner):
            return ("NOT", tree(inner))
        case leaf:
            return next(iter(paths_in(leaf, Character))).label


def flat(shown: Any) -> Any:
    """Join chains of one word that the parentheses of the text kept apart."""
    if isinstance(shown, str):
        return shown
    word, *parts = shown
    parts = [flat(part) for part in parts]
    if word == "NOT":
        return (word, *parts)
    joined: list[Any] = []
    for part in parts:
        joined += part[1:] if isinstance(part, tuple) and part[0] == word else [part]
    return (word, *joined)


def _combined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=2, max_size=4)
    return (
        st.builds(lambda parts: And(*parts), several)
        | st.builds(lambda parts: Or(*parts), several)
        | st.builds(Not, inner)
        | st.builds(lambda a, b: a & b, inner, inner)
        | st.builds(lambda a, b: a | b, inner, inner)
        | st.builds(lambda a: ~a, inner)
    )


conditions = st.recursive(st.sampled_from(list(LEAVES.values())), _combined, max_leaves=12)


@given(conditions)
def test_a_random_tree_is_read_back_as_it_was(condition: Condition) -> None:
    """The parentheses are where DynamoDB's precedence needs them."""
    builder = ExpressionBuilder(Character)
    text = builder.condition(condition)
    names = {placeholder: name for name, placeholder in builder.names.items()}
    parser = Parser(str(text), names)
    assert (tree(condition), []) == (flat(parser.disjunction()), parser.tokens)


@given(conditions)
def test_parentheses_are_never_doubled(condition: Condition) -> None:
    """DynamoDB refuses redundant ones."""
    text = str(ExpressionBuilder(Character).condition(condition))
    opened: list[int] = []
    pairs: set[tuple[int, int]] = set()
    for position, character in enumerate(text):
        if character == "(":
            opened.append(position)
        elif character == ")":
            pairs.add((opened.pop(), position))
    assert [] == [(start, end) for start, end in pairs if (start + 1, end - 1) in pairs]


@given(conditions)
def test_every_placeholder_is_used_and_every_one_used_is_there(condition: Condition) -> None:
    """DynamoDB refuses unused ones as well as unknown ones."""
    builder = ExpressionBuilder(Character)
    text = str(builder.condition(condition))
    assert set(re.findall(r"[#:]\w+", text)) == {*builder.names.values(), *builder.values}


@pytest.mark.parametrize(
    "spell",
    [
        lambda builder: builder.condition(attr.prices["\ud800"] == 1),
        lambda builder: builder.condition(attr.prices["\ud800"].exists()),
        lambda builder: builder.condition(attr.prices["a"] < attr.prices["\ud800"]),
        lambda builder: builder.update(actions_of({attr.prices["\ud800"]: 1}, builder.model)),
        lambda builder: builder.update(actions_of({attr.prices["a"]: 1, attr.prices["\ud800"]: 2}, builder.model)),
    ],
    ids=["a comparison", "existence", "another field", "an update", "the second of two updates"],
)
def test_a_lone_surrogate_in_a_key_of_a_map_is_refused(spell: Any) -> None:
    """It has no UTF-8 form, so that no such key is ever stored."""
    with pytest.raises((InvalidConditionError, InvalidUpdateError), match="lone surrogate"):
        spell(ExpressionBuilder(Character))
