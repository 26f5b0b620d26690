"""Core schemas for stored items, derived from the core schemas of models.

In a derived schema each field is looked up below its data type (`age` at `["age", "N"]`). Pydantic then parses and
validates a reply in one step. Where a field is stored in more than one way, or its schema looks at more than the value,
the attribute is decoded in Python and validated by the schema as it is. A model for which that is not known to be right
has no derived schema.
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
from pydamodb._codec.types import StorageType

Schema: TypeAlias = dict[str, Any]


class Unread(NamedTuple):
    """An item that did not validate in this way; it is to be read in the other."""

    item: dict[str, Any]


def schema_field(schema: Any, alias: str | list[str | int] | None = None, *, required: bool = True) -> Any:
    return core_schema.typed_dict_field(schema, validation_alias=alias, required=required)


ANY_SCHEMA: Any = core_schema.any_schema()


_UNREAD: Any = core_schema.no_info_after_validator_function(Unread, ANY_SCHEMA)


class _Unfit(Exception):  # noqa: N818 - never leaves this module
    """A model that is not known to be read in this way as it is in the other."""


def derived_schema(model: type[BaseModel]) -> Any:
    """Return the schema of an item that may not validate, None for a model that is not read in this way."""
    own: object = getattr(model, "__pydantic_core_schema__", None)
    is_usual = (
        type(model.__pydantic_validator__) is SchemaValidator  # no plugin of Pydantic's wants to see what is validated
        and cast("Any", model.model_validate).__func__ is cast("Any", BaseModel.model_validate).__func__
    )
    if not isinstance(own, dict) or not is_usual:
        return None
    try:
        item = _Derivation(cast("Schema", own)).model
    except _Unfit:
        return None
    return _union(item, _UNREAD)


# A schema, and the tags of the attribute values below which it is to be used; none if it takes the whole of them.
_Place: TypeAlias = tuple[Schema, tuple[str, ...]]


class _Derivation:
    """One derivation: the definitions that the model's schema refers to, and the models that it is in the midst of.

    Those come with their configurations, which what lies in them goes by.
    """

    def __init__(self, schema: Schema) -> None:
        self._definitions: dict[str, Schema] = {}
        self._within: list[tuple[type, Any]] = []
        if schema["type"] == "definitions":
            self._definitions = {each["ref"]: each for each in schema["definitions"]}
            schema = schema["schema"]
        schema = self._resolved(schema)
        if _innermost(schema)["type"] != "model":
            raise _Unfit
        self.model = self._around(schema, self._model)

    def _resolved(self, schema: Schema) -> Schema:
        return self._definitions[schema["schema_ref"]] if schema["type"] == "definition-ref" else schema

    def _around(self, schema: Schema, inside: Callable[[Schema], Schema]) -> Schema:
        """Derive what lies inside of functions that only see what comes out of it."""
        if _is_after(schema):
            return {**_anonymous(schema), "schema": self._around(self._resolved(schema["schema"]), inside)}
        return inside(schema)

    def _model(self, schema: Schema) -> Schema:
        """Derive the schema of a model."""
        fields, record, config = schema.get("schema", {}), schema.get("cls"), schema.get("config", {})
        is_usual = (
            schema["type"] == "model"
            and fields["type"] == "model-fields"
            and not (schema.get("custom_init") or schema.get("root_model"))
            and "allow" not in {fields.get("extra_behavior"), config.get("extra_fields_behavior")}
            and config.get("validate_by_alias", True)
            and not config.get("validate_default")
        )
        if not is_usual or record is None or any(record is outer for outer, _ in self._within):
            raise _Unfit
        self._within.append((record, config))
        stored_fields = record_schema_of(record).fields
        derived: dict[str, Schema] = {}
        for name, field in fields["fields"].items():
            attribute = field.get("validation_alias", name)
            if not isinstance(attribute, str) or name not in stored_fields:
                raise _Unfit
            value, data_types = self._field(field["schema"], stored_fields[name].storage)
            paths = [[attribute, data_type] for data_type in data_types] or [[attribute]]
            if data_types and self._resolved(field["schema"])["type"] in {"default", "nullable"}:
                # With another tag it is not absent: it is found as a whole, and refused unless it is NULL.
                paths.append([attribute])
            derived[name] = {**field, "schema": value, "validation_alias": paths}
        self._within.pop()
        return {**_anonymous(schema), "cls": _maker_of(record), "schema": {**fields, "fields": derived}}

    def _field(self, schema: Schema, storage: StorageType) -> _Place:
        """Derive the schema of a field, which may be absent, or None."""
        schema = self._resolved(schema)
        if schema["type"] == "default":
            if schema.get("validate_default") or schema.get("on_error", "raise") != "raise":
                raise _Unfit
            value, data_types = self._field(schema["schema"], storage)
            return {**_anonymous(schema), "schema": value}, data_types
        return self._value(schema, storage)

    def _value(self, schema: Schema, storage: StorageType) -> _Place:
        """Derive the schema of a value, decoded first if it is stored in more than one way."""
        content, is_nullable = self._content(schema)
        place = self._found_by_data_type(content, storage)
        if place is None:
            return self._decoded(schema), ()
        value, data_types = place
        if not is_nullable:
            return value, data_types
        if data_types and _TRUTHFUL.isdisjoint(data_types):
            return _union(value, _NONE), (*data_types, "NULL")
        return _union(value, _NULL), data_types

    def _content(self, schema: Schema) -> tuple[Schema, bool]:
        """Return what is inside of a schema that takes None too, and whether it does."""
        is_nullable = schema["type"] == "nullable"
        return self._resolved(schema["schema"] if is_nullable else schema), is_nullable

    def _found_by_data_type(self, schema: Schema, storage: StorageType) -> _Place | None:
        inner = self._resolved(_innermost(schema))
        if inner["type"] == "default":
            raise _Unfit
        data_type = _data_type(inner, storage)
        if data_type is None or data_type not in storage.data_types:
            return None
        value = self._around(schema, lambda content: self._inside(content, storage))
        if data_type == "M" and not _is_unlike_attribute_values(inner):
            return _unwrapped(value, data_type), ()
        return value, (data_type,)

    def _inside(self, schema: Schema, storage: StorageType) -> Schema:
        kind = schema["type"]
        if kind == "model":
            return self._model(schema)
        if kind == "list":
            return self._container(schema, "items_schema", storage, _out_of_list)
        if kind == "dict":
            return self._container(schema, "values_schema", storage, _out_of_dict)
        return _anonymous(schema)

    def _container(self, schema: Schema, name: str, storage: StorageType, out_of: Callable[[str], Any]) -> Schema:
        """Derive the schema of a list or a map; what is below a tag is taken out of all elements at once.

        That costs a fraction of what it costs one by one.
        """
        element, data_type = self._element(self._resolved(schema.get(name, ANY_SCHEMA)), storage.element)
        if data_type is None:
            return {**_anonymous(schema), name: element}
        tagged = core_schema.typed_dict_schema({data_type: schema_field(element)}, config=self._within[-1][1])
        whole: Any = {**_anonymous(schema), name: tagged}
        return cast("Schema", core_schema.no_info_after_validator_function(out_of(data_type), whole))

    def _element(self, schema: Schema, storage: StorageType) -> tuple[Schema, str | None]:
        """Derive the schema of an element: of the whole attribute value, or of what all of them have below one tag."""
        content, is_nullable = self._content(schema)
        place = self._found_by_data_type(content, storage)
        if place is None:
            return self._decoded(schema), None
        value, data_types = place
        if data_types and not is_nullable:
            return value, data_types[0]
        value = _unwrapped(value, *data_types)
        return (_union(value, _NULL) if is_nullable else value), None

    def _decoded(self, schema: Schema) -> Schema:
        """Decode in Python, and validate by the schema as it is, on its own, as JSON is validated otherwise.

        In a union of UUID and str, for example, text is a UUID if it comes from JSON, a str if it comes from Python.
        """
        if any(map(_looks_further, _parts(schema))):
            raise _Unfit
        validator = SchemaValidator(cast("Any", schema), self._within[-1][1])

        def validate(value: dict[str, Any]) -> Any:
            try:
                return validator.validate_python(attribute_values.decode(value), strict=False)
            except (SchemaError, PydanticOmit, PydanticUseDefault) as error:
                raise ValueError(_ELSEWHERE) from error  # a validator asks for what is not in this schema

        return cast("Schema", core_schema.no_info_plain_validator_function(validate))


def _anonymous(schema: Schema) -> Schema:
    """Return a schema without its name: what is derived from it must not be taken for it."""
    return {name: each for name, each in schema.items() if name != "ref"}


def _innermost(schema: Schema) -> Schema:
    while _is_after(schema):
        schema = schema["schema"]
    return schema


def _is_after(schema: Schema) -> bool:
    """Tell whether it is a function that sees nothing but what another schema made."""
    return schema["type"] == "function-after" and bool(schema["function"]["type"] == "no-info")


def _is_unlike_attribute_values(schema: Schema) -> bool:
    """Tell whether a schema refuses an attribute value: a model that needs a field whose name is no tag."""
    fields: dict[str, Schema] = schema["schema"].get("fields", {}) if schema["type"] == "model" else {}
    names = fields.keys() | {field.get("validation_alias", name) for name, field in fields.items()}
    is_needed = any(_innermost(field["schema"])["type"] != "default" for field in fields.values())
    return is_needed and names.isdisjoint(attribute_values.DATA_TYPES)


_DATA_TYPES = {
    "str": "S",
    "int": "N",
    "float": "N",
    "decimal": "N",
    "bool": "BOOL",
    "date": "S",
    "datetime": "S",
    "time": "S",
    "uuid": "S",
    "url": "S",
    "model": "M",
}


_OF_ONE_TEXT = {"str", "date", "datetime", "uuid"}


def _data_type(schema: Schema, storage: StorageType) -> str | None:
    """Return the type of attribute value that a schema reads as well as what it is decoded to, if there is one."""
    kind = schema["type"]
    if kind in _DATA_TYPES:
        return _DATA_TYPES[kind]
    if kind == "enum" and not _asks(schema) and all(type(each.value) is str for each in schema["members"]):
        return "S"
    if kind == "list" and storage.kind == "sequence":
        return "L"
    if kind == "dict" and storage.kind == "map" and schema.get("keys_schema") == {"type": "str"}:
        return "M"
    if kind in {"set", "frozenset"} and storage.element.data_types == frozenset({"S"}):
        return "SS" if schema.get("items_schema", ANY_SCHEMA)["type"] in _OF_ONE_TEXT else None
    return None


def _asks(schema: Schema) -> bool:
    """Tell whether the class of an enum is asked about what is no value of it: it would see what is not decoded."""
    missing: Any = getattr(schema["cls"], "_missing_", None)
    return "missing" in schema or getattr(missing, "__func__", None) is not cast("Any", Enum._missing_).__func__


def _parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Go through a schema and all that lies inside of it."""
    if isinstance(schema, dict):
        yield cast("Schema", schema)
        for name, part in cast("Schema", schema).items():
            if name not in {"metadata", "serialization"}:
                yield from _parts(part)
    elif isinstance(schema, (list, tuple)):
        for part in cast("list[Any]", schema):
            yield from _parts(part)


def _looks_further(part: Mapping[str, Any]) -> bool:
    """Tell whether a validator sees what is around its value, or a schema is not there as a whole."""
    return part.get("type") in {"with-info", "definition-ref"}


def _out_of_list(data_type: str) -> Callable[[list[dict[str, Any]]], list[Any]]:
    content_of = itemgetter(data_type)

    def taken_out(values: list[dict[str, Any]]) -> list[Any]:
        try:
            return [*map(content_of, values)]
        except KeyError:
            raise ValueError(_ELSEWHERE) from None  # a validator has left out an element

    return taken_out


def _out_of_dict(data_type: str) -> Callable[[dict[str, dict[str, Any]]], dict[str, Any]]:
    def taken_out(values: dict[str, dict[str, Any]]) -> dict[str, Any]:
        try:
            return {name: value[data_type] for name, value in values.items()}
        except KeyError:
            raise ValueError(_ELSEWHERE) from None

    return taken_out


_ELSEWHERE = "it is to be read in the other way"


def _unwrapped(schema: Schema, data_type: str = "") -> Schema:
    """Return the schema of an attribute value with a tag, which gives what is in it; itself if it takes the whole."""
    if not data_type:
        return schema
    content = core_schema.arguments_parameter("content", cast("Any", schema), alias=data_type, mode="keyword_only")
    return cast("Schema", core_schema.call_schema(core_schema.arguments_schema([content]), _content_of))


def _content_of(content: Any) -> Any:
    return content


_TRUE: Any = core_schema.literal_schema([True])


_NONE = cast("Schema", core_schema.no_info_after_validator_function(lambda _: None, _TRUE))


_NULL = _unwrapped(_NONE, "NULL")


# What is found below these tags may be, or be read as, the `true` that is below NULL.
_TRUTHFUL = frozenset({"BOOL", "N"})


def _union(first: Any, second: Any) -> Schema:
    return cast("Schema", core_schema.union_schema([first, second], mode="left_to_right"))


def _maker_of(record: type[BaseModel]) -> type:
    """Return a class that makes instances of another one.

    Pydantic takes the validator that a class has instead of building another one from a schema that names the class.
    A schema that says that it is not to do so would make this unnecessary.
    """

    def new(_: type) -> BaseModel:
        return record.__new__(record)

    # Python's own one is called in half the time without a function around it. It ignores what it is given beside the
    # class, as models have an `__init__`.
    made_by = staticmethod(partial(record.__new__, record)) if record.__new__ is object.__new__ else new
    return type(record.__name__, (), {"__new__": made_by})
