"""From a model to its table: the configuration that it has now, and the connection that is kept for it."""

from __future__ import annotations

from typing import Any, Generic

from typing_extensions import NamedTuple, TypeVar

from pydamodb._client.clients import Endpoint
from pydamodb._core.config import PydamoConfig
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._models.base import DynamoModel
from pydamodb._models.declared_keys import declared_schema
from pydamodb._operations.table import ModelTable

ModelT = TypeVar("ModelT", bound=DynamoModel)

_KEPT = "_pydamo_connection"


class Connection(NamedTuple, Generic[ModelT]):
    """A model on its table, and the client that reaches it."""

    client: Any
    table: ModelTable[ModelT]


class _Kept(NamedTuple):
    """The connection of a model, and what it was made from: if that is still the same, so is the connection."""

    connection: Connection[Any]
    config: PydamoConfig
    endpoint: Endpoint
    validator: object

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """Leave the client behind where a class is pickled as a whole, as cloudpickle does."""
        return type(None), ()


def kept_connection(model: type[ModelT]) -> Connection[ModelT] | None:
    """Return the connection of a model, None if it has to be made: its configuration or its fields have changed."""
    attributes = vars(model)
    kept: _Kept | None = attributes.get(_KEPT)
    if (
        kept is not None
        and kept.config is getattr(model, "pydamo_config", None)
        and kept.validator is attributes.get("__pydantic_validator__")
        and (kept.endpoint.is_current is None or kept.endpoint.is_current())
    ):
        return kept.connection
    return None


def keep_connection(model: type[ModelT], config: PydamoConfig, endpoint: Endpoint) -> Connection[ModelT]:
    """Make the connection of a model, and keep it on the class.

    Raises:
        ConfigurationError: The model does not declare the keys of its table as a table can have them.
    """
    has_sort_key = model.__pydamo_has_sort_key__
    declared = declared_schema(model, has_sort_key=has_sort_key, indexes=config.indexes)
    table = ModelTable(model, endpoint.table_name, has_sort_key, endpoint.schemas, declared)
    connection = Connection(endpoint.client, table)
    kept = _Kept(connection, config, endpoint, vars(model).get("__pydantic_validator__"))
    type.__setattr__(model, _KEPT, kept)
    return connection


def config_of(model: type[DynamoModel]) -> PydamoConfig:
    """Return the configuration of a model.

    Raises:
        ConfigurationError: It has none.
    """
    config = getattr(model, "pydamo_config", None)
    if not isinstance(config, PydamoConfig):
        given = "has no pydamo_config" if config is None else f"has a pydamo_config of type {type(config).__name__}"
        message = f"{model.__name__} {given}: give the class `pydamo_config = PydamoConfig(table=...)` to use DynamoDB"
        raise ConfigurationError(message, model_name=model.__name__)
    return config
