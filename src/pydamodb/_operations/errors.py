"""Converts failed requests to the exceptions that the caller sees. DynamoDB's error codes are mapped only here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydamodb._core.exceptions import (
    DynamoDBClientError,
    IndexNotFoundError,
    ItemCollectionSizeLimitError,
    OperationError,
    ReplicatedWriteConflictError,
    TableNotFoundError,
    ThroughputExceededError,
    TransactionCanceledError,
    TransactionConflictError,
)
from pydamodb._core.results import CancellationReason, ThrottlingReason
from pydamodb._expressions.failed_conditions import (
    ConditionCheckFailedError,
    ItemExistsError,
    ItemNotFoundError,
    VersionConflictError,
)
from pydamodb._expressions.updates import Action
from pydamodb._operations.requests import Request, RequestFailed

CANCELED = "TransactionCanceledException"
DENIED = "AccessDeniedException"
FAILED_CONDITION = "ConditionalCheckFailedException"
IN_PROGRESS = "TransactionInProgressException"
MISSING_TABLE = "ResourceNotFoundException"
INVALID = "ValidationException"
KINDS: Mapping[str | None, type[DynamoDBClientError]] = {
    "ItemCollectionSizeLimitExceededException": ItemCollectionSizeLimitError,
    "ReplicatedWriteConflictException": ReplicatedWriteConflictError,
    "TransactionConflictException": TransactionConflictError,
}
THROTTLED = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"})
_INVALID_PATH = "document path provided in the update expression is invalid"
_MISSING_INDEX = r"does not have the specified index: *(?P<name>\S+)"

ErrorT = TypeVar("ErrorT", bound=OperationError)


class ItemNotFoundInTransaction(ItemNotFoundError, TransactionCanceledError):  # noqa: N818 - users catch its bases
    """DynamoDB canceled a transaction, only because items that must exist do not exist."""


class ItemExistsInTransaction(ItemExistsError, TransactionCanceledError):  # noqa: N818 - users catch its bases
    """DynamoDB canceled a transaction, only because items that must be new exist."""


def translate(failure: RequestFailed) -> OperationError:
    """Return the exception that describes a failure."""
    return _completed(_meaning(failure), failure)


def _completed(error: ErrorT, failure: RequestFailed) -> ErrorT:
    error.outcome_unknown = failure.maybe_written
    error.operation = failure.request.operation
    error.model_name = failure.request.model_name
    error.table_name = failure.request.table_name
    error.original_error = failure.original
    return error


def version_conflict(failure: RequestFailed, expected: int, actual: int | None) -> VersionConflictError:
    """Return the error of a write whose item has another version than expected."""
    found = "no item, or an item without a version" if actual is None else f"version {actual}"
    wanted = f"version {expected}" if expected else "no item, or an item without a version,"
    error = VersionConflictError(
        f"{_subject(failure.request)} was not done: it expected {wanted} and found {found}. Read the item again and "
        f"repeat the change{_ambiguity(failure)}"
    )
    error.condition = failure.request.condition
    error.expected_version, error.actual_version = expected, actual
    return _completed(error, failure)


def missing_item(failure: RequestFailed) -> ItemNotFoundError:
    """Return the error of a write whose item must exist, and does not."""
    error = ItemNotFoundError(
        f"{_subject(failure.request)} was not done: there is no item with this key{_ambiguity(failure)}"
    )
    error.condition = failure.request.condition
    return _completed(error, failure)


def item_exists(failure: RequestFailed, created: str | None = None) -> ItemExistsError:
    """Return the error of a write whose item must be new, and exists. `created` is the field with its creation time."""
    remedy = "" if created is None else f" and has a {created}: read it and change it, or give the {created}"
    error = ItemExistsError(f"{_subject(failure.request)} was not done: the item exists{remedy}{_ambiguity(failure)}")
    error.condition = failure.request.condition
    return _completed(error, failure)


def outdated(failure: RequestFailed, why: str) -> ConditionCheckFailedError:
    """Return the error of an update of an instance that is not what is stored."""
    error = ConditionCheckFailedError(f"{_subject(failure.request)} was not done: {why}{_ambiguity(failure)}")
    error.condition = failure.request.condition
    return _completed(error, failure)


def nothing_read(request: Request) -> ItemNotFoundError:
    """Return the error of a read whose item must exist, and does not."""
    return ItemNotFoundError(
        f"{_subject(request)}: there is no item with this key",
        operation=request.operation,
        model_name=request.model_name,
        table_name=request.table_name,
    )


def canceled(failure: RequestFailed, reasons: tuple[CancellationReason, ...]) -> TransactionCanceledError:
    """Return the error of a transaction. It says which actions failed and why, but never has an item or a key."""
    why = "; ".join(
        f"action {number}, {each.action.operation} of {each.action.model.__name__}: {each.code}{_detail(each)}"
        for number, each in enumerate(reasons, 1)
        if each.code is not None
    )
    failed = [each for each in reasons if each.code is not None]
    kind = TransactionCanceledError
    if failed and all(each.is_not_found for each in failed):
        kind = ItemNotFoundInTransaction
    elif failed and all(each.is_existing for each in failed):
        kind = ItemExistsInTransaction
    error = kind(f"{_subject(failure.request)} was not done: {why or failure.message}{_ambiguity(failure)}")
    error.reasons = reasons
    if isinstance(error, ConditionCheckFailedError):
        error.item = failed[0].item
    return _completed(error, failure)


def _detail(reason: CancellationReason) -> str:
    if reason.is_version_conflict:
        return ", the item has another version"
    if reason.is_not_found:
        return ", there is no item with this key"
    if reason.is_existing:
        return ", the item exists"
    return f" ({reason.message})" if reason.message else ""


def _subject(request: Request) -> str:
    tables = request.table_name.split(", ")
    where = f"table{'s' if len(tables) > 1 else ''} {', '.join(map(repr, tables))}"
    return f"{request.operation} of {request.model_name} on {where}"


def _ambiguity(failure: RequestFailed) -> str:
    note = ". A previous attempt of this request may have succeeded. It may be the cause of this failure."
    return note if failure.unknown else ""


def _meaning(failure: RequestFailed) -> OperationError:
    request, code = failure.request, failure.code
    subject = _subject(request)
    if code == FAILED_CONDITION:
        why = f"the stored item, or its absence, does not meet the condition{_ambiguity(failure)}"
        condition_failed = ConditionCheckFailedError(f"{subject} was not done: {why}")
        condition_failed.condition = request.condition
        return condition_failed
    if code == MISSING_TABLE:
        return TableNotFoundError(f"{subject}: there is no such table in this account and region")
    if code == CANCELED:
        return canceled(failure, ())
    if code in THROTTLED:
        throttled = ThroughputExceededError(f"{subject} was throttled: {failure.message}")
        throttled.error_code, throttled.throttling_reasons = code, _throttling_reasons(failure.response)
        return throttled
    if (found := re.search(_MISSING_INDEX, failure.message)) and "IndexName" in request.payload:
        return index_not_found(found["name"], subject)
    note = " (the request may have succeeded)" if failure.maybe_written else ""
    kind = KINDS.get(code, DynamoDBClientError)
    other = kind(f"{subject} failed: {f'{code}: ' if code else ''}{failure.message}{note}")
    other.error_code = code
    return other


def _throttling_reasons(response: Mapping[str, Any]) -> tuple[ThrottlingReason, ...]:
    """Return the reasons of a throttled request. DynamoDB spells them in two ways, and may leave them out."""
    given: list[dict[str, str]] = response.get("ThrottlingReasons") or response.get("throttlingReasons") or []
    return tuple(ThrottlingReason(each.get("reason", ""), each.get("resource", "")) for each in given)


def has_only_conflicts(failure: RequestFailed) -> bool:
    """Return True if a transaction failed only because others are busy with its items, or DynamoDB with itself."""
    reasons = failure.response.get("CancellationReasons") if failure.code == CANCELED else None
    codes = {reason.get("Code") for reason in reasons or ()} - {None, "None"}
    return failure.code == IN_PROGRESS or codes == {"TransactionConflict"}


def has_invalid_path(failure: RequestFailed) -> bool:
    """Return True if DynamoDB refused an update of a value that no map or list of the item contains."""
    return failure.code == INVALID and _INVALID_PATH in failure.message


def path_remedy(message: str, actions: Sequence[Action]) -> str:
    """Return the paths and the remedy of an update that finds no map or list on its way, empty for other messages."""
    if _INVALID_PATH not in message:
        return ""
    paths = ", ".join(action.path.described for action in actions if len(action.path.steps) > 1)
    return (
        f" (no map or list is stored on the way to {paths}: set the whole map or list, in this update or in one before)"
    )


def index_not_found(name: str, subject: str, known: tuple[str, ...] = ()) -> IndexNotFoundError:
    """Return the error of a missing index. It lists the known indexes."""
    existing = f"; it has {', '.join(map(repr, known))}" if known else ""
    missing = IndexNotFoundError(f"{subject}: the table has no index {name!r}{existing}")
    missing.index_name = name
    return missing
