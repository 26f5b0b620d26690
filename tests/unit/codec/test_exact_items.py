"""Models whose values are exactly of their types: encoded as by way of Pydantic's serialiser, or left to that."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, PlainSerializer, RootModel, computed_field
from pydantic_core import CoreSchema, core_schema

from pydamodb import ItemEncodingError, PrimaryKeyModel, TimeToLive
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.items import _encode_carefully, decode_item, encode_item, exact_encoder

T = TypeVar("T")


def encode_exactly(model: BaseModel) -> dict[str, AttributeValue] | None:
    """Encode a model without Pydantic's serializer, None if that has to run."""
    encode = exact_encoder(record_schema_of(type(model)))
    try:
        return None if encode is None else encode(model)
    except (Unstorable, KeyError):
        return None


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    city: str
    number: int | None = Field(default=None, alias="no")
    tags: set[str] = Field(default_factory=set)

    @computed_field
    def label(self) -> str | None:
        """Combine two fields, or be left out."""
        return f"{self.city} {self.number}" if self.number is not None else None


class Everything(PrimaryKeyModel):
    model_config = ConfigDict(serialize_by_alias=True)

    pk: str
    name: str | None = None
    nothing: str | None
    age: int = Field(default=0, alias="years")
    height: float = 0.0
    salary: Decimal = Decimal(0)
    alive: bool = True
    born: datetime | None = None
    day: date | None = None
    at: time | None = None
    lasts: timedelta | None = None
    number: UUID | None = None
    data: bytes = b""
    colour: Colour = Colour.RED
    level: Level = Level.LOW
    word: Literal["a", "b"] = "a"
    tags: list[str] = Field(default_factory=list)
    queue: deque[int] = Field(default_factory=deque)
    pair: tuple[int, Address] | None = None
    many: tuple[str, ...] = ()
    words: set[str] = Field(default_factory=set)
    counts: frozenset[int] | None = None
    prices: dict[str, Decimal] = Field(default_factory=dict)
    address: Address | None = None
    addresses: list[Address] = Field(default_factory=list)
    places: dict[str, Address | None] = Field(default_factory=dict)
    expires: Annotated[datetime | None, TimeToLive()] = None
    secret: str = Field(default="", exclude=True)

    @computed_field
    def summary(self) -> str:
        """Combine two fields."""
        return f"{self.pk} {self.age}"


def by_serialiser(instance: BaseModel) -> dict[str, Any]:
    """Encode a model in the other way."""
    return _encode_carefully(instance, record_schema_of(type(instance)), None)


def in_order(value: Any) -> Any:
    """Sort the elements of sets, which have no order."""
    if isinstance(value, dict):
        return {name: sorted(part) if name in {"SS", "NS", "BS"} else in_order(part) for name, part in value.items()}
    return [*map(in_order, value)] if isinstance(value, list) else value


def is_shown_once(value: datetime) -> bool:
    """Return True if clocks show a time once: any other one is unequal to the same moment in another zone."""
    return value.utcoffset() == value.replace(fold=1 - value.fold).utcoffset()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
addresses = st.builds(
    Address, city=texts, no=st.none() | st.integers(0, 9), tags=st.sets(st.sampled_from("abc"), max_size=2)
)
models = st.builds(
    Everything,
    pk=texts,
    name=st.none() | texts,
    nothing=st.none() | texts,
    years=st.integers(-(10**30), 10**30),
    height=st.just(0.0) | st.floats(1e-99, 1e99),
    salary=st.decimals(-(10**9), 10**9, places=4),
    alive=st.booleans(),
    born=st.none() | st.datetimes(timezones=st.none() | st.timezones() | st.just(timezone.utc)).filter(is_shown_once),
    day=st.none() | st.dates(),
    at=st.none() | st.times(),
    lasts=st.none() | st.timedeltas(timedelta(-9), timedelta(9)),
    number=st.none() | st.uuids(),
    data=st.binary(max_size=5),
    colour=st.sampled_from(Colour),
    word=st.sampled_from(["a", "b"]),
    tags=st.lists(texts, max_size=3),
    queue=st.lists(st.integers(-9, 9), max_size=3).map(deque),
    pair=st.none() | st.tuples(st.integers(0, 9), addresses),
    many=st.lists(texts, max_size=2).map(tuple),
    words=st.sets(st.sampled_from("abc"), max_size=2),
    counts=st.none() | st.frozensets(st.integers(0, 9), min_size=1, max_size=2),
    prices=st.dictionaries(st.sampled_from("abc"), st.decimals(0, 9, places=2), max_size=2),
    address=st.none() | addresses,
    addresses=st.lists(addresses, max_size=2),
    places=st.dictionaries(st.sampled_from("abc"), st.none() | addresses, max_size=2),
)


@given(models)
def test_what_is_encoded_is_what_the_serialiser_leads_to(model: Everything) -> None:
    """Attribute by attribute and in order, and in this way indeed; and it is read as it was."""
    exact = encode_exactly(model)
    expected = by_serialiser(model)
    assert exact is not None
    assert in_order(expected) == in_order(exact)
    assert [*expected] == [*exact]
    assert decode_item(Everything, exact) == model.model_copy(update={"secret": ""})


WRONG: dict[str, Any] = {
    "pk": 5,
    "name": 5,
    "age": True,
    "height": 1,
    "salary": 1.5,
    "alive": 1,
    "born": "2020-01-01",
    "word": "c",
    "colour": "red",
    "tags": ("a",),
    "many": ["a"],
    "words": {1},
    "prices": {"a": 1},
    "address": {"city": "Rome"},
    "addresses": [{"city": "Rome"}],
    "places": {"a": 5},
    "pair": (1, None),
    "expires": datetime(2020, 1, 1, tzinfo=timezone.utc).replace(microsecond=5),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_of_another_type_is_not_encoded_in_this_way(name: str) -> None:
    """What an assignment without validation leaves is converted, or refused, where all such values are."""
    model = Everything(pk="k", nothing=None)
    vars(model)[name] = WRONG[name]
    assert encode_exactly(model) is None


UNSTORABLE: dict[str, Any] = {
    "pk": "\ud800",
    "age": 10**39 + 1,
    "salary": Decimal("NaN"),
    "height": float("inf"),
    "places": OrderedDict({"a": None, "b": None}),
}


@pytest.mark.parametrize("name", UNSTORABLE)
def test_a_value_that_cannot_be_stored_is_refused_where_all_are(name: str) -> None:
    """The error names the field, as ever."""
    model = Everything(pk="k", nothing=None)
    vars(model)[name] = UNSTORABLE[name]
    assert encode_exactly(model) is None
    if name != "places":
        with pytest.raises(ItemEncodingError, match=f"Everything.{name}"):
            encode_item(model)


def test_a_model_without_all_of_its_fields_is_left_to_the_serialiser() -> None:
    """`model_construct` makes such models."""
    assert encode_exactly(Everything.model_construct(pk="k")) is None


def test_a_subclass_in_the_place_of_a_model_is_left_to_the_serialiser() -> None:
    """It would be stored without what the subclass adds."""

    class Palace(Address):
        rooms: int = 1

    model = Everything(pk="k", nothing=None)
    for name, value in {"address": Palace(city="Rome"), "addresses": [Palace(city="Rome")]}.items():
        vars(model).update(address=None, addresses=[])
        vars(model)[name] = value
        assert encode_exactly(model) is None
        with pytest.raises(ItemEncodingError, match="Palace"):
            encode_item(model)
    vars(model).update(address=Address(city="Rome"), addresses=[])
    assert encode_exactly(model) == by_serialiser(model)


class OfAny(PrimaryKeyModel):
    pk: str
    thing: Any = None


class OfUnion(PrimaryKeyModel):
    pk: str
    thing: int | str = 0


class OfSequence(PrimaryKeyModel):
    pk: str
    thing: Sequence[str] = ()


class OfMapping(PrimaryKeyModel):
    pk: str
    thing: Mapping[str, str] = Field(default_factory=dict)


class Open(PrimaryKeyModel):
    model_config = ConfigDict(extra="allow")
    pk: str


class Serialised(PrimaryKeyModel):
    pk: Annotated[str, PlainSerializer(str.upper)]


class SerialisedInside(PrimaryKeyModel):
    pk: str
    things: list[Annotated[str, PlainSerializer(str.upper)]] = Field(default_factory=list)


class ByMethod(PrimaryKeyModel):
    pk: str

    @pydantic.field_serializer("pk")
    def shout(self, value: str) -> str:
        """Make it loud."""
        return value.upper()


class AsWhole(PrimaryKeyModel):
    pk: str

    @pydantic.model_serializer
    def whole(self) -> dict[str, str]:
        """Make it loud."""
        return {"pk": self.pk.upper()}


class AsWholeInside(PrimaryKeyModel):
    pk: str
    inner: AsWhole


class OwnSchema(BaseModel):
    name: str = "X"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Be serialised in a way of its own."""
        serialiser = core_schema.plain_serializer_function_ser_schema(lambda value: {"name": value.name.upper()})
        return core_schema.no_info_after_validator_function(
            lambda value: value, handler(source), serialization=serialiser
        )


class HoldsOwnSchema(PrimaryKeyModel):
    pk: str
    inner: OwnSchema = Field(default_factory=OwnSchema)


class Root(RootModel[list[str]]):
    pass


class HoldsRoot(PrimaryKeyModel):
    pk: str
    inner: Root


@dataclass
class Point:
    x: int = 0
    more: list[int] = field(default_factory=list)


class HoldsDataclass(PrimaryKeyModel):
    pk: str
    inner: Point = Field(default_factory=Point)


class Tree(PrimaryKeyModel):
    pk: str
    below: list[Tree] = Field(default_factory=list)


OTHERS = [
    OfAny(pk="k"),
    OfUnion(pk="k"),
    OfSequence(pk="k", thing=["a"]),
    OfMapping(pk="k"),
    Open.model_validate({"pk": "k", "more": 1}),
    Serialised(pk="K"),
    SerialisedInside(pk="k", things=["A"]),
    ByMethod(pk="K"),
    AsWhole(pk="K"),
    AsWholeInside(pk="k", inner=AsWhole(pk="L")),
    HoldsOwnSchema(pk="k"),
    HoldsRoot(pk="k", inner=Root(["a"])),
    HoldsDataclass(pk="k"),
    Tree(pk="k", below=[Tree(pk="l")]),
]


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: type(model).__name__)
def test_models_that_are_not_known_are_left_to_the_serialiser(model: BaseModel) -> None:
    """A serialiser of the user's, a type that does not tell what is stored, a model that contains itself."""
    assert encode_exactly(model) is None
    assert by_serialiser(model) == encode_item(model)


class Box(PrimaryKeyModel, Generic[T]):
    pk: str
    content: T


def test_a_generic_model_is_known_by_what_it_is_made_for() -> None:
    """Each of them has a plan of its own."""
    assert {"pk": {"S": "k"}, "content": {"N": "5"}} == encode_exactly(Box[int](pk="k", content=5))
    assert {"pk": {"S": "k"}, "content": {"M": {"city": {"S": "Rome"}}}} == encode_exactly(
        Box[Address](pk="k", content=Address(city="Rome"))
    )
    assert encode_exactly(Box[Any](pk="k", content=5)) is None
