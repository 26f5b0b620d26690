"""Writes with a condition: what must hold for them to happen, and what was in the way if it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pydantic
from pydantic import BaseModel

from pydamodb._calls import CallFailed, Flow, Target
from pydamodb._failures import FAILED_CONDITION, translate, version_conflict
from pydamodb._items import decode_item
from pydamodb._operations.describe import request
from pydamodb._operations.versions import Expected
from pydamodb._wire import AttributeValue
from pydamodb.conditions import Condition
from pydamodb.exceptions import ConditionCheckFailedError
from pydamodb.expressions import ExpressionBuilder

__all__ = ["condition_arguments", "item_in_the_way", "write"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def condition_arguments(target: Target[Any], condition: Condition | None) -> dict[str, Any]:
    """Spell the condition of a write that has no other expression."""
    builder = ExpressionBuilder(target.model)
    return builder.arguments(ConditionExpression=builder.condition(condition))


def write(
    target: Target[Any],
    operation: str,
    payload: dict[str, Any],
    condition: Condition | None,
    *,
    return_item_on_failure: bool,
    repeatable: bool = True,
    expected: Expected | None = None,
) -> Flow[Any]:
    """Send a write and return the reply.

    Raises:
        ConditionCheckFailedError: The condition does not hold; the error has the item that is there, if asked for.
        VersionConflictError: The item has another version.
    """
    if return_item_on_failure or expected:
        payload = {**payload, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    try:
        payload = {"TableName": target.table_name, **payload}
        return (yield from request(target, operation, payload, condition, repeatable=repeatable))
    except CallFailed as failure:
        if failure.code != FAILED_CONDITION or not (return_item_on_failure or expected):
            raise
        item: dict[str, AttributeValue] = failure.response.get("Item") or {}
        error = translate(failure)
        if expected is not None and expected.is_missed(item, condition):
            error = version_conflict(failure, expected.version, expected.stored(item))
        if return_item_on_failure and isinstance(error, ConditionCheckFailedError):
            error.item = item_in_the_way(target.model, item)
        raise error from failure.original


def item_in_the_way(model: type[ModelT], item: Mapping[str, AttributeValue]) -> ModelT | None:
    """Read the item that a condition met; one that does not fit the model must not hide that the condition failed."""
    try:
        return decode_item(model, item) if item else None
    except pydantic.ValidationError:
        return None
