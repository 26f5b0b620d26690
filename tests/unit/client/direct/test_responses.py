"""The reader of responses: whole in whatever pieces, and strict. h11 is the oracle of what HTTP means."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import pairwise

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydamodb._client.direct import responses
from pydamodb._client.direct.responses import MalformedResponse, Response, ResponseReader

OK = b"HTTP/1.1 200 OK\r\n"


def read(*pieces: bytes) -> Response | None:
    """Feed pieces to a reader until it has a response."""
    reader = ResponseReader()
    for piece in pieces:
        if (response := reader.feed(piece)) is not None:
            return response
    return None


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Cut bytes at places."""
    at = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[begin:end] for begin, end in pairwise(at) if begin < end]


@st.composite
def chunked(draw: st.DrawFn, body: bytes) -> bytes:
    """Write a body in chunks, some with extensions."""
    written, at = b"", 0
    while at < len(body):
        size = draw(st.integers(1, 300))
        part = body[at : at + size]
        extension = draw(st.sampled_from([b"", b";a=1", b" ;a", b"  "]))
        written += b"%x%s\r\n%s\r\n" % (len(part), extension, part)
        at += size
    return written + b"0\r\n\r\n"


@st.composite
def whole(draw: st.DrawFn) -> tuple[int, bytes, bytes]:
    """Make a response: its status, its body, and its bytes."""
    body = draw(st.binary(max_size=2000))
    status = draw(st.integers(200, 599).filter(lambda each: each not in {204, 304}))
    head = b"HTTP/1.1 %d Some Reason\r\nServer: Server\r\nx-amz-crc32: 12\r\nX-Amzn-RequestId:  abc \r\n" % status
    if draw(st.booleans()):
        return status, body, head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    return status, body, head + b"Transfer-Encoding: chunked\r\n\r\n" + draw(chunked(body))


@given(response=whole(), places=st.lists(st.integers(0, 5000), max_size=8))
def test_any_cut_into_pieces_gives_the_response(response: tuple[int, bytes, bytes], places: list[int]) -> None:
    """A network may cut anywhere."""
    status, body, data = response
    found = read(*cut(data, places))
    assert found is not None
    assert (status, body, True, b"12", "abc") == (
        found.status,
        found.body,
        found.reusable,
        found.checksum,
        found.headers()["x-amzn-requestid"],
    )


@given(response=whole(), end=st.integers(0, 5000))
def test_no_response_is_complete_before_its_end(response: tuple[int, bytes, bytes], end: int) -> None:
    """A cut response is never taken for a whole one."""
    *_, data = response
    assert None is read(data[: end % len(data)])


@given(response=whole(), more=st.binary(min_size=1, max_size=40))
def test_a_connection_with_more_than_the_response_is_not_used_again(
    response: tuple[int, bytes, bytes], more: bytes
) -> None:
    """Nobody asked for what comes behind it."""
    _, body, data = response
    found = read(data + more)
    assert found is not None
    assert (body, False) == (found.body, found.reusable)


SMUGGLING = [
    b"Content-Length: 3",
    b"Content-Length: 3",
    b"content-length: +3",
    b"Content-Length: 3, 3",
    b"Content-Length : 3",
    b"Content-Length: -1",
    b"Content-Length: 99999999999",
    b"Content-Length: 0x3",
    b"Content-Length: 3 3",
    b"Content-Length:",
    b"\tContent-Length: 3",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding:\x0bchunked",
    b" folded",
    b"Connection: close",
    b"Connection: keep-alive",
    b"x: y",
    b"x: y\rz",
    b"x: y\x00",
    b"x\x00: y",
    b": v",
    b"Content-Encoding: gzip",
    b"\xff: y",
]
FIRST_LINES = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 200",
    b"HTTP/1.0 200 OK",
    b"HTTP/1.1 100 Continue",
    b"HTTP/1.1 204 No Content",
    b"HTTP/2 200 OK",
    b"ICY 200 OK",
    b"HTTP/1.1 2000 OK",
    b"HTTP/1.1 200 \x00",
    b"HTTP/1.1  200 OK",
    b"HTTP/1.1 200 OK\n",
    b"http/1.1 200 OK",
]
BODIES = [
    b"abc",
    b"3\r\nabc\r\n0\r\n\r\n",
    b"3;x\r\nabc\r\n0\r\nx: y\r\n\r\n",
    b"03\r\nabc\r\n00\r\n\r\n",
    b"+3\r\nabc\r\n",
]


@given(
    first=st.sampled_from(FIRST_LINES),
    lines=st.lists(st.sampled_from(SMUGGLING), max_size=4),
    body=st.sampled_from(BODIES),
)
def test_what_is_accepted_means_the_same_to_h11(first: bytes, lines: list[bytes], body: bytes) -> None:
    """Heads that smuggle are refused, or read as the oracle reads them."""
    data = b"\r\n".join([first, *lines]) + b"\r\n\r\n" + body
    try:
        found = read(data)
    except MalformedResponse:
        return
    if found is not None:
        assert (found.status, found.body) == read_by_h11(data)


def read_by_h11(data: bytes) -> tuple[int, bytes]:
    """Read a response as h11 does."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="POST", target="/", headers=[("host", "x"), ("content-length", "0")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    connection.receive_data(b"")
    event, body = connection.next_event(), b""
    assert isinstance(event, h11.Response)
    while isinstance(part := connection.next_event(), h11.Data):
        body += part.data
    return event.status_code, body


@given(data=st.binary(max_size=200), places=st.lists(st.integers(0, 200), max_size=4), is_behind_head=st.booleans())
def test_random_bytes_are_refused_or_wait_for_more(data: bytes, places: list[int], is_behind_head: bool) -> None:
    """No other exception leaves the reader."""
    head = OK + b"Transfer-Encoding: chunked\r\n\r\n" if is_behind_head else b""
    with suppress(MalformedResponse):
        assert read(*cut(head + data, places)) is None or is_behind_head


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<html>" + b"x" * responses.HEAD_LIMIT, "the head of the response is too long"),
        (b"<html>\r\n\r\n", "the response begins with b'<html>'"),
        (OK + b"\r\n", "the response has the length None"),
        (OK + b"Content-Length: 99999999\r\n\r\n", "the response has the length b'99999999'"),
        (OK + b"Content-Length: 2\r\ncontent-length: 2\r\n\r\n", "the response has content-length twice"),
        (OK + b"x-amz-crc32: 2\r\nX-Amz-Crc32: 2\r\n\r\n", "the response has x-amz-crc32 twice"),
        (OK + b"Content-Length: 2\r\nContent-Encoding: gzip\r\n\r\n", "the response is compressed"),
        (OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n", "the response is coded as b'chunked'"),
        (b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "the response is coded as b'chunked'"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\n", "a chunk of the response has no length"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", "or one that is too large"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc", "a chunk of the response has another length than it says"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 2000, "the line of a chunk is too long"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nx: y\r\n\r\n", "the response has trailers"),
    ],
)
def test_a_malformed_response_is_refused_with_its_reason(data: bytes, problem: str) -> None:
    """The reason is for logs."""
    with pytest.raises(MalformedResponse, match=re.escape(problem)):
        read(data)


@pytest.mark.parametrize(
    ("head", "reusable"),
    [
        (b"HTTP/1.1 200 OK\r\n", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n", False),
        (b"HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\n", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\n", False),
        (b"HTTP/1.0 200 OK\r\n", False),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", True),
    ],
)
def test_a_connection_is_used_again_if_the_server_keeps_it_open(head: bytes, reusable: bool) -> None:
    """Both versions of HTTP have their own default."""
    found = read(head + b"Content-Length: 2\r\n\r\n{}")
    assert found is not None
    assert reusable is found.reusable


def test_large_pieces_are_asked_for_only_when_they_are_to_come() -> None:
    """The first piece is small, the rest as large as it is."""
    reader = ResponseReader()
    wanted = [reader.wanted()]
    reader.feed(OK + b"Content-Length: 1000000\r\n\r\n")
    wanted.append(reader.wanted())
    reader.feed(b"x" * 800_000)
    wanted.append(reader.wanted())
    assert [64 * 1024, 512 * 1024, 200_000] == wanted


@pytest.mark.parametrize("size", [1, 2, 3, 1023])
def test_chunks_may_be_cut_anywhere(size: int) -> None:
    """In the line of a length, and in the end of the last one."""
    data = OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"5;a=1\r\nabcde\r\n" * 300 + b"0\r\n\r\n"
    found = read(*(data[at : at + size] for at in range(0, len(data), size)))
    assert found is not None
    assert (b"abcde" * 300, True) == (found.body, found.reusable)


def test_many_small_chunks_are_read_in_linear_time() -> None:
    """The bytes that came are counted, not measured anew for each chunk."""
    data = OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 100_000 + b"0\r\n\r\n"
    found = read(*(data[at : at + 64] for at in range(0, len(data), 64)))
    assert found is not None
    assert b"x" * 100_000 == found.body


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 30 Nov 2026 04:00:00 GMT", 1796011200.0),
        ("30 Nov", None),
        ("", None),
        ("Mon, 30 Nov 99999 04:00:00 GMT", None),
    ],
)
def test_the_time_of_the_server_is_in_its_head(date: str, expected: float | None) -> None:
    """It may be missing, or no time."""
    found = read(OK + b"Date: %s\r\nContent-Length: 0\r\n\r\n" % date.encode())
    assert found is not None
    assert expected == found.time()
    assert None is Response(200, b"", b"", reusable=True).time()
