"""Projections: smaller models that operations read in place of the table's own, and the indexes that have all they need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.annotations import reading_schema_of
from pydamodb._codec.readers import Reader
from pydamodb._codec.types import StoredField
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.table_schema import IndexSchema, KeySchema
from pydamodb._operations.table import ModelTable


def projection_reader(table: ModelTable[Any], operation: str, projection: type[BaseModel]) -> Reader:
    """Return the reader of items as a smaller model.

    Raises:
        InvalidRequestError: The smaller one is no model, or has a field that the table's model does not have.
    """
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
    found = table.record.fields.get(wanted.name) or table.record.by_attribute.get(wanted.attribute)
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
