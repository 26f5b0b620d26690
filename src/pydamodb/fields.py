"""Fields of models in expressions: `Character.attr.age`."""

from pydamodb._core.facade import publish as _publish
from pydamodb._expressions import fields as _private
from pydamodb._expressions.fields import AttributePath, ExpressionField

__all__ = ["AttributePath", "ExpressionField"]

_publish(__name__, _private)
