"""The asynchronous model classes."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models import awaited_indexes as _queries
from pydamodb._models import awaited_vectors as _searches
from pydamodb._models._async import models as _private
from pydamodb._models._async.models import (
    AsyncPKModel,
    AsyncPKSKModel,
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
)
from pydamodb._models.awaited_indexes import AsyncModelIndex
from pydamodb._models.awaited_vectors import AsyncModelVectorIndex

__all__ = ["AsyncModelIndex", "AsyncModelVectorIndex", "AsyncPKModel", "AsyncPKSKModel"]
__all__ += ["AsyncPrimaryKeyAndSortKeyModel"]
__all__ += ["AsyncPrimaryKeyModel"]

_publish(__name__, _private)
_publish(__name__, _queries)
_publish(__name__, _searches)
