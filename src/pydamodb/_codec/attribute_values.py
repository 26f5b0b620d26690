"""Python values to DynamoDB JSON and back, by the value's own type. A value without an exact form is refused.

Nothing here uses a model, a field or an annotation: `types.py` does. Binary values are base64 text, as in DynamoDB's
JSON.
"""

from __future__ import annotations

import ipaddress
import math
import re
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
MOST_LEVELS = 32
LOWEST_EXPONENT, HIGHEST_EXPONENT = -130, 125
FIRST_INT_TO_CHECK = 10**MOST_DIGITS
_FLOATS_IN_RANGE = 1e-100, 1e100
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?"
_BYTES, _LISTS = (bytes, bytearray, memoryview), (list, tuple)
HIDDEN = (
    "a secret, whose text is only asterisks; to store its real text, give the field a serializer that returns "
    "the value of get_secret_value()"
)


class Malformed(ValueError):  # noqa: N818 - becomes an OperationError where the request is known
    """A value in a reply that is not an attribute value of DynamoDB."""


class Unstorable(Exception):  # noqa: N818 - becomes an ItemEncodingError where the model is known
    """A value that cannot be stored exactly, and its path."""

    def __init__(self, reason: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def with_prefix(self, step: str | int) -> Unstorable:
        """Return the same error with a path that starts in the surrounding container."""
        return type(self)(self.reason, (step, *self.path))


class NoForm(Unstorable):
    """A value of a type that has no form in DynamoDB. The schema of its field may have one."""


def string(value: str) -> AttributeValue:
    """Encode a string. A lone surrogate has no UTF-8 form and is refused."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Unstorable("a string with a lone surrogate has no UTF-8 form") from None
    return {"S": value}


def binary(value: bytes | bytearray | memoryview) -> AttributeValue:
    return {"B": b64encode(value).decode()}


def number_text(value: float | Decimal) -> str:
    """Format a number exactly. DynamoDB has 38 significant digits, 1E-130 to 9.99...E+125, no NaN and no infinity."""
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
    if not value.is_finite():
        raise Unstorable(f"DynamoDB has no number {'NaN' if value.is_nan() else value}")
    if not value:
        return "0"
    text = str(value)
    if len(text) > MOST_DIGITS:
        digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
        if len(digits) > MOST_DIGITS:
            raise Unstorable(f"a number of {len(digits)} significant digits; DynamoDB keeps {MOST_DIGITS}")
    if not LOWEST_EXPONENT <= value.adjusted() <= HIGHEST_EXPONENT:
        raise Unstorable("a number outside of DynamoDB's range, which is 1E-130 to 9.99...E+125")
    # DynamoDB drops trailing zeros, but some engines for tests keep them. Without them, all return the same text.
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


def number(value: float | Decimal) -> AttributeValue:
    return {"N": number_text(value)}


_TWO = tuple(f"{number:02}" for number in range(100))  # half the time of isoformat()


def datetime_text(value: datetime) -> str:
    """Format a point in time. The order of the texts is the order of the times."""
    offset = value.utcoffset()
    if offset is None:
        return value.replace(tzinfo=None).isoformat(timespec="microseconds")
    if not offset:
        year, rest = divmod(value.year, 100)
        day = f"{_TWO[year]}{_TWO[rest]}-{_TWO[value.month]}-{_TWO[value.day]}"
        micro = value.microsecond
        fraction = f"{_TWO[micro // 10_000]}{_TWO[micro // 100 % 100]}{_TWO[micro % 100]}"
        return f"{day}T{_TWO[value.hour]}:{_TWO[value.minute]}:{_TWO[value.second]}.{fraction}Z"
    try:
        utc = value.astimezone(timezone.utc)
    except OverflowError:
        raise Unstorable("a datetime whose form in UTC is outside of the years 1 to 9999") from None
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def time_text(value: time) -> str:
    """Format a time of day. Its offset must be whole minutes, as ISO 8601 requires."""
    offset = value.utcoffset()
    if offset is not None and offset % timedelta(minutes=1):
        raise Unstorable("a time of day whose offset from UTC is not whole minutes")
    return value.isoformat(timespec="microseconds")


def timedelta_number(value: timedelta) -> Decimal:
    """Return the seconds, exactly. They are made from digits: arithmetic rounds in the caller's decimal context.

    A subclass may have operators and properties of its own, which are not used.
    """
    days, seconds, rest = (part.__get__(value) for part in (timedelta.days, timedelta.seconds, timedelta.microseconds))
    microseconds = (days * 86_400 + seconds) * 1_000_000 + rest
    return Decimal((int(microseconds < 0), tuple(map(int, str(abs(microseconds)))), -6))


def sequence(values: Iterable[Any], encoder: Encoder) -> AttributeValue:
    encoded: list[AttributeValue] = []
    for index, value in enumerate(values):
        try:
            encoded.append(encoder(value))
        except Unstorable as error:  # noqa: PERF203 - to encode it again for its index takes longer, at each level
            raise error.with_prefix(index) from None
    return {"L": encoded}


def mapping(values: Mapping[str, Any], encoder: Encoder) -> AttributeValue:
    """Encode a map whose keys are strings already, each value by `encoder`."""
    encoded: dict[str, AttributeValue] = {}
    for key, value in values.items():
        try:
            encoded[key] = encoder(value)
        except Unstorable as error:  # noqa: PERF203 - to encode it again for its key takes longer
            raise error.with_prefix(key) from None
    return {"M": encoded}


def set_of(encoded: list[AttributeValue]) -> AttributeValue:
    """Return a set of encoded elements. DynamoDB has sets of strings, of numbers and of binaries, and no empty set."""
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
    """Return the key of a map as a string: a string unchanged, any other key as JSON formats it."""
    if isinstance(key, bytes):
        try:
            return key.decode()
        except UnicodeDecodeError:
            reason = "a key of bytes that are not UTF-8 text; the keys of a map in DynamoDB are strings"
            raise Unstorable(reason) from None
    ((data_type, content),) = encode(key).items()
    if data_type == "BOOL":
        return "true" if content else "false"
    if data_type in {"S", "N"}:
        return str(key if isinstance(key, Decimal) and key else content)  # JSON keeps all zeros
    raise Unstorable(f"a key of type {type(key).__name__}; the keys of a map in DynamoDB are strings")


def string_keys(values: Mapping[Any, Any]) -> Mapping[str, Any]:
    """Return the mapping with all keys as strings. Two keys with the same form would lose a value and are refused."""
    if all(type(key) is str and key and key.isascii() for key in values):
        return values
    texts = {string_key(key): value for key, value in values.items()}
    if "" in texts:
        raise Unstorable("an empty key; DynamoDB has no empty attribute names")
    if len(texts) < len(values):
        raise Unstorable("two keys of the map have the same stored form")
    return texts


def refuse_order(values: Mapping[Any, Any], *, ordered: bool = False) -> None:
    """Refuse a mapping if its type or its annotation keeps an order: maps in DynamoDB have none."""
    if (ordered or isinstance(values, OrderedDict)) and len(values) > 1:
        raise Unstorable("an OrderedDict; the maps of DynamoDB keep no order, use a list of pairs")


def _encode_mapping(values: Mapping[Any, Any]) -> AttributeValue:
    refuse_order(values)
    return mapping(string_keys(values), encode)


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

ADDRESSES: tuple[type, ...] = (
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
)

# The order matters: a datetime is also a date.
_BY_BASE: tuple[tuple[type | tuple[type, ...], Encoder], ...] = (
    (Enum, lambda value: encode(value.value)),
    (str, lambda value: string(str.__str__(value))),
    ((int, float, Decimal), number),
    ((bytes, bytearray, memoryview), binary),
    (datetime, lambda value: {"S": datetime_text(value)}),
    (date, lambda value: {"S": value.isoformat()}),
    (time, lambda value: {"S": time_text(value)}),
    (timedelta, lambda value: number(timedelta_number(value))),
    (ADDRESSES, lambda value: {"S": str(value)}),
    (AbstractSet, lambda value: set_of([encode(element) for element in value])),
    (Mapping, _encode_mapping),
    ((Sequence, deque), lambda value: sequence(value, encode)),
)


def encode(value: object) -> AttributeValue:
    if encoder := _BY_TYPE.get(type(value)):
        return encoder(value)
    for base, encoder in _BY_BASE:
        if isinstance(value, base):
            return encoder(value)
    if hasattr(value, "get_secret_value"):
        raise Unstorable(HIDDEN)
    try:
        form = to_jsonable_python(value)
    except ValueError:  # it has no form in JSON, or it contains itself
        form = None
    if isinstance(form, str):
        return string(form)
    raise NoForm(f"a value of type {type(value).__name__} has no form in DynamoDB; give the field a serializer")


def number_value(text: str) -> int | float | Decimal:
    """Read a number: an int if it is whole, a float if a float has exactly this value, else a Decimal."""
    if text.isdigit() or (text[:1] == "-" and text[1:].isdigit()):
        return int(text)
    as_float = float(text)
    if repr(as_float) == text and as_float % 1 > 0:  # it is not NaN or infinity
        return as_float
    exact = Decimal(text)
    if not (re.fullmatch(_NUMBER, text) and (not exact or LOWEST_EXPONENT <= exact.adjusted() <= HIGHEST_EXPONENT)):
        raise Malformed("a number that DynamoDB does not have")
    if exact == exact.to_integral_value():
        return int(exact)
    return as_float if math.isfinite(as_float) and Decimal(repr(as_float)) == exact else exact


def _checked(content: Any, kind: type | tuple[type, ...]) -> Any:
    if not isinstance(content, kind):
        raise Malformed(f"the content is of type {type(content).__name__}")
    return content


def _binary_value(value: str | bytes) -> bytes:
    # botocore's parser returns bytes
    return b64decode(value, validate=True) if isinstance(value, str) else bytes(_checked(value, _BYTES))


def _number_set(texts: list[str]) -> set[Any]:
    """Read a set of numbers. They are Decimals if two of them would be equal otherwise."""
    numbers = set(map(number_value, _checked(texts, _LISTS)))
    return numbers if len(numbers) == len(texts) else set(map(Decimal, texts))


def _null(value: Any) -> None:
    if value is not True:
        raise Malformed("a NULL that is not true")


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "S": lambda value: _checked(value, str),
    "N": number_value,
    "BOOL": lambda value: _checked(value, bool),
    "NULL": _null,
    "B": _binary_value,
    "L": lambda value: [decode(element) for element in _checked(value, _LISTS)],
    "M": lambda value: {key: decode(element) for key, element in value.items()},
    "SS": lambda value: {_checked(element, str) for element in _checked(value, _LISTS)},
    "NS": _number_set,
    "BS": lambda value: set(map(_binary_value, _checked(value, _LISTS))),
}
DATA_TYPES = frozenset(_DECODERS)


def decode(value: AttributeValue) -> Any:
    """Return the Python value of an attribute value, or raise `Malformed`."""
    try:
        ((data_type, content),) = value.items()
        return content if data_type == "S" and type(content) is str else _DECODERS[data_type](content)
    except Malformed:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise Malformed("it is not an attribute value of DynamoDB") from None


def key_value_of(data_type: str, text: str) -> Any:
    """Decode a key as `decode_key` does. Most numbers of keys are short and whole."""
    if data_type == "N" and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return decode_key({data_type: text})


def decode_key(value: AttributeValue) -> Any:
    """Decode a key or a compared value. Its number is never a float: one float is equal to several numbers."""
    decoded = decode(value)
    return Decimal(value["N"]) if type(decoded) is float else decoded


def normalized_key(value: AttributeValue) -> AttributeValue:
    """Check the attribute value of a key from an unknown source, and format it as `encode` does.

    A number is compared with DynamoDB's range before it becomes an int: `1E999999999` would fill the memory.
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
        raise Unstorable(f"the text is not a value of type {data_type}") from None
    raise Unstorable("the value of a key must be a string, a number or binary, and not empty")
