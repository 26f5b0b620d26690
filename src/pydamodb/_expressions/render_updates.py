"""Update actions as DynamoDB's update expressions, and the builder of all expressions of a request."""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeAlias

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._core.exceptions import InvalidUpdateError
from pydamodb._expressions.operands import amount, element_operand, new_elements, new_value, takes_values_of
from pydamodb._expressions.paths import Path
from pydamodb._expressions.render_conditions import ConditionRenderer
from pydamodb._expressions.updates import Add, Arithmetic, Delete, IfNotExists, ListAppend, Remove, Set, UpdateAction

_Stored: TypeAlias = Path | IfNotExists[Any]


class ExpressionBuilder(ConditionRenderer):
    """Renders the conditions and updates of one request and collects its placeholders."""

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
            return attribute_values.set_of(encode(path, values))
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
