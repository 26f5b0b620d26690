"""The code of the documentation and the examples in the strict style, as `python -m pydamodb.strict` makes it.

A page says which tables have which keys; the models of these tables get the types of their keys. A mistake that only
the plugin for mypy finds in the plain style is one that all checkers find in the strict style.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pages import PAGES, modules_of

__all__ = ["keys_of", "rewritten", "rewritten_modules"]

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = {"quickstart.py": ("Order=customer,number",), "fastapi_app.py": ()}
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


def rewritten(python: str, modules: Mapping[str, str], keys: Iterator[str]) -> dict[str, str]:
    """Rewrite modules with the package of an environment."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in modules.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        options = [option for each in keys for option in ("--keys", each)]
        command = [python, "-m", "pydamodb.strict", ".", "--write", *options]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return {name: (Path(folder) / name).read_text(encoding="utf-8") for name in modules}


def rewritten_modules(python: str) -> dict[str, str]:
    """Rewrite what a user reads: the pages, each by itself, and the examples."""
    found: dict[str, str] = {}
    for page in PAGES:
        found |= rewritten(python, dict(modules_of(page)), keys_of(page.read_text(encoding="utf-8")))
    for name, keys in EXAMPLES.items():
        text = (ROOT / "examples" / name).read_text(encoding="utf-8")
        found |= rewritten(python, {name: text}, iter(keys))
    return {name: text.replace("# E: mypy+plugin\n", "# E\n") for name, text in found.items()}
