"""Readers make models from the items of replies: from whole items, or from some attributes for a smaller model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain, islice
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import from_json

from pydamodb._codec import templated_keys
from pydamodb._codec.annotations import reading_schema_of, record_schema_of
from pydamodb._codec.attribute_values import AttributeValue, Malformed, decode, encode
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.field_names import Place
from pydamodb._codec.items import decode_item, validate_item
from pydamodb._codec.origins import BodyReader, items_in, keep_origin, set_unknown
from pydamodb._codec.round_trip import value_at
from pydamodb._codec.stored_keys import StoredKeys
from pydamodb._codec.validators import batch_reader, item_reader, page_reader
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import TableSchema

# Takes the model, an item that does not fit it, and why. It returns a replacement, None to leave it out, or raises.
OnError: TypeAlias = Callable[[type[BaseModel], Mapping[str, AttributeValue], Exception], Any]


@dataclass(frozen=True)
class Reader:
    """Makes models from items.

    `sources` pairs attributes of the item with the names that a smaller model reads; None if the whole item is read.
    `older` pairs the places where older releases have stored values with these names. `fill_absent` adds to the data
    of a smaller model what absent attributes mean. A reader is not `whole` if its items come from an index that has
    some attributes only. The readers of a page, an item or a batch parse the bytes of a reply. They are None for models
    that cannot be read in this way, and leave an item `Unread` whose key the model would not write. `keys` are None if
    each key has one form only. `kind` is for a model with templates, which leaves out the items of other kinds.
    `besides` are the attributes that it needs, and that a smaller model does not have.
    Models that are read `in_part` lack attributes of their items, so that they cannot be saved.
    """

    model: type[BaseModel]
    sources: tuple[tuple[str, str], ...] | None = None
    older: tuple[tuple[Place, str], ...] = ()
    whole: bool = True
    fill_absent: Callable[[dict[str, Any]], None] | None = None
    keys: StoredKeys | templated_keys.Kind | None = None
    kind: templated_keys.Kind | None = None
    besides: tuple[str, ...] = ()
    in_part: bool = False

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of the projection, empty for the whole item."""
        older = (str(place[0]) for place, _ in self.older)
        return tuple(dict.fromkeys((*(source for source, _ in self.sources or ()), *older, *self.besides)))

    @property
    def required(self) -> frozenset[str]:
        """The attributes without which the item cannot be read."""
        if self.sources is None:
            return record_schema_of(self.model).required
        needed = reading_schema_of(self.model).required
        return frozenset(source for source, own in self.sources if own in needed)

    @cached_property
    def page_reader(self) -> BodyReader | None:
        if self.sources is not None or (self.kind is not None and self.kind.partial):
            return None
        read = page_reader(self.model, self.keys.compared if self.keys else ())
        if read is not None and self.in_part:
            read = _reading_in_part(read)
        return self._comparing_keys(read, lambda page: ([page["Models"]], page.pop("Keys")))

    @cached_property
    def item_reader(self) -> BodyReader | None:
        if self.sources is not None:
            return None
        read = item_reader(self.model, self.keys.compared if self.keys else ())
        return self._comparing_keys(
            read, lambda reply: ([[reply["Model"]]], [reply.pop("Key")]) if "Model" in reply else ([], [])
        )

    def batch_reader(self, schema: TableSchema) -> BodyReader | None:
        types = [(name, schema.types[name]) for name in schema.keys.attributes if name in schema.types]
        is_known = self.sources is None and len(types) == len(schema.keys.attributes)
        read = batch_reader(self.model, tuple(types)) if is_known else None
        return self._comparing_keys(read, partial(_models_and_keys, as_texts=not isinstance(self.keys, StoredKeys)))

    def _comparing_keys(
        self, read: BodyReader | None, pairs: Callable[[dict[str, Any]], tuple[list[list[Any]], list[Any]]]
    ) -> BodyReader | None:
        """Let a reader leave items unread whose keys the model would not write, and read nothing of a single one.

        `pairs` returns the lists of the models, and the keys of all.
        """
        keys = self.keys
        if keys is None or read is None:
            return read

        def read_comparing(body: bytes) -> dict[str, Any] | None:
            reply = read(body)
            if reply is None:
                return None
            lists, stored = pairs(reply)
            models = lists[0] if len(lists) == 1 else [*chain.from_iterable(lists)]
            if len(models) != len(stored):
                return None
            refused = _refused(keys, models, stored, all_read=reply.get("AllRead", False))
            if not refused:
                return reply
            items = [] if "Model" in reply else items_in(from_json(body))
            if len(items) != len(models):
                return None
            for place in refused:
                models[place] = Unread(items[place])
            rest = iter(models)
            for each in lists:
                each[:] = islice(rest, len(each))
            return {**reply, "AllRead": False}

        return read_comparing

    def items_of(self, reply: Mapping[str, Any], on_error: OnError, most: int | None = None) -> list[Any]:
        """Read the items of a page, `most` of them at the most. Those that `on_error` leaves out do not count."""
        items: list[Any] = reply["Models"] if "Models" in reply else [*map(Unread, reply["Items"])]
        wanted = items[:most]
        is_read = reply.get("AllRead") or Unread not in map(type, wanted)
        return wanted if is_read else [*islice(self._fitting(items, on_error), most)]

    def _fitting(self, items: list[Any], on_error: OnError) -> Iterator[Any]:
        for item in items:
            if (model := self.finished(item, on_error)) is not None:
                yield model

    def is_own(self, item: Mapping[str, AttributeValue]) -> bool:
        """Return True if an item is of the kind of the model."""
        return self.kind is None or self.kind.has(item)

    def finished(self, item: Any, on_error: OnError) -> Any:
        """Return a model unchanged, and read an `Unread` item."""
        return self.read(item.item, on_error) if type(item) is Unread else item

    def read(self, item: Mapping[str, AttributeValue], on_error: OnError) -> Any:
        """Read an item. A validator of the user may raise anything, which is an error of this item."""
        try:
            return self._decoded(item)
        except (MemoryError, Malformed):
            raise
        except Exception as caught:  # noqa: BLE001
            error = caught
        return on_error(self.model, item, error)

    def _decoded(self, item: Mapping[str, AttributeValue]) -> BaseModel:
        content = item if self.kind is None else self.kind.own(item)
        if self.sources is None:
            return self._with_its_key(decode_item(self.model, content, whole=self.whole), item)
        data = {own: decode(item[source]) for source, own in self.sources if source in item}
        for (first, *inner), own in self.older:
            if (
                own not in data
                and first in item
                and (value := value_at(decode(item[str(first)]), (*inner,))) is not ...
            ):
                data[own] = value
        if self.fill_absent is not None:
            self.fill_absent(data)
        model = validate_item(self.model, data, whole=self.whole, schema=reading_schema_of(self.model))
        return self._with_its_key(model, item)

    def _with_its_key(self, model: BaseModel, item: Mapping[str, AttributeValue]) -> BaseModel:
        if self.keys is not None:
            self.keys.check(model, item)
        if self.in_part or self.sources is not None:
            set_unknown(model, None)
        else:
            keep_origin(model, item)
        return model


def _reading_in_part(read: BodyReader) -> BodyReader:
    """Let the models that a reader makes know that each has only a part of its item."""

    def read_in_part(body: bytes) -> dict[str, Any] | None:
        page = read(body)
        for model in page["Models"] if page else ():
            if isinstance(model, BaseModel):
                set_unknown(model, None)
        return page

    return read_in_part


def _refused(
    keys: StoredKeys | templated_keys.Kind, models: list[Any], stored: list[Any], *, all_read: bool
) -> list[int]:
    """Return the places of the models that would write another key."""
    if all_read and all(stored):
        return keys.refused(models, stored)
    read = [place for place, model in enumerate(models) if type(model) is not Unread]
    known = [place for place in read if stored[place]]
    refused = keys.refused([models[place] for place in known], [stored[place] for place in known])
    return [place for place in read if not stored[place]] + [known[each] for each in refused]


def _models_and_keys(reply: dict[str, Any], *, as_texts: bool) -> tuple[list[Any], list[Any]]:
    """Return the lists of the models of a batch, and their keys, of which texts may be given as they are."""
    models = [*reply["Models"].values()]
    keys = [
        {name: value if as_texts and isinstance(value, str) else encode(value) for name, value in key.items()}
        for each in reply["Keys"].values()
        for key in each
    ]
    return models, keys
