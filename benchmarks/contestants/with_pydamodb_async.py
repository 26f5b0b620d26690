"""pydamodb's asynchronous models by the direct transport."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH
from benchmarks.crowds import Crowd
from benchmarks.records import PK, UPDATES, Record, record, records
from pydamodb import AsyncPrimaryKeyAndSortKeyModel, PydamoConfig

T = TypeVar("T")


class Stored(AsyncPrimaryKeyAndSortKeyModel, Record):
    """The record, as an item of a table."""


class Entry(Crowd):
    """What a user writes; but for crowds, one task at a time."""

    def __init__(self) -> None:
        super().__init__()
        Stored.pydamo_config = PydamoConfig(table=TABLE)
        self._first = record(0)
        self._models = [Stored.model_validate(dict(each)) for each in records(BATCH)]
        self._keys = [(model.pk, model.sk) for model in self._models]

    def _done(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(coroutine)

    async def read_get_item(self) -> Any:
        return await Stored.get_item(self._first.pk, self._first.sk)

    async def read_query(self) -> Any:
        return (await Stored.query(PK)).items

    def get_item(self) -> Any:
        return self._done(self.read_get_item())

    def query(self) -> Any:
        return self._done(self.read_query())

    def save(self) -> None:
        self._done(self._models[0].save())

    def update_item(self) -> None:
        updates = {
            Stored.attr.status: UPDATES["status"],
            Stored.attr.age: UPDATES["age"],
            Stored.attr.price: UPDATES["price"],
        }
        condition = Stored.attr.active == True  # noqa: E712 - builds a condition
        self._done(Stored.update_item(self._first.pk, self._first.sk, updates=updates, condition=condition))

    def scan(self) -> Any:
        return self._done(Stored.scan()).items

    def batch_get(self) -> Any:
        return self._done(Stored.batch_get(self._keys))

    def batch_write(self) -> None:
        self._done(self._write())

    async def _write(self) -> None:
        async with Stored.batch_writer() as writer:
            for model in self._models:
                await writer.put(model)
