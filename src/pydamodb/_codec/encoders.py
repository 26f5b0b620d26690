"""Encoders of one type each. The value that Pydantic's serializer returns must have the type of the annotation.

A value of another type is a `Mismatch`, even if it has a stored form: conditions on the field would not match it.
`annotations.py` chooses the encoder of each type.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import pathlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, Flag
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, NaiveDatetime, ValidationError
from pydantic_core import SchemaValidator, core_schema, to_json

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Encoder, Unstorable
from pydamodb._codec.types import Mismatch, RecordSchema, StorageType
from pydamodb._core.markers import EPOCH, LAST_SECOND
from pydamodb._core.vectors import rounded, vector_problem


def exactly(kind: type, encoder: Encoder) -> Encoder:
    """Encode instances of a class, but not of its subclasses."""

    def encode(value: Any) -> AttributeValue:
        if type(value) is not kind:
            raise _wrong_type(kind.__name__, value)
        return encoder(value)

    return encode


def _string(value: Any) -> AttributeValue:
    if type(value) is str and value.isascii():  # most values: two function calls less
        return {"S": value}
    return _any_string(value)


def _whole_number(value: Any) -> AttributeValue:
    if type(value) is int and -attribute_values.FIRST_INT_TO_CHECK < value < attribute_values.FIRST_INT_TO_CHECK:
        return {"N": repr(value)}
    return _any_whole_number(value)


def _decimal(value: Any) -> AttributeValue:
    if type(value) is not Decimal:
        raise _wrong_type("Decimal", value)
    return {"N": attribute_values.decimal_text(value)}


def _wrong_type(expected: str, value: object) -> Mismatch:
    return Mismatch(f"expected {expected}, got {type(value).__name__}")


def _instances_of(kind: type) -> Encoder:
    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, kind):
            raise _wrong_type(kind.__name__, value)
        return attribute_values.string(str(value))

    return encode


def json_text(value: Any) -> AttributeValue:
    """Encode a value as a string of JSON."""
    try:
        return {"S": to_json(value).decode()}
    except ValueError:  # its text may have the value
        raise Unstorable("it has no form in JSON") from None


def _datetime(*, aware: bool | None) -> Encoder:
    def encode(value: Any) -> AttributeValue:
        if type(value) is not datetime:
            raise _wrong_type("datetime", value)
        if aware is not None and aware != (value.utcoffset() is not None):
            wanted, got = ("with", "without") if aware else ("without", "with")
            raise Mismatch(f"expected a datetime {wanted} a time zone, got one {got}")
        return {"S": attribute_values.datetime_text(value)}

    return encode


# Pydantic reads seconds with a fraction as a float. Above this number a float loses microseconds.
_EXACT_SECONDS = 2**32


def _timedelta(value: Any) -> AttributeValue:
    if type(value) is not timedelta:
        raise _wrong_type("timedelta", value)
    if value.microseconds and abs(value) >= timedelta(seconds=_EXACT_SECONDS):
        raise _wrong_type("a timedelta of less than 136 years, or of whole seconds", value)
    return attribute_values.number(attribute_values.timedelta_number(value))


def _since_epoch(value: Any) -> timedelta:
    if type(value) is not datetime:
        raise _wrong_type("datetime", value)
    if value.utcoffset() is None:
        raise Unstorable("a time to live without a time zone; make it with datetime.now(timezone.utc), for example")
    return value - EPOCH


def whole_seconds(value: Any) -> AttributeValue:
    """Encode a time to live. Validation makes it whole seconds; a default or an assignment may not be validated."""
    since = _since_epoch(value)
    if since.microseconds:
        reason = (
            "a time to live with a fraction of a second, which is not stored: drop it with .replace(microsecond=0), "
            "or let Pydantic do so (a default is validated with Field(validate_default=True), an assignment with "
            "validate_assignment=True)"
        )
        raise Unstorable(reason)
    if not timedelta(0) <= since <= timedelta(seconds=LAST_SECOND):
        raise Unstorable("a time to live outside of the years 1970 to 2603; use None for an item that never expires")
    return attribute_values.number(since // timedelta(seconds=1))


_aware = SchemaValidator(core_schema.datetime_schema(tz_constraint="aware"))


def exact_seconds(value: Any) -> AttributeValue:
    """Encode the operand of a time to live: any point in time, also as text."""
    if isinstance(value, str):
        try:
            value = _aware.validate_python(value)
        except ValidationError:
            raise _wrong_type("datetime", value) from None
    return attribute_values.number(attribute_values.timedelta_number(_since_epoch(value)))


_PATHS: tuple[type, ...] = (pathlib.Path, pathlib.PurePath, pathlib.PurePosixPath, pathlib.PosixPath)

_any_string = exactly(str, attribute_values.string)
_any_whole_number = exactly(int, attribute_values.number)

SCALARS: dict[Any, tuple[str, Encoder]] = {
    str: ("S", _string),
    int: ("N", _whole_number),
    float: ("N", exactly(float, attribute_values.number)),
    Decimal: ("N", _decimal),
    bool: ("BOOL", exactly(bool, lambda value: {"BOOL": value})),
    bytes: ("B", exactly(bytes, attribute_values.binary)),
    datetime: ("S", _datetime(aware=None)),
    AwareDatetime: ("S", _datetime(aware=True)),
    NaiveDatetime: ("S", _datetime(aware=False)),
    date: ("S", exactly(date, attribute_values.encode)),
    time: ("S", exactly(time, attribute_values.encode)),
    timedelta: ("N", _timedelta),
    UUID: ("S", exactly(UUID, attribute_values.encode)),
    type(None): ("NULL", exactly(type(None), attribute_values.encode)),
    **{kind: ("S", exactly(kind, attribute_values.encode)) for kind in attribute_values.ADDRESSES},
    **{kind: ("S", _instances_of(kind)) for kind in _PATHS},
}


def optional(encoder: Encoder) -> Encoder:
    def encode(value: Any) -> AttributeValue:
        return {"NULL": True} if value is None else encoder(value)

    return encode


def union(options: tuple[StorageType, ...]) -> Encoder:
    """Encode a record by the first option with the same fields and types, another value by its own type.

    A round trip checks the result, so that a wrong option loses nothing.
    """

    def encode(value: Any) -> AttributeValue:
        if isinstance(value, dict):
            for option in options:
                if option.schema is not None and option.schema().is_dumped_as(value):
                    try:
                        return option.encode(value)
                    except Mismatch:
                        continue
        return attribute_values.encode(value)

    return encode


def refuse_secret(_: object) -> AttributeValue:
    raise Unstorable(attribute_values.HIDDEN)


_HASHABLE = (str, int, float, bytes)


def one_of(values: Iterable[Any], name: str) -> tuple[Encoder, bool]:
    """Return the encoder of an Enum or a Literal, and whether one of its values may read back as another."""
    known = [value.value if isinstance(value, Enum) else value for value in values]
    scalars = {(type(value), value) for value in known if isinstance(value, _HASHABLE)}
    try:
        ambiguous = any(attribute_values.decode(attribute_values.encode(value)) != value for value in known)
    except Unstorable:
        ambiguous = True
    # None is read as None where a field accepts it. Flags combine to values that are no members.
    flags = {type(each) for each in values if isinstance(each, Flag)}
    ambiguous |= bool(flags) or any(isinstance(each, Enum) and each.value is None for each in values)
    # Members are found by their identity: an Enum may have an `__eq__` of its own, and no hash.
    simple = [each for each in values if isinstance(each, Enum) and isinstance(each.value, _HASHABLE) and not ambiguous]
    members = {id(each): (each, *attribute_values.encode(each).popitem()) for each in simple}

    def encode(value: Any) -> AttributeValue:
        if found := members.get(id(value)):
            _, data_type, text = found
            return {data_type: text}
        content = value.value if isinstance(value, Enum) else value
        if type(value) in flags:
            return attribute_values.encode(content)
        is_known = isinstance(content, _HASHABLE) and (type(content), content) in scalars
        if not is_known and not any(type(content) is type(other) and content == other for other in known):
            raise _wrong_type(f"one of the values of {name}", value)
        return attribute_values.encode(content)

    return encode, ambiguous


def sequence_of(elements: tuple[StorageType, ...], *, kinds: tuple[type, ...]) -> Encoder:
    encode_element = elements[0].encode

    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, kinds):
            raise _wrong_type(kinds[0].__name__, value)
        items: Any = value
        return attribute_values.sequence(items, encode_element)

    return encode


def vector_of(encode: Encoder, dimensions: int) -> Encoder:
    """Round a vector before it is encoded. Validation does so too; an assignment or an update may not be validated."""

    def encode_vector(value: Any) -> AttributeValue:
        if isinstance(value, (list, tuple, deque)):
            if problem := vector_problem(value, dimensions):
                raise Unstorable(problem)
            value = type(value)(rounded(value))
        return encode(value)

    return encode_vector


def tuple_of(elements: tuple[StorageType, ...]) -> Encoder:
    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, tuple) or len(value) != len(elements):
            raise _wrong_type(f"tuple of {len(elements)}", value)
        encoded: list[AttributeValue] = []
        for index, (element, part) in enumerate(zip(elements, value, strict=True)):
            try:
                encoded.append(element.encode(part))
            except Unstorable as error:  # noqa: PERF203 - each part has a storage type of its own
                raise error.with_prefix(index) from None
        return {"L": encoded}

    return encode


def set_of(elements: tuple[StorageType, ...]) -> Encoder:
    encode_element = elements[0].encode

    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, (set, frozenset)):
            raise _wrong_type("set", value)
        return attribute_values.set_of([encode_element(element) for element in value])

    return encode


def map_of(elements: tuple[StorageType, ...], *, key: type | None, ordered: bool) -> Encoder:
    """Encode a mapping. `key` is the type of its keys, None for keys of any type."""
    encode_element = elements[0].encode

    def encode(value: Any) -> AttributeValue:
        if not isinstance(value, Mapping):
            raise _wrong_type("dict", value)
        attribute_values.refuse_order(value, ordered=ordered)
        if key is not None and any(type(name) is not key for name in value):
            raise Mismatch(f"expected keys of type {key.__name__}")
        return attribute_values.mapping(attribute_values.string_keys(value), encode_element)

    return encode


def record(schema: Callable[[], RecordSchema]) -> Encoder:
    """Encode a record. The record schema is asked for at each use, because a record may contain itself."""

    def encode(value: Any) -> AttributeValue:
        known = schema()
        if not isinstance(value, Mapping):
            raise _wrong_type(known.record.__name__, value)
        return {"M": known.encode(value)}

    return encode
