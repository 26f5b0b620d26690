"""The namespace `Model.attr`: finds the fields of a model by name, by a path in text, or by a function."""

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
        """Start empty: fields are made when they are first asked for, then found in `__dict__`."""
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
        """Make the field of that name.

        Raises:
            AttributeError: The model has no such field.
        """
        path = None if name.startswith("_") else field_path(self._model, name)
        if path is None:
            raise no_field(self._model.__name__, name)
        self.__dict__[name] = made = cast("PathField[Any]", field_at(path, self._known))
        return made

    @overload
    def __call__(self, path: str) -> ExpressionField[Any]: ...

    @overload
    def __call__(self, path: Callable[[ModelT], V]) -> ExpressionField[V]: ...

    def __call__(self, path: str | Callable[[ModelT], Any]) -> ExpressionField[Any]:
        """Return the field at a longer path, given as text or as a function from the model to one of its values.

        Raises:
            AttributeError: The path leads to a field that does not exist.
        """
        return field_at_path(path, self._model, None, self._known)

    def __copy__(self) -> AttributePath[ModelT]:
        """Return the namespace itself: there is one for each model."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> AttributePath[ModelT]:
        """Return the namespace itself: there is one for each model."""
        return self

    def __dir__(self) -> list[str]:
        """List the names of the fields, and nothing else."""
        return list(record_schema_of(self._model).fields)

    def __repr__(self) -> str:
        """Show the model."""
        return f"<fields of {self._model.__name__}>"
