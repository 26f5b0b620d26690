"""The `pydamo_key` of a model: its templates, and the schema of a table whose keys the configuration names.

Templates are checked when the class is made, if its types are known then. The configuration, which may be assigned
later, is checked when the table is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from inspect import getattr_static
from typing import Any, NoReturn

from pydantic import BaseModel

from pydamodb._codec import key_templates, templated_keys
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._core.config import PydamoConfig
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.indexes import Index, is_template, parts_of
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._core.templates import KeyTemplate, Template
from pydamodb._operations.key_types import wrong_part_type

OWN_INDEXES = "_pydamo_indexes"


def indexes_of(model: type[BaseModel]) -> dict[str, Index]:
    """Return the indexes that are class attributes of a model or of its bases, by the names of the attributes."""
    found: dict[str, Index] = {}
    for kind in reversed(model.__mro__):
        found |= vars(kind).get(OWN_INDEXES, {})
    return {name: index for name, index in found.items() if getattr_static(model, name, None) is index}


def is_of_fields(model: type[BaseModel], index: Index) -> bool:
    """Return True if the keys of an index are fields, and not templates."""
    fields = record_schema_of(model).fields
    return all(part in fields for parts in parts_of(index) for part in parts)


def _index_templates(model: type[BaseModel]) -> dict[str, templated_keys.IndexFormats]:
    """Fit the templates of indexes to a model, by the names of the indexes.

    Raises:
        ConfigurationError: A key has no template and is no field, or two attributes have one index.
    """
    found: dict[str, templated_keys.IndexFormats] = {}
    seen: dict[str, str] = {}
    for attribute, index in indexes_of(model).items():
        where = f"{model.__name__}.{attribute}"
        if index.name in seen:
            refuse_model(
                model, f"{where} and {seen[index.name]} are the same index {index.name!r}: leave out one of the two"
            )
        seen[index.name] = attribute
        if is_of_fields(model, index):
            continue
        if getattr(model, "pydamo_key", None) is None:
            refuse_model(
                model, f"{where} has templates, which needs a pydamo_key; without it, name the fields of the index"
            )
        partition, sort = parts_of(index)
        if len(partition) > 1 or len(sort) > 1:
            refuse_model(model, f"{where}: a key of several attributes has no templates: name its fields")
        formats = (
            [_index_format(model, where, part, is_sort_key=sort is parts) for part in parts]
            for parts in (partition, sort)
        )
        found[index.name] = templated_keys.IndexFormats(*(next(iter(each), None) for each in formats))
    return found


def _index_format(
    model: type[BaseModel], where: str, part: str | Template, *, is_sort_key: bool
) -> key_templates.KeyFormat | None:
    """Return the template of a key, None if it is the name of a field."""
    schema = record_schema_of(model)
    if isinstance(part, str):
        if part in schema.fields:
            return None
        if not is_template(part) and part.isidentifier() and part == part.lower():
            reason = (
                f"{part!r} is not a field of the model: write a field, a template, or Template({part!r}) for a constant"
            )
            refuse_model(model, f"{where}: {reason}")
    text = part.text if isinstance(part, Template) else part
    return key_templates.key_format(schema, text, is_sort_key=is_sort_key, is_sparse=True)


def templates_of(model: type[BaseModel], *, has_sort_key: bool) -> templated_keys.TemplatedKeys | None:
    """Return the templates of a model, None if it has none.

    Raises:
        ConfigurationError: No key can be made with a template, or the base class gives the keys other types.
    """
    given: Any = getattr(model, "pydamo_key", None)
    if given is None:
        if hasattr(model, OWN_INDEXES):
            _index_templates(model)  # refuses what an index cannot be
        return None
    if not isinstance(given, KeyTemplate):
        refuse_model(model, f"pydamo_key is a KeyTemplate(partition_key, sort_key), got {type(given).__name__}")
    templates = templated_keys.templated_keys(model, given, partial(_index_templates, model), has_sort_key=has_sort_key)
    wrong = record_schema_of(model).cached(wrong_part_type, templates, model, templates)
    return templates if wrong is None else refuse_model(model, wrong)


def kind_of(templates: templated_keys.TemplatedKeys, key: Mapping[str, AttributeValue]) -> templated_keys.Kind:
    """Return the templates of a model with the names of a stored key, which are not declared.

    This key may have its two attributes in any order: their templates say which one is the partition key.
    """
    known: dict[tuple[str, ...], list[templated_keys.Kind]] = record_schema_of(templates.model).cached(
        _no_kinds, templates
    )
    names = tuple(key)
    if names not in known:
        schemas = [TableSchema(KeySchema(each[:1], each[1:]), {}, {}) for each in (names, names[::-1])]
        known[names] = [templated_keys.Kind(templates, schema) for schema in schemas]
    first, second = known[names]
    return second if second.has(key) and not first.has(key) else first


def _no_kinds() -> dict[tuple[str, ...], list[templated_keys.Kind]]:
    return {}


def check_templates(model: type[BaseModel], *, has_sort_key: bool) -> None:
    """Check the templates of a class that was just made, unless its types are not known yet."""
    is_open = bool(model.__pydantic_generic_metadata__["parameters"])
    if model.__pydantic_complete__ and not is_open:
        templates_of(model, has_sort_key=has_sort_key)


def named_keys(templates: templated_keys.TemplatedKeys, config: PydamoConfig) -> KeySchema | None:
    """Return the keys that the configuration names, None if they have to be read from the table.

    Raises:
        ConfigurationError: The names do not fit the templates.
    """
    if config.partition_key is None and not config.indexes:
        return None
    if config.partition_key is None:
        reason = (
            'pydamo_config declares indexes, so it names the keys of the table too: PydamoConfig(partition_key="pk")'
        )
    elif (config.sort_key is None) != (templates.sort is None):
        has, missing = ("a sort_key", "no") if templates.sort is not None else ("no sort_key", "a")
        reason = f"its KeyTemplate has {has}, and pydamo_config names {missing} sort_key of the table"
    else:
        return KeySchema((config.partition_key,), () if config.sort_key is None else (config.sort_key,))
    return refuse_model(templates.model, reason)


def refuse_model(model: type[BaseModel], reason: str) -> NoReturn:
    """Refuse a class, or its configuration, for its keys."""
    raise ConfigurationError(f"{model.__name__}: {reason}", model_name=model.__name__)
