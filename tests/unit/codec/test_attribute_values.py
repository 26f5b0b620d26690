"""The wire codec: each value has one stored form, reads back exactly, or is refused with the path that leads to it."""

from __future__ import annotations

import decimal
import ipaddress
import math
from collections import OrderedDict, deque
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import AnyUrl, SecretBytes, SecretStr
from pydantic_core import PydanticSerializationError, to_json

from pydamodb._codec import attribute_values as _wire
from pydamodb._codec.attribute_values import AttributeValue, Unstorable, decode, encode, normalized_key

SOME_UUID = UUID("12345678-1234-5678-1234-567812345678")
PLUS_TWO = timezone(timedelta(hours=2))
SECRET = (
    "a secret, whose text is only asterisks; to store its real text, give the field a serializer that returns the "
    "value of get_secret_value()"
)


class Colour(Enum):
    RED = "red"
    NUMBERED = 7


class Level(IntEnum):
    LOW = 1


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "not what it holds"


class Point(NamedTuple):
    x: int
    y: int


def is_dumped(value: Any) -> bool:
    """Ask Pydantic whether it has a JSON form for a value."""
    try:
        to_json(value)
    except PydanticSerializationError:
        return False
    return True


knows_complex = pytest.mark.skipif(not is_dumped(1j), reason="this Pydantic does not know complex numbers")

STORED: list[Any] = [
    ("", {"S": ""}),
    ("D'oh!", {"S": "D'oh!"}),
    ("é✓𝄞\x00", {"S": "é✓𝄞\x00"}),
    (Text("text"), {"S": "text"}),
    (True, {"BOOL": True}),
    (False, {"BOOL": False}),
    (None, {"NULL": True}),
    (0, {"N": "0"}),
    (-1, {"N": "-1"}),
    (10**38 - 1, {"N": "9" * 38}),
    (10**125, {"N": str(10**125)}),
    (-(10**125), {"N": str(-(10**125))}),
    (0.1, {"N": "0.1"}),
    (-0.0, {"N": "0"}),
    (1.0, {"N": "1.0"}),
    (1e-130, {"N": "1E-130"}),
    (9.99e125, {"N": "9.99E+125"}),
    (Decimal("0.10"), {"N": "0.1"}),
    (Decimal("-0"), {"N": "0"}),
    (Decimal("1E-130"), {"N": "1E-130"}),
    (Decimal("9." + "9" * 37 + "E+125"), {"N": "9." + "9" * 37 + "E+125"}),
    (b"", {"B": ""}),
    (b"\x00\xff", {"B": "AP8="}),
    (bytearray(b"ab"), {"B": "YWI="}),
    pytest.param(memoryview(b"ab"), {"B": "YWI="}, id="memoryview"),
    (datetime(2024, 1, 2, 3, 4, 5), {"S": "2024-01-02T03:04:05.000000"}),  # noqa: DTZ001 - naive on purpose
    (datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=PLUS_TWO), {"S": "2024-01-02T01:04:05.000006Z"}),
    (datetime(1, 1, 1, tzinfo=timezone.utc), {"S": "0001-01-01T00:00:00.000000Z"}),
    (date(2024, 1, 2), {"S": "2024-01-02"}),
    (time(3, 4), {"S": "03:04:00.000000"}),
    (time(3, 4, tzinfo=PLUS_TWO), {"S": "03:04:00.000000+02:00"}),
    (timedelta(days=1, microseconds=1), {"N": "86400.000001"}),
    (timedelta(0), {"N": "0"}),
    (-timedelta(microseconds=1), {"N": "-0.000001"}),
    (SOME_UUID, {"S": str(SOME_UUID)}),
    (ipaddress.ip_address("::1"), {"S": "::1"}),
    (Path("/a/b"), {"S": "/a/b"}),
    pytest.param(1j, {"S": "1j"}, marks=knows_complex),
    (AnyUrl("https://example.com/"), {"S": "https://example.com/"}),
    (Colour.RED, {"S": "red"}),
    (Colour.NUMBERED, {"N": "7"}),
    (Level.LOW, {"N": "1"}),
    ([], {"L": []}),
    ([1, "a", None], {"L": [{"N": "1"}, {"S": "a"}, {"NULL": True}]}),
    ((1,), {"L": [{"N": "1"}]}),
    (deque([1]), {"L": [{"N": "1"}]}),
    (Point(1, 2), {"L": [{"N": "1"}, {"N": "2"}]}),
    (range(2), {"L": [{"N": "0"}, {"N": "1"}]}),
    ({}, {"M": {}}),
    ({"a": {"S": "x"}}, {"M": {"a": {"M": {"S": {"S": "x"}}}}}),
    (MappingProxyType({"a": 1}), {"M": {"a": {"N": "1"}}}),
    (OrderedDict(a=1), {"M": {"a": {"N": "1"}}}),
    ({"a"}, {"SS": ["a"]}),
    (frozenset({1}), {"NS": ["1"]}),
    ({b"a"}, {"BS": ["YQ=="]}),
    ({Colour.RED}, {"SS": ["red"]}),
]


@pytest.mark.parametrize(("value", "stored"), STORED, ids=repr)
def test_a_value_is_stored_by_its_own_type(value: Any, stored: AttributeValue) -> None:
    """Each type has one form in DynamoDB's JSON."""
    assert stored == encode(value)


KEYS: list[tuple[Any, str]] = [
    ("a", "a"),
    ("é", "é"),
    (1, "1"),
    (1.5, "1.5"),
    (Decimal("1.50"), "1.50"),
    (True, "true"),
    (False, "false"),
    (Level.LOW, "1"),
    (Colour.RED, "red"),
    (date(2024, 1, 2), "2024-01-02"),
    (datetime(2024, 1, 2, tzinfo=PLUS_TWO), "2024-01-01T22:00:00.000000Z"),
    (time(1), "01:00:00.000000"),
    (SOME_UUID, str(SOME_UUID)),
    (b"ab", "ab"),
    (ipaddress.ip_address("127.0.0.1"), "127.0.0.1"),
]


@pytest.mark.parametrize(("key", "text"), KEYS, ids=repr)
def test_a_key_of_a_map_becomes_text(key: Any, text: str) -> None:
    """A key that is no string is stored in its JSON form."""
    assert {"M": {text: {"N": "1"}}} == encode({key: 1})


REFUSED: list[tuple[Any, tuple[str | int, ...], str]] = [
    (math.nan, (), "DynamoDB has no number nan"),
    (-math.inf, (), "DynamoDB has no number -inf"),
    (Decimal("NaN"), (), "DynamoDB has no number NaN"),
    (Decimal("sNaN12345"), (), "DynamoDB has no number NaN"),
    (Decimal("Infinity"), (), "DynamoDB has no number Infinity"),
    (int("1" * 39), (), "a number of 39 significant digits; DynamoDB keeps 38"),
    (Decimal("0." + "1" * 39), (), "a number of 39 significant digits; DynamoDB keeps 38"),
    (10**126, (), "a number outside of DynamoDB's range, which is 1E-130 to 9.99...E+125"),
    (1e-131, (), "a number outside of DynamoDB's range, which is 1E-130 to 9.99...E+125"),
    (1e126, (), "a number outside of DynamoDB's range, which is 1E-130 to 9.99...E+125"),
    (Decimal("-1E+126"), (), "a number outside of DynamoDB's range, which is 1E-130 to 9.99...E+125"),
    ("\ud800", (), "a string with a lone surrogate has no UTF-8 form"),
    ({"a": [1, {"b": "\udfff"}]}, ("a", 1, "b"), "a string with a lone surrogate has no UTF-8 form"),
    ({"\ud800": 1}, (), "a string with a lone surrogate has no UTF-8 form"),
    ([0, (1, math.inf)], (1, 1), "DynamoDB has no number inf"),
    (set(), (), "DynamoDB has no empty sets"),
    ({"a": [frozenset()]}, ("a", 0), "DynamoDB has no empty sets"),
    pytest.param(
        {1, "a"},
        (),
        "a set in DynamoDB holds only strings, only numbers or only bytes; use a list instead",
        id="a number and a text",
    ),
    ({True}, (), "a set in DynamoDB holds only strings, only numbers or only bytes; use a list instead"),
    ({None}, (), "a set in DynamoDB holds only strings, only numbers or only bytes; use a list instead"),
    ({(1, 2)}, (), "a set in DynamoDB holds only strings, only numbers or only bytes; use a list instead"),
    pytest.param(
        {SOME_UUID, str(SOME_UUID)}, (), "two elements of the set have the same stored form", id="a UUID and its text"
    ),
    pytest.param(
        {0.1, Decimal("0.1")}, (), "two elements of the set have the same stored form", id="a float and its Decimal"
    ),
    pytest.param(
        {0.1, Decimal("0.10")}, (), "two elements of the set have the same stored form", id="a float and another zero"
    ),
    ({1: "a", "1": "b"}, (), "two keys of the map have the same stored form"),
    ({"x": {True: 1, "true": 2}}, ("x",), "two keys of the map have the same stored form"),
    ([{"": 1}], (0,), "an empty key; DynamoDB has no empty attribute names"),
    ({None: 1}, (), "a key of type NoneType; the keys of a map in DynamoDB are strings"),
    ({(1, 2): 1}, (), "a key of type tuple; the keys of a map in DynamoDB are strings"),
    (
        OrderedDict(a=1, b=2),
        (),
        "an OrderedDict; the maps of DynamoDB keep no order, use a list of pairs",
    ),
    pytest.param(
        [object()], (0,), "a value of type object has no form in DynamoDB; give the field a serializer", id="object"
    ),
    (PurePosixPath("/a"), (), "a value of type PurePosixPath has no form in DynamoDB; give the field a serializer"),
    ({"a": SecretStr("hush")}, ("a",), SECRET),
    (SecretBytes(b"hush"), (), SECRET),
    (
        time(1, tzinfo=timezone(timedelta(seconds=1))),
        (),
        "a time of day whose offset from UTC is not whole minutes",
    ),
    (
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))),
        (),
        "a datetime whose form in UTC is outside of the years 1 to 9999",
    ),
]


@pytest.mark.parametrize(("value", "path", "reason"), REFUSED, ids=repr)
def test_what_has_no_exact_form_is_refused_with_its_path(value: Any, path: tuple[str | int, ...], reason: str) -> None:
    """The refusal says why, and leads to the value."""
    with pytest.raises(Unstorable) as caught:
        encode(value)
    assert (path, reason) == (caught.value.path, caught.value.reason)


@pytest.mark.parametrize("value", [SecretStr("hush"), {"a": [SecretStr("hush")]}])
def test_a_refusal_never_shows_a_secret(value: Any) -> None:
    """What a secret hides is in no message."""
    with pytest.raises(Unstorable) as caught:
        encode(value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("encode_all", "path"),
    [
        (lambda encoder: _wire.sequence([1, 2, 3], encoder), (1,)),
        (lambda encoder: _wire.mapping({"a": 1, "b": 2, "c": 3}, encoder), ("b",)),
    ],
    ids=["sequence", "mapping"],
)
def test_a_refused_element_is_looked_at_once(encode_all: Any, path: Any) -> None:
    """Its place is known at once, and nothing after it is encoded."""
    seen: list[int] = []

    def encoder(value: int) -> AttributeValue:
        seen.append(value)
        if value == 2:
            reason = "no twos"
            raise Unstorable(reason)
        return {"NULL": True}

    with pytest.raises(Unstorable) as caught:
        encode_all(encoder)
    assert ([1, 2], "no twos", path) == (seen, caught.value.reason, caught.value.path)


READ: list[tuple[AttributeValue, Any]] = [
    ({"S": ""}, ""),
    ({"N": "1"}, 1),
    ({"N": "-1"}, -1),
    ({"N": "1.0"}, 1),
    ({"N": "1E+2"}, 100),
    ({"N": "0.1"}, 0.1),
    ({"N": "1.50"}, 1.5),
    ({"N": "0." + "1" * 38}, Decimal("0." + "1" * 38)),
    ({"N": "1E-130"}, 1e-130),
    ({"N": "1" + "0" * 125}, 10**125),
    ({"BOOL": False}, False),
    ({"NULL": True}, None),
    ({"B": "AP8="}, b"\x00\xff"),
    ({"B": b"\x00\xff"}, b"\x00\xff"),
    ({"L": [{"N": "1"}, {"L": []}]}, [1, []]),
    ({"M": {"S": {"S": "x"}}}, {"S": "x"}),
    pytest.param({"SS": ["a", "b"]}, {"a", "b"}, id="set of strings"),
    ({"NS": ["1", "0.5"]}, {1, 0.5}),
    ({"BS": ["YQ=="]}, {b"a"}),
]


@pytest.mark.parametrize(("stored", "value"), READ, ids=repr)
def test_each_tag_is_read_as_its_python_type(stored: AttributeValue, value: Any) -> None:
    """Reading needs no annotation: the tag says what it is."""
    actual = decode(stored)
    assert (type(value), value) == (type(actual), actual)


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1), ("1E+2", 100), ("0.1", Decimal("0.1")), ("1.50", Decimal("1.50"))]
)
def test_a_number_in_a_key_is_never_a_float(text: str, value: Any) -> None:
    """A start key goes back as it came, so that fractions stay decimal."""
    actual = _wire.decode_key({"N": text})
    assert (type(value), value) == (type(actual), actual)


whole = st.integers(-(10**38) + 1, 10**38 - 1)
finite = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x or 1e-130 <= abs(x) < 1e126)
texts = st.text(st.characters(exclude_categories=("Cs",)))
# Beyond 2**53 a float is a whole number that stands for others too: only a float's field reads it back exactly.
small = finite.filter(lambda x: abs(x) < 2**53)
leaves = st.none() | st.booleans() | whole | small | texts | st.binary()
trees = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts.filter(bool), inner), max_leaves=20)
sets = st.one_of(*(st.sets(each, min_size=1) for each in (whole, small, texts, st.binary())))


def _typed(value: Any) -> Any:
    """Show the types too, as 1 == True == 1.0."""
    match value:
        case list():
            return [_typed(each) for each in value]
        case dict():
            return {key: _typed(each) for key, each in value.items()}
        case int() | float() if not isinstance(value, bool):
            return value
        case _:
            return type(value), value


@given(trees | sets)
def test_whatever_is_stored_reads_back_equal(value: Any) -> None:
    """Numbers in range, strings, bytes, sets and nested containers survive."""
    assert _typed(value) == _typed(decode(encode(value)))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(lambda x: abs(x.adjusted()) <= 125))
def test_a_decimal_is_stored_exactly_or_refused(value: Decimal) -> None:
    """No digit of a Decimal is rounded away."""
    digits = "".join(map(str, value.as_tuple().digits)).strip("0")
    try:
        actual = Decimal(encode(value)["N"])
    except Unstorable:
        assert len(digits) > 38
    else:
        assert value == actual


@given(st.integers(1, 10**38 - 1), st.integers(-130, 87), st.booleans())
def test_all_38_digits_survive_at_any_size(digits: int, exponent: int, negative: bool) -> None:
    """A number of up to 38 digits reads back exactly, wherever its point is."""
    value = Decimal(digits).scaleb(exponent) * (-1 if negative else 1)
    back = decode(encode(value))
    assert value == (Decimal(repr(back)) if isinstance(back, float) else Decimal(back))


@given(finite)
def test_a_float_reads_back_bit_for_bit(value: float) -> None:
    """The shortest text of a float is the float; a zero has no sign in DynamoDB."""
    assert (value + 0.0).hex() == float(_wire.number_value(_wire.number_text(value))).hex()


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
aware = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001 - likewise
    timezones=zones,
)


@pytest.mark.parametrize("times", [aware, st.datetimes()], ids=["aware", "naive"])
def test_the_order_of_texts_is_the_order_of_times(times: st.SearchStrategy[datetime]) -> None:
    """Sorting stored datetimes sorts the moments, whatever their zones."""

    @given(st.lists(times, min_size=2, max_size=5))
    def check(values: list[datetime]) -> None:
        assert list(map(_wire.datetime_text, sorted(values))) == sorted(map(_wire.datetime_text, values))

    check()


@given(st.datetimes(timezones=st.just(timezone.utc)))
@example(datetime(1, 1, 1, tzinfo=timezone.utc))
@example(datetime(999, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone.utc))
@example(datetime(2024, 10, 9, 8, 7, 6, 5, tzinfo=timezone.utc))
def test_a_time_in_utc_has_all_of_its_digits(value: datetime) -> None:
    """The text is that of Python, with Z for the offset."""
    assert value.isoformat(timespec="microseconds").replace("+00:00", "Z") == _wire.datetime_text(value)


@given(st.timedeltas())
def test_a_timedelta_is_stored_as_its_exact_seconds(value: timedelta) -> None:
    """Not one microsecond is lost."""
    microseconds = Decimal(encode(value)["N"]) * 10**6
    assert value == timedelta(microseconds=int(microseconds))


@pytest.mark.parametrize(
    ("expected", "same"),
    [({"a": 1}, True), ({"é": 1}, False), ({1: 1}, False)],
)
def test_a_map_of_plain_keys_is_not_copied(expected: dict[Any, int], same: bool) -> None:
    """The usual case pays nothing for the keys that need a text."""
    assert same == (_wire.string_keys(expected) is expected)


def test_a_complaint_grows_its_path_from_the_inside_out() -> None:
    """Each container adds the step that leads into it, and the kind of complaint stays."""

    class Special(Unstorable): ...

    actual = Special("why", ("b",)).with_prefix(0).with_prefix("a")
    assert (Special, ("a", 0, "b"), "why") == (type(actual), actual.path, str(actual))


@pytest.mark.parametrize("trap", [decimal.Inexact, decimal.Rounded, decimal.FloatOperation, decimal.Subnormal])
def test_a_timedelta_is_exact_in_any_decimal_context(trap: Any) -> None:
    """The caller's own precision and traps are for the caller's own arithmetic."""
    value = timedelta(seconds=-1_234_567, microseconds=-123_456)
    with decimal.localcontext() as context:
        context.prec = 1
        plain = encode(value)
        context.traps[trap] = True
        trapped = encode(value)
    assert ({"N": "-1234567.123456"}, {"N": "-1234567.123456"}) == (plain, trapped)


# --- keys that anyone may have made ---


@pytest.mark.parametrize(
    ("value", "rendered"),
    [
        ({"S": "x"}, {"S": "x"}),
        ({"N": "1"}, {"N": "1"}),
        ({"N": "0.0"}, {"N": "0"}),
        ({"N": "9" * 38}, {"N": "9" * 38}),
        ({"N": "-0.1"}, {"N": "-0.1"}),
        ({"B": "AQI="}, {"B": "AQI="}),
    ],
)
def test_a_key_is_spelt_anew(value: Any, rendered: Any) -> None:
    """As it would be encoded."""
    assert rendered == normalized_key(value)


@pytest.mark.parametrize(
    "value",
    [
        *({"N": text} for text in ("1E126", "1E999999999", "-1E999999999", "1E-999999999", "1E" + "9" * 30)),
        *({"N": text} for text in ("9" * 39, "NaN", "Infinity", "", "x", "0x1")),
        *({tag: ""} for tag in ("S", "B")),
        *({"B": text} for text in ("A", "*", "AQI")),
        *({tag: "x"} for tag in ("L", "M", "SS", "NS", "BS", "NULL", "BOOL", "X")),
    ],
    ids=str,
)
def test_what_cannot_be_a_key_is_refused(value: Any) -> None:
    """At once: a number with a huge exponent is never written out."""
    with pytest.raises(Unstorable):
        normalized_key(value)
