# Generated from pydamodb/_models/_async/queries.py by scripts/generate_sync.py: do not edit.
"""The methods of synchronous models that query tables and indexes: by page, all at once, and one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, overload

from pydantic import BaseModel
from typing_extensions import Self

from pydamodb._core.results import QueryResult
from pydamodb._expressions.conditions import Condition
from pydamodb._models._sync.driver import execute, iterate
from pydamodb._models.base import PK, Methods, QueriedBy, check_index_name
from pydamodb._operations import query

ProjectionT = TypeVar("ProjectionT", bound=BaseModel)


class Queries(QueriedBy[PK], Methods):
    """Queries of a table with a sort key, and of the indexes of any table."""

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
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
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
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
    ) -> QueryResult[Self]: ...

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
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
    ) -> QueryResult[ProjectionT]: ...

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
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
    ) -> QueryResult[ProjectionT]: ...

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
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[BaseModel] | None = None,
    ) -> QueryResult[Any]:
        """Read one page of the items with this partition key, in sort key order (DynamoDB's Query).

        Args:
            partition_key_value: The partition key of the table or index; a tuple if it has several attributes.
            sort_key_condition: One comparison of the sort key: `==`, `<`, `<=`, `>`, `>=`, `between()`, `begins_with()`.
            filter_condition: What must hold of an item to be returned; applied after reading: filtered items cost
                the same. It cannot be about the keys of what is queried.
            limit: How many items to look at, at most, before the filter; without it, as many as fit into 1 MB.
            index_name: The secondary index to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data; not on a global secondary index.
            scan_index_forward: Go up in the order of the sort key; False goes down.
            exclusive_start_key: The `last_evaluated_key` or the `cursor` of an earlier page, to continue after it.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError: The value cannot be the partition key of what is queried.
            InvalidConditionError: A condition does not fit where it stands, or an operand does not fit its field.
            InvalidRequestError: The options do not fit together, or a start key, an index or a projection does not fit.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        check_index_name(cls, "query", index_name)
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            limit=limit,
            index_name=index_name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
        )
        return execute(cls, query.query, wanted)

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
        projection: None = None,
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
        projection: None = None,
    ) -> list[Self]: ...

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
        projection: type[ProjectionT],
    ) -> list[ProjectionT]: ...

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
        projection: type[ProjectionT],
    ) -> list[ProjectionT]: ...

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
        projection: type[BaseModel] | None = None,
    ) -> list[Any]:
        """Read all items with this partition key, page after page (DynamoDB's Query, as often as needed).

        Args:
            partition_key_value: The partition key of the table or index; a tuple if it has several attributes.
            sort_key_condition: One comparison of the sort key: `==`, `<`, `<=`, `>`, `>=`, `between()`, `begins_with()`.
            filter_condition: What must hold of an item to be returned; applied after reading: filtered items cost
                the same. It cannot be about the keys of what is queried.
            index_name: The secondary index to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data; not on a global secondary index.
            scan_index_forward: Go up in the order of the sort key; False goes down.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError: The value cannot be the partition key of what is queried.
            InvalidConditionError: A condition does not fit where it stands, or an operand does not fit its field.
            InvalidRequestError: The options do not fit together, or a start key, an index or a projection does not fit.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        check_index_name(cls, "query_all", index_name)
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            index_name=index_name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            projection=projection,
        )
        return execute(cls, query.query_all, wanted)

    @overload
    @classmethod
    def query_iter(
        cls,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        index_name: None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
    ) -> Iterator[Self]: ...

    @overload
    @classmethod
    def query_iter(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        index_name: str,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
    ) -> Iterator[Self]: ...

    @overload
    @classmethod
    def query_iter(
        cls,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        index_name: None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
    ) -> Iterator[ProjectionT]: ...

    @overload
    @classmethod
    def query_iter(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        index_name: str,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
    ) -> Iterator[ProjectionT]: ...

    @classmethod
    def query_iter(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[BaseModel] | None = None,
    ) -> Iterator[Any]:
        """Read the items with this partition key one by one (DynamoDB's Query, page by page).

        Nothing is checked or sent before the first item is asked for, and no more than a page is kept.

        Args:
            partition_key_value: The partition key of the table or index; a tuple if it has several attributes.
            sort_key_condition: One comparison of the sort key: `==`, `<`, `<=`, `>`, `>=`, `between()`, `begins_with()`.
            filter_condition: What must hold of an item to be returned; applied after reading: filtered items cost
                the same. It cannot be about the keys of what is queried.
            page_size: How many items to look at with each request, before the filter; without it, as many as fit
                into 1 MB.
            max_items: How many items to return, at most.
            index_name: The secondary index to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data; not on a global secondary index.
            scan_index_forward: Go up in the order of the sort key; False goes down.
            exclusive_start_key: The `last_evaluated_key` or the `cursor` of an earlier page, to continue after it.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError: The value cannot be the partition key of what is queried.
            InvalidConditionError: A condition does not fit where it stands, or an operand does not fit its field.
            InvalidRequestError: The options do not fit together, or a start key, an index or a projection does not fit.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        check_index_name(cls, "query_iter", index_name)
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            limit=page_size,
            max_items=max_items,
            index_name=index_name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
        )
        return iterate(cls, query.plan, wanted)
