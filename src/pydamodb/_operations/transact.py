"""TransactWriteItems and TransactGetItems: all or nothing, with any models and tables of one client."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial
from itertools import count
from random import uniform
from typing import Any, NoReturn
from uuid import uuid4

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.remembered_keys import forget
from pydamodb._core.keys import Key
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.results import CancellationReason, TransactionAction, TransactionOperation
from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.failed_conditions import ConditionCheckFailedError
from pydamodb._operations.backoff import Jitter, pause
from pydamodb._operations.describe import table_schema
from pydamodb._operations.errors import CANCELED, canceled, has_only_conflicts, path_remedy
from pydamodb._operations.invalid_items import InvalidItems, OnInvalid
from pydamodb._operations.keys import MISSING, encode_key, identity
from pydamodb._operations.managed_times import Moment
from pydamodb._operations.part_keys import key_arguments, remember_written
from pydamodb._operations.presence import MUST_EXIST, presence_of
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb._operations.writes import (
    SHOWN,
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
    """A checked action: what it does, the identity of its item, and its write.

    After the transaction, an `instance` that was put gets its next version and knows its key. One that was deleted
    forgets its key.
    """

    action: TransactionAction
    table: ModelTable[Any]
    item: Hashable
    write: WriteRequest
    returns_item: bool = False
    instance: BaseModel | None = None

    @property
    def request(self) -> dict[str, Any]:
        """The action in DynamoDB's form."""
        sent = self.write.sent(return_item_on_failure=self.returns_item)
        return {self.action.operation: {"TableName": self.table.table_name, **sent}}

    @property
    def described(self) -> str:
        """The action and its model, for messages."""
        return f"{self.action.operation} of {self.table.model_name}"


@dataclass(frozen=True)
class Transaction:
    """The actions of a transaction, in order: at most 100, each on another item. All have the times of one moment."""

    actions: dict[Hashable, AddedAction] = field(default_factory=dict[Hashable, AddedAction])
    moment: Moment = field(default_factory=dict[int, datetime])

    def take(self, action: AddedAction) -> None:
        """Append an action."""
        if earlier := self.actions.get(action.item):
            number = list(self.actions).index(action.item) + 1
            raise action.table.invalid_request(
                f"transact_write: {action.described} uses the same item as action {number}, {earlier.described}: "
                f"a transaction has one action for each item. An update or a delete has its own condition."
            )
        if len(self.actions) == MOST_ACTIONS:
            raise action.table.invalid_request(
                f"transact_write: {action.described} is one action too many, a transaction has at most {MOST_ACTIONS}: "
                f"divide it, or use batch_writer() for writes that need not be atomic"
            )
        self.actions[action.item] = action


def put(
    table: ModelTable[Any],
    item: BaseModel,
    condition: Condition | None,
    *,
    must_exist: bool = False,
    must_be_new: bool = False,
    return_item_on_failure: bool,
    moment: Moment | None = None,
) -> Operation[AddedAction]:
    """Return the put of a whole item."""
    presence = presence_of(table, "transact_write: put", must_exist=must_exist, must_be_new=must_be_new)
    write = yield from put_request(table, item, condition, presence, moment)
    action = yield from _added(table, "Put", item, write, returns_item=return_item_on_failure)
    return replace(action, instance=item)


def update(
    table: ModelTable[Any], key: Key[Any], wanted: Update, *, moment: Moment | None = None
) -> Operation[AddedAction]:
    """Return the update of some attributes of an item."""
    write = yield from update_request(table, _encoder(table, "Update", key), wanted, moment=moment)
    return (yield from _added(table, "Update", key, write, returns_item=wanted.return_item_on_failure))


def delete(
    table: ModelTable[Any],
    item: BaseModel | Key[Any],
    condition: Condition | None,
    *,
    must_exist: bool = False,
    return_item_on_failure: bool,
) -> Operation[AddedAction]:
    """Return the delete of an item, by a model or a key."""
    presence = MUST_EXIST if must_exist else None
    if isinstance(item, Key):
        key: Key[Any] = item
        write = yield from keyed_request(table, _encoder(table, "Delete", key), condition, presence=presence)
    else:
        write = yield from delete_request(table, item, condition, presence)
    action = yield from _added(table, "Delete", item, write, returns_item=return_item_on_failure)
    return action if isinstance(item, Key) else replace(action, instance=item)


def check(
    table: ModelTable[Any], key: Key[Any], condition: Condition, *, return_item_on_failure: bool
) -> Operation[AddedAction]:
    """Return the check of an item that the transaction does not change."""
    if condition is None:  # pyright: ignore[reportUnnecessaryComparison] - callers without types can pass None
        raise table.invalid_request(f"transact_write: a check of {table.model_name} needs a condition")
    write = yield from keyed_request(table, _encoder(table, "ConditionCheck", key), condition)
    return (yield from _added(table, "ConditionCheck", key, write, returns_item=return_item_on_failure))


def _added(
    table: ModelTable[Any],
    operation: TransactionOperation,
    item: BaseModel | Key[Any],
    write: WriteRequest,
    *,
    returns_item: bool = False,
) -> Operation[AddedAction]:
    schema = yield from table_schema(table)  # known already, without a request
    fields = table.record.by_attribute
    if isinstance(item, Key):
        key: Key[Any] = item
    elif table.templates is not None:
        key = Key(table.model, key_arguments(table.templates, item))
    else:
        key = Key(table.model, tuple(getattr(item, fields[each].name) for each in schema.keys.attributes))
    identified = identity(table.table_name, schema, write.payload.get("Item") or write.payload["Key"])
    return AddedAction(TransactionAction(operation, key), table, identified, write, returns_item)


def _encoder(table: ModelTable[Any], operation: TransactionOperation, key: Key[Any]) -> KeyIn:
    return partial(encode_key, table, operation, (key, MISSING))


def write(
    transaction: Transaction, client_request_token: str | None, *, retries: int = 0, jitter: Jitter = uniform
) -> Operation[None]:
    """Send all actions in one request; send nothing if there are no actions.

    Each attempt has the same token: DynamoDB forgets a canceled transaction, but not one that it has done or is doing.
    """
    actions = list(transaction.actions.values())
    if not actions:
        return
    payload: dict[str, Any] = {"TransactItems": [each.request for each in actions]}
    if client_request_token is not None or retries:
        payload["ClientRequestToken"] = client_request_token or str(uuid4())
    yield from _send_actions("TransactWriteItems", payload, actions, retries, jitter)
    for each in actions:
        if each.instance is not None:
            _renew(each, each.instance)


def _renew(action: AddedAction, instance: BaseModel) -> None:
    item = action.write.payload.get("Item")
    if item is None:
        forget(instance)
        return
    if action.write.expected is not None:
        action.write.expected.advance(instance)
    if action.write.stamp is not None:
        action.write.stamp.settle(instance)
    remember_written(action.table, instance, item)


def read(
    keys: Sequence[tuple[ModelTable[Any], Key[Any]]],
    on_invalid: OnInvalid | None = None,
    *,
    retries: int = 0,
    jitter: Jitter = uniform,
) -> Operation[tuple[Any, ...]]:
    """Read all items at one moment; None for a key without an item. A key that is given several times is read once."""
    wanted: dict[Hashable, AddedAction] = {}
    order: list[AddedAction] = []
    for table, key in keys:
        named = yield from keyed_request(table, _encoder(table, "Get", key), None)
        action = yield from _added(table, "Get", key, named)
        wanted.setdefault(action.item, action)
        order.append(action)
    payload = {"TransactItems": [each.request for each in wanted.values()]}
    reply = yield from _send_actions("TransactGetItems", payload, list(wanted.values()), retries, jitter)
    found = {item: answer.get("Item") for item, answer in zip(wanted, reply["Responses"], strict=True)}
    return tuple(_read_item(each, found[each.item], on_invalid) for each in order)


def _read_item(action: AddedAction, item: dict[str, AttributeValue] | None, on_invalid: OnInvalid | None) -> Any:
    table, key = action.table, action.write.payload["Key"]
    invalid = InvalidItems(table.model_name, table.table_name, "TransactGetItems", (*key,), key, on_invalid)
    return table.whole_reader.read(item, invalid.handle) if item else None


def _send_actions(
    operation: str, payload: dict[str, Any], actions: list[AddedAction], retries: int, jitter: Jitter
) -> Operation[Any]:
    tables = {(each.table.model, each.table.table_name): each.table for each in actions}
    request = Request(operation, payload, (*tables.values(),))
    for attempt in count(1):
        try:
            return (yield request)
        except RequestFailed as failure:
            if attempt > retries or not has_only_conflicts(failure):
                _raise_failed(failure, actions)
        yield pause(attempt, jitter)


def _raise_failed(failure: RequestFailed, actions: list[AddedAction]) -> NoReturn:
    if failure.code != CANCELED:
        failure.message += path_remedy(failure.message, [part for each in actions for part in each.write.actions])
        raise failure
    given: list[dict[str, Any]] = failure.response.get("CancellationReasons") or [{} for _ in actions]
    reasons = tuple(_reason(reason, each) for reason, each in zip(given, actions, strict=False))
    error = canceled(failure, reasons)
    if isinstance(error, ConditionCheckFailedError):
        error.condition = next(each.write.condition for each, why in zip(actions, reasons, strict=False) if why.code)
    raise error from failure.original


def _reason(given: dict[str, Any], action: AddedAction) -> CancellationReason:
    # DynamoDB sends the string "None" for an action that did not fail.
    code: str | None = None if given.get("Code") in {None, "None"} else given["Code"]
    item: dict[str, AttributeValue] = given.get("Item") or {}
    is_shown = SHOWN in action.write.sent(return_item_on_failure=action.returns_item)
    cause = action.write.cause(item, is_shown=is_shown) if code == "ConditionalCheckFailed" else None
    return CancellationReason(
        code=code,
        message=(text := given.get("Message")) and text + path_remedy(text, action.write.actions),
        action=action.action,
        item=existing_item(action.table, item) if action.returns_item else None,
        is_version_conflict=cause == "version",
        is_not_found=cause == "not found",
        is_existing=cause in {"existing", "created"},
    )
