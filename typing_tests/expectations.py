"""What the cases expect of type checkers: comments in their lines, read here, and nothing else.

    # E                     every checker reports an error in this line
    # E: mypy, ty           these do; the others accept what is wrong
    # X: pyrefly            these report an error in a line that is right
    # M: no field           what the error says, at least
    # R: ExpressionField[int]   the type that `reveal_type` shows

A line without a comment is right, and no checker says anything about it. `# topic: ...` begins a row of the table that
the README shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent / "cases"
CASES = (FOLDER / "baseline.py", FOLDER / "some.py")
PLUGIN_CASES = (FOLDER / "plugin.py",)

EXPECTED = re.compile(r"  # (?P<kind>[EXMR])(?:: (?P<rest>.*))?$")
COLUMNS = ("pyright", "basedpyright", "mypy", "mypy+plugin", "ty", "pyrefly", "zuban")


class Line(NamedTuple):
    """A line of a case and what is expected there."""

    number: int
    text: str
    topic: str = ""
    reported_by: tuple[str, ...] | None = ()
    wrong: bool = True
    message: str = ""
    reveals: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is code that a checker could report."""
        return bool(self.text) and not self.text.startswith("#")

    def is_error_for(self, checker: str) -> bool:
        """Tell whether this checker reports an error here; the plugin does so in any company."""
        if self.reported_by is None:
            return True
        plain = "mypy+plugin" if "plugin" in checker else checker
        return checker in self.reported_by or plain in self.reported_by


def lines_of(case: Path) -> Iterator[Line]:
    """Read a case."""
    topic = ""
    for number, line in enumerate(case.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if text.startswith("# topic: "):
            topic = text.removeprefix("# topic: ")
        yield _line(number, line, text, topic)


def _line(number: int, line: str, text: str, topic: str) -> Line:
    expected = EXPECTED.search(line)
    if expected is None:
        return Line(number, text, topic)
    kind, rest = expected["kind"], expected["rest"] or ""
    if kind == "R":
        return Line(number, text, topic, reveals=spelled(rest))
    if kind == "M":
        return Line(number, text, topic, reported_by=None, message=rest)
    names = tuple(rest.split(", ")) if rest else None
    return Line(number, text, topic, reported_by=names, wrong=kind == "E")


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


def table() -> str:
    """Make the table of the README: what each checker catches, by the cases, which the runner proves."""
    topics: dict[str, list[Line]] = {}
    for case in CASES:
        for line in lines_of(case):
            if line.topic and line.wrong and line.reported_by != ():
                topics.setdefault(line.topic, []).append(line)
    rows = [("", *COLUMNS), ("---", *("---" for _ in COLUMNS))]
    rows += [(topic, *(_mark(lines, name) for name in COLUMNS)) for topic, lines in topics.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _mark(lines: list[Line], checker: str) -> str:
    caught = [line.is_error_for(checker) for line in lines]
    return "yes" if all(caught) else "some" if any(caught) else "no"
