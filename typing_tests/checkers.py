"""The type checkers: how each is run on a folder of modules, and what it says there, in one spelling.

Nothing here knows what is expected of them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

__all__ = ["CHECKERS", "ONE_MODE", "Finding", "Mode", "Run", "spelled"]

# What users get without any configuration; the mode `standard` of pyright and its fork, which is pyright's default.
Mode = Literal["default", "standard", "strict"]


class Finding(NamedTuple):
    """One thing that a checker reports: an error (warnings count as such), or a type that it reveals."""

    file: str
    line: int
    message: str
    revealed: str


class Run(NamedTuple):
    """How modules are to be checked: with the programs of which environment, for which Python, in which mode."""

    environment: Path
    python: str
    mode: Mode

    @property
    def interpreter(self) -> str:
        """The path of the environment's Python."""
        return str(self.environment / "bin" / "python")

    def output(self, folder: Path, program: str, *options: str) -> str:
        """Run a program of the environment in a folder and return what it prints; 1 is its exit code for errors."""
        variables = {**os.environ, "VIRTUAL_ENV": str(self.environment), "NO_COLOR": "1"}
        variables["PATH"] = f"{self.environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
        command = [str(self.environment / "bin" / program), *options]
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
        if done.returncode not in {0, 1}:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


def write(path: Path, *lines: str) -> None:
    """Write a file of settings."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


Checker = Callable[[Run, Path], Iterator[Finding]]


def finding(file: str, line: int, message: str, revealed: str | None) -> Finding:
    """Make a finding of what a checker says, with the type that it reveals, if it does."""
    return Finding(Path(file).name, line, message, "" if revealed is None else spelled(revealed.strip('`"')))


# Rules of basedpyright's default mode about how any Python is written, which say nothing of a type.
STYLE = {
    "reportExplicitAny",
    "reportUnannotatedClassAttribute",
    "reportUnusedCallResult",
    "reportUnusedParameter",
}


def pyright(program: str) -> Checker:
    """Make the checker of Pyright or of its fork; by default the one is in mode `standard`, the other `recommended`."""

    def check(run: Run, folder: Path) -> Iterator[Finding]:
        if run.mode != "default":
            write(folder / "pyrightconfig.json", json.dumps({"typeCheckingMode": run.mode}))
        options = ("--outputjson", "--pythonpath", run.interpreter, "--pythonversion", run.python)
        report = json.loads(run.output(folder, program, *options))
        for each in report["generalDiagnostics"]:
            message = each["message"]
            revealed = message.rpartition('" is "')[2] if each["severity"] == "information" else None
            if each.get("rule") not in STYLE:
                yield finding(each["file"], each["range"]["start"]["line"] + 1, message, revealed)

    return check


MYPY_LINE = re.compile(r"^(\S+?):(\d+):(?:\d+:)? (error|note): (.*)$", re.MULTILINE)


def like_mypy(output: str) -> Iterator[Finding]:
    """Read the lines that mypy and zuban print; other notes than revealed types only explain errors."""
    for file, line, severity, message in MYPY_LINE.findall(output):
        revealed = message.removeprefix("Revealed type is ")
        if severity == "error" or revealed != message:
            yield finding(file, int(line), message, revealed if severity == "note" else None)


# Pydantic documents that computed fields need this error ignored.
COMPUTED_FIELD = "prop-decorator"
WITHOUT_STUBS = ("[mypy-boto3.*,botocore.*]", "ignore_missing_imports = true")


def mypy(*plugins: str, deprecated: bool = False) -> Checker:
    """Make the checker of mypy with some plugins; it reports deprecated overloads only if it is told to."""

    def check(run: Run, folder: Path) -> Iterator[Finding]:
        lines = ["[mypy]", f"plugins = {', '.join(plugins)}", f"python_version = {run.python}"]
        lines += [f"disable_error_code = {COMPUTED_FIELD}"]
        lines += ["strict = true"] * (run.mode == "strict")
        lines += ["enable_error_code = deprecated"] * deprecated
        lines += WITHOUT_STUBS
        write(folder / "mypy.ini", *lines, "[pydantic-mypy]", "init_typed = true", "init_forbid_extra = true")
        yield from like_mypy(run.output(folder, "mypy", "--no-pretty", "--cache-dir", "/dev/null", "."))

    return check


def zuban(run: Run, folder: Path) -> Iterator[Finding]:
    """Run zuban."""
    options = ("--python-version", run.python, "--python-executable", run.interpreter)
    options += ("--disable-error-code", COMPUTED_FIELD, *("--strict",) * (run.mode == "strict"))
    yield from like_mypy(run.output(folder, "zuban", "check", *options, "."))


TY_LINE = re.compile(r"^(\S+?):(\d+):\d+: \w+\[([\w-]+)\] (.*)$", re.MULTILINE)


def ty(run: Run, folder: Path) -> Iterator[Finding]:
    """Run ty."""
    options = ("--python", str(run.environment), "--python-version", run.python, "--output-format", "concise")
    for file, line, rule, message in TY_LINE.findall(run.output(folder, "ty", "check", *options, ".")):
        revealed = message.removeprefix("Revealed type: ") if rule == "revealed-type" else None
        yield finding(file, int(line), message, revealed)


def pyrefly(*, configured: bool) -> Checker:
    """Make the checker of pyrefly; without a file of settings it reports little, by its preset `basic`."""

    def check(run: Run, folder: Path) -> Iterator[Finding]:
        if configured:
            write(folder / "pyrefly.toml", 'preset = "strict"' if run.mode == "strict" else "")
        options = ("--python-interpreter-path", run.interpreter, "--python-version", run.python)
        report = run.output(folder, "pyrefly", "check", *options, "--output-format", "json", "--min-severity", "info")
        for each in json.loads(report)["errors"]:
            message = each["description"]
            revealed = message.removeprefix("revealed type: ") if each["name"] == "reveal-type" else None
            yield finding(each["path"], each["line"], message, revealed)

    return check


CHECKERS: Mapping[str, Checker] = {
    "pyright": pyright("pyright"),
    "basedpyright": pyright("basedpyright"),
    "mypy": mypy(),
    "mypy+deprecated": mypy(deprecated=True),
    "mypy+plugin": mypy("pydamodb.mypy"),
    "mypy+plugin+deprecated": mypy("pydamodb.mypy", deprecated=True),
    "mypy+plugin+pydantic": mypy("pydamodb.mypy", "pydantic.mypy"),
    "mypy+pydantic+plugin": mypy("pydantic.mypy", "pydamodb.mypy"),
    "ty": ty,
    "pyrefly": pyrefly(configured=True),
    "pyrefly+basic": pyrefly(configured=False),
    "zuban": zuban,
}
# These have no strict mode.
ONE_MODE = {"ty", "pyrefly+basic"}


def spelled(type_: str) -> str:
    """Spell a type without modules, with `|` for unions, and their parts in order."""
    short = re.sub(r"(?:\b[A-Za-z_]\w*\.)*(?=\b[A-Za-z_])", "", type_.strip())
    short = re.sub(r"^tuple\[.*, fallback=(.*)\]$", r"\1", short)
    # What the plugin calls a PathField is the same field, with the fields behind it.
    short = short.replace("PathField[", "ExpressionField[")
    return _ordered(re.sub(r"Optional\[(.*)\]$", r"\1 | None", short))


def _ordered(type_: str) -> str:
    parts = _split(type_, "|")
    if len(parts) > 1:
        return " | ".join(sorted(map(_ordered, parts)))
    found = re.fullmatch(r"(?P<name>\w+)\[(?P<inner>.*)\]", type_)
    if found is None:
        return type_
    inner = [_ordered(part) for part in _split(found["inner"], ",")]
    return " | ".join(sorted(inner)) if found["name"] == "Union" else f"{found['name']}[{', '.join(inner)}]"


def _split(text: str, separator: str) -> list[str]:
    """Split where the separator stands outside of brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
