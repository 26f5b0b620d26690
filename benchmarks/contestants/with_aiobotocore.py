"""aiobotocore's client with boto3's deserializer of types, and Pydantic by hand."""

from __future__ import annotations

from typing import Any, cast

from aiobotocore.session import AioSession
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from benchmarks.answers import TABLE
from benchmarks.crowds import Crowd
from benchmarks.records import PK, Record, record

_serialize = cast("Any", TypeSerializer()).serialize
_deserialize = cast("Any", TypeDeserializer()).deserialize


def _model(item: dict[str, Any]) -> Record:
    return Record.model_validate({name: _deserialize(value) for name, value in item.items()})


class Entry(Crowd):
    """What a careful user writes: one client, which stays open."""

    def __init__(self) -> None:
        super().__init__()
        self._client: Any = self.run(cast("Any", AioSession()).create_client("dynamodb").__aenter__)
        self._key = {"pk": _serialize(PK), "sk": _serialize(record(0).sk)}

    async def leave(self) -> None:
        await self._client.__aexit__(None, None, None)

    async def read_get_item(self) -> Any:
        return _model((await self._client.get_item(TableName=TABLE, Key=self._key))["Item"])

    async def read_query(self) -> Any:
        values = {":pk": _serialize(PK)}
        page = await self._client.query(
            TableName=TABLE, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values
        )
        return [_model(item) for item in page["Items"]]
