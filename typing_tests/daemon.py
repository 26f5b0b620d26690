"""The daemon of mypy: after each change of a file, it says what a new mypy says.

The files are `cases/daemon`. The new mypy reads all versions of them in one run, as packages beside each other.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from checkers import COMPUTED_FIELD, WITHOUT_STUBS, Run, like_mypy, write
from expectations import FOLDER

__all__ = ["VERSIONS", "stale_answers"]

PACKAGE = FOLDER / "daemon"


class Version(NamedTuple):
    """The files with one line changed; the next version is again the files as they are, but for its own line."""

    file: str
    line: str
    changed: str


# The order matters: a rename comes before a change of type, and each change is undone by the next version.
VERSIONS = (
    Version("models.py", "    age: int", "    years: int"),
    Version("models.py", "    age: int", "    age: str"),
    Version("nested.py", "    city: str", "    city: int"),
    Version("nested.py", "    city: str", "    town: str"),
    Version("nested.py", "    city: str", "    city: bytes"),
    Version("nested.py", "    code: str", "    code: list[str]"),
    Version("nested.py", "class Address(Located):", "class Address(BaseModel):"),
    Version("nested.py", "    latitude: float", "    latitude: str"),
    Version("nested.py", "    geo: Geo | None = None", "    geo: int | None = None"),
    Version("nested.py", "    weight: int", "    mass: int"),
    Version("nested.py", "    weight: int", "    weight: str"),
    Version("nested.py", "class Box(Holder[int]):", "class Box(Holder[str]):"),
    Version("nested.py", "    author: str", "    author: int"),
    Version("models.py", "    def label(self) -> str:", "    def label(self) -> bytes:"),
    Version("models.py", "    number: Attr[int] = Field(default=0)", "    number: Attr[str] = Field(default='')"),
    Version("models.py", "    number: Attr[int] = Field(default=0)", "    amount: Attr[int] = Field(default=0)"),
    Version("models.py", "    home: Attr[Address]", "    home: Attr[str]"),
    Version("models.py", "    count: Attr[int]", "    count: Attr[str]"),
    Version("models.py", "    address: Address", "    address: Geo"),
)


def stale_answers(run: Run, *plugins: str) -> Iterator[str]:
    """Yield what the daemon says otherwise than a new mypy, and versions in which no mistake is found."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = ("[mypy]", f"plugins = {', '.join(plugins)}", f"python_version = {run.python}", "strict = true")
        lines = (*lines, f"disable_error_code = {COMPUTED_FIELD}", *WITHOUT_STUBS)
        write(folder / "mypy.ini", *lines, "[pydantic-mypy]", "init_typed = true")
        for number in range(len(VERSIONS) + 1):
            shutil.copytree(PACKAGE, folder / f"app{number}")
            if number:
                _change(folder / f"app{number}", VERSIONS[number - 1])
        output = run.output(folder, "mypy", "--no-pretty", "--cache-dir", "/dev/null", ".")
        expected = [_answers(output, rf"app{number}\b") for number in range(len(VERSIONS) + 1)]
        shutil.copytree(PACKAGE, folder / "app")
        try:
            yield from _differences("no change", _daemon(run, folder), expected[0])
            for version, answers in zip(VERSIONS, expected[1:], strict=True):
                title = f"{version.file}, {version.line.strip()} -> {version.changed.strip()}"
                shutil.copytree(PACKAGE, folder / "app", dirs_exist_ok=True)
                _change(folder / "app", version)
                yield from _differences(title, _daemon(run, folder), answers)
                if answers == expected[0]:
                    yield f"{title}: a new mypy finds nothing"
            shutil.copytree(PACKAGE, folder / "app", dirs_exist_ok=True)
            yield from _differences("all undone", _daemon(run, folder), expected[0])
        finally:
            run.output(folder, "dmypy", "--status-file", "status.json", "stop")


def _daemon(run: Run, folder: Path) -> set[str]:
    return _answers(run.output(folder, "dmypy", "--status-file", "status.json", "run", "--", "app"), r"app\b")


def _change(package: Path, version: Version) -> None:
    path = package / version.file
    text = path.read_text(encoding="utf-8")
    if text.count(version.line) != 1:
        raise SystemExit(f"{version.line!r} occurs not once in {version.file}")
    path.write_text(text.replace(version.line, version.changed), encoding="utf-8")
    # mypy compares whole seconds, and these versions are made within one.
    os.utime(path, (VERSIONS.index(version),) * 2)


def _answers(output: str, package: str) -> set[str]:
    """Return the errors in a package, with its name left out."""
    lines = (line for line in output.splitlines() if re.match(package, line))
    return {re.sub(package, "", f"{line.file}:{line.line} {line.message}") for line in like_mypy("\n".join(lines))}


def _differences(title: str, found: set[str], expected: set[str]) -> Iterator[str]:
    for each in sorted(found ^ expected):
        yield f"{title}: the daemon {'says' if each in found else 'does not say'} {each}"
