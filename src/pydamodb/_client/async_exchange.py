"""Sends requests through an aiobotocore client, which has the events of botocore: the asynchronous `exchange.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakKeyDictionary

from pydamodb._client.exchange import InFlightRequest, method_name
from pydamodb._client.observing import Observation
from pydamodb._operations.requests import Request, RequestFailed


class _Described:
    """A DescribeTable request in flight, for all tasks that need it. `outcome` stays None if its task is cancelled."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.outcome: Any = None


_describing: WeakKeyDictionary[Any, dict[str, _Described]] = WeakKeyDictionary()


async def describe_once(
    in_flight: dict[str, _Described], request: Request, send_it: Callable[[], Coroutine[Any, Any, Any]]
) -> Any:
    """Request a table's keys, or wait for another task of the event loop that does: many tasks may start at once.

    `in_flight` has what these tasks wait for, by the name of the table.
    """
    while described := in_flight.get(request.table_name):
        await described.ended.wait()
        if isinstance(described.outcome, RequestFailed):
            failure = described.outcome
            raise RequestFailed(request, failure.code, failure.message, failure.original, response=failure.response)
        if described.outcome is not None:
            return described.outcome
    described = in_flight[request.table_name] = _Described()
    try:
        described.outcome = await send_it()
    except RequestFailed as failure:
        described.outcome = failure
        raise
    finally:
        del in_flight[request.table_name]
        described.ended.set()
    return described.outcome


async def send(client: Any, request: Request, observation: Observation | None = None) -> Any:
    """Send a request and return the reply, with attribute values in DynamoDB's JSON."""
    if request.operation == "DescribeTable":
        in_flight = _describing.setdefault(client, {})
        return await describe_once(in_flight, request, lambda: _send_in_flight(client, request, observation))
    return await _send_in_flight(client, request, observation)


async def _send_in_flight(client: Any, request: Request, observation: Observation | None) -> Any:
    with InFlightRequest(request, observation, current_task) as in_flight:
        parsed = await getattr(client, method_name(request.operation))(**in_flight.told)
    return in_flight.reply(client, parsed)


def current_task() -> object:
    """Return the running task, None in a thread without an event loop."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
