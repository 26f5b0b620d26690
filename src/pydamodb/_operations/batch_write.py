"""BatchWriteItem: puts and deletes on the tables of one or several models, 25 to a request, until all are confirmed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import field
from datetime import datetime
from functools import cached_property, partial
from random import uniform
from typing import Any, NamedTuple, NoReturn, TypeVar

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.remembered_keys import forget
from pydamodb._core.exceptions import OperationError, UnprocessedItemsError
from pydamodb._core.keys import Key
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.backoff import MOST_ATTEMPTS, Jitter, pause
from pydamodb._operations.describe import table_schema
from pydamodb._operations.errors import translate
from pydamodb._operations.keys import MISSING, encode_key, identity, readable
from pydamodb._operations.managed_times import Moment, Stamp, stamped
from pydamodb._operations.part_keys import remember_written
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ManagedTimes, ModelTable
from pydamodb._operations.whole_items import whole_item
from pydamodb._operations.writes import instance_key

ModelT = TypeVar("ModelT", bound=BaseModel)

MOST_ITEMS = 25


def _nothing() -> None:
    """Follow a write that nothing follows."""


class Pending(NamedTuple):
    """A write that is not confirmed yet: its request, the model or the key of the caller, and what follows it."""

    request: dict[str, Any]
    given: Any
    table_name: str
    confirm: Callable[[], None] = _nothing

    @property
    def is_put(self) -> bool:
        """Whether the write is a put; otherwise it is a delete."""
        return "PutRequest" in self.request


@dataclass(frozen=True)
class Buffer:
    """Writes that are not confirmed yet, one for each key. A new write replaces an older one with the same key."""

    schemas: Mapping[ModelTable[Any], TableSchema]
    pending: dict[Hashable, Pending] = field(default_factory=dict[Hashable, Pending])
    moment: Moment = field(default_factory=dict[int, datetime])

    @property
    def is_full(self) -> bool:
        """Whether there are enough writes for a request."""
        return len(self.pending) >= MOST_ITEMS

    @cached_property
    def by_table(self) -> Mapping[str, TableSchema]:
        """The keys of the tables, by their names."""
        return {table.table_name: schema for table, schema in self.schemas.items()}

    def add(self, write: Pending, attributes: dict[str, AttributeValue]) -> None:
        """Append a write of the item that has these attributes."""
        key, pending = identity(write.table_name, self.by_table[write.table_name], attributes), self.pending
        if key in pending:
            del pending[key]
        pending[key] = write


def open_buffer(table: ModelTable[Any]) -> Operation[Buffer]:
    """Start a batch. Later writes are added without a request."""
    schemas: dict[ModelTable[Any], TableSchema] = {}
    for each in table.members:
        schemas[each] = yield from table_schema(each)
    return Buffer(schemas)


def add_put(table: ModelTable[ModelT], buffer: Buffer, instance: ModelT) -> None:
    """Add a put."""
    table = table.member(type(instance), "batch_writer")
    _check_model(table, instance)
    written, stamp = (instance, None) if table.times is None else _stamped(table, table.times, buffer, instance)
    item = whole_item(table, buffer.schemas[table], instance, written)
    confirm = _nothing
    if stamp is not None or table.templates is not None:
        confirm = partial(_confirm_put, table, instance, item, stamp)
    buffer.add(Pending({"PutRequest": {"Item": item}}, instance, table.table_name, confirm), item)


def _stamped(table: ModelTable[Any], times: ManagedTimes, buffer: Buffer, instance: ModelT) -> tuple[ModelT, Stamp]:
    """Return a copy of an instance with the times of a put. The writes of one request have the time of the first."""
    if not buffer.pending:
        buffer.moment.clear()
    written, stamp = stamped(table, times, instance, None, buffer.moment)
    if stamp.unknown is not None:
        name, field_name = table.model_name, stamp.unknown.label
        raise table.invalid_request(
            f"{name}.{field_name} is None, and a batch has no conditions that could check that the item is new: give "
            f"the {field_name}, or save each item separately, or use a transaction"
        )
    return written, stamp


def _confirm_put(
    table: ModelTable[Any], instance: BaseModel, item: Mapping[str, AttributeValue], stamp: Stamp | None
) -> None:
    if stamp is not None:
        stamp.settle(instance)
    remember_written(table, instance, item)


def add_delete(table: ModelTable[Any], buffer: Buffer, item: BaseModel | Key[Any]) -> None:
    """Add the delete of an item, by a model or a key."""
    if isinstance(item, Key):
        add_delete_item(table.member(item.model, "batch_writer"), buffer, item, MISSING)
        return
    table = table.member(type(item), "batch_writer")
    _check_model(table, item)
    key = instance_key(table, item, buffer.schemas[table], is_delete=True)
    _add_delete(table, buffer, key, partial(forget, item))


def add_delete_item(table: ModelTable[Any], buffer: Buffer, partition_key_value: Any, sort_key_value: Any) -> None:
    """Add the delete of the item with a key."""
    given = (partition_key_value, sort_key_value)
    _add_delete(table, buffer, encode_key(table, "BatchWriteItem", given, buffer.schemas[table]))


def _check_model(table: ModelTable[Any], instance: object) -> None:
    name = table.model_name
    if not isinstance(instance, table.model):
        given = type(instance).__name__
        raise table.invalid_request(f"the batch writer of {name} takes instances of {name}, got {given}")
    if table.templates is not None and getattr(type(instance), "pydamo_key", None) is not table.model.pydamo_key:
        given = type(instance).__name__
        raise table.invalid_request(
            f"the batch writer of {name} takes no {given}, which has another pydamo_key: use {given}.batch_writer(), "
            f"or collection({name}, {given}).batch_writer() for both"
        )
    version = table.record.version
    if version is not None:
        raise table.invalid_request(
            f"{name}.{version.name} is a Version, and a batch has no conditions that could check it: "
            f"save or delete each item separately, or use a transaction"
        )


def _add_delete(
    table: ModelTable[Any],
    buffer: Buffer,
    key: dict[str, AttributeValue],
    confirm: Callable[[], None] = _nothing,
) -> None:
    buffer.add(Pending({"DeleteRequest": {"Key": key}}, readable(key), table.table_name, confirm), key)


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
        unprocessed = yield from _send_chunk(table, buffer, [write for _, write in chunk])
        left = _identities(table, buffer, unprocessed) if unprocessed else frozenset[Hashable]()
        if left and not left <= {key for key, _ in chunk}:
            _give_up(table, buffer, "the response has a write that was not sent", None)
        pending = buffer.pending
        for key, write in chunk:
            if not left or key not in left:
                if write.confirm is not _nothing:
                    write.confirm()
                if pending.get(key) is write:
                    del pending[key]
        attempts = 0 if len(left) < len(chunk) else attempts + 1
        if attempts == MOST_ATTEMPTS:
            _give_up(table, buffer, f"DynamoDB processed no write in {attempts} consecutive requests", None)
        if left:
            yield pause(attempts, jitter)


def _identities(
    table: ModelTable[Any], buffer: Buffer, unprocessed: Mapping[str, list[dict[str, Any]]]
) -> set[Hashable]:
    """Return what identifies the items of unprocessed writes. A reply about the one table may call it otherwise."""
    only = next(iter(buffer.by_table)) if len(buffer.by_table) == 1 else None
    found: set[Hashable] = set()
    for table_name, writes in unprocessed.items():
        name = only or table_name
        if name not in buffer.by_table:
            _give_up(table, buffer, "the response has a write that was not sent", None)
        contents = [content for write in writes for content in write.values()]
        schema = buffer.by_table[name]
        found |= {identity(name, schema, content.get("Item") or content["Key"]) for content in contents}
    return found


def _send_chunk(
    table: ModelTable[Any], buffer: Buffer, writes: list[Pending]
) -> Operation[Mapping[str, list[dict[str, Any]]]]:
    items: dict[str, list[dict[str, Any]]] = {name: [] for name in buffer.by_table}
    for write in writes:
        items[write.table_name].append(write.request)
    items = {name: requests for name, requests in items.items() if requests}
    try:
        reply = yield Request("BatchWriteItem", {"RequestItems": items}, table.members)
    except RequestFailed as failure:
        if not buffer.pending:  # the block was cancelled meanwhile, and has reported all of it
            raise
        error = translate(failure)
        _give_up(table, buffer, str(error), error)
    unprocessed: dict[str, list[dict[str, Any]]] = reply.get("UnprocessedItems") or {}
    return unprocessed


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
