"""Projections: smaller models that operations read instead of the table's model, and the attributes that they need."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import AliasChoices, BaseModel

from pydamodb._codec.absences import fill_absent
from pydamodb._codec.annotations import reading_schema_of
from pydamodb._codec.field_names import Place
from pydamodb._codec.readers import Reader
from pydamodb._codec.types import StoredField
from pydamodb._core.table_schema import IndexSchema, KeySchema
from pydamodb._operations.table import ModelTable


def projection_reader(table: ModelTable[Any], operation: str, projection: type[BaseModel]) -> Reader:
    """Return the reader of items as a smaller model. Check that the table's model has all its fields."""
    given: object = projection
    subject = f"{operation} of {table.model_name}"
    if not (isinstance(given, type) and issubclass(given, BaseModel)):
        kind = f"the class {given.__name__}" if isinstance(given, type) else f"a value of type {type(given).__name__}"
        raise table.invalid_request(f"{subject}: projection must be a Pydantic model class; got {kind}")
    fields = reading_schema_of(given).fields
    if inner := [name for name in given.model_fields if name not in fields]:
        raise table.invalid_request(
            f"{subject}: {given.__name__}.{inner[0]} reads a part of an attribute (AliasPath), but a projection "
            f"reads only whole attributes"
        )
    pairs = [(_source(table, subject, given, field), field) for field in fields.values()]
    if not pairs:
        raise table.invalid_request(f"{subject}: the projection {given.__name__} has no fields to read")
    sources = tuple((source.attribute, field.attribute) for source, field in pairs)
    older = tuple((place, field.attribute) for source, field in pairs for place in _older_places(table, source))
    return Reader(given, sources, older=older, fill_absent=partial(fill_absent, table.model, pairs))


def _older_places(table: ModelTable[Any], source: StoredField) -> tuple[Place, ...]:
    """Return where an older release may have stored a field. A single alias is for other data, not for the table."""
    info = table.model.model_fields.get(source.name)
    has_choices = info is not None and isinstance(info.validation_alias, AliasChoices)
    return table.record.other_places.get(source.attribute, ()) if has_choices else ()


def _source(table: ModelTable[Any], subject: str, projection: type[BaseModel], wanted: StoredField) -> StoredField:
    """Return the field that a field of a projection reads: the one with its name, else the one with its attribute."""
    found = table.record.fields.get(wanted.name) or table.record.by_attribute.get(wanted.attribute)
    if found is not None and found.stored:
        return found
    reason = "has no such field" if found is None else f"excludes {found.name} from serialization and never stores it"
    has = f"the projection {projection.__name__} has the field {wanted.name!r}"
    raise table.invalid_request(f"{subject}: {has}, but {table.model_name} {reason}")


def index_reader(table: ModelTable[Any], index: IndexSchema, table_keys: KeySchema, reader: Reader) -> Reader:
    """Return the reader of an index: DynamoDB refuses a projection of what a global index does not have."""
    if reader.older and index.is_global and not index.whole:
        projected = index.projected(table_keys)
        reader = replace(reader, older=tuple(each for each in reader.older if each[0][0] in projected))
    if reader.kind is not None and not index.whole:
        projected = index.projected(table_keys)
        besides = tuple(name for name in reader.besides if name in projected)
        reader = replace(reader, keys=None, kind=replace(reader.kind, partial=True), besides=besides)
    in_part = not index.whole and (table.keeps_unknown or bool(_lacking(table, index, table_keys)))
    return replace(reader, whole=index.whole or reader.sources is not None, in_part=in_part)


def _lacking(table: ModelTable[Any], index: IndexSchema, table_keys: KeySchema) -> set[str]:
    """Return the attributes of the model that an index does not have."""
    stored = {field.attribute for field in table.record.fields.values() if field.stored and not field.computed}
    return stored - index.projected(table_keys)


def check_index(
    table: ModelTable[Any], operation: str, index: IndexSchema, table_keys: KeySchema, reader: Reader
) -> None:
    """Check that an index has the attributes to read. A projection of a local index can also read from the table."""
    if index.whole or index.includes is None or (reader.sources is not None and not index.is_global):
        return
    projected = index.projected(table_keys)
    is_projection = reader.sources is not None
    missing = sorted({*reader.attributes} - projected if is_projection else reader.required - projected)
    if not missing:
        return
    if is_projection:
        remedy = "leave the fields out of the projection"
    else:
        note = "" if index.is_global else " (a local index reads the attributes of a projection from the table)"
        remedy = f"give a smaller model as projection{note}, give the fields defaults"
    need = f"which {reader.model.__name__} {'has fields for' if is_projection else 'requires'}"
    raise table.invalid_request(
        f"{operation} of {table.model_name}: index {index.name!r} does not project "
        f"{', '.join(map(repr, missing))}, {need}: {remedy}, or make an index that projects them"
    )
