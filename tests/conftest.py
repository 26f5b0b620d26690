"""What all tests share: credentials that cannot do harm, the engine, tables on it, and a look at what is sent to it.

The engine is moto, in this process, or the real endpoint that `AWS_ENDPOINT_URL_DYNAMODB` names.
"""

import functools
import importlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.loaders import JSONFileLoader
from hypothesis_profiles import load_profile
from slow_files import SLOW

from pydamodb.config import is_asynchronous

pytest_plugins = ["pydamodb_pytest", "pytester"]

load_profile()

SLOW_PATHS = [Path(__file__).parent / name for name in SLOW]
HOST = "127.0.0.1"
CLOSED_PORT = f"http://{HOST}:9/"
READY_SECONDS = 60
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import slow files where no slow test is wanted."""
    return True if config.option.markexpr == "not slow" and collection_path in SLOW_PATHS else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files."""
    for item in items:
        if any(path in SLOW_PATHS for path in (item.path, *item.path.parents)):
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def environment():
    """Give boto3 credentials and a region, unless there are some."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            if name not in os.environ:
                patch.setenv(name, value)
        yield


LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "")  # noqa: S104 - nothing is bound to it


def is_far(host: object) -> bool:
    """Return True for the name or the address of another machine."""
    name = host.decode() if isinstance(host, bytes) else host
    return isinstance(name, str) and not any(name == near or (near and name.startswith(near)) for near in LOOPBACK)


@pytest.fixture(scope="session")
def far_attempts():
    """Refuse to look up and to connect to other machines, and collect the attempts of this process."""
    far: list[str] = []

    def refuse(host: object) -> None:
        if is_far(host):
            far.append(str(host))
            raise AssertionError(f"a test tried to reach {host!r}")

    def guarded(connect):
        def guard(self, address):
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                refuse(address[0])
            return connect(self, address)

        return guard

    def look_up(host, *rest, **options):
        if isinstance(host, str):
            host.encode("idna")  # Python refuses some names before it asks anybody
        refuse(host)
        return getaddrinfo(host, *rest, **options)

    getaddrinfo = socket.getaddrinfo
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", look_up)
        yield far


@pytest.fixture(autouse=True)
def only_loopback(far_attempts):
    """Fail a test that tries to reach another machine, whatever becomes of the attempt."""
    far_attempts.clear()
    yield
    assert [] == far_attempts


@pytest.fixture(scope="session", autouse=True)
def service_descriptions():
    """Let all sessions share the files that describe services: boto3 reads 1 MB of JSON for each new one."""
    load = functools.cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: load(path))
        yield


@pytest.fixture(scope="session")
def on_moto(environment):
    """Return True if the engine is moto, which differs from DynamoDB in places."""
    return "AWS_ENDPOINT_URL_DYNAMODB" not in os.environ


@contextmanager
def running(command: Callable[[int], list[str]], log: Path, environment: Mapping[str, str] = os.environ):
    """Run a server of our own on a free port until the block ends; yield its process and the port.

    `command` gets the port, `log` what the server says.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    with (
        log.open("wb") as output,
        subprocess.Popen(command(port), env=environment, stdout=output, stderr=output) as process,  # noqa: S603
    ):
        try:
            deadline = time.monotonic() + READY_SECONDS
            while not listens(port):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)
            yield process, port
        finally:
            process.terminate()


def listens(port: int) -> bool:
    """Return True if a server listens on a port."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@pytest.fixture(scope="session")
def run_server():
    """Return a context manager that runs a server on a free port."""
    return running


@pytest.fixture(scope="session")
def server(on_moto, tmp_path_factory) -> Iterator[str | None]:
    """Return the address of the engine for asynchronous clients: moto's server; None for what the environment says."""
    if not on_moto:
        yield None
        return

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]

    with running(command, tmp_path_factory.mktemp("moto") / "log") as (_, port):
        yield f"http://{HOST}:{port}"


class TableMaker:
    """Makes tables of unique names, and deletes them in the end."""

    def __init__(self, dynamodb):
        """Start without any."""
        self.dynamodb = dynamodb
        self.made = []

    def __call__(
        self,
        *keys: str,
        types: Mapping[str, str] | None = None,
        global_indexes: Mapping[str, Sequence[str]] | None = None,
        local_indexes: Mapping[str, str] | None = None,
        includes: Mapping[str, Sequence[str]] | None = None,
        name: str | None = None,
    ):
        """Make a table: its key attributes, the types of those that are no strings, and its indexes.

        A global index is given by its name and its key attributes, a local one by its name and its sort key. It has all
        attributes of the items, or its keys and those that it `includes`.
        """
        types = types or {}
        wide = {**(global_indexes or {})}
        local = {index: (keys[0], sort_key) for index, sort_key in (local_indexes or {}).items()}
        attributes = dict.fromkeys([*keys, *(key for each in (*wide.values(), *local.values()) for key in each)])
        indexes = {
            kind: [
                {"IndexName": index, "KeySchema": key_schema(each), "Projection": projection(index, includes or {})}
                for index, each in given.items()
            ]
            for kind, given in {"GlobalSecondaryIndexes": wide, "LocalSecondaryIndexes": local}.items()
            if given
        }
        table = self.dynamodb.create_table(
            TableName=name or f"pydamodb-{uuid4().hex}",
            KeySchema=key_schema(keys),
            AttributeDefinitions=[
                {"AttributeName": each, "AttributeType": types.get(each, "S")} for each in attributes
            ],
            BillingMode="PAY_PER_REQUEST",
            **indexes,
        )
        self.made.append(table)
        return table

    def clean(self):
        """Delete all tables that are still there."""
        for table in self.made:
            delete_if_there(table)


def delete_if_there(table):
    """Delete a table, which a test may have done already."""
    try:
        table.delete()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def projection(index: str, includes: Mapping[str, Sequence[str]]):
    """Spell what an index has of the items."""
    if index not in includes:
        return {"ProjectionType": "ALL"}
    names = list(includes[index])
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": names} if names else {"ProjectionType": "KEYS_ONLY"}


def key_schema(keys: Sequence[str]):
    """Spell a key schema: the partition key, then perhaps the sort key."""
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]


@pytest.fixture(scope="module")
def make_table(dynamodb):
    """Return what makes tables."""
    maker = TableMaker(dynamodb)
    yield maker
    maker.clean()


@contextmanager
def requests_on(client) -> Iterator[list[str]]:
    """Collect the names of the operations that a client sends, one for each attempt, in their order."""
    sent: list[str] = []

    def note(event_name, **_):
        sent.append(event_name.rpartition(".")[2])

    client.meta.events.register("before-send.dynamodb", note)
    try:
        yield sent
    finally:
        client.meta.events.unregister("before-send.dynamodb", note)


@pytest.fixture(scope="session")
def requests_of():
    """Return a context manager that collects the names of the operations that a table's client sends."""
    return lambda table: requests_on(table.meta.client)


@contextmanager
def answers(client, operation: str, answer: Callable[[Any], tuple[int, Any] | None]):
    """Answer a client's requests for an operation in the engine's place.

    `answer` gets the request's body, parsed, and returns a status and a body; or None, to let the engine answer.
    """

    def reply(request, **_):
        answered = answer(json.loads(request.body))
        if answered is None:
            return None
        status, body = answered
        request.url = CLOSED_PORT  # moto's own handler looks at the request all the same
        content = json.dumps(body).encode()
        if not is_asynchronous(client):
            return AWSResponse(request.url, status, {}, Raw(content))
        aiobotocore = importlib.import_module("aiobotocore.awsrequest")
        return aiobotocore.AioAWSResponse(request.url, status, {}, AsyncRaw(content))

    event = f"before-send.dynamodb.{operation}"
    client.meta.events.register(event, reply)
    try:
        yield
    finally:
        client.meta.events.unregister(event, reply)


class Raw(BytesIO):
    """A body as urllib3 hands it out."""

    def stream(self, **_):
        """Yield all of it."""
        yield self.read()


class AsyncRaw(BytesIO):
    """A body as aiohttp hands it out."""

    raw_headers = ()  # where older versions of aiobotocore look for them

    async def read(self) -> bytes:
        """Return all of it."""
        return super().read()


@pytest.fixture(scope="session")
def answered():
    """Return a context manager that answers the requests of a table's client in the engine's place."""
    return lambda table, operation, answer: answers(table.meta.client, operation, answer)


@pytest.fixture(scope="session")
def failing(answered):
    """Return a context manager that lets all requests of a table's client for an operation fail with an error code."""

    def fail(table, operation, code, message="made up", status=400):
        body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}
        return answered(table, operation, lambda _: (status, body))

    return fail


@pytest.fixture
def no_pauses(monkeypatch):
    """Collect the pauses that the library makes, in seconds, instead of making them."""
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses
