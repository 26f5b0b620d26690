"""Rewrite models of the plain style in the strict style: `python -m pydamodb.strict PATH...`.

    name: str                    name: Attr[str]
    age: int = 0                 age: Attr[int] = Field(default=0)
    @computed_field @property    @computed_attr
    Order.attr.address.city      Order.attr.address(lambda address: address.city)

A class whose keys are marked, or named with `--keys`, gets their types: `PrimaryKeyModel[str]`. The program prints a
unified diff; with `--write` it changes the files. What cannot be rewritten safely stays as it is, and a note says so.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from pydamodb._strict.files import diff, python_files, read, write
from pydamodb._strict.names import Names
from pydamodb._strict.program import rewrite
from pydamodb._strict.sources import Note, Source

__all__ = ["main"]

EXIT_CODES = """exit codes:
  0  the files are in the strict style, or they are now (--write)
  1  files would change, and --write is not given
  2  a file cannot be read, parsed or written (the others are handled), or the arguments are wrong
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; return an exit code: 0 for nothing to do, 1 for changes not written, 2 for errors.

    Args:
        arguments: Those of the command line, without the name of the program; None for those of this process.
    """
    given = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a diff has whatever the files have
    files, errors = _read(given.paths)
    rewrite(files, dict(given.keys))
    notes: list[Note] = []
    changed: list[Source] = []
    for source in (names.source for names in files):
        notes += source.notes
        if (new := source.changed()) == source.text:
            continue
        try:
            ast.parse(new)
        except SyntaxError as error:
            errors.append(f"{source.path}: it stays as it is, its new text would not be valid Python: {error}")
            continue
        changed.append(source)
        sys.stdout.write(diff(source.path, source.text, new))
        if given.write:
            try:
                write(source.path, new)
            except OSError as error:
                errors.append(f"{source.path}: {error}")
    notes.sort(key=lambda note: (str(note.path), note.line))
    sys.stderr.writelines(f"{each}\n" for each in (*notes, *errors))
    if errors:
        return 2
    return 1 if changed and not given.write else 0


def _read(paths: Sequence[Path]) -> tuple[list[Names], list[str]]:
    """Read the files that are meant, and say which could not be read."""
    found = [_names(path) for path in python_files(paths)]
    return [each for each in found if isinstance(each, Names)], [each for each in found if isinstance(each, str)]


def _names(path: Path) -> Names | str:
    """Read a file, or say why it cannot be read."""
    try:
        return Names(read(path))
    except SyntaxError as error:
        return f"{path}:{error.lineno or 1}: this is not valid Python: {error.msg}"
    except RecursionError:
        return f"{path}: it cannot be read: its expressions are nested too deeply"
    except (OSError, ValueError) as error:
        return f"{path}: it cannot be read: {error}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pydamodb.strict",
        description=__doc__,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with *.py files")
    parser.add_argument("--write", action="store_true", help="change the files")
    parser.add_argument(
        "--keys",
        action="append",
        default=[],
        type=_keys,
        metavar="MODEL=FIELD[,FIELD]",
        help="the key fields of a model that does not mark them, as in --keys Order=customer,number",
    )
    return parser


def _keys(text: str) -> tuple[str, list[str]]:
    name, equals, fields = text.partition("=")
    if not (name and equals and fields):
        raise argparse.ArgumentTypeError(f"{text!r} is not MODEL=FIELD or MODEL=FIELD,FIELD")
    return name, fields.split(",")


if __name__ == "__main__":
    sys.exit(main())
