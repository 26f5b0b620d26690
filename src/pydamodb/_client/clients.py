"""Finds where a model's items live: the client and the name of the table that a configuration leads to."""

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
    """A client, the name of a table, and the schemas of the tables that the client has seen.

    If a configuration may lead to another one later, `is_current` says whether it still leads to this one.
    """

    client: Any
    table_name: str
    schemas: dict[str, TableSchema]
    is_current: Callable[[], bool] | None = None


class _Default(NamedTuple):
    """The client of a session, ready for our requests, and the schemas of the tables that it has seen."""

    client: Any
    schemas: dict[str, TableSchema]
    is_current: Callable[[], bool]


_defaults: WeakKeyDictionary[Any, _Default] = WeakKeyDictionary()
_opening = Lock()
_calling = RLock()
_RETURNED = "_returned"


def open_endpoint(config: PydamoConfig, model_name: str = "") -> Endpoint:
    """Find the client and the table's name of a configuration, and make the client ready for our calls.

    Raises:
        ConfigurationError: The client is an asynchronous one.
        DynamoDBClientError: boto3 cannot make a client: there is no region, for example.
    """
    table = table_of(config, model_name)
    if not isinstance(table, str):
        endpoint = endpoint_of(table)
        if is_asynchronous(endpoint.client):
            message = (
                f"{model_name} is a synchronous model, and the client of its table is an asynchronous one: give it a "
                f"boto3 Table, or make AsyncPrimaryKeyModel or AsyncPrimaryKeyAndSortKeyModel its base"
            )
            raise ConfigurationError(message, model_name=model_name)
        return endpoint
    try:
        default = _of_default_session()
    except BotoCoreError as error:
        message = f"{model_name} on table {table!r}: boto3 cannot make a client, configure it or give a Table: {error}"
        raise DynamoDBClientError(message, model_name=model_name, table_name=table, original_error=error) from error
    return Endpoint(default.client, table, default.schemas, default.is_current)


def endpoint_of(table: Table | AsyncTable) -> Endpoint:
    """Make the client of a table ready for our calls."""
    client = table.client if isinstance(table, AsyncTable) else table.meta.client
    return Endpoint(client, table.name, prepare(client, is_of_resource=isinstance(table, ServiceResource)))


def table_of(config: PydamoConfig, model_name: str = "") -> Table | AsyncTable | str:
    """Return the table, or the name of one; a function is called at first use, and what it returns is kept.

    Raises:
        ConfigurationError: The function returned something else than a table.
    """
    source = config.table
    if isinstance(source, str) or is_table(source):
        return cast("Table | AsyncTable | str", source)
    kept = vars(config)
    with _calling:
        if _RETURNED not in kept:
            table = cast("Callable[[], Any]", source)()
            if not is_table(table):
                raise not_a_table(table, model_name)
            kept[_RETURNED] = table
    return cast("Table | AsyncTable", kept[_RETURNED])


def _of_default_session() -> _Default:
    """Return the one client of boto3's default session, ready; another session may take its place at any time."""
    session: Any = boto3.DEFAULT_SESSION
    return (None if session is None else _defaults.get(session)) or _open_default()


def _open_default() -> _Default:
    with _opening:
        while True:
            session: Any = boto3.DEFAULT_SESSION
            if session is None:
                boto3.setup_default_session()
                continue
            if session in _defaults:
                return _defaults[session]
            client = _make_client()
            if session is boto3.DEFAULT_SESSION:  # else it may be the client of either
                schemas = prepare(client, is_of_resource=False)
                _defaults[session] = _Default(client, schemas, _is_default(ref(session)))


def _is_default(session: ref[Any]) -> Callable[[], bool]:
    return lambda: session() is boto3.DEFAULT_SESSION


def _make_client() -> Any:
    """Make a client that does not make its User-Agent anew, twice, for each request: a tenth of what a request costs.

    botocore keeps to one that is given, and so gets what it has made of the session, the machine and the environment.
    What it would add to that are its marks of the features in use. Where it would say more (the name of an application)
    or say something twice, nothing is given. If botocore ever keeps the text by itself, the first client will do.
    """
    make_client: Any = boto3.client  # pyright: ignore[reportUnknownVariableType] - boto3 has no types
    client = make_client("dynamodb")
    found = client.meta.config
    is_replaced = getattr(make_client, "__module__", None) != boto3.__name__  # by a test, which may give other clients
    if is_replaced or found.user_agent_appid:
        return client
    config = Config(
        user_agent=found.user_agent.removesuffix(f" Botocore/{botocore.__version__}"),  # which is added to it anyway
        connect_timeout=found.connect_timeout,  # which AWS_DEFAULTS_MODE sets only where no configuration is given
    )
    client_with_fixed_user_agent = make_client("dynamodb", config=config)
    return (
        client_with_fixed_user_agent
        if client_with_fixed_user_agent.meta.config.user_agent == found.user_agent
        else client
    )
