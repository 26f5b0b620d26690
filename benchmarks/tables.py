"""Measurements as tables of Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from benchmarks import crowds
from benchmarks.contest import CONTESTANTS, GROWTH, NESTING
from benchmarks.rounds import Cells
from benchmarks.targets import (
    AIOBOTOCORE,
    ASYNC,
    CROWD_TARGETS,
    DIRECT,
    DIRECT_TARGETS,
    DYNAMOXY,
    GROWTH_TARGET,
    IMPORT_TARGET,
    MEMORY_TARGET,
    PYDANTIC,
    REFERENCES,
    TARGETS,
    US,
    Ratio,
    Targets,
    ratio,
    ratios,
)

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
    """Return a table, or nothing if it has no rows."""
    lines = [list(row) for row in rows]
    if not lines:
        return ""
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---", *["---:"] * (len(head) - 1)], *lines])


def number(value: float) -> str:
    """Return a number with three digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def median(values: Sequence[float] | None) -> str:
    """Return the median, or a dash if nothing was measured."""
    return number(statistics.median(values)) if values else "-"


def verdict(value: float, target: float) -> str:
    """Return a target, and whether it is met."""
    return f"<= {target:g}: {'met' if value <= target else 'not met'}"


def times(cells: Cells, contestants: Sequence[str]) -> str:
    """Return the CPU milliseconds: a row for each workload, a column for each contestant."""
    return table(
        ["CPU ms", *(CONTESTANTS[name] for name in contestants)],
        (
            [title, *(median(cells[workload].get(name)) for name in contestants)]
            for workload, title in TITLES.items()
            if workload in cells
        ),
    )


def comparison(cells: Cells, us: str = US, targets: Targets = TARGETS) -> str:
    """Return the ratios of pydamodb to others, with the targets: a row for each workload."""
    found = {workload: ratios(workload, cells[workload], us, targets) for workload in TITLES if workload in cells}
    return table(
        [f"{CONTESTANTS[us]}, to", *REFERENCES],
        (
            [TITLES[workload], *(_ratio(of.get(reference)) for reference in REFERENCES)]
            for workload, of in found.items()
            if of
        ),
    )


def comparisons(cells: Cells) -> str:
    """Return the ratios of pydamodb on both transports."""
    parts = (comparison(cells), comparison(cells, DIRECT, DIRECT_TARGETS))
    return "\n\n".join(part for part in parts if part)


def crowded(cells: Cells, contestants: Sequence[str]) -> str:
    """Return what a CPU second is enough for, by tasks at once, and the ratios: a row for each workload."""
    measured = {workload: of for workload in crowds.WORKLOADS if (of := cells.get(workload))}
    rates = table(
        ["requests in a CPU second", *(crowds.CONTESTANTS[name] for name in contestants)],
        (
            [_crowd(workload), *(_rate(workload, of.get(name)) for name in contestants)]
            for workload, of in measured.items()
        ),
    )
    others = [name for name in (AIOBOTOCORE, DYNAMOXY) if name in contestants]
    compared = table(
        [f"CPU of a request, {crowds.CONTESTANTS[ASYNC]}, to", *(crowds.CONTESTANTS[name] for name in others)],
        (
            [_crowd(workload), *(_crowd_ratio(workload, of, name) for name in others)]
            for workload, of in measured.items()
            if ASYNC in of and others
        ),
    )
    return "\n\n".join(part for part in (rates, compared) if part)


def _crowd(workload: str) -> str:
    read, tasks = crowds.WORKLOADS[workload]
    return f"{TITLES[read]}, {tasks} {'task' if tasks == 1 else 'tasks'}"


def _rate(workload: str, milliseconds: Sequence[float] | None) -> str:
    if not milliseconds:
        return "-"
    rate = 1_000 * crowds.requests(workload) / statistics.median(milliseconds)
    return f"{rate:,.0f}" if rate >= 100 else number(rate)  # noqa: PLR2004 - three digits


def _crowd_ratio(workload: str, of: Mapping[str, Sequence[float]], name: str) -> str:
    return _ratio(ratio(of.get(ASYNC), of.get(name), CROWD_TARGETS.get(workload, {}).get(name)))


def _ratio(value: Ratio | None) -> str:
    if value is None:
        return "-"
    text = f"{value.median:.2f} ({value.low:.2f} to {value.high:.2f})"
    return text if value.target is None else f"{text} {verdict(value.median, value.target)}"


def growth(cells: Cells) -> str:
    """Return what an item of a query costs, relative to that of the first column, round by round."""
    return "\n\n".join(
        part
        for part in (
            _growth("items of a page", GROWTH, cells, per_item=True),
            _growth("depth of an item", NESTING, cells, per_item=False),
        )
        if part
    )


def _growth(title: str, workloads: Mapping[str, int], cells: Cells, *, per_item: bool) -> str:
    head = [title, *(f"{size:,}" for size in workloads.values()), *(["the largest to that of 1,000"] * per_item)]
    measured = [name for name in (US, PYDANTIC) if all(cells.get(each, {}).get(name) for each in workloads)]
    return table(head, (_growth_of(name, workloads, cells, per_item=per_item) for name in measured))


def _growth_of(name: str, workloads: Mapping[str, int], cells: Cells, *, per_item: bool) -> list[str]:
    costs = [
        [milliseconds / (size if per_item else 1) for milliseconds in cells[workload][name]]
        for workload, size in workloads.items()
    ]
    relative = [_median_ratio(cost, costs[0]) for cost in costs]
    row = [f"cost of an item, {CONTESTANTS[name]}", *(f"{value:.2f}" for value in relative)]
    if per_item:
        ratio = _median_ratio(costs[-1], costs[-2])
        row.append(f"{ratio:.2f} {verdict(ratio, GROWTH_TARGET)}" if name == US else f"{ratio:.2f}")
    return row


def _median_ratio(these: Sequence[float], those: Sequence[float]) -> float:
    return statistics.median(this / that for this, that in zip(these, those, strict=True))


def imports(found: Mapping[str, Mapping[str, Sequence[float]]], contestants: Sequence[str]) -> str:
    """Return what imports add: a row for each base, a column for each library."""
    libraries = [name for name in contestants if any(name in values for values in found.values())]
    head = ["import, CPU ms added to", *(CONTESTANTS[name] for name in libraries)]
    rows = [[base, *(median(values.get(name)) for name in libraries)] for base, values in found.items()]
    for row, values in zip(rows, found.values(), strict=True):
        if ours := values.get(US):
            row[1 + libraries.index(US)] += f" {verdict(statistics.median(ours), IMPORT_TARGET)}"
    return table(head, rows if libraries else [])


def cold(found: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Return what a cold start takes: a column for each library."""
    head = ["cold start, CPU ms", *(CONTESTANTS[name] for name in found)]
    rows = (
        [title, *(median([pair[part] for pair in pairs]) for pairs in found.values())]
        for part, title in enumerate(("import and model", "with the first item"))
    )
    return table(head, rows if found else [])


def memory(early: int, late: int) -> str:
    """Return how the peak of memory grows from page 10 to page 100, in MiB."""
    grown = (late - early) / 1024
    head = ["memory while iterating", "peak at page 10", "peak at page 100", "growth"]
    row = ["MiB", f"{early / 1024:.1f}", f"{late / 1024:.1f}", f"{grown:.1f} {verdict(grown, MEMORY_TARGET)}"]
    return table(head, [row])
