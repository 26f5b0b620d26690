"""The asynchronous model classes: for each operation a signature, a docstring, and one line that executes it."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import iscoroutinefunction
from typing import Any, NoReturn, TypeVar, overload

from pydantic import BaseModel
from typing_extensions import Self

from pydamodb._core.keys import Key
from pydamodb._expressions.conditions import Condition
from pydamodb._models._async.batch import AsyncBatchWriter
from pydamodb._models._async.counts import AsyncCounts
from pydamodb._models._async.driver import execute
from pydamodb._models._async.queries import AsyncQueries
from pydamodb._models._async.scans import AsyncScans
from pydamodb._models._async.updates import AsyncUpdatable, AsyncUpdatesByKey, AsyncUpdatesByTwoKeys
from pydamodb._models.base import PK, SK, DynamoModel, IndexNameRequired, OneKey, TwoKeys, restore_deferred_build
from pydamodb._models.reserved_names import hide_for_field
from pydamodb._operations import batch_get, items
from pydamodb._operations.keys import MISSING

ProjectionT = TypeVar("ProjectionT", bound=BaseModel)


class _AsyncWritableModel(AsyncUpdatable, AsyncScans):
    """What does not depend on the kind of key."""

    __pydamo_is_asynchronous__ = iscoroutinefunction(execute)

    async def save(self, *, condition: Condition | None = None, return_item_on_failure: bool = False) -> None:
        """Write the whole item, replacing one with the same key (DynamoDB's PutItem).

        Args:
            condition: What must hold of the item that is there, or of its absence, for the write to happen.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: The condition does not hold; nothing was written.
            VersionConflictError: Somebody else has written the item since it was read (models with a Version).
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of another type than the table's.
            OperationError: DynamoDB refused, or could not be reached.
        """
        await execute(type(self), items.save, self, condition, return_item_on_failure=return_item_on_failure)

    async def delete(self, *, condition: Condition | None = None, return_item_on_failure: bool = False) -> None:
        """Delete the item with this model's key; it need not exist (DynamoDB's DeleteItem).

        Args:
            condition: What must hold of the item that is there for it to be deleted.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: The condition does not hold; nothing was deleted.
            VersionConflictError: Somebody else has written the item since it was read (models with a Version).
            InvalidKeyValueError: A key attribute is missing, empty or of another type than the table's.
            OperationError: DynamoDB refused, or could not be reached.
        """
        await execute(type(self), items.delete, self, condition, return_item_on_failure=return_item_on_failure)


class AsyncPrimaryKeyModel(
    AsyncUpdatesByKey[PK],
    AsyncQueries[IndexNameRequired],
    AsyncCounts[IndexNameRequired],
    OneKey[PK],
    _AsyncWritableModel,
    DynamoModel,
    defer_build=True,
):
    """A model whose table has a partition key only.

    `AsyncPrimaryKeyModel[str]` names the type of the key for type checkers; without it, any value is accepted.
    """

    __pydamo_has_sort_key__ = False

    @classmethod
    def key(cls, partition_key_value: PK) -> Key[Self]:
        """Return the key of an item, for transactions.

        Args:
            partition_key_value: The key, as a value of the model's field.
        """
        return Key(cls, (partition_key_value,))

    @classmethod
    def batch_writer(cls) -> AsyncBatchWriter[Self, PK, NoReturn]:
        """Return a writer for many items, to be used in an `async with` block (DynamoDB's BatchWriteItem)."""
        return AsyncBatchWriter(cls)

    @overload
    @classmethod
    async def get_item(
        cls, partition_key_value: PK, *, consistent_read: bool = False, projection: None = None
    ) -> Self | None: ...

    @overload
    @classmethod
    async def get_item(
        cls, partition_key_value: PK, *, consistent_read: bool = False, projection: type[ProjectionT]
    ) -> ProjectionT | None: ...

    @classmethod
    async def get_item(
        cls, partition_key_value: PK, *, consistent_read: bool = False, projection: type[BaseModel] | None = None
    ) -> Any:
        """Read the item with this key, None if there is none (DynamoDB's GetItem).

        Args:
            partition_key_value: The key, as a value of the model's field.
            consistent_read: Return the latest confirmed data; costs twice as much.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            InvalidKeyValueError: The value cannot be a key of the table.
            InvalidRequestError: The projection does not fit the model.
            pydantic.ValidationError: The item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        return await execute(
            cls, items.get_item, partition_key_value, MISSING, consistent_read=consistent_read, projection=projection
        )

    @overload
    @classmethod
    async def batch_get(
        cls, keys: Iterable[PK], *, consistent_read: bool = False, projection: None = None
    ) -> list[Self | None]: ...

    @overload
    @classmethod
    async def batch_get(
        cls, keys: Iterable[PK], *, consistent_read: bool = False, projection: type[ProjectionT]
    ) -> list[ProjectionT | None]: ...

    @classmethod
    async def batch_get(
        cls, keys: Iterable[PK], *, consistent_read: bool = False, projection: type[BaseModel] | None = None
    ) -> list[Any]:
        """Read the items with these keys, None where there is none, in the order of the keys (DynamoDB's BatchGetItem).

        Keys are sent 100 to a request, each once. What DynamoDB leaves unprocessed is asked for again, after growing
        pauses of 5 seconds at most, until ten requests in a row have read nothing.

        Args:
            keys: The keys, as values of the model's field.
            consistent_read: Return the latest confirmed data; costs twice as much.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            InvalidRequestError: What was given is no list of keys, or the projection does not fit the model.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: Not all items could be read; the error holds those that were.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        return await execute(cls, batch_get.batch_get, keys, consistent_read=consistent_read, projection=projection)

    @classmethod
    async def delete_item(
        cls, partition_key_value: PK, *, condition: Condition | None = None, return_item_on_failure: bool = False
    ) -> None:
        """Delete the item with this key; it need not exist (DynamoDB's DeleteItem).

        Args:
            partition_key_value: The key, as a value of the model's field.
            condition: What must hold of the item that is there for it to be deleted.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: The condition does not hold; nothing was deleted.
            InvalidKeyValueError: The value cannot be a key of the table.
            OperationError: DynamoDB refused, or could not be reached.
        """
        await execute(
            cls,
            items.delete_item,
            partition_key_value,
            MISSING,
            condition=condition,
            return_item_on_failure=return_item_on_failure,
        )


class AsyncPrimaryKeyAndSortKeyModel(
    AsyncUpdatesByTwoKeys[PK, SK],
    AsyncQueries[PK],
    AsyncCounts[PK],
    TwoKeys[PK, SK],
    _AsyncWritableModel,
    DynamoModel,
    defer_build=True,
):
    """A model whose table has a partition key and a sort key.

    `AsyncPrimaryKeyAndSortKeyModel[str, int]` names the types of both keys for type checkers; without them, any values
    are accepted. To leave out the sort key's value where one is needed raises MissingSortKeyValueError.
    """

    __pydamo_has_sort_key__ = True

    @classmethod
    def key(cls, partition_key_value: PK, sort_key_value: SK) -> Key[Self]:
        """Return the key of an item, for transactions.

        Args:
            partition_key_value: The partition key, as a value of the model's field.
            sort_key_value: The sort key, likewise.
        """
        return Key(cls, (partition_key_value, sort_key_value))

    @classmethod
    def batch_writer(cls) -> AsyncBatchWriter[Self, PK, SK]:
        """Return a writer for many items, to be used in an `async with` block (DynamoDB's BatchWriteItem)."""
        return AsyncBatchWriter(cls)

    @overload
    @classmethod
    async def get_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        consistent_read: bool = False,
        projection: None = None,
    ) -> Self | None: ...

    @overload
    @classmethod
    async def get_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        consistent_read: bool = False,
        projection: type[ProjectionT],
    ) -> ProjectionT | None: ...

    @classmethod
    async def get_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        consistent_read: bool = False,
        projection: type[BaseModel] | None = None,
    ) -> Any:
        """Read the item with this key, None if there is none (DynamoDB's GetItem).

        Args:
            partition_key_value: The partition key, as a value of the model's field.
            sort_key_value: The sort key, likewise.
            consistent_read: Return the latest confirmed data; costs twice as much.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            MissingSortKeyValueError: No sort key was given.
            InvalidKeyValueError: A value cannot be a key of the table.
            InvalidRequestError: The projection does not fit the model.
            pydantic.ValidationError: The item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        return await execute(
            cls,
            items.get_item,
            partition_key_value,
            sort_key_value,
            consistent_read=consistent_read,
            projection=projection,
        )

    @overload
    @classmethod
    async def batch_get(
        cls, keys: Iterable[tuple[PK, SK]], *, consistent_read: bool = False, projection: None = None
    ) -> list[Self | None]: ...

    @overload
    @classmethod
    async def batch_get(
        cls, keys: Iterable[tuple[PK, SK]], *, consistent_read: bool = False, projection: type[ProjectionT]
    ) -> list[ProjectionT | None]: ...

    @classmethod
    async def batch_get(
        cls, keys: Iterable[tuple[PK, SK]], *, consistent_read: bool = False, projection: type[BaseModel] | None = None
    ) -> list[Any]:
        """Read the items with these keys, None where there is none, in the order of the keys (DynamoDB's BatchGetItem).

        Keys are sent 100 to a request, each once. What DynamoDB leaves unprocessed is asked for again, after growing
        pauses of 5 seconds at most, until ten requests in a row have read nothing.

        Args:
            keys: The keys, each a tuple of the values of the partition key and the sort key.
            consistent_read: Return the latest confirmed data; costs twice as much.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            InvalidRequestError: What was given is no list of keys, or the projection does not fit the model.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: Not all items could be read; the error holds those that were.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        return await execute(cls, batch_get.batch_get, keys, consistent_read=consistent_read, projection=projection)

    @classmethod
    async def delete_item(
        cls,
        partition_key_value: PK,
        sort_key_value: SK = MISSING,
        *,
        condition: Condition | None = None,
        return_item_on_failure: bool = False,
    ) -> None:
        """Delete the item with this key; it need not exist (DynamoDB's DeleteItem).

        Args:
            partition_key_value: The partition key, as a value of the model's field.
            sort_key_value: The sort key, likewise.
            condition: What must hold of the item that is there for it to be deleted.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: The condition does not hold; nothing was deleted.
            MissingSortKeyValueError: No sort key was given.
            InvalidKeyValueError: A value cannot be a key of the table.
            OperationError: DynamoDB refused, or could not be reached.
        """
        await execute(
            cls,
            items.delete_item,
            partition_key_value,
            sort_key_value,
            condition=condition,
            return_item_on_failure=return_item_on_failure,
        )


AsyncPKModel = AsyncPrimaryKeyModel
AsyncPKSKModel = AsyncPrimaryKeyAndSortKeyModel

for _base in (AsyncPrimaryKeyModel, AsyncPrimaryKeyAndSortKeyModel):
    restore_deferred_build(_base)
    hide_for_field(_base, "key")
