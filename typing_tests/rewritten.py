"""The code of the documentation and the examples in the strict style, as `python -m pydamodb.strict` makes it.

A page says which tables have which keys; the models of these tables get the types of their keys. A mistake that only
the plugin for mypy finds in the plain style is one that all checkers find in the strict style, but for a few lines.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from pages import PAGES, modules_of

__all__ = ["keys_of", "rewritten", "rewritten_modules"]

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = {"quickstart.py": ("Order=customer,number",), "fastapi_service/fastapi_app.py": ()}
# What no codemod can help, by the code of the line. docs/type-checkers.md has all of it.
BUT_THE_PLUGIN = "pyright, basedpyright, mypy, ty, pyrefly, pyrefly+basic, zuban"
DIFFERENT = {
    'supplier.save(condition=Lenient.attr("phone").exists())': f"X: {BUT_THE_PLUGIN}",
    'Customer.update_item("ann", updates={Customer.attr.age: None})': "E: mypy+deprecated, mypy+plugin, ty, pyrefly",
    'Customer.update_item("ann", updates={Customer.attr.email: None, Customer.attr.groups: set()})': "X: ty",
    "age: Attr[int] = Field(default=0, ge=0)": "X: pyrefly",
    "balance: Attr[int] = AttrField(default=0, ge=0)": "X: pyrefly",
}
TABLE = re.compile(r"^\| `(?P<table>[\w-]+)` \| `(?P<pk>\w+)` \(\w\) \| (?:`(?P<sk>\w+)` \(\w\))? *\|", re.MULTILINE)
MODEL = re.compile(
    r'^class (?P<model>\w+)\(.*\):\n(?:    .*\n|\n)*?    pydamo_config = PydamoConfig\(\s*table="(?P<table>[\w-]+)"',
    re.MULTILINE,
)


def keys_of(text: str) -> Iterator[str]:
    """Yield the keys of the models of a page, as arguments of `--keys`."""
    tables = {each["table"]: ",".join(filter(None, (each["pk"], each["sk"]))) for each in TABLE.finditer(text)}
    for each in MODEL.finditer(text):
        if each["table"] in tables:
            yield f"{each['model']}={tables[each['table']]}"


def rewritten(python: Path, modules: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Rewrite modules with the package of an environment."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in modules.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        options = [option for each in keys for option in ("--keys", each)]
        command = [str(python), "-m", "pydamodb.strict", ".", "--write", *options]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return {name: (Path(folder) / name).read_text(encoding="utf-8") for name in modules}


@cache
def rewritten_modules(python: Path) -> Mapping[str, str]:
    """Rewrite what a user reads: the pages, each by itself, and the examples."""
    found: dict[str, str] = {}
    for page in PAGES:
        found |= rewritten(python, dict(modules_of(page)), keys_of(page.read_text(encoding="utf-8")))
    for name, keys in EXAMPLES.items():
        text = (ROOT / "examples" / name).read_text(encoding="utf-8")
        found |= rewritten(python, {Path(name).name: text}, keys)
    programs = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs_src").rglob("*.py")}
    found |= rewritten(python, programs, ())
    return {name: "".join(map(_expected, text.splitlines(keepends=True))) for name, text in found.items()}


def _expected(line: str) -> str:
    """Say in a line what is expected of checkers, if that is something else than in the plain style."""
    code = line.partition("  # ")[0].rstrip()
    if code.strip() in DIFFERENT:
        return f"{code}  # {DIFFERENT[code.strip()]}\n"
    return line.replace("  # E: mypy+plugin\n", "  # E\n")
