"""Paths: which attribute of which model an expression speaks of, and what is known of its values.

A path is a plain, comparable value. It is found from a field's name, an index or a key, one step at a time, and knows
no operators: those are `ExpressionField`'s.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar, Union

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.types import ANY, UNKNOWN, RecordSchema, StorageType, StoredField
from pydamodb._core.lazy_dataclass import dataclass

Step: TypeAlias = str | int
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Path:
    """The way from an item to one of its values: attribute names, keys of maps, indexes of lists.

    `label` is how Python spells it. `field` is the field that the last step names, None behind an index or a key. A
    path is `fixed` if what it leads to has its place in a tuple of a certain length.
    """

    model: type[BaseModel]
    steps: tuple[Step, ...]
    label: str = dataclasses.field(compare=False)
    storage: StorageType = dataclasses.field(compare=False, repr=False)
    owner: type | None = dataclasses.field(default=None, compare=False, repr=False)
    field: StoredField | None = dataclasses.field(default=None, compare=False, repr=False)
    fixed: bool = dataclasses.field(default=False, compare=False, repr=False)

    def __str__(self) -> str:
        """Spell the path as Python does."""
        return self.label

    def __reduce__(self) -> tuple[Callable[[type[BaseModel], str], Path], tuple[type[BaseModel], str]]:
        """Pickle the path as its text: it holds encoders, which cannot be pickled."""
        return parse, (self.model, self.label)

    @property
    def described(self) -> str:
        """The path with its model, for messages."""
        return f"{self.model.__name__}.{self.label}"

    def named(self, name: str) -> Path | None:
        """Take a step to a field of the record that is here, None if it has no such field.

        Raises:
            AttributeError: In a union of records, the field has different attribute names, or serialisers.
        """
        found = [(schema, schema.fields[name]) for schema in _schemas(self.storage) if name in schema.fields]
        if not found:
            return None
        schema, field = found[0]
        if any(other.attribute != field.attribute for _, other in found):
            names = ", ".join(f"{each.record.__name__}: {other.attribute!r}" for each, other in found)
            raise AttributeError(f"{self.described}.{name} has different attribute names ({names})")
        if len(found) > 1 and any(other.storage.custom for _, other in found):
            raise AttributeError(f"{self.described}.{name} is written by a serialiser of its own in one of the records")
        if any(other.absent != field.absent for _, other in found):
            field = replace(field, absent=UNKNOWN)
        if any(other.storage.annotation != field.storage.annotation for _, other in found):
            field = replace(field, storage=_either([other.storage for _, other in found]))
            schema = replace(schema, record=object)
        return _field_path(self.model, schema, field, self)

    def keyed(self, key: Step) -> Path:
        """Take a step by index or key.

        Raises:
            TypeError: The values here have no indexes, or no keys, of that kind.
        """
        storage = _element(self.storage, key) if type(key) in {int, str} else None
        if storage is None:
            wanted = {
                "map": "a string key",
                "sequence": "an index from 0 on",
                "tuple": "an index within its length",
                "any": "an index from 0 on, or a string key",
            }
            remedy = f"takes {wanted[self.storage.kind]}" if self.storage.kind in wanted else "has no elements"
            raise TypeError(f"{self.described} {remedy}, got {key!r}")
        label = f"{self.label}[{json.dumps(key, ensure_ascii=False)}]"
        return Path(self.model, (*self.steps, key), label, storage, fixed=self.storage.kind == "tuple")


def described(model: type[BaseModel], path: Path | None) -> str:
    """Name a place for messages: a path with its model, or the model itself."""
    return model.__name__ if path is None else path.described


class HasPath:
    """Base of what stands for a path in the hands of a user, whose own names belong to the user's fields."""

    __slots__ = ("__pydamo_path__",)

    def __init__(self, path: Path) -> None:
        """Keep the path."""
        self.__pydamo_path__: Path = path


class PathTo(HasPath, Generic[T_co]):
    """Base of what stands for a path to values of a type, as type checkers are told.

    It is covariant: a `PathTo[str | None]` is asked for where a path to text is, and also where it may lead to nothing.
    """

    __slots__ = ()


def field_path(model: type[BaseModel], name: str) -> Path | None:
    """Return the path of a field or computed field, None if the model has no such field."""
    schema = record_schema_of(model)
    field = schema.fields.get(name)
    return None if field is None else _field_path(model, schema, field, None)


def attribute_path(model: type[BaseModel], attribute: str) -> Path | None:
    """Return the path of the field that is stored under this attribute name, None if there is none."""
    return attribute_paths(model).get(attribute)


def attribute_paths(model: type[BaseModel]) -> Mapping[str, Path]:
    """Return the paths of all fields and computed fields, by the names of their attributes."""
    schema = record_schema_of(model)
    return schema.cached(_attribute_paths, None, model, schema)


def _attribute_paths(model: type[BaseModel], schema: RecordSchema) -> dict[str, Path]:
    return {attribute: _field_path(model, schema, field, None) for attribute, field in schema.by_attribute.items()}


def _field_path(model: type[BaseModel], schema: RecordSchema, field: StoredField, parent: Path | None) -> Path:
    steps, label = (parent.steps, f"{parent.label}.{field.name}") if parent else ((), field.name)
    return Path(model, (*steps, field.attribute), label, field.storage, schema.record, field)


def _schemas(storage: StorageType) -> Iterator[RecordSchema]:
    """Yield the layouts of the records that may be here: one, or one for each option of a union."""
    if storage.schema is not None:
        yield storage.schema()
    for option in storage.options:
        yield from _schemas(option)


def _either(storages: list[StorageType]) -> StorageType:
    """Return the shape of a field that is of one type in one record, of another in the next."""
    annotation: Any = Union[tuple(storage.annotation for storage in storages)]  # noqa: UP007 - known at run time only
    return replace(ANY, annotation=annotation, options=tuple(storages))


def _element(storage: StorageType, key: Step) -> StorageType | None:
    """Return the shape behind an index or a key, None where there can be none."""
    for option in storage.options:
        if (found := _element(option, key)) is not None:
            return found
    if storage.kind == "any":
        return ANY if isinstance(key, str) or key >= 0 else None
    if isinstance(key, str):
        return storage.elements[0] if storage.kind == "map" else None
    if storage.kind == "sequence":
        return storage.elements[0] if key >= 0 else None
    return storage.elements[key] if storage.kind == "tuple" and 0 <= key < len(storage.elements) else None


def record_name(path: Path) -> str:
    """Name the models whose fields may follow, or the path itself if there are none."""
    return " | ".join(schema.record.__name__ for schema in _schemas(path.storage)) or path.described


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
    remedy = remedies.get(path.storage.kind)
    return AttributeError(f"{error}; {remedy}") if remedy else error


# --- paths as text: `address.city`, `tags[0]`, `prices["net"]` ---

_STEPS = r"""
    (?P<dot>\.?) (?P<name>[^.\[\]"']+)              # a name, with the dot that parts it from another step
    | \[ (?P<index>[0-9]+) \]                        # an index
    | \[ (?P<text>"(?:[^"\\]|\\.)*") \]              # a key as JSON has it
    | \[ '(?P<key>[^']*)' \]                         # a key as it is
    """


def parse(model: type[BaseModel], text: str, start: Path | None = None) -> Path:
    """Read a path such as `address.city`, `tags[0]` or `prices["net"]`, by the fields of the model, or from `start` on.

    Raises:
        AttributeError: The text is no path, or names a field that the model does not have.
    """
    steps = re.compile(_STEPS, re.VERBOSE)
    path = start
    position = 0
    while position < len(text):
        step = steps.match(text, position)
        first = position == 0
        if (
            step is None
            or (step["name"] is None and path is None)
            or bool(step["dot"]) != _needs_dot(step, first=first)
        ):
            message = f"{text!r} is no path: expected something like 'address.city', 'tags[0]' or 'prices[\"net\"]'"
            raise AttributeError(message)
        path = _step(model, path, step)
        position = step.end()
    if path is None or not text:
        raise AttributeError(f"an empty path names no field of {described(model, start)!r}")
    return path


def _needs_dot(step: re.Match[str], *, first: bool) -> bool:
    """Tell whether a dot stands before this step: between a step and a name, nowhere else."""
    return not first and step["name"] is not None


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
    if path.storage.kind in {"map", "any"} and not path.storage.options:
        return path.keyed(name)
    raise no_field_at(path, name)


def _extra_path(model: type[BaseModel], name: str) -> Path:
    if record_schema_of(model).open:
        return Path(model, (name,), name, ANY)
    raise no_field(model.__name__, name)


def path_in(model: type[BaseModel], path: Path) -> Path | None:
    """Return the path as it is in a model that inherits its fields, under other aliases maybe; None if it does not."""
    if path.model is model:
        return path
    # The label spells the path by the names of its fields, which a subclass has too, whatever their aliases.
    return parse(model, path.label) if issubclass(model, path.model) else None


# --- paths as functions: `lambda customer: customer.address.city` ---


def follow(model: type[BaseModel], start: Path | None, function: Callable[[Any], Any]) -> Path:
    """Return the path that the function takes from a model, or from a value at `start` inside it.

    Raises:
        AttributeError: The function asks for a field that does not exist, or returns something else than what it found.
    """
    found = function(_Walker(model, start))
    place = described(model, start)
    if type(found) is not _Walker:
        got = type(found).__name__
        raise AttributeError(f"the function must return a field of {place!r}, which it is given; got {got}")
    path = _path_of(found)
    begin = start.steps if start else ()
    if path is None or path.model is not model or path.steps[: len(begin)] != begin:
        raise AttributeError(f"the function must return a field of {place!r}, and that is what it is given")
    return path


class _Walker:
    """A place on the way: the model itself, as long as there is no path."""

    __slots__ = ("_model", "_path")

    def __init__(self, model: type[BaseModel], path: Path | None) -> None:
        self._model = model
        self._path = path

    def __getattr__(self, name: str) -> _Walker:
        if name.startswith("__"):
            self._refuse()  # an AttributeError would be an answer to `isinstance`, which asks for such names
        if self._path is None:
            path = field_path(self._model, name)
            if path is None:
                raise no_field(self._model.__name__, name)
            return _Walker(self._model, path)
        path = self._path.named(name)
        if path is None:
            raise no_field_at(self._path, name)
        return _Walker(self._model, path)

    def __getitem__(self, key: int | str) -> _Walker:
        if self._path is None:
            raise TypeError(f"{self._model.__name__!r} is a model: take its fields by name")
        return _Walker(self._model, self._path.keyed(key))

    def _refuse(self, *_: object) -> NoReturn:
        message = (
            f"the function only says where a value is, and {described(self._model, self._path)} is not there to be "
            f"asked; behind an optional value, take two steps: attr.address(lambda address: address.city)"
        )
        raise TypeError(message)

    # What would look at a value: `or` and `if`, loops and `in`, comparisons, `isinstance` and `match`, text of it.
    __bool__ = __iter__ = __contains__ = __len__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __str__ = __repr__ = __format__ = _refuse
    __hash__ = None  # type: ignore[assignment]
    __class__ = property(_refuse)  # pyright: ignore[reportIncompatibleMethodOverride] - it only refuses


def _path_of(walker: _Walker) -> Path | None:
    return walker._path  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the one reader
