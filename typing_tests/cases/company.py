"""Constructors of models where both plugins of mypy are used: mypy says what it says of Pydantic's own models.

The runner reads this file twice: as it is, and with models of Pydantic, for Pydantic's plugin alone.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import pydantic
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    PrivateAttr,
    computed_field,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from typing_extensions import Self, reveal_type

import pydamodb as library
from pydamodb import Attr, Field, PrimaryKeyModel as Model

T = TypeVar("T")
M = TypeVar("M", bound="Plain")
NAME = "elsewhere"


class Address(BaseModel):
    city: str


# Wrong and missing arguments, in both styles: `typed` is `init_typed = true` with the other settings switched on.
class Plain(Model):
    id: str
    total: Decimal
    count: int = 0
    born: date | None
    tags: list[str] = pydantic.Field(default_factory=list)
    address: Address | None = None


class Strict(Model):
    id: Attr[str]
    total: Attr[Decimal]
    count: Attr[int] = Field(default=0)
    born: Attr[date | None]
    tags: Attr[list[str]] = Field(default_factory=list)
    address: Attr[Address | None] = Field(default=None)


Plain(id="x", total=Decimal(3), born=None)
Plain(id="x", total="3.0", born="2024-01-01")  # E: typed
Plain(id="x", total=3, born=None)  # E: typed
Plain(id="x", total=Decimal(3), born=None, address={"city": "x"})  # E: typed
Plain(id="x", total=Decimal(3))  # E
Plain(total=Decimal(3), born=None)  # E
Plain(id="x", total=Decimal(3), born=None, nothing=3)  # E: typed
Plain("x")  # E
Strict(id="x", total=Decimal(3), born=None)
Strict(id="x", total="3.0", born="2024-01-01")  # E: typed
Strict(id="x", total=3, born=None)  # E: typed
Strict(id="x", total=Decimal(3), born=None, address={"city": "x"})  # E: typed
Strict(id="x", total=Decimal(3), born=None, tags=3, count="3")  # E: typed
Strict(id="x", total=Decimal(3))  # E
Strict(total=Decimal(3), born=None)  # E
Strict(id="x", total=Decimal(3), born=None, nothing=3)  # E: typed
Strict("x")  # E
Strict()  # E
reveal_type(Strict(id="x", total=Decimal(3), born=None).total)  # R: Decimal


# What `Field` says.
class Declared(Model):
    id: Attr[str]
    ellipsis: Attr[int] = Field(...)
    named: Attr[int] = Field(default=...)
    position: Attr[int] = Field(0)
    longer: Attr[str] = Field(min_length=3)
    described: Attr[str] = library.Field(description="x")
    marked: Annotated[Attr[str], "a mark"]
    inner: Attr[Annotated[int, pydantic.Field(ge=0)]]
    frozen: Attr[int] = Field(default=0, frozen=True)
    exact: Attr[int] = Field(default=0, strict=True)
    _private: int = PrivateAttr(default=0)
    shared: ClassVar[int] = 3


declared = Declared(id="x", ellipsis=3, named=3, longer="xxx", described="x", marked="x", inner=3)
Declared(id="x", ellipsis=3, named=3, position=3, longer="xxx", described="x", marked="x", inner=3, frozen=3, exact=3)
Declared(id="x", named=3, longer="xxx", described="x", marked="x", inner=3)  # E
Declared(id="x", ellipsis=3, longer="xxx", described="x", marked="x", inner=3)  # E
Declared(id="x", ellipsis=3, named=3, described="x", marked="x", inner=3)  # E
Declared(id="x", ellipsis=3, named=3, longer="xxx", marked="x", inner=3)  # E
Declared(id="x", ellipsis=3, named=3, longer="xxx", described="x", inner=3)  # E
Declared(id="x", ellipsis=3, named=3, longer="xxx", described="x", marked="x")  # E
Declared(id="x", ellipsis=3, named=3, longer="xxx", described="x", marked="x", inner=3, exact="3")  # E
Declared(id="x", ellipsis=3, named=3, longer="xxx", described="x", marked="x", inner=3, shared=3)  # E: typed
declared.frozen = 3  # E
declared.position = 3


# Models of Pydantic as further bases, before and after ours.
class Audited(BaseModel):
    author: str
    note: str = ""


class StrictlyAudited(BaseModel):
    author: Attr[str]
    number: Attr[int] = Field(alias="num")
    note: Attr[str] = Field(default="")


class Tagged(BaseModel, Generic[T]):
    tag: T


class First(Audited, Model):
    id: str


class Last(Model, Audited):
    id: Attr[str]


class Further(Last):
    more: Attr[int]
    note: str


class Mixed(StrictlyAudited, Tagged[int], Model):
    id: Attr[str]


First(id="x", author="y", note="z")
First(id="x")  # E
First(author="x")  # E
Last(id="x", author="y", note="z")
Last(id="x")  # E
Last(author="x")  # E
Further(id="x", author="y", more=3, note="x")
Further(id="x", author="y", more=3)  # E
Further(id="x", more=3, note="x")  # E
Mixed(id="x", author="y", num=3, tag=3)
Mixed(id="x", author="y", tag=3)  # E
Mixed(id="x", author="y", num=3)  # E
Mixed(id="x", num=3, tag=3)  # E
Mixed(id="x", author="y", num=3, tag="x")  # E: typed
StrictlyAudited(author="x", num=3)
StrictlyAudited(author="x")  # E
reveal_type(Mixed(id="x", author="y", num=3, tag=3).tag)  # R: int


# Aliases.
class ByAlias(Model):
    id: str
    n: int = pydantic.Field(default=0, alias="num")
    m: Attr[int] = Field(alias="mum")
    k: Attr[int] = Field(default=0, validation_alias="kum")


class ByName(Model):
    model_config = ConfigDict(populate_by_name=True)

    id: str
    n: int = pydantic.Field(default=0, alias="num")
    m: Attr[int] = Field(alias="mum")


class ByNameToo(Model):
    model_config = {"populate_by_name": True}

    id: Attr[str]
    m: Attr[int] = Field(alias="mum")


class ByKeyword(Model, populate_by_name=True):
    id: Attr[str]
    m: Attr[int] = Field(alias="mum")


class InheritsConfig(ByName):
    more: Attr[int] = Field(alias="less")


class Dynamic(Model):
    id: Attr[str]
    n: Attr[int] = Field(alias=NAME)  # E: typed
    m: Attr[int] = Field(validation_alias=AliasChoices("a", AliasPath("b", 0)))  # E: typed


class Generated(Model):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: Attr[str]
    first_name: Attr[str]


ByAlias(id="x", num=3, mum=3, kum=3)
ByAlias(id="x", mum=3)
ByAlias(id="x", num=3)  # E
ByAlias(id="x", m=3)  # E
ByAlias(id="x", mum=3, k=3)  # E: typed
ByAlias(id="x", mum="x")  # E: typed
ByName(id="x", n=3, m=3)
ByName(id="x", m="x")  # E: typed
ByName(id="x")  # E
ByNameToo(id="x", m=3)
ByNameToo(id="x")  # E
ByKeyword(id="x", m=3)
ByKeyword(id="x")  # E
InheritsConfig(id="x", m=3, more=3)
InheritsConfig(id="x", m=3)  # E
Dynamic(id="x", elsewhere=3, a=3)
Dynamic(elsewhere=3)  # E
Generated(id="x", firstName="x")  # E: typed
Generated(id="x", first_name="x")


# Extra arguments.
class Allows(Model):
    model_config = ConfigDict(extra="allow")

    id: str


class Ignores(Model, extra="ignore"):
    id: Attr[str]


class Forbids(Model):
    model_config = ConfigDict(extra="forbid")

    id: Attr[str]


Allows(id="x", more=3)  # E: typed
Ignores(id="x", more=3)  # E: typed
Forbids(id="x", more=3)  # E
Allows(more=3)  # E
Forbids(id="x")
Forbids()  # E


# Other settings, and methods that users write.
class Exact(Model):
    model_config = ConfigDict(strict=True)

    id: Attr[str]
    count: Attr[int] = Field(default=0)


class Frozen(Model):
    model_config = ConfigDict(frozen=True)

    id: Attr[str]
    count: Attr[int] = Field(default=0)


class Settled(Model, frozen=True):
    id: str


class Custom(Model):
    id: Attr[str]
    count: Attr[int] = Field(default=0)

    def __init__(self, id: str, /, **values: Any) -> None:
        super().__init__(id=id, **values)


class Checked(Model):
    id: Attr[str]
    count: Attr[int] = Field(default=0)

    @field_validator("count")
    def positive(cls, value: int) -> int:
        return cls.above(value)

    @classmethod
    def above(cls, value: int) -> int:
        return value

    @model_validator(mode="after")
    def whole(self) -> Self:
        return self

    @computed_field
    @property
    def label(self) -> str:
        return self.id

    @classmethod
    def made(cls, value: str) -> Self:
        cls()  # E
        cls(id="x", count="3")  # E: typed
        return cls(id=value)

    def again(self) -> Self:
        return type(self)(id=self.id, count=self.count)


class Unusual(Checked):
    wanted: Attr[int]

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        super().__init__(count=3)  # E


class Box(Model, Generic[T]):
    id: Attr[str]
    content: T


Exact(id="x", count=3)
Exact(id="x", count="3")  # E
Frozen(id="x").count = 3  # E
Settled(id="x").id = "y"  # E
Custom("x", count="3")
Custom(id="x")  # E
Custom("x").count = 3
Checked.made("x").again().count = 3
Checked(id="x", label="x")  # E: typed
Unusual(anything=3)
Box[int](id="x", content=3)
Box[int](id="x", content="x")  # E: typed
Box(id="x", content=3)
Box(id="x")  # E
Box[int](content=3)  # E
Strict.model_construct(id="x", total=Decimal(3), born=None)
Strict.model_construct(id="x", born=None)  # E
Strict.model_construct(id="x", total="x", born=None)  # E
Strict.model_validate({"id": "x"}).model_copy(update={"id": "y"}).count = 4


def made(model: type[M]) -> M:
    model(id="x")  # E
    return model(id="x", total=Decimal(3), born=None)


# A model that is not known.
def unknown(model: type[Model], values: dict[str, Any]) -> None:
    model(id="x")
    model(**values)


# A model that is known only later, and one of itself.
class Later(Model):
    id: Attr[str]
    next: "Attr[Later | None]" = Field(default=None)
    other: "Unknown"


class Unknown(BaseModel):
    name: Attr[str]


Later(id="x", other=Unknown(name="x"))
Later(id="x", next=Later(id="x", other=Unknown(name="x")), other=Unknown(name="x"))
Later(id="x", next=3, other=Unknown(name="x"))  # E: typed
Later(id="x")  # E
Unknown()  # E
