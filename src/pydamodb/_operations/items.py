"""Operations on one item: GetItem, PutItem, UpdateItem, DeleteItem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import decode_value, refresh
from pydamodb._codec.origins import share_origin
from pydamodb._codec.readers import Reader
from pydamodb._codec.remembered_keys import forget, remember, remembered_key
from pydamodb._codec.stored_keys import forget_key
from pydamodb._core.results import DeleteReturnValues, ReturnValues
from pydamodb._expressions.conditions import Condition, joined
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations import absent_parents
from pydamodb._operations.describe import table_schema
from pydamodb._operations.errors import has_invalid_path, nothing_read
from pydamodb._operations.invalid_items import InvalidItems
from pydamodb._operations.keys import encode_key
from pydamodb._operations.part_keys import made_attributes, remember_written
from pydamodb._operations.presence import EXISTS_ALWAYS, MUST_EXIST, presence_of
from pydamodb._operations.projections import projection_reader
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb._operations.writes import (
    ExpectedVersion,
    KeyIn,
    Update,
    WriteRequest,
    delete_request,
    expected_version_of,
    instance_key,
    keyed_request,
    put_request,
    send_write,
    update_request,
)

ModelT = TypeVar("ModelT", bound=BaseModel)
_OF_UPDATES, _OF_DELETES = get_args(ReturnValues), get_args(DeleteReturnValues)


def save(
    table: ModelTable[ModelT],
    instance: ModelT,
    condition: Condition | None,
    *,
    must_exist: bool = False,
    must_be_new: bool = False,
    return_item_on_failure: bool = False,
) -> Operation[None]:
    """Write the whole item."""
    presence = None
    if must_exist or must_be_new:
        presence = presence_of(table, "save", must_exist=must_exist, must_be_new=must_be_new)
    write = yield from put_request(table, instance, condition, presence)
    yield from send_write(table, "PutItem", write, return_item_on_failure=return_item_on_failure)
    if write.expected is not None:
        write.expected.advance(instance)
    if write.stamp is not None:
        write.stamp.settle(instance)
    if table.templates is not None:
        remember_written(table, instance, write.payload["Item"])


def get_item(
    table: ModelTable[Any],
    partition_key_value: Any,
    sort_key_value: Any,
    *,
    consistent_read: bool,
    projection: type[BaseModel] | None = None,
    must_exist: bool = False,
) -> Operation[Any]:
    """Read one item, as the table's model or as a smaller one; None if it does not exist."""
    smaller = None if projection is None else projection_reader(table, "get_item", projection)
    schema = table.known_schema or (yield from table_schema(table))
    reader = table.reader(schema, smaller)
    key = encode_key(table, "GetItem", (partition_key_value, sort_key_value), schema)
    payload: dict[str, Any] = {"TableName": table.table_name, "Key": key}
    if consistent_read:
        payload["ConsistentRead"] = True
    if reader.attributes:
        builder = ExpressionBuilder(table.model)
        payload |= builder.arguments(ProjectionExpression=builder.projection(reader.attributes))
    request = Request("GetItem", payload, (table,), reader=reader.item_reader)
    return _found(reader, request, (yield request), must_exist=must_exist)


def _found(reader: Reader, request: Request, reply: Mapping[str, Any], *, must_exist: bool) -> Any:
    """Return the item of a reply as a model, None if there is no item."""
    (table,), key = request.tables, request.payload["Key"]
    invalid = InvalidItems(table.model_name, table.table_name, "GetItem", (*key,), key)
    if "Model" in reply:
        return reader.finished(reply["Model"], invalid.handle)
    if "Item" in reply:
        return reader.read(reply["Item"], invalid.handle)
    if must_exist:
        raise nothing_read(request)
    return None


def reread(table: ModelTable[Any], instance: BaseModel, *, consistent_read: bool) -> Operation[None]:
    """Read the item of a model, which must exist. Then update the model."""
    schema = table.known_schema or (yield from table_schema(table))
    key = instance_key(table, instance, schema, is_delete=True)  # as it is stored, also in an old form
    reader = table.reader(schema)
    payload: dict[str, Any] = {"TableName": table.table_name, "Key": key}
    if consistent_read:
        payload["ConsistentRead"] = True
    request = Request("GetItem", payload, (table,), reader=reader.item_reader)
    _renew(table, instance, _found(reader, request, (yield request), must_exist=True))


def _renew(table: ModelTable[Any], instance: BaseModel, new: BaseModel) -> None:
    """Give a model the values of its item, as it was read."""
    refresh(instance, new)
    share_origin(instance, new)
    if table.templates is not None and (key := remembered_key(new)) is not None:
        remember(instance, key)


def update_item(
    table: ModelTable[Any], partition_key_value: Any, sort_key_value: Any, wanted: Update
) -> Operation[Any]:
    """Change some attributes of an item, and return the wanted values."""
    key_in = partial(encode_key, table, "UpdateItem", (partition_key_value, sort_key_value))
    return (yield from _change(table, key_in, wanted))


def update(table: ModelTable[Any], instance: BaseModel, wanted: Update) -> Operation[None]:
    """Change some attributes of a model's item, which must exist. Then update the model."""
    expected = expected_version_of(table, instance)
    whole = wanted._replace(return_values="ALL_NEW", presence=EXISTS_ALWAYS)
    new = yield from _change(table, partial(instance_key, table, instance), whole, expected, instance)
    _renew(table, instance, new)


def _change(
    table: ModelTable[Any],
    key_in: KeyIn,
    wanted: Update,
    expected: ExpectedVersion | None = None,
    instance: BaseModel | None = None,
) -> Operation[Any]:
    given = wanted.return_values
    check_return_values(table, "update", given, _OF_UPDATES)
    write = yield from update_request(table, key_in, wanted, expected, instance=instance)
    if given != "NONE":
        payload = {**write.payload, "ReturnValues": given}
        write = write._replace(payload=payload, repeatable=write.repeatable and not given.endswith("OLD"))
    try:
        reply = yield from send_write(table, "UpdateItem", write, return_item_on_failure=wanted.return_item_on_failure)
    except RequestFailed as failure:
        if not has_invalid_path(failure):
            raise
        refused = failure
    else:
        return _returned(table, "UpdateItem", write, given, reply.get("Attributes"))
    guarded = wanted._replace(condition=joined(wanted.condition, *write.guards)) if write.guards else wanted
    reply = yield from absent_parents.send_with_whole_maps(table, key_in, guarded, write, refused)
    return _returned(table, "UpdateItem", write, given, reply.get("Attributes"))


def check_return_values(table: ModelTable[Any], method: str, given: str, known: tuple[str, ...]) -> None:
    """Refuse what the operation does not return."""
    if given not in known:
        names = ", ".join(map(repr, known))
        raise table.invalid_request(f"{method} of {table.model_name}: return_values is one of {names}, got {given!r}")


def _returned(
    table: ModelTable[Any],
    operation: str,
    write: WriteRequest,
    return_values: ReturnValues,
    attributes: dict[str, AttributeValue] | None,
) -> Any:
    """Return an item as a model, changed attributes by the names of their fields."""
    if return_values == "NONE":
        return None
    key = write.payload["Key"]
    invalid = InvalidItems(table.model_name, table.table_name, operation, (*key,), key)
    if return_values in {"ALL_NEW", "ALL_OLD"}:
        return table.whole_reader.read(attributes, invalid.handle) if attributes else None
    fields = table.record.by_attribute
    whole = {action.path.steps[0] for action in write.actions if len(action.path.steps) == 1}
    changed: dict[str, Any] = {}
    made = made_attributes(table)
    for attribute, value in (attributes or {}).items():
        field = fields.get(attribute)
        if field is None and attribute in made:
            continue
        if field is None or attribute not in whole:
            changed[field.name if field else attribute] = attribute_values.decode(value)
            continue
        try:
            changed[field.name] = decode_value(field.storage, value)
            continue
        except attribute_values.Malformed:
            raise
        except Exception as caught:  # noqa: BLE001 - a validator of the user may raise anything
            error = caught
        invalid.handle(table.model, attributes or {}, error, (field.name,))
    return changed


def delete_item(
    table: ModelTable[Any],
    partition_key_value: Any,
    sort_key_value: Any,
    *,
    condition: Condition | None,
    return_values: DeleteReturnValues = "NONE",
    must_exist: bool = False,
    return_item_on_failure: bool = False,
) -> Operation[Any]:
    """Delete an item by its key; it need not exist. Return the item if it is wanted."""
    check_return_values(table, "delete_item", return_values, _OF_DELETES)
    key_in = partial(encode_key, table, "DeleteItem", (partition_key_value, sort_key_value))
    write = yield from keyed_request(table, key_in, condition, presence=MUST_EXIST if must_exist else None)
    return (yield from _delete(table, write, return_values, return_item_on_failure=return_item_on_failure))


def delete(
    table: ModelTable[Any],
    instance: BaseModel,
    condition: Condition | None,
    *,
    return_values: DeleteReturnValues = "NONE",
    must_exist: bool = False,
    return_item_on_failure: bool = False,
) -> Operation[Any]:
    """Delete the item of a model. Only its key and its version are used. Return the item if it is wanted."""
    check_return_values(table, "delete", return_values, _OF_DELETES)
    write = yield from delete_request(table, instance, condition, MUST_EXIST if must_exist else None)
    confirm = partial(_forget, table, instance)
    return (yield from _delete(table, write, return_values, confirm, return_item_on_failure=return_item_on_failure))


def _forget(table: ModelTable[Any], instance: BaseModel) -> None:
    forget_key(instance)
    if table.templates is not None:
        forget(instance)


def _delete(
    table: ModelTable[Any],
    write: WriteRequest,
    return_values: DeleteReturnValues,
    confirm: Callable[[], None] = lambda: None,
    *,
    return_item_on_failure: bool,
) -> Operation[Any]:
    if return_values == "ALL_OLD":  # a second attempt would not find the item
        write = write._replace(payload={**write.payload, "ReturnValues": "ALL_OLD"}, repeatable=False)
    reply = yield from send_write(table, "DeleteItem", write, return_item_on_failure=return_item_on_failure)
    confirm()
    return _returned(table, "DeleteItem", write, return_values, reply.get("Attributes"))
