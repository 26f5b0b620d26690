"""Measure pydamodb beside other ways of using DynamoDB, and print what was found as Markdown.

Only ratios mean anything: they are taken round by round, and their medians and quartiles are shown.
"""

from __future__ import annotations

import argparse
import contextlib
import sys

from benchmarks import cold, crowds, endpoint, imports, memory, page, tables
from benchmarks.contest import CONTESTANTS
from benchmarks.rounds import TARGET, Measurements, crowd_groups, groups, measure
from benchmarks.targets import US
from benchmarks.worker import Worker

ROUNDS = 17
QUICK = 5
EVERYTHING = (*groups(list(CONTESTANTS)), *crowds.WORKLOADS, "imports", "cold", "memory")


def options() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often all are measured (default: {ROUNDS})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} short rounds, to see where things stand")
    parser.add_argument("--write", action="store_true", help="put the run into docs/performance.md, too")
    for option, names in (("--workloads", EVERYTHING), ("--contestants", tuple(CONTESTANTS))):
        parser.add_argument(
            option, nargs="+", choices=names, default=list(names), metavar="NAME", help=", ".join(names)
        )
    found = parser.parse_args()
    if found.write and (
        found.quick or len(found.workloads) + len(found.contestants) < len(EVERYTHING + tuple(CONTESTANTS))
    ):
        parser.error("--write is for whole runs")
    return found


def main() -> None:
    """Run the contest."""
    chosen = options()
    rounds, target = (QUICK, TARGET / 3) if chosen.quick else (chosen.rounds, TARGET)
    measurements = Measurements()
    more: list[str] = []
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(endpoint.running())
        crowd = crowds.installed()
        for python, contestants, contests in (
            (sys.executable, chosen.contestants, groups(chosen.contestants)),
            (crowds.python(), crowd, crowd_groups(crowd)),
        ):
            wanted = {name: group for name, group in contests.items() if name in chosen.workloads}
            workers = {name: Worker(name, url, python) for name in (contestants if wanted else ())}
            for worker in workers.values():
                stack.callback(worker.close)
            for name, group in wanted.items():
                print(f"\n{name} ", end="", file=sys.stderr, flush=True)
                measure(workers, group, min(rounds, crowds.MOST_ROUNDS.get(name, rounds)), target, measurements)
        print(file=sys.stderr)
        if "imports" in chosen.workloads:
            more.append(tables.imports(imports.measure(chosen.contestants, rounds // 2), chosen.contestants))
        if "cold" in chosen.workloads:
            more.append(tables.cold(cold.measure(chosen.contestants, rounds // 2, url)))
        if "memory" in chosen.workloads and US in chosen.contestants:
            more.append(tables.memory(*memory.peaks(US, url)))
    cells = measurements.cells
    crowded = tables.crowded(cells, crowd)
    parts = [tables.times(cells, chosen.contestants), tables.comparisons(cells), crowded, tables.growth(cells), *more]
    report = "\n\n".join(part for part in [*parts, *measurements.problems] if part)
    print(report)
    if chosen.write:
        page.write(report)


if __name__ == "__main__":
    main()
