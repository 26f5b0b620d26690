"""The configuration of a model: its table and its indexes."""

from pydamodb._core import config as _private
from pydamodb._core.config import AsyncTable, DirectTable, PydamoConfig, Table
from pydamodb._core.facade import publish as _publish

__all__ = ["AsyncTable", "DirectTable", "PydamoConfig", "Table"]

_publish(__name__, _private)
