"""Query: the items of one partition, of the table or of an index.

A query selects by the values of the partition key, and by a condition on the sort key. The keys of a global index may
have several attributes. All parts of its partition key are given; of its sort key the first ones with `==`, and the
last one that is given with a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._core.exceptions import InvalidConditionError, InvalidKeyValueError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.results import QueryResult
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._expressions.conditions import And, BeginsWith, Between, Condition, Eq, Gt, Gte, Lt, Lte, as_condition
from pydamodb._expressions.paths import Path
from pydamodb._expressions.render_conditions import paths_in
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations import pages
from pydamodb._operations.keys import key_value
from pydamodb._operations.pages import Plan, Reading
from pydamodb._operations.projections import projection_reader
from pydamodb._operations.requests import Operation
from pydamodb._operations.table import ModelTable


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
    reader = table.reader if wanted.projection is None else projection_reader(table, "query", wanted.projection)
    source = yield from pages.source_of(table, "Query", wanted)
    if wanted.filter_condition is not None:
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
        FilterExpression=None if wanted.filter_condition is None else builder.condition(wanted.filter_condition),
        ScanIndexForward=None if wanted.scan_index_forward else False,
    )


def _check_filter(table: ModelTable[Any], keys: KeySchema, condition: Condition) -> None:
    for path in paths_in(as_condition(condition), table.model):
        if path.steps[0] in keys.attributes:
            message = (
                f"query of {table.model_name}: filter_condition cannot be about {path.label!r}, a key of what is "
                f"queried; select by partition_key_value and sort_key_condition"
            )
            raise InvalidConditionError(message, model_name=table.model_name)


class Selection(NamedTuple):
    """The attributes of the partition key with their values, and the condition on the keys as it is spelt."""

    partition: dict[str, AttributeValue]
    condition: str


def selection_of(
    table: ModelTable[Any],
    schema: TableSchema,
    keys: KeySchema,
    builder: ExpressionBuilder,
    *,
    partition_key_value: Any,
    sort_key_condition: Condition | None,
) -> Selection:
    """Encode and spell what a query of the table, or of an index, selects by.

    Raises:
        InvalidKeyValueError: A value cannot be a part of the partition key, or a part is missing.
        InvalidConditionError: The condition is not one on the sort key, or on its parts in their order.
    """
    parts = list(_parts(table, keys, sort_key_condition))
    given = _partition_key_values(table, keys, partition_key_value)
    values = {name: key_value(table, schema, name, value) for name, value in given}
    rendered: list[str] = []
    for sort_key, part in parts:
        known = len(builder.values)
        rendered.append(str(builder.condition(part)))
        _check_values(table, schema, sort_key, list(builder.values.values())[known:])
    return Selection(values, " AND ".join([*(builder.equal(name, value) for name, value in values.items()), *rendered]))


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
        f"query of {table.model_name}: the partition key has several parts: give a tuple of the values of "
        f"({', '.join(names)}), got {what}"
    )
    raise InvalidKeyValueError(message, model_name=table.model_name)


_ON_SORT_KEYS = (Eq, Lt, Lte, Gt, Gte, Between, BeginsWith)


def _parts(table: ModelTable[Any], keys: KeySchema, condition: Condition | None) -> Iterator[tuple[str, Condition]]:
    """Pair the parts of the sort key with what must hold of them."""
    if condition is None:
        return
    names = keys.sort_keys
    if not names:
        raise _misfit(table, condition, "there is no sort key in what is queried; use filter_condition")
    parts = list(_joined(condition)) if len(names) > 1 else [condition]
    if len(parts) > len(names):
        reason = f"it has {len(parts)} comparisons, and the sort key {len(names)} parts ({', '.join(names)})"
        raise _misfit(table, condition, reason)
    for position, (name, part) in enumerate(zip(names, parts, strict=False)):
        _check_comparison(table, names, name, part)
        if position < len(parts) - 1 and not isinstance(part, Eq):
            reason = "only the last comparison may be a range, those before it are =="
            raise _misfit(table, part, reason)
        yield name, part


def _joined(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And):
        for part in condition.conditions:
            yield from _joined(part)
    else:
        yield condition


def _check_comparison(table: ModelTable[Any], names: tuple[str, ...], sort_key: str, condition: Condition) -> None:
    paths = list(paths_in(as_condition(condition), table.model))
    if any(path.steps != (sort_key,) for path in paths):
        parts = f", a part of ({', '.join(names)}) in this order" if len(names) > 1 else ""
        reason = f"it must be about the sort key {sort_key!r} alone{parts}; other attributes go into filter_condition"
    elif not isinstance(condition, _ON_SORT_KEYS) or not isinstance(condition.field, Path) or len(paths) > 1:
        given = type(condition).__name__
        reason = f"it is one comparison with a value (==, <, <=, >, >=, between(), begins_with()), got {given}"
    elif isinstance(condition, Eq) and condition.value is None:
        reason = "a sort key is never None"
    else:
        return
    raise _misfit(table, condition, reason)


def _check_values(table: ModelTable[Any], schema: TableSchema, sort_key: str, values: Iterable[AttributeValue]) -> None:
    for value in values:
        ((data_type, content),) = value.items()
        if data_type != schema.types.get(sort_key, data_type) or not content:
            reason = f"a value stored as {data_type} cannot be compared with it" if content else "it is never empty"
            message = f"query of {table.model_name}: sort_key_condition about the sort key {sort_key!r}: {reason}"
            raise InvalidConditionError(message, model_name=table.model_name)


def _misfit(table: ModelTable[Any], condition: Condition, reason: str) -> InvalidConditionError:
    paths = paths_in(as_condition(condition), table.model)
    about = ", ".join(dict.fromkeys(path.label for path in paths))
    message = f"query of {table.model_name}: sort_key_condition about {about}: {reason}"
    return InvalidConditionError(message, model_name=table.model_name)
