"""Reads the items of a page that has several kinds: each item with the reader of the one kind that it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.origins import BodyReader
from pydamodb._codec.readers import OnError, Reader
from pydamodb._core.lazy_dataclass import dataclass


def any_item(_: Mapping[str, AttributeValue]) -> bool:
    """Want each item of a kind."""
    return True


class KindReader(NamedTuple):
    """The reader of one kind, and whether one of its items is wanted: its key may be in the range of another kind."""

    reader: Reader
    wants: Callable[[Mapping[str, AttributeValue]], bool]


@dataclass(frozen=True)
class KindsReader:
    """Makes models of several kinds. It leaves out the items of all other kinds, and those that nobody wants."""

    kinds: tuple[KindReader, ...]

    @cached_property
    def page_reader(self) -> BodyReader | None:
        """The reader of a page: it lets the page reader of each kind read the items of this kind."""
        return self._read_page if any(kind.reader.page_reader for kind in self.kinds) else None

    def _read_page(self, body: bytes) -> dict[str, Any] | None:
        """Return a page with models and unread items as `Models`, None if it is not as expected."""
        places: dict[int, list[int]] = {id(kind): [] for kind in self.kinds}
        try:
            page: dict[str, Any] = from_json(body)
            items: list[dict[str, AttributeValue]] = [*page.pop("Items")]
            for place, item in enumerate(items):
                fitting = self._fitting(item)
                if len(fitting) == 1:
                    places[id(fitting[0])].append(place)
        except (ValueError, TypeError, AttributeError, LookupError):
            return None
        models: list[Any] = [*map(Unread, items)]
        for kind in self.kinds:
            own, read = places[id(kind)], kind.reader.page_reader
            content = {"Items": [items[place] for place in own], "Count": len(own)}
            found = read(to_json(content)) if own and read else None
            if found is not None and len(found["Models"]) == len(own):  # a validator may leave out an item
                for place, model in zip(own, found["Models"], strict=True):
                    models[place] = model
        return {**page, "Models": models} if items else None

    def items_of(self, reply: Mapping[str, Any], on_error: OnError, most: int | None = None) -> list[Any]:
        """Read the items of a page, `most` of them at the most. Those that are left out do not count."""
        items: list[Any] = reply["Models"] if "Models" in reply else [*map(Unread, reply["Items"])]
        return [*islice(self._models(items, on_error), most)]

    def _models(self, items: list[Any], on_error: OnError) -> Iterator[Any]:
        for item in items:
            model = self.read(item.item, on_error) if type(item) is Unread else item
            if model is not None:
                yield model

    def read(self, item: Mapping[str, AttributeValue], on_error: OnError) -> Any:
        """Read an item as the model of its kind; return None if it is of none of the kinds."""
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
