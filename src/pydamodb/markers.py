"""Marks for fields: keys, names of attributes, time to live, vectors and version."""

from pydamodb._core import markers as _private
from pydamodb._core.facade import publish as _publish
from pydamodb._core.markers import Attribute, Mark, PartitionKey, SortKey, TimeToLive, Vector, Version

__all__ = ["Attribute", "Mark", "PartitionKey", "SortKey", "TimeToLive", "Vector", "Version"]

_publish(__name__, _private)
