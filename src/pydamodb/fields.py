"""Fields of models in expressions: `Character.attr.age`."""

from pydamodb._core.facade import publish as _publish
from pydamodb._expressions import field_conditions as _conditions
from pydamodb._expressions import fields as _fields
from pydamodb._expressions import namespace as _namespace
from pydamodb._expressions.field_conditions import FieldOf
from pydamodb._expressions.fields import ExpressionField, raw_attribute
from pydamodb._expressions.namespace import AttributePath

__all__ = ["AttributePath", "ExpressionField", "FieldOf", "raw_attribute"]

_publish(__name__, _conditions)
_publish(__name__, _fields)
_publish(__name__, _namespace)
