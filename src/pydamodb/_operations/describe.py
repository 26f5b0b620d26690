"""What every operation starts from: one request, and the schema of the table, asked for once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydamodb._calls import Call, CallFailed, Flow, Target
from pydamodb._compile import layout_of
from pydamodb._failures import INVALID, MISSING_TABLE
from pydamodb._schema import TableSchema
from pydamodb.conditions import Condition
from pydamodb.exceptions import InvalidKeySchemaError

__all__ = ["describe", "distrust", "request", "table_schema"]


_ABOUT_KEYS = r"\bkey|\bschema"


def request(
    target: Target[Any],
    operation: str,
    payload: dict[str, Any],
    condition: Condition | None = None,
    *,
    repeatable: bool = True,
    reader: Callable[[bytes], Any] | None = None,
) -> Flow[Any]:
    """Send one request on the target's table; if the table turns out to be another, forget what was known of it."""
    try:
        return (yield Call(operation, payload, target.table_name, target.model_name, condition, repeatable, reader))
    except CallFailed as failure:
        distrust(target, failure)
        raise


def distrust(target: Target[Any], failure: CallFailed, *, invalid: bool = False) -> None:
    """Forget what was known of a table that may be another one now, or say that its keys were never asked for.

    It may be if it is missing, or if DynamoDB calls the request `invalid`.
    """
    if invalid or failure.code in {MISSING_TABLE, INVALID}:
        target.schemas.pop(target.table_name, None)
    if (
        failure.code == INVALID
        and target.declared is not None
        and re.search(_ABOUT_KEYS, failure.message, re.IGNORECASE)
    ):
        failure.message += (
            f" (keys were not asked of the table: {target.model_name} declares {target.declared.described})"
        )


def describe(target: Target[Any]) -> Flow[TableSchema]:
    """Ask for the keys of the table and its indexes, and keep the answer."""
    reply = yield from request(target, "DescribeTable", {"TableName": target.table_name})
    schema = TableSchema.from_reply(reply)
    target.schemas[target.table_name] = schema
    return schema


def table_schema(target: Target[Any]) -> Flow[TableSchema]:
    """Return the table's schema, as the model declares it, or asked for once for each client and table.

    Raises:
        InvalidKeySchemaError: The model's base class or its fields do not fit the table's keys.
    """
    if target.declared is not None:
        return target.declared
    known = target.schemas.get(target.table_name)
    if known is not None and _misfit(target, known) is None:
        return known
    schema = yield from describe(target)
    if misfit := _misfit(target, schema):
        raise InvalidKeySchemaError(misfit, model_name=target.model_name)
    return schema


def _misfit(target: Target[Any], schema: TableSchema) -> str | None:
    """Say in what the model does not fit the table, None if it does."""
    keys = schema.keys
    if bool(keys.sort_keys) != target.has_sort_key:
        has = f"the sort key {keys.sort_keys[0]!r}" if keys.sort_keys else "no sort key"
        base = "PrimaryKeyAndSortKeyModel" if keys.sort_keys else "PrimaryKeyModel"
        return f"table {target.table_name!r} has {has}: make {base} the base of {target.model_name}"
    members = layout_of(target.model).by_attribute
    for attribute in keys.attributes:
        if attribute not in members:
            return (
                f"{target.model_name} has no field for {attribute!r}, a key of table {target.table_name!r}: add a "
                f"field, a computed field or an alias of that name"
            )
    return None
