"""Fields of types that are stored as text, maps with keys of any type, and functions that take a field."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv6Network
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from pydantic import AnyUrl, BaseModel, HttpUrl, PostgresDsn, SecretStr
from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    Condition,
    ConditionCheckFailedError,
    Field,
    FieldOf,
    PrimaryKeyModel,
    VersionConflictError,
)


class Status(str, Enum):
    OPEN = "open"


class Color(Enum):
    RED = "red"


class Part(BaseModel):
    count: int


class Host(PrimaryKeyModel[UUID]):
    id: Attr[UUID]
    url: Attr[HttpUrl]
    any_url: Attr[AnyUrl | None] = Field(default=None)
    database: Attr[PostgresDsn]
    folder: Attr[Path]
    file: Attr[PurePosixPath | None] = Field(default=None)
    address: Attr[IPv4Address]
    network: Attr[IPv6Network]
    secret: Attr[SecretStr]
    status: Attr[Status]
    born: Attr[datetime]
    seen: Attr[datetime | None] = Field(default=None)
    day: Attr[date]
    count: Attr[int]
    rate: Attr[float]
    price: Attr[Decimal]
    by_status: Attr[dict[Status, int]] = Field(default_factory=dict)
    by_color: Attr[dict[Color, Part] | None] = Field(default=None)
    by_id: Attr[dict[UUID, list[str]]] = Field(default_factory=dict)
    by_number: Attr[dict[int, str]] = Field(default_factory=dict)
    by_name: Attr[dict[str, Part]] = Field(default_factory=dict)
    tags: Attr[list[str]] = Field(default_factory=list)


class AsyncHost(AsyncPrimaryKeyModel[UUID]):
    id: Attr[UUID]
    url: Attr[HttpUrl | None] = Field(default=None)
    seen: Attr[datetime]
    by_status: Attr[dict[Status, int]] = Field(default_factory=dict)


class PlainHost(PrimaryKeyModel):
    id: UUID
    url: HttpUrl
    born: datetime
    by_color: dict[Color, Part]


attr = Host.attr
plain = PlainHost.attr
conditions: list[Condition] = []

conditions.append(attr.id.begins_with("0a"))
conditions.append(attr.url.begins_with("https://"))
conditions.append(attr.any_url.begins_with("https://"))
conditions.append(attr.database.begins_with("postgres://"))
conditions.append(attr.folder.begins_with("/srv"))
conditions.append(attr.file.begins_with("/srv"))
conditions.append(attr.address.begins_with("10."))
conditions.append(attr.network.begins_with("fe80:"))
conditions.append(attr.secret.begins_with("sk-"))
conditions.append(attr.status.begins_with("o"))
conditions.append(attr.id.contains("0a"))
conditions.append(attr.url.contains("example"))
conditions.append(attr.any_url.contains("example"))
conditions.append(attr.database.contains("@"))
conditions.append(attr.folder.contains("srv"))
conditions.append(attr.file.contains("srv"))
conditions.append(attr.address.contains(".0."))
conditions.append(attr.network.contains("::"))
conditions.append(attr.secret.contains("-"))
conditions.append(AsyncHost.attr.id.begins_with("0a"))
conditions.append(AsyncHost.attr.url.contains("example"))
conditions.append(plain.id.begins_with("0a"))
conditions.append(plain.url.contains("example"))

# topic: `begins_with` and `contains` of text that is no text
attr.id.begins_with(UUID(int=1))  # E
attr.url.contains(3)  # E
attr.folder.begins_with(Path("/srv"))  # E
attr.address.contains(IPv4Address(1))  # E
attr.count.begins_with("1")  # E
attr.rate.contains("1")  # E

reveal_type(attr.by_status["open"])  # R: ExpressionField[int]
reveal_type(attr.by_status[Status.OPEN])  # R: ExpressionField[int]
reveal_type(attr.by_color["red"])  # R: ExpressionField[Part]
reveal_type(attr.by_color[Color.RED])  # R: ExpressionField[Part]
reveal_type(attr.by_id["0a"])  # R: ExpressionField[list[str]]
reveal_type(attr.by_id[UUID(int=1)][0])  # R: ExpressionField[str]
reveal_type(AsyncHost.attr.by_status[Status.OPEN])  # R: ExpressionField[int]
reveal_type(attr.by_number[7])  # R: ExpressionField[str]
reveal_type(attr.by_number["7"])  # R: ExpressionField[str]
reveal_type(attr.by_name["x"])  # R: ExpressionField[Part]
reveal_type(attr.by_color[Color.RED](lambda part: part.count))  # R: ExpressionField[int]
conditions.append(plain.by_color["red"].exists())
conditions.append(plain.by_color[Color.RED].exists())

# topic: a key of another type in a path
attr.by_name[7]  # E
attr.by_color[7]  # E
attr.by_status[Color.RED]  # E
attr.by_number[Color.RED]  # E
attr.tags["x"]  # E


def older(field: FieldOf[datetime]) -> Condition:
    return (field < datetime(2020, 1, 1)) | field.between(datetime(2021, 1, 1), datetime(2022, 1, 1))


def known(field: FieldOf[Any]) -> Condition:
    return field.exists() & (field.size() > 0)


def named(field: FieldOf[str], *names: str) -> Condition:
    return field.begins_with("a") | field.contains("b") | field.in_(*names) | (field == names[0])


def since(field: FieldOf[date | None], day: date) -> Condition:
    return (field == None) | (field >= day)  # noqa: E711


def costly(field: FieldOf[Decimal]) -> Condition:
    return field > 100


conditions.append(older(attr.born))
conditions.append(older(AsyncHost.attr.seen))
conditions.append(since(attr.day, date(2020, 1, 1)))
conditions.append(since(attr.seen, date(2020, 1, 1)))
conditions.append(since(attr.born, date(2020, 1, 1)))
conditions.append(named(attr.tags[0], "x"))
conditions.append(named(attr.status, "open"))
conditions.append(costly(attr.price))
conditions.append(known(attr.count))
conditions.append(older(plain.born))
fields: list[FieldOf[date | None]] = [attr.born, attr.seen, attr.day]

# topic: a function that takes a field of another type
older(attr.count)  # E
older(attr.seen)  # E
older(AsyncHost.attr.id)  # E
older(datetime(2020, 1, 1))  # E
named(attr.count, "x")  # E
costly(attr.rate)  # E


# topic: a wrong operand in a function that takes a field
def wrong(field: FieldOf[datetime]) -> Condition:
    return field < "2020"  # E


def wrong_number(field: FieldOf[int]) -> Condition:
    return field.begins_with("2")  # E


def shown(error: ConditionCheckFailedError, conflict: VersionConflictError) -> None:
    reveal_type(error.condition)  # R: Condition | None
    reveal_type(error.item)  # R: BaseModel | None
    reveal_type(conflict.item)  # R: BaseModel | None
    if isinstance(error.item, Host):
        reveal_type(error.item.born)  # R: datetime
    elif isinstance(error.item, (AsyncHost, PlainHost)):
        reveal_type(error.item.id)  # R: UUID


# topic: an attribute of the item of a failed condition, whose model is not known
def guessed(error: ConditionCheckFailedError) -> None:
    error.item.born  # E
