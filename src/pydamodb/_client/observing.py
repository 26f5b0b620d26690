"""Tells observers what each request does: `on_request` of configurations and clients, `collect()`, and the logger.

Both transports use an `Observation` in the same way: it is entered before the request, it gets what the transport knows
(attempts, bytes, the HTTP status), and the reply. A request that nobody watches has none.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from time import perf_counter
from typing import Any, cast

from typing_extensions import Self

from pydamodb._client.sums import COLLECTING
from pydamodb._core.observed import OnRequest, RequestEnded, RequestObserver, RequestStarted, capacities_of
from pydamodb._core.watching import CAPACITY_LEVELS
from pydamodb._operations.requests import OF_TABLES, Request, RequestFailed

LOGGER = logging.getLogger("pydamodb")
is_logged = LOGGER.isEnabledFor
_PLAIN = ("Limit", "ConsistentRead", "ScanIndexForward", "Select", "Segment", "TotalSegments", "TopK")


class Observation:
    """One request that is watched. The transport sets what it knows; the reply is set in the block."""

    __slots__ = (
        "attempts",
        "began",
        "bytes_received",
        "bytes_sent",
        "observers",
        "reply",
        "request",
        "request_id",
        "started",
        "status_code",
    )

    def __init__(self, request: Request) -> None:
        watches = [table.watch for table in request.tables if table.watch is not None]
        levels = {watch.capacity for watch in watches if watch.capacity is not None}
        if levels and request.operation not in OF_TABLES:
            request.payload["ReturnConsumedCapacity"] = max(levels, key=CAPACITY_LEVELS.index)
        self.request, self.reply = request, cast("Any", None)
        self.attempts = self.bytes_sent = self.bytes_received = 0
        self.request_id: str | None = None
        self.status_code: int | None = None
        self.observers: list[tuple[OnRequest, Any]] = []
        self.started = _started(request)
        for observer in (each for watch in watches for each in watch.observers):
            if all(observer != other for other, _ in self.observers):
                self.observers.append((observer, _start(observer, self.started)))
        self.began = perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if not (self.observers or COLLECTING.get() or is_logged(logging.DEBUG)):
            return  # a request of several tables, which nobody watches
        ended = self._ended(perf_counter() - self.began, error)
        for collected in COLLECTING.get():
            collected.add(ended)
        for observer, state in reversed(self.observers):  # so that what they start is nested
            _end(observer, state, ended)
        LOGGER.debug("%s", _Line(ended))

    def see_attempt(self, number: int, bytes_sent: int) -> None:
        """Take what is known before an attempt is sent, and forget the answer to the one before."""
        self.attempts, self.bytes_sent, self.bytes_received = number, bytes_sent, 0
        self.request_id = self.status_code = None

    def see_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Take what botocore says of the last attempt in `ResponseMetadata`."""
        self.attempts = max(self.attempts, 1)  # a Stubber answers before any attempt
        self.request_id = metadata.get("RequestId")
        self.status_code = metadata.get("HTTPStatusCode")

    def _ended(self, seconds: float, error: BaseException | None) -> RequestEnded:
        failure = error if isinstance(error, RequestFailed) else None
        reply: Mapping[str, Any] = self.reply or {}
        if failure is not None:
            reply = failure.response
            if metadata := reply.get("ResponseMetadata"):
                self.see_metadata(metadata)
            error = failure.original or failure
        return RequestEnded(
            **vars(self.started),
            seconds=seconds,
            attempts=self.attempts,
            bytes_sent=self.bytes_sent,
            bytes_received=self.bytes_received,
            item_count=None if error is not None else _item_count(self.request, reply),
            scanned_count=reply.get("ScannedCount"),
            consumed_capacity=capacities_of(reply, self.started.table_names[0]),
            request_id=self.request_id,
            status_code=self.status_code,
            error_code=None if failure is None else failure.code or None,
            error_type=None if error is None else type(error).__name__,
        )


def _started(request: Request) -> RequestStarted:
    payload = request.payload
    return RequestStarted(
        operation=request.operation,
        table_names=tuple(dict.fromkeys(table.table_name for table in request.tables)),
        model_names=tuple(dict.fromkeys(table.model_name for table in request.tables)),
        index_name=payload.get("IndexName"),
        parameters={name: payload[name] for name in _PLAIN if name in payload},
    )


def _start(observer: OnRequest, started: RequestStarted) -> Any:
    if not isinstance(observer, RequestObserver):
        return None
    try:
        return observer.start(started)
    except Exception:
        LOGGER.exception("on_request of %s raised at the start of the request", started.operation)
        return _Failed


class _Failed:
    """The state of an observer that could not start: it is not told the end."""


def _end(observer: OnRequest, state: Any, ended: RequestEnded) -> None:
    try:
        if not isinstance(observer, RequestObserver):
            observer(ended)
        elif state is not _Failed:
            observer.end(state, ended)
    except Exception:  # the request has done its work, whatever becomes of the report
        LOGGER.exception("on_request of %s raised", ended.operation)


def _item_count(request: Request, reply: Mapping[str, Any]) -> int | None:
    """Return how many items a reply has, or a request has written."""
    operation = request.operation
    if operation in {"Query", "Scan"}:
        return reply.get("Count")
    if operation == "SearchVectors":
        return len(reply.get("SearchResults") or ())
    if operation == "GetItem":
        return int("Item" in reply or "Model" in reply)
    if operation == "BatchGetItem":
        return _in_lists(reply.get("Models") or reply.get("Responses"))
    if operation == "TransactGetItems":
        return sum(bool(each.get("Item")) for each in reply.get("Responses", ()))
    if operation == "BatchWriteItem":
        return _in_lists(request.payload["RequestItems"]) - _in_lists(reply.get("UnprocessedItems"))
    if operation == "TransactWriteItems":
        return sum("ConditionCheck" not in each for each in request.payload["TransactItems"])
    return None if operation in OF_TABLES else 1


def _in_lists(of_tables: Mapping[str, list[Any]] | None) -> int:
    return sum(map(len, of_tables.values())) if of_tables else 0


class _Line:
    """The line of the logger, made only if a handler writes it."""

    def __init__(self, ended: RequestEnded) -> None:
        self._ended = ended

    def __str__(self) -> str:
        ended = self._ended
        where = ", ".join(ended.table_names) + (f"/{ended.index_name}" if ended.index_name else "")
        parts = [f"{ended.seconds * 1000:.1f} ms", f"{ended.attempts} attempt{'s' * (ended.attempts != 1)}"]
        if ended.item_count is not None:
            parts.insert(0, f"{ended.item_count} item{'s' * (ended.item_count != 1)}")
        if ended.consumed_capacity:
            parts.append(f"{ended.units:g} units")
        if ended.error_type is not None:
            parts.insert(0, ended.error_code or ended.error_type)
        if ended.request_id:
            parts.append(f"request {ended.request_id}")
        return f"{ended.operation} {where} ({', '.join(ended.model_names)}): {', '.join(parts)}"
