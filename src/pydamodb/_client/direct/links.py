"""A link: the way to one endpoint. What botocore would send there, how long to wait, and the connections that are open.

A link is made of what a probe has found, once. It opens no connection: that is the job of the two drivers.
"""

from __future__ import annotations

import os
import ssl
import sys
import time
import urllib.request
import weakref
from collections import deque
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit
from weakref import WeakSet

from pydamodb._client.direct.probes import Probed, no_direct_way
from pydamodb._client.direct.signing import CONTENT_TYPE, Keys, Signer

_API = "DynamoDB_20120810"
_PORTS = {"http": 80, "https": 443}
_IN_TRACES = "-=;:+&[]{}\"',"


class Link:
    """The way to one endpoint. `idle` has the connections of threads, `pools` those of event loops."""

    def __init__(self, probed: Probed, config: Any, tls: ssl.SSLContext | None) -> None:
        """`config` is the configuration of botocore's client.

        Raises:
            ConfigurationError: The address has parts that only botocore can send, or there is a proxy.
        """
        url = urlsplit(probed.url)
        self.url, self.host, path = probed.url, str(url.hostname), url.path or "/"
        if url.query or "//" in path or "/." in path or url.scheme not in _PORTS:
            raise no_direct_way(f"the endpoint is {self.url}")
        if not all(text.isascii() and text.isprintable() for text in (probed.user_agent, self.host)):
            what = "the User-Agent or the host"
            raise no_direct_way(f"{what} has a line break, or another character that is not ASCII")
        if proxy := _proxy_of(config, url):
            raise no_direct_way(f"there is a proxy on the way: {urlsplit(proxy).hostname or 'of an unknown kind'}")
        usual = _PORTS[url.scheme]
        self.port = url.port or usual
        host = f"[{self.host}]" if ":" in self.host else self.host
        header = host if self.port == usual else f"{host}:{self.port}"
        self.tls = tls if url.scheme == "https" else None
        self.connect_timeout: float | None = config.connect_timeout
        self.read_timeout: float | None = config.read_timeout
        most: int = config.max_pool_connections
        self.limit = most if most > 0 else sys.maxsize  # as botocore takes it
        self.keeps_alive = bool(getattr(config, "tcp_keepalive", False))
        self.idle: deque[Any] = deque()
        self.closed = 0  # how often the idle connections were closed
        self.pools: dict[Any, Any] = {}
        self._signer = Signer(header, probed.region, probed.service, path)
        self._is_in_lambda = "AWS_LAMBDA_FUNCTION_NAME" in os.environ
        self._heads: dict[str, str] = {}
        self._first_lines = (
            f"POST {quote(path, safe='/~%')} HTTP/1.1\r\nHost: {header}\r\nUser-Agent: {probed.user_agent}\r\n"
            f"Accept-Encoding: identity\r\nContent-Type: {CONTENT_TYPE}\r\n"
        )
        links.add(self)
        weakref.finalize(self, close_all, self.idle)  # also when the program ends

    def close_idle(self) -> None:
        """Close the connections that no thread uses. Those in use are closed after their response."""
        self.closed += 1
        close_all(self.idle)

    def request(self, operation: str, body: bytes, keys: Keys, attempt: str, skew: float) -> bytes:
        """Return a whole signed request. `attempt` has the headers about retries, `skew` is what our clock lacks."""
        target = f"{_API}.{operation}"
        head = self._heads.get(operation)
        if head is None:
            head = self._heads[operation] = f"{self._first_lines}X-Amz-Target: {target}\r\n"
        signed = self._signer.sign(target, body, keys, time.time() + skew)
        trace = self._trace() if self._is_in_lambda else ""
        return f"{head}{signed}{trace}{attempt}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body

    def _trace(self) -> str:
        """Return the header by which X-Ray follows a request of a Lambda function."""
        trace = os.environ.get("_X_AMZN_TRACE_ID")
        return f"X-Amzn-Trace-Id: {quote(trace, safe=_IN_TRACES)}\r\n" if trace else ""


links: WeakSet[Link] = WeakSet()  # all of this process


def close_all(idle: deque[Any]) -> None:
    """Close idle connections."""
    with suppress(IndexError):  # another thread has taken the last one
        while idle:
            idle.pop().close()


def _proxy_of(config: Any, url: SplitResult) -> str | None:
    """Return the proxy that botocore would use."""
    if config.proxies is not None:
        given: str | None = config.proxies.get(url.scheme)
        return given
    place = url.netloc.rpartition("@")[2]  # the environment may name ports too
    return None if urllib.request.proxy_bypass(place) else urllib.request.getproxies().get(url.scheme)
