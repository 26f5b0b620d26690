"""The batch writer: collects puts and deletes, and writes them 25 to a request."""

from __future__ import annotations

from types import TracebackType
from typing import Generic

from typing_extensions import ParamSpec, Self, TypeVar

from pydamodb._models._sync.driver import connect, execute_on
from pydamodb._models.base import PK, SK, DynamoModel
from pydamodb._models.batch_base import OpenBatch, WriterBase
from pydamodb._operations import batch_write
from pydamodb._operations.keys import MISSING

P = ParamSpec("P")
ModelT = TypeVar("ModelT", bound=DynamoModel)


class BatchWriter(WriterBase[ModelT], Generic[ModelT, PK, SK]):
    """Writes many items with few requests (DynamoDB's BatchWriteItem); made by `Model.batch_writer()`.

    Writes are sent in requests of 25. The rest is sent when the `with` block ends, even if it ends with an exception.
    For one key only the last write counts. What DynamoDB leaves unprocessed is sent again, after growing pauses of 5
    seconds at most, until ten requests in a row have written nothing. A batch has no conditions and is not atomic.

    Use a writer in one thread only.
    """

    _block = "with"

    def __enter__(self) -> Self:
        """Start to collect, for the table that the model has now.

        Raises:
            ConfigurationError: The model has no `pydamo_config`.
            InvalidRequestError: The writer is in use already.
            InvalidKeySchemaError: The model's base class or its fields do not fit the table's keys.
            TableNotFoundError: There is no such table.
        """
        self._check_unused()
        connection = connect(self._model)
        self._open = OpenBatch(connection, execute_on(connection, batch_write.open_buffer))
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
        execute_on(connection, batch_write.flush, buffer)

    def put(self, item: ModelT) -> None:
        """Write an item, replacing one with the same key.

        Raises:
            ItemEncodingError: A value is missing, or cannot be stored exactly; the item is not taken.
            InvalidKeyValueError: A key attribute is absent, empty or of the wrong type; the item is not taken.
            UnprocessedItemsError: The batch that this item made full could not be written.
        """
        _send_if_full(self._take(batch_write.add_put, item))

    def delete(self, item: ModelT) -> None:
        """Delete the item of a model, found by its key.

        Raises:
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
            UnprocessedItemsError: The batch that this delete made full could not be written.
        """
        _send_if_full(self._take(batch_write.add_delete, item))

    def delete_item(self, partition_key_value: PK, sort_key_value: SK = MISSING) -> None:
        """Delete an item by its key.

        Raises:
            MissingSortKeyValueError: The table has a sort key and no value was given for it.
            InvalidKeyValueError: A value cannot be a key of the table.
            UnprocessedItemsError: The batch that this delete made full could not be written.
        """
        _send_if_full(self._take(batch_write.add_delete_item, partition_key_value, sort_key_value))


def _send_if_full(opened: OpenBatch[ModelT]) -> None:
    connection, buffer = opened
    if buffer.is_full:
        execute_on(connection, batch_write.flush, buffer)
