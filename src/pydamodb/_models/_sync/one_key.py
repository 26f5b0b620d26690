# Generated from pydamodb/_models/_async/one_key.py by scripts/generate_sync.py: do not edit.
"""The methods of synchronous models that use one item, by its partition key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, overload

from pydantic import BaseModel
from typing_extensions import Self, deprecated

from pydamodb._core.keys import Key
from pydamodb._core.results import DeleteReturnValues, ReturnValues
from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.fields import ExpressionField
from pydamodb._expressions.updates import UpdateAction
from pydamodb._models._sync.driver import execute
from pydamodb._models.base import (
    PK,
    AnyUpdates,
    Methods,
    OneKey,
    ProjectionT,
    T,
    Text,
    TextUpdates,
    Updates,
    Value,
)
from pydamodb._operations import items
from pydamodb._operations.keys import MISSING
from pydamodb._operations.writes import Update


class PrimaryKeyModel(OneKey[PK], Methods):
    """One item, by its partition key."""

    @overload
    @classmethod
    def get_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        consistent_read: bool = False,
        projection: None = None,
        must_exist: Literal[True],
    ) -> Self: ...

    @overload
    @classmethod
    def get_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        consistent_read: bool = False,
        projection: type[ProjectionT],
        must_exist: Literal[True],
    ) -> ProjectionT: ...

    @overload
    @classmethod
    def get_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        consistent_read: bool = False,
        projection: None = None,
        must_exist: bool = False,
    ) -> Self | None: ...

    @overload
    @classmethod
    def get_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        consistent_read: bool = False,
        projection: type[ProjectionT],
        must_exist: bool = False,
    ) -> ProjectionT | None: ...

    @classmethod
    def get_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        consistent_read: bool = False,
        projection: type[BaseModel] | None = None,
        must_exist: bool = False,
    ) -> Any:
        """Read the item with this key, None if it does not exist (DynamoDB's GetItem).

        Args:
            partition_key_value: The partition key, as a value of the model's field; or the whole key, as a `Key`.
            consistent_read: Return the latest confirmed data, at twice the cost.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            must_exist: Raise ItemNotFoundError, instead of returning None.

        Raises:
            ItemNotFoundError: With `must_exist`, the item does not exist.
            InvalidKeyValueError: A value cannot be a key of the table.
            InvalidRequestError: The projection does not fit the model, the `Key` is of another model.
            InvalidItemError: The item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        key = (partition_key_value, MISSING)
        return execute(
            cls, items.get_item, *key, consistent_read=consistent_read, projection=projection, must_exist=must_exist
        )

    @overload
    @classmethod
    def delete_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    def delete_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        condition: Condition | None = None,
        return_values: Literal["ALL_OLD"],
        must_exist: Literal[True],
        return_item_on_failure: bool = False,
    ) -> Self: ...

    @overload
    @classmethod
    def delete_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        condition: Condition | None = None,
        return_values: Literal["ALL_OLD"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Self | None: ...

    @classmethod
    def delete_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        condition: Condition | None = None,
        return_values: DeleteReturnValues = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Any:
        """Delete the item with this key, if it exists (DynamoDB's DeleteItem).

        Args:
            partition_key_value: The partition key, as a value of the model's field; or the whole key, as a `Key`.
            condition: Delete only if the stored item meets this condition.
            return_values: "ALL_OLD" returns the item that was deleted, as a model; None if there was none.
            must_exist: Raise ItemNotFoundError if the item does not exist.
            return_item_on_failure: Add the stored item to the ConditionCheckFailedError, as its `item`.

        Raises:
            ConditionCheckFailedError: The condition is false; nothing was deleted.
            ItemNotFoundError: With `must_exist`, the item does not exist. It is a ConditionCheckFailedError.
            InvalidKeyValueError: A value cannot be a key of the table.
            InvalidRequestError: The `Key` is of another model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        key = (partition_key_value, MISSING)
        return execute(
            cls,
            items.delete_item,
            *key,
            condition=condition,
            return_values=return_values,
            must_exist=must_exist,
            return_item_on_failure=return_item_on_failure,
        )

    @overload
    @classmethod
    def update_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        updates: Updates[T, Text],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    def update_item(  # pyright: ignore[reportOverlappingOverload] - mypy needs it
        cls,
        partition_key_value: PK | Key[Self],
        *,
        updates: TextUpdates[Text],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    @deprecated("a new value does not have the type of its field")
    def update_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        updates: Mapping[ExpressionField[Value], object],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    def update_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        updates: Mapping[ExpressionField[Any], Any],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    def update_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["ALL_NEW"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Self: ...

    @overload
    @classmethod
    def update_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["ALL_OLD"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Self | None: ...

    @overload
    @classmethod
    def update_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["UPDATED_NEW", "UPDATED_OLD"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> dict[str, Any]: ...

    @classmethod
    def update_item(
        cls,
        partition_key_value: PK | Key[Self],
        *,
        updates: Mapping[Any, Any] | Iterable[UpdateAction],
        condition: Condition | None = None,
        return_values: ReturnValues = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Any:
        """Change attributes of the item with this key, or create the item (upsert; DynamoDB's UpdateItem).

        Computed fields keep their stored values; to compute them again, save the whole item.
        If a value is inside a map that is not stored, DynamoDB refuses the request and changes nothing. Then a second
        request, and at most a third, sets the whole map, if it can be made from the given values and is still absent.

        Args:
            partition_key_value: The partition key, as a value of the model's field; or the whole key, as a `Key`.
            updates: Actions, `[Character.attr.age.set(40)]`, or new values by field, `{Character.attr.age: 40}`.
                A new value must fit its field; model validators do not run. None removes a field with the default None.
            condition: Update only if the stored item meets this condition.
            return_values: "ALL_NEW" returns the new item, "ALL_OLD" the previous item or None, both as models.
                "UPDATED_NEW" and "UPDATED_OLD" return changed values by field name, or the changed part of a value.
            must_exist: Do not create a missing item: raise ItemNotFoundError.
            return_item_on_failure: Add the stored item to the ConditionCheckFailedError, as its `item`.

        Raises:
            ConditionCheckFailedError: The condition is false; nothing was changed.
            ItemNotFoundError: With `must_exist`, the item does not exist. It is a ConditionCheckFailedError.
            EmptyUpdateError: There are no updates.
            InvalidUpdateError: The update changes a key, two paths overlap, or a new value does not fit its field.
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A value cannot be a key of the table.
            InvalidRequestError: The `Key` is of another model.
            InvalidItemError: The returned item does not fit the model; the update was made.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = Update(updates, condition, return_values, must_exist, return_item_on_failure)
        return execute(cls, items.update_item, partition_key_value, MISSING, wanted)
