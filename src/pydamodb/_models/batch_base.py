"""What synchronous and asynchronous batch writers share: a writer takes writes in one block at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Concatenate, Generic

from typing_extensions import NamedTuple

from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._models.base import ModelT, P
from pydamodb._models.connection import Connection
from pydamodb._operations import batch_write
from pydamodb._operations.table import ModelTable


class OpenBatch(NamedTuple, Generic[ModelT]):
    """A writer in use: its connection, and the writes that are not sent yet."""

    connection: Connection[ModelT]
    buffer: batch_write.Buffer


class WriterBase(Generic[ModelT]):
    """The state of a batch writer."""

    _block: ClassVar[str]

    def __init__(self, model: type[ModelT]) -> None:
        """Start with nothing to write."""
        self._model = model
        self._open: OpenBatch[ModelT] | None = None

    def _add(
        self,
        add: Callable[Concatenate[ModelTable[ModelT], batch_write.Buffer, P], None],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> OpenBatch[ModelT]:
        """Add a write to the buffer. No request is sent."""
        opened = self._opened()
        add(opened.connection.table, opened.buffer, *args, **kwargs)
        return opened

    def _opened(self) -> OpenBatch[ModelT]:
        if self._open is None:
            name = self._model.__name__
            message = f"use the batch writer in its block: `{self._block} {name}.batch_writer() as writer: ...`"
            raise InvalidRequestError(message, model_name=name)
        return self._open

    def _check_unused(self) -> None:
        if self._open is not None:
            name = self._model.__name__
            message = f"this batch writer of {name} is in use already: make another with {name}.batch_writer()"
            raise InvalidRequestError(message, model_name=name)
