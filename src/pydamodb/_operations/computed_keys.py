"""Computed fields that are keys: an update of what they are computed from sets them too, or is refused.

Without this, an index would find the item by its old key. The key of the table cannot follow: it never changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.computed_fields import NotKnown, compute, may_read, reads_of
from pydamodb._codec.items import decode_value, encode_item
from pydamodb._codec.types import RecordSchema, StoredField
from pydamodb._core.exceptions import InvalidUpdateError
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.operands import operand
from pydamodb._expressions.updates import Action, Remove, Set
from pydamodb._operations.table import ModelTable
from pydamodb._operations.updated_items import Given, after, is_given


def computed_keys(
    table: ModelTable[Any],
    schema: TableSchema,
    key: Mapping[str, AttributeValue],
    actions: Sequence[Action],
    *,
    given: Given,
    instance: BaseModel | None,
) -> tuple[Set | Remove, ...]:
    """Return the actions that set the computed keys of indexes which an update changes.

    Raises:
        InvalidUpdateError: A computed key reads a value that is not known, or it is a key of the table and changes.
    """
    fields = table.record.cached(_computed_key_fields, schema, table.record, schema)
    if not fields:
        return ()
    attributes = {str(action.path.steps[0]) for action in actions}
    by_attribute = table.record.by_attribute
    changed = {by_attribute[name].name if name in by_attribute else name for name in attributes}
    affected = [
        (field, reads)
        for field, reads in fields
        if field.attribute not in attributes and (reads is None or reads & changed)
    ]
    if not affected:
        return ()
    known = _known_values(table.record, key, actions, given, instance)
    unknown = changed - known.keys()
    found: list[Set | Remove] = []
    for field, reads in affected:
        try:
            value, read = compute(table.model, field.name, known, unknown, instance)
        except NotKnown as missing:
            if reads is None and instance is None and not may_read(table.model, field.name, known, changed):
                continue
            _refuse(table, schema, field, f"it reads {missing.name}, whose new value is not known here", instance)
        except Exception as error:  # noqa: BLE001 - a user's property may raise anything
            _refuse(table, schema, field, f"it raises {type(error).__name__} for the new values", instance)
        path = table.paths[field.attribute]
        if field.attribute not in schema.keys.attributes:
            if read & changed:
                found.append(Remove(path) if value is None else Set(path, value))
        elif read & changed and _encoded(table, field, value) != key[field.attribute]:
            reason = "it would change, but the key of an item never changes: save a new item and delete the old one"
            raise _error(table, schema, field, reason)
    return tuple(found)


def _computed_key_fields(record: RecordSchema, schema: TableSchema) -> list[tuple[StoredField, set[str] | None]]:
    """Return the computed fields that are keys, and the names that they read."""
    fields = [record.by_attribute[name] for name in schema.key_attributes if name in record.by_attribute]
    model: Any = record.record
    return [(each, reads_of(model, each.name)) for each in fields if each.computed]


def _known_values(
    record: RecordSchema,
    key: Mapping[str, AttributeValue],
    actions: Sequence[Action],
    given: Given,
    instance: BaseModel | None,
) -> dict[str, Any]:
    """Return the values of fields after the update, as far as they are known before it is sent."""
    fields = [field for field in record.fields.values() if not field.computed]
    if instance is None:
        known = {each.name: decode_value(each.storage, key[each.attribute]) for each in fields if each.attribute in key}
    else:
        known = {each.name: vars(instance)[each.name] for each in fields if each.name in vars(instance)}
    for field in fields:
        concerned = [action for action in actions if action.path.steps[0] == field.attribute]
        if not concerned:
            continue
        old = known.pop(field.name, None)
        if all(map(is_given, concerned)):
            whole = all(len(action.path.steps) == 1 for action in concerned)
            if whole or (instance is not None and old is not None):
                known |= _after(record, field, concerned, given, None if whole else instance)
    return known


def _after(
    record: RecordSchema, field: StoredField, actions: Sequence[Action], given: Given, instance: BaseModel | None
) -> dict[str, Any]:
    """Return the new value of a field by its name; nothing if it is not known."""
    try:
        item = after({} if instance is None else encode_item(instance, only={field.name}), actions, given)
    except (LookupError, TypeError, ValueError):
        return {}
    if field.attribute in item:
        return {field.name: decode_value(field.storage, item[field.attribute])}
    model: Any = record.record
    info = model.model_fields[field.name]
    return {} if info.default_factory is not None or info.is_required() else {field.name: info.get_default()}


def _encoded(table: ModelTable[Any], field: StoredField, value: Any) -> AttributeValue | None:
    try:
        return operand(table.paths[field.attribute], value)
    except Unstorable:
        return None


def _refuse(
    table: ModelTable[Any], schema: TableSchema, field: StoredField, reason: str, instance: BaseModel | None
) -> NoReturn:
    remedy = (
        "Give it a value in the same update"
        if instance is not None
        else ("Give it a value in the same update, or update an instance that was read")
    )
    raise _error(table, schema, field, f"{reason}. {remedy}, or set {field.name} itself")


def _error(table: ModelTable[Any], schema: TableSchema, field: StoredField, reason: str) -> InvalidUpdateError:
    of_table = field.attribute in schema.keys.attributes
    named = [name for name, index in schema.indexes.items() if field.attribute in index.keys.attributes]
    where = f"table {table.table_name!r}" if of_table else f"index {', '.join(map(repr, named))}"
    message = (
        f"{table.model_name}.{field.name} is a key of {where} and is computed from what this update changes: {reason}."
    )
    return InvalidUpdateError(message, model_name=table.model_name)
