"""What all type checkers agree on of the asynchronous models: what `baseline.py` says of the others, awaited."""

import asyncio
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import pydantic
from pydantic import BaseModel, computed_field
from typing_extensions import reveal_type

from pydamodb import (
    AsyncBatchWriter,
    AsyncPKModel,
    AsyncPKSKModel,
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    AsyncTable,
    Attr,
    Condition,
    ExpressionField,
    Field,
    InvalidItemError,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    QueryResult,
    transact_get_async,
    transact_write_async,
)
from pydamodb.updates import UpdateAction


class Geo(BaseModel):
    latitude: float


class Address(BaseModel):
    city: str
    lines: list[str] = []
    geo: Geo | None = None


class Character(AsyncPrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int]
    salary: Attr[Decimal]
    mood: Attr[Literal["happy", "sad"]]
    address: Attr[Address]
    tags: Attr[list[str]] = Field(default_factory=list)
    prices: Attr[dict[str, Decimal]] = Field(default_factory=dict)
    catchphrase: Attr[str | None] = Field(default=None)
    nickname: Attr[str | None] = Field(default=None, max_length=9)
    score: Attr[int | None] = Field(default=None)
    home: Attr[Address | None] = Field(default=None)
    history: Attr[list[Address]] = Field(default_factory=list)
    heights: Attr[list[float]] = Field(default_factory=list)

    @computed_field
    def label(self) -> str:
        return self.name


class Member(AsyncPrimaryKeyAndSortKeyModel[UUID, date]):
    id: Attr[UUID]
    since: Attr[date]
    age: Attr[int] = Field(default=0)
    address: Attr[Address | None] = Field(default=None)


class PlainCharacter(AsyncPrimaryKeyModel):
    name: str
    age: int
    address: Address
    tags: list[str] = []
    prices: dict[str, Decimal] = {}
    score: int | None = None


class PlainMember(AsyncPrimaryKeyAndSortKeyModel):
    family: str
    number: int
    age: int = pydantic.Field(default=3, ge=0)
    address: Address | None = None


class SyncCharacter(PrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int] = Field(default=0)


class SyncMember(PrimaryKeyAndSortKeyModel):
    family: str
    number: int


def condition(*_: Condition) -> None: ...


def some_model(_: AsyncPrimaryKeyModel) -> None: ...


def some_model_of_two_keys(_: AsyncPrimaryKeyAndSortKeyModel) -> None: ...


def some_sync_model(_: PrimaryKeyModel) -> None: ...


def some_sync_model_of_two_keys(_: PrimaryKeyAndSortKeyModel) -> None: ...


def some_field(_: ExpressionField[int]) -> None: ...


address = Address(city="Springfield")
homer = Character(name="Homer", age=39, salary=Decimal(3), mood="happy", address=address)
member = Member(id=UUID(int=0), since=date(2024, 1, 1))
plain = PlainCharacter(name="Homer", age=39, address=address)
plain_member = PlainMember(family="Simpson", number=3)

# Where the items live.
client: Any = None


@dataclass
class ResourceTable:
    """What boto3 and aioboto3 make."""

    name: str
    meta: Any


def make_table() -> AsyncTable:
    return AsyncTable(client, "characters")


async def make_table_later() -> AsyncTable:
    return AsyncTable(client=client, name="characters")


def make_resource_table() -> ResourceTable:
    return ResourceTable("characters", None)


async def make_resource_table_later() -> ResourceTable:
    return ResourceTable("characters", None)


async def make_any_later() -> Any:  # X: basedpyright+default
    return client  # X: basedpyright+default


async def make_either_later() -> AsyncTable | ResourceTable:
    return AsyncTable(client, "characters") if client else ResourceTable("characters", None)


def make_number() -> int:
    return 3


async def make_number_later() -> int:
    return 3


def make_named_table(name: str) -> AsyncTable:
    return AsyncTable(client, name)


PydamoConfig(table=AsyncTable(client, "characters"))
PydamoConfig(table=ResourceTable("characters", None))
PydamoConfig(table="characters")
PydamoConfig(table=client)  # X: basedpyright+default
PydamoConfig(table=make_table)
PydamoConfig(table=make_table_later)
PydamoConfig(table=make_resource_table)
PydamoConfig(table=make_resource_table_later)
PydamoConfig(table=make_any_later)
PydamoConfig(table=make_either_later)
PydamoConfig(table=lambda: AsyncTable(client, "characters"))
PydamoConfig(AsyncTable(client, "characters"))
Character.pydamo_config = PydamoConfig(table=make_table_later)
reveal_type(AsyncTable(client, "characters").name)  # R: str
PydamoConfig(table=3)  # E
PydamoConfig(table=None)
PydamoConfig(table=AsyncTable)  # E
PydamoConfig(table=make_number)  # E
PydamoConfig(table=make_number_later)  # E
PydamoConfig(table=make_named_table)  # E
PydamoConfig(table=make_table_later())  # E
PydamoConfig(table=lambda: 3)  # E
PydamoConfig()  # E
AsyncTable(client)  # E
AsyncTable(client, 3)  # E
Character.pydamo_config = AsyncTable(client, "characters")  # E


class Configured(AsyncPrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table=make_table_later)

    name: Attr[str]


class ConfiguredPlainly(AsyncPrimaryKeyAndSortKeyModel):
    pydamo_config = PydamoConfig(table=AsyncTable(client, "members"))

    family: str
    number: int


# Fields and paths, of classes and of instances.
reveal_type(Character.attr.name)  # R: ExpressionField[str]
reveal_type(Character.attr.age)  # R: ExpressionField[int]
reveal_type(Character.attr.catchphrase)  # R: ExpressionField[str | None]
reveal_type(Character.attr.tags[0])  # R: ExpressionField[str]
reveal_type(Character.attr.prices["net"])  # R: ExpressionField[Decimal]
reveal_type(Character.attr.address(lambda address: address.city))  # R: ExpressionField[str]
reveal_type(Character.attr.address(lambda address: address.lines[0]))  # R: ExpressionField[str]
reveal_type(Character.attr.home(lambda a: a.geo)(lambda geo: geo.latitude))  # R: ExpressionField[float]
reveal_type(Character.attr.history[0](lambda address: address.city))  # R: ExpressionField[str]
reveal_type(Character.attr.address("geo.latitude"))  # R: ExpressionField[Any]
reveal_type(Member.attr.since)  # R: ExpressionField[date]
reveal_type(Member.attr.address(lambda address: address.city))  # R: ExpressionField[str]
reveal_type(PlainCharacter.attr(lambda c: c.name))  # R: ExpressionField[str]
reveal_type(PlainCharacter.attr(lambda c: c.address.city))  # R: ExpressionField[str]
reveal_type(PlainMember.attr(lambda m: m.number))  # R: ExpressionField[int]
some_field(Character.attr.age)
some_field(Member.attr.age)
some_field(PlainMember.attr.age)
some_field(Character.attr.name)  # E
some_field(Member.attr.since)  # E
condition(Character.attr.age >= 18, Character.attr.name.begins_with("x"), Character.attr.tags.contains("x"))
condition(Character.attr.salary < 3, Character.attr.score == None, Character.attr.name.size() > 3)
condition((Member.attr.since > date(2024, 1, 1)) & ~(Member.attr.id == UUID(int=0)) | (Member.attr.age < 9))
condition(PlainCharacter.attr.age >= 18, PlainCharacter.attr.name.begins_with("x"), PlainCharacter.attr.age == None)
condition(PlainCharacter.attr.address.city == "x", PlainCharacter.attr.tags[0] == "x")
condition(PlainCharacter.attr("address.city") == "x", PlainCharacter.attr.prices["net"] > 3)
condition(PlainMember.attr.address.geo.latitude > 3, PlainMember.attr.address(lambda address: address.city) == "x")  # X: basedpyright+default

# topic: a field that the model does not have
Character.attr.nothing  # E
Member.attr.nothing  # E
Member.attr.age.nothing  # E

# topic: an operand of the wrong type
condition(Character.attr.age == "x")  # E
condition(Character.attr.age < "x")  # E
condition(Character.attr.mood == "angry")  # E
condition(Character.attr.tags[0] == 3)  # E
condition(Character.attr.address(lambda address: address.city) == 3)  # E
condition(Member.attr.since > "2024")  # E
condition(Member.attr.age.between(3, "x"))  # E

# topic: `begins_with` or `contains` where it does not fit
condition(Character.attr.age.begins_with("x"))  # E
condition(Character.attr.tags.contains(3))  # E
condition(Member.attr.age.contains(3))  # E

# topic: a wrong operand for a path by function, also in the plain style
condition(PlainCharacter.attr(lambda c: c.name) == 3)  # E
condition(PlainCharacter.attr(lambda c: c.address.city) == 3)  # E
condition(PlainMember.attr(lambda m: m.number).begins_with("x"))  # E


# Instances and constructors.
reveal_type(homer.name)  # R: str
reveal_type(homer.catchphrase)  # R: str | None
reveal_type(member.since)  # R: date
reveal_type(plain.address.city)  # R: str
reveal_type(plain_member.number)  # R: int
reveal_type(homer.model_copy(update={"age": 41}))  # R: Character
reveal_type(PlainMember.model_validate({}))  # R: PlainMember
homer.age = 40
homer.catchphrase = None
member.age = 3
plain.score = None

# topic: a wrong value assigned to a field of a model
homer.age = "x"  # E
homer.age = None  # E
member.since = 3  # E
plain.age = "x"  # E

# topic: a missing argument of a constructor
Character(name="Homer")  # E
Member(id=UUID(int=0))  # E
PlainCharacter(name="Homer")  # E
PlainMember(family="Simpson")  # E


# A model of one kind is none of another.
some_model(homer)
some_model(plain)
some_model_of_two_keys(member)
some_model_of_two_keys(plain_member)
some_sync_model(SyncCharacter(name="x"))
some_sync_model_of_two_keys(SyncMember(family="x", number=3))
some_model(member)  # E
some_model(plain_member)  # E
some_model_of_two_keys(homer)  # E
some_model_of_two_keys(plain)  # E
some_model(SyncCharacter(name="x"))  # E
some_model_of_two_keys(SyncMember(family="x", number=3))  # E
some_sync_model(homer)  # E
some_sync_model(plain)  # E
some_sync_model_of_two_keys(member)  # E
some_sync_model_of_two_keys(plain_member)  # E


# What is awaited.
async def read() -> None:
    reveal_type(await Character.get_item("Homer"))  # R: Character | None
    reveal_type(await Character.get_item("Homer", consistent_read=True))  # R: Character | None
    reveal_type(await Member.get_item(UUID(int=0), date(2024, 1, 1), consistent_read=True))  # R: Member | None
    reveal_type(await Member.query(UUID(int=0), scan_index_forward=False))  # R: QueryResult[Member]
    reveal_type(await Character.batch_get(["Homer", "Marge"], consistent_read=True))  # R: list[Character | None]
    reveal_type(await Member.batch_get([(UUID(int=0), date(2024, 1, 1))]))  # R: list[Member | None]
    reveal_type(await PlainCharacter.batch_get(["Homer", UUID(int=0)]))  # R: list[PlainCharacter | None]
    reveal_type(await PlainMember.batch_get([("Simpson", 3)]))  # R: list[PlainMember | None]
    await Character.batch_get([3])  # E
    await Character.batch_get([("Homer", 3)])  # E
    await Member.batch_get([UUID(int=0)])  # E
    await Member.batch_get([(UUID(int=0), "2024-01-01")])  # E
    Character.batch_get(["Homer"])[0]  # E
    reveal_type(await Member.query_all("x", index_name="by-name", scan_index_forward=False))  # R: list[Member]
    await Member.query(UUID(int=0), scan_index_forward="down")  # E
    reveal_type(await Member.query(UUID(int=0)))  # R: QueryResult[Member]
    reveal_type((await Member.query(UUID(int=0))).items)  # R: list[Member]
    reveal_type(await Member.query(UUID(int=0), sort_key_condition=Member.attr.age > 3))  # R: QueryResult[Member]
    reveal_type(await Member.query_all(UUID(int=0)))  # R: list[Member]
    reveal_type(await Member.query_all(UUID(int=0), filter_condition=Member.attr.age > 3))  # R: list[Member]
    reveal_type(await PlainCharacter.get_item("Homer"))  # R: PlainCharacter | None
    reveal_type(await PlainCharacter.get_item(UUID(int=0)))  # R: PlainCharacter | None
    reveal_type(await PlainMember.get_item("Simpson", 3))  # R: PlainMember | None
    reveal_type(await PlainMember.query("Simpson", limit=3))  # R: QueryResult[PlainMember]
    reveal_type(await PlainMember.query_all("Simpson"))  # R: list[PlainMember]
    items, last = await Member.query(UUID(int=0), limit=3, exclusive_start_key={"id": "x"})
    reveal_type(items)  # R: list[Member]
    await Member.query(UUID(int=0), limit=3, exclusive_start_key=last)
    found = await Character.get_item("Homer")
    if found is not None:
        reveal_type(found.age)  # R: int
    [each.since for each in await Member.query_all(UUID(int=0), consistent_read=True)]


# An index has a key of its own, of any type.
async def read_from_index() -> None:
    reveal_type(await Member.query(3, index_name="by-age"))  # R: QueryResult[Member]
    reveal_type(await Member.query_all(3, index_name="by-age"))  # R: list[Member]
    reveal_type(await PlainMember.query(3, index_name="by-age", limit=3))  # R: QueryResult[PlainMember]
    reveal_type(await PlainMember.query_all(b"x", index_name="by-age"))  # R: list[PlainMember]
    await Member.query("x", index_name="by-age", sort_key_condition=Member.attr.since > date(2024, 1, 1))
    await Member.query("x", index_name=None)  # E
    await Member.query_all(3, index_name=None)  # E
    await Member.query_all(3, index_name=3)  # E


# Coroutines, for tasks.
async def read_at_once() -> None:
    one, two = await asyncio.gather(Character.get_item("Homer"), Member.query_all(UUID(int=0)))
    reveal_type(one)  # R: Character | None
    reveal_type(two)  # R: list[Member]
    reveal_type(await asyncio.create_task(Character.get_item("Homer")))  # R: Character | None
    reveal_type(await asyncio.wait_for(PlainMember.query("Simpson"), 3))  # R: QueryResult[PlainMember]
    await asyncio.gather(homer.save(), member.delete(), Character.delete_item("Homer"))
    await asyncio.gather(*(each.save() for each in two))
    await asyncio.gather(Character.update_item("Homer", updates=[Character.attr.age.set(3)]))


async def none() -> None:
    reveal_type(await homer.save())  # R: None
    reveal_type(await homer.delete())  # R: None
    reveal_type(await Character.delete_item("Homer"))  # R: None
    reveal_type(await Character.update_item("Homer", updates=[Character.attr.age.set(3)]))  # R: None
    reveal_type(await Character.update_item("Homer", updates={Character.attr.age: 3}))  # R: None
    actions: list[UpdateAction] = [Character.attr.age.add(1), Character.attr.age.set(Character.attr.age + 1)]
    reveal_type(await Character.update_item("Homer", updates=actions, return_values="ALL_NEW"))  # R: Character
    reveal_type(await Character.update_item("Homer", updates=actions, return_values="ALL_OLD"))  # R: Character | None
    reveal_type(await Character.update_item("Homer", updates=actions, return_values="UPDATED_OLD"))  # R: dict[str, Any]
    reveal_type(await Member.delete_item(UUID(int=0), date(2024, 1, 1)))  # R: None
    reveal_type(await Member.update_item(UUID(int=0), date(2024, 1, 1), updates={Member.attr.age: 3}))  # R: None
    reveal_type(await PlainMember.update_item("Simpson", 3, updates={PlainMember.attr.age: 3, PlainMember.attr.number: 3}))  # R: None


# What is not awaited is none of it.
def not_awaited() -> None:
    found: Character | None = Character.get_item("Homer")  # E
    page: QueryResult[Member] = Member.query(UUID(int=0))  # E
    items: list[PlainMember] = PlainMember.query_all("Simpson")  # E
    nothing: None = homer.save()  # E
    Character.get_item("Homer").age  # E
    for _ in Member.query_all(UUID(int=0)):  # E
        pass


# topic: a key of the wrong type, in any method
async def wrong_keys() -> None:
    await Character.get_item(3)  # E
    await Character.get_item(None)  # E
    await Character.delete_item(3)  # E
    await Character.update_item(3, updates=[Character.attr.age.set(3)])  # E
    await Character.update_item(3, updates={Character.attr.age: 3})  # E
    await Character.get_item("Homer", 3)  # E
    await Character.delete_item("Homer", 3)  # E
    await Member.get_item("x", date(2024, 1, 1))  # E
    await Member.get_item(UUID(int=0), "2024-01-01")  # E
    await Member.update_item(UUID(int=0), 3, updates=[Member.attr.age.set(3)])  # E
    await Member.update_item("x", date(2024, 1, 1), updates={Member.attr.age: 3})  # E
    await Member.delete_item("x", date(2024, 1, 1))  # E
    await Member.delete_item(UUID(int=0), 3)  # E
    await Member.query("x")  # E
    await Member.query(3, filter_condition=Member.attr.age > 3)  # E
    await Member.query_all("x")  # E
    await Derived.get_item("x", "y")  # E
    await Derived.query_all(3)  # E


# Conditions of writes.
async def write() -> None:
    await homer.save()
    await homer.save(condition=Character.attr.name.not_exists())
    await homer.delete(condition=(Character.attr.age > 3) & Character.attr.tags.contains("x"))
    await member.save(condition=Member.attr.age == None)
    await member.delete(condition=Member.attr.since < date(2024, 1, 1))
    await plain.save(condition=PlainCharacter.attr.name.not_exists())
    await plain.delete(condition=PlainCharacter.attr.address.city == "x")
    await plain_member.save(condition=PlainMember.attr("address.city") == "x")
    await plain_member.delete()
    await Character.delete_item("Homer", condition=Character.attr.age > 3)
    await Member.delete_item(UUID(int=0), date(2024, 1, 1), condition=Member.attr.age > 3)
    await PlainMember.delete_item("Simpson", 3, condition=PlainMember.attr.age > 3)
    await PlainMember.query("Simpson", sort_key_condition=PlainMember.attr.number > 3)
    await PlainMember.query_all("Simpson", filter_condition=PlainMember.attr.age < 9)


# topic: something that is no condition where one belongs
async def wrong_conditions() -> None:
    await homer.save(condition=Character.attr.age)  # E
    await homer.save(condition=True)  # E
    await homer.save(Character.attr.age > 3)  # E
    await homer.delete(condition=Character.attr.age)  # E
    await member.delete(condition="age > 3")  # E
    await plain.save(condition=True)  # E
    await plain_member.delete(condition=PlainMember.attr.age)  # E
    await Character.delete_item("Homer", condition=Character.attr.age)  # E
    await Character.update_item("Homer", updates=[Character.attr.age.set(3)], condition=Character.attr.age)  # E
    await Member.query(UUID(int=0), sort_key_condition=date(2024, 1, 1))  # E
    await Member.query_all(UUID(int=0), filter_condition=Member.attr.age)  # E
    await PlainMember.query("Simpson", filter_condition=3)  # E


# Updates that are right.
async def update() -> None:
    actions: list[UpdateAction] = [Character.attr.age.set(3)]
    await Character.update_item("Homer", updates=actions)
    await Character.update_item("Homer", updates=[Character.attr.age.set(3), Character.attr.catchphrase.set(None)])
    await Character.update_item("Homer", updates=(Character.attr.tags[0].set("x"), Character.attr.prices["net"].set(Decimal(3))))
    await Character.update_item("Homer", updates=[Character.attr.address(lambda address: address.city).set("x")])
    await Character.update_item("Homer", updates={Character.attr.age: 3}, condition=Character.attr.age < 3)
    await Character.update_item("Homer", updates={Character.attr.catchphrase: None})
    await Character.update_item("Homer", updates={Character.attr.catchphrase: "x", Character.attr.nickname: None})
    await Character.update_item("Homer", updates={Character.attr.age: 3, Character.attr.name: "x"})
    await Character.update_item("Homer", updates={Character.attr.age: 3, Character.attr.score: None, Character.attr.tags: ["x"]})
    await Character.update_item("Homer", updates={Character.attr.mood: "sad"})
    await Character.update_item("Homer", updates={Character.attr.tags: ["x"]})
    await Character.update_item("Homer", updates={Character.attr.heights: [1]})
    any_updates: dict[ExpressionField[Any], Any] = {Character.attr.age: 3}
    await Character.update_item("Homer", updates=any_updates)
    await Member.update_item(UUID(int=0), date(2024, 1, 1), updates=[Member.attr.age.set(3)])
    await Member.update_item(UUID(int=0), date(2024, 1, 1), updates={Member.attr.age: 3})
    await Member.update_item(UUID(int=0), date(2024, 1, 1), updates={Member.attr.age: 3, Member.attr.address: None})
    await PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.age: 40})
    await PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.age: 40, PlainCharacter.attr.name: "x"})
    await PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.tags[0]: "x", PlainCharacter.attr.address.city: "x"})
    await PlainCharacter.update_item("Homer", updates=[PlainCharacter.attr.age.set(40), PlainCharacter.attr.tags[0].set("x")])
    await PlainMember.update_item("Simpson", 3, updates={PlainMember.attr.age: 40}, condition=PlainMember.attr.age < 40)
    await PlainMember.update_item("Simpson", 3, updates=[PlainMember.attr(lambda m: m.age).set(40)])


async def text_updates(text: str, maybe: str | None) -> None:
    await Character.update_item("Homer", updates={Character.attr.name: text}, condition=Character.attr.name == "x")
    await Character.update_item("Homer", updates={Character.attr.catchphrase: maybe})
    await homer.update(updates={Character.attr.name: "x"})
    await homer.update(updates={Character.attr.catchphrase: maybe})
    await PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.name: text})


# topic: a wrong value in `updates=[field.set(value)]`
async def wrong_actions() -> None:
    await Character.update_item("Homer", updates=[Character.attr.age.set("x")])  # E
    await Character.update_item("Homer", updates=[Character.attr.name.set("x"), Character.attr.age.set("x")])  # E
    await Character.update_item("Homer", updates=[Character.attr.age.set(None)])  # E
    await Character.update_item("Homer", updates=[Character.attr.tags[0].set(3)])  # E
    await Character.update_item("Homer", updates=[Character.attr.mood.set("angry")])  # E
    await Member.update_item(UUID(int=0), date(2024, 1, 1), updates=[Member.attr.age.set("x")])  # E
    await PlainMember.update_item("Simpson", 3, updates=[PlainMember.attr(lambda m: m.age).set("x")])  # E


# topic: an argument that is no update
async def no_updates() -> None:
    await Character.update_item("Homer", updates={"age": 3})  # E
    await Character.update_item("Homer", updates=[3])  # E
    await Character.update_item("Homer", updates=[Character.attr.age == 3])  # E
    await Character.update_item("Homer", updates=3)  # E
    await Character.update_item("Homer")  # E
    await Member.update_item(UUID(int=0), date(2024, 1, 1), updates={"age": 3})  # E
    await PlainCharacter.update_item("Homer", updates={"age": 3})  # E
    await PlainMember.update_item("Simpson", 3, updates=3)  # E


# Many items at once.
async def write_many() -> None:
    reveal_type(Member.batch_writer())  # R: AsyncBatchWriter[Member, UUID, date]
    async with Character.batch_writer() as writer:
        reveal_type(await writer.put(homer))  # R: None
        await writer.delete(homer)
        await writer.delete_item("Homer")
        await asyncio.gather(writer.put(homer), writer.delete_item("Homer"))
    async with Member.batch_writer() as member_writer:
        await member_writer.put(member)
        await member_writer.delete(member)
        await member_writer.delete_item(UUID(int=0), date(2024, 1, 1))
    async with PlainCharacter.batch_writer() as plain_writer:
        await plain_writer.put(plain)
        await plain_writer.delete(plain)
        await plain_writer.delete_item("Homer")
    async with PlainMember.batch_writer() as plain_member_writer:
        await plain_member_writer.put(plain_member)
        await plain_member_writer.delete_item("Simpson", 3)
        await put_some(plain_member_writer)


async def put_some(writer: AsyncBatchWriter[PlainMember, Any, Any]) -> None:
    await writer.put(plain_member)


# topic: a key of the wrong type, in any method
async def wrong_keys_of_many() -> None:
    async with Character.batch_writer() as writer:
        await writer.delete_item(3)  # E
        await writer.delete_item("Homer", "x")  # E
        await writer.put(member)  # E
        await writer.put(plain)  # E
        await writer.put(SyncCharacter(name="x"))  # E
        await writer.delete(member)  # E
    async with Member.batch_writer() as member_writer:
        await member_writer.delete_item("x", date(2024, 1, 1))  # E
        await member_writer.delete_item(UUID(int=0), 3)  # E
        await member_writer.put(homer)  # E
        await member_writer.delete(plain_member)  # E
    async with PlainMember.batch_writer() as plain_writer:
        await plain_writer.put(plain)  # E


# A writer is for the block of its kind.
async def wrong_blocks() -> None:
    with Character.batch_writer():  # E
        pass
    with PlainMember.batch_writer():  # E
        pass
    async with SyncCharacter.batch_writer():  # E
        pass
    async with SyncMember.batch_writer():  # E
        pass


class Bounded(AsyncPKModel[str]):
    name: Attr[str]
    text: Attr[str] = Field(min_length=3)


Bounded(name="x", text="xxx")
Bounded(name="x")  # E
reveal_type(Bounded.attr.text)  # R: ExpressionField[str]


class Base(AsyncPKSKModel[str, int]):
    family: Attr[str]
    number: Attr[int]


class Derived(Base):
    extra: Attr[str] = Field(default="x")


Content = TypeVar("Content")


class Box(AsyncPrimaryKeyModel[str], Generic[Content]):
    name: Attr[str]
    content: Attr[Content]


M = TypeVar("M", bound=AsyncPrimaryKeyModel)

# Inherited fields are fields.
reveal_type(Derived.attr.number)  # R: ExpressionField[int]
reveal_type(Derived(family="x", number=3).number)  # R: int
condition(Derived.attr.number > 3, Box.attr.name == "x")
Derived(family="x")  # E
reveal_type(Box[int](name="x", content=3).content)  # R: int


async def inherited() -> None:
    reveal_type(await Derived.get_item("x", 3))  # R: Derived | None
    reveal_type(await Derived.query_all("x"))  # R: list[Derived]
    reveal_type(await Box[int].get_item("x"))  # R: Box[int] | None
    async with Derived.batch_writer() as writer:
        await writer.put(Derived(family="x", number=3))
        await writer.put(Base(family="x", number=3))  # E


# Models that are not known.
async def any_kind(model: type[AsyncPrimaryKeyModel]) -> None:
    condition(model.attr.name == "x")
    await model.get_item("x")
    await model.update_item("x", updates={model.attr.age: 3})
    await model.delete_item("x", condition=model.attr.age > 3)


async def save(item: M) -> M:
    await item.save()
    return item


async def any_models() -> None:
    await any_kind(Character)
    await any_kind(PlainCharacter)
    await any_kind(Member)  # E
    await any_kind(SyncCharacter)  # E
    reveal_type(await save(homer))  # R: Character


def repaired(error: InvalidItemError) -> Character | None:
    return None


async def repaired_later(error: InvalidItemError) -> Character | None:
    return None


class NameOnly(BaseModel):
    name: str


async def check_reads() -> None:
    reveal_type(await Character.get_item("Homer", projection=NameOnly))  # R: NameOnly | None
    reveal_type(await Character.get_item("Homer"))  # R: Character | None
    reveal_type(await Character.batch_get(["Homer"], projection=NameOnly))  # R: list[NameOnly | None]
    reveal_type(await Character.query("x", index_name="by-age"))  # R: QueryResult[Character]
    reveal_type(await Character.query_all("x", index_name="by-age", projection=NameOnly))  # R: list[NameOnly]
    reveal_type(await Character.query_count("x", index_name="by-age"))  # R: int
    reveal_type(await Character.scan(limit=3))  # R: QueryResult[Character]
    refused: list[InvalidItemError] = []
    reveal_type(await Character.scan(on_invalid=refused.append))  # R: QueryResult[Character]
    reveal_type(await Character.scan_all(on_invalid=repaired))  # R: list[Character]
    reveal_type(await Character.batch_get(["Homer"], on_invalid=repaired))  # R: list[Character | None]
    async for each in Character.scan_iter(on_invalid=repaired):
        reveal_type(each)  # R: Character
    await Character.scan(on_invalid=repaired_later)  # E
    await Member.query(UUID(int=0), on_invalid=repaired)  # E
    reveal_type(await Character.scan(projection=NameOnly))  # R: QueryResult[NameOnly]
    reveal_type(await Character.scan_all(total_segments=4))  # R: list[Character]
    reveal_type(await Character.scan_all(projection=NameOnly))  # R: list[NameOnly]
    reveal_type(await Character.scan_count(filter_condition=Character.attr.name == "x"))  # R: int
    reveal_type(Character.scan_iter(page_size=3))  # R: AsyncIterator[Character]
    reveal_type(Character.scan_iter(projection=NameOnly))  # R: AsyncIterator[NameOnly]
    reveal_type(await Member.query(UUID(int=0), projection=NameOnly))  # R: QueryResult[NameOnly]
    reveal_type((await Member.query(UUID(int=0), projection=NameOnly)).items)  # R: list[NameOnly]
    reveal_type((await Member.query(UUID(int=0))).cursor)  # R: str | None
    reveal_type(await Member.query(3, index_name="by-age", projection=NameOnly))  # R: QueryResult[NameOnly]
    reveal_type(await Member.query_all(UUID(int=0), projection=NameOnly))  # R: list[NameOnly]
    reveal_type(await Member.query_count(UUID(int=0)))  # R: int
    reveal_type(Member.query_iter(UUID(int=0), max_items=3))  # R: AsyncIterator[Member]
    reveal_type(Member.query_iter(UUID(int=0), projection=NameOnly))  # R: AsyncIterator[NameOnly]
    reveal_type(await PlainMember.query("x", projection=NameOnly))  # R: QueryResult[NameOnly]
    reveal_type(PlainMember.scan_iter())  # R: AsyncIterator[PlainMember]
    await Member.query(UUID(int=0), exclusive_start_key="a cursor")
    # topic: a projection that is no model, or a key of the wrong type, in a read
    await Character.get_item("Homer", projection=int)  # E
    await Member.query(UUID(int=0), projection=dict)  # E
    await Character.scan(projection=NameOnly(name="x"))  # E
    await Character.query("x")  # E
    await Member.query_count("x")  # E
    Member.query_iter("x")  # E
    await Member.query(UUID(int=0), exclusive_start_key=3)  # E
    await Character.scan_all(total_segments="4")  # E


async def transactions(character: Character) -> None:
    key = Character.key("Homer")
    reveal_type(key)  # R: Key[Character]
    reveal_type(await transact_get_async(key))  # R: tuple[Character | None]
    reveal_type(await transact_get_async(key, Member.key(UUID(int=0), date(2024, 1, 1))))  # R: tuple[Character | None, Member | None]
    async with transact_write_async() as tx:
        await tx.put(character)
        await tx.update(key, updates=[Character.attr.age.add(1)], condition=Character.attr.age > 3)
        await tx.update(key, updates={Character.attr.age: 3})
        await tx.delete(key)
        await tx.check(key, Character.attr.age > 3)
        # topic: a wrong argument in a transaction
        await tx.put(key)  # E
        await tx.check(key)  # E
        await tx.delete("Homer")  # E
        await tx.update(key, updates=[3])  # E
    Character.key(3)  # E
    await transact_get_async("Homer")  # E
