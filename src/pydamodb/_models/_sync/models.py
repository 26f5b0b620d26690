# Generated from pydamodb/_models/_async/models.py by scripts/generate_sync.py: do not edit.
"""The synchronous model classes: each operation has a signature, a docstring, and a line that executes it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, overload

from pydantic import BaseModel
from typing_extensions import Self

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.keys import Key
from pydamodb._core.results import DeleteReturnValues
from pydamodb._core.vector_indexes import VectorIndex
from pydamodb._expressions.conditions import Condition
from pydamodb._models import item_forms
from pydamodb._models._sync import (
    batch,
    counts,
    firsts,
    indexes,
    one_key,
    queries,
    scans,
    segments,
    two_keys,
    updates,
    vectors,
)
from pydamodb._models._sync.driver import execute, iterate, search
from pydamodb._models.base import (
    PK,
    SK,
    BlockingModel,
    CollectedTypes,
    DynamoModel,
    IdentifiedBy,
    IndexNameRequired,
    KeyT,
    Methods,
    OneKey,
    PartitionTypes,
    ProjectionT,
    TwoKeys,
    restore_deferred_build,
)
from pydamodb._models.connection import Driver
from pydamodb._models.reserved_names import hide_for_field
from pydamodb._operations import batch_get, items

# The parts of a model class are called like the whole, because type checkers name the part in their messages:
# `Model.query`, `PrimaryKeyModel.get_item`.


class Model(updates.Model, scans.Model, BlockingModel):
    """The methods that do not depend on the kind of key."""

    __pydamo_is_asynchronous__: ClassVar[bool] = iscoroutinefunction(execute)

    if not TYPE_CHECKING:
        __pydamo_driver__ = Driver(execute, iterate, search, segments, batch)

        @classmethod
        def __pydamo_index__(cls, name: str) -> indexes.ModelIndex[Any, Any]:
            """Return the queries of the model on an index."""
            return indexes.ModelIndex(cls, name)

        def __pydamo_key_values__(self) -> tuple[Any, ...]:
            """Return the values of the key of this instance."""
            return item_forms.key_values(self)

        @classmethod
        def __pydamo_vector_index__(cls, index: VectorIndex) -> vectors.ModelVectorIndex[Any, Any]:
            """Return the searches of the model on a vector index."""
            return vectors.ModelVectorIndex(cls, index)

    def save(
        self,
        *,
        condition: Condition | None = None,
        must_exist: bool = False,
        must_be_new: bool = False,
        return_item_on_failure: bool = False,
    ) -> None:
        """Write the whole item; an item with the same key is replaced (DynamoDB's PutItem).

        Args:
            condition: Write only if the stored item meets this condition; a missing item has no attributes.
            must_exist: Do not create a missing item: raise ItemNotFoundError.
            must_be_new: Do not replace an item: raise ItemExistsError.
            return_item_on_failure: Add the stored item to the ConditionCheckFailedError, as its `item`.

        Raises:
            ConditionCheckFailedError: The condition is false; nothing was written.
            ItemNotFoundError: With `must_exist`, the item does not exist. It is a ConditionCheckFailedError.
            ItemExistsError: With `must_be_new`, the item exists. It is a ConditionCheckFailedError.
            VersionConflictError: The item was modified since it was read (models with a Version).
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            InvalidRequestError: Both `must_exist` and `must_be_new` are given.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        execute(
            type(self),
            items.save,
            self,
            condition,
            must_exist=must_exist,
            must_be_new=must_be_new,
            return_item_on_failure=return_item_on_failure,
        )

    @overload
    def delete(
        self,
        *,
        condition: Condition | None = None,
        return_values: Literal["NONE"] = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    def delete(
        self,
        *,
        condition: Condition | None = None,
        return_values: Literal["ALL_OLD"],
        must_exist: Literal[True],
        return_item_on_failure: bool = False,
    ) -> Self: ...

    @overload
    def delete(
        self,
        *,
        condition: Condition | None = None,
        return_values: Literal["ALL_OLD"],
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Self | None: ...

    def delete(
        self,
        *,
        condition: Condition | None = None,
        return_values: DeleteReturnValues = "NONE",
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> Any:
        """Delete the item with the key of this model, if it exists (DynamoDB's DeleteItem).

        Args:
            condition: Delete only if the stored item meets this condition.
            return_values: "ALL_OLD" returns the item that was deleted, as a model; None if there was none.
            must_exist: Raise ItemNotFoundError if the item does not exist.
            return_item_on_failure: Add the stored item to the ConditionCheckFailedError, as its `item`.

        Raises:
            ConditionCheckFailedError: The condition is false; nothing was deleted.
            ItemNotFoundError: With `must_exist`, the item does not exist. It is a ConditionCheckFailedError.
            VersionConflictError: The item was modified since it was read (models with a Version).
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            InvalidItemError: The returned item does not fit the model; it was deleted.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        return execute(
            type(self),
            items.delete,
            self,
            condition,
            return_values=return_values,
            must_exist=must_exist,
            return_item_on_failure=return_item_on_failure,
        )

    def refresh(self, *, consistent_read: bool = False) -> None:
        """Read the item of this model again, and give the model its values (DynamoDB's GetItem).

        Values that were assigned but not saved are lost. A field called `refresh` hides the method. Then call it on the
        class: `PrimaryKeyModel.refresh(instance)`.

        Args:
            consistent_read: Return the latest confirmed data, at twice the cost.

        Raises:
            ItemNotFoundError: The item does not exist; the model stays as it is.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            InvalidItemError: The item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        execute(type(self), items.reread, self, consistent_read=consistent_read)

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Read an item as `get_item` reads it. No request is sent.

        Args:
            item: The attributes of a whole item in DynamoDB's JSON, `{"name": {"S": "Homer"}}`, as exports, clients of
                boto3 and PartiQL statements return them. Binary values are base64 text or bytes.

        Raises:
            InvalidRequestError: The argument is not such an item.
            InvalidItemError: The item does not fit the model.
            ForeignItemError: The item is of another model; it is an InvalidItemError.
            ConfigurationError: The names of the keys that `pydamo_key` makes are not known.
        """
        model: Self = item_forms.read_item(cls, item, "from_item")
        return model

    def to_item(self, *, as_bytes: bool = False) -> dict[str, dict[str, Any]]:
        """Return the item that `save` writes, in DynamoDB's JSON: `{"name": {"S": "Homer"}}`. No request is sent.

        It has the keys that templates make, and the unknown attributes of an item that was read. A Version is not
        incremented.

        Args:
            as_bytes: Return binary values as bytes, which clients of boto3 take. They are base64 text otherwise, as in
                JSON.

        Raises:
            InvalidRequestError: The instance has only a part of its item.
            ItemEncodingError: A value is missing, or cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type, or a part of the key changed.
            ConfigurationError: The names of the keys that `pydamo_key` makes are not known.
        """
        return item_forms.made_item(self, "to_item", as_bytes=as_bytes)


hide_for_field(Model, "refresh")


class KeyedModel(IdentifiedBy[KeyT], Methods):
    """Reads of many items by their keys."""

    @overload
    @classmethod
    def batch_get(
        cls,
        keys: Iterable[KeyT | Key[Self]],
        *,
        consistent_read: bool = False,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
    ) -> list[Self | None]: ...

    @overload
    @classmethod
    def batch_get(
        cls,
        keys: Iterable[KeyT | Key[Self]],
        *,
        consistent_read: bool = False,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> list[ProjectionT | None]: ...

    @classmethod
    def batch_get(
        cls,
        keys: Iterable[KeyT | Key[Self]],
        *,
        consistent_read: bool = False,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> list[Any]:
        """Read the items with these keys, in the same order, None for each missing item (DynamoDB's BatchGetItem).

        A request has at most 100 different keys. Unprocessed keys are sent again, after growing pauses of at most 5
        seconds, until ten requests in a row have read nothing.

        Args:
            keys: The partition keys, or tuples of a partition key and a sort key if the table has both. Each may be a
                `Key` too.
            consistent_read: Return the latest confirmed data, at twice the cost.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None for the result.

        Raises:
            InvalidRequestError: The argument is not a list of keys, or the projection does not fit the model.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: Some items could not be read; the error holds those that were read.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        return execute(
            cls,
            batch_get.batch_get,
            keys,
            consistent_read=consistent_read,
            projection=projection,
            on_invalid=on_invalid,
        )


class PrimaryKeyModel(
    one_key.PrimaryKeyModel[PK],
    queries.Model[IndexNameRequired],
    counts.Model[IndexNameRequired],
    firsts.Model[IndexNameRequired],
    KeyedModel[PK],
    OneKey[PK],
    Model,
    DynamoModel,
    defer_build=True,
):
    """A model whose table has a partition key only.

    `PrimaryKeyModel[str]` gives type checkers the type of the key. Without it, they accept any value.
    """

    __pydamo_has_sort_key__ = False

    if TYPE_CHECKING:

        @classmethod
        def _pydamo_kind(cls) -> CollectedTypes[PK, Self]: ...

        if sys.version_info >= (3, 13):

            def __replace__(self, **changes: Any) -> Self:
                """Give `changes` its parameters where the model is not known: any."""

    @classmethod
    def key(cls, partition_key_value: PK) -> Key[Self]:
        """Return the key of an item as a value.

        Args:
            partition_key_value: The partition key, as a value of the model's field.
        """
        return Key(cls, (partition_key_value,))

    @classmethod
    def batch_writer(
        cls,
        overwrite_by_pkeys: Sequence[str] | None = None,  # noqa: ARG003
    ) -> batch.BatchWriter[Self, PK, NoReturn]:
        """Return a writer for a `with` block (DynamoDB's BatchWriteItem); `overwrite_by_pkeys` has no effect."""
        return batch.BatchWriter(cls)


class PrimaryKeyAndSortKeyModel(
    two_keys.PrimaryKeyAndSortKeyModel[PK, SK],
    queries.Model[PK],
    counts.Model[PK],
    firsts.Model[PK],
    KeyedModel[tuple[PK, SK]],
    TwoKeys[PK, SK],
    Model,
    DynamoModel,
    defer_build=True,
):
    """A model whose table has a partition key and a sort key.

    `PrimaryKeyAndSortKeyModel[str, int]` gives type checkers the types of both keys. Without them, they accept any
    values. A call without a sort key that the operation needs raises MissingSortKeyValueError.
    """

    __pydamo_has_sort_key__ = True

    if TYPE_CHECKING:

        @classmethod
        def _pydamo_kind(cls) -> CollectedTypes[PK, Self]: ...
        @classmethod
        def _pydamo_partition(cls) -> PartitionTypes[PK, Self]: ...

        if sys.version_info >= (3, 13):

            def __replace__(self, **changes: Any) -> Self:
                """Give `changes` its parameters where the model is not known: any."""

    @classmethod
    def key(cls, partition_key_value: PK, sort_key_value: SK) -> Key[Self]:
        """Return the key of an item as a value.

        Args:
            partition_key_value: The partition key, as a value of the model's field.
            sort_key_value: The sort key, as a value of the model's field.
        """
        return Key(cls, (partition_key_value, sort_key_value))

    @classmethod
    def batch_writer(
        cls,
        overwrite_by_pkeys: Sequence[str] | None = None,  # noqa: ARG003
    ) -> batch.BatchWriter[Self, PK, SK]:
        """Return a writer for a `with` block (DynamoDB's BatchWriteItem); `overwrite_by_pkeys` has no effect."""
        return batch.BatchWriter(cls)


PKModel = PrimaryKeyModel
PKSKModel = PrimaryKeyAndSortKeyModel

for _base in (PrimaryKeyModel, PrimaryKeyAndSortKeyModel):
    restore_deferred_build(_base)
    hide_for_field(_base, "key")
