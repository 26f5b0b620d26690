"""The placeholders of one request, for names (`#n0`) and values (`:v0`), and the paths that contain them.

All expressions of a request share one table of placeholders. Each name is a placeholder, because it can be a reserved
word, or contain dots and dashes. Each value is a placeholder, because DynamoDB has no literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, Unstorable, string
from pydamodb._core.exceptions import InvalidConditionError, InvalidRequestError, InvalidUpdateError
from pydamodb._expressions.paths import Path, Step

# DynamoDB's limits of one expression. The text has placeholders, so that nothing else looks like an operator.
MOST_BYTES, MOST_OPERATORS = 4096, 300
_OPERATORS = r"<>|[<>]=?|=|\b(?:AND|OR|NOT|BETWEEN|IN)\b|\w\("
_REMEDIES = {
    "UpdateExpression": (InvalidUpdateError, "divide the update, or set a whole value in place of its parts"),
    "ProjectionExpression": (InvalidRequestError, "give a projection with fewer fields, or none"),
}


class Placeholders:
    """The placeholders of one request for the items of one model.

    `assigned` contains the values that an update gives, by the steps of their paths.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        """Create an empty table; expressions must use fields of this model."""
        self.model = model
        self.names: dict[str, str] = {}
        self.values: dict[str, AttributeValue] = {}
        self.assigned: dict[tuple[Step, ...], AttributeValue] = {}

    def arguments(self, **expressions: str | None) -> dict[str, Any]:
        """Return the expressions that are not None, with their names and values, as arguments of a request."""
        given: dict[str, Any] = {name: text for name, text in expressions.items() if text is not None}
        for name, text in given.items():
            self.check_size(name, text)
        if self.names:
            given["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in self.names.items()}
        if self.values:
            given["ExpressionAttributeValues"] = self.values
        return given

    def check_size(self, name: str, text: str) -> None:
        """Refuse an expression that is larger than DynamoDB allows."""
        if len(text) <= MOST_OPERATORS:  # an operator takes several characters
            return
        operators = len(re.findall(_OPERATORS, text)) - text.count(" BETWEEN ")
        if len(text) > MOST_BYTES or operators > MOST_OPERATORS:
            size = f"{len(text)} bytes with {operators} operators and functions"
            kind, remedy = _REMEDIES.get(name, (InvalidConditionError, "use in_(), or leave out some comparisons"))
            message = f"the {name} has {size}, and DynamoDB allows {MOST_BYTES} (4 KB) with {MOST_OPERATORS}: {remedy}"
            raise kind(f"{self.model.__name__}: {message}", model_name=self.model.__name__)

    def attribute(self, name: str) -> str:
        """Return the one placeholder of an attribute name.

        Raises:
            InvalidConditionError: The name cannot be encoded as UTF-8.
        """
        if name in self.names:
            return self.names[name]
        try:
            if not name.isascii():
                string(name)
        except Unstorable as error:
            owner = self.model.__name__
            message = f"{owner}: the name of an attribute, or the key of a map, cannot be sent: {error.reason}"
            raise InvalidConditionError(message, model_name=owner) from None
        placeholder = self.names[name] = f"#n{len(self.names)}"
        return placeholder

    def value(self, value: AttributeValue) -> str:
        """Return a new placeholder for a value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder

    def path(self, path: Path) -> str:
        """Render a path of the model.

        Raises:
            InvalidConditionError: The field is never stored.
        """
        if path.field is not None and not path.field.stored:
            message = f"{path.described} is excluded from serialization, so it is never stored. Use a stored field."
            raise InvalidConditionError(message, model_name=self.model.__name__)
        text = self.attribute(str(path.steps[0]))
        for step in path.steps[1:]:
            text += f"[{step}]" if isinstance(step, int) else f".{self.attribute(step)}"
        return text

    def equal(self, attribute: str, value: AttributeValue) -> str:
        """Render the condition that a key attribute is equal to a value."""
        return f"{self.attribute(attribute)} = {self.value(value)}"

    def projection(self, attributes: Iterable[str]) -> str:
        """Render a projection of these attributes."""
        return ", ".join(map(self.attribute, attributes))
