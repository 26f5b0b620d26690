"""Run type checkers over the cases and compare what they say with what the cases say, line by line.

    python typing_tests/run.py                          all checkers, on the newest and on the oldest versions
    python typing_tests/run.py --set newest pyright ty  two of them, on the newest versions
    python typing_tests/run.py --table                  the table in the README, from the cases alone

A set of versions is a file of requirements beside this one; each gets a virtual environment below `.cache`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from expectations import CASES, PLUGIN_CASES, Line, lines_of, spelled, table

ROOT = Path(__file__).resolve().parents[1]
SETS = ("newest", "oldest")
PYTHONS = ("3.10", "3.13", "3.14")


class Finding(NamedTuple):
    """One thing that a checker reports: an error, or a type that it reveals."""

    file: str
    line: int
    message: str
    revealed: str


class Run(NamedTuple):
    """What a checker needs to know: where its environment is, and the version of Python to check for."""

    environment: Path
    python: str
    folder: Path

    def program(self, name: str) -> str:
        """Return the path of a program of the environment."""
        return str(self.environment / "bin" / name)

    def output(self, *command: str) -> str:
        """Run a checker in the folder of the cases and return what it prints; it exits with 1 where it finds errors."""
        variables = {**os.environ, "VIRTUAL_ENV": str(self.environment), "NO_COLOR": "1"}
        variables["PATH"] = f"{self.environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(command, cwd=self.folder, env=variables, capture_output=True, text=True, check=False)
        if done.returncode not in {0, 1}:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


Checker = Callable[[Run], Iterator[Finding]]


def finding(file: str, line: int, message: str, revealed: str, is_reveal: bool) -> Finding:
    """Make a finding of what a checker says, with the type that it reveals in the spelling of the cases."""
    return Finding(file, line, message, spelled(revealed.strip('`"')) if is_reveal else "")


def pyright(program: str) -> Checker:
    """Make the checker of Pyright or of its fork."""

    def check(run: Run) -> Iterator[Finding]:
        settings = {"typeCheckingMode": "strict", "pythonVersion": run.python, "include": ["."]}
        (run.folder / "pyrightconfig.json").write_text(json.dumps(settings))
        report = json.loads(run.output(run.program(program), "--outputjson", "--pythonpath", run.program("python")))
        for each in report["generalDiagnostics"]:
            place = Path(each["file"]).name, each["range"]["start"]["line"] + 1
            yield finding(*place, each["message"], each["message"].rpartition('" is "')[2], each["severity"] == "information")

    return check


MYPY_LINE = re.compile(r"^(\S+?):(\d+):(?:\d+:)? (error|note): (.*)$", re.MULTILINE)


def like_mypy(output: str) -> Iterator[Finding]:
    """Read the lines that mypy and zuban print; notes beside revealed types only explain errors."""
    for file, line, severity, message in MYPY_LINE.findall(output):
        revealed = message.removeprefix("Revealed type is ")
        if severity == "error" or revealed != message:
            yield finding(Path(file).name, int(line), message, revealed, severity == "note")


def mypy(*plugins: str) -> Checker:
    """Make the checker of mypy with some plugins."""

    def check(run: Run) -> Iterator[Finding]:
        settings = f"[mypy]\nstrict = true\npython_version = {run.python}\nplugins = {', '.join(plugins)}\n"
        (run.folder / "mypy.ini").write_text(f"{settings}[pydantic-mypy]\ninit_typed = true\n")
        yield from like_mypy(run.output(run.program("mypy"), "--no-pretty", "--cache-dir", "/dev/null", "."))

    return check


def zuban(run: Run) -> Iterator[Finding]:
    """Run zuban, in its mode that is like mypy's."""
    (run.folder / "mypy.ini").unlink(missing_ok=True)
    options = ("--strict", "--python-version", run.python, "--python-executable", run.program("python"))
    yield from like_mypy(run.output(run.program("zuban"), "check", *options, "."))


TY_LINE = re.compile(r"^(\S+?):(\d+):\d+: (\w+)\[([\w-]+)\] (.*)$", re.MULTILINE)


def ty(run: Run) -> Iterator[Finding]:
    """Run ty; its warnings count as errors."""
    options = ("--python", str(run.environment), "--python-version", run.python, "--output-format", "concise")
    for file, line, _, rule, message in TY_LINE.findall(run.output(run.program("ty"), "check", *options, ".")):
        revealed = message.removeprefix("Revealed type: ")
        yield finding(Path(file).name, int(line), message, revealed, rule == "revealed-type")


def pyrefly(run: Run) -> Iterator[Finding]:
    """Run pyrefly; its warnings count as errors."""
    options = ("--python-interpreter-path", run.program("python"), "--python-version", run.python)
    (run.folder / "pyrefly.toml").write_text('preset = "strict"\nproject-includes = ["*.py"]\n')
    report = run.output(run.program("pyrefly"), "check", *options, "--output-format", "json", "--min-severity", "info")
    for each in json.loads(report)["errors"]:
        revealed = each["description"].removeprefix("revealed type: ")
        yield finding(Path(each["path"]).name, each["line"], each["description"], revealed, each["name"] == "reveal-type")


CHECKERS: Mapping[str, Checker] = {
    "pyright": pyright("pyright"),
    "basedpyright": pyright("basedpyright"),
    "mypy": mypy(),
    "mypy+plugin": mypy("pydamodb.mypy"),
    "mypy+plugin+pydantic": mypy("pydamodb.mypy", "pydantic.mypy"),
    "mypy+pydantic+plugin": mypy("pydantic.mypy", "pydamodb.mypy"),
    "ty": ty,
    "pyrefly": pyrefly,
    "zuban": zuban,
}


def check(name: str, environment: Path, python: str) -> int:
    """Let a checker read the cases, print a line for each file and its disagreements, and return how many there are."""
    with tempfile.TemporaryDirectory() as folder:
        cases = [*CASES, *(PLUGIN_CASES if "plugin" in name else ())]
        for case in cases:
            shutil.copy(case, folder)
        findings = list(CHECKERS[name](Run(environment, python, Path(folder))))
    wrong = 0
    for case in cases:
        found = [each for each in findings if each.file == case.name]
        lines = list(lines_of(case))
        problems = list(disagreements(name, lines, found))
        agreed = sum(line.says_something for line in lines) - len(problems)
        print(f"  {name:22} {python}  {case.name:14} {agreed:4} agreements {len(problems):3} disagreements")
        for problem in problems:
            print(f"    {case.name}:{problem}")
        wrong += len(problems)
    return wrong


def disagreements(checker: str, lines: Iterable[Line], found: Iterable[Finding]) -> Iterator[str]:
    """Say where a checker reports something else than the line of the case expects of it."""
    by_line: dict[int, list[Finding]] = {}
    for each in found:
        by_line.setdefault(each.line, []).append(each)
    for line in lines:
        here = by_line.get(line.number, [])
        errors = [each.message for each in here if not each.revealed]
        reveals = [each.revealed for each in here if each.revealed]
        if bool(errors) != line.is_error_for(checker):
            yield f"{line.number}: {'nothing is' if not errors else 'not to be'} reported: {line.text} {errors}"
        elif line.message and not any(line.message in error for error in errors):
            yield f"{line.number}: another message: {errors}"
        elif line.reveals and reveals != [line.reveals]:
            yield f"{line.number}: revealed {reveals} instead of {line.reveals}: {line.text}"


def environment_for(versions: str) -> Path:
    """Make the virtual environment of a set of versions, with this project in it as its users have it."""
    place = ROOT / ".cache" / f"types-{versions}"
    requirements = Path(__file__).with_name(f"{versions}.txt")
    stamp = place / requirements.name
    uv = os.environ.get("UV", "uv")
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, place], check=True)
        install = [uv, "pip", "install", "--quiet", "--python", place / "bin" / "python"]
        subprocess.run([*install, "--requirement", requirements], check=True)
        shutil.copy(requirements, stamp)
    install = [uv, "pip", "install", "--quiet", "--python", place / "bin" / "python", "--no-deps"]
    subprocess.run([*install, "--reinstall", ROOT], check=True)
    return place


def main(arguments: Iterable[str] | None = None) -> int:
    """Do what the arguments say; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkers", nargs="*", help=", ".join(CHECKERS))
    parser.add_argument("--set", action="append", choices=SETS, help="of versions")
    parser.add_argument("--python", action="append", help="version of Python to check for")
    parser.add_argument("--table", action="store_true", help="print the table for the README")
    given: Any = parser.parse_args(None if arguments is None else list(arguments))
    if given.table:
        print(table())
        return 0
    wrong = 0
    for versions in given.set or SETS:
        environment = environment_for(versions)
        for name in given.checkers or CHECKERS:
            print(f"{versions}: {name}")
            for python in given.python or PYTHONS:
                wrong += check(name, environment, python)
    print(f"{wrong} disagreements" if wrong else "all checkers agree with all cases")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
