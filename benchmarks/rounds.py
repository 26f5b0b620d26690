"""How measuring goes: everyone in a round, each round in another order, and only what a round has in common is compared."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.contest import CREATION, GROWTH, NESTING
from benchmarks.worker import Worker

TARGET = 0.12  # CPU seconds of a measurement
ENOUGH = 0.02  # CPU seconds that tell how many iterations make a measurement
UNCHECKED = {CREATION, *GROWTH, *NESTING}


@dataclass
class Measurements:
    """CPU milliseconds of one run: by workload and contestant, a list with a value for each round."""

    cells: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def measure(
    workers: Mapping[str, Worker], workloads: Sequence[str], rounds: int, target: float = TARGET
) -> Measurements:
    """Check all, warm up, and measure."""
    measurements = Measurements()
    for position, workload in enumerate(workloads):
        print(f"[{position + 1}/{len(workloads)}] {workload}", file=sys.stderr)
        entrants = _fit(workers, workload, measurements)
        iterations = {name: _iterations(workers[name], workload, target) for name in entrants}
        cells = measurements.cells.setdefault(workload, {name: [] for name in entrants})
        for number in range(rounds):
            turn = number % len(entrants) if entrants else 0
            for name in entrants[turn:] + entrants[:turn]:
                count = iterations[name]
                cells[name].append(1_000 * workers[name].seconds(workload, count) / count)
    return measurements


def _fit(workers: Mapping[str, Worker], workload: str, measurements: Measurements) -> list[str]:
    """Return who can do a workload, and does it right."""
    fit: list[str] = []
    for name, worker in workers.items():
        if not worker.can(workload):
            continue
        if workload not in UNCHECKED and (problem := worker.problem(workload)):
            measurements.problems.append(f"{name} is not measured at {workload}: {problem}")
        else:
            fit.append(name)
    return fit


def _iterations(worker: Worker, workload: str, target: float) -> int:
    """Warm up, and return how many iterations take the target's time."""
    count = 1
    worker.seconds(workload, count)
    while (seconds := worker.seconds(workload, count)) < ENOUGH:
        count *= 2
    return max(1, round(target * count / seconds))
