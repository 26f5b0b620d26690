"""Taking type hints apart: what is inside `Annotated` and aliases, the options of unions, marks, names of types."""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Iterable
from operator import getitem
from typing import Annotated, Any, ForwardRef, Literal, TypeVar, Union, get_args, get_origin

import typing_extensions
from pydantic import BaseModel

from pydamodb._core.markers import Mark, marks_among

_ALIASES: tuple[Any, ...] = (
    typing_extensions.TypeAliasType,
    getattr(typing, "TypeAliasType", typing_extensions.TypeAliasType),
)


_UNION: Any = Union


def unwrap(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Take off what does not change the stored form: Annotated, type aliases, NewType, Required and their like."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *inner = get_args(annotation)
            metadata = (*inner, *metadata)
        elif origin in {typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.ReadOnly}:
            (annotation,) = get_args(annotation)
        elif isinstance(annotation, _ALIASES):
            annotation = annotation.__value__
        elif supertype := getattr(annotation, "__supertype__", None):
            annotation = supertype
        elif isinstance(annotation, TypeVar):
            annotation = annotation.__bound__ or Any
        else:
            return annotation, metadata


def options_of(inner: Any) -> tuple[Any, ...]:
    """Return the options of a union, none of any other type."""
    return get_args(inner) if get_origin(inner) in {Union, types.UnionType} else ()


def is_marked(model: type[BaseModel]) -> bool:
    """Tell whether a mark stands on any field, without a look at what the fields are."""
    fields = ((info.annotation, info.metadata) for info in model.model_fields.values())
    computed = ((info.return_type, ()) for info in model.model_computed_fields.values())
    return any(marks_of(annotation, metadata) for annotation, metadata in (*fields, *computed))


def marks_of(annotation: Any, metadata: Iterable[Any] = ()) -> tuple[Mark, ...]:
    """Return the marks of a field, also those on the options of a union: `Annotated[str, SortKey(...)] | None`."""
    inner, beside = unwrap(annotation, tuple(metadata))
    return (*marks_among(beside), *(mark for option in options_of(inner) for mark in marks_of(option)))


def has_names(annotation: Any) -> bool:
    """Tell whether a type still stands as text in an annotation, as Pydantic leaves `list["Tree"]` on Python 3.10."""
    if get_origin(annotation) is Literal:
        return False
    return isinstance(annotation, (str, ForwardRef)) or any(map(has_names, get_args(annotation)))


def with_types(record: type, annotation: Any) -> Any:
    """Put types in place of their names; one that only Pydantic could see, in a function, stays as it is."""
    if isinstance(annotation, (str, ForwardRef)):
        holder = type("holder", (), {"__annotations__": {"it": annotation}})
        names = {**vars(sys.modules[record.__module__]), record.__name__: record}
        try:
            return typing_extensions.get_type_hints(holder, names, names)["it"]
        except NameError:
            return annotation
    arguments = tuple(with_types(record, argument) for argument in get_args(annotation))
    if isinstance(annotation, types.GenericAlias):
        return types.GenericAlias(get_origin(annotation), arguments)
    return getitem(_UNION, arguments) if get_origin(annotation) in {Union, types.UnionType} else annotation
