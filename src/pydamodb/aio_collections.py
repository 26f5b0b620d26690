"""Collections of asynchronous models: several models that are read together."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models import awaited_collections as _collections
from pydamodb._models import awaited_kind_queries as _queries
from pydamodb._models import awaited_kind_scans as _scans
from pydamodb._models.awaited_collections import AsyncCollection, AsyncCollectionWriter

__all__ = ["AsyncCollection", "AsyncCollectionWriter"]

_publish(__name__, _collections)
_publish(__name__, _queries)
_publish(__name__, _scans)
