"""A floor: what Pydantic alone costs, if the same data were plain JSON and went nowhere."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from benchmarks.contest import BATCH, GROWTH, PAGE, TRANSACTION, Contestant
from benchmarks.records import CLASS_BODY, CLASS_NAMES, UPDATES, Record, Status, record, records


class _Updates(TypedDict):
    status: Status
    age: int
    price: Decimal


_PAGE = TypeAdapter(list[Record])
_UPDATES = TypeAdapter(_Updates)
_CREATION = compile("class Made(BaseModel):" + CLASS_BODY, __name__, "exec")


class Entry(Contestant):
    """Validation of JSON for reads, and JSON of models for writes."""

    def __init__(self) -> None:
        self._models = records(BATCH)
        self._item = record(0).model_dump_json().encode()
        self._hundred = _PAGE.dump_json(self._models)
        self._thousand = _PAGE.dump_json(records(PAGE))
        for workload, size in GROWTH.items():
            setattr(self, workload, partial(_PAGE.validate_json, _PAGE.dump_json(records(size))))

    def written(self, result: Any, requests: list[dict[str, Any]]) -> list[dict[str, object]]:
        del requests
        items: list[dict[str, object]] = json.loads(result if result.startswith(b"[") else b"[%b]" % result)
        return [_as_stored(item) for item in items]

    def get_item(self) -> Record:
        return Record.model_validate_json(self._item)

    def save(self) -> bytes:
        return self._models[0].model_dump_json().encode()

    def update_item(self) -> bytes:
        return _UPDATES.dump_json(_UPDATES.validate_python(UPDATES))

    def query(self) -> list[Record]:
        return _PAGE.validate_json(self._thousand)

    def scan(self) -> list[Record]:
        return _PAGE.validate_json(self._thousand)

    def batch_get(self) -> list[Record]:
        return _PAGE.validate_json(self._hundred)

    def batch_write(self) -> bytes:
        return _PAGE.dump_json(self._models)

    def transact_write(self) -> bytes:
        return _PAGE.dump_json(self._models[:TRANSACTION])

    def create_class(self) -> None:
        exec(_CREATION, {"BaseModel": BaseModel, "datetime": datetime, **CLASS_NAMES})  # noqa: S102


def _as_stored(value: Any) -> Any:
    """Return JSON with its numbers as DynamoDB has them: Pydantic writes a Decimal as text."""
    match value:
        case list():
            return [_as_stored(each) for each in cast("list[object]", value)]
        case dict():
            entries = cast("dict[str, Any]", value)
            return {name: Decimal(each) if name == "price" else _as_stored(each) for name, each in entries.items()}
        case bool():
            return value
        case int():
            return Decimal(value)
        case _:
            return value
