"""Conditions in the terms of one model: on its own paths, and without values that are stored by their absence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from pydamodb._expressions.absent_values import NULL, with_absences
from pydamodb._expressions.render_conditions import on_model, paths_in
from pydamodb.conditions import And, AttributeExists, AttributeNotExists, Condition, Eq, In, Ne, Or
from pydamodb.exceptions import InvalidConditionError
from pydamodb.fields import AttributePath


class Character(BaseModel):
    name: str
    age: int
    alive: bool = True
    catchphrase: str | None = None
    title: str | None
    traits: set[str] = set()
    required_traits: set[str]
    price: int = 0


class Renames(Character):
    model_config = ConfigDict(serialize_by_alias=True)

    age: int = Field(alias="years")


class Stranger(BaseModel):
    name: str


attr: Any = AttributePath(Character)
renamed: Any = AttributePath(Renames)
foreign: Any = AttributePath(Stranger)
A, B = attr.age >= 18, attr.alive == True


@pytest.mark.parametrize(
    ("condition", "labels"),
    [
        (A, ["age"]),
        (attr.name == attr.title, ["name", "title"]),
        (attr.age > attr.name.size(), ["age", "name"]),
        (attr.name.size() > 1, ["name"]),
        (attr.age.in_(1, attr.price), ["age", "price"]),
        (attr.age.between(attr.price, 2), ["age", "price"]),
        (~(A & (B | attr.title.exists())), ["age", "alive", "title"]),
    ],
    ids=str,
)
def test_all_paths_in_a_condition_are_found(condition: Condition, labels: list[str]) -> None:
    """Also those of operands, and those far inside."""
    assert labels == [path.label for path in paths_in(condition, Character)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (A, renamed.age >= 18),
        (attr.age.between(attr.price, 2), renamed.age.between(renamed.price, 2)),
        (attr.age.in_(1, attr.price), renamed.age.in_(1, renamed.price)),
        (attr.name.size() > attr.age, renamed.name.size() > renamed.age),
        (attr.age > attr.name.size(), renamed.age > renamed.name.size()),
        (attr.age.exists(), renamed.age.exists()),
        (attr.name.begins_with("x"), renamed.name.begins_with("x")),
    ],
    ids=str,
)
def test_a_condition_on_a_base_class_is_one_on_the_models_own_fields(condition: Condition, expected: Condition) -> None:
    """A subclass has the fields of its base, and may store them under other names."""
    paths = [path.steps for path in paths_in(condition, Renames)]
    assert (expected, paths) == (
        on_model(Renames, condition),
        [("years",) if path.label == "age" else (path.label,) for path in paths_in(expected, Renames)],
    )


@pytest.mark.parametrize("condition", [A, attr.age == attr.price, attr.name.size() > 1, A & B], ids=str)
def test_a_condition_on_the_models_own_fields_stays_as_it_is(condition: Condition) -> None:
    """Parts of a larger condition are looked at one by one, later."""
    assert condition is on_model(Character, condition)


@pytest.mark.parametrize(
    ("model", "condition", "described"),
    [
        (Character, foreign.name == "x", "Stranger.name"),
        (Character, attr.name == foreign.name, "Stranger.name"),
        (Character, attr.age > foreign.name.size(), "Stranger.name"),
        (Character, attr.age.in_(1, renamed.age), "Renames.age"),
        (Character, renamed.name == "x", "Renames.name"),
        (Stranger, A, "Character.age"),
    ],
    ids=["another", "as operand", "as size", "in a list", "of a subclass", "the other way round"],
)
def test_a_path_of_another_model_is_refused(model: type[BaseModel], condition: Condition, described: str) -> None:
    """Its attributes may be called otherwise there."""
    with pytest.raises(InvalidConditionError) as caught:
        on_model(model, condition)
    name = model.__name__
    assert (f"{described} is not a field of {name}; use {name}.attr", name) == (
        str(caught.value),
        caught.value.model_name,
    )


NO_TITLE = Or(AttributeNotExists(attr.title), Eq(attr.title, NULL))
ABSENT: list[tuple[Condition, Condition]] = [
    (attr.title == None, NO_TITLE),
    (attr.title != None, And(AttributeExists(attr.title), Ne(attr.title, NULL))),
    (attr.catchphrase == None, Or(AttributeNotExists(attr.catchphrase), Eq(attr.catchphrase, NULL))),
    (attr.catchphrase != None, And(AttributeExists(attr.catchphrase), Ne(attr.catchphrase, NULL))),
    (attr.traits == set(), AttributeNotExists(attr.traits)),
    (attr.traits != set(), AttributeExists(attr.traits)),
    (attr.required_traits == frozenset(), AttributeNotExists(attr.required_traits)),
    (attr.title.in_("x", None), Or(In(attr.title, "x"), NO_TITLE)),
    (attr.title.in_(None), NO_TITLE),
    (attr.traits.in_(set()), AttributeNotExists(attr.traits)),
    (attr.traits.in_({"a"}, set()), Or(In(attr.traits, {"a"}), AttributeNotExists(attr.traits))),
]


@pytest.mark.parametrize(("condition", "expected"), ABSENT, ids=[repr(each[0]) for each in ABSENT])
def test_a_comparison_with_an_absent_value_asks_for_the_attribute(condition: Condition, expected: Condition) -> None:
    """None is stored as an absent attribute or as NULL, and both count; an empty set is always absent."""
    assert expected == with_absences(condition)


@pytest.mark.parametrize(
    "condition",
    [A, attr.traits == {"a"}, attr.title == "", attr.title.in_("x", "y"), attr.name.size() == 0, attr.title < None],
    ids=str,
)
def test_a_comparison_with_a_value_stays_as_it_is(condition: Condition) -> None:
    """Only what is stored by its absence is asked for otherwise."""
    assert condition is with_absences(condition)
