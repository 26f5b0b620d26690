"""Write the modules of models that follow from others, which are written by hand.

    python scripts/generate_sync.py            write the modules
    python scripts/generate_sync.py --check    say which of them are not as they would be written; exit code 1 if any

The methods for one key follow from those for two, the synchronous modules from the asynchronous ones. What really
differs is written by hand twice: batch writers (locks and cancellation) and the segments of a scan (tasks or threads).
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "pydamodb"
SOURCES, RESULTS = PACKAGE / "_models" / "_async", PACKAGE / "_models" / "_sync"
MODULES = (
    "counts",
    "driver",
    "firsts",
    "models",
    "one_key",
    "queries",
    "scans",
    "tables",
    "transactions",
    "two_keys",
    "updates",
)

# From two keys to one, in this order.
WITHOUT_SORT_KEY = (
    (r'(?s)\A""".*?"""', '"""The methods of asynchronous models that use one item, by its partition key."""'),
    (r"(?m)^ +sort_key_value: .*\n", ""),
    (r"(?m)^ +MissingSortKeyValueError: .*\n", ""),
    (r", or a sort key is\s+given beside it\.", "."),
    (r"\bsort_key_value\b", "MISSING"),
    (r"\bNOT_GIVEN\b", "MISSING"),
    (", by its partition key and its sort key", ", by its partition key"),
    (r"TwoKeys\[PK, SK\]", "OneKey[PK]"),
    (r"\bTwoKeys\b", "OneKey"),
    ("class AsyncPrimaryKeyAndSortKeyModel", "class AsyncPrimaryKeyModel"),
    (r"(?m)^    SK,\n", ""),
    ("FamilyMember", "Character"),
)

# From asynchronous to synchronous, in this order.
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
    (r"\b_pydamo_async_(partition|kind)\b", r"_pydamo_\1"),
    (r"\bAsync([A-Z]\w*)", r"\1"),
    (r"\b_Async([A-Z]\w*)", r"_\1"),
    (r"\b_models\.awaited_(\w+)\b", r"_models._sync.\1"),
    (r"(from pydamodb\._models) import awaited_(\w+), awaited_(\w+), ", r"\1._sync import \2, \3\n\1 import "),
    (r"\bawaited_(\w+)\.", r"\1."),
    (r"\bAwaitedModel\b", "BlockingModel"),
    (r"\b_models\._async\b", "_models._sync"),
    (r"\b_client\.async_(\w+)", r"_client.\1"),
    (r"\b(transact_\w+|(?:check|create|ensure)_tables)_async\b", r"\1"),
)


def generated(source: Path, text: str, result: Path, rules: Sequence[tuple[str, str]]) -> str:
    """Return the text of a module that follows from the text of another one."""
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    place = source.relative_to(PACKAGE.parent).as_posix()
    return formatted(f"# Generated from {place} by scripts/generate_sync.py: do not edit.\n{text}", result)


def results() -> Iterator[tuple[Path, str]]:
    """Yield the paths and the texts of all generated modules."""
    two_keys, one_key = SOURCES / "two_keys.py", SOURCES / "one_key.py"
    with_one_key = generated(two_keys, two_keys.read_text(encoding="utf-8"), one_key, WITHOUT_SORT_KEY)
    yield one_key, with_one_key
    for source in sorted((PACKAGE / "_models").glob("awaited_*.py")):
        result = RESULTS / source.name.removeprefix("awaited_")
        yield result, generated(source, source.read_text(encoding="utf-8"), result, SUBSTITUTIONS)
    for name in MODULES:
        source, result = SOURCES / f"{name}.py", RESULTS / f"{name}.py"
        text = with_one_key.partition("\n")[2] if source == one_key else source.read_text(encoding="utf-8")
        yield result, generated(source, text, result, SUBSTITUTIONS)


def formatted(text: str, path: Path) -> str:
    """Return Python code as ruff sorts and formats it."""
    ruff = [sys.executable, "-m", "ruff"]
    place = ["--stdin-filename", str(path), "-"]
    for command in (["check", "--quiet", "--select", "I", "--fix"], ["format", "--quiet"]):
        text = subprocess.run([*ruff, *command, *place], input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> int:
    """Do what the arguments say; return an exit code."""
    modules = dict(results())
    if sys.argv[1:] == ["--check"]:
        stale = [
            path for path, text in modules.items() if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        for path in stale:
            print(f"{path.relative_to(PACKAGE.parent.parent)} is not as it is generated: run `make generate`")
        return 1 if stale else 0
    for path, text in modules.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
