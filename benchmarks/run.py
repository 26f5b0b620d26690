"""Measure pydamodb beside other ways of using DynamoDB, and show it as Markdown: `make bench ARGS="--help"`."""

from __future__ import annotations

import argparse
import contextlib

from benchmarks import endpoint, tables
from benchmarks.contest import CONTESTANTS, CREATION, GROWTH, NESTING, WORKLOADS
from benchmarks.rounds import TARGET, measure
from benchmarks.targets import US, ratios
from benchmarks.worker import Worker

_ALL = (*WORKLOADS, CREATION, *GROWTH, *NESTING)


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often everyone is measured (default: 15)")
    parser.add_argument(
        "--workloads", nargs="+", choices=_ALL, default=list(_ALL), metavar="NAME", help=", ".join(_ALL)
    )
    parser.add_argument(
        "--contestants",
        nargs="+",
        choices=CONTESTANTS,
        default=list(CONTESTANTS),
        metavar="NAME",
        help=", ".join(CONTESTANTS),
    )
    parser.add_argument("--quick", action="store_true", help="5 short rounds, to see where things stand")
    return parser.parse_args()


def main() -> None:
    """Run the contest."""
    options = arguments()
    rounds, target = (5, TARGET / 3) if options.quick else (options.rounds, TARGET)
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(endpoint.running())
        workers = {name: Worker(name, url) for name in options.contestants}
        for worker in workers.values():
            stack.callback(worker.close)
        measured = measure(workers, options.workloads, rounds, target)
    compared = {workload: ratios(workload, cells) for workload, cells in measured.cells.items()}
    parts = [
        tables.times(measured.cells, options.contestants),
        tables.comparison(compared),
        tables.growth(measured.cells, US),
        *measured.problems,
    ]
    print("\n\n".join(part for part in parts if part))


if __name__ == "__main__":
    main()
