"""Marks on fields, declared indexes and records of streams: what all type checkers agree on, without a plugin."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import computed_field
from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    Condition,
    CreatedAt,
    Field,
    GlobalIndex,
    LocalIndex,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    StreamRecord,
    TimeToLive,
    UpdatedAt,
    Version,
    VersionConflictError,
)


class Character(PrimaryKeyAndSortKeyModel[str, datetime]):
    pydamo_config = PydamoConfig(
        table="characters",
        indexes=[
            GlobalIndex("occupation-index", partition_key="occupation"),
            GlobalIndex("place-index", partition_key=["country", "city"], sort_key=("born",), projection="KEYS_ONLY"),
            LocalIndex("age-index", sort_key="age"),
        ],
    )

    name: Attr[Annotated[str, PartitionKey]]
    created: Annotated[Attr[datetime], SortKey]
    born: Attr[Annotated[date | None, SortKey(index="born-index"), PartitionKey("birthday-index")]] = Field(default=None)
    expires_at: Attr[Annotated[datetime, TimeToLive] | None] = Field(default=None)
    ends_at: Annotated[Attr[datetime | None], TimeToLive()] = Field(default=None)
    age: Attr[int] = Field(default=0)
    version: Attr[Annotated[int, Version]] = Field(default=0)
    created_at: Attr[Annotated[datetime | None, CreatedAt]] = Field(default=None)
    updated_at: Annotated[Attr[datetime | None], UpdatedAt()] = Field(default=None)

    @computed_field
    @property
    def label(self) -> Annotated[str, PartitionKey(index="label-index")]:
        return self.name


class PlainCharacter(PrimaryKeyModel):
    name: Annotated[str, PartitionKey]
    uid: Annotated[UUID, PartitionKey(index="uid-index")]
    expires_at: Annotated[datetime | None, TimeToLive] = None
    version: Annotated[int, Version] = 0
    created_at: Annotated[datetime | None, CreatedAt] = None
    updated_at: Annotated[datetime | None, UpdatedAt] = None

    @computed_field
    @property
    def label(self) -> Annotated[str, SortKey(index="uid-index")]:
        return self.name


class AsyncCharacter(AsyncPrimaryKeyModel[str]):
    name: Attr[Annotated[str, PartitionKey]]


def condition(_: Condition) -> None: ...


def strict(character: Character, now: datetime) -> None:
    reveal_type(character.name)  # R: str
    reveal_type(character.created)  # R: datetime
    reveal_type(character.born)  # R: date | None
    reveal_type(character.expires_at)  # R: datetime | None
    reveal_type(character.label)  # R: str
    reveal_type(Character.attr.name)  # R: ExpressionField[str]
    reveal_type(Character.attr.created)  # R: ExpressionField[datetime]
    reveal_type(Character.attr.born)  # R: ExpressionField[date | None]
    reveal_type(Character.attr.expires_at)  # R: ExpressionField[datetime | None]
    reveal_type(Character.attr.ends_at)  # R: ExpressionField[datetime | None]
    Character(name="Homer", created=now, expires_at=now, born=None)
    Character(created=now)  # E
    condition(Character.attr.expires_at < now)
    condition(Character.attr.expires_at < "x")  # E
    Character.get_item("Homer", now)
    Character.get_item("Homer", "now")  # E
    Character.query("Homer", sort_key_condition=Character.attr.created > now)
    character.expires_at = now
    character.expires_at = "now"  # E


def plain(character: PlainCharacter, now: datetime, uid: UUID) -> None:
    reveal_type(character.name)  # R: str
    reveal_type(character.uid)  # R: UUID
    reveal_type(character.expires_at)  # R: datetime | None
    reveal_type(character.label)  # R: str
    PlainCharacter(name="Homer", uid=uid, expires_at=now)
    PlainCharacter(uid=uid)  # E
    condition(PlainCharacter.attr.expires_at < now)
    reveal_type(PlainCharacter.attr(lambda character: character.expires_at))  # R: ExpressionField[datetime | None]


def streams(record: dict[str, Any]) -> None:
    read = Character.from_stream_record(record)
    reveal_type(read)  # R: StreamRecord[Character]
    reveal_type(read.new_image)  # R: Character | None
    reveal_type(read.keys)  # R: dict[str, Any]
    reveal_type(read.approximate_creation_time)  # R: datetime | None
    reveal_type(AsyncCharacter.from_stream_record(record).old_image)  # R: AsyncCharacter | None
    any_record: StreamRecord[PrimaryKeyAndSortKeyModel[Any, Any]] = read
    if any_record.event_name == "INSERT":
        read.sequence_number.upper()
    read.new_image.name  # E
    read.new_image = None  # E
    Character.from_stream_record(3)  # E


def versions(character: Character, conflict: VersionConflictError) -> None:
    reveal_type(character.version)  # R: int
    reveal_type(Character.attr.version)  # R: ExpressionField[int]
    reveal_type(conflict.expected_version)  # R: int
    reveal_type(conflict.actual_version)  # R: int | None


def times(character: Character, plain: PlainCharacter, now: datetime) -> None:
    reveal_type(character.created_at)  # R: datetime | None
    reveal_type(plain.updated_at)  # R: datetime | None
    reveal_type(Character.attr.created_at)  # R: ExpressionField[datetime | None]
    condition(Character.attr.updated_at > now)
    Character(name="Homer", created=now, created_at=now)
    condition(Character.attr.updated_at > "x")  # E
    PydamoConfig(table="characters", clock=lambda: now)
    PydamoConfig(table="characters", clock=now)  # E
    PydamoConfig(table="characters", clock=lambda: "x")  # E


CreatedAt("x")  # E
UpdatedAt(3)  # E
PartitionKey(index=3)  # E
SortKey(b"x")  # E
TimeToLive("x")  # E
Version(3)  # E
GlobalIndex("index")  # E
GlobalIndex("index", partition_key=3)  # E
GlobalIndex("index", partition_key="a", projection="NONE")  # E
LocalIndex("index", sort_key=["a"])  # E
PydamoConfig(table="characters", indexes=["index"])  # E
