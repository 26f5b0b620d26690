"""Marks: what a field's `Annotated` metadata says of its attribute in the table.

A mark is given as its class or as an instance, `Annotated[str, PartitionKey]` or `Annotated[str, PartitionKey()]`, and
a field may have several. What follows from marks is found in `_declared_keys.py` (keys) and `_compile.py` (form).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.lazy_dataclass import dataclass

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Pydantic takes greater numbers for milliseconds.
LAST_SECOND = 20_000_000_000


def _check_index(mark: PartitionKey | SortKey) -> None:
    index: object = mark.index
    if not (index is None or (isinstance(index, str) and index)):
        name = type(mark).__name__
        raise ConfigurationError(f"{name}(index=...) takes the name of an index, got {index!r}; {name} is the table's")


@dataclass(frozen=True)
class PartitionKey:
    """The field is the partition key of the table: `name: Annotated[str, PartitionKey]`.

    With `index`, it is (a part of) the partition key of that global secondary index; several fields are its parts in
    the order in which they are declared.
    """

    index: str | None = None

    def __post_init__(self) -> None:
        """Check what was given."""
        _check_index(self)


@dataclass(frozen=True)
class SortKey:
    """The field is the sort key of the table: `created_at: Annotated[datetime, SortKey]`.

    With `index`, it is (a part of) the sort key of that index. An index without a `PartitionKey` is a local secondary
    index, and has the partition key of the table.
    """

    index: str | None = None

    def __post_init__(self) -> None:
        """Check what was given."""
        _check_index(self)


@dataclass(frozen=True)
class TimeToLive:
    """The field says when DynamoDB may delete the item: `expires_at: Annotated[datetime | None, TimeToLive] = None`.

    It is stored as whole seconds since 1970. Validation drops fractions of a second, brings the value to UTC, and
    refuses one without a time zone, or outside of the years 1970 to 2603.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as the field's type does, then bring the value to what is stored."""
        return core_schema.no_info_after_validator_function(_whole_seconds, handler(source))


def _whole_seconds(value: Any) -> Any:
    if not isinstance(value, datetime):  # None, or a type that the model's class is refused for
        return value
    if value.utcoffset() is None:
        message = "A time to live needs a time zone, such as datetime.now(timezone.utc) has"
        raise PydanticCustomError("time_to_live_naive", message)
    if not timedelta(0) <= value - EPOCH < timedelta(seconds=LAST_SECOND + 1):
        message = "A time to live lies in the years 1970 to 2603; leave it out (None) for an item that never expires"
        raise PydanticCustomError("time_to_live_range", message)
    return value.astimezone(timezone.utc).replace(microsecond=0)


@dataclass(frozen=True)
class Version:
    """The field counts the writes of its item, so that none overwrites another: `version: Annotated[int, Version] = 0`.

    `save`, `update` and `delete` of an instance need the version that the instance was read with, and raise
    VersionConflictError if the item has another one; 0 stands for an item that is not stored yet. They, and
    `update_item`, count the version up.
    """


Mark: TypeAlias = PartitionKey | SortKey | TimeToLive | Version
_MARKS = (PartitionKey, SortKey, TimeToLive, Version)


def marks_among(metadata: tuple[Any, ...]) -> tuple[Mark, ...]:
    """Return the marks in the metadata of a field, all as instances."""
    classes: dict[Any, type[Mark]] = {mark: mark for mark in _MARKS}
    given = (classes[each]() if isinstance(each, type) and each in classes else each for each in metadata)
    return tuple(each for each in given if isinstance(each, _MARKS))
