"""Secondary indexes, in the configuration of a model or as its class attributes."""

from pydamodb._core.facade import publish as _publish
from pydamodb._core.indexes import Index, Projection
from pydamodb._models import named_indexes as _private
from pydamodb._models._sync import indexes as _queries
from pydamodb._models._sync.indexes import ModelIndex
from pydamodb._models.named_indexes import GlobalIndex, LocalIndex

__all__ = ["GlobalIndex", "Index", "LocalIndex", "ModelIndex", "Projection"]

_publish(__name__, _private)
_publish(__name__, _queries)
