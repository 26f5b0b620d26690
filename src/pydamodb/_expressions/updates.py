"""Update actions: immutable values that say how an attribute changes. `render_updates.py` renders them.

A field makes them: `Character.attr.age.set(40)`. A mapping can replace them: `{Character.attr.age: 40}`. DynamoDB can
compute a new value from the item before the update: `Character.attr.age + 1`.
"""

# isinstance narrows a value of type Any, but the types of its elements stay unknown.
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
    """Base of the operands of + and -: a field, or `field.if_not_exists(...)`."""

    __slots__ = ()

    # The overloads overlap only for a field that is always None.
    @overload
    def __add__(self: Ints, other: int | Ints, /) -> Arithmetic[int]: ...  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __add__(self: Floats, other: float | Floats, /) -> Arithmetic[float]: ...  # type: ignore[overload-overlap]
    @overload
    def __add__(self: Decimals, other: IntOrDecimal, /) -> Arithmetic[Decimal]: ...  # type: ignore[overload-overlap]
    @overload
    def __add__(self: Durations, other: timedelta | Durations, /) -> Arithmetic[timedelta]: ...
    def __add__(self: Any, other: Any, /) -> Arithmetic[Any]:
        """Return the sum, as a new value for an update."""
        return Arithmetic(as_value(self), "+", as_value(other))

    @overload
    def __sub__(self: Ints, other: int | Ints, /) -> Arithmetic[int]: ...  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload]
    @overload
    def __sub__(self: Floats, other: float | Floats, /) -> Arithmetic[float]: ...  # type: ignore[overload-overlap]
    @overload
    def __sub__(self: Decimals, other: IntOrDecimal, /) -> Arithmetic[Decimal]: ...  # type: ignore[overload-overlap]
    @overload
    def __sub__(self: Durations, other: timedelta | Durations, /) -> Arithmetic[timedelta]: ...
    def __sub__(self: Any, other: Any, /) -> Arithmetic[Any]:
        """Return the difference, as a new value for an update."""
        return Arithmetic(as_value(self), "-", as_value(other))


Ints: TypeAlias = Term[int | None]
Floats: TypeAlias = Term[float | None]
Decimals: TypeAlias = Term[Decimal | None]
IntOrDecimal: TypeAlias = int | Decimal | Term[int | Decimal | None]
Durations: TypeAlias = Term[timedelta | None]


@dataclass(frozen=True, repr=False)
class Arithmetic(UpdateValue[T_co]):
    """The sum or the difference of two numbers, one of which is stored."""

    left: Any
    sign: Literal["+", "-"]
    right: Any

    if not TYPE_CHECKING:

        def __add__(self, other: object, /) -> NoReturn:
            """Raise InvalidUpdateError: DynamoDB does not support a third operand."""
            raise InvalidUpdateError("DynamoDB adds or subtracts two operands at a time, and this has three.")

        __radd__ = __sub__ = __rsub__ = __add__

    def __repr__(self) -> str:
        return f"{_format_new_value(self.left)} {self.sign} {_format_new_value(self.right)}"


@dataclass(frozen=True, repr=False)
class IfNotExists(UpdateValue[T_co], Term[T_co]):
    """The value of an attribute, or another value if the attribute does not exist."""

    path: Path
    value: Any

    def __repr__(self) -> str:
        return f"if_not_exists({self.path}, {_format_new_value(self.value)})"


@dataclass(frozen=True, repr=False)
class ListAppend(UpdateValue[T_co]):
    """The list of an attribute with new elements at its end or its start; an absent attribute is an empty list."""

    path: Path
    values: tuple[Any, ...]
    at_end: bool

    def __repr__(self) -> str:
        parts = (str(self.path), repr(list(self.values)))
        return f"list_append({', '.join(parts if self.at_end else reversed(parts))})"


@dataclass(frozen=True)
class UpdateAction:
    """Base of all update actions: methods of a field make them, and `updates=[...]` takes them."""

    path: Path
    word: ClassVar[str]


@dataclass(frozen=True, repr=False)
class Set(UpdateAction):
    """The attribute gets this value."""

    value: Any
    word: ClassVar[str] = "SET"

    def __repr__(self) -> str:
        return f"SET {self.path} = {_format_new_value(self.value)}"


@dataclass(frozen=True, repr=False)
class Remove(UpdateAction):
    """The attribute, or the element of a list or a map, is removed."""

    word: ClassVar[str] = "REMOVE"

    def __repr__(self) -> str:
        return f"REMOVE {self.path}"


@dataclass(frozen=True, repr=False)
class Add(UpdateAction):
    """This value is added to the number (0 if it does not exist), or these elements are added to the set."""

    value: Any
    word: ClassVar[str] = "ADD"

    def __repr__(self) -> str:
        return f"ADD {self.path} {self.value!r}"


@dataclass(frozen=True, repr=False)
class Delete(UpdateAction):
    """These elements are deleted from the set; missing elements are ignored."""

    value: Any
    word: ClassVar[str] = "DELETE"

    def __repr__(self) -> str:
        return f"DELETE {self.path} {self.value!r}"


Action: TypeAlias = Set | Remove | Add | Delete
_ACTIONS = (Set, Remove, Add, Delete)


def as_value(value: Any) -> Any:
    """Return the path of a field; return any other value unchanged."""
    return value.__pydamo_path__ if isinstance(value, HasPath) else value


def _format_new_value(value: object) -> str:
    return str(value) if isinstance(value, Path) else repr(value)


def actions_of(updates: Any, model: type[BaseModel]) -> tuple[Action, ...]:
    """Return the actions of the `updates` of `update_item`: actions, or a mapping from fields to new values.

    A value that is stored as an absent attribute (None if that is the field's default) removes the attribute.

    Raises:
        EmptyUpdateError: There is nothing to update.
        InvalidUpdateError: `updates` has another type, or it names something that is not a field of the model.
    """
    model_name = model.__name__
    if isinstance(updates, (dict, Mapping)):  # the check for a dict is much faster
        actions = tuple([assignment(model, field, value) for field, value in updates.items()])
    elif isinstance(updates, Iterable) and not isinstance(updates, (str, bytes, bytearray, HasPath)):
        actions = tuple([_action_on_model(model, given) for given in updates])
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


def is_repeatable(action: Action) -> bool:
    """Return True if the action has the same effect when it runs twice as when it runs once."""
    if type(action) is Set and not is_computed(action.value):  # most actions
        return not isinstance(action.path.steps[-1], int)
    if isinstance(action, Delete):
        return True
    if isinstance(action, Add):
        return isinstance(action.value, (set, frozenset))
    if isinstance(action.path.steps[-1], int):
        return False  # after the first run, the index can belong to another element, or the list can be longer
    if isinstance(action, Remove) or not is_computed(action.value):
        return True
    value = action.value
    return isinstance(value, IfNotExists) and value.path == action.path and not isinstance(value.value, Path)


def is_computed(value: object) -> bool:
    """Return True if DynamoDB computes the new value from fields."""
    return isinstance(value, (Path, UpdateValue))


def assignment(model: type[BaseModel], field: object, value: object) -> Action:
    """Return the action that gives a field its new value; raise InvalidUpdateError for what is no field."""
    model_name = model.__name__
    if isinstance(value, _ACTIONS):
        given = f"{value.word} {value.path}"
        message = f"{model_name}: {given} is an action, not a value: write updates=[...] with actions only"
        raise InvalidUpdateError(message, model_name=model_name)
    if isinstance(field, HasPath):
        return _set_or_remove(model, field.__pydamo_path__, as_value(value))
    remedy = f"{model_name}.attr.{field}" if isinstance(field, str) else f"{model_name}.attr.field"
    message = f"{model_name}: the keys of updates are fields, such as {remedy}; got {type(field).__name__}"
    raise InvalidUpdateError(message, model_name=model_name)


def _action_on_model(model: type[BaseModel], given: object) -> Action:
    if isinstance(given, _ACTIONS) and isinstance(given.path, Path):
        if isinstance(given, Set):
            return _set_or_remove(model, given.path, given.value)
        path = _path_on_model(model, given.path)
        return given if path is given.path else replace(given, path=path)
    model_name = model.__name__
    example = f"{model_name}.attr.field.set(value)"
    message = f"{model_name}: a list of updates holds actions, such as {example}; got {type(given).__name__}"
    raise InvalidUpdateError(message, model_name=model_name)


def _set_or_remove(model: type[BaseModel], given: Path, value: object) -> Set | Remove:
    """Return a SET, or a REMOVE if the value is stored as an absent attribute."""
    path = given if given.model is model else _path_on_model(model, given)
    if path.field is not None and path.field.omits(value):
        return Remove(path)
    return Set(path, _value_on_model(model, value) if is_computed(value) else value)


def _path_on_model(model: type[BaseModel], given: Path) -> Path:
    path = path_in(model, given)
    if path is None:
        message = f"{given.described} is not a field of {model.__name__}; use {model.__name__}.attr"
        raise InvalidUpdateError(message, model_name=model.__name__)
    return path


def _value_on_model(model: type[BaseModel], value: Any) -> Any:
    match value:
        case Path():
            return _path_on_model(model, value)
        case IfNotExists(path=path, value=other):
            return IfNotExists[Any](_path_on_model(model, path), _value_on_model(model, other))
        case Arithmetic(left=left, sign=sign, right=right):
            return Arithmetic[Any](_value_on_model(model, left), sign, _value_on_model(model, right))
        case ListAppend(path=path, values=values, at_end=at_end):
            return ListAppend[Any](_path_on_model(model, path), values, at_end)
        case _:
            return value
