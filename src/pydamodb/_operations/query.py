"""Query: the items of one partition, of the table or of an index."""

from __future__ import annotations

from typing import Any

from pydamodb._calls import Flow, Target
from pydamodb._dataclasses import dataclass
from pydamodb._operations import pages
from pydamodb._operations.pages import Plan, Reading
from pydamodb._operations.selection import selection_of
from pydamodb._projections import reader_of
from pydamodb._schema import KeySchema
from pydamodb._terms import paths_in
from pydamodb.conditions import Condition, as_condition
from pydamodb.exceptions import InvalidConditionError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.results import QueryResult

__all__ = ["Query", "plan", "query", "query_all", "query_count"]


@dataclass(frozen=True, kw_only=True)
class Query(Reading):
    """What to look for; the names are those of the models' methods."""

    partition_key_value: Any
    sort_key_condition: Condition | None = None
    scan_index_forward: bool = True


def query(target: Target[Any], wanted: Query) -> Flow[QueryResult[Any]]:
    """Read one page."""
    planned = yield from plan(target, wanted)
    return (yield from pages.page_of(target, planned))


def query_all(target: Target[Any], wanted: Query) -> Flow[list[Any]]:
    """Read all pages."""
    planned = yield from plan(target, wanted)
    return (yield from pages.all_of(target, planned))


def query_count(target: Target[Any], wanted: Query) -> Flow[int]:
    """Count the items of a partition."""
    planned = yield from plan(target, wanted)
    return (yield from pages.count_of(target, planned))


def plan(target: Target[Any], wanted: Query) -> Flow[Plan]:
    """Make the request of the first page."""
    reader = reader_of(target, "query", wanted.projection)
    source = yield from pages.source_of(target, "Query", wanted)
    _check_filter(target, source.keys, wanted.filter_condition)
    builder = ExpressionBuilder(target.model)
    selection = selection_of(
        target,
        source.schema,
        source.keys,
        builder,
        partition_key_value=wanted.partition_key_value,
        sort_key_condition=wanted.sort_key_condition,
    )
    return pages.plan_of(
        target,
        "Query",
        source,
        wanted,
        builder=builder,
        reader=reader,
        partition=selection.partition,
        KeyConditionExpression=selection.condition,
        FilterExpression=builder.condition(wanted.filter_condition),
        ScanIndexForward=None if wanted.scan_index_forward else False,
    )


def _check_filter(target: Target[Any], keys: KeySchema, condition: Condition | None) -> None:
    if condition is None:
        return
    for path in paths_in(as_condition(condition), target.model):
        if path.steps[0] in keys.attributes:
            message = (
                f"query of {target.model_name}: filter_condition cannot be about {path.label!r}, a key of what is "
                f"queried; select by partition_key_value and sort_key_condition"
            )
            raise InvalidConditionError(message, model_name=target.model_name)
