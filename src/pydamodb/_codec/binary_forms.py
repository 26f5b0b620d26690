"""The two forms of binary values: base64 text in DynamoDB's JSON, bytes in what clients of botocore take and return."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from pydamodb._codec.attribute_values import AttributeValue, binary


def with_texts(value: AttributeValue) -> AttributeValue:
    """Return an attribute value with base64 text in the place of bytes."""
    return _converted(value, lambda content: content if isinstance(content, str) else binary(content)["B"])


def with_bytes(item: Mapping[str, AttributeValue]) -> dict[str, dict[str, Any]]:
    """Return the attributes of an item with bytes in the place of base64 text."""
    return {name: _converted(value, b64decode) for name, value in item.items()}


def _converted(value: AttributeValue, convert: Callable[[Any], Any]) -> AttributeValue:
    content: Any
    for data_type, content in value.items():
        if data_type == "B":
            return {"B": convert(content)}
        if data_type == "BS":
            return {"BS": [convert(each) for each in content]}
        if data_type == "L":
            return {"L": [_converted(each, convert) for each in content]}
        if data_type == "M":
            return {"M": {name: _converted(each, convert) for name, each in content.items()}}
    return value
