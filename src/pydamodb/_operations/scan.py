"""Scan: all items of a table or of an index, or of one of the segments that they are divided into."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydamodb._calls import Flow, Target
from pydamodb._dataclasses import dataclass
from pydamodb._operations import pages
from pydamodb._operations.pages import Plan, Reading
from pydamodb._projections import reader_of
from pydamodb.exceptions import InvalidRequestError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.results import QueryResult

__all__ = ["MOST_AT_ONCE", "Scan", "plan", "scan", "scan_count", "scan_segments"]

MOST_SEGMENTS = 1_000_000
MOST_AT_ONCE = 64


@dataclass(frozen=True, kw_only=True)
class Scan(Reading):
    """What to look for; the names are those of the models' methods."""

    segment: int | None = None
    total_segments: int | None = None


def scan(target: Target[Any], wanted: Scan) -> Flow[QueryResult[Any]]:
    """Read one page."""
    planned = yield from plan(target, wanted)
    return (yield from pages.page_of(target, planned))


def scan_count(target: Target[Any], wanted: Scan) -> Flow[int]:
    """Count items."""
    planned = yield from plan(target, wanted)
    return (yield from pages.count_of(target, planned))


def scan_segments(target: Target[Any], wanted: Scan, total_segments: int) -> Flow[list[Plan]]:
    """Return the plans of the first pages of all segments."""
    _check_total(target, total_segments)
    planned = yield from plan(target, wanted)
    if total_segments == 1:
        return [planned]
    return [
        replace(planned, payload={**planned.payload, "Segment": segment, "TotalSegments": total_segments})
        for segment in range(total_segments)
    ]


def plan(target: Target[Any], wanted: Scan) -> Flow[Plan]:
    """Make the request of the first page."""
    _check_segment(target, wanted)
    reader = reader_of(target, "scan", wanted.projection)
    source = yield from pages.source_of(target, "Scan", wanted)
    builder = ExpressionBuilder(target.model)
    return pages.plan_of(
        target,
        "Scan",
        source,
        wanted,
        builder=builder,
        reader=reader,
        FilterExpression=builder.condition(wanted.filter_condition),
        Segment=wanted.segment,
        TotalSegments=wanted.total_segments,
    )


def _check_segment(target: Target[Any], wanted: Scan) -> None:
    segment, total = wanted.segment, wanted.total_segments
    if segment is None and total is None:
        return
    if segment is None or total is None:
        lacking = "segment" if segment is None else "total_segments"
        message = f"scan of {target.model_name}: segment and total_segments are given together; {lacking} is missing"
        raise InvalidRequestError(message, model_name=target.model_name)
    _check_total(target, total)
    if type(segment) is not int or not 0 <= segment < total:
        message = f"scan of {target.model_name}: segment is a whole number from 0 to {total - 1}, got {segment!r}"
        raise InvalidRequestError(message, model_name=target.model_name)


def _check_total(target: Target[Any], total: int) -> None:
    if type(total) is not int or not 1 <= total <= MOST_SEGMENTS:
        message = (
            f"scan of {target.model_name}: total_segments is a whole number from 1 to {MOST_SEGMENTS:,}, got {total!r}"
        )
        raise InvalidRequestError(message, model_name=target.model_name)
