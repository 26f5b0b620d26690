"""Classes for the fields of random models: models, dataclasses and others, with whatever Pydantic has for them."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, Flag, IntEnum, IntFlag
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import pydantic
import pydantic.dataclasses
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    StringConstraints,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import core_schema
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from pydamodb import Attribute

IS_NEW = tuple(map(int, pydantic.VERSION.split(".")[:2])) >= (2, 12)  # exclude_if, val_temporal_unit


def as_text(value: Any) -> str:
    """Serialize as text. Pydantic 2.7 wants a signature, which `str` has not."""
    return str(value)


def parts(value: Any) -> dict[str, Any]:
    """Serialize as the attributes."""
    return vars(value)


class Level(Enum):
    UNSET = None
    LOW = "low"
    HIGH = 2


class Mode(str, Enum):
    ON = "on"
    OFF = "off"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Rights(Flag):
    READ = 1
    WRITE = 2


class Bits(IntFlag):
    ONE = 1
    TWO = 2


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
    quantity: int = Field(default=1, **({"exclude_if": lambda v: v == 0} if IS_NEW else {}))


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


class Titles(RootModel[dict[str, str]]):
    pass


class Shouting(BaseModel):
    name: str = "A"

    @model_serializer
    def _whole(self) -> dict[str, Any]:
        return {"name": self.name.upper()}


class Wrapped(BaseModel):
    name: str = "A"

    @model_serializer(mode="wrap")
    def _whole(self, handler: Any) -> dict[str, Any]:
        return {"v": handler(self)}

    @model_validator(mode="wrap")
    @classmethod
    def _unwrap(cls, value: Any, handler: Any) -> Any:
        return handler(value["v"] if isinstance(value, dict) and "v" in value else value)


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=lambda name: name.title(), populate_by_name=True)

    first_name: str = ""
    tags: set[str] = set()


class ByAlias(BaseModel):
    model_config = ConfigDict(alias_generator=str.title, serialize_by_alias=True)

    name: str
    tags: set[str]
    maybe: int | None = None


class Named(BaseModel):
    name: Annotated[str, Attribute("n")] = Field(default="", validation_alias=AliasChoices("n", "old"))
    first: int = Field(default=0, validation_alias=AliasPath("values", 0))
    other: str = Field(default="o", serialization_alias="O")


class Swapped(BaseModel):
    """Two fields that exchange their names."""

    a: Annotated[int, Attribute("b")] = 1
    b: Annotated[str, Attribute("a")] = "x"


class Person(BaseModel):
    name: str = ""


class Worker(Person):
    pay: Decimal = Decimal(1)


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog", "hound"] = "dog"
    tricks: set[str] = set()


class Node(BaseModel):
    value: int = 0
    children: list[Node] = []
    parent: Node | None = None


ElementT = TypeVar("ElementT")


class Pair(BaseModel, Generic[ElementT]):
    first: ElementT
    second: ElementT | None = None


class Computing(BaseModel):
    width: int = 1
    color: str = Field(default="", exclude=True)

    @computed_field
    @property
    def area(self) -> int:
        """Compute a square."""
        return self.width * self.width


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow", defer_build=True)

    name: str = ""


class Typed(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]

    name: str = ""


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, validate_assignment=True, extra="forbid")

    at: date = date(2024, 1, 1)
    amount: Decimal | None = Decimal(1)


class Checked(BaseModel):
    low: int = 0
    high: int = 20

    @model_validator(mode="after")
    def _in_order(self) -> Any:
        if self.low > self.high:
            raise ValueError("low is high")
        return self

    @field_validator("low")
    @classmethod
    def _positive(cls, value: int) -> int:
        return abs(value)

    @field_serializer("high", when_used="unless-none")
    def _text(self, value: int) -> str:
        return str(value)


@dataclasses.dataclass
class Point:
    x: Annotated[int, Field(ge=0)] = 0
    y: Annotated[str, AfterValidator(lambda v: v + "!")] | None = None


@dataclasses.dataclass(frozen=True)
class Frozen:
    size: Decimal
    tags: frozenset[str] = frozenset()
    seen: int = dataclasses.field(default=0, init=False)


@dataclasses.dataclass(kw_only=True, slots=True)
class Slotted:
    at: AwareDatetime | None = None
    many: list[Point] = dataclasses.field(default_factory=list)


class Base62(int):
    """A subclass of a number."""


@dataclasses.dataclass
class Wide(Point):
    more: dict[str, Decimal | None] = dataclasses.field(default_factory=dict)


@pydantic.dataclasses.dataclass
class Box:
    size: Annotated[Decimal, PlainSerializer(as_text, return_type=str)] = Decimal(1)
    label: str = ""


@pydantic.dataclasses.dataclass(config=ConfigDict(str_to_lower=True, extra="ignore"))
class Lowering:
    name: str = ""
    more: str = Field(default="M", alias="m")


class Movie(TypedDict):
    title: Annotated[str, Field(min_length=1)]
    year: NotRequired[Annotated[int, PlainSerializer(lambda v: v + 1)]]


class Partial(TypedDict, total=False):
    at: datetime
    tags: set[int]
    none: int | None


class Spot(NamedTuple):
    x: int
    y: Decimal = Decimal(0)


class Old(BaseModel):
    """A model whose fields had other names once."""

    name: str = Field(default="", validation_alias=AliasChoices("name", "full_name"))
    tags: set[str] = Field(validation_alias=AliasChoices("tags", "labels"))
    near: Point | None = Field(default=None, validation_alias=AliasChoices("near", AliasPath("place", "near")))


class Converting(BaseModel):
    """A model that reads another form of itself."""

    width: int = 1

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"width": len(value)} if isinstance(value, str) else value

    @model_serializer
    def _as_text(self) -> str:
        return "x" * self.width


class Bounded(RootModel[Annotated[str, StringConstraints(to_lower=True)]]):
    pass


Tree = TypeAliasType("Tree", "int | list[Tree]")
Texts = TypeAliasType("Texts", list[Annotated[str, StringConstraints(to_upper=True)]])
Chain = TypeAliasType("Chain", "dict[str, Chain | None]")
