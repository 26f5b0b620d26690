"""The errors of a write whose condition is false. They stand here because they show the condition."""

from __future__ import annotations

from pydantic import BaseModel

from pydamodb._core.exceptions import OperationError
from pydamodb._expressions.conditions import Condition


class ConditionCheckFailedError(OperationError):
    """The stored item, or its absence, does not meet the `condition` of the write.

    `condition` is all that the write required, also by `must_exist=True` and by its version. `item` is the stored item,
    a model of the class of the write, if the write asked for it (`return_item_on_failure=True`). It is None if no item
    is stored, or if the item does not match the model.
    """

    condition: Condition | None = None
    item: BaseModel | None = None


class VersionConflictError(ConditionCheckFailedError):
    """The item was modified or deleted since the model was read; nothing was written.

    `expected_version` is the version of the model, 0 if the model was never stored. `actual_version` is the stored
    version, None if there is no item or the item has no version.
    """

    expected_version: int = 0
    actual_version: int | None = None


class ItemNotFoundError(ConditionCheckFailedError):
    """There is no item with this key, and `must_exist=True` or `update` of an instance requires one.

    Nothing was written. A read raises it too; then there is no `condition`.
    """


class ItemExistsError(ConditionCheckFailedError):
    """There is an item with this key, and `must_be_new=True` requires that there is none; nothing was written."""
