"""Fields in expressions: `Character.attr.age`.

Operators and methods of a field build conditions and updates; `.name`, `[index]` and `["key"]` build longer paths.
Each path of a model has one field object, so a field can be the key of a dict although `==` builds a condition.

Type checkers know the type of a field's values. The `self` of a method names the types that support the method.
`PathTo` is covariant: one signature covers `str`, `str | None` and each enum of strings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from operator import methodcaller
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeVar, cast, overload
from weakref import WeakValueDictionary

from pydantic import BaseModel

from pydamodb._core.exceptions import InvalidConditionError, InvalidRequestError
from pydamodb._expressions.conditions import (
    AttributeExists,
    AttributeNotExists,
    BeginsWith,
    Between,
    Condition,
    Contains,
    Eq,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Ne,
    NoTruthValue,
    Size,
)
from pydamodb._expressions.operand_types import (
    AddingByField,
    AppendingByField,
    DeletingByField,
    Elements,
    ElementTestByField,
    Operand,
    Unspecified,
)
from pydamodb._expressions.paths import HasPath, Path, PathTo, Step, described, follow, no_field_at, parse, raw_path
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
V = TypeVar("V")
R = TypeVar("R")

NewValue: TypeAlias = T | PathTo[T] | UpdateValue[T]
WholeOrDecimal: TypeAlias = int | Decimal | PathTo[int | Decimal | None]
Known: TypeAlias = "WeakValueDictionary[Path, ExpressionField[Any]]"


class ExpressionField(PathTo[T], Term[T]):
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

    # By identity, because `==` builds a condition.
    if TYPE_CHECKING:
        __iter__: None

        def __hash__(self) -> int: ...

    else:
        __hash__ = object.__hash__

    # Each comparison has an overload for Decimal, the one type whose fields accept operands of another type: int.
    @overload  # type: ignore[override]
    def __eq__(self: PathTo[Decimal | None], other: WholeOrDecimal | None, /) -> Condition: ...
    @overload
    def __eq__(self, other: Operand[T] | None, /) -> Condition: ...
    def __eq__(self, other: Any, /) -> Condition:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a condition: the field is equal to this value. `None` means absent or NULL."""
        return Eq(self, other)

    @overload  # type: ignore[override]
    def __ne__(self: PathTo[Decimal | None], other: WholeOrDecimal | None, /) -> Condition: ...
    @overload
    def __ne__(self, other: Operand[T] | None, /) -> Condition: ...
    def __ne__(self, other: Any, /) -> Condition:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a condition: the field is not equal to this value. `None` means absent or NULL."""
        return Ne(self, other)

    @overload
    def __lt__(self: PathTo[Decimal | None], other: WholeOrDecimal, /) -> Condition: ...
    @overload
    def __lt__(self, other: Operand[T], /) -> Condition: ...
    def __lt__(self, other: Any, /) -> Condition:
        """Return a condition: the field is less than this value."""
        return Lt(self, other)

    @overload
    def __le__(self: PathTo[Decimal | None], other: WholeOrDecimal, /) -> Condition: ...
    @overload
    def __le__(self, other: Operand[T], /) -> Condition: ...
    def __le__(self, other: Any, /) -> Condition:
        """Return a condition: the field is at most this value."""
        return Lte(self, other)

    @overload
    def __gt__(self: PathTo[Decimal | None], other: WholeOrDecimal, /) -> Condition: ...
    @overload
    def __gt__(self, other: Operand[T], /) -> Condition: ...
    def __gt__(self, other: Any, /) -> Condition:
        """Return a condition: the field is greater than this value."""
        return Gt(self, other)

    @overload
    def __ge__(self: PathTo[Decimal | None], other: WholeOrDecimal, /) -> Condition: ...
    @overload
    def __ge__(self, other: Operand[T], /) -> Condition: ...
    def __ge__(self, other: Any, /) -> Condition:
        """Return a condition: the field is at least this value."""
        return Gte(self, other)

    @overload
    def between(self: PathTo[Decimal | None], low: WholeOrDecimal, high: WholeOrDecimal) -> Condition: ...
    @overload
    def between(self, low: Operand[T], high: Operand[T]) -> Condition: ...
    def between(self, low: Any, high: Any) -> Condition:
        """Return a condition: the field is at least `low` and at most `high`."""
        return Between(self, low, high)

    @overload
    def in_(self: PathTo[Decimal | None], *values: WholeOrDecimal) -> Condition: ...
    @overload
    def in_(self, *values: Operand[T]) -> Condition: ...
    def in_(self, *values: Any) -> Condition:
        """Return a condition: the field is equal to one of 1 to 100 values, given one by one."""
        return In(self, *values)

    # Dates and times are stored as ISO 8601: a prefix is a year, a month or a day.
    @overload
    def begins_with(self: PathTo[str | date | time | None], prefix: Operand[str]) -> Condition: ...
    @overload
    def begins_with(self: PathTo[bytes | None], prefix: Operand[bytes]) -> Condition: ...
    def begins_with(self: PathTo[Any], prefix: Any) -> Condition:
        """Return a condition: the stored text or bytes of the field begin with this prefix."""
        return BeginsWith(self, prefix)

    if TYPE_CHECKING:
        contains: ElementTestByField = ElementTestByField()
    else:

        def contains(self, value: Any) -> Condition:
            """Return a condition: the text contains this text, or the list or set contains this element."""
            return Contains(self, value)

    def size(self) -> Size:
        """Return the size of the field; compare it with an int."""
        return Size(self)

    def exists(self) -> Condition:
        """Return a condition: the attribute exists."""
        return AttributeExists(self)

    def not_exists(self) -> Condition:
        """Return a condition: the attribute does not exist."""
        return AttributeNotExists(self)

    def set(self, value: NewValue[T]) -> UpdateAction:
        """Return an update action that sets the field to this value (SET of UpdateItem).

        `update_item(..., updates=[field.set(value)])` is the same as `updates={field: value}`. The value can be another
        field. DynamoDB can also compute it: `field + 1`, `field - 1`, `field.if_not_exists(0) + 1`.
        """
        return Set(self.__pydamo_path__, as_value(value))

    def if_not_exists(self, value: T | PathTo[T]) -> IfNotExists[T]:
        """Return a new value for an update: the value of the field, or this value if the attribute is absent."""
        return IfNotExists(self.__pydamo_path__, as_value(value))

    def remove(self) -> UpdateAction:
        """Return an update action that removes the attribute, or the element of a list or a map (REMOVE)."""
        return Remove(self.__pydamo_path__)

    if TYPE_CHECKING:
        append: AppendingByField = AppendingByField()
        prepend: AppendingByField = AppendingByField()
        add: AddingByField = AddingByField()
        delete: DeletingByField = DeletingByField()
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
    def __getitem__(self: PathTo[Elements[V] | None], index: int, /) -> ExpressionField[V]: ...
    @overload
    def __getitem__(self: PathTo[Mapping[str, V] | None], key: str, /) -> ExpressionField[V]: ...
    def __getitem__(self: Any, key: int | str, /) -> ExpressionField[Any]:
        """Return the element at an index of a list (0 or more), or at a key of a map or a typed dict.

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
    def __call__(self: PathTo[V | None], path: Callable[[V], R]) -> ExpressionField[R]: ...
    # Without a docstring: editors would show it for each field.
    def __call__(self: Any, path: str | Callable[[Any], Any]) -> ExpressionField[Any]:
        return field_at_path(path, self.__pydamo_path__.model, self.__pydamo_path__, self._known)

    # Hidden from type checkers, so that they report these operators and attributes as errors. They learn the types of
    # longer paths from a function or from the mypy plugin.
    if not TYPE_CHECKING:

        def __and__(self, *_: object) -> NoReturn:
            """Raise InvalidConditionError: Python reads `a == 1 & b == 2` as `a == (1 & b) == 2`."""
            path, remedy = self.__pydamo_path__, "Put each comparison in parentheses: (a == 1) & ~(b == 2)."
            message = f"{path.described} is next to & | or ~ without a comparison. {remedy}"
            raise InvalidConditionError(message, model_name=path.model_name)

        __rand__ = __or__ = __ror__ = __invert__ = __and__

        def __iter__(self) -> NoReturn:
            """Raise TypeError: `[0]` is a path, not a value."""
            described = self.__pydamo_path__.described
            raise TypeError(f"{described} is a field in an expression and has no elements to iterate over")

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

    def __str__(self) -> str:
        return self.__pydamo_path__.label

    def __bool__(self) -> NoTruthValue:
        """Raise InvalidConditionError: a field has no truth value."""
        path = self.__pydamo_path__
        message = f"{path.described} is a field in an expression and has no truth value; did you mean exists()?"
        raise InvalidConditionError(message, model_name=path.model_name)

    def __dir__(self) -> list[str]:
        storage = self.__pydamo_path__.storage
        fields = storage.schema().fields if storage.schema is not None else ()
        return [*(name for name in vars(ExpressionField) if not name.startswith("_")), *fields]

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

        def __getitem__(self, key: int | str, /) -> PathField[Any]: ...

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
