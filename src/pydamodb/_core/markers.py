"""Marks: metadata in a field's `Annotated` that describe its attribute in the table.

A mark is given as its class or as an instance, `Annotated[str, PartitionKey]` or `Annotated[str, PartitionKey()]`. A
field may have several marks. `_models/declared_keys.py` reads the marks of keys, `_codec/annotations.py` TimeToLive
and Vector, `_codec/field_names.py` Attribute, and `_codec/types.py` Version, CreatedAt and UpdatedAt.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any, TypeAlias, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.vectors import MOST_DIMENSIONS, rounded, vector_problem

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
LAST_SECOND = 20_000_000_000  # Pydantic reads greater numbers as milliseconds.


_NO_DIMENSIONS = "Vector takes the number of dimensions: Annotated[list[float], Vector(1536)]"


def _check_index_name(mark: PartitionKey | SortKey) -> None:
    index: object = mark.index
    if not (index is None or (isinstance(index, str) and index)):
        name = type(mark).__name__
        raise ConfigurationError(f"{name}(index=...) takes an index name, got {index!r}; use {name} for the table")


@dataclass(frozen=True)
class PartitionKey:
    """The field is the partition key of the table: `name: Annotated[str, PartitionKey]`.

    With `index`, the field is the partition key of that global secondary index. If several fields have the same mark,
    they form the key together, in the order of their declaration.
    """

    index: str | None = None

    def __post_init__(self) -> None:
        _check_index_name(self)


@dataclass(frozen=True)
class SortKey:
    """The field is the sort key of the table: `created_at: Annotated[datetime, SortKey]`.

    With `index`, the field is the sort key of that index, or a part of it. An index without a `PartitionKey` is a
    local secondary index. It has the partition key of the table.
    """

    index: str | None = None

    def __post_init__(self) -> None:
        _check_index_name(self)


@dataclass(frozen=True)
class Attribute:
    """The field is stored under this name: `user_id: Annotated[str, Attribute("pk")]`.

    Without this mark, the attribute is named as `model_dump()` names it: by the field, or by its alias if the model has
    the setting `serialize_by_alias`.

    Args:
        name: The name of the attribute, a string of at least one character.
    """

    name: str

    def __post_init__(self) -> None:
        given: object = self.name
        if not (isinstance(given, str) and given):
            raise ConfigurationError(f"Attribute(name) takes the name of an attribute, got {given!r}")


@dataclass(frozen=True)
class TimeToLive:
    """DynamoDB may delete the item at this time: `expires_at: Annotated[datetime | None, TimeToLive] = None`.

    The value is stored as whole seconds since 1970. Validation drops fractions of a second and converts to UTC. It
    refuses a value without a time zone, or outside of the years 1970 to 2603.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate by the field's type, then convert to the value that is stored."""
        return core_schema.no_info_after_validator_function(_whole_seconds, handler(source))


def _whole_seconds(value: Any) -> Any:
    if not isinstance(value, datetime):  # None, or a type that is refused when the model's keys are read
        return value
    if value.utcoffset() is None:
        message = "A time to live needs a time zone. Use datetime.now(timezone.utc), for example"
        raise PydanticCustomError("time_to_live_naive", message)
    if not timedelta(0) <= value - EPOCH < timedelta(seconds=LAST_SECOND + 1):
        message = "A time to live must be in the years 1970 to 2603. Use None for an item that never expires"
        raise PydanticCustomError("time_to_live_range", message)
    return value.astimezone(timezone.utc).replace(microsecond=0)


@dataclass(frozen=True)
class Version:
    """The field counts the writes of its item, so that no write is lost: `version: Annotated[int, Version] = 0`.

    `save`, `update` and `delete` of an instance require the version that the instance was read with. They raise
    VersionConflictError if the stored version is another one. Version 0 means that the item is not stored yet. These
    methods and `update_item` increase the version by one.
    """


@dataclass(frozen=True)
class Vector:
    """The field is a vector, for vector indexes: `look: Annotated[list[float] | None, Vector(1536)] = None`.

    Validation takes so many finite numbers, also as an array of numpy. It rounds them to 32 bits, as vector indexes
    have them, and to the shortest decimal number with these bits. A field that may be None has the default None: then
    the item has no vector, and is not in the index.

    Args:
        dimensions: How many numbers a vector has, from 1 to 4096.
    """

    dimensions: int

    def __post_init__(self) -> None:
        given: object = self.dimensions
        if type(given) is not int or not 1 <= given <= MOST_DIMENSIONS:
            message = f"Vector(dimensions) takes a whole number from 1 to {MOST_DIMENSIONS:,}, got {given!r}"
            raise ConfigurationError(message)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler | None = None) -> CoreSchema:
        """Validate by the field's type, then round."""
        if handler is None:  # Pydantic has called it on the class
            raise ConfigurationError(_NO_DIMENSIONS)
        schema: Any = handler(source)
        is_nullable = schema["type"] == "nullable"  # then inside of it, where readers of items look
        around: Any = {**schema, "schema": self._around(schema["schema"])} if is_nullable else self._around(schema)
        return cast("CoreSchema", around)

    def _around(self, schema: Any) -> Any:
        after = core_schema.no_info_after_validator_function(partial(_rounded, self.dimensions), schema)
        return core_schema.no_info_before_validator_function(as_list, after)


def _rounded(dimensions: int, value: Any) -> Any:
    if problem := vector_problem(value, dimensions):
        raise PydanticCustomError("vector", "{problem}", {"problem": problem[0].upper() + problem[1:]})
    return type(value)(rounded(value))


def as_list(value: Any) -> Any:
    """Return an array of numpy as a list, anything else unchanged."""
    return value.tolist() if hasattr(value, "tolist") else value


@dataclass(frozen=True)
class CreatedAt:
    """The field has the time at which its item was created: `created_at: Annotated[datetime | None, CreatedAt] = None`.

    `save` of an instance whose field is None sets the time, and is not done if the item has one already. A known time
    stays. `update_item` sets it only if the item has none.
    """


@dataclass(frozen=True)
class UpdatedAt:
    """The field has the time of the last write: `updated_at: Annotated[datetime | None, UpdatedAt] = None`.

    `save`, `update` and `update_item` set it, and so do batches and transactions.
    """


Mark: TypeAlias = PartitionKey | SortKey | Attribute | TimeToLive | Version | Vector | CreatedAt | UpdatedAt
_MARKS = (PartitionKey, SortKey, Attribute, TimeToLive, Version, Vector, CreatedAt, UpdatedAt)
_CLASSES = frozenset[Any](_MARKS)


def marks_among(metadata: tuple[Any, ...]) -> tuple[Mark, ...]:
    """Return the marks in the metadata of a field, all as instances."""
    if any(each is Attribute for each in metadata):
        raise ConfigurationError('Attribute takes the name of the attribute: Annotated[str, Attribute("pk")]')
    given = (each() if isinstance(each, type) and each in _CLASSES else each for each in metadata)
    return tuple(each for each in given if isinstance(each, _MARKS))
