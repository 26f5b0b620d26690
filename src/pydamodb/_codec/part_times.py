"""Points in time and dates as parts of keys: as they are stored, or cut, `{at:%Y-%m}`.

Both are taken from the stored text, which has a fixed width and is in UTC. `strftime` writes the year 999 with three
digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from operator import attrgetter
from typing import Any

from pydamodb._codec.attribute_values import AttributeValue, datetime_text, number, timedelta_number
from pydamodb._codec.part_formats import BETWEEN, BadFormat, PartFormat, Unwritable, have_form, joined_json, no_texts
from pydamodb._codec.part_numbers import scaled
from pydamodb._core.markers import EPOCH

# Where the stored text has each unit, and the first value of each unit.
_PLACES = {"Y": (0, 4), "m": (5, 7), "d": (8, 10), "H": (11, 13), "M": (14, 16), "S": (17, 19), "f": (20, 26)}
_FIRST = {"Y": "0001", "m": "01", "d": "01", "H": "00", "M": "00", "S": "00", "f": "000000"}
_LEAP_YEAR = "2000"  # has all days that a year can have
_FULL_DATE, _FULL_TIME = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S.%f"
_zone_of = attrgetter("tzinfo")


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

    return replace(
        own, write=write, read=read, is_first=is_first, write_begin=None, write_all=no_texts, write_stored=no_texts
    )


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
    form = re.sub("%.", lambda unit: "0" * _width(unit[0]), full)
    is_begin, width = full.startswith(spec), sum(map(_width, pieces))

    def write(value: AttributeValue) -> str:
        text = text_of(value)
        if is_begin:
            return text[:width]
        return "".join(text[slice(*_PLACES[piece[1:]])] if piece.startswith("%") else piece for piece in pieces)

    def read(text: str) -> AttributeValue:
        values = _units_in(text, pieces)
        return {"S": re.sub("%.", lambda unit: values[unit[0][1:]], full)}

    def is_first(value: AttributeValue) -> bool:
        text = text_of(value)
        return all(text[slice(*_PLACES[unit])] == _FIRST[unit] for unit in rest)

    def write_stored(texts: Sequence[Any]) -> Sequence[str] | None:
        return _cut(texts, width) if have_form(texts, form) else None

    return PartFormat(
        write,
        read,
        "".join(f"[0-9]{{{_width(each)}}}" if each.startswith("%") else re.escape(each) for each in pieces),
        ordered=units == known[: len(units)],
        lossless=not rest,
        is_value=lambda text: _is_time(_units_in(text, pieces)),
        is_first=is_first,
        write_begin=str if spec in {"", full} else None,
        write_all=lambda values: _all_begins(full, width, values) if is_begin else None,
        write_stored=write_stored if is_begin else no_texts,
    )


def _all_begins(full: str, width: int, values: Sequence[Any]) -> tuple[str, Sequence[Any]] | None:
    """Return the begins of the stored texts. Pydantic writes these faster than Python, but no fraction that is zero."""
    kind = date if full == _FULL_DATE else datetime
    if {*map(type, values)} != {kind}:
        return None
    zones = set[tzinfo | None]() if kind is date else {*map(_zone_of, values)}
    is_utc = full.endswith("Z")
    if any(zone is None or zone.utcoffset(None) != timedelta() for zone in zones) if is_utc else zones - {None}:
        return None
    joined, whole_second = joined_json(values), ".000000Z" if is_utc else ".000000"
    texts, length = joined.split(BETWEEN), 19 + len(whole_second) + len(BETWEEN)
    if kind is datetime and len(joined) + len(BETWEEN) < len(texts) * length:
        texts = [text if text[19:20] == "." else text[:19] + whole_second for text in texts]
    return "%s", _cut(texts, width)


def _cut(texts: Sequence[str], width: int) -> Sequence[str]:
    return texts if width >= len(texts[0]) else [text[:width] for text in texts]


def _units_in(text: str, pieces: Sequence[str]) -> dict[str, str]:
    values, position = dict[str, str](), 0
    for piece in pieces:
        end = position + _width(piece)
        values[piece[1:]], position = text[position:end], end
    return values


def _is_time(units: Mapping[str, str]) -> bool:
    """Return True if there is a time with these units."""
    values = {**_FIRST, "Y": _LEAP_YEAR, **units}
    try:
        datetime(*[int(values[unit]) for unit in _PLACES])  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return False
    return True


def _width(piece: str) -> int:
    start, end = _PLACES[piece[1:]] if piece.startswith("%") else (0, len(piece))
    return end - start
