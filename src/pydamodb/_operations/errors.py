"""From a failed call to the exception that the caller sees: DynamoDB's error codes are mapped here and nowhere else."""

from __future__ import annotations

import re
from typing import TypeVar

from pydamodb._core.exceptions import (
    ConditionCheckFailedError,
    DynamoDBClientError,
    IndexNotFoundError,
    OperationError,
    TableNotFoundError,
    ThroughputExceededError,
    TransactionCanceledError,
    VersionConflictError,
)
from pydamodb._core.results import CancellationReason
from pydamodb._operations.requests import Request, RequestFailed

CANCELED = "TransactionCanceledException"
DENIED = "AccessDeniedException"
FAILED_CONDITION = "ConditionalCheckFailedException"
MISSING_TABLE = "ResourceNotFoundException"
INVALID = "ValidationException"
THROTTLED = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"})
_UNASKED = (
    "; the table is not asked if the model declares its keys, and the index that is queried: with PartitionKey and "
    "SortKey on fields, or PydamoConfig(indexes=[...])"
)
_MISSING_INDEX = r"does not have the specified index: *(?P<name>\S+)"


def translate(failure: RequestFailed) -> OperationError:
    """Return the exception of ours that says what happened."""
    return _completed(_meaning(failure), failure)


ErrorT = TypeVar("ErrorT", bound=OperationError)


def _completed(error: ErrorT, failure: RequestFailed) -> ErrorT:
    error.outcome_unknown = failure.maybe_written
    error.operation = failure.request.operation
    error.model_name = failure.request.model_name
    error.table_name = failure.request.table_name
    error.original_error = failure.original
    return error


def version_conflict(failure: RequestFailed, expected: int, actual: int | None) -> VersionConflictError:
    """Say that somebody else was faster."""
    found = "no version there" if actual is None else f"version {actual}"
    wanted = f"version {expected}" if expected else "no item, or one without a version,"
    error = VersionConflictError(
        f"{_what(failure.request)} was not done: it needs {wanted} and found {found}; read the item again and repeat the "
        f"change{_doubt(failure)}"
    )
    error.condition = failure.request.condition
    error.expected_version, error.actual_version = expected, actual
    return _completed(error, failure)


def canceled(failure: RequestFailed, reasons: tuple[CancellationReason, ...]) -> TransactionCanceledError:
    """Say which actions were in the way of a transaction, and why; never an item, nor a key."""
    why = "; ".join(
        f"action {number}, {each.action.operation} of {each.action.model.__name__}: {each.code}"
        f"{', as it has another version' if each.is_version_conflict else f' ({each.message})' if each.message else ''}"
        for number, each in enumerate(reasons, 1)
        if each.code is not None
    )
    error = TransactionCanceledError(
        f"{_what(failure.request)} was not done: {why or failure.message}{_doubt(failure)}"
    )
    error.reasons = reasons
    return _completed(error, failure)


def _what(request: Request) -> str:
    tables = request.table_name.split(", ")
    where = f"table{'s' if len(tables) > 1 else ''} {', '.join(map(repr, tables))}"
    return f"{request.operation} of {request.model_name} on {where}"


def _doubt(failure: RequestFailed) -> str:
    doubt = "; an earlier attempt at the same request got no answer, was maybe carried out, and is what it met"
    return doubt if failure.unknown else ""


def _meaning(failure: RequestFailed) -> OperationError:
    request, code = failure.request, failure.code
    what = _what(request)
    if code == FAILED_CONDITION:
        why = f"the stored item, or its absence, does not meet the condition{_doubt(failure)}"
        refused = ConditionCheckFailedError(f"{what} was not done: {why}")
        refused.condition = request.condition
        return refused
    if code == MISSING_TABLE:
        return TableNotFoundError(f"{what}: there is no such table in this account and region")
    if code == CANCELED:
        return canceled(failure, ())
    if code in THROTTLED:
        throttled = ThroughputExceededError(f"{what} was throttled: {failure.message}")
        throttled.error_code = code
        return throttled
    if (found := re.search(_MISSING_INDEX, failure.message)) and "IndexName" in request.payload:
        return index_not_found(found["name"], what)
    note = _UNASKED if code == DENIED and request.operation == "DescribeTable" else ""
    if failure.maybe_written:
        note = "; it may have been carried out all the same"
    other = DynamoDBClientError(f"{what} failed: {f'{code}: ' if code else ''}{failure.message}{note}")
    other.error_code = code
    return other


def index_not_found(name: str, what: str, known: tuple[str, ...] = ()) -> IndexNotFoundError:
    """Say that there is no index of that name, and which ones there are."""
    there = f"; it has {', '.join(map(repr, known))}" if known else ""
    missing = IndexNotFoundError(f"{what}: the table has no index {name!r}{there}")
    missing.index_name = name
    return missing
