"""Values beside fields: operands, keys and new values, encoded as the field itself would be.

An operand is not validated (a comparison may well lie outside of what the field allows), only serialised; a new value
is validated first, by the type and the constraints of its field. Validators that stand on the class itself need a whole
model, and are not run.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import pydantic
from pydantic import BaseModel, TypeAdapter
from pydantic_core import PydanticSerializationError, to_json
from typing_extensions import is_typeddict

from pydamodb import _wire
from pydamodb._compile import ALL_FIELDS, hand_serialised
from pydamodb._items import encoding_error
from pydamodb._paths import Path
from pydamodb._read_back import encode_faithfully, first_problem
from pydamodb._shapes import Member, Mismatch, Shape
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
    return _encoded(path.shape, value, lambda: _serialised(path, value))


def element_operand(shape: Shape, value: Any) -> AttributeValue:
    """Encode a value as an element of a container would be stored.

    Raises:
        Unstorable: The value does not fit the elements.
    """
    return _encoded(shape, value, lambda: _dumped(shape, value))


def _encoded(shape: Shape, value: Any, serialise: Callable[[], Any]) -> AttributeValue:
    try:
        if shape.layout is not None and not _is_instance(value, shape.layout().record):
            reason = f"expected {shape.layout().record.__name__}, got {type(value).__name__}"
            raise Unstorable(reason)
        encoded = shape.encode(serialise())
        if shape.layout is None and shape.doubts.subclasses_of:
            _check_records(shape, value)
    except Mismatch as misfit:
        return _converted(shape, value, misfit)
    except PydanticSerializationError as error:
        reason = f"the field's serialiser refused {type(value).__name__}"
        raise Unstorable(reason) from error
    except RecursionError as error:
        raise Unstorable("it is nested too deep; DynamoDB keeps 32 levels") from error
    return encoded


def _check_records(shape: Shape, value: Any) -> None:
    """Refuse a container of dicts where one of records belongs: it would lack their defaults and aliases."""
    try:
        shape.adapter.dump_python(value, warnings="error")
    except PydanticSerializationError:
        raise Mismatch("its values are not of the types that the field has") from None


def _is_instance(value: object, record: type) -> bool:
    return isinstance(value, dict if is_typeddict(record) else record)


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
        message = f"{path.described} does not accept the new {type(value).__name__}: {first_problem(error)}."
        raise InvalidUpdateError(message, model_name=model_name) from error
    try:
        dumped = _serialised(path, valid)
        return encode_faithfully(shape, dumped, valid) if shape.doubts.must_read_back() else shape.encode(dumped)
    except Unstorable as error:
        raise encoding_error(path.model, Unstorable(error.reason, (*path.steps, *error.path))) from error
    except PydanticSerializationError as error:
        raise encoding_error(path.model, Unstorable("the field's serialiser refused it", path.steps)) from error
    except RecursionError as error:
        raise encoding_error(path.model, Unstorable("it is nested too deep", path.steps)) from error


def _serialised(path: Path, value: Any) -> Any:
    """Return what the field's own serialisers make of the value."""
    owner, member = path.owner, path.member
    if owner is None or member is None:
        return _dumped(path.shape, value)
    by_hand = hand_serialised(owner)
    if by_hand is not ALL_FIELDS and member.name not in by_hand:
        return _dumped(path.shape, value)
    if member.computed:
        reason = "a serialiser of the class writes this computed field; put it into the return annotation instead"
        raise Unstorable(reason)
    return _serialised_by_class(owner, member, value)


def _dumped(shape: Shape, value: Any) -> Any:
    return shape.adapter.dump_python(value, by_alias=True, warnings=False)


def _serialised_by_class(owner: type, member: Member, value: Any) -> Any:
    """Run a serialiser that stands on the class: Pydantic calls it for an instance, so one with this field is made."""
    instance: Any = cast("Any", owner).__new__(owner)
    slots: dict[str, Any] = {"__dict__": {member.name: value}}
    if issubclass(owner, BaseModel):
        slots |= {"__pydantic_fields_set__": {member.name}, "__pydantic_extra__": None, "__pydantic_private__": None}
    for slot, content in slots.items():
        object.__setattr__(instance, slot, content)
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(cast("Any", owner))
        dumped = adapter.dump_python(instance, include={member.name}, by_alias=True, warnings=False)
        return dumped[member.attribute]
    except (PydanticSerializationError, AttributeError, KeyError, TypeError) as error:
        reason = f"the serialisers of {owner.__name__} cannot write this field alone, as a comparison needs it"
        raise Unstorable(reason) from error


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
