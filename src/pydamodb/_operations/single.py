"""Operations on one item: GetItem, PutItem, UpdateItem, DeleteItem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar, cast, get_args

from pydantic import BaseModel

from pydamodb import _wire
from pydamodb._calls import Flow, Target
from pydamodb._compile import layout_of
from pydamodb._items import decode_item, decode_value, encode_item, refresh
from pydamodb._operations.conditional import condition_arguments, write
from pydamodb._operations.describe import request, table_schema
from pydamodb._operations.keys import check_attributes, check_key_attributes, encode_key
from pydamodb._operations.versions import Expected, counted_up, expected_of
from pydamodb._paths import Path, attribute_path
from pydamodb._projections import reader_of
from pydamodb._schema import TableSchema
from pydamodb._wire import AttributeValue
from pydamodb.conditions import And, AttributeExists, Condition
from pydamodb.exceptions import InvalidRequestError, InvalidUpdateError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.results import ReturnValues
from pydamodb.updates import UpdateAction, actions_of, is_repeatable

__all__ = [
    "Update",
    "check_actions",
    "delete",
    "delete_item",
    "get_item",
    "instance_key",
    "save",
    "update",
    "update_item",
]

ModelT = TypeVar("ModelT", bound=BaseModel)


class Update(NamedTuple):
    """What to change, and how; the names are those of the models' method."""

    updates: Mapping[Any, Any] | Iterable[UpdateAction]
    condition: Condition | None = None
    return_values: ReturnValues = "NONE"
    must_exist: bool = False
    return_item_on_failure: bool = False


def save(
    target: Target[ModelT], instance: ModelT, condition: Condition | None, *, return_item_on_failure: bool = False
) -> Flow[None]:
    """Write the whole item."""
    expected = expected_of(target, instance)
    item = encode_item(instance)
    if expected is not None:
        item, condition = expected.written(item), expected.beside(condition)
    arguments = condition_arguments(target, condition)
    schema = yield from table_schema(target)
    check_key_attributes(target, schema, item)
    payload = {"Item": item, **arguments}
    yield from write(
        target, "PutItem", payload, condition, return_item_on_failure=return_item_on_failure, expected=expected
    )
    if expected is not None:
        expected.advance(instance)


def get_item(
    target: Target[Any],
    partition_key_value: Any,
    sort_key_value: Any,
    *,
    consistent_read: bool,
    projection: type[BaseModel] | None = None,
) -> Flow[Any]:
    """Read one item, or what a smaller model needs of it."""
    reader = reader_of(target, "get_item", projection)
    schema = yield from table_schema(target)
    payload: dict[str, Any] = {
        "TableName": target.table_name,
        "Key": encode_key(target, schema, "GetItem", partition_key_value, sort_key_value),
    }
    if consistent_read:
        payload["ConsistentRead"] = True
    if reader.attributes:
        builder = ExpressionBuilder(target.model)
        payload |= builder.arguments(ProjectionExpression=builder.projection(reader.attributes))
    reply = yield from request(target, "GetItem", payload)
    return reader.read(reply["Item"]) if "Item" in reply else None


def update_item(target: Target[Any], partition_key_value: Any, sort_key_value: Any, wanted: Update) -> Flow[Any]:
    """Change some attributes of an item, and return what was asked for."""

    def key(schema: TableSchema) -> dict[str, AttributeValue]:
        return encode_key(target, schema, "UpdateItem", partition_key_value, sort_key_value)

    return (yield from _change(target, key, wanted))


def update(target: Target[Any], instance: BaseModel, wanted: Update) -> Flow[None]:
    """Change some attributes of a model's item, which must exist, and bring the model up to date."""

    def key(schema: TableSchema) -> dict[str, AttributeValue]:
        return instance_key(target, schema, instance)

    expected = expected_of(target, instance)
    whole = wanted._replace(return_values="ALL_NEW", must_exist=True)
    refresh(instance, (yield from _change(target, key, whole, expected)))


def _change(
    target: Target[Any],
    key_in: Callable[[TableSchema], dict[str, AttributeValue]],
    wanted: Update,
    expected: Expected | None = None,
) -> Flow[Any]:
    _check_return_values(target, wanted.return_values)
    given = actions_of(wanted.updates, target.model)
    actions = counted_up(target, given, expected)
    builder = ExpressionBuilder(target.model)
    changes = builder.update(actions)
    condition = wanted.condition if expected is None else expected.beside(wanted.condition)
    on_item = builder.condition(condition, joined=wanted.must_exist)
    schema = yield from table_schema(target)
    check_actions(target, schema, actions)
    check_attributes(target, schema, builder.assigned)
    key = key_in(schema)
    if wanted.must_exist:
        exists = AttributeExists(cast("Path", attribute_path(target.model, schema.keys.partition_keys[0])))
        on_item = " AND ".join(filter(None, (builder.condition(exists), on_item)))
        condition = exists if condition is None else And(exists, condition)
    arguments = builder.arguments(UpdateExpression=changes, ConditionExpression=on_item)
    payload: dict[str, Any] = {"Key": key, **arguments}
    if wanted.return_values != "NONE":
        payload["ReturnValues"] = wanted.return_values
    reply = yield from write(
        target,
        "UpdateItem",
        payload,
        condition,
        return_item_on_failure=wanted.return_item_on_failure,
        expected=expected,
        repeatable=all(map(is_repeatable, given)) and not wanted.return_values.endswith("OLD"),
    )
    return _returned(target, actions, wanted.return_values, reply.get("Attributes"))


def _check_return_values(target: Target[Any], given: object) -> None:
    if given not in get_args(ReturnValues):
        known = ", ".join(map(repr, get_args(ReturnValues)))
        message = f"update of {target.model_name}: return_values is one of {known}, got {given!r}"
        raise InvalidRequestError(message, model_name=target.model_name)


def _returned(
    target: Target[Any],
    actions: tuple[UpdateAction, ...],
    return_values: ReturnValues,
    attributes: dict[str, AttributeValue] | None,
) -> Any:
    """Read what an update returns: an item as a model, changed attributes by the names of their fields."""
    if return_values in {"ALL_NEW", "ALL_OLD"}:
        return decode_item(target.model, attributes) if attributes else None
    if return_values == "NONE":
        return None
    members = layout_of(target.model).by_attribute
    whole = {action.path.steps[0] for action in actions if len(action.path.steps) == 1}
    changed: dict[str, Any] = {}
    for attribute, value in (attributes or {}).items():
        member = members.get(attribute)
        is_whole = member is not None and attribute in whole
        changed[member.name if member else attribute] = (
            decode_value(member.shape, value) if member and is_whole else _wire.decode(value)
        )
    return changed


def check_actions(target: Target[Any], schema: TableSchema, actions: tuple[UpdateAction, ...]) -> None:
    """Check that an update leaves the key alone.

    Raises:
        InvalidUpdateError: It does not.
    """
    for action in actions:
        path = action.path
        if path.steps[0] in schema.keys.attributes:
            message = (
                f"{path.described} is a key of table {target.table_name!r}: the key of an item never changes. "
                f"Save a new item and delete the old one."
            )
            raise InvalidUpdateError(message, model_name=target.model_name)


def delete_item(
    target: Target[Any],
    partition_key_value: Any,
    sort_key_value: Any,
    *,
    condition: Condition | None,
    return_item_on_failure: bool = False,
) -> Flow[None]:
    """Delete an item by its key; it need not exist."""
    arguments = condition_arguments(target, condition)
    schema = yield from table_schema(target)
    key = encode_key(target, schema, "DeleteItem", partition_key_value, sort_key_value)
    payload = {"Key": key, **arguments}
    yield from write(target, "DeleteItem", payload, condition, return_item_on_failure=return_item_on_failure)


def delete(
    target: Target[Any], instance: BaseModel, condition: Condition | None, *, return_item_on_failure: bool = False
) -> Flow[None]:
    """Delete the item of a model; only its key matters, and its version if it has one."""
    expected = expected_of(target, instance)
    if expected is not None:
        condition = expected.beside(condition)
    arguments = condition_arguments(target, condition)
    schema = yield from table_schema(target)
    payload = {"Key": instance_key(target, schema, instance), **arguments}
    yield from write(
        target, "DeleteItem", payload, condition, return_item_on_failure=return_item_on_failure, expected=expected
    )


def instance_key(target: Target[Any], schema: TableSchema, instance: BaseModel) -> dict[str, AttributeValue]:
    """Return the key of a model's item.

    Raises:
        InvalidKeyValueError: A key attribute has no value, or one that cannot be a key.
    """
    members = layout_of(target.model).by_attribute
    key = encode_item(instance, only={members[attribute].name for attribute in schema.keys.attributes})
    check_key_attributes(target, schema, key)
    return key
