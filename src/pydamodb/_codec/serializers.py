"""What a class declares: its fields, and which of them its serializers write."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal, get_type_hints

import pydantic
from pydantic import BaseModel
from pydantic.fields import FieldInfo

APPLIED = {"always", "unless-none"}


class _AllFields(Enum):
    ALL_FIELDS = "all fields"


ALL_FIELDS: Final = _AllFields.ALL_FIELDS


def dataclass_fields(record: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(record) if dataclasses.is_dataclass(record) else ()


def field_infos(record: Any) -> Mapping[str, FieldInfo]:
    """Return what Pydantic knows of the fields of a class; nothing if the class is not Pydantic's."""
    return record.model_fields if issubclass(record, BaseModel) else getattr(record, "__pydantic_fields__", {})


def may_change_values(record: type) -> bool:
    """Return True if a dataclass may change its values on construction, or stores more than its fields."""
    hooks = hasattr(record, "__post_init__") or any(not each.init for each in dataclass_fields(record))
    has_computed = bool(getattr(decorators_of(record), "computed_fields", None))
    return dataclasses.is_dataclass(record) and (hooks or has_computed)


def decorators_of(record: type) -> Any:
    """Return Pydantic's decorators of a class, None if the class is not Pydantic's.

    Pydantic documents that its classes have `__pydantic_decorators__`, but not its content. There is no other way to
    find serializers. If a release removes it, an empty object replaces it, and callers expect missing attributes.
    """
    if not hasattr(record, "__pydantic_validator__"):
        return None
    return getattr(record, "__pydantic_decorators__", object())


def _with_serializers(record: type) -> set[str]:
    """Return the names of the fields whose annotations have serializers that are used."""
    kinds: Any = (pydantic.PlainSerializer, pydantic.WrapSerializer)  # Pydantic loads them when they are first used
    marks = ((name, mark) for name, info in field_infos(record).items() for mark in info.metadata)
    return {name for name, mark in marks if isinstance(mark, kinds) and mark.when_used in APPLIED}


def written_type(record: type, name: str) -> object:
    """Return the type that the serializer in the annotation of a field says it returns; None if it does not say one."""
    kind: Any = pydantic.PlainSerializer  # Pydantic loads it when it is first used
    info = field_infos(record).get(name)
    found = [mark for mark in info.metadata if isinstance(mark, kind) and mark.when_used in APPLIED] if info else []
    if not found:
        return None
    if isinstance(found[-1].return_type, type):
        return found[-1].return_type
    try:
        return get_type_hints(found[-1].func).get("return")
    except (TypeError, NameError):  # a `partial`, or a name that only type checkers know
        return None


def class_serialized_fields(record: type) -> frozenset[str] | Literal[_AllFields.ALL_FIELDS]:
    """Return the names of the fields that a serializer on the class writes.

    The result is `ALL_FIELDS` if it is not known: the values are then encoded by their own types.
    """
    decorators = decorators_of(record)
    if decorators is None:
        return frozenset()
    try:
        if any(each.info.when_used in APPLIED for each in decorators.model_serializers.values()):
            return ALL_FIELDS
        serializers = [each.info for each in decorators.field_serializers.values()]
        named = {name for info in serializers if info.when_used in APPLIED for name in info.fields}
        unused = {name for info in serializers if info.when_used not in APPLIED for name in info.fields}
        if unused:  # one for JSON only may replace the serializer of an annotation
            named |= {name for name in _with_serializers(record) if unused & {name, "*"}}
    except AttributeError:
        return ALL_FIELDS
    if "*" not in named:
        return frozenset(named)
    if issubclass(record, BaseModel):
        return frozenset((*record.model_fields, *record.model_computed_fields))
    return frozenset(each.name for each in dataclass_fields(record))
