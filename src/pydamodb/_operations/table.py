"""What every operation starts from: one request, and the schema of the table, asked for once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydamodb._codec.annotations import record_schema_of
from pydamodb._core.exceptions import InvalidKeySchemaError
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.conditions import Condition
from pydamodb._operations.errors import INVALID, MISSING_TABLE
from pydamodb._operations.requests import ModelTable, Operation, Request, RequestFailed

_ABOUT_KEYS = r"\bkey|\bschema"


def request(
    table: ModelTable[Any],
    operation: str,
    payload: dict[str, Any],
    condition: Condition | None = None,
    *,
    repeatable: bool = True,
    reader: Callable[[bytes], Any] | None = None,
) -> Operation[Any]:
    """Send one request on the target's table; if the table turns out to be another, forget what was known of it."""
    try:
        return (yield Request(operation, payload, table.table_name, table.model_name, condition, repeatable, reader))
    except RequestFailed as failure:
        invalidate_schema(table, failure)
        raise


def invalidate_schema(table: ModelTable[Any], failure: RequestFailed, *, invalid: bool = False) -> None:
    """Forget what was known of a table that may be another one now, or say that its keys were never asked for.

    It may be if it is missing, or if DynamoDB calls the request `invalid`.
    """
    if invalid or failure.code in {MISSING_TABLE, INVALID}:
        table.schemas.pop(table.table_name, None)
    if (
        failure.code == INVALID
        and table.declared is not None
        and re.search(_ABOUT_KEYS, failure.message, re.IGNORECASE)
    ):
        failure.message += (
            f" (keys were not asked of the table: {table.model_name} declares {table.declared.described})"
        )


def describe(table: ModelTable[Any]) -> Operation[TableSchema]:
    """Ask for the keys of the table and its indexes, and keep the answer."""
    reply = yield from request(table, "DescribeTable", {"TableName": table.table_name})
    schema = TableSchema.from_reply(reply)
    table.schemas[table.table_name] = schema
    return schema


def table_schema(table: ModelTable[Any]) -> Operation[TableSchema]:
    """Return the table's schema, as the model declares it, or asked for once for each client and table.

    Raises:
        InvalidKeySchemaError: The model's base class or its fields do not fit the table's keys.
    """
    if table.declared is not None:
        return table.declared
    known = table.schemas.get(table.table_name)
    if known is not None and _misfit(table, known) is None:
        return known
    schema = yield from describe(table)
    if misfit := _misfit(table, schema):
        raise InvalidKeySchemaError(misfit, model_name=table.model_name)
    return schema


def _misfit(table: ModelTable[Any], schema: TableSchema) -> str | None:
    """Say in what the model does not fit the table, None if it does."""
    keys = schema.keys
    if bool(keys.sort_keys) != table.has_sort_key:
        has = f"the sort key {keys.sort_keys[0]!r}" if keys.sort_keys else "no sort key"
        base = "PrimaryKeyAndSortKeyModel" if keys.sort_keys else "PrimaryKeyModel"
        return f"table {table.table_name!r} has {has}: make {base} the base of {table.model_name}"
    fields = record_schema_of(table.model).by_attribute
    for attribute in keys.attributes:
        if attribute not in fields:
            return (
                f"{table.model_name} has no field for {attribute!r}, a key of table {table.table_name!r}: add a "
                f"field, a computed field or an alias of that name"
            )
    return None
