"""Conditions: frozen values that say what must hold, comparable with `==` and readable when printed.

They know nothing of DynamoDB's grammar (`expressions.py` spells them) and send nothing. Usually they are made by the
operators of a field: `Character.attr.age >= 18` is `Gte(Character.attr.age, 18)`.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, NoReturn, TypeAlias

from pydamodb._core.exceptions import InsufficientConditionsError, InvalidConditionError, UnknownConditionTypeError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._expressions.paths import HasPath, Path, PathTo


class Condition:
    """Base of all conditions; combine them with `&`, `|` and `~`."""

    __slots__ = ()

    def __and__(self, other: Condition, /) -> And:
        """Return a condition that holds if both hold."""
        return And(*_parts(And, self), *_parts(And, as_condition(other)))

    def __or__(self, other: Condition, /) -> Or:
        """Return a condition that holds if one of the two holds."""
        return Or(*_parts(Or, self), *_parts(Or, as_condition(other)))

    def __invert__(self) -> Condition:
        """Return a condition that holds if this one does not."""
        return Not(self)

    def __rand__(self, other: object, /) -> NoReturn:
        """Refuse `a == 1 & (b == 2)`, which Python reads as `a == (1 & (b == 2))`.

        Raises:
            UnknownConditionTypeError: Always.
        """
        raise _not_a_condition(other, "")

    __ror__ = __rand__

    def __bool__(self) -> bool:
        """Refuse to be a truth value: `and`, `or`, `not` and `if` would silently drop a condition.

        Raises:
            InvalidConditionError: Always.
        """
        message = (
            f"the condition {self!r} cannot be used as True or False: use & | ~ instead of and, or, not, put each "
            f"comparison in parentheses, and write between() instead of a < b < c"
        )
        raise InvalidConditionError(message)


def _parts(kind: type[And | Or], condition: Condition) -> tuple[Condition, ...]:
    """Flatten `a & b & c` into one condition of three parts."""
    return condition.conditions if type(condition) is kind else (condition,)


@dataclass(frozen=True)
class SizeOperand:
    """The size of the value at a path, as a condition holds it."""

    path: Path

    def __str__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"size({self.path})"


Operand: TypeAlias = Path | SizeOperand


class Size:
    """The size of a value: UTF-8 bytes of a string, bytes of a binary, elements of a list, map or set.

    It is no condition by itself: compare it with a whole number.
    """

    __slots__ = ("_operand",)

    def __init__(self, field: HasPath | Path) -> None:
        """Take the field whose size is meant."""
        self._operand = SizeOperand(field.__pydamo_path__ if isinstance(field, HasPath) else field)

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return str(self._operand)

    def __hash__(self) -> int:
        """Return the hash of the identity, as `==` is taken."""
        return object.__hash__(self)

    def __eq__(self, other: int | Size | PathTo[int | None], /) -> Eq:  # type: ignore[override]
        """Return a condition: the size is this number."""
        return Eq(self._operand, other)

    def __ne__(self, other: int | Size | PathTo[int | None], /) -> Ne:  # type: ignore[override]
        """Return a condition: the size is another number."""
        return Ne(self._operand, other)

    def __lt__(self, other: int | Size | PathTo[int | None], /) -> Lt:
        """Return a condition: the size is less than this number."""
        return Lt(self._operand, other)

    def __le__(self, other: int | Size | PathTo[int | None], /) -> Lte:
        """Return a condition: the size is at most this number."""
        return Lte(self._operand, other)

    def __gt__(self, other: int | Size | PathTo[int | None], /) -> Gt:
        """Return a condition: the size is more than this number."""
        return Gt(self._operand, other)

    def __ge__(self, other: int | Size | PathTo[int | None], /) -> Gte:
        """Return a condition: the size is at least this number."""
        return Gte(self._operand, other)


def _operand(field: object) -> Operand:
    if isinstance(field, Size):
        return field._operand  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the one reader
    if isinstance(field, HasPath):
        return field.__pydamo_path__
    if isinstance(field, (Path, SizeOperand)):
        return field
    message = f"a condition is about a field of a model, such as Model.attr.field; got {type(field).__name__}"
    raise InvalidConditionError(message)


def _value(value: Any) -> Any:
    """Take a value as it is, another field as its path."""
    return _operand(value) if isinstance(value, (HasPath, Size)) else value


def _shown(value: object) -> str:
    if isinstance(value, (Path, SizeOperand)):
        return str(value)
    return json.dumps(value, ensure_ascii=False) if type(value) is str else repr(value)


@dataclass(frozen=True, repr=False, init=False)
class _Comparison(Condition):
    """A field (or its size) beside one value (or another field)."""

    field: Operand
    value: Any
    symbol: ClassVar[str]

    def __init__(self, field: HasPath | Size | Operand, value: Any) -> None:
        object.__setattr__(self, "field", _operand(field))
        object.__setattr__(self, "value", _value(value))

    def __repr__(self) -> str:
        return f"{self.field} {self.symbol} {_shown(self.value)}"


class Eq(_Comparison):
    """The field has this value; `None` means that it is absent or NULL."""

    symbol = "="


class Ne(_Comparison):
    """The field has another value; `None` means that it is there and not NULL."""

    symbol = "<>"


class Lt(_Comparison):
    """The field is less than this value."""

    symbol = "<"


class Lte(_Comparison):
    """The field is at most this value."""

    symbol = "<="


class Gt(_Comparison):
    """The field is greater than this value."""

    symbol = ">"


class Gte(_Comparison):
    """The field is at least this value."""

    symbol = ">="


class BeginsWith(_Comparison):
    """The stored text (or the bytes) of the field begins with this prefix."""

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"begins_with({self.field}, {_shown(self.value)})"


class Contains(_Comparison):
    """The text of the field contains this text, or the list or set this element."""

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"contains({self.field}, {_shown(self.value)})"


@dataclass(frozen=True, repr=False, init=False)
class Between(Condition):
    """The field is at least `low` and at most `high`."""

    field: Operand
    low: Any
    high: Any

    def __init__(self, field: HasPath | Size | Operand, low: Any, high: Any) -> None:
        """Take the field and both bounds, which belong to the range."""
        object.__setattr__(self, "field", _operand(field))
        object.__setattr__(self, "low", _value(low))
        object.__setattr__(self, "high", _value(high))

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"{self.field} BETWEEN {_shown(self.low)} AND {_shown(self.high)}"


@dataclass(frozen=True, repr=False, init=False)
class In(Condition):
    """The field has one of these values, of which DynamoDB takes 1 to 100."""

    field: Operand
    values: tuple[Any, ...]

    def __init__(self, field: HasPath | Size | Operand, *values: Any) -> None:
        """Take the field and the values, one by one.

        Raises:
            InvalidConditionError: There is no value, or there are more than 100.
        """
        object.__setattr__(self, "field", _operand(field))
        object.__setattr__(self, "values", tuple(map(_value, values)))
        if not 1 <= len(values) <= MOST_IN_VALUES:
            path = self.field.path if isinstance(self.field, SizeOperand) else self.field
            remedy = "combine several in_() with |" if values else "a field is never one of no values"
            message = f"{path.described}.in_() takes 1 to {MOST_IN_VALUES} values, got {len(values)}: {remedy}"
            raise InvalidConditionError(message, model_name=path.model.__name__)

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"{self.field} IN ({', '.join(map(_shown, self.values))})"


MOST_IN_VALUES = 100


@dataclass(frozen=True, repr=False, init=False)
class _Existence(Condition):
    """Whether there is anything at a path."""

    field: Path
    function: ClassVar[str]

    def __init__(self, field: HasPath | Path) -> None:
        operand = _operand(field)
        if isinstance(operand, SizeOperand):
            path = operand.path
            message = f"{self.function} of the size of {path.described}: ask for the field itself"
            raise InvalidConditionError(message, model_name=path.model.__name__)
        object.__setattr__(self, "field", operand)

    def __repr__(self) -> str:
        return f"{self.function}({self.field})"


class AttributeExists(_Existence):
    """The attribute is there, whatever its value."""

    function = "attribute_exists"


class AttributeNotExists(_Existence):
    """The attribute is not there; about a key attribute: there is no such item."""

    function = "attribute_not_exists"


@dataclass(frozen=True, repr=False, init=False)
class _Combination(Condition):
    """Two or more conditions."""

    conditions: tuple[Condition, ...]
    word: ClassVar[str]

    def __init__(self, *conditions: Condition) -> None:
        if len(conditions) < 2:  # noqa: PLR2004 - that many make a combination
            message = f"{type(self).__name__} combines at least two conditions, got {len(conditions)}"
            raise InsufficientConditionsError(message)
        object.__setattr__(self, "conditions", tuple(map(as_condition, conditions)))

    def __repr__(self) -> str:
        return f" {self.word} ".join(
            f"({part!r})" if isinstance(part, _Combination) else repr(part) for part in self.conditions
        )


class And(_Combination):
    """All of the conditions hold."""

    word = "AND"


class Or(_Combination):
    """At least one of the conditions holds."""

    word = "OR"


@dataclass(frozen=True, repr=False)
class Not(Condition):
    """The condition does not hold."""

    condition: Condition

    def __post_init__(self) -> None:
        """Check that it is one."""
        as_condition(self.condition)

    def __invert__(self) -> Condition:
        """Return the condition itself: DynamoDB knows no third truth value."""
        return self.condition

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"NOT ({self.condition!r})"


def as_condition(thing: object, model_name: str = "") -> Condition:
    """Return the condition, or say what else was given.

    Raises:
        UnknownConditionTypeError: It is no condition.
    """
    if isinstance(thing, Condition):
        return thing
    raise _not_a_condition(thing, model_name)


def _not_a_condition(thing: object, model_name: str) -> UnknownConditionTypeError:
    owner = model_name or "Model"
    message = (
        f"{f'{model_name}: ' if model_name else ''}expected a condition such as {owner}.attr.field == value, got "
        f"{type(thing).__name__}; combine conditions with & | ~ and put each comparison in parentheses"
    )
    return UnknownConditionTypeError(message, model_name=model_name)
