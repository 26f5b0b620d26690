"""The asynchronous way to DynamoDB: follows configurations, sends calls and advances flows, awaited.

The event loop is asyncio's. Tasks share nothing but what is known of tables, and what is kept for one event loop is of
no use in another.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from inspect import isawaitable
from typing import Any, Concatenate, TypeVar, cast
from weakref import WeakKeyDictionary

from typing_extensions import ParamSpec

from pydamodb._client.clients import Endpoint, endpoint_of
from pydamodb._client.exchange import InFlightRequest
from pydamodb._client.run import advance
from pydamodb._core.config import AsyncTable, PydamoConfig, Table, aiobotocore, is_asynchronous, is_table, not_a_table
from pydamodb._core.exceptions import ConfigurationError
from pydamodb._models.base import Connection, DynamoModel, config_of, target_of
from pydamodb._operations.pages import Plan, step_of
from pydamodb._operations.requests import ModelTable, Operation, Request, RequestFailed, Sleep

T = TypeVar("T")
P = ParamSpec("P")
ModelT = TypeVar("ModelT", bound=DynamoModel)


async def execute_async(
    model: type[ModelT],
    operation: Callable[Concatenate[ModelTable[ModelT], P], Operation[T]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run an operation on the table of a model, as it is configured now."""
    return await execute_on_async(await connect_async(model), operation, *args, **kwargs)


async def execute_on_async(
    connection: Connection[ModelT],
    operation: Callable[Concatenate[ModelTable[ModelT], P], Operation[T]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run an operation on a table that was connected to before."""
    return await run_async(connection.client, operation(connection.table, *args, **kwargs))


async def iterate_async(
    model: type[ModelT], plan: Callable[[ModelTable[ModelT], Any], Operation[Plan]], wanted: Any
) -> AsyncIterator[Any]:
    """Yield the items of page after page, each page when it is needed."""
    connection = await connect_async(model)
    following: Plan | None = await execute_on_async(connection, plan, wanted)
    while following is not None:
        items, following = await execute_on_async(connection, step_of, following)
        for item in items:
            yield item
        del items  # before the next page comes


async def connect_async(model: type[ModelT]) -> Connection[ModelT]:
    """Follow the configuration of a model.

    Raises:
        ConfigurationError: The model has no `pydamo_config`, or one for synchronous models.
    """
    config = config_of(model)
    endpoint = await open_endpoint_async(config, model.__name__)
    return Connection(endpoint.client, target_of(model, config, endpoint))


async def open_endpoint_async(config: PydamoConfig, model_name: str = "") -> Endpoint:
    """Find the client and the table's name of a configuration, and make the client ready for our calls.

    Raises:
        ConfigurationError: The client is not an asynchronous one.
    """
    table = await _table_of(config, model_name)
    if not isinstance(table, str):
        endpoint = endpoint_of(table)
        if is_asynchronous(endpoint.client):
            return endpoint
    given = f"the name {table!r}" if isinstance(table, str) else "a table with a synchronous client"
    message = (
        f"{model_name} is an asynchronous model and its table is given by {given}: give it an AsyncTable with a client "
        f"of {aiobotocore()}, or a function that returns one, or make PrimaryKeyModel or "
        f"PrimaryKeyAndSortKeyModel its base"
    )
    raise ConfigurationError(message, model_name=model_name)


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
    if returned.table is None and returned.lock.locked() and returned.caller is _task():
        message = f"{model_name}: the function that returns its table uses the model itself, which has no table yet"
        raise ConfigurationError(message, model_name=model_name)
    if returned.table is None:
        async with returned.lock:
            returned.caller = _task()
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


class _Described:
    """A DescribeTable under way, for all tasks that need it; the outcome is None if its own task was cancelled."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.outcome: Any = None


_describing: WeakKeyDictionary[Any, dict[str, _Described]] = WeakKeyDictionary()


async def _describe_once(client: Any, request: Request) -> Any:
    """Ask for a table's keys, or wait for a task that asks already: many tasks may start at once.

    Raises:
        CallFailed: DynamoDB or botocore refused.
    """
    under_way = _describing.setdefault(client, {})
    while described := under_way.get(request.table_name):
        await described.ended.wait()
        if isinstance(described.outcome, RequestFailed):
            failure = described.outcome
            raise RequestFailed(request, failure.code, failure.message, failure.original, response=failure.response)
        if described.outcome is not None:
            return described.outcome
    described = under_way[request.table_name] = _Described()
    try:
        described.outcome = await _exchange(client, request)
    except RequestFailed as failure:
        described.outcome = failure
        raise
    finally:
        del under_way[request.table_name]
        described.ended.set()
    return described.outcome


async def send_async(client: Any, request: Request) -> Any:
    """Send a call and return the reply, with attribute values as they are in DynamoDB's JSON.

    Raises:
        CallFailed: DynamoDB or botocore refused.
    """
    return await (_describe_once if request.operation == "DescribeTable" else _exchange)(client, request)


async def _exchange(client: Any, request: Request) -> Any:
    with InFlightRequest(request, _task) as in_flight:
        parsed = await getattr(client, in_flight.method)(**in_flight.placeholder)
    return in_flight.reply(client, parsed)


def _task() -> object:
    """Return the task that runs, None in a thread without an event loop."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


async def run_async(client: Any, operation: Operation[T]) -> T:
    """Run a flow to its end with an aiobotocore client and return its result.

    Raises:
        OperationError: A call failed and the flow did not know better.
    """
    try:
        step = advance(operation, None)
        while isinstance(step, (Request, Sleep)):
            step = advance(operation, await _answer(client, step))
        return step.result
    finally:
        operation.close()


async def _answer(client: Any, step: Request | Sleep) -> Any:
    """Do what a flow asks for; a failure is an answer too."""
    if isinstance(step, Sleep):
        return await asyncio.sleep(step.seconds)
    try:
        return await send_async(client, step)
    except RequestFailed as failure:
        return failure
