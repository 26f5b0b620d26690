"""What queries and scans share: the table or index that is read, page after page, and where a page starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import BaseModel

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.readers import Reader
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.results import QueryResult
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations.cursors import CursorScope, cursor_of, start_key_of
from pydamodb._operations.describe import describe, table_schema
from pydamodb._operations.errors import index_not_found
from pydamodb._operations.keys import KEY_TYPES
from pydamodb._operations.projections import check_index
from pydamodb._operations.requests import Operation, Request
from pydamodb._operations.table import ModelTable


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What to read, and how; the names are those of the models' methods, but `limit` is their `page_size` too."""

    filter_condition: Condition | None = None
    limit: int | None = None
    index_name: str | None = None
    consistent_read: bool = False
    projection: type[BaseModel] | None = None
    exclusive_start_key: Mapping[str, Any] | str | None = None
    max_items: int | None = None
    count: bool = False


class Source(NamedTuple):
    """The table, or an index of it, with the keys that are read by."""

    schema: TableSchema
    keys: KeySchema
    secondary: IndexSchema | None


@dataclass(frozen=True)
class Plan:
    """A request as it is sent, and what is known of its replies: who reads the items, and the order of key attributes.

    `left` is how many items are still wanted, None for all. A filter may leave out any number of those looked at.
    """

    operation: str
    payload: dict[str, Any]
    reader: Reader
    key_attributes: tuple[str, ...]
    left: int | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether a page may have fewer items than DynamoDB looked at."""
        return "FilterExpression" in self.payload

    def after(self, start_key: dict[str, AttributeValue]) -> Plan:
        """Return the plan of the page that follows."""
        return replace(self, payload={**self.payload, "ExclusiveStartKey": start_key})


class Page(NamedTuple):
    """The items of a page, and the plan of the next one; None if there is none, or no more items are wanted."""

    items: list[Any]
    following: Plan | None


def page_of(table: ModelTable[Any], plan: Plan) -> Operation[QueryResult[Any]]:
    """Read one page."""
    reply = yield Request(plan.operation, plan.payload, (table,), reader=plan.reader.page_reader)
    items = plan.reader.items_of(reply)
    last: dict[str, AttributeValue] = reply.get("LastEvaluatedKey") or {}
    if not last:
        return QueryResult(items, None)
    names = sorted(last, key=[*plan.key_attributes, *last].index)
    start_key = {name: attribute_values.decode_key(last[name]) for name in names}
    encoded = {name: attribute_values.encode(value) for name, value in start_key.items()}
    return QueryResult(
        items, start_key, cursor_of(_scope(table, plan.operation, plan.payload.get("IndexName")), encoded)
    )


def step_of(table: ModelTable[Any], plan: Plan) -> Operation[Page]:
    """Read one page, and not more of it than is wanted."""
    payload = plan.payload
    if plan.left is not None and not plan.is_filtered:
        payload = {**payload, "Limit": min(plan.left, payload.get("Limit", plan.left))}
    reply = yield Request(plan.operation, payload, (table,), reader=plan.reader.page_reader)
    items = plan.reader.items_of(reply, plan.left)
    left = None if plan.left is None else plan.left - len(items)
    last = reply.get("LastEvaluatedKey")
    return Page(items, replace(plan.after(last), left=left) if last and left != 0 else None)


def all_of(table: ModelTable[Any], plan: Plan) -> Operation[list[Any]]:
    """Read all pages; one without items need not be the last."""
    items: list[Any] = []
    following: Plan | None = plan
    while following is not None:
        page, following = yield from step_of(table, following)
        items += page
    return items


def count_of(table: ModelTable[Any], plan: Plan) -> Operation[int]:
    """Count what is on all pages."""
    counted: int = 0
    while True:
        reply = yield Request(plan.operation, plan.payload, (table,))
        counted += reply["Count"]
        if not reply.get("LastEvaluatedKey"):
            return counted
        plan = plan.after(reply["LastEvaluatedKey"])


def source_of(table: ModelTable[Any], operation: str, wanted: Reading) -> Operation[Source]:
    """Find what is read; an index that is not known may have been made since the table was asked, so that is done once.

    Raises:
        IndexNotFoundError: There is no such index.
        InvalidRequestError: Numbers are none, the projection is no model that fits, or reads would not be consistent.
    """
    _check_whole_number(table, operation, "limit", wanted.limit)
    _check_whole_number(table, operation, "max_items", wanted.max_items)
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
        what = f"{operation} of {table.model_name} on table {table.table_name!r}"
        missing = index_not_found(name, what, (*schema.indexes,))
        missing.operation, missing.model_name, missing.table_name = operation, table.model_name, table.table_name
        raise missing
    if wanted.consistent_read and index.is_global:
        message = (
            f"{operation.lower()} of {table.model_name}: {name!r} is a global secondary index, which has no "
            f"consistent reads; leave out consistent_read, or {operation.lower()} the table"
        )
        raise InvalidRequestError(message, model_name=table.model_name)
    return Source(schema, index.keys, index)


def _check_whole_number(table: ModelTable[Any], operation: str, name: str, number: int | None) -> None:
    """Check an option that says how many."""
    if number is not None and (type(number) is not int or number < 1):
        message = (
            f"{operation.lower()} of {table.model_name}: {name} is a whole number from 1 on, or None for no limit; "
            f"got {number!r}"
        )
        raise InvalidRequestError(message, model_name=table.model_name)


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
    """Make a request of what is wanted, the parts that only one operation has, and what was spelt of it.

    Raises:
        InvalidRequestError: The start key is not of this table, index or partition, or the index lacks attributes.
    """
    schema, keys, index = source
    if index is not None and not wanted.count:
        check_index(table, operation.lower(), index, schema.keys, reader)
        reader = replace(reader, whole=index.whole or reader.sources is not None)
    projected = builder.projection(reader.attributes) if reader.attributes and not wanted.count else None
    expressions = {name: parts.pop(name) for name in [*parts] if name.endswith("Expression")}
    payload: dict[str, Any] = {
        "TableName": table.table_name,
        **builder.arguments(**expressions, ProjectionExpression=projected),
        **{name: value for name, value in parts.items() if value is not None},
    }
    if wanted.count:
        payload["Select"] = "COUNT"
    if wanted.index_name is not None:
        payload["IndexName"] = wanted.index_name
    if wanted.consistent_read:
        payload["ConsistentRead"] = True
    if wanted.limit is not None:
        payload["Limit"] = wanted.limit
    if wanted.exclusive_start_key is not None:
        payload["ExclusiveStartKey"] = _start_key(table, operation, source, wanted, partition or {})
    key_attributes = tuple(dict.fromkeys((*schema.keys.attributes, *keys.attributes)))
    return Plan(operation, payload, reader, key_attributes, wanted.max_items)


def _scope(table: ModelTable[Any], operation: str, index_name: str | None) -> CursorScope:
    return CursorScope(operation, table.table_name, index_name)


def _start_key(
    table: ModelTable[Any], operation: str, source: Source, wanted: Reading, partition: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Encode a `last_evaluated_key` that came back: the keys of the table, and those of the index that is read."""
    names = {*source.schema.keys.attributes, *source.keys.attributes}
    try:
        encoded = _given_start_key(table, operation, wanted)
        reason = f"expected values for exactly {', '.join(sorted(names))}"
        if encoded.keys() == names and all(_is_key(source.schema, *each) for each in encoded.items()):
            if all(
                attribute_values.decode_key(encoded[name]) == attribute_values.decode_key(value)
                for name, value in partition.items()
            ):
                return encoded
            reason = "it is of another partition than the one that is queried"
    except Unstorable as error:
        reason = error.reason
    message = (
        f"{operation.lower()} of {table.model_name}: exclusive_start_key does not belong to this table or index: "
        f"{reason}; give it as an earlier {operation.lower()} of the same kind returned it"
    )
    raise InvalidRequestError(message, model_name=table.model_name)


def _given_start_key(table: ModelTable[Any], operation: str, wanted: Reading) -> dict[str, AttributeValue]:
    given: object = wanted.exclusive_start_key
    if isinstance(given, str):
        start_key = start_key_of(_scope(table, operation, wanted.index_name), given)
        if start_key is None:
            raise Unstorable("the text is no cursor of it")
        return {name: attribute_values.normalized_key(value) for name, value in start_key.items()}
    if not isinstance(given, Mapping):
        raise Unstorable(f"a mapping or a cursor is expected, got {type(given).__name__}")
    values: Mapping[str, Any] = given  # pyright: ignore[reportUnknownVariableType] - its values are encoded by type
    return {name: attribute_values.encode(value) for name, value in values.items()}


def _is_key(schema: TableSchema, attribute: str, value: AttributeValue) -> bool:
    (data_type,) = value
    return data_type in KEY_TYPES and data_type == schema.types.get(attribute, data_type)
