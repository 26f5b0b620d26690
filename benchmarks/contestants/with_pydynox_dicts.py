"""The client of pydynox, which takes and gives plain dictionaries, with Pydantic by hand."""

from __future__ import annotations

from typing import Any

from pydynox import SyncBatchWriter, SyncTransaction

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, TRANSACTION, Contestant
from benchmarks.contestants.by_hand import item_of
from benchmarks.contestants.with_pydynox import client
from benchmarks.records import PK, UPDATES, Record, record, records


class Entry(Contestant):
    """What a careful user writes."""

    def __init__(self) -> None:
        self._client: Any = client()
        self._models = records(BATCH)
        self._key = {"pk": PK, "sk": record(0).sk}
        self._keys = [{"pk": model.pk, "sk": model.sk} for model in self._models]

    def get_item(self) -> Record:
        return Record.model_validate(self._client.sync_get_item(TABLE, self._key))

    def save(self) -> None:
        self._client.sync_put_item(TABLE, item_of(self._models[0]))

    def update_item(self) -> None:
        self._client.sync_update_item(
            TABLE,
            self._key,
            update_expression="SET #status = :status, #age = :age, #price = :price",
            condition_expression="#active = :active",
            expression_attribute_names={"#status": "status", "#age": "age", "#price": "price", "#active": "active"},
            expression_attribute_values={
                ":status": UPDATES["status"].value,
                ":age": UPDATES["age"],
                ":price": UPDATES["price"],
                ":active": True,
            },
        )

    def query(self) -> list[Record]:
        page = self._client.sync_query(TABLE, "pk = :pk", expression_attribute_values={":pk": PK})
        return [Record.model_validate(item) for item in page]

    def scan(self) -> list[Record]:
        return [Record.model_validate(item) for item in self._client.sync_scan(TABLE)]

    def batch_get(self) -> list[Record]:
        return [Record.model_validate(item) for item in self._client.sync_batch_get(TABLE, self._keys)]

    def batch_write(self) -> None:
        with SyncBatchWriter(self._client, TABLE) as batch:
            for model in self._models:
                batch.put(item_of(model))

    def transact_write(self) -> None:
        with SyncTransaction(self._client) as transaction:
            for model in self._models[:TRANSACTION]:
                transaction.put(TABLE, item_of(model))
