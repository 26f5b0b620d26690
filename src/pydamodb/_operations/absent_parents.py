"""An update of a value inside a map that is not stored: further requests, which set the whole map.

DynamoDB refuses `SET profile.nick = :v` for an item without `profile`, and writes nothing. Then a second request sets
`profile` to a value made from the given values alone, if the item still has no `profile`. If that condition fails, its
error shows the item, and a third request does what fits this item. An update that succeeds at once never comes here.
"""

# isinstance narrows a value of type Any, but the types of its elements stay unknown.
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

import pydantic

from pydamodb._codec import attribute_values
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.items import decode_value
from pydamodb._codec.types import StorageType
from pydamodb._core.exceptions import InvalidUpdateError, ItemEncodingError
from pydamodb._expressions.conditions import And, AttributeExists, AttributeNotExists, Condition, Eq
from pydamodb._expressions.operands import amount, new_elements, new_value
from pydamodb._expressions.paths import Path, Step, trail
from pydamodb._expressions.updates import Action, Add, IfNotExists, ListAppend, Set, is_computed
from pydamodb._operations.errors import FAILED_CONDITION
from pydamodb._operations.requests import Operation, Request, RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb._operations.writes import KeyIn, Update, WriteRequest, raise_failed_write, update_request

MOST_REQUESTS = 3
Item = Mapping[str, AttributeValue]


class _Plan(NamedTuple):
    """The actions of a request, the conditions that they need, and the absent maps that they set as a whole.

    A plan `is_complete` if it sets all maps that were taken as absent.
    """

    actions: tuple[Action, ...]
    conditions: tuple[Condition, ...]
    parents: frozenset[Path]
    is_complete: bool


def send_with_whole_maps(
    table: ModelTable[Any], key_in: KeyIn, wanted: Update, refused: WriteRequest, failure: RequestFailed
) -> Operation[Any]:
    """Repeat a refused update with up to two requests, which set absent maps as a whole, and return the reply.

    Raises:
        RequestFailed: The failure of the update, if an absent map cannot be made from the given values.
    """
    plan = _plan_without_item(refused.actions)
    for _ in range(MOST_REQUESTS - 1):
        if plan is None:
            break
        try:
            return (yield (yield from _request(table, key_in, wanted, refused, plan)))
        except RequestFailed as other:
            item: Item = other.response.get("Item") or {}
            fitting = _plan_for(refused.actions, item)
            has_fit = fitting is not None and fitting.parents == plan.parents
            expected = refused.expected
            has_other_version = expected is not None and (expected.stored(item) or 0) != expected.version
            if other.code != FAILED_CONDITION or has_fit or has_other_version:
                raise_failed_write(table, refused, other, return_item_on_failure=wanted.return_item_on_failure)
            plan = fitting
    raise failure


def _request(
    table: ModelTable[Any], key_in: KeyIn, wanted: Update, refused: WriteRequest, plan: _Plan
) -> Operation[Request]:
    """Return the request of a plan. Its errors have the condition of the caller."""
    conditions = [*plan.conditions] if wanted.condition is None else [*plan.conditions, wanted.condition]
    again = wanted._replace(condition=And(*conditions) if len(conditions) > 1 else next(iter(conditions), None))
    write = yield from update_request(table, key_in, again, refused.expected, actions=plan.actions)
    payload = {"TableName": table.table_name, **write.sent(return_item_on_failure=True)}
    if "ReturnValues" in refused.payload:
        payload["ReturnValues"] = refused.payload["ReturnValues"]
    return Request("UpdateItem", payload, (table,), refused.condition, refused.repeatable)


def _plan_without_item(actions: tuple[Action, ...]) -> _Plan | None:
    """Take the outermost maps as absent, because the item is not known; None if none of them can be made."""
    plan = _plan(actions, _outermost_map)
    return plan if plan.parents else None


def _plan_for(actions: tuple[Action, ...], item: Item) -> _Plan | None:
    """Take as absent what this item does not have; None if some of it cannot be made."""
    plan = _plan(actions, partial(_absent_parent, item))
    return plan if plan.is_complete else None


def _plan(actions: tuple[Action, ...], locate: Callable[[Path], Path | None]) -> _Plan:
    """Replace the actions below each absent map, which `locate` finds, by one that sets the map, if it can be made."""
    groups: dict[Path | None, list[Action]] = {}
    for action in actions:
        groups.setdefault(locate(action.path), []).append(action)
    done = groups.pop(None, [])
    made: list[Path] = []
    for parent, group in cast("dict[Path, list[Action]]", groups).items():
        whole = _whole(parent, group)
        done += group if whole is None else [whole]
        made += [parent] * (whole is not None)
    conditions = tuple(condition for parent in made for condition in _absence(parent))
    return _Plan(tuple(done), conditions, frozenset(made), is_complete=len(made) == len(groups))


def _outermost_map(path: Path) -> Path | None:
    return next((parent for parent in trail(path)[:-1] if _leads_through_maps(parent, path)), None)


def _absent_parent(item: Item, path: Path) -> Path | None:
    """Return the first value on the way to a path that an item does not have; NULL stands for None."""
    value: AttributeValue = {"M": item}
    for parent in trail(path)[:-1]:
        value = _element(value, parent.steps[-1])
        if not value or ("NULL" in value and _may_be_none(parent.storage)):
            return parent
    return None


def _element(value: AttributeValue, step: Step) -> AttributeValue:
    if isinstance(step, str):
        members: dict[str, AttributeValue] = value.get("M", {})
        return members.get(step, {})
    elements: list[AttributeValue] = value.get("L", [])
    return elements[step] if step < len(elements) else {}


def _absence(parent: Path) -> list[Condition]:
    """Return the conditions that a map is absent, and that it can be set: what contains it exists."""
    own: Condition = Eq(parent, None) if _may_be_none(parent.storage) else AttributeNotExists(parent)
    return [own, *(AttributeExists(outer) for outer in trail(parent)[-2:-1])]


def _may_be_none(storage: StorageType) -> bool:
    return storage.nullable or storage.kind == "any"  # a union


def _leads_through_maps(parent: Path, path: Path) -> bool:
    """Return True if the path from an absent value, and the absent value itself, consist of keys of maps only."""
    start = len(parent.steps) - 1
    has_keys = all(isinstance(step, str) for step in path.steps[start:])
    below = trail(path)[start + 1 : -1]
    return has_keys and _is_map(parent.storage) and all(_may_be_map(each.storage) for each in below)


def _is_map(storage: StorageType) -> bool:
    return (storage.kind in {"record", "map"} or any(map(_is_map, storage.options))) and not storage.custom


def _may_be_map(storage: StorageType) -> bool:
    return _is_map(storage) or (storage.kind == "any" and not storage.custom)


def _whole(parent: Path, actions: Sequence[Action]) -> Set | None:
    """Return the action that sets an absent map to what the actions below it make; None if that is not enough."""
    content: dict[str, AttributeValue] = {}
    for action in actions:
        if not _leads_through_maps(parent, action.path):
            return None
        if isinstance(action, (Set, Add)):  # the others remove what is absent already
            encoded = _given(action)
            if encoded is None:
                return None
            *between, last = cast("tuple[str, ...]", action.path.steps[len(parent.steps) :])
            inner = content
            for step in between:
                inner = inner.setdefault(step, {"M": {}})["M"]
            inner[last] = encoded
    try:
        value = decode_value(parent.storage, {"M": content})
        is_kept = _contains(new_value(parent, value), {"M": content})
    except (pydantic.ValidationError, InvalidUpdateError, ItemEncodingError):
        return None  # a required field is missing, or the fields do not fit together
    return Set(parent, value) if content and is_kept else None


def _given(action: Set | Add) -> AttributeValue | None:
    """Return what an action stores where nothing is stored, None if DynamoDB computes it from other attributes."""
    path: Path = action.path
    value: Any = action.value
    if isinstance(action, Add):
        is_set = isinstance(value, (set, frozenset))
        return attribute_values.set_of(new_elements(path, value)) if is_set else amount(path, value)
    if isinstance(value, ListAppend):
        return {"L": new_elements(path, value.values)}
    if isinstance(value, IfNotExists) and value.path == path:
        value = value.value
    return None if is_computed(value) else new_value(path, value)


def _contains(whole: AttributeValue, part: AttributeValue) -> bool:
    """Return True if a stored value has a part unchanged: a validator of the whole may change it."""
    if "M" in part and "M" in whole:
        return all(_contains(whole["M"].get(name, {}), value) for name, value in part["M"].items())
    ((data_type, content),) = part.items()
    stored = whole.get(data_type)
    return sorted(stored or ()) == sorted(content) if data_type in {"SS", "NS", "BS"} else stored == content
