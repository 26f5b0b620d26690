"""Serializers that stand on a class itself: which fields they write."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any, Final, Literal

from pydantic import BaseModel

APPLIED = {"always", "unless-none"}


def dataclass_fields(record: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(record) if dataclasses.is_dataclass(record) else ()


class _AllFields(Enum):
    ALL_FIELDS = "all fields"


ALL_FIELDS: Final = _AllFields.ALL_FIELDS


def decorators_of(record: type) -> Any:
    """Return what Pydantic keeps of the decorators in a class; None if the class is none of Pydantic's.

    Pydantic documents `__pydantic_decorators__` as an attribute of its classes, but not what is in it, and has no other
    way to ask for serialisers. Should it go, an empty object stands for it, and whoever looks into it falls back.
    """
    if not hasattr(record, "__pydantic_validator__"):
        return None
    return getattr(record, "__pydantic_decorators__", object())


def class_serialized_fields(record: type) -> frozenset[str] | Literal[_AllFields.ALL_FIELDS]:
    """Name the fields that a serialiser on the class itself writes.

    Where Pydantic does not tell, all fields count: they are encoded by their values, and never doubted.
    """
    decorators = decorators_of(record)
    if decorators is None:
        return frozenset()
    try:
        if any(each.info.when_used in APPLIED for each in decorators.model_serializers.values()):
            return ALL_FIELDS
        serialisers = [each.info for each in decorators.field_serializers.values()]
        named = {name for info in serialisers if info.when_used in APPLIED for name in info.fields}
    except AttributeError:
        return ALL_FIELDS
    return _all_names(record) if "*" in named else frozenset(named)


def _all_names(record: type) -> frozenset[str]:
    if issubclass(record, BaseModel):
        return frozenset((*record.model_fields, *record.model_computed_fields))
    return frozenset(each.name for each in dataclass_fields(record))
