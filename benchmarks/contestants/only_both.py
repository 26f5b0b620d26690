"""Both floors in one program: each operation is what botocore does alone, and then what Pydantic does alone.

That costs more than the two of them by themselves: each finds the processor's caches as the other has left them, and
Python's garbage collector looks through the objects of both.
"""

from __future__ import annotations

from benchmarks.contest import WORKLOADS, Task
from benchmarks.contestants import only_botocore, only_pydantic


class Entry(only_pydantic.Entry):
    """Does as Pydantic alone does, after a request."""

    def __init__(self) -> None:
        super().__init__()
        botocore = only_botocore.Entry()
        for workload in WORKLOADS:
            setattr(self, workload, _in_turn(getattr(botocore, workload), getattr(self, workload)))


def _in_turn(first: Task, second: Task) -> Task:
    def both() -> object:
        first()
        return second()

    return both
