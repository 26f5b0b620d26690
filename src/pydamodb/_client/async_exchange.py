"""Sends requests through an aiobotocore client, whose events are those of botocore: `exchange.py`, awaited."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

from pydamodb._client.exchange import InFlightRequest
from pydamodb._operations.requests import Request, RequestFailed


class _Described:
    """A DescribeTable under way, for all tasks that need it; the outcome is None if its own task was cancelled."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.outcome: Any = None


_describing: WeakKeyDictionary[Any, dict[str, _Described]] = WeakKeyDictionary()


async def _describe_once(client: Any, request: Request) -> Any:
    """Ask for a table's keys, or wait for a task that asks already: many tasks may start at once.

    Raises:
        CallFailed: DynamoDB or botocore refused.
    """
    under_way = _describing.setdefault(client, {})
    while described := under_way.get(request.table_name):
        await described.ended.wait()
        if isinstance(described.outcome, RequestFailed):
            failure = described.outcome
            raise RequestFailed(request, failure.code, failure.message, failure.original, response=failure.response)
        if described.outcome is not None:
            return described.outcome
    described = under_way[request.table_name] = _Described()
    try:
        described.outcome = await _exchange(client, request)
    except RequestFailed as failure:
        described.outcome = failure
        raise
    finally:
        del under_way[request.table_name]
        described.ended.set()
    return described.outcome


async def send(client: Any, request: Request) -> Any:
    """Send a call and return the reply, with attribute values as they are in DynamoDB's JSON.

    Raises:
        CallFailed: DynamoDB or botocore refused.
    """
    return await (_describe_once if request.operation == "DescribeTable" else _exchange)(client, request)


async def _exchange(client: Any, request: Request) -> Any:
    with InFlightRequest(request, current_task) as in_flight:
        parsed = await getattr(client, in_flight.method)(**in_flight.placeholder)
    return in_flight.reply(client, parsed)


def current_task() -> object:
    """Return the task that runs, None in a thread without an event loop."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
