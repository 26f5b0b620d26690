"""The tables of asynchronous models: made, checked and completed from what the models declare, if you say so."""

from __future__ import annotations

from inspect import iscoroutinefunction

from pydamodb._client.async_run import run
from pydamodb._core.table_declarations import TableDifference
from pydamodb._models._async.driver import connect
from pydamodb._models._async.models import AsyncModel
from pydamodb._models.declared_tables import check_models, check_timeout, declared_tables
from pydamodb._operations import tables

TIMEOUT = 600.0  # seconds


async def create_tables_async(*models: type[AsyncModel], timeout: float = TIMEOUT) -> None:
    """Create the tables of models, wait until they can be used, and set their time to live.

    Each table gets what all of its models and their subclasses declare, and is billed per request. To create a table
    with other settings, send `table_definition(...)` yourself.

    Args:
        models: All models of one or several tables.
        timeout: How many seconds to wait for each table.

    Raises:
        InvalidRequestError: An argument is no asynchronous model, or no number of seconds.
        ConfigurationError: A model does not declare its keys, or models of one table contradict each other. Nothing
            was sent.
        OperationError: There is such a table already, DynamoDB refused it, or it was not ready in time.
    """
    check_models("create_tables_async", models, asynchronous=iscoroutinefunction(run))
    check_timeout(timeout)
    for client, table in declared_tables([await connect(model) for model in models]):
        await run(client, tables.create(table, timeout))


async def ensure_tables_async(*models: type[AsyncModel], timeout: float = TIMEOUT) -> list[TableDifference]:
    """Add what the tables of models lack: tables, global and vector indexes, a time to live. Nothing else is changed.

    Args:
        models: All models of one or several tables.
        timeout: How many seconds to wait for each table or index.

    Returns:
        What was missing and is there now; an empty list if nothing was missing.

    Raises:
        InvalidRequestError: An argument is no asynchronous model, or no number of seconds.
        ConfigurationError: A model does not declare its keys, models of one table contradict each other, or a table
            differs in what cannot be added: its keys, their types, an index, a local index, another time to live.
            Nothing was changed.
        OperationError: DynamoDB refused a request, or the table was not ready in time.
    """
    check_models("ensure_tables_async", models, asynchronous=iscoroutinefunction(run))
    check_timeout(timeout)
    found = [
        (client, table, await run(client, tables.compare(table)))
        for client, table in declared_tables([await connect(model) for model in models])
    ]
    for _, table, differences in found:
        tables.check_can_be_added(table, differences)
    added = [await run(client, tables.ensure(table, differences, timeout)) for client, table, differences in found]
    return [each for differences in added for each in differences]


async def check_tables_async(*models: type[AsyncModel]) -> list[TableDifference]:
    """Return how the tables of models differ from what the models declare, for CI and the start of a program.

    A table may have more than is declared. How it is billed, and other settings, are not compared.

    Args:
        models: All models of one or several tables.

    Returns:
        The differences, whose texts are sentences; an empty list if there are none.

    Raises:
        InvalidRequestError: An argument is no asynchronous model.
        ConfigurationError: A model does not declare its keys, or models of one table contradict each other.
        OperationError: DynamoDB refused a request, or could not be reached.
    """
    check_models("check_tables_async", models, asynchronous=iscoroutinefunction(run))
    compared = [
        await run(client, tables.compare(table))
        for client, table in declared_tables([await connect(model) for model in models])
    ]
    return [each for differences in compared for each in differences]
