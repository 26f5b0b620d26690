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

from pydamodb._codec.serializers import dataclass_fields
from pydamodb._core.markers import Mark, marks_among

_ALIASES: Any = (typing_extensions.TypeAliasType, getattr(typing, "TypeAliasType", typing_extensions.TypeAliasType))
_UNION: Any = Union
_ANNOTATED: Any = Annotated
_QUALIFIERS: Any = {typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.ReadOnly}


def unwrap(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Remove what does not change the stored form (Annotated, aliases, NewType, Required), and collect metadata."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *inner = get_args(annotation)
            metadata = (*inner, *metadata)
        elif isinstance(annotation, _ALIASES):
            annotation = annotation.__value__
        elif supertype := getattr(annotation, "__supertype__", None):
            annotation = supertype
        elif isinstance(annotation, TypeVar):
            annotation = annotation.__bound__ or Any
        else:
            return annotation, metadata


def is_recursive(annotation: Any) -> bool:
    """Return True for an alias that contains itself, such as `type Tree = list[Tree]`."""
    alias = annotation if isinstance(annotation, _ALIASES) else get_origin(annotation)
    waiting: list[Any] = [alias.__value__] if isinstance(alias, _ALIASES) else []
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        inner = part if isinstance(part, _ALIASES) else get_origin(part)
        if inner is alias:
            return True
        if id(part) not in seen:
            seen.add(id(part))
            waiting += [*get_args(part), *([inner.__value__] if isinstance(inner, _ALIASES) else ())]
    return False


def hints_of(record: Any) -> dict[str, Any]:
    """Return the types of a dataclass's or a typed dict's fields. A name for type checkers only stays a text."""
    try:
        return typing_extensions.get_type_hints(record, include_extras=True)
    except NameError:
        own = {each.name: each.type for each in dataclass_fields(record)} or record.__annotations__
        return {name: with_types(record, hint) for name, hint in own.items()}


def without_qualifiers(hint: Any) -> tuple[Any, bool | None]:
    """Return the type of a typed dict's key, and whether `Required` or `NotRequired` says that it is required."""
    required: bool | None = None
    metadata: tuple[Any, ...] = ()
    while (origin := get_origin(hint)) is Annotated or origin in _QUALIFIERS:
        hint, *inner = get_args(hint)
        metadata = (*inner, *metadata)
        if origin is typing_extensions.Required or origin is typing_extensions.NotRequired:
            required = origin is typing_extensions.Required
    return (getitem(_ANNOTATED, (hint, *metadata)) if metadata else hint), required


def options_of(inner: Any) -> tuple[Any, ...]:
    """Return the options of a union, none for any other type."""
    return get_args(inner) if get_origin(inner) in {Union, types.UnionType} else ()


def literal_values(annotation: Any) -> list[Any]:
    """Return the values of a Literal, also of one that is an option of a union; none of any other type."""
    inner, _ = unwrap(annotation, ())
    if get_origin(inner) is Literal:
        return [*get_args(inner)]
    return [value for option in options_of(inner) for value in literal_values(option)]


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
        modules = [vars(sys.modules[each.__module__]) for each in reversed(record.__mro__)]
        names = {name: value for module in modules for name, value in module.items()} | {record.__name__: record}
        try:
            return typing_extensions.get_type_hints(holder, names, names, include_extras=True)["it"]
        except NameError:
            return annotation
    arguments = tuple(with_types(record, argument) for argument in get_args(annotation))
    if isinstance(annotation, types.GenericAlias):
        return types.GenericAlias(get_origin(annotation), arguments)
    return getitem(_UNION, arguments) if get_origin(annotation) in {Union, types.UnionType} else annotation
