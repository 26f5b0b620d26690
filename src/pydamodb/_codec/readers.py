"""What makes models of the items in replies: whole items as their own model, or parts of them as a smaller one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.annotations import reading_schema_of, record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.items import decode_item
from pydamodb._codec.validators import BodyReader, batch_reader, item_reader, page_reader
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import TableSchema


@dataclass(frozen=True)
class Reader:
    """Makes models of items.

    `sources` pairs attributes of the item with the names that a smaller model reads, whatever it is serialised as. It
    is None where the whole item is read. What comes from an index that has only some attributes of the items is not
    `whole`.
    """

    model: type[BaseModel]
    sources: tuple[tuple[str, str], ...] | None = None
    whole: bool = True

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """What is to be asked for; nothing where that is the whole item."""
        return tuple(dict.fromkeys(source for source, _ in self.sources or ()))

    @property
    def required(self) -> frozenset[str]:
        """The attributes of the item without which it cannot be read."""
        if self.sources is None:
            return record_schema_of(self.model).required
        needed = reading_schema_of(self.model).required
        return frozenset(source for source, own in self.sources if own in needed)

    @cached_property
    def page_reader(self) -> BodyReader | None:
        """What reads a page of items from the bytes of a reply, None where that is not possible."""
        return page_reader(self.model) if self.sources is None else None

    @cached_property
    def item_reader(self) -> BodyReader | None:
        """What reads an item from the bytes of a reply, None likewise."""
        return item_reader(self.model) if self.sources is None else None

    def batch_reader(self, schema: TableSchema) -> BodyReader | None:
        """Return what reads a batch of items and their keys from the bytes of a reply, None likewise."""
        types = [(name, schema.types[name]) for name in schema.keys.attributes if name in schema.types]
        is_known = self.sources is None and len(types) == len(schema.keys.attributes)
        return batch_reader(self.model, tuple(types)) if is_known else None

    def items_of(self, reply: Mapping[str, Any], most: int | None = None) -> list[Any]:
        """Read the items of a page, not more than are wanted.

        Raises:
            pydantic.ValidationError: One does not fit the model.
        """
        items: list[Any] = reply["Models"] if "Models" in reply else [*map(Unread, reply["Items"])]
        wanted = items[:most]
        return [*map(self.finished, wanted)] if Unread in map(type, wanted) else wanted

    def finished(self, item: Any) -> Any:
        """Read an item that is still to be read.

        Raises:
            pydantic.ValidationError: It does not fit the model.
        """
        return self.read(item.item) if type(item) is Unread else item

    def read(self, item: Mapping[str, AttributeValue]) -> Any:
        """Read an item.

        Raises:
            pydantic.ValidationError: The item does not fit the model.
        """
        if self.sources is None:
            return decode_item(self.model, item, whole=self.whole)
        item = {own: item[source] for source, own in self.sources if source in item}
        return decode_item(self.model, item, whole=self.whole, schema=reading_schema_of(self.model))
