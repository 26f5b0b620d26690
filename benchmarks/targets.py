"""What we want to reach: ratios of the CPU time of pydamodb to that of others, in the same round."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.contest import CREATION

US = "with_pydamodb"
BOTO3 = "boto3 Table"
PURE = "best pure-Python peer"
NOX = "pydynox Model"
NOX_DICTS = "pydynox dicts"
FLOOR = "floor"
TOGETHER = "floor in one program"
REFERENCES = (BOTO3, PURE, NOX, NOX_DICTS, FLOOR, TOGETHER)

# At most this; None is reported only.
TARGETS: dict[str, dict[str, float | None]] = {
    "query": {BOTO3: 0.13, PURE: 0.15, NOX: 0.4, NOX_DICTS: 0.9, FLOOR: 2.2},
    "scan": {BOTO3: 0.13, PURE: 0.15, NOX: 0.4, NOX_DICTS: 0.9, FLOOR: 2.2},
    "batch_get": {BOTO3: 0.22, PURE: 0.22, NOX: 0.65, FLOOR: 2.2},
    "batch_write": {BOTO3: 0.25, PURE: 0.4, FLOOR: 1.6},
    "get_item": {BOTO3: 0.85, PURE: 0.95, FLOOR: 1.15},
    "save": {BOTO3: 0.85, PURE: 0.95, FLOOR: 1.15},
    "update_item": {BOTO3: 0.85, PURE: 0.95, FLOOR: 1.15},
    CREATION: {FLOOR: 2.0},
}

IMPORT_TARGET = 40.0  # CPU ms
MEMORY_TARGET = 1.0  # MiB, of 100 pages that would take some 200 MiB
GROWTH_TARGET = 1.1  # cost of an item of a page of 10,000, to that of one of 1,000

_ONE = {BOTO3: "with_boto3_table", NOX: "with_pydynox", NOX_DICTS: "with_pydynox_dicts", TOGETHER: "only_both"}
_PEERS = ("with_pynamodb", "with_dyntastic", "with_dynantic")
PYDANTIC = "only_pydantic"
_FLOORS = (PYDANTIC, "only_botocore")


@dataclass(frozen=True)
class Ratio:
    """A ratio: its median and quartiles over the rounds, and the target, if there is one."""

    low: float
    median: float
    high: float
    target: float | None

    @property
    def met(self) -> bool:
        """Whether the median is at most the target."""
        return self.target is None or self.median <= self.target


def ratios(workload: str, cells: Mapping[str, Sequence[float]]) -> dict[str, Ratio]:
    """Return the ratios of a workload that was measured; those whose other side is missing are left out."""
    ours = cells.get(US)
    if not ours:
        return {}
    found: dict[str, Ratio] = {}
    for reference in REFERENCES:
        theirs = _reference(workload, reference, cells)
        if theirs:
            each = [our / their for our, their in zip(ours, theirs, strict=True)]
            found[reference] = Ratio(*quartiles(each), TARGETS.get(workload, {}).get(reference))
    return found


def _reference(workload: str, reference: str, cells: Mapping[str, Sequence[float]]) -> list[float]:
    """Return what a ratio is taken to, round by round."""
    if reference in _ONE:
        return list(cells.get(_ONE[reference], ()))
    if reference == PURE:
        return [min(those) for those in zip(*(cells[peer] for peer in _PEERS if peer in cells), strict=True)]
    floors = _FLOORS[:1] if workload == CREATION else _FLOORS  # making a class sends nothing
    if not all(floor in cells for floor in floors):
        return []
    return [sum(those) for those in zip(*(cells[floor] for floor in floors), strict=True)]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, method="inclusive")
    return low, middle, high
