"""The methods of asynchronous models that change attributes of items: `update_item`, and `update` of an instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, overload

from typing_extensions import deprecated

from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.fields import ExpressionField
from pydamodb._expressions.updates import UpdateAction
from pydamodb._models._async.driver import execute
from pydamodb._models.base import CheckedUpdates, LiteralText, Methods, Scalar, T, TextUpdates
from pydamodb._operations import items
from pydamodb._operations.writes import Update


class AsyncUpdatable(Methods):
    """The update of an instance."""

    @overload
    async def update(
        self,
        *,
        updates: CheckedUpdates[T, LiteralText],
        condition: Condition | None = None,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    async def update(  # pyright: ignore[reportOverlappingOverload] - mypy needs it
        self,
        *,
        updates: TextUpdates[LiteralText],
        condition: Condition | None = None,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @deprecated("a new value does not have the type of its field")
    async def update(
        self,
        *,
        updates: Mapping[ExpressionField[Scalar], object],
        condition: Condition | None = None,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    async def update(
        self,
        *,
        updates: Mapping[ExpressionField[Any], Any],
        condition: Condition | None = None,
        return_item_on_failure: bool = False,
    ) -> None: ...

    async def update(
        self,
        *,
        updates: Mapping[Any, Any] | Iterable[UpdateAction],
        condition: Condition | None = None,
        return_item_on_failure: bool = False,
    ) -> None:
        """Change attributes of the item of this model, and refresh the model (DynamoDB's UpdateItem).

        The item must exist. Afterwards all stored fields have the values of the item, including changes by others.
        Values that were assigned but not saved are lost. An absent map is set as a whole, as by `update_item`.

        Args:
            updates: Actions or new values, as for `update_item`.
            condition: Update only if the stored item meets this condition.
            return_item_on_failure: Add the stored item to the ConditionCheckFailedError, as its `item`.

        Raises:
            ConditionCheckFailedError: The item does not exist, or the condition is false; nothing was changed.
            EmptyUpdateError: There are no updates.
            InvalidUpdateError: The update changes a key, two paths overlap, or a new value does not fit its field.
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            InvalidItemError: The updated item does not fit the model; the update was made.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = Update(updates, condition, return_item_on_failure=return_item_on_failure)
        await execute(type(self), items.update, self, wanted)
