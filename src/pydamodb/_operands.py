"""Values beside fields: operands, keys and new values, encoded as the field itself would be.

An operand is not validated (a comparison may well lie outside of what the field allows), only serialised; a new value
is validated first, by the type and the constraints of its field, and new elements by those of the elements. Validators
that stand on the class itself need a whole model, and are not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import pydantic
from pydantic import BaseModel
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

__all__ = ["amount", "element_operand", "new_elements", "new_value", "operand", "takes_values_of"]


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
        encoded = (shape.encode_operand or shape.encode)(value if _is_plain(shape, value) else serialise())
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
    return _new(path, path.shape, value, lambda valid: _serialised(path, valid))


def new_elements(path: Path, values: Iterable[Any]) -> list[AttributeValue]:
    """Encode new elements of the list or the set at the path.

    Raises:
        InvalidUpdateError: The field holds no elements, or none like these.
        ItemEncodingError: A value has no exact stored form.
    """
    shape = path.shape
    if shape.kind not in {"sequence", "set", "any"} or shape.custom:
        reason = "is written by a serialiser of its own: set its whole value" if shape.custom else "has no elements"
        raise InvalidUpdateError(f"{path.described} {reason}", model_name=path.model.__name__)
    element = shape.element
    return [_new(path, element, value, lambda valid: _dumped(element, valid)) for value in values]


def _new(path: Path, shape: Shape, value: Any, serialise: Callable[[Any], Any]) -> AttributeValue:
    try:
        valid = shape.adapter.validator.validate_python(value)
    except pydantic.ValidationError as error:
        message = f"{path.described} does not accept the new {type(value).__name__}: {first_problem(error)}."
        raise InvalidUpdateError(message, model_name=path.model.__name__) from error
    try:
        dumped = valid if _is_plain(shape, valid) else serialise(valid)
        return encode_faithfully(shape, dumped, valid) if shape.doubts.must_read_back() else shape.encode(dumped)
    except Unstorable as error:
        raise encoding_error(path.model, Unstorable(error.reason, (*path.steps, *error.path))) from error
    except PydanticSerializationError as error:
        raise encoding_error(path.model, Unstorable("the field's serialiser refused it", path.steps)) from error
    except RecursionError as error:
        raise encoding_error(path.model, Unstorable("it is nested too deep", path.steps)) from error


def amount(path: Path, value: Any) -> AttributeValue:
    """Encode what is added to, or subtracted from, the number at the path: a number of the field's own type.

    The field's constraints are not asked: they speak of the sum, which nobody knows before DynamoDB does.

    Raises:
        InvalidUpdateError: The field is not stored as a number, or with another type of numbers.
    """
    reason = f"a number cannot be added to what is stored as {', '.join(sorted(path.shape.tags))}"
    if path.shape.tags <= {"N"} and path.shape.kind in {"scalar", "any"}:
        try:
            return _amount(path.shape, value)
        except Unstorable as error:
            reason = error.reason
    raise InvalidUpdateError(f"{path.described}: {reason}", model_name=path.model.__name__)


def _amount(shape: Shape, value: Any) -> AttributeValue:
    """Encode a number as the field would; an int is a number for float and Decimal fields too."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, timedelta)):
        reason = f"a number is added or subtracted, got {type(value).__name__}"
        raise Unstorable(reason)
    misfits: list[Mismatch] = []
    for number in _readings(value):
        try:
            return shape.encode(number)
        except Mismatch as misfit:  # noqa: PERF203 - three at most
            misfits.append(misfit)
    raise misfits[0]


def _readings(value: Any) -> Iterator[Any]:
    yield value
    if type(value) is int:
        _wire.number(value)  # refuses what is too long, before a float rounds it
        yield Decimal(value)
        yield float(value)


def takes_values_of(path: Path, other: Path) -> bool:
    """Tell whether what is stored at the other path can be read at this one; yes, if it is not known."""
    shape, given = path.shape, other.shape
    if not shape.tags or not given.tags:
        return True
    stored_as_null = given.nullable and not (other.member is not None and other.member.absent is None)
    if not given.tags <= shape.tags or (stored_as_null and not shape.nullable):
        return False
    wider: dict[type | None, set[type]] = {int: {float, Decimal}}
    return shape.base in {None, str, given.base} or shape.base in wider.get(given.base, ())


def _is_plain(shape: Shape, value: object) -> bool:
    """Tell whether a value is a scalar of just its type, which no serialiser changes."""
    return type(value) is shape.base


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
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(cast("Any", owner))
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
