"""Collections: several models that are read together."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models import collecting as _private
from pydamodb._models._sync import collections as _collections
from pydamodb._models._sync import kind_queries as _queries
from pydamodb._models._sync import kind_scans as _scans
from pydamodb._models._sync.collections import Collection, CollectionWriter
from pydamodb._models.collecting import collection

__all__ = ["Collection", "CollectionWriter", "collection"]

_publish(__name__, _private)
_publish(__name__, _collections)
_publish(__name__, _queries)
_publish(__name__, _scans)
