"""Compiles annotations to storage types, and record types to record schemas.

An unknown type is not an error. Its values are encoded by their own types, and a round trip checks them first.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import collections
import dataclasses
from collections import abc
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from operator import getitem
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin
from uuid import UUID

import pydantic
import typing_extensions
from pydantic import AwareDatetime, BaseModel, ConfigDict, Json, NaiveDatetime, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError

from pydamodb._codec import attribute_values, encoders
from pydamodb._codec.attribute_values import AttributeValue, Encoder, NoForm
from pydamodb._codec.core_checks import checks_of
from pydamodb._codec.field_names import FieldNames, field_names, model_names, reading_names, refuse_inner_place
from pydamodb._codec.hints import (
    has_names,
    hints_of,
    is_recursive,
    marks_of,
    options_of,
    unwrap,
    with_types,
    without_qualifiers,
)
from pydamodb._codec.round_trip import reads_back
from pydamodb._codec.serializers import (
    ALL_FIELDS,
    APPLIED,
    class_serialized_fields,
    dataclass_fields,
    field_infos,
    may_change_values,
)
from pydamodb._codec.types import ANY, EMPTY_SET, UNKNOWN, Absence, Kind, RecordSchema, StorageType, StoredField
from pydamodb._core.markers import TimeToLive, Vector, marks_among

RecordT = TypeVar("RecordT")

_SEQUENCE_TYPES: dict[Any, tuple[type, ...]] = {
    list: (list,),
    collections.deque: (collections.deque,),
    abc.Sequence: (list, tuple),
    abc.MutableSequence: (list,),
}
_SET_TYPES: set[Any] = {set, frozenset, abc.Set, abc.MutableSet}
_MAP_TYPES: set[Any] = {dict, abc.Mapping, abc.MutableMapping, collections.OrderedDict, collections.defaultdict}
# Pydantic reads keys of these types back from their texts. Other keys need a round trip.
_READABLE_KEYS: set[Any] = {str, int, float, Decimal, UUID, date, datetime}
# As values: type checkers refuse `Annotated` with arguments that are known at run time only.
_ANNOTATED: Any = Annotated
_CUSTOM = StorageType(Any, attribute_values.encode, custom=True)


def storage_type_of(annotation: Any, metadata: Iterable[Any] = (), config: ConfigDict | None = None) -> StorageType:
    """Compile a type and its metadata to a storage type."""
    inner, marks = unwrap(annotation, outside := tuple(metadata))
    known = None if is_recursive(annotation) else _by_metadata(inner, marks) or _by_type(inner, config)
    storage = known or ANY
    for mark in marks:
        if isinstance(mark, Vector) and storage.kind == "sequence" and storage.element.base is float:
            encode = encoders.vector_of(storage.encode, mark.dimensions)
            storage = dataclasses.replace(storage, encode=encode, encode_parts=None, dimensions=mark.dimensions)
    whole: Any = getitem(_ANNOTATED, (annotation, *outside)) if outside else annotation
    storage = dataclasses.replace(storage, annotation=whole, config=config)
    return dataclasses.replace(storage, encode=_or_as_text(storage, inner)) if storage.kind == "any" else storage


def _or_as_text(storage: StorageType, inner: Any) -> Encoder:
    """Encode a value by its own type, or as the text that it is in JSON by the schema of its annotation.

    The text is for a value without a form of its own, and for a class whose schema reads only the text.
    """
    has_schema = isinstance(inner, type) and hasattr(inner, "__get_pydantic_core_schema__")

    def encode(value: Any) -> AttributeValue:
        try:
            encoded, error = storage.encode(value), None
        except NoForm as no_form:
            if no_form.path:
                raise
            encoded, error = {"NULL": True}, no_form
        if error is None and (not has_schema or "S" in encoded or reads_back(storage, encoded, value)):
            return encoded
        try:
            form = storage.adapter.dump_python(value, mode="json", warnings="error")
        except (PydanticSerializationError, pydantic.PydanticSchemaGenerationError):
            form = None
        if isinstance(form, str):
            return attribute_values.string(form)
        if error is not None:
            raise error
        return encoded

    return encode


def _by_metadata(inner: Any, marks: tuple[Any, ...]) -> StorageType | None:
    """Return the storage type if the metadata decides on the stored form."""
    for mark in marks:
        if isinstance(mark, (pydantic.PlainSerializer, pydantic.WrapSerializer)) and mark.when_used in APPLIED:
            return _CUSTOM
    if any(isinstance(mark, TimeToLive) for mark in marks_among(marks)):
        return _time_to_live(inner)
    for mark in marks:
        if mark is Json or isinstance(mark, _JSON_MARK):
            return _JSON
        # `pydantic.` delays the import of what few models use: Pydantic loads these classes at first use.
        any_value: Any = (pydantic.SerializeAsAny, pydantic.InstanceOf, pydantic.SkipValidation)
        is_known = isinstance(mark, Vector) or type(mark).__module__.startswith(("pydantic.", "annotated_types"))
        if isinstance(mark, any_value) or (not is_known and hasattr(mark, "__get_pydantic_core_schema__")):
            return ANY
    return None


def _time_to_live(inner: Any) -> StorageType | None:
    if inner in _TIMES:
        return _TIME_TO_LIVE
    options = [option for option in options_of(inner) if option is not type(None)]
    return _or_none(_TIME_TO_LIVE) if len(options) == 1 and unwrap(options[0], ())[0] in _TIMES else None


# Type checkers see types here. At run time these are classes, and metadata has their instances.
_JSON_MARK: Any = Json
_ZONE_CHECKED: tuple[Any, ...] = (AwareDatetime, NaiveDatetime)
_TIMES: tuple[Any, ...] = (datetime, AwareDatetime)
_TIME_TO_LIVE = StorageType(
    datetime, encoders.whole_seconds, "scalar", frozenset("N"), base=datetime, encode_operand=encoders.exact_seconds
)
_JSON = StorageType(Any, encoders.json_text, "scalar", frozenset("S"), ambiguous=True)


def _by_type(inner: Any, config: ConfigDict | None) -> StorageType | None:
    """Return the storage type of a type without metadata, None if the type is not known."""
    origin, arguments = get_origin(inner), get_args(inner)
    if options := options_of(inner):
        return _union_type(options, config)
    if origin is Literal:
        encode, ambiguous = encoders.one_of(arguments, "its Literal")
        # A Literal of an enum member does not accept the member's value, unless they are equal.
        ambiguous |= any(isinstance(each, Enum) and each != each.value for each in arguments)
        return StorageType(inner, encode, kind="scalar", ambiguous=ambiguous)
    if not isinstance(inner, abc.Hashable):
        return None
    if scalar := encoders.SCALARS.get(inner):
        data_type, encode = scalar
        base: Any = datetime if inner in _ZONE_CHECKED else inner
        return StorageType(inner, encode, "scalar", frozenset({data_type}), base=base)
    if inner is Json:
        return _JSON
    return _container_type(origin or inner, arguments, config) or _by_class(inner, config)


def _union_type(arguments: tuple[Any, ...], config: ConfigDict | None) -> StorageType:
    options = tuple(storage_type_of(argument, config=config) for argument in arguments if argument is not type(None))
    if len(options) == 1:
        return _or_none(options[0])
    return StorageType(Union, encoders.union(options), options=options, ambiguous=True)


def _or_none(storage: StorageType) -> StorageType:
    return dataclasses.replace(storage, encode=encoders.optional(storage.encode), nullable=True)


def _container_type(origin: Any, arguments: tuple[Any, ...], config: ConfigDict | None) -> StorageType | None:
    parts = tuple(storage_type_of(each, config=config) for each in arguments if each is not Ellipsis) or (ANY,)
    kind: Kind
    encode_parts: Callable[[tuple[StorageType, ...]], Encoder]
    ambiguous, data_types, keys = False, frozenset("L"), None
    if kinds := _SEQUENCE_TYPES.get(origin):
        kind, encode_parts = "sequence", partial(encoders.sequence_of, kinds=kinds)
        ambiguous = origin is abc.Sequence
    elif origin is tuple and (not arguments or Ellipsis in arguments):
        kind, encode_parts = "sequence", partial(encoders.sequence_of, kinds=(tuple,))
    elif origin is tuple:
        kind, encode_parts = "tuple", encoders.tuple_of
    elif origin in _SET_TYPES:
        kind, encode_parts = "set", encoders.set_of
        data_types = frozenset(f"{data_type}S" for data_type in parts[0].data_types)
    elif origin in _MAP_TYPES:
        key = arguments[0] if arguments and arguments[0] in _READABLE_KEYS else None
        kind, encode_parts = "map", partial(encoders.map_of, key=key, ordered=origin is collections.OrderedDict)
        keys = parts[0] if len(parts) > 1 else None
        data_types, parts, ambiguous = frozenset("M"), parts[-1:], key is None or origin is abc.Mapping
    else:
        return None
    encode = encode_parts(parts)
    return StorageType(
        origin, encode, kind, data_types, elements=parts, keys=keys, ambiguous=ambiguous, encode_parts=encode_parts
    )


def _by_class(inner: Any, config: ConfigDict | None) -> StorageType | None:
    if not isinstance(inner, type):
        return None
    if issubclass(inner, (SecretStr, SecretBytes)):
        return StorageType(inner, encoders.refuse_secret, kind="scalar")
    if hasattr(inner, "__get_pydantic_core_schema__") and not hasattr(inner, "__pydantic_validator__"):
        return ANY  # neither a model nor a dataclass of Pydantic
    if issubclass(inner, Enum):
        encode, ambiguous = encoders.one_of(inner, inner.__name__)
        values: list[Any] = [] if ambiguous else [each.value for each in inner]
        data_types = frozenset(data_type for value in values for data_type in attribute_values.encode(value))
        return StorageType(inner, encode, "scalar", data_types, ambiguous=ambiguous, base=inner)
    if issubclass(inner, cast("type[BaseModel]", pydantic.RootModel)):
        root = inner.model_fields["root"]
        return dataclasses.replace(storage_type_of(root.annotation, root.metadata, inner.model_config), ambiguous=True)
    if issubclass(inner, BaseModel) or dataclasses.is_dataclass(inner) or typing_extensions.is_typeddict(inner):
        if class_serialized_fields(inner) is ALL_FIELDS:
            return _CUSTOM
        schema = partial(record_schema_of, inner)
        has_own = issubclass(inner, BaseModel) or getattr(inner, "__pydantic_config__", None) is not None
        if config and (typing_extensions.is_typeddict(inner) or not has_own):
            schema = partial(_schema_within, inner, config)
        return StorageType(inner, encoders.record(schema), "record", frozenset("M"), schema=schema)
    return None


_KEPT = "__pydamodb_record_schema__"
_KEPT_FOR_READING = "__pydamodb_reading_schema__"
_KEPT_WITHIN = "__pydamodb_inner_schemas__"


def record_schema_of(record: type) -> RecordSchema:
    """Return the record schema of a type. The class keeps it until `model_rebuild` gives it another validator."""
    # The same test as in `_cached`: this function is called all the time.
    kept: tuple[object, RecordSchema] | None = vars(record).get(_KEPT)
    if kept is not None and kept[0] is getattr(record, "__pydantic_validator__", None):
        return kept[1]
    return _cached(record, _KEPT, _stored_fields)


def reading_schema_of(model: type[BaseModel]) -> RecordSchema:
    """Return the record schema of a model that is only read. Its attributes are the names that its fields read."""
    return _cached(model, _KEPT_FOR_READING, _reading_fields)


def _cached(record: type[RecordT], key: str, fields: Callable[[type[RecordT]], Iterable[StoredField]]) -> RecordSchema:
    kept: tuple[object, RecordSchema] | None = vars(record).get(key)
    if kept is not None and kept[0] is getattr(record, "__pydantic_validator__", None):
        return kept[1]
    if issubclass(record, BaseModel):
        record.model_rebuild()
    schema = _make_record_schema(record, {field.name: field for field in fields(record)}, _config(record))
    type.__setattr__(record, key, (getattr(record, "__pydantic_validator__", None), schema))
    return schema


def _schema_within(record: type, config: ConfigDict) -> RecordSchema:
    """Return the record schema of a dataclass or a typed dict that depends on the configuration of the model around it.

    It is the configuration of a record without one. A typed dict is serialized by alias if the model is.
    """
    kept: dict[int, tuple[ConfigDict, RecordSchema]] = vars(record).get(_KEPT_WITHIN, {})
    if id(config) not in kept:
        own = (_config(record) or config).copy()
        own["serialize_by_alias"] = config.get("serialize_by_alias", False)
        fields = {field.name: field for field in _plain_fields(record, own)}
        kept = {**kept, id(config): (config, _make_record_schema(record, fields, own))}
        type.__setattr__(record, _KEPT_WITHIN, kept)
    return kept[id(config)][1]


def _make_record_schema(record: type, fields: Mapping[str, StoredField], config: ConfigDict) -> RecordSchema:
    for field in fields.values():
        if (inner := field.names.inner_place) and field.storage.may_have_parts:
            refuse_inner_place(record, field.name, field.names.fed, inner)
    extra = config.get("extra", "ignore")
    computed = frozenset(field.attribute for field in fields.values() if field.computed)
    looked_for = {place[0] for field in fields.values() for place in field.names.places}
    needed = frozenset(field.attribute for field in fields.values() if field.required and not field.filled)
    unsure, accepts = checks_of(record)
    return RecordSchema(
        record,
        fields,
        {field.attribute: field for field in fields.values()},
        strips=computed & looked_for if extra == "ignore" else computed,
        fills=frozenset(field.attribute for field in fields.values() if field.filled),
        required=frozenset() if class_serialized_fields(record) is ALL_FIELDS else needed,
        open=extra == "allow",
        closed=extra == "forbid",
        ambiguous=extra == "allow" or may_change_values(record),
        unsure=unsure,
        accepts=accepts,
    )


def _config(record: type) -> ConfigDict:
    return getattr(record, "model_config", None) or getattr(record, "__pydantic_config__", None) or ConfigDict()


def _stored_fields(record: type) -> Iterator[StoredField]:
    if issubclass(record, BaseModel):
        names = model_names(record)
        yield from _pydantic_fields(record, record.model_fields, names)
        for name, info in record.model_computed_fields.items():
            storage = _field_storage(record, name, info.return_type, ())
            yield StoredField(name, names[name], storage, computed=True, marks=marks_of(info.return_type))
    elif infos := field_infos(record):
        marks = {name: marks_of(info.annotation, info.metadata) for name, info in infos.items()}
        yield from _pydantic_fields(record, infos, field_names(record, infos, marks, _config(record)))
    else:
        yield from _plain_fields(record, _config(record))


def _reading_fields(model: type[BaseModel]) -> Iterator[StoredField]:
    names = reading_names(model)
    yield from _pydantic_fields(model, {name: model.model_fields[name] for name in names}, names)


def _plain_fields(record: type, config: ConfigDict) -> Iterator[StoredField]:
    """Yield the fields of a standard dataclass or a typed dict. An annotation may contain an alias."""
    defaults = {each.name: each.default for each in dataclass_fields(record)}
    required_keys: frozenset[str] = getattr(record, "__required_keys__", frozenset())
    # A dataclass has hints of an InitVar or a ClassVar, too.
    found = {name: hint for name, hint in hints_of(record).items() if not defaults or name in defaults}
    keys = {name: without_qualifiers(hint) for name, hint in found.items()}
    hints = {name: hint for name, (hint, _) in keys.items()}
    infos = {name: _info_of(hint) for name, hint in hints.items()}
    names = field_names(record, infos, {name: marks_of(hint) for name, hint in hints.items()}, config)
    for name, hint in hints.items():
        # Annotations as text hide `Required` and `NotRequired` from the `__required_keys__` of a typed dict.
        _, required = keys[name]
        required = name in required_keys if required is None else required
        # A `Field()` is replaced by its own metadata: an alias has no meaning in the type of the value.
        inner, *beside = get_args(hint) if get_origin(hint) is _ANNOTATED else (hint,)
        metadata = [part for mark in beside for part in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
        absent = None if defaults.get(name, ...) is None else UNKNOWN
        yield StoredField(name, names[name], storage_type_of(inner, metadata, config), required=required, absent=absent)


def _info_of(hint: Any) -> FieldInfo:
    _, marks = unwrap(hint, ())
    return FieldInfo.from_annotation(hint) if any(isinstance(mark, FieldInfo) for mark in marks) else FieldInfo()


def _pydantic_fields(
    record: type, infos: Mapping[str, FieldInfo], names: Mapping[str, FieldNames]
) -> Iterator[StoredField]:
    for name, info in infos.items():
        storage = _field_storage(record, name, info.annotation, info.metadata)
        filled = info.is_required() and storage.kind == "set" and not storage.nullable
        yield StoredField(
            name,
            names[name],
            storage,
            filled=filled,
            stored=not info.exclude,
            required=info.is_required(),
            absent=EMPTY_SET if filled else _absence(info),
            left_out=_left_out(info),
            marks=marks_of(info.annotation, info.metadata),
        )


def _field_storage(record: type, name: str, annotation: Any, metadata: Iterable[Any]) -> StorageType:
    if has_names(annotation):
        annotation = with_types(record, annotation)
    storage = storage_type_of(annotation, metadata, _config(record))
    class_serialized = class_serialized_fields(record)
    if class_serialized is ALL_FIELDS or name in class_serialized:
        return dataclasses.replace(_CUSTOM, annotation=storage.annotation, config=storage.config)
    return storage


def _left_out(info: FieldInfo) -> object:
    """Return the default of a field if `exclude_if` excludes it, UNKNOWN if not."""
    exclude_if: Callable[[Any], bool] | None = getattr(info, "exclude_if", None)
    default: object = UNKNOWN if exclude_if is None or info.is_required() else info.default
    return default if default is not UNKNOWN and exclude_if is not None and exclude_if(default) else UNKNOWN


def _absence(info: FieldInfo) -> Absence | None:
    """Return what an absent attribute is read as. No default factory is called."""
    if info.is_required():
        return UNKNOWN
    if info.default_factory in {set, frozenset} or info.default in (set(), frozenset()):
        return EMPTY_SET
    return None if info.default is None and info.default_factory is None else UNKNOWN
