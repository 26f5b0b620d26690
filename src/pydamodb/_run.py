"""Advances a flow: sends its calls, waits when it asks to, and turns what escapes from it into our exceptions."""

from __future__ import annotations

import time
from typing import Any, Generic, TypeVar

from typing_extensions import NamedTuple

from pydamodb._calls import Call, CallFailed, Flow, Wait
from pydamodb._failures import translate
from pydamodb._transport import send

__all__ = ["advance", "run"]

T = TypeVar("T")


class Done(NamedTuple, Generic[T]):
    """The end of a flow, with what it returned."""

    result: T


def run(client: Any, flow: Flow[T]) -> T:
    """Run a flow to its end with a botocore client and return its result.

    Raises:
        OperationError: A call failed and the flow did not know better.
    """
    try:
        step = advance(flow, None)
        while isinstance(step, (Call, Wait)):
            step = advance(flow, _answer(client, step))
        return step.result
    finally:
        flow.close()


def _answer(client: Any, step: Call | Wait) -> Any:
    """Do what a flow asks for; a failure is an answer too."""
    if isinstance(step, Wait):
        time.sleep(step.seconds)
        return None
    try:
        return send(client, step)
    except CallFailed as failure:
        return failure


def advance(flow: Flow[T], answer: Any) -> Call | Wait | Done[T]:
    """Give a flow the answer to what it asked for (None at its start), and return what it asks for next.

    Raises:
        OperationError: A call failed and the flow did not know better.
    """
    try:
        return flow.throw(answer) if isinstance(answer, CallFailed) else flow.send(answer)
    except StopIteration as done:
        return Done(done.value)
    except CallFailed as failure:
        raise translate(failure) from failure.original
