"""Asynchronous clients without a server of their own and without connections: botocore or moto sends for them.

Nothing has to be closed when an event loop ends. Only tests with asynchronous models import this module.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from io import BytesIO
from typing import Any

from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession

from pydamodb._testing.clients import Place, settings
from pydamodb._testing.watching import Watch

Carry = Callable[[Any], Awaitable[Any]]
"""Sends a prepared request; returns botocore's response."""


class AsyncClients:
    """One client for each event loop that the models of a test run in."""

    def __init__(self, place: Place, watch: Watch, carry: Carry, adjust: Callable[[Any], None]) -> None:
        self._place = place
        self._watch = watch
        self._carry = carry
        self._adjust = adjust
        self._opened: dict[asyncio.AbstractEventLoop, asyncio.Task[Any]] = {}

    async def of_running_loop(self) -> Any:
        """Return the open client of this event loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._opened:
            self._opened[loop] = loop.create_task(self._open())
        return await asyncio.shield(self._opened[loop])

    async def _open(self) -> Any:
        creating: Any = _session(is_of_moto=self._place.url is None).create_client(
            "dynamodb", **settings(self._place, AioConfig)
        )
        client = await creating.__aenter__()
        self._adjust(client)
        client.meta.events.register_first("before-send.dynamodb", self._answer, unique_id="pydamodb-testing-carry")
        self._watch.attach(client, None)
        return client

    async def _answer(self, request: Any, **_: Any) -> Any:
        response = await self._carry(request)
        return AioAWSResponse(response.url, response.status_code, response.headers, _Body(response.content))


class _Body(BytesIO):
    """A body that is awaited, as that of aiohttp."""

    raw_headers = ()  # where older versions of aiobotocore look for them

    async def read(self) -> bytes:  # type: ignore[override]
        """Return all of it."""
        return super().read()


@cache
def _session(*, is_of_moto: bool) -> Any:  # noqa: ARG001 - as of boto3's sessions
    make: Any = AioSession  # aiobotocore has no types
    return make()
