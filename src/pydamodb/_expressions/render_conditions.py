"""Conditions as DynamoDB's expressions.

A condition is first translated into DynamoDB's terms: onto the paths that the model has, and without values that are
stored as absent attributes. Then it is rendered, each operand in the stored form of its field.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, NoReturn

from pydantic import BaseModel

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.types import ANY
from pydamodb._core.exceptions import InvalidConditionError, UnknownConditionTypeError
from pydamodb._expressions.conditions import (
    And,
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
    Not,
    Operand,
    Or,
    SizeOperand,
    as_condition,
)
from pydamodb._expressions.operands import element_operand, operand
from pydamodb._expressions.paths import Path, path_in
from pydamodb._expressions.placeholders import Placeholders

NULL: Final[AttributeValue] = {"NULL": True}


def on_model(model: type[BaseModel], condition: Condition) -> Condition:
    """Return a condition on fields of a base class as one on the model's own fields; parts of larger ones stay.

    Raises:
        InvalidConditionError: It is about a field of another model.
    """
    leaves = _leaves(condition)
    for leaf in leaves:
        path = _path_of_operand(leaf)
        if path is not None and path.model is not model:
            make: Callable[..., Condition] = type(condition)
            return make(*(_on_model(model, each) for each in leaves))
    return condition


def _on_model(model: type[BaseModel], operand: Any) -> Any:
    given = _path_of_operand(operand)
    if given is None:
        return operand
    path = path_in(model, given)
    if path is None:
        message = f"{given.described} is not a field of {model.__name__}; use {model.__name__}.attr"
        raise InvalidConditionError(message, model_name=model.__name__)
    return SizeOperand(path) if isinstance(operand, SizeOperand) else path


def _path_of_operand(operand: Any) -> Path | None:
    if isinstance(operand, SizeOperand):
        return operand.path
    return operand if isinstance(operand, Path) else None


def without_absences(condition: Condition) -> Condition:
    """Say in DynamoDB's terms what a comparison with an absent value means.

    `None` is stored as an absent attribute or as NULL, an empty set as an absent attribute; both ways of None count.
    """
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
            absences = [without_absences(Eq(path, value)) for value in values if not _present(path, value)]
            parts = [*([In(path, *present)] if present else []), *absences]
            return Or(*parts) if len(parts) > 1 else parts[0]
        case _:
            return condition


def _present(path: Path, value: Any) -> bool:
    return value is not None and not (path.field is not None and path.field.omits(value))


def paths_in(condition: Condition, model: type[BaseModel]) -> Iterator[Path]:
    """Yield all paths that a condition on a model speaks of."""
    match condition:
        case And(conditions=parts) | Or(conditions=parts):
            for part in parts:
                yield from paths_in(part, model)
        case Not(condition=inner):
            yield from paths_in(inner, model)
        case _:
            yield from (path for path in map(_path_of_operand, _leaves(on_model(model, condition))) if path is not None)


def _leaves(condition: Condition) -> tuple[Any, ...]:
    match condition:
        case Eq() | Ne() | Lt() | Lte() | Gt() | Gte() | BeginsWith() | Contains() as comparison:
            return (comparison.field, comparison.value)
        case In(field=field, values=values):
            return (field, *values)
        case Between(field=field, low=low, high=high):
            return (field, low, high)
        case AttributeExists(field=path) | AttributeNotExists(field=path):
            return (path,)
        case _:
            return ()


class ConditionRenderer(Placeholders):
    """Renders the conditions of one request."""

    def condition(self, condition: Condition | None, *, joined: bool = False) -> str | None:
        """Spell a condition, to be `joined` by AND to others or not; None stays None.

        Raises:
            UnknownConditionTypeError: It is no condition.
            InvalidConditionError: An operand does not fit its field.
        """
        if condition is None:
            return None
        try:
            given = as_condition(condition, self.model.__name__)
            return self._part(given, Or) if joined else self._render(given)
        except RecursionError as error:
            message = f"{self.model.__name__}: the condition is nested too deep for Python, and for DynamoDB"
            raise InvalidConditionError(message, model_name=self.model.__name__) from error

    def _render(self, condition: Condition) -> str:
        match self._plain(condition):
            case Eq() | Ne() | Lt() | Lte() | Gt() | Gte() as comparison:
                left, right = comparison.field, comparison.value
                return f"{self._field(left)} {comparison.symbol} {self._operand(left, right)}"
            case And(conditions=parts):
                return " AND ".join(self._part(part, Or) for part in parts)
            case Or(conditions=parts):
                return " OR ".join(self._part(part) for part in parts)
            case Not(condition=inner):
                return f"NOT {self._part(inner, And, Or, Not)}"
            case AttributeExists() | AttributeNotExists() as existence:
                return f"{existence.function}({self.path(existence.field)})"
            case Between(field=field, low=low, high=high):
                return f"{self._field(field)} BETWEEN {self._bounds(field, low, high)}"
            case In(field=field, values=values):
                return f"{self._field(field)} IN ({', '.join(self._operand(field, value) for value in values)})"
            case BeginsWith(field=field, value=value):
                return f"begins_with({self._field(field)}, {self._prefix(field, value)})"
            case Contains(field=field, value=value):
                return f"contains({self._field(field)}, {self._element(field, value)})"
            case other:
                message = f"{type(other).__name__} is no condition that DynamoDB knows; combine those of pydamodb"
                raise UnknownConditionTypeError(message, model_name=self.model.__name__)

    def _part(self, condition: Condition, *weaker: type[Condition]) -> str:
        """Spell a part of a larger condition, in parentheses only where they are needed: DynamoDB refuses others."""
        plain = self._plain(condition)
        return f"({self._render(plain)})" if isinstance(plain, weaker) else self._render(plain)

    def _plain(self, condition: Condition) -> Condition:
        """Return the condition in DynamoDB's terms, on the paths that the model has."""
        return without_absences(on_model(self.model, condition))

    def _field(self, field: Operand) -> str:
        return f"size({self.path(field.path)})" if isinstance(field, SizeOperand) else self.path(field)

    def _operand(self, field: Operand, value: Any) -> str:
        if isinstance(value, (Path, SizeOperand)):
            if value == field:
                self._refuse(field, "it is compared with itself")
            return self._field(value)
        if value is NULL:
            return self.value(NULL)
        if value is None:
            self._refuse(field, "None has no order; compare it with == or !=")
        if isinstance(field, SizeOperand) and type(value) is not int:
            self._refuse(field, f"a size is compared with an int, got {type(value).__name__}")
        try:
            return self.value(
                attribute_values.number(value) if isinstance(field, SizeOperand) else operand(field, value)
            )
        except Unstorable as error:
            several = (
                isinstance(field, Path)
                and field.storage.kind == "scalar"
                and isinstance(value, (list, tuple, set, frozenset))
            )
            self._refuse(field, error.reason + (" (give several values one by one: in_(*values))" if several else ""))

    def _bounds(self, field: Operand, low: Any, high: Any) -> str:
        first, last = self._operand(field, low), self._operand(field, high)
        if first in self.values and last in self.values and self.values[first].keys() == self.values[last].keys():
            start, end = attribute_values.decode_key(self.values[first]), attribute_values.decode_key(self.values[last])
            if isinstance(start, (str, bytes, int, float, Decimal)) and start > end:
                self._refuse(field, "the lower bound of between() is greater than the upper one")
        return f"{first} AND {last}"

    def _prefix(self, field: Operand, prefix: Any) -> str:
        data_types = self._stored_as(field, "begins_with", {"S", "B"}).storage.data_types
        wanted: dict[frozenset[str], type] = {frozenset("S"): str, frozenset("B"): bytes}
        if not isinstance(prefix, wanted.get(data_types, (str, bytes))):
            self._refuse(field, f"begins_with takes the stored form, text or bytes; got {type(prefix).__name__}")
        try:
            return self.value(attribute_values.encode(prefix))
        except Unstorable as error:
            self._refuse(field, error.reason)

    def _element(self, field: Operand, value: Any) -> str:
        path = self._stored_as(field, "contains", {"S", "B", "L", "SS", "NS", "BS"})
        if isinstance(value, (Path, SizeOperand)):
            return self._field(value)
        storage = path.storage
        try:
            if storage.kind in {"sequence", "set"}:
                return self.value(element_operand(storage.element, value))
            if storage.data_types <= {"S", "B"} and storage.data_types and not isinstance(value, (str, bytes)):
                self._refuse(field, f"its text contains only text; got {type(value).__name__}")
            return self.value(element_operand(ANY, value))
        except Unstorable as error:
            self._refuse(field, error.reason)

    def _stored_as(self, field: Operand, function: str, data_types: set[str]) -> Path:
        """Return the path of the field if the function can be asked of what is stored there."""
        if isinstance(field, SizeOperand):
            self._refuse(field, f"{function} is asked of a field, not of its size")
        if field.storage.data_types and not field.storage.data_types & data_types:
            self._refuse(
                field, f"{function} cannot be asked of values stored as {', '.join(sorted(field.storage.data_types))}"
            )
        return field

    def _refuse(self, field: Operand, reason: str) -> NoReturn:
        path = field.path if isinstance(field, SizeOperand) else field
        rendered = f"size of {path.described}" if isinstance(field, SizeOperand) else path.described
        raise InvalidConditionError(
            f"the condition on {rendered} does not fit: {reason}.", model_name=self.model.__name__
        )
