"""What an editor offers and shows: questions to language servers, and what they have to answer.

A signature has at most eight lines of 80 columns, and shows no name that is not public. Each server lays it out in its
own way, so that it is measured as text.
"""

from __future__ import annotations

import re
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from language_server import LanguageServer, language_server

__all__ = ["QUESTIONS", "SERVERS", "wrong_answers"]

# The programs, and how they are told to be a server.
SERVERS: Mapping[str, tuple[str, ...]] = {
    "pyright": ("pyright-langserver", "--stdio"),
    "basedpyright": ("basedpyright-langserver", "--stdio"),
    "ty": ("ty", "server"),
    "pyrefly": ("pyrefly", "lsp"),
}
LIKE_PYRIGHT = ("pyright", "basedpyright")
MODELS = """
from pydamodb import AsyncPrimaryKeyAndSortKeyModel, Attr, Field, PrimaryKeyAndSortKeyModel, PrimaryKeyModel
from pydamodb import GlobalIndex, KeyTemplate, collection

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

class Ticket(PrimaryKeyModel[int]):
    pydamo_key = KeyTemplate("TICKET#{number}", "TICKET")
    by_state = GlobalIndex[str]("gsi1", partition_key="STATE#{state}", sort_key="{number:08}")
    number: Attr[int]
    state: Attr[str]

class Comment(PrimaryKeyAndSortKeyModel[int, int]):
    pydamo_key = KeyTemplate("TICKET#{ticket}", "COMMENT#{number:08}")
    ticket: Attr[int]
    number: Attr[int]

thread = collection(Ticket, Comment)

def adult(character: Character) -> bool:
    return character.age >= 18

adults = Character.attr.age >= 18
young = Character(name="x", age=3)

"""
MOST_LINES, COLUMNS = 8, 80
METHODS = ("set", "if_not_exists", "remove", "append", "prepend", "add", "delete")
METHODS += ("between", "in_", "begins_with", "contains", "size", "exists", "not_exists")

# An expression; what is completed behind it, or inside its call. Pyright offers it in this order and before all else.
COMPLETIONS = {
    "Character.attr.": ("name", "age", "tags"),
    "Character.attr.name.": METHODS,
    "Plain.attr.age.": METHODS,
    "Member.attr.": ("family", "number"),
    "Member.attr.number.": METHODS,
    "Character(name='x').": ("name", "age", "tags"),
    "Character.changes()": ("name=", "age=", "tags="),
    "Plain.changes()": ("name=", "age="),
    "Ticket.by_": ("by_state",),
    "Ticket.by_state.": ("query", "query_all", "query_first", "query_iter", "query_count"),
    "thread.": ("batch_get", "batch_writer", "from_item", "from_stream_record", "query", "query_all", "query_first"),
}
# An expression; how many signatures Pyright shows for it, and a line of what it shows.
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
    "Character.get_item": (4, ") -> (Character | None): ..."),
    "Character.update_item": (7, "    partition_key_value: str | Key[Character],"),
    "Plain.query": (4, ") -> QueryResult[Plain]: ..."),
    "Member.attr.number": (0, "(variable) number: ExpressionField[int]"),
    "Member.get_item": (4, "    partition_key_value: str | Key[Member],"),
    "Member.update_item": (7, "    partition_key_value: str | Key[Member],"),
    "Member.query": (4, "    partition_key_value: str,"),
    "thread.query_all": (2, ") -> list[Ticket | Comment]: ..."),
}
# A call; how many signatures are shown for it while it is written.
SIGNATURES = {
    "Character.get_item()": 4,
    "Character.update_item()": 7,
    "Character(name='x').update()": 4,
    "Plain.query()": 4,
    "Plain.get_item()": 4,
    "Member.update_item()": 7,
    "Member.query()": 4,
    "Character.changes()": 1,
    "thread.query()": 2,
}
NOT_PUBLIC = re.compile(r"\b_\w+|\bpydamodb\._|Unspecified")
# The field `age` of the strict model: its declaration, a use on an instance, in an expression and in a constructor.
RENAMED = ("    age: Attr[int]", "character.age", "Character.attr.age", "age=3")
# Pyrefly does not rename arguments of constructors.
NOT_RENAMED = {"pyrefly": {"age=3"}}
QUESTIONS = len(COMPLETIONS) + len(HOVERS) + len(SIGNATURES) + 1


def wrong_answers(server: str, programs: Path) -> Iterator[str]:
    """Ask a language server of a folder of programs, and yield what it should not have said."""
    program, *options = SERVERS[server]
    lines = [*MODELS.splitlines(), *COMPLETIONS, *HOVERS, *SIGNATURES]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # from this version on, the parameters of `changes` are known
        (folder / "pyrightconfig.json").write_text('{"pythonVersion": "3.13"}', encoding="utf-8")
        environment = f'[environment]\npython = "{programs.parent}"\npython-version = "3.13"\n'
        (folder / "ty.toml").write_text(environment, encoding="utf-8")
        interpreter = f'python-interpreter-path = "{programs / "python"}"\npython-version = "3.13"\n'
        (folder / "pyrefly.toml").write_text(interpreter, encoding="utf-8")
        command = [str(programs / program), *options]
        with language_server(command, folder, programs / "python") as asked:
            asked.open("\n".join(lines))
            ordered = server in LIKE_PYRIGHT
            find_completion = _wrong_completion if ordered else _missing_completion
            yield from _wrong(asked, lines, find_completion, COMPLETIONS)
            yield from _wrong(asked, lines, _wrong_hover if ordered else _no_hover, HOVERS)
            yield from _wrong(asked, lines, _wrong_signature, SIGNATURES)
            yield from _wrong_rename(asked, lines, NOT_RENAMED.get(server, set()))


def _wrong(
    server: LanguageServer,
    lines: list[str],
    find: Callable[[LanguageServer, str, int], str],
    expressions: Mapping[str, object],
) -> Iterator[str]:
    for expression in expressions:
        line = len(lines) - 1 - lines[::-1].index(expression)
        problem = find(server, expression, line)
        if problem:
            yield f"{expression}: {problem}"


def _wrong_completion(server: LanguageServer, expression: str, line: int) -> str:
    offered = [name for name in server.completions(line, len(expression.removesuffix(")"))) if not name.startswith("_")]
    wanted = COMPLETIONS[expression]
    return "" if tuple(offered[: len(wanted)]) == wanted else f"offers {offered}"


def _missing_completion(server: LanguageServer, expression: str, line: int) -> str:
    offered = server.completions(line, len(expression.removesuffix(")")))
    missing = [name for name in COMPLETIONS[expression] if name not in offered]
    return f"does not offer {missing}" if missing else ""


def _wrong_hover(server: LanguageServer, expression: str, line: int) -> str:
    shown = server.hover(line, len(expression) - 1)
    signatures = [part for part in shown.split("\n\n") if "def " in part]
    number, wanted = HOVERS[expression]
    problem = _unreadable(signatures)
    right = len(signatures) == number and wanted in shown.splitlines() and not problem
    return "" if right else f"{len(signatures)} signatures, {problem}\n{shown}"


def _no_hover(server: LanguageServer, expression: str, line: int) -> str:
    return "" if server.hover(line, len(expression) - 1) else "shows nothing"


def _wrong_signature(server: LanguageServer, expression: str, line: int) -> str:
    shown = server.signatures(line, len(expression) - 1)
    right = len(shown) == SIGNATURES[expression]
    return _unreadable(shown) if right else f"shows {len(shown)} signatures"


def _unreadable(signatures: list[str]) -> str:
    """Return the first signature that is too long or has a name that is not public, empty if there is none."""
    for signature in signatures:
        text = " ".join(signature.split("\n---", maxsplit=1)[0].split())
        if len(textwrap.wrap(text, COLUMNS)) > MOST_LINES or NOT_PUBLIC.search(text):
            return f"shows {text}"
    return ""


def _wrong_rename(server: LanguageServer, lines: list[str], left: set[str]) -> Iterator[str]:
    """Rename a field where it is declared; each use has to follow."""
    line = next(number for number, text in enumerate(lines) if text.startswith(RENAMED[0]))
    changed = server.renamed(line, RENAMED[0].index("age"), "years")
    for use in (each for each in RENAMED if each not in left):
        place = next(number for number, text in enumerate(lines) if use in text)
        if (place, lines[place].index(use) + use.index("age")) not in changed:
            yield f"a renamed field keeps its name in {lines[place]!r}"
