"""A floor: botocore's path of a request, with bodies that are ready, and answers that nobody parses.

The public event `before-call` puts the body in place of that of the smallest parameters which are valid. `before-parse`
takes the answer away, received and checked.
"""

from __future__ import annotations

import json
from typing import Any

import boto3

from benchmarks import wire
from benchmarks.answers import TABLE
from benchmarks.contest import BATCH, TRANSACTION, Contestant
from benchmarks.records import PK, UPDATES, Record, record, records

_REQUEST = 25  # writes of a BatchWriteItem


def _dumped(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _puts(models: list[Record]) -> list[wire.Wire]:
    return [{"Item": wire.item(model, nulls=False)} for model in models]


class Entry(Contestant):
    """The same requests as the others', as many and as large."""

    def __init__(self) -> None:
        self._client: Any = boto3.client("dynamodb")
        self._client.meta.events.register("before-call.dynamodb", self._send, unique_id="floor-send")
        self._client.meta.events.register("before-parse.dynamodb", self._take, unique_id="floor-take")
        self._body = self._answer = b""
        models = records(BATCH)
        key = {name: wire.wrapped(getattr(record(0), name)) for name in ("pk", "sk")}
        keys = [{name: wire.wrapped(getattr(model, name)) for name in ("pk", "sk")} for model in models]
        puts = [{"PutRequest": put} for put in _puts(models)]
        self._get = _dumped({"TableName": TABLE, "Key": key})
        self._put = _dumped({"TableName": TABLE, **_puts(models)[0]})
        self._update = _dumped(
            {
                "TableName": TABLE,
                "Key": key,
                "UpdateExpression": "SET #0 = :0, #1 = :1, #2 = :2",
                "ConditionExpression": "#3 = :3",
                "ExpressionAttributeNames": {"#0": "status", "#1": "age", "#2": "price", "#3": "active"},
                "ExpressionAttributeValues": {
                    ":0": wire.wrapped(UPDATES["status"]),
                    ":1": wire.wrapped(UPDATES["age"]),
                    ":2": wire.wrapped(UPDATES["price"]),
                    ":3": wire.wrapped(value=True),
                },
            }
        )
        self._query = _dumped(
            {
                "TableName": TABLE,
                "KeyConditionExpression": "#0 = :0",
                "ExpressionAttributeNames": {"#0": "pk"},
                "ExpressionAttributeValues": {":0": wire.wrapped(PK)},
            }
        )
        self._scan = _dumped({"TableName": TABLE})
        self._batch_get = _dumped({"RequestItems": {TABLE: {"Keys": keys}}})
        self._batches = [
            _dumped({"RequestItems": {TABLE: puts[start : start + _REQUEST]}}) for start in range(0, BATCH, _REQUEST)
        ]
        self._transaction = _dumped(
            {"TransactItems": [{"Put": {"TableName": TABLE, **put}} for put in _puts(models[:TRANSACTION])]}
        )

    def _send(self, params: dict[str, Any], **_: Any) -> None:
        params["body"] = self._body

    def _take(self, response_dict: dict[str, Any], **_: Any) -> None:
        self._answer, response_dict["body"] = response_dict["body"], b"{}"

    def read(self, result: Any) -> list[Any]:
        answer = json.loads(result)
        items = [answer["Item"]] if "Item" in answer else answer.get("Items") or answer["Responses"][TABLE]
        return [Record.model_validate({name: wire.unwrapped(each) for name, each in item.items()}) for item in items]

    def get_item(self) -> bytes:
        self._body = self._get
        self._client.get_item(TableName=TABLE, Key={})
        return self._answer

    def save(self) -> None:
        self._body = self._put
        self._client.put_item(TableName=TABLE, Item={})

    def update_item(self) -> None:
        self._body = self._update
        self._client.update_item(TableName=TABLE, Key={})

    def query(self) -> bytes:
        self._body = self._query
        self._client.query(TableName=TABLE)
        return self._answer

    def scan(self) -> bytes:
        self._body = self._scan
        self._client.scan(TableName=TABLE)
        return self._answer

    def batch_get(self) -> bytes:
        self._body = self._batch_get
        self._client.batch_get_item(RequestItems={TABLE: {"Keys": [{}]}})
        return self._answer

    def batch_write(self) -> None:
        for body in self._batches:
            self._body = body
            self._client.batch_write_item(RequestItems={TABLE: [{}]})

    def transact_write(self) -> None:
        self._body = self._transaction
        self._client.transact_write_items(TransactItems=[{}])
