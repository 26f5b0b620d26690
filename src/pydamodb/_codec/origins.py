"""Where an instance was read from, so that what its item has beside its fields is written again.

A reply is read without its unknown attributes. The instances keep its text. The unknown attributes are looked for only
when an instance is saved or pickled: most never are. An origin is in a slot of the instance, because Pydantic looks at
each entry of `__dict__` when it serializes a union, or validates an instance again. Copies have the origin too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.unknown_attributes import unknown_attributes

SLOT = "__pydamodb_origin__"


class Items:
    """The items of a reply, or of a part of it: its text until the unknown attributes are needed, and then these.

    `models` is how many models were made of them. Without a constructor of its own it is made faster.
    """

    content: bytes | list[dict[str, AttributeValue]] = b""
    models: int = 1

    def unknown(self, model: type[BaseModel], index: int) -> dict[str, AttributeValue] | None:
        """Return the unknown attributes of an item; None if a validator has left out items, so that it is not found."""
        content = self.content
        if isinstance(content, bytes):
            content = [unknown_attributes(model, item) for item in items_in(json.loads(content))]
            self.content = content  # at once: threads may share the instances of a page
        return content[index] if len(content) == self.models else None


# The items of a reply and the place among them, None if only a part of the item was read.
Origin: TypeAlias = "tuple[Items, int] | None"
BodyReader: TypeAlias = "Callable[[bytes], dict[str, Any] | None]"


def _only(unknown: dict[str, AttributeValue]) -> Origin:
    items = Items()
    items.content = [unknown]
    return items, 0


def items_in(reply: Mapping[str, Any]) -> list[dict[str, AttributeValue]]:
    """Return the items of a reply that has not been read yet."""
    if "Item" in reply:
        return [reply["Item"]]
    return reply["Items"] if "Items" in reply else [item for items in reply["Responses"].values() for item in items]


def _get(instance: BaseModel) -> Any:
    """Return the origin of an instance, an ellipsis if it has none."""
    slot: Any = getattr(type(instance), SLOT, None)
    try:
        return slot.__get__(instance)
    except AttributeError:
        return ...


def _set(instance: BaseModel, origin: Origin) -> None:
    slot: Any = getattr(type(instance), SLOT, None)
    if slot is not None:  # another model than ours is never saved
        slot.__set__(instance, origin)


def unknown_of(instance: BaseModel) -> dict[str, AttributeValue] | None:
    """Return the unknown attributes of the item of an instance; None if only a part of the item was read."""
    slot: Any = getattr(type(instance), SLOT, None)
    try:
        origin: Origin = slot.__get__(instance)
    except AttributeError:  # as `_get`, without a call: each write asks
        return {}
    return None if origin is None else origin[0].unknown(type(instance), origin[1])


def keep_origin(instance: Any, item: Mapping[str, AttributeValue]) -> None:
    """Let an instance keep the unknown attributes of its item."""
    if isinstance(instance, BaseModel) and (unknown := unknown_attributes(type(instance), item)):
        set_unknown(instance, unknown)


def set_unknown(instance: BaseModel, unknown: dict[str, AttributeValue] | None) -> None:
    """Let an instance have these unknown attributes; None if only a part of its item was read."""
    _set(instance, None if unknown is None else _only(unknown))


def share_origin(instance: BaseModel, other: BaseModel) -> None:
    """Let an instance have the origin of another one."""
    origin = _get(other)
    if origin is not ... or _get(instance) is not ...:
        _set(instance, _only({}) if origin is ... else origin)
