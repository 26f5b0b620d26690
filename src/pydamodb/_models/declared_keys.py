"""The keys that a model declares with marks and in its configuration, as the schema of its table. No requests.

Marks that no table can have are refused when the class is made. The configuration, and the keys that a subclass may
add, are checked when the table is first used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, NaiveDatetime

from pydamodb._codec import templated_keys
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.hints import is_marked
from pydamodb._codec.types import RecordSchema, StoredField
from pydamodb._core.config import PydamoConfig
from pydamodb._core.indexes import Index, parts_of
from pydamodb._core.markers import CreatedAt, PartitionKey, SortKey, TimeToLive, UpdatedAt, Version
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._models.templates import indexes_of, is_of_fields, named_keys, refuse_model
from pydamodb._models.vector_indexes import check_vectors, vector_schemas
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
    _check_times(model, schema)
    check_vectors(model, [*schema.fields.values()])
    table, indexes = _marked_keys(schema)
    _check_keys(model, None, table)
    if table.sort_keys and not has_sort_key:
        reason = "a PrimaryKeyModel has no sort key; make PrimaryKeyAndSortKeyModel its base"
        refuse_model(model, f"{table.sort_keys[0].name} is marked as the sort key of the table: {reason}")
    if table.partition_keys and (wrong := wrong_key_type(model, table.fields)):
        refuse_model(model, wrong)
    for index, keys in indexes.items():
        _check_keys(model, index, keys)


_NO_CONFIG = PydamoConfig(table=None)


def declared_schema(
    model: type[BaseModel],
    *,
    has_sort_key: bool,
    config: PydamoConfig = _NO_CONFIG,
    templates: templated_keys.TemplatedKeys | None = None,
) -> TableSchema | None:
    """Return the declared keys of the table, None if the model declares none; raise ConfigurationError for bad ones."""
    schema = record_schema_of(model)
    return schema.cached(_declared_schema, config, model, schema, config, templates, has_sort_key=has_sort_key)


def _declared_schema(
    model: type[BaseModel],
    schema: RecordSchema,
    config: PydamoConfig,
    templates: templated_keys.TemplatedKeys | None,
    *,
    has_sort_key: bool,
) -> TableSchema | None:
    is_configured = bool(config.indexes or config.partition_key)
    if not (is_marked(model) or is_configured):
        return None
    check_marks(model, has_sort_key=has_sort_key)
    table, marked = _marked_keys(schema)
    if templates is not None:
        keys = _templated_keys(model, table, marked, config, templates)
    elif table.fields or marked or is_configured:
        table = _named_fields(model, schema, table, config)
        keys = _marked_schema(model, table, has_sort_key=has_sort_key)
    else:
        return None
    if keys is None:
        return None
    indexes = {name: _index_schema(model, keys, name, each.schema()) for name, each in marked.items()}
    fields = [*table.fields, *(field for each in marked.values() for field in each.fields)]
    for index in _all_indexes(model, config):
        found, index_keys = _configured_keys(model, schema, index, config)
        _check_keys(model, index.name, found)
        declared = _projecting(_index_schema(model, keys, index.name, index_keys), model, schema, index, config)
        if index.name in indexes and indexes[index.name].keys != declared.keys:
            refuse_model(model, f"marks and pydamo_config give the index {index.name!r} different keys")
        indexes[index.name] = declared
        fields += found.fields
    vectors = {name: declared for name, (_, declared) in vector_schemas(model).items()}
    if twice := sorted({*vectors} & {*indexes}):
        refuse_model(model, f"the index {twice[0]!r} is declared both as a vector index and as another one")
    fields += [schema.by_attribute[name] for each in vectors.values() for name in each.searched]
    data_types = {field.attribute: field.storage.possible_types & KEY_TYPES for field in fields}
    known_types = {attribute: min(options) for attribute, options in data_types.items() if len(options) == 1}
    if templates is not None:
        formats = templated_keys.Kind(templates, TableSchema(keys, indexes, {})).all_formats
        known_types |= {name: template.data_type for name, template in formats.items()}
    declared_keys = TableSchema(keys, indexes, known_types, vectors)
    if templates is not None and (mismatch := templates.mismatch(declared_keys)):
        refuse_model(model, mismatch)
    return declared_keys


def _all_indexes(model: type[BaseModel], config: PydamoConfig) -> list[Index]:
    """Return the indexes of the configuration, and the class attributes that name fields."""
    configured = {index.name: index for index in config.indexes}
    if len(configured) < len(config.indexes):
        names = [index.name for index in config.indexes]
        twice = next(name for name in names if names.count(name) > 1)
        refuse_model(model, f"pydamo_config declares the index {twice!r} twice")
    own = {index.name: index for index in indexes_of(model).values() if is_of_fields(model, index)}
    return [*{**own, **configured}.values()]


def _templated_keys(
    model: type[BaseModel],
    table: _Keys,
    marked: Mapping[str, _Keys],
    config: PydamoConfig,
    templates: templated_keys.TemplatedKeys,
) -> KeySchema | None:
    """Return the keys that the configuration names for a model with templates, None if it names none."""
    if table.fields:
        reason = "is marked as a key of the table, and pydamo_key makes these keys: leave out one of the two"
        refuse_model(model, f"{table.fields[0].name} {reason}")
    keys = named_keys(templates, config)
    if keys is None and marked:
        remedy = 'name the keys of the table too: PydamoConfig(partition_key="pk")'
        refuse_model(model, f"declares the index {next(iter(marked))!r} by marks: {remedy}")
    return keys


def _named_fields(model: type[BaseModel], schema: RecordSchema, table: _Keys, config: PydamoConfig) -> _Keys:
    """Return the fields of the keys that the configuration names, those that are marked if it names none."""
    if config.partition_key is None:
        return table
    named = [name for name in (config.partition_key, config.sort_key) if name is not None]
    if missing := [name for name in named if name not in schema.by_attribute]:
        remedy = "add a field of that name, or give the model a pydamo_key"
        refuse_model(model, f"pydamo_config names the key {missing[0]!r}, for which it has no field: {remedy}")
    fields = [schema.by_attribute[name] for name in named]
    found = _Keys((fields[0],), tuple(fields[1:]))
    if table.fields and table != found:
        refuse_model(model, "marks and pydamo_config give the table different keys")
    _check_keys(model, None, found)
    return found


def _marked_schema(model: type[BaseModel], table: _Keys, *, has_sort_key: bool) -> KeySchema:
    missing = ["PartitionKey"] * (not table.partition_keys) + ["SortKey"] * (has_sort_key and not table.sort_keys)
    if missing:
        remedy = "mark all keys of the table, or none: then they are read from the table (DescribeTable)"
        refuse_model(model, f"declares keys, but no field is marked with {' or '.join(missing)}: {remedy}")
    return table.schema()


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


def _configured_keys(
    model: type[BaseModel], schema: RecordSchema, index: Index, config: PydamoConfig
) -> tuple[_Keys, KeySchema]:
    """Return the fields of an index, and its key attributes: names of fields first, then of attributes."""
    partition_key, sort_key = (tuple(map(str, parts)) for parts in parts_of(index))  # names, no templates
    for name in (*partition_key, *sort_key):
        if name not in schema.fields and config.partition_key is None:
            reason = f"the index {index.name!r} of pydamo_config names {name!r}, which is not a field of the model"
            refuse_model(model, reason)
    both = partition_key, sort_key
    fields = _Keys(*(tuple(schema.fields[name] for name in names if name in schema.fields) for names in both))
    attributes = (
        tuple(schema.fields[name].attribute if name in schema.fields else name for name in names) for names in both
    )
    return fields, KeySchema(*attributes)


def _index_schema(model: type[BaseModel], table: KeySchema, name: str, keys: KeySchema) -> IndexSchema:
    """Make the schema of an index: an LSI if it has no partition key."""
    if keys.partition_keys:
        return IndexSchema(name, keys, is_global=True)
    remedy = f"mark the field that is its partition key with PartitionKey(index={name!r})"
    if not table.sort_keys:
        reason = f"index {name!r} has no partition key, but only a table with a sort key can have an LSI"
        refuse_model(model, f"{reason}: {remedy}")
    if len(keys.sort_keys) > 1:
        reason = f"index {name!r} has {', '.join(keys.sort_keys)} as sort keys, but an LSI has only one"
        refuse_model(model, f"{reason}: {remedy}")
    return IndexSchema(name, KeySchema(table.partition_keys, keys.sort_keys), is_global=False)


def _projecting(
    declared: IndexSchema, model: type[BaseModel], schema: RecordSchema, index: Index, config: PydamoConfig
) -> IndexSchema:
    """Return an index with its projection. What INCLUDE adds is not known if it is not declared."""
    unknown = [name for name in index.includes if name not in schema.fields]
    if unknown and (config.partition_key is None or index not in config.indexes):
        refuse_model(model, f"the index {index.name!r} includes {unknown[0]!r}, which is not a field of the model")
    names = (schema.fields[name].attribute if name in schema.fields else name for name in index.includes)
    includes = None if index.projection == "INCLUDE" and not index.includes else frozenset(names)
    return replace(declared, whole=index.projection == "ALL", includes=includes)


def _check_keys(model: type[BaseModel], index: str | None, keys: _Keys) -> None:
    where, most = ("the table", 1) if index is None else (f"index {index!r}", MOST_PARTS)
    for kind, fields in (("partition key", keys.partition_keys), ("sort key", keys.sort_keys)):
        if len(fields) > most:
            names = _joined_names(fields)
            refuse_model(model, f"{names} are all declared as the {kind} of {where}, which has at most {most}")
    if twice := [field.name for field in keys.partition_keys if field in keys.sort_keys]:
        refuse_model(model, f"{twice[0]} is declared both as partition key and as sort key of {where}")
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
    refuse_model(model, f"{field.name} is declared as a key of {where}: {reason}")


def _check_time_to_live(model: type[BaseModel], schema: RecordSchema) -> None:
    marked = [field for field in schema.fields.values() if any(isinstance(each, TimeToLive) for each in field.marks)]
    if len(marked) > 1:
        refuse_model(model, f"{_joined_names(marked)} are all marked with TimeToLive: a table has one such attribute")
    for field in marked:
        if not field.storage.expires:
            reason = "needs a field of type datetime or datetime | None, without its own serializer"
            refuse_model(model, f"{field.name}: TimeToLive {reason}")


def _check_version(model: type[BaseModel], schema: RecordSchema) -> None:
    marked = [field for field in schema.fields.values() if Version() in field.marks]
    if len(marked) > 1:
        refuse_model(model, f"{_joined_names(marked)} are all marked with Version: an item has one version")
    for field in marked:
        default = None if field.computed else model.model_fields[field.name].default
        if field.storage.base is not int or field.storage.nullable or not field.stored or default != 0:
            reason = "Version needs an int field with the default 0, which means that the item is not stored yet"
            refuse_model(model, f"{field.name}: {reason}")


def _check_times(model: type[BaseModel], schema: RecordSchema) -> None:
    both = [field for field in schema.fields.values() if CreatedAt() in field.marks and UpdatedAt() in field.marks]
    if both:
        refuse_model(model, f"{both[0].name} is marked with CreatedAt and with UpdatedAt: give each a field of its own")
    for mark in (CreatedAt(), UpdatedAt()):
        name = type(mark).__name__
        marked = [field for field in schema.fields.values() if mark in field.marks]
        if len(marked) > 1:
            refuse_model(model, f"{_joined_names(marked)} are all marked with {name}: an item has one such time")
        for field in marked:
            info, storage = model.model_fields.get(field.name), field.storage
            is_time = storage.base is datetime and storage.nullable and not storage.expires and field.stored
            if not is_time or info is None or info.default is not None or _is_naive(info.annotation):
                reason = "needs a field of type datetime | None with the default None, without its own serializer"
                refuse_model(model, f"{field.name}: {name} {reason}. Times are stored in UTC")


def _is_naive(annotation: Any) -> bool:
    return annotation is NaiveDatetime or any(map(_is_naive, get_args(annotation)))


def _joined_names(fields: Sequence[StoredField]) -> str:
    return ", ".join(field.name for field in fields)
