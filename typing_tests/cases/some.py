"""What only some type checkers can do, and why."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal

import pydantic
from pydantic import BaseModel

from pydamodb import Attr, Condition, Field, PrimaryKeyModel, PydamoConfig


class Address(BaseModel):
    city: str


class Color(Enum):
    RED = "red"


class Parcel(PrimaryKeyModel[str]):
    id: Attr[str]
    color: Attr[Color]
    size: Attr[Literal["S", "L"]]
    lines: Attr[list[str]]
    groups: Attr[set[str]]
    prices: Attr[dict[str, int]]
    address: Attr[Address]
    age: Attr[timedelta]


class Character(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table="characters")

    name: Attr[str]
    age: Attr[int]
    address: Attr[Address]
    salary: Attr[Decimal] = Field(default=Decimal(0))
    nickname: Attr[str] = Field(default="", alias="nick")
    plain: int = 0


class PlainCharacter(PrimaryKeyModel):
    name: str
    age: int
    address: Address


class PlainReceipt(PrimaryKeyModel):
    id: str
    total: Decimal
    signed: datetime | None = None


def condition(*_: Condition) -> None: ...


# ty knows that Pydantic takes "39" for a number; pyrefly takes anything for a field that is a descriptor.
# topic: an argument of the wrong type in a constructor
Character(name="Homer", age=[], address=Address(city="x"))  # E: pyright, basedpyright, mypy, mypy+plugin, ty, zuban
Character(name="Homer", age="old", address=Address(city="x"))  # E: pyright, basedpyright, mypy, mypy+plugin, zuban

# In the plain style ty and pyrefly accept what Pydantic converts; the others take each type as it is written.
PlainReceipt(id="x", total=5, signed="2024-01-01T00:00:00")  # X: pyright, basedpyright, mypy, mypy+plugin, zuban
PlainReceipt(id="x", total=Decimal(5), signed=datetime(2024, 1, 1))
PlainReceipt(total=5)  # E

# Lambdas are checked where they are called; zuban does not look into this one.
# topic: a field that the model does not have, in a path by function
Character.attr.address(lambda address: address.street)  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly
PlainCharacter.attr(lambda character: character.street)  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly

# No type of a mapping pairs keys with values: an overload for what does not fit is marked as deprecated, which mypy and
# zuban report if asked to (`enable_error_code = deprecated`).
# topic: a wrong value in `updates={field: value}`, fields of one type
Character.update_item("Homer", updates={Character.attr.age: "x"})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, ty, pyrefly
Character.update_item("Homer", updates={Character.attr.nickname: 3})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, pyrefly
Character.update_item("Homer", updates={Character.attr.age: None})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, ty, pyrefly

# The overload knows what is stored as one text, number or binary, and few other types.
# topic: a wrong value in `updates={field: value}`, for an enum, a `Literal`, a list, a set, a dict or a model
Parcel.update_item("x", updates={Parcel.attr.color: 3})  # E: mypy+plugin
Parcel.update_item("x", updates={Parcel.attr.size: "M"})  # E: mypy+plugin
Parcel.update_item("x", updates={Parcel.attr.lines: 3})  # E: mypy+plugin
Parcel.update_item("x", updates={Parcel.attr.groups: 3})  # E: mypy+plugin
Parcel.update_item("x", updates={Parcel.attr.prices: 3})  # E: mypy+plugin
Parcel.update_item("x", updates={Parcel.attr.address: 3})  # E: mypy+plugin
Parcel.update_item("x", updates={Parcel.attr.age: "x"})  # E: mypy+plugin

# topic: a wrong computed value in `updates={field: value}`
attr = Character.attr
Character.update_item("Homer", updates={attr.age: attr.name})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, ty, pyrefly
Character.update_item("Homer", updates={attr.age: attr.salary + 1})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, pyrefly

# topic: a wrong value in `updates={field: value}`, fields of several types
Character.update_item("Homer", updates={Character.attr.age: "x", Character.attr.name: "x"})  # E: mypy+plugin

# Only the plugin has types for the fields of the plain style.
# topic: plain style: a field that the model does not have
PlainCharacter.attr.nothing  # E: mypy+plugin
PlainCharacter.attr.address.street  # E: mypy+plugin

# topic: plain style: an operand of the wrong type
condition(PlainCharacter.attr.age == "x")  # E: mypy+plugin
condition(PlainCharacter.attr.age < "x")  # E: mypy+plugin
condition(PlainCharacter.attr.age.begins_with("x"))  # E: mypy+plugin
condition(PlainCharacter.attr.address.city == 3)  # E: mypy+plugin

# topic: plain style: a wrong value in an update
PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.age: "x"})  # E: mypy+plugin
PlainCharacter.update_item("Homer", updates=[PlainCharacter.attr.age.set("x")])  # E: mypy+plugin
PlainCharacter.update_item("Homer", updates=[PlainCharacter.attr.age.add("x")])  # E: mypy+plugin
PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.age: PlainCharacter.attr.name})  # E: mypy+plugin

# `__bool__` returns something that is no bool. mypy, pyrefly and zuban do not look at what it returns, and pyright does
# not beside `and` and `or`, nor in chains.
# topic: a condition or a field as True or False
def truth(test: Condition, other: Condition, maybe: Condition | None) -> Condition:
    if test & other:  # E: pyright, basedpyright, ty
        pass
    if Character.attr.age > 3:  # E: pyright, basedpyright, ty
        pass
    if PlainCharacter.attr.age > 3:  # E: pyright, basedpyright, ty
        pass
    if Character.attr.age:  # E: pyright, basedpyright, ty
        pass
    if PlainCharacter.attr.age:  # E: pyright, basedpyright, ty
        pass
    while other:  # E: pyright, basedpyright, ty
        pass
    if maybe:  # E: pyright, basedpyright, ty
        pass
    print(not test)  # E: pyright, basedpyright, ty
    print(not Character.attr.age)  # E: pyright, basedpyright, ty
    print(not Character.attr.name.exists())  # E: pyright, basedpyright, ty
    assert Character.attr.age > 3  # E: pyright, basedpyright, ty
    assert Character.attr.age  # E: pyright, basedpyright, ty
    print(3 if test else 4)  # E: pyright, basedpyright, ty
    print(3 if PlainCharacter.attr.age else 4)  # E: pyright, basedpyright, ty
    print([each for each in ("x", "y") if test])  # E: pyright, basedpyright, ty
    print(1 < Character.attr.age < 3)  # E: ty
    print(Character.attr.age > 3 and Character.attr.name == "x")  # E: ty
    return test or other  # E: ty


# Whatever a checker thinks of a condition as True or False, it checks what follows.
def branches(test: Condition) -> None:
    if test:  # E: pyright, basedpyright, ty
        int("x").nothing  # E
    else:
        int("x").nothing  # E
    int("x").nothing  # E


def negated(test: Condition) -> None:
    if not test:  # E: pyright, basedpyright, ty
        int("x").nothing  # E
        return
    int("x").nothing  # E


def asserted(test: Condition) -> None:
    assert test  # E: pyright, basedpyright, ty
    int("x").nothing  # E


# For checkers, `attr` of the strict style is the class, which has methods too.
# topic: a method of the model behind `attr`
Character.attr.model_dump  # E: mypy+plugin
Character.attr.save  # E: mypy+plugin

# In the strict style, a field without `Attr` is what the class has: no field of an expression.
condition(Character.attr.plain > 3)  # X: pyright, basedpyright, mypy, ty, pyrefly, zuban

# Nor is there a path in text at the first step.
condition(Character.attr("address.city") == "x")  # X: pyright, basedpyright, mypy, ty, pyrefly, pyrefly+basic, zuban

# A default is given with our `Field`, by name: by itself it is of the wrong type, and by position only some see it.
class Defaults(PrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int] = 0  # X
    first: Attr[int] = Field(0)
    second: Attr[int] = Field(...)


Defaults(name="x", second=3)  # X: pyright, basedpyright, mypy, mypy+plugin, -pydantic, zuban
Defaults(name="x", first=3)  # E: pyright, basedpyright, mypy, mypy+plugin, pyrefly, zuban


# pyrefly compares a bound with the type of the field and takes that for the descriptor. Inside of Annotated it does not.
class Bounded(PrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int] = Field(ge=0)  # X: pyrefly
    salary: Attr[Annotated[Decimal, pydantic.Field(ge=0)]]
    height: Annotated[Attr[int], pydantic.Field(ge=0)]  # X: pyrefly


# An alias is the name of the argument, as in every Pydantic model.
Character(name="x", age=3, address=Address(city="x"), nick="x")
Character(name="x", age=3, address=Address(city="x"), nickname="x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty, zuban

# A field in an expression is nothing to iterate over.
for _ in Character.attr.name:  # E
    pass
