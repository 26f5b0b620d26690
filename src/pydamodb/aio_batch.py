"""The batch writer of the asynchronous models."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models._async import batch as _private
from pydamodb._models._async.batch import AsyncBatchWriter

__all__ = ["AsyncBatchWriter"]

_publish(__name__, _private)
