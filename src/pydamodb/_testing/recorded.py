"""The requests that the models of a test have sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.lazy_dataclass import dataclass


@dataclass(frozen=True)
class SentRequest:
    """One request: the name of its operation, such as "PutItem", and its body, DynamoDB's JSON."""

    operation: str
    body: dict[str, Any]


class Requests:
    """The requests that models have sent, in their order. A request that is repeated is one request.

    Requests that make and delete the tables of a test are not among them.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._sent: list[SentRequest] = []

    def of(self, operation: str) -> int:
        """Return how many requests of an operation were sent: `requests.of("Query") == 1`.

        Raises:
            InvalidRequestError: DynamoDB has no such operation.
        """
        return len(self.bodies(operation))

    def bodies(self, operation: str) -> list[dict[str, Any]]:
        """Return the bodies of the requests of an operation, as DynamoDB's JSON.

        Raises:
            InvalidRequestError: DynamoDB has no such operation.
        """
        check_operation(operation, self._known)
        return [each.body for each in self._sent if each.operation == operation]

    @property
    def operations(self) -> list[str]:
        """The names of the operations, in the order of the requests."""
        return [each.operation for each in self._sent]

    def clear(self) -> None:
        """Forget the requests that were sent so far."""
        self._sent.clear()

    def record(self, request: SentRequest) -> None:
        """Add a request. The engine does this."""
        self._sent.append(request)

    def __iter__(self) -> Iterator[SentRequest]:
        return iter(tuple(self._sent))

    def __len__(self) -> int:
        return len(self._sent)

    def __repr__(self) -> str:
        return f"<Requests {self.operations}>"


def check_operation(operation: str, known: frozenset[str]) -> None:
    """Raise InvalidRequestError for a name that is no operation: nothing would ever be counted or met."""
    if operation not in known:
        similar = next((each for each in known if each.lower() == str(operation).replace("_", "").lower()), None)
        remedy = f": did you mean {similar!r}?" if similar else ', such as "PutItem" or "Query"'
        raise InvalidRequestError(f"{operation!r} is not an operation of DynamoDB{remedy}")
