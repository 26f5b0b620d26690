"""The key under which an instance was read or saved, so that a changed part of it does not write another item.

The key is in a slot of the instance, where Pydantic does not see it. It belongs to this one instance: a copy, which may
have other values, has no key yet.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue

KEY: Final = "__pydamodb_key__"


def remember(instance: BaseModel, key: dict[str, AttributeValue] | None) -> None:
    """Let an instance remember the key of its item."""
    slot: Any = getattr(type(instance), KEY, None)
    if slot is not None:
        slot.__set__(instance, key)


def remembered_key(instance: BaseModel) -> dict[str, AttributeValue] | None:
    """Return the key under which an instance was read or saved, None if it was not."""
    slot: Any = getattr(type(instance), KEY, None)
    try:
        key: dict[str, AttributeValue] | None = slot.__get__(instance)
    except AttributeError:
        return None
    return key


def forget(instance: BaseModel) -> None:
    """Forget the key of an instance: its item is deleted."""
    remember(instance, None)
