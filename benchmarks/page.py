"""The last two runs in docs/performance.md, between two marks; all else of the page is written by people."""

from __future__ import annotations

import os
import platform
import re
import sys
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from benchmarks import crowds
from benchmarks.endpoint import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- runs: written by `make bench ARGS=--write` -->\n"
END = "<!-- end of runs -->\n"
HEADING = "### Run of "
KEPT = 2
_LIBRARIES = ("boto3", "botocore", "pydantic", "pydantic-core", "pynamodb", "dyntastic", "dynantic", "pydynox")
_MODEL = re.compile(r"^model name\s*:\s*(.*)$", re.MULTILINE)


def run(report: str, command: str) -> str:
    """Return a run as it stands in the page: when, on what, of what, and by which command."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return (
        f"{HEADING}{now}\n\n"
        f"`{command}` on Python {platform.python_version()}, {_machine()}; {libraries}.\n"
        f"Asynchronous reads on {crowds.versions()}.\n\n"
        f"{report.strip()}\n\n"
    )


def _machine() -> str:
    try:
        found = _MODEL.search(Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    processor = found[1] if found else platform.machine()
    return f"{platform.system()}, {os.cpu_count()} cores ({processor})"


def with_run(page: str, new: str) -> str:
    """Return the page with one more run, the newest first, and no more runs than are kept."""
    before, begin, rest = page.partition(BEGIN)
    runs, end, after = rest.partition(END)
    if not (begin and end):
        message = f"{PAGE} has lost its marks: {BEGIN!r}, {END!r}"
        raise ValueError(message)
    older = [HEADING + each for each in runs.split(HEADING)[1:]]
    return before + begin + "\n" + "".join([new, *older][:KEPT]) + end + after


def write(report: str) -> None:
    """Put a run into the page."""
    new = run(report, " ".join(["make bench", *([f'ARGS="{" ".join(sys.argv[1:])}"'] if sys.argv[1:] else [])]))
    PAGE.write_text(with_run(PAGE.read_text(encoding="utf-8"), new), encoding="utf-8")
