"""Paths: which attribute of which model an expression speaks of, and what is known of its values.

A path is a plain, comparable value. It is found from a field's name, an index or a key, one step at a time, and knows
no operators: those are `ExpressionField`'s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import BaseModel

from pydamodb._compile import layout_of
from pydamodb._shapes import ANY, Layout, Member, Shape

__all__ = ["HasPath", "Path", "attribute_path", "field_path", "no_field", "parse", "path_in", "path_of", "record_name"]

Step: TypeAlias = str | int


@dataclass(frozen=True)
class Path:
    """The way from an item to one of its values: attribute names, keys of maps, indexes of lists.

    `label` is how Python spells it. `member` is the field that the last step names, None behind an index or a key.
    """

    model: type[BaseModel]
    steps: tuple[Step, ...]
    label: str = field(compare=False)
    shape: Shape = field(compare=False, repr=False)
    owner: type | None = field(default=None, compare=False, repr=False)
    member: Member | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        """Spell the path as Python does."""
        return self.label

    @property
    def described(self) -> str:
        """The path with its model, for messages."""
        return f"{self.model.__name__}.{self.label}"

    def named(self, name: str) -> Path | None:
        """Take a step to a field of the record that is here, None if it has no such field."""
        for layout in _layouts(self.shape):
            if member := layout.members.get(name):
                return _member_path(self.model, layout, member, self)
        return None

    def keyed(self, key: Step) -> Path:
        """Take a step by index or key.

        Raises:
            TypeError: The values here have no indexes, or no keys, of that kind.
        """
        shape = _element(self.shape, key) if type(key) in {int, str} else None
        if shape is None:
            wanted = {"map": "a string key", "sequence": "an index", "tuple": "an index within its length"}
            remedy = f"takes {wanted[self.shape.kind]}" if self.shape.kind in wanted else "has neither"
            message = f"{self.described}[{key!r}]: an index is a whole number from 0 on, a key a string; it {remedy}"
            raise TypeError(message)
        return Path(self.model, (*self.steps, key), f"{self.label}[{json.dumps(key, ensure_ascii=False)}]", shape)


class HasPath:
    """Base of what stands for a path in the hands of a user."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        """Keep the path."""
        self._path = path


def path_of(thing: HasPath) -> Path:
    """Return the path of a field; no method of the object, whose names belong to the user's fields."""
    return thing._path  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the one reader


def path_in(model: type[BaseModel], path: Path) -> Path | None:
    """Return the path as it is in a model that inherits its fields, under other aliases maybe; None if it does not."""
    if path.model is model:
        return path
    return parse(model, path.label) if issubclass(model, path.model) else None


def field_path(model: type[BaseModel], name: str) -> Path | None:
    """Return the path of a field or computed field, None if the model has no such field."""
    layout = layout_of(model)
    member = layout.members.get(name)
    return None if member is None else _member_path(model, layout, member, None)


def attribute_path(model: type[BaseModel], attribute: str) -> Path | None:
    """Return the path of the field that is stored under this attribute name, None if there is none."""
    layout = layout_of(model)
    member = layout.by_attribute.get(attribute)
    return None if member is None else _member_path(model, layout, member, None)


def _member_path(model: type[BaseModel], layout: Layout, member: Member, parent: Path | None) -> Path:
    steps, label = (parent.steps, f"{parent.label}.{member.name}") if parent else ((), member.name)
    return Path(model, (*steps, member.attribute), label, member.shape, layout.record, member)


def _layouts(shape: Shape) -> Iterator[Layout]:
    """Yield the layouts of the records that may be here: one, or one for each option of a union."""
    if shape.layout is not None:
        yield shape.layout()
    for option in shape.options:
        yield from _layouts(option)


def _element(shape: Shape, key: Step) -> Shape | None:
    """Return the shape behind an index or a key, None where there can be none."""
    for option in shape.options:
        if (found := _element(option, key)) is not None:
            return found
    if shape.kind == "any":
        return ANY if isinstance(key, str) or key >= 0 else None
    if isinstance(key, str):
        return shape.elements[0] if shape.kind == "map" else None
    if shape.kind == "sequence":
        return shape.elements[0] if key >= 0 else None
    return shape.elements[key] if shape.kind == "tuple" and 0 <= key < len(shape.elements) else None


_STEPS = re.compile(
    r"""
    (?P<dot>\.?) (?P<name>[^.\[\]"']+)              # a name, with the dot that parts it from another step
    | \[ (?P<index>[0-9]+) \]                        # an index
    | \[ (?P<text>"(?:[^"\\]|\\.)*") \]              # a key as JSON has it
    | \[ '(?P<key>[^']*)' \]                         # a key as it is
    """,
    re.VERBOSE,
)


def parse(model: type[BaseModel], text: str) -> Path:
    """Read a path such as `address.city`, `tags[0]` or `prices["net"]`, by the model's own fields.

    Raises:
        AttributeError: The text is no path, or names a field that the model does not have.
    """
    path: Path | None = None
    position = 0
    while position < len(text):
        step = _STEPS.match(text, position)
        if step is None or (step["name"] is None and path is None) or bool(step["dot"]) != _parts(path, step):
            message = f"{text!r} is no path: expected something like 'address.city', 'tags[0]' or 'prices[\"net\"]'"
            raise AttributeError(message)
        path = _step(model, path, step)
        position = step.end()
    if path is None:
        message = f"an empty path names no field of {model.__name__!r}"
        raise AttributeError(message)
    return path


def _parts(path: Path | None, step: re.Match[str]) -> bool:
    """Tell whether a dot stands before this step: between a step and a name, nowhere else."""
    return path is not None and step["name"] is not None


def _step(model: type[BaseModel], path: Path | None, step: re.Match[str]) -> Path:
    name = step["name"]
    if path is None:
        return field_path(model, name) or _extra_path(model, name)
    if step["index"] is not None:
        return path.keyed(int(step["index"]))
    if name is None:
        return path.keyed(json.loads(step["text"], strict=False) if step["text"] is not None else step["key"])
    if found := path.named(name):
        return found
    if path.shape.kind in {"map", "any"} and not path.shape.options:
        return path.keyed(name)
    raise no_field(record_name(path), name)


def _extra_path(model: type[BaseModel], name: str) -> Path:
    if layout_of(model).open:
        return Path(model, (name,), name, ANY)
    raise no_field(model.__name__, name)


def record_name(path: Path) -> str:
    """Name the models whose fields may follow, or the path itself if there are none."""
    return " | ".join(layout.record.__name__ for layout in _layouts(path.shape)) or path.described


def no_field(owner: str, name: str) -> AttributeError:
    """Say that a model has no such field."""
    return AttributeError(f"{owner!r} has no field {name!r}")
