"""Fields named like a method: `key`, `changes` and `refresh` are allowed and hide the method, other names are refused.

Where a class has an attribute with the name of a field, Pydantic takes it for the default of the field, and warns if
it is inherited. `key` is too common a field name for that: a class has no `key` method while a subclass is made. The
same holds for `changes` and `refresh`.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import update_wrapper
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from pydantic import BaseModel

from pydamodb._core.exceptions import ConfigurationError

_OURS: Final = "pydamodb."
# The classes that this thread makes, the innermost last. All other threads still see the method.
_classes_in_progress: ContextVar[tuple[ref[type[BaseModel]], ...]] = ContextVar("pydamodb_in_progress", default=())


def begin_class(model: type[BaseModel]) -> None:
    """Record that a class is being made, and that Pydantic has not looked for its fields yet."""
    _classes_in_progress.set((*_classes_in_progress.get(), ref(model)))


def end_class(model: type[BaseModel]) -> None:
    """Record that Pydantic has found the fields of a class."""
    _classes_in_progress.set(tuple(each for each in _classes_in_progress.get() if each() not in {None, model}))


def hide_for_field(model: type[BaseModel], name: str) -> None:
    """Allow fields with the name of this method."""
    if not TYPE_CHECKING:
        method = vars(model)[name]
        hidden = _HiddenMethod(method) if isinstance(method, FunctionType) else _HiddenForField(method.__func__)
        type.__setattr__(model, name, hidden)


def _check_hidden(owner: Any, name: str) -> None:
    """Raise AttributeError while a class is made that may have a field with the name of a method of `owner`."""
    for reference in _classes_in_progress.get():
        model = reference()
        if model is None or vars(model).get("__pydantic_complete__"):
            continue  # complete: a hook of the user did not call ours
        if model is owner or owner in model.__bases__:
            raise AttributeError(f"{owner.__name__}.{name} is hidden while a class is made")


if TYPE_CHECKING:
    _HiddenForField = _HiddenMethod = object
else:

    class _HiddenForField(classmethod):
        """A class method that is hidden while a class is made that may have a field of its name."""

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            _check_hidden(owner, self.__func__.__name__)
            return super().__get__(instance, owner)

    class _HiddenMethod:
        """A method of instances that is hidden so. The value of a field in the instance hides it always."""

        def __init__(self, function: FunctionType) -> None:
            update_wrapper(self, function)
            self._function = function

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            _check_hidden(owner, self._function.__name__)
            return self._function.__get__(instance, owner)


def check_field_names(model: type[BaseModel]) -> None:
    """Raise ConfigurationError for a field with the name of a method: one of the two would not work."""
    ours = [vars(each) for each in model.__mro__ if each.__module__.startswith(_OURS)]
    for name in (*model.model_fields, *model.model_computed_fields):
        method = next((each[name] for each in ours if name in each), None)
        if method is None or name.startswith("_"):
            continue
        if (
            isinstance(method, (_HiddenForField, _HiddenMethod))
            and name in model.model_fields
            and not _defaults_to_method(model, name)
        ):
            continue
        remedy = f'`{name}_: Annotated[..., Attribute("{name}")]`'
        if name in model.model_computed_fields:
            remedy = f'a property `{name}_` that returns `Annotated[..., Attribute("{name}")]`'
        message = f"{model.__name__}.{name} has the name of a method: give the field another name, {remedy}"
        raise ConfigurationError(message, model_name=model.__name__)


def _defaults_to_method(model: type[BaseModel], name: str) -> bool:
    default: Any = model.model_fields[name].default
    if isinstance(default, FunctionType):
        return default.__module__.startswith(_OURS)
    return getattr(default, "__func__", None) is not None and getattr(default, "__self__", None) in model.__mro__
