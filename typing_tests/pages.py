"""The Python blocks of the README and of docs/, each as a module that imports from those before it what it uses.

So a page may define a class anew, as the reader's own program would not. A line that is wrong on purpose says so, with
`# type error`, `# type error in ty` or `# type error with the mypy plugin`: these become the comments of the cases.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PAGES", "modules_of", "stem_of"]

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
WRONG = {
    "  # type error with the mypy plugin\n": "  # E: mypy+plugin\n",
    "  # type error in ty\n": "  # E: ty\n",
    "  # type error\n": "  # E\n",
}


def modules_of(page: Path) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the modules of a page; their lines have the numbers that they have in the page."""
    text = page.read_text(encoding="utf-8")
    sources: dict[str, str] = {}
    for block in BLOCK.finditer(text):
        code = block["code"]
        for words, expected in WRONG.items():
            code = code.replace(words, expected)
        tree = ast.parse(code)
        line = text.count("\n", 0, block.start("code"))
        name = f"{stem_of(page)}_{line + 1:03}"
        needed = [sources[each] for each in sorted(_used(tree) & sources.keys())]
        yield f"{name}.py", "; ".join(needed) + "\n" * max(line, 1) + code
        sources |= {each: f"from {name} import {each}" for each in _defined(tree)} | dict(_imported(tree))


def stem_of(page: Path) -> str:
    """Return what the names of the modules of a page begin with."""
    return page.stem.lower().replace("-", "_")


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
