"""Encoding of operands, keys and new values: each is encoded as its field would encode it.

A comparison can use a value that the field does not allow: constraints do not apply to an operand. If validation may
change the values of a field, an operand and a key are validated, and must have one stored form that reads back equal. A
new value is validated by its field and the field's validators, a new element by the type of the elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any, cast

import pydantic
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json
from typing_extensions import is_typeddict

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.field_rules import FieldRules, field_rules
from pydamodb._codec.items import encoding_error
from pydamodb._codec.round_trip import encode_with_round_trip, first_problem, restore
from pydamodb._codec.serializers import ALL_FIELDS, class_serialized_fields
from pydamodb._codec.types import Mismatch, StorageType, StoredField
from pydamodb._core.exceptions import InvalidUpdateError
from pydamodb._expressions.paths import Path

# Fields of these types store a number in the same way.
_NUMBERS = frozenset({int, float, Decimal})


def operand(path: Path, value: Any) -> AttributeValue:
    """Encode a value as the field at the path would store it.

    A number fits each field that is stored as a number. Other values (not bytes) fit if the field accepts their JSON
    form: the text of a UUID or a datetime, the value of an Enum.

    Raises:
        Unstorable: The value does not fit the field.
    """
    if path.storage.base in _NUMBERS and type(value) in _NUMBERS:
        return attribute_values.number(value)
    if rules := _rules_of(path):
        return _in_stored_form(path.storage, value, rules, partial(_serialized, path))
    return _encode_operand(path.storage, value, lambda: _serialized(path, value))


def key_operand(path: Path, value: Any) -> AttributeValue:
    """Encode a key as the field at the path would store it. It is validated if validation may change it.

    Raises:
        Unstorable: The value does not fit the field, or its stored form is not certain.
    """
    if rules := _rules_of(path):
        return _in_stored_form(path.storage, value, rules, partial(_serialized, path), is_key=True)
    return operand(path, value)


def _rules_of(path: Path) -> FieldRules | None:
    # Each field has a storage type of its own, which keeps its rules.
    kept: dict[str, FieldRules | None] = vars(path.storage)
    return kept["rules"] if "rules" in kept else field_rules(path.owner, path.field, path.storage)


def element_operand(storage: StorageType, value: Any) -> AttributeValue:
    """Encode a value as an element of a container; raise Unstorable if it does not fit the elements."""
    if rules := field_rules(None, None, storage):
        return _in_stored_form(storage, value, rules, partial(_dumped, storage))
    return _encode_operand(storage, value, lambda: _dumped(storage, value))


def _in_stored_form(
    storage: StorageType, value: Any, rules: FieldRules, serialize: Callable[[Any], Any], *, is_key: bool = False
) -> AttributeValue:
    """Encode a value as it is and as validation changes it. If the two differ, only one may be what is stored."""
    as_given = partial(_encode_operand, storage, value, lambda: serialize(value), has_rules=True)
    if storage.expires or (not is_key and storage.base is not str and type(value) is storage.base):
        return as_given()
    try:
        valid = rules.validate(value, lenient=not is_key)
    except Exception as error:  # noqa: BLE001 - a user's validator may raise anything
        encoded = as_given()
        if is_key and not _reads_as(storage, rules, encoded, value, lenient=False):
            raise Unstorable(refusal(error, below=1)) from None
        return encoded
    if valid is value:
        return as_given()
    encoded = _encode_operand(storage, valid, lambda: serialize(valid), has_rules=True)
    try:
        given = as_given()
    except Unstorable:
        if _reads_as(storage, rules, encoded, valid):
            return encoded  # as it is given, the value has no form
        raise
    if given == encoded:
        return encoded
    forms = [form for form, of in ((given, value), (encoded, valid)) if _reads_as(storage, rules, form, of)]
    if len(forms) != 1:
        reason = "it may be a value of the field, or the input of one, which are stored in two forms"
        raise Unstorable(reason if forms else "validation changes it each time: a validator must accept its own result")
    return forms[0]


def _reads_as(
    storage: StorageType, rules: FieldRules, encoded: AttributeValue, value: Any, *, lenient: bool = True
) -> bool:
    try:
        back = rules.validate(restore(storage, attribute_values.decode(encoded)), strict=False, lenient=lenient)
        return type(back) is type(value) and bool(back == value)
    except Exception:  # noqa: BLE001 - a user's validator, or `__eq__`, may raise anything
        return False


def refusal(error: Exception, *, below: int = 0) -> str:
    """Return why a value was refused, without the value."""
    if isinstance(error, pydantic.ValidationError):
        return first_problem(error, below=below)
    return f"its validator raised {type(error).__name__}; it may need values of other fields, which are not known here"


def text_operand(path: Path, text: Any) -> Any:
    """Return a part of a text in the case in which the field keeps its texts."""
    rules = _rules_of(path)
    if rules is not None and type(text) is str:
        with suppress(Exception):  # a part of a text need not be valid
            valid = rules.validate(text.strip(), lenient=True)
            return text.replace(text.strip(), valid) if valid.lower() == text.strip().lower() else text
    return text


def _encode_operand(
    storage: StorageType, value: Any, serialize: Callable[[], Any], *, has_rules: bool = False
) -> AttributeValue:
    try:
        if storage.schema is not None:
            record = storage.schema().record
            if not isinstance(value, dict if is_typeddict(record) else record):
                raise Unstorable(f"expected {record.__name__}, got {type(value).__name__}")
        # Without rules, serializers do not change a scalar of exactly the field's type. `Base64Bytes` has rules.
        serialized = value if type(value) is storage.base and not has_rules else serialize()
        encoded = (storage.encode_operand or storage.encode)(serialized)
        if storage.schema is None and storage.ambiguity.subclasses_of:
            _check_records(storage, value)
    except Mismatch as mismatch:
        return _encode_json_form(storage, value, mismatch)
    except PydanticSerializationError:
        raise Unstorable(f"the field's serializer refused {type(value).__name__}") from None
    except RecursionError:
        raise Unstorable("it is nested too deep; DynamoDB keeps 32 levels") from None
    return encoded


def _check_records(storage: StorageType, value: Any) -> None:
    """Refuse dicts in place of records in a container: they do not have the defaults and aliases of the records."""
    try:
        storage.adapter.dump_python(value, warnings="error")
    except PydanticSerializationError:
        raise Mismatch("its values do not have the types of the field") from None


def new_value(path: Path, value: Any, known: Callable[[], Mapping[str, Any]] | None = None) -> AttributeValue:
    """Validate and encode a new value of an update; check the round trip if reading may change the value.

    Validators of a field of the model see the values of other fields that `known` returns.

    Raises:
        InvalidUpdateError: The field does not accept the value.
        ItemEncodingError: The value has no exact stored form.
    """
    rules = _rules_of(path)
    others = known() if known and rules and len(path.steps) == 1 else None
    return _encode_new(path, path.storage, value, partial(_serialized, path), rules=rules, known=others)


def new_elements(path: Path, values: Iterable[Any]) -> list[AttributeValue]:
    """Validate and encode new elements of the list or the set at the path.

    Raises:
        InvalidUpdateError: The field has no elements, or it does not accept these elements.
        ItemEncodingError: A value has no exact stored form.
    """
    storage = path.storage
    if storage.kind not in {"sequence", "set", "any"} or storage.custom:
        reason = "has its own serializer: set the whole value" if storage.custom else "has no elements"
        raise InvalidUpdateError(f"{path.described} {reason}", model_name=path.model.__name__)
    given = [*values]
    if storage.kind == "any":
        _check_type(path, {*given} if isinstance(values, (set, frozenset)) else given)
    element = storage.element
    rules = field_rules(None, None, element)
    return [_encode_new(path, element, value, partial(_dumped, element), rules=rules) for value in given]


# The types of Pydantic's errors about the type of a value, not about the value.
_ABOUT_TYPES = re.compile(r".*(_type|_parsing)|is_(instance|subclass)_of")


def _check_type(path: Path, value: Any) -> None:
    """Refuse a value that no value of the field can be: a list or a set for a URL, for example."""
    try:
        path.storage.adapter.validate_python(value)
    except pydantic.ValidationError as error:
        if all(_ABOUT_TYPES.fullmatch(problem["type"]) for problem in error.errors(include_input=False)):
            reason = f"it is never a {type(value).__name__}: {first_problem(error)}"
            raise InvalidUpdateError(f"{path.described}: {reason}", model_name=path.model.__name__) from None
    except Exception:  # noqa: BLE001, S110 - a user's validator may raise anything, which says nothing of types
        pass


def _encode_new(
    path: Path,
    storage: StorageType,
    value: Any,
    serialize: Callable[[Any], Any],
    *,
    rules: FieldRules | None,
    known: Mapping[str, Any] | None = None,
) -> AttributeValue:
    validate = storage.adapter.validator.validate_python if rules is None else partial(rules.validate, known=known)
    try:
        valid = validate(value)
    except Exception as error:  # noqa: BLE001 - a user's validator may raise anything
        reason = refusal(error, below=0 if rules is None else 1)
        message = f"{path.described} does not accept the new {type(value).__name__}: {reason}."
        raise InvalidUpdateError(message, model_name=path.model.__name__) from None
    try:
        dumped = valid if type(valid) is storage.base and rules is None else serialize(valid)
        if rules is not None:
            return encode_with_round_trip(storage, dumped, valid, partial(rules.validate, known=known, strict=False))
        if storage.ambiguous or (storage.kind != "scalar" and storage.ambiguity.needs_round_trip()):
            return encode_with_round_trip(storage, dumped, valid)
        try:
            return storage.encode(dumped)
        except Mismatch:  # a default inside a model that does not have the type of its field
            return encode_with_round_trip(storage, dumped, valid)
    except Unstorable as error:
        raise encoding_error(path.model, Unstorable(error.reason, (*path.steps, *error.path))) from None
    except PydanticSerializationError:
        raise encoding_error(path.model, Unstorable("the field's serializer refused it", path.steps)) from None
    except RecursionError:
        raise encoding_error(path.model, Unstorable("it is nested too deep", path.steps)) from None


def accepts(path: Path, value: Any) -> bool:
    """Return True if the field at the path accepts a value."""
    rules = _rules_of(path)
    try:
        path.storage.adapter.validate_python(value) if rules is None else rules.validate(value)
    except Exception:  # noqa: BLE001 - a user's validator may raise anything
        return False
    return True


def _is_written_by_class(path: Path) -> bool:
    """Return True if a serializer of the class writes the field: its annotation alone does not read what is written."""
    names = class_serialized_fields(path.owner) if path.owner else frozenset[str]()
    return names is ALL_FIELDS or (path.field is not None and path.field.name in names)


def amount(path: Path, value: Any) -> AttributeValue:
    """Encode a number of the field's type, which is added to the number at the path or subtracted from it.

    The constraints of the field are not checked: they apply to the sum, which only DynamoDB knows.

    Raises:
        InvalidUpdateError: The field is not stored as a number, or it has another type of number.
    """
    reason = f"a number cannot be added to a value stored as {', '.join(sorted(path.storage.data_types))}"
    if path.storage.data_types <= {"N"} and path.storage.kind in {"scalar", "any"}:
        if path.storage.kind == "any":
            _check_type(path, value)
        try:
            return _encode_amount(path.storage, value)
        except Unstorable as error:
            reason = error.reason
    raise InvalidUpdateError(f"{path.described}: {reason}", model_name=path.model.__name__)


def _encode_amount(storage: StorageType, value: Any) -> AttributeValue:
    """Encode a number as the field would; float and Decimal fields also accept an int."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, timedelta)):
        raise Unstorable(f"only numbers can be added or subtracted, got {type(value).__name__}")
    mismatches: list[Mismatch] = []
    for number in _as_numbers(value):
        try:
            return storage.encode(number)
        except Mismatch as mismatch:  # noqa: PERF203 - three at most
            mismatches.append(mismatch)
    raise mismatches[0]


def _as_numbers(value: Any) -> Iterator[Any]:
    yield value
    if type(value) is int:
        attribute_values.number(value)  # refuses too many digits, before a float rounds them
        yield Decimal(value)
        yield float(value)


def takes_values_of(path: Path, other: Path) -> bool:
    """Return True if the field at `path` can read the stored values of `other`, or if this is not known."""
    storage, given = path.storage, other.storage
    if not storage.data_types or not given.data_types:
        return True
    stored_as_null = given.nullable and not (other.field is not None and other.field.absent is None)
    if not given.data_types <= storage.data_types or (stored_as_null and not storage.nullable):
        return False
    wider: dict[type | None, set[type]] = {int: {float, Decimal}}
    return storage.base in {None, str, given.base} or storage.base in wider.get(given.base, ())


def _serialized(path: Path, value: Any) -> Any:
    """Return the value as the serializers of the field write it."""
    owner, field = path.owner, path.field
    if owner is None or field is None:
        return _dumped(path.storage, value)
    if not _is_written_by_class(path):
        return _dumped(path.storage, value)
    if field.computed:
        reason = "a serializer of the class writes this computed field; move the serializer to the return annotation"
        raise Unstorable(reason)
    return _serialized_by_class(owner, field, value)


def _dumped(storage: StorageType, value: Any) -> Any:
    return storage.adapter.dump_python(value, warnings=False)


def _serialized_by_class(owner: type, field: StoredField, value: Any) -> Any:
    """Run a serializer of the class on an instance with this field alone, because Pydantic needs an instance."""
    instance: Any = cast("Any", owner).__new__(owner)
    slots: dict[str, Any] = {"__dict__": {field.name: value}}
    if issubclass(owner, BaseModel):
        slots |= {"__pydantic_fields_set__": {field.name}, "__pydantic_extra__": None, "__pydantic_private__": None}
    for slot, content in slots.items():
        object.__setattr__(instance, slot, content)
    try:
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(cast("Any", owner))
        dumped = adapter.dump_python(instance, include={field.name}, warnings=False)
        return dumped[field.names.dumped]
    except (PydanticSerializationError, AttributeError, KeyError, TypeError):
        reason = f"the serializers of {owner.__name__} cannot write this field alone, which a comparison needs"
        raise Unstorable(reason) from None


def _encode_json_form(storage: StorageType, value: Any, mismatch: Mismatch) -> AttributeValue:
    """Encode a number, or the value of the field that has this JSON form."""
    if storage.data_types == frozenset("N") and isinstance(value, (int, float, Decimal)) and type(value) is not bool:
        return attribute_values.number(value)
    if isinstance(value, (bytes, bytearray)):
        raise mismatch
    try:
        valid = storage.adapter.validate_json(to_json(value), strict=True)
    except (pydantic.ValidationError, PydanticSerializationError):
        raise mismatch from None
    return storage.encode(_dumped(storage, valid))
