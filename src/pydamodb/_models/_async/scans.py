"""The methods of asynchronous models that scan tables and indexes: by page, all at once, and one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar, overload

from pydantic import BaseModel
from typing_extensions import Self

from pydamodb._core.results import QueryResult
from pydamodb._expressions.conditions import Condition
from pydamodb._models._async.driver import execute, iterate
from pydamodb._models._async.segments import read_segments
from pydamodb._models.base import Methods
from pydamodb._operations import scan

ProjectionT = TypeVar("ProjectionT", bound=BaseModel)


class AsyncScans(Methods):
    """Scans of a table, and of its indexes."""

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
    ) -> QueryResult[Any]:
        """Read one page of all items of the table, in no order (DynamoDB's Scan).

        Args:
            filter_condition: What must hold of an item to be returned; applied after reading: filtered items cost
                the same.
            limit: How many items to look at, at most, before the filter; without it, as many as fit into 1 MB.
            index_name: The secondary index to scan instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data; not on a global secondary index.
            segment: The part of the table to read, from 0 on, where others read the rest at the same time.
            total_segments: How many parts there are, 1,000,000 at most.
            exclusive_start_key: The `last_evaluated_key` or the `cursor` of an earlier page, to continue after it.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidConditionError: An operand of the condition does not fit its field.
            InvalidRequestError: The options do not fit together, or a start key, an index or a projection does not fit.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
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
    ) -> list[Any]:
        """Read all items of the table, page after page (DynamoDB's Scan, as often as needed).

        Args:
            filter_condition: What must hold of an item to be returned; applied after reading: filtered items cost
                the same.
            index_name: The secondary index to scan instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data; not on a global secondary index.
            total_segments: How many parts to read at the same time, 1,000,000 at most.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidConditionError: An operand of the condition does not fit its field.
            InvalidRequestError: The options do not fit together, or a start key, an index or a projection does not fit.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition,
            index_name=index_name,
            consistent_read=consistent_read,
            projection=projection,
        )
        return await read_segments(cls, wanted, total_segments)

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
    ) -> AsyncIterator[Any]:
        """Read the items of the table one by one (DynamoDB's Scan, page by page).

        Nothing is checked or sent before the first item is asked for, and no more than a page is kept.

        Args:
            filter_condition: What must hold of an item to be returned; applied after reading: filtered items cost
                the same.
            page_size: How many items to look at with each request, before the filter; without it, as many as fit
                into 1 MB.
            max_items: How many items to return, at most.
            index_name: The secondary index to scan instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data; not on a global secondary index.
            segment: The part of the table to read, from 0 on, where others read the rest at the same time.
            total_segments: How many parts there are, 1,000,000 at most.
            exclusive_start_key: The `last_evaluated_key` or the `cursor` of an earlier page, to continue after it.
            projection: A smaller Pydantic model to read instead: only the attributes that it has fields for.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidConditionError: An operand of the condition does not fit its field.
            InvalidRequestError: The options do not fit together, or a start key, an index or a projection does not fit.
            pydantic.ValidationError: An item does not fit the model.
            OperationError: DynamoDB refused, or could not be reached.
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
        )
        return iterate(cls, scan.plan, wanted)
