"""Core schemas for stored items, derived from the core schemas of models.

A derived schema looks up each field under its data type (`age` at `["age", "N"]`). Pydantic then parses and validates a
reply in one step. An attribute is decoded in Python and validated by its own schema in two cases: it has several stored
forms, or its schema depends on more than the value. A model has no derived schema if the result may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, cast

from pydantic import BaseModel
from pydantic_core import PydanticOmit, PydanticUseDefault, SchemaError, SchemaValidator, core_schema

from pydamodb._codec import attribute_values
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.round_trip import restore
from pydamodb._codec.types import RecordSchema, StorageType
from pydamodb._core.markers import as_list

Schema: TypeAlias = dict[str, Any]
# A schema, and the data types of the attribute values that it is applied inside of; none if it takes whole ones.
_Place: TypeAlias = tuple[Schema, tuple[str, ...]]


class Unread(NamedTuple):
    """An item that a derived schema did not validate. `items.py` has to read it."""

    item: dict[str, Any]


class _NotDerivable(Exception):  # noqa: N818 - never leaves this module
    """A derived schema may read the model in another way than `items.py`."""


ANY_SCHEMA: Any = core_schema.any_schema()
_UNREAD: Any = core_schema.no_info_after_validator_function(Unread, core_schema.dict_schema())
_NOT_READ = "items.py has to read it"


def schema_field(schema: Any, alias: str | list[str | int] | None = None, *, required: bool = True) -> Any:
    return core_schema.typed_dict_field(schema, validation_alias=alias, required=required)


def derived_schema(model: type[BaseModel]) -> Any:
    """Return the schema of an item, or of an `Unread` one; None for a model without a derived schema."""
    own: object = getattr(model, "__pydantic_core_schema__", None)
    is_usual = (
        type(model.__pydantic_validator__) is SchemaValidator  # no plugin of Pydantic observes the validation
        and cast("Any", model.model_validate).__func__ is cast("Any", BaseModel.model_validate).__func__
    )
    if not isinstance(own, dict) or not is_usual:
        return None
    try:
        return _first_of(_Derivation(cast("Schema", own)).model, _UNREAD)
    except _NotDerivable:
        return None


class _Derivation:
    """One derivation, with the definitions of the model's schema and the stack of models and their configurations."""

    def __init__(self, schema: Schema) -> None:
        self._definitions: dict[str, Schema] = {}
        self._stack: list[tuple[type, Any]] = []
        if schema["type"] == "definitions":
            self._definitions = {each["ref"]: each for each in schema["definitions"]}
            schema = schema["schema"]
        schema = self._resolved(schema)
        if _innermost(schema)["type"] != "model":
            raise _NotDerivable
        self.model = self._around(schema, self._model_schema)

    def _resolved(self, schema: Schema) -> Schema:
        if schema["type"] == "function-before" and schema["function"]["function"] is as_list:
            schema = schema["schema"]  # what is stored is no array
        return self._definitions[schema["schema_ref"]] if schema["type"] == "definition-ref" else schema

    def _around(self, schema: Schema, inside: Callable[[Schema], Schema]) -> Schema:
        """Derive the schema inside of functions that only see its result."""
        if _is_after(schema):
            return {**_anonymous(schema), "schema": self._around(self._resolved(schema["schema"]), inside)}
        return inside(schema)

    def _model_schema(self, schema: Schema) -> Schema:
        fields, record, config = schema.get("schema", {}), schema.get("cls"), schema.get("config", {})
        is_usual = (
            schema["type"] == "model"
            and fields["type"] == "model-fields"
            and not (schema.get("custom_init") or schema.get("root_model"))
            and "allow" not in {fields.get("extra_behavior"), config.get("extra_fields_behavior")}
            and not config.get("validate_default")
        )
        if not is_usual or record is None or len(self._stack) > attribute_values.MOST_LEVELS:
            raise _NotDerivable
        if any(record is outer for outer, _ in self._stack):
            raise _NotDerivable
        self._stack.append((record, config))
        stored = record_schema_of(record)
        derived: dict[str, Schema] = {}
        for name, field in fields["fields"].items():
            attributes = _attributes_read(stored, name)
            value, data_types = self._field_place(field["schema"], stored.fields[name].storage)
            paths: list[list[str]] = []
            for attribute in attributes:
                paths += [[attribute, data_type] for data_type in data_types] or [[attribute]]
                is_optional = self._resolved(field["schema"])["type"] in {"default", "nullable"}
                if data_types and (is_optional or attributes[1:]):
                    # An attribute of another data type is not absent: the whole is refused, unless it is NULL.
                    paths.append([attribute])
            derived[name] = {**field, "schema": value, "validation_alias": paths}
        self._stack.pop()
        made = {**_anonymous(schema), "cls": _maker_of(record), "schema": {**fields, "fields": derived}}
        return {**made, "config": {**config, **{each: value for each, value in _BY_PATHS.items() if each in config}}}

    def _field_place(self, schema: Schema, storage: StorageType) -> _Place:
        """Derive the schema of a field, which may be absent or None."""
        schema = self._resolved(schema)
        if schema["type"] == "default":
            if schema.get("validate_default") or schema.get("on_error", "raise") != "raise":
                raise _NotDerivable
            value, data_types = self._field_place(schema["schema"], storage)
            return {**_anonymous(schema), "schema": value}, data_types
        content, is_nullable = self._content(schema)
        place = self._found_by_data_type(content, storage)
        if place is None:
            return self._decoded(schema, storage), ()
        value, data_types = place
        if not is_nullable:
            return value, data_types
        if data_types and _TRUTHFUL.isdisjoint(data_types):
            return _first_of(value, _NONE), (*data_types, "NULL")
        return _first_of(value, _NULL), data_types

    def _content(self, schema: Schema) -> tuple[Schema, bool]:
        """Return the schema of values that are not None, and whether None is accepted too."""
        is_nullable = schema["type"] == "nullable"
        return self._resolved(schema["schema"] if is_nullable else schema), is_nullable

    def _found_by_data_type(self, schema: Schema, storage: StorageType) -> _Place | None:
        inner = self._resolved(_innermost(schema))
        if inner["type"] == "default":
            raise _NotDerivable
        data_type = _data_type(inner, storage)
        if data_type is None or data_type not in storage.data_types:
            return None
        value = self._around(schema, lambda content: self._inside(content, storage))
        if data_type == "M" and not _refuses_attribute_values(inner, storage):
            return _unwrapped(value, data_type), ()
        return value, (data_type,)

    def _inside(self, schema: Schema, storage: StorageType) -> Schema:
        kind = schema["type"]
        if kind == "model":
            return self._model_schema(schema)
        if kind == "list":
            return self._list_or_map(schema, "items_schema", storage, _list_contents)
        if kind == "dict":
            return self._list_or_map(schema, "values_schema", storage, _dict_contents)
        return _anonymous(schema)

    def _list_or_map(self, schema: Schema, name: str, storage: StorageType, unwrap: Callable[[str], Any]) -> Schema:
        """Derive the schema of a list or a map. It unwraps all elements at once, which is several times faster."""
        element, data_type = self._element_schema(self._resolved(schema.get(name, ANY_SCHEMA)), storage.element)
        if data_type is None:
            return {**_anonymous(schema), name: element}
        wrapped = core_schema.typed_dict_schema({data_type: schema_field(element)}, config=self._stack[-1][1])
        whole: Any = {**_anonymous(schema), name: wrapped}
        return cast("Schema", core_schema.no_info_after_validator_function(unwrap(data_type), whole))

    def _element_schema(self, schema: Schema, storage: StorageType) -> tuple[Schema, str | None]:
        """Derive the schema of whole attribute values, or of the contents that all have under one data type."""
        content, is_nullable = self._content(schema)
        place = self._found_by_data_type(content, storage)
        if place is None:
            return self._decoded(schema, storage), None
        value, data_types = place
        if data_types and not is_nullable:
            return value, data_types[0]
        value = _unwrapped(value, *data_types)
        return (_first_of(value, _NULL) if is_nullable else value), None

    def _decoded(self, schema: Schema, storage: StorageType) -> Schema:
        """Decode in Python and validate the result by the unchanged schema.

        Pydantic validates JSON by other rules: a text for `UUID | str` is a UUID in JSON and a str in Python.
        """
        # A validator that sees more than its value, or a schema that is defined elsewhere.
        if any(part.get("type") in {"with-info", "definition-ref"} for part in _subschemas(schema)):
            raise _NotDerivable
        validator = SchemaValidator(cast("Any", schema), self._stack[-1][1])

        def validate(value: dict[str, Any]) -> Any:
            try:
                return validator.validate_python(restore(storage, attribute_values.decode(value)), strict=False)
            except (SchemaError, PydanticOmit, PydanticUseDefault) as error:
                raise ValueError(_NOT_READ) from error  # only the surrounding schema can omit it or use a default

        return cast("Schema", core_schema.no_info_plain_validator_function(validate))


# The names of fields and aliases are in the paths.
_BY_PATHS = {"validate_by_alias": True, "validate_by_name": False, "populate_by_name": False}


def _attributes_read(record: RecordSchema, name: str) -> list[str]:
    """Return the attributes that a field is read from: its own one first, then the names that older items may have."""
    field = record.fields.get(name)
    if field is None or any(place[1:] for place in field.names.places):
        raise _NotDerivable
    if not field.stored:  # it has no attribute, but validation looks for it
        return [str(place[0]) for place in field.names.places]
    return [field.attribute, *(str(place[0]) for place in record.other_places.get(field.attribute, ()))]


def _anonymous(schema: Schema) -> Schema:
    """Return a schema without its `ref`: a derived schema must not replace the original."""
    return {name: each for name, each in schema.items() if name != "ref"}


def _innermost(schema: Schema) -> Schema:
    while _is_after(schema):
        schema = schema["schema"]
    return schema


def _is_after(schema: Schema) -> bool:
    """Return True for a function that sees only the result of another schema."""
    return schema["type"] == "function-after" and bool(schema["function"]["type"] == "no-info")


def _refuses_attribute_values(schema: Schema, storage: StorageType) -> bool:
    """Return True if a model requires fields and none of them has the name of a data type."""
    if schema["type"] != "model" or storage.schema is None:
        return False
    fields: dict[str, Schema] = schema["schema"].get("fields", {})
    stored_fields = storage.schema().fields.values()
    names = {name for field in stored_fields for name in (field.attribute, *(place[0] for place in field.names.places))}
    is_needed = any(_innermost(field["schema"])["type"] != "default" for field in fields.values())
    return is_needed and names.isdisjoint(attribute_values.DATA_TYPES)


_TEXTS = dict.fromkeys(("str", "date", "datetime", "time", "uuid", "url"), "S")
_DATA_TYPES = {**_TEXTS, "int": "N", "float": "N", "decimal": "N", "bool": "BOOL", "model": "M"}
_OF_ONE_TEXT = {"str", "date", "datetime", "uuid"}


def _data_type(schema: Schema, storage: StorageType) -> str | None:
    """Return the data type whose content the schema reads like the decoded value, None if there is none."""
    kind = schema["type"]
    if kind in _DATA_TYPES:
        return _DATA_TYPES[kind]
    if kind == "enum" and not _has_missing(schema) and all(type(each.value) is str for each in schema["members"]):
        return "S"
    if kind == "list" and storage.kind == "sequence":
        return "L"
    if kind == "dict" and storage.kind == "map" and schema.get("keys_schema") == {"type": "str"}:
        return "M"
    if kind in {"set", "frozenset"} and storage.element.data_types == frozenset({"S"}):
        return "SS" if schema.get("items_schema", ANY_SCHEMA)["type"] in _OF_ONE_TEXT else None
    return None


def _has_missing(schema: Schema) -> bool:
    """Return True if the enum has a `_missing_` method: it would see a value that is not decoded."""
    missing: Any = getattr(schema["cls"], "_missing_", None)
    return "missing" in schema or getattr(missing, "__func__", None) is not cast("Any", Enum._missing_).__func__


def _subschemas(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and all schemas inside of it."""
    if isinstance(schema, dict):
        yield cast("Schema", schema)
        for name, part in cast("Schema", schema).items():
            if name not in {"metadata", "serialization"}:
                yield from _subschemas(part)
    elif isinstance(schema, (list, tuple)):
        for part in cast("list[Any]", schema):
            yield from _subschemas(part)


def _list_contents(data_type: str) -> Callable[[list[dict[str, Any]]], list[Any]]:
    content_of = itemgetter(data_type)

    def contents(values: list[dict[str, Any]]) -> list[Any]:
        try:
            return [*map(content_of, values)]
        except KeyError:
            raise ValueError(_NOT_READ) from None  # a validator has left out an element

    return contents


def _dict_contents(data_type: str) -> Callable[[dict[str, dict[str, Any]]], dict[str, Any]]:
    def contents(values: dict[str, dict[str, Any]]) -> dict[str, Any]:
        try:
            return {name: value[data_type] for name, value in values.items()}
        except KeyError:
            raise ValueError(_NOT_READ) from None

    return contents


def _unwrapped(schema: Schema, data_type: str = "") -> Schema:
    """Return the schema of an attribute value whose content has the given schema; that schema without a data type."""
    if not data_type:
        return schema
    content = core_schema.arguments_parameter("content", cast("Any", schema), alias=data_type, mode="keyword_only")
    return cast("Schema", core_schema.call_schema(core_schema.arguments_schema([content]), _content_of))


def _content_of(content: Any) -> Any:
    return content


_TRUE: Any = core_schema.literal_schema([True])
_NONE = cast("Schema", core_schema.no_info_after_validator_function(lambda _: None, _TRUE))
_NULL = _unwrapped(_NONE, "NULL")
# The content of these data types may be, or may be read as, the `true` of NULL.
_TRUTHFUL = frozenset({"BOOL", "N"})


def _first_of(first: Any, second: Any) -> Schema:
    return cast("Schema", core_schema.union_schema([first, second], mode="left_to_right"))


def _maker_of(record: type[BaseModel]) -> type:
    """Return a class whose constructor makes instances of the record type.

    For a schema that names a class, Pydantic uses the validator of that class, and builds none from the schema.
    """

    def new(_: type) -> BaseModel:
        return record.__new__(record)

    # Python's own `__new__` takes half the time without a function around it. It ignores further arguments, because
    # models have an `__init__`.
    made_by = staticmethod(partial(record.__new__, record)) if record.__new__ is object.__new__ else new
    return type(record.__name__, (), {"__new__": made_by})
