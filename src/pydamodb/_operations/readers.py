"""What is read of an item: the whole of it as its own model, or what another, smaller model has fields for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.annotations import reading_schema_of, record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.items import decode_item
from pydamodb._codec.types import StoredField
from pydamodb._codec.validators import BodyReader, batch_reader, item_reader, page_reader
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._operations.requests import ModelTable


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


def reader_of(table: ModelTable[Any], operation: str, projection: type[BaseModel] | None) -> Reader:
    """Return what reads the items of a target, as its own model or as a smaller one.

    Raises:
        InvalidRequestError: The smaller one is no model, or has a field that the target's model does not have.
    """
    if projection is None:
        return record_schema_of(table.model).kept(Reader, None, table.model)
    given: object = projection
    what = f"{operation} of {table.model_name}"
    if not (isinstance(given, type) and issubclass(given, BaseModel)):
        kind = f"the class {given.__name__}" if isinstance(given, type) else f"a value of type {type(given).__name__}"
        message = f"{what}: projection is a Pydantic model, a class; got {kind}"
        raise InvalidRequestError(message, model_name=table.model_name)
    fields = reading_schema_of(given).fields
    if inner := [name for name in given.model_fields if name not in fields]:
        message = (
            f"{what}: {given.__name__}.{inner[0]} is read from inside of another value (AliasPath), and a projection "
            f"reads whole attributes"
        )
        raise InvalidRequestError(message, model_name=table.model_name)
    sources = tuple((_source(table, what, given, field).attribute, field.attribute) for field in fields.values())
    if not sources:
        message = f"{what}: the projection {given.__name__} has no fields, so that nothing would be read"
        raise InvalidRequestError(message, model_name=table.model_name)
    return Reader(given, sources)


def _source(table: ModelTable[Any], what: str, projection: type[BaseModel], wanted: StoredField) -> StoredField:
    """Find the field that a field of a projection reads: that of its name, or the one with its attribute."""
    schema = record_schema_of(table.model)
    found = schema.fields.get(wanted.name) or schema.by_attribute.get(wanted.attribute)
    if found is not None and found.stored:
        return found
    reason = "has no such field" if found is None else f"excludes {found.name} from serialisation and never stores it"
    message = (
        f"{what}: the projection {projection.__name__} has the field {wanted.name!r}, but {table.model_name} {reason}"
    )
    raise InvalidRequestError(message, model_name=table.model_name)


def check_index(
    table: ModelTable[Any], operation: str, index: IndexSchema, table_keys: KeySchema, reader: Reader
) -> None:
    """Check that an index has what is to be read; what a local one does not have is fetched from the table if named.

    Raises:
        InvalidRequestError: It lacks attributes.
    """
    if index.whole or index.includes is None or (reader.sources is not None and not index.is_global):
        return
    there = {*table_keys.attributes, *index.keys.attributes, *index.includes}
    if missing := sorted(reader.required - there if reader.sources is None else {*reader.attributes} - there):
        need = f"which {reader.model.__name__} {'requires' if reader.sources is None else 'has fields for'}"
        message = (
            f"{operation} of {table.model_name}: index {index.name!r} does not project "
            f"{_listed(missing)}, {need}: {_remedy(index, reader)}"
        )
        raise InvalidRequestError(message, model_name=table.model_name)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _remedy(index: IndexSchema, reader: Reader) -> str:
    if reader.sources is not None:
        return "leave the fields out of the projection, or make an index that projects them"
    also = "" if index.is_global else " (a local index fetches from the table what a projection names)"
    return f"give a smaller model as projection{also}, give the fields defaults, or make an index that projects them"
