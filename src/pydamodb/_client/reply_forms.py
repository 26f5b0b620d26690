"""What a reply must be: a damaged one is an error, and never a missing item.

Only the frame of a reply is checked here. `_codec` checks attribute values when it decodes them. `exchange` leaves out
the checks that a reader has done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from pydamodb._core.table_schema import TableSchema

# In a reply that may have a value that is not an attribute value, but that a reader would accept. An attribute with the
# name of a data type is found too: `items.py` reads it.
ODD = re.compile(
    rb',\s*"(?:[BLMNS]|[BNS]S|BOOL|NULL)"\s*:'  # a second data type
    rb'|"N"\s*:(?!\s*"[-+.\dEe]+")'
    rb'|"BOOL"\s*:(?!\s*(?:true|false))|"NULL"\s*:(?!\s*true)'
    rb'|(?<!Count)(?<!"BOOL)(?<!"NULL)"\s*:\s*[-\dtfn]|(?<!"[BNS])"\s*:\s*"|(?<!"L)(?<!S)"\s*:\s*\[\s*\]'
)
_NOTHING: dict[str, Any] = {}
_NUMBERS = {float, int}
_Check: TypeAlias = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _are_maps(values: Any) -> bool:
    return type(values) is list and all(map(_is_map, values))  # pyright: ignore[reportUnknownArgumentType]


def _is_key(value: Any) -> bool:
    return _is_map(value) and all(map(_is_key_value, value.values()))


def _is_key_value(value: Any) -> bool:
    if not _is_map(value) or len(value) != 1:
        return False
    ((data_type, content),) = value.items()
    return data_type in {"S", "N", "B"} and isinstance(content, (str, bytes))


def _on_item(reply: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
    return _is_map(reply.get("Item", _NOTHING))


def _on_update(reply: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    return _is_map(reply.get("Attributes", None if sent.get("ReturnValues") == "ALL_NEW" else _NOTHING))


def _on_page(reply: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    is_count = sent.get("Select") == "COUNT"
    last = reply.get("LastEvaluatedKey")
    return (
        (last is None or _is_key(last))
        and type(reply.get("Count", None if is_count else 0)) is int
        and (is_count or "Models" in reply or _are_maps(reply.get("Items")))
    )


def _on_search(reply: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
    found: Any = reply.get("SearchResults")
    return _are_maps(found) and all(_is_map(each.get("Item")) and type(each.get("Score")) in _NUMBERS for each in found)


def _on_batch_get(reply: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    by_table: Any = reply["Keys"] if "Models" in reply else reply.get("Responses")
    left: Any = reply.get("UnprocessedKeys") or _NOTHING
    return (
        _are_of(by_table, sent)
        and _are_of(left, sent)
        and _names({**by_table, **left}) == _names(sent["RequestItems"])
        and ("Models" in reply or all(map(_are_maps, by_table.values())))
        and all(map(_has_keys, left.values()))
    )


def _has_keys(unprocessed: Any) -> bool:
    return _is_map(unprocessed) and _are_maps(unprocessed.get("Keys")) and all(map(_is_key, unprocessed["Keys"]))


def _are_of(by_table: Any, sent: Mapping[str, Any]) -> bool:
    """Return True for a map of tables that were asked for."""
    return _is_map(by_table) and _names(by_table) <= _names(sent["RequestItems"])


def _names(tables: Iterable[str]) -> set[str]:
    """Return the names of tables. Each may be given by its ARN."""
    return {table.rpartition("/")[2] for table in tables}


def _on_batch_write(reply: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    left: Any = reply.get("UnprocessedItems") or _NOTHING
    return _are_of(left, sent) and all(_are_maps(each) and all(map(_is_write, each)) for each in left.values())


def _is_write(write: dict[str, Any]) -> bool:
    part = "Item" if "PutRequest" in write else "Key"
    request: Any = write.get("PutRequest", write.get("DeleteRequest"))
    return len(write) == 1 and _is_map(request) and _is_map(request.get(part))


def _on_transact_get(reply: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    answers: Any = reply.get("Responses")
    return (
        _are_maps(answers)
        and len(answers) == len(sent["TransactItems"])
        and all(_on_item(each, {}) for each in answers)
    )


def _on_table(reply: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
    try:
        TableSchema.from_reply(reply)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return True


# Each returns True if a reply, in DynamoDB's JSON or from a reader, has what it must have after these parameters.
CHECKS: dict[str, _Check] = {
    "BatchGetItem": _on_batch_get,
    "BatchWriteItem": _on_batch_write,
    "DescribeTable": _on_table,
    "GetItem": _on_item,
    "Query": _on_page,
    "Scan": _on_page,
    "SearchVectors": _on_search,
    "TransactGetItems": _on_transact_get,
    "UpdateItem": _on_update,
}
