"""How many retries a client may make: the quota of AWS's standard mode.

Each retry costs a part of the quota, and each success pays back. A service that is down thus gets few retries.
"""

from __future__ import annotations

from threading import Lock

_CAPACITY = 500
THROTTLED_COST, COST = 5, 14
_GAIN = 1  # of a request that needed no retry


class Quota:
    """The quota of one client."""

    def __init__(self) -> None:
        self.available = _CAPACITY
        self._lock = Lock()

    def take(self, cost: int) -> bool:
        """Pay for a retry; return False if too little is left."""
        with self._lock:
            if cost > self.available:
                return False
            self.available -= cost
            return True

    def give(self, paid: int) -> None:
        """Pay back what the last retry of a successful request has cost, 0 if there was none."""
        if self.available < _CAPACITY:
            with self._lock:
                self.available = min(_CAPACITY, self.available + (paid or _GAIN))

    def start_anew(self) -> None:
        """Have another lock, in a forked process: a thread of the parent may hold the one that was there."""
        self._lock = Lock()
