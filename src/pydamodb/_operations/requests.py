"""What an operation can yield: a request or a pause. An operation receives a reply or a failure.

An operation is a generator: it yields requests, receives replies and returns a result. It never sends or waits.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeAlias, TypeVar

from typing_extensions import NamedTuple

from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._expressions.conditions import Condition
from pydamodb._operations.table import ModelTable

T = TypeVar("T")

OF_TABLES = frozenset({"CreateTable", "DescribeTable", "DescribeTimeToLive", "UpdateTable", "UpdateTimeToLive"})
WRITES = frozenset({"BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"})


class Request(NamedTuple):
    """One request to DynamoDB. The reply is its parsed JSON, with attribute values as DynamoDB sends them.

    `tables` are the tables of the request, with their models. A `repeatable` request has the same effect twice as once:
    it may be sent again if its outcome is unknown. If the request has a `reader`, the reply is what the reader returns
    for the bytes of the response, unless that is None.
    """

    operation: str
    payload: dict[str, Any]
    tables: tuple[ModelTable[Any], ...]
    condition: Condition | None = None
    repeatable: bool = True
    reader: Callable[[bytes], Any] | None = None

    @property
    def table_name(self) -> str:
        """The names of the tables, for messages."""
        return ", ".join(dict.fromkeys(table.table_name for table in self.tables))

    @property
    def model_name(self) -> str:
        """The names of the models, for messages."""
        return ", ".join(dict.fromkeys(table.model_name for table in self.tables))


@dataclass(frozen=True)
class Sleep:
    """A pause in seconds; the reply is None."""

    seconds: float


class RequestFailed(Exception):  # noqa: N818 - only operations receive it, never users
    """A request without a successful reply.

    `code` is DynamoDB's error code, None without a reply. `original` is botocore's exception, None if it has none.
    `unknown` means that the request, or a previous attempt of it, may have succeeded.
    """

    def __init__(
        self,
        request: Request,
        code: str | None,
        message: str,
        original: Exception | None,
        *,
        response: Mapping[str, Any] | None = None,
        unknown: bool = False,
    ) -> None:
        super().__init__(message)
        self.request = request
        self.code = code
        self.message = message
        self.original = original
        self.response: Mapping[str, Any] = response or {}
        self.unknown = unknown

    @property
    def maybe_written(self) -> bool:
        """Whether the request may have changed an item."""
        return self.unknown and self.request.operation in WRITES


Operation: TypeAlias = Generator[Request | Sleep, Any, T]
