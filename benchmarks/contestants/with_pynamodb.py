"""PynamoDB, with attributes of our own where its own have another type or format: its documentation shows how."""

from __future__ import annotations

import os
from datetime import datetime
from decimal import Decimal
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.connection import Connection
from pynamodb.constants import NUMBER, STRING
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, TRANSACTION, Contestant
from benchmarks.records import PK, UPDATES, Record, Status, record, records


class _Decimal(Attribute[Decimal]):
    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return str(value)

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class _Instant(Attribute[datetime]):
    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> datetime:
        return datetime.fromisoformat(value)


class _Status(Attribute[Status]):
    attr_type = STRING

    def serialize(self, value: Status) -> str:
        return value.value

    def deserialize(self, value: str) -> Status:
        return Status(value)


class _Address(MapAttribute[str, Any]):
    street = UnicodeAttribute()
    city = UnicodeAttribute()
    number = NumberAttribute()


def _stored(host: str) -> type[Model]:
    class Stored(Model):
        class Meta:
            table_name = TABLE
            region = "us-east-1"

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)
        name = UnicodeAttribute()
        status = _Status()
        age = NumberAttribute()
        price = _Decimal()
        active = BooleanAttribute()
        created_at = _Instant()
        tags: ListAttribute[str] = ListAttribute(of=UnicodeAttribute)
        address = _Address()
        nickname = UnicodeAttribute(null=True)
        note = UnicodeAttribute(null=True)

    Stored.Meta.host = host
    return Stored


class Entry(Contestant):
    """What a user writes."""

    def __init__(self) -> None:
        self._host = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
        self._stored: Any = _stored(self._host)
        self._connection = Connection(region="us-east-1", host=self._host)
        self._first = record(0)
        self._models = [self._model(each) for each in records(BATCH)]
        self._keys = [(model.pk, model.sk) for model in self._models]

    def _model(self, model: Record) -> Any:
        return self._stored(**dict(model) | {"address": _Address(**dict(model.address))})

    def get_item(self) -> Any:
        return self._stored.get(PK, self._first.sk)

    def save(self) -> None:
        self._models[0].save()

    def update_item(self) -> None:
        stored = self._stored
        self._models[0].update(
            actions=[
                stored.status.set(UPDATES["status"]),
                stored.age.set(UPDATES["age"]),
                stored.price.set(UPDATES["price"]),
            ],
            condition=stored.active == True,  # noqa: E712 - builds a condition
        )

    def query(self) -> Any:
        return list(self._stored.query(PK))

    def scan(self) -> Any:
        return list(self._stored.scan())

    def batch_get(self) -> Any:
        return list(self._stored.batch_get(self._keys))

    def batch_write(self) -> None:
        with self._stored.batch_write() as batch:
            for model in self._models:
                batch.save(model)

    def transact_write(self) -> None:
        with TransactWrite(connection=self._connection) as transaction:
            for model in self._models[:TRANSACTION]:
                transaction.save(model)
