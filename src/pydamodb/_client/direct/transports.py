"""A transport: what all requests of one client share, made of what botocore is configured for.

It needs a client of botocore for its configuration, its public events and its classes of errors, and sends nothing
with it.
"""

from __future__ import annotations

import os
from functools import partial
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from botocore.exceptions import BotoCoreError, HTTPClientError, SSLError
from pydantic_core import to_json

from pydamodb._client.direct.any_transport import AnyTransport
from pydamodb._client.direct.credentials import KeptCredentials
from pydamodb._client.direct.deliveries import Terms
from pydamodb._client.direct.links import Link
from pydamodb._client.direct.probes import no_direct_way, probe
from pydamodb._client.direct.responses import Response
from pydamodb._client.direct.seen_requests import SeenRequest
from pydamodb._client.direct.tls import Verify, tls_context
from pydamodb._client.direct.tracers import warn_of_tracers
from pydamodb._client.direct.verdicts import Lost
from pydamodb._client.exchange import NEVER_SENT
from pydamodb._core.observed import OnRequest
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.requests import Request

_ARN, _ANY = "arn:", "any-table"
_DESCRIBE, _SEARCH = "DescribeTable", "SearchVectors"


class Transport(AnyTransport):
    """The ways to the endpoints of one client, with its credentials, and the schemas of its tables."""

    def __init__(
        self, session: Any, config: Any, verify: Verify | None, *, on_request: OnRequest | None = None, **options: Any
    ) -> None:
        """Make a client with a session of boto3.

        Raises:
            ConfigurationError: The client does something that only botocore can do.
            BotoCoreError: botocore cannot make the client.
        """
        warn_of_tracers()
        self.client: Any = session.client("dynamodb", config=config, verify=verify, **options)
        meta = self.client.meta
        if (meta.config.retries or {}).get("mode") == "adaptive":
            raise no_direct_way("retries are adaptive, which only botocore has")
        profile = None if session.profile_name == "default" else session.profile_name
        self._tls = partial(tls_context, verify, profile, meta.config.client_cert)
        self.on_request = on_request
        self.schemas: dict[str, TableSchema] = {}
        self.terms = Terms(meta.config, meta.service_model, self.client.exceptions)
        self.credentials = KeptCredentials(session.get_credentials())
        self._events = meta.events
        self._lock = RLock()  # a handler may send a request of its own while botocore is asked
        # The way to the tables of an ARN; that of all names is under "". A search of vectors has another endpoint.
        self._links: dict[str, Link] = {}
        self._search_links: dict[str, Link] = {}
        # DescribeTable requests in flight, by event loop and by the name of the table.
        self.describing: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
        _transports.add(self)

    def links(self) -> list[Link]:
        """Return all links that there are."""
        return [*self._links.values(), *self._search_links.values()]

    def known_link(self, request: Request) -> Link | None:
        """Return the way of a request, None if botocore must be asked for it."""
        name = request.tables[0].table_name
        return self._links_of(request.operation).get(name if name.startswith(_ARN) else "")

    def _links_of(self, operation: str) -> dict[str, Link]:
        return self._search_links if operation == _SEARCH else self._links

    def find_link(self, request: Request) -> Link:
        """Ask botocore for the way of a request, once. A table that is given by its ARN may have its own endpoint.

        Raises:
            ConfigurationError: There is no direct way.
            BotoCoreError: botocore cannot sign a request, or a file of certificates cannot be read.
        """
        return self._find(request.tables[0].table_name, request.operation)

    def link_to_warm(self) -> Link | None:
        """Return the way to all tables that are given by names. Ask botocore for it, and for the credentials.

        Return None if a handler of `before-send` answers requests, as moto does: nobody needs a connection then.

        Raises:
            ConfigurationError: There is no direct way.
            BotoCoreError: botocore cannot sign a request.
        """
        link = self._find(_ANY, _DESCRIBE)
        data = link.request(_DESCRIBE, to_json({"TableName": _ANY}), self.credentials.keys(), "", self.terms.skew)
        return link if self.intercept(link, _DESCRIBE, data)[1] is None else None

    def _find(self, name: str, operation: str) -> Link:
        key = name if name.startswith(_ARN) else ""
        links = self._links_of(operation)
        with self._lock:
            if key not in links:
                probed = probe(self.client, name, _SEARCH if operation == _SEARCH else _DESCRIBE)
                links.setdefault(key, Link(probed, self.client.meta.config, self._tls_for(probed.url)))
            return links[key]

    def _tls_for(self, url: str) -> Any:
        if not url.startswith("https:"):
            return None
        try:
            return self._tls()
        except OSError as error:
            raise SSLError(endpoint_url=url, error=error) from error

    def intercept(self, link: Link, operation: str, data: bytes) -> tuple[bytes, Response | Lost | None]:
        """Show a request to the handlers of `before-send`. Return it as they left it, and their answer if there is one.

        Raises:
            ClientError: A handler has raised it: it is the end of the request.
            Exception: A handler has raised it, and it is none of botocore's.
        """
        seen = SeenRequest(link.url, data)
        try:
            answers = self._events.emit(f"before-send.dynamodb.{operation}", request=seen)
        except BotoCoreError as error:
            return data, Lost(error, not isinstance(error, NEVER_SENT))
        answer = next((each for _, each in answers if each is not None), None)
        if answer is not None:
            head = "".join(f"\r\n{name}: {value}" for name, value in answer.headers.items())
            headers = head.encode("latin-1", "replace")
            checksum = answer.headers.get("x-amz-crc32")
            expected = None if checksum is None else str(checksum).encode()
            return data, Response(answer.status_code, headers, answer.content, reusable=False, checksum=expected)
        left = seen.data()
        if left is None:
            problem = (
                "a handler of before-send changed the URL of a request, which the direct transport does not follow"
            )
            return data, Lost(HTTPClientError(error=problem), sent=False)
        return left, None

    def start_anew(self) -> None:
        """Have other locks, in a forked process: a thread of the parent may hold those that were there."""
        self._lock = RLock()
        self.terms.quota.start_anew()


_transports: WeakSet[Transport] = WeakSet()  # all of this process


def _start_anew() -> None:
    for transport in _transports:
        transport.start_anew()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_start_anew)
