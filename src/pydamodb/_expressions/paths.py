"""Paths: the attributes that expressions use, and the storage types of their values.

A path is an immutable value that can be compared. Each step is the name of a field, an index or a key. A path has no
operators: `ExpressionField` has them.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar, Union, cast

from pydantic import BaseModel
from typing_extensions import is_typeddict

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.field_rules import map_key
from pydamodb._codec.types import ANY, UNKNOWN, RecordSchema, StorageType, StoredField
from pydamodb._core.lazy_dataclass import dataclass

Step: TypeAlias = str | int
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Path:
    """The steps from an item to one of its values: attribute names, keys of maps, indexes of lists.

    `label` is the path as Python code. `field` is the field that the last step names; it is None for an index or a key.
    A path is `fixed` if its value is an element of a tuple of fixed length. A path is `raw` if the model does not
    declare it. Before it is used on a model, the `model` of a raw path is BaseModel.
    """

    model: type[BaseModel]
    steps: tuple[Step, ...]
    label: str = dataclasses.field(compare=False)
    storage: StorageType = dataclasses.field(compare=False, repr=False)
    owner: type | None = dataclasses.field(default=None, compare=False, repr=False)
    field: StoredField | None = dataclasses.field(default=None, compare=False, repr=False)
    fixed: bool = dataclasses.field(default=False, compare=False, repr=False)
    raw: bool = dataclasses.field(default=False, compare=False, repr=False)

    def __str__(self) -> str:
        return self.label

    def __reduce__(self) -> tuple[Callable[..., Path], tuple[type[BaseModel], str | tuple[Step, ...]]]:
        """Pickle the path as its text or its steps: encoders cannot be pickled."""
        return (_attribute_at, (self.model, self.steps)) if self.raw else (parse, (self.model, self.label))

    @property
    def described(self) -> str:
        """The path with the name of its model, for messages."""
        if self.raw:
            return f"{self.label} of {self.model_name}" if self.model_name else self.label
        return f"{self.model.__name__}.{self.label}"

    @property
    def model_name(self) -> str:
        """The name of the model, empty before a raw path is used on a model."""
        return "" if self.model is BaseModel else self.model.__name__

    def named(self, name: str) -> Path | None:
        """Return the path of a field of the record at this path, None if the record has no such field.

        Raises:
            AttributeError: In a union of records, the field has different attribute names or serializers.
        """
        if self.raw:
            return self.keyed(name)
        found = [(schema, schema.fields[name]) for schema in _schemas(self.storage) if name in schema.fields]
        if not found:
            return None
        schema, field = found[0]
        if any(other.attribute != field.attribute for _, other in found):
            names = ", ".join(f"{each.record.__name__}: {other.attribute!r}" for each, other in found)
            raise AttributeError(f"{self.described}.{name} has different attribute names ({names})")
        if len(found) > 1 and any(other.storage.custom for _, other in found):
            raise AttributeError(f"{self.described}.{name} has its own serializer in one of the records")
        if any(other.absent != field.absent for _, other in found):
            field = replace(field, absent=UNKNOWN)
        if any(other.storage.annotation != field.storage.annotation for _, other in found):
            options = tuple(other.storage for _, other in found)
            union: Any = Union[tuple(option.annotation for option in options)]  # noqa: UP007 - known at run time only
            field = replace(field, storage=replace(ANY, annotation=union, options=options))
            schema = replace(schema, record=object)
        return _field_path(self.model, schema, field, self)

    def keyed(self, key: object) -> Path:
        """Return the path of the element at an index or a key, which is a text or a value of the type of the keys.

        Raises:
            TypeError: The values do not support it.
            AttributeError: They are typed dicts without this key.
        """
        if type(key) is str and (schemas := list(_schemas(self.storage))) and all(map(_is_typed_dict, schemas)):
            if (found := self.named(key)) is None:
                raise no_field_at(self, key)
            return found
        step = cast("Step", key) if type(key) in {int, str} else None
        storage = None if step is None else _element_type(self.storage, step)
        if self.storage.keys is not None:
            step, storage = map_key(self.storage.keys, key), self.storage.element
            if step is None and type(key) is str:
                raise TypeError(f"{self.described} does not accept this key")
        if storage is None or step is None:
            wanted = {
                "map": "a string key",
                "sequence": "an index of 0 or more",
                "tuple": "an index within its length",
                "any": "an index of 0 or more, or a string key",
            }
            remedy = f"takes {wanted[self.storage.kind]}" if self.storage.kind in wanted else "has no elements"
            raise TypeError(f"{self.described} {remedy}, got {key!r}")
        label = f"{self.label}[{json.dumps(step, ensure_ascii=False)}]"
        return Path(self.model, (*self.steps, step), label, storage, fixed=self.storage.kind == "tuple", raw=self.raw)


def described(model: type[BaseModel], path: Path | None) -> str:
    """Return the path with the name of its model, or the name of the model if there is no path."""
    return model.__name__ if path is None else path.described


class HasPath:
    """Base of the objects that represent a path to users. It has no public names: they belong to the user's fields."""

    __slots__ = ("__pydamo_path__",)

    def __init__(self, path: Path) -> None:
        """Keep the path."""
        self.__pydamo_path__: Path = path


class FieldOf(HasPath, Generic[T_co]):
    """A path to values of a type, for type checkers; it is covariant.

    It has the name of the class of `field_conditions` that users see, because type checkers show it in messages.
    """

    __slots__ = ()


def field_path(model: type[BaseModel], name: str) -> Path | None:
    """Return the path of a field or computed field, None if the model does not have it."""
    schema = record_schema_of(model)
    field = schema.fields.get(name)
    return None if field is None else _field_path(model, schema, field, None)


def attribute_path(model: type[BaseModel], attribute: str) -> Path | None:
    """Return the path of the field with this attribute name, None if the model does not have it."""
    return attribute_paths(model).get(attribute)


def attribute_paths(model: type[BaseModel]) -> Mapping[str, Path]:
    """Return the paths of all fields and computed fields by attribute name."""
    schema = record_schema_of(model)
    return schema.cached(_attribute_paths, None, model, schema)


def _attribute_paths(model: type[BaseModel], schema: RecordSchema) -> dict[str, Path]:
    return {attribute: _field_path(model, schema, field, None) for attribute, field in schema.by_attribute.items()}


def _field_path(model: type[BaseModel], schema: RecordSchema, field: StoredField, parent: Path | None) -> Path:
    steps, label = ((), field.name) if parent is None else (parent.steps, f"{parent.label}.{field.name}")
    if parent is not None and not re.fullmatch(_NAME, field.name):  # a key of a typed dict may be any text
        label = f"{parent.label}[{json.dumps(field.name, ensure_ascii=False)}]"
    return Path(model, (*steps, field.attribute), label, field.storage, schema.record, field)


# --- raw paths: attributes by their names in DynamoDB, whether or not the model declares them ---


def raw_path(steps: tuple[Step, ...]) -> Path:
    """Return the path of an attribute, or of a value inside it, on any model."""
    return _attribute_at(BaseModel, steps)


def raw_path_of(text: str) -> Path:
    """Return the path of a text such as `address.city`; raise AttributeError if it is not such a path."""
    return raw_path(tuple(_step_of(step) for step in _steps_of(text, begun=False)))


def accepts_other_names(path: Path) -> bool:
    """Return False if a raw path leads to an attribute that the model, or a record inside it, forbids."""
    first = next(each for each in trail(path) if each.raw)
    return not record_schema_of(first.owner or first.model).closed


def trail(path: Path) -> list[Path]:
    """Return the paths of all values on the way to a value, the value itself last."""
    return [_attribute_at(path.model, path.steps[:count]) for count in range(1, len(path.steps) + 1)]


def _attribute_at(model: type[BaseModel], steps: tuple[Step, ...]) -> Path:
    """Return the declared path of these steps as far as the model declares them, else a raw path.

    Raises:
        AttributeError: In a union of records, a field has different attribute names.
        TypeError: A declared value has no such element.
    """
    name = str(steps[0])
    path = None if model is BaseModel else attribute_path(model, name)
    path = path or Path(model, (name,), f"raw_attribute({json.dumps(name, ensure_ascii=False)})", ANY, raw=True)
    for step in steps[1:]:
        path = _inside(path, step)
    return path


def _inside(path: Path, step: Step) -> Path:
    schemas = list(_schemas(path.storage))
    if not schemas or isinstance(step, int):
        return path.keyed(step)
    for schema in schemas:
        if (field := schema.by_attribute.get(step)) is not None and (found := path.named(field.name)) is not None:
            return found
    label = f"{path.label}[{json.dumps(step, ensure_ascii=False)}]"
    return Path(path.model, (*path.steps, step), label, ANY, schemas[0].record, raw=True)


def _schemas(storage: StorageType) -> Iterator[RecordSchema]:
    """Yield the schema of the record, or of each record in a union."""
    if storage.schema is not None:
        yield storage.schema()
    for option in storage.options:
        yield from _schemas(option)


def _is_typed_dict(schema: RecordSchema) -> bool:
    return is_typeddict(schema.record)


def _element_type(storage: StorageType, key: Step) -> StorageType | None:
    """Return the storage type of the element at an index or a key, None if it cannot exist."""
    for option in storage.options:
        if (found := _element_type(option, key)) is not None:
            return found
    if storage.kind == "any":
        return ANY if isinstance(key, str) or key >= 0 else None
    if isinstance(key, str):
        return storage.elements[0] if storage.kind == "map" else None
    if storage.kind == "sequence":
        return storage.elements[0] if key >= 0 else None
    return storage.elements[key] if storage.kind == "tuple" and 0 <= key < len(storage.elements) else None


def no_field(owner: str, name: str) -> AttributeError:
    """Return the error for a model that does not have this field."""
    return AttributeError(f"{owner!r} has no field {name!r}")


def no_field_at(path: Path, name: str) -> AttributeError:
    """Return the error for a path that does not have this field, with a remedy."""
    remedies = {
        "map": f"it is a map: write {path.label}[{name!r}]",
        "sequence": f"it is a list: choose an element first, as in {path.label}[0]",
        "tuple": f"it is a tuple: choose an element first, as in {path.label}[0]",
    }
    records = " | ".join(schema.record.__name__ for schema in _schemas(path.storage))
    error = no_field(records or path.described, name)
    remedy = remedies.get(path.storage.kind)
    return AttributeError(f"{error}; {remedy}") if remedy else error


# --- paths as text: `address.city`, `tags[0]`, `prices["net"]` ---

_NAME = r"""[^.\[\]"']+"""
_STEPS = rf"""
    (?P<dot>\.?) (?P<name>{_NAME})                  # a name, with a dot if it is not the first step
    | \[ (?P<index>[0-9]+) \]                        # an index
    | \[ (?P<text>"(?:[^"\\]|\\.)*") \]              # a key in JSON
    | \[ '(?P<key>[^']*)' \]                         # a key without escapes
    """


def parse(model: type[BaseModel], text: str, start: Path | None = None) -> Path:
    """Parse a path such as `address.city` or `prices["net"]`; raise AttributeError if it is not a path of the model."""
    path = start
    for step in _steps_of(text, begun=start is not None):
        path = _take_step(model, path, step)
    if path is None or not text:
        raise AttributeError(f"An empty path does not name a field of {described(model, start)!r}.")
    return path


def _steps_of(text: str, *, begun: bool) -> Iterator[re.Match[str]]:
    """Yield the steps of a path. A path that has not `begun` starts with a name."""
    steps = re.compile(_STEPS, re.VERBOSE)
    position = 0
    while position < len(text):
        step = steps.match(text, position)
        is_name = step is not None and step["name"] is not None
        needs_dot = is_name and position > 0
        if step is None or not (begun or is_name) or bool(step["dot"]) != needs_dot:
            raise AttributeError(f"{text!r} is not a path such as 'address.city', 'tags[0]' or 'prices[\"net\"]'")
        yield step
        position, begun = step.end(), True


def _step_of(step: re.Match[str]) -> Step:
    if step["index"] is not None:
        return int(step["index"])
    if step["text"] is not None:
        return str(json.loads(step["text"], strict=False))
    return step["name"] if step["key"] is None else step["key"]


def _take_step(model: type[BaseModel], path: Path | None, step: re.Match[str]) -> Path:
    name = step["name"]
    if path is None:
        if (found := field_path(model, name)) is None and not record_schema_of(model).open:
            error = no_field(model.__name__, name)
            raise AttributeError(f"{error}; an attribute that the model does not declare is raw_attribute({name!r})")
        return found or attribute_path(model, name) or Path(model, (name,), name, ANY)
    if name is None:
        return path.keyed(_step_of(step))
    if found := path.named(name):
        return found
    if path.storage.kind in {"map", "any"} and not path.storage.options:
        return path.keyed(name)
    raise no_field_at(path, name)


def path_in(model: type[BaseModel], path: Path) -> Path | None:
    """Return the same path on a subclass of its model, None if the model is not a subclass.

    A raw path fits each model. If the model declares the attribute, this is the path of the field, with all its rules.
    """
    if path.model is model:
        return path
    if path.raw:
        try:
            return _attribute_at(model, path.steps) if issubclass(model, path.model) else None
        except (AttributeError, TypeError):
            return None
    # A subclass can have other aliases, but it has the same names of fields, which the label contains.
    return parse(model, path.label) if issubclass(model, path.model) else None


# --- paths as functions: `lambda customer: customer.address.city` ---


def follow(model: type[BaseModel], start: Path | None, function: Callable[[Any], Any]) -> Path:
    """Return the path of the value that the function returns; raise AttributeError if there is no such path."""
    found = function(_Walker(model, start))
    message = f"The function must return an attribute of the object it receives ({described(model, start)!r})"
    if type(found) is not _Walker:
        raise AttributeError(f"{message}; got {type(found).__name__}.")
    path = found._path  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - public names are the user's fields
    begin = start.steps if start else ()
    if path is None or path.model is not model or path.steps[: len(begin)] != begin:
        raise AttributeError(f"{message}.")
    return path


class _Walker:
    """The object that the function receives: the model, or a value at a path."""

    __slots__ = ("_model", "_path")

    def __init__(self, model: type[BaseModel], path: Path | None) -> None:
        self._model = model
        self._path = path

    def __getattr__(self, name: str) -> _Walker:
        if name.startswith("__"):
            self._refuse_access()  # `isinstance` would accept an AttributeError as an answer
        path = self._path.named(name) if self._path else field_path(self._model, name)
        if path is None:
            raise no_field_at(self._path, name) if self._path else no_field(self._model.__name__, name)
        return _Walker(self._model, path)

    def __getitem__(self, key: int | str) -> _Walker:
        if self._path is None:
            raise TypeError(f"{self._model.__name__!r} is a model: take its fields by name")
        return _Walker(self._model, self._path.keyed(key))

    def _refuse_access(self, *_: object) -> NoReturn:
        raise TypeError(
            f"The function can only return a path: {described(self._model, self._path)} has no value here. "
            f"For an optional value, use two steps: attr.address(lambda address: address.city)."
        )

    # These methods need a value: `or`, `if`, loops, `in`, comparisons, `isinstance`, `match` and conversion to text.
    __bool__ = __iter__ = __contains__ = __len__ = _refuse_access
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse_access
    __str__ = __repr__ = __format__ = _refuse_access
    __hash__ = None  # type: ignore[assignment]
    __class__ = property(_refuse_access)  # pyright: ignore[reportIncompatibleMethodOverride] - it always raises
