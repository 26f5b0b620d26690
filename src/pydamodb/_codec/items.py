"""Models to items and items to models: lossless, or refused before anything is sent.

A model whose values are exactly of their annotated types is encoded without Pydantic's serializer, by a plan that is
made once: on five attributes that takes a third of the time. For other models Pydantic's serializer says whether all
values have their annotated types. Each attribute is then encoded by its storage type. A value whose stored form is
ambiguous is proven by `round_trip.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum
from typing import Any, NoReturn, TypeAlias, TypeVar, cast

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from pydamodb._codec import attribute_values
from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.attribute_values import AttributeValue, Encoder, Unstorable
from pydamodb._codec.encoders import exactly, optional
from pydamodb._codec.round_trip import encode_with_round_trip, rendered, restore, restore_record
from pydamodb._codec.types import ANY, EMPTY_SET, UNKNOWN, Mismatch, RecordSchema, StorageType, StoredField
from pydamodb._core.exceptions import ItemEncodingError

ModelT = TypeVar("ModelT", bound=BaseModel)


def encode_item(instance: BaseModel, *, only: set[str] | None = None) -> dict[str, AttributeValue]:
    """Encode a model, or some of its fields, as the attributes of an item.

    Raises:
        ItemEncodingError: A value has no exact stored form.
    """
    schema = record_schema_of(type(instance))
    if only is not None:
        return _encode_carefully(instance, schema, only)
    return schema.cached(item_encoder, None, schema)(instance)


def item_encoder(schema: RecordSchema) -> Callable[[Any], dict[str, AttributeValue]]:
    """Return what encodes the instances of a model, but not of its subclasses, as the attributes of an item."""
    encode_exactly = exact_encoder(schema)

    def encode(instance: BaseModel) -> dict[str, AttributeValue]:
        if encode_exactly is not None:
            with suppress(Unstorable, KeyError):
                return encode_exactly(instance)
        return _encode_carefully(instance, schema, None)

    return encode


def _encode_carefully(instance: BaseModel, schema: RecordSchema, only: set[str] | None) -> dict[str, AttributeValue]:
    data, as_annotated = _dump(instance, only)
    if only is None:
        _check_complete(instance, schema, data)
    item: dict[str, AttributeValue] = {}
    for attribute, value in data.items():
        field = schema.by_attribute.get(attribute)
        if only is not None and (field is None or field.name not in only):
            continue  # a model serialiser's own
        if field is not None and field.omits(value) and (as_annotated or value == getattr(instance, field.name)):
            continue
        try:
            item[attribute] = _encode_attribute(instance, attribute, field, value, as_annotated=as_annotated)
        except Unstorable as error:
            _refuse(type(instance), error.below(field.name if field else attribute), error)
        except RecursionError as error:
            reason = "it is nested too deep; DynamoDB keeps 32 levels"
            _refuse(type(instance), Unstorable(reason, (field.name if field else attribute,)), error)
    return item


Plan: TypeAlias = Callable[[Any], dict[str, AttributeValue]]


def exact_encoder(schema: RecordSchema) -> Plan | None:
    """Return what encodes models whose values are exactly of their types, None if Pydantic's serializer has to run.

    It raises Unstorable, or KeyError, if a value is of another type or missing.
    """
    return schema.cached(_plan_of, None, schema, ())


# Of an attribute whose value is not just there: whether it is computed, and whether it is left out for None or for an
# empty set.
_Special: TypeAlias = tuple[bool, bool, bool]


def _plan_of(schema: RecordSchema, within: tuple[RecordSchema, ...]) -> Plan | None:
    """Make a plan for a model, None if Pydantic has to be asked; `within` are the models that it is a part of."""
    if not _is_plain(schema) or schema in within:
        return None
    parts: list[tuple[str, str, Encoder, _Special | None]] = []
    for field in schema.fields.values():
        if field.stored:
            encode = _encoder_of(field.storage, (*within, schema))
            if encode is None or field.left_out_for is not UNKNOWN:
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

    return plan


def _is_plain(schema: RecordSchema) -> bool:
    """Tell whether a record is a model of Pydantic's own kind, which is read as its fields and nothing else."""
    if (
        not issubclass(schema.record, BaseModel)
        or schema.open
        or schema.ambiguous
        or schema.unreadable_field is not None
    ):
        return False
    own, usual = schema.record.__get_pydantic_core_schema__, BaseModel.__get_pydantic_core_schema__
    return cast("Any", own).__func__ is cast("Any", usual).__func__


def _encoder_of(storage: StorageType, within: tuple[RecordSchema, ...]) -> Encoder | None:
    """Return what encodes a value that Pydantic would hand out as it is, or a model; None if neither is known."""
    if storage.ambiguous or storage.custom or storage.kind == "any":
        return None
    if storage.kind == "record":
        encode = None if storage.schema is None else _record_encoder(storage.schema(), within)
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


def _record_encoder(schema: RecordSchema, within: tuple[RecordSchema, ...]) -> Encoder | None:
    plan, record = _plan_of(schema, within), schema.record
    return None if plan is None else exactly(record, lambda value: {"M": plan(value)})


def _check_complete(instance: BaseModel, schema: RecordSchema, data: dict[str, Any]) -> None:
    """Refuse a model that would be read without a field, or with its default instead of its value."""
    try:
        schema.check_readable(data)
    except Unstorable as error:
        _refuse(type(instance), error, None)
    for field in schema.fields.values():
        default = field.left_out_for
        if default is not UNKNOWN and field.attribute not in data and getattr(instance, field.name) != default:
            reason = "exclude_if leaves it out, and it would be read back as its default"
            _refuse(type(instance), Unstorable(reason, (field.name,)), None)


def _dump(instance: BaseModel, only: set[str] | None) -> tuple[dict[str, Any], bool]:
    """Dump through Pydantic's own method (an override is made for other readers than the table).

    The flag says whether Pydantic found all values to be of the types that their fields are annotated with; if it did
    not, serialisers run a second time.
    """
    try:
        try:
            data: Any = BaseModel.model_dump(instance, by_alias=True, warnings="error", include=only)
            as_annotated = True
        except PydanticSerializationError:
            data = BaseModel.model_dump(instance, by_alias=True, warnings=False, include=only)
            as_annotated = False
    except (ValueError, AttributeError, TypeError) as error:
        reason = f"Pydantic cannot serialise it: {error}"
        _refuse(type(instance), Unstorable(reason), error)
    if not isinstance(data, dict):
        reason = f"its model serialiser returned {type(data).__name__}; an item is made from a dict"
        _refuse(type(instance), Unstorable(reason), None)
    return cast("dict[str, Any]", data), as_annotated


def _encode_attribute(
    instance: BaseModel, attribute: str, field: StoredField | None, value: Any, *, as_annotated: bool
) -> AttributeValue:
    if field is None:
        # An extra value, or an attribute that a model serialiser has made up.
        extra = instance.model_extra or {}
        return (
            encode_with_round_trip(ANY, value, extra[attribute])
            if attribute in extra
            else attribute_values.encode(value)
        )
    storage = field.storage
    if field.computed:
        return _encode_computed(storage, value)
    unproven = not as_annotated and not storage.ambiguity.custom
    if unproven or storage.ambiguity.needs_round_trip():
        return encode_with_round_trip(storage, value, getattr(instance, field.name))
    try:
        return storage.encode(value)
    except Mismatch:
        return encode_with_round_trip(storage, value, getattr(instance, field.name))


def _encode_computed(storage: StorageType, value: Any) -> AttributeValue:
    """Encode a computed value; it is never read back, so that its annotation is only a hint."""
    try:
        return storage.encode(value)
    except Mismatch:
        return attribute_values.encode(value)


def _refuse(model: type[BaseModel], error: Unstorable, cause: Exception | None) -> NoReturn:
    raise encoding_error(model, error) from (error.__cause__ or cause)


def encoding_error(model: type[BaseModel], error: Unstorable) -> ItemEncodingError:
    """Say which value of which field cannot be stored, and why."""
    message = f"{model.__name__}{rendered(error.path)} cannot be stored: {error.reason}."
    refusal = ItemEncodingError(message, model_name=model.__name__)
    refusal.path = error.path
    return refusal


def decode_item(
    model: type[ModelT],
    item: Mapping[str, AttributeValue],
    *,
    whole: bool = True,
    schema: RecordSchema | None = None,
) -> ModelT:
    """Validate an item as a model; leniently even for strict models, as DynamoDB has no dates and few other types.

    An item that is not `whole` (an index has only some attributes of it) is not completed with empty sets. A `schema`
    is given for a model that is only read, never stored.

    Raises:
        pydantic.ValidationError: The item does not fit the model.
    """
    data = {attribute: attribute_values.decode(value) for attribute, value in item.items()}
    return validate_item(model, data, whole=whole, schema=schema)


def validate_item(
    model: type[ModelT], data: dict[str, Any], *, whole: bool = True, schema: RecordSchema | None = None
) -> ModelT:
    """Do so with an item whose values are decoded already; changes them in place.

    Raises:
        pydantic.ValidationError: The item does not fit the model.
    """
    schema = record_schema_of(model) if schema is None else schema
    if schema.restores:
        restore_record(schema, data, whole=whole)
    return model.model_validate(data, strict=False)


def decode_value(storage: StorageType, value: AttributeValue) -> Any:
    """Validate what is stored of one field as a value of that field.

    Raises:
        pydantic.ValidationError: It does not fit the field.
    """
    return storage.adapter.validate_python(restore(storage, attribute_values.decode(value)), strict=False)


def refresh(instance: BaseModel, new: BaseModel) -> None:
    """Give a model the values of another one of its class, but for what is never stored: that stays as it is."""
    kept = {
        field.name: vars(instance)[field.name]
        for field in record_schema_of(type(instance)).fields.values()
        if not field.stored and field.name in vars(instance)
    }
    object.__setattr__(instance, "__dict__", {**vars(new), **kept})
    object.__setattr__(
        instance, "__pydantic_fields_set__", new.model_fields_set | (kept.keys() & instance.model_fields_set)
    )
    object.__setattr__(instance, "__pydantic_extra__", new.model_extra)
