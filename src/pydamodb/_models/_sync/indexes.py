# Generated from pydamodb/_models/awaited_indexes.py by scripts/generate_sync.py: do not edit.
"""The index of a synchronous model, as the model's class attribute gives it: queries with the type of its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from pydantic import BaseModel

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.results import QueryResult
from pydamodb._expressions.conditions import Condition
from pydamodb._models.base import PK, CollectedTypes, DynamoModel, ProjectionT

ModelT = TypeVar("ModelT", bound=DynamoModel)


class ModelIndex(Generic[ModelT, PK]):
    """An index of a model: `Order.by_status` has the queries of `Order`, on the index, with the type of its key."""

    def __init__(self, model: type[ModelT], name: str) -> None:
        """Keep the model, and the name of the index."""
        self._model: Any = model
        self._name = name

    if TYPE_CHECKING:

        def _pydamo_kind(self) -> CollectedTypes[PK, ModelT]: ...

    @property
    def __pydamo_source__(self) -> tuple[type[ModelT], str]:
        """The model, and the name of the index."""
        return self._model, self._name

    def __repr__(self) -> str:
        return f"{self._model.__name__}'s index {self._name!r}"

    @overload
    def query(
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
    def query(
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

    def query(
        self,
        partition_key_value: Any,
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
        """Read one page of the items with this partition key of the index, as `query` of the model does.

        Args:
            partition_key_value: The parts of the partition key of the index: one value, or a tuple of several.
            sort_key_condition: A condition on the parts of the sort key: `==`, `<`, `between()`, `begins_with()`, ...
            filter_condition: A condition on non-key attributes, applied after the read: excluded items cost the same.
            limit: The maximum number of items to evaluate, before the filter; None means as many as fit into 1 MB.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.
            scan_index_forward: Return items in ascending order of the sort key; False means descending order.
            exclusive_start_key: The `last_evaluated_key` or `cursor` of the previous page, for pagination.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError, InvalidConditionError, InvalidRequestError: An argument does not fit.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        result: QueryResult[Any] = self._model.query(
            partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            limit=limit,
            index_name=self._name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
            on_invalid=on_invalid,
        )
        return result

    @overload
    def query_all(
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
    def query_all(
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

    def query_all(
        self,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> list[Any]:
        """Read all items with this partition key of the index, as `query_all` of the model does.

        The arguments and the errors are those of `query`.
        """
        result: list[Any] = self._model.query_all(
            partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            index_name=self._name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            projection=projection,
            on_invalid=on_invalid,
        )
        return result

    @overload
    def query_first(
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
    def query_first(
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

    def query_first(
        self,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> Any:
        """Read the first item with this partition key of the index, None if there is none.

        Without a filter, a request reads one item. With a filter, it reads pages until an item meets the filter. The
        arguments and the errors are those of `query`.
        """
        return self._model.query_first(
            partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            index_name=self._name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            projection=projection,
            on_invalid=on_invalid,
        )

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
    ) -> Iterator[ModelT]: ...

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
    ) -> Iterator[ProjectionT]: ...

    def query_iter(
        self,
        partition_key_value: Any,
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
    ) -> Iterator[Any]:
        """Return an iterator over the items with this partition key, as `query_iter` of the model does.

        The arguments and the errors are those of `query`. `page_size` is the `limit` of each request, `max_items`
        the maximum number of items to return.
        """
        items: Iterator[Any] = self._model.query_iter(
            partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            page_size=page_size,
            max_items=max_items,
            index_name=self._name,
            consistent_read=consistent_read,
            scan_index_forward=scan_index_forward,
            exclusive_start_key=exclusive_start_key,
            projection=projection,
            on_invalid=on_invalid,
        )
        return items

    def query_count(
        self,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        consistent_read: bool = False,
    ) -> int:
        """Count the items with this partition key of the index, as `query_count` of the model does.

        The arguments and the errors are those of `query`.
        """
        count: int = self._model.query_count(
            partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            index_name=self._name,
            consistent_read=consistent_read,
        )
        return count
