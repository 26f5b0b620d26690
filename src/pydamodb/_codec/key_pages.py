"""The keys of many items at once: those that the fields of models make, compared with the stored ones.

The keys of a page are made by one `%`, and compared as one text. That takes a tenth of the time of making them item by
item. If they differ, or if a value is not a usual one, each half of the page is compared alone, until the few items are
found that have to be looked at one by one.

A text that is stored for a time, a date or a UUID is the text of its part, if it has the one form in which these values
are stored. It is read with the keys, as to make it again takes longer. In the place of any other text its value is
written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from pydantic import BaseModel

from pydamodb._codec.key_templates import KeyFormat, Part
from pydamodb._codec.remembered_keys import TextKey

_END = "\n"
_FEW = 4
_fields_of = attrgetter("__dict__")


class Page(NamedTuple):
    """The instances of a model, or what its validators have returned, and the keys of their items.

    `stored` are the texts of some attributes of these items, by attribute; None if an item has no such text.
    """

    model: type[BaseModel]
    models: Sequence[BaseModel]
    keys: Sequence[TextKey]
    stored: Mapping[str, Sequence[Any]]

    def at(self, places: Sequence[int]) -> Page:
        """Return the items at some places."""
        stored = {name: [texts[place] for place in places] for name, texts in self.stored.items()}
        models, keys = [self.models[place] for place in places], [self.keys[place] for place in places]
        return Page(self.model, models, keys, stored)


def misfits(formats: Mapping[str, KeyFormat], page: Page, start: int = 0) -> Iterator[int]:
    """Yield the places of the items whose fields may make another key than the stored one."""
    count = len(page.models)
    if fit(formats, page):
        return
    if count <= _FEW:
        yield from range(start, start + count)
        return
    half = count // 2
    yield from misfits(formats, page.at(range(half)), start)
    yield from misfits(formats, page.at(range(half, count)), start + half)


def fit(formats: Mapping[str, KeyFormat], page: Page) -> bool:
    """Return True if the fields of all models make the stored keys, False if one of them may make another.

    A key that is a text is given as this text, another one as its attribute value.
    """
    try:
        if {*map(type, page.models)} != {page.model}:
            return False
        columns = _Columns(page)
        return all(_fits(template, columns, [key[name] for key in page.keys]) for name, template in formats.items())
    except Exception:  # noqa: BLE001 - a value is not what its field says, and the careful way knows what is wrong
        return False


class _Columns:
    """The values of the fields of models, field by field, and some of their stored texts."""

    def __init__(self, page: Page) -> None:
        self.count, self.stored = len(page.models), page.stored
        self._fields = [*map(_fields_of, page.models)]
        self._columns: dict[str, list[Any]] = {}

    def of(self, name: str) -> list[Any]:
        if name not in self._columns:
            self._columns[name] = [*map(itemgetter(name), self._fields)]
        return self._columns[name]


def _fits(template: KeyFormat, columns: _Columns, stored: list[Any]) -> bool:
    if template.is_bare:
        encode = template.parts[0].field.storage.encode
        return stored == [encode(value) for value in columns.of(template.names[0])]
    text, written = _percent(template.begin), list[Sequence[Any]]()
    for part in template.parts:
        placeholder, values = _written(part, columns)
        text += placeholder + _percent(part.after)
        if values:
            written.append(values)
    values = written[0] if len(written) == 1 else [*chain.from_iterable(zip(*written, strict=True))]
    # No key has an end inside, so that equal texts are equal keys.
    return _END not in "".join(stored) and (text + _END) * columns.count % tuple(values) == _END.join([*stored, ""])


def _written(part: Part, columns: _Columns) -> tuple[str, Sequence[Any]]:
    """Return a placeholder, and what it stands for in each key; a text and nothing if the values are all the same."""
    stored = columns.stored.get(part.attribute)
    texts = None if stored is None else part.format.write_stored(stored)
    if texts is not None:
        return "%s", texts
    values = columns.of(part.name)
    first = values[0]
    if type(first) is str and values.count(first) == len(values):
        return _percent(_one_text(part, first)), ()
    written = part.format.write_all(values)
    if written is not None:
        return written
    one_of_each = dict(zip(map(id, values), values, strict=True))
    made = {number: _one_text(part, value) for number, value in one_of_each.items()}
    return "%s", [*map(made.__getitem__, map(id, values))]


def _one_text(part: Part, value: Any) -> str:
    return part.format.write(part.field.storage.encode(value))


def _percent(text: str) -> str:
    return text.replace("%", "%%")
