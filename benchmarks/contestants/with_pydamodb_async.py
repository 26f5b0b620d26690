"""pydamodb's asynchronous models by the direct transport, one task at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, Contestant
from benchmarks.records import PK, UPDATES, Record, record, records
from pydamodb import AsyncPrimaryKeyAndSortKeyModel, PydamoConfig

T = TypeVar("T")


class Stored(AsyncPrimaryKeyAndSortKeyModel, Record):
    """The record, as an item of a table."""


class Entry(Contestant):
    """What a user writes; the loop is one of many requests, as in a server."""

    def __init__(self) -> None:
        Stored.pydamo_config = PydamoConfig(table=TABLE)
        self._loop = asyncio.new_event_loop()
        self._first = record(0)
        self._models = [Stored.model_validate(dict(each)) for each in records(BATCH)]
        self._keys = [(model.pk, model.sk) for model in self._models]

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(coroutine)

    def get_item(self) -> Any:
        return self._run(Stored.get_item(self._first.pk, self._first.sk))

    def save(self) -> None:
        self._run(self._models[0].save())

    def update_item(self) -> None:
        updates = {
            Stored.attr.status: UPDATES["status"],
            Stored.attr.age: UPDATES["age"],
            Stored.attr.price: UPDATES["price"],
        }
        condition = Stored.attr.active == True  # noqa: E712 - builds a condition
        self._run(Stored.update_item(self._first.pk, self._first.sk, updates=updates, condition=condition))

    def query(self) -> Any:
        return self._run(Stored.query(PK)).items

    def scan(self) -> Any:
        return self._run(Stored.scan()).items

    def batch_get(self) -> Any:
        return self._run(Stored.batch_get(self._keys))

    def batch_write(self) -> None:
        self._run(self._write())

    async def _write(self) -> None:
        async with Stored.batch_writer() as writer:
            for model in self._models:
                await writer.put(model)
