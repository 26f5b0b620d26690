"""How long a batch waits before it sends unprocessed items again: growing, random pauses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pydamodb._operations.requests import Sleep

MOST_ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0

Jitter: TypeAlias = Callable[[float, float], float]


def pause(attempts: int, jitter: Jitter) -> Sleep:
    """Return the pause after this number of consecutive attempts without progress."""
    return Sleep(jitter(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(attempts - 1, 0))))
