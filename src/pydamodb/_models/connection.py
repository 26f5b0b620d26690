"""From a model to its table: the current configuration of the model, and the connection that is cached for it."""

from __future__ import annotations

from typing import Any, Generic

from typing_extensions import NamedTuple

from pydamodb._client.clients import Endpoint
from pydamodb._core.config import IN_USE, PydamoConfig, in_use
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.watching import watch_of
from pydamodb._models.base import DynamoModel, ModelT
from pydamodb._models.declared_keys import declared_schema
from pydamodb._models.templates import templates_of
from pydamodb._operations.table import ModelTable

_CACHED = "_pydamo_connection"


class Connection(NamedTuple, Generic[ModelT]):
    """A model with its table, and the client that reaches the table."""

    client: Any
    table: ModelTable[ModelT]


class _CachedConnection(NamedTuple):
    """The connection of a model. It is valid while the values that it was made from are the same."""

    connection: Connection[Any]
    config: PydamoConfig
    endpoint: Endpoint
    validator: object

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """Do not pickle the client where a class is pickled by value, as cloudpickle does."""
        return type(None), ()


def cached_connection(model: type[ModelT]) -> Connection[ModelT] | None:
    """Return the connection of a model, None if its configuration or its fields have changed since."""
    attributes = vars(model)
    cached: _CachedConnection | None = attributes.get(_CACHED)
    config: object = getattr(model, "pydamo_config", None)
    if used := IN_USE.get().get(id(config)):
        cached, config = _connections_with(used).get(model), used
    if (
        cached is not None
        and cached.config is config
        and cached.validator is attributes.get("__pydantic_validator__")
        and (cached.endpoint.is_current is None or cached.endpoint.is_current())
    ):
        return cached.connection
    return None


def make_connection(model: type[ModelT], config: PydamoConfig, endpoint: Endpoint) -> Connection[ModelT]:
    """Make the connection of a model, and cache it on the class."""
    has_sort_key = model.__pydamo_has_sort_key__
    templates = templates_of(model, has_sort_key=has_sort_key)
    declared = declared_schema(model, has_sort_key=has_sort_key, config=config, templates=templates)
    table = ModelTable(
        model,
        endpoint.table_name,
        has_sort_key,
        endpoint.schemas,
        declared,
        templates=templates,
        keeps_unknown=config.unknown == "keep",
        watch=watch_of(config.on_request, config.return_consumed_capacity, "PydamoConfig"),
    )
    connection = Connection(endpoint.client, table)
    cached = _CachedConnection(connection, config, endpoint, vars(model).get("__pydantic_validator__"))
    if config is getattr(model, "pydamo_config", None):
        type.__setattr__(model, _CACHED, cached)
    else:
        _connections_with(config)[model] = cached
    return connection


def _connections_with(config: PydamoConfig) -> dict[type[Any], _CachedConnection]:
    """Return the connections of a configuration that counts in blocks only, by model."""
    connections: dict[type[Any], _CachedConnection] = vars(config).setdefault(_CACHED, {})
    return connections


def config_of(model: type[DynamoModel]) -> PydamoConfig:
    """Return the configuration of a model that counts here; raise ConfigurationError if it has none."""
    config = getattr(model, "pydamo_config", None)
    if not isinstance(config, PydamoConfig):
        given = "has no pydamo_config" if config is None else f"has a pydamo_config of type {type(config).__name__}"
        message = f"{model.__name__} {given}: give the class `pydamo_config = PydamoConfig(table=...)` to use DynamoDB"
        raise ConfigurationError(message, model_name=model.__name__)
    config = in_use(config)
    if config.table is None:
        remedy = (
            "PydamoConfig(table=None) is a placeholder: assign one with a table before the first operation, or give a "
            "table to a block (`with config.using(table):`, which threads that the block starts do not see)"
        )
        raise ConfigurationError(f"{model.__name__} has no table. {remedy}", model_name=model.__name__)
    return config
