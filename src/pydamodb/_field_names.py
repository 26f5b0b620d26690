"""Fields that have the name of a method: how `key` makes way for one, and why the other names are refused.

Where a class has an attribute of a field's name, Pydantic takes it for the field's default, and warns if it belongs to
a base. A field called `key` is too common for that: while a class is made, it and its bases seem to have no `key`.
"""

from __future__ import annotations

from threading import get_ident
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel

from pydamodb.exceptions import ConfigurationError

__all__ = ["begin_class", "check_field_names", "end_class", "make_way"]

# The thread that makes a class, so that no other one misses the method meanwhile.
_makers: WeakKeyDictionary[type, int] = WeakKeyDictionary()


def begin_class(model: type[BaseModel]) -> None:
    """Say that a class is being made: Pydantic has not looked for its fields yet."""
    _makers[model] = get_ident()


def end_class(model: type[BaseModel]) -> None:
    """Say that its fields are found."""
    _makers.pop(model, None)


def make_way(model: type[BaseModel], name: str) -> None:
    """Let a class method of a base class make way for fields of its name."""
    if not TYPE_CHECKING:
        type.__setattr__(model, name, _MakesWay(vars(model)[name].__func__))


if not TYPE_CHECKING:

    class _MakesWay(classmethod):
        """A class method that nobody sees while a class is made that may have a field of its name."""

        def __get__(self, instance, owner=None):
            if _makers and any(map(_is_made_here, (owner, *type.__subclasses__(owner)))):
                raise AttributeError(f"{owner.__name__} makes way for a field called {self.__func__.__name__!r}")
            return super().__get__(instance, owner)


def _is_made_here(model: type) -> bool:
    # A class that a user's hook has ended without telling us is complete all the same.
    return _makers.get(model) == get_ident() and not vars(model).get("__pydantic_complete__")


def check_field_names(model: type[BaseModel]) -> None:
    """Refuse a field that has the name of a method.

    Raises:
        ConfigurationError: There is one, and either the field or the method would not work.
    """
    for name in (*model.model_fields, *model.model_computed_fields):
        method = _method(model, name)
        if method is None:
            continue
        if isinstance(method, _makes_way) and name in model.model_fields and not _has_taken(model, name):
            continue
        remedy = f'`{name}_: ... = Field(alias="{name}")`'
        if name in model.model_computed_fields:
            remedy = f'`@computed_field(alias="{name}")` above a property `{name}_`'
        message = f"{model.__name__}.{name} would take the name of a method: call the field otherwise, {remedy}"
        raise ConfigurationError(message, model_name=model.__name__)


_makes_way: Any = object if TYPE_CHECKING else _MakesWay


def _method(model: type[BaseModel], name: str) -> object:
    """Return what the library's own classes have under a name, None if there is nothing."""
    if name.startswith("_"):
        return None
    ours = (vars(each) for each in model.__mro__ if each.__module__.startswith("pydamodb."))
    return next((each[name] for each in ours if name in each), None)


def _has_taken(model: type[BaseModel], name: str) -> bool:
    """Tell whether Pydantic has taken the method for the field's default."""
    default: Any = model.model_fields[name].default
    return getattr(default, "__func__", None) is not None and getattr(default, "__self__", None) in model.__mro__
