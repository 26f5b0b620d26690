"""Fields as they stand in expressions: `Character.attr.age` and all that can be said with it.

The `attr` namespace finds a model's fields by name, a path in text or a function; a field builds conditions with its
operators and methods, and longer paths with `.name`, `[index]` and `["key"]`. There is one object for each path of a
model, so that fields can be keys of a dict although `==` builds a condition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast, overload
from weakref import WeakValueDictionary

from pydantic import BaseModel

from pydamodb._compile import layout_of
from pydamodb._path_text import parse
from pydamodb._paths import HasPath, Path, field_path, no_field, no_field_at, path_of
from pydamodb.conditions import (
    AttributeExists,
    AttributeNotExists,
    BeginsWith,
    Between,
    Contains,
    Eq,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Ne,
    Size,
)
from pydamodb.exceptions import InvalidConditionError

__all__ = ["AttributePath", "ExpressionField"]

T = TypeVar("T")
V = TypeVar("V")
ModelT = TypeVar("ModelT", bound=BaseModel)


class ExpressionField(HasPath, Generic[T]):
    """A field of a model, or a value inside it, in an expression.

    Operands are given as values of the field's own type and compared in their stored form. DynamoDB compares only what
    is of one type: a condition on an attribute that is absent, or of another type, does not hold.
    """

    __slots__ = ("__weakref__", "_known")

    def __init__(self, path: Path, known: WeakValueDictionary[Path, ExpressionField[Any]]) -> None:
        """Take the path, and the fields of the model that are made already, so that each is made once."""
        super().__init__(path)
        self._known = known

    # Identity, as `==` is taken: two fields are never equal, and one is always found again.
    __hash__ = object.__hash__

    def __eq__(self, other: T | ExpressionField[T], /) -> Eq:  # type: ignore[override]
        """Return a condition: the field has this value. `None` stands for absent or NULL."""
        return Eq(self, other)

    def __ne__(self, other: T | ExpressionField[T], /) -> Ne:  # type: ignore[override]
        """Return a condition: the field has another value. `None` stands for absent or NULL."""
        return Ne(self, other)

    def __lt__(self, other: T | ExpressionField[T], /) -> Lt:
        """Return a condition: the field is less than this value."""
        return Lt(self, other)

    def __le__(self, other: T | ExpressionField[T], /) -> Lte:
        """Return a condition: the field is at most this value."""
        return Lte(self, other)

    def __gt__(self, other: T | ExpressionField[T], /) -> Gt:
        """Return a condition: the field is greater than this value."""
        return Gt(self, other)

    def __ge__(self, other: T | ExpressionField[T], /) -> Gte:
        """Return a condition: the field is at least this value."""
        return Gte(self, other)

    def between(self, low: T | ExpressionField[T], high: T | ExpressionField[T]) -> Between:
        """Return a condition: the field is at least `low` and at most `high`."""
        return Between(self, low, high)

    def in_(self, *values: T | ExpressionField[T]) -> In:
        """Return a condition: the field has one of these values, given one by one, 100 at most."""
        return In(self, *values)

    def begins_with(self, prefix: str | bytes) -> BeginsWith:
        """Return a condition: the stored text (or the bytes) of the field begins with this prefix."""
        return BeginsWith(self, prefix)

    def contains(self, value: Any) -> Contains:
        """Return a condition: the text of the field contains this text, or the list or set this element."""
        return Contains(self, value)

    def size(self) -> Size:
        """Return the size of the field, to be compared with a whole number."""
        return Size(self)

    def exists(self) -> AttributeExists:
        """Return a condition: the attribute is there."""
        return AttributeExists(self)

    def not_exists(self) -> AttributeNotExists:
        """Return a condition: the attribute is not there."""
        return AttributeNotExists(self)

    def __getitem__(self, key: int | str, /) -> ExpressionField[Any]:
        """Return the element at an index of a list, from 0 on, or under a key of a map.

        Raises:
            TypeError: The field has no elements of that kind.
        """
        return field_at(self._path.keyed(key), self._known)

    def __and__(self, other: object, /) -> NoReturn:
        """Refuse `a == 1 & b == 2`, which Python reads as `a == (1 & b) == 2`.

        Raises:
            InvalidConditionError: Always.
        """
        message = (
            f"{self._path.described} stands beside & | or ~ without a comparison of its own: put each comparison in "
            f"parentheses, as in (a == 1) & ~(b == 2)"
        )
        raise InvalidConditionError(message, model_name=self._path.model.__name__)

    __rand__ = __or__ = __ror__ = __and__

    def __invert__(self) -> NoReturn:
        """Refuse `~a == 1`, which Python reads as `(~a) == 1`.

        Raises:
            InvalidConditionError: Always.
        """
        self.__and__(None)

    # A method named like a field would hide it: for such a field, use the path in text, `attr("address.size")`.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> ExpressionField[Any]:
            if name.startswith("_"):
                raise AttributeError(name)
            path = self._path.named(name)
            if path is None:
                raise no_field_at(self._path, name)
            return field_at(path, self._known)

    def __copy__(self) -> ExpressionField[T]:
        """Return the field itself: there is one object for each path."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> ExpressionField[T]:
        """Return the field itself: there is one object for each path."""
        return self

    def __iter__(self) -> Any:
        """Refuse to be iterated: `[0]` is a path, not a value.

        Raises:
            TypeError: Always.
        """
        raise TypeError(f"{self._path.described} is a field in an expression and has no elements to iterate over")

    def __bool__(self) -> bool:
        """Refuse to be a truth value, as a condition does.

        Raises:
            InvalidConditionError: Always.
        """
        message = f"{self._path.described} is a field in an expression and has no truth value; did you mean exists()?"
        raise InvalidConditionError(message, model_name=self._path.model.__name__)

    def __dir__(self) -> list[str]:
        """List the methods, and the fields of the model that is here."""
        shape = self._path.shape
        fields = shape.layout().members if shape.layout is not None else ()
        return [*(name for name in vars(ExpressionField) if not name.startswith("_")), *fields]

    def __repr__(self) -> str:
        """Show the model and the path."""
        return f"<field {self._path.described}>"


def field_at(path: Path, known: WeakValueDictionary[Path, ExpressionField[Any]]) -> ExpressionField[Any]:
    """Return the one field object for a path, made now if there is none."""
    found = known.get(path)
    return found if found is not None else known.setdefault(path, ExpressionField(path, known))


if TYPE_CHECKING:

    class PathField(ExpressionField[T]):
        """What checkers see of a field behind which others may lie; only the mypy plugin tells which."""

        def __getattr__(self, name: str) -> PathField[Any]: ...

        def __getitem__(self, key: int | str, /) -> PathField[Any]: ...


class AttributePath(Generic[ModelT]):
    """The fields of a model: `attr.age`, `attr("address.city")`, `attr(lambda character: character.address.city)`."""

    __slots__ = ("__dict__", "_known", "_model")

    def __init__(self, model: type[ModelT]) -> None:
        """Start empty: fields are made when they are first asked for, then found in `__dict__`."""
        object.__setattr__(self, "_model", model)
        object.__setattr__(self, "_known", WeakValueDictionary())

    if TYPE_CHECKING:
        _model: type[ModelT]
        _known: WeakValueDictionary[Path, ExpressionField[Any]]
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
        if isinstance(path, str):
            return field_at(parse(self._model, path), self._known)
        found: object = path(cast("ModelT", self))
        if isinstance(found, HasPath) and path_of(found).model is self._model:
            return field_at(path_of(found), self._known)
        got = type(found).__name__
        message = f"the function must return a field of {self._model.__name__!r}, which it is given; got {got}"
        raise AttributeError(message)

    def __dir__(self) -> list[str]:
        """List the names of the fields, and nothing else."""
        return list(layout_of(self._model).members)

    def __repr__(self) -> str:
        """Show the model."""
        return f"<fields of {self._model.__name__}>"
