"""The synchronous batch writer: it collects puts and deletes, and sends 25 of them in a request."""

from __future__ import annotations

from types import TracebackType
from typing import Generic

from typing_extensions import Self

from pydamodb._core.keys import Key
from pydamodb._models._sync.driver import connect, execute_on
from pydamodb._models.base import PK, SK, ModelT
from pydamodb._models.batch_base import OpenBatch, WriterBase
from pydamodb._operations import batch_write
from pydamodb._operations.keys import NOT_GIVEN


class BatchWriter(WriterBase[ModelT], Generic[ModelT, PK, SK]):
    """A writer of many items with few requests (DynamoDB's BatchWriteItem), made by `Model.batch_writer()`.

    A request has at most 25 writes. The end of the `with` block sends the rest, even after an exception. Of several
    writes with one key, only the last one counts. Unprocessed items are sent again, after growing pauses of at most 5
    seconds, until ten requests in a row have written nothing. A batch has no conditions and is not atomic. Use a writer
    in one thread only.
    """

    _block = "with"

    def __enter__(self) -> Self:
        """Start to collect writes for the current table of the model.

        Raises:
            ConfigurationError: The model has no `pydamo_config`.
            InvalidRequestError: The writer is in use already.
            InvalidKeySchemaError: The base class or the fields of the model do not fit the keys of the table.
            TableNotFoundError: The table does not exist.
        """
        self._check_unused()
        connection = connect(self._model)
        self._open = OpenBatch(connection, execute_on(connection, batch_write.open_buffer))
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Send the remaining writes.

        Raises:
            UnprocessedItemsError: Some writes are not confirmed; the error holds them.
        """
        (connection, buffer), self._open = self._opened(), None
        execute_on(connection, batch_write.flush, buffer)

    def put(self, item: ModelT) -> None:
        """Write an item; an item with the same key is replaced.

        Raises:
            ItemEncodingError: A value is missing, or cannot be stored exactly; the item is not added.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type; the item is not added.
            UnprocessedItemsError: The batch was full and could not be written.
        """
        opened = self._opened()
        batch_write.add_put(opened.connection.table, opened.buffer, item)
        _send_if_full(opened)

    def delete(self, item: ModelT | Key[ModelT]) -> None:
        """Delete the item with the key of this model, or with this `Key`.

        Raises:
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            UnprocessedItemsError: The batch was full and could not be written.
        """
        _send_if_full(self._add(batch_write.add_delete, item))

    def delete_item(self, partition_key_value: PK | Key[ModelT], sort_key_value: SK = NOT_GIVEN) -> None:
        """Delete the item with this key.

        Raises:
            MissingSortKeyValueError: The table has a sort key, but the call has no value for it.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: The batch was full and could not be written.
        """
        _send_if_full(self._add(batch_write.add_delete_item, partition_key_value, sort_key_value))


def _send_if_full(opened: OpenBatch[ModelT]) -> None:
    connection, buffer = opened
    if buffer.is_full:
        execute_on(connection, batch_write.flush, buffer)
