"""Points in time and dates as parts of keys: as they are stored, or cut, `{at:%Y-%m}`.

Both are taken from the stored text, which has a fixed width and is in UTC. `strftime` writes the year 999 with three
digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from pydamodb._codec.attribute_values import AttributeValue, datetime_text, number, timedelta_number
from pydamodb._codec.part_formats import BadFormat, PartFormat, Unwritable
from pydamodb._codec.part_numbers import scaled
from pydamodb._core.markers import EPOCH

# Where the stored text has each unit, and the first value of each unit.
_PLACES = {"Y": (0, 4), "m": (5, 7), "d": (8, 10), "H": (11, 13), "M": (14, 16), "S": (17, 19), "f": (20, 26)}
_FIRST = {"Y": "0001", "m": "01", "d": "01", "H": "00", "M": "00", "S": "00", "f": "000000"}
_FULL_DATE, _FULL_TIME = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S.%f"


def dates(spec: str) -> PartFormat:
    """Return the format of dates."""
    return _format_of(spec, _FULL_DATE, _stored_text)


def naive_times(spec: str) -> PartFormat:
    """Return the format of datetimes that never have a time zone."""
    return _format_of(spec, _FULL_TIME, _stored_text)


def times(spec: str) -> PartFormat:
    """Return the format of datetimes with a time zone."""
    return _format_of(spec, _FULL_TIME + "Z", _aware_text)


def times_to_live(spec: str) -> PartFormat:
    """Return the format of datetimes that are stored as seconds since 1970."""
    own = times(spec)

    def as_text(value: AttributeValue) -> AttributeValue:
        return {"S": datetime_text(EPOCH + timedelta(microseconds=scaled(value["N"], 6)))}

    def write(value: AttributeValue) -> str:
        return own.write(as_text(value))

    def read(text: str) -> AttributeValue:
        return _seconds_of(own.read(text)["S"])

    def is_first(value: AttributeValue) -> bool:
        return own.is_first(as_text(value))

    return replace(own, write=write, read=read, is_first=is_first, write_begin=None)


def _seconds_of(text: str) -> AttributeValue:
    year, month, day, *time, fraction = (int(text[start:end]) for start, end in _PLACES.values())
    days = EPOCH.replace(year=year, month=month, day=day) - EPOCH
    hours, minutes, seconds = time
    since = days + timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=fraction)
    return number(timedelta_number(since).normalize())


def _stored_text(value: AttributeValue) -> str:
    text: str = value["S"]
    return text


def _aware_text(value: AttributeValue) -> str:
    text = _stored_text(value)
    if not text.endswith("Z"):
        raise Unwritable("it has no time zone: annotate the field with AwareDatetime, or with NaiveDatetime")
    return text


def _format_of(spec: str, full: str, text_of: Callable[[AttributeValue], str]) -> PartFormat:
    """Return the format of what a spec names. A stored text has the spec `full`."""
    known = [unit for unit in _PLACES if f"%{unit}" in full]
    pieces = [piece for piece in re.split("(%.?)", spec or full) if piece]
    units = [piece[1:] for piece in pieces if piece.startswith("%")]
    if unknown := [unit for unit in units if unit not in known]:
        raise BadFormat(f"%{unknown[0]} is not one of {', '.join(f'%{unit}' for unit in known)}")
    if not units or len({*units}) < len(units):
        raise BadFormat(f"{spec!r} names {'a unit twice' if units else 'no unit'}: write units such as %Y-%m-%d")
    rest = [unit for unit in known if unit not in units]

    def write(value: AttributeValue) -> str:
        text = text_of(value)
        return "".join(text[slice(*_PLACES[piece[1:]])] if piece.startswith("%") else piece for piece in pieces)

    def read(text: str) -> AttributeValue:
        values, position = dict[str, str](), 0
        for piece in pieces:
            end = position + (_width(piece[1:]) if piece.startswith("%") else len(piece))
            values[piece], position = text[position:end], end
        return {"S": re.sub("%.", lambda unit: values[unit[0]], full)}

    def is_first(value: AttributeValue) -> bool:
        text = text_of(value)
        return all(text[slice(*_PLACES[unit])] == _FIRST[unit] for unit in rest)

    return PartFormat(
        write,
        read,
        "".join(f"[0-9]{{{_width(each[1:])}}}" if each.startswith("%") else re.escape(each) for each in pieces),
        ordered=units == known[: len(units)],
        lossless=not rest,
        is_first=is_first,
        write_begin=str if spec in {"", full} else None,
    )


def _width(unit: str) -> int:
    start, end = _PLACES[unit]
    return end - start
