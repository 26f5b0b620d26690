"""Blocks that sum the requests of a thread or task: `with collect() as collected: ...`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from threading import Lock
from typing import TypeAlias

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.observed import RequestEnded

_Key: TypeAlias = "tuple[str, tuple[str, ...]]"


@dataclass(frozen=True)
class Totals:
    """Sums over requests. The names are those of `RequestEnded`; `errors` counts the requests that failed."""

    requests: int = 0
    attempts: int = 0
    errors: int = 0
    items: int = 0
    units: float = 0.0
    seconds: float = 0.0
    bytes_sent: int = 0
    bytes_received: int = 0

    @property
    def retries(self) -> int:
        """How many attempts were repetitions."""
        return self.attempts - self.requests

    def __add__(self, other: Totals) -> Totals:
        """Return the sums of both."""
        return Totals(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


class Collected:
    """The sums of a block of `collect()`. They grow while the block runs, and can be read at any time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sums: dict[_Key, Totals] = {}

    @property
    def total(self) -> Totals:
        """The sums of all requests."""
        return self._summed(lambda _: [""]).get("", Totals())

    @property
    def by_operation(self) -> dict[str, Totals]:
        """The sums for each of DynamoDB's operations."""
        return self._summed(lambda key: [key[0]])

    @property
    def by_table(self) -> dict[str, Totals]:
        """The sums for each table. A request on several tables is counted for each of them."""
        return self._summed(lambda key: key[1])

    def add(self, ended: RequestEnded) -> None:
        """Add a request."""
        own = Totals(
            int(ended.attempts > 0),
            ended.attempts,
            int(ended.error_type is not None),
            ended.item_count or 0,
            ended.units,
            ended.seconds,
            ended.bytes_sent,
            ended.bytes_received,
        )
        key = ended.operation, ended.table_names
        with self._lock:
            self._sums[key] = self._sums.get(key, Totals()) + own

    def _summed(self, names_of: Callable[[_Key], Iterable[str]]) -> dict[str, Totals]:
        with self._lock:
            sums = dict(self._sums)
        found: dict[str, Totals] = {}
        for key, own in sums.items():
            for name in names_of(key):
                found[name] = found.get(name, Totals()) + own
        return found

    def __repr__(self) -> str:
        return f"Collected({self.total})"


COLLECTING: ContextVar[tuple[Collected, ...]] = ContextVar("pydamodb.collecting", default=())
"""The blocks of this thread or task that sum requests."""


@contextmanager
def collect() -> Generator[Collected, None, None]:
    """Sum the requests of a block.

    After `with collect() as collected: ...`, the number of requests is `collected.total.requests`.

    The block is that of one thread or task; tasks that it starts count too. Blocks can be nested: each sees all of its
    requests. Capacity units are counted if the configuration asks for them
    (`PydamoConfig(return_consumed_capacity="TOTAL")`).

    Returns:
        The sums: `total`, `by_operation`, `by_table`.
    """
    collected = Collected()
    token = COLLECTING.set((*COLLECTING.get(), collected))
    try:
        yield collected
    finally:
        try:
            COLLECTING.reset(token)
        except ValueError:
            message = "a block of collect() ends in another context than it began in: write it into one function"
            raise ConfigurationError(message) from None
