"""Parts of keys: the texts of values sort like the values, and read back as they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, NaiveDatetime, PastDate, PastDatetime, PlainSerializer

from pydamodb import TimeToLive
from pydamodb._codec import part_texts
from pydamodb._codec.annotations import storage_type_of
from pydamodb._codec.attribute_values import decode_key
from pydamodb._codec.part_formats import BadFormat, PartFormat, Unwritable
from pydamodb._codec.part_texts import quote, unquote
from pydamodb._codec.template_parts import part_format

UTC = timezone.utc
ZONES = [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=9))]


class Level(Enum):
    """An enum of numbers."""

    LOW, MID, HIGH = 1, 5, 10


class Rank(IntEnum):
    """An enum whose members are numbers."""

    FIRST, SECOND = 1, 2


class Color(str, Enum):
    """An enum of texts, in their order."""

    BLUE, RED = "blue", "red#1"


class Mixed(Enum):
    """An enum of several types."""

    ONE, TWO = 1, "two"


Name = NewType("Name", str)


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Return amounts with two decimal places."""
    return st.integers(low, high).map(lambda number: Decimal(f"{number}e-2"))


def times(**options: Any) -> st.SearchStrategy[datetime]:
    """Return points in time whose form in UTC is a datetime."""
    first, last = datetime(2, 1, 1), datetime(9998, 1, 1)  # noqa: DTZ001
    return st.datetimes(min_value=first, max_value=last, **options)


texts = st.text(min_size=1, max_size=8) | st.text("a#$! \x00\x7f~é\U0010ffff", min_size=1, max_size=5)
aware = times(timezones=st.sampled_from(ZONES))
naive = times()
dates = st.dates()
seconds = st.integers(0, 20_000_000_000).map(lambda number: datetime.fromtimestamp(0, UTC) + timedelta(seconds=number))

# The type of a field, its format, what follows it, and its values.
ORDERED: dict[str, tuple[Any, str, str, st.SearchStrategy[Any]]] = {
    "int": (int, "04", "#", st.integers(0, 9999)),
    "signed int": (int, "-04", "#", st.integers(-9999, 9999)),
    "long int": (int, "-038", "", st.integers(-(10**38) + 1, 10**38 - 1)),
    "int with d": (int, "04d", "", st.integers(0, 9999)),
    "Decimal": (Decimal, "08.2f", "#", cents(0, 9999999)),
    "signed Decimal": (Decimal, "-08.2f", "", cents(-9999999, 9999999)),
    "long Decimal": (Decimal, "-039.2f", "", cents(-(10**38) + 1, 10**38 - 1)),
    "float": (float, "-010.3f", "|", st.integers(-999999999, 999999999).map(lambda number: number / 1000)),
    "aware datetime": (AwareDatetime, "", "#", aware),
    "datetime": (datetime, "", "", aware),
    "optional datetime": (datetime | None, "", "", aware),
    "naive datetime": (NaiveDatetime, "", "#", naive),
    "past datetime": (PastDatetime, "", "#", aware),
    "datetime in units": (AwareDatetime, "%Y%m%d-%H:%M:%S.%f", "#", aware),
    "time to live": (Annotated[datetime, TimeToLive], "", "#", seconds),
    "date": (date, "", "#", dates),
    "past date": (PastDate, "", "#", dates),
    "date in units": (date, "%Y%m%d", "#", dates),
    "UUID": (UUID, "", "#", st.uuids()),
    "bool": (bool, "", "#", st.booleans()),
    "enum of numbers": (Level, "02", "#", st.sampled_from(Level)),
    "IntEnum": (Rank, "02", "#", st.sampled_from(Rank)),
    "Literal of numbers": (Literal[1, 20], "02", "#", st.sampled_from([1, 20])),
    "last text": (str, "", "", texts),
    "last raw text": (str, "raw", "", texts),
    "text before #": (str, "", "#", texts),
    "text before !": (str, "", "!", texts),
    "optional text": (str | None, "", "#", texts),
    "NewType": (Name, "", "#", texts),
    "annotated text": (Annotated[str, "something"], "", "#", texts),
    "enum of texts": (Color, "", "#", st.sampled_from(Color)),
    "Literal of texts": (Literal["a", "b#"], "", "#", st.sampled_from(["a", "b#"])),
}
UNORDERED: dict[str, tuple[Any, str, str, st.SearchStrategy[Any]]] = {
    "plain int": (int, "", "#", st.integers(-(10**20), 10**20)),
    "plain Decimal": (Decimal, "", "#", cents(-(10**9), 10**9)),
    "plain float": (float, "", "#", st.floats(-1e30, 1e30).filter(lambda number: not 0 < abs(number) < 1e-30)),
    "text before |": (str, "", "|", texts),
    "text before a letter": (str, "", "z", texts),
    "raw text": (str, "raw", "#", texts.filter(lambda text: "#" not in text)),
    "date in another order": (date, "%d.%m.%Y", "#", dates),
}


def format_of(annotation: Any, spec: str, after: str) -> tuple[PartFormat, Callable[[Any], str]]:
    """Return the format of a type, and a function that writes a value with it."""
    storage = storage_type_of(annotation)
    found = part_format(storage, spec, after)
    return found, lambda value: found.write(storage.encode(value))


def rank(value: Any) -> Any:
    """Return what values are compared by: texts like their bytes."""
    value = value.value if isinstance(value, Enum) else value
    return value.encode() if isinstance(value, str) else value


def check_reads_back(kind: tuple[Any, str, str, Any], value: Any) -> str:
    """Check what holds for each text of a part, and return the text."""
    annotation, spec, after, _ = kind
    found, write = format_of(annotation, spec, after)
    text = write(value)
    stored = decode_key(storage_type_of(annotation).encode(value))
    assert (stored, True) == (decode_key(found.read(text)), re.fullmatch(found.pattern, text) is not None)
    return text


@pytest.mark.parametrize("kind", ORDERED)
@given(data=st.data())
def test_texts_sort_like_their_values(kind: str, data: st.DataObject) -> None:
    """The order of the texts is the order of the values, and each text reads back as its value."""
    values = ORDERED[kind][3]
    one, two = data.draw(values), data.draw(values)
    first, second = check_reads_back(ORDERED[kind], one), check_reads_back(ORDERED[kind], two)
    assert (rank(one) < rank(two)) == (first.encode() < second.encode())
    assert (rank(one) == rank(two)) == (first == second)


@pytest.mark.parametrize("kind", UNORDERED)
@given(data=st.data())
def test_texts_without_order_read_back(kind: str, data: st.DataObject) -> None:
    """They are as different as their values, and say that they have no order."""
    annotation, spec, after, values = UNORDERED[kind]
    one, two = data.draw(values), data.draw(values)
    first, second = check_reads_back(UNORDERED[kind], one), check_reads_back(UNORDERED[kind], two)
    assert (one == two) == (first == second)
    assert format_of(annotation, spec, after)[0].ordered is False


@pytest.mark.parametrize("kind", [kind for kind in ORDERED if format_of(*ORDERED[kind][:3])[0].delimited])
@given(data=st.data())
def test_no_delimited_text_begins_with_another_one(kind: str, data: st.DataObject) -> None:
    """So that two of them need nothing between them."""
    one, two = (check_reads_back(ORDERED[kind], data.draw(ORDERED[kind][3])) for _ in range(2))
    assert one.startswith(two) == (one == two)


@given(texts, texts, st.sampled_from(' !"#'))
def test_an_escaped_text_begins_like_the_text(begin: str, text: str, separator: str) -> None:
    """A condition on the begin of a text is one on the begin of its escaped form."""
    assert quote(begin + text, separator).startswith(quote(begin, separator))
    assert text.startswith(begin) == quote(text, separator).startswith(quote(begin, separator))


@given(texts, st.sampled_from("|:/.z#!"))
def test_an_escaped_text_never_has_its_separator(text: str, separator: str) -> None:
    """So nothing after the text can be taken for a part of it."""
    assert (False, text) == (separator in quote(text, separator), unquote(quote(text, separator)))


def test_the_proof_of_order_finds_a_naive_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    """If only `$` and `#` are escaped, keys no longer sort like tuples, and the test above fails."""
    monkeypatch.setattr(part_texts, "quote", lambda text, _: text.replace("$", "$24").replace("#", "$23"))
    _, write = format_of(str, "", "#")
    assert ["a!", "a"] == sorted(["a", "a!"], key=lambda text: write(text) + "#")


CUT: list[tuple[Any, str, Any, str, bool]] = [
    (AwareDatetime, "%Y-%m", datetime(999, 3, 1, tzinfo=UTC), "0999-03", True),
    (AwareDatetime, "%Y-%m-%d", datetime(2026, 1, 1, 1, tzinfo=ZONES[1]), "2025-12-31", False),
    (NaiveDatetime, "%Y-%m-%dT%H", datetime(2026, 1, 31, 23), "2026-01-31T23", True),  # noqa: DTZ001
    (date, "%Y", date(2026, 1, 2), "2026", False),
    (Annotated[datetime, TimeToLive], "%Y-%m-%d", datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02", True),
]


@pytest.mark.parametrize(("annotation", "spec", "value", "text", "is_first"), CUT)
def test_a_time_can_be_cut(annotation: Any, spec: str, value: Any, text: str, *, is_first: bool) -> None:
    """It is cut in UTC, has all digits, and knows whether the value is the first with this text."""
    found, write = format_of(annotation, spec, "")
    assert (text, False, is_first) == (
        write(value),
        found.lossless,
        found.is_first(storage_type_of(annotation).encode(value)),
    )


def test_times_to_live_before_1970_and_with_a_fraction_can_be_bounds() -> None:
    """A condition may compare with any point in time."""
    found = part_format(storage_type_of(Annotated[datetime, TimeToLive]), "", "")
    assert "1969-12-31T23:59:58.500000Z" == found.write({"N": "-1.5"})


REFUSED_VALUES: list[tuple[Any, str, str, Any, str]] = [
    (int, "04", "", 10000, "more than 4 digits"),
    (int, "04", "", -1, "below zero.*-04"),
    (Decimal, "08.2f", "", Decimal("0.001"), "2 decimal places"),
    (Decimal, "08.2f", "", Decimal(100000), "more than 5 digits before the point"),
    (float, "08.2f", "", -0.5, "below zero"),
    (str, "", "", "", "an empty text"),
    (str, "", "#", "", "an empty text"),
    (str, "raw", "#", "a#b", "contains '#'.*':raw'"),
    (datetime, "", "", datetime(2026, 1, 1), "no time zone: annotate the field with AwareDatetime"),  # noqa: DTZ001
    (datetime, "%Y", "", datetime(2026, 1, 1), "no time zone"),  # noqa: DTZ001
]


@pytest.mark.parametrize(("annotation", "spec", "after", "value", "reason"), REFUSED_VALUES)
def test_a_value_that_has_no_text_is_refused(annotation: Any, spec: str, after: str, value: Any, reason: str) -> None:
    """Nothing is rounded, cut off or left empty; and the reason does not show the value."""
    _, write = format_of(annotation, spec, after)
    with pytest.raises(Unwritable, match=reason):
        write(value)


def test_a_whole_number_is_compared_without_its_fraction_only_if_it_has_none() -> None:
    """An operand may be any number: 5.5 has no text, and 5E+1 is 50."""
    found = part_format(storage_type_of(int), "04", "")
    assert "0050" == found.write({"N": "5E+1"})
    with pytest.raises(Unwritable, match="no decimal places"):
        found.write({"N": "5.5"})


class Inner(BaseModel):
    """A value that is no key."""


REFUSED_FORMATS: list[tuple[Any, str, str, str]] = [
    (int, "4", "", "no width such as 08"),
    (int, "00", "", "no width"),
    (int, "039", "", "no width"),
    (int, "08.2f", "", "no width"),
    (Decimal, "08", "", "such as 012.2f"),
    (Decimal, "03.2f", "", "such as 012.2f"),
    (Decimal, "08.0f", "", "such as 012.2f"),
    (datetime, "%Y-%j", "", "%j is not one of %Y, %m, %d, %H, %M, %S, %f"),
    (date, "%H", "", "%H is not one of %Y, %m, %d$"),
    (date, "%Y%", "", "% is not one of"),
    (date, "%Y-%Y", "", "a unit twice"),
    (date, "x", "", "names no unit"),
    (str, "08", "", "a text takes no format but 'raw'"),
    (UUID, "08", "", "UUID takes no format"),
    (bool, "1", "", "bool takes no format"),
    (Mixed, "", "", "not of one type"),
    (Literal[1, "a"], "", "", "not of one type"),
    (list[str], "", "", "not a type that keys are made of"),
    (int | str, "", "", "a union"),
    (Inner, "", "", "Inner is not a type"),
    (Any, "", "", "not a type"),
    (bytes, "", "#", "bytes is not a type"),
    (timedelta, "", "", "timedelta is not a type"),
    (Annotated[str, PlainSerializer(str.upper)], "", "", "its own serializer"),
    *((str, "", separator, "cannot end a text") for separator in "$0AFé\t"),
    (str, "raw", "é", "cannot end a text"),
]


@pytest.mark.parametrize(("annotation", "spec", "after", "reason"), REFUSED_FORMATS)
def test_a_type_that_cannot_be_written_so_is_refused(annotation: Any, spec: str, after: str, reason: str) -> None:
    """What would have no order, or could not be read back, says so when the class is made."""
    with pytest.raises(BadFormat, match=reason):
        part_format(storage_type_of(annotation), spec, after)
