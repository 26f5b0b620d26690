"""The shapes of what operations return, where it is more than a model."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeAlias, TypeVar

from typing_extensions import NamedTuple, Self

from pydamodb._core.keys import Key
from pydamodb._core.lazy_dataclass import dataclass

T = TypeVar("T")

ReturnValues: TypeAlias = Literal["NONE", "ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD"]
"""What an update returns: nothing, the item after or before it, or those of its attributes that were changed."""


class _Page(NamedTuple, Generic[T]):
    items: list[T]
    last_evaluated_key: dict[str, Any] | None


class QueryResult(_Page[T]):
    """One page of a query or a scan: a tuple of two, and a cursor beside it.

    `last_evaluated_key` maps the key attributes of the last item looked at to their values; given back as
    `exclusive_start_key` it continues after that item. None means that there is nothing left to look at. A page may
    have no items and still not be the last one, as the limit counts items before the filter. `cursor` says the same as
    a text that is safe in URLs, and is given back in the same place.
    """

    cursor: str | None = None

    def __new__(cls, items: list[T], last_evaluated_key: dict[str, Any] | None, cursor: str | None = None) -> Self:
        """Make a page; the cursor is no part of the tuple, which stays one of two."""
        page = tuple.__new__(cls, (items, last_evaluated_key))
        page.cursor = cursor
        return page


TransactionOperation: TypeAlias = Literal["Put", "Update", "Delete", "ConditionCheck", "Get"]
"""What an action of a transaction does, as DynamoDB calls it."""


@dataclass(frozen=True, repr=False)
class TransactionAction:
    """One action of a transaction: what it does, and to which item."""

    operation: TransactionOperation
    key: Key[Any]

    @property
    def model(self) -> type[Any]:
        """The model of the item."""
        return self.key.model

    def __repr__(self) -> str:
        """Show as it is told."""
        return f"{self.operation} of {self.key!r}"


@dataclass(frozen=True)
class CancellationReason:
    """Why an action of a transaction was not done.

    `code` is DynamoDB's, such as `"ConditionalCheckFailed"` or `"TransactionConflict"`, with its `message`; both are
    None if the action was not in the way. `item` is the item that is there, as a model, if the action asked for it
    (`return_item_on_failure=True`); None if there is no item, or one that does not fit the model. `is_version_conflict`
    says that somebody else has written the item since the model was read (models with a Version).
    """

    code: str | None
    message: str | None
    action: TransactionAction
    item: Any = None
    is_version_conflict: bool = False
