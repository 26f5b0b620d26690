"""The key under which an instance was read or saved, so that a changed part of it does not write another item.

The key is in the `__dict__` of the instance, from which Pydantic dumps, compares and prints only fields. It belongs to
this one instance: a copy, which may have other values, has no key yet.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue

_SLOT = "__pydamodb_key__"


class _Remembered:
    """A key and the identity of its instance. A copy of the instance has it too, but another identity."""

    __slots__ = ("key", "owner")

    def __init__(self, key: dict[str, AttributeValue] | None = None, owner: int = 0) -> None:
        self.key, self.owner = key, owner

    def __reduce__(self) -> tuple[type[_Remembered], tuple[()]]:
        """Forget the key in a pickle and in a deep copy."""
        return _Remembered, ()


def remember(instance: BaseModel, key: dict[str, AttributeValue]) -> None:
    """Let an instance remember the key of its item."""
    vars(instance)[_SLOT] = _Remembered(key, id(instance))


def remembered_key(instance: BaseModel) -> dict[str, AttributeValue] | None:
    """Return the key under which an instance was read or saved, None if it was not."""
    found: Any = vars(instance).get(_SLOT)
    return found.key if found is not None and found.owner == id(instance) else None


def forget(instance: BaseModel) -> None:
    """Forget the key of an instance: its item is deleted."""
    vars(instance).pop(_SLOT, None)
