"""Conditions on a field: `field >= 18`, `field.begins_with("A")`.

Type checkers know the type of a field's values. The `self` of a method names the types that support the method.
`FieldOf` is covariant: one signature covers `str`, `str | None` and each enum of strings.
"""

# Operands have the type of the field, and the class is covariant. It is sound for conditions: they compare what is
# stored, and a field of a narrower type is compared with more values than it can have.
# mypy: disable-error-code="misc"
# pyright: reportGeneralTypeIssues=false

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeVar, overload

from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._expressions import operand_types, paths
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
from pydamodb._expressions.operand_types import Operand, StoredAsText

T_co = TypeVar("T_co", covariant=True)

WholeOrDecimal: TypeAlias = int | Decimal | paths.FieldOf[int | Decimal | None]


class FieldOf(paths.FieldOf[T_co]):
    """A field whose values have this type, as a parameter of functions that make conditions.

    `def older(field: FieldOf[datetime]) -> Condition` takes `Character.attr.born`, and a field of any narrower type.
    `FieldOf[datetime | None]` takes optional fields too.
    """

    __slots__ = ()

    # By identity, because `==` builds a condition.
    if TYPE_CHECKING:
        __iter__: None

        def __hash__(self) -> int: ...

    else:
        __hash__ = object.__hash__

    # Each comparison has an overload for Decimal, the one type whose fields accept operands of another type: int.
    @overload  # type: ignore[override]
    def __eq__(self: FieldOf[Decimal | None], other: WholeOrDecimal | None, /) -> Condition: ...
    @overload
    def __eq__(self, other: Operand[T_co] | None, /) -> Condition: ...
    def __eq__(self, other: Any, /) -> Condition:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a condition: the field is equal to this value. `None` means absent or NULL."""
        return Eq(self, other)

    @overload  # type: ignore[override]
    def __ne__(self: FieldOf[Decimal | None], other: WholeOrDecimal | None, /) -> Condition: ...
    @overload
    def __ne__(self, other: Operand[T_co] | None, /) -> Condition: ...
    def __ne__(self, other: Any, /) -> Condition:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a condition: the field is not equal to this value. `None` means absent or NULL."""
        return Ne(self, other)

    @overload
    def __lt__(self: FieldOf[Decimal | None], other: WholeOrDecimal, /) -> Condition: ...
    @overload
    def __lt__(self, other: Operand[T_co], /) -> Condition: ...
    def __lt__(self, other: Any, /) -> Condition:
        """Return a condition: the field is less than this value."""
        return Lt(self, other)

    @overload
    def __le__(self: FieldOf[Decimal | None], other: WholeOrDecimal, /) -> Condition: ...
    @overload
    def __le__(self, other: Operand[T_co], /) -> Condition: ...
    def __le__(self, other: Any, /) -> Condition:
        """Return a condition: the field is at most this value."""
        return Lte(self, other)

    @overload
    def __gt__(self: FieldOf[Decimal | None], other: WholeOrDecimal, /) -> Condition: ...
    @overload
    def __gt__(self, other: Operand[T_co], /) -> Condition: ...
    def __gt__(self, other: Any, /) -> Condition:
        """Return a condition: the field is greater than this value."""
        return Gt(self, other)

    @overload
    def __ge__(self: FieldOf[Decimal | None], other: WholeOrDecimal, /) -> Condition: ...
    @overload
    def __ge__(self, other: Operand[T_co], /) -> Condition: ...
    def __ge__(self, other: Any, /) -> Condition:
        """Return a condition: the field is at least this value."""
        return Gte(self, other)

    @overload
    def between(self: FieldOf[Decimal | None], low: WholeOrDecimal, high: WholeOrDecimal) -> Condition: ...
    @overload
    def between(self, low: Operand[T_co], high: Operand[T_co]) -> Condition: ...
    def between(self, low: Any, high: Any) -> Condition:
        """Return a condition: the field is at least `low` and at most `high`."""
        return Between(self, low, high)

    @overload
    def in_(self: FieldOf[Decimal | None], *values: WholeOrDecimal) -> Condition: ...
    @overload
    def in_(self, *values: Operand[T_co]) -> Condition: ...
    def in_(self, *values: Any) -> Condition:
        """Return a condition: the field is equal to one of 1 to 100 values, given one by one."""
        return In(self, *values)

    @overload
    def begins_with(self: FieldOf[StoredAsText | None], prefix: Operand[str]) -> Condition: ...
    @overload
    def begins_with(self: FieldOf[bytes | None], prefix: Operand[bytes]) -> Condition: ...
    def begins_with(self: FieldOf[Any], prefix: Any) -> Condition:
        """Return a condition: the stored text or bytes of the field begin with this prefix."""
        return BeginsWith(self, prefix)

    if TYPE_CHECKING:
        contains: operand_types.contains = operand_types.contains()
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

    # Hidden from type checkers, so that they report these operators as errors.
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

    def __str__(self) -> str:
        return self.__pydamo_path__.label

    def __bool__(self) -> NoTruthValue:
        """Raise InvalidConditionError: a field has no truth value."""
        path = self.__pydamo_path__
        message = f"{path.described} is a field in an expression and has no truth value; did you mean exists()?"
        raise InvalidConditionError(message, model_name=path.model_name)
