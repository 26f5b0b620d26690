"""Queries of the models of a collection: asynchronous models that share partitions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Generic, TypeVar, overload

from pydantic import BaseModel

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.results import QueryResult
from pydamodb._expressions.conditions import Condition
from pydamodb._models.base import PK, DynamoModel, ProjectionT
from pydamodb._models.connection import Driver, Kinds
from pydamodb._operations import kinds, query

ModelT = TypeVar("ModelT", bound=DynamoModel)


class AsyncKindQueries(Generic[ModelT, PK]):
    """Queries of several models: one request for a page of all their items."""

    _kinds: Kinds
    _driver: Driver

    @overload
    async def query(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> QueryResult[ModelT]: ...

    @overload
    async def query(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> QueryResult[ProjectionT]: ...

    async def query(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> QueryResult[Any]:
        """Read one page of the items with this partition key, in the order of the sort key (DynamoDB's Query).

        Items of models that are not in the collection are left out.

        Args:
            partition_key_value: The parts of the partition key: one value, or a tuple of several.
            sort_key_condition: A condition on the parts of the sort key. It goes by their names: models whose sort key
                does not have them are left out.
            filter_condition: A condition on other attributes, applied after the read: excluded items cost the same. It
                goes by the names of fields: models that do not have them are left out.
            limit: The maximum number of items to evaluate, before the filter; None means as many as fit into 1 MB.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            scan_index_forward: Return items in ascending order of the sort key; False means descending order.
            exclusive_start_key: The `last_evaluated_key` or `cursor` of the previous page of this collection.
            projection: A smaller Pydantic model to return instead; all models need its fields.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            ConfigurationError: The models have no templates, or not the same table.
            InvalidKeyValueError, InvalidConditionError, InvalidRequestError: An argument does not fit.
            InvalidItemError: An item does not fit its model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            limit=limit,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
            on_invalid=on_invalid,
            index_name=self._kinds.index_name,
        )
        page: QueryResult[Any] = await self._driver.execute(self._kinds, kinds.query, wanted)
        return page

    @overload
    async def query_all(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> list[ModelT]: ...

    @overload
    async def query_all(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> list[ProjectionT]: ...

    async def query_all(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> list[Any]:
        """Read all items with this partition key, in the order of the sort key (DynamoDB's Query, with pagination).

        The arguments and the errors are those of `query`.
        """
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            projection=projection,
            on_invalid=on_invalid,
            index_name=self._kinds.index_name,
        )
        items: list[Any] = await self._driver.execute(self._kinds, kinds.query_all, wanted)
        return items

    @overload
    async def query_first(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> ModelT | None: ...

    @overload
    async def query_first(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> ProjectionT | None: ...

    async def query_first(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> Any:
        """Read the first item with this partition key, None if there is none (DynamoDB's Query).

        Without a filter, a request reads one item. With a filter, it reads pages until an item meets the filter. The
        arguments and the errors are those of `query`.
        """
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            projection=projection,
            on_invalid=on_invalid,
            index_name=self._kinds.index_name,
        )
        return await self._driver.execute(self._kinds, kinds.query_first, wanted)

    @overload
    def query_iter(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> AsyncIterator[ModelT]: ...

    @overload
    def query_iter(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> AsyncIterator[ProjectionT]: ...

    def query_iter(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> AsyncIterator[Any]:
        """Return an iterator over the items with this partition key (DynamoDB's Query, with pagination).

        Checks and requests begin when the first item is read. The arguments and the errors are those of `query`.
        `page_size` is the `limit` of each request, `max_items` the maximum number of items to return.
        """
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            limit=page_size,
            max_items=max_items,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
            on_invalid=on_invalid,
            index_name=self._kinds.index_name,
        )
        items: AsyncIterator[Any] = self._driver.iterate(self._kinds, kinds.plan_query, wanted)
        return items

    async def query_count(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
    ) -> int:
        """Count the items with this partition key (DynamoDB's Query, with pagination).

        The arguments and the errors are those of `query`.
        """
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            consistent_read=consistent_read,
            count=True,
            index_name=self._kinds.index_name,
        )
        count: int = await self._driver.execute(self._kinds, kinds.query_count, wanted)
        return count
