"""What only some type checkers can do with asynchronous models: what `some.py` says of the others, awaited."""

import asyncio
from typing import Any, TypeVar

from pydantic import BaseModel
from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    Attr,
    Condition,
    Field,
)


class Address(BaseModel):
    city: str


class Character(AsyncPrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int]
    address: Attr[Address]
    nickname: Attr[str] = Field(default="", alias="nick")
    plain: int = 0


class Member(AsyncPrimaryKeyAndSortKeyModel[str, int]):
    family: Attr[str]
    number: Attr[int]
    age: Attr[int] = Field(default=0)


class PlainCharacter(AsyncPrimaryKeyModel):
    name: str
    age: int
    address: Address


class PlainMember(AsyncPrimaryKeyAndSortKeyModel):
    family: str
    number: int
    address: Address


M = TypeVar("M", bound=AsyncPrimaryKeyAndSortKeyModel)


def condition(*_: Condition) -> None: ...


address = Address(city="x")
homer = Character(name="Homer", age=39, address=address)

# topic: an argument of the wrong type in a constructor
Character(name="Homer", age=[], address=address)  # E: pyright, basedpyright, mypy, mypy+plugin, ty, zuban
Character(name="Homer", age="old", address=address)  # E: pyright, basedpyright, mypy, mypy+plugin, zuban
Member(family="x", number=[])  # E: pyright, basedpyright, mypy, mypy+plugin, ty, zuban
PlainMember(family="x", number=[], address=address)  # E

# topic: a field that the model does not have, in a path by function
Character.attr.address(lambda address: address.street)  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly
PlainMember.attr(lambda member: member.street)  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly


# topic: a wrong value in `updates={field: value}`, fields of one type
async def one_type() -> None:
    await Character.update_item("Homer", updates={Character.attr.age: "x"})  # E: pyright, basedpyright, mypy+plugin, ty, pyrefly
    await Character.update_item("Homer", updates={Character.attr.age: None})  # E: pyright, basedpyright, mypy+plugin, ty, pyrefly
    await Member.update_item("x", 3, updates={Member.attr.age: "x"})  # E: pyright, basedpyright, mypy+plugin, ty, pyrefly


# topic: a wrong value in `updates={field: value}`, fields of several types
async def several_types() -> None:
    await Character.update_item("Homer", updates={Character.attr.age: "x", Character.attr.name: "x"})  # E: mypy+plugin
    await Member.update_item("x", 3, updates={Member.attr.age: 3, Member.attr.family: 3})  # E: mypy+plugin


# topic: plain style: a field that the model does not have
PlainCharacter.attr.nothing  # E: mypy+plugin
PlainMember.attr.address.street  # E: mypy+plugin

# topic: plain style: an operand of the wrong type
condition(PlainCharacter.attr.age == "x")  # E: mypy+plugin
condition(PlainMember.attr.number.begins_with("x"))  # E: mypy+plugin
condition(PlainMember.attr.address.city == 3)  # E: mypy+plugin


# topic: plain style: a wrong value in an update
async def plain_updates() -> None:
    await PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.age: "x"})  # E: mypy+plugin
    await PlainCharacter.update_item("Homer", updates=[PlainCharacter.attr.age.set("x")])  # E: mypy+plugin
    await PlainMember.update_item("x", 3, updates={PlainMember.attr.address.city: 3})  # E: mypy+plugin


# topic: a method of the model behind `attr`
Character.attr.model_dump  # E: mypy+plugin
Character.attr.save  # E: mypy+plugin
Member.attr.query  # E: mypy+plugin

# In the strict style, a field without `Attr` is what the class has, and a path in text begins at a field.
condition(Character.attr.plain > 3)  # X: pyright, basedpyright, mypy, ty, pyrefly, zuban
condition(Character.attr("address.city") == "x")  # X: pyright, basedpyright, mypy, ty, pyrefly, zuban


async def forgotten() -> None:
    homer.save()  # E
    homer.delete()  # E
    Character.get_item("x")  # E
    Character.update_item("x", updates=[Character.attr.age.set(3)])  # E
    Member.update_item("x", 3, updates={Member.attr.age: 3})  # E
    Member.query("x")  # E
    Member.query_all("x")  # E
    PlainMember.delete_item("x", 3)  # E
    async with Character.batch_writer() as writer:
        writer.put(homer)  # E
        writer.delete_item("x")  # E


async def search(model: type[M], key: str) -> None:
    reveal_type(await model.get_item(key, 3))  # R: M | None
    reveal_type(await model.query(key))  # R: QueryResult[M]
    reveal_type(await model.query_all(key))  # R: list[M]
