"""dyntastic, as its documentation shows it."""

from __future__ import annotations

from typing import Any

from dyntastic import A, Dyntastic, transaction

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, TRANSACTION, Contestant
from benchmarks.records import CLASS_BODY, CLASS_NAMES, PK, UPDATES, Record, record, records

_SETTINGS = """
class Made(Dyntastic):
    __table_name__ = "records"
    __hash_key__ = "pk"
    __range_key__ = "sk"
"""
_CREATION = compile(_SETTINGS + CLASS_BODY, __name__, "exec")


class Stored(Dyntastic, Record):
    """The record, as an item of a table."""

    __table_name__ = TABLE
    __hash_key__ = "pk"
    __range_key__ = "sk"


class Entry(Contestant):
    """What a user writes."""

    def __init__(self) -> None:
        self._first = record(0)
        self._models: list[Any] = [Stored.model_validate(dict(each)) for each in records(BATCH)]
        self._keys = [(model.pk, model.sk) for model in self._models]

    def get_item(self) -> Any:
        return Stored.get(PK, self._first.sk)

    def save(self) -> None:
        self._models[0].save()

    def update_item(self) -> None:
        model = self._models[0]
        model.update(
            A.status.set(UPDATES["status"]),
            A.age.set(UPDATES["age"]),
            A.price.set(UPDATES["price"]),
            condition=A.active == True,  # noqa: E712 - builds a condition
            refresh=False,
        )
        model.ignore_unrefreshed()

    def query(self) -> Any:
        return Stored.query_page(PK).items

    def scan(self) -> Any:
        return Stored.scan_page().items

    def batch_get(self) -> Any:
        return Stored.batch_get(self._keys)

    def batch_write(self) -> None:
        with Stored.batch_writer():
            for model in self._models:
                model.save()

    def transact_write(self) -> None:
        with transaction():
            for model in self._models[:TRANSACTION]:
                model.save()

    def create_class(self) -> None:
        exec(_CREATION, {"Dyntastic": Dyntastic, **CLASS_NAMES})  # noqa: S102
