"""Several ranges of one sort key as one range, by examples and against brute force."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydamodb._codec.attribute_values import AttributeValue, encode
from pydamodb._expressions.key_ranges import KeyRange
from pydamodb._expressions.range_unions import is_inside, union_of


def made(operator: str, *values: Any) -> KeyRange:
    """Make a range of Python values."""
    return KeyRange(operator, tuple(encode(value) for value in values))


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([("=", "a")], ("=", "a")),
        ([("=", "a"), ("=", "a")], ("=", "a")),
        ([("=", "a"), ("begins_with", "ab")], ("begins_with", "a")),
        ([("begins_with", "ab"), ("begins_with", "ac")], ("BETWEEN", "ab", "ad")),
        ([("=", "b"), ("=", "a")], ("BETWEEN", "a", "b")),
        ([("BETWEEN", "a", "c"), ("BETWEEN", "b", "d")], ("BETWEEN", "a", "d")),
        ([("", ), ("=", "a")], ("",)),
        ([("<", "b"), ("<=", "a")], ("<=", "b")),
        ([(">", "b"), (">=", "c")], (">=", "b")),
        ([("<", "b"), (">", "c")], ("",)),
        ([("begins_with", chr(0x10FFFF)), ("=", "a")], (">=", "a")),
        ([("BETWEEN", 1, 3), ("=", 7)], ("BETWEEN", 1, 7)),
        ([("begins_with", b"a"), ("=", b"a")], (">=", b"a")),
    ],
)  # fmt: skip
def test_the_smallest_range_of_all(ranges: Any, expected: Any) -> None:
    """Of texts, numbers and bytes."""
    assert made(*expected) == union_of([made(*each) for each in ranges])


TEXTS = st.text("ab\x00\U0010ffff", min_size=1, max_size=3)


@st.composite
def any_range(draw: Any) -> KeyRange:
    """Draw a range."""
    operator = draw(st.sampled_from(["", "=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"]))
    values = sorted(draw(st.lists(TEXTS, min_size=2, max_size=2)))
    return made(operator, *values[: {"": 0, "BETWEEN": 2}.get(operator, 1)])


def holds(wanted: KeyRange, text: str) -> bool:
    """Return True if a text is in a range, said in another way."""
    low, *others = [str(each["S"]) for each in wanted.operands] or [""]
    return {
        "": True,
        "=": text == low,
        "<": text < low,
        "<=": text <= low,
        ">": text > low,
        ">=": text >= low,
        "BETWEEN": low <= text <= (others or [""])[0],
        "begins_with": text[: len(low)] == low,
    }[wanted.operator]


@given(st.lists(any_range(), min_size=1, max_size=4), TEXTS)
def test_the_range_has_what_any_of_them_has(ranges: list[KeyRange], text: str) -> None:
    """And a key is inside of a range as DynamoDB would say."""
    key: AttributeValue = {"S": text}
    assert [holds(each, text) for each in ranges] == [is_inside(each, key) for each in ranges]
    assert is_inside(union_of(ranges), key) or not any(holds(each, text) for each in ranges)
