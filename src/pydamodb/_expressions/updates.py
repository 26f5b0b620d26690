"""Update actions: frozen values that say what becomes of an attribute. `expressions.py` spells them.

Usually they are made by a field, `Character.attr.age.set(40)`, or stand in a mapping as `{Character.attr.age: 40}`. A
new value may also be one that DynamoDB computes from the item as it was before the update, `Character.attr.age + 1`.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NoReturn, TypeAlias, TypeVar, overload

from pydantic import BaseModel

from pydamodb._core.exceptions import EmptyUpdateError, InvalidUpdateError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._expressions.paths import HasPath, Path, path_in

T_co = TypeVar("T_co", covariant=True)


class UpdateValue(Generic[T_co]):
    """Base of the new values that DynamoDB computes."""

    __slots__ = ()


class Term(Generic[T_co]):
    """Base of what DynamoDB can add to and subtract from: a field, or `field.if_not_exists(...)`."""

    __slots__ = ()

    # The overloads overlap in fields that are always None, which nobody has.
    @overload
    def __add__(  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload]
        self: Term[int | None], other: int | Term[int | None], /
    ) -> Arithmetic[int]: ...
    @overload
    def __add__(  # type: ignore[overload-overlap]
        self: Term[float | None], other: float | Term[float | None], /
    ) -> Arithmetic[float]: ...
    @overload
    def __add__(  # type: ignore[overload-overlap]
        self: Term[Decimal | None], other: int | Decimal | Term[int | Decimal | None], /
    ) -> Arithmetic[Decimal]: ...
    @overload
    def __add__(
        self: Term[timedelta | None], other: timedelta | Term[timedelta | None], /
    ) -> Arithmetic[timedelta]: ...
    def __add__(self: Any, other: Any, /) -> Arithmetic[Any]:
        """Return the sum, as a new value for an update."""
        return Arithmetic(as_value(self), "+", as_value(other))

    @overload
    def __sub__(  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload]
        self: Term[int | None], other: int | Term[int | None], /
    ) -> Arithmetic[int]: ...
    @overload
    def __sub__(  # type: ignore[overload-overlap]
        self: Term[float | None], other: float | Term[float | None], /
    ) -> Arithmetic[float]: ...
    @overload
    def __sub__(  # type: ignore[overload-overlap]
        self: Term[Decimal | None], other: int | Decimal | Term[int | Decimal | None], /
    ) -> Arithmetic[Decimal]: ...
    @overload
    def __sub__(
        self: Term[timedelta | None], other: timedelta | Term[timedelta | None], /
    ) -> Arithmetic[timedelta]: ...
    def __sub__(self: Any, other: Any, /) -> Arithmetic[Any]:
        """Return the difference, as a new value for an update."""
        return Arithmetic(as_value(self), "-", as_value(other))


@dataclass(frozen=True, repr=False)
class Arithmetic(UpdateValue[T_co]):
    """The sum or the difference of two numbers, one of which is stored."""

    left: Any
    sign: Literal["+", "-"]
    right: Any

    if not TYPE_CHECKING:

        def __add__(self, other: object, /) -> NoReturn:
            """Refuse a third operand, which DynamoDB does not know.

            Raises:
                InvalidUpdateError: Always.
            """
            message = f"{self!r} has two operands already, and DynamoDB adds or subtracts two at a time"
            raise InvalidUpdateError(message)

        __radd__ = __sub__ = __rsub__ = __add__

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"{_shown(self.left)} {self.sign} {_shown(self.right)}"


@dataclass(frozen=True, repr=False)
class IfNotExists(UpdateValue[T_co], Term[T_co]):
    """What is stored at a path, or another value where nothing is."""

    path: Path
    value: Any

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"if_not_exists({self.path}, {_shown(self.value)})"


@dataclass(frozen=True, repr=False)
class ListAppend(UpdateValue[T_co]):
    """The list at a path (an empty one where nothing is) with new elements, behind the others or before them."""

    path: Path
    values: tuple[Any, ...]
    at_end: bool

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        parts = (str(self.path), repr(list(self.values)))
        return f"list_append({', '.join(parts if self.at_end else reversed(parts))})"


@dataclass(frozen=True, repr=False)
class Set:
    """The attribute gets this value."""

    path: Path
    value: Any
    word: ClassVar[str] = "SET"

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"SET {self.path} = {_shown(self.value)}"


@dataclass(frozen=True, repr=False)
class Remove:
    """The attribute, or the element of a list or a map, goes away."""

    path: Path
    word: ClassVar[str] = "REMOVE"

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"REMOVE {self.path}"


@dataclass(frozen=True, repr=False)
class Add:
    """The number grows by this one, from 0 on where there is none; or the set gets these elements."""

    path: Path
    value: Any
    word: ClassVar[str] = "ADD"

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"ADD {self.path} {self.value!r}"


@dataclass(frozen=True, repr=False)
class Delete:
    """The set loses these elements; it need not have them."""

    path: Path
    value: Any
    word: ClassVar[str] = "DELETE"

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"DELETE {self.path} {self.value!r}"


UpdateAction: TypeAlias = Set | Remove | Add | Delete
_ACTIONS = (Set, Remove, Add, Delete)


def as_value(value: Any) -> Any:
    """Take a field as its path, anything else as it is."""
    return value.__pydamo_path__ if isinstance(value, HasPath) else value


def _shown(value: object) -> str:
    return str(value) if isinstance(value, Path) else repr(value)


def actions_of(updates: Any, model: type[BaseModel]) -> tuple[UpdateAction, ...]:
    """Read what `update_item` takes: actions, or a mapping from fields to their new values.

    A value that is stored by its absence (None where that is the field's default) removes the attribute.

    Raises:
        EmptyUpdateError: There is nothing to update.
        InvalidUpdateError: It is neither, or is about something that is not a field of the model.
    """
    model_name = model.__name__
    if isinstance(updates, (dict, Mapping)):  # a dict is known in no time
        actions = tuple([_assignment(model, field, value) for field, value in updates.items()])
    elif isinstance(updates, Iterable) and not isinstance(updates, (str, bytes, bytearray, HasPath)):
        actions = tuple([_action(model, given) for given in updates])
    else:
        message = (
            f"{model_name}: updates is a list of actions, such as [{model_name}.attr.field.set(value)], or a mapping "
            f"from fields to values, such as {{{model_name}.attr.field: value}}; got {type(updates).__name__}"
        )
        raise InvalidUpdateError(message, model_name=model_name)
    if not actions:
        message = f"{model_name}: updates is empty; name at least one field and its value"
        raise EmptyUpdateError(message, model_name=model_name)
    return actions


def is_repeatable(action: UpdateAction) -> bool:
    """Tell whether the action, carried out twice, leaves the item as it does when carried out once."""
    if isinstance(action, Delete):
        return True
    if isinstance(action, Add):
        return isinstance(action.value, (set, frozenset))
    if isinstance(action.path.steps[-1], int):
        return False  # another element has the index, or a list grows by each value beyond its end
    if isinstance(action, Remove) or not is_computed(action.value):
        return True
    value = action.value
    return isinstance(value, IfNotExists) and value.path == action.path and not isinstance(value.value, Path)


def is_computed(value: object) -> bool:
    """Tell whether DynamoDB is to find out what a new value is: it speaks of fields."""
    return isinstance(value, (Path, UpdateValue))


def _assignment(model: type[BaseModel], field: object, value: object) -> UpdateAction:
    """Return the action of a field and its new value, on the model's own fields."""
    model_name = model.__name__
    if isinstance(value, _ACTIONS):
        message = f"{model_name}: {value!r} is an action and no value: write updates=[...] with actions only"
        raise InvalidUpdateError(message, model_name=model_name)
    if isinstance(field, HasPath):
        return _set(model, field.__pydamo_path__, as_value(value))
    remedy = f"{model_name}.attr.{field}" if isinstance(field, str) else f"{model_name}.attr.field"
    message = f"{model_name}: the keys of updates are fields, such as {remedy}; got {type(field).__name__}"
    raise InvalidUpdateError(message, model_name=model_name)


def _action(model: type[BaseModel], given: object) -> UpdateAction:
    """Return the action on the model's own fields."""
    if isinstance(given, _ACTIONS) and isinstance(given.path, Path):
        if isinstance(given, Set):
            return _set(model, given.path, given.value)
        path = _own(model, given.path)
        return given if path is given.path else replace(given, path=path)
    model_name = model.__name__
    message = (
        f"{model_name}: a list of updates holds actions, such as {model_name}.attr.field.set(value); "
        f"got {type(given).__name__}"
    )
    raise InvalidUpdateError(message, model_name=model_name)


def _set(model: type[BaseModel], given: Path, value: object) -> Set | Remove:
    """Return a SET on the model's own fields, or a REMOVE where the value is stored by absence."""
    path = _own(model, given)
    if path.field is not None and path.field.omits(value):
        return Remove(path)
    return Set(path, _own_value(model, value) if is_computed(value) else value)


def _own(model: type[BaseModel], given: Path) -> Path:
    path = path_in(model, given)
    if path is None:
        message = f"{given.described} is not a field of {model.__name__}; use {model.__name__}.attr"
        raise InvalidUpdateError(message, model_name=model.__name__)
    return path


def _own_value(model: type[BaseModel], value: Any) -> Any:
    """Return a value as one of the model's own fields, where it speaks of fields."""
    match value:
        case Path():
            return _own(model, value)
        case IfNotExists(path=path, value=other):
            return IfNotExists[Any](_own(model, path), _own_value(model, other))
        case Arithmetic(left=left, sign=sign, right=right):
            return Arithmetic[Any](_own_value(model, left), sign, _own_value(model, right))
        case ListAppend(path=path, values=values, at_end=at_end):
            return ListAppend[Any](_own(model, path), values, at_end)
        case _:
            return value
