"""What a query selects by: the values of the partition key, and a condition on the sort key. Pure.

The keys of a global index may have several attributes. All parts of its partition key are given; of its sort key the
first ones with `==`, and the last one that is given with a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

from pydamodb._calls import Target
from pydamodb._operations.keys import key_value
from pydamodb._paths import Path
from pydamodb._schema import KeySchema, TableSchema
from pydamodb._terms import paths_in
from pydamodb._wire import AttributeValue
from pydamodb.conditions import And, BeginsWith, Between, Condition, Eq, Gt, Gte, Lt, Lte, as_condition
from pydamodb.exceptions import InvalidConditionError, InvalidKeyValueError
from pydamodb.expressions import ExpressionBuilder

__all__ = ["Selection", "selection_of"]


class Selection(NamedTuple):
    """The attributes of the partition key with their values, and the condition on the keys as it is spelt."""

    partition: dict[str, AttributeValue]
    condition: str


def selection_of(
    target: Target[Any],
    schema: TableSchema,
    keys: KeySchema,
    builder: ExpressionBuilder,
    *,
    partition_key_value: Any,
    sort_key_condition: Condition | None,
) -> Selection:
    """Encode and spell what a query of the table, or of an index, selects by.

    Raises:
        InvalidKeyValueError: A value cannot be a part of the partition key, or a part is missing.
        InvalidConditionError: The condition is not one on the sort key, or on its parts in their order.
    """
    parts = list(_parts(target, keys, sort_key_condition))
    given = _partition_key_values(target, keys, partition_key_value)
    values = {name: key_value(target, schema, name, value) for name, value in given}
    spelt: list[str] = []
    for sort_key, part in parts:
        known = len(builder.values)
        spelt.append(str(builder.condition(part)))
        _check_values(target, schema, sort_key, list(builder.values.values())[known:])
    return Selection(values, " AND ".join([*(builder.equal(name, value) for name, value in values.items()), *spelt]))


def _partition_key_values(target: Target[Any], keys: KeySchema, given: Any) -> list[tuple[str, Any]]:
    names = keys.partition_keys
    if len(names) == 1:
        return [(names[0], given)]
    if isinstance(given, (tuple, list)):
        values = cast("Sequence[Any]", given)
        if len(values) == len(names):
            return list(zip(names, values, strict=True))
        what = f"{len(values)} values"
    else:
        what = type(given).__name__
    message = (
        f"query of {target.model_name}: the partition key has several parts: give a tuple of the values of "
        f"({', '.join(names)}), got {what}"
    )
    raise InvalidKeyValueError(message, model_name=target.model_name)


_ON_SORT_KEYS = (Eq, Lt, Lte, Gt, Gte, Between, BeginsWith)


def _parts(target: Target[Any], keys: KeySchema, condition: Condition | None) -> Iterator[tuple[str, Condition]]:
    """Pair the parts of the sort key with what must hold of them."""
    if condition is None:
        return
    names = keys.sort_keys
    if not names:
        raise _misfit(target, condition, "there is no sort key in what is queried; use filter_condition")
    parts = list(_joined(condition)) if len(names) > 1 else [condition]
    if len(parts) > len(names):
        reason = f"it has {len(parts)} comparisons, and the sort key {len(names)} parts ({', '.join(names)})"
        raise _misfit(target, condition, reason)
    for position, (name, part) in enumerate(zip(names, parts, strict=False)):
        _check_comparison(target, names, name, part)
        if position < len(parts) - 1 and not isinstance(part, Eq):
            reason = "only the last comparison may be a range, those before it are =="
            raise _misfit(target, part, reason)
        yield name, part


def _joined(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And):
        for part in condition.conditions:
            yield from _joined(part)
    else:
        yield condition


def _check_comparison(target: Target[Any], names: tuple[str, ...], sort_key: str, condition: Condition) -> None:
    paths = list(paths_in(as_condition(condition), target.model))
    if any(path.steps != (sort_key,) for path in paths):
        parts = f", a part of ({', '.join(names)}) in this order" if len(names) > 1 else ""
        reason = f"it must be about the sort key {sort_key!r} alone{parts}; other attributes go into filter_condition"
    elif not isinstance(condition, _ON_SORT_KEYS) or not isinstance(condition.field, Path) or len(paths) > 1:
        given = type(condition).__name__
        reason = f"it is one comparison with a value (==, <, <=, >, >=, between(), begins_with()), got {given}"
    elif isinstance(condition, Eq) and condition.value is None:
        reason = "a sort key is never None"
    else:
        return
    raise _misfit(target, condition, reason)


def _check_values(target: Target[Any], schema: TableSchema, sort_key: str, values: Iterable[AttributeValue]) -> None:
    for value in values:
        ((tag, content),) = value.items()
        if tag != schema.types.get(sort_key, tag) or not content:
            reason = f"a value stored as {tag} cannot be compared with it" if content else "it is never empty"
            message = f"query of {target.model_name}: sort_key_condition about the sort key {sort_key!r}: {reason}"
            raise InvalidConditionError(message, model_name=target.model_name)


def _misfit(target: Target[Any], condition: Condition, reason: str) -> InvalidConditionError:
    paths = paths_in(as_condition(condition), target.model)
    about = ", ".join(dict.fromkeys(path.label for path in paths))
    message = f"query of {target.model_name}: sort_key_condition about {about}: {reason}"
    return InvalidConditionError(message, model_name=target.model_name)
