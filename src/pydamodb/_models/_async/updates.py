"""The methods of asynchronous models that change attributes of items: `update_item`, and `update` of a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar, overload

from typing_extensions import Self, deprecated

from pydamodb._core.results import ReturnValues
from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.fields import ExpressionField
from pydamodb._expressions.updates import UpdateAction
from pydamodb._models._async.driver import execute
from pydamodb._models.base import PK, SK, AnyUpdates, CheckedUpdates, LiteralText, Methods, OneKey, Scalar, TwoKeys
from pydamodb._operations import items
from pydamodb._operations.keys import MISSING
from pydamodb._operations.writes import Update

T = TypeVar("T")


class AsyncUpdatable(Methods):
    """What does not depend on the kind of key."""

    @overload
    async def update(
        self,
        *,
        updates: CheckedUpdates[T, LiteralText],
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
        """Change attributes of this model's item, and bring the model up to date with it (DynamoDB's UpdateItem).

        The item must exist. Afterwards all stored fields have the values of the item, also those that others have
        changed meanwhile; what was assigned to them and not saved is gone.

        Args:
            updates: What to change, as for `update_item`.
            condition: What must hold of the item that is there for the update to happen.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: There is no item, or the condition does not hold; nothing was changed.
            EmptyUpdateError: There are no updates.
            InvalidUpdateError: The update changes a key, two paths overlap, or a field does not accept its new value.
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of another type than the table's.
            pydantic.ValidationError: The item does not fit the model any more; the update has been made.
            OperationError: DynamoDB refused, or could not be reached.
        """
        wanted = Update(updates, condition, return_item_on_failure=return_item_on_failure)
        await execute(type(self), items.update, self, wanted)


class AsyncUpdatesByKey(OneKey[PK], Methods):
    """Updates of items with a partition key only."""

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        *,
        updates: CheckedUpdates[T, LiteralText],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    @deprecated("a new value does not have the type of its field")
    async def update_item(
        cls,
        partition_key_value: PK,
        *,
        updates: Mapping[ExpressionField[Scalar], object],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        *,
        updates: Mapping[ExpressionField[Any], Any],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["ALL_NEW"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Self: ...

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["ALL_OLD"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Self | None: ...

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["UPDATED_NEW", "UPDATED_OLD"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> dict[str, Any]: ...

    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        *,
        updates: Mapping[Any, Any] | Iterable[UpdateAction],
        condition: Condition | None = None,
        return_values: ReturnValues = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Any:
        """Change attributes of the item with this key, which is created if it does not exist (DynamoDB's UpdateItem).

        Computed fields that depend on what changes are not computed anew; saving the whole item does that.

        Args:
            partition_key_value: The key, as a value of the model's field.
            updates: Actions, such as `[Character.attr.age.set(40)]`, or new values by field, such as
                `{Character.attr.age: 40}`. A new value is validated by the type and the constraints of its field, not
                by validators on the class. None removes an attribute whose field has the default None.
            condition: What must hold of the item that is there for the update to happen.
            return_values: "ALL_NEW" returns the item after the update as a model, "ALL_OLD" the one before it, None if
                there was none. "UPDATED_NEW" and "UPDATED_OLD" return only what was changed: values by the names of
                their fields; where a part of an attribute was changed, that part as DynamoDB returns it.
            must_exist: Refuse to create an item where there is none, which would be one of a key and these attributes.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: The condition does not hold; nothing was changed.
            EmptyUpdateError: There are no updates.
            InvalidUpdateError: The update changes a key, two paths overlap, or a field does not accept its new value.
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: The value cannot be a key of the table.
            pydantic.ValidationError: The item that is returned does not fit the model; the update has been made.
            OperationError: DynamoDB refused, or could not be reached.
        """
        wanted = Update(updates, condition, return_values, must_exist, return_item_on_failure)
        return await execute(cls, items.update_item, partition_key_value, MISSING, wanted)


class AsyncUpdatesByTwoKeys(TwoKeys[PK, SK], Methods):
    """Updates of items with a partition key and a sort key."""

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        updates: CheckedUpdates[T, LiteralText],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    @deprecated("a new value does not have the type of its field")
    async def update_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        updates: Mapping[ExpressionField[Scalar], object],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        updates: Mapping[ExpressionField[Any], Any],
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["ALL_NEW"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Self: ...

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["ALL_OLD"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Self | None: ...

    @overload
    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        updates: AnyUpdates,
        condition: Condition | None = None,
        return_values: Literal["UPDATED_NEW", "UPDATED_OLD"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> dict[str, Any]: ...

    @classmethod
    async def update_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        updates: Mapping[Any, Any] | Iterable[UpdateAction],
        condition: Condition | None = None,
        return_values: ReturnValues = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Any:
        """Change attributes of the item with this key, which is created if it does not exist (DynamoDB's UpdateItem).

        Computed fields that depend on what changes are not computed anew; saving the whole item does that.

        Args:
            partition_key_value: The partition key, as a value of the model's field.
            sort_key_value: The sort key, likewise.
            updates: Actions, such as `[FamilyMember.attr.age.set(40)]`, or new values by field, such as
                `{FamilyMember.attr.age: 40}`. A new value is validated by the type and the constraints of its field,
                not by validators on the class. None removes an attribute whose field has the default None.
            condition: What must hold of the item that is there for the update to happen.
            return_values: "ALL_NEW" returns the item after the update as a model, "ALL_OLD" the one before it, None if
                there was none. "UPDATED_NEW" and "UPDATED_OLD" return only what was changed: values by the names of
                their fields; where a part of an attribute was changed, that part as DynamoDB returns it.
            must_exist: Refuse to create an item where there is none, which would be one of a key and these attributes.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: The condition does not hold; nothing was changed.
            EmptyUpdateError: There are no updates.
            InvalidUpdateError: The update changes a key, two paths overlap, or a field does not accept its new value.
            ItemEncodingError: A value cannot be stored exactly.
            MissingSortKeyValueError: No sort key was given.
            InvalidKeyValueError: A value cannot be a key of the table.
            pydantic.ValidationError: The item that is returned does not fit the model; the update has been made.
            OperationError: DynamoDB refused, or could not be reached.
        """
        wanted = Update(updates, condition, return_values, must_exist, return_item_on_failure)
        return await execute(cls, items.update_item, partition_key_value, sort_key_value, wanted)
