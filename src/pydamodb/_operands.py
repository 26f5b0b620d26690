"""Values beside fields: operands, keys and new values, encoded as the field itself would be.

An operand is not validated (a comparison may well lie outside of what the field allows), only serialised; a new value
is validated first, by the type and the constraints of its field. Validators that stand on the class itself need a whole
model, and are not run.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pydantic
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json

from pydamodb import _wire
from pydamodb._compile import ALL_FIELDS, hand_serialised
from pydamodb._items import encode_faithfully, encoding_error
from pydamodb._paths import Path
from pydamodb._shapes import Mismatch, Shape
from pydamodb._wire import AttributeValue, Unstorable
from pydamodb.exceptions import InvalidUpdateError

__all__ = ["element_operand", "new_value", "operand"]


def operand(path: Path, value: Any) -> AttributeValue:
    """Encode a value as the field at the path would store it.

    A number fits every field that is stored as a number. Any other value but bytes fits if its JSON form
    stands for a value of the field (the text of a UUID or a datetime, the value of an Enum), and is validated as such.

    Raises:
        Unstorable: The value does not fit the field.
    """
    try:
        return path.shape.encode(_serialised(path, value))
    except Mismatch as misfit:
        return _converted(path.shape, value, misfit)
    except PydanticSerializationError as error:
        reason = f"the field's serialiser refused {type(value).__name__}"
        raise Unstorable(reason) from error


def element_operand(shape: Shape, value: Any) -> AttributeValue:
    """Encode a value as an element of a container would be stored.

    Raises:
        Unstorable: The value does not fit the elements.
    """
    try:
        return shape.encode(_dumped(shape, value))
    except Mismatch as misfit:
        return _converted(shape, value, misfit)


def new_value(path: Path, value: Any) -> AttributeValue:
    """Encode what an update is to store: validated by its field, and read back if in doubt.

    Raises:
        InvalidUpdateError: The field does not accept the value.
        ItemEncodingError: The value has no exact stored form.
    """
    shape, model_name = path.shape, path.model.__name__
    try:
        valid = shape.adapter.validate_python(value)
    except pydantic.ValidationError as error:
        reason = error.errors(include_input=False, include_url=False)[0]["msg"]
        message = f"{path.described} does not accept the new value of type {type(value).__name__}: {reason}."
        raise InvalidUpdateError(message, model_name=model_name) from error
    try:
        dumped = _serialised(path, valid)
        return encode_faithfully(shape, dumped, valid) if shape.doubts else shape.encode(dumped)
    except Unstorable as error:
        raise encoding_error(path.model, Unstorable(error.reason, (*path.steps, *error.path))) from error
    except PydanticSerializationError as error:
        raise encoding_error(path.model, Unstorable("the field's serialiser refused it", path.steps)) from error


def _serialised(path: Path, value: Any) -> Any:
    """Return what the field's own serialisers make of the value."""
    owner, member = path.owner, path.member
    if owner is not None and member is not None and not member.computed and issubclass(owner, BaseModel):
        by_hand = hand_serialised(owner)
        if by_hand is not ALL_FIELDS and member.name in by_hand:
            return _serialised_by_model(owner, member.name, value)
    return _dumped(path.shape, value)


def _dumped(shape: Shape, value: Any) -> Any:
    return shape.adapter.dump_python(value, by_alias=True, warnings=False)


def _serialised_by_model(model: type[BaseModel], name: str, value: Any) -> Any:
    """Run a serialiser that stands on the class: Pydantic calls it for an instance, so one with this field is made."""
    instance = model.__new__(model)
    for slot, content in {
        "__dict__": {name: value},
        "__pydantic_fields_set__": {name},
        "__pydantic_extra__": None,
        "__pydantic_private__": None,
    }.items():
        object.__setattr__(instance, slot, content)
    (dumped,) = BaseModel.model_dump(instance, include={name}, warnings=False).values()
    return dumped


def _converted(shape: Shape, value: Any, misfit: Mismatch) -> AttributeValue:
    if shape.tags == frozenset("N") and isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _wire.number(value)
    if isinstance(value, (bytes, bytearray)):
        raise misfit
    try:
        meant = shape.adapter.validate_json(to_json(value), strict=True)
    except (pydantic.ValidationError, PydanticSerializationError):
        raise misfit from None
    return shape.encode(_dumped(shape, meant))
