"""The attributes of an item that its model does not know: which they are, and which of them a model can keep.

A field, a computed field and each name that a field is read from are known. An excluded field is never stored, so its
attribute is unknown. Values are kept as DynamoDB sent them, and are never decoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from pydantic import BaseModel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.binary_forms import with_texts
from pydamodb._codec.field_names import Place
from pydamodb._codec.items import decode_item
from pydamodb._codec.types import RecordSchema

Item: TypeAlias = Mapping[str, AttributeValue]


def unknown_attributes(model: type[BaseModel], item: Item) -> dict[str, AttributeValue]:
    """Return the attributes of an item that its model does not know."""
    schema = record_schema_of(model)
    if schema.open or schema.closed:
        return {}
    known, inner_places = schema.cached(_places_read, None, schema)
    unknown = {name: value for name, value in item.items() if name not in known}
    for root, *steps in inner_places if unknown else ():
        if (value := unknown.pop(str(root), None)) and (left := _without(value, steps)):
            unknown[str(root)] = left
    return {name: with_texts(value) for name, value in unknown.items()}


def _places_read(schema: RecordSchema) -> tuple[frozenset[str], tuple[Place, ...]]:
    """Return the names of known attributes, and the places in other attributes that fields are read from."""
    fields = [field for field in schema.fields.values() if field.stored]
    places = [place for field in fields for place in field.names.places]
    known = {field.attribute for field in fields} | {str(place[0]) for place in places if not place[1:]}
    return frozenset(known), tuple(place for place in places if place[1:] and place[0] not in known)


def _without(value: AttributeValue, steps: list[str | int]) -> AttributeValue | None:
    """Return a value without what is at a place in it; None if nothing is left, or if the place is in a list."""
    step, *others = steps
    if type(step) is int and "L" in value:
        return None
    content: Any = value.get("M", {})
    if step not in content:
        return value
    inner = _without(content[step], others) if others else None
    return {"M": {**{name: each for name, each in content.items() if name != step}, **({step: inner} if inner else {})}}


def compatible(model: type[BaseModel], item: Item, unknown: Item) -> Item:
    """Return those among the unknown attributes that do not change what is read beside them.

    Only functions around a model can see other names than those of its fields: a validator that moves the value of an
    old name to a new one would read the old value again.
    """
    if not unknown or not record_schema_of(model).cached(_sees_names, None, model):
        return unknown
    once, twice = (_values(model, item) for _ in range(2))
    if once is None or twice is None:
        return unknown
    stable = {name: value for name, value in once.items() if name in twice and _equal(value, twice[name])}

    def is_read(names: Item) -> bool:
        values = _values(model, {**item, **names})
        return values is None or not all(_equal(value, values.get(name, ...)) for name, value in stable.items())

    alone = {name: value for name, value in unknown.items() if not is_read({name: value})}
    return {} if is_read(alone) else alone


def _sees_names(model: type[BaseModel]) -> bool:
    """Return True if functions around a model see the whole data, and not only its result."""
    schema: Any = getattr(model, "__pydantic_core_schema__", None)
    is_usual = cast("Any", model.model_validate).__func__ is cast("Any", BaseModel.model_validate).__func__
    if not isinstance(schema, dict) or not is_usual:
        return True
    around = cast("dict[str, Any]", schema)
    definitions: dict[str, Any] = {}
    if around["type"] == "definitions":
        definitions = {each["ref"]: each for each in around["definitions"]}
        around = around["schema"]
    while around["type"] in {"definition-ref", "function-after"}:
        around = definitions[around["schema_ref"]] if around["type"] == "definition-ref" else around["schema"]
    is_plain: bool = around["type"] == "model" and around["schema"]["type"] == "model-fields"
    return not is_plain or bool(around.get("custom_init"))


def _values(model: type[BaseModel], item: Item) -> dict[str, Any] | None:
    try:
        return vars(decode_item(model, item))
    except Exception:  # noqa: BLE001 - a user's validator may raise anything
        return None


def _equal(one: Any, other: Any) -> bool:
    try:
        return type(one) is type(other) and bool(one == other)
    except Exception:  # noqa: BLE001 - a user's own `__eq__` may raise anything
        return False
