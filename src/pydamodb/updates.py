"""Update actions: what changes in an item. Fields make them: `Character.attr.age.set(40)`."""

from pydamodb._core.facade import publish as _publish
from pydamodb._expressions import updates as _private
from pydamodb._expressions.updates import (
    Add,
    Arithmetic,
    Delete,
    IfNotExists,
    ListAppend,
    Remove,
    Set,
    Term,
    UpdateAction,
    UpdateValue,
)

__all__ = ["Add", "Arithmetic", "Delete", "IfNotExists", "ListAppend", "Remove", "Set", "Term", "UpdateAction"]
__all__ += ["UpdateValue"]

_publish(__name__, _private)
