"""DynamoDB Local for a run of pytest, from a folder of this machine. Nothing is downloaded."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = "PYDAMODB_DYNAMODB_LOCAL"
HOST = "127.0.0.1"
JAR = "DynamoDBLocal.jar"
START_SECONDS, STOP_SECONDS, PAUSE = 60.0, 10.0, 0.05
_SOURCE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.html"


class NoServerError(Exception):
    """DynamoDB Local cannot be started. The message says why, and what to do."""


def start(at_end: Callable[[Callable[[], object]], object]) -> str:
    """Start the server, and return its address. `at_end` gets the function that stops it.

    Raises:
        NoServerError: There is no such folder, no Java, or the server does not start.
    """
    given = os.environ.get(FOLDER)
    if not given or not (Path(given) / JAR).is_file():
        found = f"there is no {JAR} in {given!r}" if given else "it is not set"
        message = f"--dynamodb=local needs DynamoDB Local on this machine: {FOLDER} names the folder of {JAR}, and"
        raise NoServerError(f"{message} {found}. {_SOURCE} has it")
    java = shutil.which("java")
    if java is None:
        raise NoServerError("--dynamodb=local needs Java, and there is no `java` on PATH")
    port = _free_port()
    command = [java, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", JAR, "-inMemory", "-port", str(port)]
    log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the server runs
    at_end(log.close)
    process = subprocess.Popen(  # noqa: S603 - the program that was asked for
        command,
        cwd=given,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for pytest, which stops the server last
    )
    at_end(lambda: _stop(process))
    deadline = time.monotonic() + START_SECONDS
    while not _listens(port):
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            said = log.read().decode(errors="replace").strip()[-2000:]
            raise NoServerError(f"DynamoDB Local did not start:\n{said}")
        time.sleep(PAUSE)
    return f"http://{HOST}:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server: politely, then by force."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
