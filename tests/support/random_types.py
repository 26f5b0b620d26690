"""Kinds of fields for random models: whatever Pydantic has, each with a function that makes values for it."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Network
from pathlib import PurePosixPath
from random import Random
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import pydantic
import pydantic.dataclasses
from pydantic import (
    AfterValidator,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    Base64Str,
    Base64UrlStr,
    BeforeValidator,
    ByteSize,
    Discriminator,
    Field,
    FiniteFloat,
    GetPydanticSchema,
    HttpUrl,
    InstanceOf,
    Json,
    JsonValue,
    NaiveDatetime,
    OnErrorOmit,
    PlainSerializer,
    PlainValidator,
    SecretBytes,
    SecretStr,
    SerializeAsAny,
    SkipValidation,
    StrictInt,
    StrictStr,
    StringConstraints,
    Tag,
    WrapSerializer,
    WrapValidator,
)
from pydantic_core import core_schema
from random_classes import (
    Anonymous,
    Base62,
    Bits,
    Bounded,
    Box,
    ByAlias,
    Camel,
    Cat,
    Chain,
    Checked,
    Computing,
    Constrained,
    Converting,
    Dog,
    Excluding,
    Frozen,
    Growing,
    Level,
    Loose,
    Lowering,
    Mode,
    Movie,
    Named,
    Node,
    Old,
    Pair,
    Partial,
    Person,
    Point,
    Private,
    Rights,
    Root,
    Shouting,
    Size,
    Sku,
    Slotted,
    Spot,
    Strict,
    Swapped,
    Texts,
    Titles,
    Tree,
    Typed,
    Wide,
    Worker,
    Wrapped,
    as_text,
    parts,
)

from pydamodb import TimeToLive


class Kind(NamedTuple):
    """An annotation, and a function that makes a value for it (often a good one, sometimes not). A model has fields."""

    annotation: Any
    value: Callable[[Random], Any]
    fields: Mapping[str, Kind] = {}


# --- values ---


def text(random: Random) -> str:
    """Make a short text of either case."""
    return "".join(random.choice("abAB 1-é") for _ in range(random.randrange(4)))


def number(random: Random) -> int:
    """Make a small number, below zero too."""
    return random.randrange(-5, 20)


def decimal(random: Random) -> Decimal:
    """Make a decimal number."""
    return random.choice([Decimal(number(random)) / 4, Decimal("0.1"), Decimal("19.90"), Decimal("1E+20")])


def real(random: Random) -> float:
    """Make a float."""
    return random.choice([number(random) / 4, 0.1, 1e22, -0.0, 2.5e-7])


def zone(random: Random) -> timezone:
    """Make a time zone."""
    return timezone(timedelta(minutes=random.choice([0, 0, 60, -330])))


def moment(random: Random) -> datetime:
    """Make a point in time, of whole seconds or not."""
    past = timedelta(seconds=number(random), microseconds=random.choice([0, 0, 1]))
    return datetime(2024, 1, 1, tzinfo=zone(random)) + past


def wall_time(random: Random) -> time:
    """Make a time of the day."""
    return time(random.randrange(24), 0, 1, random.choice([0, 5]), tzinfo=random.choice([None, zone(random)]))


def few(random: Random, value: Callable[[Random], Any]) -> list[Any]:
    """Make none to two values."""
    return [value(random) for _ in range(random.randrange(3))]


def anything(random: Random, depth: int = 0) -> Any:
    """Make a value for `Any`: often one that it keeps."""
    if depth < 2 and random.random() < 0.3:
        inner = [anything(random, depth + 1) for _ in range(random.randrange(3))]
        return random.choice([inner, dict(zip(("a", "b", "S"), inner, strict=False))])
    scalars = [None, True, 1, 1.5, "a", b"b", {1}, {"a", "b"}, "", 2**70]
    return random.choice([*scalars, (1, 2), Decimal("0.1"), date(2024, 1, 1), set(), Mode.ON, 1.0])


def json_value(random: Random) -> Any:
    """Make a value of JSON."""
    return random.choice([1, "a", None, True, [1, None], {"a": 1.5}, {}, []])


def tree(random: Random, depth: int = 0) -> Any:
    """Make a list of lists of numbers."""
    return number(random) if depth > 1 or random.random() < 0.5 else few(random, lambda r: tree(r, depth + 1))


def chain(random: Random, depth: int = 0) -> Any:
    """Make a map of maps."""
    return {} if depth > 1 else {"a": chain(random, depth + 1), "b": None}


def node(random: Random, depth: int = 0) -> Node:
    """Make a node, perhaps with others."""
    return Node(value=number(random), children=[] if depth > 1 else few(random, lambda r: node(r, depth + 1)))


def _schema(function: Callable[..., Any], inner: Any, serialize: Callable[[Any], Any]) -> GetPydanticSchema:
    serialization = core_schema.plain_serializer_function_ser_schema(serialize)
    return GetPydanticSchema(lambda _, __: function(inner, serialization=serialization))


def _after(inner: Any, serialization: Any) -> Any:
    return core_schema.no_info_after_validator_function(lambda v: v[::-1], inner, serialization=serialization)


def _tag(value: Any) -> str:
    return value["kind"][0] if isinstance(value, dict) else value.kind[0]


def frozen(random: Random) -> Frozen:
    """Make a frozen dataclass, perhaps with another value of the field that its `__init__` does not take."""
    made = Frozen(decimal(random), frozenset(few(random, text)))
    object.__setattr__(made, "seen", random.choice([0, 0, 1]))
    return made


def pets(random: Random) -> Any:
    """Make one of two kinds of models."""
    kind: Any = random.choice(["dog", "hound"])
    return random.choice([Cat(lives=number(random)), Dog(kind=kind, tricks=set(few(random, text)))])


SCALARS: list[Kind] = [
    Kind(int, number),
    Kind(str, text),
    Kind(float, real),
    Kind(Decimal, decimal),
    Kind(bool, lambda r: r.random() < 0.5),
    Kind(bytes, lambda r: text(r).encode()),
    Kind(date, lambda r: date(2024, 1, r.randrange(1, 28))),
    Kind(datetime, moment),
    Kind(datetime, lambda r: moment(r).replace(tzinfo=None)),
    Kind(AwareDatetime, moment),
    Kind(NaiveDatetime, lambda r: moment(r).replace(tzinfo=None)),
    Kind(time, wall_time),
    Kind(timedelta, lambda r: timedelta(seconds=number(r), microseconds=r.choice([0, 1]))),
    Kind(UUID, lambda r: UUID(int=r.getrandbits(128))),
    Kind(PurePosixPath, lambda r: PurePosixPath(text(r))),
    Kind(IPv4Address, lambda r: IPv4Address(r.getrandbits(32))),
    Kind(IPv6Network, lambda r: IPv6Network((r.getrandbits(64) << 64, 64))),
    Kind(AnyUrl, lambda r: AnyUrl(f"foo://host/{r.randrange(9)}")),
    Kind(HttpUrl, lambda r: HttpUrl(f"https://example.com{r.choice(['', '/A?b=c'])}")),
    Kind(ByteSize, lambda r: ByteSize(r.randrange(5000))),
    Kind(Level, lambda r: r.choice([*Level])),
    Kind(Mode, lambda r: r.choice([*Mode, "on"])),
    Kind(Size, lambda r: r.choice([*Size, 1])),
    Kind(Rights, lambda r: Rights(r.randrange(4))),
    Kind(Bits, lambda r: Bits(r.randrange(5))),
    Kind(Literal["a", 1], lambda r: r.choice(["a", 1])),
    Kind(Literal[Mode.ON, True] | None, lambda r: r.choice([Mode.ON, None, True])),
    Kind(None, lambda _: None),
    Kind(Sku, lambda r: Sku(text(r))),
    Kind(re.Pattern[str], lambda r: re.compile(r.choice(["a+", "^b"]))),
]
CONSTRAINED: list[Kind] = [
    Kind(StrictInt, number),
    Kind(StrictStr, text),
    Kind(FiniteFloat, real),
    Kind(Annotated[int, Field(ge=0, lt=15)], number),
    Kind(Annotated[int, Field(multiple_of=2)], number),
    Kind(Annotated[Decimal, Field(max_digits=3, decimal_places=1)], decimal),
    Kind(Annotated[float, Field(gt=0, allow_inf_nan=False)], real),
    Kind(Annotated[str, Field(min_length=1, pattern="^[ab]*$")], text),
    Kind(Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True)], text),
    Kind(Annotated[str, StringConstraints(max_length=2)], text),
    Kind(Annotated[bytes, Field(min_length=1)], lambda r: text(r).encode()),
    Kind(Annotated[date, Field(ge=date(2024, 1, 10))], lambda r: date(2024, 1, r.randrange(1, 28))),
    Kind(Annotated[timedelta, Field(gt=timedelta(0))], lambda r: timedelta(seconds=number(r))),
    Kind(Annotated[set[int], Field(min_length=1)], lambda r: set(few(r, number))),
    Kind(Annotated[dict[str, int], Field(min_length=1)], lambda r: dict.fromkeys(few(r, text), 1)),
]
CHANGED: list[Kind] = [
    Kind(SecretStr, lambda r: SecretStr(text(r))),
    Kind(SecretBytes, lambda r: SecretBytes(text(r).encode())),
    Kind(Annotated[SecretStr, PlainSerializer(lambda v: v.get_secret_value())], lambda r: SecretStr(text(r))),
    Kind(
        Annotated[pydantic.Secret[int], PlainSerializer(lambda v: v.get_secret_value())],
        lambda r: pydantic.Secret[int](number(r)),
    ),
    Kind(Annotated[datetime, TimeToLive], moment),
    Kind(Annotated[AwareDatetime | None, TimeToLive], lambda r: r.choice([None, moment(r)])),
    Kind(Base64Bytes, lambda r: r.choice([b"hello", b"aGVsbG8=", b"aGVs"])),
    Kind(Base64Str, lambda r: r.choice(["hello", "aGVsbG8=", "aGVs"])),
    Kind(Base64UrlStr, lambda r: r.choice(["hello", "aGVsbG8=", "aGVs"])),
    Kind(Json[Any], json_value),
    Kind(Json[list[int]], lambda r: r.choice([few(r, number), "[1, 2]"])),
    Kind(JsonValue, json_value),
    Kind(Annotated[PurePosixPath, AfterValidator(lambda v: v / "a")], lambda r: PurePosixPath(text(r))),
    Kind(Annotated[str, AfterValidator(lambda v: f"P#{v}")], lambda r: f"P#{text(r)}"),
    Kind(Annotated[str, AfterValidator(str.lower)], text),
    Kind(
        Annotated[list[str], BeforeValidator(lambda v: v.split(",") if isinstance(v, str) else v)], lambda r: [text(r)]
    ),
    Kind(Annotated[str, AfterValidator(lambda v: v.split("-"))], lambda r: text(r).split("-")),
    Kind(Annotated[int, WrapValidator(lambda v, handler: handler(v) % 7)], number),
    Kind(Annotated[int, PlainValidator(int)], number),
    Kind(Annotated[int | None, BeforeValidator(lambda v: v or None)], number),
    Kind(Annotated[Anonymous, PlainValidator(Anonymous.of), PlainSerializer(parts)], lambda r: Anonymous(number(r))),
    Kind(Annotated[int, PlainSerializer(as_text)], number),
    Kind(Annotated[int, PlainSerializer(as_text, when_used="json")], number),
    Kind(Annotated[int | None, PlainSerializer(as_text, when_used="unless-none")], lambda r: r.choice([None, 1])),
    Kind(Annotated[int, PlainSerializer(lambda v: v + 1)], number),
    Kind(Annotated[int, PlainSerializer(lambda _: None)], number),
    Kind(Annotated[Decimal, PlainSerializer(as_text, return_type=str)], decimal),
    Kind(Annotated[set[str], PlainSerializer(sorted)], lambda r: set(few(r, text))),
    Kind(Annotated[str, WrapSerializer(lambda v, handler: handler(v).upper())], text),
    Kind(Annotated[str, _schema(_after, core_schema.str_schema(), lambda v: v[::-1])], text),
    Kind(Annotated[str, _schema(_after, core_schema.str_schema(), lambda v: v)], text),
    Kind(list[OnErrorOmit[Annotated[int, Field(ge=0)]]], lambda r: few(r, number)),
    Kind(SkipValidation[int], lambda r: r.choice([1, "a"])),
    Kind(InstanceOf[Sku], lambda r: Sku(text(r))),
]
UNIONS: list[Kind] = [
    Kind(Any, anything),
    Kind(int | str, lambda r: r.choice([1, "1", "a"])),
    Kind(Decimal | float, lambda r: r.choice([decimal(r), real(r)])),
    Kind(bool | int | None, lambda r: r.choice([True, 1, 0, None])),
    Kind(date | datetime, lambda r: r.choice([date(2024, 1, 1), moment(r)])),
    Kind(set[int] | list[int], lambda r: r.choice([set, list])(few(r, number))),
    Kind(Annotated[int | str, Field(union_mode="left_to_right")], lambda r: r.choice([1, "1", "a"])),
    Kind(Annotated[str | int, Field(union_mode="left_to_right")], lambda r: r.choice([1, "1", "a"])),
    Kind(Annotated[Cat | Dog, Field(discriminator="kind")], pets),
    Kind(
        Annotated[Annotated[Cat, Tag("c")] | Annotated[Dog, Tag("d")] | Annotated[Dog, Tag("h")], Discriminator(_tag)],
        pets,
    ),
    Kind(Cat | Dog, pets),
    Kind(Person | Worker, lambda r: r.choice([Person(name=text(r)), Worker(pay=decimal(r))])),
    Kind(Person, lambda r: r.choice([Person(name=text(r)), Worker(pay=decimal(r))])),
    Kind(SerializeAsAny[Person], lambda r: r.choice([Person(name=text(r)), Worker(pay=decimal(r))])),
    Kind(Cat | dict[str, Any], lambda r: r.choice([Cat(), {"kind": "cat"}, {"a": 1}])),
    Kind(Point | None, lambda r: r.choice([None, Point(number(r))])),
]
RECORDS: list[Kind] = [
    Kind(Excluding, lambda r: Excluding(quantity=r.randrange(3))),
    Kind(Constrained, lambda r: Constrained.model_construct(count=number(r), name=text(r))),
    Kind(Private, lambda r: Private(number=number(r))),
    Kind(Growing, lambda r: Growing.model_construct(number=number(r))),
    Kind(Root, lambda r: Root.model_construct([number(r)])),
    Kind(Titles, lambda r: Titles(dict.fromkeys(few(r, text), "a"))),
    Kind(Shouting, lambda r: Shouting(name=text(r))),
    Kind(Wrapped, lambda r: Wrapped(name=text(r))),
    Kind(Camel, lambda r: Camel(first_name=text(r), tags=set(few(r, text)))),
    Kind(ByAlias, lambda r: ByAlias(Name=text(r), Tags=set(few(r, text)), Maybe=r.choice([None, 1]))),
    Kind(Named, lambda r: Named(old=text(r), values=few(r, number) or [1])),
    Kind(Swapped, lambda r: Swapped(a=number(r), b=text(r))),
    Kind(Node, node),
    Kind(Pair[int], lambda r: Pair[int](first=number(r), second=r.choice([None, 2]))),
    Kind(Pair[set[str]], lambda r: Pair[set[str]](first=set(few(r, text)), second=r.choice([None, set(), {"a"}]))),
    Kind(Pair[Pair[Sku]], lambda r: Pair[Pair[Sku]](first=Pair[Sku](first=Sku(text(r))))),
    Kind(Computing, lambda r: Computing(width=number(r), color=text(r))),
    Kind(Loose, lambda r: Loose.model_validate({"name": text(r), "x": anything(r)})),
    Kind(Typed, lambda r: Typed.model_validate({"name": text(r), "x": number(r)})),
    Kind(Strict, lambda r: Strict(at=date(2024, 2, r.randrange(1, 9)), amount=r.choice([None, decimal(r)]))),
    Kind(Checked, lambda r: Checked.model_construct(low=number(r), high=number(r))),
    Kind(Point, lambda r: Point(number(r), r.choice([None, "a"]))),
    Kind(Frozen, frozen),
    Kind(Box, lambda r: Box(size=Decimal(number(r)), label=text(r))),
    Kind(Lowering, lambda r: Lowering(name=text(r), m=text(r))),
    Kind(Slotted, lambda r: Slotted(at=r.choice([None, moment(r)]), many=[Point(1)])),
    Kind(Wide, lambda r: Wide(1, None, {text(r): r.choice([None, decimal(r)])})),
    Kind(Point, lambda r: r.choice([Point(1), Wide(2)])),
    Kind(Old, lambda r: Old(full_name=text(r), labels=set(few(r, text)), place={"near": Point(1)})),
    Kind(Converting, lambda r: Converting(width=r.randrange(4))),
    Kind(Bounded, lambda r: Bounded.model_construct(text(r))),
    Kind(Pair[Any], lambda r: Pair[Any](first=anything(r))),
    Kind(Pair[Person], lambda r: Pair[Person](first=Worker(pay=decimal(r)))),
    Kind(SerializeAsAny[Pair[Person]], lambda r: Pair[Person](first=r.choice([Person(), Worker()]))),
    Kind(Movie, lambda r: {"title": text(r), **({"year": number(r)} if r.random() < 0.3 else {})}),
    Kind(Partial, lambda r: r.choice([{}, {"at": moment(r), "tags": set(few(r, number))}, {"none": None}])),
    Kind(Spot, lambda r: Spot(number(r), decimal(r))),
    Kind(Tree, tree),
    Kind(Texts, lambda r: few(r, text)),
    Kind(Chain, chain),
]
COLLECTIONS: list[Kind] = [
    Kind(frozenset[Decimal], lambda r: frozenset(few(r, decimal))),
    Kind(Sequence[int], lambda r: r.choice([list, tuple])(few(r, number))),
    Kind(Mapping[str, int], lambda r: dict.fromkeys(few(r, text), 1)),
    Kind(dict[UUID, int], lambda r: {UUID(int=r.randrange(3)): 1}),
    Kind(dict[date, Any], lambda r: {date(2024, 1, 1): anything(r)}),
    Kind(dict[AwareDatetime, int], lambda r: {moment(r): 1, moment(r): 2}),
    Kind(dict[Decimal, str], lambda r: {decimal(r): "a", decimal(r): "b"}),
    Kind(dict[float, str], lambda r: {real(r): "a"}),
    Kind(dict[bytes, int], lambda r: {text(r).encode(): 1}),
    Kind(dict[Mode, int], lambda r: {r.choice([*Mode, "on"]): 1}),
    Kind(dict[Level, int], lambda r: {r.choice([*Level]): 1}),
    Kind(dict[bool, int], lambda r: {r.random() < 0.5: 1}),
    Kind(dict[Sku, int], lambda r: {Sku(text(r)): 1}),
    Kind(dict[int | str, int], lambda r: {r.choice([1, "1", "a"]): 1}),
    Kind(dict[tuple[int, int], int], lambda _: {(1, 2): 1}),
    Kind(dict[str, SerializeAsAny[Person]], lambda r: {"a": r.choice([Person(), Worker()])}),
    Kind(set[int | str], lambda r: r.choice([{1, 2}, {"1"}, {1, "a"}])),
    Kind(set[bool], lambda _: {True}),
    Kind(set[Mode | None], lambda r: {r.choice([None, Mode.ON])}),
    Kind(set[date], lambda _: {date(2024, 1, 1)}),
    Kind(frozenset[AwareDatetime], lambda r: frozenset(few(r, moment))),
    Kind(set[tuple[int, int]], lambda _: {(1, 2)}),
    Kind(list[set[str]], lambda r: [set(few(r, text))]),
    Kind(tuple[()], lambda _: ()),
    Kind(Annotated[tuple[int, ...], Field(min_length=1)], lambda r: tuple(few(r, number))),
    Kind(Annotated[list[int], AfterValidator(sorted)], lambda r: few(r, number)),
    Kind(Annotated[set[int], AfterValidator(lambda v: v - {1})], lambda r: set(few(r, number))),
    Kind(Annotated[dict[str, int], BeforeValidator(dict)], lambda r: {text(r): 1}),
    Kind(Annotated[int, Field(strict=True)] | Annotated[str, Field(pattern="a")], lambda r: r.choice([1, "a", "b"])),
    Kind(complex, lambda r: complex(number(r), 1)),
    Kind(int, lambda r: Base62(number(r))),
    Kind(type[int], lambda r: r.choice([int, bool])),
    Kind(tuple[int, ...], lambda r: tuple(few(r, number))),
    Kind(OrderedDict[str, int], lambda r: OrderedDict(dict.fromkeys(few(r, text), 1))),
    Kind(defaultdict[str, list[int]], lambda r: defaultdict(list, {text(r): few(r, number)})),
    Kind(Counter[str], lambda r: Counter(few(r, text))),
    Kind(list[Any], lambda r: few(r, anything)),
    Kind(dict[str, Any], lambda r: {text(r): anything(r)}),
    Kind(list, lambda r: few(r, anything)),
    Kind(dict, lambda r: {text(r): anything(r)}),
]
LEAVES: list[Kind] = [*SCALARS, *SCALARS, *CONSTRAINED, *CHANGED, *UNIONS, *RECORDS, *RECORDS, *COLLECTIONS]
HASHABLE = [int, str, Decimal, bytes, UUID, Size, Sku, Mode, date, float]
