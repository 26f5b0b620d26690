"""Conditions as values: frozen, comparable, readable, and never a truth value."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb.conditions import (
    And,
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
    Not,
    Or,
    Size,
)
from pydamodb.exceptions import InsufficientConditionsError, InvalidConditionError, UnknownConditionTypeError
from pydamodb.fields import AttributePath


class Character(BaseModel):
    name: str
    age: int
    occupation: str
    tags: list[str] = []


attr: Any = AttributePath(Character)
other: Any = AttributePath(Character)
ADULT, BABY, HOMER = attr.age >= 18, attr.occupation == "Baby", attr.name == "Homer"

SHOWN: list[tuple[Condition, Condition, str]] = [
    (attr.age == 1, Eq(attr.age, 1), "age = 1"),
    (attr.age != 1, Ne(attr.age, 1), "age <> 1"),
    (attr.age < 1, Lt(attr.age, 1), "age < 1"),
    (attr.age <= 1, Lte(attr.age, 1), "age <= 1"),
    (attr.age > 1, Gt(attr.age, 1), "age > 1"),
    (attr.age >= 1, Gte(attr.age, 1), "age >= 1"),
    (attr.age == attr.tags[0], Eq(attr.age, attr.tags[0]), "age = tags[0]"),
    (attr.age == None, Eq(attr.age, None), "age = None"),
    (attr.age.between(1, 2), Between(attr.age, 1, 2), "age BETWEEN 1 AND 2"),
    (attr.name.in_("a", "b"), In(attr.name, "a", "b"), 'name IN ("a", "b")'),
    (attr.name.begins_with("B"), BeginsWith(attr.name, "B"), 'begins_with(name, "B")'),
    (attr.tags.contains("x"), Contains(attr.tags, "x"), 'contains(tags, "x")'),
    (attr.name.exists(), AttributeExists(attr.name), "attribute_exists(name)"),
    (attr.name.not_exists(), AttributeNotExists(attr.name), "attribute_not_exists(name)"),
    (attr.tags.size() == 5, Eq(Size(attr.tags), 5), "size(tags) = 5"),
    (attr.tags.size() != 5, Ne(Size(attr.tags), 5), "size(tags) <> 5"),
    (attr.tags.size() < 5, Lt(Size(attr.tags), 5), "size(tags) < 5"),
    (attr.tags.size() <= 5, Lte(Size(attr.tags), 5), "size(tags) <= 5"),
    (attr.tags.size() > 5, Gt(Size(attr.tags), 5), "size(tags) > 5"),
    (attr.tags.size() >= 5, Gte(Size(attr.tags), 5), "size(tags) >= 5"),
    (attr.age > attr.tags.size(), Gt(attr.age, Size(attr.tags)), "age > size(tags)"),
    (
        ADULT & (attr.occupation != "Baby"),
        And(ADULT, Ne(attr.occupation, "Baby")),
        'age >= 18 AND occupation <> "Baby"',
    ),
    (ADULT | BABY, Or(ADULT, BABY), 'age >= 18 OR occupation = "Baby"'),
    (~ADULT, Not(ADULT), "NOT (age >= 18)"),
    (ADULT & (BABY | HOMER), And(ADULT, Or(BABY, HOMER)), 'age >= 18 AND (occupation = "Baby" OR name = "Homer")'),
    ((ADULT & BABY) | HOMER, Or(And(ADULT, BABY), HOMER), '(age >= 18 AND occupation = "Baby") OR name = "Homer"'),
]


@pytest.mark.parametrize(("built", "named", "shown"), SHOWN, ids=[shown for *_, shown in SHOWN])
def test_an_operator_builds_the_condition_of_its_name(built: Condition, named: Condition, shown: str) -> None:
    """The condition equals the one made by name, has its hash, and prints readably."""
    assert (type(named), named, hash(named), shown) == (type(built), built, hash(built), repr(built))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (attr.age == 1, attr.age != 1),
        (attr.age == 1, attr.age == 2),
        (attr.age == 1, attr.name == 1),
        (attr.age == 1, attr.age.size() == 1),
        (ADULT & BABY, BABY & ADULT),
        (ADULT & BABY, ADULT | BABY),
        (ADULT, ~ADULT),
        (attr.name.exists(), attr.name.not_exists()),
        (attr.name.begins_with("a"), attr.name.contains("a")),
        (In(attr.name, "a"), In(attr.name, "b")),
    ],
    ids=str,
)
def test_different_conditions_are_not_equal(one: Condition, two: Condition) -> None:
    """Kind, field, operand and order all count."""
    assert False is (one == two)


def test_conditions_are_equal_whichever_field_object_they_were_made_with() -> None:
    """What counts is the model and the path."""
    assert (attr.age >= 18) == (other.age >= 18)


@pytest.mark.parametrize(
    ("built", "flat"),
    [
        (ADULT & BABY & HOMER, And(ADULT, BABY, HOMER)),
        (ADULT & (BABY & HOMER), And(ADULT, BABY, HOMER)),
        (ADULT | BABY | HOMER, Or(ADULT, BABY, HOMER)),
        (ADULT | (BABY | HOMER), Or(ADULT, BABY, HOMER)),
        ((ADULT | BABY) & HOMER, And(Or(ADULT, BABY), HOMER)),
        (~(ADULT & BABY) & HOMER, And(Not(And(ADULT, BABY)), HOMER)),
    ],
    ids=str,
)
def test_chains_of_one_operator_are_flat(built: Condition, flat: Condition) -> None:
    """`a & b & c` is one condition of three parts."""
    assert flat == built


def test_a_double_negation_is_the_condition_itself() -> None:
    """DynamoDB knows no third truth value."""
    assert ADULT is ~~ADULT


@pytest.mark.parametrize(
    "use",
    [bool, operator.not_, lambda c: c and c, lambda c: c or c, lambda c: 1 if c else 0, lambda c: any([c])],
    ids=["bool", "not", "and", "or", "if", "any"],
)
@pytest.mark.parametrize("condition", [ADULT, ADULT & BABY, ~ADULT, attr.name.exists()], ids=str)
def test_a_condition_is_no_truth_value(use: Callable[[Condition], object], condition: Condition) -> None:
    """`and` would silently drop a condition, so that it is refused and the operators named."""
    with pytest.raises(InvalidConditionError) as caught:
        use(condition)
    assert (
        f"The condition {condition} cannot be used as True or False. Use & | ~ instead of and, or, not. Put each "
        f"comparison in parentheses: (a == 1) & ~(b == 2). Use between() instead of a < b < c."
    ) == str(caught.value)


def test_a_chained_comparison_is_refused() -> None:
    """Python makes an `and` of it; the remedy is between()."""
    with pytest.raises(InvalidConditionError, match=r"between\(\)"):
        assert 10 < attr.age < 20


FORGOTTEN: list[tuple[str, Callable[[], object], str]] = [
    ("A == 1 & B == 2", lambda: attr.age == 1 & attr.occupation == "x", "occupation"),
    ("A == 1 | B == 2", lambda: attr.age == 1 | attr.occupation == "x", "occupation"),
    ("A == B & C == 2", lambda: attr.age == attr.name & attr.occupation == "x", "name"),
    ("A == B | C == 2", lambda: attr.age == attr.name | attr.occupation == "x", "name"),
    ("(A == 1) & B", lambda: attr.age & ADULT, "age"),
    ("~A == 1", lambda: ~attr.age == 1, "age"),
    ("~A", lambda: ~attr.tags[0], "tags[0]"),
]


@pytest.mark.parametrize(("build", "label"), [each[1:] for each in FORGOTTEN], ids=[each[0] for each in FORGOTTEN])
def test_forgotten_parentheses_are_refused(build: Callable[[], object], label: str) -> None:
    """In Python `&`, `|` and `~` bind closer than a comparison, so that an operand stands there without its own."""
    with pytest.raises(InvalidConditionError) as caught:
        build()
    message = (
        f"Character.{label} is next to & | or ~ without a comparison. "
        f"Put each comparison in parentheses: (a == 1) & ~(b == 2)."
    )
    assert (message, "Character") == (str(caught.value), caught.value.model_name)


@pytest.mark.parametrize("thing", [1, "x", None], ids=repr)
@pytest.mark.parametrize("combine", [operator.and_, operator.or_])
def test_a_value_before_a_condition_is_refused(combine: Callable[[Any, Any], object], thing: Any) -> None:
    """`a == 1 & (b == 2)` is `a == (1 & (b == 2))` for Python, which would be its own error without a remedy."""
    with pytest.raises(UnknownConditionTypeError) as caught:
        combine(thing, ADULT)
    assert (
        f"expected a condition such as Model.attr.field == value, got {type(thing).__name__}; combine conditions with "
        f"& | ~ and put each comparison in parentheses"
    ) == str(caught.value)


@pytest.mark.parametrize("kind", [And, Or])
@pytest.mark.parametrize("conditions", [(), (ADULT,)], ids=["none", "one"])
def test_a_combination_needs_two_conditions(kind: type[And | Or], conditions: tuple[Condition, ...]) -> None:
    """`And(x)` is more likely a slip than a wish."""
    with pytest.raises(InsufficientConditionsError) as caught:
        kind(*conditions)
    assert f"{kind.__name__} combines at least two conditions, got {len(conditions)}" == str(caught.value)


@pytest.mark.parametrize("thing", [True, None, "age > 1", attr.age, attr.age.size()], ids=repr)
@pytest.mark.parametrize(
    "combine",
    [lambda x: ADULT & x, lambda x: ADULT | x, lambda x: And(ADULT, x), lambda x: Or(x, ADULT), Not],
    ids=["&", "|", "And", "Or", "Not"],
)
def test_only_conditions_are_combined(thing: Any, combine: Callable[[Any], Condition]) -> None:
    """Anything else is named by its type."""
    with pytest.raises(UnknownConditionTypeError, match=f"got {type(thing).__name__};"):
        combine(thing)


@pytest.mark.parametrize(
    ("field", "count", "message"),
    [
        (attr.age, 0, "Character.age.in_() takes 1 to 100 values, got 0: give at least one value"),
        (attr.age, 101, "Character.age.in_() takes 1 to 100 values, got 101: combine several in_() with |"),
        (
            attr.tags.size(),
            0,
            "Character.tags.in_() takes 1 to 100 values, got 0: give at least one value",
        ),
    ],
    ids=["none", "too many", "of a size"],
)
def test_in_takes_one_to_a_hundred_values(field: Any, count: int, message: str) -> None:
    """DynamoDB's limit is named before it is met."""
    with pytest.raises(InvalidConditionError) as caught:
        In(field, *range(count))
    assert (message, "Character") == (str(caught.value), caught.value.model_name)


@pytest.mark.parametrize("count", [1, 100])
def test_in_takes_values_up_to_the_limit(count: int) -> None:
    """Both ends are included."""
    assert count == len(attr.age.in_(*range(count)).values)


@pytest.mark.parametrize(
    ("make", "function"), [(AttributeExists, "attribute_exists"), (AttributeNotExists, "attribute_not_exists")]
)
def test_a_size_has_no_existence_of_its_own(make: Callable[[Any], Condition], function: str) -> None:
    """DynamoDB's functions take a path."""
    with pytest.raises(InvalidConditionError) as caught:
        make(attr.name.size())
    assert (f"{function} takes a field, not its size: use Character.name itself", "Character") == (
        str(caught.value),
        caught.value.model_name,
    )


@pytest.mark.parametrize("thing", [None, Character, 1], ids=repr)
@pytest.mark.parametrize(
    "make",
    [lambda x: Eq(x, 1), lambda x: Between(x, 1, 2), lambda x: In(x, 1), AttributeExists, lambda x: BeginsWith(x, "a")],
    ids=["Eq", "Between", "In", "AttributeExists", "BeginsWith"],
)
def test_a_condition_is_about_a_field(thing: Any, make: Callable[[Any], Condition]) -> None:
    """Anything but a field, or the name of an attribute, is refused."""
    with pytest.raises(InvalidConditionError, match=f"a field of a model.*got {type(thing).__name__}"):
        make(thing)


@pytest.mark.parametrize(
    "condition",
    [ADULT, attr.age.between(1, 2), attr.age.in_(1), attr.age.exists(), ADULT & BABY, ~ADULT],
    ids=str,
)
def test_a_condition_never_changes(condition: Any) -> None:
    """It may be kept in a constant and used in many requests."""
    name = dataclasses.fields(condition)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(condition, name, None)


def test_text_with_quotes_is_shown_so_that_it_is_told_from_its_end() -> None:
    """What prints can be read in one way only."""
    assert repr(attr.name == 'a" OR name = "b') != repr((attr.name == "a") | (attr.name == "b"))


def test_sizes_are_found_again_by_identity() -> None:
    """As `==` builds a condition, a size is a key of a dict by itself."""
    size = attr.tags.size()
    assert (True, False) == (size in {size: 1}, hash(size) == hash(attr.tags.size()))
