"""Query: the items of one partition, of the table or of an index."""

from __future__ import annotations

from typing import Any

from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.results import QueryResult
from pydamodb._core.table_schema import KeySchema
from pydamodb._expressions.conditions import Condition, as_condition
from pydamodb._expressions.render_conditions import paths_in
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations import pages
from pydamodb._operations.pages import Plan, Reading
from pydamodb._operations.readers import reader_of
from pydamodb._operations.requests import ModelTable, Operation
from pydamodb._operations.selection import selection_of


@dataclass(frozen=True, kw_only=True)
class Query(Reading):
    """What to look for; the names are those of the models' methods."""

    partition_key_value: Any
    sort_key_condition: Condition | None = None
    scan_index_forward: bool = True


def query(table: ModelTable[Any], wanted: Query) -> Operation[QueryResult[Any]]:
    """Read one page."""
    planned = yield from plan(table, wanted)
    return (yield from pages.page_of(table, planned))


def query_all(table: ModelTable[Any], wanted: Query) -> Operation[list[Any]]:
    """Read all pages."""
    planned = yield from plan(table, wanted)
    return (yield from pages.all_of(table, planned))


def query_count(table: ModelTable[Any], wanted: Query) -> Operation[int]:
    """Count the items of a partition."""
    planned = yield from plan(table, wanted)
    return (yield from pages.count_of(table, planned))


def plan(table: ModelTable[Any], wanted: Query) -> Operation[Plan]:
    """Make the request of the first page."""
    reader = reader_of(table, "query", wanted.projection)
    source = yield from pages.source_of(table, "Query", wanted)
    _check_filter(table, source.keys, wanted.filter_condition)
    builder = ExpressionBuilder(table.model)
    selection = selection_of(
        table,
        source.schema,
        source.keys,
        builder,
        partition_key_value=wanted.partition_key_value,
        sort_key_condition=wanted.sort_key_condition,
    )
    return pages.plan_of(
        table,
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


def _check_filter(table: ModelTable[Any], keys: KeySchema, condition: Condition | None) -> None:
    if condition is None:
        return
    for path in paths_in(as_condition(condition), table.model):
        if path.steps[0] in keys.attributes:
            message = (
                f"query of {table.model_name}: filter_condition cannot be about {path.label!r}, a key of what is "
                f"queried; select by partition_key_value and sort_key_condition"
            )
            raise InvalidConditionError(message, model_name=table.model_name)
