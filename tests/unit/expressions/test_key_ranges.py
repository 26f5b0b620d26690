"""Conditions on parts of a sort key: the range finds exactly the items that the condition describes."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel
from pydantic import Field as PydanticField

from pydamodb import InvalidConditionError, InvalidKeyValueError, PrimaryKeyAndSortKeyModel
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue, decode_key
from pydamodb._codec.items import encode_item
from pydamodb._codec.key_templates import KeyFormat, key_format
from pydamodb._expressions import key_ranges
from pydamodb._expressions.conditions import And, BeginsWith, Between, Condition, Eq, Gt, Gte, Lt, Lte
from pydamodb._expressions.key_ranges import KeyRange, following, key_range

UTC = timezone.utc


class Row(PrimaryKeyAndSortKeyModel):
    """Three parts of each kind."""

    a: str = "a"
    n: int = 0
    b: str = "b"
    price: Decimal = Decimal(0)
    at: AwareDatetime = datetime(2026, 1, 1, tzinfo=UTC)
    data: bytes = b"x"
    other: int = 0
    lower: str = PydanticField(default="x", pattern="x|y")


attr: Any = Row.attr


def fitted(source: str) -> KeyFormat:
    """Fit a template of a sort key to the model."""
    return key_format(record_schema_of(Row), source, is_sort_key=True, is_sparse=True)


def answered(source: str, condition: Condition | None, **known: AttributeValue) -> KeyRange:
    """Return the range of a condition."""
    return key_range(Row, fitted(source), condition, known)


OPERATORS: dict[type[Any], Callable[[Any, Any], bool]] = {
    Eq: operator.eq,
    Lt: operator.lt,
    Lte: operator.le,
    Gt: operator.gt,
    Gte: operator.ge,
}


def holds(condition: Condition, row: BaseModel) -> bool:
    """Return whether a condition is true for a row, in the order of DynamoDB."""
    if isinstance(condition, And):
        return all(holds(each, row) for each in condition.conditions)
    term: Any = condition
    value = getattr(row, term.field.label)
    if isinstance(term, BeginsWith):
        return bool(value.startswith(term.value))
    if isinstance(term, Between):
        return bool(term.low <= value <= term.high)
    return OPERATORS[type(term)](value, term.value)


def found(wanted: KeyRange, rows: list[Any], template: KeyFormat) -> list[Any]:
    """Return what DynamoDB finds, in its order."""
    keyed = []
    for row in rows:
        key = template.make(encode_item(row))
        assert key is not None
        keyed.append((decode_key(key), row))
    operands: list[Any] = [decode_key(each) for each in wanted.operands]
    matches: dict[str, Callable[[Any], bool]] = {
        "": lambda _: True,
        "=": lambda key: bool(key == operands[0]),
        "<": lambda key: bool(key < operands[0]),
        "<=": lambda key: bool(key <= operands[0]),
        ">": lambda key: bool(key > operands[0]),
        ">=": lambda key: bool(key >= operands[0]),
        "BETWEEN": lambda key: bool(operands[0] <= key <= operands[1]),
        "begins_with": lambda key: bool(key.startswith(operands[0])),
    }
    chosen = [(key, row) for key, row in keyed if matches[wanted.operator](key)]
    chosen.sort(key=lambda pair: pair[0])
    return [row for _, row in chosen if all(holds(each, row) for each in wanted.filters)]


TEXTS = ["a", "a!", "a#", "a b", "ab", "b", "$", "é", "~", "\x00"]
ROWS = [
    Row(a=a, n=n, b=b, price=Decimal(n) / 4, at=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC) + timedelta(seconds=n))
    for a, n, b in itertools.product(TEXTS, range(-3, 4), ["a", "a!", "$"])
]
TIMES = [
    Row(at=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC) + timedelta(microseconds=number))
    for number in (0, 1, 500_000, 999_999, 1_000_000, 1_000_001, 86_400_000_000, 86_401_000_000)
] + [Row(at=datetime(2026, 2, day, tzinfo=UTC)) for day in (1, 2, 3)]


def terms(field: Any, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Condition]:
    """Return conditions on one part: one range."""
    low = st.one_of(values.map(lambda value: field > value), values.map(lambda value: field >= value))
    high = st.one_of(values.map(lambda value: field < value), values.map(lambda value: field <= value))
    return st.one_of(
        values.map(lambda value: field == value),
        low,
        high,
        st.tuples(values, values).map(lambda pair: field.between(*pair)),
        st.tuples(low, high).map(lambda pair: pair[0] & pair[1]),
        st.tuples(high, low).map(lambda pair: pair[0] & pair[1]),
    )


texts = st.sampled_from(TEXTS)
numbers = st.integers(-3, 3)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Draw leading parts with ==, then one range."""
    parts: list[tuple[Any, st.SearchStrategy[Any]]] = [(attr.a, texts), (attr.n, numbers), (attr.b, texts)]
    count = draw(st.integers(0, 2))
    leading = [field == draw(values) for field, values in parts[:count]]
    field, values = parts[count]
    begins = [texts.map(field.begins_with)] if values is texts else []
    last = draw(st.one_of(terms(field, values), *begins))
    return And(*leading, last) if leading else last


def is_reversed(condition: Condition) -> bool:
    """Return whether the last part has a lower bound above its upper bound: such a range is refused."""
    every: list[Any] = [*key_ranges.terms_of(condition)]
    last = every[-1]
    if isinstance(last, Between):
        return bool(last.low > last.high)
    same = [each for each in every if each.field == last.field]
    low, high = ([each.value for each in same if isinstance(each, kinds)] for kinds in ((Gt, Gte), (Lt, Lte)))
    return bool(low and high and low[0] > high[0])


def check(source: str, rows: list[Any], condition: Condition) -> None:
    """Compare a range with brute force. A range that is empty from the start is refused."""
    template = fitted(source)
    expected = [row for row in rows if holds(condition, row)]
    if is_reversed(condition):
        with pytest.raises(InvalidConditionError, match="above its upper bound"):
            key_range(Row, template, condition)
        return
    wanted = key_range(Row, template, condition)
    got = found(wanted, rows, template)
    assert (len(expected), True) == (len(got), all(row in got for row in expected))


SOURCES = ["X#{a}#{n:-03}#{b}", "{a}#{n:-03}#{b}", "X!{a}!{n:-03}{b}", "{a}#x#{n:-03}#{b}#end"]


@pytest.mark.parametrize("source", SOURCES)
@given(condition=conditions())
def test_a_range_is_what_its_condition_says(source: str, condition: Condition) -> None:
    """By operator and by part, with texts that contain separators."""
    check(source, ROWS, condition)


@pytest.mark.parametrize("source", ["{a}", "X#{a}", "{n:-03}", "X#{n:-03}", "{n:-03}#{a}", "{n}", "X#{price:-08.2f}"])
@given(data=st.data())
def test_a_range_of_the_first_part_is_exact(source: str, data: st.DataObject) -> None:
    """With and without a text before it and after it; a number alone is a number."""
    field, values = (attr.a, texts) if "{a}" in source[:5] else (attr.n, numbers)
    if "price" in source:
        field, values = attr.price, numbers.map(lambda number: Decimal(number) / 2)
    check(source, ROWS, data.draw(terms(field, values)))


MOMENTS = [row.at for row in TIMES]


@pytest.mark.parametrize(
    "source", ["{at}", "DAY#{at:%Y-%m-%d}", "DAY#{at:%Y-%m-%d}#x", "{at:%Y-%m}", "{at:%Y-%m-%dT%H:%M:%S}", "X#{at}#{a}"]
)
@pytest.mark.parametrize("low", MOMENTS)
def test_ranges_of_times_are_exact_whether_cut_or_not(source: str, low: datetime) -> None:
    """What is written like a bound without fitting the condition is left out by a filter."""
    for condition in (attr.at > low, attr.at >= low, attr.at < low, attr.at <= low, attr.at == low):
        check(source, TIMES, condition)
    for high in MOMENTS:
        for low_term, high_term in itertools.product(
            (attr.at > low, attr.at >= low), (attr.at < high, attr.at <= high)
        ):
            check(source, TIMES, low_term & high_term)
        check(source, TIMES, attr.at.between(low, high))


RANGES: list[tuple[str, Condition | None, str, list[Any], int]] = [
    ("PROFILE", None, "=", ["PROFILE"], 0),
    ("ORDER#{n:04}", None, "begins_with", ["ORDER#"], 0),
    ("{a}#{n:04}", None, "", [], 0),
    ("{n}", None, "", [], 0),
    ("{n}", attr.n == 5, "=", [5], 0),
    ("{n}", attr.n > 5, ">", [5], 0),
    ("{n}", attr.n <= 5, "<=", [5], 0),
    ("{n}", attr.n.between(1, 5), "BETWEEN", [1, 5], 0),
    ("{n}", (attr.n > 1) & (attr.n <= 5), "BETWEEN", [1, 5], 1),
    ("{data}", attr.data.begins_with(b"x"), "begins_with", [b"x"], 0),
    ("{a}", attr.a < "x", "<", ["x"], 0),
    ("{a}", attr.a.begins_with("x"), "begins_with", ["x"], 0),
    ("{a}", attr.a.begins_with(""), "", [], 0),
    ("{a}#{n:04}", attr.a == "x#", "begins_with", ["x$23#"], 0),
    ("{a}#{n:04}", (attr.a == "x") & (attr.n == 7), "=", ["x#0007"], 0),
    ("{a}#{n:04}", attr.a < "x", "<=", ["x"], 0),
    ("{a}#{n:04}", attr.a > "x", ">=", ["x$"], 0),
    ("{a:raw}#{n:04}", attr.a.begins_with("x"), "begins_with", ["x"], 0),
    ("ORDER#{n:04}", attr.n.between(1, 5), "BETWEEN", ["ORDER#0001", "ORDER#0005"], 0),
    ("ORDER#{n:04}", attr.n >= 2, "BETWEEN", ["ORDER#0002", "ORDER$"], 0),
    ("ORDER#{n:04}", attr.n < 2, "BETWEEN", ["ORDER#", "ORDER#0001"], 0),
    ("ORDER#{n:04}", attr.n < 10, "BETWEEN", ["ORDER#", "ORDER#001/"], 0),
    ("X#{a}", attr.a > "x", "BETWEEN", ["X#x\0", "X$"], 0),
    ("X#{a}", attr.a < "x", "BETWEEN", ["X#", "X#x"], 1),
    ("{at}", attr.at.begins_with("2026-01"), "begins_with", ["2026-01"], 0),
    ("{at:%Y-%m}", attr.at == datetime(2026, 1, 2, tzinfo=UTC), "=", ["2026-01"], 1),
]


@pytest.mark.parametrize(("source", "condition", "operation", "operands", "filters"), RANGES)
def test_a_condition_is_one_range(
    source: str, condition: Condition | None, operation: str, operands: list[Any], filters: int
) -> None:
    """One comparison of DynamoDB, and a filter only where no text is the bound."""
    wanted = answered(source, condition)
    assert (operation, operands, filters) == (
        wanted.operator,
        [decode_key(each) for each in wanted.operands],
        len(wanted.filters),
    )


def test_parts_of_the_partition_key_are_known() -> None:
    """They are not given twice."""
    wanted = answered("{a}#{n:04}", attr.n > 5, a={"S": "x"})
    assert KeyRange("BETWEEN", ({"S": "x#0006"}, {"S": "x$"})) == wanted
    with pytest.raises(InvalidConditionError, match="about a: the partition key gives its value already"):
        answered("{a}#{n:04}", attr.a == "x", a={"S": "x"})


REFUSED: list[tuple[str, Condition, str]] = [
    ("{a}#{n:04}", attr.n == 3, r"about n: it needs a == \.\.\. before it"),
    ("{a}#{n:04}", (attr.a > "x") & (attr.n == 3), r"about n: it needs a == \.\.\. before it"),
    (
        "{a}#{n:04}",
        attr.other > 3,
        "about other: it is no part of the sort key '{a}#{n:04}'; put it into filter_condition",
    ),
    ("PROFILE", attr.a == "x", "about a: it is no part of the sort key 'PROFILE'"),
    ("{a}#{n:04}", (attr.a == "x") | (attr.a == "y"), "about .* and Or is none of them"),
    ("{a}#{n:04}", attr.a.in_("x"), "about .* and In is none of them"),
    ("{a}#{n:04}", attr.a != "x", "about .* and Ne is none of them"),
    ("{a}#{n:04}", attr.a.size() == 1, "about .* and Eq is none of them"),
    ("{a}#{n:04}", attr.a == None, "about a: a part of a key is never None"),
    ("{a}#{n:04}", attr.a == attr.b, "about a: a part of a key is compared with a value"),
    ("{n}", attr.n > "x", "about n: expected int, got str"),
    ("{n:04}", attr.n.between(5, 1), "about n: its lower bound is above its upper bound"),
    ("{n}", attr.n.between(5, 1), "about n: its lower bound is above its upper bound"),
    ("X#{a}", (attr.a > "x") & (attr.a > "y"), "about a: it has two lower or two upper bounds"),
    ("X#{a}", attr.a.between("x", "y") & (attr.a < "y"), "about a: it has two lower or two upper bounds"),
    ("X#{a}", (attr.a == "x") & (attr.a < "y"), r"about a: == and begins_with\(\) cannot be joined"),
    ("{n:04}", BeginsWith(attr.n, "1"), r"about n: its part does not begin as its text does; use between\(\)"),
    ("{n}", BeginsWith(attr.n, "1"), "about n: a number does not begin with a text"),
    ("{at:%Y}", attr.at.begins_with("2026"), "about at: its part does not begin as its text does"),
    ("{a}#", BeginsWith(attr.a, 5), "about a: begins_with takes a text, got int"),
    ("{a}#", attr.a.begins_with("\ud800"), "about a: a string with a lone surrogate"),
    ("{a:raw}#{n:04}", attr.a.begins_with("x#"), "about a: its text contains '#'"),
    ("{a:raw}#{n:04}", attr.a > "x", "about a: its texts do not sort like its values .*: leave out ':raw'"),
    ("{a}|{n:04}", attr.a > "x", r"about a: its texts do not sort like its values .*: put '#' after it"),
]


@pytest.mark.parametrize(("source", "condition", "reason"), REFUSED)
def test_what_no_range_answers_is_refused(source: str, condition: Condition, reason: str) -> None:
    """The error names the model, the part and the remedy."""
    with pytest.raises(InvalidConditionError, match=f"^query of Row: sort_key_condition {reason}") as caught:
        answered(source, condition)
    assert "Row" == caught.value.model_name


def test_a_bound_that_has_no_text_is_refused() -> None:
    """As a key with this value is."""
    with pytest.raises(InvalidKeyValueError, match=r"Row.n is a part of the key '\{n:04\}': it has more than 4 digits"):
        answered("{n:04}", attr.n < 100_000)


@pytest.mark.parametrize(
    ("begin", "after"),
    [("ORDER#", "ORDER$"), ("\ud7ff", "\ue000"), ("x\U0010ffff", "y"), ("\U0010ffff", None), ("", None)],
)
def test_the_text_after_all_texts_with_a_begin(begin: str, after: str | None) -> None:
    """It is found by the next character; surrogates are none, and after the last one comes nothing."""
    assert after == following(begin)


def test_the_proof_finds_a_wrong_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant takes a begin for its own end: then ranges lose items, and the test above fails."""
    monkeypatch.setattr(key_ranges, "following", lambda begin: begin)
    with pytest.raises(AssertionError):
        check(SOURCES[0], ROWS, attr.a > "a")
