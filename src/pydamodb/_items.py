"""Models to items and items to models: lossless, or refused before anything is sent."""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar, cast

import pydantic
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from pydamodb import _wire
from pydamodb._compile import layout_of
from pydamodb._shapes import ANY, Member, Mismatch, Shape, restore, restore_record
from pydamodb._wire import AttributeValue, Unstorable
from pydamodb.exceptions import ItemEncodingError

__all__ = ["decode_item", "encode_faithfully", "encode_item", "encoding_error"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def encode_item(instance: BaseModel, *, only: set[str] | None = None) -> dict[str, AttributeValue]:
    """Encode a model, or some of its fields, as the attributes of an item.

    Raises:
        ItemEncodingError: A value has no exact stored form.
    """
    model = type(instance)
    layout = layout_of(model)
    try:
        layout.check_readable()
    except Unstorable as error:
        _refuse(model, error, None)
    data, as_annotated = _dump(instance, only)
    item: dict[str, AttributeValue] = {}
    for attribute, value in data.items():
        member = layout.by_attribute.get(attribute)
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
        extra = instance.model_extra
        return encode_faithfully(ANY, value, extra[attribute]) if extra else _wire.encode(value)
    shape = member.shape
    if member.computed:
        return _encode_computed(shape, value)
    if shape.doubts or not (as_annotated or shape.doubts.custom):
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


def encode_faithfully(shape: Shape, dumped: Any, original: Any) -> AttributeValue:
    """Encode a value, read it back as the table would hand it out, and refuse it if it came back as another.

    Where the value is of another type than its annotation (an int in a Decimal field), what came back is stored: it
    is equal, and it is of the type that conditions are made for.
    """
    try:
        encoded, misfit = shape.encode(dumped), None
    except Mismatch as error:
        encoded, misfit = _wire.encode(dumped), error
    try:
        back = shape.adapter.validate_python(restore(shape, _wire.decode(encoded)), strict=False)
    except pydantic.ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]["msg"]
        reason = f"{misfit.reason if misfit else type(original).__name__} does not read back: {first}"
        raise Unstorable(reason) from error
    if not _equal(back, original):
        reason = (
            f"{type(original).__name__} would read back as another value ({type(back).__name__}) here; annotate the "
            f"field with the one type that it holds, or give it a serialiser"
        )
        raise Unstorable(f"{misfit.reason}; {reason}" if misfit else reason)
    return encoded if misfit is None else shape.encode(shape.adapter.dump_python(back, by_alias=True, warnings=False))


def _equal(one: Any, other: Any) -> bool:
    """Compare values; for Python True is 1, for DynamoDB it is not."""
    try:
        return bool(one == other) and _same_booleans(one, other)
    except Exception:  # noqa: BLE001 - a user's own __eq__; what cannot be compared is not known to be equal
        return False


def _same_booleans(one: Any, other: Any) -> bool:
    """Tell whether two equal values have their booleans in the same places."""
    if isinstance(one, bool) or isinstance(other, bool):
        return type(one) is type(other)
    if isinstance(one, BaseModel) and isinstance(other, BaseModel):
        return _same_booleans(vars(one), vars(other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(_same_booleans(value, other[key]) for key, value in one.items())
    if isinstance(one, (list, tuple, deque)):
        return all(map(_same_booleans, one, other))
    if isinstance(one, (set, frozenset)):
        return {True, False}.isdisjoint(one) or set(map(type, one)) == set(map(type, other))
    return True


def _refuse(model: type[BaseModel], error: Unstorable, cause: Exception | None) -> NoReturn:
    raise encoding_error(model, error) from (error.__cause__ or cause)


def encoding_error(model: type[BaseModel], error: Unstorable) -> ItemEncodingError:
    """Say which value of which field cannot be stored, and why."""
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.path)
    refusal = ItemEncodingError(f"{model.__name__}{where} cannot be stored: {error.reason}.", model_name=model.__name__)
    refusal.path = error.path
    return refusal


def decode_item(model: type[ModelT], item: Mapping[str, AttributeValue]) -> ModelT:
    """Validate an item as a model; leniently even for strict models, as DynamoDB has no dates and few other types.

    Raises:
        pydantic.ValidationError: The item does not fit the model.
    """
    layout = layout_of(model)
    data = {attribute: _wire.decode(value) for attribute, value in item.items()}
    if layout.restores:
        restore_record(layout, data)
    return model.model_validate(data, strict=False)
