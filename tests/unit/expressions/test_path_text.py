"""Paths as text: read by a model's own fields, and found again in a model that inherits them."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, computed_field

from pydamodb._expressions.paths import Path, field_path, parse, path_in
from pydamodb.conditions import And, AttributeExists, Gt


@dataclasses.dataclass
class Plain:
    x: int


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    city: str
    zip_code: str = Field(default="", alias="zip.code")


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


class Character(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

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


class Renames(Character):
    model_config = ConfigDict(serialize_by_alias=True)

    address: Address = Field(alias="home")


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


RAW = "; an attribute that the model does not declare is raw_attribute('"


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
    assert f"{text!r} is not a path such as 'address.city', 'tags[0]' or 'prices[\"net\"]'" == str(caught.value)


def test_an_empty_path_is_refused() -> None:
    """It names nothing."""
    with pytest.raises(AttributeError, match="An empty path does not name a field of 'Character'"):
        parse(Character, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonexistent", f"'Character' has no field 'nonexistent'{RAW}nonexistent')"),
        ("PK", f"'Character' has no field 'PK'{RAW}PK')"),
        ("pa-ir", f"'Character' has no field 'pa-ir'{RAW}pa-ir')"),
        ("address.nonexistent", "'Address' has no field 'nonexistent'"),
        ("address.zip", "'Address' has no field 'zip'"),
        ("homes[0].x", "'Address' has no field 'x'"),
        ("pet.x", "'Cat | Dog' has no field 'x'"),
        ("name.x", "'Character.name' has no field 'x'"),
        (
            "homes.city",
            "'Character.homes' has no field 'city'; it is a list: choose an element first, as in homes[0]",
        ),
        (
            "friends[0].homes.city",
            (
                "'Character.friends[0].homes' has no field 'city'; it is a list: choose an element first, as in "
                "friends[0].homes[0]"
            ),
        ),
        ("pair.city", "'Character.pair' has no field 'city'; it is a tuple: choose an element first, as in pair[0]"),
    ],
)
def test_a_field_that_does_not_exist_is_an_attribute_error(text: str, message: str) -> None:
    """As the contract has it, with the model that lacks the field."""
    with pytest.raises(AttributeError) as caught:
        parse(Character, text)
    assert message == str(caught.value)


def test_an_open_model_has_paths_beyond_its_fields() -> None:
    """Its extra attributes can be asked for by text."""
    assert ("more", "deep") == parse(Open, "more.deep").steps


def test_paths_are_equal_by_where_they_lead() -> None:
    """However they were spelt, and whatever is known of them besides."""
    one, other = parse(Character, "prices.net"), parse(Character, "prices['net']")
    assert (True, hash(one), True) == (one == other, hash(other), one != parse(Character, "name"))


@pytest.mark.parametrize(
    ("text", "steps"),
    [("name", ("name",)), ("address.zip_code", ("home", "zip.code")), ("pair[1].city", ("pa-ir", 1, "city"))],
)
def test_a_path_of_a_base_class_is_found_in_a_subclass(text: str, steps: Any) -> None:
    """By the names of its fields, whatever their attributes are called there."""
    path = path_in(Renames, parse(Character, text))
    assert (Renames, steps, text) == (None if path is None else (path.model, path.steps, path.label))


@pytest.mark.parametrize(("model", "owner"), [(Open, Character), (Character, Renames)], ids=["another", "a base"])
def test_a_path_of_a_model_that_is_no_base_is_not_found(model: type[BaseModel], owner: type[BaseModel]) -> None:
    """Its attributes may be called otherwise."""
    assert None is path_in(model, parse(owner, "name"))


def test_a_path_of_the_model_itself_is_found_as_it_is() -> None:
    """There is nothing to look for."""
    path = parse(Character, "address.city")
    assert path is path_in(Character, path)


@st.composite
def paths(draw: st.DrawFn) -> Path:
    """Walk at random from a field to one of its values."""
    path = field_path(Character, draw(st.sampled_from(list(Character.model_fields))))
    assert path is not None
    for _ in range(draw(st.integers(0, 5))):
        options: list[Path] = []
        for layout in [path.storage.schema()] if path.storage.schema else []:
            options += [step for name in layout.fields if (step := path.named(name))]
        if path.storage.kind in {"map", "any"} and not path.storage.options:
            texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\"'"))
            keys = st.integers().map(str) if path.label.endswith("by_number") else texts
            options.append(path.keyed(draw(keys)))
        if path.storage.kind in {"sequence", "any"} and not path.storage.options:
            options.append(path.keyed(draw(st.integers(0, 99))))
        if not options:
            break
        path = draw(st.sampled_from(options))
    return path


@given(paths())
def test_a_path_spelt_by_its_label_parses_to_the_same_path(path: Path) -> None:
    """What is printed can be given back."""
    assert path == parse(Character, path.label)


def test_a_key_that_a_map_cannot_have_is_refused() -> None:
    """A map of numbers has no other keys."""
    with pytest.raises(TypeError, match=r"^Character\.by_number does not accept this key$"):
        parse(Character, 'by_number["x"]')


@pytest.mark.parametrize("key", ['a"b', "a'b", "a'\"b", 'x"]["y', "a\nb"])
def test_a_key_with_quotes_is_printed_so_that_it_can_be_given_back(key: str) -> None:
    """A label never reads as another path."""
    path = parse(Character, "prices").keyed(key)
    assert path == parse(Character, path.label)


def test_a_condition_survives_pickling() -> None:
    """An error with a condition reaches the process that waits for it."""
    condition = And(Gt(parse(Character, "homes[0].zip_code"), "1"), AttributeExists(parse(Character, 'prices["a.b"]')))
    assert condition == pickle.loads(pickle.dumps(condition))  # noqa: S301
