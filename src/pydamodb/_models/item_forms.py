"""Instances from items in DynamoDB's JSON, items and keys from instances. No requests.

An item is read as `get_item` reads it, and made as `save` writes it. The keys of the table are those that the model
declares. If it declares none, they are those that an earlier request has read. If there was none, only a model with
templates needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, cast

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue, Malformed, Unstorable, decode
from pydamodb._codec.binary_forms import with_bytes, with_texts
from pydamodb._codec.foreign_items import OfNoKind
from pydamodb._codec.kind_readers import KindReader, KindsReader, any_item
from pydamodb._core.config import PydamoConfig, in_use
from pydamodb._core.exceptions import ConfigurationError, InvalidItemError, InvalidRequestError
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Kinds, last_table, model_table
from pydamodb._operations.invalid_items import InvalidItems, check_on_invalid
from pydamodb._operations.part_keys import key_arguments
from pydamodb._operations.table import ModelTable
from pydamodb._operations.whole_items import whole_item
from pydamodb._operations.writes import instance_key

_NO_CONFIG = PydamoConfig(table=None)
_NO_KEYS = TableSchema(KeySchema((), ()), {}, {})
_EXAMPLE = '{"name": {"S": "Homer"}}'


def made_item(instance: Any, function: str, *, as_bytes: bool = False) -> dict[str, dict[str, Any]]:
    """Return the item of an instance, with its version as it is."""
    table = _table_of(cast("type[DynamoModel]", type(instance)))
    item = whole_item(table, _keys_of(table, function), instance)
    return with_bytes(item) if as_bytes else item


def read_item(models: Any, item: Mapping[str, Any], function: str) -> Any:
    """Read an item as a model, or as one of several."""
    return ItemReader(models, function).read(item)


def key_values(instance: Any) -> tuple[Any, ...]:
    """Return the values of the key of an instance, which can be written."""
    table = _table_of(cast("type[DynamoModel]", type(instance)))
    schema = table.known_schema
    if schema is not None:
        instance_key(table, instance, schema)
    if table.templates is not None:
        return key_arguments(table.templates, instance)
    if schema is None:
        name = table.model_name
        remedy = f"mark them (PartitionKey, SortKey), or give their values to {name}.key(...)"
        message = f"Key.of({name}): the keys of the table are not known: {remedy}"
        raise ConfigurationError(message, model_name=name)
    fields = table.record.by_attribute
    return tuple(getattr(instance, fields[each].name) for each in schema.keys.attributes)


def checked_item(of: str, item: Any) -> dict[str, AttributeValue]:
    """Return an item with base64 text in the place of bytes; raise InvalidRequestError for what is no item."""
    if not isinstance(item, Mapping):
        kind = type(item).__name__
        raise InvalidRequestError(f"{of}: an item is a dict in DynamoDB's JSON, {_EXAMPLE}, got a value of type {kind}")
    content = cast("Mapping[object, Any]", item)
    if any(not isinstance(name, str) or not _is_value(value) for name, value in content.items()):
        raise _no_item(of, content)
    return {str(name): with_texts(value) for name, value in content.items()}


def _no_item(of: str, content: Mapping[Any, Any]) -> InvalidRequestError:
    name = next(name for name, value in content.items() if not isinstance(name, str) or not _is_value(value))
    kind = type(content[name]).__name__
    reason = f"what {name!r} has, of type {kind}, is not an attribute value of DynamoDB's JSON, such as {_EXAMPLE}"
    if isinstance(content.get("Item"), Mapping):
        reason = 'this is a reply, or a line of an export: give its "Item"'
    return InvalidRequestError(f"{of}: {reason}")


def _is_value(value: Any) -> bool:
    try:
        decode(value)
    except (Malformed, RecursionError):
        return False
    return True


class ItemReader:
    """Reads items of a model, or of one of the models of a collection, that no request has read."""

    def __init__(self, models: Any, function: str, on_invalid: Callable[[InvalidItemError], Any] | None = None) -> None:
        kinds = models if isinstance(models, Kinds) else None
        self._name = models.__name__ if kinds is None else kinds.names
        self._function = function
        if on_invalid is not None:
            check_on_invalid(function, self._name, on_invalid)
        if kinds is not None and kinds.unreadable is not None:
            raise ConfigurationError(f"{function} of {self._name}: {kinds.unreadable}", model_name=self._name)
        self._models: tuple[Any, ...] = (models,) if kinds is None else kinds.models
        tables = [_table_of(model) for model in self._models]
        schemas = [_keys_of(table, function) for table in tables]
        self._readers = [table.reader(schema) for table, schema in zip(tables, schemas, strict=True)]
        self._invalid = InvalidItems(
            self._name,
            None,
            "",
            schemas[0].keys.attributes,
            on_invalid=on_invalid,
            kinds=() if kinds is None else self._models,
            function=function,
        )

    @cached_property
    def _kinds(self) -> KindsReader:
        return KindsReader(tuple(KindReader(reader, any_item) for reader in self._readers))

    @cached_property
    def _needed(self) -> frozenset[str]:
        """The attributes that are looked at before the others are decoded."""
        markers = (name for reader in self._readers if reader.kind for name in reader.kind.needed)
        return frozenset((*self._invalid.key_attributes, *markers))

    def read(self, item: Any, place: str = "", *, is_json: bool = False) -> Any:
        """Read an item; return None if `on_invalid` leaves it out. `place` says in errors where it was."""
        of = f"{self._function} of {self._name}{place}"
        content = item if is_json else checked_item(of, item)
        try:
            for name in self._needed & content.keys():
                decode(content[name])
            return self._read(content, self._invalid._replace(place=place))
        except Malformed:
            raise _no_item(of, content) from None

    def _read(self, item: dict[str, AttributeValue], invalid: InvalidItems) -> Any:
        if lacking := [name for name in invalid.key_attributes if name not in item]:
            error = Unstorable(f"it has no {lacking[0]!r}, which is a key of the table")
            return invalid.handle(self._models[0], item, error)
        if len(self._readers) == 1:
            return self._readers[0].read(item, invalid.handle)
        if not self._kinds.is_own(item):
            reason = "its key and its constant fields are those of none of these models"
            return invalid.handle(self._models[0], item, OfNoKind(reason))
        return self._kinds.read(item, invalid.handle)


def _table_of(model: type[DynamoModel]) -> ModelTable[Any]:
    """Return a model with what is known of its table."""
    table = last_table(model)
    if table is not None and table.known_schema is not None:
        return table
    given: object = getattr(model, "pydamo_config", None)
    config = in_use(given) if isinstance(given, PydamoConfig) else _NO_CONFIG
    return record_schema_of(model).cached(_without_client, config, model, config)


def _without_client(model: type[DynamoModel], config: PydamoConfig) -> ModelTable[Any]:
    return model_table(model, config, str(getattr(config.table, "name", config.table)), {})


def _keys_of(table: ModelTable[Any], function: str) -> TableSchema:
    schema = table.known_schema
    if schema is None and table.templates is not None:
        remedy = 'PydamoConfig(table=..., partition_key="pk", sort_key="sk")'
        reason = f"the names of the keys that pydamo_key makes are not known: name them, {remedy}"
        raise ConfigurationError(f"{function} of {table.model_name}: {reason}", model_name=table.model_name)
    return schema or _NO_KEYS
