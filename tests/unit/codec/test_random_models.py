"""Random models with whatever Pydantic has that touches validation or serialization: read as stored, or refused.

`PYDAMODB_RANDOM_MODELS=5000` makes that many models, `PYDAMODB_RANDOM_SEED=7` starts at another one. A failure names
its seed: `PYDAMODB_RANDOM_MODELS=1 PYDAMODB_RANDOM_SEED=123` makes this model alone.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections import deque
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntEnum
from pathlib import PurePosixPath
from random import Random
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import pydantic
import pydantic.dataclasses
from pydantic import (
    AfterValidator,
    AwareDatetime,
    Base64Bytes,
    Base64Str,
    BaseModel,
    BeforeValidator,
    Field,
    GetPydanticSchema,
    Json,
    PlainSerializer,
    PlainValidator,
    RootModel,
    SecretStr,
    StringConstraints,
    WrapSerializer,
    WrapValidator,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import core_schema
from typing_extensions import NotRequired, TypedDict

from pydamodb import ItemEncodingError, TimeToLive
from pydamodb._codec.items import decode_item, encode_item
from pydamodb._codec.validators import item_reader

IS_NEW = tuple(map(int, pydantic.VERSION.split(".")[:2])) >= (2, 12)  # exclude_if, val_temporal_unit
MODELS = int(os.environ.get("PYDAMODB_RANDOM_MODELS", "150"))
FIRST_SEED = int(os.environ.get("PYDAMODB_RANDOM_SEED", "0"))


def as_text(value: Any) -> str:
    """Serialize as text. Pydantic 2.7 wants a signature, which `str` has not."""
    return str(value)


def parts(value: Any) -> dict[str, Any]:
    """Serialize as the attributes."""
    return vars(value)


class Kind(NamedTuple):
    """An annotation, and a function that makes a value for it (often a good one, sometimes not)."""

    annotation: Any
    value: Callable[[Random], Any]


class Level(Enum):
    UNSET = None
    LOW = "low"
    HIGH = 2


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Rights(Flag):
    READ = 1
    WRITE = 2


class Sku:
    """A type by Pydantic's recipe: its form in JSON is a text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sku) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Read an instance or a text."""
        from_text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda sku: sku.text, when_used="json"),
        )


class Anonymous:
    """A class without an `__eq__`."""

    def __init__(self, number: int) -> None:
        self.number = number

    @classmethod
    def of(cls, value: Any) -> Anonymous:
        """Read its stored form."""
        return value if isinstance(value, Anonymous) else cls(**value)


class Excluding(BaseModel):
    quantity: int = pydantic.Field(default=1, **({"exclude_if": lambda v: v == 0} if IS_NEW else {}))


class Constrained(BaseModel):
    count: int = Field(default=0, ge=0)
    name: Annotated[str, Field(max_length=3)] = ""


class Private(BaseModel):
    number: int = 0
    _seen: int = 0


class Growing(BaseModel):
    number: int = 0

    def model_post_init(self, _: Any) -> None:
        """Change a value."""
        self.number += self.number % 2


class Root(RootModel[list[Annotated[int, Field(ge=0)]]]):
    pass


class Shouting(BaseModel):
    name: str = "A"

    @model_serializer
    def _whole(self) -> dict[str, Any]:
        return {"name": self.name.upper()}


@dataclasses.dataclass
class Point:
    x: Annotated[int, Field(ge=0)] = 0
    y: Annotated[str, AfterValidator(lambda v: v + "!")] | None = None


@pydantic.dataclasses.dataclass
class Box:
    size: Annotated[Decimal, PlainSerializer(as_text, return_type=str)] = Decimal(1)
    label: str = ""


class Movie(TypedDict):
    title: Annotated[str, Field(min_length=1)]
    year: NotRequired[Annotated[int, PlainSerializer(lambda v: v + 1)]]


def text(random: Random) -> str:
    """Make a short text of either case."""
    return "".join(random.choice("abAB 1-") for _ in range(random.randrange(4)))


def number(random: Random) -> int:
    """Make a small number, below zero too."""
    return random.randrange(-5, 20)


def moment(random: Random) -> datetime:
    """Make a point in time, of whole seconds or not."""
    return datetime(2024, 1, 1, tzinfo=timezone.utc) + timedelta(
        seconds=number(random), microseconds=random.choice([0, 1])
    )


def _schema(function: Callable[..., Any], inner: Any, serialize: Callable[[Any], Any]) -> GetPydanticSchema:
    serialization = core_schema.plain_serializer_function_ser_schema(serialize)
    return GetPydanticSchema(lambda _, __: function(inner, serialization=serialization))


def _after(inner: Any, serialization: Any) -> Any:
    return core_schema.no_info_after_validator_function(lambda v: v[::-1], inner, serialization=serialization)


LEAVES: list[Kind] = [
    Kind(int, number),
    Kind(str, text),
    Kind(float, lambda r: number(r) / 4),
    Kind(Decimal, lambda r: Decimal(number(r)) / 4),
    Kind(bool, lambda r: r.random() < 0.5),
    Kind(bytes, lambda r: text(r).encode()),
    Kind(date, lambda r: date(2024, 1, r.randrange(1, 28))),
    Kind(datetime, moment),
    Kind(AwareDatetime, moment),
    Kind(timedelta, lambda r: timedelta(seconds=number(r))),
    Kind(UUID, lambda r: UUID(int=r.getrandbits(128))),
    Kind(PurePosixPath, lambda r: PurePosixPath(text(r))),
    Kind(Level, lambda r: r.choice([*Level])),
    Kind(Size, lambda r: r.choice([*Size])),
    Kind(Rights, lambda r: Rights(r.randrange(4))),
    Kind(Literal["a", 1], lambda r: r.choice(["a", 1])),
    Kind(Any, lambda r: r.choice([None, 1, 1.5, "a", (1, 2), [1], {"a": {1}}])),
    Kind(Sku, lambda r: Sku(text(r))),
    Kind(SecretStr, lambda r: SecretStr(text(r))),
    Kind(Annotated[SecretStr, PlainSerializer(lambda v: v.get_secret_value())], lambda r: SecretStr(text(r))),
    Kind(Annotated[datetime, TimeToLive], moment),
    Kind(Base64Bytes, lambda r: r.choice([b"hello", b"aGVsbG8=", b"aGVs"])),
    Kind(Base64Str, lambda r: r.choice(["hello", "aGVsbG8=", "aGVs"])),
    Kind(Json[Any], lambda r: r.choice([1, "a", [1, None], {"a": 1.5}])),
    Kind(Annotated[int, Field(ge=0, lt=15)], number),
    Kind(Annotated[int, Field(multiple_of=2)], number),
    Kind(Annotated[Decimal, Field(max_digits=3, decimal_places=1)], lambda r: Decimal(number(r)) / 4),
    Kind(Annotated[str, Field(min_length=1, pattern="^[ab]*$")], text),
    Kind(Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True)], text),
    Kind(Annotated[PurePosixPath, AfterValidator(lambda v: v / "a")], lambda r: PurePosixPath(text(r))),
    Kind(Annotated[str, AfterValidator(lambda v: f"P#{v}")], lambda r: f"P#{text(r)}"),
    Kind(Annotated[str, AfterValidator(str.lower)], text),
    Kind(
        Annotated[list[str], BeforeValidator(lambda v: v.split(",") if isinstance(v, str) else v)], lambda r: [text(r)]
    ),
    Kind(Annotated[str, AfterValidator(lambda v: v.split("-"))], lambda r: text(r).split("-")),
    Kind(Annotated[int, WrapValidator(lambda v, handler: handler(v) % 7)], number),
    Kind(Annotated[int, PlainValidator(int)], number),
    Kind(Annotated[Anonymous, PlainValidator(Anonymous.of), PlainSerializer(parts)], lambda r: Anonymous(number(r))),
    Kind(Annotated[int, PlainSerializer(as_text)], number),
    Kind(Annotated[int, PlainSerializer(as_text, when_used="json")], number),
    Kind(Annotated[int, PlainSerializer(lambda v: v + 1)], number),
    Kind(Annotated[str, WrapSerializer(lambda v, handler: handler(v).upper())], text),
    Kind(Annotated[str, _schema(_after, core_schema.str_schema(), lambda v: v[::-1])], text),
    Kind(Annotated[str, _schema(_after, core_schema.str_schema(), lambda v: v)], text),
    Kind(Excluding, lambda r: Excluding(quantity=r.randrange(3))),
    Kind(Constrained, lambda r: Constrained.model_construct(count=number(r), name=text(r))),
    Kind(Private, lambda r: Private(number=number(r))),
    Kind(Growing, lambda r: Growing.model_construct(number=number(r))),
    Kind(Root, lambda r: Root.model_construct([number(r)])),
    Kind(Shouting, lambda r: Shouting(name=text(r))),
    Kind(Point, lambda r: Point(number(r), r.choice([None, "a"]))),
    Kind(Box, lambda r: Box(size=Decimal(number(r)), label=text(r))),
    Kind(Movie, lambda r: {"title": text(r), **({"year": number(r)} if r.random() < 0.3 else {})}),
]
HASHABLE = [int, str, Decimal, bytes, UUID, Size, Rights, Sku]


def kind(random: Random, depth: int = 0) -> Kind:
    """Make a kind of field."""
    choice = random.randrange(16) if depth < 3 else 0
    if choice < 7:
        return random.choice(LEAVES)
    if choice == 7:
        return model_kind(random, depth + 1)
    inner = kind(random, depth + 1)
    few = range(random.randrange(3))
    most: Any = Field(max_length=random.randrange(1, 3)) if random.random() < 0.4 else None
    if choice in {8, 9}:
        return Kind(
            inner.annotation | None if inner.annotation is not Any else Any, lambda r: r.choice([None, inner.value(r)])
        )
    if choice in {10, 11}:
        return Kind(Annotated[list[inner.annotation], most], lambda r: [inner.value(r) for _ in few])
    if choice == 12:
        key: Any = random.choice(
            [str, int, Annotated[str, Field(min_length=2)], Annotated[str, AfterValidator(str.lower)], Size]
        )
        keys: dict[Any, Any] = {int: number, Size: lambda r: r.choice([*Size])}
        return Kind(
            Annotated[dict[key, inner.annotation], most],
            lambda r: {keys.get(key, text)(r): inner.value(r) for _ in few},
        )
    if choice == 13:
        other = kind(random, depth + 1)
        return Kind(tuple[inner.annotation, other.annotation], lambda r: (inner.value(r), other.value(r)))
    if choice == 14:
        element = random.choice([each for each in LEAVES if each.annotation in HASHABLE])
        return Kind(Annotated[set[element.annotation], most], lambda r: {element.value(r) for _ in few})
    return random.choice(
        [
            Kind(deque[inner.annotation], lambda r: deque(inner.value(r) for _ in few)),
            Kind(
                inner.annotation | str if inner.annotation is not Any else Any,
                lambda r: r.choice([text, inner.value])(r),
            ),
        ]
    )


def _before(*names: str, by: Callable[[Any], Any], mode: Any) -> Any:
    return field_validator(*names, mode=mode)(classmethod(lambda _, value: by(value)))


def _plus_one(values: Any) -> Any:
    first = next(iter(values), None) if isinstance(values, dict) else None
    return {**values, first: values[first] + 1} if first is not None and type(values[first]) is int else values


def methods(random: Random, names: list[str]) -> dict[str, Any]:
    """Make validators and serializers of a class."""
    name = random.choice(names)
    return random.choice(
        [
            dict,
            dict,
            dict,
            lambda: {"_v": _before(name, by=lambda v: v.lower() if isinstance(v, str) else v, mode="after")},
            lambda: {"_v": _before(name, by=lambda v: v + v if isinstance(v, (str, list)) else v, mode="before")},
            lambda: {"_v": _before("*", by=lambda v: v, mode="after")},
            lambda: {"_s": field_serializer(name)(lambda _, v: v)},
            lambda: {"_s": field_serializer(name)(lambda _, v: str(v))},
            lambda: {"_s": field_serializer("*", when_used="json")(lambda _, v: str(v))},
            lambda: {"_m": model_validator(mode="before")(classmethod(lambda _, values: _plus_one(values)))},
            lambda: {"_m": model_validator(mode="after")(lambda self: self)},
            lambda: {"_m": model_serializer(mode="wrap")(lambda self, handler: {**handler(self), "more": 1})},
        ]
    )()


CONFIGS: list[dict[str, Any]] = [
    *({}, {}, {}, {}, {"str_to_lower": True}, {"str_to_upper": True}, {"str_strip_whitespace": True}),
    *({"str_max_length": 2}, {"use_enum_values": True}, {"strict": True}, {"extra": "allow"}, {"extra": "forbid"}),
    *({"ser_json_timedelta": "float"}, {"val_json_bytes": "base64"}, {"validate_default": True}, {"frozen": True}),
    *({"revalidate_instances": "always"}, {"ser_json_bytes": "base64"}, {"coerce_numbers_to_str": True}),
    *([{"val_temporal_unit": "milliseconds"}] if IS_NEW else []),
]


def model_kind(random: Random, depth: int = 0) -> Kind:
    """Make a model, and what makes its instances: validated, constructed, and changed in place."""
    kinds = {f"f{index}": kind(random, depth) for index in range(random.randrange(1, 4))}
    fields: dict[str, Any] = {}
    for name, each in kinds.items():
        options: dict[str, Any] = {}
        if random.random() < 0.3:
            options["default"] = random.choice([None, each.value(random)])
        if "default" in options and random.random() < 0.2:
            options["exclude"] = True
        fields[name] = (each.annotation, Field(**options))
    config: Any = random.choice(CONFIGS)
    own = methods(random, [*fields])
    made: Any = pydantic.create_model("Random", __config__=config, __validators__=own, __module__=__name__, **fields)

    def value(random: Random) -> Any:
        values = {name: each.value(random) for name, each in kinds.items()}
        if random.random() < 0.6:
            try:
                instance = made(**values)
            except (pydantic.ValidationError, TypeError, AttributeError):
                return made.model_construct(**values)
            if random.random() < 0.5:  # an assignment without validation, also to frozen models
                name = random.choice([*kinds])
                vars(instance)[name] = kinds[name].value(random)
            return instance
        return made.model_construct(**values)

    return Kind(made, value)


def plain(value: Any) -> Any:
    """Return a value in a form that compares all parts that are stored, with their types."""
    if isinstance(value, BaseModel):
        kept = {name: part for name, part in vars(value).items() if not type(value).model_fields[name].exclude}
        return type(value).__name__, plain(kept), plain(value.model_extra)
    if dataclasses.is_dataclass(value) or isinstance(value, Anonymous):
        return type(value).__name__, plain(vars(value))
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, deque)):
        return type(value).__name__, [plain(part) for part in value]
    return value


def check(seed: int) -> str:
    """Make a model and some instances, and return whether any was stored; each must read back equal, or be refused."""
    random = Random(seed)  # noqa: S311 - no secret
    made = model_kind(random)
    results: set[str] = set()
    for _ in range(6):
        instance = made.value(random)
        before = plain(instance)
        try:
            item = encode_item(instance)
        except ItemEncodingError:
            results.add("refused")
            continue
        results.add("stored")
        assert before == plain(decode_item(made.annotation, item)), (seed, instance, item)
        read = item_reader(made.annotation)
        reply = None if read is None else read(json.dumps({"Item": item}).encode())
        if reply is not None and isinstance(reply["Model"], BaseModel):
            assert before == plain(reply["Model"]), (seed, instance, item)
    return " and ".join(sorted(results))


def test_a_random_model_is_read_as_it_was_or_refused() -> None:
    """No exception but ours leaves the encoder, and both ways of reading make an equal model of what it encodes."""
    results = [check(seed) for seed in range(FIRST_SEED, FIRST_SEED + MODELS)]
    assert MODELS < 50 or {"stored", "refused", "refused and stored"} == {*results}
