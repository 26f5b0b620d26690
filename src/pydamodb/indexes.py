"""Secondary indexes, as the configuration of a model declares them."""

from pydamodb._core import indexes as _private
from pydamodb._core.facade import publish as _publish
from pydamodb._core.indexes import GlobalIndex, Index, LocalIndex, Projection

__all__ = ["GlobalIndex", "Index", "LocalIndex", "Projection"]

_publish(__name__, _private)
