"""Scans of the models of a collection: asynchronous models that share a table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Generic, TypeVar, overload

from pydantic import BaseModel

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.results import QueryResult
from pydamodb._expressions.conditions import Condition
from pydamodb._models.base import DynamoModel, ProjectionT
from pydamodb._models.connection import Driver, Kinds
from pydamodb._operations import kinds, scan

ModelT = TypeVar("ModelT", bound=DynamoModel)


class AsyncKindScans(Generic[ModelT]):
    """Scans of several models: one request for a page of all their items."""

    _kinds: Kinds
    _driver: Driver

    @overload
    async def scan(
        self,
        *,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> QueryResult[ModelT]: ...

    @overload
    async def scan(
        self,
        *,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> QueryResult[ProjectionT]: ...

    async def scan(
        self,
        *,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> QueryResult[Any]:
        """Read one page of the items of the table, in no particular order (DynamoDB's Scan).

        Items of models that are not in the collection are left out.

        Args:
            filter_condition: A condition on attributes, applied after the read: excluded items cost the same. It goes
                by the names of fields: models that do not have them are left out.
            limit: The maximum number of items to evaluate, before the filter; None means as many as fit into 1 MB.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            segment: The segment to read, counted from 0; other workers read the other segments.
            total_segments: The number of segments, 1,000,000 at most.
            exclusive_start_key: The `last_evaluated_key` or `cursor` of the previous page of this collection.
            projection: A smaller Pydantic model to return instead; all models need its fields.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            ConfigurationError: The models have no templates, or not the same table.
            InvalidConditionError, InvalidRequestError: An argument does not fit.
            InvalidItemError: An item does not fit its model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition,
            limit=limit,
            consistent_read=consistent_read,
            segment=segment,
            total_segments=total_segments,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
            on_invalid=on_invalid,
            index_name=self._kinds.index_name,
        )
        page: QueryResult[Any] = await self._driver.execute(self._kinds, kinds.scan, wanted)
        return page

    @overload
    async def scan_all(
        self,
        *,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        total_segments: int = 1,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> list[ModelT]: ...

    @overload
    async def scan_all(
        self,
        *,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        total_segments: int = 1,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> list[ProjectionT]: ...

    async def scan_all(
        self,
        *,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        total_segments: int = 1,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> list[Any]:
        """Read all items of the table (DynamoDB's Scan, with pagination).

        The arguments and the errors are those of `scan`. `total_segments` is the number
        of segments to read in parallel.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition,
            consistent_read=consistent_read,
            projection=projection,
            on_invalid=on_invalid,
            index_name=self._kinds.index_name,
        )
        items: list[Any] = await self._driver.segments.read_segments(
            self._kinds, wanted, total_segments, kinds.scan_segments
        )
        return items

    @overload
    def scan_iter(
        self,
        *,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> AsyncIterator[ModelT]: ...

    @overload
    def scan_iter(
        self,
        *,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> AsyncIterator[ProjectionT]: ...

    def scan_iter(
        self,
        *,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> AsyncIterator[Any]:
        """Return an iterator over the items of the table (DynamoDB's Scan, with pagination).

        Checks and requests begin when the first item is read. The arguments and the errors are those of `scan`.
        `page_size` is the `limit` of each request, `max_items` the maximum number of items to return.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition,
            limit=page_size,
            max_items=max_items,
            consistent_read=consistent_read,
            segment=segment,
            total_segments=total_segments,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
            on_invalid=on_invalid,
            index_name=self._kinds.index_name,
        )
        items: AsyncIterator[Any] = self._driver.iterate(self._kinds, kinds.plan_scan, wanted)
        return items

    async def scan_count(self, *, filter_condition: Condition | None = None, consistent_read: bool = False) -> int:
        """Count the items of the table (DynamoDB's Scan, with pagination).

        The arguments and the errors are those of `scan`.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition,
            consistent_read=consistent_read,
            count=True,
            index_name=self._kinds.index_name,
        )
        count: int = await self._driver.execute(self._kinds, kinds.scan_count, wanted)
        return count
