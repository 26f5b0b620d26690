"""What botocore and its handlers see of a reply: counts and consumed capacity, and never an item.

They get a small body in the place of the real one. botocore parses it, and handlers and instruments see the result.
"""

from __future__ import annotations

import re
from typing import Any, cast

from pydantic_core import from_json, to_json

COUNTS = re.compile(rb'"(?:Scanned)?Count": *\d+(?=[,}])')  # no value of an item has this form
EDGE = 200  # DynamoDB writes the counts before or after the items
# How the end of a whole batch is written; no value of an item has this form.
UNPROCESSED = {"BatchGetItem": b'"UnprocessedKeys":{}', "BatchWriteItem": b'"UnprocessedItems":{}'}
_FRAME = ("DeleteRequest", "Keys", "PutRequest")
_SHOWN = ("ConsumedCapacity", "Count", "ItemCollectionMetrics", "ScannedCount")


def visible_part(operation: str, body: bytes) -> bytes:
    """Return the parts of a reply that botocore may see."""
    try:
        reply: Any = from_json(body)
    except ValueError:
        return b"{}"
    if not isinstance(reply, dict):
        return b"{}"
    parts = cast("dict[str, Any]", reply)
    shown = {name: parts[name] for name in _SHOWN if name in parts}
    for name in ("UnprocessedKeys", "UnprocessedItems") if operation in UNPROCESSED else ():
        if isinstance(tables := parts.get(name), dict):
            shown[name] = {table: _emptied(each) for table, each in cast("dict[str, Any]", tables).items()}
    return to_json(shown)


def _emptied(part: Any) -> Any:
    """Return the keys or writes of a table that were not processed, without their attributes."""
    if isinstance(part, list):
        return [*map(_emptied, part)]  # pyright: ignore[reportUnknownArgumentType]
    if not isinstance(part, dict):
        return part
    parts = cast("dict[str, Any]", part)
    emptied: dict[str, Any] = {name: _emptied(each) for name, each in parts.items() if name in _FRAME}
    emptied |= {name: {} for name in ("Item", "Key") if name in parts}
    return emptied
