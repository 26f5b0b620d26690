"""From a method of an asynchronous model to an operation on its table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Concatenate, TypeVar

from typing_extensions import ParamSpec

from pydamodb._client.async_clients import open_endpoint
from pydamodb._client.async_run import run
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Connection, config_of, keep_connection, kept_connection
from pydamodb._operations.pages import Plan, step_of
from pydamodb._operations.requests import Operation
from pydamodb._operations.table import ModelTable

T = TypeVar("T")
P = ParamSpec("P")
ModelT = TypeVar("ModelT", bound=DynamoModel)


async def connect(model: type[ModelT]) -> Connection[ModelT]:
    """Return the connection of a model, as it is configured now.

    Raises:
        ConfigurationError: The model has no `pydamo_config`, or one for the other kind of models.
        DynamoDBClientError: boto3 cannot make a client.
    """
    kept = kept_connection(model)
    if kept is not None:
        return kept
    config = config_of(model)
    return keep_connection(model, config, await open_endpoint(config, model.__name__))


async def execute(
    model: type[ModelT],
    operation: Callable[Concatenate[ModelTable[ModelT], P], Operation[T]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run an operation on the table of a model."""
    connection = await connect(model)
    return await run(connection.client, operation(connection.table, *args, **kwargs))


async def execute_on(
    connection: Connection[ModelT],
    operation: Callable[Concatenate[ModelTable[ModelT], P], Operation[T]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run an operation through a connection that is there already."""
    return await run(connection.client, operation(connection.table, *args, **kwargs))


async def iterate(
    model: type[ModelT], plan: Callable[[ModelTable[ModelT], Any], Operation[Plan]], wanted: Any
) -> AsyncIterator[Any]:
    """Yield the items of page after page. Each page is read when it is needed."""
    connection = await connect(model)
    following: Plan | None = await execute_on(connection, plan, wanted)
    while following is not None:
        items, following = await execute_on(connection, step_of, following)
        for item in items:
            yield item
        del items  # before the next page comes
