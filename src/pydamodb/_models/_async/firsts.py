"""The method of asynchronous models that reads the first item of a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from pydantic import BaseModel
from typing_extensions import Self

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._expressions.conditions import Condition
from pydamodb._models._async.driver import execute
from pydamodb._models.base import PK, Methods, ProjectionT, QueriedBy, check_index_name
from pydamodb._operations import query


class AsyncModel(QueriedBy[PK], Methods):
    """The first item of a partition."""

    @overload
    @classmethod
    async def query_first(
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
    ) -> Self | None: ...

    @overload
    @classmethod
    async def query_first(
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
    ) -> Self | None: ...

    @overload
    @classmethod
    async def query_first(
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
    ) -> ProjectionT | None: ...

    @overload
    @classmethod
    async def query_first(
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
    ) -> ProjectionT | None: ...

    @classmethod
    async def query_first(
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
    ) -> Any:
        """Read the first item with this partition key, None if there is none (DynamoDB's Query).

        Without a filter, a request reads one item. With a filter, it reads pages until an item meets the filter.

        Args:
            partition_key_value: The partition key of the table or index; a tuple if it has several attributes.
            sort_key_condition: A condition on the sort key: `==`, `<`, `<=`, `>`, `>=`, `between()`, `begins_with()`.
            filter_condition: A condition on non-key attributes, applied after the read: excluded items cost the same.
            index_name: The GSI or LSI to query instead of the table; it must project all required fields.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            scan_index_forward: Begin with the lowest sort key; False begins with the highest.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to go on.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError, InvalidConditionError, InvalidRequestError: An argument does not fit, as for `query`.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        check_index_name(cls, "query_first", index_name)
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
        return await execute(cls, query.query_first, wanted)
