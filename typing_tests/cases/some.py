"""What only some type checkers can do, and why."""

from decimal import Decimal
from typing import Annotated

import pydantic
from pydantic import BaseModel

from pydamodb import Attr, Condition, Field, PrimaryKeyModel, PydamoConfig


class Address(BaseModel):
    city: str


class Character(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table="characters")

    name: Attr[str]
    age: Attr[int]
    address: Attr[Address]
    salary: Attr[Decimal] = Field(default=Decimal(0))


class PlainCharacter(PrimaryKeyModel):
    name: str
    age: int


def condition(*_: Condition) -> None: ...


homer = Character(name="Homer", age=39, address=Address(city="x"))

# topic: a wrong value in a mapping, all fields of one type
Character.update_item("Homer", updates={Character.attr.age: "x"})  # E

# topic: a wrong value in a mapping of several types
Character.update_item("Homer", updates={Character.attr.age: "x", Character.attr.name: "x"})  # E
