"""Encodes models whose values are exactly of the types that their fields are annotated with, without a serialiser.

Pydantic's serialiser hands such values out as they are; where no serialiser of the user's is in the way, asking it for
them changes nothing. Whatever is not so (a value of another type, one that cannot be stored) is left to `_items.py`,
which asks Pydantic, reads back what is in doubt, and says what is wrong.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeAlias, cast

from pydantic import BaseModel

from pydamodb._compile import layout_of
from pydamodb._encoders import exactly, optional
from pydamodb._shapes import EMPTY_SET, UNKNOWN, Layout, Shape
from pydamodb._wire import AttributeValue, Encoder, Unstorable

__all__ = ["encode_exactly"]

Plan: TypeAlias = Callable[[Any], dict[str, AttributeValue]]


def encode_exactly(instance: BaseModel) -> dict[str, AttributeValue] | None:
    """Encode a model as the attributes of an item; None if it is to be done in the other way."""
    layout = layout_of(type(instance))
    plan = layout.kept(_plan_of, None, layout, ())
    if plan is None:
        return None
    try:
        return plan(instance)
    except (Unstorable, KeyError):
        return None


# Of an attribute whose value is not just there: whether it is computed, and whether it is left out for None or for an
# empty set.
_Special: TypeAlias = tuple[bool, bool, bool]


def _plan_of(layout: Layout, within: tuple[Layout, ...]) -> Plan | None:
    """Make a plan for a model, None if Pydantic has to be asked; `within` are the models that it is a part of."""
    if not _is_plain(layout) or layout in within:
        return None
    parts: list[tuple[str, str, Encoder, _Special | None]] = []
    for member in layout.members.values():
        if member.stored:
            encode = _encoder_of(member.shape, (*within, layout))
            if encode is None or member.left_out_for is not UNKNOWN:
                return None
            computed = member.computed
            special = computed, computed or member.absent is None, computed or member.absent is EMPTY_SET
            parts.append((member.name, member.attribute, encode, special if any(special) else None))

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


def _is_plain(layout: Layout) -> bool:
    """Tell whether a record is a model of Pydantic's own kind, which is read as its fields and nothing else."""
    if not issubclass(layout.record, BaseModel) or layout.open or layout.doubtful or layout.lost is not None:
        return False
    own, usual = layout.record.__get_pydantic_core_schema__, BaseModel.__get_pydantic_core_schema__
    return cast("Any", own).__func__ is cast("Any", usual).__func__


def _encoder_of(shape: Shape, within: tuple[Layout, ...]) -> Encoder | None:
    """Return what encodes a value that Pydantic would hand out as it is, or a model; None if neither is known."""
    if shape.doubtful or shape.custom or shape.kind == "any":
        return None
    if shape.kind == "record":
        encode = None if shape.layout is None else _record_encoder(shape.layout(), within)
    elif shape.base is not None and issubclass(shape.base, Enum):
        encode = exactly(shape.base, shape.encode)
    elif shape.encode_parts is None:
        return shape.encode
    else:
        encoders = [_encoder_of(element, within) for element in shape.elements]
        if all(encoder is element.encode for encoder, element in zip(encoders, shape.elements, strict=True)):
            return shape.encode
        if None in encoders:
            return None
        parts = zip(shape.elements, cast("list[Encoder]", encoders), strict=True)
        encode = shape.encode_parts(tuple(dataclasses.replace(element, encode=encoder) for element, encoder in parts))
    return optional(encode) if encode is not None and shape.nullable else encode


def _record_encoder(layout: Layout, within: tuple[Layout, ...]) -> Encoder | None:
    plan, record = _plan_of(layout, within), layout.record
    return None if plan is None else exactly(record, lambda value: {"M": plan(value)})
