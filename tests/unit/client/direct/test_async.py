"""Tasks on the direct transport: they are cancelled, they wait in line, and their loops end."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import json
import random
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.credentials import RefreshableCredentials
from scripted_server import ScriptedServer, header, ok, refused

from pydamodb import DirectClient
from pydamodb._client.direct import async_connections, connections, sending
from pydamodb._client.direct.async_connections import AsyncConnection, Pool
from pydamodb._client.direct.async_sending import send
from pydamodb._client.direct.credentials import KeptCredentials
from pydamodb._client.direct.links import Link
from pydamodb._client.direct.transports import Transport
from pydamodb._operations.requests import Request, RequestFailed

Serve = Callable[..., Any]
KEYS = {
    "Table": {
        "TableName": "characters",
        "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
    }
}


def echo(_: int, __: bytes, body: bytes) -> Any:
    """Answer with the key that was asked for, after a moment."""
    key = json.loads(body)["Key"]
    return [(random.random() * 0.004, ok(b'{"Item":%s}' % json.dumps(key).encode()))]  # noqa: S311


def ask_for(get: Request, name: object) -> Request:
    """Return a request for an item."""
    return get._replace(payload={"TableName": "characters", "Key": {"name": {"S": str(name)}}})


async def asked(transport: Transport, get: Request, name: object) -> bool:
    """Send a request for an item, and return whether that item came."""
    request = ask_for(get, name)
    return bool(await send(transport, request) == {"Item": request.payload["Key"]})


def pool(transport: Transport) -> Pool:
    """Return the pool of the running loop."""
    (link,) = transport.links()
    found: Pool = link.pools[asyncio.get_running_loop()]
    return found


def test_tasks_that_are_cancelled_take_nobodys_answer(serve: Serve, get: Request) -> None:
    """Hundreds of tasks on eight connections, many of them cancelled at any moment: the pool is whole in the end."""
    outcomes: Counter[Any] = Counter()

    async def wave(transport: Transport, number: int) -> None:
        tasks = [asyncio.create_task(asked(transport, get, f"{number} {task}")) for task in range(60)]
        for task in random.sample(tasks, 25):
            for _ in range(random.randrange(4)):  # noqa: S311
                await asyncio.sleep(0)
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        outcomes.update(type(each) if isinstance(each, BaseException) else each for each in done)

    async def main(transport: Transport) -> None:
        for number in range(6):
            await wave(transport, number)
        own = pool(transport)
        assert (True, []) == (own._open == len(own._idle) <= 8, [each for each in own._queue if not each.done()])

    with serve(echo, max_pool_connections=8) as (server, transport):
        asyncio.run(main(transport))
        assert {True, asyncio.CancelledError} == set(outcomes)
        server.wait_for(0)


def test_a_loop_has_at_most_as_many_connections_as_are_configured(serve: Serve, get: Request) -> None:
    """The other tasks wait in line."""

    async def main(transport: Transport) -> list[bool]:
        return await asyncio.gather(*(asked(transport, get, number) for number in range(60)))

    with serve(echo, max_pool_connections=3) as (server, transport):
        assert [True] * 60 == asyncio.run(main(transport))
        assert 3 == server.connections


@pytest.mark.parametrize("number", [0, -1])
def test_a_number_of_connections_below_one_is_no_limit(serve: Serve, get: Request, number: int) -> None:
    """As botocore takes it: nobody waits for a turn that never comes."""
    with serve(ok(b'{"Item":{}}'), max_pool_connections=number) as (_, transport):
        assert {"Item": {}} == asyncio.run(send(transport, get))


def test_a_cancelled_task_in_line_gives_its_turn_away(serve: Serve, get: Request) -> None:
    """Even if the turn had just come."""

    async def main(transport: Transport) -> list[Any]:
        first = asyncio.create_task(asked(transport, get, 0))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(asked(transport, get, number)) for number in range(1, 5)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting[0].cancel()  # it waits
        own = pool(transport)
        own._open += 1
        own._hand_on(None)  # as if another connection had ended
        waiting[1].cancel()  # its turn has come
        return await asyncio.gather(first, *waiting, return_exceptions=True)

    def slow(number: int, _: bytes, body: bytes) -> Any:
        answer = ok(b'{"Item":%s}' % json.dumps(json.loads(body)["Key"]).encode())
        return [(0.2, answer)] if number == 0 else answer

    with serve(slow, max_pool_connections=1) as (_, transport):
        results = asyncio.run(main(transport))
    cancelled = asyncio.CancelledError
    assert [bool, cancelled, cancelled, bool, bool] == [type(each) for each in results]


@pytest.mark.parametrize("close", [False, True])
def test_a_task_with_many_requests_does_not_keep_the_others_waiting(serve: Serve, get: Request, close: bool) -> None:
    """A connection, or the place of one that the server has closed, goes to the first in line."""
    order: list[str] = []

    def note(_: int, __: bytes, body: bytes) -> bytes:
        order.append(json.loads(body)["Key"]["name"]["S"])
        return ok(extra="Connection: close\r\n" if close else "")

    async def many(transport: Transport, name: str) -> None:
        for _ in range(10):
            await send(transport, ask_for(get, name))

    async def main(transport: Transport) -> None:
        await asyncio.gather(*(many(transport, name) for name in "abcd"))

    with serve(note, max_pool_connections=1) as (_, transport):
        transport.find_link(get)
        asyncio.run(main(transport))
    assert [*"abcd"] * 10 == order


@pytest.mark.parametrize("how", ["closed", "open"])
def test_a_connection_that_ends_before_its_next_user_has_it_is_not_used(serve: Serve, add: Request, how: str) -> None:
    """The place is the user's all the same, who opens another one."""

    async def main(transport: Transport) -> int:
        await send(transport, add)
        own = pool(transport)
        connection = await own._take()
        waiting = asyncio.create_task(send(transport, add))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        own._keep(connection)
        if how == "closed":
            connection.close()
        await waiting
        assert (1, 1, 0) == (own._open, len(own._idle), len(own._queue))
        return own._idle[0] is connection

    with serve(ok(), max_pool_connections=1) as (server, transport):
        assert (how == "open") is asyncio.run(main(transport))
        assert (2 if how == "closed" else 1) == server.connections


@pytest.mark.parametrize("debug", [False, True])
def test_the_connections_of_a_loop_end_with_it(
    serve: Serve, get: Request, recwarn: pytest.WarningsRecorder, debug: bool
) -> None:
    """`asyncio.run` closes the pool: nothing is left open, and nothing warns."""
    with serve(ok()) as (server, transport):
        for _ in range(3):
            asyncio.run(send(transport, get), debug=debug)
        (link,) = transport.links()
        server.wait_for(0)
        assert (0, 3) == (len(link.pools), server.connections)
    gc.collect()
    assert [] == [each for each in recwarn if issubclass(each.category, ResourceWarning)]


def test_a_loop_that_ends_without_closing_is_forgotten(serve: Serve, get: Request) -> None:
    """Python closes its connections, with a warning; the pool of the next loop is another one."""
    with serve(ok()) as (server, transport):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(send(transport, get))
        loop.close()
        (link,) = transport.links()
        kept = weakref.ref(link.pools[loop])
        asyncio.run(send(transport, get))
        del loop
        with pytest.warns(ResourceWarning, match="unclosed"):
            gc.collect()
        assert None is kept()
        server.wait_for(0)


def test_what_a_loop_that_has_ended_left_is_dropped_at_close(serve: Serve, get: Request) -> None:
    """`close` and `aclose` meet loops that have ended, that are running, and that run elsewhere."""
    with serve(ok()) as (_, transport):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(send(transport, get))
        (link,) = transport.links()
        own: Pool = link.pools[loop]

        async def from_elsewhere() -> None:
            await own.aclose()

        asyncio.run(from_elsewhere())
        loop.run_until_complete(asyncio.sleep(0.01))
        assert ([], 0) == (own._idle, own._open)
        loop.run_until_complete(send(transport, get))
        assert 1 == own._open
        loop.run_until_complete(own.aclose())
        assert 0 == own._open
        loop.close()
        own.close_soon()
        assert 0 == len(link.pools)


def test_loops_in_threads_have_their_own_connections(serve: Serve, get: Request) -> None:
    """One transport serves them all."""
    results: list[Any] = []

    async def main(transport: Transport, thread: int) -> list[bool]:
        return await asyncio.gather(*(asked(transport, get, f"{thread} {number}") for number in range(20)))

    with serve(echo) as (server, transport):
        transport.find_link(get)
        threads = [
            threading.Thread(target=lambda thread=each: results.extend(asyncio.run(main(transport, thread))))
            for each in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [True] * 80 == results
        server.wait_for(0)


def test_loops_begin_and_end_in_many_threads(serve: Serve, get: Request) -> None:
    """Each looks through the pools of the others, while threads switch as often as they can, and one closes pools."""
    results: list[Any] = []
    threads_goal, loops = 16, 12

    def work(transport: Transport) -> None:
        for _ in range(loops):
            loop = asyncio.new_event_loop()
            results.append(loop.run_until_complete(send(transport, get)))
            if len(results) % 2:
                loop.run_until_complete(loop.shutdown_asyncgens())
            else:
                loop.run_until_complete(transport.links()[0].pools[loop].aclose())
            loop.close()

    client = DirectClient()
    with serve(ok()) as (server, transport):
        transport.find_link(get)
        client._transport = transport
        threads = [threading.Thread(target=work, args=(transport,)) for _ in range(threads_goal)]
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                client.close()
        finally:
            sys.setswitchinterval(before)
        assert [{}] * threads_goal * loops == results
        server.wait_for(0)


def test_a_table_is_described_once_however_many_tasks_need_it(serve: Serve, get: Request) -> None:
    """The others wait for the one that asks, and get its reply or its error."""
    describe = Request("DescribeTable", {"TableName": "characters"}, get.tables)

    async def main(transport: Transport) -> list[Any]:
        return await asyncio.gather(*(send(transport, describe) for _ in range(10)), return_exceptions=True)

    with serve(ok(json.dumps(KEYS).encode())) as (server, transport):
        assert [KEYS] * 10 == asyncio.run(main(transport))
        assert 1 == len(server.heads)
    with serve(refused("ResourceNotFoundException")) as (server, transport):
        errors = asyncio.run(main(transport))
        assert ([RequestFailed] * 10, 1) == ([type(each) for each in errors], len(server.heads))


def test_a_refresh_of_credentials_does_not_stop_the_loop(get: Request, serve: Serve) -> None:
    """A thread asks for them, once for all tasks."""
    main_thread = threading.get_ident()
    threads: list[bool] = []
    started: list[Callable[[], object]] = []
    goes_on = threading.Event()

    def refresh() -> dict[str, str]:
        threads.append(threading.get_ident() == main_thread)
        started[0]()
        assert goes_on.wait(20)  # set by the loop, which would otherwise stand still
        until = dt.datetime.now(dt.timezone.utc) + dt.timedelta(hours=1)
        return {"access_key": "K1", "secret_key": "s", "token": "T1", "expiry_time": until.isoformat()}

    soon = dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=1)
    source = RefreshableCredentials("K0", "s", "T0", soon, refresh, "test")

    async def main(transport: Transport) -> None:
        loop, is_running = asyncio.get_running_loop(), asyncio.Event()
        started.append(lambda: loop.call_soon_threadsafe(is_running.set))
        tasks = [asyncio.create_task(send(transport, get)) for _ in range(20)]
        await is_running.wait()
        goes_on.set()
        await asyncio.gather(*tasks)

    with serve(ok()) as (server, transport):
        transport.find_link(get)
        transport.credentials = KeptCredentials(source)
        asyncio.run(main(transport))
        assert ([False], {"T1"}) == (threads, {header(head, "X-Amz-Security-Token") for head in server.heads})


def test_a_connection_that_comes_too_late_is_closed(
    serve: Serve, get: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task that wanted it was cancelled at the last moment."""
    entered: list[Any] = []

    async def main(transport: Transport) -> None:
        own = await async_connections.pool_of(transport.find_link(get))
        wait = asyncio.wait

        async def wait_and_be_cancelled(tasks: Any, **_: Any) -> Any:
            await wait(tasks)
            entered.append(None)
            raise asyncio.CancelledError

        monkeypatch.setattr(asyncio, "wait", wait_and_be_cancelled)
        with pytest.raises(asyncio.CancelledError):
            await own._take()
        monkeypatch.setattr(asyncio, "wait", wait)
        await asyncio.sleep(0.01)
        assert 0 == own._open

    with serve(ok()) as (server, transport):
        asyncio.run(main(transport))
        assert 1 == len(entered)
        server.wait_for(0)


def test_a_connection_that_ends_as_soon_as_it_is_made_is_no_connection(
    serve: Serve, add: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent on it, and nobody waits for a response: even what must not be repeated is tried again."""
    wait, lose = asyncio.wait, AsyncConnection.connection_lost
    ended = asyncio.Event()

    def note_the_end(connection: AsyncConnection, error: Exception | None) -> None:
        lose(connection, error)
        ended.set()

    async def wait_for_the_end(tasks: Any, **_: Any) -> Any:
        monkeypatch.setattr(asyncio, "wait", wait)
        await wait(tasks)
        server.wait_for(1)
        server.hang_up()
        await ended.wait()

    with serve(ok(), read_timeout=None) as (server, transport):
        monkeypatch.setattr(AsyncConnection, "connection_lost", note_the_end)
        monkeypatch.setattr(asyncio, "wait", wait_for_the_end)
        assert {} == asyncio.run(send(transport, add))
        assert (1, 2) == (len(server.heads), server.connections)


def test_a_response_before_the_end_of_the_request_ends_the_connection(serve: Serve, get: Request) -> None:
    """What is left of the request would come before the next one."""

    async def main(transport: Transport) -> tuple[bool, bool]:
        own = await async_connections.pool_of(transport.find_link(get))
        connection = await own._take()
        before = connection.can_be_kept()
        connection._transport.get_write_buffer_size = lambda: 1  # type: ignore[method-assign]
        after = connection.can_be_kept()
        own._drop(connection)
        return before, after

    with serve(ok()) as (_, transport):
        assert (True, False) == asyncio.run(main(transport))


def test_one_timer_serves_many_requests(serve: Serve, get: Request) -> None:
    """It looks at the deadline when it goes off: of a request that goes on, or of none."""

    async def main(transport: Transport) -> None:
        link = transport.find_link(get)
        own = await async_connections.pool_of(link)
        await send(transport, get)
        (connection,) = own._idle
        timer = connection._timer
        await send(transport, get)
        assert timer is connection._timer
        connection._look()  # nobody waits
        assert None is connection._timer
        connection._waiter = asyncio.get_running_loop().create_future()
        connection._look()  # the deadline is not there yet
        assert None is not connection._timer

    with serve(ok()) as (_, transport):
        asyncio.run(main(transport))


def test_a_dropped_transport_closes_its_connections(serve: Serve, get: Request) -> None:
    """Nobody has to close anything, with threads or with loops."""
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    with serve(ok()) as (server, _):
        other = Transport(session, None, None, endpoint_url=f"http://127.0.0.1:{server.port}")
        link = weakref.ref(other.find_link(get))

        async def main(transport: Transport) -> None:
            await send(transport, get)

        asyncio.run(main(other))
        assert {} == sending.send(other, get)
        server.wait_for(1)
        del other
        gc.collect()
        assert None is link()
        server.wait_for(0)


def test_the_child_of_a_fork_keeps_the_pools_of_its_parent_untouched(serve: Serve, get: Request) -> None:
    """To free them would be seen by their event loop. Here it is seen in this process."""

    async def main(transport: Transport) -> None:
        await send(transport, get)
        (link,) = transport.links()
        own = link.pools[asyncio.get_running_loop()]
        connections._start_anew()
        kept = [pool for pools in connections._pools_of_parent for pool in pools.values()]
        assert (0, True) == (len(link.pools), own in kept)
        await own.aclose()
        await send(transport, get)

    with serve(ok()) as (server, transport):
        asyncio.run(main(transport))
        assert 2 == server.connections
        connections._pools_of_parent.clear()


def test_bytes_that_come_while_nobody_waits_end_a_connection(serve: Serve, get: Request) -> None:
    """The loop sees them before the next request does."""

    async def main(transport: Transport, server: ScriptedServer) -> tuple[bool, bool]:
        await send(transport, get)
        (connection,) = pool(transport)._idle
        before = connection.is_closed
        await asyncio.to_thread(server.wait_for, 0)
        return before, connection.is_closed

    with serve([(0, ok()), (0.05, b"HTTP/1.1")]) as (server, transport):
        assert (False, True) == asyncio.run(main(transport, server))


def test_nothing_of_a_connection_is_used_after_its_end(serve: Serve, get: Request) -> None:
    """It may hear of its end several times."""

    async def main(link: Link) -> None:
        own = await async_connections.pool_of(link)
        connection: AsyncConnection = await own._take()
        own._drop(connection)
        connection.connection_lost(None)
        assert (True, True) == (connection.is_closed, connection.is_stale())
        await asyncio.sleep(0)

    with serve(ok()) as (_, transport):
        asyncio.run(main(transport.find_link(get)))
