"""Parameters that handlers or botocore change after our own handler, and those that botocore itself serializes.

botocore sees the smallest parameters then. A change of a scalar is sent with the true parameters. Another one is an
error, as the handler did not see what is sent.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, cast

from botocore.exceptions import ParamValidationError

# Parameters that the smallest ones do not have.
SERIALIZED_HERE = frozenset(
    {
        "AttributeUpdates",
        "AttributesToGet",
        "ConditionExpression",
        "ConditionalOperator",
        "ExclusiveStartKey",
        "Expected",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "FilterExpression",
        "KeyConditionExpression",
        "KeyConditions",
        "ProjectionExpression",
        "QueryFilter",
        "ScanFilter",
        "SearchConditionExpression",
        "UpdateExpression",
    }
)


class Kept(list[Any]):
    """A list whose values stay: the client of a boto3 resource would convert the numbers of a vector."""

    def __setitem__(self, *_: Any) -> None:
        pass


def merged(given: dict[str, Any], small: Mapping[str, Any], planned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the true parameters with what was changed in the smallest ones since.

    Raises:
        ParamValidationError: A change of a part that they do not see as it is sent.
    """
    changed = {name: planned.get(name) for name in {**small, **planned} if planned.get(name) != small.get(name)}
    if any(isinstance(value, (dict, list, type(None))) for value in changed.values()):
        late = f"a handler changed {', '.join(changed)} too late: register it for before-parameter-build.dynamodb.*"
        raise ParamValidationError(report=late)
    return {**given, **changed}


def with_bytes(value: Any) -> Any:
    """Return a copy of parameters for botocore's own serialization, which takes binary values as bytes."""
    if isinstance(value, list):
        return [*map(with_bytes, value)]  # pyright: ignore[reportUnknownArgumentType]
    if not isinstance(value, dict):
        return value
    parts = cast("dict[str, Any]", value)
    if isinstance(text := parts.get("B"), str) and len(parts) == 1:
        return {"B": b64decode(text)}
    if (texts := parts.get("BS")) and len(parts) == 1:
        return {"BS": [b64decode(each) if isinstance(each, str) else with_bytes(each) for each in texts]}
    return {name: with_bytes(each) for name, each in parts.items()}
