"""Templates of keys, for models that share a table."""

from pydamodb._core import templates as _private
from pydamodb._core.facade import publish as _publish
from pydamodb._core.templates import KeyTemplate, Template

__all__ = ["KeyTemplate", "Template"]

_publish(__name__, _private)
