"""The methods of asynchronous models that scan tables and indexes: one page, all items, or an iterator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, overload

from pydantic import BaseModel
from typing_extensions import Self

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.results import QueryResult
from pydamodb._expressions.conditions import Condition
from pydamodb._models._async import segments
from pydamodb._models._async.driver import execute, iterate
from pydamodb._models.base import Methods, ProjectionT
from pydamodb._operations import scan


class AsyncModel(Methods):
    """Scans of tables and of indexes."""

    @overload
    @classmethod
    async def scan(
        cls,
        *,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
    ) -> QueryResult[Self]: ...

    @overload
    @classmethod
    async def scan(
        cls,
        *,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> QueryResult[ProjectionT]: ...

    @classmethod
    async def scan(
        cls,
        *,
        filter_condition: Condition | None = None,
        limit: int | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> QueryResult[Any]:
        """Read one page of the items of the table, in no particular order (DynamoDB's Scan).

        Args:
            filter_condition: A condition on items, applied after the read: excluded items cost the same.
            limit: The maximum number of items to evaluate, before the filter; None means as many as fit into 1 MB.
            index_name: The GSI or LSI to scan instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            segment: The segment to read, counted from 0; other workers read the other segments.
            total_segments: The number of segments, 1,000,000 at most.
            exclusive_start_key: The `last_evaluated_key` or `cursor` of the previous page, for pagination.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidConditionError: An operand of the condition does not fit its field.
            InvalidRequestError: The options contradict each other, or a start key, index or projection does not fit.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition,
            limit=limit,
            index_name=index_name,
            consistent_read=consistent_read,
            segment=segment,
            total_segments=total_segments,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
            on_invalid=on_invalid,
        )
        return await execute(cls, scan.scan, wanted)

    @overload
    @classmethod
    async def scan_all(
        cls,
        *,
        filter_condition: Condition | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        total_segments: int = 1,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
    ) -> list[Self]: ...

    @overload
    @classmethod
    async def scan_all(
        cls,
        *,
        filter_condition: Condition | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        total_segments: int = 1,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> list[ProjectionT]: ...

    @classmethod
    async def scan_all(
        cls,
        *,
        filter_condition: Condition | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        total_segments: int = 1,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> list[Any]:
        """Read all items of the table (DynamoDB's Scan, with pagination).

        Args:
            filter_condition: A condition on items, applied after the read: excluded items cost the same.
            index_name: The GSI or LSI to scan instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            total_segments: The number of segments to read in parallel, 1,000,000 at most.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidConditionError, InvalidRequestError: An argument does not fit, as for `scan`.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition,
            index_name=index_name,
            consistent_read=consistent_read,
            projection=projection,
            on_invalid=on_invalid,
        )
        return await segments.read_segments(cls, wanted, total_segments)

    @overload
    @classmethod
    def scan_iter(
        cls,
        *,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], Self | None] | None = None,
    ) -> AsyncIterator[Self]: ...

    @overload
    @classmethod
    def scan_iter(
        cls,
        *,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> AsyncIterator[ProjectionT]: ...

    @classmethod
    def scan_iter(
        cls,
        *,
        filter_condition: Condition | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
        segment: int | None = None,
        total_segments: int | None = None,
        exclusive_start_key: Mapping[str, Any] | str | None = None,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> AsyncIterator[Any]:
        """Return an iterator over the items of the table (DynamoDB's Scan, with pagination).

        Checks and requests begin when the first item is read. Only one page is in memory.

        Args:
            filter_condition: A condition on items, applied after the read: excluded items cost the same.
            page_size: The `limit` of each request, before the filter; None means as many items as fit into 1 MB.
            max_items: The maximum number of items to return.
            index_name: The GSI or LSI to scan instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            segment: The segment to read, counted from 0; other workers read the other segments.
            total_segments: The number of segments, 1,000,000 at most.
            exclusive_start_key: The `last_evaluated_key` or `cursor` of the previous page, for pagination.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidConditionError, InvalidRequestError: An argument does not fit, as for `scan`.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition,
            limit=page_size,
            max_items=max_items,
            index_name=index_name,
            consistent_read=consistent_read,
            segment=segment,
            total_segments=total_segments,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
            on_invalid=on_invalid,
        )
        return iterate(cls, scan.plan, wanted)
