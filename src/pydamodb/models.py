"""The model classes: for each operation a signature, a docstring, and one line that runs its flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, overload

from typing_extensions import Self

from pydamodb._field_names import make_way
from pydamodb._model import PK, SK, OneKey, TwoKeys, perform
from pydamodb._operations import batch_get, query, single
from pydamodb._operations.keys import MISSING
from pydamodb._update_methods import Updatable, UpdatesByKey, UpdatesByTwoKeys
from pydamodb.batch import BatchWriter
from pydamodb.conditions import Condition
from pydamodb.keys import Key
from pydamodb.results import QueryResult

__all__ = ["PKModel", "PKSKModel", "PrimaryKeyAndSortKeyModel", "PrimaryKeyModel"]


class _WritableModel(Updatable):
    """What does not depend on the kind of key."""

    @classmethod
    def __pydamo_is_asynchronous__(cls) -> bool:
        """Say that operations are not awaited."""
        return False

    def save(self, *, condition: Condition | None = None, return_item_on_failure: bool = False) -> None:
        """Write the whole item, replacing one with the same key (DynamoDB's PutItem).

        Args:
            condition: What must hold of the item that is there, or of its absence, for the write to happen.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: The condition does not hold; nothing was written.
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of another type than the table's.
            OperationError: DynamoDB refused, or could not be reached.
        """
        perform(type(self), single.save, self, condition, return_item_on_failure=return_item_on_failure)

    def delete(self, *, condition: Condition | None = None, return_item_on_failure: bool = False) -> None:
        """Delete the item with this model's key; it need not exist (DynamoDB's DeleteItem).

        Args:
            condition: What must hold of the item that is there for it to be deleted.
            return_item_on_failure: Give the ConditionCheckFailedError the item that is there.

        Raises:
            ConditionCheckFailedError: The condition does not hold; nothing was deleted.
            InvalidKeyValueError: A key attribute is missing, empty or of another type than the table's.
            OperationError: DynamoDB refused, or could not be reached.
        """
        perform(type(self), single.delete, self, condition, return_item_on_failure=return_item_on_failure)


class PrimaryKeyModel(UpdatesByKey[PK], OneKey[PK], _WritableModel):
    """A model whose table has a partition key only.

    `PrimaryKeyModel[str]` names the type of the key for type checkers; without it, any value is accepted.
    """

    @classmethod
    def __pydamo_has_sort_key__(cls) -> bool:
        """Say that the items have no sort key."""
        return False

    @classmethod
    def key(cls, partition_key_value: PK) -> Key[Self]:
        """Return the key of an item, for transactions.

        Args:
            partition_key_value: The key, as a value of the model's field.
        """
        return Key(cls, (partition_key_value,))

    @classmethod
    def batch_writer(cls) -> BatchWriter[Self, PK, NoReturn]:
        """Return a writer for many items, to be used in a `with` block (DynamoDB's BatchWriteItem)."""
        return BatchWriter(cls)

    @classmethod
    def get_item(cls, partition_key_value: PK, *, consistent_read: bool = False) -> Self | None:
        """Read the item with this key, None if there is none (DynamoDB's GetItem).

        Args:
            partition_key_value: The key, as a value of the model's field.
            consistent_read: Return the latest confirmed data; costs twice as much.

        Raises:
            InvalidKeyValueError: The value cannot be a key of the table.
            pydantic.ValidationError: The item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        return perform(cls, single.get_item, partition_key_value, MISSING, consistent_read=consistent_read)

    @classmethod
    def batch_get(cls, keys: Iterable[PK], *, consistent_read: bool = False) -> list[Self | None]:
        """Read the items with these keys, None where there is none, in the order of the keys (DynamoDB's BatchGetItem).

        Keys are sent 100 to a request, each once. What DynamoDB leaves unprocessed is asked for again, after growing
        pauses of 5 seconds at most, until ten requests in a row have read nothing.

        Args:
            keys: The keys, as values of the model's field.
            consistent_read: Return the latest confirmed data; costs twice as much.

        Raises:
            InvalidRequestError: What was given is no list of keys.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: Not all items could be read; the error holds those that were.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        return perform(cls, batch_get.batch_get, keys, consistent_read=consistent_read)

    @classmethod
    def delete_item(
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
        perform(
            cls,
            single.delete_item,
            partition_key_value,
            MISSING,
            condition=condition,
            return_item_on_failure=return_item_on_failure,
        )


class PrimaryKeyAndSortKeyModel(UpdatesByTwoKeys[PK, SK], TwoKeys[PK, SK], _WritableModel):
    """A model whose table has a partition key and a sort key.

    `PrimaryKeyAndSortKeyModel[str, int]` names the types of both keys for type checkers; without them, any values are
    accepted. To leave out the sort key's value where one is needed raises MissingSortKeyValueError.
    """

    @classmethod
    def __pydamo_has_sort_key__(cls) -> bool:
        """Say that the items have a sort key."""
        return True

    @classmethod
    def key(cls, partition_key_value: PK, sort_key_value: SK) -> Key[Self]:
        """Return the key of an item, for transactions.

        Args:
            partition_key_value: The partition key, as a value of the model's field.
            sort_key_value: The sort key, likewise.
        """
        return Key(cls, (partition_key_value, sort_key_value))

    @classmethod
    def batch_writer(cls) -> BatchWriter[Self, PK, SK]:
        """Return a writer for many items, to be used in a `with` block (DynamoDB's BatchWriteItem)."""
        return BatchWriter(cls)

    @classmethod
    def get_item(
        cls, partition_key_value: PK, sort_key_value: SK = MISSING, *, consistent_read: bool = False
    ) -> Self | None:
        """Read the item with this key, None if there is none (DynamoDB's GetItem).

        Args:
            partition_key_value: The partition key, as a value of the model's field.
            sort_key_value: The sort key, likewise.
            consistent_read: Return the latest confirmed data; costs twice as much.

        Raises:
            MissingSortKeyValueError: No sort key was given.
            InvalidKeyValueError: A value cannot be a key of the table.
            pydantic.ValidationError: The item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        return perform(cls, single.get_item, partition_key_value, sort_key_value, consistent_read=consistent_read)

    @classmethod
    def batch_get(cls, keys: Iterable[tuple[PK, SK]], *, consistent_read: bool = False) -> list[Self | None]:
        """Read the items with these keys, None where there is none, in the order of the keys (DynamoDB's BatchGetItem).

        Keys are sent 100 to a request, each once. What DynamoDB leaves unprocessed is asked for again, after growing
        pauses of 5 seconds at most, until ten requests in a row have read nothing.

        Args:
            keys: The keys, each a tuple of the values of the partition key and the sort key.
            consistent_read: Return the latest confirmed data; costs twice as much.

        Raises:
            InvalidRequestError: What was given is no list of keys.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: Not all items could be read; the error holds those that were.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        return perform(cls, batch_get.batch_get, keys, consistent_read=consistent_read)

    @classmethod
    def delete_item(
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
        perform(
            cls,
            single.delete_item,
            partition_key_value,
            sort_key_value,
            condition=condition,
            return_item_on_failure=return_item_on_failure,
        )

    @overload
    @classmethod
    def query(
        cls,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        index_name: None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | None = None,
    ) -> QueryResult[Self]: ...

    @overload
    @classmethod
    def query(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        index_name: str,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | None = None,
    ) -> QueryResult[Self]: ...

    @classmethod
    def query(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | None = None,
    ) -> QueryResult[Self]:
        """Read one page of the items with this partition key, in the order of the sort key (DynamoDB's Query).

        Args:
            partition_key_value: The partition key of the table, or of the index, as a value of the model's field.
            sort_key_condition: One comparison of the sort key of what is queried: `==`, `<`, `<=`, `>`, `>=`,
                `between()` or `begins_with()`.
            filter_condition: What must hold of an item to be returned; applied after reading: filtered items cost
                the same. It cannot be about the keys of what is queried.
            limit: How many items to look at, at most, before the filter; without it, as many as fit into 1 MB.
            index_name: The secondary index to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data; not on a global secondary index.
            scan_index_forward: Go up in the order of the sort key; False goes down.
            exclusive_start_key: The `last_evaluated_key` of an earlier page, to continue after it.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError: The value cannot be the partition key of what is queried.
            InvalidConditionError: A condition does not fit where it stands, or an operand does not fit its field.
            InvalidRequestError: The other options do not fit together, or the start key is not of this query.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        wanted = query.Query(
            partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            limit=limit,
            index_name=index_name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            exclusive_start_key=exclusive_start_key,
        )
        return perform(cls, query.query, wanted)

    @overload
    @classmethod
    def query_all(
        cls,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        index_name: None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
    ) -> list[Self]: ...

    @overload
    @classmethod
    def query_all(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        index_name: str,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
    ) -> list[Self]: ...

    @classmethod
    def query_all(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
    ) -> list[Self]:
        """Read all items with this partition key, page after page (DynamoDB's Query, as often as needed).

        Args:
            partition_key_value: The partition key of the table, or of the index, as a value of the model's field.
            sort_key_condition: One comparison of the sort key of what is queried: `==`, `<`, `<=`, `>`, `>=`,
                `between()` or `begins_with()`.
            filter_condition: What must hold of an item to be returned; applied after reading: filtered items cost
                the same. It cannot be about the keys of what is queried.
            index_name: The secondary index to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data; not on a global secondary index.
            scan_index_forward: Go up in the order of the sort key; False goes down.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError: The value cannot be the partition key of what is queried.
            InvalidConditionError: A condition does not fit where it stands, or an operand does not fit its field.
            InvalidRequestError: The options do not fit together.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        wanted = query.Query(
            partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            index_name=index_name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
        )
        return perform(cls, query.query_all, wanted)


PKModel = PrimaryKeyModel
PKSKModel = PrimaryKeyAndSortKeyModel

make_way(PrimaryKeyModel, "key")
make_way(PrimaryKeyAndSortKeyModel, "key")
