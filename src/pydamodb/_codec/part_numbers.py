"""Numbers as parts of keys: a fixed number of digits, so that texts sort like numbers.

With the format `-08`, a number below zero is `-` and the nines' complement of its digits: -2 sorts before -1.
The arithmetic is that of whole numbers, because Decimals would round in the caller's context.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydamodb._codec.attribute_values import MOST_DIGITS, AttributeValue, Unstorable, number
from pydamodb._codec.part_formats import BadFormat, PartFormat, Unwritable, no_texts

_WHOLE_SPEC = re.compile(r"(-?)0([0-9]+)d?")
_DECIMAL_SPEC = re.compile(r"(-?)0([0-9]+)\.([0-9]+)f")
_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def whole_numbers(spec: str) -> PartFormat:
    """Return the format of ints with a width."""
    found = _WHOLE_SPEC.fullmatch(spec)
    if found is None or not 1 <= int(found[2]) <= MOST_DIGITS:
        raise BadFormat(f"{spec!r} is no width such as 08, or -08 for numbers below zero")
    return _fixed_width(int(found[2]), 0, spec, signed=bool(found[1]))


def decimal_numbers(spec: str) -> PartFormat:
    """Return the format of Decimals and floats with a width, and a number of places."""
    found = _DECIMAL_SPEC.fullmatch(spec)
    if found is None or not 1 <= int(found[3]) <= int(found[2]) - 2 < MOST_DIGITS:
        raise BadFormat(
            f"{spec!r} is no width and number of decimal places such as 012.2f, or -012.2f for values below zero"
        )
    return _fixed_width(int(found[2]) - 1, int(found[3]), spec, signed=bool(found[1]))


def _fixed_width(width: int, places: int, spec: str, *, signed: bool) -> PartFormat:
    """Write numbers with `width` digits, `places` of them after the point."""

    def write(value: AttributeValue) -> str:
        text: str = value["N"]
        whole = int(text) if not places and text.isdecimal() else scaled(text, places)
        digits = f"{abs(whole):0{width}d}"
        if len(digits) > width:
            before = " before the point" if places else ""
            raise Unwritable(f"it has more than {width - places} digits{before}: give its part a greater width")
        if whole < 0:
            if not signed:
                raise Unwritable(f"it is below zero: write its part with a sign, -{spec}, for numbers below zero")
            digits = digits.translate(_COMPLEMENT)
        return ("-" if whole < 0 else "") + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)

    def read(text: str) -> AttributeValue:
        if text.startswith("-"):
            text = "-" + text[1:].translate(_COMPLEMENT)
        return number(Decimal(text) if places else int(text))

    def write_all(values: Sequence[Any]) -> tuple[str, Sequence[Any]] | None:
        is_usual = not places and {*map(type, values)} == {int} and min(values) >= 0 and max(values) < limit
        return (f"%0{width}d", values) if is_usual else None

    limit = 10**width
    point = rf"\.[0-9]{{{places}}}" if places else ""
    pattern = f"{'-?' if signed else ''}[0-9]{{{width - places}}}{point}"
    return PartFormat(write, read, pattern, write_all=write_all)


def scaled(text: str, places: int) -> int:
    """Return a number with this many places as a whole number, exactly."""
    sign, digits, exponent = Decimal(text).as_tuple()
    shift = int(exponent) + places
    whole: int = int("".join(map(str, digits)))
    if shift < 0:
        whole, rest = divmod(whole, 10**-shift)
        if rest:
            allowed = f"{places} decimal places" if places else "no decimal places"
            raise Unwritable(f"its part has {allowed}, and no number is rounded: give its part more places")
    else:
        whole *= int(10**shift)
    return -whole if sign else whole


def plain_numbers(*, is_whole: bool) -> PartFormat:
    """Return the format of numbers without a width: 1.50 is 1.5, and the texts have no order."""
    pattern = "(?:0|-?[1-9][0-9]*)" if is_whole else r"(?:0|-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?)"
    write_all = _all_whole if is_whole else no_texts
    return PartFormat(
        _write_plain,
        _read_plain,
        pattern,
        delimited=False,
        ordered=False,
        is_value=_is_stored,
        write_all=write_all,
    )


def _all_whole(values: Sequence[Any]) -> tuple[str, Sequence[Any]] | None:
    return ("%d", values) if {*map(type, values)} == {int} else None


def _write_plain(value: AttributeValue) -> str:
    text = format(Decimal(value["N"]), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _is_stored(text: str) -> bool:
    try:
        _read_plain(text)
    except Unstorable:
        return False
    return True


def _read_plain(text: str) -> AttributeValue:
    return number(Decimal(text))
