"""Texts as parts of keys. A text that is not last is escaped, so that it never contains what follows it.

With the separators ` `, `!`, `"` and `#`, all characters up to `$` are escaped: `$` and two hex digits. The separator
sorts before each character of an escaped text, so that keys sort like tuples of their parts. An escaped text begins
like the text begins. With another separator only this one and `$` are escaped, and the texts have no order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.part_formats import BETWEEN, BadFormat, PartFormat, Unwritable, have_form, joined_json

QUOTE = "$"
_UP_TO_QUOTE = re.compile(r"[\x00-$]")
_ESCAPED = re.compile(r"\$([0-9A-F]{2})")
_IN_ESCAPES = frozenset("$0123456789ABCDEF")
RAW = "raw"


def texts(spec: str, separator: str) -> PartFormat:
    """Return the format of texts before a separator, which is empty for the last part of a key."""
    if spec not in {"", RAW}:
        raise BadFormat(f"a text takes no format but {RAW!r}, got {spec!r}")
    if not separator:
        return PartFormat(_text_of, _stored, "(?s:.+)", delimited=False, write_begin=str, write_all=_all_texts)
    if not " " <= separator <= "~" or (not spec and separator in _IN_ESCAPES):
        raise BadFormat(f"{separator!r} cannot end a text: begin what follows it with '#', or with another sign")
    pattern = f"[^{re.escape(separator)}]+"
    if spec:
        as_it_is = partial(_without, separator)
        return PartFormat(
            lambda value: as_it_is(_text_of(value)),
            _stored,
            pattern,
            delimited=False,
            ordered=False,
            write_begin=as_it_is,
            write_all=partial(_all_raw, separator),
        )
    return PartFormat(
        lambda value: quote(_text_of(value), separator),
        lambda text: _stored(unquote(text)),
        pattern,
        delimited=False,
        ordered=separator < QUOTE,
        write_begin=lambda text: quote(text, separator),
        write_all=partial(_all_quoted, separator),
    )


def _all_texts(values: Sequence[Any]) -> tuple[str, Sequence[Any]] | None:
    return ("%s", values) if {*map(type, values)} == {str} and "" not in values else None


def _all_raw(separator: str, values: Sequence[Any]) -> tuple[str, Sequence[Any]] | None:
    written = _all_texts(values)
    return written if written is not None and separator not in "".join(values) else None


def _all_quoted(separator: str, values: Sequence[Any]) -> tuple[str, Sequence[Any]] | None:
    written = _all_texts(values)
    joined = "".join(values) if written else ""
    return written if quote(joined, separator) == joined else ("%s", [quote(text, separator) for text in values])


def quote(text: str, separator: str) -> str:
    """Escape a text."""
    if separator < QUOTE:
        return _UP_TO_QUOTE.sub(_escape, text)
    return "".join(f"${ord(each):02X}" if each in {separator, QUOTE} else each for each in text)


def _escape(found: re.Match[str]) -> str:
    return f"${ord(found[0]):02X}"


def unquote(text: str) -> str:
    """Return the text that was escaped."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _text_of(value: AttributeValue) -> str:
    text: str = value["S"]
    if not text:
        raise Unwritable("it is an empty text, which cannot be a part of a key")
    return text


def _stored(text: str) -> AttributeValue:
    return {"S": text}


def _without(separator: str, text: str) -> str:
    if separator in text:
        raise Unwritable(f"its text contains {separator!r}, which ends its part: leave out ':{RAW}' to escape it")
    return text


def booleans(spec: str) -> PartFormat:
    """Return the format of booleans."""
    _take_no_format("bool", spec)
    return PartFormat(
        lambda value: "true" if value["BOOL"] else "false", lambda text: {"BOOL": text == "true"}, "true|false"
    )


def uuids(spec: str) -> PartFormat:
    """Return the format of UUIDs."""
    _take_no_format("UUID", spec)
    counts = (8, 4, 4, 4, 12)
    pattern, form = "-".join(f"[0-9a-f]{{{count}}}" for count in counts), "-".join("0" * count for count in counts)
    return PartFormat(
        _text_of,
        _stored,
        pattern,
        write_begin=str,
        write_all=_all_uuids,
        write_stored=lambda texts: texts if have_form(texts, form) else None,
    )


def _all_uuids(values: Sequence[Any]) -> tuple[str, Sequence[Any]] | None:
    return ("%s", joined_json(values).split(BETWEEN)) if {*map(type, values)} == {UUID} else None


def _take_no_format(name: str, spec: str) -> None:
    if spec:
        raise BadFormat(f"{name} takes no format, got {spec!r}")
