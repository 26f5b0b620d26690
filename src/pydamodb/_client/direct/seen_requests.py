"""Shows each request to the handlers of botocore's public event `before-send`, by which moto and tests answer.

A handler may also raise, or change the request. Few programs have such handlers, so that the request is taken apart
only if one looks at it.
"""

from __future__ import annotations

import re
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, HeadersDict

_BREAKS = re.compile(rb"[\r\n\0]+")


class SeenRequest(AWSPreparedRequest):  # type: ignore[misc]  # botocore has no types
    """A request as handlers know it."""

    def __init__(self, url: str, sent: bytes) -> None:
        """`sent` is the whole request, with its head."""
        self.__dict__.update(_url=url, _sent=sent, _prepared=None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._taken_apart(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._taken_apart(), name, value)

    def _taken_apart(self) -> AWSPreparedRequest:
        parts = self.__dict__
        if parts["_prepared"] is None:
            head, _, body = parts["_sent"].partition(b"\r\n\r\n")
            lines = (line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:])
            headers: Any = HeadersDict(lines)  # pyright: ignore[reportUnknownVariableType] - botocore has no types
            parts["_prepared"] = AWSPreparedRequest("POST", parts["_url"], headers, body, stream_output=False)
        return parts["_prepared"]

    def data(self) -> bytes | None:
        """Return the request as handlers left it, None if one sends it to another place."""
        parts = self.__dict__
        prepared: Any = parts["_prepared"]
        if prepared is None:
            whole: bytes = parts["_sent"]
            return whole
        if prepared.url != parts["_url"]:
            return None
        first = parts["_sent"].partition(b"\r\n")[0]
        body = prepared.body.encode() if isinstance(prepared.body, str) else bytes(prepared.body or b"")
        prepared.headers["Content-Length"] = str(len(body))
        lines = b"".join(b"\r\n%s: %s" % (_line(name), _line(value)) for name, value in prepared.headers.items())
        return b"%s%s\r\n\r\n%s" % (first, lines, body)


def _line(text: Any) -> bytes:
    """Return a part of a header without line breaks, which would begin another one."""
    return _BREAKS.sub(b" ", text if isinstance(text, bytes) else str(text).encode("latin-1", "replace"))
