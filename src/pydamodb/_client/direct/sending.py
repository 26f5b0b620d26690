"""Sends requests by the direct transport: the driver of threads."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import BotoCoreError

from pydamodb._client.direct.connections import exchange
from pydamodb._client.direct.deliveries import Delivery
from pydamodb._client.direct.transports import Transport
from pydamodb._client.observing import Observation
from pydamodb._operations.requests import Request, RequestFailed


def send(transport: Transport, request: Request, observation: Observation | None = None) -> Any:
    """Send a request, with its retries, and return the reply, with attribute values in DynamoDB's JSON."""
    try:
        link = transport.known_link(request) or transport.find_link(request)
    except BotoCoreError as error:
        raise RequestFailed(request, None, str(error), error) from error
    delivery = Delivery(request, transport.terms, link, observation)
    while True:
        try:
            data = delivery.data(transport.credentials.keys())
        except BotoCoreError as error:
            raise delivery.fail(error) from error
        data, outcome = transport.intercept(link, request.operation, data)
        pause = delivery.judge(exchange(link, data) if outcome is None else outcome)
        if pause is None:
            return delivery.reply
        time.sleep(pause)
