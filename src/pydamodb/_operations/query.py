"""Query: the items of one partition, of the table or of an index, a page or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from pydamodb import _wire
from pydamodb._calls import Flow, Target
from pydamodb._failures import index_not_found
from pydamodb._items import decode_item
from pydamodb._operations.describe import describe, request, table_schema
from pydamodb._operations.keys import KEY_TYPES, key_value
from pydamodb._paths import Path
from pydamodb._schema import IndexSchema, KeySchema, TableSchema
from pydamodb._terms import paths_in
from pydamodb._wire import AttributeValue, Unstorable
from pydamodb.conditions import BeginsWith, Between, Condition, Eq, Gt, Gte, Lt, Lte, as_condition
from pydamodb.exceptions import InvalidConditionError, InvalidKeySchemaError, InvalidRequestError
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
    partition_key, sort_key = _single_keys(target, keys, wanted.index_name)
    _check_sort_key_condition(target, sort_key, wanted.sort_key_condition)
    _check_filter(target, keys, wanted.filter_condition)
    builder = ExpressionBuilder(target.model)
    value = key_value(target, schema, partition_key, wanted.partition_key_value)
    on_sort_key = builder.condition(wanted.sort_key_condition)
    _check_sort_key_values(target, schema, sort_key, builder.values.values())
    arguments = builder.arguments(
        KeyConditionExpression=builder.key_condition(partition_key, value, on_sort_key),
        FilterExpression=builder.condition(wanted.filter_condition),
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


def _single_keys(target: Target[Any], keys: KeySchema, index_name: str | None) -> tuple[str, str | None]:
    if len(keys.partition_keys) > 1 or len(keys.sort_keys) > 1:
        message = (
            f"query of {target.model_name}: the keys of index {index_name!r} have several attributes "
            f"({', '.join(keys.attributes)}); only indexes with one attribute a key can be queried"
        )
        raise InvalidKeySchemaError(message, model_name=target.model_name)
    return next(iter(keys.partition_keys)), next(iter(keys.sort_keys), None)


_ON_SORT_KEYS = (Eq, Lt, Lte, Gt, Gte, Between, BeginsWith)


def _check_sort_key_condition(target: Target[Any], sort_key: str | None, condition: Condition | None) -> None:
    if condition is None:
        return
    paths = list(paths_in(as_condition(condition), target.model))
    if sort_key is None:
        reason = "there is no sort key in what is queried; use filter_condition"
    elif any(path.steps != (sort_key,) for path in paths):
        reason = f"it must be about the sort key {sort_key!r} alone; other attributes go into filter_condition"
    elif not isinstance(condition, _ON_SORT_KEYS) or not isinstance(condition.field, Path) or len(paths) > 1:
        given = type(condition).__name__
        reason = f"it is one comparison with a value (==, <, <=, >, >=, between(), begins_with()), got {given}"
    elif isinstance(condition, Eq) and condition.value is None:
        reason = "a sort key is never None"
    else:
        return
    about = ", ".join(dict.fromkeys(path.label for path in paths))
    message = f"query of {target.model_name}: sort_key_condition about {about}: {reason}"
    raise InvalidConditionError(message, model_name=target.model_name)


def _check_sort_key_values(
    target: Target[Any], schema: TableSchema, sort_key: str | None, values: Iterable[AttributeValue]
) -> None:
    for value in values:
        ((tag, content),) = value.items()
        if sort_key is not None and (tag != schema.types.get(sort_key, tag) or not content):
            reason = f"a value stored as {tag} cannot be compared with it" if content else "it is never empty"
            message = f"query of {target.model_name}: sort_key_condition about the sort key {sort_key!r}: {reason}"
            raise InvalidConditionError(message, model_name=target.model_name)


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
