"""The clients of the direct transport: the user's `DirectClient`, and the one of the default session.

A client opens its transport at its first use: until then it is nothing but its options.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from threading import RLock
from types import TracebackType
from typing import Any
from weakref import WeakKeyDictionary

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import Self

from pydamodb._client.direct.connections import warm
from pydamodb._client.direct.sessions import default_session
from pydamodb._client.direct.tls import Verify
from pydamodb._client.direct.transports import Transport
from pydamodb._core.config import DirectTable
from pydamodb._core.exceptions import DynamoDBClientError, InvalidRequestError
from pydamodb._core.observed import OnRequest
from pydamodb._core.watching import check_observer

_OF_LOOPS = "pydamodb._client.direct.async_connections"  # not needed, and not loaded, without an event loop
_defaults: WeakKeyDictionary[Any, Transport] = WeakKeyDictionary()  # by default session
_opening = RLock()  # botocore may ask a program for credentials, which may be stored by such a client


def _start_anew() -> None:
    """Have another lock, in a forked process."""
    global _opening  # noqa: PLW0603 - a lock that a thread of the parent holds is never released here
    _opening = RLock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_start_anew)


class DirectClient:
    """A client that sends requests to DynamoDB itself: `PydamoConfig(table=client.table("orders"))`.

    It is for synchronous and asynchronous models, for any number of threads and event loops. boto3 is asked once for
    the endpoint, the region, the credentials and all other settings.

    Nothing has to be closed: idle connections end after half a minute, with the program, and with their event loop.
    `close`, `aclose` and blocks (`with DirectClient() as client:`, `async with`) end them earlier. A client can be used
    after that; it opens new connections.

    Args:
        session: A session of boto3; without one, boto3's default session at the first use.
        config: A `botocore.config.Config`: timeouts, attempts, the number of connections and so on.
        verify: As boto3 has it: the file of a bundle of certificate authorities, or False, which checks nothing.
        endpoint_url: Another endpoint, such as that of DynamoDB Local.
        region_name: Another region than that of the session.
        on_request: What is told of each request of the models of this client, as `PydamoConfig(on_request=...)` has it:
            a function that gets a `RequestEnded`, or an object with the methods `start` and `end`. If the configuration
            of a model has one too, both are told, each of them once.

    Raises:
        ConfigurationError: `on_request` cannot be called, and has no `start` and `end`.

    The first operation of a model raises ConfigurationError for a configuration that only botocore can follow, such as
    proxies and adaptive retries.
    """

    def __init__(
        self,
        *,
        session: Any = None,
        config: Any = None,
        verify: Verify | None = None,
        endpoint_url: str | None = None,
        region_name: str | None = None,
        on_request: OnRequest | None = None,
    ) -> None:
        check_observer(on_request, "DirectClient")
        self._options: dict[str, Any] = {
            "session": session,
            "config": config,
            "verify": verify,
            "endpoint_url": endpoint_url,
            "region_name": region_name,
            "on_request": on_request,
        }
        self._transport: Transport | None = None

    def table(self, name: str) -> DirectTable:
        """Return a table for `PydamoConfig(table=...)`, by its name or its ARN. No request is sent."""
        return DirectTable(self, name)

    def warm(self, connections: int = 1) -> Awaitable[None]:
        """Open connections before they are needed: `client.warm(5)`, in an event loop `await client.warm(5)`.

        boto3 is asked for the endpoint and the credentials, and the connections are opened with their TLS handshake, so
        that the first requests need not wait for that. No request is sent. The connections are those to the tables that
        are given by names; each event loop has its own, and so have threads. Idle ones are kept; there are no more than
        `max_pool_connections`. While moto or another handler answers requests in the process, nothing is opened.

        Raises:
            ConfigurationError: The configuration of the client has no direct way.
            InvalidRequestError: `connections` is less than 1.
            DynamoDBClientError: There are no credentials, or a connection cannot be opened.
        """
        if not isinstance(connections, int) or connections < 1:
            raise InvalidRequestError(f"DirectClient.warm(connections) takes an int from 1, got {connections!r}")
        if _in_event_loop():
            return self._warm_loop(connections)
        with _not_warmed():
            link = self._link_to_warm()
            if link is not None:
                warm(link, connections)
        return _Done()

    async def _warm_loop(self, connections: int) -> None:
        with _not_warmed():
            await import_module(_OF_LOOPS).warm(self._link_to_warm, connections)

    def _link_to_warm(self) -> Any:
        return self._opened().link_to_warm()

    def close(self) -> None:
        """Close the connections that nobody uses. Those of a running event loop are closed by that loop, soon."""
        for pool in self._close_idle():
            pool.close_soon()

    async def aclose(self) -> None:
        """Close the connections that nobody uses, and wait for the end of those of the running event loop."""
        for pool in self._close_idle():
            await pool.aclose()

    def _close_idle(self) -> list[Any]:
        """Close the connections of threads, and return the pools of event loops."""
        links = [] if self._transport is None else self._transport.links()
        for link in links:
            link.close_idle()
        return [pool for link in links for pool in list(link.pools.values())]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._options.items() if value is not None)
        return f"DirectClient({given})"

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the connections, for pickles and copies."""
        return {**vars(self), "_transport": None}

    def _opened(self) -> Transport:
        transport = self._transport
        if transport is None:
            with _opening:
                transport = self._transport
                if transport is None:
                    options = {**self._options, "session": self._options["session"] or default_session()}
                    opened = Transport(**options)
                    transport = self._transport = self._transport or opened
        return transport


def _in_event_loop() -> bool:
    """Return True in an event loop. Where nobody has loaded asyncio, there is none."""
    events = sys.modules.get("asyncio.events")
    if events is not None:
        with suppress(RuntimeError):
            return events.get_running_loop() is not None
    return False


class _Done:
    """What may be awaited, and is there already."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


@contextmanager
def _not_warmed() -> Generator[None, None, None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:  # the latter of the service that has the credentials
        raise DynamoDBClientError(f"DirectClient.warm: {error}", original_error=error) from error


def transport_of(client: DirectClient) -> Transport:
    """Return the transport of a client, which the first use opens.

    Raises:
        ConfigurationError: The configuration of the client has no direct way.
        BotoCoreError: botocore cannot make a client.
    """
    return client._opened()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - users must not need it


def default_transport(session: Any) -> Transport:
    """Return the transport of a default session."""
    transport = _defaults.get(session)
    if transport is None:
        with _opening:
            transport = _defaults.get(session)
            if transport is None:
                transport = _defaults.setdefault(session, Transport(session, None, None))
    return transport
