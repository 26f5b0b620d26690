"""Keys of items: encodes the key arguments of operations, and checks the keys of items to write. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, cast
from uuid import UUID

from pydantic import BaseModel
from typing_extensions import Never

from pydamodb._codec.attribute_values import AttributeValue, Encoder, Malformed, Unstorable, decode, decode_key, encode
from pydamodb._codec.field_rules import field_rules
from pydamodb._codec.stored_keys import STORED_KEY, forms_of
from pydamodb._core.exceptions import InvalidKeyValueError, MissingSortKeyValueError
from pydamodb._core.keys import Key
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.operands import key_operand
from pydamodb._expressions.paths import attribute_path
from pydamodb._operations.part_keys import made_key, with_made_key
from pydamodb._operations.table import ModelTable

_OF_TABLES = ("pydamo_config", "pydamo_key")
KEY_TYPES = frozenset("SNB")
# A value of these types is empty in DynamoDB only if it is false in Python.
_NEVER_EMPTY = {str, int, Decimal, bytes, date, UUID}
_TYPE_NAMES = {"S": "a string (S)", "N": "a number (N)", "B": "binary (B)", "BOOL": "a boolean (BOOL)"}
# The name of a table, and the values of a key.
Identity: TypeAlias = tuple[Hashable, ...]
FastKeyEncoder: TypeAlias = Callable[[tuple[Any, ...]], "dict[str, AttributeValue] | None"]


class Missing:
    """The type of the default of a sort key argument. None is no default: it is a wrong value."""

    def __repr__(self) -> str:
        return "<not given>"


MISSING: Any = Missing()
# As a default in public signatures it fits each type, and it is not Any, which some type checkers report at calls.
NOT_GIVEN: Never = MISSING


def encode_key(
    table: ModelTable[Any], operation: str, given: tuple[Any, Any], schema: TableSchema
) -> dict[str, AttributeValue]:
    """Encode a partition key value and a sort key value as the key of an item."""
    keys = schema.keys
    if isinstance(given[0], Key):
        given = _values_of(table, operation, cast("Key[BaseModel]", given[0]), given[1])
    if table.templates is not None:
        return made_key(table, operation, given[:1] if given[1] is MISSING else given, schema)
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


def _values_of(table: ModelTable[Any], operation: str, key: Key[BaseModel], sort_key_value: Any) -> tuple[Any, Any]:
    """Return the values of a key that is given as a whole; raise InvalidRequestError if it is not of the model.

    A subclass with the configuration of the model has the same items.
    """
    subject, model = f"{operation} of {table.model_name}", table.model
    if sort_key_value is not MISSING:
        raise table.invalid_request(f"{subject}: a Key has the value of the sort key: leave out the value beside it")
    is_own = key.model is model or (
        issubclass(key.model, model)
        and all(getattr(key.model, name, None) is getattr(model, name, None) for name in _OF_TABLES)
    )
    if not is_own:
        name = key.model.__name__
        raise table.invalid_request(
            f"{subject} takes a Key of {table.model_name}, got one of {name}: use {name} itself"
        )
    most = 2 if table.has_sort_key else 1
    if not 1 <= len(key.values) <= most:
        wanted = "the values of a partition key and a sort key" if table.has_sort_key else "one value"
        raise table.invalid_request(f"{subject}: its Key has {wanted}, got {len(key.values)} values")
    first, *others = key.values
    return first, next(iter(others), MISSING)


def fast_key_encoder(table: ModelTable[Any], schema: TableSchema) -> FastKeyEncoder:
    """Return the cached encoder of simple keys. It returns None for a value that needs more checks."""
    return table.record.cached(_fast_key_encoder, schema, table.model, schema)


def _fast_key_encoder(model: type[BaseModel], schema: TableSchema) -> FastKeyEncoder:
    # A value that has exactly the type of its field, and is not empty, is always valid.
    keys: list[tuple[str, type, Encoder]] = []
    for attribute in schema.keys.attributes:
        path, expected = attribute_path(model, attribute), schema.types.get(attribute)
        base = None if path is None else path.storage.base
        allowed = {expected} if expected else KEY_TYPES
        is_plain = path is not None and field_rules(model, path.field, path.storage) is None
        if path is None or not is_plain or base not in _NEVER_EMPTY or not path.storage.data_types <= allowed:
            return lambda _: None
        keys.append((attribute, base, path.storage.encode))

    def encode_fast(values: tuple[Any, ...]) -> dict[str, AttributeValue] | None:
        if type(values) is not tuple or len(values) != len(keys):
            return None
        key: dict[str, AttributeValue] = {}
        try:
            for (attribute, base, encode_value), value in zip(keys, values):  # noqa: B905 - `strict` takes a third
                if type(value) is not base or not value:
                    return None
                key[attribute] = encode_value(value)
        except Unstorable:
            return None
        return key

    return encode_fast


def key_value(table: ModelTable[Any], schema: TableSchema, attribute: str, value: Any) -> AttributeValue:
    """Encode the value of a key attribute like its field. Check that it can be a key."""
    path = table.paths.get(attribute)
    if value is None:
        raise _invalid_key(table.model, attribute, "the value cannot be None")
    try:
        encoded = encode(value) if path is None else key_operand(path, value)
    except Unstorable as error:
        raise _invalid_key(table.model, attribute, error.reason) from None
    _check_key_value(table, schema, attribute, encoded)
    return encoded


def identity(table_name: str, schema: TableSchema, attributes: Mapping[str, AttributeValue]) -> Identity:
    """Return what identifies an item: its table, and the values of its key attributes. 1 and 1.0 are the same key.

    Raises:
        Malformed: An item of a reply does not have them.
    """
    values: list[Hashable] = [table_name]
    try:
        for name in schema.keys.attributes:
            value = attributes[name]
            values.append(value["S"] if "S" in value else decode_key(value))
    except (KeyError, TypeError):
        raise Malformed("an item without its key") from None
    return tuple(values)


def readable(key: Mapping[str, AttributeValue]) -> dict[str, Any]:
    """Return a key as Python values."""
    return {name: decode(value) for name, value in key.items()}


def in_stored_form(
    model_name: str, instance: BaseModel, attributes: dict[str, AttributeValue], *, is_delete: bool = False
) -> dict[str, AttributeValue]:
    """Return attributes of an instance's item, with its key as it is stored.

    A computed key is only deleted in an old form: the model would not find the item by the key that it computes.
    """
    forms = forms_of(instance, attributes) if STORED_KEY in vars(instance) else None
    if forms is None:
        return attributes
    if not is_delete:
        message = (
            f"{model_name}: the item was read under the key {readable(forms.stored)}, but the model computes the key "
            f"{readable(forms.written)}, which is another item. Call delete(), which deletes the stored item, and then "
            f"save()."
        )
        raise InvalidKeyValueError(message, model_name=model_name)
    return {**attributes, **forms.stored}


def with_its_key(
    table: ModelTable[Any], schema: TableSchema, instance: BaseModel, item: dict[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Return an encoded instance as it is written, with a key that is made, checked, and in its stored form.

    Raises:
        InvalidKeyValueError: A key attribute is missing, empty or of the wrong type, or a part of the key has changed.
    """
    if table.templates is not None:
        item = with_made_key(table, schema, instance, item)
    check_key_attributes(table, schema, item)
    return in_stored_form(table.model_name, instance, item)


def check_key_attributes(table: ModelTable[Any], schema: TableSchema, item: Mapping[str, AttributeValue]) -> None:
    """Check that an item has all keys of the table, and that the keys of the table and its indexes are valid."""
    for attribute in schema.keys.attributes:
        if attribute not in item:
            raise _invalid_key(table.model, attribute, "a key attribute needs a value")
    check_attributes(table, schema, item)


def check_attributes(table: ModelTable[Any], schema: TableSchema, attributes: Mapping[str, AttributeValue]) -> None:
    """Check the attributes that are keys of the table or of an index."""
    for attribute in schema.key_attributes:
        if attribute in attributes and not attributes[attribute].get(schema.types.get(attribute, "")):
            _check_key_value(table, schema, attribute, attributes[attribute])


def _check_key_value(table: ModelTable[Any], schema: TableSchema, attribute: str, encoded: AttributeValue) -> None:
    expected = schema.types.get(attribute)
    ((data_type, content),) = encoded.items()
    stored_as = f"it is stored as {_TYPE_NAMES.get(data_type, data_type)}"
    if data_type == "NULL":
        reason = (
            f"None would be stored as NULL, which is not allowed in the key {attribute!r}; give the field the default "
            f"None, and it is left out"
        )
    elif expected is not None and data_type != expected:
        reason = f"{stored_as}, the key {attribute!r} of the table is {_TYPE_NAMES[expected]}"
    elif expected is None and data_type not in KEY_TYPES:
        reason = f"{stored_as}; a key is a string, a number or bytes"
    elif not content:
        reason = "a key cannot be empty"
    else:
        return
    raise _invalid_key(table.model, attribute, reason)


def _invalid_key(model: type[BaseModel], attribute: str, reason: str) -> InvalidKeyValueError:
    path = attribute_path(model, attribute)
    field = attribute if path is None else path.label
    message = f"{model.__name__}.{field} is a key of the table or of an index: {reason}"
    return InvalidKeyValueError(message, model_name=model.__name__)
