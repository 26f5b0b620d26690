"""DynamoDB's expression grammar: the only place that spells it.

One builder stands for one request: all of its expressions share one table of placeholders. Every name becomes a
placeholder, so that reserved words, dots and dashes need no care, and every value one, so that nothing is quoted.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NoReturn

from pydantic import BaseModel

from pydamodb import _wire
from pydamodb._operands import element_operand, new_value, operand
from pydamodb._paths import Path
from pydamodb._shapes import ANY
from pydamodb._terms import NULL, on_model, without_absences
from pydamodb._wire import AttributeValue, Unstorable
from pydamodb.conditions import (
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
from pydamodb.exceptions import InvalidConditionError, InvalidUpdateError, UnknownConditionTypeError
from pydamodb.updates import Remove, Set, UpdateAction

__all__ = ["ExpressionBuilder"]


class ExpressionBuilder:
    """Spells the conditions and updates of one request and collects its placeholders."""

    def __init__(self, model: type[BaseModel]) -> None:
        """Start with no placeholders; expressions must speak of this model's fields.

        `assigned` collects the whole attributes that an update sets, so that keys among them can be checked.
        """
        self.model = model
        self.names: dict[str, str] = {}
        self.values: dict[str, AttributeValue] = {}
        self.assigned: dict[str, AttributeValue] = {}

    def arguments(self, **expressions: str | None) -> dict[str, Any]:
        """Return the request's expressions, those that are not None, with their tables of placeholders."""
        given: dict[str, Any] = {name: text for name, text in expressions.items() if text is not None}
        if self.names:
            given["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in self.names.items()}
        if self.values:
            given["ExpressionAttributeValues"] = self.values
        return given

    # --- placeholders ---

    def attribute(self, name: str) -> str:
        """Return the placeholder of an attribute name; each name has one.

        Raises:
            InvalidConditionError: The name has no UTF-8 form.
        """
        try:
            _wire.string(name)
        except Unstorable as error:
            message = (
                f"{self.model.__name__}: the name of an attribute, or the key of a map, cannot be sent: {error.reason}"
            )
            raise InvalidConditionError(message, model_name=self.model.__name__) from None
        return self.names.setdefault(name, f"#n{len(self.names)}")

    def value(self, value: AttributeValue) -> str:
        """Return a new placeholder for a value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder

    def path(self, path: Path) -> str:
        """Spell a path of the builder's model.

        Raises:
            InvalidConditionError: It leads to a field that is never stored.
        """
        if path.member is not None and not path.member.stored:
            message = f"{path.described} is excluded from serialisation and never stored: no condition on it can hold"
            raise InvalidConditionError(message, model_name=self.model.__name__)
        spelt = "".join(f"[{step}]" if isinstance(step, int) else f".{self.attribute(step)}" for step in path.steps)
        return spelt[1:]

    # --- conditions ---

    def condition(self, condition: Condition | None) -> str | None:
        """Spell a condition; None stays None.

        Raises:
            UnknownConditionTypeError: It is no condition.
            InvalidConditionError: An operand does not fit its field.
        """
        if condition is None:
            return None
        try:
            return self._spell(as_condition(condition, self.model.__name__))
        except RecursionError as error:
            message = f"{self.model.__name__}: the condition is nested too deep for Python, and for DynamoDB"
            raise InvalidConditionError(message, model_name=self.model.__name__) from error

    def _spell(self, condition: Condition) -> str:
        match self._plain(condition):
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
            case Eq() | Ne() | Lt() | Lte() | Gt() | Gte() as comparison:
                left, right = comparison.field, comparison.value
                return f"{self._field(left)} {comparison.symbol} {self._operand(left, right)}"
            case other:
                message = f"{type(other).__name__} is no condition that DynamoDB knows; combine those of pydamodb"
                raise UnknownConditionTypeError(message, model_name=self.model.__name__)

    def _part(self, condition: Condition, *weaker: type[Condition]) -> str:
        """Spell a part of a larger condition, in parentheses only where they are needed: DynamoDB refuses others."""
        plain = self._plain(condition)
        return f"({self._spell(plain)})" if isinstance(plain, weaker) else self._spell(plain)

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
        if isinstance(field, SizeOperand):
            if type(value) is not int:
                self._refuse(field, f"a size is compared with an int, got {type(value).__name__}")
            return self.value(_wire.number(value))
        try:
            return self.value(operand(field, value))
        except Unstorable as error:
            several = isinstance(value, (list, tuple, set, frozenset)) and field.shape.kind == "scalar"
            self._refuse(field, error.reason + (" (give several values one by one: in_(*values))" if several else ""))

    def _bounds(self, field: Operand, low: Any, high: Any) -> str:
        first, last = self._operand(field, low), self._operand(field, high)
        if first in self.values and last in self.values and self.values[first].keys() == self.values[last].keys():
            start, end = _wire.decode(self.values[first]), _wire.decode(self.values[last])
            if isinstance(start, (str, bytes, int, float, Decimal)) and start > end:
                self._refuse(field, "the lower bound of between() is greater than the upper one")
        return f"{first} AND {last}"

    def _prefix(self, field: Operand, prefix: Any) -> str:
        tags = self._stored_as(field, "begins_with", {"S", "B"}).shape.tags
        wanted: dict[frozenset[str], type] = {frozenset("S"): str, frozenset("B"): bytes}
        if not isinstance(prefix, wanted.get(tags, (str, bytes))):
            self._refuse(field, f"begins_with takes the stored form, text or bytes; got {type(prefix).__name__}")
        try:
            return self.value(_wire.encode(prefix))
        except Unstorable as error:
            self._refuse(field, error.reason)

    def _element(self, field: Operand, value: Any) -> str:
        path = self._stored_as(field, "contains", {"S", "B", "L", "SS", "NS", "BS"})
        if isinstance(value, (Path, SizeOperand)):
            return self._field(value)
        shape = path.shape
        try:
            if shape.kind in {"sequence", "set"}:
                return self.value(element_operand(shape.elements[0], value))
            if shape.tags <= {"S", "B"} and shape.tags and not isinstance(value, (str, bytes)):
                self._refuse(field, f"its text contains only text; got {type(value).__name__}")
            return self.value(element_operand(ANY, value))
        except Unstorable as error:
            self._refuse(field, error.reason)

    def _stored_as(self, field: Operand, function: str, tags: set[str]) -> Path:
        """Return the path of the field if the function can be asked of what is stored there."""
        if isinstance(field, SizeOperand):
            self._refuse(field, f"{function} is asked of a field, not of its size")
        if field.shape.tags and not field.shape.tags & tags:
            self._refuse(field, f"{function} cannot be asked of values stored as {', '.join(sorted(field.shape.tags))}")
        return field

    def _refuse(self, field: Operand, reason: str) -> NoReturn:
        path = field.path if isinstance(field, SizeOperand) else field
        spelt = f"size of {path.described}" if isinstance(field, SizeOperand) else path.described
        raise InvalidConditionError(f"the condition on {spelt} does not fit: {reason}.", model_name=self.model.__name__)

    # --- keys ---

    def key_condition(self, attribute: str, value: AttributeValue, on_sort_key: str | None) -> str:
        """Spell the condition that a query selects by: the partition key's value, and what holds of the sort key."""
        selected = f"{self.attribute(attribute)} = {self.value(value)}"
        return selected if on_sort_key is None else f"{selected} AND {on_sort_key}"

    # --- updates ---

    def update(self, actions: Iterable[UpdateAction]) -> str:
        """Spell update actions.

        Raises:
            InvalidUpdateError: Two paths overlap, or a field refuses its value.
            ItemEncodingError: A value has no exact stored form.
        """
        taken: list[Path] = []
        clauses: dict[str, list[str]] = {}
        for action in actions:
            self._claim(action.path, taken)
            spelt = self.path(action.path)
            match action:
                case Set(path=path, value=value):
                    encoded = new_value(path, value)
                    clauses.setdefault("SET", []).append(f"{spelt} = {self.value(encoded)}")
                    if len(path.steps) == 1:
                        self.assigned[str(path.steps[0])] = encoded
                case Remove():
                    clauses.setdefault("REMOVE", []).append(spelt)
        return " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items())

    def _claim(self, path: Path, taken: list[Path]) -> None:
        if path.member is not None and not path.member.stored:
            message = f"{path.described} is excluded from serialisation, so that it is never stored"
            raise InvalidUpdateError(message, model_name=self.model.__name__)
        for other in taken:
            shared = min(len(path.steps), len(other.steps))
            if path.steps[:shared] == other.steps[:shared]:
                message = (
                    f"the updates of {other.described} and of {path.described} overlap: one would overwrite the other, "
                    f"and DynamoDB refuses both. Keep one of them."
                )
                raise InvalidUpdateError(message, model_name=self.model.__name__)
        taken.append(path)
