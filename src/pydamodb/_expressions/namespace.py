"""The namespace `Model.attr`: it finds the fields of a model by name, by a path in text, or by a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload
from weakref import WeakValueDictionary

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._expressions.fields import ExpressionField, Known, PathField, field_at, field_at_path
from pydamodb._expressions.paths import field_path, no_field

V = TypeVar("V")
ModelT = TypeVar("ModelT")


class AttributePath(Generic[ModelT]):
    """The fields of a model: `attr.age`, `attr("address.city")`, `attr(lambda character: character.address.city)`."""

    __slots__ = ("__dict__", "_known", "_model")

    def __init__(self, model: type[BaseModel]) -> None:
        """Create a namespace without fields: each field is created at first use and cached in `__dict__`."""
        object.__setattr__(self, "_model", model)
        object.__setattr__(self, "_known", WeakValueDictionary())

    if TYPE_CHECKING:
        _model: type[BaseModel]
        _known: Known
    else:

        def __setattr__(self, name: str, value: object) -> None:
            message = f"{self._model.__name__}.attr.{name} cannot be assigned; change items with update_item or save"
            raise AttributeError(message)

    def __getattr__(self, name: str) -> PathField[Any]:
        """Return the field of this name.

        Raises:
            AttributeError: The model has no such field.
        """
        path = None if name.startswith("_") else field_path(self._model, name)
        if path is None:
            raise no_field(self._model.__name__, name)
        self.__dict__[name] = field = cast("PathField[Any]", field_at(path, self._known))
        return field

    @overload
    def __call__(self, path: str) -> ExpressionField[Any]: ...

    @overload
    def __call__(self, path: Callable[[ModelT], V]) -> ExpressionField[V]: ...

    def __call__(self, path: str | Callable[[ModelT], Any]) -> ExpressionField[Any]:
        """Return the field at a longer path, given as text or as a function of the model.

        Raises:
            AttributeError: The path names a field that does not exist.
        """
        return field_at_path(path, self._model, None, self._known)

    def __reduce__(self) -> tuple[Callable[[Any, str], Any], tuple[type[BaseModel], str]]:
        return getattr, (self._model, "attr")  # copies and pickles: each model has one namespace

    def __dir__(self) -> list[str]:
        return list(record_schema_of(self._model).fields)

    def __repr__(self) -> str:
        return f"<fields of {self._model.__name__}>"
