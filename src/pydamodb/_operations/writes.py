"""One write, alone or in a transaction: a put, an update, a delete, or a condition check.

Each function checks its arguments, reads the table's keys if they are unknown, and returns the write of one item.
Arguments that need no table are checked first. A model with a version needs an item that still has this version. The
write increments it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple, NoReturn, TypeAlias, TypeVar, cast

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, Malformed, decode
from pydamodb._codec.items import encode_item
from pydamodb._codec.origins import unknown_of
from pydamodb._core.exceptions import InvalidUpdateError, OperationError
from pydamodb._core.results import ReturnValues
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.conditions import (
    And,
    AttributeNotExists,
    Condition,
    Eq,
    Or,
    as_condition,
    joined,
)
from pydamodb._expressions.failed_conditions import ConditionCheckFailedError
from pydamodb._expressions.paths import Path
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._expressions.updates import Action, Add, Remove, Set, UpdateAction, actions_of, is_repeatable
from pydamodb._operations import computed_keys, following_keys
from pydamodb._operations.describe import table_schema
from pydamodb._operations.errors import (
    FAILED_CONDITION,
    item_exists,
    missing_item,
    outdated,
    path_remedy,
    translate,
    version_conflict,
)
from pydamodb._operations.keys import check_attributes, check_key_attributes, in_stored_form, with_its_key
from pydamodb._operations.managed_times import Moment, Stamp, stamped, with_times
from pydamodb._operations.part_keys import made_instance_key, refuse_part_updates, with_parts
from pydamodb._operations.presence import EXISTS_ALWAYS, MUST_BE_NEW, MUST_EXIST, Cause, Presence, is_existence
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb._operations.updated_items import check_updated
from pydamodb._operations.whole_items import read_in_part, with_unknown

ModelT = TypeVar("ModelT", bound=BaseModel)
SHOWN = "ReturnValuesOnConditionCheckFailure"
KeyIn: TypeAlias = Callable[[TableSchema], dict[str, AttributeValue]]


class Update(NamedTuple):
    """What to change. The names are those of the models' method."""

    updates: Mapping[Any, Any] | Iterable[UpdateAction]
    condition: Condition | None = None
    return_values: ReturnValues = "NONE"
    must_exist: bool = False
    return_item_on_failure: bool = False
    presence: Presence | None = None


class WriteRequest(NamedTuple):
    """A write: its parameters, its complete condition, and the version that its item must have.

    An update also has its actions. A `repeatable` one has the same effect twice as once. `guards` are conditions that
    the actions need, beside the caller's. `presence` says whether the item must exist, or must be new. The
    `stamp` has the times of a put.
    """

    payload: dict[str, Any]
    condition: Condition | None
    expected: ExpectedVersion | None = None
    actions: tuple[Action, ...] = ()
    repeatable: bool = True
    guards: tuple[Condition, ...] = ()
    presence: Presence | None = None
    stamp: Stamp | None = None

    def sent(self, *, return_item_on_failure: bool) -> dict[str, Any]:
        """Return the parameters. They request the existing item if the caller wants it, or to find what was false."""
        presence, stamp = self.presence, self.stamp
        if (
            return_item_on_failure
            or self.expected is not None
            or self.guards
            or (presence is not None and presence.needs_item(self.condition))
            or (stamp is not None and stamp.unknown is not None and not is_existence(self.condition))
        ):
            return {**self.payload, SHOWN: "ALL_OLD"}
        return self.payload

    def cause(self, item: Mapping[str, AttributeValue], *, is_shown: bool) -> Cause | None:
        """Return which part of the condition was false, None for the caller's. `item` is the existing one, if shown."""
        presence, expected = self.presence, self.expected
        if presence is not None and not (presence.is_implied and expected is not None):
            cause = presence.cause(self.condition, item, is_shown=is_shown)
            if cause is not None or presence.is_new:
                return cause
        unknown = None if self.stamp is None or presence is not None else self.stamp.unknown
        is_new = unknown is not None and (expected is None or not expected.version)
        if is_new and unknown is not None and (is_existence(self.condition) or unknown.steps[0] in item):
            return "created"
        return "version" if expected is not None and expected.is_conflict(item, self.condition) else None


def put_request(
    table: ModelTable[ModelT],
    instance: ModelT,
    condition: Condition | None,
    presence: Presence | None = None,
    moment: Moment | None = None,
) -> Operation[WriteRequest]:
    """Write the whole item."""
    unknown = unknown_of(instance)
    if unknown is None:
        raise read_in_part(table)
    expected = expected_version_of(table, instance)
    stamp, written = None, instance
    if table.times is not None:
        written, stamp = stamped(table, table.times, instance, presence, moment)
        if (guard := stamp.guard) is not None:
            condition = guard if condition is None else And(as_condition(condition, table.model_name), guard)
    item = table.encode(written)
    if expected is not None:
        item = expected.written(item)
        if presence is not MUST_BE_NEW:  # a new item has no version
            condition = expected.beside(condition)
    arguments = _condition_arguments(table, condition)
    schema = table.known_schema or (yield from table_schema(table))
    if presence is not None:
        condition, arguments = _with_presence(table, schema, condition, presence)
    item = with_its_key(table, schema, instance, item)
    if unknown:
        item = with_unknown(table, schema, item, unknown)
    return WriteRequest({"Item": item, **arguments}, condition, expected, presence=presence, stamp=stamp)


def keyed_request(
    table: ModelTable[Any],
    key_in: KeyIn,
    condition: Condition | None,
    expected: ExpectedVersion | None = None,
    presence: Presence | None = None,
) -> Operation[WriteRequest]:
    """Name the item to delete, check or get by its key."""
    arguments = _condition_arguments(table, condition)
    schema = table.known_schema or (yield from table_schema(table))
    if presence is not None:
        condition, arguments = _with_presence(table, schema, condition, presence)
    return WriteRequest({"Key": key_in(schema), **arguments}, condition, expected, presence=presence)


def delete_request(
    table: ModelTable[Any], instance: BaseModel, condition: Condition | None, presence: Presence | None = None
) -> Operation[WriteRequest]:
    """Delete the item of a model."""
    expected = expected_version_of(table, instance)
    if expected is not None:
        condition = expected.beside(condition)
    key_in = partial(instance_key, table, instance, is_delete=True)
    return (yield from keyed_request(table, key_in, condition, expected, presence))


def update_request(
    table: ModelTable[Any],
    key_in: KeyIn,
    wanted: Update,
    expected: ExpectedVersion | None = None,
    *,
    instance: BaseModel | None = None,
    actions: tuple[Action, ...] | None = None,
    moment: Moment | None = None,
) -> Operation[WriteRequest]:
    """Change some attributes of the item with a key, of an instance if it is known.

    If the `actions` are given, they are complete: those of another request, with what it computed.
    """
    is_complete = actions is not None
    presence = MUST_EXIST if wanted.must_exist else wanted.presence
    if presence is None and table.templates is not None:
        presence = EXISTS_ALWAYS  # a created item would lack the parts of its key
    given = actions_of(wanted.updates, table.model) if actions is None else actions
    repeatable = all(map(is_repeatable, given))
    if actions is None:
        actions = given if table.version is None else with_next_version(table, table.version, given, expected)
        actions = actions if table.times is None else with_times(table, table.times, actions, presence, moment)
    condition = wanted.condition if expected is None else expected.beside(wanted.condition)
    is_joined = presence is not None
    builder, changes, on_item = _rendered(table, actions, condition, instance, is_joined=is_joined)
    if instance is not None and table.record.needs_round_trip:
        check_updated(table, instance, actions, builder.assigned)
    schema = table.known_schema or (yield from table_schema(table))
    _refuse_key_updates(table, schema, actions)
    if table.templates is not None:
        refuse_part_updates(table, actions)
    check_attributes(table, schema, _whole_attributes(builder))
    key = key_in(schema)
    guards: tuple[Condition, ...] = ()
    if (table.record.computes or table.templates is not None) and not is_complete:
        known, assigned = key, builder.assigned
        following: tuple[Set | Remove, ...] = ()
        if table.templates is not None:
            known = with_parts(table, schema, key)
            following, guards = following_keys.following_keys(
                table, schema, known, actions, given=assigned, condition=wanted.condition, instance=instance
            )
            condition = joined(condition, *guards)
        if table.record.computes:
            following += computed_keys.computed_keys(table, schema, known, actions, given=assigned, instance=instance)
        if following:
            actions = (*actions, *following)
            builder, changes, on_item = _rendered(table, actions, condition, instance, is_joined=is_joined)
            check_attributes(table, schema, _whole_attributes(builder))
    if presence is not None:
        exists = presence.required(table, schema)
        on_item = " AND ".join(filter(None, (builder.condition(exists), on_item)))
        condition = joined(exists, condition)
    arguments = builder.arguments(UpdateExpression=changes, ConditionExpression=on_item)
    return WriteRequest({"Key": key, **arguments}, condition, expected, actions, repeatable, guards, presence)


def _rendered(
    table: ModelTable[Any],
    actions: tuple[Action, ...],
    condition: Condition | None,
    instance: BaseModel | None,
    *,
    is_joined: bool,
) -> tuple[ExpressionBuilder, str, str | None]:
    """Render the actions and the condition of an update."""
    builder = ExpressionBuilder(table.model)
    return builder, builder.update(actions, instance), builder.condition(condition, joined=is_joined)


def _whole_attributes(builder: ExpressionBuilder) -> dict[str, AttributeValue]:
    return {str(steps[0]): value for steps, value in builder.assigned.items() if len(steps) == 1}


def _condition_arguments(table: ModelTable[Any], condition: Condition | None) -> dict[str, Any]:
    if condition is None:
        return {}
    builder = ExpressionBuilder(table.model)
    return builder.arguments(ConditionExpression=builder.condition(condition))


def _with_presence(
    table: ModelTable[Any], schema: TableSchema, condition: Condition | None, presence: Presence
) -> tuple[Condition | None, dict[str, Any]]:
    whole = joined(presence.required(table, schema), condition)
    return whole, _condition_arguments(table, whole)


def _refuse_key_updates(table: ModelTable[Any], schema: TableSchema, actions: tuple[Action, ...]) -> None:
    for action in actions:
        if action.path.steps[0] in schema.keys.attributes:
            message = (
                f"{action.path.described} is a key of table {table.table_name!r}: the key of an item never changes. "
                f"Save a new item and delete the old one."
            )
            raise InvalidUpdateError(message, model_name=table.model_name)


def instance_key(
    table: ModelTable[Any], instance: BaseModel, schema: TableSchema, *, is_delete: bool = False
) -> dict[str, AttributeValue]:
    """Return the key of a model's item, as it is stored."""
    if table.templates is not None:
        return made_instance_key(table, schema, instance)
    fields = table.record.by_attribute
    key = encode_item(instance, only={fields[attribute].name for attribute in schema.keys.attributes})
    check_key_attributes(table, schema, key)
    return in_stored_form(table.model_name, instance, key, is_delete=is_delete)


class ExpectedVersion(NamedTuple):
    """The version of a model when it was read, 0 for a new model. Its item must still have this version."""

    path: Path
    version: int

    @property
    def attribute(self) -> str:
        """The attribute with the version."""
        return str(self.path.steps[0])

    def beside(self, condition: Condition | None) -> Condition:
        """Return the condition on the version, joined with the caller's condition."""
        own: Condition = Eq(self.path, self.version)
        own = own if self.version else Or(AttributeNotExists(self.path), own)  # other mappers start at 0
        return own if condition is None else And(own, as_condition(condition, self.path.model.__name__))

    def written(self, item: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
        """Return an item with its next version."""
        return {**item, self.attribute: {"N": str(self.version + 1)}}

    def advance(self, instance: BaseModel) -> None:
        """Set the next version on a model, also on a frozen one."""
        name = self.path.label
        vars(instance)[name] = self.version + 1
        instance.model_fields_set.add(name)

    def stored(self, item: Mapping[str, AttributeValue]) -> int | None:
        """Return the version that an item has, None if it has none."""
        text = item.get(self.attribute, {}).get("N")
        try:
            return None if text is None else cast("int", decode({"N": text}))  # a foreign one may have a fraction
        except Malformed:
            return None

    def is_conflict(self, item: Mapping[str, AttributeValue], condition: Condition | None) -> bool:
        """Return True if the condition failed because of the version. Without an And, there is no other condition."""
        return not isinstance(condition, And) or (self.stored(item) or 0) != self.version


def expected_version_of(table: ModelTable[Any], instance: BaseModel) -> ExpectedVersion | None:
    """Return the version that a model's item must have, None if the model has no versions."""
    path = table.version
    if path is None:
        return None
    version = getattr(instance, path.label, None)
    if type(version) is not int or version < 0:
        expected = "a version is a whole number from 0 on, and each write increments it"
        raise table.invalid_request(f"{path.described}: {expected}")
    return ExpectedVersion(path, version)


def with_next_version(
    table: ModelTable[Any], path: Path, actions: tuple[Action, ...], expected: ExpectedVersion | None
) -> tuple[Action, ...]:
    """Return the actions of an update and one more, which increments the version."""
    if any(action.path.steps[0] == path.steps[0] for action in actions):
        message = f"{path.described} is the version of the item, which each write increments: leave it out"
        raise InvalidUpdateError(message, model_name=table.model_name)
    return (*actions, Set(path, expected.version + 1) if expected else Add(path, 1))


def send_write(
    table: ModelTable[Any], operation: str, write: WriteRequest, *, return_item_on_failure: bool
) -> Operation[Any]:
    """Send a write and return the reply. The error of a failed condition has the existing item if it is wanted."""
    payload = {"TableName": table.table_name, **write.sent(return_item_on_failure=return_item_on_failure)}
    try:
        return (yield Request(operation, payload, (table,), write.condition, write.repeatable))
    except RequestFailed as failure:
        raise_failed_write(table, write, failure, return_item_on_failure=return_item_on_failure)


def raise_failed_write(
    table: ModelTable[Any], write: WriteRequest, failure: RequestFailed, *, return_item_on_failure: bool
) -> NoReturn:
    """Raise the error of a write that failed, or the failure itself, with the remedy for a missing map."""
    knows = return_item_on_failure or write.expected or write.presence or write.stamp
    if failure.code != FAILED_CONDITION or not knows:
        failure.message += path_remedy(failure.message, write.actions)
        raise failure
    item: dict[str, AttributeValue] = failure.response.get("Item") or {}
    cause = write.cause(item, is_shown=SHOWN in failure.request.payload)
    error: OperationError
    if cause == "version" and write.expected is not None:
        error = version_conflict(failure, write.expected.version, write.expected.stored(item))
    elif cause == "not found":
        error = missing_item(failure)
    elif cause == "existing":
        error = item_exists(failure)
    elif cause == "created" and write.stamp is not None and write.stamp.unknown is not None:
        error = item_exists(failure, write.stamp.unknown.label)
    else:
        why = following_keys.outdated_parts(table, write.guards, write.actions, item) if write.guards else None
        error = translate(failure) if why is None else outdated(failure, why)
    if return_item_on_failure and isinstance(error, ConditionCheckFailedError):
        error.item = existing_item(table, item)
    raise error from failure.original


def existing_item(table: ModelTable[Any], item: Mapping[str, AttributeValue]) -> Any:
    """Return the item of a failed condition. None if it does not fit the model: this must not hide the failure."""
    try:
        return table.whole_reader.read(item, _left_out) if item else None
    except Malformed:
        return None


def _left_out(*_: object) -> None:
    pass
