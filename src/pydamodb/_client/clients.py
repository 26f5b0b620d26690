"""Finds the client and the table name of a configuration."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, RLock
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary, ref

import boto3
import botocore
from boto3.resources.base import ServiceResource
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from pydamodb._client.exchange import prepare
from pydamodb._core.config import AsyncTable, PydamoConfig, Table, is_asynchronous, is_table, not_a_table
from pydamodb._core.exceptions import ConfigurationError, DynamoDBClientError
from pydamodb._core.table_schema import TableSchema


class Endpoint(NamedTuple):
    """A client, the name of a table, and the schemas of the tables that the client has used.

    `is_current` returns False if the configuration has another endpoint now. None means that it never changes.
    """

    client: Any
    table_name: str
    schemas: dict[str, TableSchema]
    is_current: Callable[[], bool] | None = None


# The endpoint of each default session of boto3, without the name of a table.
_defaults: WeakKeyDictionary[Any, Endpoint] = WeakKeyDictionary()
_opening = Lock()
_calling = RLock()
_RETURNED = "_returned"


def open_endpoint(config: PydamoConfig, model_name: str = "") -> Endpoint:
    """Return the endpoint of a configuration, with a prepared client. Refuse an asynchronous client."""
    table = table_of(config, model_name)
    if not isinstance(table, str):
        endpoint = endpoint_of(table)
        if is_asynchronous(endpoint.client):
            message = (
                f"{model_name} is a synchronous model, but the client of its table is asynchronous: give it a boto3 "
                f"Table, or make AsyncPrimaryKeyModel or AsyncPrimaryKeyAndSortKeyModel its base"
            )
            raise ConfigurationError(message, model_name=model_name)
        return endpoint
    try:
        return _of_default_session()._replace(table_name=table)
    except BotoCoreError as error:
        message = f"{model_name} on table {table!r}: boto3 cannot make a client, configure it or give a Table: {error}"
        raise DynamoDBClientError(message, model_name=model_name, table_name=table, original_error=error) from error


def endpoint_of(table: Table | AsyncTable) -> Endpoint:
    """Prepare the client of a table for our requests."""
    client = table.client if isinstance(table, AsyncTable) else table.meta.client
    return Endpoint(client, table.name, prepare(client, is_of_resource=isinstance(table, ServiceResource)))


def table_of(config: PydamoConfig, model_name: str = "") -> Table | AsyncTable | str:
    """Return the table or its name. Call a function at its first use, and cache the table that it returns."""
    source = config.table
    if isinstance(source, str) or is_table(source):
        return cast("Table | AsyncTable | str", source)
    cached = vars(config)
    with _calling:
        if _RETURNED not in cached:
            table = cast("Callable[[], Any]", source)()
            if not is_table(table):
                raise not_a_table(table, model_name)
            cached[_RETURNED] = table
    return cast("Table | AsyncTable", cached[_RETURNED])


def _of_default_session() -> Endpoint:
    """Return the endpoint of boto3's default session. The program may replace this session at any time."""
    session: Any = boto3.DEFAULT_SESSION
    return (None if session is None else _defaults.get(session)) or _open_default()


def _open_default() -> Endpoint:
    with _opening:
        while True:
            session: Any = boto3.DEFAULT_SESSION
            if session is None:
                boto3.setup_default_session()
                continue
            if session in _defaults:
                return _defaults[session]
            client = _make_client()
            if session is boto3.DEFAULT_SESSION:  # otherwise the client may belong to another session
                schemas = prepare(client, is_of_resource=False)
                _defaults[session] = Endpoint(client, "", schemas, _is_default(ref(session)))


def _is_default(session: ref[Any]) -> Callable[[], bool]:
    return lambda: session() is boto3.DEFAULT_SESSION


def _make_client() -> Any:
    """Make a client with a fixed User-Agent. botocore otherwise computes it twice per request, a tenth of the CPU time.

    botocore computes the User-Agent of the first client. The second client gets this text, so it lacks only botocore's
    marks of used features. The first client is used if the two texts differ, or if there is an application name. If
    botocore ever caches the text, the first client is enough.
    """
    make_client: Any = boto3.client  # pyright: ignore[reportUnknownVariableType] - boto3 has no types
    client = make_client("dynamodb")
    found = client.meta.config
    is_replaced = getattr(make_client, "__module__", None) != boto3.__name__  # by a test
    if is_replaced or found.user_agent_appid:
        return client
    config = Config(
        user_agent=found.user_agent.removesuffix(f" Botocore/{botocore.__version__}"),  # botocore adds this again
        connect_timeout=found.connect_timeout,  # AWS_DEFAULTS_MODE sets it only without a Config
    )
    client_with_fixed_agent = make_client("dynamodb", config=config)
    is_same = client_with_fixed_agent.meta.config.user_agent == found.user_agent
    return client_with_fixed_agent if is_same else client
