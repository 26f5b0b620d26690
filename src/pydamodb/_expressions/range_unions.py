"""Several ranges of one sort key as the smallest single range that has them all, and the values inside of a range."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import eq, ge, gt, le, lt
from typing import Any

from pydamodb._codec.attribute_values import AttributeValue, decode_key, encode
from pydamodb._expressions.key_ranges import KeyRange, following

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


def union_of(ranges: Sequence[KeyRange]) -> KeyRange:
    """Return one range that has all values of several ranges, and maybe values between them. It has no filters."""
    first = ranges[0]
    if all((each.operator, each.operands) == (first.operator, first.operands) for each in ranges):
        return KeyRange(first.operator, first.operands)
    lows, highs = [_lowest(each) for each in ranges], [_highest(each) for each in ranges]
    low = None if None in lows else min(lows)
    high = None if None in highs else max(highs)
    if isinstance(low, str) and all(_begins(each, low) for each in ranges):
        return KeyRange("begins_with", (encode(low),))
    if low is None or high is None:
        bound, operator = (high, "<=") if low is None else (low, ">=")
        return KeyRange("") if bound is None else KeyRange(operator, (encode(bound),))
    return KeyRange("BETWEEN", (encode(low), encode(high)))


def is_inside(wanted: KeyRange, key: AttributeValue) -> bool:
    """Return True if a sort key is in a range; its filters do not count."""
    value, operands = decode_key(key), [decode_key(each) for each in wanted.operands]
    if wanted.operator == "begins_with":
        return bool(value.startswith(operands[0]))
    if wanted.operator == "BETWEEN":
        return bool(operands[0] <= value <= operands[1])
    return not wanted.operator or _COMPARISONS[wanted.operator](value, operands[0])


def _begins(wanted: KeyRange, begin: str) -> bool:
    """Return True if all values of a range begin with a text."""
    return wanted.operator in {"=", "begins_with"} and decode_key(wanted.operands[0]).startswith(begin)


def _lowest(wanted: KeyRange) -> Any:
    """Return a value below which a range has none, None if there is no such value."""
    return None if wanted.operator in {"", "<", "<="} else decode_key(wanted.operands[0])


def _highest(wanted: KeyRange) -> Any:
    """Return a value above which a range has none, None if there is no such value."""
    if wanted.operator in {"", ">", ">="}:
        return None
    last = decode_key(wanted.operands[-1])
    if wanted.operator == "begins_with":
        return following(last) if isinstance(last, str) else None
    return last
