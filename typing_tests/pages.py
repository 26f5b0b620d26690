"""The Python blocks of the README and of docs/, each as a module that imports from those before it what it uses.

So a page may define a class anew, as the reader's own program would not. A line that is wrong on purpose says so, with
`# type error`, `# type error in ty` or `# type error with the mypy plugin`: these become the comments of the cases.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

__all__ = ["PAGES", "Block", "blocks_of", "modules_of", "stem_of"]

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
# A fence in a tab or a note is indented. What follows its language are options, such as a title.
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)(?P<options>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
TITLE = re.compile(r'title="(?P<title>[^"]+)"')
INCLUDED = re.compile(r'^--8<-- "(?P<path>[^"]+)"\n', re.MULTILINE)
SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
WRONG = {
    "  # type error with the mypy plugin\n": "  # E: mypy+plugin\n",
    "  # type error in ty\n": "  # E: ty\n",
    "  # type error\n": "  # E\n",
}


class Block(NamedTuple):
    """A fenced block: its language, its text, the line of the page on which the text begins, and its title."""

    language: str
    text: str
    line: int
    title: str | None


def blocks_of(text: str) -> list[Block]:
    """Find the fenced blocks of a page. A file that a block includes is a part of its text."""
    found: list[Block] = []
    for each in FENCE.finditer(text):
        code = INCLUDED.sub(lambda line: (ROOT / line["path"]).read_text(encoding="utf-8"), dedent(each["text"]))
        title = TITLE.search(each["options"])
        line = text.count("\n", 0, each.start("text"))
        found.append(Block(each["language"], code, line, title["title"] if title else None))
    return found


def modules_of(page: Path) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the modules of a page; their lines have the numbers that they have in the page."""
    sources: dict[str, str] = {}
    for block in blocks_of(page.read_text(encoding="utf-8")):
        if block.language != "python":
            continue
        code = block.text
        for words, expected in WRONG.items():
            code = code.replace(words, expected)
        tree = ast.parse(code)
        name = f"{stem_of(page)}_{block.line + 1:03}"
        needed = [sources[each] for each in sorted(_used(tree) & sources.keys())]
        yield f"{name}.py", "; ".join(needed) + "\n" * max(block.line, 1) + code
        sources |= {each: f"from {name} import {each}" for each in _defined(tree)} | dict(_imported(tree))


def stem_of(page: Path) -> str:
    """Return what the names of the modules of a page begin with."""
    path = page.relative_to(DOCS) if DOCS in page.parents else Path(page.name)
    return re.sub(r"\W", "_", path.with_suffix("").as_posix().lower())


def _used(tree: ast.Module) -> set[str]:
    """Name what a block reads, without what it defines or imports itself."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return names - {*_defined(tree), *dict(_imported(tree))}


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a block defines at its top, also in loops and `with` blocks."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, DEFINITIONS):
            yield node.name
        elif not isinstance(node, SCOPES):
            waiting.extend(ast.iter_child_nodes(node))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that a block imports, and the statement for each."""
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            origin = f"from {node.module} " if isinstance(node, ast.ImportFrom) else ""
            renamed = f" as {alias.asname}" if alias.asname else ""
            yield alias.asname or alias.name.partition(".")[0], f"{origin}import {alias.name}{renamed}"
