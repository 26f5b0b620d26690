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
from pydamodb._operations.writes import Part
from pydamodb._wire import AttributeValue
from pydamodb.exceptions import ConditionCheckFailedError, OperationError

__all__ = ["item_in_the_way", "write"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def write(target: Target[Any], operation: str, part: Part, *, return_item_on_failure: bool) -> Flow[Any]:
    """Send a write and return the reply.

    Raises:
        ConditionCheckFailedError: The condition does not hold; the error has the item that is there, if asked for.
        VersionConflictError: The item has another version.
    """
    payload = {"TableName": target.table_name, **part.sent(return_item_on_failure=return_item_on_failure)}
    try:
        return (yield from request(target, operation, payload, part.condition, repeatable=part.repeatable))
    except CallFailed as failure:
        if failure.code != FAILED_CONDITION or not (return_item_on_failure or part.expected):
            raise
        item: dict[str, AttributeValue] = failure.response.get("Item") or {}
        if part.expected is not None and part.expected.is_missed(item, part.condition):
            error: OperationError = version_conflict(failure, part.expected.version, part.expected.stored(item))
        else:
            error = translate(failure)
        if return_item_on_failure and isinstance(error, ConditionCheckFailedError):
            error.item = item_in_the_way(target.model, item)
        raise error from failure.original


def item_in_the_way(model: type[ModelT], item: Mapping[str, AttributeValue]) -> ModelT | None:
    """Read the item that a condition met; one that does not fit the model must not hide that the condition failed."""
    try:
        return decode_item(model, item) if item else None
    except pydantic.ValidationError:
        return None
