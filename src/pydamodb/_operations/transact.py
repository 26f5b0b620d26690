"""TransactWriteItems and TransactGetItems: all of it or nothing, over any models and tables of one client."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import decode_item
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.keys import Key
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.results import CancellationReason, TransactionAction, TransactionOperation
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.conditions import Condition
from pydamodb._operations.describe import table_schema
from pydamodb._operations.errors import CANCELED, canceled
from pydamodb._operations.keys import MISSING, encode_key, identity
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb._operations.writes import (
    KeyIn,
    Update,
    WriteRequest,
    delete_request,
    existing_item,
    keyed_request,
    put_request,
    update_request,
)

MOST_ACTIONS = 100


@dataclass(frozen=True)
class AddedAction:
    """An action that was checked: what it does, which item it is about, and what is sent of it.

    Where the item has a version, the `instance` that is put gets the next one in the end.
    """

    action: TransactionAction
    table: ModelTable[Any]
    item: Hashable
    part: WriteRequest
    returns_item: bool = False
    instance: BaseModel | None = None

    @property
    def request(self) -> dict[str, Any]:
        """The action as it is sent."""
        sent = self.part.sent(return_item_on_failure=self.returns_item)
        return {self.action.operation: {"TableName": self.table.table_name, **sent}}


@dataclass(frozen=True)
class Transaction:
    """The actions of a transaction, in order: 100 at most, each on another item."""

    actions: dict[Hashable, AddedAction] = field(default_factory=dict[Hashable, AddedAction])

    def take(self, taken: AddedAction) -> None:
        """Take an action, after all others.

        Raises:
            InvalidRequestError: It is one too many, or the second on its item.
        """
        if earlier := self.actions.get(taken.item):
            number = list(self.actions).index(taken.item) + 1
            message = (
                f"transact_write: {_named(taken)} is about the item that action {number}, {_named(earlier)}, is about: "
                f"a transaction has one action for each item. An update or a delete has its own condition."
            )
            raise InvalidRequestError(message, model_name=taken.table.model_name)
        if len(self.actions) == MOST_ACTIONS:
            message = (
                f"transact_write: {_named(taken)} is one action too many, a transaction has {MOST_ACTIONS} at most: "
                f"divide it, or write what need not be atomic with batch_writer()"
            )
            raise InvalidRequestError(message, model_name=taken.table.model_name)
        self.actions[taken.item] = taken


def _named(taken: AddedAction) -> str:
    return f"{taken.action.operation} of {taken.table.model_name}"


def put(
    table: ModelTable[Any], item: BaseModel, condition: Condition | None, *, return_item_on_failure: bool
) -> Operation[AddedAction]:
    """Take the write of a whole item."""
    part = yield from put_request(table, item, condition)
    schema = yield from table_schema(table)
    key = _key_of(table, schema, item)
    taken = _added(table, schema, "Put", key, part, return_item_on_failure=return_item_on_failure)
    return replace(taken, instance=item)


def update(table: ModelTable[Any], key: Key[Any], wanted: Update) -> Operation[AddedAction]:
    """Take the change of some attributes of an item."""
    part = yield from update_request(table, _encoder(table, "Update", key), wanted)
    schema = yield from table_schema(table)
    return _added(table, schema, "Update", key, part, return_item_on_failure=wanted.return_item_on_failure)


def delete(
    table: ModelTable[Any], item: BaseModel | Key[Any], condition: Condition | None, *, return_item_on_failure: bool
) -> Operation[AddedAction]:
    """Take the delete of an item, by a model or a key."""
    if isinstance(item, Key):
        key: Key[Any] = item
        part = yield from keyed_request(table, _encoder(table, "Delete", key), condition)
        schema = yield from table_schema(table)
    else:
        part = yield from delete_request(table, item, condition)
        schema = yield from table_schema(table)
        key = _key_of(table, schema, item)
    return _added(table, schema, "Delete", key, part, return_item_on_failure=return_item_on_failure)


def check(
    table: ModelTable[Any], key: Key[Any], condition: Condition, *, return_item_on_failure: bool
) -> Operation[AddedAction]:
    """Take the check of an item that the transaction does not change.

    Raises:
        InvalidRequestError: There is no condition.
    """
    if condition is None:  # pyright: ignore[reportUnnecessaryComparison] - what callers without types may do
        message = f"transact_write: a check of {table.model_name} needs a condition"
        raise InvalidRequestError(message, model_name=table.model_name)
    part = yield from keyed_request(table, _encoder(table, "ConditionCheck", key), condition)
    schema = yield from table_schema(table)
    return _added(table, schema, "ConditionCheck", key, part, return_item_on_failure=return_item_on_failure)


def _added(
    table: ModelTable[Any],
    schema: TableSchema,
    operation: TransactionOperation,
    key: Key[Any],
    part: WriteRequest,
    *,
    return_item_on_failure: bool,
) -> AddedAction:
    item = (table.table_name, identity(schema, part.payload.get("Item") or part.payload["Key"]))
    return AddedAction(TransactionAction(operation, key), table, item, part, return_item_on_failure)


def _key_of(table: ModelTable[Any], schema: TableSchema, item: BaseModel) -> Key[Any]:
    """Return the key of a model, with the values that its fields have."""
    fields = table.record.by_attribute
    return Key(table.model, tuple(getattr(item, fields[each].name) for each in schema.keys.attributes))


def _encoder(table: ModelTable[Any], operation: TransactionOperation, key: Key[Any]) -> KeyIn:
    return partial(encode_key, table, operation, (*key.values, MISSING)[:2])


def write(transaction: Transaction, client_request_token: str | None) -> Operation[None]:
    """Send all actions at once; nothing if there are none.

    Raises:
        TransactionCanceledError: DynamoDB did none of it.
    """
    taken = list(transaction.actions.values())
    if not taken:
        return
    payload: dict[str, Any] = {"TransactItems": [each.request for each in taken]}
    if client_request_token is not None:
        payload["ClientRequestToken"] = client_request_token
    yield from _request("TransactWriteItems", payload, taken)
    for each in taken:
        if each.part.expected is not None and each.instance is not None:
            each.part.expected.advance(each.instance)


def read(keys: Sequence[tuple[ModelTable[Any], Key[Any]]]) -> Operation[tuple[Any, ...]]:
    """Read items as they are at one moment, None where there is none; one that is given several times is read once.

    Raises:
        TransactionCanceledError: DynamoDB could not read them at one moment.
    """
    wanted: dict[Hashable, AddedAction] = {}
    order: list[tuple[ModelTable[Any], Hashable]] = []
    for table, key in keys:
        schema = yield from table_schema(table)
        part = WriteRequest({"Key": _encoder(table, "Get", key)(schema)}, None)
        taken = _added(table, schema, "Get", key, part, return_item_on_failure=False)
        wanted.setdefault(taken.item, taken)
        order.append((table, taken.item))
    payload = {"TransactItems": [each.request for each in wanted.values()]}
    reply = yield from _request("TransactGetItems", payload, list(wanted.values()))
    found = {item: answer.get("Item") for item, answer in zip(wanted, reply["Responses"], strict=True)}
    return tuple(decode_item(table.model, attributes) if (attributes := found[item]) else None for table, item in order)


def _request(operation: str, payload: dict[str, Any], taken: list[AddedAction]) -> Operation[Any]:
    """Send one request on several tables."""
    tables = {(each.table.model, each.table.table_name): each.table for each in taken}
    try:
        return (yield Request(operation, payload, (*tables.values(),)))
    except RequestFailed as failure:
        if failure.code != CANCELED:
            raise
        raise canceled(failure, _reasons(failure, taken)) from failure.original


def _reasons(failure: RequestFailed, taken: list[AddedAction]) -> tuple[CancellationReason, ...]:
    """Read why each action was not done; DynamoDB says the string "None" of those that were not in the way."""
    untold: list[dict[str, Any]] = [{} for _ in taken] if failure.code == CANCELED else []
    said = failure.response.get("CancellationReasons") or untold
    return tuple(_reason(reason, each) for reason, each in zip(said, taken, strict=False))


def _reason(said: dict[str, Any], taken: AddedAction) -> CancellationReason:
    code: str | None = None if said.get("Code") in {None, "None"} else said["Code"]
    item: dict[str, AttributeValue] = said.get("Item") or {}
    expected = taken.part.expected
    failed = code == "ConditionalCheckFailed"
    missed = failed and expected is not None and expected.is_conflict(item, taken.part.condition)
    return CancellationReason(
        code=code,
        message=said.get("Message"),
        action=taken.action,
        item=existing_item(taken.table.model, item) if taken.returns_item else None,
        is_version_conflict=missed,
    )
