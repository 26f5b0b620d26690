"""Sees the requests of a test's clients, and lets them meet the planned faults, by botocore's documented events.

The direct transport has one of these events, `before-send`: it comes for each attempt, so that the first one counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from botocore.exceptions import ClientError, ReadTimeoutError

from pydamodb._client.direct.seen_requests import SeenRequest
from pydamodb._client.direct.transports import Transport
from pydamodb._testing.faults import Answer, Faults, answer_of
from pydamodb._testing.recorded import Requests, SentRequest


class Watch:
    """What sees and disturbs the requests of clients.

    `carry_out` sends a request whose answer is to be lost. It is None if a handler has done that already when ours is
    called.
    """

    def __init__(self, requests: Requests, faults: Faults) -> None:
        self.requests = requests
        self.faults = faults

    def attach(self, client: Any, carry_out: Callable[[Any], object] | None) -> None:
        """Watch a client."""

        def lose_answer(request: Any, **_: Any) -> None:
            if self.faults.take(operation_of(request), "lost_answer"):
                if carry_out is not None:
                    carry_out(request)
                raise ReadTimeoutError(endpoint_url=request.url)

        events = client.meta.events
        # the last handler: the body is then the one that the library sends
        events.register_last("before-call.dynamodb", self._see_request, unique_id="pydamodb-testing-request")
        # moto carries requests out in a handler of "before-send", and botocore calls all of them: ours is later
        events.register_last("before-send", lose_answer, unique_id="pydamodb-testing-answer")

    def attach_direct(self, transport: Transport, carry_out: Callable[[Any], Any], *, is_moto: bool) -> None:
        """Watch a transport. Of moto, `carry_out` is also what answers: its own handler is none of the transport's."""

        def answer(request: Any, **_: Any) -> Any:
            if not _is_of_model(request):
                return None
            operation = operation_of(request)
            if _is_first_attempt(request):
                planned = self._see(SentRequest(operation, json.loads(request.body)))
                if planned is not None:
                    return _response_of(planned, operation)
            is_lost = self.faults.take(operation, "lost_answer")
            response = carry_out(request) if is_moto or is_lost else None
            if is_lost:
                raise ReadTimeoutError(endpoint_url=request.url)
            return response

        transport.client.meta.events.register_last("before-send.dynamodb", answer, unique_id="pydamodb-testing-direct")

    def _see_request(self, model: Any, params: dict[str, Any], **_: Any) -> Answer | None:
        return self._see(SentRequest(model.name, json.loads(params["body"])))

    def _see(self, request: SentRequest) -> Answer | None:
        self.requests.record(request)
        kind = self.faults.take(request.operation, "throttle", "conflict", "unprocessed")
        return None if kind is None else answer_of(kind, request)


def _is_of_model(request: object) -> bool:
    """Return False for the request by which the transport asks botocore for the way."""
    return isinstance(request, SeenRequest)


def _is_first_attempt(request: Any) -> bool:
    return str(request.headers["amz-sdk-request"]).startswith("attempt=1;")


def _response_of(answer: Answer, operation: str) -> SimpleNamespace:
    """Return an answer of ours as a response that the transport reads. An error ends the request, without a retry."""
    response, parsed = answer
    if "Error" in parsed:
        raise ClientError(cast("Any", parsed), operation)
    body = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    return SimpleNamespace(status_code=response.status_code, headers={}, content=json.dumps(body).encode())


def operation_of(request: Any) -> str:
    """Return the name of the operation of a prepared request."""
    target = request.headers["X-Amz-Target"]
    return (target.decode() if isinstance(target, bytes) else str(target)).partition(".")[2]
