"""DynamoDB Local for a run of pytest: found, started, stopped. A program of ours stands for Java."""

import os
import socket
import sys
from pathlib import Path

import pytest

from pydamodb._testing import local_server

LISTENS = """
import socket, sys, time
with socket.create_server(("127.0.0.1", int(sys.argv[-1]))) as server:
    print(*sys.argv[1:], file=open("arguments", "w"))
    {}
    time.sleep(60)
"""


@pytest.fixture
def java(tmp_path, monkeypatch):
    """Return a function that installs a program as Java, in the folder of the engine."""
    (tmp_path / "DynamoDBLocal.jar").touch()
    monkeypatch.setenv("PYDAMODB_DYNAMODB_LOCAL", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def install(program: str) -> Path:
        path = tmp_path / "java"
        path.write_text(f"#!{sys.executable}\n{program}", encoding="utf-8")
        path.chmod(0o755)
        return tmp_path

    return install


def listens(address: str) -> bool:
    """Return True if a server listens at an address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0


def test_the_server_runs_until_the_end(java):
    """In memory, on a free port."""
    folder = java(LISTENS.format(""))
    at_end = []
    address = local_server.start(at_end.append)
    assert listens(address)
    port = address.rpartition(":")[2]
    expected = f"-Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -port {port}\n"
    assert expected == (folder / "arguments").read_text(encoding="utf-8")
    while at_end:
        at_end.pop()()
    assert not listens(address)


def test_a_server_that_ignores_signals_is_stopped_too(java, monkeypatch):
    """By force, after a while."""
    monkeypatch.setattr(local_server, "STOP_SECONDS", 0.01)
    java("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + LISTENS.format(""))
    at_end = []
    address = local_server.start(at_end.append)
    while at_end:
        at_end.pop()()
    assert not listens(address)


@pytest.mark.parametrize(
    ("program", "seconds"), [("raise SystemExit('no memory')", 60.0), ("import time; time.sleep(60)", -1.0)]
)
def test_a_server_that_does_not_start_is_shown(java, monkeypatch, program, seconds):
    """With what it has said."""
    monkeypatch.setattr(local_server, "START_SECONDS", seconds)
    java(program)
    at_end = []
    said = "no memory" if "memory" in program else ""
    with pytest.raises(local_server.NoServerError, match=rf"^DynamoDB Local did not start:\n{said}$"):
        local_server.start(at_end.append)
    while at_end:
        at_end.pop()()


@pytest.mark.parametrize("folder", [None, "", "/nowhere"])
def test_the_folder_must_be_named(monkeypatch, folder):
    """Nothing is downloaded, so the message says where it is."""
    monkeypatch.delenv("PYDAMODB_DYNAMODB_LOCAL", raising=False)
    if folder is not None:
        monkeypatch.setenv("PYDAMODB_DYNAMODB_LOCAL", folder)
    found = "there is no DynamoDBLocal.jar in '/nowhere'" if folder else "it is not set"
    with pytest.raises(local_server.NoServerError, match=rf"PYDAMODB_DYNAMODB_LOCAL names .*, and {found}. https://"):
        local_server.start([].append)


def test_java_must_be_there(java, monkeypatch, tmp_path):
    """The message says so."""
    java("")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(local_server.NoServerError, match=r"^--dynamodb=local needs Java, and there is no `java` on"):
        local_server.start([].append)
