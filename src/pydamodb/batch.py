"""The batch writer: collects puts and deletes, and writes them 25 to a request."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Generic, TypeVar

from typing_extensions import Self

from pydamodb._model import DynamoModel, perform
from pydamodb._operations import batch
from pydamodb._operations.requests import MISSING
from pydamodb.exceptions import InvalidRequestError

__all__ = ["BatchWriter"]

ModelT = TypeVar("ModelT", bound=DynamoModel)


class BatchWriter(Generic[ModelT]):
    """Writes many items with few requests (DynamoDB's BatchWriteItem); made by `Model.batch_writer()`.

    Up to 25 writes are collected, then sent together; the rest is sent when the `with` block ends, also when it ends
    with an exception. For one key only the last write counts. What DynamoDB leaves unprocessed is sent again, up to ten
    times in a row, after growing pauses of 5 seconds at most. Writes of a batch have no conditions and are not atomic.

    Use a writer in one thread only.
    """

    def __init__(self, model: type[ModelT]) -> None:
        """Start with nothing to write."""
        self._model = model
        self._buffer: batch.Buffer | None = None

    def __enter__(self) -> Self:
        """Start to collect."""
        self._buffer = batch.Buffer()
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
        buffer, self._buffer = self._open_buffer(), None
        if buffer.pending:
            perform(self._model, batch.flush, buffer)

    def put(self, item: ModelT) -> None:
        """Write an item, replacing one with the same key.

        Raises:
            ItemEncodingError: A value cannot be stored exactly; the item is not taken.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type; the item is not taken.
            UnprocessedItemsError: The batch that this item made full could not be written.
        """
        perform(self._model, batch.buffer_put, self._open_buffer(), item)

    def delete(self, item: ModelT) -> None:
        """Delete the item of a model, found by its key.

        Raises:
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            UnprocessedItemsError: The batch that this delete made full could not be written.
        """
        perform(self._model, batch.buffer_delete, self._open_buffer(), item)

    def delete_item(self, partition_key_value: Any, sort_key_value: Any = MISSING) -> None:
        """Delete an item by its key.

        Raises:
            MissingSortKeyValueError: The table has a sort key and no value was given for it.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: The batch that this delete made full could not be written.
        """
        perform(self._model, batch.buffer_delete_item, self._open_buffer(), partition_key_value, sort_key_value)

    def _open_buffer(self) -> batch.Buffer:
        if self._buffer is None:
            name = self._model.__name__
            message = f"use the batch writer in a with block: `with {name}.batch_writer() as writer: ...`"
            raise InvalidRequestError(message, model_name=name)
        return self._buffer
