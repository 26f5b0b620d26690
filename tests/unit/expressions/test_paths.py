"""Paths: from names, indexes and keys to attributes, by the model's own fields."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, computed_field, field_serializer
from typing_extensions import NotRequired, Required, TypedDict

from pydamodb._expressions.operands import new_value
from pydamodb._expressions.paths import HasPath, Path, attribute_path, field_path, no_field_at
from pydamodb.exceptions import InvalidUpdateError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.fields import AttributePath


class Address(BaseModel):
    city: str


class Cat(BaseModel):
    lives: int


class Character(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    name: str
    address: Address
    pet: Address | Cat | None = None
    tags: list[str] = []
    homes: list[Address] = []
    prices: dict[str, float] = {}
    pair: tuple[int, Address] = Field(alias="pa-ir")
    anything: Any = None

    @computed_field(alias="PK")
    @property
    def key(self) -> str:
        """Compute a key."""
        return self.name


def path_to(name: str) -> Path:
    """Return the path of a field that is there."""
    path = field_path(Character, name)
    assert path is not None
    return path


@pytest.mark.parametrize(
    ("name", "key", "message"),
    [
        ("name", 0, "Character.name has no elements, got 0"),
        ("name", "x", "Character.name has no elements, got 'x'"),
        ("address", "city", "Character.address has no elements, got 'city'"),
        ("tags", "x", "Character.tags takes an index of 0 or more, got 'x'"),
        ("tags", -1, "Character.tags takes an index of 0 or more, got -1"),
        ("prices", 0, "Character.prices takes a string key, got 0"),
        ("pair", 2, "Character.pair takes an index within its length, got 2"),
        ("pair", -1, "Character.pair takes an index within its length, got -1"),
        ("pair", "x", "Character.pair takes an index within its length, got 'x'"),
        ("anything", -1, "Character.anything takes an index of 0 or more, or a string key, got -1"),
    ],
)
def test_a_step_that_values_here_do_not_have_is_a_type_error(name: str, key: Any, message: str) -> None:
    """The refusal says what would be taken."""
    with pytest.raises(TypeError) as caught:
        path_to(name).keyed(key)
    assert message == str(caught.value)


class Level(Enum):
    LOW = "low"


class Grade(IntEnum):
    FIRST = 1


class Maps(BaseModel):
    by_level: dict[Level, Address] = {}
    by_id: dict[UUID, int] | None = None
    by_day: dict[date, int] = {}
    by_number: dict[int, int] = {}
    by_grade: dict[Grade, int] = {}
    by_text: dict[str, int] = {}
    by_any: dict[Any, int] = {}


@pytest.mark.parametrize(
    ("name", "key", "text"),
    [
        ("by_level", Level.LOW, "low"),
        ("by_id", UUID(int=7), str(UUID(int=7))),
        ("by_day", date(2024, 2, 29), "2024-02-29"),
        ("by_number", 7, "7"),
        ("by_grade", Grade.FIRST, "1"),
    ],
)
def test_a_key_of_a_map_is_given_as_a_value_or_as_its_text(name: str, key: Any, text: str) -> None:
    """Both make one path."""
    path = field_path(Maps, name)
    assert path is not None
    assert (path.keyed(text), text) == (path.keyed(key), path.keyed(key).steps[-1])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("by_level", Grade.FIRST),
        ("by_id", 7),
        ("by_day", datetime(2024, 2, 29)),  # noqa: DTZ001 - a moment of a day
        ("by_number", True),
        ("by_number", 7.0),
        ("by_text", Level.LOW),
        ("by_any", 7),
    ],
)
def test_a_key_that_would_be_stored_as_another_one_is_refused(name: str, key: Any) -> None:
    """Pydantic would make a key of it."""
    path = field_path(Maps, name)
    assert path is not None
    with pytest.raises(TypeError, match=rf"^Maps\.{name} takes a string key, got "):
        path.keyed(key)


@pytest.mark.parametrize(("key", "tags"), [(0, {"N"}), ("x", {"S"})], ids=str)
def test_an_element_of_a_union_is_that_of_the_first_type_that_has_one(key: Any, tags: set[str]) -> None:
    """An index leads into the list, and a key into the map."""

    class Mixed(BaseModel):
        parts: list[int] | dict[str, str]

    path = field_path(Mixed, "parts")
    assert path is not None
    assert tags == set(path.keyed(key).storage.data_types)


@pytest.mark.parametrize("key", [True, 1.0, None, b"x", slice(0, 1)], ids=repr)
@pytest.mark.parametrize(
    ("name", "wanted"), [("tags", "an index of 0 or more"), ("anything", "an index of 0 or more, or a string key")]
)
def test_what_is_neither_an_index_nor_a_key_is_a_type_error(name: str, wanted: str, key: Any) -> None:
    """Also where anything may lie."""
    with pytest.raises(TypeError) as caught:
        path_to(name).keyed(key)
    assert f"Character.{name} takes {wanted}, got {key!r}" == str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("name", "'Character.name' has no field 'x'"),
        ("address", "'Address' has no field 'x'"),
        ("pet", "'Address | Cat' has no field 'x'"),
        ("tags", "'Character.tags' has no field 'x'; it is a list: choose an element first, as in tags[0]"),
        ("pair", "'Character.pair' has no field 'x'; it is a tuple: choose an element first, as in pair[0]"),
        ("prices", "'Character.prices' has no field 'x'; it is a map: write prices['x']"),
    ],
)
def test_a_name_behind_a_path_that_has_none_is_told_with_what_may_be_there(name: str, message: str) -> None:
    """A list, a tuple and a map have elements instead of fields."""
    assert message == str(no_field_at(path_to(name), "x"))


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


def test_a_path_prints_as_python_spells_it() -> None:
    """With its model where a message needs that."""
    path = path_to("pair").keyed(1).named("city")
    assert ("pair[1].city", "Character.pair[1].city") == (str(path), path.described if path else None)


def test_what_stands_for_a_path_gives_it_back() -> None:
    """Fields and sizes hold one."""
    path = path_to("name")
    assert path is HasPath(path).__pydamo_path__


class Scaled(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    weight: int = Field(alias="w")
    at: date
    name: str


class Weighed(BaseModel):
    weight: int
    at: datetime
    name: str


class Parcel(BaseModel):
    content: Scaled | Weighed
    many: list[Scaled | Weighed] = []


@pytest.mark.parametrize(("name", "key", "label"), [("content", None, "content"), ("many", 0, "many[0]")])
def test_a_field_with_two_attribute_names_in_a_union_is_an_error(name: str, key: Any, label: str) -> None:
    """A path has one name; which record is stored is not known, and the refusal names both."""
    path = field_path(Parcel, name)
    assert path is not None
    with pytest.raises(AttributeError) as caught:
        (path if key is None else path.keyed(key)).named("weight")
    assert (f"Parcel.{label}.weight has different attribute names (Scaled: 'w', Weighed: 'weight')") == str(
        caught.value
    )


def test_a_field_with_two_types_in_a_union_has_the_shape_of_neither() -> None:
    """It is encoded by its values; one that is the same in both keeps its shape."""
    path = field_path(Parcel, "content")
    assert path is not None
    at, name = path.named("at"), path.named("name")
    assert (("content", "at"), "any", ("content", "name"), "scalar") == (
        at and at.steps,
        at and at.storage.kind,
        name and name.steps,
        name and name.storage.kind,
    )


class Renamed(TypedDict, total=False):
    __pydantic_config__ = ConfigDict(serialize_by_alias=True)  # type: ignore[misc]

    first: Annotated[int, Field(alias="x")]


class HoldsTyped(BaseModel):
    inner: Renamed


def test_an_alias_in_a_typed_dict_is_a_step_of_a_path() -> None:
    """A condition or an update reaches the attribute that is stored."""
    path = field_path(HoldsTyped, "inner")
    found = path and path.named("first")
    assert ("inner", "x") == (found and found.steps)


class WithNone(BaseModel):
    kind: Literal["none"] = "none"
    x: int | None = None
    at: date = date(2024, 1, 2)


class WithFive(BaseModel):
    kind: Literal["five"] = "five"
    x: int | None = 5
    at: date = date(2024, 1, 2)

    @field_serializer("at")
    def written(self, at: date) -> str:
        """Write it another way."""
        return at.strftime("%d/%m/%Y")


class Either(BaseModel):
    part: WithNone | WithFive


def test_a_default_that_only_one_record_of_a_union_has_is_not_counted_on():
    """None is stored as NULL there, which both records read as None."""
    path = field_path(Either, "part").named("x")
    assert (False, {"NULL": True}) == (path.field.omits(None), new_value(path, None))


def test_a_serialiser_that_only_one_record_of_a_union_has_is_an_error():
    """Nobody knows in which form the value is stored."""
    with pytest.raises(AttributeError, match=r"Either\.part\.at has its own serializer"):
        field_path(Either, "part").named("at")


class Spot(TypedDict):
    name: str
    area: NotRequired[Annotated[int, Field(ge=0)]]


class Partial(TypedDict, total=False):
    needed: Required[Annotated[str, Field(min_length=1)]]
    other: Annotated[int, Field(ge=0)]


Odd = TypedDict("Odd", {"a.b[0]": int, 'quo"te': str, "size": int})


class Trip(BaseModel):
    spot: Spot
    spots: list[Spot] = []
    maybe: Spot | None = None
    either: Spot | Partial | None = None
    partial: Partial
    odd: Odd


@pytest.mark.parametrize(
    ("one", "other", "label"),
    [
        (lambda trip: trip.spot["name"], lambda trip: trip.spot.name, "spot.name"),
        (lambda trip: trip.spots[0]["area"], lambda trip: trip("spots[0].area"), "spots[0].area"),
        (lambda trip: trip.maybe["name"], lambda trip: trip(lambda it: it.maybe["name"]), "maybe.name"),
        (lambda trip: trip.either["needed"], lambda trip: trip("either['needed']"), "either.needed"),
        (lambda trip: trip.odd["size"], lambda trip: trip("odd.size"), "odd.size"),
        (lambda trip: trip.odd["a.b[0]"], lambda trip: trip("odd['a.b[0]']"), 'odd["a.b[0]"]'),
        (lambda trip: trip.odd['quo"te'], lambda trip: trip.odd('["quo\\"te"]'), 'odd["quo\\"te"]'),
    ],
)
def test_a_key_of_a_typed_dict_is_one_of_its_fields(one: Any, other: Any, label: str) -> None:
    """Whichever way it is written, it is the same field, and its text leads to it again."""
    fields: Any = AttributePath(Trip)
    assert one(fields) is other(fields)
    assert label == str(one(fields))
    assert one(fields) is fields(label)


@pytest.mark.parametrize("name", ["spot", "spots[0]", "either"])
def test_a_key_that_a_typed_dict_does_not_have_is_an_attribute_error(name: str) -> None:
    """The message names the typed dict."""
    fields: Any = AttributePath(Trip)
    with pytest.raises(AttributeError, match=r"Spot.*has no field 'nothing'"):
        fields(name)["nothing"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda fields: fields.spot["area"].set(-1), "does not accept the new int"),
        (lambda fields: fields.partial["needed"].set(""), "does not accept the new str"),
        (lambda fields: fields.partial["needed"].remove(), "the item could not be read without it"),
        (lambda fields: fields.spot["name"].remove(), "the item could not be read without it"),
    ],
)
def test_a_key_of_a_typed_dict_keeps_its_rules(change: Any, reason: str) -> None:
    """Constraints, and keys that are required, also where annotations are text."""
    with pytest.raises(InvalidUpdateError, match=reason):
        ExpressionBuilder(Trip).update([change(AttributePath(Trip))])


def test_a_key_that_is_not_required_can_be_removed() -> None:
    """`NotRequired` and `total=False` say so, also where annotations are text."""
    fields: Any = AttributePath(Trip)
    builder = ExpressionBuilder(Trip)
    assert "REMOVE #n0.#n1, #n2.#n3" == builder.update([fields.spot["area"].remove(), fields.partial["other"].remove()])
