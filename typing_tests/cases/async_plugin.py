"""What mypy knows of asynchronous models with the plugin: what `plugin.py` says of the others, awaited."""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, computed_field
from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    AsyncTable,
    Attr,
    Condition,
    Field,
    PydamoConfig,
)

T = TypeVar("T")
M = TypeVar("M", bound="Tagged[bytes]")


class Geo(BaseModel):
    latitude: float


class Address(BaseModel):
    city: str
    geo: Geo | None = None


class Tagged(AsyncPrimaryKeyModel, Generic[T]):
    tag: T


class Character(Tagged[bytes]):
    name: str
    age: int
    salary: Decimal = Decimal(0)
    address: Address | None = None
    history: list[Address] = []
    homes: dict[str, Address] = {}

    @computed_field
    @property
    def title(self) -> str:
        return self.name

    @classmethod
    async def rejuvenate(cls, name: str) -> None:
        reveal_type(cls.attr.age)  # R: ExpressionField[int]
        cls.attr.nothing  # M: "Character" has no field "nothing"
        reveal_type(await cls.get_item(name))  # R: Character | None
        await cls.update_item(name, updates={cls.attr.age: 3, cls.attr.title: "x"}, condition=cls.attr.age >= 18)
        await cls.update_item(name, updates={cls.attr.age: "x"})  # M: the value has type "str", its field "int"

    async def store(self) -> None:
        reveal_type(self.attr.name)  # R: ExpressionField[str]
        await self.save(condition=self.attr.age == self.age)
        await self.update_item(self.name, updates={self.attr.age: "x"})  # M: the value has type "str", its field "int"


class Member(AsyncPrimaryKeyAndSortKeyModel):
    family: str
    age: int
    address: Address | None = None


class Keyed(AsyncPrimaryKeyAndSortKeyModel[str, int]):
    family: str
    number: int
    total: int


class Strict(AsyncPrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int] = Field(default=0)
    address: Attr[Address]
    home: Attr[Address | None] = Field(default=None)
    history: Attr[list[Address]] = Field(default_factory=list)
    plain: int = 0


class Stricter(Strict):
    more: Attr[str] = Field(default="x")


class StrictMember(AsyncPrimaryKeyAndSortKeyModel[str, int]):
    pydamo_config = PydamoConfig(table=lambda: AsyncTable(None, "members"))

    family: Attr[str]
    number: Attr[int]
    address: Attr[Address | None] = Field(default=None)


class Frozen(AsyncPrimaryKeyModel[str]):
    model_config = ConfigDict(frozen=True)

    name: Attr[str]
    age: Attr[int] = Field(default=0)


class Other:
    attr: Other
    name: str

    @classmethod
    async def update_item(cls, *, updates: dict[object, object]) -> None: ...


def condition(*_: Condition) -> None: ...


# The plain style has the types of the strict one.
reveal_type(Character.attr.age)  # R: ExpressionField[int]
reveal_type(Character.attr.tag)  # R: ExpressionField[bytes]
reveal_type(Character.attr.title)  # R: ExpressionField[str]
reveal_type(Character.attr.address)  # R: ExpressionField[Address | None]
reveal_type(Character.attr.address.geo.latitude)  # R: ExpressionField[float]
reveal_type(Character.attr.history[0].city)  # R: ExpressionField[str]
reveal_type(Character.attr.homes["first"].geo.latitude)  # R: ExpressionField[float]
reveal_type(Character.attr.address(lambda address: address.geo).latitude)  # R: ExpressionField[float]
reveal_type(Character.attr(lambda character: character.history)[0].city)  # R: ExpressionField[str]
reveal_type(Character.attr("address.city"))  # R: ExpressionField[Any]
reveal_type(Member.attr.age)  # R: ExpressionField[int]
reveal_type(Member.attr.address.city)  # R: ExpressionField[str]
Character.attr.nothing  # M: "Character" has no field "nothing"
Character.attr.address.street  # M: "Address" has no field "street"
Character.attr.save  # M: "Character" has no field "save"
Member.attr.query  # M: "Member" has no field "query"
condition(Character.attr.salary > 3, Member.attr.address.city == "x")
condition(Character.attr.age >= "x")  # M: Unsupported operand types for >= ("ExpressionField[int]" and "str")
condition(Character.attr.name == 3)  # E
condition(Member.attr.address.city == 3)  # E


# The strict style gets what only the plugin knows.
reveal_type(Strict.attr.age)  # R: ExpressionField[int]
reveal_type(Strict.attr.address.city)  # R: ExpressionField[str]
reveal_type(Strict.attr.home.geo.latitude)  # R: ExpressionField[float]
reveal_type(Strict.attr.history[0].city)  # R: ExpressionField[str]
reveal_type(Strict.attr.plain)  # R: ExpressionField[int]
reveal_type(Strict.attr("address.city"))  # R: ExpressionField[Any]
reveal_type(Strict.attr(lambda strict: strict.address.city))  # R: ExpressionField[str]
reveal_type(StrictMember.attr.address.city)  # R: ExpressionField[str]
Strict.attr.nothing  # M: "Strict" has no field "nothing"
Strict.attr.model_dump  # M: "Strict" has no field "model_dump"
Strict.attr.get_item  # M: "Strict" has no field "get_item"
StrictMember.attr.address.street  # M: "Address" has no field "street"

# Inherited fields are fields, of classes and of instances.
reveal_type(Stricter.attr.age)  # R: ExpressionField[int]
reveal_type(Stricter.attr.more)  # R: ExpressionField[str]
stricter = Stricter(name="x", address=Address(city="x"))
reveal_type(stricter.age)  # R: int
reveal_type(stricter.more)  # R: str
stricter.age = 3
stricter.age = "x"  # E
Stricter(name=3, address=Address(city="x"))  # E
Stricter(address=Address(city="x"))  # E
reveal_type(Frozen(name="x").age)  # R: int
reveal_type(Frozen.attr.age)  # R: ExpressionField[int]


# Updates, pair by pair.
async def update() -> None:
    await Character.update_item("x", updates={Character.attr.age: 1, Character.attr.name: "y"})
    await Character.update_item("x", updates={Character.attr.address: None, Character.attr.address.city: "x"})
    await Character.update_item("x", updates=[Character.attr.age.set(3), Character.attr.history[0].city.set("x")])
    await Character.update_item("x", updates={Character.attr.age: "y"})  # M: the value has type "str", its field "int"
    await Character.update_item("x", updates={Character.attr.age: 3, Character.attr.name: 3})  # M: "int", its field "str"
    await Character.update_item("x", updates={Character.attr.address: 3, Character.attr.age: 3})  # M: its field "Address | None"
    await Character.update_item("x", updates=[Character.attr.age.set("x")])  # E
    await Member.update_item("x", "y", updates={Member.attr.age: b"y"})  # M: the value has type "bytes", its field "int"
    await Strict.update_item("x", updates={Strict.attr.age: 3, Strict.attr.address.city: "x"})
    await Strict.update_item("x", updates={Strict.attr.age: "x", Strict.attr.name: "x"})  # M: "str", its field "int"
    await Strict.update_item("x", updates={Strict.attr.home.city: 3})  # M: the value has type "int", its field "str"
    await StrictMember.update_item("x", 3, updates={StrictMember.attr.address: 3})  # M: its field "Address | None"
    changes = {Character.attr.age: 3, Character.attr.name: "x"}
    await Character.update_item("x", updates=changes)
    some_changes = {Character.attr.age: 3}
    await Character.update_item("x", updates=some_changes)
    coroutine = Character.update_item("x", updates={Character.attr.age: "y"})  # M: the value has type "str", its field "int"
    await coroutine


# What is awaited, and the conditions of it.
async def read_and_write() -> None:
    reveal_type(await Character.get_item("x"))  # R: Character | None
    reveal_type(await Member.query("x", filter_condition=Member.attr.address.city == "x"))  # R: QueryResult[Member]
    reveal_type(await Strict.get_item("x"))  # R: Strict | None
    reveal_type(await StrictMember.query_all("x", sort_key_condition=StrictMember.attr.number > 3))  # R: list[StrictMember]
    await Character(tag=b"", name="", age=1).save(condition=Character.attr.age >= 18)
    await Character(tag=b"", name="", age=1).save(condition=Character.attr.age)  # E
    await stricter.delete(condition=Stricter.attr.address.city == "x")
    await stricter.delete(condition=Stricter.attr.address.city == 3)  # E
    await Member.query("x", filter_condition=Member.attr.age > "x")  # E
    async with StrictMember.batch_writer() as writer:
        await writer.put(StrictMember(family="x", number=3))
        await writer.put(stricter)  # E
        await writer.delete_item("x", "y")  # E


# Key types without `Attr`.
async def keyed() -> None:
    await Keyed.get_item("x", 1)
    await Keyed.get_item("x", "y")  # E
    await Keyed.delete_item(b"x", 1)  # E
    await Keyed.query("x", filter_condition=Keyed.attr.total.between(Keyed.attr.number, 5))
    await Keyed.query_all(3)  # E
    async with Keyed.batch_writer() as writer:
        await writer.delete_item("x", "y")  # E


# Models that are not known: whatever is right is accepted.
async def any_model(model: type[AsyncPrimaryKeyModel]) -> None:
    await model.update_item("x", updates={model.attr.name: "x", model.attr.age: 3}, condition=model.attr.name == "x")


async def tagged(model: type[M]) -> M | None:
    reveal_type(model.attr.tag)  # R: ExpressionField[bytes]
    model.attr.nothing  # M: "Tagged" has no field "nothing"
    return await model.get_item("x")


# Other people's classes.
async def other() -> None:
    reveal_type(Other().attr.attr.name)  # R: str
    await Other.update_item(updates={Character.attr.age: "y"})
