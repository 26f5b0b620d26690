"""Scan: all items of a table, of an index, or of one of its segments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.results import QueryResult
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations import pages
from pydamodb._operations.pages import Plan, Reading
from pydamodb._operations.part_queries import own_items
from pydamodb._operations.projections import projection_reader
from pydamodb._operations.requests import Operation
from pydamodb._operations.table import ModelTable

MOST_SEGMENTS = 1_000_000
MOST_AT_ONCE = 64


@dataclass(frozen=True, kw_only=True)
class Scan(Reading):
    """What to read. The names are those of the models' methods."""

    segment: int | None = None
    total_segments: int | None = None


def scan(table: ModelTable[Any], wanted: Scan) -> Operation[QueryResult[Any]]:
    """Read one page."""
    planned = yield from plan(table, wanted)
    return (yield from pages.page_of(table, planned))


def scan_count(table: ModelTable[Any], wanted: Scan) -> Operation[int]:
    """Count items."""
    planned = yield from plan(table, wanted)
    return (yield from pages.count_of(table, planned))


def scan_segments(table: ModelTable[Any], wanted: Scan, total_segments: int) -> Operation[list[Plan]]:
    """Return the plans of the first pages of all segments."""
    check_total(table, total_segments)
    return segments_of((yield from plan(table, wanted)), total_segments)


def segments_of(planned: Plan, total_segments: int) -> list[Plan]:
    """Divide the first page of a scan into those of all segments."""
    if total_segments == 1:
        return [planned]
    return [
        replace(planned, payload={**planned.payload, "Segment": segment, "TotalSegments": total_segments})
        for segment in range(total_segments)
    ]


def plan(table: ModelTable[Any], wanted: Scan) -> Operation[Plan]:
    """Return the plan of the first page."""
    check_segment(table, wanted)
    smaller = None if wanted.projection is None else projection_reader(table, "scan", wanted.projection)
    source = yield from pages.source_of(table, "Scan", wanted)
    reader = table.reader(source.schema, smaller)
    builder = ExpressionBuilder(table.model)
    return pages.plan_of(
        table,
        "Scan",
        source,
        wanted,
        builder=builder,
        reader=reader,
        FilterExpression=builder.condition(own_items(table, source, wanted.filter_condition)),
        Segment=wanted.segment,
        TotalSegments=wanted.total_segments,
    )


def check_segment(table: ModelTable[Any], wanted: Scan) -> None:
    """Check the segment that one worker reads."""
    segment, total = wanted.segment, wanted.total_segments
    if segment is None and total is None:
        return
    name = table.model_name
    if segment is None or total is None:
        missing = "segment" if segment is None else "total_segments"
        raise table.invalid_request(f"scan of {name}: give segment and total_segments together; {missing} is missing")
    check_total(table, total)
    if type(segment) is not int or not 0 <= segment < total:
        raise table.invalid_request(f"scan of {name}: segment is a whole number from 0 to {total - 1}, got {segment!r}")


def check_total(table: ModelTable[Any], total: int) -> None:
    """Check the number of segments."""
    if type(total) is not int or not 1 <= total <= MOST_SEGMENTS:
        expected = f"a whole number from 1 to {MOST_SEGMENTS:,}"
        raise table.invalid_request(f"scan of {table.model_name}: total_segments is {expected}, got {total!r}")
