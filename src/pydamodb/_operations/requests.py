"""The whole vocabulary of I/O: what an operation may ask for, and how a refusal comes back to it.

An operation is a generator: it yields requests, receives their replies, and returns its result. Nothing here, and
nothing that is built from it, sends or waits.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel
from typing_extensions import NamedTuple

from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.conditions import Condition

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)


class ModelTable(NamedTuple, Generic[ModelT]):
    """What an operation works on: a model, its table, and the schemas of tables that are known already.

    Where the model declares the keys of its table, `declared` has them, and the table is not asked.
    """

    model: type[ModelT]
    table_name: str
    has_sort_key: bool
    schemas: dict[str, TableSchema]
    declared: TableSchema | None = None

    @property
    def model_name(self) -> str:
        """The model's name, for messages."""
        return self.model.__name__


class Request(NamedTuple):
    """One request to DynamoDB; the reply is its parsed JSON, attribute values as they are on the wire.

    A `repeatable` one may be sent again where nobody knows whether it was carried out: twice does what once does. One
    with a `reader` gets what that makes of the bytes of the reply instead, unless it is None, or no bytes were there.
    """

    operation: str
    payload: dict[str, Any]
    table_name: str
    model_name: str
    condition: Condition | None = None
    repeatable: bool = True
    reader: Callable[[bytes], Any] | None = None

    @property
    def is_write(self) -> bool:
        """Whether the request changes anything."""
        return self.operation in _WRITES


_WRITES = frozenset({"BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"})


@dataclass(frozen=True)
class Sleep:
    """A pause in seconds; the reply is None."""

    seconds: float


class RequestFailed(Exception):  # noqa: N818 - thrown into flows, never at users
    """A call that got no good reply, as the transport saw it."""

    def __init__(
        self,
        request: Request,
        code: str | None,
        message: str,
        original: Exception,
        *,
        response: Mapping[str, Any] | None = None,
        unknown: bool = False,
    ) -> None:
        """Keep what is known.

        That is DynamoDB's error code (None if it never answered), its message and its response, botocore's exception,
        and whether it is `unknown` if the call, or an earlier attempt at it, was carried out.
        """
        super().__init__(message)
        self.request = request
        self.code = code
        self.message = message
        self.original = original
        self.response: Mapping[str, Any] = response or {}
        self.unknown = unknown


Operation: TypeAlias = Generator[Request | Sleep, Any, T]
