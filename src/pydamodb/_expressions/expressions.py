"""DynamoDB's expression grammar: the only place that spells it.

One builder stands for one request: all of its expressions share one table of placeholders. Every name becomes a
placeholder, so that reserved words, dots and dashes need no care, and every value one, so that nothing is quoted.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias

from pydantic import BaseModel

from pydamodb._codec import attribute_values as _wire
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.types import ANY
from pydamodb._core.exceptions import InvalidConditionError, InvalidUpdateError, UnknownConditionTypeError
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
from pydamodb._expressions.operands import amount, element_operand, new_elements, new_value, operand, takes_values_of
from pydamodb._expressions.paths import Path
from pydamodb._expressions.terms import NULL, on_model, without_absences
from pydamodb._expressions.updates import Add, Arithmetic, Delete, IfNotExists, ListAppend, Remove, Set, UpdateAction

_Stored: TypeAlias = Path | IfNotExists[Any]


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
        if name in self.names:
            return self.names[name]
        try:
            _wire.string(name)
        except Unstorable as error:
            message = (
                f"{self.model.__name__}: the name of an attribute, or the key of a map, cannot be sent: {error.reason}"
            )
            raise InvalidConditionError(message, model_name=self.model.__name__) from None
        placeholder = self.names[name] = f"#n{len(self.names)}"
        return placeholder

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
        if path.field is not None and not path.field.stored:
            message = f"{path.described} is excluded from serialisation and never stored: DynamoDB knows nothing of it"
            raise InvalidConditionError(message, model_name=self.model.__name__)
        rendered = self.attribute(str(path.steps[0]))
        for step in path.steps[1:]:
            rendered += f"[{step}]" if isinstance(step, int) else f".{self.attribute(step)}"
        return rendered

    # --- conditions ---

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
            return self.value(_wire.number(value) if isinstance(field, SizeOperand) else operand(field, value))
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
            start, end = _wire.decode_key(self.values[first]), _wire.decode_key(self.values[last])
            if isinstance(start, (str, bytes, int, float, Decimal)) and start > end:
                self._refuse(field, "the lower bound of between() is greater than the upper one")
        return f"{first} AND {last}"

    def _prefix(self, field: Operand, prefix: Any) -> str:
        data_types = self._stored_as(field, "begins_with", {"S", "B"}).storage.data_types
        wanted: dict[frozenset[str], type] = {frozenset("S"): str, frozenset("B"): bytes}
        if not isinstance(prefix, wanted.get(data_types, (str, bytes))):
            self._refuse(field, f"begins_with takes the stored form, text or bytes; got {type(prefix).__name__}")
        try:
            return self.value(_wire.encode(prefix))
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

    # --- keys ---

    def equal(self, attribute: str, value: AttributeValue) -> str:
        """Spell that a key attribute has a value."""
        return f"{self.attribute(attribute)} = {self.value(value)}"

    def projection(self, attributes: Iterable[str]) -> str:
        """Spell what is read of an item: whole attributes."""
        return ", ".join(map(self.attribute, attributes))

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
            clauses.setdefault(action.word, []).append(self._action(action))
        return " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items())

    def _action(self, action: UpdateAction) -> str:
        path, rendered = action.path, self.path(action.path)
        match action:
            case Set(value=value):
                return f"{rendered} = {self._new_value(path, value)}"
            case Remove():
                self._check_removable(path)
                return rendered
            case Add(value=value) if isinstance(value, (set, frozenset)):
                return f"{rendered} {self.value(self._elements(path, value, new_elements))}"
            case Add(value=value):
                return f"{rendered} {self.value(amount(path, value))}"
            case Delete(value=value):
                return f"{rendered} {self.value(self._elements(path, value, _known_elements))}"

    def _new_value(self, path: Path, value: Any) -> str:
        """Spell what an attribute is set to: a value, or what DynamoDB is to compute."""
        match value:
            case Arithmetic(left=left, sign=sign, right=right):
                return f"{self._number(path, left, right)} {sign} {self._number(path, right, left)}"
            case Path() | IfNotExists():
                return self._stored(path, value)
            case ListAppend(values=values, at_end=at_end):
                if not values:
                    self._refuse_update(path, "it gets no elements: name at least one")
                there = f"if_not_exists({self.path(path)}, {self.value({'L': []})})"
                parts = (there, self.value({"L": new_elements(path, values)}))
                return f"list_append({', '.join(parts if at_end else reversed(parts))})"
            case _:
                return self._given_value(path, value)

    def _number(self, path: Path, term: Any, beside: Any) -> str:
        """Spell one of the two numbers of a sum, or of a difference; one of them is stored."""
        if isinstance(term, (Path, IfNotExists)):
            number = _path_of(term)
            if not number.storage.data_types <= {"N"}:
                self._refuse_update(number, "it is not stored as a number")
            return self._stored(path, term)
        if not isinstance(beside, (Path, IfNotExists)):
            self._refuse_update(path, "one side of + or - is a field")
        return self.value(amount(_path_of(beside), term))

    def _stored(self, path: Path, term: _Stored) -> str:
        """Spell what is stored at another path, or at the same."""
        source = _path_of(term)
        self._check_stored(source)
        if not takes_values_of(path, source):
            self._refuse_update(path, f"it cannot hold the values of {source.described}")
        if isinstance(term, Path):
            return self.path(term)
        return f"if_not_exists({self.path(source)}, {self._otherwise(source, term.value)})"

    def _otherwise(self, path: Path, value: Any) -> str:
        """Spell what stands for an attribute that is not there."""
        if isinstance(value, Path):
            return self._stored(path, value)
        if path.field is not None and path.field.omits(value):
            self._refuse_update(path, "the value for its absence is one that is stored by absence")
        return self._given_value(path, value)

    def _elements(self, path: Path, values: Any, encode: Callable[[Path, Any], list[AttributeValue]]) -> AttributeValue:
        """Encode elements for a set."""
        if path.storage.kind not in {"set", "any"}:
            self._refuse_update(path, "it is no set")
        if not isinstance(values, (set, frozenset)) or not values:
            given = "an empty one" if isinstance(values, (set, frozenset)) else type(values).__name__
            self._refuse_update(path, f"elements are added and deleted as a set of them, got {given}")
        try:
            return _wire.set_of(encode(path, values))
        except Unstorable as error:
            self._refuse_update(path, error.reason)

    def _given_value(self, path: Path, value: Any) -> str:
        """Encode a value that is stored as it is given."""
        encoded = new_value(path, value)
        if len(path.steps) == 1:
            self.assigned[str(path.steps[0])] = encoded
        return self.value(encoded)

    def _check_removable(self, path: Path) -> None:
        """Refuse to leave an item that could not be read again."""
        if path.fixed or (path.field is not None and path.field.required and not path.field.filled):
            self._refuse_update(path, "the item could not be read without it; give the field a default, or set a value")

    def _refuse_update(self, path: Path, reason: str) -> NoReturn:
        raise InvalidUpdateError(
            f"the update of {path.described} cannot work: {reason}", model_name=self.model.__name__
        )

    def _check_stored(self, path: Path) -> None:
        if path.field is not None and not path.field.stored:
            self._refuse_update(path, "it is excluded from serialisation, so that it is never stored")

    def _claim(self, path: Path, taken: list[Path]) -> None:
        self._check_stored(path)
        for other in taken:
            if path.steps[0] != other.steps[0]:
                continue
            shared = min(len(path.steps), len(other.steps))
            if path.steps[:shared] == other.steps[:shared]:
                message = (
                    f"the updates of {other.described} and of {path.described} overlap: one would overwrite the other, "
                    f"and DynamoDB refuses both. Keep one of them."
                )
                raise InvalidUpdateError(message, model_name=self.model.__name__)
        taken.append(path)


def _path_of(term: _Stored) -> Path:
    return term.path if isinstance(term, IfNotExists) else term


def _known_elements(path: Path, values: Iterable[Any]) -> list[AttributeValue]:
    """Encode elements that a set may have."""
    return [element_operand(path.storage.element, value) for value in values]
