"""What operations return, if it is more than a model."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel
from typing_extensions import NamedTuple, Self

from pydamodb._core.keys import Key
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.observed import ConsumedCapacity

T = TypeVar("T")

ReturnValues: TypeAlias = Literal["NONE", "ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD"]
"""What an update returns: nothing, the item after or before the update, or only its changed attributes."""


DeleteReturnValues: TypeAlias = Literal["NONE", "ALL_OLD"]
"""What a delete returns: nothing, or the deleted item."""


class _Page(NamedTuple, Generic[T]):
    items: list[T]
    last_evaluated_key: dict[str, Any] | None


class QueryResult(_Page[T]):
    """One page of a query or a scan: a tuple of two values, and a cursor.

    `last_evaluated_key` maps the key attributes of the last evaluated item to their values. Pass it as
    `exclusive_start_key` to continue after that item. None means that this is the last page. A page without items may
    have a next page: the limit counts items before the filter. `cursor` is the same key as a text that is safe in URLs.
    `exclusive_start_key` accepts it too. `consumed_capacity` is what the page consumed, if the configuration asks
    for it (`PydamoConfig(return_consumed_capacity="TOTAL")`).
    """

    cursor: str | None = None
    consumed_capacity: ConsumedCapacity | None = None

    def __new__(
        cls,
        items: list[T],
        last_evaluated_key: dict[str, Any] | None,
        cursor: str | None = None,
        consumed_capacity: ConsumedCapacity | None = None,
    ) -> Self:
        """Return a page; other values are attributes, so that the tuple keeps its two values."""
        page = tuple.__new__(cls, (items, last_evaluated_key))
        if cursor is not None:
            page.cursor = cursor
        if consumed_capacity is not None:
            page.consumed_capacity = consumed_capacity
        return page


class VectorMatch(NamedTuple, Generic[T]):
    """One result of a search in a vector index: the item, and its score.

    What the score means depends on the distance of the index. With "cosine" and "euclidean", the nearest item has the
    smallest one; with "dot_product", it has the greatest one.
    """

    item: T
    score: float


TransactionOperation: TypeAlias = Literal["Put", "Update", "Delete", "ConditionCheck", "Get"]
"""What an action of a transaction does, by DynamoDB's name."""


@dataclass(frozen=True, repr=False)
class TransactionAction:
    """One action of a transaction: what it does, and the key of its item."""

    operation: TransactionOperation
    key: Key[Any]

    @property
    def model(self) -> type[Any]:
        """The model of the item."""
        return self.key.model

    def __repr__(self) -> str:
        return f"{self.operation} of {self.key!r}"


@dataclass(frozen=True)
class ThrottlingReason:
    """Why DynamoDB throttled a request: a `reason` such as `"TableWriteKeyRangeThroughputExceeded"`.

    `resource` is the ARN of the table, or of its index (`.../index/by-status`).
    """

    reason: str
    resource: str


@dataclass(frozen=True)
class CancellationReason:
    """Why DynamoDB did not do an action of a transaction.

    `code` and `message` are DynamoDB's, such as `"ConditionalCheckFailed"` or `"TransactionConflict"`. Both are None if
    the action is not a cause of the cancellation. `item` is the stored item, as a model, if the action asked for it
    (`return_item_on_failure=True`). It is None if no item is stored, or if the item does not match the model.
    `is_version_conflict` is True if the item was modified since the model was read (models with a Version).
    `is_not_found` is True if the item must exist and does not, `is_existing` if it must be new and exists.
    """

    code: str | None
    message: str | None
    action: TransactionAction
    item: BaseModel | None = None
    is_version_conflict: bool = False
    is_not_found: bool = False
    is_existing: bool = False
