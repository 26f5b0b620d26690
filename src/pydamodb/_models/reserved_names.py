"""Fields with the name of a method: `key` and `changes` are allowed and hide the method, other names are refused.

Where a class has an attribute with the name of a field, Pydantic takes it for the default of the field, and warns if
it is inherited. `key` is too common a field name for that: a class has no `key` method while a subclass is made. The
same holds for `changes`.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import ref

from pydantic import BaseModel

from pydamodb._core.exceptions import ConfigurationError

# The classes that this thread makes, the innermost last. All other threads still see the method.
_classes_in_progress: ContextVar[tuple[ref[type[BaseModel]], ...]] = ContextVar("pydamodb_in_progress", default=())


def begin_class(model: type[BaseModel]) -> None:
    """Record that a class is being made, and that Pydantic has not looked for its fields yet."""
    _classes_in_progress.set((*_classes_in_progress.get(), ref(model)))


def end_class(model: type[BaseModel]) -> None:
    """Record that Pydantic has found the fields of a class."""
    _classes_in_progress.set(tuple(each for each in _classes_in_progress.get() if each() not in {None, model}))


def hide_for_field(model: type[BaseModel], name: str) -> None:
    """Allow fields with the name of this class method."""
    if not TYPE_CHECKING:
        type.__setattr__(model, name, _HiddenForField(vars(model)[name].__func__))


if TYPE_CHECKING:
    _HiddenForField = object
else:

    class _HiddenForField(classmethod):
        """A class method that is hidden while a class is made that may have a field of its name."""

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            for reference in _classes_in_progress.get():
                model = reference()
                if model is None or vars(model).get("__pydantic_complete__"):
                    continue  # complete: a hook of the user did not call ours
                if model is owner or owner in model.__bases__:
                    raise AttributeError(f"{owner.__name__}.{self.__func__.__name__} is hidden while a class is made")
            return super().__get__(instance, owner)


def check_field_names(model: type[BaseModel]) -> None:
    """Raise ConfigurationError for a field with the name of a method: one of the two would not work."""
    ours = [vars(each) for each in model.__mro__ if each.__module__.startswith("pydamodb.")]
    for name in (*model.model_fields, *model.model_computed_fields):
        method = next((each[name] for each in ours if name in each), None)
        if method is None or name.startswith("_"):
            continue
        if isinstance(method, _HiddenForField) and name in model.model_fields and not _defaults_to_method(model, name):
            continue
        remedy = f'`{name}_: Annotated[..., Attribute("{name}")]`'
        if name in model.model_computed_fields:
            remedy = f'a property `{name}_` that returns `Annotated[..., Attribute("{name}")]`'
        message = f"{model.__name__}.{name} has the name of a method: give the field another name, {remedy}"
        raise ConfigurationError(message, model_name=model.__name__)


def _defaults_to_method(model: type[BaseModel], name: str) -> bool:
    default: Any = model.model_fields[name].default
    return getattr(default, "__func__", None) is not None and getattr(default, "__self__", None) in model.__mro__
