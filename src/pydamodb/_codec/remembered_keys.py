"""The key under which an instance was read or saved, so that a changed part of it does not write another item.

The key is in a slot of the instance, where Pydantic does not see it. It belongs to this one instance: a copy, which may
have other values, has no key yet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue

KEY: Final = "__pydamodb_key__"
# A key as a page is read: a text is given as it is, and not as an attribute value.
TextKey: TypeAlias = "Mapping[str, str | AttributeValue]"


def remember_all(model: type[BaseModel], instances: Iterable[BaseModel], keys: Iterable[TextKey]) -> None:
    """Let all instances of a page remember their keys."""
    slot: Any = getattr(model, KEY, None)
    if slot is not None:
        keep: Callable[[Any, Any], None] = slot.__set__
        deque(map(keep, instances, keys), 0)


def whole_key(key: TextKey) -> dict[str, AttributeValue]:
    """Return a key with attribute values in the place of texts."""
    return {name: {"S": value} if isinstance(value, str) else value for name, value in key.items()}


def remember(instance: BaseModel, key: dict[str, AttributeValue] | None) -> None:
    """Let an instance remember the key of its item."""
    slot: Any = getattr(type(instance), KEY, None)
    if slot is not None:
        slot.__set__(instance, key)


def remembered_key(instance: BaseModel) -> dict[str, AttributeValue] | None:
    """Return the key under which an instance was read or saved, None if it was not."""
    slot: Any = getattr(type(instance), KEY, None)
    try:
        key: TextKey | None = slot.__get__(instance)
    except AttributeError:
        return None
    return None if key is None else whole_key(key)


def forget(instance: BaseModel) -> None:
    """Forget the key of an instance: its item is deleted."""
    remember(instance, None)
