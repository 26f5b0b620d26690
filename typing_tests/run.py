"""Run type checkers over the cases and the documentation, and compare what they say with what is expected.

    python typing_tests/run.py                            all checkers, in the newest and in the oldest versions
    python typing_tests/run.py pyright ty --set newest    two of them, in the newest versions
    python typing_tests/run.py --table                    print the tables of docs/type-checkers.md

A set of versions is a file of requirements beside this one; each gets an environment below `.cache`, made by uv, with
this project in it as its users have it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from checkers import CHECKERS, ONE_MODE, Mode, Run
from company import LINES, differences
from daemon import VERSIONS, stale_answers
from editor import QUESTIONS, SERVERS, wrong_answers
from expectations import CASES, NEWER_CASES, PLUGIN_CASES, disagreements, lines_of, strict_table, table
from pages import PAGES, modules_of
from rewritten import rewritten_modules

__all__ = ["check_cases", "main"]

ROOT = Path(__file__).resolve().parents[1]
SETS = ("newest", "oldest")
PYTHONS = ("3.10", "3.13", "3.14")
# Checkers that are no other one with a companion, or with less or more rules.
ALONE = [name for name in CHECKERS if name == "mypy+plugin" or "+" not in name]
EXAMPLES = [*sorted((ROOT / "examples").glob("*.py")), *sorted((ROOT / "docs_src").rglob("*.py"))]


class Report(NamedTuple):
    """What was compared, how many lines, answers or names agree, and what does not."""

    title: str
    agreed: int
    problems: list[str]

    def __str__(self) -> str:
        """Show one line, and one for each problem."""
        return "\n  ".join([f"{self.title}: {self.agreed} agreed, {len(self.problems)} not", *self.problems])


def check_cases(checker: str, environment: Path, python: str, mode: Mode) -> Report:
    """Let a checker read the cases, in one of its modes."""
    cases = [*CASES, *(PLUGIN_CASES if "plugin" in checker else ()), *(NEWER_CASES if python != PYTHONS[0] else ())]
    modules = {case.name: case.read_text(encoding="utf-8") for case in cases}
    return _compared(f"{checker}, {mode}, cases", checker, Run(environment, python, mode), modules)


def check_pages(checker: str, environment: Path, python: str) -> Report:
    """Let a checker read the code of the documentation and the examples.

    Not in the default mode of basedpyright, which also reports unused imports and unknown types of other packages.
    """
    modules = {name: text for page in PAGES for name, text in modules_of(page)}
    modules |= {example.name: example.read_text(encoding="utf-8") for example in EXAMPLES}
    return _compared(f"{checker}, documentation", checker, Run(environment, python, "standard"), modules)


def check_rewritten(checker: str, environment: Path, python: str) -> Report:
    """Let a checker read the same code as `python -m pydamodb.strict` makes it."""
    modules = rewritten_modules(environment / "bin" / "python")
    return _compared(f"{checker}, rewritten", checker, Run(environment, python, "standard"), modules)


def _compared(title: str, checker: str, run: Run, modules: Mapping[str, str]) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in modules.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        findings = list(CHECKERS[checker](run, Path(folder)))
    code = 0
    problems: list[str] = []
    for name, text in modules.items():
        lines = list(lines_of(text))
        code += sum(line.is_code for line in lines)
        found = disagreements(checker, run.mode, lines, (each for each in findings if each.file == name))
        problems += [f"{name}:{line.number} {says}: {line.text}" for line, says in found]
    return Report(f"{title}, Python {run.python}", code - len(problems), problems)


def check_editor(server: str, environment: Path) -> Report:
    """Ask a language server what it completes and shows."""
    wrong = list(wrong_answers(server, environment / "bin"))
    return Report(f"{server}, language server", QUESTIONS - len(wrong), wrong)


def check_company(environment: Path) -> Report:
    """Compare what mypy says of constructors with both of its plugins, and with Pydantic's alone."""
    problems = list(differences(Run(environment, PYTHONS[1], "strict")))
    return Report("mypy with both plugins, as with pydantic.mypy", LINES - len(problems), problems)


def check_daemon(environment: Path, *plugins: str) -> Report:
    """Compare what mypy's daemon says after each change with what a new mypy says."""
    problems = list(stale_answers(Run(environment, PYTHONS[1], "strict"), *plugins))
    return Report(f"dmypy, {', '.join(plugins)}", len(VERSIONS) - len(problems), problems)


def check_completeness(environment: Path) -> Report:
    """Let Pyright find names of the public interface without a known type."""
    run = Run(environment, PYTHONS[0], "default")
    options = ("--verifytypes", "pydamodb", "--ignoreexternal", "--outputjson")
    with tempfile.TemporaryDirectory() as folder:
        return completeness(json.loads(run.output(Path(folder), "pyright", *options)))


def completeness(reply: Any) -> Report:
    """Read Pyright's reply; a package that it does not see is no complete one."""
    report = reply["typeCompleteness"]
    unknown = [each["name"] for each in report["symbols"] if not each["isTypeKnown"]]
    problems = [*unknown, *(each["message"] for each in reply["generalDiagnostics"])]
    if report["completenessScore"] != 1 and not problems:
        problems.append("the interface is not complete")
    return Report(
        f"pyright --verifytypes: {report['completenessScore']:.2%}", len(report["symbols"]) - len(unknown), problems
    )


def jobs_for(versions: str, checkers: Iterable[str], pythons: Sequence[str]) -> Iterator[Callable[[], Report]]:
    """Yield all that is to be compared with a set of versions; the documentation is read without Pydantic's plugin."""
    environment = environment_for(versions)
    checkers = list(checkers)
    if "mypy+plugin" in checkers:
        yield partial(check_daemon, environment, "pydamodb.mypy")
    if "mypy+plugin+pydantic" in checkers:
        yield partial(check_daemon, environment, "pydamodb.mypy", "pydantic.mypy")
        yield partial(check_company, environment)
    for checker in checkers:
        if versions == "oldest" and ("deprecated" in checker or checker == "pyrefly+basic"):
            continue  # mypy 1.13 does not know this error code, and pyrefly 1.3 reveals nothing by its preset `basic`
        for python, mode in modes_for(versions, checker, pythons):
            yield partial(check_cases, checker, environment, python, mode)
        if "pydantic" not in checker:
            for python in sorted({pythons[0] if checker in ALONE else pythons[-1], pythons[-1]}):
                yield partial(check_pages, checker, environment, python)
            yield partial(check_rewritten, checker, environment, pythons[-1])
    if set(checkers) == set(CHECKERS):
        for server in SERVERS:
            yield partial(check_editor, server, environment)
        yield partial(check_completeness, environment)


def modes_for(versions: str, checker: str, pythons: Sequence[str]) -> Iterator[tuple[str, Mode]]:
    """Yield for which Pythons a checker reads the cases, in which mode.

    What a default mode leaves out, and what a companion of mypy changes, does not depend on the Python.
    """
    first: Mode = "default" if checker in ONE_MODE else "strict"
    yield from ((python, first) for python in (pythons if checker in ALONE else pythons[-1:]))
    # basedpyright warned of `Any` elsewhere in old versions, and does so for Python 3.10, which has no `__replace__`
    skipped = checker == "basedpyright" and (versions == "oldest" or pythons[-1] == PYTHONS[0])
    if first == "strict" and not skipped:
        yield pythons[-1], "default"


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
    parser.add_argument("--table", action="store_true", help="print the tables of the documentation")
    given: Any = parser.parse_args()
    if given.table:
        print(table(), strict_table(), sep="\n", end="")
        return 0
    wrong = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for versions in given.set or SETS:
            # what the oldest checkers say does not depend on the Python that is checked for
            pythons = given.python or (PYTHONS[:1] if versions == "oldest" else PYTHONS)
            jobs = jobs_for(versions, given.checkers or CHECKERS, pythons)
            for report in pool.map(lambda job: job(), list(jobs)):
                print(f"{versions} {report}", flush=True)
                wrong += len(report.problems)
    print(f"{wrong} disagreements" if wrong else "every checker says what is expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
