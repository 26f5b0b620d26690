"""Readers that validate models while they parse the JSON of a reply.

Each reader is a validator of a whole reply that contains the derived schema of a model. `items.py` reads what a reader
cannot validate. It is right in every case, and its errors name the problem.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any, TypeAlias, cast

from pydantic import BaseModel
from pydantic_core import SchemaError, SchemaValidator, core_schema

from pydamodb._codec import attribute_values
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.derived_schemas import ANY_SCHEMA, derived_schema, schema_field
from pydamodb._codec.origins import SLOT, BodyReader, Items
from pydamodb._codec.pieces import pieces_of

# Attributes, and the data type of those that are read as texts; it is empty for whole attribute values.
Compared: TypeAlias = tuple[tuple[str, str], ...]


def page_reader(model: type[BaseModel], keys: Compared = ()) -> BodyReader | None:
    """Return the reader of a page of a query or scan, None for a model without a derived schema.

    It returns the reply with `Models` in the place of `Items`, and with the values of `keys` as `Keys`: None for an
    item that has another one than a text, where a text is expected. It returns None if the reply is not as expected.
    `AllRead` is True if no item is `Unread`.
    """
    return _cached_reader(
        model,
        ("Items", *keys),
        lambda item: {
            "Models": schema_field(core_schema.list_schema(item), "Items"),
            "Count": schema_field(core_schema.int_schema(), required=False),
            "LastEvaluatedKey": schema_field(ANY_SCHEMA, required=False),
            **({"Keys": schema_field(core_schema.list_schema(_values_of(keys)), "Items")} if keys else {}),
        },
        itemgetter("Models"),
        _in_pieces,
    )


def _values_of(keys: Compared) -> Any:
    fields: dict[str, Any] = {
        name: schema_field(
            core_schema.str_schema() if data_type else ANY_SCHEMA,
            [name, data_type] if data_type else name,
            required=False,
        )
        for name, data_type in keys
    }
    return core_schema.with_default_schema(core_schema.typed_dict_schema(fields), default=None, on_error="default")


def _in_pieces(read: BodyReader) -> BodyReader:
    def read_pieces(body: bytes) -> dict[str, Any] | None:
        first, *others = pieces_of(body)
        page = read(first)
        if page is None or not others:
            return page
        all_read = page.pop("AllRead", False)
        for piece in others:
            more = read(piece)
            if more is None:
                return None
            for name in {"Models", "Keys"} & more.keys():
                page[name] += more.pop(name)
            all_read &= more.pop("AllRead", False)
            page |= more
        if all_read:
            page["AllRead"] = True
        # More models than `Count`: text after the items was read as items. Fewer models: a validator has left out an
        # item (PydanticOmit).
        return page if len(page["Models"]) <= page.get("Count", 0) else None

    return read_pieces


def item_reader(model: type[BaseModel], keys: Compared = ()) -> BodyReader | None:
    """Return the reader of a GetItem reply, with `Model` in the place of `Item`, and `keys` as `Key`."""
    return _cached_reader(
        model,
        ("Item", *keys),
        lambda item: {
            "Model": schema_field(item, "Item", required=False),
            **({"Key": schema_field(_values_of(keys), "Item", required=False)} if keys else {}),
        },
        lambda reply: [reply["Model"]] if "Model" in reply else [],
    )


def batch_reader(model: type[BaseModel], key_types: tuple[tuple[str, str], ...]) -> BodyReader | None:
    """Return the reader of a BatchGetItem reply, with `Models` and decoded `Keys` in the place of `Responses`.

    `key_types` pairs the key attributes with their data types.
    """
    key: Any = core_schema.typed_dict_schema({name: _key_field(name, data_type) for name, data_type in key_types})
    return _cached_reader(
        model,
        ("Responses", *key_types),
        lambda item: {
            "Models": schema_field(_by_table(item), "Responses"),
            "Keys": schema_field(_by_table(key), "Responses"),
            "UnprocessedKeys": schema_field(ANY_SCHEMA, required=False),
        },
        lambda reply: [model for models in reply["Models"].values() for model in models],
    )


def _key_field(name: str, data_type: str) -> Any:
    text: Any = core_schema.str_schema()
    if data_type != "S":
        text = core_schema.no_info_after_validator_function(partial(attribute_values.key_value_of, data_type), text)
    return schema_field(text, [name, data_type])


def _by_table(element: Any) -> Any:
    return core_schema.dict_schema(core_schema.str_schema(), core_schema.list_schema(element))


def _cached_reader(
    model: type[BaseModel],
    form: tuple[Hashable, ...],
    fields: Callable[[Any], dict[str, Any]],
    models_in: Callable[[dict[str, Any]], list[Any]],
    around: Callable[[BodyReader], BodyReader] = lambda read: read,
) -> BodyReader | None:
    record_schema = record_schema_of(model)
    readers = record_schema.cached(_no_readers, None)
    if form not in readers:
        item = None if record_schema.completes else derived_schema(model)
        read = None if item is None else _body_reader(fields(item))
        readers[form] = None if read is None else around(_keeping_text(model, read, models_in))
    return readers[form]


def _keeping_text(
    model: type[BaseModel], read: BodyReader, models_in: Callable[[dict[str, Any]], list[Any]]
) -> BodyReader:
    """Let the models that a reader makes keep the text of the reply: it may have attributes that they do not know."""
    slot, schema = getattr(model, SLOT, None), record_schema_of(model)
    if slot is None or schema.open or schema.closed:
        return read
    keep: Callable[[Any, Any], None] = slot.__set__

    def read_keeping(body: bytes) -> dict[str, Any] | None:
        reply = read(body)
        if reply is not None:
            models, items = models_in(reply), Items()
            items.content, items.models = body, len(models)
            try:
                deque(map(keep, models, zip(repeat(items), range(len(models)))), 0)  # half the time of a loop
                if reply.get("Models") is models:
                    reply["AllRead"] = True
            except TypeError:  # there are unread items, or a validator has returned something else
                for index, each in enumerate(models):
                    if isinstance(each, model):
                        keep(each, (items, index))
        return reply

    return read_keeping


_ABOUT_THE_REPLY = {
    "ConsumedCapacity": schema_field(ANY_SCHEMA, required=False),
    "ScannedCount": schema_field(ANY_SCHEMA, required=False),
}


def _no_readers() -> dict[tuple[Hashable, ...], BodyReader | None]:
    return {}


def _body_reader(fields: dict[str, Any]) -> BodyReader | None:
    try:
        validator = SchemaValidator(cast("Any", core_schema.typed_dict_schema({**_ABOUT_THE_REPLY, **fields})))
    except SchemaError:
        return None

    def read(body: bytes) -> dict[str, Any] | None:
        try:
            reply: dict[str, Any] = validator.validate_json(body, strict=False)
        except Exception:  # noqa: BLE001 - a validator of the user may raise anything: `items.py` names the item
            return None
        return reply

    return read
