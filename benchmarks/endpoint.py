"""A DynamoDB that knows its answers by heart, in a process of its own: it costs next to nothing, and keeps what it got.

    python -m benchmarks.endpoint    # prints its port, and serves until its standard input ends

It decides by the operation and the table's name, and understands nothing. The last requests of each operation are kept:
the operation `Recorded` hands them out, for those who check what was sent.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import subprocess
import sys
import threading
from collections import defaultdict, deque
from collections.abc import Generator
from pathlib import Path
from typing import Any

from benchmarks.answers import PAGED, answer, page_of_many, response

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
CHUNK = 1 << 18
KEPT = 8  # a batch of 100 takes four requests

_TARGET = re.compile(rb"x-amz-target: *\w+\.(\w+)", re.IGNORECASE)
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_TABLE = re.compile(rb'"((?:records|nested)(?:-\w+)?)"')
_START = re.compile(rb'"page-(\d+)"')


class Endpoint:
    """What all connections share."""

    def __init__(self) -> None:
        self._recorded: defaultdict[str, deque[bytes]] = defaultdict(lambda: deque(maxlen=KEPT))

    def answer(self, operation: str, body: bytes) -> bytes:
        """Return the response to a request."""
        if operation == "Recorded":
            kept = self._recorded.pop(body.decode(), ())
            return response(b"[" + b",".join(kept) + b"]")
        self._recorded[operation].append(body)
        if operation == "UpdateItem" and b'"ALL_NEW"' in body:
            operation = "UpdateItem ALL_NEW"
        found = _TABLE.search(body)
        table = found[1].decode() if found else ""
        if table == PAGED and operation in {"Query", "Scan"}:
            start = _START.search(body)
            return page_of_many(int(start[1]) + 1 if start else 1)
        return answer(operation, table)

    def serve(self, connection: socket.socket) -> None:
        """Answer the requests of a connection until it is closed."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, contextlib.suppress(ConnectionError):
            received = b""
            while True:
                while (end := received.find(b"\r\n\r\n")) < 0:
                    if not (chunk := connection.recv(CHUNK)):
                        return
                    received += chunk
                head = received[:end]
                length, target = _LENGTH.search(head), _TARGET.search(head)
                whole = end + 4 + (int(length[1]) if length else 0)
                while len(received) < whole:
                    received += connection.recv(CHUNK)
                operation = target[1].decode() if target else ""
                connection.sendall(self.answer(operation, received[end + 4 : whole]))
                received = received[whole:]

    def accept(self, listener: socket.socket) -> None:
        """Give each connection a thread."""
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()


def recorded(url: str, operation: str) -> list[dict[str, Any]]:
    """Take the last requests of an operation from a running endpoint."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    with contextlib.closing(connection):
        connection.request("POST", "/", body=operation, headers={"X-Amz-Target": "Benchmark.Recorded"})
        requests: list[dict[str, Any]] = json.loads(connection.getresponse().read())
        return requests


@contextlib.contextmanager
def running() -> Generator[str]:
    """Run an endpoint in a process of its own, and give its URL."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.endpoint"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError  # both are pipes
        port = process.stdout.readline().strip()
        try:
            yield f"http://{HOST}:{port}"
        finally:
            process.stdin.close()


def main() -> None:
    """Serve until standard input ends, as it does when the parent does."""
    endpoint = Endpoint()
    with socket.create_server((HOST, 0), backlog=64) as listener:
        threading.Thread(target=endpoint.accept, args=(listener,), daemon=True).start()
        print(listener.getsockname()[1], flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
