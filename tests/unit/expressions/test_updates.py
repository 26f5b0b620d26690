"""Updates as values: what actions, or a mapping from fields to values, ask for."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from pydamodb.exceptions import EmptyUpdateError, InvalidUpdateError
from pydamodb.fields import AttributePath
from pydamodb.updates import Arithmetic, IfNotExists, Remove, Set, UpdateAction, actions_of, is_repeatable


class Character(BaseModel):
    name: str
    age: int
    catchphrase: str | None = None
    title: str | None
    tags: set[str] = set()
    nicks: list[str] = []


class Renames(Character):
    model_config = ConfigDict(serialize_by_alias=True)

    age: int = Field(alias="years")


class Stranger(BaseModel):
    name: str


attr: Any = AttributePath(Character)


@pytest.mark.parametrize(
    ("updates", "actions"),
    [
        ({attr.age: 40}, (Set(attr.age.__pydamo_path__, 40),)),
        ({attr.catchphrase: "Woo-hoo!"}, (Set(attr.catchphrase.__pydamo_path__, "Woo-hoo!"),)),
        ({attr.catchphrase: None}, (Remove(attr.catchphrase.__pydamo_path__),)),
        ({attr.title: None}, (Set(attr.title.__pydamo_path__, None),)),
        ({attr.tags: set()}, (Remove(attr.tags.__pydamo_path__),)),
        ({attr.tags: {"a"}}, (Set(attr.tags.__pydamo_path__, {"a"}),)),
        (
            {attr.age: 40, attr.catchphrase: None},
            (Set(attr.age.__pydamo_path__, 40), Remove(attr.catchphrase.__pydamo_path__)),
        ),
    ],
    ids=str,
)
def test_a_value_is_set_or_its_attribute_removed(updates: Any, actions: Any) -> None:
    """A value that is stored by its absence removes the attribute."""
    assert actions == actions_of(updates, Character)


@pytest.mark.parametrize(
    ("actions", "mapping"),
    [
        ([attr.age.set(40)], {attr.age: 40}),
        ((attr.age.set(40), attr.catchphrase.set(None)), {attr.age: 40, attr.catchphrase: None}),
        ((action for action in [attr("age").set(40)]), {attr.age: 40}),
    ],
    ids=["a list", "a tuple, with an absence", "an iterator"],
)
def test_actions_do_what_a_mapping_does(actions: Any, mapping: Any) -> None:
    """Each is a field and its new value."""
    assert actions_of(mapping, Character) == actions_of(actions, Character)


def test_actions_print_as_dynamodb_spells_them() -> None:
    """Readably, with the value as Python shows it."""
    assert ["SET name = 'x'", "REMOVE catchphrase"] == [
        repr(action) for action in actions_of([attr.name.set("x"), attr.catchphrase.set(None)], Character)
    ]


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (attr.age.set(attr.age + 1), "SET age = age + 1"),
        (attr.age.set(attr.age.if_not_exists(0) - 1), "SET age = if_not_exists(age, 0) - 1"),
        (attr.name.set(attr.catchphrase), "SET name = catchphrase"),
        (attr.nicks.append("x", "y"), "SET nicks = list_append(nicks, ['x', 'y'])"),
        (attr.nicks.prepend("x"), "SET nicks = list_append(['x'], nicks)"),
        (attr.nicks[2].remove(), "REMOVE nicks[2]"),
        (attr.age.add(5), "ADD age 5"),
        (attr.tags.delete({"x"}), "DELETE tags {'x'}"),
    ],
)
def test_each_action_prints_as_dynamodb_spells_it(action: Any, text: str) -> None:
    """By the names of the fields."""
    assert text == repr(action)


@pytest.mark.parametrize(
    ("action", "repeatable"),
    [
        (attr.age.set(1), True),
        (attr.age.set(attr.age.if_not_exists(0)), True),
        (attr.catchphrase.remove(), True),
        (attr.tags.add({"x"}), True),
        (attr.tags.delete({"x"}), True),
        (attr.age.add(1), False),
        (attr.age.set(attr.age + 1), False),
        (attr.age.set(attr.age.if_not_exists(0) + 1), False),
        (attr.name.set(attr.title), False),
        (attr.name.set(attr.title.if_not_exists("x")), False),
        (attr.name.set(attr.name.if_not_exists(attr.title)), False),
        (attr.nicks.append("x"), False),
        (attr.nicks.prepend("x"), False),
        (attr.nicks[1].remove(), False),
        (attr.nicks[1].set("x"), False),
    ],
)
def test_an_action_is_repeatable_or_not(action: Any, repeatable: bool) -> None:
    """What is carried out twice must not count twice; a value beyond the end of a list is appended each time."""
    assert repeatable == is_repeatable(action)


@pytest.mark.parametrize("value", [attr.age + 1, attr.age.if_not_exists(0), attr.name], ids=repr)
def test_a_computed_value_may_stand_in_a_mapping(value: Any) -> None:
    """It does what the action does."""
    assert actions_of([attr.age.set(value)], Character) == actions_of({attr.age: value}, Character)


def test_a_computed_value_speaks_of_the_models_own_fields() -> None:
    """A subclass may have given its fields other attribute names."""
    (action,) = actions_of([attr.age.set(attr.age.if_not_exists(attr.age) + attr.age)], Renames)
    years = AttributePath(Renames)("age").__pydamo_path__
    assert (years, Arithmetic(IfNotExists(years, years), "+", years)) == (action.path, action.value)


def test_an_action_in_a_mapping_is_refused() -> None:
    """It says already what becomes of a field."""
    with pytest.raises(InvalidUpdateError) as caught:
        actions_of({attr.age: attr.age.add(1)}, Character)
    assert "Character: ADD age is an action, not a value: write updates=[...] with actions only" == str(caught.value)


@pytest.mark.parametrize("updates", [{}, [], (), iter(())], ids=["mapping", "list", "tuple", "iterator"])
def test_an_empty_update_is_refused(updates: Any) -> None:
    """DynamoDB would create an item of nothing but a key."""
    with pytest.raises(EmptyUpdateError, match="updates is empty") as caught:
        actions_of(updates, Character)
    assert "Character" == caught.value.model_name


@pytest.mark.parametrize(
    ("updates", "message"),
    [
        ({"age": 1}, "Character: the keys of updates are fields, such as Character.attr.age; got str"),
        ({1: 1}, "Character: the keys of updates are fields, such as Character.attr.field; got int"),
        (
            [Set("age", 1)],
            "Character: a list of updates holds actions, such as Character.attr.field.set(value); got Set",
        ),  # type: ignore[arg-type]
        (
            [UpdateAction(attr.age.__pydamo_path__)],
            "Character: a list of updates holds actions, such as Character.attr.field.set(value); got UpdateAction",
        ),
        ([1], "Character: a list of updates holds actions, such as Character.attr.field.set(value); got int"),
        (
            [attr.age],
            "Character: a list of updates holds actions, such as Character.attr.field.set(value); got ExpressionField",
        ),
        (
            [attr.age == 1],
            "Character: a list of updates holds actions, such as Character.attr.field.set(value); got Eq",
        ),
        *(
            (
                updates,
                (
                    "Character: updates is a list of actions, such as [Character.attr.field.set(value)], or a mapping "
                    f"from fields to values, such as {{Character.attr.field: value}}; got {kind}"
                ),
            )
            for updates, kind in [
                (None, "NoneType"),
                (3, "int"),
                ("age", "str"),
                (b"age", "bytes"),
                (Set, "type"),
                (attr.age, "ExpressionField"),
            ]
        ),
    ],
    ids=str,
)
def test_what_is_no_update_is_refused(updates: Any, message: str) -> None:
    """The refusal shows what one looks like."""
    with pytest.raises(InvalidUpdateError) as caught:
        actions_of(updates, Character)
    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("field", "model", "message"),
    [
        (AttributePath(Stranger)("name"), Character, "Stranger.name is not a field of Character; use Character.attr"),
        (AttributePath(Renames)("age"), Character, "Renames.age is not a field of Character; use Character.attr"),
        (attr.name, Stranger, "Character.name is not a field of Stranger; use Stranger.attr"),
    ],
    ids=["another", "a subclass", "the other way round"],
)
def test_an_update_of_another_models_field_is_refused(field: Any, model: type[BaseModel], message: str) -> None:
    """Its attributes may be called otherwise here."""
    with pytest.raises(InvalidUpdateError) as caught:
        actions_of({field: 1}, model)
    assert (message, model.__name__) == (str(caught.value), caught.value.model_name)


def test_an_update_of_a_base_classs_field_is_one_of_the_models_own() -> None:
    """A subclass has the fields of its base, under other attribute names maybe."""
    (action,) = actions_of({attr.age: 40}, Renames)
    assert (Renames, ("years",)) == (action.path.model, action.path.steps)


def test_the_size_of_a_field_cannot_be_updated() -> None:
    """It is no field, though it has a path."""
    with pytest.raises(InvalidUpdateError, match="the keys of updates are fields"):
        actions_of({attr.tags.size(): 1}, Character)


@pytest.mark.parametrize(
    "action", [Set(attr.age.__pydamo_path__, 1), Remove(attr.age.__pydamo_path__)], ids=["Set", "Remove"]
)
def test_an_action_never_changes(action: Any) -> None:
    """It is a frozen value."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        action.path = None


@pytest.mark.parametrize(
    "action",
    [attr.age.set(1), attr.age.remove(), attr.age.add(1), attr.tags.delete({"a"}), attr.nicks.append("a")],
    ids=str,
)
def test_each_action_has_the_public_base(action: Any) -> None:
    """Programs annotate lists of actions with it, and ask any action for its path and its word."""
    assert isinstance(action, UpdateAction)
    assert str(action).split()[:2] == [action.word, str(action.path)]


class Parent(BaseModel):
    x: int | None = None
    tags: set[str] = set()
    full: int | None = 5


class OtherDefaults(Parent):
    x: int | None = 5
    tags: set[str] | None = None
    full: int | None = None


class NoDefaults(Parent):
    x: int | None
    tags: set[str]
    full: int | None


@pytest.mark.parametrize(
    ("model", "name", "value", "kind"),
    [
        (Parent, "x", None, Remove),
        (Parent, "tags", set(), Remove),
        (Parent, "full", None, Set),
        (OtherDefaults, "x", None, Set),
        (OtherDefaults, "tags", set(), Set),
        (OtherDefaults, "tags", None, Remove),
        (OtherDefaults, "full", None, Remove),
        (NoDefaults, "x", None, Set),
        (NoDefaults, "tags", set(), Remove),
        (NoDefaults, "full", None, Set),
    ],
)
def test_the_models_own_field_decides_what_an_absence_means(model: Any, name: str, value: Any, kind: Any) -> None:
    """A base class's field may be named in an update, but the item is read by the subclass and its defaults."""
    ((action,), (own,)) = (actions_of({getattr(AttributePath(owner), name): value}, model) for owner in (Parent, model))
    assert (kind, own) == (type(action), action)
