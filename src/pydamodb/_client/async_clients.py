"""Finds the clients of asynchronous models. The table that a function returns is cached for one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from inspect import isawaitable
from typing import Any, cast
from weakref import ref

from botocore.exceptions import BotoCoreError

from pydamodb._client.async_exchange import current_task
from pydamodb._client.clients import Endpoint, direct_endpoint, endpoint_of, no_client
from pydamodb._core.config import (
    AnyTable,
    DirectTable,
    PydamoConfig,
    aiobotocore,
    check_transport,
    is_asynchronous,
    is_table,
    not_a_table,
)
from pydamodb._core.exceptions import ConfigurationError


async def open_endpoint(config: PydamoConfig, model_name: str = "") -> Endpoint:
    """Return the endpoint of a configuration, with a prepared client. Refuse a synchronous client."""
    table = await _table_of(config, model_name)
    try:
        endpoint = await _endpoint_of(table, config)
    except BotoCoreError as error:
        raise no_client(table, model_name, error) from error
    if endpoint is not None:
        is_fixed = isinstance(table, str) or is_table(config.table)
        return endpoint if is_fixed else endpoint._replace(is_current=_is_running(asyncio.get_running_loop()))
    given = f"the name {table!r}" if isinstance(table, str) else "a table with a synchronous client"
    message = (
        f"{model_name} is an asynchronous model, but its table is given by {given}: give it the name without "
        f'transport="boto3", a DirectTable, an AsyncTable with a client of {aiobotocore()}, or a function that returns '
        f"one of the last two, or make PrimaryKeyModel or PrimaryKeyAndSortKeyModel its base"
    )
    raise ConfigurationError(message, model_name=model_name)


async def _endpoint_of(table: AnyTable | str, config: PydamoConfig) -> Endpoint | None:
    """Return the endpoint of a table, None if an asynchronous model cannot use it.

    To open a transport takes as long as many requests, and perhaps a request for credentials: a thread does it.
    """
    if isinstance(table, str):
        if config.transport == "boto3":
            return None
        return await asyncio.to_thread(direct_endpoint, table)
    if isinstance(table, DirectTable):
        return await asyncio.to_thread(endpoint_of, table)
    endpoint = endpoint_of(table)
    return endpoint if is_asynchronous(endpoint.client) else None


def _is_running(loop: asyncio.AbstractEventLoop) -> Callable[[], bool]:
    expected = ref(loop)
    return lambda: asyncio.get_running_loop() is expected()


class _Returned:
    """The table that a function returned in one event loop, None before the first use."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.caller: object = None
        self.table: AnyTable | None = None


_RETURNED = "_returned_in"


async def _table_of(config: PydamoConfig, model_name: str) -> AnyTable | str:
    """Return the table or its name. Call a function at its first use in an event loop."""
    source = config.table
    if isinstance(source, str) or is_table(source):
        return cast("AnyTable | str", source)
    returned = _returned_by(config)
    if returned.table is None and returned.lock.locked() and returned.caller is current_task():
        message = f"{model_name}: the function that returns its table uses the model itself, which has no table yet"
        raise ConfigurationError(message, model_name=model_name)
    if returned.table is None:
        async with returned.lock:
            returned.caller = current_task()
            if returned.table is None:
                table = cast("Callable[[], Any]", source)()
                if isawaitable(table):
                    table = await table
                if not is_table(table):
                    raise not_a_table(table, model_name)
                check_transport(config, table, model_name)
                returned.table = table
    return cast("AnyTable", returned.table)


def _returned_by(config: PydamoConfig) -> _Returned:
    """Return the entry of the running event loop, and drop the entries of closed loops."""
    cached: dict[asyncio.AbstractEventLoop, _Returned] = vars(config).setdefault(_RETURNED, {})
    loop = asyncio.get_running_loop()
    if loop not in cached:
        for other in list(cached):
            if other.is_closed():
                cached.pop(other, None)
        cached[loop] = _Returned()
    return cached[loop]
