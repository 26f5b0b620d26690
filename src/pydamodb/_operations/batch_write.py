"""BatchWriteItem: puts and deletes on one table, 25 to a request, until all of them are confirmed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import field
from random import uniform
from typing import Any, NamedTuple, NoReturn, TypeVar

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import encode_item
from pydamodb._codec.origins import unknown_of
from pydamodb._core.exceptions import OperationError, UnprocessedItemsError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.backoff import MOST_ATTEMPTS, Jitter, pause
from pydamodb._operations.describe import table_schema
from pydamodb._operations.errors import translate
from pydamodb._operations.keys import encode_key, identity, readable, with_its_key
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb._operations.whole_items import read_in_part, with_unknown
from pydamodb._operations.writes import instance_key

ModelT = TypeVar("ModelT", bound=BaseModel)

MOST_ITEMS = 25


class Pending(NamedTuple):
    """A write that is not confirmed yet: its request, and the model or the key that the caller gave."""

    request: dict[str, Any]
    given: Any

    @property
    def is_put(self) -> bool:
        """Whether the write is a put; otherwise it is a delete."""
        return "PutRequest" in self.request


@dataclass(frozen=True)
class Buffer:
    """Writes that are not confirmed yet, one for each key. A new write replaces an older one with the same key."""

    schema: TableSchema
    pending: dict[Hashable, Pending] = field(default_factory=dict[Hashable, Pending])

    @property
    def is_full(self) -> bool:
        """Whether there are enough writes for a request."""
        return len(self.pending) >= MOST_ITEMS

    def add(self, write: Pending, attributes: dict[str, AttributeValue]) -> None:
        """Append a write of the item that has these attributes."""
        key = identity(self.schema, attributes)
        self.pending.pop(key, None)
        self.pending[key] = write


def open_buffer(table: ModelTable[Any]) -> Operation[Buffer]:
    """Start a batch. Later writes are added without a request."""
    return Buffer((yield from table_schema(table)))


def add_put(table: ModelTable[ModelT], buffer: Buffer, instance: ModelT) -> None:
    """Add a put."""
    _check_model(table, instance)
    unknown = unknown_of(instance)
    if unknown is None:
        raise read_in_part(table)
    item = with_its_key(table, buffer.schema, instance, encode_item(instance))
    if unknown:
        item = with_unknown(table, buffer.schema, item, unknown)
    buffer.add(Pending({"PutRequest": {"Item": item}}, instance), item)


def add_delete(table: ModelTable[ModelT], buffer: Buffer, instance: ModelT) -> None:
    """Add the delete of a model's item."""
    _check_model(table, instance)
    _add_delete(buffer, instance_key(table, instance, buffer.schema, is_delete=True))


def add_delete_item(table: ModelTable[Any], buffer: Buffer, partition_key_value: Any, sort_key_value: Any) -> None:
    """Add the delete of the item with a key."""
    _add_delete(buffer, encode_key(table, "BatchWriteItem", (partition_key_value, sort_key_value), buffer.schema))


def _check_model(table: ModelTable[Any], instance: object) -> None:
    name = table.model_name
    if not isinstance(instance, table.model):
        given = type(instance).__name__
        raise table.invalid_request(f"the batch writer of {name} takes instances of {name}, got {given}")
    version = table.record.version
    if version is not None:
        raise table.invalid_request(
            f"{name}.{version.name} is a Version, and a batch has no conditions that could check it: "
            f"save or delete each item separately, or use a transaction"
        )


def _add_delete(buffer: Buffer, key: dict[str, AttributeValue]) -> None:
    buffer.add(Pending({"DeleteRequest": {"Key": key}}, readable(key)), key)


def flush(table: ModelTable[Any], buffer: Buffer, *, jitter: Jitter = uniform) -> Operation[None]:
    """Send all writes that are pending now, 25 to a request. Send unprocessed writes again after growing pauses.

    Writes that are added meanwhile stay in the buffer, also one for a key that is being sent.

    Raises:
        UnprocessedItemsError: A request failed, or ten in a row wrote nothing. It has all unconfirmed writes.
    """
    attempts = 0
    wanted = list(buffer.pending.items())
    while wanted := [(key, write) for key, write in wanted if buffer.pending.get(key) is write]:
        chunk = wanted[:MOST_ITEMS]
        unprocessed = yield from _send_chunk(table, buffer, [write.request for _, write in chunk])
        contents = [content for write in unprocessed for content in write.values()]
        left = {identity(buffer.schema, content.get("Item") or content["Key"]) for content in contents}
        if not left <= {key for key, _ in chunk}:
            _give_up(table, buffer, "the response has a write that was not sent", None)
        for key, write in chunk:
            if key not in left and buffer.pending.get(key) is write:
                del buffer.pending[key]
        attempts = 0 if len(left) < len(chunk) else attempts + 1
        if attempts == MOST_ATTEMPTS:
            _give_up(table, buffer, f"DynamoDB processed no write in {attempts} consecutive requests", None)
        if left:
            yield pause(attempts, jitter)


def _send_chunk(
    table: ModelTable[Any], buffer: Buffer, writes: list[dict[str, Any]]
) -> Operation[list[dict[str, Any]]]:
    try:
        reply = yield Request("BatchWriteItem", {"RequestItems": {table.table_name: writes}}, (table,))
    except RequestFailed as failure:
        if not buffer.pending:  # the block was cancelled meanwhile, and has reported all of it
            raise
        error = translate(failure)
        _give_up(table, buffer, str(error), error)
    unprocessed: dict[str, list[dict[str, Any]]] = reply.get("UnprocessedItems") or {}
    return [write for table_writes in unprocessed.values() for write in table_writes]


def _give_up(table: ModelTable[Any], buffer: Buffer, reason: str, cause: OperationError | None) -> NoReturn:
    error = unconfirmed(table, buffer, reason)
    error.original_error = cause.original_error if cause else None
    raise error from cause


def unconfirmed(table: ModelTable[Any], buffer: Buffer, reason: str) -> UnprocessedItemsError:
    """Return an error that has the unconfirmed writes, and remove them from the buffer."""
    writes = list(buffer.pending.values())
    buffer.pending.clear()
    error = UnprocessedItemsError(
        f"batch write of {table.model_name}: {len(writes)} writes are not confirmed (see puts and deletes): {reason}",
        operation="BatchWriteItem",
        model_name=table.model_name,
        table_name=table.table_name,
    )
    error.puts = [write.given for write in writes if write.is_put]
    error.deletes = [write.given for write in writes if not write.is_put]
    return error
