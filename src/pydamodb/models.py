"""The synchronous model classes."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models._sync import models as _private
from pydamodb._models._sync.models import PKModel, PKSKModel, PrimaryKeyAndSortKeyModel, PrimaryKeyModel

__all__ = ["PKModel", "PKSKModel", "PrimaryKeyAndSortKeyModel", "PrimaryKeyModel"]

_publish(__name__, _private)
