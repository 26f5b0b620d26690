"""Fields as they stand in expressions: `Character.attr.age` and all that can be said with it.

A field builds conditions with its operators and methods, and longer paths with `.name`, `[index]` and `["key"]`. There
is one object for each path of a model, so that fields can be keys of a dict although `==` builds a condition.

For type checkers a field knows the type of its values. Where a method is not for every type, its `self` says for which:
`PathTo` is covariant, so that one signature speaks of `str`, of `str | None` and of every enum of strings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeVar, overload
from weakref import WeakValueDictionary

from pydantic import BaseModel

from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._expressions.conditions import (
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
from pydamodb._expressions.operand_types import (
    AddingByField,
    AppendingByField,
    DeletingByField,
    Elements,
    ElementTestByField,
    Operand,
    Unspecified,
)
from pydamodb._expressions.paths import (
    HasPath,
    Path,
    PathTo,
    described,
    follow,
    no_field_at,
    parse,
)
from pydamodb._expressions.updates import Add, Delete, IfNotExists, ListAppend, Remove, Set, Term, UpdateValue, as_value

T = TypeVar("T")
V = TypeVar("V")
R = TypeVar("R")
V_co = TypeVar("V_co", covariant=True)

NewValue: TypeAlias = T | PathTo[T] | UpdateValue[T]
WholeOrDecimal: TypeAlias = int | Decimal | PathTo[int | Decimal | None]
Known: TypeAlias = "WeakValueDictionary[Path, ExpressionField[Any]]"


class ExpressionField(PathTo[T], Term[T]):
    """A field of a model, or a value inside it, in an expression.

    Operands are given as values of the field's own type and compared in their stored form. DynamoDB compares only what
    is of one type: a condition on an attribute that is absent, or of another type, does not hold.

    A longer path goes on with `.city`, `[0]` or `["key"]`, and, called, with a text or with a function from the value
    to one inside it: `attr.address(lambda address: address.city)`. One that does not exist is an AttributeError.
    """

    __slots__ = ("__weakref__", "_known")

    def __init__(self, path: Path, known: Known) -> None:
        """Take the path, and the fields of the model that are made already, so that each is made once."""
        super().__init__(path)
        self._known = known

    # Identity, as `==` is taken: two fields are never equal, and one is always found again.
    if TYPE_CHECKING:
        __iter__: None

        def __hash__(self) -> int: ...

    else:
        __hash__ = object.__hash__

    # Each comparison is overloaded for the one type whose operands are wider than the field: Decimal also takes int.
    @overload  # type: ignore[override]
    def __eq__(self: PathTo[Decimal | None], other: WholeOrDecimal | None, /) -> Eq: ...
    @overload
    def __eq__(self, other: Operand[T] | None, /) -> Eq: ...
    def __eq__(self, other: Any, /) -> Eq:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a condition: the field has this value. `None` stands for absent or NULL."""
        return Eq(self, other)

    @overload  # type: ignore[override]
    def __ne__(self: PathTo[Decimal | None], other: WholeOrDecimal | None, /) -> Ne: ...
    @overload
    def __ne__(self, other: Operand[T] | None, /) -> Ne: ...
    def __ne__(self, other: Any, /) -> Ne:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a condition: the field has another value. `None` stands for absent or NULL."""
        return Ne(self, other)

    @overload
    def __lt__(self: PathTo[Decimal | None], other: WholeOrDecimal, /) -> Lt: ...
    @overload
    def __lt__(self, other: Operand[T], /) -> Lt: ...
    def __lt__(self, other: Any, /) -> Lt:
        """Return a condition: the field is less than this value."""
        return Lt(self, other)

    @overload
    def __le__(self: PathTo[Decimal | None], other: WholeOrDecimal, /) -> Lte: ...
    @overload
    def __le__(self, other: Operand[T], /) -> Lte: ...
    def __le__(self, other: Any, /) -> Lte:
        """Return a condition: the field is at most this value."""
        return Lte(self, other)

    @overload
    def __gt__(self: PathTo[Decimal | None], other: WholeOrDecimal, /) -> Gt: ...
    @overload
    def __gt__(self, other: Operand[T], /) -> Gt: ...
    def __gt__(self, other: Any, /) -> Gt:
        """Return a condition: the field is greater than this value."""
        return Gt(self, other)

    @overload
    def __ge__(self: PathTo[Decimal | None], other: WholeOrDecimal, /) -> Gte: ...
    @overload
    def __ge__(self, other: Operand[T], /) -> Gte: ...
    def __ge__(self, other: Any, /) -> Gte:
        """Return a condition: the field is at least this value."""
        return Gte(self, other)

    @overload
    def between(self: PathTo[Decimal | None], low: WholeOrDecimal, high: WholeOrDecimal) -> Between: ...
    @overload
    def between(self, low: Operand[T], high: Operand[T]) -> Between: ...
    def between(self, low: Any, high: Any) -> Between:
        """Return a condition: the field is at least `low` and at most `high`."""
        return Between(self, low, high)

    @overload
    def in_(self: PathTo[Decimal | None], *values: WholeOrDecimal) -> In: ...
    @overload
    def in_(self, *values: Operand[T]) -> In: ...
    def in_(self, *values: Any) -> In:
        """Return a condition: the field has one of these values, given one by one, 100 at most."""
        return In(self, *values)

    # Dates and times are stored as ISO 8601, whose prefixes are years, months and days.
    @overload
    def begins_with(self: PathTo[str | date | time | None], prefix: Operand[str]) -> BeginsWith: ...
    @overload
    def begins_with(self: PathTo[bytes | None], prefix: Operand[bytes]) -> BeginsWith: ...
    def begins_with(self: PathTo[Any], prefix: Any) -> BeginsWith:
        """Return a condition: the stored text (or the bytes) of the field begins with this prefix."""
        return BeginsWith(self, prefix)

    if TYPE_CHECKING:
        contains: ElementTestByField = ElementTestByField()
    else:

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

    def set(self, value: NewValue[T]) -> Set:
        """Return an update action: the field gets this value (a SET of DynamoDB's UpdateItem).

        It is for `update_item(..., updates=[...])`, where it does what `{field: value}` does in a mapping. The value
        may be another field, or computed by DynamoDB: `field + 1`, `field - 1`, `field.if_not_exists(0) + 1`.
        """
        return Set(self.__pydamo_path__, as_value(value))

    def if_not_exists(self, value: T | PathTo[T]) -> IfNotExists[T]:
        """Return the value of the field, or this one where it has none, as a new value for an update."""
        return IfNotExists(self.__pydamo_path__, as_value(value))

    def remove(self) -> Remove:
        """Return an update action: the attribute, or the element of a list or a map, goes away (a REMOVE)."""
        return Remove(self.__pydamo_path__)

    if TYPE_CHECKING:
        append: AppendingByField = AppendingByField()
        prepend: AppendingByField = AppendingByField()
        add: AddingByField = AddingByField()
        delete: DeletingByField = DeletingByField()
    else:

        def append(self, *values: Any) -> Set:
            """Return an update action: the list gets these elements behind its others (a SET with list_append)."""
            return Set(self.__pydamo_path__, ListAppend(self.__pydamo_path__, values, at_end=True))

        def prepend(self, *values: Any) -> Set:
            """Return an update action: the list gets these elements before its others (a SET with list_append)."""
            return Set(self.__pydamo_path__, ListAppend(self.__pydamo_path__, values, at_end=False))

        def add(self, value: Any) -> Add:
            """Return an update action: the number grows by this one, or the set gets these elements (an ADD)."""
            return Add(self.__pydamo_path__, value)

        def delete(self, value: Any) -> Delete:
            """Return an update action: the set loses these elements (a DELETE)."""
            return Delete(self.__pydamo_path__, value)

    @overload
    def __getitem__(self: PathTo[Elements[V] | None], index: int, /) -> ExpressionField[V]: ...
    @overload
    def __getitem__(self: PathTo[Mapping[str, V] | None], key: str, /) -> ExpressionField[V]: ...
    def __getitem__(self: Any, key: int | str, /) -> ExpressionField[Any]:
        """Return the element at an index of a list, from 0 on, or under a key of a map.

        Raises:
            TypeError: The field has no elements of that kind.
        """
        return field_at(self.__pydamo_path__.keyed(key), self._known)

    @overload
    def __call__(self, path: str) -> ExpressionField[Any]: ...
    @overload
    def __call__(self: ExpressionField[Unspecified], path: Callable[[Any], R]) -> ExpressionField[R]: ...
    @overload
    def __call__(self: PathTo[V | None], path: Callable[[V], R]) -> ExpressionField[R]: ...
    def __call__(  # noqa: D102 - editors would show it whenever they show a field
        self: Any, path: str | Callable[[Any], Any]
    ) -> ExpressionField[Any]:
        return field_at_path(path, self.__pydamo_path__.model, self.__pydamo_path__, self._known)

    # Type checkers say by themselves that a field has none of the operators that are refused here, nor attributes: what
    # lies behind a field they learn from a function, or from the mypy plugin.
    if not TYPE_CHECKING:

        def __and__(self, other: object, /) -> NoReturn:
            """Refuse `a == 1 & b == 2`, which Python reads as `a == (1 & b) == 2`.

            Raises:
                InvalidConditionError: Always.
            """
            message = (
                f"{self.__pydamo_path__.described} stands beside & | or ~ without a comparison of its own: put each comparison "
                f"in parentheses, as in (a == 1) & ~(b == 2)"
            )
            raise InvalidConditionError(message, model_name=self.__pydamo_path__.model.__name__)

        __rand__ = __or__ = __ror__ = __and__

        def __invert__(self) -> NoReturn:
            """Refuse `~a == 1`, which Python reads as `(~a) == 1`.

            Raises:
                InvalidConditionError: Always.
            """
            self.__and__(None)

        def __iter__(self) -> NoReturn:
            """Refuse to be iterated: `[0]` is a path, not a value.

            Raises:
                TypeError: Always.
            """
            raise TypeError(
                f"{self.__pydamo_path__.described} is a field in an expression and has no elements to iterate over"
            )

        # A method hides a field of its name: for that one, use a function or the path in text, `attr("address.size")`.
        def __getattr__(self, name: str) -> ExpressionField[Any]:
            if name.startswith("_"):
                raise AttributeError(name)
            path = self.__pydamo_path__.named(name)
            if path is None:
                raise no_field_at(self.__pydamo_path__, name)
            return field_at(path, self._known)

    def __copy__(self) -> ExpressionField[T]:
        """Return the field itself: there is one object for each path."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> ExpressionField[T]:
        """Return the field itself: there is one object for each path."""
        return self

    def __bool__(self) -> bool:
        """Refuse to be a truth value, as a condition does.

        Raises:
            InvalidConditionError: Always.
        """
        message = f"{self.__pydamo_path__.described} is a field in an expression and has no truth value; did you mean exists()?"
        raise InvalidConditionError(message, model_name=self.__pydamo_path__.model.__name__)

    def __dir__(self) -> list[str]:
        """List the methods, and the fields of the model that is here."""
        storage = self.__pydamo_path__.storage
        fields = storage.schema().fields if storage.schema is not None else ()
        return [*(name for name in vars(ExpressionField) if not name.startswith("_")), *fields]

    def __repr__(self) -> str:
        """Show the model and the path."""
        return f"<field {self.__pydamo_path__.described}>"


def field_at(path: Path, known: Known) -> ExpressionField[Any]:
    """Return the one field object for a path, made now if there is none."""
    found = known.get(path)
    return found if found is not None else known.setdefault(path, ExpressionField(path, known))


def field_at_path(
    path: str | Callable[[Any], Any], model: type[BaseModel], start: Path | None, known: Known
) -> ExpressionField[Any]:
    """Return the field at a path that a user gives, from the model or from a value inside of it."""
    if isinstance(path, str):
        return field_at(parse(model, path, start), known)
    if isinstance(path, HasPath) or not callable(path):
        place = described(model, start)
        raise TypeError(f"a path from {place!r} is text, or a function; got {type(path).__name__}")
    return field_at(follow(model, start, path), known)


if TYPE_CHECKING:

    class PathField(ExpressionField[T]):
        """What checkers see of a field behind which others may lie; only the mypy plugin tells which."""

        def __getattr__(self, name: str) -> PathField[Any]: ...

        def __getitem__(self, key: int | str, /) -> PathField[Any]: ...

else:
    PathField = ExpressionField
