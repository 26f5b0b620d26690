"""What is known of a request before and after it, as values, and the functions and objects that get them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol, TypeAlias, cast, runtime_checkable

from pydamodb._core.lazy_dataclass import dataclass

ReturnConsumedCapacity: TypeAlias = Literal["TOTAL", "INDEXES"]
"""What DynamoDB says of the capacity of a request: of each table, or of each index too."""


@dataclass(frozen=True)
class ConsumedCapacity:
    """What a request has consumed of one table, in capacity units.

    `read_units` and `write_units` are None where DynamoDB does not tell them apart. `table_units` and `index_units` are
    there with `return_consumed_capacity="INDEXES"`: what the table itself and each index has consumed. A search of
    vectors consumes no units, but `vector_search_bytes`; `vector_write_bytes` are those of a write, by vector index.
    """

    table_name: str
    units: float
    read_units: float | None = None
    write_units: float | None = None
    table_units: float | None = None
    index_units: Mapping[str, float] | None = None
    vector_search_bytes: float | None = None
    vector_write_bytes: Mapping[str, float] | None = None


def capacities_of(reply: Mapping[str, Any], table_name: str = "") -> tuple[ConsumedCapacity, ...]:
    """Return what a reply says of the consumed capacity: one entry for each table.

    `table_name` is the first one of the request: a search does not name its table. Engines that imitate DynamoDB say
    all this in their own ways. What is no number, or no map, is left out: a request that has done its work does not
    fail because of it.
    """
    found: Any = reply.get("ConsumedCapacity")
    entries: list[Any] = found if isinstance(reply.get("ConsumedCapacity"), list) else [found]
    maps = [cast("Mapping[str, Any]", each) for each in entries if isinstance(each, Mapping)]
    return tuple(_capacity(each, table_name) for each in maps)


def _capacity(entry: Mapping[str, Any], table_name: str) -> ConsumedCapacity:
    indexes = {**_map(entry, "LocalSecondaryIndexes"), **_map(entry, "GlobalSecondaryIndexes")}
    vectors = _map(entry, "VectorIndexes")
    return ConsumedCapacity(
        table_name=str(entry.get("TableName", table_name)),
        units=_units(entry, "CapacityUnits") or 0.0,
        read_units=_units(entry, "ReadCapacityUnits"),
        write_units=_units(entry, "WriteCapacityUnits"),
        table_units=_units(_map(entry, "Table"), "CapacityUnits"),
        index_units={name: _units(_map(indexes, name), "CapacityUnits") or 0.0 for name in indexes} or None,
        vector_search_bytes=_units(entry, "VectorSearchRequestBytes"),
        vector_write_bytes={name: _units(_map(vectors, name), "VectorWriteRequestBytes") or 0.0 for name in vectors}
        or None,
    )


def _map(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Any = entry.get(name)
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def _units(entry: Mapping[str, Any], name: str) -> float | None:
    found: Any = entry.get(name)
    return float(found) if isinstance(found, (int, float)) else None


@dataclass(frozen=True, kw_only=True)
class RequestStarted:
    """A request to DynamoDB that is about to be sent. It has no keys and no values of items.

    `operation` is DynamoDB's name, such as `"GetItem"`. `parameters` are those of DynamoDB's parameters that are plain:
    `Limit`, `ConsistentRead`, `ScanIndexForward`, `Select`, `Segment`, `TotalSegments`, `TopK`.
    """

    operation: str
    table_names: tuple[str, ...]
    model_names: tuple[str, ...]
    index_name: str | None = None
    parameters: Mapping[str, str | int | bool]


@dataclass(frozen=True, kw_only=True)
class RequestEnded(RequestStarted):
    """A request that has ended: a reply has come, or an error.

    `seconds` is the time from start to end, with all attempts and the pauses between them. `attempts` is how often the
    request was sent: 0 if another task of the same program sent it meanwhile, which happens to DescribeTable.
    `bytes_sent` and `bytes_received` are the lengths of the bodies of the last attempt, 0 where they are not known.
    `item_count` is the number of items in the reply, or that were written; for a count, how many were counted.
    `scanned_count` is how many items DynamoDB read for a query or scan, before the filter. `consumed_capacity` has an
    entry for each table, if the configuration asks for it (`PydamoConfig(return_consumed_capacity="TOTAL")`).

    If the request failed, `error_code` is DynamoDB's code (None without a reply), and `error_type` the name of the
    exception. An exception itself may hold items, and is not here.
    """

    seconds: float
    attempts: int
    bytes_sent: int
    bytes_received: int
    item_count: int | None = None
    scanned_count: int | None = None
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    request_id: str | None = None
    status_code: int | None = None
    error_code: str | None = None
    error_type: str | None = None

    @property
    def units(self) -> float:
        """The consumed capacity units of all tables, 0 if they were not asked for."""
        return sum(each.units for each in self.consumed_capacity)


@runtime_checkable
class RequestObserver(Protocol):
    """Sees the start and the end of each request, for example to make a span of a tracer.

    `start` returns whatever `end` needs. Both are called by the thread or task that sends the request. They must return
    fast, and must not send requests themselves. What they raise is logged, and changes nothing for the request.
    """

    def start(self, started: RequestStarted, /) -> Any:
        """See a request before it is sent."""
        ...

    def end(self, state: Any, ended: RequestEnded, /) -> None:
        """See a request when it has ended, with what `start` returned."""
        ...


OnRequest: TypeAlias = Callable[[RequestEnded], object] | RequestObserver
"""What `on_request` takes: a function that gets each request when it has ended, or an observer of start and end."""
