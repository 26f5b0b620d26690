"""boto3's client with its own (de)serialiser of types, and Pydantic by hand."""

from __future__ import annotations

from typing import Any, cast

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, TRANSACTION, Contestant
from benchmarks.contestants.by_hand import item_of
from benchmarks.records import PK, UPDATES, Record, record, records

_serialize = cast("Any", TypeSerializer()).serialize
_deserialize = cast("Any", TypeDeserializer()).deserialize
_REQUEST = 25  # writes of a BatchWriteItem


def _wrapped(item: dict[str, Any]) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in item.items()}


def _model(item: dict[str, Any]) -> Record:
    return Record.model_validate({name: _deserialize(value) for name, value in item.items()})


class Entry(Contestant):
    """What a careful user writes."""

    def __init__(self) -> None:
        self._client: Any = boto3.client("dynamodb")
        self._models = records(BATCH)
        self._key = {"pk": PK, "sk": record(0).sk}
        self._keys = [{"pk": model.pk, "sk": model.sk} for model in self._models]

    def get_item(self) -> Record:
        return _model(self._client.get_item(TableName=TABLE, Key=_wrapped(self._key))["Item"])

    def save(self) -> None:
        self._client.put_item(TableName=TABLE, Item=_wrapped(item_of(self._models[0])))

    def update_item(self) -> None:
        self._client.update_item(
            TableName=TABLE,
            Key=_wrapped(self._key),
            UpdateExpression="SET #status = :status, #age = :age, #price = :price",
            ExpressionAttributeNames={"#status": "status", "#age": "age", "#price": "price", "#active": "active"},
            ExpressionAttributeValues=_wrapped(
                {
                    ":status": UPDATES["status"].value,  # type: ignore[union-attr]
                    ":age": UPDATES["age"],
                    ":price": UPDATES["price"],
                    ":active": True,
                }
            ),
            ConditionExpression="#active = :active",
        )

    def query(self) -> list[Record]:
        page = self._client.query(
            TableName=TABLE, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=_wrapped({":pk": PK})
        )
        return [_model(item) for item in page["Items"]]

    def scan(self) -> list[Record]:
        return [_model(item) for item in self._client.scan(TableName=TABLE)["Items"]]

    def batch_get(self) -> list[Record]:
        keys = [_wrapped(key) for key in self._keys]
        response = self._client.batch_get_item(RequestItems={TABLE: {"Keys": keys}})
        return [_model(item) for item in response["Responses"][TABLE]]

    def batch_write(self) -> None:
        puts = [{"PutRequest": {"Item": _wrapped(item_of(model))}} for model in self._models]
        for start in range(0, len(puts), _REQUEST):
            todo = {TABLE: puts[start : start + _REQUEST]}
            while todo:
                todo = self._client.batch_write_item(RequestItems=todo)["UnprocessedItems"]

    def transact_write(self) -> None:
        puts = [{"Put": {"TableName": TABLE, "Item": _wrapped(item_of(model))}} for model in self._models[:TRANSACTION]]
        self._client.transact_write_items(TransactItems=puts)
