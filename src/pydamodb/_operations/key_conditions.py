"""Key conditions as they were rendered: what they say, and whether the key of an item meets them. Pure."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any

from pydantic_core import to_json

from pydamodb._codec.attribute_values import AttributeValue

_OPERATORS: Mapping[str, Any] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}
_COMPARISON = re.compile(
    r"begins_with\((?P<text>#\w+), (?P<begin>:\w+)\)|(?P<name>#\w+) "
    r"(?:BETWEEN (?P<low>:\w+) AND (?P<high>:\w+)|(?P<operator><=|>=|[=<>]) (?P<value>:\w+))"
)
_PLACEHOLDER = re.compile(r"[#:]\w+")


def said_by(payload: Mapping[str, Any]) -> str:
    """Return the key condition of a request, with names and values in the place of placeholders."""
    names: Mapping[str, str] = payload.get("ExpressionAttributeNames", {})
    values: Mapping[str, AttributeValue] = payload.get("ExpressionAttributeValues", {})
    known = {**names, **values}
    text: str = payload.get("KeyConditionExpression", "")
    return _PLACEHOLDER.sub(lambda found: to_json(known[found[0]], bytes_mode="base64").decode(), text)


def meets_key_condition(payload: Mapping[str, Any], key: Mapping[str, AttributeValue]) -> bool:
    """Return True if an item with this key can be a result of a query."""
    values = payload.get("ExpressionAttributeValues", {})
    for found in _COMPARISON.finditer(payload.get("KeyConditionExpression", "")):
        name = payload["ExpressionAttributeNames"][found["name"] or found["text"]]
        data_type, own = _comparable(key[name])
        others = [_comparable(values[found[each]]) for each in ("begin", "low", "high", "value") if found[each]]
        if any(other != data_type for other, _ in others):
            return False
        bounds = [bound for _, bound in others]
        if found["begin"]:
            is_inside = own.startswith(bounds[0])
        elif found["low"]:
            is_inside = bounds[0] <= own <= bounds[1]
        else:
            is_inside = _OPERATORS[found["operator"]](own, bounds[0])
        if not is_inside:
            return False
    return True


def _comparable(value: AttributeValue) -> tuple[str, Any]:
    """Return the data type of a key, and its content in DynamoDB's order."""
    ((data_type, content),) = value.items()
    if data_type == "N":
        return data_type, Decimal(content)
    if data_type == "S":
        return data_type, content.encode("utf-8", "surrogatepass")
    return data_type, b64decode(content) if isinstance(content, str) else bytes(content)
