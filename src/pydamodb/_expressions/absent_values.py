"""What conditions say of absent attributes, where an absent attribute stands for a value.

`None` and empty sets are stored as absent attributes, and so is a default that `exclude_if` leaves out. DynamoDB itself
compares nothing with an absent attribute: all comparisons are false, but `<>` is true.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Any, Final, cast

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.types import EMPTY_SET, UNKNOWN
from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._expressions.conditions import (
    And,
    AttributeExists,
    AttributeNotExists,
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Contains,
    Eq,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Ne,
    Not,
    Or,
    SizeOperand,
)
from pydamodb._expressions.operands import operand
from pydamodb._expressions.paths import Path, trail

NULL: Final[AttributeValue] = {"NULL": True}
_OPERATORS: dict[type[Comparison], Callable[[Any, Any], bool]] = {Eq: eq, Lt: lt, Lte: le, Gt: gt, Gte: ge}
_TURNED: dict[type[Comparison], type[Comparison]] = {Eq: Eq, Lt: Gt, Lte: Gte, Gt: Lt, Gte: Lte}


@dataclass(frozen=True)
class OfStored(Condition):
    """A condition on what is stored, which says nothing of what an absent attribute stands for."""

    condition: Condition


def with_absences(condition: Condition) -> Condition:
    """Return a condition that also says what the given one says of an absent attribute."""
    match condition:
        case Eq(field=Path() as path, value=value) | Ne(field=Path() as path, value=value) if not _present(path, value):
            absent: Condition = AttributeNotExists(path)
            if value is None:
                absent = Or(absent, Eq(path, NULL))
            if isinstance(condition, Eq):
                return absent
            return And(AttributeExists(path), Ne(path, NULL)) if value is None else AttributeExists(path)
        case In(field=Path() as path, values=values) if not all(_present(path, value) for value in values):
            present = [value for value in values if _present(path, value)]
            absences = [with_absences(Eq(path, value)) for value in values if not _present(path, value)]
            parts = [*([In(path, *present)] if present else []), *absences]
            return Or(*parts) if len(parts) > 1 else parts[0]
        case Ne(field=field, value=value):
            equal = Eq(field, value)
            other = _with_default(equal, field, (value,))
            return condition if other is equal else Not(other)
        case Comparison(field=field, value=value):
            return _with_default(condition, field, (value,))
        case In(field=field, values=values):
            return _with_default(condition, field, values)
        case Between(field=field, low=low, high=high):
            return _with_default(condition, field, (low, high))
        case _:
            return condition


def _present(path: Path, value: Any) -> bool:
    return value is not None and not (path.field is not None and path.field.omits(value))


def _with_default(condition: Condition, field: Path | SizeOperand, values: tuple[Any, ...]) -> Condition:
    """Add a check for existence if the condition holds for what an absent attribute stands for."""
    others = [each for each in values if isinstance(each, (Path, SizeOperand))]
    if others:
        return _with_defaults(condition, field, others)
    default = _stands_for(field)
    if default is UNKNOWN:
        return condition
    path, holds = _path(field), _holds(condition, field, default)
    return Or(_is_absent(path), OfStored(condition)) if holds else condition


def _with_defaults(condition: Condition, field: Path | SizeOperand, others: list[Path | SizeOperand]) -> Condition:
    """Compare two attributes, or the one that exists with what the other stands for."""
    stands_for = partial(_stands_for, as_set=isinstance(condition, Eq))
    unclear = [each for each in (field, *others) if stands_for(each) is not UNKNOWN]
    if not unclear:
        return condition
    turned = _TURNED.get(cast("Any", type(condition)))
    if turned is None:
        path = _path(unclear[0])
        reason = "if it is absent, it stands for its default, which is compared by ==, !=, <, <=, > and >= only"
        message = f"The condition on {path.described} does not fit: {reason}. Use one of these operators."
        raise InvalidConditionError(message, model_name=path.model.__name__)
    other = others[0]
    options: list[Condition] = [And(*(AttributeExists(_path(each)) for each in unclear), OfStored(condition))]
    for absent, compared, kind in ((field, other, turned), (other, field, type(condition))):
        if (default := stands_for(absent)) is not UNKNOWN:
            options += _compared(kind, compared, absent, default)
    return Or(*options) if options[1:] else options[0]


def _compared(
    kind: type[Condition], compared: Path | SizeOperand, absent: Path | SizeOperand, default: object
) -> list[Condition]:
    """Return the condition that one attribute is absent and the other compares with what it stands for, if it can."""
    is_absent = _is_absent(_path(absent))
    if isinstance(absent, SizeOperand):
        default = len(cast("Sized", default))
    elif isinstance(default, frozenset):
        # Nothing that is stored is an empty set.
        can_be_empty = isinstance(compared, Path) and not _present(compared, default)
        return [And(is_absent, _is_absent(_path(compared)))] if can_be_empty else []
    make = cast("Callable[[Any, Any], Condition]", kind)
    return [And(is_absent, with_absences(make(compared, default)))]


def _is_absent(path: Path) -> Condition:
    """Return the condition that a value is absent from what contains it, which is not absent itself."""
    outer = trail(path)[-2:-1]
    return And(AttributeNotExists(path), with_absences(Ne(outer[0], None))) if outer else AttributeNotExists(path)


def _path(field: Path | SizeOperand) -> Path:
    return field.path if isinstance(field, SizeOperand) else field


def _stands_for(field: Path | SizeOperand, *, as_set: bool = False) -> object:
    """Return the value that an absent attribute stands for, UNKNOWN if DynamoDB compares it as this value.

    It does so with None. With an empty set it does so, unless the other operand is another attribute (`as_set`).
    """
    stored = _path(field).field
    if stored is None:
        return UNKNOWN
    is_set = (as_set or isinstance(field, SizeOperand)) and stored.absent is EMPTY_SET
    return cast("object", frozenset[Any]()) if is_set else stored.left_out


def _holds(condition: Condition, field: Path | SizeOperand, default: object) -> bool:
    """Return True if the condition holds for the stored form of a value."""

    def stored(value: Any) -> Any:
        return value if isinstance(field, SizeOperand) else attribute_values.decode(operand(field, value))

    try:
        value: Any = len(cast("Sized", default)) if isinstance(field, SizeOperand) else stored(default)
        match condition:
            case In(values=values):
                return any(stored(each) == value for each in values)
            case Between(low=low, high=high):
                return bool(stored(low) <= value <= stored(high))
            case BeginsWith(value=prefix):
                return bool(value.startswith(prefix))
            case Contains(value=part):
                return part in value
            case _:
                return _OPERATORS[cast("Any", type(condition))](value, stored(cast("Comparison", condition).value))
    except (TypeError, AttributeError, Unstorable):
        return False  # values without an order; or the condition is refused, when it is rendered
