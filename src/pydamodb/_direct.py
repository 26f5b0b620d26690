"""Models straight from the bytes of a reply: Pydantic's own validation of a model, taught to read attribute values.

A core schema is derived from the model's own, in which each field is looked up below the type that it is stored as
(`age` at `["age", "N"]`), so that Pydantic parses, takes apart and validates in one go, without a Python object for
what lies between. Where a field is stored in more than one way, or its schema looks at more than the value, the
attribute is decoded as everywhere else and validated as it was. What does not validate is decoded again by
`_items.py`, which is right in every case and says what is wrong: this module is only ever a shorter way to the same
end, and refuses each model of which that is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from enum import Enum
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticOmit, PydanticUseDefault, SchemaError, SchemaValidator, core_schema

from pydamodb import _wire
from pydamodb._compile import layout_of
from pydamodb._pieces import pieces_of
from pydamodb._shapes import Shape

__all__ = ["BodyReader", "Unread", "batch_reader", "item_reader", "page_reader"]

Schema: TypeAlias = dict[str, Any]
BodyReader: TypeAlias = Callable[[bytes], "dict[str, Any] | None"]
Form: TypeAlias = tuple[Hashable, ...]


class Unread(NamedTuple):
    """An item that did not validate in this way; it is to be read in the other."""

    item: dict[str, Any]


def page_reader(model: type[BaseModel]) -> BodyReader | None:
    """Return what reads a page of a query or scan, None for a model that is not read in this way.

    The reply that it returns has `Models` in the place of `Items`; it is None where the body is not as expected.
    """
    return _kept(
        model,
        ("Items",),
        lambda item: {
            "Models": _field(core_schema.list_schema(item), "Items"),
            "Count": _field(core_schema.int_schema(), required=False),
            "LastEvaluatedKey": _field(_ANY, required=False),
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
    return _kept(model, ("Item",), lambda item: {"Model": _field(item, "Item", required=False)})


def batch_reader(model: type[BaseModel], key_types: tuple[tuple[str, str], ...]) -> BodyReader | None:
    """Return what reads the reply of a BatchGetItem, with `Models` and their decoded `Keys` in place of `Responses`.

    The keys are given by their attributes and the types of their attribute values.
    """
    return _kept(
        model,
        ("Responses", *key_types),
        lambda item: {
            "Models": _field(_by_table(item), "Responses"),
            "Keys": _field(
                _by_table(core_schema.typed_dict_schema({name: _key(name, tag) for name, tag in key_types})),
                "Responses",
            ),
            "UnprocessedKeys": _field(_ANY, required=False),
        },
    )


def _key(name: str, tag: str) -> Any:
    text: Any = core_schema.str_schema()
    if tag != "S":
        text = core_schema.no_info_after_validator_function(lambda text: _wire.decode_key({tag: text}), text)
    return _field(text, [name, tag])


def _field(schema: Any, alias: str | list[str | int] | None = None, *, required: bool = True) -> Any:
    return core_schema.typed_dict_field(schema, validation_alias=alias, required=required)


def _by_table(element: Any) -> Any:
    return core_schema.dict_schema(core_schema.str_schema(), core_schema.list_schema(element))


_ANY: Any = core_schema.any_schema()
_UNREAD: Any = core_schema.no_info_after_validator_function(Unread, _ANY)


def _kept(
    model: type[BaseModel],
    form: Form,
    fields: Callable[[Any], dict[str, Any]],
    around: Callable[[BodyReader], BodyReader] = lambda read: read,
) -> BodyReader | None:
    """Make a reader once for each form of a model."""
    layout = layout_of(model)
    readers = layout.kept(_no_readers, None)
    if form not in readers:
        item = None if layout.restores else _derived(model)
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


class _Unfit(Exception):  # noqa: N818 - never leaves this module
    """A model that is not known to be read in this way as it is in the other."""


def _derived(model: type[BaseModel]) -> Any:
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
        members = layout_of(record).members
        derived: dict[str, Schema] = {}
        for name, field in fields["fields"].items():
            attribute = field.get("validation_alias", name)
            if not isinstance(attribute, str) or name not in members:
                raise _Unfit
            value, tags = self._field(field["schema"], members[name].shape)
            paths = [[attribute, tag] for tag in tags] or [[attribute]]
            if tags and self._resolved(field["schema"])["type"] in {"default", "nullable"}:
                # With another tag it is not absent: it is found as a whole, and refused unless it is NULL.
                paths.append([attribute])
            derived[name] = {**field, "schema": value, "validation_alias": paths}
        self._within.pop()
        return {**_anonymous(schema), "cls": _maker_of(record), "schema": {**fields, "fields": derived}}

    def _field(self, schema: Schema, shape: Shape) -> _Place:
        """Derive the schema of a field, which may be absent, or None."""
        schema = self._resolved(schema)
        if schema["type"] == "default":
            if schema.get("validate_default") or schema.get("on_error", "raise") != "raise":
                raise _Unfit
            value, tags = self._field(schema["schema"], shape)
            return {**_anonymous(schema), "schema": value}, tags
        return self._value(schema, shape)

    def _value(self, schema: Schema, shape: Shape) -> _Place:
        """Derive the schema of a value, decoded first if it is stored in more than one way."""
        content, is_nullable = self._content(schema)
        place = self._found_by_tag(content, shape)
        if place is None:
            return self._decoded(schema), ()
        value, tags = place
        if not is_nullable:
            return value, tags
        if tags and _TRUTHFUL.isdisjoint(tags):
            return _union(value, _NONE), (*tags, "NULL")
        return _union(value, _NULL), tags

    def _content(self, schema: Schema) -> tuple[Schema, bool]:
        """Return what is inside of a schema that takes None too, and whether it does."""
        is_nullable = schema["type"] == "nullable"
        return self._resolved(schema["schema"] if is_nullable else schema), is_nullable

    def _found_by_tag(self, schema: Schema, shape: Shape) -> _Place | None:
        inner = self._resolved(_innermost(schema))
        if inner["type"] == "default":
            raise _Unfit
        tag = _tag(inner, shape)
        if tag is None or tag not in shape.tags:
            return None
        value = self._around(schema, lambda content: self._inside(content, shape))
        if tag == "M" and not _is_unlike_attribute_values(inner):
            return _unwrapped(value, tag), ()
        return value, (tag,)

    def _inside(self, schema: Schema, shape: Shape) -> Schema:
        kind = schema["type"]
        if kind == "model":
            return self._model(schema)
        if kind == "list":
            return self._container(schema, "items_schema", shape, _out_of_list)
        if kind == "dict":
            return self._container(schema, "values_schema", shape, _out_of_dict)
        return _anonymous(schema)

    def _container(self, schema: Schema, name: str, shape: Shape, out_of: Callable[[str], Any]) -> Schema:
        """Derive the schema of a list or a map; what is below a tag is taken out of all elements at once.

        That costs a fraction of what it costs one by one.
        """
        element, tag = self._element(self._resolved(schema.get(name, _ANY)), shape.element)
        if tag is None:
            return {**_anonymous(schema), name: element}
        tagged = core_schema.typed_dict_schema({tag: _field(element)}, config=self._within[-1][1])
        whole: Any = {**_anonymous(schema), name: tagged}
        return cast("Schema", core_schema.no_info_after_validator_function(out_of(tag), whole))

    def _element(self, schema: Schema, shape: Shape) -> tuple[Schema, str | None]:
        """Derive the schema of an element: of the whole attribute value, or of what all of them have below one tag."""
        content, is_nullable = self._content(schema)
        place = self._found_by_tag(content, shape)
        if place is None:
            return self._decoded(schema), None
        value, tags = place
        if tags and not is_nullable:
            return value, tags[0]
        value = _unwrapped(value, *tags)
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
                return validator.validate_python(_wire.decode(value), strict=False)
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
    return is_needed and names.isdisjoint(_wire.TAGS)


_TAGS = {
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


def _tag(schema: Schema, shape: Shape) -> str | None:
    """Return the type of attribute value that a schema reads as well as what it is decoded to, if there is one."""
    kind = schema["type"]
    if kind in _TAGS:
        return _TAGS[kind]
    if kind == "enum" and not _asks(schema) and all(type(each.value) is str for each in schema["members"]):
        return "S"
    if kind == "list" and shape.kind == "sequence":
        return "L"
    if kind == "dict" and shape.kind == "map" and schema.get("keys_schema") == {"type": "str"}:
        return "M"
    if kind in {"set", "frozenset"} and shape.element.tags == frozenset({"S"}):
        return "SS" if schema.get("items_schema", _ANY)["type"] in _OF_ONE_TEXT else None
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


def _out_of_list(tag: str) -> Callable[[list[dict[str, Any]]], list[Any]]:
    content_of = itemgetter(tag)

    def taken_out(values: list[dict[str, Any]]) -> list[Any]:
        try:
            return [*map(content_of, values)]
        except KeyError:
            raise ValueError(_ELSEWHERE) from None  # a validator has left out an element

    return taken_out


def _out_of_dict(tag: str) -> Callable[[dict[str, dict[str, Any]]], dict[str, Any]]:
    def taken_out(values: dict[str, dict[str, Any]]) -> dict[str, Any]:
        try:
            return {name: value[tag] for name, value in values.items()}
        except KeyError:
            raise ValueError(_ELSEWHERE) from None

    return taken_out


_ELSEWHERE = "it is to be read in the other way"


def _unwrapped(schema: Schema, tag: str = "") -> Schema:
    """Return the schema of an attribute value with a tag, which gives what is in it; itself if it takes the whole."""
    if not tag:
        return schema
    content = core_schema.arguments_parameter("content", cast("Any", schema), alias=tag, mode="keyword_only")
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
