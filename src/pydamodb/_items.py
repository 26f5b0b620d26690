"""Models to items and items to models: lossless, or refused before anything is sent.

Most models are encoded by `_exact.py`. For the others, Pydantic's serialiser says whether all values are of their
annotated types; then each attribute is encoded by its shape. A value that is in doubt goes through `_read_back.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar, cast

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from pydamodb import _wire
from pydamodb._compile import layout_of
from pydamodb._exact import encode_exactly
from pydamodb._read_back import encode_faithfully, restore, restore_record, spelt
from pydamodb._shapes import ANY, UNKNOWN, Layout, Member, Mismatch, Shape
from pydamodb._wire import AttributeValue, Unstorable
from pydamodb.exceptions import ItemEncodingError

__all__ = ["decode_item", "decode_value", "encode_item", "encoding_error", "refresh", "validate_item"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def encode_item(instance: BaseModel, *, only: set[str] | None = None) -> dict[str, AttributeValue]:
    """Encode a model, or some of its fields, as the attributes of an item.

    Raises:
        ItemEncodingError: A value has no exact stored form.
    """
    if only is None and (exact := encode_exactly(instance)) is not None:
        return exact
    model = type(instance)
    layout = layout_of(model)
    data, as_annotated = _dump(instance, only)
    if only is None:
        _check_complete(instance, layout, data)
    item: dict[str, AttributeValue] = {}
    for attribute, value in data.items():
        member = layout.by_attribute.get(attribute)
        if only is not None and (member is None or member.name not in only):
            continue  # a model serialiser's own
        if member is not None and member.omits(value) and (as_annotated or value == getattr(instance, member.name)):
            continue
        try:
            item[attribute] = _encode_attribute(instance, attribute, member, value, as_annotated=as_annotated)
        except Unstorable as error:
            _refuse(model, error.below(member.name if member else attribute), error)
        except RecursionError as error:
            reason = "it is nested too deep; DynamoDB keeps 32 levels"
            _refuse(model, Unstorable(reason, (member.name if member else attribute,)), error)
    return item


def _check_complete(instance: BaseModel, layout: Layout, data: dict[str, Any]) -> None:
    """Refuse a model that would be read without a field, or with its default instead of its value."""
    try:
        layout.check_readable(data)
    except Unstorable as error:
        _refuse(type(instance), error, None)
    for member in layout.members.values():
        default = member.left_out_for
        if default is not UNKNOWN and member.attribute not in data and getattr(instance, member.name) != default:
            reason = "exclude_if leaves it out, and it would be read back as its default"
            _refuse(type(instance), Unstorable(reason, (member.name,)), None)


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
    instance: BaseModel, attribute: str, member: Member | None, value: Any, *, as_annotated: bool
) -> AttributeValue:
    if member is None:
        # An extra value, or an attribute that a model serialiser has made up.
        extra = instance.model_extra or {}
        return encode_faithfully(ANY, value, extra[attribute]) if attribute in extra else _wire.encode(value)
    shape = member.shape
    if member.computed:
        return _encode_computed(shape, value)
    unproven = not as_annotated and not shape.doubts.custom
    if unproven or shape.doubts.must_read_back():
        return encode_faithfully(shape, value, getattr(instance, member.name))
    try:
        return shape.encode(value)
    except Mismatch:
        return encode_faithfully(shape, value, getattr(instance, member.name))


def _encode_computed(shape: Shape, value: Any) -> AttributeValue:
    """Encode a computed value; it is never read back, so that its annotation is only a hint."""
    try:
        return shape.encode(value)
    except Mismatch:
        return _wire.encode(value)


def _refuse(model: type[BaseModel], error: Unstorable, cause: Exception | None) -> NoReturn:
    raise encoding_error(model, error) from (error.__cause__ or cause)


def encoding_error(model: type[BaseModel], error: Unstorable) -> ItemEncodingError:
    """Say which value of which field cannot be stored, and why."""
    message = f"{model.__name__}{spelt(error.path)} cannot be stored: {error.reason}."
    refusal = ItemEncodingError(message, model_name=model.__name__)
    refusal.path = error.path
    return refusal


def decode_item(
    model: type[ModelT], item: Mapping[str, AttributeValue], *, whole: bool = True, layout: Layout | None = None
) -> ModelT:
    """Validate an item as a model; leniently even for strict models, as DynamoDB has no dates and few other types.

    An item that is not `whole` (an index has only some attributes of it) is not completed with empty sets. A `layout`
    is given for a model that is only read, never stored.

    Raises:
        pydantic.ValidationError: The item does not fit the model.
    """
    data = {attribute: _wire.decode(value) for attribute, value in item.items()}
    return validate_item(model, data, whole=whole, layout=layout)


def validate_item(
    model: type[ModelT], data: dict[str, Any], *, whole: bool = True, layout: Layout | None = None
) -> ModelT:
    """Do so with an item whose values are decoded already; changes them in place.

    Raises:
        pydantic.ValidationError: The item does not fit the model.
    """
    layout = layout_of(model) if layout is None else layout
    if layout.restores:
        restore_record(layout, data, whole=whole)
    return model.model_validate(data, strict=False)


def decode_value(shape: Shape, value: AttributeValue) -> Any:
    """Validate what is stored of one field as a value of that field.

    Raises:
        pydantic.ValidationError: It does not fit the field.
    """
    return shape.adapter.validate_python(restore(shape, _wire.decode(value)), strict=False)


def refresh(instance: BaseModel, new: BaseModel) -> None:
    """Give a model the values of another one of its class, but for what is never stored: that stays as it is."""
    kept = {
        member.name: vars(instance)[member.name]
        for member in layout_of(type(instance)).members.values()
        if not member.stored and member.name in vars(instance)
    }
    object.__setattr__(instance, "__dict__", {**vars(new), **kept})
    object.__setattr__(
        instance, "__pydantic_fields_set__", new.model_fields_set | (kept.keys() & instance.model_fields_set)
    )
    object.__setattr__(instance, "__pydantic_extra__", new.model_extra)
