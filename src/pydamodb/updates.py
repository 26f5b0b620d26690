"""Update actions: frozen values that say what becomes of an attribute. `expressions.py` spells them.

Usually they are made by a field, `Character.attr.age.set(40)`, or stand in a mapping as `{Character.attr.age: 40}`.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel

from pydamodb._path_text import path_in
from pydamodb._paths import HasPath, Path, path_of
from pydamodb.exceptions import EmptyUpdateError, InvalidUpdateError

__all__ = ["Remove", "Set", "UpdateAction"]


@dataclass(frozen=True, repr=False)
class Set:
    """The attribute gets this value."""

    path: Path
    value: Any

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"SET {self.path} = {self.value!r}"


@dataclass(frozen=True, repr=False)
class Remove:
    """The attribute goes away."""

    path: Path

    def __repr__(self) -> str:
        """Spell it as DynamoDB does."""
        return f"REMOVE {self.path}"


UpdateAction: TypeAlias = Set | Remove


def actions_of(updates: Any, model: type[BaseModel]) -> tuple[UpdateAction, ...]:
    """Read what `update_item` takes: actions, or a mapping from fields to their new values.

    A value that is stored by its absence (None where that is the field's default) removes the attribute.

    Raises:
        EmptyUpdateError: There is nothing to update.
        InvalidUpdateError: It is neither, or is about something that is not a field of the model.
    """
    model_name = model.__name__
    if isinstance(updates, Mapping):
        actions = tuple(_set(field, value, model) for field, value in updates.items())
    elif isinstance(updates, Iterable) and not isinstance(updates, (str, bytes, bytearray, HasPath)):
        actions = tuple(_action(given, model) for given in updates)
    else:
        message = (
            f"{model_name}: updates is a list of actions, such as [{model_name}.attr.field.set(value)], or a mapping "
            f"from fields to values, such as {{{model_name}.attr.field: value}}; got {type(updates).__name__}"
        )
        raise InvalidUpdateError(message, model_name=model_name)
    if not actions:
        message = f"{model_name}: updates is empty; name at least one field and its value"
        raise EmptyUpdateError(message, model_name=model_name)
    return tuple(_in_terms_of(model, action) for action in actions)


def _set(field: object, value: object, model: type[BaseModel]) -> UpdateAction:
    if isinstance(field, HasPath):
        return Set(path_of(field), value)
    model_name = model.__name__
    remedy = f"{model_name}.attr.{field}" if isinstance(field, str) else f"{model_name}.attr.field"
    message = f"{model_name}: the keys of updates are fields, such as {remedy}; got {type(field).__name__}"
    raise InvalidUpdateError(message, model_name=model_name)


def _action(given: object, model: type[BaseModel]) -> UpdateAction:
    if isinstance(given, (Set, Remove)) and isinstance(given.path, Path):
        return given
    model_name = model.__name__
    message = (
        f"{model_name}: a list of updates holds actions, such as {model_name}.attr.field.set(value); "
        f"got {type(given).__name__}"
    )
    raise InvalidUpdateError(message, model_name=model_name)


def _in_terms_of(model: type[BaseModel], action: UpdateAction) -> UpdateAction:
    """Return the action on the model's own fields, and as a removal where its value is stored by absence."""
    path = path_in(model, action.path)
    if path is None:
        message = f"{action.path.described} is not a field of {model.__name__}; use {model.__name__}.attr"
        raise InvalidUpdateError(message, model_name=model.__name__)
    if isinstance(action, Remove) or (path.member is not None and path.member.omits(action.value)):
        return Remove(path)
    return Set(path, action.value)
