"""Type hints: what is inside of `Annotated` and aliases, options of unions, marks, and names of types."""

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

_ALIASES: Any = (typing_extensions.TypeAliasType, getattr(typing, "TypeAliasType", typing_extensions.TypeAliasType))
_UNION: Any = Union


def unwrap(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Remove what does not change the stored form (Annotated, aliases, NewType, Required), and collect metadata."""
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
    """Return the options of a union, none for any other type."""
    return get_args(inner) if get_origin(inner) in {Union, types.UnionType} else ()


def is_marked(model: type[BaseModel]) -> bool:
    """Return True if any field has a mark. The types of the fields are not resolved."""
    fields = ((info.annotation, info.metadata) for info in model.model_fields.values())
    computed = ((info.return_type, ()) for info in model.model_computed_fields.values())
    return any(marks_of(annotation, metadata) for annotation, metadata in (*fields, *computed))


def marks_of(annotation: Any, metadata: Iterable[Any] = ()) -> tuple[Mark, ...]:
    """Return the marks of a field, with those on the options of a union: `Annotated[str, SortKey(...)] | None`."""
    inner, beside = unwrap(annotation, tuple(metadata))
    return (*marks_among(beside), *(mark for option in options_of(inner) for mark in marks_of(option)))


def has_names(annotation: Any) -> bool:
    """Return True if an annotation contains a type as text: Pydantic leaves `list["Tree"]` on Python 3.10."""
    if get_origin(annotation) is Literal:
        return False
    return isinstance(annotation, (str, ForwardRef)) or any(map(has_names, get_args(annotation)))


def with_types(record: type, annotation: Any) -> Any:
    """Replace names by their types. A name that only Pydantic could resolve, inside of a function, stays."""
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
