"""Operations on one item: GetItem, PutItem, UpdateItem, DeleteItem."""

from __future__ import annotations

from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from pydamodb import _wire
from pydamodb._calls import Flow, Target
from pydamodb._compile import layout_of
from pydamodb._items import decode_item, decode_value, refresh
from pydamodb._operations.conditional import write
from pydamodb._operations.describe import request, table_schema
from pydamodb._operations.keys import encode_key
from pydamodb._operations.versions import Expected, expected_of
from pydamodb._operations.writes import KeyIn, Update, delete_part, instance_key, keyed_part, put_part, update_part
from pydamodb._projections import reader_of
from pydamodb._wire import AttributeValue
from pydamodb.conditions import Condition
from pydamodb.exceptions import InvalidRequestError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.results import ReturnValues
from pydamodb.updates import UpdateAction

__all__ = ["Update", "delete", "delete_item", "get_item", "save", "update", "update_item"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def save(
    target: Target[ModelT], instance: ModelT, condition: Condition | None, *, return_item_on_failure: bool = False
) -> Flow[None]:
    """Write the whole item."""
    part = yield from put_part(target, instance, condition)
    yield from write(target, "PutItem", part, return_item_on_failure=return_item_on_failure)
    if part.expected is not None:
        part.expected.advance(instance)


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
    reply = yield from request(target, "GetItem", payload, reader=reader.item_reader)
    if "Model" in reply:
        return reader.finished(reply["Model"])
    return reader.read(reply["Item"]) if "Item" in reply else None


def update_item(target: Target[Any], partition_key_value: Any, sort_key_value: Any, wanted: Update) -> Flow[Any]:
    """Change some attributes of an item, and return what was asked for."""
    return (
        yield from _change(
            target, lambda schema: encode_key(target, schema, "UpdateItem", partition_key_value, sort_key_value), wanted
        )
    )


def update(target: Target[Any], instance: BaseModel, wanted: Update) -> Flow[None]:
    """Change some attributes of a model's item, which must exist, and bring the model up to date."""
    expected = expected_of(target, instance)
    whole = wanted._replace(return_values="ALL_NEW", must_exist=True)
    new = yield from _change(target, lambda schema: instance_key(target, schema, instance), whole, expected)
    refresh(instance, new)


def _change(
    target: Target[Any],
    key_in: KeyIn,
    wanted: Update,
    expected: Expected | None = None,
) -> Flow[Any]:
    _check_return_values(target, wanted.return_values)
    part = yield from update_part(target, key_in, wanted, expected)
    if wanted.return_values != "NONE":
        part = part._replace(
            payload={**part.payload, "ReturnValues": wanted.return_values},
            repeatable=part.repeatable and not wanted.return_values.endswith("OLD"),
        )
    reply = yield from write(target, "UpdateItem", part, return_item_on_failure=wanted.return_item_on_failure)
    return _returned(target, part.actions, wanted.return_values, reply.get("Attributes"))


def _check_return_values(target: Target[Any], given: object) -> None:
    if given not in _RETURN_VALUES:
        known = ", ".join(map(repr, _RETURN_VALUES))
        message = f"update of {target.model_name}: return_values is one of {known}, got {given!r}"
        raise InvalidRequestError(message, model_name=target.model_name)


_RETURN_VALUES = get_args(ReturnValues)


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


def delete_item(
    target: Target[Any],
    partition_key_value: Any,
    sort_key_value: Any,
    *,
    condition: Condition | None,
    return_item_on_failure: bool = False,
) -> Flow[None]:
    """Delete an item by its key; it need not exist."""
    part = yield from keyed_part(
        target, lambda schema: encode_key(target, schema, "DeleteItem", partition_key_value, sort_key_value), condition
    )
    yield from write(target, "DeleteItem", part, return_item_on_failure=return_item_on_failure)


def delete(
    target: Target[Any], instance: BaseModel, condition: Condition | None, *, return_item_on_failure: bool = False
) -> Flow[None]:
    """Delete the item of a model; only its key matters, and its version if it has one."""
    part = yield from delete_part(target, instance, condition)
    yield from write(target, "DeleteItem", part, return_item_on_failure=return_item_on_failure)
