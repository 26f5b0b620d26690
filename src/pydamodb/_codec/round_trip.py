"""What is stored must read back: how stored data is prepared for Pydantic, and the proof for values that are in doubt.

Most annotations say how their values are stored and read. Where one does not (`Any`, most unions, a class with
subclasses) or a value is not of the type that it says, the encoded value is decoded and validated before it is sent,
and refused unless what comes back is equal.
"""

# Values of any type are narrowed by isinstance, which leaves the types of their parts unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import pydantic
from pydantic import BaseModel

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue, Unstorable
from pydamodb._codec.types import ANY, Mismatch, RecordSchema, StorageType


def restore(storage: StorageType, value: Any) -> Any:
    """Undo what storing did to decoded data: take computed fields out, put empty sets in. Changes it in place."""
    if isinstance(value, dict):
        if storage.schema is not None:
            restore_record(storage.schema(), value)
        elif storage.kind == "map":
            for element in value.values():
                restore(storage.elements[0], element)
    elif isinstance(value, list) and storage.kind in {"sequence", "tuple"}:
        for index, element in enumerate(value):
            restore(storage.elements[min(index, len(storage.elements) - 1)], element)
    return value


def restore_record(schema: RecordSchema, data: dict[str, Any], *, whole: bool = True) -> None:
    """Do the same to the data of a whole record, or of what an index has of it: there, absence means nothing."""
    for attribute in schema.strips:
        data.pop(attribute, None)
    for attribute in schema.fills if whole else ():
        data.setdefault(attribute, set())
    for field in schema.fields.values():
        if field.attribute in data and not field.computed:
            restore(field.storage, data[field.attribute])


def encode_with_round_trip(storage: StorageType, dumped: Any, original: Any) -> AttributeValue:
    """Encode a value, read it back as the table would hand it out, and refuse it if it came back as another.

    Where the value is of another type than its annotation (an int in a Decimal field), what came back is stored: it
    is equal, and it is of the type that conditions are made for.
    """
    try:
        encoded, misfit = storage.encode(dumped), None
    except Mismatch as error:
        encoded, misfit = attribute_values.encode(dumped), error
    try:
        back = storage.adapter.validate_python(restore(storage, attribute_values.decode(encoded)), strict=False)
    except pydantic.ValidationError as error:
        what = misfit.reason if misfit else f"a value of type {type(original).__name__}"
        raise Unstorable(f"{what}, which cannot be read back: {first_problem(error)}") from error
    if difference := _difference(storage, original, back):
        stored, read = (type(value).__name__ for value in difference.values)
        what = "another" if stored == read else f"one of type {read}"
        reason = (
            f"a value of type {stored} would be read back as {what}; annotate the field with the one type that it "
            f"holds, or give it a serialiser"
        )
        raise Unstorable(f"{misfit.reason}; {reason}" if misfit else reason, difference.path)
    return (
        encoded if misfit is None else storage.encode(storage.adapter.dump_python(back, by_alias=True, warnings=False))
    )


def first_problem(error: pydantic.ValidationError) -> str:
    """Say what Pydantic found first, and where; never the value."""
    problem = error.errors(include_input=False, include_url=False)[0]
    where = rendered(problem["loc"])
    return f"{problem['msg']} (at {where})" if where else problem["msg"]


def rendered(path: tuple[str | int, ...]) -> str:
    """Spell a path as Python does."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


class _Difference(NamedTuple):
    path: tuple[str | int, ...]
    values: tuple[Any, Any]


def _difference(storage: StorageType, one: Any, other: Any) -> _Difference | None:
    """Find where two values differ first; what a user's serialiser writes is the user's own business."""
    if storage.custom:
        return None
    if isinstance(one, OrderedDict) and len(one) > 1:  # older versions of Pydantic hand it out as a dict
        return _Difference((), (one, other))
    parts = _parts(storage, one, other)
    if parts is None:
        same = _booleans(one) == _booleans(other) and _equal(one, other)
        return None if same else _Difference((), (one, other))
    for step, part_storage, part, other_part in parts:
        if found := _difference(part_storage, part, other_part):
            return _Difference((step, *found.path), found.values)
    return None


_Part: TypeAlias = "tuple[str | int, StorageType, Any, Any]"


def _parts(storage: StorageType, one: Any, other: Any) -> list[_Part] | None:
    """Pair the parts of two values of one kind; None where they have to be compared as a whole."""
    mappings = isinstance(one, Mapping) and isinstance(other, Mapping)
    if mappings and storage.schema is None and one.keys() == other.keys():
        element = storage.elements[0] if storage.kind == "map" else ANY
        return [(str(key), element, value, other[key]) for key, value in one.items()]
    if any(isinstance(one, kind) and isinstance(other, kind) for kind in _SEQUENCES) and len(one) == len(other):
        places = storage.elements if storage.kind in {"sequence", "tuple"} else (ANY,)
        return [
            (index, places[min(index, len(places) - 1)], *pair)
            for index, pair in enumerate(zip(one, other, strict=True))
        ]
    if type(one) is not type(other) or not (isinstance(one, dict) or hasattr(one, "__dict__")):
        return None
    if storage.schema is not None:
        return _fields_of(storage.schema(), one, other)
    if isinstance(one, BaseModel):
        return [(name, ANY, value, vars(other).get(name)) for name, value in vars(one).items()]
    return None


_SEQUENCES = (list, tuple, deque)


def _fields_of(schema: RecordSchema, one: Any, other: Any) -> list[_Part]:
    """Pair the fields of two records, and what they hold beside them."""
    mine, others = (value if isinstance(value, dict) else vars(value) for value in (one, other))
    stored = [field for field in schema.fields.values() if field.stored and not field.computed]
    parts: list[_Part] = [(each.name, each.storage, mine.get(each.name), others.get(each.name)) for each in stored]
    if isinstance(one, dict):
        parts += [(key, ANY, mine.get(key), others.get(key)) for key in mine.keys() ^ others.keys()]
    elif isinstance(one, BaseModel):
        mine, others = one.model_extra or {}, other.model_extra or {}
        parts += [(key, ANY, mine.get(key, ...), others.get(key, ...)) for key in {**mine, **others}]
    return parts


def _booleans(value: Any) -> int:
    """Count the booleans in a set, or in a value that is none."""
    return sum(isinstance(part, bool) for part in (value if isinstance(value, (set, frozenset)) else (value,)))


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - a user's own __eq__; what cannot be compared is not known to be equal
        return False
