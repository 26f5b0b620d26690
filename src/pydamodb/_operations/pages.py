"""What queries and scans share: the table or index to read, its pages, and the start of a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, time
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.kind_readers import KindsReader
from pydamodb._codec.readers import Reader
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.observed import capacities_of
from pydamodb._core.results import QueryResult
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations.cursors import (
    CursorScope,
    SignedScope,
    cursor_of,
    is_signed,
    signed_cursor_of,
    signed_start_key_of,
    start_key_of,
)
from pydamodb._operations.describe import describe, table_schema
from pydamodb._operations.errors import index_not_found
from pydamodb._operations.invalid_items import InvalidItems, OnInvalid, check_on_invalid
from pydamodb._operations.key_conditions import meets_key_condition, said_by
from pydamodb._operations.keys import KEY_TYPES, key_value
from pydamodb._operations.part_keys import markers_on
from pydamodb._operations.projections import check_index, index_reader
from pydamodb._operations.requests import Operation, Request
from pydamodb._operations.table import ModelTable

_VALUES_OF_FIELDS = (date, time, UUID, Enum)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What to read. The names are those of the models' methods; `limit` is also their `page_size`."""

    filter_condition: Condition | None = None
    limit: int | None = None
    index_name: str | None = None
    consistent_read: bool = False
    projection: type[BaseModel] | None = None
    exclusive_start_key: Mapping[str, Any] | str | None = None
    max_items: int | None = None
    count: bool = False
    on_invalid: OnInvalid | None = None


class Source(NamedTuple):
    """The table or index to read, with its keys."""

    schema: TableSchema
    keys: KeySchema
    secondary: IndexSchema | None


@dataclass(frozen=True)
class Plan:
    """A request for a page, with the reader of its items, and the order of the key attributes.

    `left` is the number of items to return, None for all.
    """

    operation: str
    payload: dict[str, Any]
    reader: Reader | KindsReader
    invalid: InvalidItems
    key_attributes: tuple[str, ...]
    left: int | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether a filter may remove items from a page."""
        return "FilterExpression" in self.payload

    def after(self, start_key: dict[str, AttributeValue]) -> Plan:
        """Return the plan of the next page."""
        return replace(self, payload={**self.payload, "ExclusiveStartKey": start_key})


class Page(NamedTuple):
    """The items of a page, and the plan of the next page; None if no next page is needed."""

    items: list[Any]
    following: Plan | None


def page_of(table: ModelTable[Any], plan: Plan) -> Operation[QueryResult[Any]]:
    """Read one page."""
    reply = yield Request(plan.operation, plan.payload, (table,), reader=plan.reader.page_reader)
    items = plan.reader.items_of(reply, plan.invalid.handle)
    last: dict[str, AttributeValue] = reply.get("LastEvaluatedKey") or {}
    capacity = next(iter(capacities_of(reply)), None) if reply.get("ConsumedCapacity") else None
    if not last:
        return QueryResult(items, None, consumed_capacity=capacity)
    names = sorted(last, key=[*plan.key_attributes, *last].index)
    start_key = {name: attribute_values.decode_key(last[name]) for name in names}
    encoded = {name: attribute_values.encode(value) for name, value in start_key.items()}
    if table.cursor_keys:
        cursor = signed_cursor_of(table.cursor_keys, _signed_scope(table, plan.operation, plan.payload), encoded)
    else:
        cursor = cursor_of(_scope(table, plan.operation, plan.payload.get("IndexName")), encoded)
    return QueryResult(items, start_key, cursor, capacity)


def _scope(table: ModelTable[Any], operation: str, index_name: str | None) -> CursorScope:
    """Return for what a cursor is valid. A table may have items of many models with templates."""
    of = "" if table.templates is None else f" of {table.model_name}"
    return CursorScope(operation + of, table.table_name, index_name)


def _signed_scope(table: ModelTable[Any], operation: str, payload: Mapping[str, Any]) -> SignedScope:
    """Return for what a signed cursor is valid."""
    return SignedScope(
        operation,
        table.table_name,
        payload.get("IndexName"),
        table.model_name,
        said_by(payload),
        payload.get("ScanIndexForward", True),
        (payload.get("Segment"), payload.get("TotalSegments")),
    )


def step_of(table: ModelTable[Any], plan: Plan) -> Operation[Page]:
    """Read one page, with at most `plan.left` items."""
    payload = plan.payload
    if plan.left is not None and not plan.is_filtered:
        payload = {**payload, "Limit": min(plan.left, payload.get("Limit", plan.left))}
    reply = yield Request(plan.operation, payload, (table,), reader=plan.reader.page_reader)
    items = plan.reader.items_of(reply, plan.invalid.handle, plan.left)
    left = None if plan.left is None else plan.left - len(items)
    last = reply.get("LastEvaluatedKey")
    return Page(items, replace(plan.after(last), left=left) if last and left != 0 else None)


def all_of(table: ModelTable[Any], plan: Plan) -> Operation[list[Any]]:
    """Read all pages. A page without items may not be the last one."""
    items: list[Any] = []
    following: Plan | None = plan
    while following is not None:
        page, following = yield from step_of(table, following)
        items += page
    return items


def first_of(table: ModelTable[Any], plan: Plan) -> Operation[Any]:
    """Read pages until there is an item; None if there is none. Only a filter needs pages of several items."""
    items = yield from all_of(table, replace(plan, left=1))
    return items[0] if items else None


def count_of(table: ModelTable[Any], plan: Plan) -> Operation[int]:
    """Count the items on all pages."""
    counted: int = 0
    while True:
        reply = yield Request(plan.operation, plan.payload, (table,))
        counted += reply["Count"] if plan.payload.get("Select") else sum(map(plan.reader.is_own, reply["Items"]))
        if not reply.get("LastEvaluatedKey"):
            return counted
        plan = plan.after(reply["LastEvaluatedKey"])


def source_of(table: ModelTable[Any], operation: str, wanted: Reading) -> Operation[Source]:
    """Return the table or index to read. Request the schema again if it does not have the index, which may be new."""
    _check_whole_number(table, operation, "limit", wanted.limit)
    _check_whole_number(table, operation, "max_items", wanted.max_items)
    if wanted.on_invalid is not None:
        check_on_invalid(operation.lower(), table.model_name, wanted.on_invalid)
    schema = table.known_schema or (yield from table_schema(table))
    name = wanted.index_name
    if name is None:
        return Source(schema, schema.keys, None)
    seen = table.schemas.get(table.table_name)
    if name not in schema.indexes and seen is not None:  # the model declares the keys of the table, but not this index
        schema = seen
    if name not in schema.indexes:
        schema = yield from describe(table)
    index = schema.indexes.get(name)
    if index is None:
        subject = f"{operation} of {table.model_name} on table {table.table_name!r}"
        missing = index_not_found(name, subject, (*schema.indexes,))
        missing.operation, missing.model_name, missing.table_name = operation, table.model_name, table.table_name
        raise missing
    if wanted.consistent_read and index.is_global:
        raise table.invalid_request(
            f"{operation.lower()} of {table.model_name}: {name!r} is a global secondary index, which has no "
            f"consistent reads; leave out consistent_read, or {operation.lower()} the table"
        )
    return Source(schema, index.keys, index)


def _check_whole_number(table: ModelTable[Any], operation: str, name: str, number: int | None) -> None:
    if number is not None and (type(number) is not int or number < 1):
        expected = "a whole number from 1 on, or None for no limit"
        raise table.invalid_request(f"{operation.lower()} of {table.model_name}: {name} is {expected}; got {number!r}")


def plan_of(
    table: ModelTable[Any],
    operation: str,
    source: Source,
    wanted: Reading,
    *,
    builder: ExpressionBuilder,
    reader: Reader,
    partition: Mapping[str, AttributeValue] | None = None,
    **parts: Any,
) -> Plan:
    """Return the plan of the first page. `parts` are the parameters that only a query or only a scan has."""
    schema, keys, index = source
    if index is not None and not wanted.count:
        reader = reader_on_index(table, operation, source, reader)
    attributes = () if wanted.count else reader.attributes
    if wanted.count and reader.kind is not None and not markers_on(table, schema, keys, index):
        attributes = schema.keys.attributes  # only the keys say which items are of the model
    return plan_of_attributes(
        table, operation, source, wanted, attributes, builder=builder, reader=reader, partition=partition, **parts
    )


def reader_on_index(table: ModelTable[Any], operation: str, source: Source, reader: Reader) -> Reader:
    """Return the reader of the items of an index. Check that the index has what it needs."""
    schema, _, index = source
    if index is None:
        return reader
    reader = index_reader(table, index, schema.keys, reader)
    check_index(table, operation.lower(), index, schema.keys, reader)
    return reader


def plan_of_attributes(
    table: ModelTable[Any],
    operation: str,
    source: Source,
    wanted: Reading,
    attributes: Collection[str],
    *,
    builder: ExpressionBuilder,
    reader: Reader | KindsReader,
    partition: Mapping[str, AttributeValue] | None = None,
    **parts: Any,
) -> Plan:
    """Return the plan of the first page. Without `attributes`, all are read; or none, if items are counted."""
    schema, keys, _ = source
    projected = builder.projection(attributes) if attributes else None
    expressions = {name: parts.pop(name) for name in [*parts] if name.endswith("Expression")}
    payload: dict[str, Any] = {
        "TableName": table.table_name,
        **builder.arguments(**expressions, ProjectionExpression=projected),
        **{name: value for name, value in parts.items() if value is not None},
    }
    if wanted.count and projected is None:
        payload["Select"] = "COUNT"
    if wanted.index_name is not None:
        payload["IndexName"] = wanted.index_name
    if wanted.consistent_read:
        payload["ConsistentRead"] = True
    if wanted.limit is not None:
        payload["Limit"] = wanted.limit
    if wanted.exclusive_start_key is not None:
        payload["ExclusiveStartKey"] = _start_key(table, operation, source, wanted, partition or {}, payload=payload)
    key_attributes = tuple(dict.fromkeys((*schema.keys.attributes, *keys.attributes)))
    invalid = InvalidItems(
        table.model_name,
        table.table_name,
        operation,
        schema.keys.attributes,
        partition or {},
        wanted.on_invalid,
        leaves_out_foreign=True,
    )
    return Plan(operation, payload, reader, invalid, key_attributes, wanted.max_items)


def _start_key(
    table: ModelTable[Any],
    operation: str,
    source: Source,
    wanted: Reading,
    partition: Mapping[str, AttributeValue],
    *,
    payload: Mapping[str, Any],
) -> dict[str, AttributeValue]:
    """Encode the given start key. Check that it has the keys of the table and of the index, and the partition.

    A cursor also has a sort key that the condition of the query allows. DynamoDB refuses another one too.
    """
    names = {*source.schema.keys.attributes, *source.keys.attributes}
    try:
        encoded = _given_start_key(table, operation, source.schema, wanted, payload)
        reason = f"expected values for exactly {', '.join(sorted(names))}"
        if encoded.keys() == names and all(_has_key_type(source.schema, *each) for each in encoded.items()):
            if all(
                attribute_values.decode_key(encoded[name]) == attribute_values.decode_key(value)
                for name, value in partition.items()
            ):
                if not isinstance(wanted.exclusive_start_key, str) or meets_key_condition(payload, encoded):
                    return encoded
                reason = "it belongs to a query with another sort_key_condition"
            else:
                reason = "it belongs to another partition than the queried one"
    except Unstorable as error:
        reason = error.reason
    raise table.invalid_request(
        f"{operation.lower()} of {table.model_name}: exclusive_start_key does not belong to this table or index: "
        f"{reason}; use the value that an earlier {operation.lower()} of the same kind returned"
    )


def _given_start_key(
    table: ModelTable[Any], operation: str, schema: TableSchema, wanted: Reading, payload: Mapping[str, Any]
) -> dict[str, AttributeValue]:
    """Encode a start key. Its texts, numbers and bytes are those that are stored, as a page has returned them."""
    given: object = wanted.exclusive_start_key
    if isinstance(given, str):
        start_key = _start_key_of_cursor(table, operation, payload, given)
        return {name: attribute_values.normalized_key(value) for name, value in start_key.items()}
    if not isinstance(given, Mapping):
        raise Unstorable(f"a mapping or a cursor is expected, got {type(given).__name__}")
    values: Mapping[str, Any] = given  # pyright: ignore[reportUnknownVariableType] - values are encoded by their type
    encoded = {name: attribute_values.encode(value) for name, value in values.items()}
    # Other values (a time, a UUID, an enum member) are written as their fields write them.
    for name, value in values.items():
        if name in table.paths and isinstance(value, _VALUES_OF_FIELDS):
            encoded[name] = key_value(table, schema, name, value)
    return encoded


def _start_key_of_cursor(
    table: ModelTable[Any], operation: str, payload: Mapping[str, Any], cursor: str
) -> dict[str, AttributeValue]:
    if table.cursor_keys:
        start_key = signed_start_key_of(table.cursor_keys, _signed_scope(table, operation, payload), cursor)
        reason = f"the text is not a cursor that was signed with cursor_key for this {operation.lower()}"
    elif is_signed(cursor):
        start_key, reason = None, "the text is a signed cursor, and the configuration has no cursor_key"
    else:
        start_key = start_key_of(_scope(table, operation, payload.get("IndexName")), cursor)
        reason = "the text is not a cursor of it"
    if start_key is None:
        raise Unstorable(reason)
    return start_key


def _has_key_type(schema: TableSchema, attribute: str, value: AttributeValue) -> bool:
    (data_type,) = value
    return data_type in KEY_TYPES and data_type == schema.types.get(attribute, data_type)
