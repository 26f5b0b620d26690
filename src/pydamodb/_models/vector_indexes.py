"""The vector indexes of a model: what its class attributes say, fitted to its fields."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import getattr_static

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.types import StoredField
from pydamodb._core.markers import Vector
from pydamodb._core.table_schema import VectorIndexSchema
from pydamodb._core.vector_indexes import VectorIndex
from pydamodb._models.templates import indexes_of, refuse_model
from pydamodb._operations.keys import KEY_TYPES

OWN_VECTORS = "_pydamo_vectors"


def vectors_of(model: type[BaseModel]) -> dict[str, VectorIndex]:
    """Return the vector indexes of a model and its bases, by the names of the attributes."""
    found: dict[str, VectorIndex] = {}
    for kind in reversed(model.__mro__):
        found |= vars(kind).get(OWN_VECTORS, {})
    return {name: index for name, index in found.items() if getattr_static(model, name, None) is index}


def vector_schema(model: type[BaseModel], index: VectorIndex) -> VectorIndexSchema:
    """Return a vector index of a model, with the attributes of its fields.

    Raises:
        ConfigurationError: A field is missing, or has a type that cannot be searched.
    """
    vector = _field(model, index, index.vector)
    if vector.storage.dimensions is None:
        mark = f"{index.vector}: Annotated[list[float] | None, Vector(1536)] = None"
        refuse_model(model, f"the vector index {index.name!r} needs a field with the mark of a vector: {mark}")
    key = None if index.partition_key is None else _key(model, index, index.partition_key)
    return VectorIndexSchema(
        index.name,
        vector.attribute,
        vector.storage.dimensions,
        index.distance.upper(),
        key,
        tuple(_key(model, index, name) for name in index.filters),
        index.projection == "ALL",
        frozenset(_field(model, index, name).attribute for name in index.includes),
    )


def vector_schemas(model: type[BaseModel]) -> dict[str, tuple[VectorIndex, VectorIndexSchema]]:
    """Return the vector indexes of a model by their names.

    Raises:
        ConfigurationError: An index does not fit the model, or two attributes are the same index.
    """
    found: dict[str, tuple[VectorIndex, VectorIndexSchema]] = {}
    names = {index.name for index in indexes_of(model).values()}
    for attribute, index in vectors_of(model).items():
        if index.name in names or index.name in found:
            refuse_model(model, f"{attribute}: the model has another index of the name {index.name!r}")
        found[index.name] = index, vector_schema(model, index)
    return found


def check_vector_indexes(model: type[BaseModel]) -> None:
    """Check the vector indexes of a class that was just made, unless its types are not known yet."""
    is_open = bool(model.__pydantic_generic_metadata__["parameters"])
    if model.__pydantic_complete__ and not is_open:
        vector_schemas(model)


def check_vectors(model: type[BaseModel], fields: Sequence[StoredField]) -> None:
    """Raise ConfigurationError for marks of vectors on fields that are no vectors."""
    for field in fields:
        if not any(isinstance(mark, Vector) for mark in field.marks):
            continue
        if field.storage.dimensions is None:
            reason = "Vector needs a field of type list[float] or tuple[float, ...], or one of these and None"
        elif field.storage.nullable and field.absent is not None:
            reason = "a vector is never stored as NULL: give the field the default None, and it is left out"
        else:
            continue
        refuse_model(model, f"{field.name}: {reason}")


def _field(model: type[BaseModel], index: VectorIndex, name: str) -> StoredField:
    field = record_schema_of(model).fields.get(name)
    if field is None or not field.stored:
        reason = "is not a field of the model" if field is None else "is excluded from serialization, so not stored"
        refuse_model(model, f"the vector index {index.name!r} names {name!r}, which {reason}")
    return field


def _key(model: type[BaseModel], index: VectorIndex, name: str) -> str:
    field = _field(model, index, name)
    data_types = field.storage.possible_types
    if field.storage.kind not in {"scalar", "any"} or (data_types and not data_types & KEY_TYPES):
        reason = f"the vector index {index.name!r} cannot select by {name!r}"
        refuse_model(model, f"{reason}: only texts, numbers and bytes can be searched")
    return field.attribute
