"""pydamodb, as its README shows it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import create_model

from benchmarks import nesting
from benchmarks.answers import PAGED, TABLE
from benchmarks.contest import BATCH, GROWTH, NESTING, TRANSACTION, Contestant
from benchmarks.records import CLASS_BODY, CLASS_NAMES, PK, UPDATES, Record, record, records
from pydamodb import PrimaryKeyAndSortKeyModel, PydamoConfig, transact_write

_CREATION = compile("class Made(PrimaryKeyAndSortKeyModel):" + CLASS_BODY, __name__, "exec")


class Stored(PrimaryKeyAndSortKeyModel, Record):
    """The record, as an item of a table."""


class Entry(Contestant):
    """What a user writes."""

    stored: type[Stored] = Stored
    transport: Literal["boto3", "direct"] | None = None

    def __init__(self) -> None:
        self.stored.pydamo_config = PydamoConfig(table=TABLE, transport=self.transport)
        self._first = record(0)
        self._models = [self.stored.model_validate(dict(each)) for each in records(BATCH)]
        self._keys = [(model.pk, model.sk) for model in self._models]
        for workload, size in GROWTH.items():
            setattr(self, workload, self._query_of(self.stored, f"{TABLE}-{size}", PK))
        for workload, depth in NESTING.items():
            nest = create_model(f"Nest{depth}", __base__=PrimaryKeyAndSortKeyModel, **nesting.fields(depth))
            setattr(self, workload, self._query_of(nest, f"nested-{depth}", nesting.PK))

    def _query_of(self, base: type[PrimaryKeyAndSortKeyModel], table: str, pk: str) -> Any:
        model = create_model(base.__name__, __base__=base)
        model.pydamo_config = PydamoConfig(table=table, transport=self.transport)
        return lambda: model.query(pk).items

    def get_item(self) -> Any:
        return self.stored.get_item(self._first.pk, self._first.sk)

    def save(self) -> None:
        self._models[0].save()

    def update_item(self) -> None:
        self.stored.update_item(
            self._first.pk,
            self._first.sk,
            updates={
                self.stored.attr.status: UPDATES["status"],
                self.stored.attr.age: UPDATES["age"],
                self.stored.attr.price: UPDATES["price"],
            },
            condition=self.stored.attr.active == True,  # noqa: E712 - builds a condition
        )

    def query(self) -> Any:
        return self.stored.query(PK).items

    def scan(self) -> Any:
        return self.stored.scan().items

    def batch_get(self) -> Any:
        return self.stored.batch_get(self._keys)

    def batch_write(self) -> None:
        with self.stored.batch_writer() as writer:
            for model in self._models:
                writer.put(model)

    def transact_write(self) -> None:
        with transact_write() as transaction:
            for model in self._models[:TRANSACTION]:
                transaction.put(model)

    def create_class(self) -> None:
        exec(_CREATION, {"PrimaryKeyAndSortKeyModel": PrimaryKeyAndSortKeyModel, **CLASS_NAMES})  # noqa: S102

    def pages(self) -> Any:
        """Iterate over many pages, an item at a time."""

        class Paged(Stored):
            pydamo_config = PydamoConfig(table=PAGED)

        return Paged.query_iter(PK)
