"""What the way to DynamoDB may do: connections that end, stay silent or lie; TLS; forks; interrupted threads."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from moto import mock_aws
from scripted_server import Authority, ok, refused

from pydamodb import ConfigurationError
from pydamodb._client.direct import connections, transports
from pydamodb._client.direct.links import Link
from pydamodb._client.direct.sending import send
from pydamodb._client.direct.transports import Transport
from pydamodb._operations.requests import Request, RequestFailed

Ask = Callable[[Transport, Request], Any]
Serve = Callable[..., Any]


def numbered(number: int, *_: Any) -> bytes:
    """Answer with the number of the request."""
    return ok(b'{"Item":{"n":{"N":"%d"}}}' % number)


def number_of(reply: Any) -> int:
    """Return the number in such an answer."""
    return int(reply["Item"]["n"]["N"])


def failure(ask: Ask, transport: Transport, request: Request) -> RequestFailed:
    """Return the failure of a request."""
    with pytest.raises(RequestFailed) as caught:
        ask(transport, request)
    return caught.value


def link_of(transport: Transport) -> Link:
    """Return the only way of a transport."""
    (link,) = transport.links()
    return link


def test_one_connection_serves_many_requests(ask: Ask, serve: Serve, get: Request) -> None:
    """To open one takes longer than a request."""
    with serve(numbered) as (server, transport):
        assert [*range(20)] == [number_of(ask(transport, get)) for _ in range(20)]
        assert 1 == server.connections


def test_large_chunked_and_slow_responses_are_read(ask: Ask, serve: Serve, get: Request) -> None:
    """All by one connection."""
    big = b'{"Item":{"x":{"S":"' + b"y" * 3_000_000 + b'"}}}'
    parts = [big[at : at + 70_000] for at in range(0, len(big), 70_000)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    small = ok(b'{"Item":{"x":{"S":"1"}}}')
    answers: list[Any] = [
        ok(big),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n",
        [(0.002, small[at : at + 9]) for at in range(0, len(small), 9)],
    ]
    with serve(lambda number, *_: answers[number]) as (server, transport):
        sizes = [len(ask(transport, get)["Item"]["x"]["S"]) for _ in answers]
        assert ([3_000_000, 3_000_000, 1], 1) == (sizes, server.connections)


@pytest.mark.parametrize(
    "answer", [ok(extra="Connection: close\r\n"), b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"]
)
def test_a_connection_that_the_server_does_not_keep_is_closed(
    ask: Ask, serve: Serve, add: Request, answer: bytes
) -> None:
    """The next request gets another one."""
    with serve(answer) as (server, transport):
        ask(transport, add)
        ask(transport, add)
        assert (2, 2) == (server.connections, len(server.heads))


def test_a_connection_that_was_closed_meanwhile_is_not_used(ask: Ask, serve: Serve, add: Request) -> None:
    """A request that must not be repeated would have an unknown outcome. The event loop stands still meanwhile."""
    with serve(ok()) as (server, transport):
        for _ in range(3):
            ask(transport, add)
            server.hang_up()
        assert (3, 3) == (server.connections, len(server.heads))


@pytest.mark.parametrize("seconds", ["IDLE_SECONDS", "OLDEST_SECONDS"])
def test_a_connection_is_not_used_after_a_time(
    ask: Ask, serve: Serve, add: Request, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    """The server may be about to close it, and its name may have another address."""
    for name in ("connections", "async_connections"):
        monkeypatch.setattr(f"pydamodb._client.direct.{name}.{seconds}", -1.0)
    with serve(ok()) as (server, transport):
        for _ in range(3):
            ask(transport, add)
        assert 3 == server.connections


def test_bytes_that_come_unasked_end_a_connection(ask: Ask, serve: Serve, get: Request) -> None:
    """They are no answer to the next request."""
    evil = b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"evil":1}'
    with serve(lambda number, *_: ok() + evil if number == 0 else ok()) as (server, transport):
        assert ({}, {}) == (ask(transport, get), ask(transport, get))
        assert 2 == server.connections
    with serve(lambda number, *_: [(0, ok()), (0.05, evil)] if number == 0 else ok()) as (server, transport):
        ask(transport, get)
        time.sleep(0.1)  # until the bytes are there
        assert {} == ask(transport, get)
        assert 2 == server.connections


BROKEN: dict[str, tuple[Any, type[Exception]]] = {
    "hang up": (None, ConnectionClosedError),
    "cut": ([(0, ok(b'{"a":1}')[:-3]), (0.6, b"")], ReadTimeoutError),
    "html": ([(0, b"<html>"), (0.6, b"")], ReadTimeoutError),
    "slow": ([(0.6, ok())], ReadTimeoutError),
    "two lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", HTTPClientError),
    "no length": (b"HTTP/1.1 200 OK\r\n\r\n{}", HTTPClientError),
    "compressed": (ok(extra="Content-Encoding: gzip\r\n"), HTTPClientError),
    "interim": (b"HTTP/1.1 100 Continue\r\n\r\n" + ok(), HTTPClientError),
    "checksum": (ok(checksum=1), ChecksumError),
    "500": (refused("InternalServerError", status="500 X"), ClientError),
    "503 html": (b"HTTP/1.1 503 X\r\nContent-Length: 6\r\n\r\n<html>", ClientError),
}
KEPT = {"checksum", "500", "503 html"}  # the response was read to its end


@pytest.mark.parametrize("kind", BROKEN)
def test_what_may_be_repeated_is_sent_again_after_a_broken_answer(
    ask: Ask, serve: Serve, get: Request, kind: str
) -> None:
    """By another connection, unless the answer was read to its end."""
    answer, _ = BROKEN[kind]
    with serve(lambda number, *_: ok() if number else answer, read_timeout=0.3) as (server, transport):
        assert {} == ask(transport, get)
        assert (2, 1 if kind in KEPT else 2) == (len(server.heads), server.connections)


@pytest.mark.parametrize("kind", BROKEN)
def test_what_must_not_be_repeated_ends_with_an_unknown_outcome(
    ask: Ask, serve: Serve, add: Request, kind: str
) -> None:
    """After one request."""
    answer, error = BROKEN[kind]
    with serve(answer, read_timeout=0.3) as (server, transport):
        failed = failure(ask, transport, add)
        assert isinstance(failed.original, error)
        assert (True, 1) == (failed.unknown, len(server.heads))


def test_an_answer_that_comes_before_the_end_of_a_request_is_taken(add: Request) -> None:
    """A server hangs up on a request that is too large, and says so: the outcome is known."""
    answer = ok(b"", status="413 Content Too Large", extra="Connection: close\r\n")
    heads: list[bytes] = []

    def refuse() -> None:
        connection, _ = listener.accept()
        with connection:
            heads.append(connection.recv(1000))
            connection.sendall(answer)

    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    large = add._replace(payload={"TableName": "characters", "Item": {"name": {"S": 8_000_000 * "x"}}})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=refuse, daemon=True)
        server.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        failed = failure(send, Transport(session, None, None, endpoint_url=url), large)
        server.join(20)
    assert ("413", False, 1) == (failed.code, failed.unknown, len(heads))


def test_a_redirect_is_not_followed(ask: Ask, serve: Serve, get: Request) -> None:
    """Signed requests go to DynamoDB only."""
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with serve(answer) as (server, transport):
        failed = failure(ask, transport, get)
        assert ("302", False, 1) == (failed.code, failed.unknown, len(server.heads))


def test_a_request_that_nobody_takes_was_not_sent(ask: Ask, serve: Serve, add: Request) -> None:
    """It is tried again, though it must not be repeated."""
    with serve(ok(), retries={"total_max_attempts": 2, "mode": "standard"}) as (server, transport):
        server.close()
        failed = failure(ask, transport, add)
        assert (EndpointConnectionError, False) == (type(failed.original), failed.unknown)


@pytest.mark.parametrize("host", ["-" * 70, "a..b"])
def test_a_name_that_no_host_may_have_is_an_error_of_the_connection(
    ask: Ask, serve: Serve, get: Request, host: str
) -> None:
    """Python does not even look it up."""
    with serve(ok(), retries={"total_max_attempts": 1, "mode": "standard"}) as (_, transport):
        transport.find_link(get).host = host
        assert isinstance(failure(ask, transport, get).original, EndpointConnectionError)


@contextmanager
def full_port() -> Any:
    """Yield a port whose queue of connections is full: one more waits for ever."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_a_connection_has_a_time_limit(ask: Ask, serve: Serve, add: Request) -> None:
    """That of the client's configuration; nothing was sent."""
    with (
        full_port() as port,
        serve(ok(), connect_timeout=0.1, retries={"total_max_attempts": 2, "mode": "standard"}) as (_, transport),
    ):
        transport.find_link(add).port = port
        failed = failure(ask, transport, add)
        assert (ConnectTimeoutError, False) == (type(failed.original), failed.unknown)


def test_there_may_be_no_time_limits(ask: Ask, serve: Serve, get: Request) -> None:
    """Where the configuration has None."""
    pieces = [(0.002, each) for each in (ok()[:20], ok()[20:])]
    with serve(pieces, read_timeout=None, connect_timeout=None) as (_, transport):
        assert ({}, {}) == (ask(transport, get), ask(transport, get))


def test_connections_are_kept_alive_where_that_is_configured(ask: Ask, serve: Serve, get: Request) -> None:
    """By TCP itself."""
    with serve(ok(), tcp_keepalive=True) as (server, transport):
        ask(transport, get)
        ask(transport, get)
        assert (True, 1) == (link_of(transport).keeps_alive, server.connections)


def test_without_poll_connections_are_watched_by_select(
    ask: Ask, serve: Serve, add: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    monkeypatch.delattr(select, "poll")
    with serve(ok()) as (server, transport):
        ask(transport, add)
        ask(transport, add)
        server.hang_up()
        ask(transport, add)
        assert (2, 3) == (server.connections, len(server.heads))


def test_a_connection_that_comes_back_while_its_client_is_closed_is_closed(serve: Serve, get: Request) -> None:
    """Another thread closes the client at any moment, also in the last one."""

    class Idle(deque[Any]):
        def append(self, connection: Any) -> None:
            link.close_idle()
            super().append(connection)

    with serve(ok()) as (server, transport):
        link = transport.find_link(get)
        link.idle = Idle()
        send(transport, get)
        server.wait_for(0)
        assert 0 == len(link.idle)


# --- TLS ---


def test_tls_keeps_connections_too(ask: Ask, serve: Serve, add: Request, authority: Authority) -> None:
    """Its tickets are no answer, and no end."""
    with serve(numbered, tls=authority.context("localhost"), verify=str(authority.bundle)) as (server, transport):
        assert [*range(5)] == [number_of_add(ask(transport, add)) for _ in range(5)]
        assert server.connections <= 2  # the loop may stand still while a ticket waits
        server.hang_up()
        assert 5 == number_of_add(ask(transport, add))


def test_a_ticket_is_told_from_an_end(
    serve: Serve, get: Request, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are something to read. A connection that has ended may also be an error."""
    with serve(ok(), tls=authority.context("localhost"), verify=str(authority.bundle)) as (server, transport):
        stale = []
        for end in ("", "hang up", "error"):
            send(transport, get)
            connection = link_of(transport).idle.pop()
            if end == "hang up":
                server.hang_up()
            elif end == "error":
                monkeypatch.setattr(ssl.SSLSocket, "recv", Mock(side_effect=OSError))
            connection._has_news = lambda: True
            stale.append(connection.is_stale())
            connection.close()
        assert [False, True, True] == stale


def number_of_add(reply: Any) -> int:
    """Return the number in an answer to an update."""
    return number_of(reply)


@pytest.mark.parametrize("case", ["unknown authority", "another name", "the usual authorities", "an old protocol"])
def test_a_server_that_is_not_the_right_one_gets_nothing(
    *, ask: Ask, serve: Serve, add: Request, authority: Authority, tmp_path: Any, case: str
) -> None:
    """The outcome is known: nothing was sent."""
    context = authority.context("example.org" if case == "another name" else "localhost")
    verify: Any = True if case == "the usual authorities" else str(authority.bundle)
    if case == "unknown authority":
        verify = str(Authority(tmp_path, "other").bundle)
    if case == "an old protocol":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serve(ok(), tls=context, verify=verify) as (server, transport):
        failed = failure(ask, transport, add)
        tries = server.connections
        assert (SSLError, False, []) == (type(failed.original), failed.unknown, server.heads)
        assert (4 if case == "an old protocol" else 1) == tries  # a wrong certificate stays wrong


def test_a_handshake_has_a_time_limit(ask: Ask, serve: Serve, add: Request) -> None:
    """A server without TLS waits for a line, and we for its part of the handshake; nothing was sent."""
    options = {"connect_timeout": 0.1, "retries": {"total_max_attempts": 2, "mode": "standard"}}
    with serve(ok(), **options) as (server, transport):
        transport.find_link(add).tls = ssl.create_default_context()
        failed = failure(ask, transport, add)
        assert (ConnectTimeoutError, False, 0) == (type(failed.original), failed.unknown, len(server.heads))


def test_verify_false_checks_nothing(ask: Ask, serve: Serve, get: Request, authority: Authority) -> None:
    """As boto3 has it, for trials."""
    with serve(ok(), tls=authority.context("example.org"), verify=False) as (_, transport):
        assert {} == ask(transport, get)


# --- handlers of before-send ---


def test_a_handler_may_change_a_request(ask: Ask, serve: Serve, get: Request) -> None:
    """Its headers, or its body, whose length is then counted anew; a line break begins no header."""
    seen: list[str] = []

    def change(request: Any, **_: Any) -> None:
        seen.append(f"{request.method} {request.headers['X-Amz-Target']} {request.body.decode()}")
        request.headers["X-Mine"] = "1\r\nX-Yours: 2"
        request.body = '{"TableName":"other"}'

    with serve(ok()) as (server, transport):
        transport.client.meta.events.register("before-send.dynamodb.GetItem", change)
        ask(transport, get)
        ask(transport, get)
    body = json.dumps(get.payload, separators=(",", ":"))
    assert [f"POST DynamoDB_20120810.GetItem {body}"] * 2 == seen
    assert [b'{"TableName":"other"}'] * 2 == server.bodies
    assert b"\r\nX-Mine: 1 X-Yours: 2\r\n" in server.heads[0]
    assert b"\r\nContent-Length: 21\r\n" in server.heads[0]


def test_a_handler_cannot_send_a_request_to_another_place(ask: Ask, serve: Serve, add: Request) -> None:
    """It would be taken for a success of the right one."""

    def change(request: Any, **_: Any) -> None:
        request.url = "http://127.0.0.1:9/"

    with serve(ok()) as (server, transport):
        transport.client.meta.events.register("before-send.dynamodb.UpdateItem", change)
        failed = failure(ask, transport, add)
        assert (True, False, []) == ("changed the URL" in failed.message, failed.unknown, server.heads)


def test_a_request_that_a_handler_takes_apart_has_no_other_attributes(ask: Ask, serve: Serve, get: Request) -> None:
    """A copy asks for some of them."""
    seen: list[Any] = []
    with serve(ok()) as (_, transport):
        note = seen.append
        transport.client.meta.events.register("before-send.dynamodb.GetItem", lambda request, **_: note(request))
        ask(transport, get)
    assert (False, False) == (hasattr(seen[0], "__deepcopy__"), hasattr(seen[0], "nonsense"))


@pytest.mark.parametrize(
    ("error", "unknown", "attempts"),
    [
        (ConnectionClosedError(endpoint_url="x"), True, 1),
        (EndpointConnectionError(endpoint_url="x"), False, 4),
    ],
)
def test_a_handler_may_raise_an_error_of_botocore(
    *, ask: Ask, serve: Serve, add: Request, error: Exception, unknown: bool, attempts: int
) -> None:
    """As a test does that wants to see it: it is the end of the attempt."""
    with serve(ok()) as (server, transport):
        transport.client.meta.events.register("before-send.dynamodb.UpdateItem", break_it := Mock(side_effect=error))
        failed = failure(ask, transport, add)
        assert (error, unknown, attempts, []) == (failed.original, failed.unknown, break_it.call_count, server.heads)


def refusal(code: str) -> ClientError:
    """Return an error of a service, as botocore raises it."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "AssumeRole")


def test_a_handler_may_raise_an_error_of_dynamodb(ask: Ask, serve: Serve, get: Request) -> None:
    """It is the end of the request, which is not repeated, as with boto3."""
    error = refusal("ThrottlingException")
    with serve(ok()) as (server, transport):
        transport.client.meta.events.register("before-send.dynamodb.GetItem", refuse := Mock(side_effect=error))
        failed = failure(ask, transport, get)
        assert (error, "ThrottlingException", "no") == (failed.original, failed.code, failed.message)
        assert (1, []) == (refuse.call_count, server.heads)


def test_another_exception_of_a_handler_is_raised(ask: Ask, serve: Serve, get: Request) -> None:
    """As botocore does."""
    with serve(ok()) as (_, transport):
        transport.client.meta.events.register("before-send.dynamodb.GetItem", Mock(side_effect=KeyError("x")))
        with pytest.raises(KeyError):
            ask(transport, get)


def test_moto_answers_in_the_process(ask: Ask, get: Request) -> None:
    """Even if it began after the transport was opened."""
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    transport = Transport(session, None, None)
    link = transport.find_link(get)
    link.host, link.port = "127.0.0.1", 9
    with mock_aws():
        boto3.client("dynamodb", region_name="eu-central-1").create_table(
            TableName="characters",
            KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        item = {"name": {"S": "x"}}
        ask(transport, Request("PutItem", {"TableName": "characters", "Item": item}, get.tables))
        assert {"Item": item} == ask(transport, get)


# --- credentials ---


def test_missing_credentials_are_the_failure_of_the_request(ask: Ask, serve: Serve, get: Request) -> None:
    """At the first one, and later."""
    with serve(ok(), session=boto3.Session(region_name="eu-central-1")) as (_, transport):
        first = failure(ask, transport, get)
        assert (NoCredentialsError, None) == (type(first.original), first.code)
    with serve(ok()) as (_, transport):
        ask(transport, get)
        transport.credentials._source, transport.credentials._keys = None, None
        assert isinstance(failure(ask, transport, get).original, NoCredentialsError)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_refusal_of_credentials_is_the_failure_of_the_request(
    *, ask: Ask, serve: Serve, get: Request, is_first: bool
) -> None:
    """The service that gives a role out may refuse it, at the first request and later."""
    error = refusal("AccessDenied")
    with serve(ok()) as (_, transport):
        if is_first:
            transport.find_link = Mock(side_effect=error)
        else:
            ask(transport, get)
            transport.credentials._keys = None
            transport.credentials._source = Mock(get_frozen_credentials=Mock(side_effect=error), refresh_needed=None)
        failed = failure(ask, transport, get)
        assert (error, "AccessDenied", False) == (failed.original, failed.code, failed.unknown)


def test_what_has_no_direct_way_is_a_configuration_error(ask: Ask, serve: Serve, get: Request) -> None:
    """At the first request."""
    options = {"proxies": {"http": "http://127.0.0.1:9"}}
    with serve(ok(), **options) as (_, transport), pytest.raises(ConfigurationError, match="a proxy on the way"):
        ask(transport, get)


# --- threads and processes ---


def test_threads_get_their_own_answers(serve: Serve, get: Request) -> None:
    """Twelve of them on five connections that are kept."""
    wrong: list[Any] = []

    def echo(number: int, _: bytes, body: bytes) -> Any:
        return [(number % 3 * 0.001, ok(b'{"Item":%s}' % json.dumps(json.loads(body)["Key"]).encode()))]

    def work(transport: Transport, thread: int) -> None:
        for number in range(40):
            key = {"name": {"S": f"{thread} {number}"}}
            reply = send(transport, get._replace(payload={"TableName": "characters", "Key": key}))
            if reply != {"Item": key}:
                wrong.append(reply)

    with serve(echo, max_pool_connections=5) as (server, transport):
        threads = [threading.Thread(target=work, args=(transport, number)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ([], True) == (wrong, len(link_of(transport).idle) <= 5)
        server.wait_for(len(link_of(transport).idle))


def test_a_connection_that_another_thread_takes_first_is_missed(serve: Serve, get: Request) -> None:
    """Between the look at the idle ones and the grasp."""

    class Emptied(list[Any]):
        def __bool__(self) -> bool:
            return True

    with serve(ok()) as (_, transport):
        link = transport.find_link(get)
        kept, link.idle = link.idle, Emptied()  # type: ignore[assignment]
        assert None is connections._idle_one(link.idle)
        link.idle = kept
        assert {} == send(transport, get)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers")
def test_an_interrupted_thread_closes_its_connection(serve: Serve, get: Request) -> None:
    """The response that comes later is not that of the next request."""

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    def script(number: int, *_: Any) -> Any:
        return [(0.3, numbered(number))] if number == 0 else numbered(number)

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with serve(script) as (_, transport):
            transport.find_link(get)
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(KeyboardInterrupt):
                send(transport, get)
            assert 1 == number_of(send(transport, get))
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_its_own_connections(serve: Serve, get: Request) -> None:
    """Neither reads the responses of the other."""
    with serve(numbered) as (server, transport):
        send(transport, get)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:  # pragma: no cover - of another process
            try:
                held = transport._lock, transport.terms.quota._lock
                held[0].acquire(blocking=False)
                idle = len(link_of(transport).idle)
                os.write(writing, b"%d %d" % (idle, number_of(send(transport, get))))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert b"0 1" == os.read(reading, 20)
        os.close(reading)
        os.close(writing)
        assert (2, 2) == (number_of(send(transport, get)), server.connections)


def test_what_a_fork_does_in_the_child_leaves_no_connection(serve: Serve, get: Request) -> None:
    """Seen in this process."""
    with serve(ok()) as (server, transport):
        send(transport, get)
        lock = transport.terms.quota._lock
        connections._start_anew()
        transports._start_anew()
        assert (0, False) == (len(link_of(transport).idle), transport.terms.quota._lock is lock)
        server.wait_for(0)
        send(transport, get)


def test_connections_are_closed_when_the_program_ends(serve: Serve, get: Request) -> None:
    """Without a warning of Python's."""
    with serve(ok()) as (server, transport):
        send(transport, get)
        link_of(transport).close_idle()
        server.wait_for(0)
        program = f"""
import boto3
from pydamodb import DirectClient, PrimaryKeyModel, PydamoConfig, PartitionKey
from typing import Annotated
session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
client = DirectClient(session=session, endpoint_url="http://127.0.0.1:{server.port}")
class Character(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table=client.table("characters"))
    name: Annotated[str, PartitionKey]
print(Character.get_item("x"))
"""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-W", "error", "-X", "dev", "-c", program],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ("None\n", "") == (done.stdout, done.stderr)
        server.wait_for(0)


def test_all_of_it_works_without_what_windows_lacks(serve: Serve, get: Request) -> None:
    """Neither forks nor poll: the parts that need them are left out. The event loop waits by select too."""
    with serve(ok()) as (server, _):
        program = f"""
import asyncio, os, select, selectors
for name in ("fork", "register_at_fork"):
    delattr(os, name)
for name in ("poll", "epoll", "kqueue"):
    if hasattr(select, name):
        delattr(select, name)
import boto3
from typing import Annotated
from pydamodb import AsyncPrimaryKeyModel, DirectClient, PartitionKey, PrimaryKeyModel, PydamoConfig
session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
client = DirectClient(session=session, endpoint_url="http://127.0.0.1:{server.port}")
class One(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table=client.table("characters"))
    name: Annotated[str, PartitionKey]
class Other(AsyncPrimaryKeyModel):
    pydamo_config = PydamoConfig(table=client.table("characters"))
    name: Annotated[str, PartitionKey]
async def main():
    await client.warm(2)
    return [await Other.get_item("x") for _ in range(3)]
loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
print([One.get_item("x") for _ in range(3)], loop.run_until_complete(main()))
loop.run_until_complete(client.aclose())
loop.close()
"""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-W", "error", "-X", "dev", "-c", program],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ("[None, None, None] [None, None, None]\n", "") == (done.stdout, done.stderr)
        assert (3, 6) == (server.connections, len(server.heads))
