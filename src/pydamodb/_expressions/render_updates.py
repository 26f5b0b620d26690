"""Update actions as update expressions of DynamoDB, and the builder of all expressions of a request."""

# isinstance narrows a value of type Any, but the types of its elements stay unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, TypeAlias, cast

from pydantic import BaseModel

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._core.exceptions import InvalidUpdateError
from pydamodb._expressions.kept_texts import keep_text, kept_texts, shape_of
from pydamodb._expressions.operands import accepts, amount, element_operand, new_elements, new_value, takes_values_of
from pydamodb._expressions.paths import Path, accepts_other_names
from pydamodb._expressions.placeholders import MOST_BYTES
from pydamodb._expressions.render_conditions import ConditionRenderer
from pydamodb._expressions.updates import (
    Action,
    Add,
    Arithmetic,
    Delete,
    IfNotExists,
    ListAppend,
    Remove,
    Set,
    is_computed,
)

_Source: TypeAlias = Path | IfNotExists[Any]


def _needs_value(path: Path) -> bool:
    """Return True if an item cannot be read without a value at the path: an absent set is read as an empty one."""
    field = path.field
    return field is not None and field.required and not (field.filled and accepts(path, set[Any]()))


class ExpressionBuilder(ConditionRenderer):
    """Renders the conditions and updates of one request and collects its placeholders."""

    _actions: Sequence[Action] = ()
    _instance: BaseModel | None = None

    def update(self, actions: Sequence[Action], instance: BaseModel | None = None) -> str:
        """Render update actions, of an instance if it is known.

        Raises:
            InvalidUpdateError: Two paths overlap, or a field does not accept its value.
            ItemEncodingError: A value has no exact stored form.
        """
        self._actions, self._instance = actions, instance
        kept = kept_texts(self.model)
        shape = None if self.names or self.values else shape_of(actions)
        if shape is not None and (known := kept.get(shape)) is not None:
            text, names = known
            self.names.update(names)
            for action in actions:
                self._render_value(action.path, action.path, cast("Set", action).value)
            return text
        text = self._render_update(actions)
        if shape is not None:
            keep_text(kept, shape, text, self.names)
        return text

    def _render_update(self, actions: Sequence[Action]) -> str:
        taken, size = list[Path](), 0
        clauses: dict[str, list[str]] = {}
        for action in actions:
            self._check_stored(action.path)
            self._check_overlap(action.path, taken)
            taken.append(action.path)
            clauses.setdefault(action.word, []).append(rendered := self._render_action(action))
            size += len(rendered)
            if size > MOST_BYTES:
                self.check_size("UpdateExpression", " " * size)
        return " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items())

    def _render_action(self, action: Action) -> str:
        path, rendered = action.path, self.path(action.path)
        if path.raw and isinstance(action, (Set, Add)) and not accepts_other_names(path):
            self._refuse_update(path, "the model forbids extra attributes, so the item could not be read with it")
        match action:
            case Set(value=value):
                return f"{rendered} = {self._render_new_value(path, value)}"
            case Remove():
                if path.fixed or _needs_value(path):
                    reason = "the item could not be read without it; give the field a default, or set a value"
                    self._refuse_update(path, reason)
                return rendered
            case Add(value=value) if isinstance(value, (set, frozenset)):
                return f"{rendered} {self.value(self._as_set(path, value, new_elements))}"
            case Add(value=value):
                return f"{rendered} {self.value(amount(path, value))}"
            case Delete(value=value):
                return f"{rendered} {self.value(self._as_set(path, value, _known_elements))}"

    def _render_new_value(self, path: Path, value: Any) -> str:
        match value:
            case Arithmetic(left=left, sign=sign, right=right):
                return f"{self._render_number(path, left, right)} {sign} {self._render_number(path, right, left)}"
            case Path() | IfNotExists():
                return self._render_source(path, value)
            case ListAppend(values=values, at_end=at_end):
                if not values:
                    self._refuse_update(path, "no elements are given; give at least one")
                existing = f"if_not_exists({self.path(path)}, {self.value({'L': []})})"
                parts = (existing, self.value({"L": new_elements(path, values)}))
                return f"list_append({', '.join(parts if at_end else reversed(parts))})"
            case _:
                return self._render_value(path, path, value)

    def _render_number(self, path: Path, term: Any, other: Any) -> str:
        """Render one operand of + or -; at least one of the two is a field."""
        if isinstance(term, (Path, IfNotExists)):
            number = _source_of(term)
            if not number.storage.data_types <= {"N"}:
                self._refuse_update(number, "it is not stored as a number")
            return self._render_source(path, term)
        if not isinstance(other, (Path, IfNotExists)):
            self._refuse_update(path, "one side of + or - must be a field")
        return self.value(amount(_source_of(other), term))

    def _render_source(self, path: Path, term: _Source) -> str:
        source = _source_of(term)
        self._check_stored(source)
        if not takes_values_of(path, source):
            self._refuse_update(path, f"it cannot hold the values of {source.described}")
        if isinstance(term, Path):
            return self.path(term)
        return f"if_not_exists({self.path(source)}, {self._render_default(path, source, term.value)})"

    def _render_default(self, target: Path, path: Path, value: Any) -> str:
        if isinstance(value, Path):
            return self._render_source(path, value)
        if path.field is not None and path.field.omits(value):
            reason = "the value of if_not_exists() is stored as an absent attribute; give another value"
            self._refuse_update(path, reason)
        return self._render_value(target, path, value)

    def _as_set(self, path: Path, values: Any, encode: Callable[[Path, Any], list[AttributeValue]]) -> AttributeValue:
        if path.storage.kind not in {"set", "any"}:
            self._refuse_update(path, "it is not a set")
        if not isinstance(values, (set, frozenset)) or not values:
            given = "an empty set" if isinstance(values, (set, frozenset)) else type(values).__name__
            self._refuse_update(path, f"elements are given as a set that is not empty, got {given}")
        try:
            return attribute_values.set_of(encode(path, values))
        except Unstorable as error:
            self._refuse_update(path, error.reason)

    def _render_value(self, target: Path, path: Path, value: Any) -> str:
        """Render a value of the field at `path`, which the update may write to `target`."""
        encoded = new_value(path, value, self._known_values)
        self.assigned[target.steps] = encoded
        return self.value(encoded)

    def _known_values(self) -> dict[str, Any]:
        """Return the values of fields that are known before the update is sent, for validators of other fields."""
        sets = [each for each in self._actions if isinstance(each, Set) and not is_computed(each.value)]
        old = {} if self._instance is None else vars(self._instance)
        return old | {each.path.label: each.value for each in sets}

    def _refuse_update(self, path: Path, reason: str) -> NoReturn:
        message = f"The update of {path.described} cannot work: {reason}."
        raise InvalidUpdateError(message, model_name=self.model.__name__) from None

    def _check_stored(self, path: Path) -> None:
        if path.field is not None and not path.field.stored:
            self._refuse_update(path, "it is excluded from serialization, so it is never stored")

    def _check_overlap(self, path: Path, taken: list[Path]) -> None:
        for other in taken:
            shared = min(len(path.steps), len(other.steps))
            if path.steps[:shared] == other.steps[:shared]:
                message = (
                    f"The updates of {other.described} and of {path.described} overlap: one would overwrite the other. "
                    f"DynamoDB refuses both. Keep one of them."
                )
                raise InvalidUpdateError(message, model_name=self.model.__name__)


def _source_of(term: _Source) -> Path:
    return term.path if isinstance(term, IfNotExists) else term


def _known_elements(path: Path, values: Iterable[Any]) -> list[AttributeValue]:
    return [element_operand(path.storage.element, value) for value in values]
