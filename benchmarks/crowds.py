"""Asynchronous reads by one task, by ten and by a hundred, and who takes part in them.

They run on an interpreter of their own, as one of the libraries needs Python 3.12. Without it, or without a library,
the others are measured: nothing here needs to be installed.
"""

from __future__ import annotations

import asyncio
import atexit
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from benchmarks.contest import Contestant
from benchmarks.endpoint import ROOT

# What does the reads, and what it is called.
CONTESTANTS = {
    "with_pydamodb_async": "pydamodb, direct and asynchronous",
    "with_aiobotocore": "aiobotocore + Pydantic",
    "with_dynamoxy": "dynamoxy",
}
_NEEDED = {"with_aiobotocore": "aiobotocore", "with_dynamoxy": "dynamoxy"}
LIBRARIES = ("aiobotocore", "aiohttp", "dynamoxy")

TASKS = (1, 10, 100)
# The reads, with how many a measurement has at least: all tasks together.
READS = {"get_item": 100, "query": 1}
WORKLOADS = {f"{read}_by_{tasks}": (read, tasks) for read in READS for tasks in TASKS}

# A measurement of a hundred pages takes many seconds: a few of them say as much as many short ones.
MOST_ROUNDS = {"query_by_100": 3}

PYTHON = ROOT / ".cache" / "bench-async-venv" / "bin" / "python"


def python() -> str:
    """Return the interpreter of asynchronous contestants: this one, if the other was not made."""
    return str(PYTHON) if PYTHON.exists() else sys.executable


def requests(workload: str) -> int:
    """Return how many requests a workload has."""
    read, tasks = WORKLOADS[workload]
    return max(READS[read], tasks)


def installed() -> list[str]:
    """Return the contestants whose library the interpreter has."""
    program = f"from importlib.util import find_spec; print(*(name for name in {LIBRARIES} if find_spec(name)))"
    found = subprocess.run([python(), "-c", program], check=True, capture_output=True, text=True).stdout.split()
    return [name for name in CONTESTANTS if _NEEDED.get(name) is None or _NEEDED[name] in found]


def versions() -> str:
    """Return the versions of the interpreter and its libraries, for the page."""
    program = (
        "import platform; from importlib.metadata import distributions; "
        "print('Python', platform.python_version(), "
        f"*(f'{{one.name}}|{{one.version}}' for one in distributions() if one.name in {LIBRARIES}), sep=', ')"
    )
    found = subprocess.run([python(), "-c", program], check=True, capture_output=True, text=True).stdout
    return found.strip().replace("Python, ", "Python ").replace("|", " ")


class Crowd(Contestant):
    """A contestant whose reads are coroutines: `read_get_item` and `read_query`. Its loop is one of many requests."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        for workload, (read, tasks) in WORKLOADS.items():
            call = getattr(self, f"read_{read}")
            setattr(self, workload, partial(self.run, self._by_all(call, tasks, requests(workload) // tasks)))
        atexit.register(self.close)

    def run(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Wait for one call."""
        return self.loop.run_until_complete(call())

    async def leave(self) -> None:
        """Close the client, if there is one that stays open."""

    def close(self) -> None:
        """End the loop and its connections; at the end of the program, if nobody has done so before."""
        atexit.unregister(self.close)
        self.run(self.leave)
        self.run(self.loop.shutdown_asyncgens)
        self.loop.close()

    @staticmethod
    def _by_all(call: Callable[[], Awaitable[Any]], tasks: int, each: int) -> Callable[[], Awaitable[Any]]:
        async def by_one() -> Any:
            result: Any = None
            for _ in range(each):
                result = await call()
            return result

        async def by_all() -> Any:
            return (await asyncio.gather(*(by_one() for _ in range(tasks))))[-1]

        return by_one if tasks == 1 else by_all
