"""Conditions: what must be true of an item. Fields make them: `Character.attr.age >= 18`."""

from pydamodb._core.facade import publish as _publish
from pydamodb._expressions import conditions as _private
from pydamodb._expressions.conditions import (
    And,
    AttributeExists,
    AttributeNotExists,
    BeginsWith,
    Between,
    Condition,
    Contains,
    Eq,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Ne,
    Not,
    Or,
    Size,
)

__all__ = ["And", "AttributeExists", "AttributeNotExists", "BeginsWith", "Between", "Condition", "Contains", "Eq", "Gt"]
__all__ += ["Gte", "In", "Lt", "Lte", "Ne", "Not", "Or", "Size"]

_publish(__name__, _private)
