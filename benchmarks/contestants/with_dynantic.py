"""dynantic, as its documentation shows it."""

from __future__ import annotations

from typing import Any

from dynantic import DynamoModel, Key, SortKey

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, TRANSACTION, Contestant
from benchmarks.records import CLASS_BODY, CLASS_NAMES, PK, UPDATES, Record, record, records

_BODY = CLASS_BODY.replace("pk: str", "pk: str = Key()").replace("sk: str", "sk: str = SortKey()")
_SETTINGS = '\n    class Meta:\n        table_name = "records"\n'
_CREATION = compile("class Made(DynamoModel):" + _BODY + _SETTINGS, __name__, "exec")


class Stored(DynamoModel, Record):
    """The record, as an item of a table."""

    pk: str = Key()
    sk: str = SortKey()

    class Meta:
        """Where it is."""

        table_name = TABLE


class Entry(Contestant):
    """What a user writes."""

    def __init__(self) -> None:
        self._first = record(0)
        self._models: list[Any] = [Stored.model_validate(dict(each)) for each in records(BATCH)]
        self._keys = [{"pk": model.pk, "sk": model.sk} for model in self._models]

    def get_item(self) -> Any:
        return Stored.get(PK, self._first.sk)

    def save(self) -> None:
        self._models[0].save()

    def update_item(self) -> None:
        update = Stored.update(PK, self._first.sk)
        update = update.set(Stored.status, UPDATES["status"]).set(Stored.age, UPDATES["age"])
        update = update.set(Stored.price, UPDATES["price"])
        update.condition(Stored.active == True).execute()  # noqa: E712 - builds a condition

    def query(self) -> Any:
        return Stored.query(PK).page().items

    def scan(self) -> Any:
        return Stored.scan().page().items

    def batch_get(self) -> Any:
        return Stored.batch_get(self._keys)

    def batch_write(self) -> None:
        Stored.batch_save(self._models)

    def transact_write(self) -> None:
        DynamoModel.transact_save(self._models[:TRANSACTION])

    def create_class(self) -> None:
        exec(_CREATION, {"DynamoModel": DynamoModel, "Key": Key, "SortKey": SortKey, **CLASS_NAMES})  # noqa: S102
