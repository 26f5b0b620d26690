"""Keys of items: from the arguments of an operation, and in items that are to be written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, Encoder, Unstorable, decode, decode_key, encode
from pydamodb._core.exceptions import InvalidKeyValueError, MissingSortKeyValueError
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.operands import operand
from pydamodb._expressions.paths import attribute_path
from pydamodb._operations.table import ModelTable

FastKeyEncoder: TypeAlias = Callable[[tuple[Any, ...]], "dict[str, AttributeValue] | None"]


class Missing:
    """Stands for a sort key that was not given; None is a value, and a wrong one."""

    def __repr__(self) -> str:
        """Show as the argument's default."""
        return "<not given>"


MISSING: Any = Missing()


def encode_key(
    table: ModelTable[Any], operation: str, given: tuple[Any, Any], schema: TableSchema
) -> dict[str, AttributeValue]:
    """Encode the values that are given for the partition key and the sort key as the key of an item.

    Raises:
        MissingSortKeyValueError: The table has a sort key and no value was given for it.
        InvalidKeyValueError: A value cannot be a key.
    """
    keys = schema.keys
    if keys.sort_keys and given[1] is MISSING:
        message = (
            f"{operation} of {table.model_name}: table {table.table_name!r} has a sort key: give the value of "
            f"{keys.sort_keys[0]!r} after that of {keys.partition_keys[0]!r}"
        )
        raise MissingSortKeyValueError(
            message, operation=operation, model_name=table.model_name, table_name=table.table_name
        )
    values = given if keys.sort_keys else given[:1]
    return fast_key_encoder(table, schema)(values) or {
        attribute: key_value(table, schema, attribute, value)
        for attribute, value in zip(keys.attributes, values, strict=True)
    }


def fast_key_encoder(table: ModelTable[Any], schema: TableSchema) -> FastKeyEncoder:
    """Return what encodes the values of a key, if they are a tuple that needs no closer look; else it returns None.

    It is made anew where the schema is another one than before.
    """
    return table.record.cached(_fast_key_encoder, schema, table.model, schema)


def _fast_key_encoder(model: type[BaseModel], schema: TableSchema) -> FastKeyEncoder:
    """Make it of the types of the key's fields: what is of just that type, and not empty, is always right."""
    keys: list[tuple[str, type, Encoder]] = []
    for attribute in schema.keys.attributes:
        path, wanted = attribute_path(model, attribute), schema.types.get(attribute)
        base = None if path is None else path.storage.base
        if (
            path is None
            or base not in _NEVER_EMPTY
            or not path.storage.data_types <= ({wanted} if wanted else KEY_TYPES)
        ):
            return lambda _: None
        keys.append((attribute, base, path.storage.encode))

    def encode_fast(values: tuple[Any, ...]) -> dict[str, AttributeValue] | None:
        if type(values) is not tuple or len(values) != len(keys):
            return None
        key: dict[str, AttributeValue] = {}
        for (attribute, base, encode_value), value in zip(keys, values, strict=True):
            if type(value) is not base or not value:
                return None
            try:
                key[attribute] = encode_value(value)
            except Unstorable:
                return None
        return key

    return encode_fast


def key_value(table: ModelTable[Any], schema: TableSchema, attribute: str, value: Any) -> AttributeValue:
    """Encode a key argument as the field of that attribute would be.

    Raises:
        InvalidKeyValueError: It is not of the field's type, not of the key's type, or empty.
    """
    path = table.paths.get(attribute)
    if value is None:
        raise _bad_key(table.model, attribute, "None was given where a value is needed")
    try:
        encoded = encode(value) if path is None else operand(path, value)
    except Unstorable as error:
        raise _bad_key(table.model, attribute, error.reason) from error
    _check_key(table, schema, attribute, encoded)
    return encoded


def identity(schema: TableSchema, attributes: Mapping[str, AttributeValue]) -> Hashable:
    """Tell items apart as DynamoDB does, by their key attributes: 1 and 1.0 are one key."""
    return tuple(
        [value["S"] if "S" in (value := attributes[name]) else decode_key(value) for name in schema.keys.attributes]
    )


def readable(key: Mapping[str, AttributeValue]) -> dict[str, Any]:
    """Return a key as Python values, for the caller's eyes."""
    return {name: decode(value) for name, value in key.items()}


def check_key_attributes(table: ModelTable[Any], schema: TableSchema, item: Mapping[str, AttributeValue]) -> None:
    """Check that an item has the table's keys, and that nothing in it is in the way of an index.

    Raises:
        InvalidKeyValueError: A key attribute is missing, empty or of another type than the table, or an index, has.
    """
    for attribute in schema.keys.attributes:
        if attribute not in item:
            raise _bad_key(table.model, attribute, "a key attribute needs a value")
    check_attributes(table, schema, item)


def check_attributes(table: ModelTable[Any], schema: TableSchema, attributes: Mapping[str, AttributeValue]) -> None:
    """Check those of the attributes that are keys of the table or of an index.

    Raises:
        InvalidKeyValueError: One is empty, NULL, or of another type than the key.
    """
    for attribute in schema.key_attributes:
        if attribute in attributes:
            _check_key(table, schema, attribute, attributes[attribute])


def _check_key(table: ModelTable[Any], schema: TableSchema, attribute: str, encoded: AttributeValue) -> None:
    wanted = schema.types.get(attribute)
    if wanted is not None and encoded.get(wanted):
        return
    ((data_type, content),) = encoded.items()
    if data_type == "NULL":
        reason = (
            f"None would be stored as NULL, which is not allowed in the key {attribute!r}; give the field the default "
            f"None, and it is left out"
        )
        raise _bad_key(table.model, attribute, reason)
    if wanted is not None and data_type != wanted:
        reason = f"it is stored as {_TYPES.get(data_type, data_type)}, the key {attribute!r} of the table is {_TYPES[wanted]}"
        raise _bad_key(table.model, attribute, reason)
    if wanted is None and data_type not in KEY_TYPES:
        reason = f"it is stored as {_TYPES.get(data_type, data_type)}; a key is a string, a number or bytes"
        raise _bad_key(table.model, attribute, reason)
    if not content:
        raise _bad_key(table.model, attribute, "a key cannot be empty")


KEY_TYPES = frozenset("SNB")
# Types whose values, unless they are false, are never stored as empty ones.
_NEVER_EMPTY = {str, int, Decimal, bytes, date, UUID}
_TYPES = {"S": "a string (S)", "N": "a number (N)", "B": "binary (B)", "BOOL": "a boolean (BOOL)"}


def _bad_key(model: type[BaseModel], attribute: str, reason: str) -> InvalidKeyValueError:
    path = attribute_path(model, attribute)
    field = attribute if path is None else path.label
    message = f"{model.__name__}.{field} is a key of the table or of an index: {reason}"
    return InvalidKeyValueError(message, model_name=model.__name__)
