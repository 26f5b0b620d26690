# Generated from pydamodb/_models/_async/queries.py by scripts/generate_sync.py: do not edit.
"""The methods of synchronous models that query tables and indexes: one page, all items, or an iterator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, overload

from pydantic import BaseModel
from typing_extensions import Self

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.results import QueryResult
from pydamodb._expressions.conditions import Condition
from pydamodb._models._sync.driver import execute, iterate
from pydamodb._models.base import PK, Methods, ProjectionT, QueriedBy, check_index_name
from pydamodb._operations import query


class Model(QueriedBy[PK], Methods):
    """Queries of tables with a sort key, and of the indexes of any table."""

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
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> QueryResult[Any]:
        """Read one page of the items with this partition key, in sort key order (DynamoDB's Query).

        Args:
            partition_key_value: The partition key of the table or index; a tuple if it has several attributes.
            sort_key_condition: A condition on the sort key: `==`, `<`, `<=`, `>`, `>=`, `between()`, `begins_with()`.
            filter_condition: A condition on non-key attributes, applied after the read: excluded items cost the same.
            limit: The maximum number of items to evaluate, before the filter; None means as many as fit into 1 MB.
            index_name: The GSI or LSI to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            scan_index_forward: Return items in ascending order of the sort key; False means descending order.
            exclusive_start_key: The `last_evaluated_key` or `cursor` of the previous page, for pagination.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError: The value cannot be the partition key of the table or index.
            InvalidConditionError: A condition is not allowed here, or an operand does not fit its field.
            InvalidRequestError: The options contradict each other, or a start key, index or projection does not fit.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
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
            on_invalid=on_invalid,
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
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> list[Any]:
        """Read all items with this partition key (DynamoDB's Query, with pagination).

        Args:
            partition_key_value: The partition key of the table or index; a tuple if it has several attributes.
            sort_key_condition: A condition on the sort key: `==`, `<`, `<=`, `>`, `>=`, `between()`, `begins_with()`.
            filter_condition: A condition on non-key attributes, applied after the read: excluded items cost the same.
            index_name: The GSI or LSI to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            scan_index_forward: Return items in ascending order of the sort key; False means descending order.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError, InvalidConditionError, InvalidRequestError: An argument does not fit, as for `query`.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
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
            on_invalid=on_invalid,
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
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
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
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> Iterator[Any]:
        """Return an iterator over the items with this partition key (DynamoDB's Query, with pagination).

        Checks and requests begin when the first item is read. Only one page is in memory.

        Args:
            partition_key_value: The partition key of the table or index; a tuple if it has several attributes.
            sort_key_condition: A condition on the sort key: `==`, `<`, `<=`, `>`, `>=`, `between()`, `begins_with()`.
            filter_condition: A condition on non-key attributes, applied after the read: excluded items cost the same.
            page_size: The `limit` of each request, before the filter; None means as many items as fit into 1 MB.
            max_items: The maximum number of items to return.
            index_name: The GSI or LSI to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            scan_index_forward: Return items in ascending order of the sort key; False means descending order.
            exclusive_start_key: The `last_evaluated_key` or `cursor` of the previous page, for pagination.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError, InvalidConditionError, InvalidRequestError: An argument does not fit, as for `query`.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
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
            on_invalid=on_invalid,
        )
        return iterate(cls, query.plan, wanted)
