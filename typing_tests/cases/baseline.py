"""What all type checkers agree on, without a plugin, line by line."""

from collections import deque
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import pydantic
from pydantic import BaseModel, computed_field
from typing_extensions import TypedDict, reveal_type

from pydamodb import (
    Attr,
    Condition,
    ExpressionField,
    Field,
    InvalidItemError,
    Key,
    PKModel,
    PKSKModel,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    transact_get,
    transact_write,
)
from pydamodb.updates import UpdateAction


class Color(Enum):
    RED = "red"


class Word(str, Enum):
    YES = "yes"


class Geo(BaseModel):
    latitude: float


class Address(BaseModel):
    city: str
    lines: list[str] = []
    geo: Geo | None = None


class Spot(TypedDict):
    x: int
    label: str


class Cat(BaseModel): ...


class Dog(BaseModel): ...


class Character(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table="characters")

    name: Attr[str]
    age: Attr[int]
    height: Attr[float]
    alive: Attr[bool]
    born: Attr[datetime]
    color: Attr[Color]
    word: Attr[Word]
    mood: Attr[Literal["happy", "sad"]]
    photo: Attr[bytes]
    salary: Attr[Decimal]
    address: Attr[Address]
    tags: Attr[list[str]]
    queue: Attr[deque[int]]
    pair: Attr[tuple[int, ...]]
    steps: Attr[Sequence[int]]
    marks: Attr[set[int]]
    names: Attr[frozenset[str]]
    prices: Attr[dict[str, Decimal]]
    anything: Attr[Any]
    catchphrase: Attr[str | None] = Field(default=None)
    nickname: Attr[str | None] = Field(default=None, max_length=9)
    score: Attr[int | None] = Field(default=None)
    bonus: Attr[Decimal | None] = Field(default=None)
    home: Attr[Address | None] = Field(default=None)
    friends: Attr[list[str] | None] = Field(default=None)
    picture: Attr[bytes | None] = Field(default=None)
    limits: Attr[dict[str, int] | None] = Field(default=None)
    history: Attr[list[Address]] = Field(default_factory=list)
    heights: Attr[list[float]] = Field(default_factory=list)
    spot: Attr[Spot | None] = Field(default=None)
    pets: Attr[list[Cat | Dog]] = Field(default_factory=list)

    @computed_field
    def label(self) -> str:
        return self.name


class Member(PrimaryKeyAndSortKeyModel[UUID, date]):
    pydamo_config = PydamoConfig(table="members")

    id: Attr[UUID]
    since: Attr[date]
    age: Attr[int] = Field(default=0)


class PlainCharacter(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="characters")

    name: str
    age: int
    address: Address
    tags: list[str] = []
    prices: dict[str, Decimal] = {}
    score: int | None = None


class PlainMember(PrimaryKeyAndSortKeyModel):
    pydamo_config = PydamoConfig(table="members")

    family: str
    number: int
    age: int = pydantic.Field(default=3, ge=0)


def condition(*_: Condition) -> None: ...


def some_model(_: PrimaryKeyModel) -> None: ...


def some_field(_: ExpressionField[int]) -> None: ...


def make(address: Address, born: datetime) -> Character:
    return Character(
        name="Homer",
        age=39,
        height=1.8,
        alive=True,
        born=born,
        color=Color.RED,
        word=Word.YES,
        mood="happy",
        photo=b"",
        salary=Decimal(3),
        address=address,
        tags=["x"],
        queue=deque([1]),
        pair=(1, 2),
        steps=[1],
        marks={1},
        names=frozenset({"x"}),
        prices={},
        anything=None,
    )


# The types of fields.
reveal_type(Character.attr.name)  # R: ExpressionField[str]
reveal_type(Character.attr.age)  # R: ExpressionField[int]
reveal_type(Character.attr.salary)  # R: ExpressionField[Decimal]
reveal_type(Character.attr.born)  # R: ExpressionField[datetime]
reveal_type(Character.attr.catchphrase)  # R: ExpressionField[str | None]
reveal_type(Character.attr.tags)  # R: ExpressionField[list[str]]
reveal_type(Character.attr.address)  # R: ExpressionField[Address]
reveal_type(Member.attr.since)  # R: ExpressionField[date]
some_field(Character.attr.age)
some_field(Character.attr.name)  # E

# Paths.
reveal_type(Character.attr.tags[0])  # R: ExpressionField[str]
reveal_type(Character.attr.friends[0])  # R: ExpressionField[str]
reveal_type(Character.attr.queue[0])  # R: ExpressionField[int]
reveal_type(Character.attr.pair[0])  # R: ExpressionField[int]
reveal_type(Character.attr.steps[0])  # R: ExpressionField[int]
reveal_type(Character.attr.prices["net"])  # R: ExpressionField[Decimal]
reveal_type(Character.attr.limits["net"])  # R: ExpressionField[int]
reveal_type(Character.attr.address(lambda address: address.city))  # R: ExpressionField[str]
reveal_type(Character.attr.address(lambda address: address.lines[0]))  # R: ExpressionField[str]
reveal_type(Character.attr.home(lambda address: address.city))  # R: ExpressionField[str]
reveal_type(Character.attr.home(lambda a: a.geo)(lambda geo: geo.latitude))  # R: ExpressionField[float]
reveal_type(Character.attr.history[0](lambda address: address.city))  # R: ExpressionField[str]
reveal_type(Character.attr.address("geo.latitude"))  # R: ExpressionField[Any]
condition(Character.attr.tags[0] == "x", Character.attr.prices["net"] > 3)

# topic: a field that the model does not have
Character.attr.nothing  # E
Character.attr.age.nothing  # E

# topic: an index or a key that a field does not have
Character.attr.name[0]  # E
Character.attr.age[0]  # E
Character.attr.tags["x"]  # E
Character.attr.prices[0]  # E
Character.attr.marks[0]  # E

# Comparisons that are right.
condition(Character.attr.name == "Homer", Character.attr.name != "Homer", Character.attr.name < "Homer")
condition(Character.attr.age == 3, Character.attr.age <= 3, Character.attr.age > 3, Character.attr.age >= 3)
condition(Character.attr.height > 1, Character.attr.height > 1.5, Character.attr.alive == True)
condition(Character.attr.color == Color.RED, Character.attr.word == Word.YES, Character.attr.mood == "sad")
condition(Character.attr.catchphrase == "D'oh!", Character.attr.catchphrase == None, Character.attr.age == None)
condition(Character.attr.score > 3, Character.attr.score == None, Character.attr.score != None)
condition(Character.attr.salary == Decimal(3), Character.attr.salary == 3, Character.attr.salary != 3)
condition(Character.attr.salary < 3, Character.attr.salary <= 3, Character.attr.salary > 3, Character.attr.salary >= 3)
condition(Character.attr.bonus < 3, Character.attr.bonus == 3, Character.attr.bonus == None)
condition(Character.attr.tags == ["x"], Character.attr.marks == {3}, Character.attr.photo == b"x")
condition(Member.attr.since > date(2024, 1, 1), Member.attr.id == UUID(int=0))
condition(Character.attr.anything == 3, Character.attr.anything > "x")
condition(Character.attr.age == Character.attr.score, Character.attr.score == Character.attr.age)
condition(Character.attr.age < Character.attr.score, Character.attr.score < Character.attr.age)
condition(Character.attr.salary > Character.attr.age, Character.attr.bonus >= Character.attr.salary)
condition(Character.attr.age.between(3, 5), Character.attr.age.between(3, Character.attr.score))
condition(Character.attr.salary.between(3, Decimal(5)), Character.attr.mood.in_("happy", "sad"))
condition(Character.attr.name.in_("x", "y"), Character.attr.salary.in_(3, Decimal(3)), Character.attr.age.in_(3))
condition((Character.attr.age == 3) & ~(Character.attr.name == "x") | (Character.attr.age < 9))

# topic: an operand of the wrong type
condition(Character.attr.age == "x")  # E
condition(Character.attr.age != "x")  # E
condition(Character.attr.age < "x")  # E
condition(Character.attr.age <= "x")  # E
condition(Character.attr.age > "x")  # E
condition(Character.attr.age >= "x")  # E
condition(Character.attr.age < Decimal(3))  # E
condition(Character.attr.age < Character.attr.name)  # E
condition(Character.attr.age == Character.attr.name)  # E
condition(Character.attr.salary == "x")  # E
condition(Character.attr.salary < "x")  # E
condition(Character.attr.score > "x")  # E
condition(Character.attr.mood == "angry")  # E
condition(Character.attr.color == "red")  # E
condition(Character.attr.tags[0] == 3)  # E
condition(Character.attr.address(lambda address: address.city) == 3)  # E
condition(Character.attr.age.between("x", 3))  # E
condition(Character.attr.age.between(3, "x"))  # E
condition(Character.attr.salary.between("x", 3))  # E
condition(Character.attr.age.in_(3, "x"))  # E
condition(Character.attr.salary.in_(3, "x"))  # E
condition(Member.attr.since > "2024")  # E

# topic: something that is no condition where one belongs
condition(Character.attr.age)  # E
condition(Character.attr.alive)  # E
make(Address(city=""), datetime.min).save(condition=Character.attr.age)  # E
make(Address(city=""), datetime.min).save(condition=True)  # E
condition(Character.attr.age & Character.attr.age)  # E
condition(~Character.attr.alive)  # E

# Functions that are right.
condition(Character.attr.name.begins_with("x"), Character.attr.catchphrase.begins_with("x"))
condition(Character.attr.photo.begins_with(b"x"), Character.attr.picture.begins_with(b"x"))
condition(Character.attr.mood.begins_with("h"), Character.attr.word.begins_with("y"))
condition(Character.attr.born.begins_with("2024-01"), Member.attr.since.begins_with("2024"))
condition(Character.attr.name.begins_with(Character.attr.catchphrase))
condition(Character.attr.name.contains("x"), Character.attr.catchphrase.contains("x"))
condition(Character.attr.name.contains(Character.attr.catchphrase), Character.attr.born.contains("T12"))
condition(Character.attr.tags.contains("x"), Character.attr.friends.contains("x"), Character.attr.names.contains("x"))
condition(Character.attr.marks.contains(3), Character.attr.queue.contains(3), Character.attr.pair.contains(3))
condition(Character.attr.steps.contains(3), Character.attr.tags.contains(Character.attr.name))
condition(Character.attr.anything.contains(3), Character.attr.anything.contains("x"))
condition(Character.attr.anything.begins_with("x"), Character.attr.anything[0] == 3, Character.attr.anything["x"] == 3)
condition(Character.attr.age.exists(), Character.attr.age.not_exists())
condition(Character.attr.name.size() > 3, Character.attr.name.size() == Character.attr.age)
condition(Character.attr.name.size() <= Character.attr.tags.size(), Character.attr.age >= Character.attr.tags.size())
reveal_type(Character.attr.age == 3)  # R: Condition
reveal_type(Character.attr.age < 3)  # R: Condition
reveal_type(Character.attr.tags.contains("x"))  # R: Condition

# topic: `begins_with` or `contains` where it does not fit
condition(Character.attr.age.begins_with("x"))  # E
condition(Character.attr.tags.begins_with("x"))  # E
condition(Character.attr.name.begins_with(3))  # E
condition(Character.attr.name.begins_with(b"x"))  # E
condition(Character.attr.photo.begins_with("x"))  # E
condition(Character.attr.catchphrase.begins_with(3))  # E
condition(Character.attr.age.contains(3))  # E
condition(Character.attr.name.contains(3))  # E
condition(Character.attr.tags.contains(3))  # E
condition(Character.attr.friends.contains(3))  # E
condition(Character.attr.marks.contains("x"))  # E
condition(Character.attr.names.contains(3))  # E
condition(Character.attr.queue.contains("x"))  # E
condition(Character.attr.pair.contains("x"))  # E
condition(Character.attr.steps.contains("x"))  # E
condition(Character.attr.tags.contains(Character.attr.age))  # E

# topic: a size compared with something else than an `int`
condition(Character.attr.name.size() > "x")  # E
condition(Character.attr.name.size() == 1.5)  # E
condition(Character.attr.name.size() < Character.attr.name)  # E
condition(Character.attr.name.size())  # E

# Keys that are right.
reveal_type(Character.get_item("Homer"))  # R: Character | None
reveal_type(Member.get_item(UUID(int=0), date(2024, 1, 1), consistent_read=True))  # R: Member | None
reveal_type(Member.query(UUID(int=0), scan_index_forward=False))  # R: QueryResult[Member]
reveal_type(Character.batch_get(["Homer", "Marge"], consistent_read=True))  # R: list[Character | None]
reveal_type(Member.batch_get([(UUID(int=0), date(2024, 1, 1))]))  # R: list[Member | None]
reveal_type(Character.batch_get(name for name in ("Homer", "Marge")))  # R: list[Character | None]
reveal_type(Member.query_all("x", index_name="by-name", scan_index_forward=False))  # R: list[Member]
Member.query(UUID(int=0), scan_index_forward="down")  # E
reveal_type(Member.query(UUID(int=0)))  # R: QueryResult[Member]
reveal_type(Member.query(UUID(int=0)).items)  # R: list[Member]
reveal_type(Member.query_all(UUID(int=0), sort_key_condition=Member.attr.since > date(2024, 1, 1)))  # R: list[Member]
reveal_type(Member.query(3, index_name="by-age"))  # R: QueryResult[Member]
Member.delete_item(UUID(int=0), date(2024, 1, 1), condition=Member.attr.age > 3)
with Member.batch_writer(overwrite_by_pkeys=["family", "born"]) as member_writer:
    member_writer.put(Member(id=UUID(int=0), since=date(2024, 1, 1)))
    member_writer.delete_item(UUID(int=0), date(2024, 1, 1))
with Character.batch_writer() as writer:
    writer.delete_item("Homer")
    writer.delete(make(Address(city=""), datetime.min))

# Reads of all kinds.
class Brief(BaseModel):
    name: str


for each in Member.query_iter(UUID(int=0), page_size=10, max_items=3):
    reveal_type(each)  # R: Member
for one in Character.scan_iter(segment=0, total_segments=2, exclusive_start_key="cursor"):
    reveal_type(one)  # R: Character
reveal_type(Character.scan(limit=3, filter_condition=Character.attr.age > 3))  # R: QueryResult[Character]
reveal_type(Character.scan().cursor)  # R: str | None
reveal_type(Character.scan_all(total_segments=4))  # R: list[Character]
reveal_type(Character.scan_count())  # R: int

# Items that do not fit: a function leaves them out, or replaces them.
refused: list[InvalidItemError] = []


def repaired(error: InvalidItemError) -> Character | None:
    reveal_type(error.key)  # R: Mapping[str, Any]
    reveal_type(error.item)  # R: Mapping[str, Any]
    return None


def repaired_member(error: InvalidItemError) -> Member:
    return Member(id=UUID(int=0), since=date(2024, 1, 1))


def brief_of(error: InvalidItemError) -> Brief:
    return Brief(name=error.key["name"])  # X: basedpyright+default


reveal_type(Character.scan(on_invalid=refused.append))  # R: QueryResult[Character]
reveal_type(Character.scan_all(on_invalid=repaired))  # R: list[Character]
reveal_type(Character.batch_get(["Homer"], on_invalid=repaired))  # R: list[Character | None]
reveal_type(Character.scan_all(on_invalid=lambda error: None))  # R: list[Character]
reveal_type(Character.scan(projection=Brief, on_invalid=brief_of))  # R: QueryResult[Brief]
reveal_type(Member.query(UUID(int=0), on_invalid=repaired_member))  # R: QueryResult[Member]
reveal_type(Member.query("x", index_name="by-name", on_invalid=refused.append))  # R: QueryResult[Member]
reveal_type(Member.query_all(UUID(int=0), projection=Brief, on_invalid=brief_of))  # R: list[Brief]
for each in Member.query_iter(UUID(int=0), on_invalid=repaired_member):
    reveal_type(each)  # R: Member
for one in Character.scan_iter(on_invalid=repaired):
    reveal_type(one)  # R: Character
Character.scan(on_invalid=brief_of)  # E
Character.scan_all(on_invalid=brief_of)  # E
Character.batch_get(["Homer"], on_invalid=True)  # E
Member.query(UUID(int=0), on_invalid=repaired)  # E
reveal_type(Member.query_count(UUID(int=0), sort_key_condition=Member.attr.since > date(2024, 1, 1)))  # R: int
reveal_type(Member.query_count("x", index_name="by-name"))  # R: int
reveal_type(Character.query("x", index_name="by-age"))  # R: QueryResult[Character]
reveal_type(Character.query_all("x", index_name="by-age"))  # R: list[Character]
reveal_type(Character.query_count("x", index_name="by-age"))  # R: int
Member.query(UUID(int=0), exclusive_start_key=Member.query(UUID(int=0)).cursor)

# Projections.
reveal_type(Character.get_item("Homer", projection=Brief))  # R: Brief | None
reveal_type(Member.get_item(UUID(int=0), date(2024, 1, 1), projection=Brief))  # R: Brief | None
reveal_type(Character.batch_get(["Homer"], projection=Brief))  # R: list[Brief | None]
reveal_type(Member.query(UUID(int=0), projection=Brief))  # R: QueryResult[Brief]
reveal_type(Member.query("x", index_name="by-name", projection=Brief).items)  # R: list[Brief]
reveal_type(Member.query_all(UUID(int=0), projection=Brief))  # R: list[Brief]
reveal_type(Character.query_all("x", index_name="by-age", projection=Brief))  # R: list[Brief]
reveal_type(Character.scan(projection=Brief))  # R: QueryResult[Brief]
reveal_type(Character.scan_all(projection=Brief))  # R: list[Brief]
for brief in Character.scan_iter(projection=Brief):
    reveal_type(brief)  # R: Brief
for found in Member.query_iter(UUID(int=0), projection=Brief):
    reveal_type(found)  # R: Brief

# topic: an option of a read that does not fit
Character.get_item("Homer", projection=int)  # E
Character.get_item("Homer", projection="name")  # E
Character.scan(projection=Brief(name="x"))  # E
Character.scan_all(total_segments="4")  # E
Character.scan(exclusive_start_key=3)  # E
Member.query_iter(UUID(int=0), page_size="1")  # E
Member.query_iter("x")  # E
Member.query_count("x")  # E
Character.query("x")  # E
Character.scan(filter_condition=True)  # E

# Transactions.
character_key = Character.key("Homer")
reveal_type(character_key)  # R: Key[Character]
reveal_type(Member.key(UUID(int=0), date(2024, 1, 1)))  # R: Key[Member]
some_key: Key[PrimaryKeyModel[Any]] = character_key
some_keys = [Character.key("Homer"), Character.key("Marge")]
reveal_type(transact_get(character_key))  # R: tuple[Character | None]
member_key = Member.key(UUID(int=0), date(2024, 1, 1))
reveal_type(transact_get(character_key, member_key))  # R: tuple[Character | None, Member | None]
with transact_write(client_request_token="x") as tx:
    tx.put(make(Address(city=""), datetime.min), condition=Character.attr.age > 3)
    tx.update(character_key, updates=[Character.attr.age.add(1)], return_item_on_failure=True)
    tx.update(character_key, updates={Character.attr.age: 3, Character.attr.name: "x"})
    tx.delete(character_key)
    tx.delete(make(Address(city=""), datetime.min))
    tx.check(character_key, Character.attr.age > 3)

# topic: a wrong argument in a transaction
Character.key(3)  # E
Character.key("Homer", 3)  # E
Member.key(UUID(int=0))  # E
Member.key(UUID(int=0), "2024")  # E
transact_get("Homer")  # E
transact_write(3)  # E
tx.put(character_key)  # E
tx.put("Homer")  # E
tx.update(character_key, updates=[Character.attr.age == 3])  # E
tx.update("Homer", updates=[Character.attr.age.add(1)])  # E
tx.check(character_key)  # E
tx.check(character_key, True)  # E
tx.delete("Homer")  # E

# topic: a key of the wrong type, in any method
Character.get_item(3)  # E
Character.batch_get([3])  # E
Character.batch_get(3)  # E
Character.batch_get([("Homer", 3)])  # E
Member.batch_get([UUID(int=0)])  # E
Member.batch_get([(UUID(int=0), "2024-01-01")])  # E
Member.batch_get([(UUID(int=0),)])  # E
Character.delete_item(3)  # E
Character.update_item(3, updates=[Character.attr.age.set(3)])  # E
Member.get_item("x", date(2024, 1, 1))  # E
Member.get_item(UUID(int=0), "2024-01-01")  # E
Member.update_item(UUID(int=0), 3, updates=[Member.attr.age.set(3)])  # E
Member.delete_item("x", date(2024, 1, 1))  # E
Member.query("x")  # E
Member.query_all("x")  # E
Character.get_item("Homer", 3)  # E
with Member.batch_writer() as member_writer:
    member_writer.delete_item("x", date(2024, 1, 1))  # E
    member_writer.delete_item(UUID(int=0), 3)  # E
    member_writer.put(make(Address(city=""), datetime.min))  # E
with Character.batch_writer() as writer:
    writer.delete_item(3)  # E
    writer.delete_item("Homer", "x")  # E

# Updates that are right.
actions: list[UpdateAction] = [Character.attr.age.set(3)]
Character.update_item("Homer", updates=actions)
Character.update_item("Homer", updates=[Character.attr.age.set(3), Character.attr.catchphrase.set(None)])
Character.update_item("Homer", updates=(Character.attr.tags[0].set("x"), Character.attr.prices["net"].set(Decimal(3))))
Character.update_item("Homer", updates=[Character.attr.address(lambda address: address.city).set("x")])
Character.update_item("Homer", updates={Character.attr.age: 3}, condition=Character.attr.age < 3)
Character.update_item("Homer", updates={Character.attr.catchphrase: None})
Character.update_item("Homer", updates={Character.attr.catchphrase: "x", Character.attr.nickname: None})
Character.update_item("Homer", updates={Character.attr.age: 3, Character.attr.name: "x"})
Character.update_item("Homer", updates={Character.attr.age: 3, Character.attr.score: None, Character.attr.tags: ["x"]})
Member.update_item(UUID(int=0), date(2024, 1, 1), updates={Member.attr.age: 3})
Character.update_item("Homer", updates={Character.attr.mood: "sad"})
Character.update_item("Homer", updates={Character.attr.tags: ["x"]})
Character.update_item("Homer", updates={Character.attr.heights: [1]})
Character.update_item("Homer", updates={Character.attr.spot: {"x": 1, "label": ""}})
Character.update_item("Homer", updates={Character.attr.pets: [Cat()]})
Character.update_item("Homer", updates={Character.attr.color: Color.RED})
any_updates: dict[ExpressionField[Any], Any] = {Character.attr.age: 3}
Character.update_item("Homer", updates=any_updates)


# The same of text, which mypy can take for a `str` and for a literal one.
def text_updates(text: str, maybe: str | None, mood: Literal["happy", "sad"]) -> None:
    Character.update_item("Homer", updates={Character.attr.name: "x"})
    Character.update_item("Homer", updates={Character.attr.name: text}, condition=Character.attr.name == "x")
    Character.update_item("Homer", updates={Character.attr.name: f"{text}!"}, must_exist=True)
    Character.update_item("Homer", updates={Character.attr.name: Character.attr.name.if_not_exists("x")})
    Character.update_item("Homer", updates={Character.attr.catchphrase: "x"})
    Character.update_item("Homer", updates={Character.attr.catchphrase: maybe})
    Character.update_item("Homer", updates={Character.attr.catchphrase: Character.attr.name})
    Character.update_item("Homer", updates={Character.attr.catchphrase: text, Character.attr.nickname: maybe})
    Character.update_item("Homer", updates={Character.attr.mood: mood})
    Character.update_item("Homer", updates={Character.attr.word: Word.YES})
    Character.update_item("Homer", updates={Character.attr.tags[0]: text})
    Character.update_item("Homer", updates={Character.attr.address(lambda address: address.city): "x"})
    Character.update_item("Homer", updates={field: "x" for field in (Character.attr.name, Character.attr.tags[0])})
    text_fields = {Character.attr.name: "x"}
    Character.update_item("Homer", updates=text_fields)
    PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.name: "x"})
    PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.name: text, PlainCharacter.attr.score: None})
    PlainCharacter.update_item("Homer", updates={PlainCharacter.attr(lambda c: c.name): "x"})
    PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.address.city: text})
    make(Address(city=""), datetime.min).update(updates={Character.attr.name: text})
    make(Address(city=""), datetime.min).update(updates={Character.attr.catchphrase: maybe})
    with transact_write() as tx:
        tx.update(Character.key("Homer"), updates={Character.attr.name: text})
        tx.update(Character.key("Homer"), updates={Character.attr.catchphrase: None})
        tx.update(PlainCharacter.key("Homer"), updates={PlainCharacter.attr.name: "x"})

# Actions and values that DynamoDB computes.
attr = Character.attr
Character.update_item("Homer", updates=[attr.age.set(attr.age + 1), attr.name.set(attr.name.if_not_exists("x"))])
Character.update_item("Homer", updates=[attr.age.set(attr.age.if_not_exists(0) + 1), attr.age.set(attr.age - attr.age)])
Character.update_item("Homer", updates=[attr.salary.set(attr.salary + 1), attr.salary.set(attr.salary - Decimal(1))])
Character.update_item("Homer", updates=[attr.catchphrase.set(attr.name), attr.catchphrase.set(attr.catchphrase.if_not_exists("x"))])
Character.update_item("Homer", updates=[attr.age.add(5), attr.salary.add(5), attr.salary.add(Decimal(5)), attr.age.remove()])
Character.update_item("Homer", updates=[attr.tags.append("x", "y"), attr.tags.prepend("x"), attr.tags[2].remove()])
Character.update_item("Homer", updates=[attr.marks.add({3}), attr.names.delete({"x"}), attr.prices["net"].add(3)])
Character.update_item("Homer", updates={attr.age: attr.age + 1})
Character.update_item("Homer", updates={attr.age: attr.age.if_not_exists(0) + 1, attr.name: attr.name.if_not_exists("x")})
Character.update_item("Homer", updates=[attr.anything.set(attr.anything + 1), attr.anything.add({3}), attr.anything.append(3)])
reveal_type(attr.age + 1)  # R: Arithmetic[int]
reveal_type(attr.salary - 1)  # R: Arithmetic[Decimal]
reveal_type(attr.age.if_not_exists(0))  # R: IfNotExists[int]
reveal_type(attr.age.if_not_exists(0) + attr.age)  # R: Arithmetic[int]
reveal_type(attr.tags.append("x"))  # R: UpdateAction
reveal_type(attr.age.add(3))  # R: UpdateAction
reveal_type(attr.names.delete({"x"}))  # R: UpdateAction

# What an update returns.
actions = [attr.age.add(1)]
reveal_type(Character.update_item("Homer", updates=actions))  # R: None
reveal_type(Character.update_item("Homer", updates=actions, return_values="ALL_NEW"))  # R: Character
reveal_type(Character.update_item("Homer", updates=actions, return_values="ALL_OLD"))  # R: Character | None
reveal_type(Character.update_item("Homer", updates=actions, return_values="UPDATED_NEW"))  # R: dict[str, Any]
reveal_type(Character.update_item("Homer", updates={attr.age: 3, attr.name: "x"}, return_values="ALL_NEW"))  # R: Character
reveal_type(Member.update_item(UUID(int=0), date(2024, 1, 1), updates={Member.attr.age: 3}, return_values="ALL_OLD"))  # R: Member | None
Character.update_item("Homer", updates=actions, must_exist=True, return_item_on_failure=True)
make(Address(city=""), datetime.min).update(updates=actions, condition=attr.age > 3, return_item_on_failure=True)
make(Address(city=""), datetime.min).update(updates={attr.age: attr.age + 1})
Character.update_item("Homer", updates=actions, return_values="NEW")  # E

# topic: an operand of the wrong type in an update action
attr.age.set(attr.age + 1.5)  # E
attr.age.set(attr.name)  # E
attr.age.set(attr.catchphrase)  # E
attr.age.set(attr.salary + 1)  # E
attr.name + "x"  # E
attr.age + "x"  # E
attr.age + attr.name  # E
attr.age - Decimal(1)  # E
attr.age + 1 + 1  # E
attr.age.if_not_exists("x")  # E
attr.name.if_not_exists("x") + 1  # E
attr.age.add("x")  # E
attr.age.add({"x"})  # E
attr.name.add("x")  # E
attr.tags.add({"x"})  # E
attr.names.add(3)  # E
attr.names.add({3})  # E
attr.names.delete("x")  # E
attr.names.delete({3})  # E
attr.marks.delete({"x"})  # E
attr.age.delete({3})  # E
attr.tags.append(3)  # E
attr.tags.prepend("x", 3)  # E
attr.name.append("x")  # E
attr.age.append(3)  # E

# topic: a wrong value in `updates=[field.set(value)]`
Character.update_item("Homer", updates=[Character.attr.age.set("x")])  # E
Character.update_item("Homer", updates=[Character.attr.name.set("x"), Character.attr.age.set("x")])  # E
Character.update_item("Homer", updates=[Character.attr.age.set(None)])  # E
Character.update_item("Homer", updates=[Character.attr.tags[0].set(3)])  # E
Character.update_item("Homer", updates=[Character.attr.mood.set("angry")])  # E
Member.update_item(UUID(int=0), date(2024, 1, 1), updates=[Member.attr.age.set("x")])  # E

# topic: an argument that is no update
Character.update_item("Homer", updates={"age": 3})  # E
Character.update_item("Homer", updates=[3])  # E
Character.update_item("Homer", updates=[Character.attr.age == 3])  # E
Character.update_item("Homer", updates=3)  # E
Character.update_item("Homer")  # E

# Instances are as the fields say.
homer = make(Address(city="Springfield"), datetime.min)
reveal_type(homer.name)  # R: str
reveal_type(homer.catchphrase)  # R: str | None
reveal_type(homer.address.city)  # R: str
homer.age = 40
homer.catchphrase = None
homer.save(condition=Character.attr.name.not_exists())
reveal_type(homer.model_copy(update={"age": 41}))  # R: Character
reveal_type(Character.model_validate({}))  # R: Character
some_model(homer)

# topic: a wrong value assigned to a field of a model
homer.age = "x"  # E
homer.age = None  # E
homer.address = "x"  # E

# topic: a missing argument of a constructor
Character(name="Homer")  # E
Member(id=UUID(int=0))  # E


class Bounded(PKModel[str]):
    name: Attr[str]
    size: Attr[Annotated[int, pydantic.Field(ge=0)]]
    text: Attr[str] = Field(min_length=3)
    label: Annotated[Attr[str], "a label"]


Bounded(name="x", size=3, text="xxx", label="x")
Bounded(name="x", size=3, text="xxx")  # E
Bounded(name="x", size=3, label="x")  # E
Bounded(name="x", text="xxx", label="x")  # E
reveal_type(Bounded.attr.size)  # R: ExpressionField[int]
reveal_type(Bounded.attr.label)  # R: ExpressionField[str]
condition(Bounded.attr.size > 3, Bounded.attr.label.begins_with("x"))


class Base(PKSKModel[str, int]):
    family: Attr[str]
    number: Attr[int]


class Derived(Base):
    extra: Attr[str] = Field(default="x")


class MoreDerived(Derived):
    more: Attr[int] = Field(default=0)


# Inherited fields are fields.
reveal_type(Derived.attr.number)  # R: ExpressionField[int]
reveal_type(MoreDerived.attr.number)  # R: ExpressionField[int]
reveal_type(MoreDerived.attr.extra)  # R: ExpressionField[str]
reveal_type(Derived(family="x", number=3).number)  # R: int
reveal_type(MoreDerived(family="x", number=3).extra)  # R: str
reveal_type(MoreDerived.get_item("x", 3))  # R: MoreDerived | None
condition(MoreDerived.attr.number > 3, Base.attr.number > 3)
Derived(family="x")  # E
MoreDerived.get_item("x", "y")  # E

Content = TypeVar("Content")


class Box(PrimaryKeyModel[str], Generic[Content]):
    name: Attr[str]
    content: Attr[Content]


reveal_type(Box[int](name="x", content=3).content)  # R: int
condition(Box.attr.name == "x")

# The plain style: whatever is right is accepted.
plain = PlainCharacter(name="Homer", age=39, address=Address(city="x"))
some_model(plain)
condition(PlainCharacter.attr.age >= 18, PlainCharacter.attr.name.begins_with("x"), PlainCharacter.attr.age == None)
condition(PlainCharacter.attr.address.city == "x", PlainCharacter.attr.address.geo.latitude > 3)
condition(PlainCharacter.attr.tags[0] == "x", PlainCharacter.attr.prices["net"] > 3, PlainCharacter.attr.tags.contains("x"))
condition(PlainCharacter.attr("address.city") == "x", PlainCharacter.attr("tags[0]").contains("x"))
condition(PlainCharacter.attr.age.between(1, PlainCharacter.attr.score), PlainCharacter.attr.age.in_(1, 2))
condition(PlainCharacter.attr.name.size() > 3, PlainCharacter.attr.age < PlainCharacter.attr.score)
reveal_type(PlainCharacter.attr(lambda c: c.name))  # R: ExpressionField[str]
reveal_type(PlainCharacter.attr(lambda c: c.address.city))  # R: ExpressionField[str]
reveal_type(PlainCharacter.attr(lambda c: c.tags[0]))  # R: ExpressionField[str]
condition(PlainCharacter.attr.address(lambda address: address.city) == "x")  # X: basedpyright+default
condition(Character.attr.anything(lambda value: value.x) == 3, Character.attr.anything("x") == 3)  # X: basedpyright+default
reveal_type(PlainCharacter.get_item("Homer"))  # R: PlainCharacter | None
PlainCharacter.get_item(UUID(int=0))
PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.age: 40})
PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.age: 40, PlainCharacter.attr.name: "x"})
PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.tags[0]: "x", PlainCharacter.attr.address.city: "x"})
PlainCharacter.update_item("Homer", updates=[PlainCharacter.attr.age.set(40), PlainCharacter.attr.tags[0].set("x")])
PlainCharacter.update_item("Homer", updates=[PlainCharacter.attr.age.add(1), PlainCharacter.attr.tags.append("x")])
PlainCharacter.update_item("Homer", updates=[PlainCharacter.attr.age.set(PlainCharacter.attr.age + 1)])
PlainCharacter.update_item("Homer", updates={PlainCharacter.attr.age: PlainCharacter.attr.age.if_not_exists(0) + 1})
plain_age = PlainCharacter.attr.age
reveal_type(PlainCharacter.update_item("x", updates={plain_age: 3}, return_values="ALL_NEW"))  # R: PlainCharacter
PlainMember.get_item("Simpson", 3)
reveal_type(PlainCharacter.batch_get(["Homer", UUID(int=0)]))  # R: list[PlainCharacter | None]
reveal_type(PlainMember.batch_get([("Simpson", 3)]))  # R: list[PlainMember | None]
PlainMember.query("Simpson", sort_key_condition=PlainMember.attr.number > 3, filter_condition=PlainMember.attr.age < 9)
PlainMember.query(3, index_name="by-age", limit=3, exclusive_start_key={"family": "x"})
with PlainMember.batch_writer() as plain_writer:
    plain_writer.delete_item("Simpson", 3)
plain.save(condition=PlainCharacter.attr.name.not_exists())


def any_kind(model: type[PrimaryKeyModel]) -> None:
    condition(model.attr.name == "x")
    model.get_item("x")


any_kind(PlainCharacter)
any_kind(Character)

# topic: a wrong operand for a path by function, also in the plain style
condition(PlainCharacter.attr(lambda c: c.name) == 3)  # E
condition(PlainCharacter.attr(lambda c: c.address.city) == 3)  # E
condition(PlainCharacter.attr(lambda c: c.age).begins_with("x"))  # E
