"""The faults that a test plans for its next requests."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from botocore.awsrequest import AWSResponse

from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._testing.recorded import SentRequest, check_operation

Kind: TypeAlias = Literal["throttle", "conflict", "lost_answer", "unprocessed"]
Answer: TypeAlias = tuple[AWSResponse, dict[str, Any]]

_TRANSACTIONS = frozenset({"TransactGetItems", "TransactWriteItems"})
_CONFLICTS = _TRANSACTIONS | {"DeleteItem", "PutItem", "UpdateItem"}
_BATCHES = frozenset({"BatchGetItem", "BatchWriteItem"})
_MESSAGE = "made up by the test"


class _Fault:
    """A fault, and how often it is still to come."""

    def __init__(self, kind: Kind, operation: str | None, operations: frozenset[str], times: int) -> None:
        self.kind = kind
        self.operation = operation
        self.operations = operations
        self.left = times

    def __str__(self) -> str:
        times = f", {self.left} times" if self.left > 1 else ""
        return f"{self.kind} of {self.operation or 'any operation'}{times}"


class Faults:
    """Faults of the next requests of the models. A fault that meets no request until the test ends fails the test.

    Each method takes the operation, such as "PutItem", and how many requests the fault meets. Without an operation it
    meets the next request of any operation for which DynamoDB has such a fault.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._planned: list[_Fault] = []

    def throttle(self, operation: str | None = None, *, times: int = 1) -> None:
        """Throttle requests: ThroughputExceededError. They are not carried out, and not repeated.

        Raises:
            InvalidRequestError: There is no such operation, or `times` is no positive number.
        """
        self._plan("throttle", operation, self._known, times)

    def conflict(self, operation: str | None = None, *, times: int = 1) -> None:
        """Let requests conflict with a transaction: TransactionConflictError, or TransactionCanceledError.

        They are not carried out. `operation` is PutItem, UpdateItem, DeleteItem, TransactWriteItems or
        TransactGetItems.

        Raises:
            InvalidRequestError: It is another operation, or `times` is no positive number.
        """
        self._plan("conflict", operation, _CONFLICTS, times)

    def lost_answer(self, operation: str | None = None, *, times: int = 1) -> None:
        """Carry requests out, and lose the answers: the connection breaks.

        A request is sent again if that does no harm, as each time after a broken connection. So a read or an
        idempotent write succeeds, and an update that counts fails with `outcome_unknown`. `times` counts attempts.

        Raises:
            InvalidRequestError: There is no such operation, or `times` is no positive number.
        """
        self._plan("lost_answer", operation, self._known, times)

    def unprocessed(self, operation: str | None = None, *, times: int = 1) -> None:
        """Leave all items of batches unprocessed: the library sends them again. Nothing is carried out.

        `operation` is BatchWriteItem or BatchGetItem.

        Raises:
            InvalidRequestError: It is another operation, or `times` is no positive number.
        """
        self._plan("unprocessed", operation, _BATCHES, times)

    def unmet(self) -> list[str]:
        """Return the planned faults that have met no request yet, as texts."""
        return [str(each) for each in self._planned if each.left]

    def clear(self) -> None:
        """Forget the planned faults."""
        self._planned.clear()

    def _plan(self, kind: Kind, operation: str | None, operations: frozenset[str], times: int) -> None:
        if operation is not None:
            check_operation(operation, self._known)
            if operation not in operations:
                message = f"{operation} has no fault of this kind: {kind} is of {', '.join(sorted(operations))}"
                raise InvalidRequestError(message)
        if type(times) is not int or times < 1:
            raise InvalidRequestError(f"times is how many requests the fault meets, got {times!r}")
        self._planned.append(_Fault(kind, operation, operations, times))

    def take(self, operation: str, *kinds: Kind) -> Kind | None:
        """Return the kind of the fault that a request meets, and count it. The engine does this."""
        for each in self._planned:
            meets = operation in each.operations if each.operation is None else operation == each.operation
            if each.left and meets and each.kind in kinds:
                each.left -= 1
                return each.kind
        return None


def answer_of(kind: Kind, request: SentRequest) -> Answer:
    """Return the answer that a request gets in place of being carried out, as handlers of `before-call` give it.

    Attribute values have the form of the wire. Clients of a boto3 resource convert them, as they do with all replies.
    """
    if kind == "unprocessed":
        items = request.body["RequestItems"]
        if request.operation == "BatchGetItem":
            return _answer(200, {"Responses": {}, "UnprocessedKeys": items})
        return _answer(200, {"UnprocessedItems": items})
    if kind == "throttle":
        return _error("ProvisionedThroughputExceededException")
    if request.operation in _TRANSACTIONS:
        reasons = [{"Code": "TransactionConflict", "Message": _MESSAGE} for _ in request.body["TransactItems"]]
        return _error("TransactionCanceledException", CancellationReasons=reasons)
    return _error("TransactionConflictException")


def _error(code: str, **more: Any) -> Answer:
    return _answer(400, {"Error": {"Code": code, "Message": _MESSAGE}, "message": _MESSAGE, **more})


def _answer(status: int, parsed: dict[str, Any]) -> Answer:
    headers: dict[str, str] = {}
    metadata = {"HTTPStatusCode": status, "HTTPHeaders": headers, "RetryAttempts": 0}
    return AWSResponse("", status, headers, None), {**parsed, "ResponseMetadata": metadata}
