# Generated from pydamodb/_models/_async/updates.py by scripts/generate_sync.py: do not edit.
"""The methods of synchronous models for changes of items: `changes` of a class, and `update` of an instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, overload

from typing_extensions import deprecated

from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.fields import ExpressionField
from pydamodb._expressions.updates import UpdateAction
from pydamodb._models._sync.driver import execute
from pydamodb._models.base import Methods, T, Text, TextUpdates, Updates, Value
from pydamodb._models.changes import Changes, changes_of
from pydamodb._models.reserved_names import hide_for_field
from pydamodb._operations import items
from pydamodb._operations.writes import Update


class Model(Methods):
    """The changes of a model, and the update of an instance."""

    if TYPE_CHECKING:
        changes: ClassVar[Changes] = Changes()
        """The fields of the model as optional arguments, for updates: `updates=Character.changes(age=40)`."""
    else:

        @classmethod
        def changes(cls, /, **values: Any) -> list[UpdateAction]:
            """Return update actions that give these fields their new values: `updates=Character.changes(age=40)`.

            Args:
                values: New values by field, or by alias as in the constructor. Each value must fit its field;
                    class validators do not run. None removes a field with the default None.

            Raises:
                InvalidUpdateError: The model has no such field, the field is a key, computed or excluded, or it does
                    not accept the value.
                ItemEncodingError: A value cannot be stored exactly.
            """
            return changes_of(cls, values)

    @overload
    def update(
        self,
        *,
        updates: Updates[T, Text],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    def update(  # pyright: ignore[reportOverlappingOverload] - mypy needs it
        self,
        *,
        updates: TextUpdates[Text],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @deprecated("a new value does not have the type of its field")
    def update(
        self,
        *,
        updates: Mapping[ExpressionField[Value], object],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    def update(
        self,
        *,
        updates: Mapping[ExpressionField[Any], Any],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    def update(
        self,
        *,
        updates: Mapping[Any, Any] | Iterable[UpdateAction],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None:
        """Change attributes of the item of this model, and refresh the model (DynamoDB's UpdateItem).

        The item must exist. Afterwards all stored fields have the values of the item, including changes by others.
        Values that were assigned but not saved are lost. An absent map is set as a whole, as by `update_item`.

        Args:
            updates: Actions or new values, as for `update_item`.
            condition: Update only if the stored item meets this condition.
            must_exist: Raise ItemNotFoundError for a missing item also if the update has a condition or a version.
            return_item_on_failure: Add the stored item to the ConditionCheckFailedError, as its `item`.

        Raises:
            ConditionCheckFailedError: The condition is false, or the item does not exist; nothing was changed.
            ItemNotFoundError: The item does not exist. It is a ConditionCheckFailedError.
            VersionConflictError: The item was modified since it was read (models with a Version).
            EmptyUpdateError: There are no updates.
            InvalidUpdateError: The update changes a key, two paths overlap, or a new value does not fit its field.
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            InvalidItemError: The updated item does not fit the model; the update was made.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = Update(updates, condition, must_exist=must_exist, return_item_on_failure=return_item_on_failure)
        execute(type(self), items.update, self, wanted)


hide_for_field(Model, "changes")
