"""The batch writer: collects puts and deletes, and writes them 25 to a request."""

from __future__ import annotations

from types import TracebackType
from typing import Generic

from typing_extensions import NamedTuple, Self, TypeVar

from pydamodb._model import PK, SK, Connection, DynamoModel, connect
from pydamodb._operations import batch
from pydamodb._operations.keys import MISSING
from pydamodb.exceptions import InvalidRequestError

__all__ = ["BatchWriter"]

ModelT = TypeVar("ModelT", bound=DynamoModel)


class _Open(NamedTuple, Generic[ModelT]):
    """A writer in use: where it writes to, and what it has not written yet."""

    connection: Connection[ModelT]
    buffer: batch.Buffer


class BatchWriter(Generic[ModelT, PK, SK]):
    """Writes many items with few requests (DynamoDB's BatchWriteItem); made by `Model.batch_writer()`.

    Writes are sent in requests of 25. The rest is sent when the `with` block ends, even if it ends with an exception.
    For one key only the last write counts. What DynamoDB leaves unprocessed is sent again, after growing pauses of 5
    seconds at most, until ten requests in a row have written nothing. A batch has no conditions and is not atomic.

    Use a writer in one thread only.
    """

    def __init__(self, model: type[ModelT]) -> None:
        """Start with nothing to write."""
        self._model = model
        self._open: _Open[ModelT] | None = None

    def __enter__(self) -> Self:
        """Start to collect, for the table that the model has now.

        Raises:
            ConfigurationError: The model has no `pydamo_config`.
            InvalidRequestError: The writer is in use already.
        """
        if self._open is not None:
            name = self._model.__name__
            message = f"this batch writer of {name} is in use already: make another with {name}.batch_writer()"
            raise InvalidRequestError(message, model_name=name)
        self._open = _Open(connect(self._model), batch.Buffer())
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Send what is left.

        Raises:
            UnprocessedItemsError: Not all of it could be written; the error holds what is not confirmed.
        """
        (connection, buffer), self._open = self._opened(), None
        connection.perform(batch.flush, buffer)

    def put(self, item: ModelT) -> None:
        """Write an item, replacing one with the same key.

        Raises:
            ItemEncodingError: A value is missing, or cannot be stored exactly; the item is not taken.
            InvalidKeyValueError: A key attribute is absent, empty or of the wrong type; the item is not taken.
            UnprocessedItemsError: The batch that this item made full could not be written.
        """
        connection, buffer = self._opened()
        connection.perform(batch.buffer_put, buffer, item)

    def delete(self, item: ModelT) -> None:
        """Delete the item of a model, found by its key.

        Raises:
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            UnprocessedItemsError: The batch that this delete made full could not be written.
        """
        connection, buffer = self._opened()
        connection.perform(batch.buffer_delete, buffer, item)

    def delete_item(self, partition_key_value: PK, sort_key_value: SK = MISSING) -> None:
        """Delete an item by its key.

        Raises:
            MissingSortKeyValueError: The table has a sort key and no value was given for it.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: The batch that this delete made full could not be written.
        """
        connection, buffer = self._opened()
        connection.perform(batch.buffer_delete_item, buffer, partition_key_value, sort_key_value)

    def _opened(self) -> _Open[ModelT]:
        if self._open is None:
            name = self._model.__name__
            message = f"use the batch writer in a with block: `with {name}.batch_writer() as writer: ...`"
            raise InvalidRequestError(message, model_name=name)
        return self._open
