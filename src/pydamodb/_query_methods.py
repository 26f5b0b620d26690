"""The methods that read the items of one partition: `query` and its kin, where items have a sort key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, overload

from typing_extensions import Self

from pydamodb._model import PK, SK, DynamoModel, TwoKeys, perform
from pydamodb._operations import query
from pydamodb.conditions import Condition
from pydamodb.results import QueryResult

__all__ = ["QueriesByTwoKeys"]


class QueriesByTwoKeys(TwoKeys[PK, SK], DynamoModel):
    """Queries of items with a partition key and a sort key."""

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
