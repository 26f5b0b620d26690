"""Reads a long reply while Python's garbage collector pauses.

A page of 1,000 items is about 7,000 new objects, none of them garbage. The collector looks at all of them several times
while they are made, and now and then at all objects of the program: a quarter of the time that the page takes. It is
due right after the page. A program that has turned the collector off is not changed.
This module has no use if Python's collector learns to leave objects alone that are being made.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Any

LONG = 1 << 15  # bytes: a shorter reply is not worth it
_pauses: set[object] = set()


def read_pausing(read: Callable[[bytes], Any], body: bytes) -> Any:
    """Read a reply without the collector."""
    if not gc.isenabled():
        return read(body)
    pause = object()
    _pauses.add(pause)
    gc.disable()
    try:
        return read(body)
    finally:
        gc.enable()
        _pauses.discard(pause)


def _end_pauses() -> None:
    """End the pauses of threads that the child process does not have: validators of users let others run."""
    if _pauses:
        _pauses.clear()
        gc.enable()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_end_pauses)
