"""Reads one HTTP response from bytes, in whatever pieces they come. No I/O.

A response has a length or comes in chunks. Whatever else HTTP allows is refused: interim responses, both lengths, two
lengths, folded lines, trailers, compression. A reader that guesses may take a part of one response for the next one.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from typing_extensions import NamedTuple

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 64 * 1024 * 1024
# glibc gets memory of more than 128 KiB from the system each time: a first piece is smaller, and large ones are asked
# for only when they are to come.
FIRST, LARGEST = 64 * 1024, 512 * 1024
_LINE_LIMIT = 1024  # of a chunk
_SHOWN = 60  # bytes of a wrong response in a message
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_HEAD = re.compile(rb"HTTP/1\.([01]) (?!204|304)([2-5]\d\d)(?: [^\r\n\0]*)?((?:\r\n" + _TOKEN + rb":[^\r\n\0]*)*)")
_FRAMING = re.compile(
    rb"\r\n(content-length|transfer-encoding|content-encoding|connection|x-amz-crc32):[ \t]*([^\r\n]*)", re.IGNORECASE
)
_DIGITS = re.compile(rb"\d{1,9}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,7})[ \t]*(?:;[^\r\n\0]*)?")
_CHUNKED = -1  # a length that is not known


class MalformedResponse(Exception):  # noqa: N818 - it says what came
    """What came is no response that this room accepts. The text shows at most the beginning of a head."""


class Response(NamedTuple):
    """A response that was read to its end. If it is `reusable`, the next one may come by the same connection."""

    status: int
    head: bytes
    body: bytes
    reusable: bool
    checksum: bytes | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers, with names in lower case."""
        pairs = (line.split(":", 1) for line in self.head.decode("latin-1").split("\r\n") if line)
        return {name.lower(): value.strip(" \t") for name, value in pairs}

    def time(self) -> float | None:
        """Return the server's time in seconds since 1970, None without one."""
        try:
            return parsedate_to_datetime(self.headers()["date"]).timestamp()
        except (KeyError, TypeError, ValueError, OverflowError):
            return None


class ResponseReader:
    """One response, from the bytes of a connection."""

    __slots__ = ("_body", "_buffer", "_checksum", "_head", "_left", "_parts", "_reusable", "_status")

    def __init__(self) -> None:
        self._buffer = b""  # the beginning of a head, or of the line of a chunk
        self._head: bytes | None = None  # the lines of the headers
        self._parts: list[bytes] = []
        self._body: bytearray | None = None  # of chunks
        self._left = 0  # bytes that are to come: of the body, or of the chunk with the end of its line
        self._status, self._reusable = 0, False
        self._checksum: bytes | None = None

    def feed(self, data: bytes) -> Response | None:
        """Take the next bytes. Return the response when it is complete.

        Raises:
            MalformedResponse: It is no response that this room accepts.
        """
        if self._head is None:
            if self._buffer:
                data = self._buffer + data
            end = data.find(b"\r\n\r\n", 0, HEAD_LIMIT)
            if end < 0:
                if len(data) >= HEAD_LIMIT:
                    raise MalformedResponse("the head of the response is too long")
                self._buffer = data
                return None
            self._read_head(data, end)
            data, self._buffer = data[end + 4 :], b""
        if self._body is not None:
            return self._feed_chunks(self._body, data)
        self._left -= len(data)
        if self._left > 0:
            self._parts.append(data)
            return None
        if self._left < 0:  # nobody asked for more
            data, self._reusable = data[: self._left], False
        return self._response(b"".join((*self._parts, data)) if self._parts else data)

    def wanted(self) -> int:
        """Return how many bytes to ask for."""
        return min(max(self._left, FIRST), LARGEST)

    def _read_head(self, data: bytes, end: int) -> None:
        match = _HEAD.fullmatch(data, 0, end)
        if match is None:
            raise MalformedResponse(f"the response begins with {data[: min(end, _SHOWN)]!r}")
        self._head = headers = match[3]
        framing: dict[bytes, bytes] = {}
        found: list[tuple[bytes, bytes]] = _FRAMING.findall(headers)
        for name, text in found:
            key, value = name.lower(), text
            if key in framing:
                if key != b"connection":
                    raise MalformedResponse(f"the response has {key.decode()} twice")
                value = framing[key] + b"," + value  # as if it stood in one line
            framing[key] = value.rstrip(b" \t").lower()
        self._left = _length(framing, is_old=match[1] == b"0")
        if self._left == _CHUNKED:
            self._left, self._body = 0, bytearray()
        if framing.get(b"content-encoding", b"identity") != b"identity":
            raise MalformedResponse("the response is compressed, and nobody asked for that")
        connection = framing.get(b"connection", b"")
        self._reusable = b"close" not in connection and (match[1] == b"1" or connection == b"keep-alive")
        self._status, self._checksum = int(match[2]), framing.get(b"x-amz-crc32")

    def _feed_chunks(self, body: bytearray, data: bytes) -> Response | None:
        if self._buffer:
            data, self._buffer = self._buffer + data, b""
        at = 0
        while True:
            if self._left:  # the rest of a chunk, and the end of its line
                piece = data[at : at + self._left]
                body += piece
                at += len(piece)
                self._left -= len(piece)
                if self._left:
                    return None
                if not body.endswith(b"\r\n"):
                    raise MalformedResponse("a chunk of the response has another length than it says")
                del body[-2:]
            end = data.find(b"\r\n", at, at + _LINE_LIMIT)
            if end < 0:
                if len(data) - at >= _LINE_LIMIT:
                    raise MalformedResponse("the line of a chunk is too long")
                self._buffer = data[at:]
                return None
            size = _CHUNK_SIZE.fullmatch(data, at, end)
            if size is None or len(body) + (count := int(size[1], 16)) > BODY_LIMIT:
                raise MalformedResponse("a chunk of the response has no length, or one that is too large")
            if count == 0:
                return self._end_chunks(body, data, at, end + 2)
            at, self._left = end + 2, count + 2

    def _end_chunks(self, body: bytearray, data: bytes, line: int, at: int) -> Response | None:
        """Read the empty line behind the last chunk, whose own line begins at `line`."""
        rest = data[at : at + 2]
        if rest == b"\r\n":
            self._reusable = self._reusable and at + 2 == len(data)
            return self._response(bytes(body))
        if not b"\r\n".startswith(rest):
            raise MalformedResponse("the response has trailers")
        self._buffer = data[line:]
        return None

    def _response(self, body: bytes) -> Response:
        return Response(self._status, self._head or b"", body, self._reusable, self._checksum)


def _length(framing: dict[bytes, bytes], *, is_old: bool) -> int:
    """Return the length that the head of a response says."""
    length, coding = framing.get(b"content-length"), framing.get(b"transfer-encoding")
    if coding is not None:
        if length is not None or coding != b"chunked" or is_old:
            raise MalformedResponse(f"the response is coded as {coding[:_SHOWN]!r}")
        return _CHUNKED
    if length is None or _DIGITS.fullmatch(length) is None or int(length) > BODY_LIMIT:
        raise MalformedResponse(f"the response has the length {length and length[:_SHOWN]!r}")
    return int(length)
