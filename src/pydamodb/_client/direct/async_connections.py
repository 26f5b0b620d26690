"""Sends a request on a connection that one task uses at a time: the asynchronous `connections.py`.

Each event loop has a pool of its own for each link. A pool opens at most as many connections as the client's
configuration says, and its tasks wait for them in line. Who is done with a connection hands it to the first in line, so
that a task with many requests does not keep the others waiting. A task that is cancelled closes its connection: the
response may come later.

A pool closes its connections when its loop closes asynchronous generators, as `asyncio.run` does in the end. If a loop
ends without that, Python closes them, with a ResourceWarning.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Any

from pydamodb._client.direct.connections import IDLE_SECONDS, OLDEST_SECONDS, watch
from pydamodb._client.direct.links import Link
from pydamodb._client.direct.responses import FIRST, MalformedResponse, Response, ResponseReader
from pydamodb._client.direct.verdicts import Lost, lost


class AsyncConnection(asyncio.BufferedProtocol):
    """A connection to the endpoint of a link."""

    def __init__(self, loop: asyncio.AbstractEventLoop, link: Link) -> None:
        self._loop, self._timeout, self._keeps_alive = loop, link.read_timeout, link.keeps_alive
        self._waiter: asyncio.Future[Response] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        # asyncio's own buffer of 256 KiB would be new memory each time
        self._buffer = memoryview(bytearray(FIRST))
        self._reader = ResponseReader()
        self.is_closed = False
        self.oldest = loop.time() + OLDEST_SECONDS
        self.until = self.oldest

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport: asyncio.Transport = transport
        connected = transport.get_extra_info("socket")
        if self._keeps_alive:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._has_news = watch(connected)

    def is_stale(self) -> bool:
        """Return True if the server has hung up, or may have. A loop that stood still has not seen it yet."""
        return self.is_closed or self._loop.time() > self.until or self._has_news()

    def ask(self, data: bytes) -> asyncio.Future[Response]:
        """Send a request, and return the response that is to come."""
        self._waiter, self._reader = self._loop.create_future(), ResponseReader()
        if self._timeout is not None:
            self._deadline = self._loop.time() + self._timeout
            if self._timer is None:  # one for many requests: it looks at the deadline when it goes off
                self._timer = self._loop.call_at(self._deadline, self._look)
        self._transport.write(data)
        return self._waiter

    def _look(self) -> None:
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() >= self._deadline:
            self._end(TimeoutError("no response came in time"))
        else:
            self._timer = self._loop.call_at(self._deadline, self._look)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where the next bytes go."""
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take the next bytes."""
        waiter = self._waiter
        if waiter is None:
            self._end(ConnectionAbortedError("bytes came that nobody has asked for"))
            return
        try:
            response = self._reader.feed(bytes(self._buffer[:nbytes]))
        except MalformedResponse as error:
            self._end(error)
            return
        if response is None:
            if self._timeout is not None:
                self._deadline = self._loop.time() + self._timeout
            return
        self._waiter = None
        if not waiter.done():
            waiter.set_result(response)

    def can_be_kept(self) -> bool:
        """Return True if the request was sent to its end: a response may come before that."""
        return not self.is_closed and self._transport.get_write_buffer_size() == 0

    def connection_lost(self, exc: Exception | None) -> None:
        """See the end."""
        self._end(exc or ConnectionResetError("the connection was closed before the response was complete"))

    def _end(self, error: Exception) -> None:
        self.is_closed = True
        self._transport.abort()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(error)

    def close(self) -> None:
        """Hang up. Nobody waits for a response any more."""
        self._waiter = None
        self._end(ConnectionAbortedError())


class Pool:
    """The connections of one event loop to one endpoint."""

    def __init__(self, link: Link, loop: asyncio.AbstractEventLoop) -> None:
        self._link, self._loop = link, loop
        self._idle: list[AsyncConnection] = []
        # Those who wait get a connection, or None: they may open one. While they wait, no connection is idle.
        self._queue: deque[asyncio.Future[AsyncConnection | None]] = deque()
        self._open = 0  # idle ones, those in use, and those that are being opened, or may be
        self._end = self._until_the_end()

    async def _until_the_end(self) -> AsyncGenerator[None, None]:
        """Close the idle connections when the loop closes its generators."""
        try:
            yield
        finally:
            self._link.pools.pop(self._loop, None)
            self._close_idle()
            await asyncio.sleep(0)  # the loop closes sockets in its next turn

    async def begin(self) -> None:
        """Begin the generator, so that the loop knows of it."""
        await self._end.__anext__()

    def _close_idle(self) -> None:
        while self._idle:
            self._drop(self._idle.pop())

    async def aclose(self) -> None:
        """Close the idle connections, and wait for that if the loop is the running one."""
        if self._loop is asyncio.get_running_loop():
            self._close_idle()
            await asyncio.sleep(0)
        else:
            self.close_soon()

    def close_soon(self) -> None:
        """Close the idle connections from any thread. Those of a loop that has ended are Python's to close."""
        try:
            self._loop.call_soon_threadsafe(self._close_idle)
        except RuntimeError:  # it has ended, perhaps in this moment
            self._link.pools.pop(self._loop, None)

    async def exchange(self, data: bytes) -> Response | Lost:
        """Send a request on an idle connection, or on a new one; or wait until there is one."""
        try:
            connection = await self._take()
        except (OSError, UnicodeError) as error:
            return lost(self._link.url, error, connected=False)
        is_kept = False
        try:
            response = await connection.ask(data)
            is_kept = response.reusable and connection.can_be_kept()
        except (OSError, MalformedResponse) as error:
            return lost(self._link.url, error, connected=True)
        finally:
            if is_kept:
                self._keep(connection)
            else:
                self._drop(connection)
        return response

    async def warm(self, count: int) -> None:
        """Open connections until so many are open, or as many as there may be.

        Raises:
            BotoCoreError: One could not be opened.
        """
        self._idle, idle = [], self._idle
        for connection in idle:
            if connection.is_stale():
                self._drop(connection)
            else:
                self._idle.append(connection)
        wanted = min(count, self._link.limit)
        opened = await asyncio.gather(*(self._warm_one(wanted) for _ in range(wanted)), return_exceptions=True)
        for error in opened:
            if isinstance(error, (OSError, UnicodeError)):
                raise lost(self._link.url, error, connected=False).error from error
            if error is not None:
                raise error

    async def _warm_one(self, wanted: int) -> None:
        if self._open < wanted:
            self._open += 1
            self._keep(await self._connect())

    def _keep(self, connection: AsyncConnection) -> None:
        """Keep a connection for the next request."""
        connection.until = min(self._loop.time() + IDLE_SECONDS, connection.oldest)
        self._hand_on(connection)

    def _drop(self, connection: AsyncConnection) -> None:
        """Close a connection. Another one may be opened in its place."""
        connection.close()
        self._hand_on(None)

    def _hand_on(self, connection: AsyncConnection | None) -> None:
        """Give a connection, or the place of one, to the first in line."""
        while self._queue:
            waiter = self._queue.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        if connection is None:
            self._open -= 1
        else:
            self._idle.append(connection)

    async def _take(self) -> AsyncConnection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_stale():
                return connection
            self._drop(connection)
        if self._open < self._link.limit:
            self._open += 1
            return await self._connect()
        handed = await self._wait()
        if handed is None:
            return await self._connect()
        if not handed.is_stale():
            return handed
        handed.close()
        return await self._connect()

    async def _wait(self) -> AsyncConnection | None:
        waiter: asyncio.Future[AsyncConnection | None] = self._loop.create_future()
        self._queue.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():  # its turn had come: it is the next one's
                self._hand_on(waiter.result())
            raise

    async def _connect(self) -> AsyncConnection:
        """Open a connection in a place that is counted: the DNS and the handshake are in its time limit."""
        link = self._link
        opening = self._loop.create_task(
            self._loop.create_connection(lambda: AsyncConnection(self._loop, link), link.host, link.port, ssl=link.tls)
        )
        try:
            # `wait_for` of Python 3.10 and 3.11 may lose a connection if it is cancelled at the last moment
            await asyncio.wait((opening,), timeout=link.connect_timeout)
            return _opened(opening)
        except BaseException:
            opening.cancel()
            opening.add_done_callback(_hang_up)
            self._hand_on(None)
            raise


def _opened(opening: asyncio.Task[tuple[Any, AsyncConnection]]) -> AsyncConnection:
    if not opening.done():
        raise TimeoutError("no connection was made in time")
    connection = opening.result()[1]
    if connection.is_closed:  # it would not hear of its end again, and its user would wait for nothing
        raise ConnectionResetError("the server hung up before it was asked")
    return connection


def _hang_up(opening: asyncio.Task[tuple[Any, AsyncConnection]]) -> None:
    """Close a connection that nobody waits for any more."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[1].close()


async def warm(link_to_warm: Callable[[], Link | None], count: int) -> None:
    """Open connections for the running event loop. A thread finds the way, None if nobody needs it.

    Raises:
        BotoCoreError: There is no way, or a connection could not be opened.
    """
    link = await asyncio.to_thread(link_to_warm)
    if link is not None:
        await (await pool_of(link)).warm(count)


async def pool_of(link: Link) -> Pool:
    """Return the pool of the running event loop. Forget the pools of loops that have ended."""
    loop = asyncio.get_running_loop()
    pool: Pool | None = link.pools.get(loop)
    if pool is None:
        for other in list(link.pools):  # other loops, in other threads, do the same meanwhile
            if other.is_closed():
                link.pools.pop(other, None)
        pool = link.pools[loop] = Pool(link, loop)
        await pool.begin()
    return pool
