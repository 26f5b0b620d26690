"""Runs operations in an event loop: the asynchronous `run.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from logging import DEBUG
from typing import Any, TypeVar

from pydamodb._client.async_exchange import send
from pydamodb._client.direct import async_sending
from pydamodb._client.direct.any_transport import AnyTransport
from pydamodb._client.observing import Observation, is_logged
from pydamodb._client.run import Done, advance
from pydamodb._client.sums import COLLECTING
from pydamodb._operations.requests import Operation, Request, RequestFailed, Sleep

T = TypeVar("T")


async def run(client: Any, operation: Operation[T]) -> T:
    """Run an operation to its end with an aiobotocore client, or a transport of ours, and return its result."""
    answer: Any = None
    step: Request | Sleep | Done[T] | None = None
    try:
        while True:
            step = advance(operation, answer, step)
            answer = None
            if isinstance(step, Done):
                result: T = step.result
                return result
            if isinstance(step, Sleep):
                await asyncio.sleep(step.seconds)
                continue
            try:
                send_one: Callable[..., Any] = async_sending.send if isinstance(client, AnyTransport) else send
                if not (step.tables[0].watch or step.tables[1:] or COLLECTING.get() or is_logged(DEBUG)):
                    answer = await send_one(client, step)
                else:
                    with Observation(step) as observation:
                        answer = observation.reply = await send_one(client, step, observation)
            except RequestFailed as failure:
                answer = failure
    finally:
        operation.close()
