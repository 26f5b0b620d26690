"""A server that answers requests as a test has scripted it, byte by byte, with TLS if that is wanted."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias
from zlib import crc32

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
# What is answered: bytes, bytes after a number of seconds each, or None to hang up.
Answer: TypeAlias = "bytes | list[tuple[float, bytes]] | None"


def ok(body: bytes = b"{}", *, extra: str = "", status: str = "200 OK", checksum: int | None = None) -> bytes:
    """Return a response with a body and its checksum."""
    checksum = crc32(body) if checksum is None else checksum
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nx-amz-crc32: {checksum}\r\nx-amzn-RequestId: R1\r\n"
    return f"{head}{extra}\r\n".encode() + body


def refused(code: str, *, status: str = "400 Bad Request", extra: str = "", **more: Any) -> bytes:
    """Return an error of DynamoDB's."""
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "made up", **more}
    return ok(json.dumps(body).encode(), extra=extra, status=status)


class ScriptedServer:
    """A thread for each connection. `script` gets the number of a request, its head and its body."""

    def __init__(self, script: Callable[[int, bytes, bytes], Answer], tls: ssl.SSLContext | None = None) -> None:
        self._script, self._tls = script, tls
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, 0), backlog=200)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    @property
    def open_connections(self) -> int:
        """Return how many connections are open."""
        with self._lock:
            return len(self._open)

    def hang_up(self) -> None:
        """Close all connections, and wait until that is done."""
        with self._lock:
            still_open = list(self._open)
        for each in still_open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self.wait_for(0)

    def wait_for(self, connections: int) -> None:
        """Wait until so many connections are open."""
        deadline = time.monotonic() + 20
        while self.open_connections != connections:
            assert time.monotonic() < deadline, self.open_connections
            time.sleep(0.002)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                with self._lock:
                    self.connections += 1
                    self._open.add(plain)
                thread = threading.Thread(target=self._serve, args=(plain,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, plain: socket.socket) -> None:
        connection = plain
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(plain, server_side=True)
                with self._lock:
                    self._open.discard(plain)
                    self._open.add(connection)
            with connection.makefile("rb") as requests:
                while self._answer(connection, requests):
                    pass
        except OSError:
            pass
        finally:
            connection.close()
            plain.close()
            with self._lock:
                self._open -= {plain, connection}

    def _answer(self, connection: socket.socket, requests: Any) -> bool:
        """Answer the next request; return False at the end."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = requests.readline()
            if not line:
                return False
            head += line
        body = requests.read(int(header(head, "Content-Length")))
        with self._lock:
            number = len(self.heads)
            self.heads.append(head)
            self.bodies.append(body)
        answer = self._script(number, head, body)
        for seconds, piece in [(0.0, answer)] if isinstance(answer, bytes) else answer or ():
            time.sleep(seconds)
            connection.sendall(piece)
        return answer is not None

    def close(self) -> None:
        """Stop."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(20)


def header(head: bytes, name: str) -> str:
    """Return the value of a header of a request."""
    for line in head.decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(": ")
        if key.lower() == name.lower():
            return value
    raise KeyError(name)


@contextmanager
def serving(
    script: Callable[[int, bytes, bytes], Answer], tls: ssl.SSLContext | None = None
) -> Iterator[ScriptedServer]:
    """Run a server until the block ends."""
    server = ScriptedServer(script, tls)
    try:
        yield server
    finally:
        server.close()


class Authority:
    """A certificate authority that nobody knows but who is given its file."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self._folder = folder
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        own = self._builder(self._name, self._key).add_extension(constraints, critical=True)
        identity = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        own = own.add_extension(usage, critical=True).add_extension(identity, critical=False)
        self.bundle = folder / f"{name}.pem"
        self.bundle.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))

    def issue(self, host: str) -> Path:
        """Return the file with a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        own = self._builder(subject, key).add_extension(x509.SubjectAlternativeName([name]), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = own.add_extension(issuer, critical=False).sign(self._key, hashes.SHA256())
        path = self._folder / f"{host}-{time.monotonic_ns()}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return path

    def context(self, host: str) -> ssl.SSLContext:
        """Return the context of a server with a certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.issue(host))
        return context
