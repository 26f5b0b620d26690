"""Marks for fields: keys, names of attributes, time to live, version, managed times and vectors."""

from pydamodb._core import markers as _private
from pydamodb._core.facade import publish as _publish
from pydamodb._core.markers import (
    Attribute,
    CreatedAt,
    Mark,
    PartitionKey,
    SortKey,
    TimeToLive,
    UpdatedAt,
    Vector,
    Version,
)

__all__ = ["Attribute", "CreatedAt", "Mark", "PartitionKey", "SortKey", "TimeToLive", "UpdatedAt", "Vector"]
__all__ += ["Version"]

_publish(__name__, _private)
