"""From the type of a field to the format of its part in a key, and the fields that are constant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from pydantic import NaiveDatetime

from pydamodb._codec.attribute_values import Unstorable, encode
from pydamodb._codec.hints import options_of, unwrap
from pydamodb._codec.part_formats import BadFormat, PartFormat
from pydamodb._codec.part_numbers import decimal_numbers, plain_numbers, whole_numbers
from pydamodb._codec.part_texts import booleans, texts, uuids
from pydamodb._codec.part_times import dates, naive_times, times, times_to_live
from pydamodb._codec.serializers import field_infos
from pydamodb._codec.types import RecordSchema, StorageType, StoredField

_Make = Callable[[str], PartFormat]
# Pydantic's own classes have no base, and are compared by name: to import them takes time.
_PYDANTIC: Mapping[str, type] = {
    "AwareDatetime": datetime,
    "PastDatetime": datetime,
    "FutureDatetime": datetime,
    "PastDate": date,
    "FutureDate": date,
    "EmailStr": str,
}


def part_format(storage: StorageType, spec: str, separator: str) -> PartFormat:
    """Return the format of the values of a type, before a separator; raise BadFormat if there is none."""
    if storage.expires:
        return times_to_live(spec)
    return _format_of(_type_of(storage), spec, separator)


def bare_type(storage: StorageType) -> str | None:
    """Return the data type of values that a key attribute has as they are, None for those that it has as text."""
    data_types = {"N"} if storage.expires else _data_types(_type_of(storage))
    return data_types.pop() if data_types in ({"N"}, {"B"}) else None


def _type_of(storage: StorageType) -> Any:
    """Return the type of the values that are not None: a class, or a Literal."""
    inner, _ = unwrap(storage.annotation, ())
    if options := [option for option in options_of(inner) if option is not type(None)]:
        if len(options) > 1:
            raise BadFormat("its type is a union, and a part of a key has one type")
        inner, _ = unwrap(options[0], ())
    if storage.custom:
        raise BadFormat("it has its own serializer, so its stored form is not known")
    name = getattr(inner, "__name__", "") if getattr(inner, "__module__", "").startswith("pydantic.") else ""
    return _PYDANTIC.get(name, inner)


def _data_types(kind: Any) -> set[str]:
    values = [*kind] if isinstance(kind, type) and issubclass(kind, Enum) else get_args(kind)
    if isinstance(kind, type) and not issubclass(kind, Enum):
        return {"N"} if kind in {int, float, Decimal} else {"B"} if kind is bytes else {"S"}
    try:
        return {data_type for value in values for data_type in encode(value)}
    except Unstorable:
        return set()


def _format_of(kind: Any, spec: str, separator: str) -> PartFormat:
    makers: dict[Any, _Make] = {
        str: partial(texts, separator=separator),
        int: whole_numbers,
        float: decimal_numbers,
        Decimal: decimal_numbers,
        bool: booleans,
        UUID: uuids,
        date: dates,
        datetime: times,
        NaiveDatetime: naive_times,
    }
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return _format_of(_type_of_values(kind), spec, separator)
    if kind in {int, float, Decimal} and not spec:
        return plain_numbers(is_whole=kind is int)
    make = makers.get(kind) if isinstance(kind, type) or kind is NaiveDatetime else None
    if make is None:
        raise BadFormat(f"{getattr(kind, '__name__', kind)} is not a type that keys are made of")
    return make(spec)


def _type_of_values(kind: Any) -> type:
    """Return the one type of the values of an Enum or a Literal."""
    values: list[Any] = [*(get_args(kind) or kind)]
    kinds: set[type[Any]] = {type(each.value if isinstance(each, Enum) else each) for each in values}
    if len(kinds) != 1:
        raise BadFormat("its values are not of one type")
    return kinds.pop()


def constants_of(schema: RecordSchema) -> Mapping[str, str]:
    """Return the fields that say what kind of item this is, `kind: Literal["order"] = "order"`, with their texts."""
    found = ((field.name, _constant(schema.record, field)) for field in schema.fields.values())
    return {name: text for name, text in found if text is not None}


def _constant(model: type, field: StoredField) -> str | None:
    inner, _ = unwrap(field.storage.annotation, ())
    values = get_args(inner) if get_origin(inner) is Literal else ()
    if len(values) != 1 or type(values[0]) is not str or field.computed or not field.stored or not values[0]:
        return None
    return values[0] if field_infos(model)[field.name].default == values[0] else None
