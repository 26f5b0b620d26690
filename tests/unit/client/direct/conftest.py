"""Direct clients on a scripted server, asked by a thread and by an event loop."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from pydantic import BaseModel
from scripted_server import Answer, Authority, ScriptedServer, serving

from pydamodb._client.direct import async_sending, sending
from pydamodb._client.direct.transports import Transport
from pydamodb._operations.requests import Request
from pydamodb._operations.table import ModelTable

Ask = Callable[[Transport, Request], Any]
Serve = Callable[..., Any]


class Character(BaseModel):
    name: str


TABLE = ModelTable(Character, "characters", False, {})


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing of the machine in."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "PYDAMODB_")) or name.lower().endswith("_proxy") or name == "REQUESTS_CA_BUNDLE":
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(params=["thread", "event loop"])
def ask(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Return what sends a request and waits for the reply, with pauses as short as can be."""
    monkeypatch.setattr("random.random", lambda: 0.001)
    if request.param == "thread":
        yield sending.send
        return
    loop = asyncio.new_event_loop()
    yield lambda transport, call: loop.run_until_complete(async_sending.send(transport, call))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority that nobody knows."""
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def serve() -> Serve:
    """Return a context manager that runs a server, and opens a transport to it."""

    @contextmanager
    def serve(
        script: Callable[[int, bytes, bytes], Answer] | Answer,
        *,
        tls: ssl.SSLContext | None = None,
        verify: Any = None,
        session: Any = None,
        **config: Any,
    ) -> Iterator[tuple[ScriptedServer, Transport]]:
        session = session or boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
        with serving(script if callable(script) else lambda *_: script, tls) as server:
            options = {"read_timeout": 20, "connect_timeout": 20, **config}
            url = f"https://localhost:{server.port}" if tls else f"http://127.0.0.1:{server.port}"
            transport = Transport(session, Config(**options), verify, endpoint_url=url)
            yield server, transport
            for link in transport.links():
                while link.idle:
                    link.idle.pop().close()

    return serve


@pytest.fixture
def get() -> Request:
    """Return a request that may be repeated."""
    return Request("GetItem", {"TableName": "characters", "Key": {"name": {"S": "x"}}}, (TABLE,))


@pytest.fixture
def add() -> Request:
    """Return a request that must not be repeated."""
    return Request("UpdateItem", {"TableName": "characters"}, (TABLE,), repeatable=False)
