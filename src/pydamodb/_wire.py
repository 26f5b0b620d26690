"""Python values to DynamoDB JSON and back, exactly or not at all, by the value's own type.

No models, no fields, no annotations: what is known of those lives in `_shapes.py`. Binary values are base64 text, as
they are in DynamoDB's JSON.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn, TypeAlias
from uuid import UUID

from pydantic_core import to_jsonable_python

__all__ = ["AttributeValue", "Encoder", "Unstorable", "decode", "encode"]

AttributeValue: TypeAlias = dict[str, Any]
Encoder: TypeAlias = Callable[[Any], AttributeValue]

MOST_DIGITS = 38
LOWEST_EXPONENT, HIGHEST_EXPONENT = -130, 125
_FIRST_INT_TO_CHECK = 10**MOST_DIGITS
_FLOATS_IN_RANGE = 1e-100, 1e100


class Unstorable(Exception):  # noqa: N818 - becomes an ItemEncodingError where the model is known
    """A value that cannot be stored exactly, and the path that leads to it."""

    def __init__(self, reason: str, path: tuple[str | int, ...] = ()) -> None:
        """Start with the reason; the path grows from the inside out."""
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def below(self, step: str | int) -> Unstorable:
        """Return the same complaint, seen from one container further out."""
        return type(self)(self.reason, (step, *self.path))


def string(value: str) -> AttributeValue:
    """Encode a string; a lone surrogate has no UTF-8 form and is refused."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            reason = "a string with a lone surrogate has no UTF-8 form"
            raise Unstorable(reason) from None
    return {"S": value}


def binary(value: bytes | bytearray | memoryview) -> AttributeValue:
    """Encode bytes."""
    return {"B": b64encode(value).decode()}


def number_text(value: float | Decimal) -> str:
    """Spell a number exactly, or refuse it: 38 significant digits, 1E-130 to 9.99...E+125, no NaN, no infinity."""
    if isinstance(value, int):
        if -_FIRST_INT_TO_CHECK < value < _FIRST_INT_TO_CHECK:
            return int.__repr__(value)
        return _checked_text(Decimal(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            reason = f"DynamoDB has no number {value!r}"
            raise Unstorable(reason)
        text = float.__repr__(value)
        lowest, highest = _FLOATS_IN_RANGE
        return text if lowest < abs(value) < highest else _checked_text(Decimal(text))
    return _checked_text(value)


def _checked_text(value: Decimal) -> str:
    if not value.is_finite():
        reason = f"DynamoDB has no number {value}"
        raise Unstorable(reason)
    if not value:
        return "0"
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
    if len(digits) > MOST_DIGITS:
        reason = f"a number of {len(digits)} significant digits; DynamoDB keeps {MOST_DIGITS}"
        raise Unstorable(reason)
    if not LOWEST_EXPONENT <= value.adjusted() <= HIGHEST_EXPONENT:
        reason = "a number outside of DynamoDB's range, which is 1E-130 to 9.99...E+125"
        raise Unstorable(reason)
    return str(value)


def number(value: float | Decimal) -> AttributeValue:
    """Encode a number."""
    return {"N": number_text(value)}


def datetime_text(value: datetime) -> str:
    """Spell a point in time so that the order of texts is the order of times."""
    if value.utcoffset() is None:
        return value.replace(tzinfo=None).isoformat(timespec="microseconds")
    try:
        utc = value.astimezone(timezone.utc)
    except OverflowError:
        reason = f"{value.isoformat()} has no form in UTC"
        raise Unstorable(reason) from None
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def time_text(value: time) -> str:
    """Spell a time of day; an offset must be whole minutes, as ISO 8601 has it."""
    offset = value.utcoffset()
    if offset is not None and offset % timedelta(minutes=1):
        reason = "a time of day whose offset from UTC is not whole minutes"
        raise Unstorable(reason)
    return value.isoformat(timespec="microseconds")


def timedelta_number(value: timedelta) -> Decimal:
    """Count the seconds, exactly."""
    return Decimal(value // timedelta(microseconds=1)).scaleb(-6)


def sequence(values: Iterable[Any], encoder: Encoder) -> AttributeValue:
    """Encode a list, each element by `encoder`."""
    items = list(values)
    try:
        return {"L": [encoder(value) for value in items]}
    except Unstorable:
        _locate(enumerate(items), encoder)


def mapping(values: Mapping[str, Any], encoder: Encoder) -> AttributeValue:
    """Encode a map whose keys are strings already, each value by `encoder`."""
    try:
        return {"M": {key: encoder(value) for key, value in values.items()}}
    except Unstorable:
        _locate(values.items(), encoder)


def _locate(values: Iterable[tuple[Any, Any]], encoder: Encoder) -> NoReturn:
    """Raise the first complaint again, with the step that leads to it: only failures pay for paths."""
    for step, value in values:
        try:
            encoder(value)
        except Unstorable as error:  # noqa: PERF203 - the item is refused already
            raise error.below(step) from error.__cause__
    reason = "a value that cannot be encoded twice in the same way"
    raise Unstorable(reason)


def element_set(values: Iterable[Any], encoder: Encoder) -> AttributeValue:
    """Encode a set; DynamoDB has sets of strings, of numbers and of binaries, and no empty one."""
    encoded = [encoder(value) for value in values]
    if not encoded:
        reason = "DynamoDB has no empty sets"
        raise Unstorable(reason)
    tags = {tag for element in encoded for tag in element}
    tag = next(iter(tags))
    if len(tags) > 1 or tag not in {"S", "N", "B"}:
        reason = "a set in DynamoDB holds only strings, only numbers or only bytes; use a list instead"
        raise Unstorable(reason)
    texts = [element[tag] for element in encoded]
    if len(set(map(Decimal, texts) if tag == "N" else texts)) < len(texts):
        reason = "two elements of the set have the same stored form"
        raise Unstorable(reason)
    return {tag + "S": texts}


def string_key(key: Any) -> str:
    """Spell the key of a map: a string as it is, anything else in the form that it has in JSON."""
    if isinstance(key, bytes):
        try:
            return key.decode()
        except UnicodeDecodeError:
            reason = "a key of bytes that are no UTF-8 text; the keys of a map in DynamoDB are strings"
            raise Unstorable(reason) from None
    ((tag, content),) = encode(key).items()
    if tag == "BOOL":
        return "true" if content else "false"
    if tag in {"S", "N"}:
        return str(content)
    reason = f"a key of type {type(key).__name__}; the keys of a map in DynamoDB are strings"
    raise Unstorable(reason)


def string_keys(values: Mapping[Any, Any]) -> Mapping[str, Any]:
    """Return the mapping with all keys as strings; two keys of one form would lose a value and are refused."""
    if all(type(key) is str and key and key.isascii() for key in values):
        return values
    texts = {string_key(key): value for key, value in values.items()}
    if "" in texts:
        reason = "an empty key; DynamoDB has no empty attribute names"
        raise Unstorable(reason)
    if len(texts) < len(values):
        reason = "two keys of the map have the same stored form"
        raise Unstorable(reason)
    return texts


def refuse_order(values: Mapping[Any, Any], *, ordered: bool = False) -> None:
    """Refuse a mapping whose order is part of its value, by its type or its annotation: maps in DynamoDB have none."""
    if (ordered or isinstance(values, OrderedDict)) and len(values) > 1:
        reason = "an OrderedDict; the maps of DynamoDB keep no order, use a list of pairs"
        raise Unstorable(reason)


def _encode_mapping(values: Mapping[Any, Any]) -> AttributeValue:
    refuse_order(values)
    return mapping(string_keys(values), encode)


def _json_form(value: Any) -> Any:
    try:
        return to_jsonable_python(value)
    except ValueError:  # no form, or one that contains itself
        return None


def hides_content(value: Any) -> bool:
    """Tell whether the value hides what it holds when it is written as text (SecretStr and its kin)."""
    return hasattr(value, "get_secret_value")


HIDDEN = (
    "a secret, whose text is only asterisks; to store it in the clear, give the field a serialiser that returns "
    "the value of get_secret_value()"
)

_BY_TYPE: dict[type, Encoder] = {
    str: string,
    int: number,
    bool: lambda value: {"BOOL": value},
    type(None): lambda _: {"NULL": True},
    float: number,
    Decimal: number,
    bytes: binary,
    list: lambda value: sequence(value, encode),
    dict: _encode_mapping,
    datetime: lambda value: {"S": datetime_text(value)},
    date: lambda value: {"S": value.isoformat()},
    UUID: lambda value: {"S": str(value)},
}

# In the order in which they are asked: a datetime is also a date.
_BY_KIND: tuple[tuple[type | tuple[type, ...], Encoder], ...] = (
    (Enum, lambda value: encode(value.value)),
    (str, lambda value: string(str.__str__(value))),
    ((int, float, Decimal), number),
    ((bytes, bytearray, memoryview), binary),
    (datetime, lambda value: {"S": datetime_text(value)}),
    (date, lambda value: {"S": value.isoformat()}),
    (time, lambda value: {"S": time_text(value)}),
    (timedelta, lambda value: number(timedelta_number(value))),
    (AbstractSet, lambda value: element_set(value, encode)),
    (Mapping, _encode_mapping),
    ((Sequence, deque), lambda value: sequence(value, encode)),
)


def encode(value: Any) -> AttributeValue:
    """Encode a value by its own type."""
    kind: Any = type(value)
    if encoder := _BY_TYPE.get(kind):
        return encoder(value)
    for base, encoder in _BY_KIND:
        if isinstance(value, base):
            return encoder(value)
    if hides_content(value):
        raise Unstorable(HIDDEN)
    if isinstance(form := _json_form(value), str):
        return string(form)
    reason = f"a value of type {type(value).__name__} has no form in DynamoDB; give the field a serialiser"
    raise Unstorable(reason)


def number_value(text: str) -> int | float | Decimal:
    """Read a number: an int if it is whole, a float if a float is exactly what was written, else a Decimal."""
    if text.isdigit() or (text[:1] == "-" and text[1:].isdigit()):
        return int(text)
    as_float = float(text)
    if repr(as_float) == text and as_float % 1:
        return as_float
    exact = Decimal(text)
    if exact == exact.to_integral_value():
        return int(exact)
    return as_float if math.isfinite(as_float) and Decimal(repr(as_float)) == exact else exact


def key_number(text: str) -> int | Decimal:
    """Read a number that is part of a key: an int if it is whole, else a Decimal."""
    value = number_value(text)
    return Decimal(text) if isinstance(value, float) else value


def _binary_value(value: str | bytes) -> bytes:
    """Read bytes: base64 on the wire, plain where botocore's parser has been at work."""
    return b64decode(value) if isinstance(value, str) else bytes(value)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "S": lambda value: value,
    "N": number_value,
    "BOOL": lambda value: value,
    "NULL": lambda _: None,
    "B": _binary_value,
    "L": lambda value: [decode(element) for element in value],
    "M": lambda value: {key: decode(element) for key, element in value.items()},
    "SS": set,
    "NS": lambda value: set(map(number_value, value)),
    "BS": lambda value: set(map(_binary_value, value)),
}


def decode(value: AttributeValue) -> Any:
    """Decode an attribute value."""
    ((tag, content),) = value.items()
    return _DECODERS[tag](content)
