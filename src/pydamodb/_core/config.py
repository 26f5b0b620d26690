"""Where a model's items live. Nothing is opened or asked at import time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from importlib.util import find_spec
from inspect import iscoroutine, iscoroutinefunction
from typing import Any, Protocol, TypeAlias, cast
from weakref import WeakKeyDictionary

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.indexes import GlobalIndex, Index, LocalIndex
from pydamodb._core.lazy_dataclass import dataclass


class Table(Protocol):
    """What is needed of a boto3 or aioboto3 DynamoDB Table: its name, and the client that it was made with."""

    @property
    def name(self) -> str:
        """The table's name."""
        ...

    @property
    def meta(self) -> Any:
        """What boto3 keeps about the resource; `meta.client` is the client."""
        ...


@dataclass(frozen=True)
class AsyncTable:
    """A table of asynchronous models: an open client of aiobotocore, and the name or ARN of the table.

    The client stays open as long as the models are used; it is the caller's to close.

    Raises:
        ConfigurationError: The client is not one of aiobotocore that has been entered, or there is no name.
    """

    client: Any
    name: str

    def __post_init__(self) -> None:
        """Check what was given."""
        reason = None
        if not is_asynchronous(self.client):
            kind = cast("type[object]", type(self.client))
            reason = f"an open client of {aiobotocore()}, got {kind.__name__}"
            if hasattr(kind, "__aenter__"):
                reason += ': enter it first, `async with session.create_client("dynamodb") as client`'
        elif not (isinstance(self.name, str) and self.name):
            reason = f"the name of a table, got {self.name!r}"
        if reason is not None:
            raise ConfigurationError(f"AsyncTable(client, name) takes {reason}")


TableSource: TypeAlias = (
    "Table | AsyncTable | str | Callable[[], Table | AsyncTable] | Callable[[], Awaitable[Table | AsyncTable]]"
)


@dataclass(frozen=True)
class PydamoConfig:
    """Where the items of a model live.

    For synchronous models `table` is a boto3 Table (`boto3.resource("dynamodb").Table("characters")`), the name or ARN
    of a table, which is then reached with boto3's default session, or a function without arguments that returns a
    Table. Names and functions are looked at when the model is first used against DynamoDB, and functions are called
    once.

    For asynchronous models it is an `AsyncTable`, an aioboto3 Table, or a function without arguments, asynchronous or
    not, that returns one of them; it is called once in each event loop.

    `indexes` declares secondary indexes of a table whose keys the model declares (`PartitionKey`, `SortKey`), as far as
    they are not declared by marks: `GlobalIndex(...)` and `LocalIndex(...)`, by names of fields.

    Raises:
        ConfigurationError: `table` is none of these, or `indexes` is no list of indexes.
    """

    table: TableSource
    indexes: Sequence[Index] = ()

    def __post_init__(self) -> None:
        """Check what was given."""
        if not (is_table(self.table) or callable(self.table) or (isinstance(self.table, str) and self.table)):
            raise not_a_table(self.table)
        indexes: object = self.indexes
        if not isinstance(indexes, Sequence) or not all(
            isinstance(each, (GlobalIndex, LocalIndex)) for each in indexes
        ):  # pyright: ignore[reportUnknownVariableType]
            raise ConfigurationError("PydamoConfig(indexes=[...]) takes a list of GlobalIndex(...) and LocalIndex(...)")
        object.__setattr__(self, "indexes", tuple(self.indexes))


def is_table(thing: object) -> bool:
    """Tell whether something is a table, by what it has."""
    return isinstance(thing, AsyncTable) or (
        isinstance(getattr(thing, "name", None), str) and hasattr(getattr(thing, "meta", None), "client")
    )


def is_asynchronous(client: object) -> bool:
    """Tell whether a client is one of aiobotocore, which are closed by a coroutine."""
    kind = type(client)
    if kind not in _asynchronous:
        _asynchronous[kind] = iscoroutinefunction(getattr(kind, "close", None))
    return _asynchronous[kind]


# Asked once of each kind: it is asked before each operation.
_asynchronous: WeakKeyDictionary[type, bool] = WeakKeyDictionary()


def aiobotocore() -> str:
    """Name aiobotocore, and the extra that brings it if it is not there."""
    return "aiobotocore" if find_spec("aiobotocore") else "aiobotocore (`pip install 'pydamodb[async]'` installs it)"


def not_a_table(thing: object, model_name: str = "") -> ConfigurationError:
    """Say what a table is given by; `model_name` is that of the model whose function returned something else."""
    message = (
        f"{model_name and f'{model_name}: '}PydamoConfig(table=...) takes a boto3 Table, the name of a table, or a "
        f"function that returns a Table; asynchronous models take an AsyncTable, an aioboto3 Table, or a function that "
        f"returns one of them; got {type(thing).__name__}"
    )
    if iscoroutine(thing):
        message += ", which has to be awaited: synchronous models take no asynchronous function"
        thing.close()
    return ConfigurationError(message, model_name=model_name)
