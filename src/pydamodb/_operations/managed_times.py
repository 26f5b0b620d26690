"""The times that writes set: CreatedAt and UpdatedAt.

A put replaces the whole item, so that a time of creation that the instance does not know would be lost. Such a put has
a condition: the item has no such time. An update leaves the time of an item as it is. Reads never set a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime, timezone
from typing import Any, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._expressions.conditions import AttributeNotExists, Condition
from pydamodb._expressions.paths import Path
from pydamodb._expressions.updates import Action, IfNotExists, Set
from pydamodb._operations.presence import Presence
from pydamodb._operations.table import ManagedTimes, ModelTable

ModelT = TypeVar("ModelT", bound=BaseModel)
# The times of one request, by the clocks of its models: each clock is asked once.
Moment: TypeAlias = dict[int, datetime]


class Stamp(NamedTuple):
    """The times that a put writes, by field. If the item has `unknown` already, the put must not be done."""

    values: Mapping[str, datetime]
    unknown: Path | None = None

    @property
    def guard(self) -> Condition | None:
        """The condition that the item has no time of creation."""
        return None if self.unknown is None else AttributeNotExists(self.unknown)

    def settle(self, instance: BaseModel) -> None:
        """Set the times on a model whose item was written, also on a frozen one."""
        for name, value in self.values.items():
            vars(instance)[name] = value
            instance.model_fields_set.add(name)


def stamped(
    table: ModelTable[Any], times: ManagedTimes, instance: ModelT, presence: Presence | None, moment: Moment | None
) -> tuple[ModelT, Stamp]:
    """Return a copy of an instance with the times of a put. The instance stays as it is until the put is done."""
    now = time_of(table, moment)
    values: dict[str, datetime] = {} if times.updated is None else {times.updated.label: now}
    unknown = None
    if times.created is not None and getattr(instance, times.created.label, None) is None:
        must_exist = presence is not None and not presence.is_new
        if not must_exist:  # an existing item without this time is older than the mark
            values[times.created.label] = now
        unknown = times.created if presence is None or must_exist else None
    stamp = Stamp(values, unknown)
    written = copy(instance)
    stamp.settle(written)
    return written, stamp


def with_times(
    table: ModelTable[Any],
    times: ManagedTimes,
    actions: tuple[Action, ...],
    presence: Presence | None,
    moment: Moment | None,
) -> tuple[Action, ...]:
    """Return the actions of an update, and those that set the times. The caller's own actions count."""
    changed = {action.path.steps[0] for action in actions}
    updated = None if times.updated is None or times.updated.steps[0] in changed else times.updated
    # An item that must exist has its time of creation, or is older than the mark.
    created = None if presence is not None or times.created is None else times.created
    if created is not None and created.steps[0] in changed:
        created = None
    if updated is None and created is None:
        return actions
    now = time_of(table, moment)
    own = () if updated is None else (Set(updated, now),)
    return (*actions, *own) if created is None else (*actions, *own, Set(created, IfNotExists(created, now)))


def time_of(table: ModelTable[Any], moment: Moment | None) -> datetime:
    """Return the time by the clock of the configuration, in UTC; the same one again for the same moment."""
    clock = table.clock
    if moment is not None and id(clock) in moment:
        return moment[id(clock)]
    now: Any = datetime.now(timezone.utc) if clock is None else clock()
    if not isinstance(now, datetime) or now.utcoffset() is None:
        given = "one without a time zone" if isinstance(now, datetime) else f"a value of type {type(now).__name__}"
        message = (
            f"{table.model_name}: PydamoConfig(clock=...) returns a datetime with a time zone, such as "
            f"datetime.now(timezone.utc); got {given}"
        )
        raise ConfigurationError(message, model_name=table.model_name)
    if clock is not None:  # the class of its datetimes may be another one
        utc = now.astimezone(timezone.utc)
        time = (utc.hour, utc.minute, utc.second, utc.microsecond)
        now = datetime(utc.year, utc.month, utc.day, *time, tzinfo=timezone.utc)
    found: datetime = now
    if moment is not None:
        moment[id(clock)] = found
    return found
