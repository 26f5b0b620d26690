"""Texts and files rewritten in the strict style, for the tests of `pydamodb.strict`."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

from pydamodb._strict.names import Names
from pydamodb._strict.program import rewrite
from pydamodb._strict.sources import Source


def rewritten(
    files: Mapping[str, str], keys: Mapping[str, Sequence[str]] | None = None
) -> tuple[dict[str, str], list[str]]:
    """Rewrite texts by the names of their files; return the new texts and the notes. A second run changes nothing."""
    sources = [Source(Path("/project", name), text) for name, text in files.items()]
    rewrite([Names(source) for source in sources], keys or {})
    new = {name: source.changed() for name, source in zip(files, sources, strict=True)}
    again = [Source(Path("/project", name), text) for name, text in new.items()]
    rewrite([Names(source) for source in again], keys or {})
    assert list(new.values()) == [source.changed() for source in again]
    notes = [f"{note.path.name}:{note.line}: {note.text}" for source in sources for note in source.notes]
    return new, notes


def one(text: str, keys: Mapping[str, Sequence[str]] | None = None) -> tuple[str, list[str]]:
    """Rewrite a text; return the new one and the notes."""
    new, notes = rewritten({"shop.py": dedent(text)}, keys)
    ast.parse(new["shop.py"])
    return new["shop.py"], notes


MODEL = """\
from pydamodb import PrimaryKeyModel
{imports}

class Order(PrimaryKeyModel[str]):
"""


def body(lines: str, imports: str = "") -> tuple[str, list[str]]:
    """Rewrite the body of a model that has key types; return the new body and the notes, without the imports."""
    head = MODEL.format(imports=dedent(imports))
    new, notes = one(
        head + "".join(f"    {line}\n" if line else "\n" for line in dedent(lines).strip("\n").split("\n"))
    )
    after = new.partition("class Order(PrimaryKeyModel[str]):\n")[2]
    return dedent(after).rstrip("\n"), [note.partition(": ")[2] for note in notes]
