"""The types of keys that a model gives to its base class, `PrimaryKeyModel[str]`: they must fit the fields of its keys.

Type checkers see the types where a key is an argument, and cannot compare them with the fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import GenericAlias
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.annotations import storage_type_of
from pydamodb._codec.hints import has_names
from pydamodb._codec.types import StoredField


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
