"""Runs operations: sends their requests, sleeps for their pauses, and raises the errors that users see."""

from __future__ import annotations

import time
from collections.abc import Callable
from logging import DEBUG
from typing import Any, Generic, TypeVar

from typing_extensions import NamedTuple

from pydamodb._client.direct import sending
from pydamodb._client.direct.any_transport import AnyTransport
from pydamodb._client.exchange import send
from pydamodb._client.observing import Observation, is_logged
from pydamodb._client.sums import COLLECTING
from pydamodb._codec.attribute_values import Malformed
from pydamodb._operations.describe import invalidate_schemas
from pydamodb._operations.errors import translate
from pydamodb._operations.requests import Operation, Request, RequestFailed, Sleep

T = TypeVar("T")


class Done(NamedTuple, Generic[T]):
    """The end of an operation, with its result."""

    result: T


def run(client: Any, operation: Operation[T]) -> T:
    """Run an operation to its end with a botocore client, or a transport of ours, and return its result."""
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
                time.sleep(step.seconds)
                continue
            try:
                send_one: Callable[..., Any] = sending.send if isinstance(client, AnyTransport) else send
                if not (step.tables[0].watch or step.tables[1:] or COLLECTING.get() or is_logged(DEBUG)):
                    answer = send_one(client, step)
                else:
                    with Observation(step) as observation:
                        answer = observation.reply = send_one(client, step, observation)
            except RequestFailed as failure:
                answer = failure
    finally:
        operation.close()


def advance(operation: Operation[T], answer: Any, last: Any) -> Request | Sleep | Done[T]:
    """Give an operation the answer to its last step (both None at the start), and return its next step.

    Raises:
        OperationError: A request failed and the operation did not handle it.
    """
    try:
        if isinstance(answer, RequestFailed):
            invalidate_schemas(answer)
            return operation.throw(answer)
        return operation.send(answer)
    except StopIteration as done:
        return Done(done.value)
    except RequestFailed as failure:
        raise translate(failure) from failure.original
    except Malformed as problem:  # a value in the reply to the last request
        damage = f"the response has a value that is not valid: {problem}"
        raise translate(RequestFailed(last, None, damage, None, unknown=True)) from None
