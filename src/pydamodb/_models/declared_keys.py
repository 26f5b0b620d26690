"""The keys that a model declares with marks and in its configuration, as the schema of its table. No requests.

Marks that no table can have are refused when the class is made. The configuration, and the keys that a subclass may
add, are checked when the table is first used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.hints import is_marked
from pydamodb._codec.types import RecordSchema, StoredField
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.indexes import GlobalIndex, Index, Projection
from pydamodb._core.markers import PartitionKey, SortKey, TimeToLive, Version
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._operations.key_types import wrong_key_type
from pydamodb._operations.keys import KEY_TYPES

MOST_PARTS = 4


class _Keys(NamedTuple):
    """The fields that are the keys of a table or of an index."""

    partition_keys: tuple[StoredField, ...] = ()
    sort_keys: tuple[StoredField, ...] = ()

    @property
    def fields(self) -> tuple[StoredField, ...]:
        return self.partition_keys + self.sort_keys

    def schema(self) -> KeySchema:
        return KeySchema(*(tuple(field.attribute for field in fields) for fields in self))


def check_marks(model: type[BaseModel], *, has_sort_key: bool) -> None:
    """Raise ConfigurationError for marks that no table can have."""
    schema = record_schema_of(model)
    _check_time_to_live(model, schema)
    _check_version(model, schema)
    table, indexes = _marked_keys(schema)
    _check_keys(model, None, table)
    if table.sort_keys and not has_sort_key:
        reason = "a PrimaryKeyModel has no sort key; make PrimaryKeyAndSortKeyModel its base"
        _refuse_model(model, f"{table.sort_keys[0].name} is marked as the sort key of the table: {reason}")
    if table.partition_keys and (wrong := wrong_key_type(model, table.fields)):
        _refuse_model(model, wrong)
    for index, keys in indexes.items():
        _check_keys(model, index, keys)


def declared_schema(model: type[BaseModel], *, has_sort_key: bool, indexes: Sequence[Index]) -> TableSchema | None:
    """Return the declared keys of the table, None if the model declares none; raise ConfigurationError for bad ones."""
    schema = record_schema_of(model)
    return schema.cached(_declared_schema, indexes, model, schema, indexes, has_sort_key=has_sort_key)


def _declared_schema(
    model: type[BaseModel], schema: RecordSchema, configured: Sequence[Index], *, has_sort_key: bool
) -> TableSchema | None:
    if not (is_marked(model) or configured):
        return None
    check_marks(model, has_sort_key=has_sort_key)
    table, marked = _marked_keys(schema)
    if not (table.fields or marked or configured):
        return None
    missing = ["PartitionKey"] * (not table.partition_keys) + ["SortKey"] * (has_sort_key and not table.sort_keys)
    if missing:
        remedy = "mark all keys of the table, or none: then they are read from the table (DescribeTable)"
        _refuse_model(model, f"declares keys, but no field is marked with {' or '.join(missing)}: {remedy}")
    indexes = {name: _index_schema(model, table, name, keys, "ALL") for name, keys in marked.items()}
    fields = [*table.fields, *(field for keys in marked.values() for field in keys.fields)]
    names: set[str] = set()
    for index in configured:
        if index.name in names:
            _refuse_model(model, f"pydamo_config declares the index {index.name!r} twice")
        names.add(index.name)
        keys = _configured_keys(model, schema, index)
        _check_keys(model, index.name, keys)
        declared = _index_schema(model, table, index.name, keys, index.projection)
        if index.name in indexes and indexes[index.name].keys != declared.keys:
            _refuse_model(model, f"marks and pydamo_config give the index {index.name!r} different keys")
        indexes[index.name] = declared
        fields += keys.fields
    data_types = {field.attribute: field.storage.possible_types & KEY_TYPES for field in fields}
    known_types = {attribute: min(options) for attribute, options in data_types.items() if len(options) == 1}
    return TableSchema(table.schema(), indexes, known_types)


def _marked_keys(schema: RecordSchema) -> tuple[_Keys, dict[str, _Keys]]:
    """Collect the marked keys of the table, and those of each index."""
    marked: dict[str | None, _Keys] = {None: _Keys()}
    for field in schema.fields.values():
        for mark in field.marks:
            if isinstance(mark, PartitionKey):
                keys = marked.get(mark.index, _Keys())
                marked[mark.index] = keys._replace(partition_keys=(*keys.partition_keys, field))
            elif isinstance(mark, SortKey):
                keys = marked.get(mark.index, _Keys())
                marked[mark.index] = keys._replace(sort_keys=(*keys.sort_keys, field))
    return marked[None], {index: keys for index, keys in marked.items() if index is not None}


def _configured_keys(model: type[BaseModel], schema: RecordSchema, index: Index) -> _Keys:
    partition_key = index.partition_key if isinstance(index, GlobalIndex) else ()
    sort_key = (index.sort_key,) if isinstance(index.sort_key, str) else index.sort_key or ()
    for name in (*partition_key, *sort_key):
        if name not in schema.fields:
            reason = f"the index {index.name!r} of pydamo_config names {name!r}, which is not a field of the model"
            _refuse_model(model, reason)
    return _Keys(*(tuple(schema.fields[name] for name in names) for names in (partition_key, sort_key)))


def _index_schema(model: type[BaseModel], table: _Keys, name: str, keys: _Keys, projection: Projection) -> IndexSchema:
    """Make the schema of an index: an LSI if it has no partition key. The attributes that INCLUDE adds are unknown."""
    whole, includes = projection == "ALL", None if projection == "INCLUDE" else frozenset[str]()
    if keys.partition_keys:
        return IndexSchema(name, keys.schema(), is_global=True, whole=whole, includes=includes)
    remedy = f"mark the field that is its partition key with PartitionKey(index={name!r})"
    if not table.sort_keys:
        reason = f"index {name!r} has no partition key, but only a table with a sort key can have an LSI"
        _refuse_model(model, f"{reason}: {remedy}")
    if len(keys.sort_keys) > 1:
        reason = f"index {name!r} has {_joined_names(keys.sort_keys)} as sort keys, but an LSI has only one"
        _refuse_model(model, f"{reason}: {remedy}")
    local = _Keys(table.partition_keys, keys.sort_keys)
    return IndexSchema(name, local.schema(), is_global=False, whole=whole, includes=includes)


def _check_keys(model: type[BaseModel], index: str | None, keys: _Keys) -> None:
    where, most = ("the table", 1) if index is None else (f"index {index!r}", MOST_PARTS)
    for kind, fields in (("partition key", keys.partition_keys), ("sort key", keys.sort_keys)):
        if len(fields) > most:
            names = _joined_names(fields)
            _refuse_model(model, f"{names} are all declared as the {kind} of {where}, which has at most {most}")
    if twice := [field.name for field in keys.partition_keys if field in keys.sort_keys]:
        _refuse_model(model, f"{twice[0]} is declared both as partition key and as sort key of {where}")
    for field in keys.fields:
        _check_key(model, where, field, of_table=index is None)


def _check_key(model: type[BaseModel], where: str, field: StoredField, *, of_table: bool) -> None:
    data_types = field.storage.possible_types
    if field.storage.kind not in {"scalar", "any"} or (data_types and not data_types & KEY_TYPES):
        reason = "its type cannot be a key: keys are stored as a string, a number or bytes"
    elif not field.stored:
        reason = "it is excluded from serialization, so it is not stored"
    elif of_table and field.storage.nullable:
        reason = "a key of the table is never None; give it a type without None"
    else:
        return
    _refuse_model(model, f"{field.name} is declared as a key of {where}: {reason}")


def _check_time_to_live(model: type[BaseModel], schema: RecordSchema) -> None:
    marked = [field for field in schema.fields.values() if any(isinstance(each, TimeToLive) for each in field.marks)]
    if len(marked) > 1:
        _refuse_model(model, f"{_joined_names(marked)} are all marked with TimeToLive: a table has one such attribute")
    for field in marked:
        if not field.storage.expires:
            reason = "needs a field of type datetime or datetime | None, without its own serializer"
            _refuse_model(model, f"{field.name}: TimeToLive {reason}")


def _check_version(model: type[BaseModel], schema: RecordSchema) -> None:
    marked = [field for field in schema.fields.values() if Version() in field.marks]
    if len(marked) > 1:
        _refuse_model(model, f"{_joined_names(marked)} are all marked with Version: an item has one version")
    for field in marked:
        default = None if field.computed else model.model_fields[field.name].default
        if field.storage.base is not int or field.storage.nullable or not field.stored or default != 0:
            reason = "Version needs an int field with the default 0, which means that the item is not stored yet"
            _refuse_model(model, f"{field.name}: {reason}")


def _joined_names(fields: Sequence[StoredField]) -> str:
    return ", ".join(field.name for field in fields)


def _refuse_model(model: type[BaseModel], reason: str) -> NoReturn:
    raise ConfigurationError(f"{model.__name__}: {reason}", model_name=model.__name__)
