"""The models of pydynox, in their synchronous form, as its documentation shows them."""

from __future__ import annotations

import os
from typing import Any

from pydynox import DynamoDBClient, Model, ModelConfig, SyncBatchWriter, SyncTransaction
from pydynox.attributes import (
    BooleanAttribute,
    DatetimeAttribute,
    DecimalAttribute,
    EnumAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    StringAttribute,
)

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, TRANSACTION, Contestant
from benchmarks.records import PK, UPDATES, Address, Status, record, records


class Stored(Model):
    """The record, as an item of a table."""

    model_config = ModelConfig(table=TABLE)

    pk = StringAttribute(partition_key=True)
    sk = StringAttribute(sort_key=True)
    name = StringAttribute()
    status = EnumAttribute(Status)
    age = NumberAttribute()
    price = DecimalAttribute()
    active = BooleanAttribute()
    created_at = DatetimeAttribute()
    tags = ListAttribute()
    address = MapAttribute(Address)
    nickname = StringAttribute()
    note = StringAttribute()


def client() -> DynamoDBClient:
    """Return a client for what the environment says."""
    return DynamoDBClient(
        region=os.environ["AWS_DEFAULT_REGION"],
        access_key=os.environ["AWS_ACCESS_KEY_ID"],
        secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"],
    )


class Entry(Contestant):
    """What a user writes."""

    def __init__(self) -> None:
        self._client = client()
        Stored.model_config = ModelConfig(table=TABLE, client=self._client)
        self._first = record(0)
        self._models: list[Any] = [Stored(**dict(each)) for each in records(BATCH)]
        self._keys = [{"pk": model.pk, "sk": model.sk} for model in self._models]

    def get_item(self) -> Any:
        return Stored.sync_get(pk=PK, sk=self._first.sk)

    def save(self) -> None:
        # Without it, what has not changed since it was saved is not sent again.
        self._models[0].sync_save(full_replace=True)

    def update_item(self) -> None:
        condition = Stored.active == True  # noqa: E712 - builds a condition
        Stored.sync_update_by_key(pk=PK, sk=self._first.sk, condition=condition, **UPDATES)

    def query(self) -> Any:
        return list(Stored.sync_query(partition_key=PK))

    def scan(self) -> Any:
        return list(Stored.sync_scan())

    def batch_get(self) -> Any:
        return Stored.sync_batch_get(self._keys)

    def batch_write(self) -> None:
        with SyncBatchWriter(self._client, TABLE) as batch:
            for model in self._models:
                batch.put(model.to_dict())

    def transact_write(self) -> None:
        with SyncTransaction(self._client) as transaction:
            for model in self._models[:TRANSACTION]:
                transaction.save_model(model)
