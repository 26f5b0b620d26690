"""Reads the items of a page that has several kinds: each item with the reader of the one kind that it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar, NamedTuple

from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.readers import OnError, Reader
from pydamodb._core.lazy_dataclass import dataclass


class KindReader(NamedTuple):
    """The reader of one kind, and whether one of its items is wanted: its key may be in the range of another kind."""

    reader: Reader
    wants: Callable[[Mapping[str, AttributeValue]], bool]


@dataclass(frozen=True)
class KindsReader:
    """Makes models of several kinds. It leaves out the items of all other kinds, and those that nobody wants."""

    kinds: tuple[KindReader, ...]
    page_reader: ClassVar[None] = None

    def items_of(self, reply: Mapping[str, Any], on_error: OnError, most: int | None = None) -> list[Any]:
        """Read the items of a page, `most` of them at the most. Those that are left out do not count."""
        return [*islice(self._models(reply["Items"], on_error), most)]

    def _models(self, items: list[Mapping[str, AttributeValue]], on_error: OnError) -> Iterator[Any]:
        for item in items:
            if (model := self._read(item, on_error)) is not None:
                yield model

    def _read(self, item: Mapping[str, AttributeValue], on_error: OnError) -> Any:
        fitting = self._fitting(item)
        if len(fitting) > 1:
            first, second = (each.reader for each in fitting[:2])
            reason = f"it fits {second.model.__name__} too, and has no constant field that says which of the two it is"
            return on_error(first.model, item, Unstorable(reason))
        return fitting[0].reader.read(item, on_error) if fitting else None

    def _fitting(self, item: Mapping[str, AttributeValue]) -> list[KindReader]:
        """Return the kinds that an item can be of, none if it is not wanted."""
        own = [kind for kind in self.kinds if kind.reader.is_own(item)]
        return own if any(kind.wants(item) for kind in own) else []

    def is_own(self, item: Mapping[str, AttributeValue]) -> bool:
        """Return True if an item is of one of the kinds, and wanted."""
        return bool(self._fitting(item))
