"""Run ministack, an imitation of DynamoDB, on this machine while a command runs: nothing is kept.

    python scripts/ministack.py -- pytest tests/integration

It has what DynamoDB Local lacks: vector search, and index keys of several attributes. It is installed once, with pip,
into an environment of its own, `.cache/ministack-...` (or below the folder that MINISTACK_CACHE names).
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

from dynamodb_local import HOST, Interruption, free_port, run_beside, started, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGE = "ministack==1.5.33"


def installed() -> Path:
    """Return the folder of ministack's environment, made first if it is not there yet."""
    cache = Path(os.environ.get("MINISTACK_CACHE") or Path(__file__).resolve().parent.parent / ".cache")
    folder = cache.absolute() / PACKAGE.replace("==", "-")
    stamp = folder / "installed"
    if not stamp.is_file():
        print(f"Installing {PACKAGE} ...", file=sys.stderr, flush=True)
        venv.create(folder, clear=True, with_pip=True)
        pip = [python_of(folder), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", PACKAGE]
        if code := subprocess.run(pip, stdin=subprocess.DEVNULL, check=False).returncode:
            sys.exit(f"`pip install {PACKAGE}` failed with exit code {code}.")
        stamp.touch()
    return folder


def python_of(folder: Path) -> str:
    """Return the Python of an environment."""
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def run(command: Sequence[str]) -> int:
    """Run `command` with ministack's address in its environment; return its exit code."""
    folder, port = installed(), free_port()
    environment = {
        **os.environ,
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "SERVICES": "dynamodb,dynamodbstreams",
        "LOG_LEVEL": "WARNING",
        "PERSIST_STATE": "0",
    }
    interruption = Interruption()
    with started([python_of(folder), "-m", "ministack"], folder, environment) as (process, log):
        wait_until_ready(process, log, port, interruption, "ministack")
        return run_beside(port, command, interruption)


def main(arguments: list[str]) -> int:
    """Read the command line and do what it says; return the exit code."""
    if arguments[:1] != ["--"] or arguments == ["--"]:
        sys.exit("usage: ministack.py -- COMMAND ...")
    return run(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
