"""Thousands of tasks and a hundred threads: no foreign answer, no write that is lost or done twice, nothing open."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from scripted_server import ok, refused

from pydamodb._client.direct import async_sending, sending
from pydamodb._client.direct.transports import Transport
from pydamodb._operations.requests import Request, RequestFailed

Serve = Callable[..., Any]
TASKS, AT_ONCE = 10_000, 500
WORKERS, EACH = 100, 20


class Ledger:
    """A server's memory: how often each write was carried out. Some answers go wrong, before or after that."""

    def __init__(self, faults: tuple[str, ...] = ()) -> None:
        self._faults, self._lock = faults, threading.Lock()
        self.done: Counter[str] = Counter()

    def __call__(self, number: int, _: bytes, body: bytes) -> Any:
        """Answer a write with its own name."""
        name = json.loads(body)["Key"]["name"]["S"]
        fault = self._faults[number % len(self._faults)] if self._faults else ""
        if fault == "never arrived":
            return None
        if fault == "throttled":
            return refused("ThrottlingException")
        if fault == "unavailable":
            return refused("ServiceUnavailable", status="503 X")
        with self._lock:
            self.done[name] += 1
        answer = ok(json.dumps({"Attributes": {"name": {"S": name}}}).encode())
        return {"lost": None, "cut": [(0, answer[:-5])], "late": [(0.003, answer)]}.get(fault, answer)


def write(add: Request, name: str) -> Request:
    """Return a write that must not be repeated."""
    return add._replace(payload={"TableName": "characters", "Key": {"name": {"S": name}}})


def test_thousands_of_cancelled_tasks_disturb_nobody(serve: Serve, add: Request) -> None:
    """Each task that was not cancelled gets its own answer, and its write was done once; no other was done twice."""
    ledger, outcomes = Ledger(("", "", "", "late")), {}

    async def one(transport: Transport, name: str) -> None:
        reply = await async_sending.send(transport, write(add, name))
        outcomes[name] = reply["Attributes"]["name"]["S"]

    async def main(transport: Transport) -> int:
        cancelled = 0
        for wave in range(TASKS // AT_ONCE):
            tasks = [asyncio.create_task(one(transport, f"{wave} {number}")) for number in range(AT_ONCE)]
            for task in random.sample(tasks, AT_ONCE // 3):
                for _ in range(random.randrange(4)):  # noqa: S311
                    await asyncio.sleep(0)
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            cancelled += sum(isinstance(each, asyncio.CancelledError) for each in done)
            assert {asyncio.CancelledError, type(None)} >= {type(each) for each in done}
        return cancelled

    with serve(ledger, max_pool_connections=20) as (server, transport):
        cancelled = asyncio.run(main(transport))
        assert {name: name for name in outcomes} == outcomes
        assert (TASKS, True) == (len(outcomes) + cancelled, cancelled > TASKS // 20)
        assert {1} == set(ledger.done.values())
        assert set() == set(outcomes) - set(ledger.done)
        server.wait_for(0)


def names_of(worker: int) -> list[str]:
    """Return the names of the writes of a worker."""
    return [f"{worker} {number}" for number in range(EACH)]


def outcome_of(name: str, reply: Any) -> str:
    """Say what became of a write."""
    if isinstance(reply, RequestFailed):
        return "unknown" if reply.unknown else "failed"
    return "confirmed" if reply["Attributes"]["name"]["S"] == name else "of another"


def in_threads(transport: Transport, add: Request, outcomes: dict[str, str]) -> None:
    """Let threads write."""

    def reply_to(name: str) -> Any:
        try:
            return sending.send(transport, write(add, name))
        except RequestFailed as failure:
            return failure

    def work(worker: int) -> None:
        for name in names_of(worker):
            outcomes[name] = outcome_of(name, reply_to(name))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def in_tasks(transport: Transport, add: Request, outcomes: dict[str, str]) -> None:
    """Let tasks write."""

    async def reply_to(name: str) -> Any:
        try:
            return await async_sending.send(transport, write(add, name))
        except RequestFailed as failure:
            return failure

    async def work(worker: int) -> None:
        for name in names_of(worker):
            outcomes[name] = outcome_of(name, await reply_to(name))

    async def main() -> None:
        await asyncio.gather(*map(work, range(WORKERS)))

    asyncio.run(main())


@pytest.mark.parametrize("crowd", [in_threads, in_tasks])
def test_a_hundred_workers_on_a_bad_road_know_what_they_have_written(
    serve: Serve, add: Request, crowd: Callable[..., None]
) -> None:
    """Confirmed is done once, failed is not done, unknown is done once or not."""
    ledger = Ledger(("", "late", "", "throttled", "never arrived", "", "cut", "unavailable", "", "lost", ""))
    outcomes: dict[str, str] = {}
    with serve(ledger, max_pool_connections=30, read_timeout=0.3) as (server, transport):
        transport.terms.quota.available = 10**9
        transport.find_link(add)
        crowd(transport, add, outcomes)
        transport.links()[0].close_idle()
        server.wait_for(0)
    done = {kind: {ledger.done[name] for name in outcomes if outcomes[name] == kind} for kind in outcomes.values()}
    assert WORKERS * EACH == len(outcomes)
    assert ({1}, True, {0, 1}) == (done["confirmed"], done.get("failed", {0}) == {0}, done["unknown"])
    assert {"confirmed", "unknown"} <= set(done) <= {"confirmed", "failed", "unknown"}
