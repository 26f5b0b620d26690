"""What a configuration wants to know of requests."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import Any, NamedTuple

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.observed import OnRequest, RequestObserver, ReturnConsumedCapacity

CAPACITY_LEVELS = ("TOTAL", "INDEXES")


class Watch(NamedTuple):
    """What a configuration, and the client of its table, want to know of requests."""

    observers: tuple[OnRequest, ...]
    capacity: ReturnConsumedCapacity | None


def check_watch(on_request: Any, capacity: Any) -> None:
    """Raise ConfigurationError for what `PydamoConfig(on_request=..., return_consumed_capacity=...)` does not take."""
    check_observer(on_request, "PydamoConfig")
    if capacity is not None and capacity not in CAPACITY_LEVELS:
        raise ConfigurationError(
            f'PydamoConfig(return_consumed_capacity=...) takes "TOTAL" or "INDEXES", got {capacity!r}'
        )


def check_observer(on_request: Any, owner: str) -> None:
    """Raise ConfigurationError for what `on_request` of a configuration or a client, the owner, does not take."""
    if on_request is not None and not (callable(on_request) or isinstance(on_request, RequestObserver)):
        kind = type(on_request).__name__
        message = f"{owner}(on_request=...) takes a function, or an object with the methods start and end, got {kind}"
        raise ConfigurationError(message)
    called: list[Any] = [getattr(on_request, name, None) for name in ("start", "end", "__call__")]
    if any(map(iscoroutinefunction, (on_request, *called))):
        remedy = "let it put what it gets into a queue that a task reads"
        raise ConfigurationError(
            f"{owner}(on_request=...) takes no asynchronous function, as nobody awaits it: {remedy}"
        )


def watch_of(capacity: ReturnConsumedCapacity | None, *on_request: OnRequest | None) -> Watch | None:
    """Return what a configuration and the client of its table want to know, None if that is nothing."""
    observers = tuple(each for each in on_request if each is not None)
    return Watch(observers, capacity) if observers or capacity is not None else None
