"""Conditions: immutable values that can be compared with `==` and printed.

The operators of a field make them: `Character.attr.age >= 18` is `Gte(Character.attr.age, 18)`. A text in place of a
field is the path of an attribute: `Gte("age", 18)` is `raw_attribute("age") >= 18`. They do not know the syntax of
DynamoDB: `render_conditions.py` renders them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeAlias

from pydamodb._core.exceptions import InsufficientConditionsError, InvalidConditionError, UnknownConditionTypeError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._expressions.paths import FieldOf, HasPath, Path, raw_path_of


class NoTruthValue:
    """The type of `bool(condition)`, for type checkers: it is no bool, so that they report `if condition`."""


class Condition:
    """Base of all conditions; combine them with `&`, `|` and `~`."""

    __slots__ = ()

    def __and__(self, other: Condition, /) -> Condition:
        """Return a condition that is true if both conditions are true."""
        return And(*_flattened(And, self), *_flattened(And, as_condition(other)))

    def __or__(self, other: Condition, /) -> Condition:
        """Return a condition that is true if at least one of the two conditions is true."""
        return Or(*_flattened(Or, self), *_flattened(Or, as_condition(other)))

    def __invert__(self) -> Condition:
        """Return a condition that is true if this condition is false."""
        return Not(self)

    # Hidden from type checkers, so that they report these operators as errors.
    if not TYPE_CHECKING:

        def __rand__(self, other: object, /) -> NoReturn:
            """Raise UnknownConditionTypeError: Python reads `a == 1 & (b == 2)` as `a == (1 & (b == 2))`."""
            raise _not_a_condition(other)

        __ror__ = __rand__

    def __bool__(self) -> NoTruthValue:
        """Raise InvalidConditionError: `and`, `or`, `not` and `if` would silently drop a condition."""
        raise InvalidConditionError(
            f"The condition {self!r} cannot be used as True or False. Use & | ~ instead of and, or, not. Put each "
            f"comparison in parentheses: (a == 1) & ~(b == 2). Use between() instead of a < b < c."
        )


def _flattened(kind: type[And | Or], condition: Condition) -> tuple[Condition, ...]:
    """Return the parts of a combination of this kind: `a & b & c` is one condition of three parts."""
    return condition.conditions if type(condition) is kind else (condition,)


@dataclass(frozen=True)
class SizeOperand:
    """The size of the value at a path, as a condition stores it."""

    path: Path

    def __str__(self) -> str:
        return f"size({self.path})"


Operand: TypeAlias = Path | SizeOperand
MOST_IN_VALUES = 100
MOST_CONDITIONS = 150  # each has an operator or a function, and there are 149 between them


class Size:
    """The size of a value: UTF-8 bytes of a string, bytes of a binary value, elements of a list, map or set.

    It is not a condition. Compare it with an int: `field.size() >= 3`.
    """

    __slots__ = ("_operand",)

    def __init__(self, field: HasPath | Path | str) -> None:
        operand = _operand_of(field)
        self._operand = operand if isinstance(operand, SizeOperand) else SizeOperand(operand)

    def __repr__(self) -> str:
        return str(self._operand)

    def __hash__(self) -> int:
        return object.__hash__(self)  # by identity, because `==` builds a condition

    def __eq__(self, other: int | Size | FieldOf[int | None], /) -> Condition:  # type: ignore[override]
        return Eq(self._operand, other)

    def __ne__(self, other: int | Size | FieldOf[int | None], /) -> Condition:  # type: ignore[override]
        return Ne(self._operand, other)

    def __lt__(self, other: int | Size | FieldOf[int | None], /) -> Condition:
        return Lt(self._operand, other)

    def __le__(self, other: int | Size | FieldOf[int | None], /) -> Condition:
        return Lte(self._operand, other)

    def __gt__(self, other: int | Size | FieldOf[int | None], /) -> Condition:
        return Gt(self._operand, other)

    def __ge__(self, other: int | Size | FieldOf[int | None], /) -> Condition:
        return Gte(self._operand, other)


def _operand_of(field: object) -> Operand:
    if isinstance(field, Size):
        return field._operand  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - read only here
    if isinstance(field, HasPath):
        return field.__pydamo_path__
    if isinstance(field, (Path, SizeOperand)):
        return field
    message = f"A condition needs a field of a model, such as Model.attr.field; got {type(field).__name__}."
    if isinstance(field, str):
        try:
            return raw_path_of(field)
        except (AttributeError, IndexError):
            message = f"{field!r} is not a path such as 'ttl' or 'address.city'; use raw_attribute({field!r})"
    raise InvalidConditionError(message) from None


def _path_or_value(value: Any) -> Any:
    return _operand_of(value) if isinstance(value, (HasPath, Size)) else value


def _format_operand(value: object) -> str:
    if isinstance(value, (Path, SizeOperand)):
        return str(value)
    return json.dumps(value, ensure_ascii=False) if type(value) is str else repr(value)


@dataclass(frozen=True, repr=False, init=False)
class Comparison(Condition):
    """A field (or its size), compared with one value (or another field)."""

    field: Operand
    value: Any
    symbol: ClassVar[str]

    def __init__(self, field: HasPath | Size | Operand | str, value: Any) -> None:
        object.__setattr__(self, "field", _operand_of(field))
        object.__setattr__(self, "value", _path_or_value(value))

    def __repr__(self) -> str:
        return f"{self.field} {self.symbol} {_format_operand(self.value)}"


class Eq(Comparison):
    """The field is equal to this value; `None` means that the attribute is absent or NULL."""

    symbol = "="


class Ne(Comparison):
    """The field is not equal to this value; `None` means that the attribute exists and is not NULL."""

    symbol = "<>"


class Lt(Comparison):
    """The field is less than this value."""

    symbol = "<"


class Lte(Comparison):
    """The field is at most this value."""

    symbol = "<="


class Gt(Comparison):
    """The field is greater than this value."""

    symbol = ">"


class Gte(Comparison):
    """The field is at least this value."""

    symbol = ">="


class BeginsWith(Comparison):
    """The stored text or bytes of the field begin with this prefix."""

    def __repr__(self) -> str:
        return f"begins_with({self.field}, {_format_operand(self.value)})"


class Contains(Comparison):
    """The text of the field contains this text, or its list or set contains this element."""

    def __repr__(self) -> str:
        return f"contains({self.field}, {_format_operand(self.value)})"


@dataclass(frozen=True, repr=False, init=False)
class Between(Condition):
    """The field is at least `low` and at most `high`: both bounds are part of the range."""

    field: Operand
    low: Any
    high: Any

    def __init__(self, field: HasPath | Size | Operand | str, low: Any, high: Any) -> None:
        object.__setattr__(self, "field", _operand_of(field))
        object.__setattr__(self, "low", _path_or_value(low))
        object.__setattr__(self, "high", _path_or_value(high))

    def __repr__(self) -> str:
        return f"{self.field} BETWEEN {_format_operand(self.low)} AND {_format_operand(self.high)}"


@dataclass(frozen=True, repr=False, init=False)
class In(Condition):
    """The field is equal to one of these values. DynamoDB accepts 1 to 100 values."""

    field: Operand
    values: tuple[Any, ...]

    def __init__(self, field: HasPath | Size | Operand | str, *values: Any) -> None:
        """Create the condition from the field and the values, given one by one.

        Raises:
            InvalidConditionError: There is no value, or there are more than 100.
        """
        object.__setattr__(self, "field", _operand_of(field))
        object.__setattr__(self, "values", tuple(map(_path_or_value, values)))
        if not 1 <= len(values) <= MOST_IN_VALUES:
            path = self.field.path if isinstance(self.field, SizeOperand) else self.field
            remedy = "combine several in_() with |" if values else "give at least one value"
            message = f"{path.described}.in_() takes 1 to {MOST_IN_VALUES} values, got {len(values)}: {remedy}"
            raise InvalidConditionError(message, model_name=path.model_name)

    def __repr__(self) -> str:
        return f"{self.field} IN ({', '.join(map(_format_operand, self.values))})"


@dataclass(frozen=True, repr=False, init=False)
class _Existence(Condition):
    """Base of the conditions on whether an attribute exists."""

    field: Path
    function: ClassVar[str]

    def __init__(self, field: HasPath | Path | str) -> None:
        operand = _operand_of(field)
        if isinstance(operand, SizeOperand):
            message = f"{self.function} takes a field, not its size: use {operand.path.described} itself"
            raise InvalidConditionError(message, model_name=operand.path.model_name)
        object.__setattr__(self, "field", operand)

    def __repr__(self) -> str:
        return f"{self.function}({self.field})"


class AttributeExists(_Existence):
    """The attribute exists, whatever its value is."""

    function = "attribute_exists"


class AttributeNotExists(_Existence):
    """The attribute does not exist. For a key attribute, this means that the item does not exist."""

    function = "attribute_not_exists"


@dataclass(frozen=True, repr=False, init=False)
class _Combination(Condition):
    """Base of the combinations of two or more conditions."""

    conditions: tuple[Condition, ...]
    word: ClassVar[str]

    def __init__(self, *conditions: Condition) -> None:
        if len(conditions) < 2:  # noqa: PLR2004 - one condition is not a combination
            name, count = type(self).__name__, len(conditions)
            error = InsufficientConditionsError(f"{name} combines at least two conditions, got {count}")
            error.operator, error.count = name, count
            raise error
        if len(conditions) > MOST_CONDITIONS:  # here, as `a & b & ...` copies ever more of them
            reason = f"{len(conditions)} conditions have more than 300 operators and functions, DynamoDB's limit"
            raise InvalidConditionError(f"{type(self).__name__}: {reason}. Use in_(), or leave out some of them.")
        object.__setattr__(self, "conditions", tuple(map(as_condition, conditions)))

    def __repr__(self) -> str:
        return f" {self.word} ".join(
            f"({part!r})" if isinstance(part, _Combination) else repr(part) for part in self.conditions
        )


class And(_Combination):
    """All of the conditions are true."""

    word = "AND"


class Or(_Combination):
    """At least one of the conditions is true."""

    word = "OR"


@dataclass(frozen=True, repr=False)
class Not(Condition):
    """The condition is false."""

    condition: Condition

    def __post_init__(self) -> None:
        as_condition(self.condition)

    def __invert__(self) -> Condition:
        """Return the condition itself: in DynamoDB, a condition is true or false."""
        return self.condition

    def __repr__(self) -> str:
        return f"NOT ({self.condition!r})"


def joined(*conditions: Condition | None) -> Condition | None:
    """Return the condition that all of these hold, None if there are none."""
    every = [as_condition(each) for each in conditions if each is not None]
    return And(*every) if len(every) > 1 else next(iter(every), None)


def as_condition(thing: object, model_name: str = "") -> Condition:
    """Return the condition; raise UnknownConditionTypeError for any other object."""
    if isinstance(thing, Condition):
        return thing
    raise _not_a_condition(thing, model_name)


def _not_a_condition(thing: object, model_name: str = "") -> UnknownConditionTypeError:
    prefix, owner = (f"{model_name}: ", model_name) if model_name else ("", "Model")
    message = (
        f"{prefix}expected a condition such as {owner}.attr.field == value, got {type(thing).__name__}; "
        f"combine conditions with & | ~ and put each comparison in parentheses"
    )
    error = UnknownConditionTypeError(message, model_name=model_name)
    error.condition_type = type(thing)
    return error
