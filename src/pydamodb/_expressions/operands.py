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

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.items import encoding_error
from pydamodb._codec.round_trip import encode_with_round_trip, first_problem
from pydamodb._codec.serializers import ALL_FIELDS, class_serialized_fields
from pydamodb._codec.types import Mismatch, StorageType, StoredField
from pydamodb._core.exceptions import InvalidUpdateError
from pydamodb._expressions.paths import Path

# Of fields with these types all numbers are stored alike.
_NUMBERS = frozenset({int, float, Decimal})


def operand(path: Path, value: Any) -> AttributeValue:
    """Encode a value as the field at the path would store it.

    A number fits every field that is stored as a number. Any other value but bytes fits if its JSON form
    stands for a value of the field (the text of a UUID or a datetime, the value of an Enum), and is validated as such.

    Raises:
        Unstorable: The value does not fit the field.
    """
    if path.storage.base in _NUMBERS and type(value) in _NUMBERS:
        return attribute_values.number(value)
    return _encoded(path.storage, value, lambda: _serialized(path, value))


def element_operand(storage: StorageType, value: Any) -> AttributeValue:
    """Encode a value as an element of a container would be stored.

    Raises:
        Unstorable: The value does not fit the elements.
    """
    return _encoded(storage, value, lambda: _dumped(storage, value))


def _encoded(storage: StorageType, value: Any, serialize: Callable[[], Any]) -> AttributeValue:
    try:
        if storage.schema is not None and not _is_instance(value, storage.schema().record):
            reason = f"expected {storage.schema().record.__name__}, got {type(value).__name__}"
            raise Unstorable(reason)
        encoded = (storage.encode_operand or storage.encode)(value if _is_plain(storage, value) else serialize())
        if storage.schema is None and storage.ambiguity.subclasses_of:
            _check_records(storage, value)
    except Mismatch as misfit:
        return _converted(storage, value, misfit)
    except PydanticSerializationError as error:
        reason = f"the field's serialiser refused {type(value).__name__}"
        raise Unstorable(reason) from error
    except RecursionError as error:
        raise Unstorable("it is nested too deep; DynamoDB keeps 32 levels") from error
    return encoded


def _check_records(storage: StorageType, value: Any) -> None:
    """Refuse a container of dicts where one of records belongs: it would lack their defaults and aliases."""
    try:
        storage.adapter.dump_python(value, warnings="error")
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
    return _new(path, path.storage, value, lambda valid: _serialized(path, valid))


def new_elements(path: Path, values: Iterable[Any]) -> list[AttributeValue]:
    """Encode new elements of the list or the set at the path.

    Raises:
        InvalidUpdateError: The field holds no elements, or none like these.
        ItemEncodingError: A value has no exact stored form.
    """
    storage = path.storage
    if storage.kind not in {"sequence", "set", "any"} or storage.custom:
        reason = "is written by a serialiser of its own: set its whole value" if storage.custom else "has no elements"
        raise InvalidUpdateError(f"{path.described} {reason}", model_name=path.model.__name__)
    element = storage.element
    return [_new(path, element, value, lambda valid: _dumped(element, valid)) for value in values]


def _new(path: Path, storage: StorageType, value: Any, serialize: Callable[[Any], Any]) -> AttributeValue:
    try:
        valid = storage.adapter.validator.validate_python(value)
    except pydantic.ValidationError as error:
        message = f"{path.described} does not accept the new {type(value).__name__}: {first_problem(error)}."
        raise InvalidUpdateError(message, model_name=path.model.__name__) from error
    try:
        dumped = valid if _is_plain(storage, valid) else serialize(valid)
        return (
            encode_with_round_trip(storage, dumped, valid)
            if storage.ambiguity.needs_round_trip()
            else storage.encode(dumped)
        )
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
    reason = f"a number cannot be added to what is stored as {', '.join(sorted(path.storage.data_types))}"
    if path.storage.data_types <= {"N"} and path.storage.kind in {"scalar", "any"}:
        try:
            return _amount(path.storage, value)
        except Unstorable as error:
            reason = error.reason
    raise InvalidUpdateError(f"{path.described}: {reason}", model_name=path.model.__name__)


def _amount(storage: StorageType, value: Any) -> AttributeValue:
    """Encode a number as the field would; an int is a number for float and Decimal fields too."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, timedelta)):
        reason = f"a number is added or subtracted, got {type(value).__name__}"
        raise Unstorable(reason)
    misfits: list[Mismatch] = []
    for number in _readings(value):
        try:
            return storage.encode(number)
        except Mismatch as misfit:  # noqa: PERF203 - three at most
            misfits.append(misfit)
    raise misfits[0]


def _readings(value: Any) -> Iterator[Any]:
    yield value
    if type(value) is int:
        attribute_values.number(value)  # refuses what is too long, before a float rounds it
        yield Decimal(value)
        yield float(value)


def takes_values_of(path: Path, other: Path) -> bool:
    """Tell whether what is stored at the other path can be read at this one; yes, if it is not known."""
    storage, given = path.storage, other.storage
    if not storage.data_types or not given.data_types:
        return True
    stored_as_null = given.nullable and not (other.field is not None and other.field.absent is None)
    if not given.data_types <= storage.data_types or (stored_as_null and not storage.nullable):
        return False
    wider: dict[type | None, set[type]] = {int: {float, Decimal}}
    return storage.base in {None, str, given.base} or storage.base in wider.get(given.base, ())


def _is_plain(storage: StorageType, value: object) -> bool:
    """Tell whether a value is a scalar of just its type, which no serialiser changes."""
    return type(value) is storage.base


def _serialized(path: Path, value: Any) -> Any:
    """Return what the field's own serialisers make of the value."""
    owner, field = path.owner, path.field
    if owner is None or field is None:
        return _dumped(path.storage, value)
    class_serialized = class_serialized_fields(owner)
    if class_serialized is not ALL_FIELDS and field.name not in class_serialized:
        return _dumped(path.storage, value)
    if field.computed:
        reason = "a serialiser of the class writes this computed field; put it into the return annotation instead"
        raise Unstorable(reason)
    return _serialized_by_class(owner, field, value)


def _dumped(storage: StorageType, value: Any) -> Any:
    return storage.adapter.dump_python(value, by_alias=True, warnings=False)


def _serialized_by_class(owner: type, field: StoredField, value: Any) -> Any:
    """Run a serialiser that stands on the class: Pydantic calls it for an instance, so one with this field is made."""
    instance: Any = cast("Any", owner).__new__(owner)
    slots: dict[str, Any] = {"__dict__": {field.name: value}}
    if issubclass(owner, BaseModel):
        slots |= {
            "__pydantic_fields_set__": {field.name},
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    for slot, content in slots.items():
        object.__setattr__(instance, slot, content)
    try:
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(cast("Any", owner))
        dumped = adapter.dump_python(instance, include={field.name}, by_alias=True, warnings=False)
        return dumped[field.attribute]
    except (PydanticSerializationError, AttributeError, KeyError, TypeError) as error:
        reason = f"the serialisers of {owner.__name__} cannot write this field alone, as a comparison needs it"
        raise Unstorable(reason) from error


def _converted(storage: StorageType, value: Any, misfit: Mismatch) -> AttributeValue:
    if (
        storage.data_types == frozenset("N")
        and isinstance(value, (int, float, Decimal))
        and not isinstance(value, bool)
    ):
        return attribute_values.number(value)
    if isinstance(value, (bytes, bytearray)):
        raise misfit
    try:
        meant = storage.adapter.validate_json(to_json(value), strict=True)
    except (pydantic.ValidationError, PydanticSerializationError):
        raise misfit from None
    return storage.encode(_dumped(storage, meant))
