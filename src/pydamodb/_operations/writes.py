"""One write as DynamoDB takes it, alone or in a transaction: a put, an update, a delete, or a check.

Each function checks what it is given, asks for the table's keys if they are not known, and returns the part of a
request that is about one item. What needs no table is checked first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import encode_item
from pydamodb._core.exceptions import InvalidUpdateError
from pydamodb._core.results import ReturnValues
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.conditions import And, AttributeExists, Condition
from pydamodb._expressions.paths import Path, attribute_path
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._expressions.updates import UpdateAction, actions_of, is_repeatable
from pydamodb._operations.keys import check_attributes, check_key_attributes
from pydamodb._operations.requests import ModelTable, Operation
from pydamodb._operations.table import table_schema
from pydamodb._operations.versions import ExpectedVersion, expected_version_of, with_next_version

ModelT = TypeVar("ModelT", bound=BaseModel)
KeyIn: TypeAlias = Callable[[TableSchema], dict[str, AttributeValue]]


class Update(NamedTuple):
    """What to change, and how; the names are those of the models' method."""

    updates: Mapping[Any, Any] | Iterable[UpdateAction]
    condition: Condition | None = None
    return_values: ReturnValues = "NONE"
    must_exist: bool = False
    return_item_on_failure: bool = False


class WriteRequest(NamedTuple):
    """A write as it is sent, the condition that it has in all, and the version that its item must have.

    Of an update also its actions, and whether it may be repeated: twice does what once does.
    """

    payload: dict[str, Any]
    condition: Condition | None
    expected: ExpectedVersion | None = None
    actions: tuple[UpdateAction, ...] = ()
    repeatable: bool = True

    def sent(self, *, return_item_on_failure: bool) -> dict[str, Any]:
        """Return what is sent; the item in the way is asked for if the caller wants it, or to look at its version."""
        if return_item_on_failure or self.expected is not None:
            return {**self.payload, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        return self.payload


def put_request(table: ModelTable[ModelT], instance: ModelT, condition: Condition | None) -> Operation[WriteRequest]:
    """Write the whole item."""
    expected = expected_version_of(table, instance)
    item = encode_item(instance)
    if expected is not None:
        item, condition = expected.written(item), expected.beside(condition)
    arguments = _condition_arguments(table, condition)
    schema = yield from table_schema(table)
    check_key_attributes(table, schema, item)
    return WriteRequest({"Item": item, **arguments}, condition, expected)


def keyed_request(
    table: ModelTable[Any], key_in: KeyIn, condition: Condition | None, expected: ExpectedVersion | None = None
) -> Operation[WriteRequest]:
    """Delete or check the item with a key."""
    arguments = _condition_arguments(table, condition)
    schema = yield from table_schema(table)
    return WriteRequest({"Key": key_in(schema), **arguments}, condition, expected)


def delete_request(table: ModelTable[Any], instance: BaseModel, condition: Condition | None) -> Operation[WriteRequest]:
    """Delete the item of a model."""
    expected = expected_version_of(table, instance)
    if expected is not None:
        condition = expected.beside(condition)
    return (yield from keyed_request(table, lambda schema: instance_key(table, schema, instance), condition, expected))


def update_request(
    table: ModelTable[Any], key_in: KeyIn, wanted: Update, expected: ExpectedVersion | None = None
) -> Operation[WriteRequest]:
    """Change some attributes of the item with a key."""
    given = actions_of(wanted.updates, table.model)
    actions = with_next_version(table, given, expected)
    builder = ExpressionBuilder(table.model)
    changes = builder.update(actions)
    condition = wanted.condition if expected is None else expected.beside(wanted.condition)
    on_item = builder.condition(condition, joined=wanted.must_exist)
    schema = yield from table_schema(table)
    _check_actions(table, schema, actions)
    check_attributes(table, schema, builder.assigned)
    key = key_in(schema)
    if wanted.must_exist:
        exists = AttributeExists(cast("Path", attribute_path(table.model, schema.keys.partition_keys[0])))
        on_item = " AND ".join(filter(None, (builder.condition(exists), on_item)))
        condition = exists if condition is None else And(exists, condition)
    arguments = builder.arguments(UpdateExpression=changes, ConditionExpression=on_item)
    return WriteRequest({"Key": key, **arguments}, condition, expected, actions, all(map(is_repeatable, given)))


def _condition_arguments(table: ModelTable[Any], condition: Condition | None) -> dict[str, Any]:
    """Spell the condition of a write that has no other expression."""
    if condition is None:
        return {}
    builder = ExpressionBuilder(table.model)
    return builder.arguments(ConditionExpression=builder.condition(condition))


def _check_actions(table: ModelTable[Any], schema: TableSchema, actions: tuple[UpdateAction, ...]) -> None:
    """Refuse an update of the key."""
    for action in actions:
        path = action.path
        if path.steps[0] in schema.keys.attributes:
            message = (
                f"{path.described} is a key of table {table.table_name!r}: the key of an item never changes. "
                f"Save a new item and delete the old one."
            )
            raise InvalidUpdateError(message, model_name=table.model_name)


def instance_key(table: ModelTable[Any], schema: TableSchema, instance: BaseModel) -> dict[str, AttributeValue]:
    """Return the key of a model's item.

    Raises:
        InvalidKeyValueError: A key attribute has no value, or one that cannot be a key.
    """
    fields = record_schema_of(table.model).by_attribute
    key = encode_item(instance, only={fields[attribute].name for attribute in schema.keys.attributes})
    check_key_attributes(table, schema, key)
    return key
