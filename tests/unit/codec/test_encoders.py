"""Encoders that insist on their type: what belongs to an annotation is stored, anything else is a mismatch."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, deque
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import PurePosixPath
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, Json, NaiveDatetime, SecretStr

from pydamodb._codec.annotations import storage_type_of
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.types import Mismatch

SOME_UUID = UUID("12345678-1234-5678-1234-567812345678")
NAIVE = datetime(2024, 1, 2)  # noqa: DTZ001 - naive on purpose
AWARE = datetime(2024, 1, 2, tzinfo=timezone.utc)


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    LOW = 1


class Inner(BaseModel):
    city: str
    note: str | None = None


STORED: list[tuple[Any, Any, AttributeValue]] = [
    (str, "x", {"S": "x"}),
    (int, 1, {"N": "1"}),
    (float, 1.0, {"N": "1.0"}),
    (Decimal, Decimal("0.10"), {"N": "0.1"}),
    (bool, False, {"BOOL": False}),
    (bytes, b"a", {"B": "YQ=="}),
    (bytearray, bytearray(b"a"), {"B": "YQ=="}),
    (datetime, NAIVE, {"S": "2024-01-02T00:00:00.000000"}),
    (datetime, AWARE, {"S": "2024-01-02T00:00:00.000000Z"}),
    (AwareDatetime, AWARE, {"S": "2024-01-02T00:00:00.000000Z"}),
    (NaiveDatetime, NAIVE, {"S": "2024-01-02T00:00:00.000000"}),
    (date, date(2024, 1, 2), {"S": "2024-01-02"}),
    (time, time(1), {"S": "01:00:00.000000"}),
    (timedelta, timedelta(seconds=2**33), {"N": "8589934592"}),
    (timedelta, timedelta(seconds=1, microseconds=5), {"N": "1.000005"}),
    (UUID, SOME_UUID, {"S": str(SOME_UUID)}),
    (ipaddress.IPv4Network, ipaddress.ip_network("10.0.0.0/8"), {"S": "10.0.0.0/8"}),
    (PurePosixPath, PurePosixPath("/a"), {"S": "/a"}),
    (int | None, None, {"NULL": True}),
    (type(None), None, {"NULL": True}),
    (Colour, Colour.RED, {"S": "red"}),
    (Colour, "red", {"S": "red"}),
    (Level, 1, {"N": "1"}),
    (Literal["a", 1], 1, {"N": "1"}),
    (Json, [1, "a"], {"S": '[1,"a"]'}),
    (list[int], [1], {"L": [{"N": "1"}]}),
    (deque[int], deque([1]), {"L": [{"N": "1"}]}),
    (tuple[int, ...], (1,), {"L": [{"N": "1"}]}),
    (tuple[int, str], (1, "a"), {"L": [{"N": "1"}, {"S": "a"}]}),
    (set[int], {1}, {"NS": ["1"]}),
    (frozenset[str], frozenset({"a"}), {"SS": ["a"]}),
    (dict[str, int], {"a": 1}, {"M": {"a": {"N": "1"}}}),
    (dict[int, str], {1: "a"}, {"M": {"1": {"S": "a"}}}),
    (OrderedDict[str, int], {"a": 1}, {"M": {"a": {"N": "1"}}}),
    (dict[str, int], OrderedDict(a=1), {"M": {"a": {"N": "1"}}}),
    (Inner, {"city": "x", "note": None}, {"M": {"city": {"S": "x"}}}),
]


@pytest.mark.parametrize(("annotation", "value", "stored"), STORED, ids=str)
def test_a_value_of_its_type_is_stored(annotation: Any, value: Any, stored: AttributeValue) -> None:
    """The encoder takes what Pydantic's serialiser hands out for the type."""
    assert stored == storage_type_of(annotation).encode(value)


MISFITS: list[tuple[Any, Any, str]] = [
    (str, 1, "expected str, got int"),
    (int, True, "expected int, got bool"),
    (int, 1.0, "expected int, got float"),
    (int, "1", "expected int, got str"),
    (int, Level.LOW, "expected int, got Level"),
    (float, 1, "expected float, got int"),
    (Decimal, 1, "expected Decimal, got int"),
    (bool, 1, "expected bool, got int"),
    (bytes, bytearray(b"a"), "expected bytes, got bytearray"),
    (date, NAIVE, "expected date, got datetime"),
    (datetime, date(2024, 1, 2), "expected datetime, got date"),
    (AwareDatetime, NAIVE, "expected a datetime with a time zone, got one without"),
    (AwareDatetime, date(2024, 1, 2), "expected datetime, got date"),
    (NaiveDatetime, AWARE, "expected a datetime without a time zone, got one with"),
    (timedelta, 1, "expected timedelta, got int"),
    (
        timedelta,
        timedelta(seconds=2**32, microseconds=1),
        "expected a timedelta of less than 136 years, or of whole seconds, got timedelta",
    ),
    (UUID, str(SOME_UUID), "expected UUID, got str"),
    (ipaddress.IPv4Address, ipaddress.ip_address("::1"), "expected IPv4Address, got IPv6Address"),
    (PurePosixPath, "/a", "expected PurePosixPath, got str"),
    (int, None, "expected int, got NoneType"),
    (type(None), 0, "expected NoneType, got int"),
    (Colour, "blue", "expected one of the values of Colour, got str"),
    (Level, True, "expected one of the values of Level, got bool"),
    (Literal["a", 1], True, "expected one of the values of its Literal, got bool"),
    (list[int], (1,), "expected list, got tuple"),
    (tuple[int, ...], [1], "expected tuple, got list"),
    (tuple[int, str], (1,), "expected tuple of 2, got tuple"),
    (set[int], [1], "expected set, got list"),
    (dict[str, int], [], "expected dict, got list"),
    (dict[str, int], {1: 1}, "expected keys of type str"),
    (dict[int, int], {"1": 1}, "expected keys of type int"),
    (Inner, "x", "expected Inner, got str"),
]


@pytest.mark.parametrize(("annotation", "value", "reason"), MISFITS, ids=str)
def test_a_value_of_another_type_is_a_mismatch(annotation: Any, value: Any, reason: str) -> None:
    """A condition would miss what is stored as another type, however alike it looks."""
    with pytest.raises(Mismatch) as caught:
        storage_type_of(annotation).encode(value)
    assert reason == caught.value.reason


@pytest.mark.parametrize(
    ("annotation", "value", "path"),
    [
        (list[int], [1, "a"], (1,)),
        (tuple[int, list[int]], (1, [1, None]), (1, 1)),
        (dict[str, list[int]], {"a": [True]}, ("a", 0)),
        (list[Inner], [{"city": "x"}, {"city": 1}], (1, "city")),
    ],
    ids=str,
)
def test_a_mismatch_knows_where_it_is(annotation: Any, value: Any, path: tuple[str | int, ...]) -> None:
    """The path leads from the field to the value that does not belong there."""
    with pytest.raises(Mismatch) as caught:
        storage_type_of(annotation).encode(value)
    assert path == caught.value.path


@pytest.mark.parametrize(
    ("annotation", "value", "reason"),
    [
        (set[int], set(), "DynamoDB has no empty sets"),
        (
            dict[str, int],
            OrderedDict(a=1, b=2),
            "an OrderedDict; the maps of DynamoDB keep no order, use a list of pairs",
        ),
        (
            OrderedDict[str, int],
            {"a": 1, "b": 2},
            "an OrderedDict; the maps of DynamoDB keep no order, use a list of pairs",
        ),
        (dict[float, int], {1: 1, 1.5: 1}, "expected keys of type float"),
    ],
    ids=str,
)
def test_what_a_container_cannot_hold_is_refused(annotation: Any, value: Any, reason: str) -> None:
    """The limits of DynamoDB's sets and maps hold for typed ones too."""
    with pytest.raises(Unstorable) as caught:
        storage_type_of(annotation).encode(value)
    assert reason == caught.value.reason


def test_a_secret_is_refused_with_the_remedy() -> None:
    """Asterisks are never stored."""
    with pytest.raises(Unstorable, match=r"get_secret_value\(\)") as caught:
        storage_type_of(SecretStr).encode(SecretStr("hush"))
    assert "hush" not in caught.value.reason


class Odd(Enum):
    """A value of DynamoDB's, and one that has no form there."""

    NUMBER = 1
    OTHER = object()


def test_an_enum_with_a_value_that_cannot_be_stored_is_doubted_as_a_whole() -> None:
    """Its other members can be stored all the same."""
    storage = storage_type_of(Odd)
    assert (True, {"N": "1"}) == (storage.ambiguous, storage.encode(Odd.NUMBER))
    with pytest.raises(Unstorable):
        storage.encode(Odd.OTHER)


class Counted(BaseModel):
    value: int


class Told(BaseModel):
    value: str


def test_a_record_of_a_union_is_stored_as_the_one_that_its_values_fit() -> None:
    """Two may have the same fields, of other types."""
    assert {"M": {"value": {"S": "x"}}} == storage_type_of(Counted | Told).encode({"value": "x"})
