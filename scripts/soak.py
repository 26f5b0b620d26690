"""Soak the direct transport: run it at full speed against DynamoDB Local, on a way that loses, cuts and refuses.

    python scripts/dynamodb_local.py run -- python scripts/soak.py --minutes 10 --kind tasks

Each worker counts in an item of its own, so that the count shows whether a write was lost or done twice; it also saves
and reads an item. Each minute, a line says how much memory the process has, how many files it holds open, and how many
requests it has sent. The end fails if a count is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from pydamodb import (
    AsyncPrimaryKeyModel,
    DirectClient,
    OperationError,
    PartitionKey,
    PrimaryKeyModel,
    PydamoConfig,
)

TABLE, WORKERS = "soak", 40
LIMIT = 1 << 20


class Way:
    """A server between the workers and the engine, in a process of its own: the memory is that of the workers alone."""

    def __init__(self, engine: str) -> None:
        """Lead to the engine."""
        self._engine = urlsplit(engine)

    async def serve(self) -> None:
        """Print the port, and pass requests on until the standard input ends."""
        server = await asyncio.start_server(self._pass, "127.0.0.1", 0, limit=LIMIT)
        async with server:
            print(server.sockets[0].getsockname()[1], flush=True)
            await asyncio.to_thread(sys.stdin.read)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass the requests of a connection on, except for some."""
        far_reader, far_writer = await asyncio.open_connection(self._engine.hostname, self._engine.port, limit=LIMIT)
        try:
            while True:
                request = await self._message(reader)
                fault = random.random()  # noqa: S311 - not a secret
                if fault < 0.005:  # noqa: PLR2004 - one in two hundred never arrives
                    return
                far_writer.write(request)
                answer = await self._message(far_reader)
                if fault < 0.01:  # noqa: PLR2004 - and one is carried out, but its answer is lost
                    return
                if fault < 0.015:  # noqa: PLR2004 - and one is cut
                    writer.write(answer[:-2])
                    await writer.drain()
                    return
                writer.write(answer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):  # cancelled at the end of the loop
            return
        finally:
            for each in (writer, far_writer):
                each.close()

    async def _message(self, reader: asyncio.StreamReader) -> bytes:
        """Read a whole request or answer."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        return head + await reader.readexactly(length)


@contextmanager
def way(engine: str) -> Generator[str]:
    """Run a way to the engine, and give its URL."""
    command = [sys.executable, __file__, "--way", engine]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError  # both are pipes
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()


class Counted(PrimaryKeyModel):
    """An item that a thread counts in."""

    name: Annotated[str, PartitionKey]
    count: int = 0
    text: str = ""


class AsyncCounted(AsyncPrimaryKeyModel):
    """An item that a task counts in."""

    name: Annotated[str, PartitionKey]
    count: int = 0
    text: str = ""


Tally = dict[str, Counter[str]]


def note(tally: Tally, name: str, error: OperationError | None) -> None:
    """Count the outcome of a request."""
    outcome = "confirmed" if error is None else "unknown" if error.outcome_unknown else "failed"
    tally.setdefault(name, Counter())[outcome] += 1


async def task(name: str, end: float, tally: Tally) -> None:
    """Work until the end."""
    while time.monotonic() < end:
        try:
            await AsyncCounted.update_item(name, updates=[AsyncCounted.attr.count.add(1)])
        except OperationError as error:
            note(tally, name, error)
        else:
            note(tally, name, None)
        try:
            await AsyncCounted(name=f"{name} copy", text="x" * random.randrange(4000)).save()  # noqa: S311
            await AsyncCounted.get_item(f"{name} copy")
        except OperationError:
            continue


def thread(name: str, end: float, tally: Tally) -> None:
    """Work until the end."""
    while time.monotonic() < end:
        try:
            Counted.update_item(name, updates=[Counted.attr.count.add(1)])
        except OperationError as error:
            note(tally, name, error)
        else:
            note(tally, name, None)
        try:
            Counted(name=f"{name} copy", text="x" * random.randrange(4000)).save()  # noqa: S311
            Counted.get_item(f"{name} copy")
        except OperationError:
            continue


async def tasks(end: float, tally: Tally, report: Callable[[], None]) -> None:
    """Run all tasks."""
    working: list[Awaitable[Any]] = [
        asyncio.ensure_future(task(f"worker {number}", end, tally)) for number in range(WORKERS)
    ]
    while time.monotonic() < end:
        await asyncio.sleep(min(60, max(0.1, end - time.monotonic())))
        report()
    await asyncio.gather(*working)


def threads(end: float, tally: Tally, report: Callable[[], None]) -> None:
    """Run all threads."""
    working = [threading.Thread(target=thread, args=(f"worker {number}", end, tally)) for number in range(WORKERS)]
    for each in working:
        each.start()
    while time.monotonic() < end:
        time.sleep(min(60, max(0.1, end - time.monotonic())))
        report()
    for each in working:
        each.join()


def soak(url: str, kind: str, minutes: float) -> int:
    """Work, and return whether a count is wrong."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        os.environ.setdefault(name, "us-east-1")
    table = boto3.resource("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client = DirectClient(endpoint_url=url, config=Config(read_timeout=5))
    Counted.pydamo_config = AsyncCounted.pydamo_config = PydamoConfig(table=client.table(TABLE))
    tally: Tally = {}

    def report() -> None:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        done = sum(each.total() if hasattr(each, "total") else sum(each.values()) for each in tally.values())
        memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        print(f"{memory:.1f} MB, {len(os.listdir('/proc/self/fd'))} open files, {done} counted", flush=True)  # noqa: PTH208

    end = time.monotonic() + minutes * 60
    if kind == "tasks":
        asyncio.run(tasks(end, tally, report))
    else:
        threads(end, tally, report)
    wrong = []
    for name, outcomes in tally.items():
        count = int(table.get_item(Key={"name": name}, ConsistentRead=True).get("Item", {}).get("count", 0))
        if not outcomes["confirmed"] <= count <= outcomes["confirmed"] + outcomes["unknown"]:
            wrong.append((name, count, dict(outcomes)))
    print(dict(sum(tally.values(), Counter())), "wrong:", wrong)
    return bool(wrong)


def main() -> int:
    """Run it, or the server between."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--kind", choices=["threads", "tasks"], default="tasks")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        asyncio.run(Way(options.way).serve())
        return 0
    engine = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
    with way(engine) as url:
        return soak(url, options.kind, options.minutes)


if __name__ == "__main__":
    sys.exit(main())
