"""`Model.changes(...)`: whatever is right is accepted, for every Python, in both styles."""

from decimal import Decimal
from typing import Any, Generic, TypeVar

import pydantic
from pydantic import BaseModel, ConfigDict

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    Attr,
    Field,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    transact_write,
    transact_write_async,
)
from pydamodb.updates import UpdateAction


class Address(BaseModel):
    city: str


class Patch(BaseModel):
    age: int | None = None
    nick: str | None = None


class Plain(PrimaryKeyModel):
    id: str
    age: int
    nick: str | None = None
    salary: Decimal = Decimal(0)
    tags: list[str] = []
    address: Address | None = None


class PlainChild(Plain):
    extra: list[str] = pydantic.Field(default_factory=list)


class PlainMember(PrimaryKeyAndSortKeyModel):
    family: str
    number: int
    age: int = 0


class Strict(PrimaryKeyModel[str]):
    id: Attr[str]
    age: Attr[int] = Field(default=0)
    nick: Attr[str | None] = Field(default=None)
    tags: Attr[list[str]] = Field(default_factory=list)
    address: Attr[Address | None] = Field(default=None)


class StrictChild(Strict):
    extra: Attr[Decimal] = Field(default=Decimal(0))


class AsyncPlain(AsyncPrimaryKeyAndSortKeyModel):
    family: str
    number: int
    age: int = 0
    nick: str | None = None


class AsyncStrict(AsyncPrimaryKeyModel[str]):
    id: Attr[str]
    age: Attr[int] = Field(default=0)
    nick: Attr[str | None] = Field(default=None)


class Frozen(PrimaryKeyModel):
    model_config = ConfigDict(frozen=True)

    id: str
    age: int = 0


T = TypeVar("T")
M = TypeVar("M", bound=Plain)
AnyM = TypeVar("AnyM", bound=PrimaryKeyModel)


class Box(PrimaryKeyModel, Generic[T]):
    id: str
    content: T


Plain.update_item("x", updates=Plain.changes(age=40))
Plain.update_item("x", updates=Plain.changes(age=40, nick=None, salary=Decimal(3), tags=["x"], address=Address(city="")))
Plain.update_item("x", updates=Plain.changes(address=None), condition=Plain.attr.age > 3, return_values="ALL_NEW")
Plain.update_item("x", updates=[*Plain.changes(age=40), Plain.attr.nick.remove()])
Plain.update_item("x", updates=Plain.changes(age=40) + [Plain.attr.tags.append("x")])
Plain.update_item("x", updates=Plain.changes())
PlainChild.update_item("x", updates=PlainChild.changes(extra=["x"], age=3))
PlainMember.update_item("x", 3, updates=PlainMember.changes(age=3))
Plain(id="x", age=3).update(updates=Plain.changes(age=4))
Plain(id="x", age=3).update(updates=Plain(id="x", age=3).changes(age=4))
Frozen.update_item("x", updates=Frozen.changes(age=3))
Box[int].changes(content=3)

Strict.update_item("x", updates=Strict.changes(age=40))
Strict.update_item("x", updates=Strict.changes(age=40, nick=None, tags=["x"], address=Address(city="x")))
Strict.update_item("x", updates=[*Strict.changes(age=40), Strict.attr.nick.remove()], return_values="UPDATED_NEW")
StrictChild.update_item("x", updates=StrictChild.changes(extra=Decimal(3), age=3, nick="x"))
Strict(id="x").update(updates=Strict.changes(nick="x"), condition=Strict.attr.age > 3)

with transact_write() as tx:
    tx.update(Plain.key("x"), updates=Plain.changes(age=40))
    tx.update(Strict.key("x"), updates=Strict.changes(age=40, nick=None), condition=Strict.attr.age > 3)


def patched(patch: Patch, values: dict[str, Any]) -> None:
    Plain.update_item("x", updates=Plain.changes(**patch.model_dump(exclude_unset=True)))  # X: basedpyright+default
    Strict.update_item("x", updates=Strict.changes(**patch.model_dump(exclude_unset=True)))  # X: basedpyright+default
    Strict.update_item("x", updates=Strict.changes(age=3, **values))  # X: basedpyright+default


def of_any(model: type[M], other: type[AnyM], third: type[PrimaryKeyModel[str]], values: dict[str, Any]) -> None:
    model.update_item("x", updates=model.changes(age=3))
    other.update_item("x", updates=other.changes(**values))
    third.update_item("x", updates=third.changes(**values))


def grown(nick: str | None) -> list[UpdateAction]:
    actions = Strict.changes(age=3)
    if nick:
        actions += Strict.changes(nick=nick)
    actions.append(Strict.attr.tags.append("x"))
    return actions


async def asynchronous(patch: Patch) -> None:
    await AsyncPlain.update_item("x", 3, updates=AsyncPlain.changes(age=40, nick=None))
    await AsyncPlain.update_item("x", 3, updates=AsyncPlain.changes(**patch.model_dump(exclude_unset=True)))  # X: basedpyright+default
    await AsyncPlain(family="x", number=3).update(updates=AsyncPlain.changes(age=40))
    await AsyncStrict.update_item("x", updates=AsyncStrict.changes(age=40, nick=None))
    await AsyncStrict.update_item("x", updates=[*AsyncStrict.changes(age=40), AsyncStrict.attr.nick.remove()])
    await AsyncStrict(id="x").update(updates=AsyncStrict.changes(nick="x"))
    async with transact_write_async() as block:
        await block.update(AsyncPlain.key("x", 3), updates=AsyncPlain.changes(age=40))
        await block.update(AsyncStrict.key("x"), updates=AsyncStrict.changes(age=40))
