"""Conditions as expressions of DynamoDB.

First, a condition gets the paths of the model, and checks for existence where an absent attribute stands for a value.
Then it is rendered with each operand in the stored form of its field.
"""

# isinstance narrows a value of type Any, but the types of its elements stay unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NoReturn

from pydantic import BaseModel

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import Unstorable
from pydamodb._codec.types import ANY, UNKNOWN
from pydamodb._core.exceptions import InvalidConditionError, UnknownConditionTypeError
from pydamodb._expressions.absent_values import NULL, OfStored, with_absences
from pydamodb._expressions.conditions import (
    And,
    AttributeExists,
    AttributeNotExists,
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Contains,
    In,
    Not,
    Operand,
    Or,
    SizeOperand,
    as_condition,
)
from pydamodb._expressions.operands import element_operand, operand, text_operand
from pydamodb._expressions.paths import Path, path_in
from pydamodb._expressions.placeholders import Placeholders

_COLLECTIONS = (list, tuple, set, frozenset)
# Operands that are no values, or may be stored as absent attributes.
_NO_VALUES = (Path, SizeOperand, set, frozenset)
# What a part of a stored value is, by the data types of the field: in any other case it may be either.
_PARTS: dict[frozenset[str], tuple[type, ...]] = {frozenset("S"): (str,), frozenset("B"): (bytes,)}


def on_model(model: type[BaseModel], condition: Condition) -> Condition:
    """Return a condition on fields of a base class as one on fields of the model; leave And, Or and Not unchanged."""
    leaves = operands_of(condition)
    for leaf in leaves:
        path = path_of_operand(leaf)
        if path is not None and path.model is not model:
            make: Callable[..., Condition] = type(condition)
            return make(*(_operand_on_model(model, each) for each in leaves))
    return condition


def _operand_on_model(model: type[BaseModel], operand: Any) -> Any:
    given = path_of_operand(operand)
    if given is None:
        return operand
    path = path_in(model, given)
    if path is None:
        message = f"{given.described} is not a field of {model.__name__}; use {model.__name__}.attr"
        raise InvalidConditionError(message, model_name=model.__name__)
    return SizeOperand(path) if isinstance(operand, SizeOperand) else path


def path_of_operand(operand: Any) -> Path | None:
    """Return the path that an operand of a condition is or measures, None for a value."""
    if isinstance(operand, SizeOperand):
        return operand.path
    return operand if isinstance(operand, Path) else None


def paths_in(condition: Condition, model: type[BaseModel]) -> Iterator[Path]:
    """Yield all paths in a condition on a model."""
    match condition:
        case And(conditions=parts) | Or(conditions=parts):
            for part in parts:
                yield from paths_in(part, model)
        case Not(condition=inner):
            yield from paths_in(inner, model)
        case _:
            yield from (
                path for path in map(path_of_operand, operands_of(on_model(model, condition))) if path is not None
            )


def operands_of(condition: Condition) -> tuple[Any, ...]:
    """Return the arguments of a condition that is no combination of others."""
    match condition:
        case Comparison(field=field, value=value):
            return (field, value)
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
        """Render a condition; `joined` means that AND joins it to other conditions. None stays None.

        Raises:
            UnknownConditionTypeError: The object is not a condition.
            InvalidConditionError: An operand does not fit its field.
        """
        if condition is None:
            return None
        try:
            given = condition if isinstance(condition, Condition) else as_condition(condition, self.model.__name__)
            return self._render_part(given, Or) if joined else self._render(given)
        except RecursionError:
            message = f"{self.model.__name__}: the condition is nested too deep for Python and for DynamoDB"
            raise InvalidConditionError(message, model_name=self.model.__name__) from None

    def _render(self, condition: Condition) -> str:
        return self._render_normalized(self._normalized(condition))

    def _render_normalized(self, condition: Condition) -> str:
        match condition.condition if isinstance(condition, OfStored) else condition:
            case BeginsWith(field=field, value=value):
                return f"begins_with({self._render_field(field)}, {self._render_prefix(field, value)})"
            case Contains(field=field, value=value):
                return f"contains({self._render_field(field)}, {self._render_element(field, value)})"
            case Comparison(field=field, value=value, symbol=symbol):
                return f"{self._render_field(field)} {symbol} {self._render_operand(field, value)}"
            case And(conditions=parts):
                return " AND ".join(self._render_part(part, Or) for part in parts)
            case Or(conditions=parts):
                return " OR ".join(self._render_part(part) for part in parts)
            case Not(condition=inner):
                return f"NOT {self._render_part(inner, And, Or, Not)}"
            case AttributeExists() | AttributeNotExists() as existence:
                return f"{existence.function}({self.path(existence.field)})"
            case Between(field=field, low=low, high=high):
                return f"{self._render_field(field)} BETWEEN {self._render_bounds(field, low, high)}"
            case In(field=field, values=values):
                operands = ", ".join(self._render_operand(field, value) for value in values)
                return f"{self._render_field(field)} IN ({operands})"
            case other:
                message = f"DynamoDB does not support the condition {type(other).__name__}; use those of pydamodb"
                error = UnknownConditionTypeError(message, model_name=self.model.__name__)
                error.condition_type = type(other)
                raise error

    def _render_part(self, condition: Condition, *weaker: type[Condition]) -> str:
        """Render a part of a combination; DynamoDB refuses parentheses that are not necessary."""
        normalized = self._normalized(condition)
        rendered = self._render_normalized(normalized)
        return f"({rendered})" if isinstance(normalized, weaker) else rendered

    def _normalized(self, condition: Condition) -> Condition:
        if self._is_normal(condition):
            return condition
        return with_absences(on_model(self.model, condition))

    def _is_normal(self, condition: Condition) -> bool:
        """Return True for a comparison of a field of the model with a value that is stored: most conditions are one."""
        if not isinstance(condition, Comparison):
            return False
        path, value = condition.field, condition.value
        if type(path) is not Path or path.model is not self.model or value is None or isinstance(value, _NO_VALUES):
            return False
        return path.field is None or path.field.left_out is UNKNOWN

    def _render_field(self, field: Operand) -> str:
        return f"size({self.path(field.path)})" if isinstance(field, SizeOperand) else self.path(field)

    def _render_operand(self, field: Operand, value: Any) -> str:
        if isinstance(value, (Path, SizeOperand)):
            if value == field:
                self._refuse_condition(field, "it is compared with itself")
            return self._render_field(value)
        if value is NULL:
            return self.value(NULL)
        if value is None:
            self._refuse_condition(field, "None has no order; compare it with == or !=")
        if isinstance(field, SizeOperand) and type(value) is not int:
            self._refuse_condition(field, f"a size is compared with an int, got {type(value).__name__}")
        try:
            encoded = attribute_values.number(value) if isinstance(field, SizeOperand) else operand(field, value)
            return self.value(encoded)
        except Unstorable as error:
            reason = error.reason
            if isinstance(field, Path) and field.storage.kind == "scalar" and isinstance(value, _COLLECTIONS):
                reason += " (give several values one by one: in_(*values))"
            self._refuse_condition(field, reason)

    def _render_bounds(self, field: Operand, low: Any, high: Any) -> str:
        first, last = self._render_operand(field, low), self._render_operand(field, high)
        if first in self.values and last in self.values and self.values[first].keys() == self.values[last].keys():
            start, end = attribute_values.decode_key(self.values[first]), attribute_values.decode_key(self.values[last])
            if isinstance(start, (str, bytes, int, float, Decimal)) and start > end:
                self._refuse_condition(field, "the lower bound of between() is greater than the upper one")
        return f"{first} AND {last}"

    def _render_prefix(self, field: Operand, prefix: Any) -> str:
        path = self._supported_path(field, "begins_with", {"S", "B"})
        if not isinstance(prefix, _PARTS.get(path.storage.data_types, (str, bytes))):
            self._refuse_condition(field, f"begins_with takes text or bytes as stored; got {type(prefix).__name__}")
        try:
            return self.value(attribute_values.encode(text_operand(path, prefix)))
        except Unstorable as error:
            self._refuse_condition(field, error.reason)

    def _render_element(self, field: Operand, value: Any) -> str:
        path = self._supported_path(field, "contains", {"S", "B", "L", "SS", "NS", "BS"})
        storage = path.storage
        if isinstance(value, (Path, SizeOperand)):
            return self._render_field(value)
        try:
            if storage.kind in {"sequence", "set"}:
                return self.value(element_operand(storage.element, value))
            if not isinstance(value, parts := _PARTS.get(storage.data_types, (object,))):
                part = "bytes" if bytes in parts else "text"
                self._refuse_condition(field, f"{part} can contain only {part}; got {type(value).__name__}")
            return self.value(element_operand(ANY, text_operand(path, value)))
        except Unstorable as error:
            self._refuse_condition(field, error.reason)

    def _supported_path(self, field: Operand, function: str, data_types: set[str]) -> Path:
        if isinstance(field, SizeOperand):
            self._refuse_condition(field, f"{function} takes a field, not its size")
        stored = field.storage.data_types
        if stored and not stored & data_types:
            self._refuse_condition(field, f"{function} does not support values stored as {', '.join(sorted(stored))}")
        return field

    def _refuse_condition(self, field: Operand, reason: str) -> NoReturn:
        subject = f"size of {field.path.described}" if isinstance(field, SizeOperand) else field.described
        message = f"The condition on {subject} does not fit: {reason}."
        raise InvalidConditionError(message, model_name=self.model.__name__) from None
