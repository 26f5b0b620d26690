"""The keys of many items at once: those that the fields of models make, compared with the stored ones.

The keys of a page are made by one `%`, and compared as one text. That takes a tenth of the time of making them item by
item. If they differ, or if a value is not a usual one, this module does not know which item it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

from pydamodb._codec.key_templates import KeyFormat, Part

_END = "\n"
_fields_of = attrgetter("__dict__")


def fit(formats: Mapping[str, KeyFormat], models: Sequence[Any], keys: Sequence[Mapping[str, Any]]) -> bool:
    """Return True if the fields of all models make the stored keys, False if one of them may make another.

    A key that is a text is given as this text, another one as its attribute value.
    """
    page = _Page(models)
    try:
        return all(_fits(template, page, [each[name] for each in keys]) for name, template in formats.items())
    except Exception:  # noqa: BLE001 - a value is not what its field says, and the careful way knows what is wrong
        return False


class _Page:
    """The values of the fields of models, field by field."""

    def __init__(self, models: Sequence[Any]) -> None:
        self.count = len(models)
        self._fields = [*map(_fields_of, models)]
        self._columns: dict[str, list[Any]] = {}

    def column(self, name: str) -> list[Any]:
        if name not in self._columns:
            self._columns[name] = [*map(itemgetter(name), self._fields)]
        return self._columns[name]


def _fits(template: KeyFormat, page: _Page, stored: list[Any]) -> bool:
    if template.is_bare:
        encode = template.parts[0].field.storage.encode
        return stored == [encode(value) for value in page.column(template.names[0])]
    text, columns = _percent(template.begin), list[Sequence[Any]]()
    for part in template.parts:
        placeholder, values = _written(part, page.column(part.name))
        text += placeholder + _percent(part.after)
        if values:
            columns.append(values)
    values = columns[0] if len(columns) == 1 else [*chain.from_iterable(zip(*columns, strict=True))]
    # No key has an end inside, so that equal texts are equal keys.
    return _END not in "".join(stored) and (text + _END) * page.count % tuple(values) == _END.join([*stored, ""])


def _written(part: Part, values: list[Any]) -> tuple[str, Sequence[Any]]:
    """Return a placeholder, and what it stands for in each key; a text and nothing if the values are all the same."""
    first = values[0]
    if type(first) is str and values.count(first) == len(values):
        return _percent(_one_text(part, first)), ()
    written = part.format.write_all(values)
    if written is not None:
        return written
    one_of_each = dict(zip(map(id, values), values, strict=True))
    texts = {number: _one_text(part, value) for number, value in one_of_each.items()}
    return "%s", [*map(texts.__getitem__, map(id, values))]


def _one_text(part: Part, value: Any) -> str:
    return part.format.write(part.field.storage.encode(value))


def _percent(text: str) -> str:
    return text.replace("%", "%%")
