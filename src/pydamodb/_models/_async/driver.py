"""Runs an operation for a method of an asynchronous model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Concatenate

from pydamodb._client.async_clients import open_endpoint
from pydamodb._client.async_run import run
from pydamodb._client.vector_support import check_vector_support
from pydamodb._core.config import IN_USE, PydamoConfig
from pydamodb._core.results import VectorMatch
from pydamodb._models.base import ModelT, P, T
from pydamodb._models.connection import Connection, Kinds, cached_connection, config_of, make_connection
from pydamodb._operations import pages, vector_search
from pydamodb._operations.requests import Operation
from pydamodb._operations.table import ModelTable


async def connect(model: type[ModelT]) -> Connection[ModelT]:
    """Return the connection of a model, with its current configuration; or that of several models together."""
    if (cached := cached_connection(model)) is not None:
        return cached
    if isinstance(model, Kinds):
        return model.connection([await connect(each) for each in model.models])
    config = config_of(model)
    return make_connection(model, config, await open_endpoint(config, model.__name__))


async def connect_as_of(tables: Mapping[int, PydamoConfig], model: type[ModelT]) -> Connection[ModelT]:
    """Return the connection of a model with the tables that counted at another time."""
    token = IN_USE.set(tables)
    try:
        return await connect(model)
    finally:
        IN_USE.reset(token)


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
    """Run an operation through an open connection."""
    return await run(connection.client, operation(connection.table, *args, **kwargs))


async def search(model: type[ModelT], wanted: vector_search.VectorSearch) -> list[VectorMatch[Any]]:
    """Search a vector index of a model, unless botocore is too old for it."""
    connection = await connect(model)
    check_vector_support(connection.client, f"search of {model.__name__}", model.__name__)
    return await run(connection.client, vector_search.search(connection.table, wanted))


def iterate(
    model: type[ModelT], plan: Callable[[ModelTable[ModelT], Any], Operation[pages.Plan]], wanted: Any
) -> AsyncIterator[Any]:
    """Yield the items of all pages of the table that counts now. Each page is read when it is needed."""
    return _items_of_pages(model, IN_USE.get(), plan, wanted)


async def _items_of_pages(
    model: type[ModelT],
    tables: Mapping[int, PydamoConfig],
    plan: Callable[[ModelTable[ModelT], Any], Operation[pages.Plan]],
    wanted: Any,
) -> AsyncIterator[Any]:
    connection = await connect_as_of(tables, model)
    following: pages.Plan | None = await execute_on(connection, plan, wanted)
    while following is not None:
        items, following = await execute_on(connection, pages.step_of, following)
        for item in items:
            yield item
        del items  # free them before the next page is read
