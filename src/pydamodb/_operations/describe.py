"""DescribeTable: reads the keys of a table once, and drops them when the table may have changed."""

from __future__ import annotations

import re
from typing import Any

from pydamodb._core.exceptions import InvalidKeySchemaError
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.errors import CANCELED, DENIED, INVALID, MISSING_TABLE, has_invalid_path
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable

_HOW_TO_DECLARE = (
    " (DescribeTable is not needed if the model declares its keys and the queried index: use PartitionKey and SortKey "
    "on fields, or PydamoConfig(indexes=[...]))"
)
_ABOUT_KEYS = r"\bkey|\bschema"


def describe(table: ModelTable[Any]) -> Operation[TableSchema]:
    """Request the keys of the table and its indexes, and keep them."""
    try:
        reply = yield Request("DescribeTable", {"TableName": table.table_name}, (table,))
    except RequestFailed as failure:
        if failure.code == DENIED:  # other tasks may have this failure too
            failure.message = failure.message.removesuffix(_HOW_TO_DECLARE) + _HOW_TO_DECLARE
        raise
    schema = table.schemas[table.table_name] = TableSchema.from_reply(reply)
    return schema


def table_schema(table: ModelTable[Any]) -> Operation[TableSchema]:
    """Return the schema that the model declares; otherwise request it once for each client and table.

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
    """Drop the schemas of tables that may have been replaced: a table is missing, or a request or action is invalid.

    An invalid path in an update is about the item. If the message is about an invalid key, add that the model declares
    the keys.
    """
    reasons = failure.response.get("CancellationReasons") if failure.code == CANCELED else None
    is_invalid = any(reason.get("Code") == "ValidationError" for reason in reasons or ())
    if is_invalid or (failure.code in {MISSING_TABLE, INVALID} and not has_invalid_path(failure)):
        for table in failure.request.tables:
            table.schemas.pop(table.table_name, None)
    if failure.code == INVALID and re.search(_ABOUT_KEYS, failure.message, re.IGNORECASE):
        for table in failure.request.tables:
            if table.declared is not None:
                keys = table.declared.described
                failure.message += f" (the keys were not read from the table: {table.model_name} declares {keys})"
                break
