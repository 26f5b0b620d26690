"""Fields that have the name of a method: how `key` makes way for one, and why the other names are refused.

Where a class has an attribute of a field's name, Pydantic takes it for the field's default, and warns if it belongs to
a base. A field called `key` is too common for that: while a class is made, it and its bases seem to have no `key`.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import ref

from pydantic import BaseModel

from pydamodb._core.exceptions import ConfigurationError

# The classes that this thread makes, the innermost last: no other thread misses the method meanwhile.
_being_made: ContextVar[tuple[ref[type[BaseModel]], ...]] = ContextVar("pydamodb_being_made", default=())


def begin_class(model: type[BaseModel]) -> None:
    """Say that a class is being made: Pydantic has not looked for its fields yet."""
    _being_made.set((*_being_made.get(), ref(model)))


def end_class(model: type[BaseModel]) -> None:
    """Say that its fields are found."""
    _being_made.set(tuple(each for each in _being_made.get() if each() not in {None, model}))


def hide_for_field(model: type[BaseModel], name: str) -> None:
    """Let a class method of a base class make way for fields of its name."""
    if not TYPE_CHECKING:
        type.__setattr__(model, name, _HiddenForField(vars(model)[name].__func__))


if TYPE_CHECKING:
    _HiddenForField = object
else:

    class _HiddenForField(classmethod):
        """A class method that nobody sees while a class is made that may have a field of its name."""

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            if any(made is owner or owner in made.__bases__ for made in _made()):
                raise AttributeError(f"{owner.__name__} makes way for a field called {self.__func__.__name__!r}")
            return super().__get__(instance, owner)


def _made() -> list[type[BaseModel]]:
    # A class that a user's hook has ended without telling us is complete all the same.
    made = [model for each in _being_made.get() if (model := each()) is not None]
    return [model for model in made if not vars(model).get("__pydantic_complete__")]


def check_field_names(model: type[BaseModel]) -> None:
    """Refuse a field that has the name of a method.

    Raises:
        ConfigurationError: There is one, and either the field or the method would not work.
    """
    ours = [vars(each) for each in model.__mro__ if each.__module__.startswith("pydamodb.")]
    for name in (*model.model_fields, *model.model_computed_fields):
        method = next((each[name] for each in ours if name in each), None)
        if method is None or name.startswith("_"):
            continue
        if isinstance(method, _HiddenForField) and name in model.model_fields and not _has_taken(model, name):
            continue
        remedy = f'`{name}_: ... = Field(alias="{name}")`'
        if name in model.model_computed_fields:
            remedy = f'`@computed_field(alias="{name}")` above a property `{name}_`'
        message = f"{model.__name__}.{name} would take the name of a method: call the field otherwise, {remedy}"
        raise ConfigurationError(message, model_name=model.__name__)


def _has_taken(model: type[BaseModel], name: str) -> bool:
    """Tell whether Pydantic has taken the method for the field's default."""
    default: Any = model.model_fields[name].default
    return getattr(default, "__func__", None) is not None and getattr(default, "__self__", None) in model.__mro__
