"""Sends a request on a connection that one thread uses at a time, and keeps the connection for the next request.

Only a connection whose response was read to its end is kept. A timeout, an interrupt or an error closes it: what comes
later would be the response of another request.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from pydamodb._client.direct.links import Link, close_all, links
from pydamodb._client.direct.responses import MalformedResponse, Response, ResponseReader
from pydamodb._client.direct.verdicts import Lost, lost

IDLE_SECONDS = 30.0  # AWS closes connections that nobody uses; nobody knows when
OLDEST_SECONDS = 600.0  # a new connection asks the DNS again


def watch(connected: Any) -> Callable[[], bool]:
    """Return a function that says whether there is anything to read from a socket, or whether it has an end."""
    if hasattr(select, "poll"):  # not on Windows
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return lambda: bool(poll.poll(0))
    return lambda: bool(select.select([connected], [], [], 0)[0])


class Connection:
    """A connection to the endpoint of a link."""

    def __init__(self, link: Link) -> None:
        """Connect; with TLS, check the certificate."""
        plain = socket.create_connection((link.host, link.port), link.connect_timeout)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if link.keeps_alive:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self._socket = plain if link.tls is None else link.tls.wrap_socket(plain, server_hostname=link.host)
            self._socket.settimeout(link.read_timeout)
            self._has_news = watch(self._socket)
        except BaseException:
            plain.close()
            raise
        self._timeout, self._is_tls = link.read_timeout, link.tls is not None
        self.oldest = time.monotonic() + OLDEST_SECONDS
        self.until = self.oldest

    def is_stale(self) -> bool:
        """Return True if the server has hung up, or if it may have: nobody used the connection for long."""
        return time.monotonic() > self.until or (self._has_news() and not self._is_ticket())

    def _is_ticket(self) -> bool:
        """Return True if TLS itself has something to say: servers send tickets for later connections."""
        if not self._is_tls:
            return False
        self._socket.settimeout(0)
        try:
            self._socket.recv(1)
        except ssl.SSLWantReadError:
            self._socket.settimeout(self._timeout)
            return True
        except OSError:
            return False
        return False

    def exchange(self, data: bytes) -> Response:
        """Send a request and read the response, which may come before the request is sent to its end."""
        is_whole = True
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):  # a server hangs up on what is too large, and says so
            is_whole = False
        reader, receive = ResponseReader(), self._socket.recv
        while (response := reader.feed(got := receive(reader.wanted()))) is None:
            if not got:
                raise ConnectionResetError("the connection was closed before the response was complete")
        return response if is_whole else response._replace(reusable=False)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def exchange(link: Link, data: bytes) -> Response | Lost:
    """Send a request on an idle connection, or else on a new one. More threads than the limit open more connections."""
    idle, closed = link.idle, link.closed
    try:
        connection = _idle_one(idle) or Connection(link)
    except (OSError, UnicodeError) as error:  # a name that no host may have is the latter
        return lost(link.url, error, connected=False)
    is_kept = False
    try:
        response = connection.exchange(data)
        is_kept = response.reusable
    except (OSError, MalformedResponse) as error:
        return lost(link.url, error, connected=True)
    finally:
        if is_kept:
            connection.until = min(time.monotonic() + IDLE_SECONDS, connection.oldest)
            _keep(link, connection, closed)
        else:
            connection.close()
    return response


def _keep(link: Link, connection: Connection, closed: int) -> None:
    """Keep a connection for the next request, unless the link was closed since it was closed so often."""
    if len(link.idle) < link.limit:
        link.idle.append(connection)
        if closed != link.closed:  # asked afterwards: another thread may close the link at any moment
            close_all(link.idle)
    else:
        connection.close()


def warm(link: Link, count: int) -> None:
    """Open connections until so many are idle, or as many as are kept.

    Raises:
        BotoCoreError: One could not be opened.
    """
    ready: list[Connection] = []
    closed = link.closed
    try:
        while len(ready) < min(count, link.limit):
            connection = _idle_one(link.idle)
            if connection is None:
                connection = Connection(link)
                connection.until = min(time.monotonic() + IDLE_SECONDS, connection.oldest)
            ready.append(connection)
    except (OSError, UnicodeError) as error:
        raise lost(link.url, error, connected=False).error from error
    finally:
        for connection in reversed(ready):  # the one that was used last is the next again
            _keep(link, connection, closed)


def _idle_one(idle: deque[Connection]) -> Connection | None:
    while idle:
        try:
            connection = idle.pop()
        except IndexError:  # another thread was faster
            return None
        if not connection.is_stale():
            return connection
        connection.close()
    return None


_pools_of_parent: list[Any] = []


def _start_anew() -> None:
    """Leave the connections to the parent process: with them, this one would read the parent's responses."""
    for link in links:
        link.close_idle()
        _pools_of_parent.append(dict(link.pools))  # kept: to free one would be noticed by its event loop
        link.pools.clear()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_start_anew)
