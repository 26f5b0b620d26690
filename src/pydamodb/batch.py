"""The batch writer of the synchronous models."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models._sync import batch as _private
from pydamodb._models._sync.batch import BatchWriter

__all__ = ["BatchWriter"]

_publish(__name__, _private)
