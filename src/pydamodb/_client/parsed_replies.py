"""Converts replies that botocore has parsed back to DynamoDB's JSON.

Some replies have no response to take, for example those of a Stubber. The client of a boto3 resource converts attribute
values to Python values; boto3's own serializer converts them back.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, cast

from pydamodb._codec.attribute_values import DATA_TYPES


def as_sent(client: Any, operation: str, parsed: Any) -> Any:
    """Return a reply with attribute values in DynamoDB's JSON. botocore's service model has their places."""
    return _as_sent(client.meta.service_model.operation_model(operation).output_shape, parsed)


def _as_sent(shape: Any, value: Any) -> Any:
    if shape is None:
        return value
    if shape.name == "AttributeValue":
        return _serializer().serialize(value)
    if shape.type_name == "structure":
        return {name: _as_sent(shape.members.get(name), each) for name, each in value.items()}
    if shape.type_name == "map":
        return {key: _as_sent(shape.value, each) for key, each in value.items()}
    if shape.type_name == "list":
        return [_as_sent(shape.member, each) for each in value]
    return value


def reasons_as_sent(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reasons of an error with items in DynamoDB's JSON. Some clients do not convert them."""
    return [
        {**reason, "Item": {name: _serializer().serialize(value) for name, value in item.items()}}
        if (item := reason.get("Item")) and not _is_sent(item)
        else reason
        for reason in reasons
    ]


@cache
def _serializer() -> Any:
    return import_module("boto3.dynamodb.types").TypeSerializer()  # who has a resource has loaded it


def _is_sent(item: dict[str, Any]) -> bool:
    return all(isinstance(value, dict) and len(cast("dict[str, Any]", value)) == 1 for value in item.values()) and (
        {data_type for value in item.values() for data_type in value} <= DATA_TYPES
    )
