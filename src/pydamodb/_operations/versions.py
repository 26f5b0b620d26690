"""Optimistic locking: the version that a write expects of its item, and the one that it leaves. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._core.exceptions import InvalidRequestError, InvalidUpdateError
from pydamodb._expressions.conditions import And, AttributeNotExists, Condition, Eq, as_condition
from pydamodb._expressions.paths import Path, attribute_path
from pydamodb._expressions.updates import Add, Set, UpdateAction
from pydamodb._operations.requests import ModelTable


class ExpectedVersion(NamedTuple):
    """The version that a model was read with, 0 if it was not: what its item must still have."""

    path: Path
    version: int

    @property
    def attribute(self) -> str:
        """The attribute with the version."""
        return str(self.path.steps[0])

    def beside(self, condition: Condition | None) -> Condition:
        """Join what is expected with what the caller demands."""
        own = Eq(self.path, self.version) if self.version else AttributeNotExists(self.path)
        return own if condition is None else And(own, as_condition(condition, self.path.model.__name__))

    def written(self, item: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
        """Return an item with the version that it has once it is written."""
        return {**item, self.attribute: {"N": str(self.version + 1)}}

    def advance(self, instance: BaseModel) -> None:
        """Give a model the version that its item has now; also one whose fields cannot be assigned."""
        name = self.path.label
        vars(instance)[name] = self.version + 1
        instance.model_fields_set.add(name)

    def stored(self, item: Mapping[str, AttributeValue]) -> int | None:
        """Return the version that an item has, None if it has none."""
        text = item.get(self.attribute, {}).get("N")
        return None if text is None else int(text)

    def is_conflict(self, item: Mapping[str, AttributeValue], condition: Condition | None) -> bool:
        """Tell whether a condition failed because of the version; it may be the only thing that was asked for."""
        return not isinstance(condition, And) or self.stored(item) != (self.version or None)


def expected_version_of(table: ModelTable[Any], instance: BaseModel) -> ExpectedVersion | None:
    """Return the version that a model's item must have, None if the model has no versions.

    Raises:
        InvalidRequestError: The model has no version from 0 on.
    """
    path = _version_path(table)
    if path is None:
        return None
    version = getattr(instance, path.label, None)
    if type(version) is not int or version < 0:
        message = (
            f"{path.described} is {version!r}: a version is a whole number from 0 on, and counted by the writes "
            f"themselves"
        )
        raise InvalidRequestError(message, model_name=table.model_name)
    return ExpectedVersion(path, version)


def with_next_version(
    table: ModelTable[Any], actions: tuple[UpdateAction, ...], expected: ExpectedVersion | None
) -> tuple[UpdateAction, ...]:
    """Return the actions of an update with one that counts the version up, if the model has versions.

    Raises:
        InvalidUpdateError: An action is about the version itself.
    """
    path = _version_path(table)
    if path is None:
        return actions
    if any(action.path.steps[0] == path.steps[0] for action in actions):
        message = f"{path.described} is the version of the item, which each write counts up by itself: leave it out"
        raise InvalidUpdateError(message, model_name=table.model_name)
    return (*actions, Set(path, expected.version + 1) if expected else Add(path, 1))


def _version_path(table: ModelTable[Any]) -> Path | None:
    field = record_schema_of(table.model).version
    return None if field is None else attribute_path(table.model, field.attribute)
