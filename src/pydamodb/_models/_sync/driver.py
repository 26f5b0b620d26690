# Generated from pydamodb/_models/_async/driver.py by scripts/generate_sync.py: do not edit.
"""From a method of a synchronous model to an operation on its table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Concatenate, TypeVar

from typing_extensions import ParamSpec

from pydamodb._client.clients import open_endpoint
from pydamodb._client.run import run
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Connection, config_of, keep_connection, kept_connection
from pydamodb._operations.pages import Plan, step_of
from pydamodb._operations.requests import Operation
from pydamodb._operations.table import ModelTable

T = TypeVar("T")
P = ParamSpec("P")
ModelT = TypeVar("ModelT", bound=DynamoModel)


def connect(model: type[ModelT]) -> Connection[ModelT]:
    """Return the connection of a model, as it is configured now.

    Raises:
        ConfigurationError: The model has no `pydamo_config`, or one for the other kind of models.
        DynamoDBClientError: boto3 cannot make a client.
    """
    kept = kept_connection(model)
    if kept is not None:
        return kept
    config = config_of(model)
    return keep_connection(model, config, open_endpoint(config, model.__name__))


def execute(
    model: type[ModelT],
    operation: Callable[Concatenate[ModelTable[ModelT], P], Operation[T]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run an operation on the table of a model."""
    connection = connect(model)
    return run(connection.client, operation(connection.table, *args, **kwargs))


def execute_on(
    connection: Connection[ModelT],
    operation: Callable[Concatenate[ModelTable[ModelT], P], Operation[T]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run an operation through a connection that is there already."""
    return run(connection.client, operation(connection.table, *args, **kwargs))


def iterate(
    model: type[ModelT], plan: Callable[[ModelTable[ModelT], Any], Operation[Plan]], wanted: Any
) -> Iterator[Any]:
    """Yield the items of page after page. Each page is read when it is needed."""
    connection = connect(model)
    following: Plan | None = execute_on(connection, plan, wanted)
    while following is not None:
        items, following = execute_on(connection, step_of, following)
        for item in items:
            yield item
        del items  # before the next page comes
