"""What is written reads back: random values of every kind without loss, or refused before sending."""

# ruff: noqa: PLR0917, RUF012 - fixtures and parameters; Pydantic copies defaults

import enum
import ipaddress
import pathlib
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    computed_field,
    create_model,
    field_serializer,
)
from pydantic import dataclasses as pydantic_dataclasses
from typing_extensions import NotRequired, TypedDict

from pydamodb import ItemEncodingError, PydamoConfig

# --- values ---

HIGHEST = Decimal("9." + "9" * 37 + "E+125")
LOWEST = Decimal("1E-130")
UTC = timezone.utc

numbers = st.integers(-(10**38) + 1, 10**38 - 1)
integers = numbers | st.builds(lambda digits, zeros: digits * 10**zeros, numbers, st.integers(0, 88))


@st.composite
def decimals(draw):
    """Draw a number of at most 38 digits, from anywhere in DynamoDB's range."""
    digits = tuple(map(int, str(draw(st.integers(1, 10**38 - 1)))))
    return Decimal((draw(st.integers(0, 1)), digits, draw(st.integers(-130, 125)) - len(digits) + 1))


edges = st.sampled_from(
    [LOWEST, LOWEST.copy_negate(), HIGHEST, HIGHEST.copy_negate(), Decimal(0), Decimal("-0"), Decimal("0E-200")]
)
exact_decimals = decimals() | edges
floats = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda value: value == 0 or 1e-130 <= abs(value) < 1e126
)
offsets = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60))
naive_datetimes = st.datetimes()
aware_datetimes = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=offsets)  # noqa: DTZ001 - a bound
lookalikes = st.sampled_from(
    [{"S": "x"}, {"N": "1"}, {"NULL": True}, {"M": {}}, {"L": []}, {"SS": ["x"]}, {"B": "eA=="}, {"BOOL": False}]
)
# Where nothing says that a number is a float, a whole one reads back as an int; they are equal up to 2**53.
untyped_floats = floats.filter(lambda value: value % 1 or abs(value) <= 2**53)
names = st.text(min_size=1)
json_like = st.recursive(
    st.none() | st.booleans() | integers | untyped_floats | st.text() | lookalikes,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


class Colour(enum.Enum):
    """An enum of texts."""

    RED = "red"
    GREEN = "green"


class Level(enum.IntEnum):
    """An enum of numbers."""

    LOW = 1
    HIGH = 2


class Mode(str, enum.Enum):
    """An enum whose members are texts."""

    ON = "on"
    OFF = "off"


class Rights(enum.IntFlag):
    """An enum whose members combine."""

    READ = 1
    WRITE = 2


class Address(BaseModel):
    """A nested model, with an alias and fields that may be absent."""

    street: str = Field(alias="the.street")
    number: int | None = None
    tags: set[str] = set()
    known: set[int]

    @computed_field
    @property
    def line(self) -> str:
        """Join both."""
        return f"{self.street} {self.number}"


@dataclass
class Point:
    """A standard dataclass."""

    x: int
    y: float
    label: str | None = None
    tags: list[str] = field(default_factory=list)


@pydantic_dataclasses.dataclass
class Box:
    """Pydantic's own dataclass."""

    corner: Point
    size: Decimal


class Movie(TypedDict):
    """A typed dict."""

    title: str
    year: int
    rating: NotRequired[float]


addresses = st.builds(
    lambda street, number, tags, known: Address.model_validate(
        {"the.street": street, "number": number, "tags": tags, "known": known}
    ),
    st.text(),
    st.none() | integers,
    st.sets(st.text()),
    st.sets(integers),
)
points = st.builds(Point, x=integers, y=floats, label=st.none() | st.text(), tags=st.lists(st.text()))
boxes = st.builds(Box, corner=points, size=exact_decimals)
movies = st.fixed_dictionaries({"title": st.text(), "year": integers}, optional={"rating": floats})

EXACT = {
    "int": (int, integers),
    "Decimal": (Decimal, exact_decimals),
    "float": (float, floats),
    "bool": (bool, st.booleans()),
    "str": (str, st.text()),
    "bytes": (bytes, st.binary()),
    "datetime": (datetime, naive_datetimes | aware_datetimes),
    "aware datetime": (AwareDatetime, aware_datetimes),
    "naive datetime": (NaiveDatetime, naive_datetimes),
    "date": (date, st.dates()),
    "time": (time, st.times() | st.times(timezones=offsets)),
    "timedelta": (timedelta, st.timedeltas(-timedelta(seconds=2**32 - 1), timedelta(seconds=2**32 - 1))),
    "UUID": (UUID, st.uuids()),
    "enum of str": (Colour, st.sampled_from(Colour)),
    "enum of int": (Level, st.sampled_from(Level)),
    "str enum": (Mode, st.sampled_from(Mode)),
    "literal": (Literal["a", 1, True], st.sampled_from(["a", 1])),
    "IP address": (ipaddress.IPv4Address, st.ip_addresses(v=4)),
    "path": (pathlib.PurePosixPath, st.text("abc/.").map(pathlib.PurePosixPath)),
    "optional": (int | None, st.none() | integers),
    "list": (list[int], st.lists(integers)),
    "list of lists": (list[list[str]], st.lists(st.lists(st.text()))),
    "tuple": (tuple[int, str, float], st.tuples(integers, st.text(), floats)),
    "tuple of any length": (tuple[Decimal, ...], st.lists(exact_decimals).map(tuple)),
    "deque": (deque[int], st.lists(integers).map(deque)),
    "dict": (dict[str, int], st.dictionaries(names, integers)),
    "dict by int": (dict[int, str], st.dictionaries(integers, st.text())),
    "dict by UUID": (dict[UUID, bool], st.dictionaries(st.uuids(), st.booleans())),
    "dict by date": (dict[date, int], st.dictionaries(st.dates(), integers)),
    "dict by float": (dict[float, int], st.dictionaries(floats, integers)),
    "dict of dicts": (dict[str, dict[str, bytes]], st.dictionaries(names, st.dictionaries(names, st.binary()))),
    "dict like an attribute value": (dict[str, Any], lookalikes),
    "set of str": (set[str], st.sets(st.text(), min_size=1)),
    "set of int": (set[int], st.sets(integers, min_size=1)),
    "set of Decimal": (set[Decimal], st.sets(exact_decimals, min_size=1)),
    "set of float": (set[float], st.sets(floats, min_size=1)),
    "set of bytes": (set[bytes], st.sets(st.binary(), min_size=1)),
    "set of UUID": (set[UUID], st.sets(st.uuids(), min_size=1)),
    "set of enum": (set[Colour], st.sets(st.sampled_from(Colour), min_size=1)),
    "set of datetime": (set[datetime], st.sets(aware_datetimes, min_size=1)),
    "frozenset": (frozenset[str], st.frozensets(st.text(), min_size=1)),
    "model": (Address, addresses),
    "list of models": (list[Address], st.lists(addresses, max_size=4)),
    "dict of models": (dict[str, Address], st.dictionaries(names, addresses, max_size=4)),
    "optional model": (Address | None, st.none() | addresses),
    "dataclass": (Point, points),
    "pydantic dataclass": (Box, boxes),
    "typed dict": (Movie, movies),
    "constrained": (Annotated[int, Field(ge=0)], st.integers(0, 10**38 - 1)),
    "sets in lists in dicts": (
        dict[str, list[set[int]]],
        st.dictionaries(names, st.lists(st.sets(integers, min_size=1), max_size=3), max_size=3),
    ),
}


def exact(value):
    """Spell a value with the types of all its parts, as `1 == 1.0 == True`; -0.0 is 0.0, as DynamoDB has it."""
    match value:
        case BaseModel():
            return type(value), {name: exact(part) for name, part in dict(value).items()}
        case Point() | Box():
            return type(value), {name: exact(part) for name, part in vars(value).items()}
        case dict():
            return dict, {key: (type(key), exact(part)) for key, part in value.items()}
        case list() | tuple() | deque():
            return type(value), [exact(part) for part in value]
        case set() | frozenset():
            return type(value), {exact(part) for part in value}
        case float():
            return float, (value or 0.0).hex()
        case datetime():
            return datetime, value, value.utcoffset() is None
        case time():
            return time, value, value.utcoffset()
        case _:
            return type(value), value


# --- models ---


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table for all of them."""
    return make_table("key")


@pytest.fixture(scope="module")
def model_of(PrimaryKeyModel, table):
    """Return what defines a model of one field of a type, once for each."""
    made = {}

    def make(name, annotation):
        if name not in made:
            made[name] = create_model(
                f"Holder_{len(made)}", __base__=PrimaryKeyModel, key=(str, ...), value=(annotation, ...)
            )
            made[name].pydamo_config = PydamoConfig(table=table)
        return made[name]

    return make


def round_trip(instance):
    """Save a model and read it again."""
    instance.save()
    return type(instance).get_item(instance.key, consistent_read=True)


def check_equal_or_refused(instance, table, requests_of):
    """Check that a model reads back as an equal one, or that it was refused and nothing was sent."""
    table.put_item(Item={"key": instance.key})
    with requests_of(table) as sent:
        try:
            instance.save()
        except ItemEncodingError:
            assert "PutItem" not in sent
            return
    assert instance.value == type(instance).get_item(instance.key, consistent_read=True).value


# --- values that always have a stored form ---


@pytest.mark.parametrize("kind", EXACT)
@settings(max_examples=25)
@given(data=st.data())
def test_a_value_reads_back_exactly(model_of, kind, data):
    """Save a value in a field of its type, and read the same value of the same type."""
    annotation, values = EXACT[kind]
    saved = model_of(kind, annotation)(key="k", value=data.draw(values))
    back = round_trip(saved)
    assert saved == back
    assert exact(saved.value) == exact(back.value)


@given(value=json_like)
@example(value=[{"S": "x"}, {"M": {"S": {"N": "1"}}}, "", [], {}, {"a": None}])
def test_whatever_json_can_say_reads_back_equal(model_of, value):
    """Save nested containers in a field that takes anything."""
    saved = model_of("Any", Any)(key="k", value=value)
    assert saved == round_trip(saved)


@given(key=st.text(min_size=1, max_size=200))
def test_any_text_is_a_key(model_of, key):
    """Find an item by whatever text it was saved under."""
    saved = model_of("int", int)(key=key, value=1)
    assert saved == round_trip(saved)


@given(partition=exact_decimals, sort=st.binary(min_size=1, max_size=200))
@settings(max_examples=30)
def test_numbers_and_bytes_are_keys(numeric, partition, sort):
    """Find an item by a number and bytes."""
    saved = numeric(partition=partition, sort=sort)
    saved.save()
    assert saved == numeric.get_item(partition, sort, consistent_read=True)


@pytest.fixture(scope="module")
def numeric(PrimaryKeyAndSortKeyModel, make_table):
    """Define a model of a table whose keys are no strings."""

    class Numeric(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("partition", "sort", types={"partition": "N", "sort": "B"}))

        partition: Decimal
        sort: bytes

    return Numeric


# --- values that have none ---

UNSTORABLE = {
    "float below the range": (float, 5e-324),
    "float just below the range": (float, 9.9e-131),
    "float just above the range": (float, 1e126),
    "float above the range": (float, 1.7e308),
    "nan": (float, float("nan")),
    "infinity": (float, float("-inf")),
    "39 digits": (int, 10**38 + 1),
    "39 digits of a Decimal": (Decimal, Decimal("1." + "0" * 37 + "1")),
    "Decimal below the range": (Decimal, Decimal("1E-131")),
    "Decimal above the range": (Decimal, Decimal("1E+126")),
    "Decimal NaN": (Annotated[Decimal, Field(allow_inf_nan=True)], Decimal("NaN")),
    "too many digits in a set": (set[int], {1, 10**38 + 1}),
    "lone surrogate": (str, "a\ud800b"),
    "lone surrogate in a list": (list[str], ["a", "\udfff"]),
    "lone surrogate as a map's key": (dict[str, int], {"\ud800": 1}),
    "empty set in a list": (list[set[str]], [set()]),
    "mixed set": (set[int | str], {1, "a"}),
    "set of tuples": (set[tuple[int, int]], {(1, 2)}),
    "set of booleans": (set[bool], {True}),
    "object": (Any, object()),
    "function": (Any, len),
    "tuple in Any": (Any, (1, 2)),
    "datetime in Any": (Any, datetime(2024, 1, 1, tzinfo=UTC)),
    "map with an empty key": (dict[str, int], {"": 1}),
    "map with keys of one stored form": (dict[Any, int], {1: 1, "1": 2}),
}


@pytest.mark.parametrize(("annotation", "value"), UNSTORABLE.values(), ids=UNSTORABLE)
def test_a_value_without_a_stored_form_is_refused_before_sending(
    model_of, table, requests_of, request, annotation, value
):
    """Refuse a value that DynamoDB cannot hold, and send nothing."""
    model = model_of(request.node.callspec.id, annotation)
    with requests_of(table) as sent, pytest.raises(ItemEncodingError) as caught:
        model.model_construct(key="k", value=value).save()
    assert [] == sent
    assert "value" == caught.value.path[0]
    assert f"{model.__name__}.value" in str(caught.value)


# --- values that may have one ---

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.decimals(allow_nan=False)
    | st.text()
    | st.binary()
    | st.datetimes()
    | aware_datetimes
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.uuids()
    | st.sampled_from([*Colour, *Level, *Mode, Rights.READ, Rights.READ | Rights.WRITE])
    | addresses
    | points,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.integers() | st.dates(), inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.sets(st.text() | st.integers() | st.binary() | st.uuids(), max_size=3)
    ),
    max_leaves=6,
)


@given(value=anything)
@settings(max_examples=150)
def test_anything_reads_back_equal_or_is_refused(model_of, table, requests_of, value):
    """Save whatever there is in a field that takes anything."""
    check_equal_or_refused(model_of("Any", Any)(key="k", value=value), table, requests_of)


class Cat(BaseModel):
    """One of two models that look alike."""

    name: str
    lives: int = 9


class Dog(BaseModel):
    """The other one."""

    name: str
    tricks: set[str] = set()


UNIONS = {
    "int | str": (int | str, st.integers() | st.text()),
    "str | int": (str | int, st.integers() | st.text()),
    "int | float": (int | float, st.integers() | floats),
    "Decimal | float": (Decimal | float, exact_decimals | floats),
    "bool | int": (bool | int, st.booleans() | st.integers()),
    "str | bytes": (str | bytes, st.text() | st.binary()),
    "datetime | str": (datetime | str, aware_datetimes | naive_datetimes | st.text() | st.datetimes().map(str)),
    "date | datetime": (date | datetime, st.dates() | naive_datetimes),
    "UUID | str | None": (UUID | str | None, st.none() | st.uuids() | st.text() | st.uuids().map(str)),
    "set | list": (set[int] | list[int], st.sets(st.integers()) | st.lists(st.integers())),
    "tuple | list": (tuple[int, ...] | list[int], st.lists(st.integers()).map(tuple) | st.lists(st.integers())),
    "models": (Cat | Dog, st.builds(Cat, name=st.text()) | st.builds(Dog, name=st.text(), tricks=st.sets(st.text()))),
    "model | dict": (Cat | dict[str, Any], st.builds(Cat, name=st.text()) | st.dictionaries(st.text(), st.integers())),
    "flags": (Rights, st.sampled_from([Rights(0), Rights.READ, Rights.READ | Rights.WRITE])),
    "timedelta": (timedelta, st.timedeltas()),
    "aware time": (
        time,
        st.times(timezones=st.builds(lambda s: timezone(timedelta(seconds=s)), st.integers(0, 80000))),
    ),
    "dict by bool": (dict[bool, int], st.dictionaries(st.booleans(), st.integers())),
    "dict by datetime": (dict[datetime, int], st.dictionaries(aware_datetimes | naive_datetimes, st.integers())),
    "dict by enum": (dict[Colour, int], st.dictionaries(st.sampled_from(Colour), st.integers())),
    "dict by bytes": (dict[bytes, int], st.dictionaries(st.binary(), st.integers())),
    "list of unions": (list[int | str | None], st.lists(st.none() | st.integers() | st.text())),
}


@pytest.mark.parametrize("kind", UNIONS)
@settings(max_examples=25)
@given(data=st.data())
def test_a_value_of_a_union_reads_back_equal_or_is_refused(model_of, table, requests_of, kind, data):
    """Save values whose stored form may stand for several of them."""
    annotation, values = UNIONS[kind]
    check_equal_or_refused(model_of(kind, annotation)(key="k", value=data.draw(values)), table, requests_of)


@pytest.mark.parametrize("kind", EXACT)
@settings(max_examples=15)
@given(value=anything)
def test_a_value_of_another_type_reads_back_equal_or_is_refused(model_of, table, requests_of, kind, value):
    """Save what no validator has seen: a value that was assigned, of another type than its field."""
    instance = model_of(kind, EXACT[kind][0]).model_construct(key="k", value=value)
    check_equal_or_refused(instance, table, requests_of)


# --- whole models ---


@given(data=st.data())
@settings(max_examples=40)
def test_absent_values_read_back_as_they_were(PrimaryKeyModel, table, data):
    """Save None and empty sets, in fields with and without defaults."""

    class Sparse(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        none_by_default: int | None = None
        none_required: int | None
        none_beside_a_default: int | None = 5
        empty_by_default: set[str] = set()
        empty_by_factory: frozenset[int] = Field(default_factory=frozenset)
        empty_required: set[bytes]

    numbers_or_none = st.none() | st.integers(0, 9)
    saved = Sparse(
        key="k",
        none_by_default=data.draw(numbers_or_none),
        none_required=data.draw(numbers_or_none),
        none_beside_a_default=data.draw(numbers_or_none),
        empty_by_default=data.draw(st.sets(st.sampled_from("ab"))),
        empty_by_factory=data.draw(st.frozensets(st.integers(0, 2))),
        empty_required=data.draw(st.sets(st.sampled_from([b"", b"a"]))),
    )
    assert saved == round_trip(saved)


@pytest.mark.parametrize("annotation", [set[str], set[str] | None], ids=["set", "set | None"])
def test_an_empty_set_that_would_read_back_as_another_value_is_refused(PrimaryKeyModel, table, annotation):
    """Refuse an empty set in a field whose default is another value."""

    class Tagged(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        tags: annotation = {"x"} if annotation == set[str] else None

    with pytest.raises(ItemEncodingError) as caught:
        Tagged(key="k", tags=set()).save()
    assert ("tags",) == caught.value.path


@given(name=st.text(min_size=1, max_size=50), value=st.text())
@settings(max_examples=40)
def test_any_alias_is_an_attribute_name(PrimaryKeyModel, table, name, value):
    """Save a field under whatever name, and find it there."""
    model = create_model(
        "Aliased",
        __base__=PrimaryKeyModel,
        the_key=(str, Field(alias="key")),
        the_value=(str, Field(alias=name if name != "key" else "other")),
    )
    model.pydamo_config = PydamoConfig(table=table)
    saved = model.model_validate({"key": "k", name if name != "key" else "other": value})
    saved.save()
    assert saved == model.get_item("k", consistent_read=True)
    assert value == table.get_item(Key={"key": "k"})["Item"][name if name != "key" else "other"]


def test_a_serialisation_alias_names_the_attribute(PrimaryKeyModel, table):
    """Store a field under its serialisation alias, which is one of its validation aliases."""

    class Aliased(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        value: int = Field(serialization_alias="v", validation_alias=AliasChoices("v", "old"))

    saved = Aliased.model_validate({"key": "k", "old": 3})
    assert saved == round_trip(saved)
    assert {"key": "k", "v": 3} == table.get_item(Key={"key": "k"})["Item"]


@given(family=st.text(max_size=50), name=st.text(max_size=50))
@settings(max_examples=25)
def test_computed_fields_are_keys(composite, family, name):
    """Save models whose both keys are computed from other fields."""
    saved = composite(family=family, name=name)
    saved.save()
    back = composite.get_item(f"FAMILY#{family}", f"MEMBER#{name}", consistent_read=True)
    assert saved == back
    assert [saved] == composite.query_all(saved.pk, sort_key_condition=composite.attr.sk == saved.sk)
    saved.delete()
    assert composite.get_item(saved.pk, saved.sk, consistent_read=True) is None


@pytest.fixture(scope="module")
def composite(PrimaryKeyAndSortKeyModel, make_table):
    """Define a model with computed keys."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "sk"))

        family: str
        name: str

        @computed_field
        @property
        def pk(self) -> str:
            return f"FAMILY#{self.family}"

        @computed_field
        @property
        def sk(self) -> str:
            return f"MEMBER#{self.name}"

    return Member


class Inner(BaseModel):
    """A nested model that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")

    value: int

    @computed_field
    @property
    def double(self) -> int:
        """Double it."""
        return 2 * self.value


@pytest.mark.parametrize("extra", ["ignore", "allow", "forbid"])
def test_computed_fields_are_stored_and_not_read(PrimaryKeyModel, table, extra):
    """Save computed fields, nested ones too, in models that would take or refuse unknown attributes."""

    class Outer(PrimaryKeyModel):
        model_config = ConfigDict(extra=extra)
        pydamo_config = PydamoConfig(table=table)

        key: str
        inner: Inner
        inners: list[Inner]
        by_name: dict[str, Inner]

        @computed_field(alias="the-total")
        @property
        def total(self) -> int:
            return self.inner.double + sum(inner.double for inner in self.inners)

    saved = Outer(key="k", inner=Inner(value=1), inners=[Inner(value=2)], by_name={"a": Inner(value=3)})
    assert saved == round_trip(saved)
    expected = {
        "key": "k",
        "inner": {"value": 1, "double": 2},
        "inners": [{"value": 2, "double": 4}],
        "by_name": {"a": {"value": 3, "double": 6}},
        "the-total": 6,
    }
    assert expected == table.get_item(Key={"key": "k"})["Item"]


@given(extra=st.dictionaries(st.sampled_from(["a", "b.c", "key2", "S"]), json_like, max_size=3))
@settings(max_examples=25)
def test_extra_attributes_read_back(PrimaryKeyModel, table, extra):
    """Save what a model takes beyond its fields."""

    class Open(PrimaryKeyModel):
        model_config = ConfigDict(extra="allow")
        pydamo_config = PydamoConfig(table=table)

        key: str

    saved = Open(key="k", **extra)
    assert saved == round_trip(saved)


def test_an_excluded_field_is_not_stored(PrimaryKeyModel, table):
    """Leave out what Pydantic leaves out."""

    class Shy(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        password: str = Field(default="none", exclude=True)

    back = round_trip(Shy(key="k", password="geheim"))
    assert "none" == back.password
    assert {"key": "k"} == table.get_item(Key={"key": "k"})["Item"]


def test_a_serialiser_of_the_field_decides_how_it_is_stored(PrimaryKeyModel, table):
    """Store what a field's own serialiser returns."""

    class Cents(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        price: Decimal

        @field_serializer("price")
        def as_text(self, price: Decimal) -> str:
            return f"{price:012.2f}"

    saved = Cents(key="k", price=Decimal("12.5"))
    assert saved == round_trip(saved)
    assert "000000012.50" == table.get_item(Key={"key": "k"})["Item"]["price"]


def test_a_strict_model_reads_what_it_wrote(PrimaryKeyModel, table):
    """Read dates, UUIDs and enums into a model that takes no texts for them from anyone else."""

    class Strict(PrimaryKeyModel):
        model_config = ConfigDict(strict=True)
        pydamo_config = PydamoConfig(table=table)

        key: str
        day: date
        at: datetime
        uid: UUID
        colour: Colour
        price: Decimal
        pair: tuple[int, str]

    saved = Strict(
        key="k",
        day=date(2024, 1, 2),
        at=datetime(2024, 1, 2, tzinfo=UTC),
        uid=UUID(int=1),
        colour=Colour.RED,
        price=Decimal("1.10"),
        pair=(1, "a"),
    )
    assert saved == round_trip(saved)


def test_a_subclass_in_a_field_of_its_base_is_not_cut_down(PrimaryKeyModel, table, requests_of):
    """Refuse a nested model that would read back as its base class, without what it adds."""

    class Base(BaseModel):
        value: int

    class Derived(Base):
        more: int

    class Holder(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        value: Base

    with requests_of(table) as sent, pytest.raises(ItemEncodingError):
        Holder(key="k", value=Derived(value=1, more=2)).save()
    assert [] == sent


def test_an_item_of_400_kb_is_no_problem_for_unicode(PrimaryKeyModel, table):
    """Save a long text of characters of all widths."""

    class Long(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        text: str

    saved = Long(key="k", text="aé€😀\x00\x7f\u2028\ufeff\uffff" * 15_000)
    assert saved == round_trip(saved)
