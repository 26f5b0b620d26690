"""Whole items to write: what an instance does not know of its item is written again, and never lost."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import encode_item
from pydamodb._codec.origins import unknown_of
from pydamodb._codec.unknown_attributes import compatible
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.keys import with_its_key
from pydamodb._operations.table import ModelTable


def whole_item(
    table: ModelTable[Any], schema: TableSchema, instance: BaseModel, written: BaseModel | None = None
) -> dict[str, AttributeValue]:
    """Return the item of an instance, with its key and with the attributes that the model does not know.

    `written` is a copy of the instance with the values to write, if some of them are others.

    Raises:
        InvalidRequestError: The instance has only a part of its item.
        ItemEncodingError: A value is missing, or cannot be stored exactly.
        InvalidKeyValueError: A key attribute is missing, empty or of the wrong type, or a part of the key has changed.
    """
    unknown = unknown_of(instance)
    if unknown is None:
        raise read_in_part(table)
    written = written or instance
    encoded = table.encode(written) if type(instance) is table.model else encode_item(written)
    item = with_its_key(table, schema, instance, encoded)
    return with_unknown(table, schema, item, unknown) if unknown else item


def with_unknown(
    table: ModelTable[Any], schema: TableSchema, item: dict[str, AttributeValue], unknown: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Return the item of an instance with its unknown attributes, among which are none that the model writes itself.

    The keys that templates make are the model's, also the one of an index that is left out now.
    """
    if not table.keeps_unknown:
        return item
    made: Container[str] = () if table.templates is None else table.kind(schema).all_formats
    left = {name: value for name, value in unknown.items() if name not in made}
    return {**compatible(table.model, item, left), **item}


def read_in_part(table: ModelTable[Any]) -> InvalidRequestError:
    """Return the error of an instance that has only a part of its item, so that writing it would lose the rest."""
    name = table.model_name
    return table.invalid_request(
        f"{name}: this instance has only a part of its item, because it was read through an index that lacks "
        f"attributes, or as a projection. Writing it as the whole item would remove the others. Read the item with "
        f"{name}.get_item(...) before, or change single fields with update()"
    )
