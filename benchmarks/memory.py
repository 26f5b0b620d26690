"""The memory of a process of its own that iterates over many pages and keeps nothing: it should not grow.

python -m benchmarks.memory MODULE    # the peaks after an early and after the last page, in KiB
"""

from __future__ import annotations

import resource
import subprocess
import sys

from benchmarks.answers import PAGES
from benchmarks.contest import PAGE, enter, task
from benchmarks.endpoint import ROOT
from benchmarks.worker import environment

EARLY = 10


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def peaks(module: str, url: str) -> tuple[int, int]:
    """Return how much memory a contestant had used at most after an early and after the last page, in KiB."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", module],
        cwd=ROOT,
        env=environment(url),
        check=True,
        capture_output=True,
        text=True,
    )
    early, late = run.stdout.split()
    return int(early), int(late)


def main(module: str) -> None:
    """Iterate, and print both peaks."""
    pages = task(enter(module), "pages")
    if pages is None:
        raise AssertionError(module)
    count = early = 0
    for _ in pages():
        count += 1
        if count == EARLY * PAGE:
            early = _peak()
    if count != PAGES * PAGE:
        message = f"{count} items instead of {PAGES * PAGE}"
        raise AssertionError(message)
    print(early, _peak())


if __name__ == "__main__":
    main(sys.argv[1])
