"""What botocore and its handlers see of a reply: counts and consumed capacity, and never an item.

They get a small body in the place of the real one. botocore parses it, and handlers and instruments see the result.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from pydantic_core import from_json, to_json

_COUNTS = re.compile(rb'"(?:Scanned)?Count": *\d+(?=[,}])')  # no value of an item has this form
_EDGE = 200  # DynamoDB writes the counts before or after the items
_UNPROCESSED = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}
_FRAME = ("DeleteRequest", "Keys", "PutRequest")
_SHOWN = ("ConsumedCapacity", "Count", "ItemCollectionMetrics", "ScannedCount")


def shown_reply(operation: str, parameters: Mapping[str, Any], body: bytes) -> bytes:
    """Return the body that botocore parses. Whole replies are parsed for it only if the caller wants to know more."""
    if "ReturnConsumedCapacity" in parameters or "ReturnItemCollectionMetrics" in parameters:
        return _visible_part(operation, body)
    if operation in {"Query", "Scan"}:
        counts = dict.fromkeys(_COUNTS.findall(body[:_EDGE] + b" " + body[-_EDGE:]))
        return b"{" + b",".join(counts) + b"}" if len(counts) == 2 else _visible_part(operation, body)  # noqa: PLR2004
    if name := _UNPROCESSED.get(operation):
        nothing = f'"{name}":{{}}'.encode()  # no value of an item has this form
        is_whole = body.endswith(nothing + b"}") or nothing in body
        return b"{" + nothing + b"}" if is_whole else _visible_part(operation, body)
    return _visible_part(operation, body) if b'"ConsumedCapacity":' in body else b"{}"  # some engines always send it


def _visible_part(operation: str, body: bytes) -> bytes:
    try:
        reply: Any = from_json(body)
    except ValueError:
        return b"{}"
    if not isinstance(reply, dict):
        return b"{}"
    parts = cast("dict[str, Any]", reply)
    shown = {name: parts[name] for name in _SHOWN if name in parts}
    name = _UNPROCESSED.get(operation, "")
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
