"""Run type checkers over the cases and the documentation, and compare what they say with what is expected.

    python typing_tests/run.py                            all checkers, in the newest and in the oldest versions
    python typing_tests/run.py pyright ty --set newest    two of them, in the newest versions
    python typing_tests/run.py --table                    print the table of the README

A set of versions is a file of requirements beside this one; each gets an environment below `.cache`, made by uv, with
this project in it as its users have it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from checkers import CHECKERS, Finding, Run
from expectations import CASES, PLUGIN_CASES, disagreements, lines_of, table
from pages import PAGES, modules_of

__all__ = ["check", "main"]

ROOT = Path(__file__).resolve().parents[1]
SETS = ("newest", "oldest")
PYTHONS = ("3.10", "3.13", "3.14")


def check(checker: str, environment: Path, python: str) -> int:
    """Let a checker read the cases, in its strict mode; print its disagreements and return how many there are."""
    cases = [*CASES, *(PLUGIN_CASES if "plugin" in checker else ())]
    modules = {case.name: case.read_text(encoding="utf-8") for case in cases}
    findings = _findings(checker, environment, python, modules, strict=True)
    return sum(_compared(f"{checker} {python}", checker, name, text, findings) for name, text in modules.items())


def check_pages(checker: str, environment: Path, python: str) -> int:
    """Let a checker read the code of the documentation, in its usual mode, where each block is a module."""
    modules = {name: text for page in PAGES for name, text in modules_of(page)}
    findings = _findings(checker, environment, python, modules, strict=False)
    return sum(_compared(f"{checker} {python}", checker, name, text, findings) for name, text in modules.items())


def _findings(
    checker: str, environment: Path, python: str, modules: Mapping[str, str], *, strict: bool
) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in modules.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return list(CHECKERS[checker](Run(environment, python, Path(folder), strict)))


def _compared(title: str, checker: str, name: str, text: str, findings: Iterable[Finding]) -> int:
    lines = list(lines_of(text))
    problems = list(disagreements(checker, lines, (each for each in findings if each.file == name)))
    agreed = sum(line.is_code for line in lines) - len(problems)
    print(f"  {title:28} {name:22} {agreed:4} lines agreed, {len(problems)} not")
    for line, problem in problems:
        print(f"    {name}:{line.number}: {line.text}\n      {problem}")
    return len(problems)


def environment_for(versions: str) -> Path:
    """Make the environment of a set of versions, or bring it up to date."""
    place = ROOT / ".cache" / f"types-{versions}"
    requirements = Path(__file__).with_name(f"{versions}.txt")
    stamp = place / requirements.name
    uv = os.environ.get("UV", "uv")
    install = [uv, "pip", "install", "--quiet", "--python", str(place / "bin" / "python")]
    if not stamp.exists() or stamp.read_bytes() != requirements.read_bytes():
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place)], check=True)
        subprocess.run([*install, "--requirement", str(requirements)], check=True)
        shutil.copy(requirements, stamp)
    subprocess.run([*install, "--no-deps", "--reinstall-package", "pydamodb", str(ROOT)], check=True)
    return place


def main() -> int:
    """Do what the arguments say; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkers", nargs="*", help=f"some of {', '.join(CHECKERS)}")
    parser.add_argument("--set", action="append", choices=SETS, help="a set of versions")
    parser.add_argument("--python", action="append", help=f"a Python to check for: {', '.join(PYTHONS)}")
    parser.add_argument("--table", action="store_true", help="print the table of the README")
    given: Any = parser.parse_args()
    if given.table:
        print(table(), end="")
        return 0
    wrong = 0
    for versions in given.set or SETS:
        print(f"{versions} versions")
        environment = environment_for(versions)
        for checker in given.checkers or CHECKERS:
            for python in given.python or PYTHONS:
                wrong += check(checker, environment, python)
            wrong += check_pages(checker, environment, (given.python or PYTHONS)[-1])
    print(f"{wrong} disagreements" if wrong else "every checker says what is expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
