"""The texts of updates, kept by their shape: a program makes the same few updates again and again, with other values.

The shape of an update that gives values to whole fields is the order of their attributes. The text, the names, and what
was checked of them depend on nothing else. The values are checked and encoded each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._expressions.updates import Action, Set, is_computed

Shape: TypeAlias = tuple[str, ...]
# By shape, an update expression and its placeholders, by attribute.
KeptTexts: TypeAlias = dict[Shape, tuple[str, dict[str, str]]]
MOST_KEPT = 128


def shape_of(actions: Sequence[Action]) -> Shape | None:
    """Return the shape of an update, None if it does more than to give values to whole fields that are declared."""
    attributes: list[str] = []
    for action in actions:
        path = action.path
        if type(action) is not Set or path.raw or path.steps[1:] or is_computed(action.value):
            return None
        attributes.append(str(path.steps[0]))
    return tuple(attributes)


def kept_texts(model: type[BaseModel]) -> KeptTexts:
    """Return what is kept for a model: anew if its fields have changed."""
    return record_schema_of(model).cached(_new_texts, None)


def _new_texts() -> KeptTexts:
    return {}


def keep_text(kept: KeptTexts, shape: Shape, text: str, names: dict[str, str]) -> None:
    """Keep a text. A program that makes up its shapes would otherwise fill the memory."""
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[shape] = text, names.copy()
