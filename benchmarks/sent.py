"""What requests say, whoever made them: the items that they put, and the values that they set."""

from __future__ import annotations

import re
from typing import Any

from benchmarks.wire import unwrapped

_TOKEN = re.compile(r"[#:][\w.-]+")
_SET = re.compile(r"\s*(?:SET|set)\s+(.*)", re.DOTALL)


def items(request: dict[str, Any]) -> list[dict[str, object]]:
    """Return the items of a request that puts them, or the values of one that sets them, by attribute."""
    if "UpdateExpression" in request:
        return [_updates(request)]
    puts = [action["Put"] for action in request.get("TransactItems", ())]
    for requests in request.get("RequestItems", {}).values():
        puts += [each["PutRequest"] for each in requests]
    return [_values(put["Item"]) for put in (puts or [request])]


def _values(item: dict[str, Any]) -> dict[str, object]:
    return {name: unwrapped(value) for name, value in item.items()}


def _updates(request: dict[str, Any]) -> dict[str, object]:
    """Return what an update sets; its condition has to be that the record is active."""
    names: dict[str, str] = request.get("ExpressionAttributeNames", {})
    values: dict[str, Any] = request.get("ExpressionAttributeValues", {})

    def plain(expression: str) -> str:
        return _TOKEN.sub(lambda token: names.get(token[0], token[0]), expression)

    left, _, right = plain(request["ConditionExpression"]).strip("() ").partition("=")
    if left.strip() != "active" or values[right.strip()] != {"BOOL": True}:
        message = f"another condition: {request}"
        raise ValueError(message)
    assignments = _SET.fullmatch(plain(request["UpdateExpression"]))
    if not assignments:
        message = f"another update: {request}"
        raise ValueError(message)
    pairs = [assignment.split("=") for assignment in assignments[1].split(",")]
    return {name.strip(): unwrapped(values[value.strip()]) for name, value in pairs}
