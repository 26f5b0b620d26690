"""What absent attributes of a stored model mean to a smaller model that reads them: the stored model's default.

A None or an empty set may be stored as an absent attribute, so the smaller model's own default would be another value.
It counts only if its field does not accept what the stored model would have.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from contextlib import suppress
from copy import deepcopy
from typing import Any

from pydamodb._codec.attribute_values import decode
from pydamodb._codec.round_trip import restore
from pydamodb._codec.serializers import dataclass_fields, field_infos
from pydamodb._codec.types import UNKNOWN, StorageType, StoredField

_SEQUENCES = {"sequence", "tuple"}


def fill_absent(record: type, pairs: Iterable[tuple[StoredField, StoredField]], data: dict[str, Any]) -> None:
    """Add the values of absent attributes to decoded data, in place, also inside of it.

    Each pair is a field of the stored record, and the field that reads it. The data has the names of the latter.
    """
    for source, wanted in pairs:
        if wanted.attribute in data:
            _fill_inside(source.storage, wanted.storage, data[wanted.attribute])
        elif (value := _meaning(record, source)) is not UNKNOWN:
            with suppress(Exception):  # a serializer or validator may raise anything: the value is not accepted
                as_read = value if source.omits(value) else _as_read(source.storage, value)
                _fill_inside(source.storage, wanted.storage, as_read)
                wanted.storage.adapter.validate_python(restore(wanted.storage, deepcopy(as_read)), strict=False)
                data[wanted.attribute] = as_read


def _as_read(storage: StorageType, value: object) -> Any:
    """Return a value as it would be read if it were stored."""
    return decode(storage.encode(storage.adapter.dump_python(value, warnings=False)))


def _fill_inside(source: StorageType, wanted: StorageType, value: Any) -> None:
    if not source.ambiguity.subclasses_of:  # it contains no records
        return
    if isinstance(value, list) and source.kind in _SEQUENCES and wanted.kind in _SEQUENCES:
        for index, element in enumerate(value):
            _fill_inside(source.element_at(index), wanted.element_at(index), element)
    elif isinstance(value, dict) and source.kind == wanted.kind == "map":
        for element in value.values():
            _fill_inside(source.element, wanted.element, element)
    elif isinstance(value, dict) and source.schema is not None and wanted.schema is not None:
        stored, smaller = source.schema(), wanted.schema()
        if stored.record is not smaller.record:
            by_attribute = stored.by_attribute
            fields = [each for each in smaller.fields.values() if not each.computed and each.attribute in by_attribute]
            fill_absent(stored.record, [(by_attribute[each.attribute], each) for each in fields], value)


def _meaning(record: type, field: StoredField) -> object:
    """Return what the stored record reads an absent attribute as, UNKNOWN if it needs the attribute."""
    if not field.stored:
        return UNKNOWN
    if field.computed:
        return None
    if field.filled:
        return set[Any]()
    if (info := field_infos(record).get(field.name)) is not None:
        try:
            value: object = UNKNOWN if info.is_required() else info.get_default(call_default_factory=True)
        except (TypeError, ValueError):  # a factory that takes the values of other fields
            return UNKNOWN
        return value
    for each in dataclass_fields(record):
        if each.name == field.name:
            if each.default_factory is not dataclasses.MISSING:
                return each.default_factory()
            return UNKNOWN if each.default is dataclasses.MISSING else each.default
    return UNKNOWN  # a typed dict
