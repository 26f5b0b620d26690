"""The builder that renders conditions and updates as DynamoDB expressions."""

from pydamodb._core.facade import publish as _publish
from pydamodb._expressions import render_updates as _private
from pydamodb._expressions.render_updates import ExpressionBuilder

__all__ = ["ExpressionBuilder"]

_publish(__name__, _private)
