"""TransactWriteItems and TransactGetItems: all of it or nothing, over any models and tables of one client."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import field, replace
from typing import Any

from pydantic import BaseModel

from pydamodb._calls import Call, CallFailed, Flow, Target
from pydamodb._compile import layout_of
from pydamodb._dataclasses import dataclass
from pydamodb._failures import CANCELED, canceled
from pydamodb._items import decode_item
from pydamodb._operations.conditional import item_in_the_way
from pydamodb._operations.describe import distrust, table_schema
from pydamodb._operations.keys import MISSING, encode_key, identity
from pydamodb._operations.writes import KeyIn, Part, Update, delete_part, keyed_part, put_part, update_part
from pydamodb._schema import TableSchema
from pydamodb._wire import AttributeValue
from pydamodb.conditions import Condition
from pydamodb.exceptions import InvalidRequestError
from pydamodb.keys import Key
from pydamodb.results import CancellationReason, TransactionAction, TransactionOperation

__all__ = ["MOST_ACTIONS", "Taken", "Transaction", "check", "delete", "put", "read", "update", "write"]

MOST_ACTIONS = 100


@dataclass(frozen=True)
class Taken:
    """An action that was checked: what it does, which item it is about, and what is sent of it.

    Where the item has a version, the `instance` that is put gets the next one in the end.
    """

    action: TransactionAction
    target: Target[Any]
    item: Hashable
    part: Part
    returns_item: bool = False
    instance: BaseModel | None = None

    @property
    def request(self) -> dict[str, Any]:
        """The action as it is sent."""
        sent = self.part.sent(return_item_on_failure=self.returns_item)
        return {self.action.operation: {"TableName": self.target.table_name, **sent}}


@dataclass(frozen=True)
class Transaction:
    """The actions of a transaction, in order: 100 at most, each on another item."""

    actions: dict[Hashable, Taken] = field(default_factory=dict[Hashable, Taken])

    def take(self, taken: Taken) -> None:
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
            raise InvalidRequestError(message, model_name=taken.target.model_name)
        if len(self.actions) == MOST_ACTIONS:
            message = (
                f"transact_write: {_named(taken)} is one action too many, a transaction has {MOST_ACTIONS} at most: "
                f"divide it, or write what need not be atomic with batch_writer()"
            )
            raise InvalidRequestError(message, model_name=taken.target.model_name)
        self.actions[taken.item] = taken


def _named(taken: Taken) -> str:
    return f"{taken.action.operation} of {taken.target.model_name}"


def put(
    target: Target[Any], item: BaseModel, condition: Condition | None, *, return_item_on_failure: bool
) -> Flow[Taken]:
    """Take the write of a whole item."""
    part = yield from put_part(target, item, condition)
    schema = yield from table_schema(target)
    key = _key_of(target, schema, item)
    taken = _taken(target, schema, "Put", key, part, return_item_on_failure=return_item_on_failure)
    return replace(taken, instance=item)


def update(target: Target[Any], key: Key[Any], wanted: Update) -> Flow[Taken]:
    """Take the change of some attributes of an item."""
    part = yield from update_part(target, _encoder(target, "Update", key), wanted)
    schema = yield from table_schema(target)
    return _taken(target, schema, "Update", key, part, return_item_on_failure=wanted.return_item_on_failure)


def delete(
    target: Target[Any], item: BaseModel | Key[Any], condition: Condition | None, *, return_item_on_failure: bool
) -> Flow[Taken]:
    """Take the delete of an item, by a model or a key."""
    if isinstance(item, Key):
        key: Key[Any] = item
        part = yield from keyed_part(target, _encoder(target, "Delete", key), condition)
        schema = yield from table_schema(target)
    else:
        part = yield from delete_part(target, item, condition)
        schema = yield from table_schema(target)
        key = _key_of(target, schema, item)
    return _taken(target, schema, "Delete", key, part, return_item_on_failure=return_item_on_failure)


def check(target: Target[Any], key: Key[Any], condition: Condition, *, return_item_on_failure: bool) -> Flow[Taken]:
    """Take the check of an item that the transaction does not change.

    Raises:
        InvalidRequestError: There is no condition.
    """
    if condition is None:  # pyright: ignore[reportUnnecessaryComparison] - what callers without types may do
        message = f"transact_write: a check of {target.model_name} needs a condition"
        raise InvalidRequestError(message, model_name=target.model_name)
    part = yield from keyed_part(target, _encoder(target, "ConditionCheck", key), condition)
    schema = yield from table_schema(target)
    return _taken(target, schema, "ConditionCheck", key, part, return_item_on_failure=return_item_on_failure)


def _taken(
    target: Target[Any],
    schema: TableSchema,
    operation: TransactionOperation,
    key: Key[Any],
    part: Part,
    *,
    return_item_on_failure: bool,
) -> Taken:
    item = (target.table_name, identity(schema, part.payload.get("Item") or part.payload["Key"]))
    return Taken(TransactionAction(operation, key), target, item, part, return_item_on_failure)


def _key_of(target: Target[Any], schema: TableSchema, item: BaseModel) -> Key[Any]:
    """Return the key of a model, with the values that its fields have."""
    members = layout_of(target.model).by_attribute
    return Key(target.model, tuple(getattr(item, members[each].name) for each in schema.keys.attributes))


def _encoder(target: Target[Any], operation: TransactionOperation, key: Key[Any]) -> KeyIn:
    return lambda schema: _encode(target, schema, operation, key)


def _encode(target: Target[Any], schema: TableSchema, operation: str, key: Key[Any]) -> dict[str, AttributeValue]:
    return encode_key(target, schema, operation, *(*key.values, MISSING)[:2])


def write(transaction: Transaction, client_request_token: str | None) -> Flow[None]:
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


def read(keys: Sequence[tuple[Target[Any], Key[Any]]]) -> Flow[tuple[Any, ...]]:
    """Read items as they are at one moment, None where there is none; one that is given several times is read once.

    Raises:
        TransactionCanceledError: DynamoDB could not read them at one moment.
    """
    wanted: dict[Hashable, Taken] = {}
    order: list[tuple[Target[Any], Hashable]] = []
    for target, key in keys:
        schema = yield from table_schema(target)
        part = Part({"Key": _encode(target, schema, "Get", key)}, None)
        taken = _taken(target, schema, "Get", key, part, return_item_on_failure=False)
        wanted.setdefault(taken.item, taken)
        order.append((target, taken.item))
    payload = {"TransactItems": [each.request for each in wanted.values()]}
    reply = yield from _request("TransactGetItems", payload, list(wanted.values()))
    found = {item: answer.get("Item") for item, answer in zip(wanted, reply["Responses"], strict=True)}
    return tuple(
        decode_item(target.model, attributes) if (attributes := found[item]) else None for target, item in order
    )


def _request(operation: str, payload: dict[str, Any], taken: list[Taken]) -> Flow[Any]:
    """Send one request on several tables; if a table turns out to be another, forget what was known of all."""
    tables, models = (
        _listed(each.target.table_name for each in taken),
        _listed(each.target.model_name for each in taken),
    )
    try:
        return (yield Call(operation, payload, tables, models))
    except CallFailed as failure:
        reasons = _reasons(failure, taken)
        maybe_others = "ValidationError" in {reason.code for reason in reasons}
        for target in {(each.target.model, each.target.table_name): each.target for each in taken}.values():
            distrust(target, failure, invalid=maybe_others)
        if failure.code != CANCELED:
            raise
        raise canceled(failure, reasons) from failure.original


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _reasons(failure: CallFailed, taken: list[Taken]) -> tuple[CancellationReason, ...]:
    """Read why each action was not done; DynamoDB says the string "None" of those that were not in the way."""
    untold: list[dict[str, Any]] = [{} for _ in taken] if failure.code == CANCELED else []
    said = failure.response.get("CancellationReasons") or untold
    return tuple(_reason(reason, each) for reason, each in zip(said, taken, strict=False))


def _reason(said: dict[str, Any], taken: Taken) -> CancellationReason:
    code: str | None = None if said.get("Code") in {None, "None"} else said["Code"]
    item: dict[str, AttributeValue] = said.get("Item") or {}
    expected = taken.part.expected
    failed = code == "ConditionalCheckFailed"
    missed = failed and expected is not None and expected.is_missed(item, taken.part.condition)
    return CancellationReason(
        code=code,
        message=said.get("Message"),
        action=taken.action,
        item=item_in_the_way(taken.target.model, item) if taken.returns_item else None,
        is_version_conflict=missed,
    )
