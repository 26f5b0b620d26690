"""Writes with a condition: what must hold for them to happen, and what was in the way if it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pydantic
from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import decode_item
from pydamodb._core.exceptions import ConditionCheckFailedError, OperationError
from pydamodb._operations.errors import FAILED_CONDITION, translate, version_conflict
from pydamodb._operations.requests import ModelTable, Operation, RequestFailed
from pydamodb._operations.table import request
from pydamodb._operations.writes import WriteRequest

ModelT = TypeVar("ModelT", bound=BaseModel)


def write(
    table: ModelTable[Any], operation: str, part: WriteRequest, *, return_item_on_failure: bool
) -> Operation[Any]:
    """Send a write and return the reply.

    Raises:
        ConditionCheckFailedError: The condition does not hold; the error has the item that is there, if asked for.
        VersionConflictError: The item has another version.
    """
    payload = {"TableName": table.table_name, **part.sent(return_item_on_failure=return_item_on_failure)}
    try:
        return (yield from request(table, operation, payload, part.condition, repeatable=part.repeatable))
    except RequestFailed as failure:
        if failure.code != FAILED_CONDITION or not (return_item_on_failure or part.expected):
            raise
        item: dict[str, AttributeValue] = failure.response.get("Item") or {}
        if part.expected is not None and part.expected.is_conflict(item, part.condition):
            error: OperationError = version_conflict(failure, part.expected.version, part.expected.stored(item))
        else:
            error = translate(failure)
        if return_item_on_failure and isinstance(error, ConditionCheckFailedError):
            error.item = existing_item(table.model, item)
        raise error from failure.original


def existing_item(model: type[ModelT], item: Mapping[str, AttributeValue]) -> ModelT | None:
    """Read the item that a condition met; one that does not fit the model must not hide that the condition failed."""
    try:
        return decode_item(model, item) if item else None
    except pydantic.ValidationError:
        return None
