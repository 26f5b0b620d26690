"""Index keys that templates make: an update of a part sets them too, or is refused before anything is sent.

What the update does not give is known from the key, from an `==` in the update's own condition, or from the instance.
A value of the instance may be older than the item: it becomes a condition, so that the update fails for another value.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue, Unstorable, decode
from pydamodb._codec.items import encode_item
from pydamodb._codec.key_templates import KeyFormat, Part
from pydamodb._codec.types import StorageType
from pydamodb._core.exceptions import InvalidUpdateError
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.conditions import Condition, Eq, SizeOperand
from pydamodb._expressions.key_ranges import terms_of
from pydamodb._expressions.operands import operand
from pydamodb._expressions.paths import Path, path_in
from pydamodb._expressions.updates import Action, Remove, Set
from pydamodb._operations.part_keys import made_attributes
from pydamodb._operations.table import ModelTable
from pydamodb._operations.updated_items import Given, is_given

_NULL: AttributeValue = {"NULL": True}


class Following(NamedTuple):
    """What an update needs beside itself: new keys of indexes, and conditions on what was taken from an instance."""

    actions: tuple[Set | Remove, ...] = ()
    guards: tuple[Condition, ...] = ()


def outdated_parts(
    table: ModelTable[Any], guards: Sequence[Condition], actions: Sequence[Action], item: Mapping[str, AttributeValue]
) -> str | None:
    """Return which guards the stored item does not meet, and for which keys they are. None if it meets all."""
    paths = {
        str(each.field.steps[0]): each.field
        for each in guards
        if isinstance(each, Eq) and isinstance(each.field, Path) and _differs(each.field, each.value, item)
    }
    if not paths:
        return None
    changed = {str(action.path.steps[0]) for action in actions}
    made = [
        f"{template.source!r} makes the key {attribute!r}"
        for attribute, template in made_attributes(table).items()
        if attribute in changed and template.attributes & paths.keys()
    ]
    fields = [path.label for path in paths.values()]
    what, remedy = " and another ".join(fields), " and ".join(fields)
    return (
        f"the stored item has another {what} than this instance, and {' and '.join(made)} of an index. "
        f"Call refresh() and repeat the change, or give {remedy} in the same update"
    )


def _differs(path: Path, value: Any, item: Mapping[str, AttributeValue]) -> bool:
    """Return True if an item has another value. Numbers may be written in several ways."""
    stored = item.get(str(path.steps[0]), _NULL)
    expected = _NULL if value is None else operand(path, value)
    return stored != expected and decode(stored) != decode(expected)


def _as_it_is(value: AttributeValue) -> AttributeValue:
    return value


_ENCODED = StorageType(Any, _as_it_is, "scalar")


def following_keys(
    table: ModelTable[Any],
    schema: TableSchema,
    known: Mapping[str, AttributeValue],
    actions: Sequence[Action],
    *,
    given: Given,
    condition: Condition | None,
    instance: BaseModel | None,
) -> Following:
    """Return what an update of parts of index keys needs beside itself.

    Args:
        table: The model and its table.
        schema: The keys of the table and of its indexes.
        known: The attributes that the key of the item says.
        actions: The actions of the update.
        given: Its encoded values, by the steps of their paths.
        condition: Its own condition: what this says with == is certain, as the update does not happen otherwise.
        instance: The instance to update, None if it is not known.

    Raises:
        InvalidUpdateError: A part is not known, or it is computed by DynamoDB, or a key is set directly.
    """
    formats = table.kind(schema).index_formats
    changed = {str(action.path.steps[0]) for action in actions}
    if direct := changed & formats.keys():
        attribute = min(direct)
        _refuse(table, attribute, formats[attribute], f"{attribute!r} follows from its fields: update the fields")
    affected = {name: template for name, template in formats.items() if template.attributes & changed}
    if not affected:
        return Following()
    new = _new_values(actions, given)
    old = {**_facts(table, condition), **known}
    values = {**{name: value for name, value in old.items() if name not in changed}, **new}
    unknown = changed - new.keys()
    used: set[str] = set()
    found: list[Set | Remove] = []
    for attribute, template in affected.items():
        is_gone = any(values.get(part.attribute) == _NULL for part in template.parts)  # one part is: so is the key
        missing = [] if is_gone else [part for part in template.parts if part.attribute not in values]
        for part in missing:
            if (reason := _why_unknown(table, part, unknown, instance)) is not None:
                _refuse(table, attribute, template, reason)
        used |= {part.attribute for part in missing}
        of_instance = (
            {} if instance is None or not missing else _stored(table, instance, [part.name for part in missing])
        )
        made = template.make({**values, **of_instance})
        path = Path(table.model, (attribute,), attribute, _ENCODED)
        found.append(Remove(path) if made is None else Set(path, made))
    paths = [table.paths[name] for name in sorted(used)] if table.version is None else []
    return Following(tuple(found), tuple(Eq(path, getattr(instance, path.label)) for path in paths))


def _why_unknown(table: ModelTable[Any], part: Part, unknown: Container[str], instance: BaseModel | None) -> str | None:
    """Return why a part that the update does not give is not known, None if the instance has it."""
    if part.attribute in unknown:
        return f"DynamoDB alone will know the new value of {part.name}: set a plain value, or save the item"
    if instance is None:
        return (
            f"{part.name} is not known here: add it to the update, or say what it is with "
            f"condition={table.model_name}.attr.{part.name} == ..., or update an instance that was read"
        )
    return None


def _new_values(actions: Sequence[Action], given: Given) -> dict[str, AttributeValue]:
    """Return the new values of attributes that an update sets or removes as a whole; NULL for what it removes."""
    return {
        str(action.path.steps[0]): _NULL if isinstance(action, Remove) else given[action.path.steps]
        for action in actions
        if is_given(action) and len(action.path.steps) == 1
    }


def _facts(table: ModelTable[Any], condition: Condition | None) -> dict[str, AttributeValue]:
    """Return what a condition says with == of attributes; NULL for None."""
    found: dict[str, AttributeValue] = {}
    for term in terms_of(condition):
        if not isinstance(term, Eq) or not isinstance(term.field, Path) or isinstance(term.value, (Path, SizeOperand)):
            continue
        path = path_in(table.model, term.field)
        if path is not None and path.steps[1:] == ():
            with suppress(Unstorable):  # rendering the condition refuses it
                found[str(path.steps[0])] = _NULL if term.value is None else operand(path, term.value)
    return found


def _stored(table: ModelTable[Any], instance: BaseModel, names: list[str]) -> dict[str, AttributeValue]:
    """Return the attributes of some fields of an instance; NULL for a field that is not stored."""
    fields = table.record.fields
    absent = {fields[name].attribute: _NULL for name in names}
    return {**absent, **encode_item(instance, only={*names})}


def _refuse(table: ModelTable[Any], attribute: str, template: KeyFormat, reason: str) -> NoReturn:
    message = f"{table.model_name}: {template.source!r} makes the key {attribute!r} of an index: {reason}."
    raise InvalidUpdateError(message, model_name=table.model_name)
