"""The asynchronous batch writer: the twin of the one in `batch`, whose writes many tasks may share."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Generic

from typing_extensions import Self, TypeVar

from pydamodb._models._async.driver import connect, execute_on
from pydamodb._models.base import PK, SK, DynamoModel
from pydamodb._models.batch_base import OpenBatch, WriterBase
from pydamodb._operations import batch_write
from pydamodb._operations.keys import MISSING

ModelT = TypeVar("ModelT", bound=DynamoModel)


class AsyncBatchWriter(WriterBase[ModelT], Generic[ModelT, PK, SK]):
    """Writes many items with few requests (DynamoDB's BatchWriteItem); made by `Model.batch_writer()`.

    Writes are sent in requests of 25. The rest is sent when the `async with` block ends, even if it ends with an
    exception. For one key only the last write counts. What DynamoDB leaves unprocessed is sent again, after growing
    pauses of 5 seconds at most, until ten requests in a row have written nothing. A batch has no conditions and is not
    atomic.

    Several tasks may use a writer at once. A block that is cancelled sends nothing more: the CancelledError has an
    UnprocessedItemsError as its `__cause__` if there are writes that are not confirmed.
    """

    _block = "async with"

    async def __aenter__(self) -> Self:
        """Start to collect, for the table that the model has now.

        Raises:
            ConfigurationError: The model has no `pydamo_config`.
            InvalidRequestError: The writer is in use already.
            InvalidKeySchemaError: The model's base class or its fields do not fit the table's keys.
            TableNotFoundError: There is no such table.
        """
        connection = await connect(self._model)
        buffer = await execute_on(connection, batch_write.open_buffer)
        self._check_unused()
        self._open = OpenBatch(connection, buffer)
        self._sending = asyncio.Lock()
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Send what is left.

        Raises:
            UnprocessedItemsError: Not all of it could be written; the error holds what is not confirmed.
        """
        opened, self._open = self._opened(), None
        if isinstance(exception, asyncio.CancelledError):
            _report(opened, exception)
            return
        try:
            await self._send(opened)
        except asyncio.CancelledError as cancelled:
            _report(opened, cancelled)
            raise

    async def put(self, item: ModelT) -> None:
        """Write an item, replacing one with the same key.

        Raises:
            ItemEncodingError: A value is missing, or cannot be stored exactly; the item is not taken.
            InvalidKeyValueError: A key attribute is absent, empty or of the wrong type; the item is not taken.
            UnprocessedItemsError: The batch that this item made full could not be written.
        """
        await self._send_if_full(self._take(batch_write.add_put, item))

    async def delete(self, item: ModelT) -> None:
        """Delete the item of a model, found by its key.

        Raises:
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            UnprocessedItemsError: The batch that this delete made full could not be written.
        """
        await self._send_if_full(self._take(batch_write.add_delete, item))

    async def delete_item(self, partition_key_value: PK, sort_key_value: SK = MISSING) -> None:
        """Delete an item by its key.

        Raises:
            MissingSortKeyValueError: The table has a sort key and no value was given for it.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: The batch that this delete made full could not be written.
        """
        await self._send_if_full(self._take(batch_write.add_delete_item, partition_key_value, sort_key_value))

    async def _send_if_full(self, opened: OpenBatch[ModelT]) -> None:
        if opened.buffer.is_full:
            await self._send(opened, only_if_full=True)

    async def _send(self, opened: OpenBatch[ModelT], *, only_if_full: bool = False) -> None:
        """Send what is pending, one request at a time: two at once could write one key in the wrong order."""
        async with self._sending:
            if opened.buffer.is_full or not only_if_full:
                await execute_on(opened.connection, batch_write.flush, opened.buffer)


def _report(opened: OpenBatch[ModelT], cancelled: asyncio.CancelledError) -> None:
    """Make what is not written the cause of the exception that ends a block."""
    connection, buffer = opened
    if buffer.pending:
        error = batch_write.unconfirmed(connection.table, buffer, "the block was cancelled")
        error.__cause__, cancelled.__cause__ = cancelled.__cause__, error
