"""What an editor offers and shows: questions to Pyright's language server, and what it has to answer.

A hover text has as few signatures as can be, and none is long.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from language_server import LanguageServer, language_server

__all__ = ["COMPLETIONS", "HOVERS", "SERVERS", "wrong_answers"]

SERVERS = ("pyright-langserver", "basedpyright-langserver")
MODELS = """
from pydamodb import AsyncPrimaryKeyAndSortKeyModel, Attr, Field, PrimaryKeyAndSortKeyModel, PrimaryKeyModel

class Character(PrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int] = Field(default=0)
    tags: Attr[list[str]] = Field(default_factory=list)

class Plain(PrimaryKeyAndSortKeyModel):
    name: str
    age: int

class Member(AsyncPrimaryKeyAndSortKeyModel[str, int]):
    family: Attr[str]
    number: Attr[int]

"""
MOST_LINES = 14
METHODS = (
    "between",
    "in_",
    "begins_with",
    "contains",
    "size",
    "exists",
    "not_exists",
    "set",
    "if_not_exists",
    "remove",
)

# An expression; what is completed behind it, or inside its call, in this order and before anything else.
COMPLETIONS = {
    "Character.attr.": ("name", "age", "tags"),
    "Character.attr.name.": METHODS,
    "Plain.attr.age.": METHODS,
    "Member.attr.": ("family", "number"),
    "Member.attr.number.": METHODS,
    "Character(name='x').": ("name", "age", "tags"),
    "Character.changes()": ("name=", "age=", "tags="),
    "Plain.changes()": ("name=", "age="),
}
# An expression; how many signatures are shown for it, and a line of what is shown.
HOVERS = {
    "Character.attr.age": (0, "(variable) age: ExpressionField[int]"),
    "Character.attr.tags": (0, "(variable) tags: ExpressionField[list[str]]"),
    "Character.attr.name.begins_with": (1, "(method) def begins_with(prefix: Operand[str]) -> Condition"),
    "Character.attr.age.between": (1, "    low: Operand[int],"),
    "Character.attr.age.in_": (1, "(method) def in_(*values: Operand[int]) -> Condition"),
    "Character.attr.age.set": (1, "(method) def set(value: NewValue[int]) -> UpdateAction"),
    "Character.attr.tags.contains": (0, "(variable) contains: ElementTest[str]"),
    "Character.attr.age.add": (0, "(variable) add: Adding[int]"),
    "Character.attr.tags.append": (0, "(variable) append: Appending[str]"),
    "Character.get_item": (2, ") -> (Character | None): ..."),
    "Character.update_item": (7, "    partition_key_value: str,"),
    "Plain.query": (4, ") -> QueryResult[Plain]: ..."),
    "Member.attr.number": (0, "(variable) number: ExpressionField[int]"),
    "Member.get_item": (2, "    partition_key_value: str,"),
    "Member.update_item": (7, "    sort_key_value: int = MISSING,"),
    "Member.query": (4, "    partition_key_value: str,"),
}


def wrong_answers(program: Path, python: Path) -> Iterator[str]:
    """Ask a language server, and yield what it should not have said."""
    lines = [*MODELS.splitlines(), *COMPLETIONS, *HOVERS]
    with tempfile.TemporaryDirectory() as folder:
        # from this version on, the parameters of `changes` are known
        (Path(folder) / "pyrightconfig.json").write_text('{"pythonVersion": "3.13"}', encoding="utf-8")
        with language_server(program, Path(folder), python) as server:
            server.open("\n".join(lines))
            yield from _wrong(server, lines, _wrong_completion, [*COMPLETIONS])
            yield from _wrong(server, lines, _wrong_hover, [*HOVERS])


def _wrong(
    server: LanguageServer,
    lines: list[str],
    find: Callable[[LanguageServer, str, int], str],
    expressions: list[str],
) -> Iterator[str]:
    for expression in expressions:
        problem = find(server, expression, lines.index(expression))
        if problem:
            yield f"{expression}: {problem}"


def _wrong_completion(server: LanguageServer, expression: str, line: int) -> str:
    offered = [name for name in server.completions(line, len(expression.removesuffix(")"))) if not name.startswith("_")]
    wanted = COMPLETIONS[expression]
    return "" if tuple(offered[: len(wanted)]) == wanted else f"offers {offered}"


def _wrong_hover(server: LanguageServer, expression: str, line: int) -> str:
    shown = server.hover(line, len(expression) - 1)
    signatures = [part for part in shown.split("\n\n") if "def " in part]
    number, wanted = HOVERS[expression]
    longest = max((len(each.splitlines()) for each in signatures), default=0)
    right = len(signatures) == number and longest <= MOST_LINES and wanted in shown.splitlines()
    return "" if right else f"{len(signatures)} signatures, one of {longest} lines:\n{shown}"
