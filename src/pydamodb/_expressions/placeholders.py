"""The placeholders of one request, for names (`#n0`) and for values (`:v0`), and the paths that are made of them.

All expressions of a request share one table of placeholders. Every name is a placeholder, so that reserved words, dots
and dashes need no care. Every value is one, so that nothing is quoted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, Unstorable, string
from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._expressions.paths import Path


class Placeholders:
    """The placeholders of one request on the items of one model.

    `assigned` collects the whole attributes that an update sets, so that keys among them can be checked.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        """Start with no placeholders; expressions must speak of this model's fields."""
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

    def attribute(self, name: str) -> str:
        """Return the placeholder of an attribute name; each name has one.

        Raises:
            InvalidConditionError: The name has no UTF-8 form.
        """
        if name in self.names:
            return self.names[name]
        try:
            if not name.isascii():
                string(name)
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
        text = self.attribute(str(path.steps[0]))
        for step in path.steps[1:]:
            text += f"[{step}]" if isinstance(step, int) else f".{self.attribute(step)}"
        return text

    def equal(self, attribute: str, value: AttributeValue) -> str:
        """Spell that a key attribute has a value."""
        return f"{self.attribute(attribute)} = {self.value(value)}"

    def projection(self, attributes: Iterable[str]) -> str:
        """Spell what is read of an item: whole attributes."""
        return ", ".join(map(self.attribute, attributes))
