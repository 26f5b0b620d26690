"""Values of every kind that a model may hold, as strategies beside the annotations of the fields that hold them."""

import enum
import ipaddress
import pathlib
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime, computed_field
from pydantic import dataclasses as pydantic_dataclasses
from typing_extensions import NotRequired, TypedDict

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


class Unset(enum.Enum):
    """An enum with a member whose value is None."""

    UNSET = None


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

    model_config = ConfigDict(serialize_by_alias=True)

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

# Kinds of fields, with values that each reads back as they are.
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


# What is assigned to a field without validation.
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


class Cat(BaseModel):
    """One of two models that look alike."""

    name: str
    lives: int = 9


class Dog(BaseModel):
    """The other one."""

    name: str
    tricks: set[str] = set()


# Kinds of fields whose values may be refused: their stored form may stand for several of them.
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

# Of each kind that a sort key may have: its annotation, the type of its attribute, and values that are often near.
ORDERED = {
    "aware datetime": (
        datetime,
        "S",
        aware_datetimes | st.datetimes(datetime(2024, 1, 1), datetime(2024, 1, 3), timezones=offsets),  # noqa: DTZ001 - a bound
    ),
    "naive datetime": (datetime, "S", st.datetimes()),
    "date": (date, "S", st.dates()),
    "time": (time, "S", st.times()),
    "str": (str, "S", st.text("aé€😀\uffff\U0010ffff~", min_size=1, max_size=3)),
    "bytes": (bytes, "B", st.binary(min_size=1, max_size=3)),
    "int": (int, "N", st.integers(-100, 100) | numbers),
    "Decimal": (Decimal, "N", decimals() | st.decimals(-10, 10, places=3)),
    "float": (float, "N", st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-100)),
    "timedelta": (timedelta, "N", st.timedeltas(timedelta(days=-1000), timedelta(days=1000))),
}
