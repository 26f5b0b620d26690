"""What botocore is told of a request: the true parameters, and in their place the smallest ones while it serializes.

The true parameters are in DynamoDB's JSON. Handlers, stubs and instruments see them, and handlers may change them: what
they leave is sent. A change after that, of the smallest parameters, is sent if it is a scalar, and refused otherwise.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, cast

from botocore.exceptions import ParamValidationError
from pydantic_core import from_json, to_json

from pydamodb._operations.requests import Request, RequestFailed

_TOO_DEEP = "a value is nested too deep: DynamoDB keeps 32 levels"


class _Map(dict[str, Any]):
    """A map that is not copied: the client of a boto3 resource copies all parameters, which would be slow."""

    def __deepcopy__(self, _: Any) -> _Map:
        return self


class _List(list[Any]):
    """A list that is not copied."""

    def __deepcopy__(self, _: Any) -> _List:
        return self


def told_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters for botocore: other objects than those of the payload, which handlers must not change."""
    told = {**payload}
    for name, value in payload.items():
        kind: Any = type(value)  # pyright: ignore[reportUnknownVariableType]
        if kind is dict:
            told[name] = _Map(value)
        elif kind is list:
            told[name] = _List(value)
        elif name == "TableName":
            told[name] = value.encode().decode()
    return told


def is_told(told: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Return True if these parameters are the ones that we told, or a changed copy of them."""
    for name, value in told.items():
        if given.get(name) is value and (name == "TableName" or isinstance(value, (_Map, _List))):
            return True
    return False


def as_left(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the parameters that handlers have left. Plain maps become JSON in half of the time."""
    return {name: {**value} if type(value) is _Map else value for name, value in params.items()}


def smallest(operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters without items, keys and expressions. They name all tables, as endpoints may depend on them."""
    small: dict[str, Any] = {}
    for name, value in given.items():
        if type(value) is not dict and type(value) is not _Map:
            if not (isinstance(value, list) or name.endswith("Expression")):
                small[name] = value
        elif name in {"Item", "Key"}:
            small[name] = {}
        elif name == "RequestItems":
            content = '{"Keys": [{}]}' if operation == "BatchGetItem" else '[{"PutRequest": {"Item": {}}}]'
            small[name] = {table: from_json(content) for table in map(str, value)}  # pyright: ignore[reportUnknownArgumentType]
    if "TransactItems" in given:
        action, part = ("Get", "Key") if operation == "TransactGetItems" else ("Put", "Item")
        tables = dict.fromkeys(each["TableName"] for actions in given["TransactItems"] for each in actions.values())
        small["TransactItems"] = [{action: {"TableName": table, part: {}}} for table in tables]
    return small


def merged(operation: str, given: dict[str, Any], planned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the true parameters with what handlers have changed in the smallest ones.

    Raises:
        ParamValidationError: A change of a part that they do not see as it is sent.
    """
    small = smallest(operation, given)
    if planned == small:
        return given
    changed = {name: planned.get(name) for name in {**small, **planned} if planned.get(name) != small.get(name)}
    if any(isinstance(value, (dict, list, type(None))) for value in changed.values()):
        late = f"a handler changed {', '.join(changed)} too late: register it for before-parameter-build.dynamodb.*"
        raise ParamValidationError(report=late)
    return {**given, **changed}


def body_of(request: Request, parameters: Mapping[str, Any]) -> bytes:
    """Return the parameters as JSON.

    Raises:
        RequestFailed: A value is nested too deep.
        ParamValidationError: A handler has added a value that has no form in JSON.
    """
    try:
        return to_json(parameters, bytes_mode="base64")
    except ValueError as error:
        if "depth exceeded" in str(error):
            raise RequestFailed(request, None, f"{_TOO_DEEP}. Nothing was sent", error) from None
        raise ParamValidationError(report=f"a handler added a parameter without a form in JSON: {error}") from None


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
