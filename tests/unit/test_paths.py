"""Paths: from names, indexes and keys to attributes, by the model's own fields."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, computed_field

from pydamodb._paths import HasPath, Path, attribute_path, field_path, parse, path_of


@dataclasses.dataclass
class Plain:
    x: int


class Address(BaseModel):
    city: str
    zip_code: str = Field(default="", alias="zip.code")


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


class Character(BaseModel):
    name: str
    address: Address
    homes: list[Address] = []
    tags: list[str] = []
    prices: dict[str, float] = {}
    by_number: dict[int, Address] = {}
    pair: tuple[int, Address] = Field(alias="pa-ir")
    pet: Cat | Dog | None = None
    plain: Plain
    friends: list[Character] = []
    anything: Any = None

    @computed_field(alias="PK")
    @property
    def key(self) -> str:
        """Compute a key."""
        return self.name


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")


PARSED: list[tuple[str, tuple[str | int, ...], str]] = [
    ("name", ("name",), "name"),
    ("key", ("PK",), "key"),
    ("address.city", ("address", "city"), "address.city"),
    ("address.zip_code", ("address", "zip.code"), "address.zip_code"),
    ("homes[0]", ("homes", 0), "homes[0]"),
    ("homes[10].zip_code", ("homes", 10, "zip.code"), "homes[10].zip_code"),
    ("tags[0]", ("tags", 0), "tags[0]"),
    ('prices["net"]', ("prices", "net"), 'prices["net"]'),
    ("prices['net']", ("prices", "net"), 'prices["net"]'),
    ('prices["a.b[0]"]', ("prices", "a.b[0]"), 'prices["a.b[0]"]'),
    ('prices[""]', ("prices", ""), 'prices[""]'),
    ("prices.net", ("prices", "net"), 'prices["net"]'),
    ('by_number["1"].city', ("by_number", "1", "city"), 'by_number["1"].city'),
    ("pair[1].city", ("pa-ir", 1, "city"), "pair[1].city"),
    ("pet.kind", ("pet", "kind"), "pet.kind"),
    ("pet.tricks[2]", ("pet", "tricks", 2), "pet.tricks[2]"),
    ("plain.x", ("plain", "x"), "plain.x"),
    ("friends[0].friends[1].name", ("friends", 0, "friends", 1, "name"), "friends[0].friends[1].name"),
    ('anything["x"][0]', ("anything", "x", 0), 'anything["x"][0]'),
    ("anything.x", ("anything", "x"), 'anything["x"]'),
]


@pytest.mark.parametrize(("text", "steps", "label"), PARSED)
def test_a_path_in_text_leads_by_fields_to_attributes(text: str, steps: tuple[Any, ...], label: str) -> None:
    """Names of fields become names of attributes; keys and indexes stay what they are."""
    path = parse(Character, text)
    assert (steps, label, Character) == (path.steps, path.label, path.model)


@pytest.mark.parametrize(
    "text",
    [
        ".name",
        "[0]",
        '["name"]',
        "name.",
        "name..x",
        "tags[",
        "tags[-1]",
        "tags[x]",
        "prices[net]",
        "prices['net]",
        "name]",
    ],
)
def test_text_that_is_no_path_is_refused(text: str) -> None:
    """The refusal shows what a path looks like."""
    with pytest.raises(AttributeError) as caught:
        parse(Character, text)
    assert f"{text!r} is no path: expected something like 'address.city', 'tags[0]' or 'prices[\"net\"]'" == str(
        caught.value
    )


def test_an_empty_path_is_refused() -> None:
    """It names nothing."""
    with pytest.raises(AttributeError, match="an empty path names no field of 'Character'"):
        parse(Character, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonexistent", "'Character' has no field 'nonexistent'"),
        ("PK", "'Character' has no field 'PK'"),
        ("pa-ir", "'Character' has no field 'pa-ir'"),
        ("address.nonexistent", "'Address' has no field 'nonexistent'"),
        ("address.zip", "'Address' has no field 'zip'"),
        ("homes[0].x", "'Address' has no field 'x'"),
        ("pet.x", "'Cat | Dog' has no field 'x'"),
        ("name.x", "'Character.name' has no field 'x'"),
        ("homes.city", "'Character.homes' has no field 'city'"),
    ],
)
def test_a_field_that_does_not_exist_is_an_attribute_error(text: str, message: str) -> None:
    """As the contract has it, with the model that lacks the field."""
    with pytest.raises(AttributeError) as caught:
        parse(Character, text)
    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ("name", 0, "it has neither"),
        ("name", "x", "it has neither"),
        ("address", "city", "it has neither"),
        ("tags", "x", "it takes an index"),
        ("tags", -1, "it takes an index"),
        ("prices", 0, "it takes a string key"),
        ("pair", 2, "it takes an index within its length"),
        ("pair", -1, "it takes an index within its length"),
        ("pair", "x", "it takes an index within its length"),
        ("anything", -1, "it has neither"),
    ],
)
def test_a_step_that_values_here_do_not_have_is_a_type_error(text: str, key: Any, remedy: str) -> None:
    """The refusal says what would be taken."""
    with pytest.raises(TypeError) as caught:
        parse(Character, text).keyed(key)
    assert (f"Character.{text}[{key!r}]: an index is a whole number from 0 on, a key a string; {remedy}") == str(
        caught.value
    )


@pytest.mark.parametrize("key", [True, 1.0, None, b"x", slice(0, 1)], ids=repr)
@pytest.mark.parametrize("text", ["tags", "anything"])
def test_what_is_neither_an_index_nor_a_key_is_a_type_error(text: str, key: Any) -> None:
    """Also where anything may lie."""
    with pytest.raises(TypeError, match="an index is a whole number from 0 on, a key a string"):
        parse(Character, text).keyed(key)


def test_an_open_model_has_paths_beyond_its_fields() -> None:
    """Its extra attributes can be asked for by text."""
    assert ("more", "deep") == parse(Open, "more.deep").steps


@pytest.mark.parametrize(("name", "steps"), [("pair", ("pa-ir",)), ("key", ("PK",)), ("pa-ir", None), ("x", None)])
def test_a_field_is_found_by_its_name(name: str, steps: Any) -> None:
    """Never by its alias."""
    path = field_path(Character, name)
    assert steps == (None if path is None else path.steps)


@pytest.mark.parametrize(("attribute", "label"), [("pa-ir", "pair"), ("PK", "key"), ("pair", None), ("x", None)])
def test_an_attribute_is_found_by_its_stored_name(attribute: str, label: Any) -> None:
    """Keys of tables are named by attribute."""
    path = attribute_path(Character, attribute)
    assert label == (None if path is None else path.label)


def test_paths_are_equal_by_where_they_lead() -> None:
    """However they were spelt, and whatever is known of them besides."""
    one, other = parse(Character, "prices.net"), parse(Character, "prices['net']")
    assert (True, hash(one), True) == (one == other, hash(other), one != parse(Character, "name"))


def test_a_path_prints_as_python_spells_it() -> None:
    """With its model where a message needs that."""
    path = parse(Character, "pair[1].city")
    assert ("pair[1].city", "Character.pair[1].city") == (str(path), path.described)


def test_what_stands_for_a_path_gives_it_back() -> None:
    """Fields and sizes hold one."""
    path = parse(Character, "name")
    assert path is path_of(HasPath(path))


@st.composite
def paths(draw: st.DrawFn) -> Path:
    """Walk at random from a field to one of its values."""
    path = field_path(Character, draw(st.sampled_from(list(Character.model_fields))))
    assert path is not None
    for _ in range(draw(st.integers(0, 5))):
        options: list[Path] = []
        for layout in [path.shape.layout()] if path.shape.layout else []:
            options += [step for name in layout.members if (step := path.named(name))]
        if path.shape.kind in {"map", "any"} and not path.shape.options:
            keys = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\"'"))
            options.append(path.keyed(draw(keys)))
        if path.shape.kind in {"sequence", "any"} and not path.shape.options:
            options.append(path.keyed(draw(st.integers(0, 99))))
        if not options:
            break
        path = draw(st.sampled_from(options))
    return path


@given(paths())
def test_a_path_spelt_by_its_label_parses_to_the_same_path(path: Path) -> None:
    """What is printed can be given back."""
    assert path == parse(Character, path.label)


@pytest.mark.parametrize("key", ['a"b', "a'b", "a'\"b", 'x"]["y', "a\nb"])
def test_a_key_with_quotes_is_printed_so_that_it_can_be_given_back(key: str) -> None:
    """A label never reads as another path."""
    path = parse(Character, "prices").keyed(key)
    assert path == parse(Character, path.label)
