# Generated from pydamodb/_models/awaited_collections.py by scripts/generate_sync.py: do not edit.
"""Collections of synchronous models: models that share a table, or an index, and are read together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import iscoroutinefunction
from types import TracebackType
from typing import Any, Generic, TypeVar, overload

from pydantic import BaseModel
from typing_extensions import Self

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.keys import Key
from pydamodb._models._sync.kind_queries import KindQueries
from pydamodb._models._sync.kind_scans import KindScans
from pydamodb._models.base import PK, CollectedKind, DynamoModel, ProjectionT
from pydamodb._models.connection import Driver
from pydamodb._models.item_forms import read_item
from pydamodb._models.kind_checks import kinds_of
from pydamodb._models.kind_streams import read_record_of
from pydamodb._models.streams import StreamRecord
from pydamodb._operations import batch_get

ModelT = TypeVar("ModelT", bound=DynamoModel)


class CollectionWriter(Generic[ModelT]):
    """A writer of many items of several models with few requests (DynamoDB's BatchWriteItem).

    `collection(...).batch_writer()` makes it. It works as the batch writer of a model does.
    """

    def __init__(self, writer: Any) -> None:
        """Keep the writer."""
        self._writer = writer

    def __enter__(self) -> Self:
        """Start to collect writes for the current tables of the models.

        Raises:
            ConfigurationError: A model has no `pydamo_config`.
            InvalidRequestError: The writer is in use already, or the models use different clients.
            InvalidKeySchemaError: The base class or the fields of a model do not fit the keys of its table.
            TableNotFoundError: A table does not exist.
        """
        self._writer.__enter__()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Send the remaining writes.

        Raises:
            UnprocessedItemsError: Some writes are not confirmed; the error holds them.
        """
        self._writer.__exit__(exc_type, exception, traceback)

    def put(self, item: ModelT) -> None:
        """Write an item; an item with the same key is replaced.

        Raises:
            InvalidRequestError: The item is of a model that is not in the collection.
            ItemEncodingError: A value is missing, or cannot be stored exactly; the item is not added.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type; the item is not added.
            UnprocessedItemsError: The batch was full and could not be written.
        """
        self._writer.put(item)

    def delete(self, item: ModelT | Key[ModelT]) -> None:
        """Delete an item, given as a model or by its key, `Model.key(...)`.

        Raises:
            InvalidRequestError: The item is of a model that is not in the collection.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            UnprocessedItemsError: The batch was full and could not be written.
        """
        self._writer.delete(item)


class Collection(KindQueries[ModelT, PK], KindScans[ModelT]):
    """Models whose items are read together: `collection(Customer, Order, Line)`, or `Collection[A | B](A, B)`.

    The models share a table. A query needs partitions that they share too, of the table or of one index. Models without
    a `pydamo_key` can have `batch_get` and `batch_writer` together, also on several tables.

    Args:
        kinds: The models, or one index of each, such as `Order.by_status`.

    Raises:
        ConfigurationError: They cannot be told apart, or are of several tables.
    """

    def __init__(self, *kinds: CollectedKind[PK, ModelT]) -> None:
        self._given = kinds
        self._kinds = kinds_of(kinds, asynchronous=iscoroutinefunction(CollectionWriter[Any].put))
        first: Any = self._kinds.models[0]
        self._driver: Driver = first.__pydamo_driver__

    def __repr__(self) -> str:
        return self._kinds.__name__

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Pickle and copy what it is of."""
        return type(self), self._given

    @overload
    def batch_get(
        self,
        keys: Iterable[Key[ModelT]],
        *,
        consistent_read: bool = False,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> list[ModelT | None]: ...

    @overload
    def batch_get(
        self,
        keys: Iterable[Key[ModelT]],
        *,
        consistent_read: bool = False,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> list[ProjectionT | None]: ...

    def batch_get(
        self,
        keys: Iterable[Key[ModelT]],
        *,
        consistent_read: bool = False,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> list[Any]:
        """Read the items with these keys, in the same order, None for each missing item (DynamoDB's BatchGetItem).

        A request has at most 100 different keys, of all models and tables.

        Args:
            keys: The keys, `[Customer.key("ann"), Order.key("ann", 7)]`.
            consistent_read: Return the latest confirmed data, at twice the cost.
            projection: A smaller Pydantic model to return instead; all models need its fields.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None for the result.

        Raises:
            InvalidRequestError: The argument is not a list of keys of these models.
            InvalidKeyValueError: A value cannot be a key of its table.
            UnprocessedItemsError: Some items could not be read; the error holds those that were read.
            InvalidItemError: An item does not fit the model of its key.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        items: list[Any] = self._driver.execute(
            self._kinds,
            batch_get.batch_get_kinds,
            keys,
            consistent_read=consistent_read,
            projection=projection,
            on_invalid=on_invalid,
        )
        return items

    def batch_writer(self) -> CollectionWriter[ModelT]:
        """Return a writer for a `with` block, which takes items of these models (DynamoDB's BatchWriteItem)."""
        return CollectionWriter(self._driver.batch.BatchWriter(self._kinds))

    def from_item(self, item: Mapping[str, Any]) -> ModelT:
        """Read an item as `from_item` of its model does. No request is sent.

        Args:
            item: The attributes of a whole item in DynamoDB's JSON, `{"name": {"S": "Homer"}}`.

        Raises:
            ConfigurationError: The models have no templates, so that nothing says of which one the item is.
            InvalidRequestError: The argument is not such an item.
            InvalidItemError: The item does not fit its model.
            ForeignItemError: The item is of none of these models; it is an InvalidItemError.
        """
        model: ModelT = read_item(self._kinds, item, "from_item")
        return model

    def from_stream_record(self, record: Mapping[str, Any]) -> StreamRecord[ModelT] | None:
        """Read a record of DynamoDB Streams as `from_stream_record` of its model does. No request is sent.

        None is returned for a record about an item of another model.

        Args:
            record: `event["Records"][i]` of a Lambda event, a record from boto3's `get_records`, or the decoded data of
                a Kinesis record.

        Raises:
            ConfigurationError: The models have no templates, so that nothing says of which one the item is.
            InvalidRequestError: The argument is not such a record.
            InvalidItemError: An image does not fit its model.
        """
        found: StreamRecord[Any] | None = read_record_of(self._kinds, record)
        return found
