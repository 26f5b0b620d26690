"""Advances a flow: sends its calls, waits when it asks to, and turns what escapes from it into our exceptions."""

from __future__ import annotations

import time
from typing import Any, Generic, TypeVar

from typing_extensions import NamedTuple

from pydamodb._client.exchange import send
from pydamodb._operations.errors import translate
from pydamodb._operations.requests import Operation, Request, RequestFailed, Sleep

T = TypeVar("T")


class Done(NamedTuple, Generic[T]):
    """The end of a flow, with what it returned."""

    result: T


def run(client: Any, operation: Operation[T]) -> T:
    """Run a flow to its end with a botocore client and return its result.

    Raises:
        OperationError: A call failed and the flow did not know better.
    """
    try:
        step = advance(operation, None)
        while isinstance(step, (Request, Sleep)):
            step = advance(operation, _answer(client, step))
        return step.result
    finally:
        operation.close()


def _answer(client: Any, step: Request | Sleep) -> Any:
    """Do what a flow asks for; a failure is an answer too."""
    if isinstance(step, Sleep):
        time.sleep(step.seconds)
        return None
    try:
        return send(client, step)
    except RequestFailed as failure:
        return failure


def advance(operation: Operation[T], answer: Any) -> Request | Sleep | Done[T]:
    """Give a flow the answer to what it asked for (None at its start), and return what it asks for next.

    Raises:
        OperationError: A call failed and the flow did not know better.
    """
    try:
        return operation.throw(answer) if isinstance(answer, RequestFailed) else operation.send(answer)
    except StopIteration as done:
        return Done(done.value)
    except RequestFailed as failure:
        raise translate(failure) from failure.original
