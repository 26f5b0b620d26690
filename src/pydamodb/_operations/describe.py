"""DescribeTable: the keys of a table, asked for once, and when what is known of them is dropped."""

from __future__ import annotations

import re
from typing import Any

from pydamodb._core.exceptions import InvalidKeySchemaError
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.errors import CANCELED, INVALID, MISSING_TABLE
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable

_ABOUT_KEYS = r"\bkey|\bschema"


def describe(table: ModelTable[Any]) -> Operation[TableSchema]:
    """Ask for the keys of the table and its indexes, and keep the answer."""
    reply = yield Request("DescribeTable", {"TableName": table.table_name}, (table,))
    schema = table.schemas[table.table_name] = TableSchema.from_reply(reply)
    return schema


def table_schema(table: ModelTable[Any]) -> Operation[TableSchema]:
    """Return the schema of the table, as the model declares it, or asked for once for each client and table.

    Raises:
        InvalidKeySchemaError: The model's base class or its fields do not fit the table's keys.
    """
    known = table.known_schema
    if known is not None:
        return known
    schema = yield from describe(table)
    if mismatch := table.mismatch(schema):
        raise InvalidKeySchemaError(mismatch, model_name=table.model_name)
    return schema


def invalidate_schemas(failure: RequestFailed) -> None:
    """Drop what is known of tables that may have been replaced.

    That is the case if a table is missing, or if DynamoDB calls the request, or an action of it, invalid. The message
    about an invalid key says that the keys were declared, and not asked for.
    """
    reasons = failure.response.get("CancellationReasons") if failure.code == CANCELED else None
    is_invalid = any(reason.get("Code") == "ValidationError" for reason in reasons or ())
    for table in failure.request.tables:
        if is_invalid or failure.code in {MISSING_TABLE, INVALID}:
            table.schemas.pop(table.table_name, None)
    declared = next((table for table in failure.request.tables if table.declared is not None), None)
    about_keys = failure.code == INVALID and re.search(_ABOUT_KEYS, failure.message, re.IGNORECASE)
    if declared is not None and declared.declared is not None and about_keys:
        failure.message += (
            f" (keys were not asked of the table: {declared.model_name} declares {declared.declared.described})"
        )
