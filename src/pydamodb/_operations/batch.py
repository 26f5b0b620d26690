"""BatchWriteItem: puts and deletes on one table, 25 to a request, until all of them are confirmed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from random import uniform
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel

from pydamodb import _wire
from pydamodb._calls import CallFailed, Flow, Target, Wait
from pydamodb._failures import translate
from pydamodb._items import encode_item
from pydamodb._operations.describe import request, table_schema
from pydamodb._operations.keys import check_key_attributes, encode_key
from pydamodb._operations.single import instance_key
from pydamodb._schema import TableSchema
from pydamodb._wire import AttributeValue
from pydamodb.exceptions import InvalidRequestError, OperationError, UnprocessedItemsError

__all__ = ["Buffer", "buffer_delete", "buffer_delete_item", "buffer_put", "flush"]

ModelT = TypeVar("ModelT", bound=BaseModel)

MOST_ITEMS = 25
MOST_ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0


@dataclass(frozen=True)
class Pending:
    """A write that is not confirmed yet: its request, and the model or the key that the caller gave."""

    request: dict[str, Any]
    given: Any

    @property
    def is_put(self) -> bool:
        """Whether it puts an item; else it deletes one."""
        return "PutRequest" in self.request


@dataclass
class Buffer:
    """Writes that are not confirmed yet, one for each key: the last one for a key replaces those before it.

    The table's schema is kept from the first write on: it tells the keys of what comes back unprocessed.
    """

    pending: dict[Hashable, Pending] = field(default_factory=dict[Hashable, Pending])
    schema: TableSchema | None = None

    def add(self, key: Hashable, write: Pending) -> None:
        """Take a write, after all others."""
        self.pending.pop(key, None)
        self.pending[key] = write


def buffer_put(target: Target[ModelT], buffer: Buffer, instance: ModelT) -> Flow[None]:
    """Take a put; send what is there once there are 25 writes."""
    _check_model(target, instance)
    item = encode_item(instance)
    schema = yield from table_schema(target)
    check_key_attributes(target, schema, item)
    yield from _add(target, buffer, schema, Pending({"PutRequest": {"Item": item}}, instance))


def buffer_delete(target: Target[ModelT], buffer: Buffer, instance: ModelT) -> Flow[None]:
    """Take the delete of a model's item."""
    _check_model(target, instance)
    schema = yield from table_schema(target)
    yield from _add_delete(target, buffer, schema, instance_key(target, schema, instance))


def buffer_delete_item(
    target: Target[Any], buffer: Buffer, partition_key_value: Any, sort_key_value: Any
) -> Flow[None]:
    """Take the delete of the item with a key."""
    schema = yield from table_schema(target)
    key = encode_key(target, schema, "BatchWriteItem", partition_key_value, sort_key_value)
    yield from _add_delete(target, buffer, schema, key)


def _check_model(target: Target[Any], instance: object) -> None:
    if not isinstance(instance, target.model):
        name = target.model_name
        message = f"the batch writer of {name} takes instances of {name}, got {type(instance).__name__}"
        raise InvalidRequestError(message, model_name=target.model_name)


def _add_delete(target: Target[Any], buffer: Buffer, schema: TableSchema, key: dict[str, AttributeValue]) -> Flow[None]:
    given = {name: _wire.decode(value) for name, value in key.items()}
    yield from _add(target, buffer, schema, Pending({"DeleteRequest": {"Key": key}}, given))


def _add(target: Target[Any], buffer: Buffer, schema: TableSchema, write: Pending) -> Flow[None]:
    buffer.schema = schema
    buffer.add(_identity(schema, write.request), write)
    if len(buffer.pending) >= MOST_ITEMS:
        yield from flush(target, buffer)


def _identity(schema: TableSchema, write: dict[str, Any]) -> Hashable:
    """Tell items apart as DynamoDB does: 1 and 1.0 are one key."""
    ((_, content),) = write.items()
    attributes = content.get("Item") or content["Key"]
    return tuple(_wire.decode(attributes[name]) for name in schema.keys.attributes)


def flush(target: Target[Any], buffer: Buffer, *, jitter: Callable[[float, float], float] = uniform) -> Flow[None]:
    """Send all that is pending, 25 at a time; what DynamoDB leaves unprocessed goes again, after a growing pause.

    Raises:
        UnprocessedItemsError: A request failed, or ten in a row wrote nothing; it holds all that is not confirmed.
    """
    attempts = 0
    while buffer.pending and (schema := buffer.schema):
        chunk = list(buffer.pending)[:MOST_ITEMS]
        unprocessed = yield from _send(target, buffer, [buffer.pending[key].request for key in chunk])
        left = {_identity(schema, write) for write in unprocessed}
        for key in chunk:
            if key not in left:
                del buffer.pending[key]
        if not left:
            attempts = 0
            continue
        attempts = 0 if len(left) < len(chunk) else attempts + 1
        if attempts == MOST_ATTEMPTS:
            _give_up(target, buffer, f"DynamoDB left all of them unprocessed {attempts} times in a row", None)
        yield Wait(jitter(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(attempts - 1, 0))))


def _send(target: Target[Any], buffer: Buffer, writes: list[dict[str, Any]]) -> Flow[list[dict[str, Any]]]:
    payload = {"RequestItems": {target.table_name: writes}}
    try:
        reply = yield from request(target, "BatchWriteItem", payload)
    except CallFailed as failure:
        error = translate(failure)
        _give_up(target, buffer, str(error), error)
    unprocessed: dict[str, list[dict[str, Any]]] = reply.get("UnprocessedItems") or {}
    return [write for table_writes in unprocessed.values() for write in table_writes]


def _give_up(target: Target[Any], buffer: Buffer, reason: str, cause: OperationError | None) -> NoReturn:
    """Report what is not confirmed, and forget it: it is the caller's now."""
    writes = list(buffer.pending.values())
    buffer.pending.clear()
    error = UnprocessedItemsError(
        f"batch write of {target.model_name}: {len(writes)} writes are not confirmed (see puts and deletes): {reason}",
        operation="BatchWriteItem",
        model_name=target.model_name,
        table_name=target.table_name,
        original_error=cause.original_error if cause else None,
    )
    error.puts = [write.given for write in writes if write.is_put]
    error.deletes = [write.given for write in writes if not write.is_put]
    raise error from cause
