"""Query: the items of one partition, of the table or of an index, a page or all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from pydamodb import _wire
from pydamodb._calls import Flow, Target
from pydamodb._failures import index_not_found
from pydamodb._items import decode_item
from pydamodb._operations.describe import describe, request, table_schema
from pydamodb._operations.keys import KEY_TYPES
from pydamodb._operations.selection import key_condition
from pydamodb._schema import IndexSchema, KeySchema, TableSchema
from pydamodb._terms import paths_in
from pydamodb._wire import AttributeValue, Unstorable
from pydamodb.conditions import Condition, as_condition
from pydamodb.exceptions import InvalidConditionError, InvalidRequestError
from pydamodb.expressions import ExpressionBuilder
from pydamodb.results import QueryResult

__all__ = ["Query", "query", "query_all"]

ModelT = TypeVar("ModelT", bound=BaseModel)


class Query(NamedTuple):
    """What to look for; the names are those of the models' method."""

    partition_key_value: Any
    sort_key_condition: Condition | None = None
    filter_condition: Condition | None = None
    limit: int | None = None
    index_name: str | None = None
    consistent_read: bool = False
    scan_index_forward: bool = True
    exclusive_start_key: Mapping[str, Any] | None = None


class _Plan(NamedTuple):
    """A query as it is sent, and what is known of its replies: the key attributes in order, and if items are whole."""

    payload: dict[str, Any]
    key_attributes: tuple[str, ...]
    whole: bool


def query(target: Target[ModelT], wanted: Query) -> Flow[QueryResult[ModelT]]:
    """Read one page."""
    payload, key_attributes, whole = yield from _plan(target, wanted)
    reply = yield from request(target, "Query", payload)
    last: dict[str, AttributeValue] = reply.get("LastEvaluatedKey") or {}
    names = sorted(last, key=[*key_attributes, *last].index)
    start_key = {name: _wire.decode_key(last[name]) for name in names}
    return QueryResult([decode_item(target.model, item, whole=whole) for item in reply["Items"]], start_key or None)


def query_all(target: Target[ModelT], wanted: Query) -> Flow[list[ModelT]]:
    """Read all pages; one without items need not be the last."""
    payload, _, whole = yield from _plan(target, wanted)
    items: list[ModelT] = []
    while True:
        reply = yield from request(target, "Query", payload)
        items += [decode_item(target.model, item, whole=whole) for item in reply["Items"]]
        if not reply.get("LastEvaluatedKey"):
            return items
        payload = {**payload, "ExclusiveStartKey": reply["LastEvaluatedKey"]}


def _plan(target: Target[Any], wanted: Query) -> Flow[_Plan]:
    _check_limit(target, wanted.limit)
    schema = yield from table_schema(target)
    keys, whole = schema.keys, True
    if wanted.index_name is not None:
        schema, index = yield from _index(target, schema, wanted)
        keys, whole = index.keys, index.whole
    _check_filter(target, keys, wanted.filter_condition)
    builder = ExpressionBuilder(target.model)
    selected = key_condition(
        target,
        schema,
        keys,
        builder,
        partition_key_value=wanted.partition_key_value,
        sort_key_condition=wanted.sort_key_condition,
    )
    arguments = builder.arguments(
        KeyConditionExpression=selected, FilterExpression=builder.condition(wanted.filter_condition)
    )
    payload: dict[str, Any] = {"TableName": target.table_name, **arguments}
    if wanted.index_name is not None:
        payload["IndexName"] = wanted.index_name
    if wanted.consistent_read:
        payload["ConsistentRead"] = True
    if not wanted.scan_index_forward:
        payload["ScanIndexForward"] = False
    if wanted.limit is not None:
        payload["Limit"] = wanted.limit
    if wanted.exclusive_start_key is not None:
        payload["ExclusiveStartKey"] = _start_key(target, schema, keys, wanted.exclusive_start_key)
    return _Plan(payload, tuple(dict.fromkeys((*schema.keys.attributes, *keys.attributes))), whole)


def _check_limit(target: Target[Any], limit: int | None) -> None:
    if limit is not None and (type(limit) is not int or limit < 1):
        message = (
            f"query of {target.model_name}: limit is a whole number from 1 on, or None for no limit; got {limit!r}"
        )
        raise InvalidRequestError(message, model_name=target.model_name)


def _index(target: Target[Any], schema: TableSchema, wanted: Query) -> Flow[tuple[TableSchema, IndexSchema]]:
    """Find the index; one that is not known may have been made since the table was asked, so it is asked again once."""
    name = str(wanted.index_name)
    seen = target.schemas.get(target.table_name)
    if name not in schema.indexes and seen is not None:  # the model declares the keys of the table, but not this index
        schema = seen
    if name not in schema.indexes:
        schema = yield from describe(target)
    index = schema.indexes.get(name)
    if index is None:
        missing = index_not_found(
            name, f"Query of {target.model_name} on table {target.table_name!r}", (*schema.indexes,)
        )
        missing.operation, missing.model_name, missing.table_name = "Query", target.model_name, target.table_name
        raise missing
    if wanted.consistent_read and index.is_global:
        message = (
            f"query of {target.model_name}: {name!r} is a global secondary index, which has no consistent reads; "
            f"leave out consistent_read, or query the table"
        )
        raise InvalidRequestError(message, model_name=target.model_name)
    return schema, index


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


def _start_key(
    target: Target[Any], schema: TableSchema, keys: KeySchema, given: Mapping[str, Any]
) -> dict[str, AttributeValue]:
    """Encode a `last_evaluated_key` that came back: the keys of the table, and those of the index that is queried."""
    wanted = {*schema.keys.attributes, *keys.attributes}
    encoded: dict[str, AttributeValue] = {}
    if not isinstance(given, Mapping):
        given = {}
    try:
        encoded = {name: _wire.encode(value) for name, value in given.items()}
    except Unstorable as error:
        reason = error.reason
    else:
        if encoded.keys() == wanted and all(_is_key(schema, name, value) for name, value in encoded.items()):
            return encoded
        reason = f"expected values for exactly {', '.join(sorted(wanted))}"
    message = (
        f"query of {target.model_name}: exclusive_start_key does not belong to this table or index: {reason}; "
        f"give it as an earlier query of the same kind returned it"
    )
    raise InvalidRequestError(message, model_name=target.model_name)


def _is_key(schema: TableSchema, attribute: str, value: AttributeValue) -> bool:
    (tag,) = value
    return tag in KEY_TYPES and tag == schema.types.get(attribute, tag)
