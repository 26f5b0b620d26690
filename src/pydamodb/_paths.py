"""Paths: which attribute of which model an expression speaks of, and what is known of its values.

A path is a plain, comparable value. It is found from a field's name, an index or a key, one step at a time, and knows
no operators: those are `ExpressionField`'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import field, replace
from typing import Any, Generic, TypeAlias, TypeVar, Union

from pydantic import BaseModel

from pydamodb._compile import layout_of
from pydamodb._dataclasses import dataclass
from pydamodb._shapes import ANY, UNKNOWN, Layout, Member, Shape

__all__ = [
    "HasPath",
    "Path",
    "PathTo",
    "attribute_path",
    "described",
    "field_path",
    "no_field",
    "no_field_at",
    "path_of",
    "record_name",
]

Step: TypeAlias = str | int
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Path:
    """The way from an item to one of its values: attribute names, keys of maps, indexes of lists.

    `label` is how Python spells it. `member` is the field that the last step names, None behind an index or a key. A
    path is `fixed` if what it leads to has its place in a tuple of a certain length.
    """

    model: type[BaseModel]
    steps: tuple[Step, ...]
    label: str = field(compare=False)
    shape: Shape = field(compare=False, repr=False)
    owner: type | None = field(default=None, compare=False, repr=False)
    member: Member | None = field(default=None, compare=False, repr=False)
    fixed: bool = field(default=False, compare=False, repr=False)

    def __str__(self) -> str:
        """Spell the path as Python does."""
        return self.label

    @property
    def described(self) -> str:
        """The path with its model, for messages."""
        return f"{self.model.__name__}.{self.label}"

    def named(self, name: str) -> Path | None:
        """Take a step to a field of the record that is here, None if it has no such field.

        Raises:
            AttributeError: In a union of records, the field has different attribute names, or serialisers.
        """
        found = [(layout, layout.members[name]) for layout in _layouts(self.shape) if name in layout.members]
        if not found:
            return None
        layout, member = found[0]
        if any(other.attribute != member.attribute for _, other in found):
            names = ", ".join(f"{each.record.__name__}: {other.attribute!r}" for each, other in found)
            raise AttributeError(f"{self.described}.{name} has different attribute names ({names})")
        if len(found) > 1 and any(other.shape.custom for _, other in found):
            raise AttributeError(f"{self.described}.{name} is written by a serialiser of its own in one of the records")
        if any(other.absent != member.absent for _, other in found):
            member = replace(member, absent=UNKNOWN)
        if any(other.shape.annotation != member.shape.annotation for _, other in found):
            member = replace(member, shape=_either([other.shape for _, other in found]))
            layout = replace(layout, record=object)
        return _member_path(self.model, layout, member, self)

    def keyed(self, key: Step) -> Path:
        """Take a step by index or key.

        Raises:
            TypeError: The values here have no indexes, or no keys, of that kind.
        """
        shape = _element(self.shape, key) if type(key) in {int, str} else None
        if shape is None:
            wanted = {
                "map": "a string key",
                "sequence": "an index from 0 on",
                "tuple": "an index within its length",
                "any": "an index from 0 on, or a string key",
            }
            remedy = f"takes {wanted[self.shape.kind]}" if self.shape.kind in wanted else "has no elements"
            raise TypeError(f"{self.described} {remedy}, got {key!r}")
        label = f"{self.label}[{json.dumps(key, ensure_ascii=False)}]"
        return Path(self.model, (*self.steps, key), label, shape, fixed=self.shape.kind == "tuple")


def described(model: type[BaseModel], path: Path | None) -> str:
    """Name a place for messages: a path with its model, or the model itself."""
    return model.__name__ if path is None else path.described


class HasPath:
    """Base of what stands for a path in the hands of a user."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        """Keep the path."""
        self._path = path


class PathTo(HasPath, Generic[T_co]):
    """Base of what stands for a path to values of a type, as type checkers are told.

    It is covariant: a `PathTo[str | None]` is asked for where a path to text is, and also where it may lead to nothing.
    """

    __slots__ = ()


def path_of(thing: HasPath) -> Path:
    """Return the path of a field; no method of the object, whose names belong to the user's fields."""
    return thing._path  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the one reader


def field_path(model: type[BaseModel], name: str) -> Path | None:
    """Return the path of a field or computed field, None if the model has no such field."""
    layout = layout_of(model)
    member = layout.members.get(name)
    return None if member is None else _member_path(model, layout, member, None)


def attribute_path(model: type[BaseModel], attribute: str) -> Path | None:
    """Return the path of the field that is stored under this attribute name, None if there is none."""
    layout = layout_of(model)
    return layout.kept(_attribute_paths, None, model, layout).get(attribute)


def _attribute_paths(model: type[BaseModel], layout: Layout) -> dict[str, Path]:
    return {attribute: _member_path(model, layout, member, None) for attribute, member in layout.by_attribute.items()}


def _member_path(model: type[BaseModel], layout: Layout, member: Member, parent: Path | None) -> Path:
    steps, label = (parent.steps, f"{parent.label}.{member.name}") if parent else ((), member.name)
    return Path(model, (*steps, member.attribute), label, member.shape, layout.record, member)


def _layouts(shape: Shape) -> Iterator[Layout]:
    """Yield the layouts of the records that may be here: one, or one for each option of a union."""
    if shape.layout is not None:
        yield shape.layout()
    for option in shape.options:
        yield from _layouts(option)


def _either(shapes: list[Shape]) -> Shape:
    """Return the shape of a field that is of one type in one record, of another in the next."""
    annotation: Any = Union[tuple(shape.annotation for shape in shapes)]  # noqa: UP007 - known at run time only
    return replace(ANY, annotation=annotation, options=tuple(shapes))


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


def record_name(path: Path) -> str:
    """Name the models whose fields may follow, or the path itself if there are none."""
    return " | ".join(layout.record.__name__ for layout in _layouts(path.shape)) or path.described


def no_field(owner: str, name: str) -> AttributeError:
    """Say that a model has no such field."""
    return AttributeError(f"{owner!r} has no field {name!r}")


def no_field_at(path: Path, name: str) -> AttributeError:
    """Say that nothing of that name lies behind a path, and what may."""
    remedies = {
        "map": f"it is a map: write {path.label}[{name!r}]",
        "sequence": f"it is a list: choose an element first, as in {path.label}[0]",
        "tuple": f"it is a tuple: choose an element first, as in {path.label}[0]",
    }
    error = no_field(record_name(path), name)
    remedy = remedies.get(path.shape.kind)
    return AttributeError(f"{error}; {remedy}") if remedy else error
