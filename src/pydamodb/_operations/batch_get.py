"""BatchGetItem: items by their keys, 100 to a request. The result has the order of the given keys.

The keys of one model are values. Those of several models are `Key` objects; their tables may be several too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from random import uniform
from typing import Any, NamedTuple, cast

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.origins import BodyReader
from pydamodb._codec.readers import Reader
from pydamodb._core.exceptions import UnprocessedItemsError
from pydamodb._core.keys import Key
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.render_updates import ExpressionBuilder
from pydamodb._operations.backoff import MOST_ATTEMPTS, Jitter, pause
from pydamodb._operations.describe import table_schema
from pydamodb._operations.invalid_items import InvalidItems, OnInvalid, check_on_invalid
from pydamodb._operations.keys import MISSING, Identity, encode_key, fast_key_encoder, identity, readable
from pydamodb._operations.kinds_table import KindsTable
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
    given = _given_keys(table, keys, on_invalid)
    if not given:
        return []
    schema = yield from table_schema(table)
    reader = table.reader(schema, smaller)
    encoded = _encoded_keys(table, schema, given)
    identities = [identity(table.table_name, schema, key) for key in encoded]
    wanted = dict(zip(identities, encoded, strict=True))
    # A key that is given several times needs a new model each time: its item is kept and read later.
    read = reader.batch_reader(schema) if len(wanted) == len(given) else None
    options = _read_options(table, schema, [reader], consistent_read=consistent_read)
    invalid = InvalidItems(
        table.model_name, table.table_name, "BatchGetItem", schema.keys.attributes, on_invalid=on_invalid
    )
    asked = {table.table_name: _Asked(schema, options)}
    found = yield from _read_all(
        table, asked, wanted, lambda _, item: reader.finished(item, invalid.handle), read=read, jitter=jitter
    )
    items = [*map(found.get, identities)]
    return [reader.finished(item, invalid.handle) for item in items] if Unread in map(type, items) else items


def batch_get_kinds(
    table: KindsTable,
    keys: Iterable[Any],
    *,
    consistent_read: bool,
    projection: type[BaseModel] | None = None,
    on_invalid: OnInvalid | None = None,
    jitter: Jitter = uniform,
) -> Operation[list[Any]]:
    """Read items of several models by their `Key` objects, from all their tables at once."""
    given = _given_keys(table, keys, on_invalid)
    members = [_member_of_key(table, key) for key in given]
    smaller = {} if projection is None else {each: projection_reader(each, "batch_get", projection) for each in members}
    kinds = dict[ModelTable[Any], _Kind]()
    for each in dict.fromkeys(members):
        schema = yield from table_schema(each)
        invalid = InvalidItems(
            each.model_name, each.table_name, "BatchGetItem", schema.keys.attributes, on_invalid=on_invalid
        )
        kinds[each] = _Kind(schema, each.reader(schema, smaller.get(each)), invalid)
    identities, wanted = list[Identity](), dict[Identity, dict[str, AttributeValue]]()
    for key, each in zip(given, members, strict=True):
        schema = kinds[each].schema
        encoded = encode_key(each, "BatchGetItem", (key, MISSING), schema)
        identities.append(identity(each.table_name, schema, encoded))
        wanted[identities[-1]] = encoded
    asked = dict[str, _Asked]()
    for each, kind in kinds.items():
        readers = [kinds[other].reader for other in kinds if other.table_name == each.table_name]
        options = _read_options(each, kind.schema, readers, consistent_read=consistent_read)
        asked[each.table_name] = _Asked(kind.schema, options)
    first = dict(zip(reversed(identities), reversed(members), strict=True))

    def model_of(key: Identity, item: Any) -> Any:
        return kinds[first[key]].finished(item)

    found = yield from _read_all(table, asked, wanted, model_of, jitter=jitter)
    return [kinds[each].finished(found.get(key)) for key, each in zip(identities, members, strict=True)]


def _given_keys(table: ModelTable[Any], keys: Iterable[Any], on_invalid: OnInvalid | None) -> list[Any]:
    if not isinstance(keys, Iterable) or isinstance(keys, (str, bytes, bytearray, BaseModel)):
        raise table.invalid_request(f"batch_get of {table.model_name} takes a list of keys, got {type(keys).__name__}")
    if on_invalid is not None:
        check_on_invalid("batch_get", table.model_name, on_invalid)
    return list(keys)


class _Kind(NamedTuple):
    """How the items of one model are read."""

    schema: TableSchema
    reader: Reader
    invalid: InvalidItems

    def finished(self, item: Any) -> Any:
        return self.reader.finished(item, self.invalid.handle)


class _Asked(NamedTuple):
    """What is asked of one table: its keys, and the options of the request."""

    schema: TableSchema
    options: dict[str, Any]


def _member_of_key(table: KindsTable, key: object) -> ModelTable[Any]:
    if not isinstance(key, Key):
        given = type(key).__name__
        raise table.invalid_request(f"batch_get of {table.model_name} takes keys, `Model.key(...)`, got {given}")
    return table.member(cast("Key[BaseModel]", key).model, "batch_get")


def _read_all(
    table: ModelTable[Any],
    asked: Mapping[str, _Asked],
    wanted: Mapping[Identity, dict[str, AttributeValue]],
    model_of: Callable[[Identity, Any], Any],
    *,
    read: BodyReader | None = None,
    jitter: Jitter,
) -> Operation[dict[Identity, Any]]:
    """Read items until no key is left. Return models or unread items, by what identifies them."""
    following, left, found = iter(wanted), list[Identity](), dict[Identity, Any]()
    attempts = 0
    while chunk := [*left, *islice(following, MOST_KEYS - len(left))]:
        request = Request("BatchGetItem", _parameters(asked, wanted, chunk), table.members, reader=read)
        reply = yield request
        for answered, each in _answered(request, asked, reply):
            _check_keys(request, wanted, answered)
            found.update(zip(answered, each, strict=True))
        unprocessed = _unprocessed(request, asked, reply)
        _check_keys(request, wanted, unprocessed)
        left = [key for key in chunk if key in unprocessed] if unprocessed else []
        attempts = 0 if len(left) < len(chunk) else attempts + 1
        if attempts == MOST_ATTEMPTS:
            models = [model_of(key, item) for key, item in found.items()]
            unread = [wanted[key] for key in (*left, *following)]
            raise _unread_keys(table, [model for model in models if model is not None], unread)
        if left:
            yield pause(attempts, jitter)
    return found


def _parameters(
    asked: Mapping[str, _Asked], wanted: Mapping[Identity, dict[str, AttributeValue]], chunk: list[Identity]
) -> dict[str, Any]:
    """Return the parameters of a request for some of the wanted keys."""
    keys: dict[Hashable, list[dict[str, AttributeValue]]] = {name: [] for name in asked}
    for key in chunk:
        keys[key[0]].append(wanted[key])
    items = {name: {"Keys": keys[name], **each.options} for name, each in asked.items() if keys[name]}
    return {"RequestItems": items}


def _check_keys(request: Request, wanted: Mapping[Identity, Any], answered: Iterable[Identity]) -> None:
    if not all(map(wanted.__contains__, answered)):
        raise RequestFailed(request, None, "the response has a key that was not asked for", None)


def _by_table(request: Request, asked: Mapping[str, _Asked], reply: Any) -> Iterator[tuple[str, TableSchema, Any]]:
    """Yield the name and the keys of each table in a part of a reply. What has one table only is about this one."""
    only = next(iter(asked)) if len(asked) == 1 else None
    for name, content in reply.items():
        if only is None and name not in asked:
            raise RequestFailed(request, None, "the response has a table that was not asked for", None)
        yield only or name, asked[only or name].schema, content


def _unprocessed(request: Request, asked: Mapping[str, _Asked], reply: Mapping[str, Any]) -> set[Identity]:
    """Return the identities of the keys that were not processed."""
    left = _by_table(request, asked, reply.get("UnprocessedKeys") or {})
    return {identity(name, schema, key) for name, schema, each in left for key in each["Keys"]}


def _answered(
    request: Request, asked: Mapping[str, _Asked], reply: Mapping[str, Any]
) -> Iterator[tuple[list[Identity], list[Any]]]:
    """Yield the identities of the items of a table, and their models or unread items."""
    if "Models" in reply:  # of one table
        ((name, _),) = asked.items()
        for keys, models in zip(reply["Keys"].values(), reply["Models"].values(), strict=True):
            yield [(name, *key.values()) for key in keys], models
    else:
        for name, schema, items in _by_table(request, asked, reply["Responses"]):
            yield [identity(name, schema, item) for item in items], [*map(Unread, items)]


def _read_options(
    table: ModelTable[Any], schema: TableSchema, readers: Sequence[Reader], *, consistent_read: bool
) -> dict[str, Any]:
    options: dict[str, Any] = {"ConsistentRead": True} if consistent_read else {}
    attributes = [name for reader in readers for name in reader.attributes]
    if attributes:
        builder = ExpressionBuilder(table.model)
        # Replies have no order: the key attributes identify the items.
        named = dict.fromkeys((*schema.keys.attributes, *attributes))
        options |= builder.arguments(ProjectionExpression=builder.projection(named))
    return options


def _encoded_keys(table: ModelTable[Any], schema: TableSchema, keys: list[Any]) -> list[dict[str, AttributeValue]]:
    if table.templates is not None:
        return [_checked_key(table, schema, key) for key in keys]
    encode_fast = fast_key_encoder(table, schema)
    values = keys if schema.keys.sort_keys else [(key,) for key in keys]
    return [encode_fast(each) or _checked_key(table, schema, key) for each, key in zip(values, keys, strict=True)]


def _checked_key(table: ModelTable[Any], schema: TableSchema, key: Any) -> dict[str, AttributeValue]:
    if isinstance(key, Key) or not table.has_sort_key:
        return encode_key(table, "BatchGetItem", (cast("Any", key), MISSING), schema)
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
