"""Sends requests by the direct transport: the driver of threads."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pydamodb._client.direct.connections import exchange
from pydamodb._client.direct.deliveries import Delivery
from pydamodb._client.direct.transports import Transport
from pydamodb._client.failures import failed
from pydamodb._client.observing import Observation
from pydamodb._operations.requests import Request


def send(transport: Transport, request: Request, observation: Observation | None = None) -> Any:
    """Send a request, with its retries, and return the reply, with attribute values in DynamoDB's JSON."""
    try:
        link = transport.known_link(request) or transport.find_link(request)
    except (BotoCoreError, ClientError) as error:
        raise failed(request, error, unknown=False) from error
    delivery = Delivery(request, transport.terms, link, observation)
    while True:
        try:
            data = delivery.data(transport.credentials.keys())
            data, outcome = transport.intercept(link, request.operation, data)
        except (BotoCoreError, ClientError) as error:
            raise failed(request, error, unknown=delivery.unknown) from error
        pause = delivery.judge(exchange(link, data) if outcome is None else outcome)
        if pause is None:
            return delivery.reply
        time.sleep(pause)
