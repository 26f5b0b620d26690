"""The asynchronous model classes."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models._async import models as _private
from pydamodb._models._async.models import (
    AsyncPKModel,
    AsyncPKSKModel,
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
)

__all__ = ["AsyncPKModel", "AsyncPKSKModel", "AsyncPrimaryKeyAndSortKeyModel", "AsyncPrimaryKeyModel"]

_publish(__name__, _private)
