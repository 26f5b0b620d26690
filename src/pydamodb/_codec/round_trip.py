"""Prepares stored data for Pydantic, and checks ambiguous values by a round trip.

Most annotations determine how their values are stored and read. Some do not: `Any`, most unions, a class with
subclasses. A value may also be of another type than its annotation. Such values are encoded, decoded and validated
before they are sent. A value is refused if the result is not equal.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias, cast
from uuid import UUID

import pydantic
from pydantic import BaseModel

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.field_names import FieldNames, Place
from pydamodb._codec.types import ANY, Mismatch, RecordSchema, StorageType


def restore(storage: StorageType, value: Any) -> Any:
    """Remove computed fields from decoded data, add empty sets, and rename for validation, in place."""
    if storage.options:
        restore(_option_of(storage.options, value), value)
    elif isinstance(value, dict):
        if storage.schema is not None:
            restore_record(storage.schema(), value)
        elif storage.kind == "map":
            for element in value.values():
                restore(storage.elements[0], element)
    elif isinstance(value, list) and storage.kind in {"sequence", "tuple"}:
        for index, element in enumerate(value):
            restore(storage.element_at(index), element)
    return value


def _option_of(options: tuple[StorageType, ...], value: Any) -> StorageType:
    """Return the first option of a union that may have been stored as the value, ANY if there is none.

    A record may have been stored with attributes that it does not know, by a newer release. If no option fits without
    them, it is the record that knows the most of what is stored.
    """
    larger: list[tuple[int, StorageType]] = []
    for option in options:
        schema = None if option.schema is None else option.schema()
        if schema is None:
            is_fitting = option.kind == "map" if isinstance(value, dict) else option.kind in {"sequence", "tuple"}
        else:
            is_fitting = isinstance(value, dict) and schema.required <= value.keys() <= schema.by_attribute.keys()
            if isinstance(value, dict) and schema.required <= value.keys() and not schema.closed:
                larger.append((len(value.keys() & schema.by_attribute.keys()), option))
        if is_fitting:
            return option
    return max(larger, key=lambda found: found[0], default=(0, ANY))[1]


def restore_record(schema: RecordSchema, data: dict[str, Any], *, whole: bool = True) -> None:
    """Do so for a record. If it is not `whole` (an index has some attributes only), no empty sets are added."""
    for attribute in schema.strips:
        data.pop(attribute, None)
    for attribute in schema.fills if whole else ():
        if not any(value_at(data, place) is not ... for place in schema.other_places.get(attribute, ())):
            data.setdefault(attribute, set())
    for field in schema.fields.values():
        if not field.computed:
            restore(field.storage, data.get(field.attribute))
            for place in schema.other_places.get(field.attribute, ()):
                restore(field.storage, value_at(data, place))
    if schema.renamed:
        _rename(schema.renamed, data)


def value_at(data: Any, place: Place) -> Any:
    """Return what is at a place, an ellipsis if nothing is."""
    with suppress(KeyError, IndexError, TypeError):
        for step in place:
            data = data[step]
        return data
    return ...


def _rename(renamed: Mapping[str, FieldNames], data: dict[str, Any]) -> None:
    """Put attributes where validation looks for them. They may exchange their names."""
    values = {attribute: data.pop(attribute) for attribute in renamed if attribute in data}
    for attribute in values:
        for name in renamed[attribute].hidden:
            data.pop(name, None)
    for attribute, value in values.items():
        *outer, last = renamed[attribute].fed
        place: Any = data
        for step in outer:
            inside = place.get(step)
            if not isinstance(inside, dict):  # Pydantic finds the steps of an AliasPath in a dict, too
                inside = place[step] = dict(enumerate(inside)) if isinstance(inside, list) else {}
            place = inside
        place[last] = value


def encode_with_round_trip(
    storage: StorageType, dumped: Any, original: Any, read: Callable[[Any], Any] | None = None
) -> AttributeValue:
    """Encode a value, read it back as from the table, and refuse it if the result is another value.

    It is read by its annotation, or by `read` if the model has validators of its field.

    If the value is not of the annotated type (an int in a Decimal field), the result is stored instead. It is equal,
    and its type is the one that conditions use.
    """
    try:
        encoded, mismatch = storage.encode(dumped), None
    except Mismatch as error:
        encoded, mismatch = attribute_values.encode(dumped), error
    try:
        stored = restore(storage, attribute_values.decode(encoded))
        back = storage.adapter.validate_python(stored, strict=False) if read is None else read(stored)
    except Exception as error:  # noqa: BLE001 - a validator of the user may raise anything
        what = mismatch.reason if mismatch else f"a value of type {type(original).__name__}"
        raise Unstorable(f"{what}, which cannot be read back: {first_problem(error)}") from None
    if difference := _difference(storage, original, back):
        reason = f"{mismatch.reason}; {difference.reason}" if mismatch else difference.reason
        raise Unstorable(reason, difference.path)
    if mismatch is None:
        return encoded
    try:
        return storage.encode(storage.adapter.dump_python(back, warnings=False))
    except Mismatch:
        return encoded  # a serializer of its own returns another type


def reads_back(storage: StorageType, encoded: AttributeValue, value: Any) -> bool:
    """Return True if an encoded value is read back as an equal one."""
    try:
        back = storage.adapter.validate_python(attribute_values.decode(encoded), strict=False)
    except Exception:  # noqa: BLE001 - a user's validator may raise anything
        return False
    return _difference(storage, value, back) is None


def record_difference(schema: RecordSchema, one: Any, other: Any) -> _Difference | None:
    """Return the first difference between two records."""
    return _difference(StorageType(schema.record, attribute_values.encode, schema=lambda: schema), one, other)


def first_problem(error: Exception, *, below: int = 0) -> str:
    """Return Pydantic's first message and its location, without the value: a validator's own text may show it."""
    if not isinstance(error, pydantic.ValidationError):
        return f"a validator raises {type(error).__name__}"
    problem = error.errors(include_url=False)[0]
    text = f"refused ({problem['type']})" if shows(problem["msg"], problem["input"]) else problem["msg"]
    where = format_path(problem["loc"][below:])
    return f"{text} (at {where})" if where else text


def shows(text: str, value: Any, levels: int = 32, short: int = 3) -> bool:
    """Return True if a text contains a value, or a part of it. A short one is only looked for as a word."""
    if isinstance(value, BaseModel) or hasattr(value, "__dataclass_fields__"):
        value = getattr(value, "__dict__", {})
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        parts = value.values() if isinstance(value, Mapping) else value
        return levels == 0 or any(shows(text, part, levels - 1) for part in parts)
    shown, text = (value.decode(errors="ignore") if isinstance(value, bytes) else str(value)).lower(), text.lower()
    start, end = ("", "") if len(shown) > short else (r"(?<!\w)", r"(?!\w)")
    return bool(shown) and re.search(f"{start}{re.escape(shown)}{end}", text) is not None


def format_path(path: tuple[str | int, ...]) -> str:
    """Format a path as Python does."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


class _Difference(NamedTuple):
    path: tuple[str | int, ...]
    values: tuple[Any, Any]

    @property
    def reason(self) -> str:
        stored, read = (type(value).__name__ for value in self.values)
        other, remedy = f"one of type {read}", "annotate the field with the one type that it holds, "
        if stored == read:
            other, remedy = "another", f"let its validators leave a stored value as it is, {remedy}"
        return f"a value of type {stored} would be read back as {other}; {remedy}or give it a serializer"


def _difference(storage: StorageType, one: Any, other: Any) -> _Difference | None:
    """Return the first difference between two values."""
    if type(one) in _SIMPLE and type(one) is type(other) and one == other:
        return None
    if isinstance(one, OrderedDict) and len(one) > 1:  # older versions of Pydantic return it as a dict
        return _Difference((), (one, other))
    parts = _paired_parts(storage, one, other)
    if parts is None:
        same = _count_booleans(one) == _count_booleans(other) and _equal(one, other)
        return None if same else _Difference((), (one, other))
    for step, part_storage, part, other_part in parts:
        if found := _difference(part_storage, part, other_part):
            return _Difference((step, *found.path), found.values)
    return None


_Part: TypeAlias = "tuple[str | int, StorageType, Any, Any]"
_SEQUENCES = (list, tuple, deque)
_SIMPLE = {str, int, float, bool, bytes, Decimal, datetime, date, UUID, type(None)}


def _paired_parts(storage: StorageType, one: Any, other: Any) -> list[_Part] | None:
    """Pair the parts of two values of one kind, None if they must be compared as a whole."""
    mappings = isinstance(one, Mapping) and isinstance(other, Mapping)
    if mappings and storage.schema is None and one.keys() == other.keys():
        element = storage.elements[0] if storage.kind == "map" else ANY
        return [(str(key), element, value, other[key]) for key, value in one.items()]
    if any(isinstance(one, kind) and isinstance(other, kind) for kind in _SEQUENCES) and len(one) == len(other):
        known = storage if storage.kind in {"sequence", "tuple"} else ANY
        return [(index, known.element_at(index), *pair) for index, pair in enumerate(zip(one, other, strict=True))]
    if type(one) is not type(other) or not (isinstance(one, dict) or hasattr(one, "__dict__")):
        return None
    if storage.schema is not None:
        return _paired_fields(storage.schema(), one, other)
    if isinstance(one, BaseModel):
        stored = (name for name, info in type(one).model_fields.items() if not info.exclude)
        parts: list[_Part] = [(name, ANY, vars(one).get(name), vars(other).get(name)) for name in stored]
        return parts + _paired_extras(one, other)
    return None


def _paired_fields(schema: RecordSchema, one: Any, other: Any) -> list[_Part]:
    """Pair the fields of two records, and their values without a field."""
    mine, others = (value if isinstance(value, dict) else vars(value) for value in (one, other))
    stored = [field for field in schema.fields.values() if field.stored and not field.computed]
    parts: list[_Part] = [(each.name, each.storage, mine.get(each.name), others.get(each.name)) for each in stored]
    if isinstance(one, dict):
        parts += [(key, ANY, mine.get(key, ...), others.get(key, ...)) for key in mine.keys() ^ others.keys()]
    elif isinstance(one, BaseModel):
        parts += _paired_extras(one, other)
    return parts


def _paired_extras(one: Any, other: Any) -> list[_Part]:
    mine, others = one.model_extra or {}, other.model_extra or {}
    return [(key, ANY, mine.get(key, ...), others.get(key, ...)) for key in {**mine, **others}]


def _count_booleans(value: Any) -> int:
    """Count the booleans in a set, or in a single value: `True == 1`."""
    return sum(isinstance(part, bool) for part in (value if isinstance(value, (set, frozenset)) else (value,)))


def _equal(one: Any, other: Any) -> bool:
    try:
        if type(one) is type(other) and cast("object", type(one).__eq__) is object.__eq__:
            return bool(one.__reduce_ex__(2) == other.__reduce_ex__(2))  # its class and its attributes
        return bool(one == other)
    except Exception:  # noqa: BLE001 - a user's own `__eq__` may raise anything
        return False
