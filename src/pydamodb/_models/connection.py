"""From a model to its table: the current configuration of the model, and the connection that is cached for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic

from typing_extensions import NamedTuple

from pydamodb._client.clients import Endpoint
from pydamodb._core.config import IN_USE, PydamoConfig, cursor_keys_of, in_use
from pydamodb._core.exceptions import ConfigurationError, InvalidRequestError
from pydamodb._core.table_schema import TableSchema
from pydamodb._core.watching import Watch, watch_of
from pydamodb._models.base import DynamoModel, ModelT
from pydamodb._models.declared_keys import declared_schema
from pydamodb._models.templates import templates_of
from pydamodb._operations import kinds_table
from pydamodb._operations.table import ModelTable

_CACHED = "_pydamo_connection"


class Connection(NamedTuple, Generic[ModelT]):
    """A model with its table, and the client that reaches the table."""

    client: Any
    table: ModelTable[ModelT]


class Driver(NamedTuple):
    """What runs the operations of synchronous or of asynchronous models. Collections and indexes find it on models.

    `segments` and `batch` are modules, which are loaded at their first use.
    """

    execute: Callable[..., Any]
    iterate: Callable[..., Any]
    search: Callable[..., Any]
    segments: Any
    batch: Any


class Kinds:
    """The models of a collection, in the place of one model where an operation is run.

    `index_name` is the index through which they are read. `unreadable` says why neither a query nor a scan can read
    them, if so, and `apart` why no query can: they have no partitions in common.
    """

    def __init__(
        self,
        models: tuple[type[DynamoModel], ...],
        index_name: str | None,
        unreadable: str | None = None,
        apart: str | None = None,
    ) -> None:
        self.models, self.index_name, self.unreadable, self.apart = models, index_name, unreadable, apart
        self.names = ", ".join(model.__name__ for model in models)
        self.__name__ = f"collection({self.names})"
        self._last: tuple[list[Connection[Any]], Connection[Any]] | None = None

    def connection(self, connections: list[Connection[Any]]) -> Connection[Any]:
        """Put the connections of the models together; return the same one again while they are the same."""
        last = self._last
        if last is None or any(one is not other for one, other in zip(last[0], connections, strict=True)):
            check_same_client(connections, "a collection")
            tables = tuple(each.table for each in connections)
            table = kinds_table.kinds_table(
                tables, index_name=self.index_name, unreadable=self.unreadable, apart=self.apart
            )
            self._last = last = connections, Connection(connections[0].client, table)
        return last[1]


def check_same_client(connections: Sequence[Connection[Any]], what: str) -> None:
    """Raise InvalidRequestError unless all models use one client."""
    first = connections[0]
    for other in connections:
        if other.client is not first.client:
            one, two = first.table.model_name, other.table.model_name
            remedy = "make their tables with one client or one boto3 resource, or give both by name"
            message = f"{one} and {two} use different clients, but {what} needs one client: {remedy}"
            raise InvalidRequestError(message, model_name=two)


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


def last_table(model: type[ModelT]) -> ModelTable[ModelT] | None:
    """Return the table of the last connection with the current configuration, also one of another loop or process."""
    config: object = getattr(model, "pydamo_config", None)
    used = IN_USE.get().get(id(config))
    cached: _CachedConnection | None = _connections_with(used).get(model) if used else vars(model).get(_CACHED)
    is_current = cached is not None and cached.config is (used or config)
    if cached is not None and is_current and cached.validator is vars(model).get("__pydantic_validator__"):
        return cached.connection.table
    return None


def make_connection(model: type[ModelT], config: PydamoConfig, endpoint: Endpoint) -> Connection[ModelT]:
    """Make the connection of a model, and cache it on the class."""
    watch = watch_of(config.return_consumed_capacity, config.on_request, endpoint.on_request)
    table = model_table(model, config, endpoint.table_name, endpoint.schemas, watch)
    connection = Connection(endpoint.client, table)
    cached = _CachedConnection(connection, config, endpoint, vars(model).get("__pydantic_validator__"))
    if config is getattr(model, "pydamo_config", None):
        type.__setattr__(model, _CACHED, cached)
    else:
        _connections_with(config)[model] = cached
    return connection


def model_table(
    model: type[ModelT],
    config: PydamoConfig,
    table_name: str,
    schemas: dict[str, TableSchema],
    watch: Watch | None = None,
) -> ModelTable[ModelT]:
    """Return a model with its table, as the model and its configuration declare it. No client is needed."""
    has_sort_key = model.__pydamo_has_sort_key__
    templates = templates_of(model, has_sort_key=has_sort_key)
    declared = declared_schema(model, has_sort_key=has_sort_key, config=config, templates=templates)
    return ModelTable(
        model,
        table_name,
        has_sort_key,
        schemas,
        declared,
        templates=templates,
        keeps_unknown=config.unknown == "keep",
        watch=watch,
        clock=config.clock,
        cursor_keys=cursor_keys_of(config),
    )


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
