"""The format of a part: how the stored values of one field are written in a key, and read back.

A part is made from the stored form of its field (`{"N": "7"}`), because validators and serializers of the field have
done their work there. The texts of a format sort like the values, and read back as the same stored form. A format that
cannot promise one of the two says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import pydantic_core

from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._core.lazy_dataclass import dataclass

WriteStored: TypeAlias = Callable[[Sequence[Any]], "Sequence[str] | None"]
WriteAll: TypeAlias = Callable[[Sequence[Any]], "tuple[str, Sequence[Any]] | None"]


class BadFormat(Exception):  # noqa: N818 - becomes a ConfigurationError where the model and the template are known
    """The values of a type cannot be written in this way."""


class Unwritable(Unstorable):
    """A value that its format cannot write."""


def no_texts(_: Sequence[Any]) -> None:
    """Write nothing: no values of a format are usual ones."""


@dataclass(frozen=True, eq=False)
class PartFormat:
    """How the stored values of one field are written.

    `write` makes the text of a stored value, or raises Unwritable; `read` does the reverse. `pattern` is the regular
    expression of all texts, without groups. `is_value` returns False for a text that fits it, and that no value has,
    such as a day that no month has; it is None if there are none. The end of a `delimited` text is known from the text
    itself: no text begins with another one. The texts of an `ordered` format sort like the values. A format that is not
    `lossless` writes several values in the same way; `is_first` returns True for the lowest of them. `write_begin`
    writes the begin of a text, None if a text of the key does not begin as the value does. `write_all` takes many
    values of a field, before they are stored. It returns a placeholder of a `%` format and what this is to format, None
    if one of the values is not of the usual type or cannot be written. `write_stored` takes the texts that are stored
    for many values, and returns their parts; None if one of them is not the text that its value has when it is stored.
    """

    write: Callable[[AttributeValue], str]
    read: Callable[[str], AttributeValue]
    pattern: str
    delimited: bool = True
    ordered: bool = True
    lossless: bool = True
    is_value: Callable[[str], bool] | None = None
    is_first: Callable[[AttributeValue], bool] = lambda _: True
    write_begin: Callable[[str], str] | None = None
    write_all: WriteAll = no_texts
    write_stored: WriteStored = no_texts


BETWEEN = '","'
_DIGITS = str.maketrans("123456789abcdef", "0" * 15)


def have_form(texts: Sequence[Any], form: str) -> bool:
    """Return True if these are all texts of a form, which has a 0 in the place of each digit, also of those up to f."""
    try:
        return "\n".join(texts).translate(_DIGITS) == "\n".join([form] * len(texts))
    except TypeError:  # one is None
        return False


def joined_json(values: Sequence[Any]) -> str:
    """Return the texts of values as Pydantic writes them, which is faster than Python, with `BETWEEN` between them."""
    return pydantic_core.to_json(values)[2:-2].decode()
