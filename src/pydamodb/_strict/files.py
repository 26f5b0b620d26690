"""Files: which are meant by the arguments, what they contain, how a new text replaces the old one."""

from __future__ import annotations

import difflib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydamodb._strict.sources import Source, decoded


def python_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files, and all `*.py` files below folders, each once; hidden folders and environments are left out."""
    seen: set[Path] = set()
    for path in paths:
        for each in _below(path) if path.is_dir() else [path]:
            if each.resolve() not in seen:
                seen.add(each.resolve())
                yield each


def _below(folder: Path) -> Iterator[Path]:
    for each in sorted(folder.iterdir()):
        if each.is_dir() and not each.is_symlink():
            if not (each.name.startswith(".") or each.name == "node_modules" or (each / "pyvenv.cfg").exists()):
                yield from _below(each)
        elif each.suffix == ".py" and each.is_file():
            yield each


def read(path: Path) -> Source:
    """Read a file of Python; raise OSError, SyntaxError or ValueError if it is none."""
    return Source(path, decoded(path.read_bytes())[0])


def write(path: Path, text: str) -> None:
    """Replace the text of a file, in its encoding: it has either text, whatever happens; raise OSError otherwise."""
    place = path.resolve()  # a symbolic link stays one
    encoding = decoded(place.read_bytes())[1]
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as file:
        new = Path(file.name)
        try:
            file.write(text.encode(encoding))
            file.close()
            shutil.copymode(place, new)
            new.replace(place)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def diff(path: Path, old: str, new: str) -> str:
    """Return a unified diff."""
    lines = difflib.unified_diff(_lines(old), _lines(new), str(path), str(path))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+$", text)
