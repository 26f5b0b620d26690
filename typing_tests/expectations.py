"""What the cases expect of type checkers: comments in their lines, read here, and the tables that are made of them.

    # E                         every checker reports an error in this line, in each of its modes
    # E: mypy, ty               these do; the others accept what is wrong
    # E: pyright+strict, ty     a name with `+strict` or `+default`: only in this mode
    # E: all, pyrefly+basic     every checker, and pyrefly without a file of settings, which reports so little that
                                it is not among `all`
    # X: pyrefly                these report an error in a line that is right
    # X: mypy+plugin, -pydantic  the plugin does so alone, but not beside Pydantic's
    # M: no field               what the error says, among other things
    # R: ExpressionField[int]   the type that `reveal_type` shows

A line without a comment is right, and no checker says anything about it. `# topic: ...` begins a row of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from checkers import CHECKERS, Finding, Mode, spelled

__all__ = ["CASES", "NEWER_CASES", "PLUGIN_CASES", "Line", "disagreements", "lines_of", "strict_table", "table"]

FOLDER = Path(__file__).resolve().parent / "cases"
CASES = (
    FOLDER / "baseline.py",
    FOLDER / "marks.py",
    FOLDER / "observing.py",
    FOLDER / "direct.py",
    FOLDER / "transactions.py",
    FOLDER / "single_table.py",
    FOLDER / "tables.py",
    FOLDER / "vectors.py",
    FOLDER / "items.py",
    FOLDER / "words.py",
    FOLDER / "collected.py",
    FOLDER / "testing.py",
    FOLDER / "raw.py",
    FOLDER / "typed_dicts.py",
    FOLDER / "variables.py",
    FOLDER / "changes.py",
    FOLDER / "computed.py",
    FOLDER / "fields.py",
    FOLDER / "generics.py",
    FOLDER / "some.py",
    FOLDER / "async_baseline.py",
    FOLDER / "async_some.py",
)
# Type checkers know `__replace__`, and with it the parameters of `Model.changes`, where they check for Python 3.13.
NEWER_CASES = (FOLDER / "changes_wrong.py",)
PLUGIN_CASES = (FOLDER / "plugin.py", FOLDER / "async_plugin.py")

EXPECTED = re.compile(r"  # (?P<kind>[EXMR])(?:: (?P<rest>.*))?$")
# What the columns of the tables are called, and whose they are.
COLUMNS = {
    "pyright": "pyright",
    "basedpyright": "basedpyright",
    "mypy": "mypy",
    "mypy with the plugin": "mypy+plugin",
    "ty": "ty",
    "pyrefly": "pyrefly+basic",
    "pyrefly, configured": "pyrefly",
    "zuban": "zuban",
}
NAMES = {"all", *(name + mode for name in CHECKERS for mode in ("", "+default", "+strict"))}
NAMES |= {"-pydantic", "typed"}  # `typed` is for `company.py`


class Line(NamedTuple):
    """A line of a case and what is expected there."""

    number: int
    text: str
    topic: str = ""
    reported_by: tuple[str, ...] = ()
    right: bool = True
    message: str = ""
    reveals: str = ""

    @property
    def is_code(self) -> bool:
        """Whether there is something that a checker could report."""
        return bool(self.text) and not self.text.startswith("#")

    def is_error_for(self, checker: str, mode: Mode) -> bool:
        """Tell whether this checker reports an error here; mypy and the plugin do so in any company."""
        if "pydantic" in checker and "-pydantic" in self.reported_by:
            return False
        if checker in self.reported_by:
            return True
        names = {"mypy+plugin" if "plugin" in checker else checker}
        if checker == "mypy+deprecated":
            names.add("mypy")
        names |= {f"{name}+{mode}" for name in names}
        if checker != "pyrefly+basic":
            names.add("all")
        return not names.isdisjoint(self.reported_by)


def lines_of(text: str) -> Iterator[Line]:
    """Read a case."""
    topic = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("# topic: "):
            topic = line.removeprefix("# topic: ")
        elif not line.strip():
            topic = ""
        yield _line(number, line, topic)


def _line(number: int, line: str, topic: str) -> Line:
    text = line.strip()
    expected = EXPECTED.search(line)
    if expected is None:
        return Line(number, text, topic)
    kind, rest = expected["kind"], expected["rest"] or ""
    if kind == "R":
        return Line(number, text, topic, reveals=spelled(rest))
    if kind == "M":
        return Line(number, text, topic, reported_by=("all",), right=False, message=rest)
    names = tuple(rest.split(", ")) if rest else ("all",)
    if unknown := set(names) - NAMES:
        raise ValueError(f"line {number} names {', '.join(sorted(unknown))}, which are no checkers: {text}")
    return Line(number, text, topic, reported_by=names, right=kind == "X")


def disagreements(
    checker: str, mode: Mode, lines: Iterable[Line], findings: Iterable[Finding]
) -> Iterator[tuple[Line, str]]:
    """Yield each line about which a checker says something else than is expected, and what it says."""
    by_line: dict[int, list[Finding]] = {}
    for each in findings:
        by_line.setdefault(each.line, []).append(each)
    for line in lines:
        here = by_line.get(line.number, [])
        errors = [each.message for each in here if not each.revealed]
        reveals = [each.revealed for each in here if each.revealed]
        if bool(errors) != line.is_error_for(checker, mode):
            yield line, f"reports {errors}" if errors else "reports nothing"
        elif line.message and not any(line.message in error for error in errors):
            yield line, f"says {errors}"
        elif reveals != ([line.reveals] if line.reveals else []):
            yield line, f"reveals {reveals}"


def table() -> str:
    """Make the table of docs/type-checkers.md: what each checker catches as it comes, as the runner proves."""
    return _table(_rows("default"))


def strict_table() -> str:
    """Make the table of what differs from that of the page in the checkers' strict modes."""
    as_it_comes = _rows("default")
    return _table(row for row in _rows("strict") if row not in as_it_comes)


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    headed = [("Mistake", *COLUMNS), tuple("---" for _ in ("", *COLUMNS)), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in headed)


def _rows(mode: Mode) -> list[tuple[str, ...]]:
    topics: dict[str, list[Line]] = {}
    for line in (line for case in (*CASES, *NEWER_CASES) for line in lines_of(case.read_text(encoding="utf-8"))):
        if line.topic and not line.right:
            topics.setdefault(line.topic, []).append(line)
    return [
        (topic, *(_mark([line.is_error_for(name, mode) for line in lines]) for name in COLUMNS.values()))
        for topic, lines in topics.items()
    ]


def _mark(caught: list[bool]) -> str:
    return "yes" if all(caught) else "some" if any(caught) else "no"
