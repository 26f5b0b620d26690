"""Failed calls to exceptions: each of DynamoDB's codes means one of ours."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb._operations import errors as _failures
from pydamodb._operations.errors import index_not_found, translate
from pydamodb._operations.requests import Request, RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb.exceptions import (
    ConditionCheckFailedError,
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
from pydamodb.fields import AttributePath
from pydamodb.results import ThrottlingReason


class Character(BaseModel):
    name: str


CONDITION: Any = AttributePath(Character).name == "Homer"
ORIGINAL = RuntimeError("as botocore says it")
TABLE = ModelTable(Character, "characters", False, {})
WHAT = "PutItem of Character on table 'characters'"


def failed(code: str | None, message: str = "why", operation: str = "PutItem", **payload: Any) -> RequestFailed:
    """Make a failure as the transport would."""
    call = Request(operation, payload, (TABLE,), CONDITION)
    return RequestFailed(call, code, message, ORIGINAL)


MEANINGS: list[tuple[str | None, type[OperationError], str, dict[str, Any]]] = [
    (
        "ConditionalCheckFailedException",
        ConditionCheckFailedError,
        f"{WHAT} was not done: the stored item, or its absence, does not meet the condition",
        {"condition": CONDITION},
    ),
    (
        "ResourceNotFoundException",
        TableNotFoundError,
        f"{WHAT}: there is no such table in this account and region",
        {},
    ),
    *(
        (code, ThroughputExceededError, f"{WHAT} was throttled: why", {"error_code": code})
        for code in ("ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException")
    ),
    ("TransactionCanceledException", TransactionCanceledError, f"{WHAT} was not done: why", {"reasons": ()}),
    ("ValidationException", DynamoDBClientError, f"{WHAT} failed: ValidationException: why", {}),
    (
        "TransactionInProgressException",
        DynamoDBClientError,
        f"{WHAT} failed: TransactionInProgressException: why",
        {"error_code": "TransactionInProgressException"},
    ),
    ("AccessDeniedException", DynamoDBClientError, f"{WHAT} failed: AccessDeniedException: why", {}),
    ("InternalServerError", DynamoDBClientError, f"{WHAT} failed: InternalServerError: why", {}),
    (None, DynamoDBClientError, f"{WHAT} failed: why", {"error_code": None}),
    *(
        (code, kind, f"{WHAT} failed: {code}: why", {"error_code": code, "outcome_unknown": False})
        for code, kind in (
            ("ItemCollectionSizeLimitExceededException", ItemCollectionSizeLimitError),
            ("ReplicatedWriteConflictException", ReplicatedWriteConflictError),
            ("TransactionConflictException", TransactionConflictError),
        )
    ),
]


@pytest.mark.parametrize(("code", "kind", "message", "attributes"), MEANINGS, ids=[str(each[0]) for each in MEANINGS])
def test_a_code_means_one_exception(
    code: str | None, kind: type[OperationError], message: str, attributes: dict[str, Any]
) -> None:
    """With the operation, the model, the table and botocore's own error."""
    error = translate(failed(code))
    assert (kind, message, "PutItem", "Character", "characters", ORIGINAL) == (
        type(error),
        str(error),
        error.operation,
        error.model_name,
        error.table_name,
        error.original_error,
    )
    assert attributes == {name: getattr(error, name) for name in attributes}


ARN = "arn:aws:dynamodb:eu-west-1:1:table/characters/index/by-age"


@pytest.mark.parametrize(
    ("response", "reasons"),
    [
        ({"ThrottlingReasons": [{"reason": "Slow", "resource": ARN}]}, (ThrottlingReason("Slow", ARN),)),
        (
            {"throttlingReasons": [{"reason": "Slow"}, {"resource": ARN}]},
            (ThrottlingReason("Slow", ""), ThrottlingReason("", ARN)),
        ),
        ({"ThrottlingReasons": []}, ()),
        ({}, ()),
    ],
)
def test_a_throttled_request_says_why(response: dict[str, Any], reasons: tuple[ThrottlingReason, ...]) -> None:
    """In both spellings of DynamoDB, if it says so at all. The text of the error has no account in it."""
    call = Request("PutItem", {}, (TABLE,))
    error: Any = translate(RequestFailed(call, "ThrottlingException", "why", None, response=response))
    assert (reasons, f"{WHAT} was throttled: why") == (error.throttling_reasons, str(error))


@pytest.mark.parametrize(
    ("code", "operation", "unknown"),
    [
        (None, "PutItem", True),
        ("InternalServerError", "UpdateItem", True),
        ("ConditionalCheckFailedException", "PutItem", True),
        ("InternalServerError", "Query", False),
    ],
)
def test_a_write_that_nobody_knows_about_says_so(code: str | None, operation: str, unknown: bool) -> None:
    """A read changes nothing, whatever has become of it."""
    call = Request(operation, {}, (TABLE,), CONDITION)
    error = translate(RequestFailed(call, code, "why", ORIGINAL, unknown=True))
    assert (unknown, unknown) == (
        error.outcome_unknown,
        "may have succeeded. It may be the cause" in str(error) or "(the request may have succeeded)" in str(error),
    )


def test_a_write_that_was_refused_is_no_riddle() -> None:
    """It was not carried out."""
    assert False is translate(failed("ValidationException")).outcome_unknown


def test_every_code_that_the_module_names_is_in_the_table_above() -> None:
    """A code that is added to the module must be tested here."""
    constants = {name: value for name, value in vars(_failures).items() if name.isupper() and name[0] != "_"}
    codes: set[str] = set()
    for value in constants.values():
        codes |= {*value} if isinstance(value, (frozenset, dict)) else {value}
    other = {"InternalServerError", None}
    assert {code for code, *_ in MEANINGS} - other == codes


@pytest.mark.parametrize(
    "message",
    [
        "The table does not have the specified index: by-age",
        "One or more parameter values were invalid: The table does not have the specified index: by-age",
    ],
)
def test_a_missing_index_is_told_from_other_bad_requests(message: str) -> None:
    """DynamoDB has no code of its own for it."""
    error = translate(failed("ValidationException", message, "Query", IndexName="by-age"))
    assert (IndexNotFoundError, "by-age", "Query") == (type(error), getattr(error, "index_name", None), error.operation)


def test_the_same_words_about_no_index_are_no_missing_index() -> None:
    """A request that named no index cannot miss one."""
    message = "The table does not have the specified index: by-age"
    assert DynamoDBClientError is type(translate(failed("ValidationException", message)))


def test_a_missing_index_tells_which_ones_there_are() -> None:
    """A slip of the pen is seen at once."""
    error = index_not_found("by-agee", "Query of Character", ("by-age", "by-name"))
    expected = ("Query of Character: the table has no index 'by-agee'; it has 'by-age', 'by-name'", "by-agee")
    assert expected == (str(error), error.index_name)
