"""The keys that a model declares, by marks on its fields and in its configuration, as the schema of its table. Pure.

What no table could have is refused when the class is made. What a subclass may still complete, and what is said by the
configuration (which may change at any time), is looked at when the table is first used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, NoReturn

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.hints import is_marked
from pydamodb._codec.types import RecordSchema, StorageType, StoredField
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.indexes import GlobalIndex, Index, Projection
from pydamodb._core.markers import PartitionKey, SortKey, TimeToLive, Version
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema

MOST_PARTS = 4
_KEY_TYPES = frozenset("SNB")


class _Keys(NamedTuple):
    """The members that are the keys of a table or of an index."""

    partition_keys: tuple[StoredField, ...] = ()
    sort_keys: tuple[StoredField, ...] = ()

    def schema(self) -> KeySchema:
        return KeySchema(
            tuple(field.attribute for field in self.partition_keys),
            tuple(field.attribute for field in self.sort_keys),
        )


def check_marks(model: type[BaseModel], *, has_sort_key: bool) -> None:
    """Refuse marks that no table could have.

    Raises:
        ConfigurationError: There are such marks.
    """
    schema = record_schema_of(model)
    _check_time_to_live(model, schema)
    _check_version(model, schema)
    table, indexes = _marked(schema)
    _check_keys(model, None, table)
    if table.sort_keys and not has_sort_key:
        reason = "a PrimaryKeyModel has no sort key; make PrimaryKeyAndSortKeyModel its base"
        _refuse(model, f"{table.sort_keys[0].name} is marked as the sort key of the table: {reason}")
    for index, keys in indexes.items():
        _check_keys(model, index, keys)


def declared_schema(model: type[BaseModel], *, has_sort_key: bool, indexes: Sequence[Index]) -> TableSchema | None:
    """Return the keys of the table as the model declares them, None if it does not.

    Raises:
        ConfigurationError: They are not declared completely, or not as a table can have them.
    """
    schema = record_schema_of(model)
    return schema.cached(_declared, indexes, model, schema, indexes, has_sort_key=has_sort_key)


def _declared(
    model: type[BaseModel], schema: RecordSchema, indexes: Sequence[Index], *, has_sort_key: bool
) -> TableSchema | None:
    if not (is_marked(model) or indexes):
        return None
    check_marks(model, has_sort_key=has_sort_key)
    return _schema(model, schema, indexes, has_sort_key=has_sort_key)


def _schema(
    model: type[BaseModel], schema: RecordSchema, configured: Sequence[Index], *, has_sort_key: bool
) -> TableSchema | None:
    table, marked = _marked(schema)
    if not (table.partition_keys or table.sort_keys or marked or configured):
        return None
    _check_complete(model, table, has_sort_key=has_sort_key)
    found = {name: _index(model, table, name, keys) for name, keys in marked.items()}
    fields = [
        *table.partition_keys,
        *table.sort_keys,
        *(each for keys in marked.values() for each in _both(keys)),
    ]
    named: set[str] = set()
    for index in configured:
        if index.name in named:
            _refuse(model, f"pydamo_config declares the index {index.name!r} twice")
        named.add(index.name)
        keys = _configured(model, schema, index)
        _check_keys(model, index.name, keys)
        declared = _index(model, table, index.name, keys, index.projection)
        if index.name in found and found[index.name].keys != declared.keys:
            _refuse(model, f"marks and pydamo_config give the index {index.name!r} different keys")
        found[index.name] = declared
        fields += _both(keys)
    return TableSchema(table.schema(), found, _types(fields))


def _marked(schema: RecordSchema) -> tuple[_Keys, dict[str, _Keys]]:
    """Collect the keys that are marked: those of the table, and those of each index."""
    table, indexes = _Keys(), dict[str, _Keys]()
    for field in schema.fields.values():
        for mark in field.marks:
            if not isinstance(mark, (PartitionKey, SortKey)):
                continue
            keys = table if mark.index is None else indexes.get(mark.index, _Keys())
            if isinstance(mark, PartitionKey):
                keys = keys._replace(partition_keys=(*keys.partition_keys, field))
            else:
                keys = keys._replace(sort_keys=(*keys.sort_keys, field))
            if mark.index is None:
                table = keys
            else:
                indexes[mark.index] = keys
    return table, indexes


def _configured(model: type[BaseModel], schema: RecordSchema, index: Index) -> _Keys:
    partition_key = index.partition_key if isinstance(index, GlobalIndex) else ()
    sort_key = (index.sort_key,) if isinstance(index.sort_key, str) else index.sort_key or ()
    for name in (*partition_key, *sort_key):
        if name not in schema.fields:
            _refuse(model, f"the index {index.name!r} of pydamo_config names {name!r}, which is no field of the model")
    return _Keys(
        tuple(schema.fields[name] for name in partition_key),
        tuple(schema.fields[name] for name in sort_key),
    )


def _both(keys: _Keys) -> tuple[StoredField, ...]:
    return keys.partition_keys + keys.sort_keys


def _index(model: type[BaseModel], table: _Keys, name: str, keys: _Keys, projection: Projection = "ALL") -> IndexSchema:
    """Make an index; one without a partition key of its own is local. What it includes is not declared."""
    whole, includes = projection == "ALL", None if projection == "INCLUDE" else frozenset[str]()
    if keys.partition_keys:
        return IndexSchema(name, keys.schema(), is_global=True, whole=whole, includes=includes)
    remedy = f"mark the field that is its partition key with PartitionKey(index={name!r})"
    if not table.sort_keys:
        _refuse(
            model, f"index {name!r} has no partition key, and only a table with a sort key has local ones: {remedy}"
        )
    if len(keys.sort_keys) > 1:
        _refuse(model, f"index {name!r} has {_names(keys.sort_keys)} as sort keys, a local one has just one; {remedy}")
    own = _Keys(table.partition_keys, keys.sort_keys)
    return IndexSchema(name, own.schema(), is_global=False, whole=whole, includes=includes)


def _types(fields: Iterable[StoredField]) -> Mapping[str, str]:
    """Return the type of each key attribute, as far as annotations tell."""
    data_types = {field.attribute: _data_types(field.storage) & _KEY_TYPES for field in fields}
    return {attribute: min(options) for attribute, options in data_types.items() if len(options) == 1}


def _data_types(storage: StorageType) -> frozenset[str]:
    """Return the types that values may be stored as, none if they are not all known."""
    if not storage.options:
        return storage.data_types
    options = [_data_types(option) for option in storage.options]
    return frozenset(data_type for data_types in options for data_type in data_types) if all(options) else frozenset()


def _check_complete(model: type[BaseModel], table: _Keys, *, has_sort_key: bool) -> None:
    missing = [
        kind.__name__
        for kind, fields, wanted in (
            (PartitionKey, table.partition_keys, True),
            (SortKey, table.sort_keys, has_sort_key),
        )
        if wanted and not fields
    ]
    if missing:
        reason = f"declares keys, but no field is marked with {' or '.join(missing)}"
        _refuse(model, f"{reason}: mark all keys of the table, or declare none and they are asked for (DescribeTable)")


def _check_keys(model: type[BaseModel], index: str | None, keys: _Keys) -> None:
    where, most = ("the table", 1) if index is None else (f"index {index!r}", MOST_PARTS)
    for kind, fields in (("partition key", keys.partition_keys), ("sort key", keys.sort_keys)):
        if len(fields) > most:
            _refuse(model, f"{_names(fields)} are all declared as the {kind} of {where}, which has at most {most}")
    if twice := [field.name for field in keys.partition_keys if field in keys.sort_keys]:
        _refuse(model, f"{twice[0]} is declared both as partition key and as sort key of {where}")
    for field in _both(keys):
        _check_key(model, where, field, of_table=index is None)


def _check_key(model: type[BaseModel], where: str, field: StoredField, *, of_table: bool) -> None:
    storage, data_types = field.storage, _data_types(field.storage)
    reason = None
    if storage.kind not in {"scalar", "any"} or (data_types and not data_types & _KEY_TYPES):
        reason = "its type cannot be a key: keys are stored as a string, a number or bytes"
    elif not field.stored:
        reason = "it is excluded from serialisation, so that it is not stored"
    elif of_table and storage.nullable:
        reason = "a key of the table is never None; give it a type without None"
    if reason is not None:
        _refuse(model, f"{field.name} is declared as a key of {where}: {reason}")


def _check_time_to_live(model: type[BaseModel], schema: RecordSchema) -> None:
    marked = [field for field in schema.fields.values() if any(isinstance(each, TimeToLive) for each in field.marks)]
    if len(marked) > 1:
        _refuse(model, f"{_names(marked)} are all marked with TimeToLive: a table has one such attribute")
    for field in marked:
        if not field.storage.expires:
            reason = "needs a field of type datetime or datetime | None, without a serialiser of its own"
            _refuse(model, f"{field.name}: TimeToLive {reason}")


def _check_version(model: type[BaseModel], schema: RecordSchema) -> None:
    marked = [field for field in schema.fields.values() if Version() in field.marks]
    if len(marked) > 1:
        _refuse(model, f"{_names(marked)} are all marked with Version: an item has one version")
    for field in marked:
        default = None if field.computed else model.model_fields[field.name].default
        if field.storage.base is not int or field.storage.nullable or not field.stored or default != 0:
            reason = "Version needs an int field with the default 0, which stands for an item that is not stored yet"
            _refuse(model, f"{field.name}: {reason}")


def _names(fields: Sequence[StoredField]) -> str:
    return ", ".join(field.name for field in fields)


def _refuse(model: type[BaseModel], reason: str) -> NoReturn:
    raise ConfigurationError(f"{model.__name__}: {reason}", model_name=model.__name__)
