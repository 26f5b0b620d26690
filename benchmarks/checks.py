"""Equality comes before speed: what was read has the right values and types, and what was written says the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from benchmarks import crowds, endpoint
from benchmarks.contest import BATCH, PAGE, READS, TRANSACTION, Contestant, task
from benchmarks.records import UPDATES, record, records

_INSTANT = TypeAdapter(datetime)
_OPERATIONS = {
    "save": "PutItem",
    "update_item": "UpdateItem",
    "batch_write": "BatchWriteItem",
    "transact_write": "TransactWriteItems",
}
_COUNTS = {"get_item": 1, "query": PAGE, "scan": PAGE, "batch_get": BATCH}


def problem(contestant: Contestant, workload: str, url: str) -> str | None:
    """Do a workload once, and return what is wrong with it, if anything is."""
    todo = task(contestant, workload)
    if todo is None:
        return "cannot do it"
    if workload in crowds.WORKLOADS:  # what one of the tasks has read last
        workload, _ = crowds.WORKLOADS[workload]
    if workload in READS:
        return _all_read(records(_COUNTS[workload]), contestant.read(todo()))
    operation = _OPERATIONS[workload]
    endpoint.recorded(url, operation)
    result = todo()
    return _all_written(_to_write(workload), contestant.written(result, endpoint.recorded(url, operation)))


def _to_write(workload: str) -> list[Mapping[str, object]]:
    match workload:
        case "save":
            return [dict(record(0))]
        case "update_item":
            return [UPDATES]
        case "batch_write":
            return [dict(each) for each in records(BATCH)]
        case _:
            return [dict(each) for each in records(TRANSACTION)]


def _all_read(expected: list[Any], found: list[Any]) -> str | None:
    if len(found) != len(expected):
        return f"{len(found)} models instead of {len(expected)}"
    differences = (unlike(*pair, f"[{number}]") for number, pair in enumerate(zip(expected, found, strict=True)))
    return next((difference for difference in differences if difference), None)


def _all_written(expected: list[Mapping[str, object]], found: list[dict[str, object]]) -> str | None:
    if len(found) != len(expected):
        return f"{len(found)} items instead of {len(expected)}"
    differences = (unlike_item(*pair, f"[{number}]") for number, pair in enumerate(zip(expected, found, strict=True)))
    return next((difference for difference in differences if difference), None)


def unlike(expected: object, found: object, path: str) -> str | None:
    """Return where a value that was read differs in value or type; models differ by their attributes."""
    if isinstance(expected, BaseModel):
        missing = object()
        values = {name: getattr(found, name, missing) for name in type(expected).model_fields}
        differences = (
            f"{path}.{name} is missing"
            if value is missing
            else unlike(getattr(expected, name), value, f"{path}.{name}")
            for name, value in values.items()
        )
        return next((difference for difference in differences if difference), None)
    if type(found) is not type(expected) or found != expected:
        return f"{path} is {found!r} instead of {expected!r}"
    return None


def unlike_item(expected: Mapping[str, object], found: Mapping[str, object], path: str) -> str | None:
    """Return where an item that was written differs; None may be left out."""
    if unknown := found.keys() - expected.keys():
        return f"{path} has {sorted(unknown)}"
    for name, value in expected.items():
        if not _same(value, found.get(name)):
            return f"{path}.{name} is {found.get(name)!r} instead of {value!r}"
    return None


def _same(expected: object, found: object) -> bool:
    match expected:
        case BaseModel():
            return isinstance(found, dict) and not unlike_item(dict(expected), cast("Mapping[str, object]", found), "")
        case Enum():
            value: object = expected.value
            return found == value
        case datetime():
            try:
                return _INSTANT.validate_python(found) == expected
            except ValidationError:
                return False
        case bool() | None:
            return found is expected
        case int() | Decimal():
            return isinstance(found, Decimal) and found == expected
        case _:
            return found == expected
