"""What only some type checkers can do with asynchronous models: what `some.py` says of the others, awaited."""

from typing import TypeVar

from pydantic import BaseModel

from pydamodb import AsyncPrimaryKeyAndSortKeyModel, AsyncPrimaryKeyModel, Attr, Condition, Field, QueryResult


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

# In the plain style, all know the types of a constructor's arguments.
PlainMember(family="x", number=[], address=address)  # E

# topic: a field that the model does not have, in a path by function
Character.attr.address(lambda address: address.street)  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly
PlainMember.attr(lambda member: member.street)  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly


# topic: a wrong value in `updates={field: value}`, fields of one type
async def one_type() -> None:
    await Character.update_item("Homer", updates={Character.attr.age: "x"})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, ty, pyrefly
    await Character.update_item("Homer", updates={Character.attr.age: None})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, ty, pyrefly
    await Member.update_item("x", 3, updates={Member.attr.age: "x"})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, ty, pyrefly


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


# topic: a condition or a field as True or False
async def truth(test: Condition) -> None:
    if test & (Character.attr.age > 3):  # E: pyright, basedpyright, ty
        await homer.save()
    if Member.attr.age:  # E: pyright, basedpyright, ty
        await homer.save()
    await homer.save(condition=test and Character.attr.age > 3)  # E: ty, zuban
    assert PlainMember.attr.number.exists()  # E: pyright, basedpyright, ty


# topic: a method of the model behind `attr`
Character.attr.model_dump  # E: mypy+plugin
Character.attr.save  # E: mypy+plugin
Member.attr.query  # E: mypy+plugin

# In the strict style, a field without `Attr` is what the class has, and a path in text begins at a field.
condition(Character.attr.plain > 3)  # X: pyright, basedpyright, mypy, ty, pyrefly, zuban
condition(Character.attr("address.city") == "x")  # X: pyright, basedpyright, mypy, ty, pyrefly, pyrefly+basic, zuban


# topic: a forgotten `await`
# zuban sees one of a method without overloads only.
async def forgotten() -> None:
    homer.save()  # E: all, pyrefly+basic
    homer.delete(condition=Character.attr.age > 3)  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly, pyrefly+basic
    Character.get_item("x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly, pyrefly+basic
    Character.update_item("x", updates=[Character.attr.age.set(3)])  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly, pyrefly+basic
    Character.delete_item("x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly, pyrefly+basic
    Member.update_item("x", 3, updates={Member.attr.age: 3})  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly, pyrefly+basic
    Member.query("x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly, pyrefly+basic
    PlainMember.query_all("x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty, pyrefly, pyrefly+basic
    async with Character.batch_writer() as writer:
        writer.put(homer)  # E: all, pyrefly+basic
        writer.delete(homer)  # E: all, pyrefly+basic
        writer.delete_item("x")  # E: all, pyrefly+basic


# zuban gives what is read by a type variable's class the type of its bound.
async def one_of(model: type[M], key: str) -> M | None:
    return await model.get_item(key, 3)  # X: zuban


async def page_of(model: type[M], key: str) -> QueryResult[M]:
    return await model.query(key)  # X: zuban


async def all_of(model: type[M], key: str) -> list[M]:
    return await model.query_all(key)  # X: zuban
