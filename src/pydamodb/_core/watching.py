"""What a configuration wants to know of requests."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.observed import OnRequest, RequestObserver, ReturnConsumedCapacity

CAPACITY_LEVELS = ("TOTAL", "INDEXES")


class Watch(NamedTuple):
    """What a configuration wants to know of requests."""

    on_request: OnRequest | None
    capacity: ReturnConsumedCapacity | None


def check_watch(on_request: Any, capacity: Any) -> None:
    """Raise ConfigurationError for what `PydamoConfig(on_request=..., return_consumed_capacity=...)` does not take."""
    if capacity is not None and capacity not in CAPACITY_LEVELS:
        raise ConfigurationError(
            f'PydamoConfig(return_consumed_capacity=...) takes "TOTAL" or "INDEXES", got {capacity!r}'
        )
    if on_request is not None and not (callable(on_request) or isinstance(on_request, RequestObserver)):
        kind = type(on_request).__name__
        message = (
            f"PydamoConfig(on_request=...) takes a function, or an object with the methods start and end, got {kind}"
        )
        raise ConfigurationError(message)


def watch_of(on_request: OnRequest | None, capacity: ReturnConsumedCapacity | None) -> Watch | None:
    """Return what a configuration wants to know, None if that is nothing."""
    return None if on_request is None and capacity is None else Watch(on_request, capacity)
