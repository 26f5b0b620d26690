"""Python values to DynamoDB JSON and back, exactly or not at all, by the value's own type.

No models, no fields, no annotations: what is known of those lives in `_shapes.py`. Binary values are base64 text, as
they are in DynamoDB's JSON.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import ipaddress
import math
from base64 import b64decode, b64encode
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

from pydantic_core import to_jsonable_python

AttributeValue: TypeAlias = dict[str, Any]
Encoder: TypeAlias = Callable[[Any], AttributeValue]

MOST_DIGITS = 38
LOWEST_EXPONENT, HIGHEST_EXPONENT = -130, 125
FIRST_INT_TO_CHECK = 10**MOST_DIGITS
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
            raise Unstorable("a string with a lone surrogate has no UTF-8 form") from None
    return {"S": value}


def binary(value: bytes | bytearray | memoryview) -> AttributeValue:
    """Encode bytes."""
    return {"B": b64encode(value).decode()}


def number_text(value: float | Decimal) -> str:
    """Spell a number exactly, or refuse it: 38 significant digits, 1E-130 to 9.99...E+125, no NaN, no infinity."""
    if isinstance(value, int):
        if -FIRST_INT_TO_CHECK < value < FIRST_INT_TO_CHECK:
            return int.__repr__(value)
        return decimal_text(Decimal(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unstorable(f"DynamoDB has no number {value!r}")
        text = float.__repr__(value)
        lowest, highest = _FLOATS_IN_RANGE
        return text if lowest < abs(value) < highest else decimal_text(Decimal(text))
    return decimal_text(value)


def decimal_text(value: Decimal) -> str:
    """Spell a Decimal, likewise."""
    if not value.is_finite():
        raise Unstorable(f"DynamoDB has no number {value}")
    if not value:
        return "0"
    text = str(value)
    if len(text) > MOST_DIGITS:
        digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
        if len(digits) > MOST_DIGITS:
            raise Unstorable(f"a number of {len(digits)} significant digits; DynamoDB keeps {MOST_DIGITS}")
    if not LOWEST_EXPONENT <= value.adjusted() <= HIGHEST_EXPONENT:
        raise Unstorable("a number outside of DynamoDB's range, which is 1E-130 to 9.99...E+125")
    # DynamoDB drops trailing zeros; where an engine for tests does not, what is read is still the same.
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


def number(value: float | Decimal) -> AttributeValue:
    """Encode a number."""
    return {"N": number_text(value)}


def datetime_text(value: datetime) -> str:
    """Spell a point in time so that the order of texts is the order of times."""
    offset = value.utcoffset()
    if offset is None:
        return value.replace(tzinfo=None).isoformat(timespec="microseconds")
    if not offset:
        parts = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
        return "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ" % parts  # noqa: UP031 - two thirds of what isoformat() takes
    try:
        utc = value.astimezone(timezone.utc)
    except OverflowError:
        raise Unstorable(f"{value.isoformat()} has no form in UTC") from None
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def time_text(value: time) -> str:
    """Spell a time of day; an offset must be whole minutes, as ISO 8601 has it."""
    offset = value.utcoffset()
    if offset is not None and offset % timedelta(minutes=1):
        raise Unstorable("a time of day whose offset from UTC is not whole minutes")
    return value.isoformat(timespec="microseconds")


def timedelta_number(value: timedelta) -> Decimal:
    """Count the seconds, exactly: made from digits, as arithmetic would round in the caller's decimal context."""
    microseconds = value // timedelta(microseconds=1)
    return Decimal((int(microseconds < 0), tuple(map(int, str(abs(microseconds)))), -6))


def sequence(values: Iterable[Any], encoder: Encoder) -> AttributeValue:
    """Encode a list, each element by `encoder`."""
    encoded: list[AttributeValue] = []
    for index, value in enumerate(values):
        try:
            encoded.append(encoder(value))
        except Unstorable as error:  # noqa: PERF203 - encoding it again to find the place would cost more, at each level
            raise error.below(index) from error.__cause__
    return {"L": encoded}


def mapping(values: Mapping[str, Any], encoder: Encoder) -> AttributeValue:
    """Encode a map whose keys are strings already, each value by `encoder`."""
    encoded: dict[str, AttributeValue] = {}
    for key, value in values.items():
        try:
            encoded[key] = encoder(value)
        except Unstorable as error:  # noqa: PERF203 - likewise
            raise error.below(key) from error.__cause__
    return {"M": encoded}


def element_set(values: Iterable[Any], encoder: Encoder) -> AttributeValue:
    """Encode a set."""
    return set_of([encoder(value) for value in values])


def set_of(encoded: list[AttributeValue]) -> AttributeValue:
    """Make a set of encoded elements; DynamoDB has sets of strings, of numbers and of binaries, and no empty one."""
    if not encoded:
        raise Unstorable("DynamoDB has no empty sets")
    data_types = {data_type for element in encoded for data_type in element}
    data_type = next(iter(data_types))
    if len(data_types) > 1 or data_type not in {"S", "N", "B"}:
        raise Unstorable("a set in DynamoDB holds only strings, only numbers or only bytes; use a list instead")
    texts = [element[data_type] for element in encoded]
    if len(set(map(Decimal, texts) if data_type == "N" else texts)) < len(texts):
        raise Unstorable("two elements of the set have the same stored form")
    return {data_type + "S": texts}


def string_key(key: Any) -> str:
    """Spell the key of a map: a string as it is, anything else in the form that it has in JSON."""
    if isinstance(key, bytes):
        try:
            return key.decode()
        except UnicodeDecodeError:
            reason = "a key of bytes that are no UTF-8 text; the keys of a map in DynamoDB are strings"
            raise Unstorable(reason) from None
    ((data_type, content),) = encode(key).items()
    if data_type == "BOOL":
        return "true" if content else "false"
    if data_type in {"S", "N"}:
        return str(key if isinstance(key, Decimal) and key else content)  # as it is in JSON, with all zeros
    raise Unstorable(f"a key of type {type(key).__name__}; the keys of a map in DynamoDB are strings")


def string_keys(values: Mapping[Any, Any]) -> Mapping[str, Any]:
    """Return the mapping with all keys as strings; two keys of one form would lose a value and are refused."""
    if all(type(key) is str and key and key.isascii() for key in values):
        return values
    texts = {string_key(key): value for key, value in values.items()}
    if "" in texts:
        raise Unstorable("an empty key; DynamoDB has no empty attribute names")
    if len(texts) < len(values):
        raise Unstorable("two keys of the map have the same stored form")
    return texts


def refuse_order(values: Mapping[Any, Any], *, ordered: bool = False) -> None:
    """Refuse a mapping whose order is part of its value, by its type or its annotation: maps in DynamoDB have none."""
    if (ordered or isinstance(values, OrderedDict)) and len(values) > 1:
        raise Unstorable("an OrderedDict; the maps of DynamoDB keep no order, use a list of pairs")


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
ADDRESSES: tuple[type, ...] = (
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
)

_BY_KIND: tuple[tuple[type | tuple[type, ...], Encoder], ...] = (
    (Enum, lambda value: encode(value.value)),
    (str, lambda value: string(str.__str__(value))),
    ((int, float, Decimal), number),
    ((bytes, bytearray, memoryview), binary),
    (datetime, lambda value: {"S": datetime_text(value)}),
    (date, lambda value: {"S": value.isoformat()}),
    (time, lambda value: {"S": time_text(value)}),
    (timedelta, lambda value: number(timedelta_number(value))),
    (ADDRESSES, lambda value: {"S": str(value)}),
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
    raise Unstorable(f"a value of type {type(value).__name__} has no form in DynamoDB; give the field a serialiser")


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


def _number_set(texts: list[str]) -> set[Any]:
    """Read a set of numbers; as Decimals, where one is equal to the float that another one would be."""
    numbers = set(map(number_value, texts))
    return numbers if len(numbers) == len(texts) else set(map(Decimal, texts))


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "S": lambda value: value,
    "N": number_value,
    "BOOL": lambda value: value,
    "NULL": lambda _: None,
    "B": _binary_value,
    "L": lambda value: [decode(element) for element in value],
    "M": lambda value: {key: decode(element) for key, element in value.items()},
    "SS": set,
    "NS": _number_set,
    "BS": lambda value: set(map(_binary_value, value)),
}


DATA_TYPES = frozenset(_DECODERS)


def decode(value: AttributeValue) -> Any:
    """Decode an attribute value."""
    ((data_type, content),) = value.items()
    return content if data_type == "S" else _DECODERS[data_type](content)


def decode_key(value: AttributeValue) -> Any:
    """Decode the attribute value of a key, or of what is compared: its number is never a float, which equals others."""
    return key_number(value["N"]) if "N" in value else decode(value)


def normalized_key(value: AttributeValue) -> AttributeValue:
    """Check the attribute value of a key that anyone may have made, and spell it as `encode` does.

    A number is compared with DynamoDB's range before it becomes an int: `1E999999999` would fill the memory.

    Raises:
        Unstorable: It cannot be the value of a key.
    """
    ((data_type, content),) = value.items()
    try:
        if data_type == "S" and content:
            return string(content)
        if data_type == "N":
            return {"N": number_text(Decimal(content))}
        if data_type == "B" and content:
            return binary(b64decode(content, validate=True))
    except (ArithmeticError, ValueError):
        raise Unstorable(f"the text is no value of type {data_type}") from None
    raise Unstorable("the value of a key is a string, a number or binary, and not empty")
