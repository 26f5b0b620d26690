"""Clients of asynchronous models. What a function of a configuration returns is kept for one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from inspect import isawaitable
from typing import Any, cast
from weakref import ref

from pydamodb._client.async_exchange import current_task
from pydamodb._client.clients import Endpoint, endpoint_of
from pydamodb._core.config import AsyncTable, PydamoConfig, Table, aiobotocore, is_asynchronous, is_table, not_a_table
from pydamodb._core.exceptions import ConfigurationError


async def open_endpoint(config: PydamoConfig, model_name: str = "") -> Endpoint:
    """Find the client and the table's name of a configuration, and make the client ready for our calls.

    Raises:
        ConfigurationError: The client is not an asynchronous one.
    """
    table = await _table_of(config, model_name)
    if not isinstance(table, str):
        endpoint = endpoint_of(table)
        if is_asynchronous(endpoint.client):
            return (
                endpoint if is_table(config.table) else endpoint._replace(is_current=_runs(asyncio.get_running_loop()))
            )
    given = f"the name {table!r}" if isinstance(table, str) else "a table with a synchronous client"
    message = (
        f"{model_name} is an asynchronous model and its table is given by {given}: give it an AsyncTable with a client "
        f"of {aiobotocore()}, or a function that returns one, or make PrimaryKeyModel or "
        f"PrimaryKeyAndSortKeyModel its base"
    )
    raise ConfigurationError(message, model_name=model_name)


def _runs(loop: asyncio.AbstractEventLoop) -> Callable[[], bool]:
    meant = ref(loop)
    return lambda: asyncio.get_running_loop() is meant()


class _Returned:
    """What a function of a configuration returned in one event loop; None until it was called."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.caller: object = None
        self.table: Table | AsyncTable | None = None


_RETURNED = "_returned_in"


async def _table_of(config: PydamoConfig, model_name: str) -> Table | AsyncTable | str:
    """Return the table, or the name of one; a function is called at first use in an event loop."""
    source = config.table
    if isinstance(source, str) or is_table(source):
        return cast("Table | AsyncTable | str", source)
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
                returned.table = table
    return cast("Table | AsyncTable", returned.table)


def _returned_by(config: PydamoConfig) -> _Returned:
    """Return what is kept for the event loop that runs, and forget what was kept for those that are closed."""
    kept: dict[asyncio.AbstractEventLoop, _Returned] = vars(config).setdefault(_RETURNED, {})
    loop = asyncio.get_running_loop()
    if loop not in kept:
        for other in list(kept):
            if other.is_closed():
                kept.pop(other, None)
        kept[loop] = _Returned()
    return kept[loop]
