"""BatchGetItem: items of one table by their keys, 100 to a request. The result has the order of the given keys."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from random import uniform
from typing import Any, cast

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.readers import Reader
from pydamodb._core.exceptions import UnprocessedItemsError
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations.backoff import MOST_ATTEMPTS, Jitter, pause
from pydamodb._operations.describe import table_schema
from pydamodb._operations.invalid_items import InvalidItems, OnInvalid, check_on_invalid
from pydamodb._operations.keys import MISSING, encode_key, fast_key_encoder, identity, readable
from pydamodb._operations.projections import projection_reader
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable

MOST_KEYS = 100


def batch_get(
    table: ModelTable[Any],
    keys: Iterable[Any],
    *,
    consistent_read: bool,
    projection: type[BaseModel] | None = None,
    on_invalid: OnInvalid | None = None,
    jitter: Jitter = uniform,
) -> Operation[list[Any]]:
    """Read items; None for a key without an item. A key that is given several times is read once."""
    smaller = None if projection is None else projection_reader(table, "batch_get", projection)
    if not isinstance(keys, Iterable) or isinstance(keys, (str, bytes, bytearray, BaseModel)):
        raise table.invalid_request(f"batch_get of {table.model_name} takes a list of keys, got {type(keys).__name__}")
    if on_invalid is not None:
        check_on_invalid("batch_get", table.model_name, on_invalid)
    given = list(keys)
    if not given:
        return []
    schema = yield from table_schema(table)
    reader = table.reader(schema, smaller)
    encoded = _encoded_keys(table, schema, given)
    identities = [identity(schema, key) for key in encoded]
    pending = dict(zip(identities, encoded, strict=True))
    asked, found = pending.copy(), dict[Hashable, Any]()
    # A key that is given several times needs a new model each time: its item is kept and read later.
    read = reader.batch_reader(schema) if len(pending) == len(given) else None
    options = _read_options(table, schema, reader, consistent_read=consistent_read)
    invalid = InvalidItems(
        table.model_name, table.table_name, "BatchGetItem", schema.keys.attributes, on_invalid=on_invalid
    )
    attempts = 0
    while pending:
        chunk = list(pending)[:MOST_KEYS]
        wanted = {"Keys": [pending[key] for key in chunk], **options}
        request = Request("BatchGetItem", {"RequestItems": {table.table_name: wanted}}, (table,), reader=read)
        reply = yield request
        for answered, items in _answered(schema, reply):
            found.update(zip(answered, items, strict=True))
        left = _left(schema, reply)
        for key in chunk:
            if key not in left:
                del pending[key]
        _check_keys(request, asked, left if pending else found.keys() | left)
        attempts = 0 if len(left) < len(chunk) else attempts + 1
        if attempts == MOST_ATTEMPTS:
            models = [reader.finished(item, invalid.handle) for item in found.values()]
            raise _unread_keys(table, [model for model in models if model is not None], pending.values())
        if left:
            yield pause(attempts, jitter)
    return [reader.finished(found[key], invalid.handle) if key in found else None for key in identities]


def _check_keys(request: Request, asked: dict[Hashable, Any], answered: AbstractSet[Hashable]) -> None:
    if not asked.keys() >= answered:
        raise RequestFailed(request, None, "the response has a key that was not asked for", None)


def _left(schema: TableSchema, reply: Mapping[str, Any]) -> set[Hashable]:
    """Return the identities of the keys that were not processed."""
    unprocessed: dict[str, Any] = reply.get("UnprocessedKeys") or {}
    return {identity(schema, key) for each in unprocessed.values() for key in each["Keys"]}


def _answered(schema: TableSchema, reply: Mapping[str, Any]) -> Iterator[tuple[list[Hashable], list[Any]]]:
    """Yield the identities of the items of a table, and their models or unread items."""
    if "Models" in reply:
        for keys, models in zip(reply["Keys"].values(), reply["Models"].values(), strict=True):
            yield [tuple(key.values()) for key in keys], models
    else:
        for items in reply["Responses"].values():
            yield [identity(schema, item) for item in items], [*map(Unread, items)]


def _read_options(
    table: ModelTable[Any], schema: TableSchema, reader: Reader, *, consistent_read: bool
) -> dict[str, Any]:
    options: dict[str, Any] = {"ConsistentRead": True} if consistent_read else {}
    if reader.attributes:
        builder = ExpressionBuilder(table.model)
        # Replies have no order: the key attributes identify the items.
        named = dict.fromkeys((*schema.keys.attributes, *reader.attributes))
        options |= builder.arguments(ProjectionExpression=builder.projection(named))
    return options


def _encoded_keys(table: ModelTable[Any], schema: TableSchema, keys: list[Any]) -> list[dict[str, AttributeValue]]:
    if table.templates is not None:
        return [_checked_key(table, schema, key) for key in keys]
    encode_fast = fast_key_encoder(table, schema)
    values = keys if schema.keys.sort_keys else [(key,) for key in keys]
    return [encode_fast(each) or _checked_key(table, schema, key) for each, key in zip(values, keys, strict=True)]


def _checked_key(table: ModelTable[Any], schema: TableSchema, key: Any) -> dict[str, AttributeValue]:
    if not table.has_sort_key:
        return encode_key(table, "BatchGetItem", (key, MISSING), schema)
    given = type(cast("object", key)).__name__
    if isinstance(key, (tuple, list)):
        values = cast("Sequence[Any]", key)
        if len(values) == 2:  # noqa: PLR2004 - the partition key and the sort key
            return encode_key(table, "BatchGetItem", (values[0], values[1]), schema)
        given = f"{len(values)} values"
    wanted = f"({', '.join(schema.keys.attributes)})"
    if table.templates is not None:
        wanted = "of the partition key and the sort key"
    raise table.invalid_request(f"batch_get of {table.model_name}: each key is a tuple {wanted}, got {given}")


def _unread_keys(
    table: ModelTable[Any], items: list[Any], left: Iterable[dict[str, AttributeValue]]
) -> UnprocessedItemsError:
    keys = [readable(key) for key in left]
    error = UnprocessedItemsError(
        f"batch_get of {table.model_name}: {len(keys)} items were not read (see keys), {len(items)} were read "
        f"(see items): DynamoDB processed no key in {MOST_ATTEMPTS} consecutive requests",
        operation="BatchGetItem",
        model_name=table.model_name,
        table_name=table.table_name,
    )
    error.items, error.keys = items, keys
    return error
