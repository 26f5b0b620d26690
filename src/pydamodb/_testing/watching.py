"""Sees the requests of a test's clients, and lets them meet the planned faults, by botocore's documented events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ReadTimeoutError

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

    def _see_request(self, model: Any, params: dict[str, Any], **_: Any) -> Answer | None:
        request = SentRequest(model.name, json.loads(params["body"]))
        self.requests.record(request)
        kind = self.faults.take(request.operation, "throttle", "conflict", "unprocessed")
        return None if kind is None else answer_of(kind, request)


def operation_of(request: Any) -> str:
    """Return the name of the operation of a prepared request."""
    target = request.headers["X-Amz-Target"]
    return (target.decode() if isinstance(target, bytes) else str(target)).partition(".")[2]
