"""Sends requests by the direct transport: the driver of event loops, and the asynchronous `sending.py`."""

from __future__ import annotations

import asyncio
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pydamodb._client.async_exchange import describe_once
from pydamodb._client.direct.async_connections import pool_of
from pydamodb._client.direct.deliveries import Delivery
from pydamodb._client.direct.transports import Transport
from pydamodb._client.failures import failed
from pydamodb._client.observing import Observation
from pydamodb._operations.requests import Request


async def send(transport: Transport, request: Request, observation: Observation | None = None) -> Any:
    """Send a request, with its retries, and return the reply, with attribute values in DynamoDB's JSON."""
    if request.operation == "DescribeTable":
        in_flight = transport.describing.setdefault(asyncio.get_running_loop(), {})
        return await describe_once(in_flight, request, lambda: _deliver(transport, request, observation))
    return await _deliver(transport, request, observation)


async def _deliver(transport: Transport, request: Request, observation: Observation | None) -> Any:
    link = transport.known_link(request)
    if link is None:
        try:
            link = await asyncio.to_thread(transport.find_link, request)
        except (BotoCoreError, ClientError) as error:
            raise failed(request, error, unknown=False) from error
    pool = await pool_of(link)
    credentials = transport.credentials
    delivery = Delivery(request, transport.terms, link, observation)
    while True:
        try:
            if not credentials.are_at_hand():  # to ask for them may take a request to somewhere else
                await asyncio.to_thread(credentials.keys)
            data = delivery.data(credentials.keys())
            data, outcome = transport.intercept(link, request.operation, data)
        except (BotoCoreError, ClientError) as error:
            raise failed(request, error, unknown=delivery.unknown) from error
        pause = delivery.judge(await pool.exchange(data) if outcome is None else outcome)
        if pause is None:
            return delivery.reply
        await asyncio.sleep(pause)
