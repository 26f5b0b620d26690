"""Models to items and items to models. A value that cannot be stored without loss is refused before it is sent.

There are two ways to encode a model. If all values have exactly their annotated types, a plan encodes them without
Pydantic's serializer. It is made once, and takes a third of the time on five attributes. Otherwise, Pydantic's
serializer reports whether all values have their annotated types. Each attribute is then encoded by its storage type.
`round_trip.py` checks values whose stored form is ambiguous.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeAlias, TypeVar, cast

import pydantic
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from pydamodb._codec import attribute_values
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue, Encoder, Unstorable
from pydamodb._codec.encoders import exactly, optional
from pydamodb._codec.hidden_errors import without_text
from pydamodb._codec.round_trip import (
    encode_with_round_trip,
    first_problem,
    format_path,
    record_difference,
    restore,
    restore_record,
)
from pydamodb._codec.types import ANY, EMPTY_SET, Mismatch, RecordSchema, StorageType, StoredField
from pydamodb._core.exceptions import ItemEncodingError

ModelT = TypeVar("ModelT", bound=BaseModel)
Plan: TypeAlias = Callable[[Any], dict[str, AttributeValue]]
# Whether an attribute is computed, whether it is omitted for None, and whether it is omitted for an empty set.
_Special: TypeAlias = tuple[bool, bool, bool]
_FAILED_FUNCTION = r"Error calling function `\w+`: \w+|Circular reference detected"


def encode_item(instance: BaseModel, *, only: set[str] | None = None) -> dict[str, AttributeValue]:
    """Encode a model, or some of its fields, as the attributes of an item, or raise ItemEncodingError."""
    schema = record_schema_of(type(instance))
    if only is not None:
        return _encode_carefully(instance, schema, only)
    return schema.cached(item_encoder, None, schema)(instance)


def item_encoder(schema: RecordSchema) -> Plan:
    """Return the encoder of a model's instances, but not of its subclasses, as the attributes of an item."""
    encode_exactly = exact_encoder(schema)

    def encode(instance: BaseModel) -> dict[str, AttributeValue]:
        if encode_exactly is not None:
            try:  # `suppress` would be three calls for each item
                return encode_exactly(instance)
            except (Unstorable, KeyError, ValueError, AttributeError, TypeError):  # of computed fields, too
                pass
        return _encode_carefully(instance, schema, None)

    return encode


def _encode_carefully(instance: BaseModel, schema: RecordSchema, only: set[str] | None) -> dict[str, AttributeValue]:
    data, as_annotated = _dump(instance, only)
    is_read_back = only is None and schema.needs_round_trip
    if only is None:
        try:
            schema.check_readable(data)
        except Unstorable as error:
            raise encoding_error(type(instance), error) from None
    item: dict[str, AttributeValue] = {}
    for key, value in data.items():
        name = key
        try:
            field = schema.field_dumped_as(key)
            name = key if field is None else field.name
            if only is not None and (field is None or name not in only):
                continue  # an attribute that only a model serializer writes
            if field is not None and field.omits(value) and (as_annotated or value == getattr(instance, name)):
                continue
            item[key if field is None else field.attribute] = _encode_attribute(
                instance, key, field, value, as_annotated=as_annotated, is_read_back=is_read_back
            )
        except Unstorable as error:
            raise encoding_error(type(instance), error.with_prefix(name)) from None
        except RecursionError:
            reason = "it is nested too deep; DynamoDB keeps 32 levels"
            raise encoding_error(type(instance), Unstorable(reason, (name,))) from None
    if instance.model_extra:
        _check_extras(instance, instance.model_extra, schema, item)
    if is_read_back:
        _check_round_trip(instance, schema, item)
    return item


def _check_extras(
    instance: BaseModel, extras: Mapping[str, Any], schema: RecordSchema, item: Mapping[str, AttributeValue]
) -> None:
    try:
        schema.check_extras(extras, item)
    except Unstorable as error:
        raise encoding_error(type(instance), error) from None


def exact_encoder(schema: RecordSchema, within: tuple[RecordSchema, ...] = ()) -> Plan | None:
    """Return the plan of a model inside of the models `within`, None if Pydantic's serializer is needed.

    A plan raises Unstorable if a value is not exactly of its type, KeyError if a value is missing.
    """
    if not _is_plain_model(schema) or schema in within or len(within) > attribute_values.MOST_LEVELS:
        return None
    parts: list[tuple[str, str, Encoder, _Special | None]] = []
    for field in schema.fields.values():
        if field.stored:
            encode = _encoder_of(field.storage, (*within, schema))
            if encode is None:
                return None
            computed = field.computed
            special = computed, computed or field.absent is None, computed or field.absent is EMPTY_SET
            parts.append((field.name, field.attribute, encode, special if any(special) else None))

    def plan(instance: Any) -> dict[str, AttributeValue]:
        values: dict[str, Any] = instance.__dict__
        item: dict[str, AttributeValue] = {}
        for name, attribute, encode, special in parts:
            if special is None:
                item[attribute] = encode(values[name])
                continue
            computed, omits_none, omits_empty = special
            value = getattr(instance, name) if computed else values[name]
            if (omits_none and value is None) or (omits_empty and not value and isinstance(value, (set, frozenset))):
                continue
            item[attribute] = encode(value)
        return item

    return plan if schema.accepts is None else _checked(plan, schema.accepts)


def _checked(plan: Plan, accepts: Callable[[dict[str, Any]], bool]) -> Plan:
    def checked_plan(instance: Any) -> dict[str, AttributeValue]:
        if not accepts(instance.__dict__):
            raise Unstorable("a constraint refuses it")
        return plan(instance)

    return checked_plan


def _is_plain_model(schema: RecordSchema) -> bool:
    """Return True for a model whose stored form is its fields and nothing else."""
    is_special = schema.open or schema.ambiguous or schema.unsure or schema.unreadable_field
    return not is_special and issubclass(schema.record, BaseModel)


def _encoder_of(storage: StorageType, within: tuple[RecordSchema, ...]) -> Encoder | None:
    """Return the encoder of a value that Pydantic's serializer returns unchanged, or of a model; None for others."""
    if storage.ambiguous or storage.custom or storage.kind == "any":
        return None
    encode: Encoder | None = None
    if storage.kind == "record":
        schema = None if storage.schema is None else storage.schema()
        if schema is not None and (plan := exact_encoder(schema, within)) is not None:
            encode = _encoder_of_record(schema.record, plan)
    elif storage.base is not None and issubclass(storage.base, Enum):
        encode = exactly(storage.base, storage.encode)
    elif storage.encode_parts is None:
        return storage.encode
    else:
        encoders = [_encoder_of(element, within) for element in storage.elements]
        if all(encoder is element.encode for encoder, element in zip(encoders, storage.elements, strict=True)):
            return storage.encode
        if None in encoders:
            return None
        parts = zip(storage.elements, cast("list[Encoder]", encoders), strict=True)
        encode = storage.encode_parts(tuple(dataclasses.replace(element, encode=encoder) for element, encoder in parts))
    return optional(encode) if encode is not None and storage.nullable else encode


def _encoder_of_record(record: type, plan: Plan) -> Encoder:
    def encode(value: Any) -> AttributeValue:
        if type(value) is not record:
            raise Mismatch(f"expected {record.__name__}, got {type(value).__name__}")
        return {"M": plan(value)}

    return encode


def _check_round_trip(instance: BaseModel, schema: RecordSchema, item: dict[str, AttributeValue]) -> None:
    """Read an item as if it were stored, and refuse the model if the result is another one."""
    try:
        difference = record_difference(schema, instance, decode_item(type(instance), item))
    except Exception as error:  # noqa: BLE001 - a user's validator may raise anything
        first = error.errors(include_input=False)[0]["loc"][:1] if isinstance(error, pydantic.ValidationError) else ()
        names = ((field.name, {field.name, field.attribute, *field.names.fed[:1]}) for field in schema.fields.values())
        path = tuple(name for name, known in names if known.intersection(first))[:1]
        reason = f"the model does not read it back: {first_problem(error)}"
        raise encoding_error(type(instance), Unstorable(reason, path)) from None
    if difference is not None:
        raise encoding_error(type(instance), Unstorable(difference.reason, difference.path)) from None


def _dump(instance: BaseModel, only: set[str] | None) -> tuple[dict[str, Any], bool]:
    """Return the serialized model, and whether Pydantic found all values to have their annotated types.

    If they have not, serializers run twice. An override of `model_dump` is not for the table, and is not called.
    """
    try:
        try:
            data: Any = BaseModel.model_dump(instance, warnings="error", include=only)
            as_annotated = True
        except PydanticSerializationError:
            data = BaseModel.model_dump(instance, warnings=False, include=only)
            as_annotated = False
    except (ValueError, AttributeError, TypeError) as error:
        named, user_error = re.match(_FAILED_FUNCTION, str(error)), error.__cause__ or error
        reason = f"Pydantic cannot serialize it: {named[0] if named else type(user_error).__name__}"
        raise encoding_error(type(instance), Unstorable(reason)) from without_text(user_error)
    if not isinstance(data, dict):
        reason = f"its model serializer returned {type(data).__name__}; an item is made from a dict"
        raise encoding_error(type(instance), Unstorable(reason)) from None
    return cast("dict[str, Any]", data), as_annotated


def _encode_attribute(
    instance: BaseModel,
    key: str,
    field: StoredField | None,
    value: Any,
    *,
    as_annotated: bool,
    is_read_back: bool,
) -> AttributeValue:
    if field is None:
        # An extra value, or an attribute that only a model serializer writes.
        extra = instance.model_extra or {}
        return encode_with_round_trip(ANY, value, extra[key]) if key in extra else attribute_values.encode(value)
    storage = field.storage
    is_unsure = not as_annotated and not storage.ambiguity.custom
    if not field.computed and (is_unsure or (not is_read_back and storage.ambiguity.needs_round_trip())):
        return encode_with_round_trip(storage, value, getattr(instance, field.name))
    try:
        return storage.encode(value)
    except Mismatch:
        if field.computed:  # never read back, so that the annotation is only a hint
            return attribute_values.encode(value)
        return encode_with_round_trip(storage, value, getattr(instance, field.name))


def encoding_error(model: type[BaseModel], error: Unstorable) -> ItemEncodingError:
    """Return the error that names the model, the path and the reason."""
    message = f"{model.__name__}{format_path(error.path)} cannot be stored: {error.reason}."
    refused = ItemEncodingError(message, model_name=model.__name__)
    refused.path = error.path
    return refused


def decode_item(model: type[ModelT], item: Mapping[str, AttributeValue], *, whole: bool = True) -> ModelT:
    """Validate an item as a model, or raise pydantic.ValidationError.

    Strict models are lenient here, because DynamoDB has no dates and few other types. If an item is not `whole` (an
    index has some attributes only), absent attributes are not read as empty sets.
    """
    data = {attribute: attribute_values.decode(value) for attribute, value in item.items()}
    return validate_item(model, data, whole=whole)


def validate_item(
    model: type[ModelT], data: dict[str, Any], *, whole: bool = True, schema: RecordSchema | None = None
) -> ModelT:
    """Validate decoded data, which is changed in place. A `schema` is given for a model that is only read."""
    schema = record_schema_of(model) if schema is None else schema
    if schema.restores:
        restore_record(schema, data, whole=whole)
    return model.model_validate(data, strict=False)


def decode_value(storage: StorageType, value: AttributeValue) -> Any:
    """Validate the attribute value of one field as a value of that field."""
    return storage.adapter.validate_python(restore(storage, attribute_values.decode(value)), strict=False)


def refresh(instance: BaseModel, new: BaseModel) -> None:
    """Give a model the values of another model of its class. Fields that are never stored keep their values."""
    fields = record_schema_of(type(instance)).fields.values()
    values = vars(instance)
    kept = {field.name: values[field.name] for field in fields if not field.stored and field.name in values}
    fields_set = new.model_fields_set | (kept.keys() & instance.model_fields_set)
    object.__setattr__(instance, "__dict__", {**vars(new), **kept})
    object.__setattr__(instance, "__pydantic_fields_set__", fields_set)
    object.__setattr__(instance, "__pydantic_extra__", new.model_extra)
