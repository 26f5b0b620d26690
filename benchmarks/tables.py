"""Measurements as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.contest import CONTESTANTS, GROWTH, NESTING
from benchmarks.targets import REFERENCES, Ratio

TITLES = {
    "get_item": "get an item",
    "save": "save an item",
    "update_item": "update an item, with a condition",
    "query": "query a page of 1,000",
    "scan": "scan a page of 1,000",
    "batch_get": "get a batch of 100",
    "batch_write": "write a batch of 100",
    "transact_write": "transaction of 25 writes",
    "create_class": "create the class",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def times(cells: Mapping[str, Mapping[str, Sequence[float]]], contestants: Sequence[str]) -> str:
    """Return the medians of CPU milliseconds: a row for each workload, a column for each contestant."""
    rows = [
        [title, *(_time(cells[workload].get(name)) for name in contestants)]
        for workload, title in TITLES.items()
        if workload in cells
    ]
    return table(["CPU ms", *(CONTESTANTS[name] for name in contestants)], rows)


def _time(values: Sequence[float] | None) -> str:
    if not values:
        return "-"
    median = statistics.median(values)
    return f"{median:.3g}" if median < 100 else f"{median:.0f}"  # noqa: PLR2004 - three digits are enough


def ratio(value: Ratio | None) -> str:
    """Return a ratio in words: with quartiles, and whether it is what we want."""
    if value is None:
        return "-"
    text = f"{value.median:.2f} ({value.low:.2f} to {value.high:.2f})"
    if value.target is None:
        return text
    return f"{text}, {'met' if value.met else 'NOT met'}: <= {value.target}"


def comparison(ratios: Mapping[str, Mapping[str, Ratio]]) -> str:
    """Return the ratios of pydamodb to others, with the targets: a row for each workload."""
    rows = [
        [title, *(ratio(ratios[workload].get(reference)) for reference in REFERENCES)]
        for workload, title in TITLES.items()
        if workload in ratios
    ]
    return table(["pydamodb to", *REFERENCES], rows)


def growth(cells: Mapping[str, Mapping[str, Sequence[float]]], ours: str) -> str:
    """Return how the cost of an item of a query grows with the page, and with nesting."""
    parts: list[str] = []
    for workloads, title in ((GROWTH, "items of a page"), (NESTING, "depth of maps")):
        if not all(cells.get(workload, {}).get(ours) for workload in workloads):
            continue
        sizes = [int(workload.rpartition("_")[2]) for workload in workloads]
        medians = [statistics.median(cells[workload][ours]) for workload in workloads]
        each = [median / size for median, size in zip(medians, sizes, strict=True)] if workloads is GROWTH else medians
        rows = [["cost of an item, relative", *(f"{cost / each[0]:.2f}" for cost in each)]]
        parts.append(table([title, *(f"{size:,}" for size in sizes)], rows))
    return "\n\n".join(parts)
