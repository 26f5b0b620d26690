"""The text of a file, its syntax tree, and changes of the text at places of the tree. Nothing here knows of models.

A syntax tree counts columns in bytes of UTF-8, a text in characters: `Source` converts. All that no change names is
kept as it is: comments, blank lines, line ends, tabs.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TypeAlias

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")  # `str.splitlines` knows line ends that Python does not

Place: TypeAlias = ast.expr | ast.stmt | ast.keyword | ast.alias


class Edit(NamedTuple):
    """A change of a text: the characters from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


class Note(NamedTuple):
    """What is left as it is, and what to do by hand."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class Source:
    """A file of Python: its text, its tree, what is to be changed, and what is to be done by hand."""

    def __init__(self, path: Path, text: str) -> None:
        """Parse the text; raise SyntaxError or ValueError if it is no Python."""
        self.path = path
        self.text = text
        self.tree = ast.parse(text, str(path))
        self.edits: list[Edit] = []
        self.notes: list[Note] = []
        self._lines = _LINE.findall(text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        """Return the place of a line and a column of the tree, as a number of characters."""
        text = self._lines[line - 1]
        return self._starts[line - 1] + (column if text.isascii() else len(text.encode()[:column].decode()))

    def start(self, node: Place) -> int:
        """Return the place of the first character of a node."""
        return self.at(node.lineno, node.col_offset)

    def end(self, node: Place) -> int:
        """Return the place behind the last character of a node."""
        assert node.end_lineno is not None  # noqa: S101 - a parsed tree has it
        assert node.end_col_offset is not None  # noqa: S101
        return self.at(node.end_lineno, node.end_col_offset)

    def code(self, node: Place) -> str:
        """Return the text of a node."""
        return self.text[self.start(node) : self.end(node)]

    def line_start(self, place: int) -> int:
        """Return the place where the line of a place begins."""
        return max(self.text.rfind("\n", 0, place), self.text.rfind("\r", 0, place)) + 1

    def line_end(self, place: int) -> int:
        """Return the place behind the end of the line of a place."""
        found = re.compile(r"\r\n|\r|\n").search(self.text, place)
        return len(self.text) if found is None else found.end()

    def opening(self, start: int, end: int, sign: str) -> int:
        """Return the place of a sign in a piece of code between two nodes, its end if it has none there."""
        found = re.compile(rf"(?:[^{sign}#]|#[^\r\n]*)*").match(self.text, start, end)
        return end if found is None else found.end()

    @property
    def newline(self) -> str:
        """The first line end of the text."""
        found = re.search(r"\r\n|\r|\n", self.text)
        return found[0] if found else "\n"

    def insert(self, place: int, text: str) -> None:
        """Add text at a place; texts at one place stand in the order in which they were added."""
        self.edits.append(Edit(place, place, text))

    def replace(self, start: int, end: int, text: str) -> None:
        """Put another text between two places."""
        self.edits.append(Edit(start, end, text))

    def note(self, node: Place, text: str) -> None:
        """Say what is to be done by hand at a node."""
        self.notes.append(Note(self.path, node.lineno, text))

    def changed(self) -> str:
        """Return the text with all changes."""
        return _applied(self.text, self.edits)


def _applied(text: str, edits: Iterable[Edit]) -> str:
    parts: list[str] = []
    place = 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, text[place:]])


def has_comment(text: str) -> bool:
    """Return True if a piece of code between two nodes contains a comment: such a piece has no strings."""
    return "#" in text


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding, as Python finds it; line ends are kept."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return data.decode(encoding), encoding
