"""Replies straight from their bytes: models are validated while the JSON of the reply is parsed.

Each reader is a validator of a whole reply, with the derived schema of a model inside. What it cannot validate is read
again by `items.py`, which is right in every case and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeAlias, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import SchemaError, SchemaValidator, core_schema

from pydamodb._codec import attribute_values
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.derived_schemas import ANY_SCHEMA, derived_schema, schema_field
from pydamodb._codec.pieces import pieces_of

BodyReader: TypeAlias = Callable[[bytes], "dict[str, Any] | None"]
Form: TypeAlias = tuple[Hashable, ...]


def page_reader(model: type[BaseModel]) -> BodyReader | None:
    """Return what reads a page of a query or scan, None for a model that is not read in this way.

    The reply that it returns has `Models` in the place of `Items`; it is None where the body is not as expected.
    """
    return _cached_reader(
        model,
        ("Items",),
        lambda item: {
            "Models": schema_field(core_schema.list_schema(item), "Items"),
            "Count": schema_field(core_schema.int_schema(), required=False),
            "LastEvaluatedKey": schema_field(ANY_SCHEMA, required=False),
        },
        _in_pieces,
    )


def _in_pieces(read: BodyReader) -> BodyReader:
    """Read a page piece by piece, in less time than at once."""

    def read_pieces(body: bytes) -> dict[str, Any] | None:
        first, *others = pieces_of(body)
        page = read(first)
        if page is None or not others:
            return page
        for piece in others:
            more = read(piece)
            if more is None:
                return None
            page["Models"] += more.pop("Models")
            page |= more
        # If anything behind the items ever looked like more of them, there would be more than are counted. There are
        # fewer where a validator leaves out an item (PydanticOmit).
        return page if len(page["Models"]) <= page.get("Count", 0) else None

    return read_pieces


def item_reader(model: type[BaseModel]) -> BodyReader | None:
    """Return what reads the reply of a GetItem, with `Model` in the place of `Item`."""
    return _cached_reader(model, ("Item",), lambda item: {"Model": schema_field(item, "Item", required=False)})


def batch_reader(model: type[BaseModel], key_types: tuple[tuple[str, str], ...]) -> BodyReader | None:
    """Return what reads the reply of a BatchGetItem, with `Models` and their decoded `Keys` in place of `Responses`.

    The keys are given by their attributes and the types of their attribute values.
    """
    return _cached_reader(
        model,
        ("Responses", *key_types),
        lambda item: {
            "Models": schema_field(_by_table(item), "Responses"),
            "Keys": schema_field(
                _by_table(
                    core_schema.typed_dict_schema({name: _key(name, data_type) for name, data_type in key_types})
                ),
                "Responses",
            ),
            "UnprocessedKeys": schema_field(ANY_SCHEMA, required=False),
        },
    )


def _key(name: str, data_type: str) -> Any:
    text: Any = core_schema.str_schema()
    if data_type != "S":
        text = core_schema.no_info_after_validator_function(
            lambda text: attribute_values.decode_key({data_type: text}), text
        )
    return schema_field(text, [name, data_type])


def _by_table(element: Any) -> Any:
    return core_schema.dict_schema(core_schema.str_schema(), core_schema.list_schema(element))


def _cached_reader(
    model: type[BaseModel],
    form: Form,
    fields: Callable[[Any], dict[str, Any]],
    around: Callable[[BodyReader], BodyReader] = lambda read: read,
) -> BodyReader | None:
    """Make a reader once for each form of a model."""
    record_schema = record_schema_of(model)
    readers = record_schema.cached(_no_readers, None)
    if form not in readers:
        item = None if record_schema.restores else derived_schema(model)
        read = None if item is None else _reader(fields(item))
        readers[form] = None if read is None else around(read)
    return readers[form]


def _no_readers() -> dict[Form, BodyReader | None]:
    return {}


def _reader(fields: dict[str, Any]) -> BodyReader | None:
    try:
        validator = SchemaValidator(cast("Any", core_schema.typed_dict_schema(fields)))
    except SchemaError:
        return None

    def read(body: bytes) -> dict[str, Any] | None:
        try:
            reply: dict[str, Any] = validator.validate_json(body, strict=False)
        except ValidationError:
            return None
        return reply

    return read
