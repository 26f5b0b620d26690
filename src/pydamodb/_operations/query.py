"""Query: the items of one partition, of the table or of an index.

A query selects by the values of the partition key, and by a condition on the sort key. The keys of a global index may
have several attributes. The query needs a value for each attribute of the partition key. The condition uses the first
attributes of the sort key, in their order. Only its last comparison may be a range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._core.exceptions import InvalidConditionError, InvalidKeyValueError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.results import QueryResult
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._expressions.conditions import BeginsWith, Between, Condition, Eq, Gt, Gte, Lt, Lte, as_condition
from pydamodb._expressions.key_ranges import terms_of
from pydamodb._expressions.paths import Path
from pydamodb._expressions.render_conditions import paths_in
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations import pages
from pydamodb._operations.keys import key_value
from pydamodb._operations.pages import Plan, Reading, Source
from pydamodb._operations.part_queries import Parts, own_items, partition_of, range_of, rendered_range
from pydamodb._operations.projections import projection_reader
from pydamodb._operations.requests import Operation
from pydamodb._operations.table import ModelTable

_ON_SORT_KEYS = (Eq, Lt, Lte, Gt, Gte, Between, BeginsWith)


@dataclass(frozen=True, kw_only=True)
class Query(Reading):
    """What to read. The names are those of the models' methods."""

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


def query_first(table: ModelTable[Any], wanted: Query) -> Operation[Any]:
    """Read pages until there is an item; None if there is none."""
    planned = yield from plan(table, wanted)
    return (yield from pages.first_of(table, planned))


def query_count(table: ModelTable[Any], wanted: Query) -> Operation[int]:
    """Count the items of a partition."""
    planned = yield from plan(table, wanted)
    return (yield from pages.count_of(table, planned))


def plan(table: ModelTable[Any], wanted: Query) -> Operation[Plan]:
    """Return the plan of the first page."""
    smaller = None if wanted.projection is None else projection_reader(table, "query", wanted.projection)
    source = yield from pages.source_of(table, "Query", wanted)
    reader = table.reader(source.schema, smaller)
    if wanted.filter_condition is not None:
        check_filter(table, source.keys, wanted.filter_condition)
    builder = ExpressionBuilder(table.model)
    if table.templates is None:
        comparisons = list(_comparisons(table, source.keys, wanted.sort_key_condition))
        given = _partition_key_values(table, source.keys, wanted.partition_key_value)
        partition = {name: key_value(table, source.schema, name, value) for name, value in given}
        formatted = [_format_comparison(table, source.schema, builder, *each) for each in comparisons]
        filters = wanted.filter_condition
    else:
        partition, formatted, filters = _by_parts(table, source, builder, wanted)
    key_condition = " AND ".join([*(builder.equal(name, value) for name, value in partition.items()), *formatted])
    return pages.plan_of(
        table,
        "Query",
        source,
        wanted,
        builder=builder,
        reader=reader,
        partition=partition,
        KeyConditionExpression=key_condition,
        FilterExpression=None if filters is None else builder.condition(filters),
        ScanIndexForward=None if wanted.scan_index_forward else False,
    )


def _by_parts(
    table: ModelTable[Any], source: Source, builder: ExpressionBuilder, wanted: Query
) -> tuple[dict[str, AttributeValue], list[str], Condition | None]:
    """Return the partition, the condition of the sort key and the filter of a query of a model with templates."""
    partition, known = partition_by_parts(table, source, wanted.partition_key_value)
    found = range_of(table, source, wanted.sort_key_condition, known)
    if found is None:
        formatted = formatted_comparisons(table, source, builder, wanted.sort_key_condition)
        return partition, formatted, own_items(table, source, wanted.filter_condition)
    formatted = [*rendered_range(builder, source.keys.sort_keys[0], found)]
    return partition, formatted, own_items(table, source, wanted.filter_condition, found.filters)


def partition_by_parts(table: ModelTable[Any], source: Source, given: Any) -> Parts:
    """Return the partition of a query of a model with templates: made from parts, or from fields that are keys."""
    keys, schema = source.keys, source.schema
    parts, others = partition_of(table, source, _partition_key_values(table, keys, given))
    plain = {name: key_value(table, schema, name, value) for name, value in others}
    return Parts({name: {**parts.partition, **plain}[name] for name in keys.partition_keys}, parts.known)


def formatted_comparisons(
    table: ModelTable[Any], source: Source, builder: ExpressionBuilder, condition: Condition | None
) -> list[str]:
    """Render a condition on a sort key that no template makes."""
    comparisons = list(_comparisons(table, source.keys, condition))
    return [_format_comparison(table, source.schema, builder, *each) for each in comparisons]


def check_filter(table: ModelTable[Any], keys: KeySchema, condition: Condition) -> None:
    """Refuse a filter on a key of the table or index."""
    for path in paths_in(as_condition(condition), table.model):
        if path.steps[0] in keys.attributes:
            message = (
                f"query of {table.model_name}: filter_condition cannot use {path.label!r}, a key of the queried table "
                f"or index; use partition_key_value and sort_key_condition"
            )
            raise InvalidConditionError(message, model_name=table.model_name)


def _partition_key_values(table: ModelTable[Any], keys: KeySchema, given: Any) -> list[tuple[str, Any]]:
    names = keys.partition_keys
    if len(names) == 1:
        return [(names[0], given)]
    if isinstance(given, (tuple, list)):
        values = cast("Sequence[Any]", given)
        if len(values) == len(names):
            return list(zip(names, values, strict=True))
        what = f"{len(values)} values"
    else:
        what = type(given).__name__
    message = (
        f"query of {table.model_name}: the partition key has several attributes: give a tuple of the values of "
        f"({', '.join(names)}), got {what}"
    )
    raise InvalidKeyValueError(message, model_name=table.model_name)


def _comparisons(
    table: ModelTable[Any], keys: KeySchema, condition: Condition | None
) -> Iterator[tuple[str, Condition]]:
    """Yield the attributes of the sort key that the condition uses, each with its comparison."""
    if condition is None:
        return
    names = keys.sort_keys
    if not names:
        raise _invalid_selection(table, condition, "the queried table or index has no sort key; use filter_condition")
    comparisons = list(terms_of(condition)) if len(names) > 1 else [condition]
    if len(comparisons) > len(names):
        reason = f"it has {len(comparisons)} comparisons, but the sort key has {len(names)} attributes"
        raise _invalid_selection(table, condition, f"{reason} ({', '.join(names)})")
    for position, (name, comparison) in enumerate(zip(names, comparisons, strict=False)):
        _check_comparison(table, names, name, comparison)
        if position < len(comparisons) - 1 and not isinstance(comparison, Eq):
            reason = "only the last comparison may be a range, the others must be =="
            raise _invalid_selection(table, comparison, reason)
        yield name, comparison


def _check_comparison(table: ModelTable[Any], names: tuple[str, ...], sort_key: str, condition: Condition) -> None:
    paths = list(paths_in(as_condition(condition), table.model))
    if any(path.steps != (sort_key,) for path in paths):
        order = f" (the order is {', '.join(names)})" if len(names) > 1 else ""
        reason = f"it may use only the sort key {sort_key!r}{order}; put other attributes into filter_condition"
    elif not isinstance(condition, _ON_SORT_KEYS) or not isinstance(condition.field, Path) or len(paths) > 1:
        given = type(condition).__name__
        reason = f"it must be one comparison with a value (==, <, <=, >, >=, between(), begins_with()), got {given}"
    elif isinstance(condition, Eq) and condition.value is None:
        reason = "a sort key is never None"
    else:
        return
    raise _invalid_selection(table, condition, reason)


def _format_comparison(
    table: ModelTable[Any], schema: TableSchema, builder: ExpressionBuilder, sort_key: str, comparison: Condition
) -> str:
    known = len(builder.values)
    formatted = str(builder.condition(comparison))
    for value in list(builder.values.values())[known:]:
        ((data_type, content),) = value.items()
        if data_type != schema.types.get(sort_key, data_type) or not content:
            reason = f"a value stored as {data_type} cannot be compared with it" if content else "it is never empty"
            message = f"query of {table.model_name}: sort_key_condition about the sort key {sort_key!r}: {reason}"
            raise InvalidConditionError(message, model_name=table.model_name)
    return formatted


def _invalid_selection(table: ModelTable[Any], condition: Condition, reason: str) -> InvalidConditionError:
    about = ", ".join(dict.fromkeys(path.label for path in paths_in(as_condition(condition), table.model)))
    message = f"query of {table.model_name}: sort_key_condition about {about}: {reason}"
    return InvalidConditionError(message, model_name=table.model_name)
