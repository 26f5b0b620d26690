"""Update actions: frozen values that say what becomes of an attribute. `expressions.py` spells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel

from pydamodb._path_text import path_in
from pydamodb._paths import HasPath, Path, path_of
from pydamodb.exceptions import EmptyUpdateError, InvalidUpdateError

__all__ = ["Remove", "Set", "UpdateAction"]


@dataclass(frozen=True)
class Set:
    """The attribute gets this value."""

    path: Path
    value: Any


@dataclass(frozen=True)
class Remove:
    """The attribute goes away."""

    path: Path


UpdateAction: TypeAlias = Set | Remove


def actions_of(updates: Mapping[Any, Any], model: type[BaseModel]) -> tuple[UpdateAction, ...]:
    """Read the mapping from fields to values that `update_item` takes.

    A value that is stored by its absence (None where that is the field's default) removes the attribute.

    Raises:
        EmptyUpdateError: There is nothing to update.
        InvalidUpdateError: A key of the mapping is not a field of the model.
    """
    model_name = model.__name__
    if not isinstance(updates, Mapping):
        message = (
            f"{model_name}: updates is a mapping from fields to values, such as {{{model_name}.attr.field: value}}; "
            f"got {type(updates).__name__}"
        )
        raise InvalidUpdateError(message, model_name=model_name)
    if not updates:
        message = f"{model_name}: updates is empty; name at least one field and its value"
        raise EmptyUpdateError(message, model_name=model_name)
    return tuple(_action(field, value, model) for field, value in updates.items())


def _action(field: object, value: object, model: type[BaseModel]) -> UpdateAction:
    model_name = model.__name__
    if not isinstance(field, HasPath):
        remedy = f"{model_name}.attr.{field}" if isinstance(field, str) else f"{model_name}.attr.field"
        message = f"{model_name}: the keys of updates are fields, such as {remedy}; got {type(field).__name__}"
        raise InvalidUpdateError(message, model_name=model_name)
    given = path_of(field)
    path = path_in(model, given)
    if path is None:
        message = f"{given.described} is not a field of {model_name}; use {model_name}.attr"
        raise InvalidUpdateError(message, model_name=model_name)
    return Remove(path) if path.member is not None and path.member.omits(value) else Set(path, value)
