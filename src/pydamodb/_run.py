"""Advances a flow: sends its calls, waits when it asks to, and turns what escapes from it into our exceptions."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from pydamodb._calls import Call, CallFailed, Flow, Wait
from pydamodb._failures import translate
from pydamodb._transport import send

__all__ = ["run"]

T = TypeVar("T")


def run(client: Any, flow: Flow[T]) -> T:
    """Run a flow to its end with a botocore client and return its result.

    Raises:
        OperationError: A call failed and the flow did not know better.
    """
    advance: Callable[[], Call | Wait] = partial(next, flow)
    while True:
        try:
            step = advance()
        except StopIteration as done:
            result: T = done.value
            return result
        except CallFailed as failure:
            raise translate(failure) from failure.original
        if isinstance(step, Wait):
            time.sleep(step.seconds)
            advance = partial(flow.send, None)
            continue
        try:
            reply = send(client, step)
        except CallFailed as failure:
            advance = partial(flow.throw, failure)
        else:
            advance = partial(flow.send, reply)
