"""Queries and scans of several models that share a table: one request for a page of all their items.

A query of several models asks for one range of sort keys, which has the ranges of all of them. What is between these
ranges is left out here, as the items of other kinds are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.kind_readers import KindReader, KindsReader, any_item
from pydamodb._codec.readers import Reader
from pydamodb._core.exceptions import InvalidConditionError, InvalidKeyValueError
from pydamodb._core.results import QueryResult
from pydamodb._expressions.conditions import Condition, Not, Or, joined
from pydamodb._expressions.key_ranges import KeyRange, terms_of
from pydamodb._expressions.range_unions import is_inside, union_of
from pydamodb._expressions.render_conditions import paths_in
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._expressions.shared_conditions import check_models, condition_for, paths_of
from pydamodb._operations import pages
from pydamodb._operations.describe import table_schema
from pydamodb._operations.kinds_table import KindsTable
from pydamodb._operations.pages import Plan, Reading, Source
from pydamodb._operations.part_keys import markers_on
from pydamodb._operations.part_queries import Parts, range_of, rendered_range
from pydamodb._operations.projections import projection_reader
from pydamodb._operations.query import Query, check_filter, formatted_comparisons, partition_by_parts
from pydamodb._operations.requests import Operation
from pydamodb._operations.scan import Scan, check_segment, check_total, segments_of
from pydamodb._operations.table import ModelTable


def query(table: KindsTable, wanted: Query) -> Operation[QueryResult[Any]]:
    """Read one page."""
    planned = yield from plan_query(table, wanted)
    return (yield from pages.page_of(table, planned))


def query_all(table: KindsTable, wanted: Query) -> Operation[list[Any]]:
    """Read all pages."""
    planned = yield from plan_query(table, wanted)
    return (yield from pages.all_of(table, planned))


def query_first(table: KindsTable, wanted: Query) -> Operation[Any]:
    """Read pages until there is an item; None if there is none."""
    planned = yield from plan_query(table, wanted)
    return (yield from pages.first_of(table, planned))


def query_count(table: KindsTable, wanted: Query) -> Operation[int]:
    """Count the items of a partition."""
    planned = yield from plan_query(table, wanted)
    return (yield from pages.count_of(table, planned))


def scan(table: KindsTable, wanted: Scan) -> Operation[QueryResult[Any]]:
    """Read one page."""
    planned = yield from plan_scan(table, wanted)
    return (yield from pages.page_of(table, planned))


def scan_count(table: KindsTable, wanted: Scan) -> Operation[int]:
    """Count items."""
    planned = yield from plan_scan(table, wanted)
    return (yield from pages.count_of(table, planned))


def scan_segments(table: KindsTable, wanted: Scan, total_segments: int) -> Operation[list[Plan]]:
    """Return the plans of the first pages of all segments."""
    check_total(table, total_segments)
    return segments_of((yield from plan_scan(table, wanted)), total_segments)


class _Asked(NamedTuple):
    """What is asked for of one model: the range of its sort keys, None for all of them, and a filter."""

    table: ModelTable[Any]
    range: KeyRange | None = None
    filter: Condition | None = None
    markers: Sequence[Condition] = ()


def plan_query(table: KindsTable, wanted: Query) -> Operation[Plan]:
    """Return the plan of the first page."""
    table.check_partitions()
    source, readers = yield from _begun(table, "Query", wanted)
    partition, known = _partition(table, source, wanted.partition_key_value)
    builder = ExpressionBuilder(table.model)
    asked, formatted = [_Asked(each) for each in table.kinds], list[str]()
    union = None
    if _is_made(table, source):
        asked = [*_ranges(table, source, wanted.sort_key_condition, known)]
    elif wanted.sort_key_condition is not None:
        formatted = _comparisons(table, source, builder, wanted.sort_key_condition)
    asked = [*_filtered(table, source, asked, wanted.filter_condition)]
    for each in asked:
        if each.filter is not None:
            check_filter(each.table, source.keys, each.filter)
    if ranges := [each.range for each in asked if each.range is not None]:
        union = union_of(ranges)
        formatted = [*rendered_range(builder, source.keys.sort_keys[0], union)]
    # Without a condition, the templates of a model say all that its range says.
    checked = union if wanted.sort_key_condition is not None else None
    return _plan(
        table,
        source,
        wanted,
        asked,
        builder=builder,
        reader=_kinds_reader(table, source, readers, asked, checked),
        partition=partition,
        KeyConditionExpression=" AND ".join([*(builder.equal(*each) for each in partition.items()), *formatted]),
        ScanIndexForward=None if wanted.scan_index_forward else False,
    )


def plan_scan(table: KindsTable, wanted: Scan) -> Operation[Plan]:
    """Return the plan of the first page."""
    check_segment(table, wanted)
    source, readers = yield from _begun(table, "Scan", wanted)
    asked = [*_filtered(table, source, [_Asked(each) for each in table.kinds], wanted.filter_condition)]
    return _plan(
        table,
        source,
        wanted,
        asked,
        builder=ExpressionBuilder(table.model),
        reader=_kinds_reader(table, source, readers, asked, None),
        Segment=wanted.segment,
        TotalSegments=wanted.total_segments,
    )


def _begun(table: KindsTable, operation: str, wanted: Reading) -> Operation[tuple[Source, list[Reader]]]:
    """Check what can be checked before a request. Return the table or index to read, and the readers of all models."""
    name = operation.lower()
    table.check_one_table(name)
    projection = wanted.projection
    smaller = [None if projection is None else projection_reader(each, name, projection) for each in table.kinds]
    conditions = [wanted.filter_condition, wanted.sort_key_condition if isinstance(wanted, Query) else None]
    for condition in conditions:
        if condition is not None:
            check_models([each.model for each in table.kinds], table.model_name, condition)
    source = yield from pages.source_of(table, operation, wanted)
    for each in table.kinds:
        yield from table_schema(each)  # known by now: checks that the model fits the table
    readers = [each.reader(source.schema, reader) for each, reader in zip(table.kinds, smaller, strict=True)]
    if not wanted.count:
        pairs = zip(table.kinds, readers, strict=True)
        readers = [pages.reader_on_index(each, operation, source, reader) for each, reader in pairs]
    return source, readers


def _partition(table: KindsTable, source: Source, given: Any) -> tuple[dict[str, AttributeValue], list[Parts]]:
    """Return the partition, which is the same for all models, and what it says of the parts of each model."""
    parts = [partition_by_parts(each, source, given) for each in table.kinds]
    for member, other in zip(table.kinds, parts, strict=True):
        if other.partition != parts[0].partition:
            names = f"{table.kinds[0].model_name} and {member.model_name}"
            message = (
                f"query of {table.model_name}: {names} make different keys of this value, so that no query has both"
            )
            raise InvalidKeyValueError(message, model_name=table.model_name)
    return parts[0].partition, parts


def _is_made(table: ModelTable[Any], source: Source) -> bool:
    """Return True if templates make the sort key."""
    names = source.keys.sort_keys
    return bool(names) and names[0] in table.members[0].kind(source.schema).all_formats


def _comparisons(table: KindsTable, source: Source, builder: ExpressionBuilder, condition: Condition) -> list[str]:
    """Render a condition on a sort key that is a field, by the first model that has fields of these names."""
    for each in table.kinds:
        own = condition_for(each.model, condition)
        if own is not None:
            builder.model = each.model
            return formatted_comparisons(each, source, builder, own)
    return formatted_comparisons(table.kinds[0], source, builder, condition)


def _ranges(table: KindsTable, source: Source, condition: Condition | None, known: Sequence[Parts]) -> Iterator[_Asked]:
    """Yield the models whose sort keys have the parts of a condition, with their ranges."""
    templates = [each.kind(source.schema).all_formats[source.keys.sort_keys[0]] for each in table.kinds]
    is_found = False
    for member, template, parts in zip(table.kinds, templates, known, strict=True):
        terms = [_term_for(member.model, template.attributes, each) for each in terms_of(condition)]
        if None not in terms:
            is_found = True
            found = range_of(member, source, joined(*terms), parts.known)
            yield _Asked(member, found, None if found is None else joined(*found.filters))
    if condition is not None and not is_found:
        about = ", ".join(dict.fromkeys(path.label for path in paths_of(condition)))
        pairs = zip(table.kinds, templates, strict=True)
        have = ", ".join(f"{member.model_name}: {template.source!r}" for member, template in pairs)
        message = (
            f"query of {table.model_name}: sort_key_condition about {about}: no sort key of them has these parts "
            f"({have}); conditions on other fields are for filter_condition"
        )
        raise InvalidConditionError(message, model_name=table.model_name)


def _term_for(model: type[BaseModel], attributes: Collection[Any], term: Condition) -> Condition | None:
    """Return a term about parts of the key of a model, None if the key does not have them."""
    if isinstance(term, (Or, Not)):
        return term  # no range at all
    own = condition_for(model, term)
    if own is None or any(path.steps[0] not in attributes for path in paths_in(own, model)):
        return None
    return own


def _filtered(
    table: KindsTable, source: Source, asked: Iterable[_Asked], condition: Condition | None
) -> Iterator[_Asked]:
    """Yield the models that have the fields of a filter, with what it says of them, and their markers."""
    is_found = False
    for each in asked:
        own = None if condition is None else condition_for(each.table.model, condition)
        if condition is None or own is not None:
            is_found = True
            markers = markers_on(each.table, source.schema, source.keys, source.secondary)
            yield each._replace(filter=joined(own, each.filter), markers=markers)
    if condition is not None and not is_found:
        about = ", ".join(dict.fromkeys(path.label for path in paths_of(condition)))
        message = f"{table.model_name}: filter_condition about {about}: none of them has all these fields"
        raise InvalidConditionError(message, model_name=table.model_name)


def _kinds_reader(
    table: KindsTable, source: Source, readers: Sequence[Reader], asked: Sequence[_Asked], checked: KeyRange | None
) -> KindsReader:
    """Return the reader of all models. Items of those that were not asked for are left out."""
    asked_of = {each.table: each.range for each in asked}
    kinds: list[KindReader] = []
    for member, reader in zip(table.kinds, readers, strict=True):
        own = asked_of.get(member)
        wants = any_item if member in asked_of else _no_item
        if own is not None and checked is not None and replace(own, filters=()) != checked:
            wants = partial(_is_inside, own, source.keys.sort_keys[0])
        kinds.append(KindReader(reader, wants))
    return KindsReader(tuple(kinds))


def _no_item(_: Mapping[str, AttributeValue]) -> bool:
    return False


def _is_inside(wanted: KeyRange, name: str, item: Mapping[str, AttributeValue]) -> bool:
    return name in item and is_inside(wanted, item[name])


def _plan(
    table: KindsTable,
    source: Source,
    wanted: Reading,
    asked: Sequence[_Asked],
    *,
    builder: ExpressionBuilder,
    reader: KindsReader,
    **parts: Any,
) -> Plan:
    operation = "Query" if isinstance(wanted, Query) else "Scan"
    filters = _filters(table, builder, asked)
    plan = pages.plan_of_attributes(
        table,
        operation,
        source,
        wanted,
        _attributes(source, wanted, reader, asked),
        builder=builder,
        reader=reader,
        FilterExpression=filters,
        **parts,
    )
    return replace(plan, invalid=plan.invalid._replace(kinds=tuple(each.model for each in table.kinds)))


def _attributes(source: Source, wanted: Reading, reader: KindsReader, asked: Sequence[_Asked]) -> Collection[str]:
    """Return the attributes to read; none for whole items, and where DynamoDB counts."""
    if wanted.projection is not None:
        names = [name for kind in reader.kinds for name in kind.reader.attributes]
        return dict.fromkeys((*names, *source.keys.sort_keys))
    is_decided = all(each.markers for each in asked) and all(
        kind.wants in {any_item, _no_item} for kind in reader.kinds
    )
    if not wanted.count or is_decided:
        return ()
    schema, keys, index = source
    needed = dict.fromkeys((*schema.keys.attributes, *keys.sort_keys))
    needed |= dict.fromkeys(name for kind in reader.kinds if kind.reader.kind for name in kind.reader.kind.needed)
    return [name for name in needed if index is None or index.whole or name in index.projected(schema.keys)]


def _filters(table: KindsTable, builder: ExpressionBuilder, asked: Sequence[_Asked]) -> str | None:
    """Render the markers and the filters of all models; None if there are none.

    Raises:
        InvalidConditionError: The filters are different, and DynamoDB does not know to which items each one belongs.
    """
    is_marked = all(each.markers for each in asked)
    first, *others = (_rendered_alone(each) for each in asked)
    if all(other == first for other in others):
        marked = [joined(*each.markers) for each in asked] if is_marked else []
        text = _either(builder, asked, marked)
        if asked[0].filter is None:
            return text
        builder.model = asked[0].table.model
        if text is None:
            return builder.condition(asked[0].filter)
        text = f"({text})" if len(asked) > 1 else text
        return f"{text} AND {builder.condition(asked[0].filter, joined=True)}"
    if is_marked:
        return _either(builder, asked, [joined(*each.markers, each.filter) for each in asked])
    names = ", ".join(each.table.model_name for each in asked if not each.markers)
    message = (
        f"{table.model_name}: the conditions need another filter for each of them, and DynamoDB cannot tell their "
        f'items apart: give {names} a constant field, such as kind: Literal["order"] = "order"'
    )
    raise InvalidConditionError(message, model_name=table.model_name)


def _either(builder: ExpressionBuilder, asked: Sequence[_Asked], conditions: Sequence[Condition | None]) -> str | None:
    """Render conditions of which one holds, each with the fields of its model. AND binds closer than OR."""
    texts: list[str] = []
    for each, condition in zip(asked, conditions, strict=False):
        builder.model = each.table.model
        texts.append(str(builder.condition(condition)))
    return " OR ".join(texts) or None


def _rendered_alone(asked: _Asked) -> tuple[Any, ...]:
    """Return the filter of a model as it would be sent. Equal ones mean the same."""
    builder = ExpressionBuilder(asked.table.model)
    return builder.condition(asked.filter), builder.names, builder.values
