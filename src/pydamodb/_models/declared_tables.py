"""From the models of a table to what they declare together. Contradictions are errors that name both models.

Subclasses of a model that are stored in its table count too. Nothing is sent, and no function is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NoReturn, TypeAlias

from pydamodb._client.vector_support import check_vector_support
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import encode
from pydamodb._codec.hints import literal_values
from pydamodb._codec.serializers import written_type
from pydamodb._codec.types import RecordSchema
from pydamodb._core.config import PydamoConfig, in_use
from pydamodb._core.exceptions import ConfigurationError, InvalidRequestError
from pydamodb._core.markers import TimeToLive
from pydamodb._core.table_declarations import TableDeclaration, described, described_index, described_vectors
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema, VectorIndexSchema
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Connection
from pydamodb._models.declared_keys import declared_schema
from pydamodb._models.templates import indexes_of, refuse_model, templates_of
from pydamodb._operations.keys import KEY_TYPES
from pydamodb._operations.tables import DeclaredTable

Format: TypeAlias = Literal["create_table", "cloudformation"]
Model: TypeAlias = type[DynamoModel]

_NO_CONFIG = PydamoConfig(table=None)
_WRITTEN: Mapping[object, str] = {str: "S", bytes: "B", int: "N", float: "N", Decimal: "N"}


def table_definition(
    *models: type[DynamoModel],
    table_name: str | None = None,
    format: Format = "create_table",  # noqa: A002 - what it is called
) -> dict[str, Any]:
    """Return the definition of the table of these models, from what they and their subclasses declare.

    Nothing is sent. The result is plain JSON, and may be changed: `client.create_table(**table_definition(Order))`.

    Args:
        models: All models of one table.
        table_name: The name of the table, if the configuration has none, or a function. CloudFormation makes one up if
            it is missing.
        format: The parameters of CreateTable, or a resource of CloudFormation with the time to live.

    Raises:
        InvalidRequestError: An argument is no model, or the format is another one.
        ConfigurationError: The models do not declare their keys, contradict each other, or are of several tables.
    """
    check_models("table_definition", models)
    if format not in {"create_table", "cloudformation"}:
        raise InvalidRequestError(f'table_definition takes format="create_table" or "cloudformation", got {format!r}')
    for model in models[1:]:
        first, other = _place_of(models[0]), _place_of(model)
        if first != other:
            message = f"table_definition takes the models of one table: {_on(models[0])} and {_on(model)}"
            raise ConfigurationError(message, model_name=model.__name__)
    declaration = declaration_of(models)
    place = _place_of(models[0])
    name = table_name or (place if isinstance(place, str) else None)
    parameters = declaration.parameters()
    if name is not None:
        parameters = {"TableName": name, **parameters}
    if format == "create_table":
        if name is None:
            reason = "the configuration does not name the table: table_definition(..., table_name=...)"
            refuse_model(models[0], reason)
        return parameters
    if declaration.time_to_live is not None:
        parameters["TimeToLiveSpecification"] = {"AttributeName": declaration.time_to_live, "Enabled": True}
    return {"Type": "AWS::DynamoDB::Table", "Properties": parameters}


def check_timeout(timeout: object) -> None:
    """Raise InvalidRequestError unless this is a number of seconds."""
    if not isinstance(timeout, (int, float)) or isinstance(timeout, bool) or not timeout >= 0:
        given = timeout if isinstance(timeout, (int, float)) else f"a value of type {type(timeout).__name__}"
        raise InvalidRequestError(f"timeout is how many seconds to wait for a table or an index, got {given}")


def check_models(function: str, models: Sequence[Any], *, asynchronous: bool | None = None) -> None:
    """Raise InvalidRequestError for arguments that are no models, or are models of the other kind."""
    if not models:
        raise InvalidRequestError(f"{function} takes one or several models: {function}(Customer, Order)")
    for model in models:
        if not (isinstance(model, type) and issubclass(model, DynamoModel)):
            given = model.__name__ if isinstance(model, type) else f"a value of type {type(model).__name__}"
            raise InvalidRequestError(f"{function} takes models, {function}(Customer, Order); got {given}")
        if asynchronous is not None and model.__pydamo_is_asynchronous__ != asynchronous:
            kind = "a synchronous" if asynchronous else "an asynchronous"
            other = function.removesuffix("_async") if asynchronous else f"{function}_async"
            message = f"{model.__name__} is {kind} model: use it with {other}()"
            raise InvalidRequestError(message, model_name=model.__name__)


def declared_tables(connections: Iterable[Connection[Any]]) -> list[tuple[Any, DeclaredTable]]:
    """Return what the connected models declare, one declaration for each table, with its client."""
    grouped: dict[tuple[int, str], list[Connection[Any]]] = {}
    for connection in connections:
        name = connection.table.table_name.rpartition("/")[2]  # it may be an ARN
        grouped.setdefault((id(connection.client), name), []).append(connection)
    found: list[tuple[Any, DeclaredTable]] = []
    for group in grouped.values():
        declaration = declaration_of([each.table.model for each in group])
        if declaration.schema.vectors:
            names = ", ".join(each.table.model_name for each in group)
            check_vector_support(group[0].client, f"the vector index of {names}", names)
        found.append((group[0].client, DeclaredTable(tuple(each.table for each in group), declaration)))
    return found


def declaration_of(models: Iterable[type[DynamoModel]]) -> TableDeclaration:
    """Return what models and their subclasses declare about their one table.

    Raises:
        ConfigurationError: A model declares no keys, the type of a key is not known, or two models contradict.
    """
    merged = _Merged()
    for model in dict.fromkeys(each for given in models for each in (given, *_stored_with(given))):
        merged.take(model)
    return merged.declaration()


def _stored_with(model: type[DynamoModel]) -> Iterator[type[DynamoModel]]:
    """Yield the subclasses of a model that are stored in its table."""
    config, place = _config_of(model), _place_of(model)
    for each in _subclasses(model):
        is_open = bool(each.__pydantic_generic_metadata__["parameters"])
        if not is_open and (_config_of(each) is config or (place is not None and _place_of(each) == place)):
            yield each


def _subclasses(model: type[DynamoModel]) -> Iterator[type[DynamoModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _subclasses(each)


def _config_of(model: type[DynamoModel]) -> PydamoConfig:
    config: object = getattr(model, "pydamo_config", None)
    return in_use(config) if isinstance(config, PydamoConfig) else _NO_CONFIG


def _place_of(model: type[DynamoModel]) -> object:
    """Return the name of a model's table, the function that returns the table, or None."""
    table = _config_of(model).table
    name = table if isinstance(table, str) else getattr(table, "name", None)
    return name.rpartition("/")[2] if isinstance(name, str) else table


def _on(model: type[DynamoModel]) -> str:
    place = _place_of(model)
    where = f"on table {place!r}" if isinstance(place, str) else "without a table" if place is None else f"on {place!r}"
    return f"{model.__name__} is {where}"


class _Merged:
    """What several models declare about one table, and which model said it first."""

    def __init__(self) -> None:
        self._keys: tuple[KeySchema, Model] | None = None
        self._indexes: dict[str, tuple[IndexSchema, Model]] = {}
        self._vectors: dict[str, tuple[VectorIndexSchema, Model]] = {}
        self._dimensions: list[tuple[str, int, Model]] = []
        self._used: set[str] = set()
        self._types: dict[str, tuple[str, Model]] = {}
        self._untyped: dict[str, Model] = {}
        self._time_to_live: tuple[str, Model] | None = None

    def take(self, model: Model) -> None:
        """Add what a model declares."""
        schema, record = _schema_of(model), record_schema_of(model)
        if self._keys is None:
            self._keys = schema.keys, model
        if self._keys[0] != schema.keys:
            one, other = described(self._keys[0]), described(schema.keys)
            _contradict("the keys of the table are", self._keys[1], one, model, other)
        self._take_types(model, schema, record, schema.keys)
        _check_projections(model, schema)
        for index in schema.indexes.values():
            self._take_index(model, schema, index)
            if all(name in schema.types or name in record.by_attribute for name in index.keys.attributes):
                self._used.add(index.name)
                self._take_types(model, schema, record, index.keys)
        for vectors in schema.vectors.values():
            self._take_vectors(model, schema, vectors)
            self._take_types(model, schema, record, KeySchema(vectors.searched, ()))
        for field in record.fields.values():
            if field.storage.dimensions is not None:
                self._dimensions.append((field.attribute, field.storage.dimensions, model))
            if any(isinstance(mark, TimeToLive) for mark in field.marks):
                self._time_to_live = known = self._time_to_live or (field.attribute, model)
                if known[0] != field.attribute:
                    _contradict("the time to live is", known[1], known[0], model, field.attribute)

    def _take_types(self, model: Model, schema: TableSchema, record: RecordSchema, keys: KeySchema) -> None:
        for name in keys.attributes:
            data_type = schema.types.get(name) or _type_of_field(record, name)
            if data_type is None:
                self._untyped.setdefault(name, model)
                continue
            known, first = self._types.setdefault(name, (data_type, model))
            if known != data_type:
                _contradict(f"the key {name} is", first, known, model, data_type)

    def _take_index(self, model: Model, schema: TableSchema, index: IndexSchema) -> None:
        known, first = self._indexes.setdefault(index.name, (index, model))
        one, other = (described_index(each, schema.keys) for each in (known, index))
        if one != other:
            _contradict(f"the index {index.name!r} is", first, one, model, other)

    def _take_vectors(self, model: Model, schema: TableSchema, vectors: VectorIndexSchema) -> None:
        known, first = self._vectors.setdefault(vectors.name, (vectors, model))
        one, other = (described_vectors(each, schema.keys) for each in (known, vectors))
        if one != other:
            _contradict(f"the index {vectors.name!r} is", first, one, model, other)

    def _check_dimensions(self) -> None:
        """Refuse a model whose vectors a vector index of another one could not have."""
        for attribute, dimensions, model in self._dimensions:
            for index, first in self._vectors.values():
                if index.attribute == attribute and index.dimensions != dimensions:
                    one, other = f"{index.dimensions} dimensions", f"{dimensions} dimensions"
                    _contradict(f"the vector {attribute} has", first, one, model, other)

    def declaration(self) -> TableDeclaration:
        """Return all of it. An index of the configuration is left out if no item of the models could be in it."""
        assert self._keys is not None  # noqa: S101 - there is a model
        indexes = {name: index for name, (index, _) in self._indexes.items() if name in self._used}
        for name, index in indexes.items():
            if index.includes is None:
                reason = f"the index {name!r} has the projection INCLUDE: say what it includes, includes=[...]"
                refuse_model(self._indexes[name][1], reason)
        if twice := sorted({*indexes} & {*self._vectors}):
            one, other = self._indexes[twice[0]], self._vectors[twice[0]]
            _contradict(f"the index {twice[0]!r} is", one[1], "a secondary index", other[1], "a vector index")
        self._check_dimensions()
        types = {name: found for name, (found, _) in self._types.items()}
        vectors = {name: found for name, (found, _) in self._vectors.items()}
        schema = TableSchema(self._keys[0], indexes, types, vectors)
        for name in schema.key_attributes:
            if name not in schema.types:
                reason = f"the type of the key {name!r} does not follow from its annotation: give it one that is stored"
                refuse_model(
                    self._untyped[name], f"{reason} as text, as a number or as bytes, or its serializer a return type"
                )
        return TableDeclaration(schema, self._time_to_live and self._time_to_live[0])


def _schema_of(model: Model) -> TableSchema:
    """Return what a model declares; raise ConfigurationError if it declares no keys."""
    has_sort_key, config = model.__pydamo_has_sort_key__, _config_of(model)
    templates = templates_of(model, has_sort_key=has_sort_key)
    schema = declared_schema(model, has_sort_key=has_sort_key, config=config, templates=templates)
    if schema is None:
        remedy = "mark them with PartitionKey and SortKey, or name them in the configuration" * (templates is None)
        remedy = remedy or "name them in the configuration"
        names = 'PydamoConfig(partition_key="pk", sort_key="sk")'
        refuse_model(model, f"declares no keys of its table, from which a table could be made: {remedy}, {names}")
    return schema


def _check_projections(model: Model, schema: TableSchema) -> None:
    """Refuse a class attribute that has another projection than the index has in the configuration."""
    for attribute, own in indexes_of(model).items():
        index = schema.indexes[own.name]
        projection = "ALL" if index.whole else "KEYS_ONLY" if index.includes == frozenset() else "INCLUDE"
        if own.projection not in {"ALL", projection}:
            reason = f"{attribute} projects {own.projection}, and the index {own.name!r} of pydamo_config {projection}"
            refuse_model(model, f"{reason}: say it in the configuration, which is about the whole table")


def _type_of_field(record: RecordSchema, attribute: str) -> str | None:
    """Return the type of a key that a configuration names by its attribute; None if the annotation does not tell."""
    field = record.by_attribute.get(attribute)
    options = frozenset[str]() if field is None else field.storage.possible_types & KEY_TYPES
    if field is not None and not options:
        values = literal_values(field.storage.annotation)
        options = KEY_TYPES & {data_type for value in values for data_type in encode(getattr(value, "value", value))}
        options = options or KEY_TYPES & {_WRITTEN.get(written_type(record.record, field.name), "")}
    return min(options) if len(options) == 1 else None


def _contradict(subject: str, first: Model, one: str, model: Model, other: str) -> NoReturn:
    """Refuse two models of one table that do not say the same."""
    both = f"{subject} {one} in {first.__name__} and {other} in {model.__name__}"
    raise ConfigurationError(f"{both}: models of one table agree on it", model_name=model.__name__)
