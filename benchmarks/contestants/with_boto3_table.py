"""boto3's Table resource, with Pydantic by hand: what most programs do today."""

from __future__ import annotations

from typing import Any

import boto3
from boto3.dynamodb.conditions import Attr, Key

from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, TRANSACTION, Contestant
from benchmarks.contestants.by_hand import item_of
from benchmarks.records import PK, UPDATES, Record, record, records


class Entry(Contestant):
    """What a careful user writes."""

    def __init__(self) -> None:
        self._resource: Any = boto3.resource("dynamodb")
        self._table: Any = self._resource.Table(TABLE)
        self._client: Any = self._resource.meta.client
        self._models = records(BATCH)
        self._key = {"pk": PK, "sk": record(0).sk}
        self._keys = [{"pk": model.pk, "sk": model.sk} for model in self._models]

    def get_item(self) -> Record:
        return Record.model_validate(self._table.get_item(Key=self._key)["Item"])

    def save(self) -> None:
        self._table.put_item(Item=item_of(self._models[0]))

    def update_item(self) -> None:
        self._table.update_item(
            Key=self._key,
            UpdateExpression="SET #status = :status, #age = :age, #price = :price",
            ExpressionAttributeNames={"#status": "status", "#age": "age", "#price": "price"},
            ExpressionAttributeValues={
                ":status": UPDATES["status"].value,  # type: ignore[union-attr]
                ":age": UPDATES["age"],
                ":price": UPDATES["price"],
            },
            ConditionExpression=Attr("active").eq(True),  # noqa: FBT003 - boto3's way
        )

    def query(self) -> list[Record]:
        page = self._table.query(KeyConditionExpression=Key("pk").eq(PK))
        return [Record.model_validate(item) for item in page["Items"]]

    def scan(self) -> list[Record]:
        return [Record.model_validate(item) for item in self._table.scan()["Items"]]

    def batch_get(self) -> list[Record]:
        response = self._resource.batch_get_item(RequestItems={TABLE: {"Keys": self._keys}})
        return [Record.model_validate(item) for item in response["Responses"][TABLE]]

    def batch_write(self) -> None:
        with self._table.batch_writer() as writer:
            for model in self._models:
                writer.put_item(Item=item_of(model))

    def transact_write(self) -> None:
        puts = [{"Put": {"TableName": TABLE, "Item": item_of(model)}} for model in self._models[:TRANSACTION]]
        self._client.transact_write_items(TransactItems=puts)
