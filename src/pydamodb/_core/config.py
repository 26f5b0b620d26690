"""Where a model's items are stored. An import opens no client and sends no request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field, fields, replace
from datetime import datetime
from importlib.util import find_spec
from inspect import iscoroutine, iscoroutinefunction
from types import MappingProxyType
from typing import Any, Literal, Protocol, TypeAlias, cast
from weakref import WeakKeyDictionary

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.indexes import GlobalIndex, Index, LocalIndex, is_template, parts_of
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.observed import OnRequest, ReturnConsumedCapacity
from pydamodb._core.watching import check_watch


class Table(Protocol):
    """The parts of a boto3 or aioboto3 DynamoDB Table that the library uses: its name and its client."""

    @property
    def name(self) -> str:
        """The table's name."""
        ...

    @property
    def meta(self) -> Any:
        """The metadata of the boto3 resource; `meta.client` is the client."""


@dataclass(frozen=True)
class AsyncTable:
    """A table of asynchronous models: an open aiobotocore client, and the name or ARN of the table.

    The client must stay open while the models are used. The caller closes it.

    Raises:
        ConfigurationError: The client is not an open aiobotocore client, or the name is missing.
    """

    client: Any
    name: str

    def __post_init__(self) -> None:
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


@dataclass(frozen=True)
class DirectTable:
    """A table of the direct transport: what `DirectClient(...).table("orders")` returns, for all models.

    Raises:
        ConfigurationError: The name is missing.
    """

    client: Any
    name: str

    def __post_init__(self) -> None:
        if not (isinstance(self.name, str) and self.name):
            raise ConfigurationError(f"DirectClient().table(name) takes the name of a table, got {self.name!r}")


AnyTable: TypeAlias = "Table | AsyncTable | DirectTable"
TableSource: TypeAlias = "AnyTable | str | Callable[[], AnyTable] | Callable[[], Awaitable[AnyTable]]"
Clock: TypeAlias = Callable[[], datetime]
Transport: TypeAlias = Literal["boto3", "direct"]


_UNKNOWN = ("keep", "drop")


@dataclass(frozen=True)
class PydamoConfig:
    """Where the items of a model are stored.

    `table` of a synchronous model is one of these: a boto3 Table (`boto3.resource("dynamodb").Table("characters")`),
    the name or ARN of a table, a `DirectTable`, or a function without arguments that returns a table. A name uses
    boto3's default session. The first operation of the model resolves a name or calls a function. A function is called
    once.

    `table` of an asynchronous model is the name or ARN of a table, a `DirectTable`, an `AsyncTable`, an aioboto3 Table,
    or a function that returns one of the last three. The function has no arguments and may be asynchronous. It is
    called once in each event loop.

    None is no table: assign another configuration before the first operation of the model, or use the models only in
    blocks that give a table, `with config.using(table): ...`.

    `indexes` declares secondary indexes by field names: `GlobalIndex(...)`, `LocalIndex(...)`. The model must declare
    the keys of its table (`PartitionKey`, `SortKey`). Indexes that are declared by marks are not repeated here.

    `partition_key` and `sort_key` are the names of the table's key attributes, for models with a `pydamo_key`. Without
    them, the keys are read from the table. Where they are given, an index may be declared by names of attributes too.

    `unknown` is about the attributes of stored items that the model does not know: whoever reads an item, changes it
    and saves it keeps them, unless this is "drop".

    `transport` is for a table that is given by its name: "boto3" sends requests with boto3, "direct" sends them without
    it, which takes less time. Without this, synchronous models use boto3, unless the environment variable
    PYDAMODB_TRANSPORT is "direct"; asynchronous models use the direct transport, as boto3 has no asynchronous client.

    `on_request` is called when a request has ended, with a `RequestEnded`; an object with the methods `start` and `end`
    sees both. With `return_consumed_capacity` ("TOTAL" or "INDEXES"), DynamoDB says what each request consumed: in
    `RequestEnded.consumed_capacity`, in `QueryResult.consumed_capacity`, and in the sums of `collect()`.

    `clock` is a function that returns the time for the marks CreatedAt and UpdatedAt, a datetime with a time zone. It
    is called once for each request. Without it, the time is that of the machine.

    `cursor_key` signs the cursors of pages: at least 16 secret bytes, or a list of keys. The first key signs, and all
    of them verify, so that keys can be changed. A signed cursor is valid only for the query that it comes from.

    Raises:
        ConfigurationError: `table` has another type, `indexes` is not a list of indexes, a name is not a text,
            `unknown` or `return_consumed_capacity` is another text, `on_request` or `clock` cannot be called,
            `cursor_key` is no key, or `table` is of the other transport.
    """

    table: TableSource | None
    indexes: Sequence[Index] = ()
    partition_key: str | None = None
    sort_key: str | None = None
    unknown: Literal["keep", "drop"] = "keep"
    on_request: OnRequest | None = None
    return_consumed_capacity: ReturnConsumedCapacity | None = None
    transport: Transport | None = None
    clock: Clock | None = None
    cursor_key: bytes | Sequence[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_transport(self)
        if self.unknown not in _UNKNOWN:
            raise ConfigurationError(f'PydamoConfig(unknown=...) takes "keep" or "drop", got {self.unknown!r}')
        check_watch(self.on_request, self.return_consumed_capacity)
        if self.clock is not None and (not callable(self.clock) or iscoroutinefunction(self.clock)):
            what = "an async function" if callable(self.clock) else f"a value of type {type(self.clock).__name__}"
            raise ConfigurationError(f"PydamoConfig(clock=...) takes a plain function that returns a time, got {what}")
        cursor_keys_of(self)
        is_name = isinstance(self.table, str) and self.table
        if not (is_name or self.table is None or is_table(self.table) or callable(self.table)):
            raise not_a_table(self.table)
        given: object = self.indexes
        if not isinstance(given, Sequence) or not all(isinstance(each, (GlobalIndex, LocalIndex)) for each in given):  # pyright: ignore[reportUnknownVariableType]
            raise ConfigurationError("PydamoConfig(indexes=[...]) takes a list of GlobalIndex(...) and LocalIndex(...)")
        for index in self.indexes:
            if templates := [part for parts in parts_of(index) for part in parts if is_template(part)]:
                reason = "a template is of a model: make the index a class attribute of the model"
                raise ConfigurationError(f"PydamoConfig: the index {index.name!r} has {templates[0]!r}, but {reason}")
        object.__setattr__(self, "indexes", tuple(self.indexes))
        names: tuple[object, ...] = (self.partition_key, self.sort_key)
        if not all(name is None or (isinstance(name, str) and name) for name in names):
            raise ConfigurationError('PydamoConfig(partition_key="pk", sort_key="sk") takes the names of attributes')
        if self.sort_key is not None and self.partition_key is None:
            raise ConfigurationError("PydamoConfig(sort_key=...) needs the name of the partition_key too")

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is kept beside the fields: it is of this process."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @contextmanager
    def using(self, table: TableSource) -> Generator[None, None, None]:
        """Use another table in a block, for all models that have this configuration: `with shop.using(table): ...`.

        The block is that of one thread or one task of asyncio; tasks that it starts use the table too. Threads that it
        starts do not, before Python 3.14 on most builds: copy the context (`contextvars.copy_context().run`), or give
        the configuration `table=None`, so that no thread uses another table unnoticed. Blocks can be nested. A batch
        writer, a transaction and an iterator keep the table with which they began, also after the block.

        Args:
            table: A table, its name, or a function, as in the configuration.

        Raises:
            ConfigurationError: `table` has another type, or the block ends in another context than it began in.
        """
        if table is None:
            raise ConfigurationError("using(table) takes the table to use in the block, got None")
        token = IN_USE.set({**IN_USE.get(), id(self): _with_table(self, table)})
        try:
            yield
        finally:
            try:
                IN_USE.reset(token)
            except ValueError:
                message = "a block of using(table) ends in another context than it began in: write it into one function"
                raise ConfigurationError(message) from None


IN_USE: ContextVar[Mapping[int, PydamoConfig]] = ContextVar("pydamodb.using", default=MappingProxyType({}))
"""The configurations with other tables in this thread or task, by the identity of those that they stand for."""
# A service with a table for each tenant enters a block for each request: what was made for a table waits for the next.
MOST_KEPT = 256
_KEPT = "_used_with"


def in_use(config: PydamoConfig) -> PydamoConfig:
    """Return the configuration that counts in this thread or task."""
    return IN_USE.get().get(id(config), config)


def _with_table(config: PydamoConfig, table: TableSource) -> PydamoConfig:
    """Return the configuration with another table: the same one as before, unless many others were used since."""
    kept: dict[str | int, PydamoConfig] = vars(config).setdefault(_KEPT, {})
    key = table if isinstance(table, str) else id(table)  # tables with equal names may have different clients
    found = kept.pop(key, None) or replace(config, table=table)
    kept[key] = found
    if len(kept) > MOST_KEPT:
        kept.pop(next(iter(kept)), None)
    return found


def check_transport(config: PydamoConfig, table: object = None, model_name: str = "") -> None:
    """Raise ConfigurationError for a transport that there is not, or for a table of the other transport.

    `table` is the one that the configuration's function has returned.
    """
    table = config.table if table is None else table
    if config.transport not in {None, *TRANSPORTS}:
        raise ConfigurationError(f'PydamoConfig(transport=...) takes "boto3" or "direct", got {config.transport!r}')
    where = f"{model_name}: " if model_name else ""
    if config.transport == "direct" and is_table(table) and not isinstance(table, DirectTable):
        remedy = 'give the name of the table, or DirectClient(...).table("orders") with the options of your client'
        message = f'{where}transport="direct" does not send through {type(table).__name__}: {remedy}'
        raise ConfigurationError(message, model_name=model_name)
    if config.transport == "boto3" and isinstance(table, DirectTable):
        message = (
            f'{where}transport="boto3" does not send through a DirectTable: give the name of the table, or a Table'
        )
        raise ConfigurationError(message, model_name=model_name)


def cursor_keys_of(config: PydamoConfig) -> tuple[bytes, ...]:
    """Return the keys that sign cursors; raise ConfigurationError for what is no key. No key is shown."""
    given: object = config.cursor_key
    if given is None:
        return ()
    keys: tuple[object, ...] = (given,)
    if isinstance(given, Sequence) and not isinstance(given, (str, bytes, bytearray)):
        keys = tuple(given)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    found = tuple(key for key in keys if isinstance(key, bytes) and len(key) >= SHORTEST_KEY)
    if not found or len(found) < len(keys):
        wrong = next((key for key in keys if key not in found), None)
        what = "no key" if not keys else f"{len(wrong)} bytes" if isinstance(wrong, bytes) else type(wrong).__name__
        remedy = "secrets.token_bytes(32) makes one"
        message = (
            f"PydamoConfig(cursor_key=...) takes at least {SHORTEST_KEY} bytes, or a list of such keys; got {what}"
        )
        raise ConfigurationError(f"{message}: {remedy}")
    return found


SHORTEST_KEY = 16  # bytes
TRANSPORTS = ("boto3", "direct")


def is_table(thing: Any) -> bool:
    """Return True for an AsyncTable, a DirectTable, and a Table of boto3 or aioboto3 with a client of botocore.

    A wrapper with the attributes of a Table may encrypt or check what it writes. The library would bypass that.
    """
    return isinstance(thing, (AsyncTable, DirectTable)) or (
        _is_made_by("boto3.resources.base.ServiceResource", thing, "dynamodb.Table")
        and _is_made_by(_BOTOCORE, thing.meta.client, "DynamoDB")
    )


def is_asynchronous(client: object) -> bool:
    """Return True for a DynamoDB client of aiobotocore: a coroutine closes it."""
    kind = type(client)
    if kind not in _asynchronous_classes:
        is_client = _is_made_by(_BOTOCORE, client, "DynamoDB")
        _asynchronous_classes[kind] = is_client and iscoroutinefunction(getattr(kind, "close", None))
    return _asynchronous_classes[kind]


def _is_made_by(base: str, thing: object, name: str) -> bool:
    """Return True if the class of an object has this name and base. This package does not import boto3."""
    kind = type(thing)
    return kind.__name__ == name and base in {f"{each.__module__}.{each.__qualname__}" for each in kind.__mro__}


_BOTOCORE = "botocore.client.BaseClient"
# Every operation asks this question, so that the answer is kept for each class.
_asynchronous_classes: WeakKeyDictionary[type, bool] = WeakKeyDictionary()


def aiobotocore() -> str:
    """Return the name of aiobotocore for a message, and how to install it if it is missing."""
    return "aiobotocore" if find_spec("aiobotocore") else "aiobotocore (`pip install aiobotocore`)"


def not_a_table(thing: object, model_name: str = "") -> ConfigurationError:
    """Return the error for a `table` of the wrong type, or for what the function of the named model returned."""
    message = (
        f"{model_name and f'{model_name}: '}PydamoConfig(table=...) takes a boto3 Table, the name of a table, or a "
        f"function that returns a Table; asynchronous models take a name, an AsyncTable, an aioboto3 Table, or a "
        f"function that returns a table; all models take a DirectTable; got {type(thing).__name__}"
    )
    if hasattr(thing, "put_item"):
        message += ": the library would bypass what a wrapper, a subclass or another client does; use boto3's own Table"
    if iscoroutine(thing):
        message += ", which has to be awaited: synchronous models take no asynchronous function"
        thing.close()
    return ConfigurationError(message, model_name=model_name)
