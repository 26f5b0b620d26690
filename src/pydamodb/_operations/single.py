"""Operations on one item: GetItem, PutItem, UpdateItem, DeleteItem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from pydamodb._calls import Flow, Target
from pydamodb._compile import layout_of
from pydamodb._items import decode_item, encode_item
from pydamodb._operations.describe import request, table_schema
from pydamodb._operations.keys import check_attributes, check_key_attributes, encode_key
from pydamodb._schema import TableSchema
from pydamodb._wire import AttributeValue
from pydamodb.conditions import Condition
from pydamodb.exceptions import InvalidUpdateError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.updates import UpdateAction, actions_of

__all__ = ["delete", "delete_item", "get_item", "instance_key", "save", "update_item"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def save(target: Target[ModelT], instance: ModelT, condition: Condition | None) -> Flow[None]:
    """Write the whole item."""
    item = encode_item(instance)
    arguments = _condition_arguments(target, condition)
    schema = yield from table_schema(target)
    check_key_attributes(target, schema, item)
    yield from request(target, "PutItem", {"TableName": target.table_name, "Item": item, **arguments}, condition)


def get_item(
    target: Target[ModelT], partition_key_value: Any, sort_key_value: Any, *, consistent_read: bool
) -> Flow[ModelT | None]:
    """Read one item."""
    schema = yield from table_schema(target)
    payload: dict[str, Any] = {
        "TableName": target.table_name,
        "Key": encode_key(target, schema, "GetItem", partition_key_value, sort_key_value),
    }
    if consistent_read:
        payload["ConsistentRead"] = True
    reply = yield from request(target, "GetItem", payload)
    return decode_item(target.model, reply["Item"]) if "Item" in reply else None


def update_item(
    target: Target[Any],
    partition_key_value: Any,
    sort_key_value: Any,
    *,
    updates: Mapping[Any, Any] | Iterable[UpdateAction],
    condition: Condition | None,
) -> Flow[None]:
    """Change some attributes of an item."""
    actions = actions_of(updates, target.model)
    builder = ExpressionBuilder(target.model)
    arguments = builder.arguments(
        UpdateExpression=builder.update(actions), ConditionExpression=builder.condition(condition)
    )
    schema = yield from table_schema(target)
    _check_actions(target, schema, actions)
    check_attributes(target, schema, builder.assigned)
    key = encode_key(target, schema, "UpdateItem", partition_key_value, sort_key_value)
    yield from request(target, "UpdateItem", {"TableName": target.table_name, "Key": key, **arguments}, condition)


def _condition_arguments(target: Target[Any], condition: Condition | None) -> dict[str, Any]:
    builder = ExpressionBuilder(target.model)
    return builder.arguments(ConditionExpression=builder.condition(condition))


def _check_actions(target: Target[Any], schema: TableSchema, actions: tuple[UpdateAction, ...]) -> None:
    for action in actions:
        path = action.path
        if path.steps[0] in schema.keys.attributes:
            message = (
                f"{path.described} is a key of table {target.table_name!r}: the key of an item never changes. "
                f"Save a new item and delete the old one."
            )
            raise InvalidUpdateError(message, model_name=target.model_name)


def delete_item(
    target: Target[Any], partition_key_value: Any, sort_key_value: Any, *, condition: Condition | None
) -> Flow[None]:
    """Delete an item by its key; it need not exist."""
    arguments = _condition_arguments(target, condition)
    schema = yield from table_schema(target)
    key = encode_key(target, schema, "DeleteItem", partition_key_value, sort_key_value)
    yield from request(target, "DeleteItem", {"TableName": target.table_name, "Key": key, **arguments}, condition)


def delete(target: Target[Any], instance: BaseModel, condition: Condition | None) -> Flow[None]:
    """Delete the item of a model; only its key matters."""
    arguments = _condition_arguments(target, condition)
    schema = yield from table_schema(target)
    key = instance_key(target, schema, instance)
    yield from request(target, "DeleteItem", {"TableName": target.table_name, "Key": key, **arguments}, condition)


def instance_key(target: Target[Any], schema: TableSchema, instance: BaseModel) -> dict[str, AttributeValue]:
    """Return the key of a model's item.

    Raises:
        InvalidKeyValueError: A key attribute has no value, or one that cannot be a key.
    """
    members = layout_of(target.model).by_attribute
    key = encode_item(instance, only={members[attribute].name for attribute in schema.keys.attributes})
    check_key_attributes(target, schema, key)
    return key
