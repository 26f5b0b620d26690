"""Keys that templates make: from key arguments, which are the parts of a key, from instances, and in items to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

from pydamodb._codec import key_templates, templated_keys
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.remembered_keys import remember, remembered_key
from pydamodb._core.exceptions import InvalidKeyValueError, InvalidUpdateError, MissingSortKeyValueError
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._expressions.conditions import Condition, Eq
from pydamodb._expressions.operands import key_operand
from pydamodb._expressions.updates import Action
from pydamodb._operations.table import ModelTable


def made_key(
    table: ModelTable[Any], operation: str, given: tuple[Any, ...], schema: TableSchema
) -> dict[str, AttributeValue]:
    """Make the key of an item from key arguments: parts of the partition key, and parts that only the sort key has."""
    kind = table.kind(schema)
    first, second = kind.templates.arguments
    if second and len(given) == 1:
        message = f"{operation} of {table.model_name}: give the sort key, {_names(second)}, after {_names(first)}"
        raise MissingSortKeyValueError(
            message, operation=operation, model_name=table.model_name, table_name=table.table_name
        )
    partition = part_values(table, first, given[0])
    return kind.made(partition, {**partition, **part_values(table, second, given[1])} if second else partition)


def part_values(table: ModelTable[Any], parts: Sequence[key_templates.Part], given: Any) -> dict[str, AttributeValue]:
    """Encode the values of parts, as their fields store them: one value, or a tuple of several."""
    values = (given,) if len(parts) == 1 else given
    if not isinstance(values, (tuple, list)) or len(cast("Sequence[Any]", values)) != len(parts):
        what = (
            f"{len(cast('Sequence[Any]', values))} values"
            if isinstance(values, (tuple, list))
            else type(given).__name__
        )
        message = f"{table.model_name}: the parts of a key are given as {_names(parts)}, got {what}"
        raise InvalidKeyValueError(message, model_name=table.model_name)
    pairs = zip(parts, cast("Sequence[Any]", values), strict=True)
    return {part.attribute: _part_value(table, part, value) for part, value in pairs}


def _part_value(table: ModelTable[Any], part: key_templates.Part, value: Any) -> AttributeValue:
    reason = "the value cannot be None"
    if value is not None:
        try:
            return key_operand(table.paths[part.attribute], value)
        except Unstorable as error:
            reason = error.reason
    message = f"{table.model_name}.{part.name} is a part of the key: {reason}"
    raise InvalidKeyValueError(message, model_name=table.model_name)


def markers_on(
    table: ModelTable[Any], schema: TableSchema, keys: KeySchema, index: IndexSchema | None
) -> list[Condition]:
    """Return the conditions that items are of the kind of a model, on a table or an index that has the attributes."""
    markers: Mapping[str, str] = {} if table.templates is None else table.templates.markers
    projected = None if index is None or index.whole else index.projected(schema.keys)
    return [
        Eq(table.paths[attribute], text)
        for attribute, text in markers.items()
        if attribute not in keys.attributes and (projected is None or attribute in projected)
    ]


def _names(parts: Sequence[key_templates.Part]) -> str:
    names = ", ".join(part.name for part in parts)
    return names if len(parts) == 1 else f"({names})"


def made_instance_key(
    table: ModelTable[Any],
    schema: TableSchema,
    instance: BaseModel,
    item: Mapping[str, AttributeValue] | None = None,
) -> dict[str, AttributeValue]:
    """Make the key of an instance, from its item if that is encoded already.

    Raises:
        InvalidKeyValueError: A value cannot be a part of the key, or a part has changed since the item was read.
    """
    kind = table.kind(schema)
    made = kind.made(kind.templates.of_instance(instance) if item is None else item)
    known = remembered_key(instance)
    if known is not None and known != made:
        model = type(instance).__name__
        parts = ", ".join(part.name for part in kind.templates.parts.values())
        message = (
            f"{model}: the key of an item never changes, and a part of it ({parts}) has another value than when this "
            f"instance was read or saved. To write another item, save a copy: instance.model_copy(). To move the item, "
            f"delete the stored one before: {model}.delete_item(...)"
        )
        raise InvalidKeyValueError(message, model_name=model)
    return made


def with_made_key(
    table: ModelTable[Any], schema: TableSchema, instance: BaseModel, item: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Return the item of an instance with its key."""
    key = {**made_instance_key(table, schema, instance, item), **table.kind(schema).index_keys(item)}
    if other := [name for name, value in key.items() if item.get(name, value) != value]:
        message = (
            f"{table.model_name}: the extra value {other[0]!r} has the name of a key of table {table.table_name!r}, "
            f"which its template makes: rename it"
        )
        raise InvalidKeyValueError(message, model_name=table.model_name)
    return {**item, **key}


def remember_written(table: ModelTable[Any], instance: BaseModel, item: Mapping[str, AttributeValue]) -> None:
    """Let an instance remember the key under which it was written, if a template has made it."""
    schema = None if table.templates is None else table.known_schema
    if schema is not None:
        remember(instance, {name: item[name] for name in schema.keys.attributes})


def key_arguments(templates: templated_keys.TemplatedKeys, instance: BaseModel) -> tuple[Any, ...]:
    """Return the key arguments of an instance."""
    return templates.shaped(lambda part: getattr(instance, part.name))


def with_parts(table: ModelTable[Any], schema: TableSchema, key: Mapping[str, AttributeValue]) -> dict[str, Any]:
    """Return a key with the attributes of its parts."""
    parsed = [template.parse(key[name]) or {} for name, template in table.kind(schema).formats.items()]
    return {**key, **{name: value for parts in parsed for name, value in parts.items()}}


def made_attributes(table: ModelTable[Any]) -> Mapping[str, key_templates.KeyFormat]:
    """Return the templates by the attributes that they make; none for a model without templates."""
    schema = None if table.templates is None else table.known_schema
    return {} if schema is None else table.kind(schema).all_formats


def refuse_part_updates(table: ModelTable[Any], actions: Sequence[Action]) -> None:
    """Refuse an update of a field that is a part of the key."""
    parts: Mapping[str, key_templates.Part] = {} if table.templates is None else table.templates.parts
    for action in actions:
        if action.path.steps[0] in parts:
            message = (
                f"{action.path.described} is a part of the key of table {table.table_name!r}: the key of an item never "
                f"changes. Save a new item and delete the old one."
            )
            raise InvalidUpdateError(message, model_name=table.model_name)
