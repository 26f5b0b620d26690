"""Secondary indexes, in the configuration of a model or as its class attributes, and vector indexes."""

from pydamodb._core.facade import publish as _publish
from pydamodb._core.indexes import Index, Projection
from pydamodb._core.vector_indexes import Distance
from pydamodb._models import named_indexes as _private
from pydamodb._models._sync import indexes as _queries
from pydamodb._models._sync import vectors as _searches
from pydamodb._models._sync.indexes import ModelIndex
from pydamodb._models._sync.vectors import ModelVectorIndex
from pydamodb._models.named_indexes import GlobalIndex, LocalIndex, VectorIndex

__all__ = ["Distance", "GlobalIndex", "Index", "LocalIndex", "ModelIndex", "ModelVectorIndex", "Projection"]
__all__ += ["VectorIndex"]

_publish(__name__, _private)
_publish(__name__, _queries)
_publish(__name__, _searches)
