"""The drivers, synchronous and awaited: they send what a flow asks for, in order, and translate what escapes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb._client import async_run as _async_run
from pydamodb._client import run as _run
from pydamodb._operations.requests import Operation, Request, RequestFailed, Sleep
from pydamodb._operations.table import ModelTable
from pydamodb.exceptions import ThroughputExceededError

CLIENT = object()


class Character(BaseModel):
    name: str


TABLE = ModelTable(Character, "characters", False, {})
ONE, TWO = (Request(name, {}, (TABLE,)) for name in ("GetItem", "PutItem"))
ORIGINAL = RuntimeError("as botocore says it")


Run = Callable[[Any, Operation[Any]], Any]


@pytest.fixture(params=["run", "async run"])
def run(request: pytest.FixtureRequest) -> Run:
    """Return a driver."""
    return _run.run if request.param == "run" else lambda client, flow: asyncio.run(_async_run.run(client, flow))


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Return what lets both drivers send with a function."""

    def use(send: Callable[..., Any]) -> None:
        async def send_async(client: object, call: Request) -> Any:
            return send(client, call)

        monkeypatch.setattr(_run, "send", send)
        monkeypatch.setattr(_async_run, "send", send_async)

    return use


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, sending: Any) -> list[Any]:
    """Note calls and pauses; a call is answered with its name, and one of DeleteItem refused."""
    noted: list[Any] = []

    def send(client: Any, call: Request) -> str:
        noted.append((client, call))
        if call.operation == "DeleteItem":
            raise RequestFailed(call, "ThrottlingException", "slow down", ORIGINAL)
        return f"reply to {call.operation}"

    async def sleep(seconds: float) -> None:
        noted.append(seconds)

    sending(send)
    monkeypatch.setattr("time.sleep", noted.append)
    monkeypatch.setattr("asyncio.sleep", sleep)
    return noted


def test_a_flow_gets_its_replies_in_order_and_its_result_is_returned(run: Run, log: list[Any]) -> None:
    """Each call goes to the client."""

    def flow() -> Operation[list[Any]]:
        first = yield ONE
        second = yield TWO
        return [first, second]

    assert (["reply to GetItem", "reply to PutItem"], [(CLIENT, ONE), (CLIENT, TWO)]) == (run(CLIENT, flow()), log)


def test_a_flow_without_calls_sends_nothing(run: Run, log: list[Any]) -> None:
    """Its result is returned all the same."""

    def flow() -> Operation[int]:
        yield from ()
        return 1

    assert (1, []) == (run(CLIENT, flow()), log)


def test_a_pause_is_waited_for(run: Run, log: list[Any]) -> None:
    """Between two calls."""

    def flow() -> Operation[Any]:
        yield ONE
        nothing = yield Sleep(0.25)
        yield TWO
        return nothing

    assert (None, [(CLIENT, ONE), 0.25, (CLIENT, TWO)]) == (run(CLIENT, flow()), log)


REFUSED = Request("DeleteItem", {}, (TABLE,))


def test_a_failure_is_thrown_into_the_flow_which_may_know_better(run: Run, log: list[Any]) -> None:
    """It goes on as it likes."""

    def flow() -> Operation[Any]:
        try:
            yield REFUSED
        except RequestFailed as failure:
            return failure.code, (yield ONE)

    assert ("ThrottlingException", "reply to GetItem") == run(CLIENT, flow())


def test_a_failure_that_escapes_is_translated(run: Run, log: list[Any]) -> None:
    """Botocore's own exception is its cause, and ours in between is not seen."""

    def flow() -> Operation[None]:
        yield REFUSED

    with pytest.raises(ThroughputExceededError) as caught:
        run(CLIENT, flow())
    assert (ORIGINAL, ORIGINAL) == (caught.value.__cause__, caught.value.original_error)


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_any_other_exception_of_a_flow_passes_through(run: Run, kind: type[BaseException], log: list[Any]) -> None:
    """It is the caller's to see as it is."""

    def flow() -> Operation[None]:
        yield ONE
        raise kind

    with pytest.raises(kind):
        run(CLIENT, flow())


def test_an_interruption_while_sending_lets_the_flow_clean_up(run: Run, sending: Any) -> None:
    """A flow that is left is closed."""
    closed: list[bool] = []

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    def flow() -> Operation[None]:
        try:
            yield ONE
        finally:
            closed.append(True)

    sending(interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(CLIENT, flow())
    assert [True] == closed
