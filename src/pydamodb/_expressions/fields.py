"""Fields in expressions: `Character.attr.age`.

Operators and methods of a field build conditions and updates; `.name`, `[index]` and `["key"]` build longer paths.
Each path of a model has one field object, so a field can be the key of a dict although `==` builds a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import methodcaller
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast, overload
from weakref import WeakValueDictionary

from pydantic import BaseModel

from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._expressions import operand_types
from pydamodb._expressions.field_conditions import FieldOf
from pydamodb._expressions.operand_types import Elements, Unspecified
from pydamodb._expressions.paths import HasPath, Path, Step, described, follow, no_field_at, parse, raw_path
from pydamodb._expressions.updates import (
    Add,
    Delete,
    IfNotExists,
    ListAppend,
    Remove,
    Set,
    Term,
    UpdateAction,
    UpdateValue,
    as_value,
)

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R")

NewValue: TypeAlias = T | FieldOf[T] | UpdateValue[T]
Known: TypeAlias = "WeakValueDictionary[Path, ExpressionField[Any]]"


class ExpressionField(FieldOf[T], Term[T]):
    """A field of a model, or a value inside a field, in an expression.

    An operand is a value of the field's type. DynamoDB compares stored values of the same data type only: a condition
    is false if the attribute is absent or has another data type.

    Continue a path with `.city`, `[0]` or `["key"]`. Or call the field with a path in text, or with a function:
    `attr.address(lambda address: address.city)`. A path that does not exist raises an AttributeError.
    """

    __slots__ = ("__weakref__", "_known")

    def __init__(self, path: Path, known: Known) -> None:
        super().__init__(path)
        self._known = known

    def set(self, value: NewValue[T]) -> UpdateAction:
        """Return an update action that sets the field to this value (SET of UpdateItem).

        `update_item(..., updates=[field.set(value)])` is the same as `updates={field: value}`. The value can be another
        field. DynamoDB can also compute it: `field + 1`, `field - 1`, `field.if_not_exists(0) + 1`.
        """
        return Set(self.__pydamo_path__, as_value(value))

    def if_not_exists(self, value: T | FieldOf[T]) -> IfNotExists[T]:
        """Return a new value for an update: the value of the field, or this value if the attribute is absent."""
        return IfNotExists(self.__pydamo_path__, as_value(value))

    def remove(self) -> UpdateAction:
        """Return an update action that removes the attribute, or the element of a list or a map (REMOVE)."""
        return Remove(self.__pydamo_path__)

    if TYPE_CHECKING:
        append: operand_types.append = operand_types.append()
        prepend: operand_types.append = operand_types.append()
        add: operand_types.add = operand_types.add()
        delete: operand_types.delete = operand_types.delete()
    else:

        def append(self, *values: Any) -> UpdateAction:
            """Return an update action that adds these elements at the end of the list (SET with list_append)."""
            return Set(self.__pydamo_path__, ListAppend(self.__pydamo_path__, values, at_end=True))

        def prepend(self, *values: Any) -> UpdateAction:
            """Return an update action that adds these elements at the start of the list (SET with list_append)."""
            return Set(self.__pydamo_path__, ListAppend(self.__pydamo_path__, values, at_end=False))

        def add(self, value: Any) -> UpdateAction:
            """Return an update action that adds to the number, or adds elements to the set (ADD)."""
            return Add(self.__pydamo_path__, value)

        def delete(self, value: Any) -> UpdateAction:
            """Return an update action that deletes these elements from the set (DELETE)."""
            return Delete(self.__pydamo_path__, value)

    @overload
    def __getitem__(self: FieldOf[Elements[V] | None], index: int, /) -> ExpressionField[V]: ...
    @overload
    def __getitem__(self: FieldOf[Mapping[K, V] | None], key: K, /) -> ExpressionField[V]: ...
    @overload
    def __getitem__(self: FieldOf[Mapping[Any, V] | None], key: str, /) -> ExpressionField[V]: ...
    def __getitem__(self: Any, key: Any, /) -> ExpressionField[Any]:
        """Return the element at an index of a list (0 or more), or at a key of a map or a typed dict.

        A key of another type than `str` (an enum, a UUID) may be given as such, or as the text that is stored.

        Raises:
            TypeError: The field is not a list or a map, or the index or the key has the wrong type.
            AttributeError: The typed dict does not have this key.
        """
        return field_at(self.__pydamo_path__.keyed(key), self._known)

    @overload
    def __call__(self, path: str) -> ExpressionField[Any]: ...
    @overload
    def __call__(self: ExpressionField[Unspecified], path: Callable[[Any], R]) -> ExpressionField[R]: ...
    @overload
    def __call__(self: FieldOf[V | None], path: Callable[[V], R]) -> ExpressionField[R]: ...
    # Without a docstring: editors would show it for each field.
    def __call__(self: Any, path: str | Callable[[Any], Any]) -> ExpressionField[Any]:
        return field_at_path(path, self.__pydamo_path__.model, self.__pydamo_path__, self._known)

    # Hidden from type checkers, so that they report these operators and attributes as errors. They learn the types of
    # longer paths from a function or from the mypy plugin.
    if not TYPE_CHECKING:
        # A method hides a field of the same name. Use a function or the path in text: `attr("address.size")`.
        def __getattr__(self, name: str) -> ExpressionField[Any]:
            if name.startswith("_"):
                raise AttributeError(name)
            path = self.__pydamo_path__.named(name)
            if path is None:
                raise no_field_at(self.__pydamo_path__, name)
            return field_at(path, self._known)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any]]:
        path = self.__pydamo_path__
        if path.raw:
            return _raw_field, (path.steps,)
        return methodcaller("__call__", str(self)), (cast("Any", path.model).attr,)  # its one object

    def __dir__(self) -> list[str]:
        storage = self.__pydamo_path__.storage
        fields = storage.schema().fields if storage.schema is not None else ()
        methods = (*vars(FieldOf), *vars(ExpressionField))
        return [*(name for name in methods if not name.startswith("_")), *fields]

    def __repr__(self) -> str:
        return f"<field {self.__pydamo_path__.described}>"


def field_at(path: Path, known: Known) -> ExpressionField[Any]:
    """Return the one field object for a path; create it at first use."""
    found = known.get(path)
    return found if found is not None else known.setdefault(path, ExpressionField(path, known))


def field_at_path(
    path: str | Callable[[Any], Any], model: type[BaseModel], start: Path | None, known: Known
) -> ExpressionField[Any]:
    """Return the field at a path that a user gives, relative to the model or to a value inside the model."""
    if isinstance(path, str):
        return field_at(parse(model, path, start), known)
    if isinstance(path, HasPath) or not callable(path):
        raise TypeError(f"A path from {described(model, start)!r} is text or a function; got {type(path).__name__}.")
    return field_at(follow(model, start, path), known)


if TYPE_CHECKING:

    class PathField(ExpressionField[T]):
        """A field of unknown type, for type checkers: only the mypy plugin knows the types of longer paths."""

        def __getattr__(self, name: str) -> PathField[Any]: ...

        def __getitem__(self, key: object, /) -> PathField[Any]: ...

else:
    PathField = ExpressionField


_raw_fields: Known = WeakValueDictionary()


def _raw_field(steps: tuple[Step, ...]) -> Any:
    return field_at(raw_path(steps), _raw_fields)


def raw_attribute(name: str) -> PathField[Any]:
    """Return an attribute by its name in DynamoDB, for conditions and updates of any model.

    Use it for an attribute that the model does not declare, such as the old attribute of a renamed field. Its values
    are stored by their own types, as those of `Any`. If the model declares the attribute, the rules of its field hold.

    Args:
        name: The whole name of the attribute. A dot in it is part of the name; continue with `["key"]` or `[0]`.

    Raises:
        InvalidRequestError: The name is empty, or it is not a string.
    """
    if not isinstance(name, str) or not name:
        given = type(name).__name__ if not isinstance(name, str) else "an empty one"
        raise InvalidRequestError(f"raw_attribute takes the name of an attribute, got {given}")
    return cast("PathField[Any]", _raw_field((name,)))
