"""What we want to reach: ratios of the CPU time of pydamodb to that of others, in the same round."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.contest import CREATION

US = "with_pydamodb"
DIRECT = "with_pydamodb_direct"
ASYNC = "with_pydamodb_async"
BOTO3 = "boto3 Table"
PURE = "best pure-Python peer"
NOX = "pydynox Model"
NOX_DICTS = "pydynox dicts"
FLOOR = "floor"
TOGETHER = "floor in one program"
REFERENCES = (BOTO3, PURE, NOX, NOX_DICTS, FLOOR, TOGETHER)

# At most this; what is not here is reported only.
Targets: TypeAlias = Mapping[str, Mapping[str, float]]
TARGETS: Targets = {
    "query": {BOTO3: 0.13, PURE: 0.15, NOX: 0.4, NOX_DICTS: 0.9, FLOOR: 2.2},
    "scan": {BOTO3: 0.13, PURE: 0.15, NOX: 0.4, NOX_DICTS: 0.9, FLOOR: 2.2},
    "batch_get": {BOTO3: 0.22, PURE: 0.22, NOX: 0.65, FLOOR: 2.2},
    "batch_write": {BOTO3: 0.25, PURE: 0.4, FLOOR: 1.6},
    "get_item": {BOTO3: 0.85, PURE: 0.95, FLOOR: 1.15},
    "save": {BOTO3: 0.85, PURE: 0.95, FLOOR: 1.15},
    "update_item": {BOTO3: 0.85, PURE: 0.95, FLOOR: 1.15},
    CREATION: {FLOOR: 2.0},
}

DIRECT_TARGETS: Targets = {
    "get_item": {BOTO3: 0.1, NOX: 0.4},
    "save": {BOTO3: 0.1, NOX: 0.4},
    "update_item": {BOTO3: 0.15, NOX: 0.55},
    "query": {BOTO3: 0.12, NOX: 0.33},
    "scan": {BOTO3: 0.12, NOX: 0.33},
    "batch_write": {BOTO3: 0.09, NOX: 0.85},
    "batch_get": {BOTO3: 0.11, NOX: 0.33},
}

# Of asynchronous reads, by tasks at once. 0.125 means eight times as many requests in a CPU second.
DYNAMOXY, AIOBOTOCORE = "with_dynamoxy", "with_aiobotocore"
CROWD_TARGETS: Targets = {
    "get_item_by_1": {DYNAMOXY: 0.65},
    "get_item_by_100": {DYNAMOXY: 0.85, AIOBOTOCORE: 0.125},
    "query_by_1": {DYNAMOXY: 0.7},
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


def ratios(
    workload: str, cells: Mapping[str, Sequence[float]], us: str = US, targets: Targets = TARGETS
) -> dict[str, Ratio]:
    """Return the ratios of a workload that was measured; those whose other side is missing are left out."""
    found = {
        reference: ratio(
            cells.get(us), _reference(workload, reference, cells), targets.get(workload, {}).get(reference)
        )
        for reference in REFERENCES
    }
    return {reference: each for reference, each in found.items() if each is not None}


def ratio(ours: Sequence[float] | None, theirs: Sequence[float] | None, target: float | None) -> Ratio | None:
    """Return a ratio, round by round; None if one side was not measured."""
    if not ours or not theirs:
        return None
    return Ratio(*quartiles([our / their for our, their in zip(ours, theirs, strict=True)]), target)


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
