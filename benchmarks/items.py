"""Items through a file and back: how long it takes, and that the memory does not grow with their number.

python -m benchmarks.items [COUNT [FILE]]    # a million, compressed, in the folder for temporary files

It prints the seconds, the peak of the process (`ru_maxrss`), and what Python has allocated at most while a tenth of the
items goes through (`tracemalloc`, which makes it slow).
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pydamodb import PartitionKey, PrimaryKeyAndSortKeyModel, SortKey, dump_items, load_items

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Order(PrimaryKeyAndSortKeyModel):
    """An item of eight attributes, one of them binary."""

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    total: Decimal
    at: datetime = NOW
    tags: set[str] = Field(default_factory=set)
    raw: bytes = b"\x00\xff"
    note: str | None = None
    lines: tuple[int, ...] = ()


def orders(count: int) -> Iterator[Order]:
    """Make items, one by one."""
    for number in range(count):
        tags = {"a", str(number)} if number % 2 else set[str]()
        total = Decimal(number) / 4
        yield Order(customer=f"c{number % 100}", number=number, total=total, tags=tags, lines=(number,))


def through(count: int, path: Path) -> tuple[float, float]:
    """Write items and read them again; return the seconds of both. Making them is a part of each."""
    start = time.perf_counter()
    written = dump_items(orders(count), path)
    middle = time.perf_counter()
    are_equal = all(one == other for one, other in zip(load_items(Order, path), orders(count), strict=True))
    end = time.perf_counter()
    if not (written == count and are_equal):
        raise AssertionError(written)
    return middle - start, end - middle


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(count: int, path: Path) -> None:
    """Push the items through a file, and print what it took."""
    through(1000, path)
    before = _peak()
    written, read = through(count, path)
    print(f"{count} items, {path.stat().st_size} bytes: dump {written:.1f} s, load and compare {read:.1f} s")
    print(f"ru_maxrss: {before} MiB after 1000 items, {_peak()} MiB after all")
    few, many = (allocated(each, path) for each in (max(count // 100, 1), max(count // 10, 1)))
    print(f"tracemalloc: {few} KiB at most for a hundredth of them, {many} KiB for a tenth")


def allocated(count: int, path: Path) -> int:
    """Return how much Python has allocated at most while items go through a file, in KiB."""
    tracemalloc.start()
    try:
        through(count, path)
        return tracemalloc.get_traced_memory()[1] // 1024
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        given = sys.argv[1:]
        main(int((given or ["1000000"])[0]), Path(given[1] if given[1:] else f"{folder}/items.jsonl.gz"))
