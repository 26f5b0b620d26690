"""How measuring goes: all of a group in each round, in an order that turns; what is compared is of one round."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from benchmarks import crowds
from benchmarks.contest import CREATION, GROWTH, NESTING, WORKLOADS
from benchmarks.targets import PYDANTIC, US
from benchmarks.worker import Worker

TARGET = 0.1  # CPU seconds of a measurement
LEAST = 3  # iterations, so that what happens now and then has its share
LONG = 1.0  # CPU seconds in which all of that has happened
ENOUGH = 0.02  # CPU seconds that tell how many iterations make a measurement

Part: TypeAlias = tuple[str, str]  # a contestant and a workload
Cells: TypeAlias = dict[str, dict[str, list[float]]]  # by workload and contestant, CPU milliseconds of each round


@dataclass
class Measurements:
    """What a run has found."""

    cells: Cells = field(default_factory=dict[str, dict[str, list[float]]])
    problems: list[str] = field(default_factory=list[str])


def groups(contestants: Sequence[str]) -> dict[str, list[Part]]:
    """Return what is measured together: everyone at a workload, or the sizes of pages, or the depths of maps."""
    contests = {workload: [(name, workload) for name in contestants] for workload in (*WORKLOADS, CREATION)}
    growing = [name for name in (US, PYDANTIC) if name in contestants]
    return contests | {
        "growth": [(name, workload) for name in growing for workload in GROWTH],
        "nesting": [(name, workload) for name in growing if name == US for workload in NESTING],
    }


def crowd_groups(contestants: Sequence[str]) -> dict[str, list[Part]]:
    """Return what is measured together of asynchronous reads."""
    return {workload: [(name, workload) for name in contestants] for workload in crowds.WORKLOADS}


def measure(
    workers: Mapping[str, Worker], group: Sequence[Part], rounds: int, target: float, into: Measurements
) -> None:
    """Check a group, warm it up, and measure it."""
    fit = [part for part in group if _fit(workers[part[0]], *part, into)]
    iterations = {(name, workload): _iterations(workers[name], workload, target) for name, workload in fit}
    for number in range(rounds if fit else 0):
        turn = number % len(fit)
        for name, workload in fit[turn:] + fit[:turn]:
            count = iterations[name, workload]
            milliseconds = 1_000 * workers[name].seconds(workload, count) / count
            into.cells.setdefault(workload, {}).setdefault(name, []).append(milliseconds)
        print(".", end="", file=sys.stderr, flush=True)


def _fit(worker: Worker, name: str, workload: str, into: Measurements) -> bool:
    """Return whether a contestant can do a workload, and does it right."""
    if not worker.can(workload):
        return False
    problem = worker.problem(workload) if workload in WORKLOADS or workload in crowds.WORKLOADS else None
    if problem:
        into.problems.append(f"{name} is not measured at {workload}: {problem}")
    return not problem


def _iterations(worker: Worker, workload: str, target: float) -> int:
    """Warm up, and return how many iterations take the target's time."""
    count = 1
    worker.seconds(workload, count)
    while (seconds := worker.seconds(workload, count)) < ENOUGH:
        count *= 2
    least = LEAST if seconds < LONG else 1
    return max(least, round(target * count / seconds))
