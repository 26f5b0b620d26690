"""Files of lines, compressed with gzip or not, by name or open already. Each is read and written line by line.

Whether a file to read is compressed is seen in its first byte. A file to write is compressed if its name ends with
`.gz`. A named file is written under another name until it is whole, so that an error leaves the older file as it was.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from gzip import BadGzipFile, GzipFile
from io import BufferedReader, BufferedWriter, RawIOBase, TextIOBase
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from pydamodb._core.exceptions import InvalidRequestError

DAMAGED = (EOFError, BadGzipFile, zlib.error)
_GZIP = b"\x1f"  # no line of JSON begins with this byte
_LEVEL = 6


class Readable(Protocol):
    """A binary file, the body of an answer of S3, or what else has bytes to read."""

    def read(self, size: int, /) -> bytes:
        """Return at most this number of bytes, none at the end."""
        ...


class Writable(Protocol):
    """A binary file, or what else takes bytes."""

    def write(self, data: bytes, /) -> Any:
        """Take these bytes."""
        ...


Source: TypeAlias = str | Path | Readable
Target: TypeAlias = str | Path | Writable


class _Bytes(RawIOBase):
    """Reads from an object that has only a method `read`, and never closes it."""

    def __init__(self, read: Callable[[int], Any], of: str) -> None:
        self._read, self._of = read, of

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data: object = self._read(len(buffer))
        if not isinstance(data, bytes):
            raise _wrong_file(self._of, f"one that returns {type(data).__name__}, not bytes")
        buffer[: len(data)] = data
        return len(data)


def check_source(of: str, file: Any) -> None:
    """Raise InvalidRequestError for what cannot be read."""
    if not (isinstance(file, (str, Path)) or callable(getattr(file, "read", None))):
        raise _wrong_file(of, f"a value of type {type(file).__name__}")


def lines_of(of: str, file: Source) -> Iterator[bytes]:
    """Yield the lines of a file. One that was given open stays open."""
    with ExitStack() as stack:
        if isinstance(file, (str, Path)):
            source = stack.enter_context(Path(file).open("rb"))
        else:
            source = BufferedReader(_Bytes(file.read, of))
        yield from GzipFile(fileobj=source) if source.peek(1)[:1] == _GZIP else source


@contextmanager
def writing(of: str, file: Target) -> Generator[Callable[[bytes], Any], None, None]:
    """Return the function that writes to a file. One that was given open stays open."""
    if isinstance(file, (str, Path)):
        with _named(Path(file).resolve()) as write:
            yield write
    elif isinstance(file, RawIOBase):  # it may take only a part of what it is given
        buffered = BufferedWriter(file)
        try:
            yield buffered.write
        finally:
            buffered.flush()
            buffered.detach()
    elif isinstance(file, TextIOBase) or not callable(getattr(file, "write", None)):
        raise _wrong_file(of, f"a value of type {type(file).__name__}")
    else:
        yield file.write


@contextmanager
def _named(path: Path) -> Generator[Callable[[bytes], Any], None, None]:
    is_special = path.exists() and not path.is_file()  # a pipe for example
    partial = path if is_special else path.with_name(f"{path.name}.partial")
    try:
        with partial.open("wb") as opened:
            if path.suffix == ".gz":
                with GzipFile("", "wb", _LEVEL, opened, mtime=0) as compressed:
                    yield compressed.write
            else:
                yield opened.write
    except BaseException:
        if not is_special:
            partial.unlink(missing_ok=True)
        raise
    if not is_special:
        partial.replace(path)


def _wrong_file(of: str, got: str) -> InvalidRequestError:
    return InvalidRequestError(
        f'{of} takes the name of a file, or a file that is open in binary mode ("rb"), got {got}'
    )
