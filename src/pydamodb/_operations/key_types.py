"""The types of keys that a model gives to its base class, `PrimaryKeyModel[str]`: they must fit the fields of its keys.

If templates make the keys, the types are those of the parts, of which several are given as a tuple. Type checkers see
the types where a key is an argument, and cannot compare them with the fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import GenericAlias, NoneType
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel

from pydamodb._codec import key_templates, templated_keys
from pydamodb._codec.annotations import storage_type_of
from pydamodb._codec.hints import has_names, hints_of, options_of, unwrap
from pydamodb._codec.types import StoredField

# The data types of values that are no tuple.
_SINGLE = {"S", "N", "B", "BOOL", "NULL"}


def key_types(model: type[BaseModel]) -> tuple[Any, ...]:
    """Return the types of the partition key and of the sort key, as far as a base class has them as parameters."""
    for each in model.__mro__:
        for base in vars(each).get("__orig_bases__", ()):
            if isinstance(base, GenericAlias) and hasattr(base.__origin__, "__pydamo_has_sort_key__"):
                return base.__args__
    return ()


def wrong_key_type(model: type[BaseModel], keys: Iterable[StoredField]) -> str | None:
    """Return why the types do not fit the fields of the partition key and of the sort key; None if they may fit."""
    for kind, field, given in zip(("partition", "sort"), keys, key_types(model), strict=False):
        if has_names(given):
            continue
        wanted, stored = storage_type_of(given, (), model.model_config).possible_types, field.storage.possible_types
        if wanted and stored and wanted.isdisjoint(stored):
            given_name = getattr(given, "__name__", str(given))
            return (
                f"the base class of {model.__name__} gives the {kind} key the type {given_name}, which is stored as "
                f"{min(wanted)}, but the field {field.name} is stored as {min(stored)}: write the field's type there"
            )
    return None


def wrong_part_type(model: type[BaseModel], templates: templated_keys.TemplatedKeys) -> str | None:
    """Return why the types do not fit the parts of the partition key and of the sort key; None if they may fit."""
    for kind, parts, given in zip(("partition", "sort"), templates.arguments, key_types(model), strict=False):
        if parts and not has_names(given) and not _may_be(model, given, parts):
            names, types = ", ".join(part.name for part in parts), ", ".join(map(_type_of, parts))
            are = f"its part {names} is of the type" if len(parts) == 1 else f"its parts ({names}) are given as"
            wanted = types if len(parts) == 1 else f"tuple[{types}]"
            return (
                f"the base class of {model.__name__} gives the {kind} key the type {_name(given)}, but {are} {wanted}: "
                f"write {wanted} there"
            )
    return None


def _may_be(model: type[BaseModel], given: Any, parts: Sequence[key_templates.Part]) -> bool:
    """Return False if no value of a type is one value for one part, or a tuple of values for several."""
    inner, _ = unwrap(given, ())
    if options := options_of(inner):
        return any(_may_be(model, option, parts) for option in options if option is not NoneType)
    elements = None if len(parts) == 1 else _elements(inner)
    if elements is not None:
        types = [elements[0]] * len(parts) if elements[1:] == (...,) else elements
        pairs = zip(types, parts, strict=False)
        return len(types) == len(parts) and all(_may_be(model, each, (part,)) for each, part in pairs)
    wanted = storage_type_of(inner, (), model.model_config).possible_types
    if len(parts) > 1:
        return not wanted or not wanted <= _SINGLE
    storage = parts[0].field.storage
    stored = storage.possible_types | ({"S"} if storage.expires else set[str]())  # it is given as a datetime
    return not (wanted and stored and wanted.isdisjoint(stored))


def _elements(inner: Any) -> tuple[Any, ...] | None:
    """Return the types of the elements of a tuple, None for other types, and if they are not known."""
    kind = get_origin(inner) or inner
    names = cast("tuple[str, ...] | None", getattr(kind, "_fields", None))
    if kind is tuple:
        return get_args(inner) or None
    if names is None or not (isinstance(kind, type) and issubclass(kind, tuple)):
        return None
    hints = hints_of(cast("Any", kind)) if hasattr(cast("Any", kind), "__annotations__") else {}
    return tuple(Any if has_names(hint := hints.get(name, Any)) else hint for name in names)


def _type_of(part: key_templates.Part) -> str:
    return _name(unwrap(part.field.storage.annotation, ())[0])


def _name(given: Any) -> str:
    return given.__name__ if isinstance(given, type) and not get_args(given) else str(given)
