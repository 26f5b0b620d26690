"""Write the synchronous models, and what goes with them, from the asynchronous ones.

    python scripts/generate_sync.py            write the modules
    python scripts/generate_sync.py --check    say which of them are not as they would be written; exit code 1 if any

The asynchronous modules are written by hand. What really differs is written by hand twice: batch writers (locks and
cancellation) and the segments of a scan (tasks or threads).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "pydamodb"
SOURCES, RESULTS = PACKAGE / "_models" / "_async", PACKAGE / "_models" / "_sync"
MODULES = ("counts", "driver", "models", "queries", "scans", "transactions", "updates")

# In this order.
SUBSTITUTIONS = (
    ("__aenter__", "__enter__"),
    ("__aexit__", "__exit__"),
    ("async def ", "def "),
    ("an `async with`", "a `with`"),
    ("async with", "with"),
    (", or is cancelled,", ","),
    ("await ", ""),
    (r"for (\w+) in (\w+):\n +yield \1\n", r"yield from \2\n"),
    (r"an asynchronous\b", "a synchronous"),
    (r"\basynchronous\b(?!=)", "synchronous"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsync([A-Z]\w*)", r"\1"),
    (r"\b_Async([A-Z]\w*)", r"_\1"),
    (r"\b_models\._async\b", "_models._sync"),
    (r"\b_client\.async_(\w+)", r"_client.\1"),
    (r"\b(transact_\w+)_async\b", r"\1"),
)


def generated(name: str) -> str:
    """Return the text of a synchronous module."""
    source = SOURCES / f"{name}.py"
    text = source.read_text(encoding="utf-8")
    for pattern, replacement in SUBSTITUTIONS:
        text = re.sub(pattern, replacement, text)
    place = source.relative_to(PACKAGE.parent).as_posix()
    return formatted(f"# Generated from {place} by scripts/generate_sync.py: do not edit.\n{text}", name)


def formatted(text: str, name: str) -> str:
    """Return Python code as ruff sorts and formats it."""
    ruff = [sys.executable, "-m", "ruff"]
    place = ["--stdin-filename", str(RESULTS / f"{name}.py"), "-"]
    for command in (["check", "--quiet", "--select", "I", "--fix"], ["format", "--quiet"]):
        text = subprocess.run([*ruff, *command, *place], input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> int:
    """Do what the arguments say; return an exit code."""
    results = {RESULTS / f"{name}.py": generated(name) for name in MODULES}
    if sys.argv[1:] == ["--check"]:
        stale = [
            path for path, text in results.items() if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        for path in stale:
            print(f"{path.relative_to(PACKAGE.parent.parent)} is not as it is generated: run `make generate`")
        return 1 if stale else 0
    for path, text in results.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
