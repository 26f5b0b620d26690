"""The asynchronous batch writer: many tasks may use it at the same time."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Generic

from typing_extensions import Self

from pydamodb._core.keys import Key
from pydamodb._models._async.driver import connect, execute_on
from pydamodb._models.base import PK, SK, ModelT
from pydamodb._models.batch_base import OpenBatch, WriterBase
from pydamodb._operations import batch_write
from pydamodb._operations.keys import NOT_GIVEN


class AsyncBatchWriter(WriterBase[ModelT], Generic[ModelT, PK, SK]):
    """A writer of many items with few requests (DynamoDB's BatchWriteItem), made by `Model.batch_writer()`.

    A request has at most 25 writes. The end of the `async with` block sends the rest, even after an exception. Of
    several writes with one key, only the last one counts. Unprocessed items are sent again, after growing pauses of at
    most 5 seconds, until ten requests in a row have written nothing. A batch has no conditions and is not atomic.

    Several tasks may use a writer at the same time. A cancelled block sends nothing more. If some writes are not
    confirmed, the CancelledError has an UnprocessedItemsError as its `__cause__`.
    """

    _block = "async with"

    async def __aenter__(self) -> Self:
        """Start to collect writes for the current table of the model.

        Raises:
            ConfigurationError: The model has no `pydamo_config`.
            InvalidRequestError: The writer is in use already.
            InvalidKeySchemaError: The base class or the fields of the model do not fit the keys of the table.
            TableNotFoundError: The table does not exist.
        """
        connection = await connect(self._model)
        buffer = await execute_on(connection, batch_write.open_buffer)
        self._check_unused()
        self._open = OpenBatch(connection, buffer)
        self._sending = asyncio.Lock()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Send the remaining writes.

        Raises:
            UnprocessedItemsError: Some writes are not confirmed; the error holds them.
        """
        opened, self._open = self._opened(), None
        if isinstance(exception, asyncio.CancelledError):
            _set_cause(opened, exception)
            return
        try:
            await self._send(opened)
        except asyncio.CancelledError as cancelled:
            _set_cause(opened, cancelled)
            raise

    async def put(self, item: ModelT) -> None:
        """Write an item; an item with the same key is replaced.

        Raises:
            ItemEncodingError: A value is missing, or cannot be stored exactly; the item is not added.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type; the item is not added.
            UnprocessedItemsError: The batch was full and could not be written.
        """
        opened = self._opened()
        batch_write.add_put(opened.connection.table, opened.buffer, item)
        await self._send_if_full(opened)

    async def delete(self, item: ModelT | Key[ModelT]) -> None:
        """Delete the item with the key of this model, or with this `Key`.

        Raises:
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            UnprocessedItemsError: The batch was full and could not be written.
        """
        await self._send_if_full(self._add(batch_write.add_delete, item))

    async def delete_item(self, partition_key_value: PK | Key[ModelT], sort_key_value: SK = NOT_GIVEN) -> None:
        """Delete the item with this key.

        Raises:
            MissingSortKeyValueError: The table has a sort key, but the call has no value for it.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: The batch was full and could not be written.
        """
        await self._send_if_full(self._add(batch_write.add_delete_item, partition_key_value, sort_key_value))

    async def _send_if_full(self, opened: OpenBatch[ModelT]) -> None:
        if opened.buffer.is_full:
            await self._send(opened, only_if_full=True)

    async def _send(self, opened: OpenBatch[ModelT], *, only_if_full: bool = False) -> None:
        """Send one request at a time: two at once could write one key in the wrong order."""
        async with self._sending:
            if opened.buffer.is_full or not only_if_full:
                await execute_on(opened.connection, batch_write.flush, opened.buffer)


def _set_cause(opened: OpenBatch[ModelT], cancelled: asyncio.CancelledError) -> None:
    """Report the unconfirmed writes as the cause of a cancellation."""
    connection, buffer = opened
    if buffer.pending:
        error = batch_write.unconfirmed(connection.table, buffer, "the block was cancelled")
        error.__cause__, cancelled.__cause__ = cancelled.__cause__, error
