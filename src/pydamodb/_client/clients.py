"""Finds the client and the table name of a configuration.

A forked process makes its own clients. With a connection of its parent it would read the parent's replies.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock, RLock
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary, ref

import botocore
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from pydamodb._client.direct import clients as direct_clients
from pydamodb._client.direct.sessions import counts, default_session, loaded_boto3
from pydamodb._client.exchange import clients_of_parent, prepare
from pydamodb._core.config import (
    TRANSPORTS,
    AnyTable,
    AsyncTable,
    DirectTable,
    PydamoConfig,
    check_transport,
    is_asynchronous,
    is_table,
    not_a_table,
)
from pydamodb._core.exceptions import ConfigurationError, DynamoDBClientError
from pydamodb._core.observed import OnRequest
from pydamodb._core.table_schema import TableSchema


class Endpoint(NamedTuple):
    """A client, the name of a table, and the schemas of the tables that the client has used.

    `is_current` returns False if the configuration has another endpoint now. None means that it never changes.
    `on_request` is the observer of the client itself.
    """

    client: Any
    table_name: str
    schemas: dict[str, TableSchema]
    is_current: Callable[[], bool] | None = None
    on_request: OnRequest | None = None


# The endpoint of each default session of boto3, without the name of a table.
_defaults: WeakKeyDictionary[Any, Endpoint] = WeakKeyDictionary()
_opening = Lock()
_calling = RLock()
_process = object()  # a forked process has another one
_RETURNED = "_returned"


def _start_anew() -> None:
    """Drop the clients and the locks of the parent process. The clients are kept: to free one may need its locks."""
    global _opening, _calling, _process
    _opening, _calling, _process = Lock(), RLock(), object()
    clients_of_parent.extend(endpoint.client for endpoint in _defaults.values())
    _defaults.clear()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_start_anew)


def open_endpoint(config: PydamoConfig, model_name: str = "") -> Endpoint:
    """Return the endpoint of a configuration, with a prepared client. Refuse an asynchronous client."""
    table = table_of(config, model_name)
    try:
        if isinstance(table, str):
            return direct_endpoint(table) if is_direct(config) else _of_default_session()._replace(table_name=table)
        endpoint = endpoint_of(table)
    except BotoCoreError as error:
        raise no_client(table, model_name, error) from error
    if is_asynchronous(endpoint.client):
        message = (
            f"{model_name} is a synchronous model, but the client of its table is asynchronous: give it a boto3 "
            f"Table, or make AsyncPrimaryKeyModel or AsyncPrimaryKeyAndSortKeyModel its base"
        )
        raise ConfigurationError(message, model_name=model_name)
    return endpoint if is_table(config.table) else endpoint._replace(is_current=_is_of(_process))


def no_client(table: AnyTable | str, model_name: str, error: BotoCoreError) -> DynamoDBClientError:
    """Return the error of a client that botocore cannot make."""
    name = table if isinstance(table, str) else table.name
    message = f"{model_name} on table {name!r}: boto3 cannot make a client, configure it or give a Table: {error}"
    return DynamoDBClientError(message, model_name=model_name, table_name=name, original_error=error)


def is_direct(config: PydamoConfig) -> bool:
    """Return True if a synchronous model whose table is a name uses the direct transport."""
    if config.transport is None:
        wanted = os.environ.get("PYDAMODB_TRANSPORT") or "boto3"
        if wanted not in TRANSPORTS:
            raise ConfigurationError(
                f'the environment variable PYDAMODB_TRANSPORT is "boto3" or "direct", not {wanted!r}'
            )
        return wanted == "direct"
    return config.transport == "direct"


def direct_endpoint(table_name: str) -> Endpoint:
    """Return the endpoint of the default session on the direct transport."""
    session = default_session()
    transport = direct_clients.default_transport(session)
    return Endpoint(transport, table_name, transport.schemas, counts(session))


def endpoint_of(table: AnyTable) -> Endpoint:
    """Prepare the client of a table for our requests."""
    if isinstance(table, DirectTable):
        if not isinstance(table.client, direct_clients.DirectClient):
            raise ConfigurationError(
                f"DirectTable(client, name) takes a DirectClient, got {type(table.client).__name__}"
            )
        transport = direct_clients.transport_of(table.client)
        return Endpoint(transport, table.name, transport.schemas, on_request=transport.on_request)
    client = table.client if isinstance(table, AsyncTable) else table.meta.client
    return Endpoint(client, table.name, prepare(client, is_of_resource=not isinstance(table, AsyncTable)))


def table_of(config: PydamoConfig, model_name: str = "") -> AnyTable | str:
    """Return the table or its name. Call a function at its first use in a process, and cache the table it returns."""
    source = config.table
    if isinstance(source, str) or is_table(source):
        return cast("AnyTable | str", source)
    returned: dict[object, AnyTable] = vars(config).setdefault(_RETURNED, {})
    with _calling:
        if _process not in returned:
            table = cast("Callable[[], Any]", source)()
            if not is_table(table):
                raise not_a_table(table, model_name)
            check_transport(config, table, model_name)
            returned[_process] = table
        return returned[_process]


def _of_default_session() -> Endpoint:
    """Return the endpoint of boto3's default session. The program may replace this session at any time."""
    session: Any = loaded_boto3().DEFAULT_SESSION
    return (None if session is None else _defaults.get(session)) or _open_default()


def _open_default() -> Endpoint:
    boto3 = loaded_boto3()
    with _opening:
        while True:
            session = default_session()
            if session in _defaults:
                return _defaults[session]
            client = _make_client()
            if session is boto3.DEFAULT_SESSION:  # otherwise the client may belong to another session
                schemas = prepare(client, is_of_resource=False)
                _defaults[session] = Endpoint(client, "", schemas, _is_default(ref(session), _process))


def _is_default(session: ref[Any], process: object) -> Callable[[], bool]:
    boto3 = loaded_boto3()
    return lambda: session() is boto3.DEFAULT_SESSION and process is _process


def _is_of(process: object) -> Callable[[], bool]:
    return lambda: process is _process


def _make_client() -> Any:
    """Make a client with a fixed User-Agent. botocore otherwise computes it twice per request, a tenth of the CPU time.

    botocore computes the User-Agent of the first client. The second client gets this text, so it lacks only botocore's
    marks of used features. The first client is used if the two texts differ, or if there is an application name. If
    botocore ever caches the text, the first client is enough.
    """
    boto3 = loaded_boto3()
    make_client: Any = boto3.client
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
