"""What mypy knows with the plugin `pydamodb.mypy`, alone and beside Pydantic's, in either order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, computed_field
from typing_extensions import TypedDict, reveal_type

from pydamodb import Attr, Condition, Field, PrimaryKeyAndSortKeyModel, PrimaryKeyModel, transact_write

T = TypeVar("T")
M = TypeVar("M", bound="Tagged[bytes]")


class Geo(BaseModel):
    latitude: float


class Address(BaseModel):
    city: str
    size: int = 0
    geo: Geo | None = None


@dataclass
class Parcel:
    weight: int
    to: Address


class Spot(TypedDict):
    name: str


class Tagged(PrimaryKeyModel, Generic[T]):
    tag: T


class Character(Tagged[bytes]):
    name: str
    age: int
    salary: Decimal = Decimal(0)
    address: Address | None = None
    history: list[Address] = []
    homes: dict[str, Address] = {}
    either: Address | Geo | None = None
    parcel: Parcel | None = None
    spot: Spot | None = None

    @computed_field
    @property
    def title(self) -> str:
        return self.name

    @property
    def plain(self) -> str:
        return self.name

    @classmethod
    def adults(cls) -> Condition:
        reveal_type(cls.attr.age)  # R: ExpressionField[int]
        cls.attr.nothing  # M: "Character" has no field "nothing"
        return cls.attr.age >= 18

    def unchanged(self) -> Condition:
        reveal_type(self.attr.name)  # R: ExpressionField[str]
        return self.attr.age == self.age


class Member(PrimaryKeyAndSortKeyModel):
    family: str
    age: int


class Keyed(PrimaryKeyAndSortKeyModel[str, int]):
    family: str
    number: int
    total: int


class Strict(PrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int] = Field(default=0)
    address: Attr[Address]
    home: Attr[Address | None] = Field(default=None)
    history: Attr[list[Address]] = Field(default_factory=list)
    plain: int = 0


class Stricter(Strict):
    more: Attr[str] = Field(default="x")


class Strictest(Stricter):
    most: Attr[str] = Field(default="x")


class Frozen(PrimaryKeyModel[str]):
    model_config = ConfigDict(frozen=True)

    name: Attr[str]
    age: Attr[int] = Field(default=0)


class Other:
    attr: Other
    name: str

    @classmethod
    def update_item(cls, *, updates: dict[object, object]) -> None: ...


def condition(*_: Condition) -> None: ...


# The plain style has the types of the strict one.
reveal_type(Character.attr.age)  # R: ExpressionField[int]
reveal_type(Character.attr.tag)  # R: ExpressionField[bytes]
reveal_type(Character.attr.title)  # R: ExpressionField[str]
reveal_type(Character.attr.address)  # R: ExpressionField[Address | None]
reveal_type(Character.attr.address.city)  # R: ExpressionField[str]
reveal_type(Character.attr.address.geo.latitude)  # R: ExpressionField[float]
reveal_type(Character.attr.history[0])  # R: ExpressionField[Address]
reveal_type(Character.attr.history[0].city)  # R: ExpressionField[str]
reveal_type(Character.attr.homes["first"].geo.latitude)  # R: ExpressionField[float]
reveal_type(Character.attr.either.city)  # R: ExpressionField[str]
reveal_type(Character.attr.address(lambda address: address.geo).latitude)  # R: ExpressionField[float]
reveal_type(Character.attr(lambda character: character.history)[0].city)  # R: ExpressionField[str]
reveal_type(Character.attr.parcel.weight)  # R: ExpressionField[int]
reveal_type(Character.attr.parcel.to.city)  # R: ExpressionField[str]
condition(Character.attr.spot.name == "x", Character.attr.spot["name"] == "x")
Character.attr.parcel.nothing  # M: "Parcel" has no field "nothing"
reveal_type(Character.attr.address.city.exists())  # R: Condition
reveal_type(Character.attr("address.city"))  # R: ExpressionField[Any]
reveal_type(Character.attr.address("city"))  # R: ExpressionField[Any]
condition(Character.attr.address.size() > 3, Character.attr.address("size") > 3)
condition(Character.attr.salary > 3, Character.attr.salary.between(1, Decimal(3)))
Character.attr.nothing  # M: "Character" has no field "nothing"
Character.attr.address.street  # M: "Address" has no field "street"
Character.attr.history[0].street  # M: "Address" has no field "street"
Character.attr.plain  # M: "Character" has no field "plain"
Character.attr.save  # M: "Character" has no field "save"
Character.attr.age.nothing  # M: "ExpressionField[int]" has no attribute "nothing"
Character.attr.either.street  # M: "Address" | "Geo" has no field "street"
condition(Character.attr.age >= "x")  # M: Unsupported operand types for >= ("ExpressionField[int]" and "str")
condition(Character.attr.age.begins_with("x"))  # E
condition(Character.attr.name.contains(3))  # E
condition(Character.attr.name == 3)  # E
condition(Character.attr.address.city == 3)  # E
condition(Character.attr.history[0].city == 3)  # E
Character(tag=b"", name="", age=1).save(condition=Character.attr.age >= 18)

# Updates, pair by pair.
Character.update_item("x", updates={Character.attr.age: 1, Character.attr.name: "y"})
Character.update_item("x", updates={Character.attr.address: None, Character.attr.address.city: "x"})
Character.update_item("x", updates=[Character.attr.age.set(3), Character.attr.history[0].city.set("x")])
Character.update_item("x", updates={Character.attr.age: "y"})  # M: the value has type "str", its field "int"
Character.update_item("x", updates={Character.attr.age: 3, Character.attr.name: 3})  # M: "int", its field "str"
Character.update_item("x", updates={Character.attr.address: 3, Character.attr.age: 3})  # M: its field "Address | None"
Character.update_item("x", updates=[Character.attr.age.set("x")])  # E
Character.update_item("x", updates={Character.attr.age: Character.attr.age + 1, Character.attr.name: Character.attr.name})
Character.update_item("x", updates={Character.attr.age: Character.attr.name})  # M: "ExpressionField[str]", its field "int"
Character.update_item("x", updates={Character.attr.name: Character.attr.age + 1})  # M: "Arithmetic[int]", its field "str"
reveal_type(Character.update_item("x", updates={Character.attr.age: 3}, return_values="ALL_NEW"))  # R: Character
with transact_write() as tx:
    tx.update(Character.key("x"), updates={Character.attr.age: 3, Character.attr.name: "y"})
    tx.update(Character.key("x"), updates={Character.attr.age: "y"})  # M: the value has type "str", its field "int"
Character("x").update(updates={Character.attr.age: "y"})  # M: the value has type "str", its field "int"
Member.update_item("x", "y", updates={Member.attr.age: b"y"})  # M: the value has type "bytes", its field "int"

changes = {Character.attr.age: 3, Character.attr.name: "x"}
Character.update_item("x", updates=changes)
some_changes = {Character.attr.age: 3}
Character.update_item("x", updates=some_changes)

# Key types without `Attr`.
Keyed.get_item("x", 1)
Keyed.get_item("x", "y")  # E
Keyed.delete_item(b"x", 1)  # E
Keyed.query("x", filter_condition=Keyed.attr.total.between(Keyed.attr.number, 5))
Keyed.query("x", filter_condition=Keyed.attr.total.in_(Keyed.attr.number))
Keyed.query("x", filter_condition=Character.attr.name.size() <= Character.attr.tag.size())

# The strict style gets what only the plugin knows.
reveal_type(Strict.attr.address.city)  # R: ExpressionField[str]
reveal_type(Strict.attr.home.geo.latitude)  # R: ExpressionField[float]
reveal_type(Strict.attr.history[0].city)  # R: ExpressionField[str]
reveal_type(Strict.attr.plain)  # R: ExpressionField[int]
reveal_type(Strict.attr("address.city"))  # R: ExpressionField[Any]
reveal_type(Strict.attr(lambda strict: strict.address.city))  # R: ExpressionField[str]
Strict.attr.nothing  # M: "Strict" has no field "nothing"
Strict.attr.model_dump  # M: "Strict" has no field "model_dump"
Strict.attr.address.street  # M: "Address" has no field "street"
Strict.update_item("x", updates={Strict.attr.age: "x", Strict.attr.name: "x"})  # M: "str", its field "int"

# Inherited fields are fields, of classes and of instances.
reveal_type(Strictest.attr.age)  # R: ExpressionField[int]
reveal_type(Strictest.attr.more)  # R: ExpressionField[str]
reveal_type(Strictest.attr.most)  # R: ExpressionField[str]
strictest = Strictest(name="x", address=Address(city="x"))
reveal_type(strictest.age)  # R: int
reveal_type(strictest.more)  # R: str
reveal_type(strictest.address.city)  # R: str
strictest.age = 3
strictest.age = "x"  # E
strictest.more = 3  # E
Strictest(name=3, address=Address(city="x"))  # E
Strictest(address=Address(city="x"))  # E
reveal_type(Frozen(name="x").age)  # R: int
reveal_type(Frozen.attr.age)  # R: ExpressionField[int]


# Models that are not known: whatever is right is accepted.
def any_model(model: type[PrimaryKeyModel]) -> Condition:
    return model.attr.name == "x"


def tagged(model: type[M]) -> None:
    reveal_type(model.attr.tag)  # R: ExpressionField[bytes]
    model.attr.nothing  # M: "Tagged" has no field "nothing"


# Other people's classes.
reveal_type(Other.attr)  # R: Other
reveal_type(Other().attr.attr.name)  # R: str
Other.update_item(updates={Character.attr.age: "y"})
