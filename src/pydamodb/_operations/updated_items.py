"""What an update makes of the item of an instance, and whether the model could still read it.

Values that DynamoDB computes are estimated from the instance, which may be older than the item. So an update is refused
for the values that it gives, never for an estimate alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import Context, Decimal, localcontext
from typing import Any, cast

from pydantic import BaseModel

from pydamodb._codec.attribute_values import MOST_DIGITS, AttributeValue, Unstorable, number
from pydamodb._codec.items import decode_item
from pydamodb._core.exceptions import InvalidUpdateError, ItemEncodingError
from pydamodb._expressions.operands import amount, new_elements, new_value, refusal
from pydamodb._expressions.paths import Path, Step
from pydamodb._expressions.updates import (
    Action,
    Add,
    Arithmetic,
    Delete,
    IfNotExists,
    ListAppend,
    Remove,
    Set,
    is_computed,
)
from pydamodb._operations.table import ModelTable

Given = Mapping[tuple[Step, ...], AttributeValue]


def is_given(action: Action) -> bool:
    """Return True if the result of an action is known before the update is sent."""
    return isinstance(action, Remove) or (isinstance(action, Set) and not is_computed(action.value))


def check_updated(table: ModelTable[Any], instance: BaseModel, actions: Sequence[Action], given: Given) -> None:
    """Refuse an update of an instance whose given values leave an item that the model cannot read."""
    computed = [action for action in actions if not is_given(action)]
    try:
        estimated = after(table.encode(instance), computed, given)
        updated = after(estimated, [action for action in actions if is_given(action)], given)
    except (ItemEncodingError, InvalidUpdateError, Unstorable, LookupError, TypeError, ValueError, ArithmeticError):
        return  # the instance is not what is stored, or DynamoDB will refuse the update
    problem = _problem(table, updated)
    if problem is not None and not (computed and _problem(table, estimated)):
        message = f"{table.model_name}: the updated item could not be read: {problem}. Update what belongs together."
        raise InvalidUpdateError(message, model_name=table.model_name)


def _problem(table: ModelTable[Any], item: Mapping[str, AttributeValue]) -> str | None:
    try:
        decode_item(table.model, deepcopy(item))
    except Exception as error:  # noqa: BLE001 - a user's validator may raise anything
        return refusal(error)
    return None


def after(item: dict[str, AttributeValue], actions: Sequence[Action], given: Given) -> dict[str, AttributeValue]:
    """Return the item after these actions. `given` has the encoded values, by the steps of their paths."""
    changed = deepcopy(item)
    for action in actions:
        place: Any = changed
        for step in action.path.steps[:-1]:
            (place,) = place[step].values()
        last = action.path.steps[-1]
        value = None if isinstance(action, Remove) else _new_value(item, action, given)
        if value is None:
            if type(last) is int:
                raise LookupError  # the indexes of several removals are those before the update
            place.pop(last, None)
        elif type(last) is int:
            place[last : last + 1] = [value]  # an index after the end appends
        else:
            place[last] = value
    return changed


def _new_value(item: dict[str, AttributeValue], action: Set | Add | Delete, given: Given) -> AttributeValue | None:
    """Return what the action leaves at its path, None if it leaves nothing."""
    path, value = action.path, action.value
    if isinstance(action, Set):
        return _computed(item, path, value) if is_computed(value) else given[path.steps]
    old = _old_value(item, path)
    if not isinstance(value, (set, frozenset)):
        return _sum(old or {"N": "0"}, "+", amount(path, value))
    texts = [text for element in new_elements(path, cast("set[Any]", value)) for text in element.values()]
    (data_type,) = path.storage.data_types
    known: list[str] = [] if old is None else old[data_type]
    is_delete = isinstance(action, Delete)
    left = [text for text in known if text not in texts] if is_delete else [*dict.fromkeys([*known, *texts])]
    return {data_type: left} if left else None


def _computed(item: dict[str, AttributeValue], path: Path, value: Any) -> AttributeValue:
    match value:
        case Path():
            return item_value(item, value)
        case IfNotExists(path=source, value=other):
            known = _old_value(item, source)
            return known or (_computed(item, source, other) if is_computed(other) else new_value(source, other))
        case Arithmetic(left=left, sign=sign, right=right):
            terms = [_computed(item, path, each) if is_computed(each) else amount(path, each) for each in (left, right)]
            return _sum(terms[0], sign, terms[1])
        case _:
            append = cast("ListAppend[Any]", value)
            old, new = (_old_value(item, path) or {"L": []})["L"], new_elements(path, append.values)
            return {"L": [*old, *new] if append.at_end else [*new, *old]}


def _sum(left: AttributeValue, sign: str, right: AttributeValue) -> AttributeValue:
    with localcontext(Context(prec=MOST_DIGITS)):
        numbers = Decimal(left["N"]), Decimal(right["N"])
        return number(numbers[0] + numbers[1] if sign == "+" else numbers[0] - numbers[1])


def _old_value(item: dict[str, AttributeValue], path: Path) -> AttributeValue | None:
    try:
        return item_value(item, path)
    except LookupError:
        return None


def item_value(item: dict[str, AttributeValue], path: Path) -> AttributeValue:
    """Return the value at a path; raise LookupError if there is none."""
    found: Any = {"M": item}
    for step in path.steps:
        ((_, content),) = found.items()
        found = content[step]
    return cast("AttributeValue", found)
