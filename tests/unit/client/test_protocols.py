"""A client with another protocol than JSON: botocore converts parameters and replies, and all works as with JSON."""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import boto3
import botocore
import pytest
from botocore.awsrequest import AWSResponse
from botocore.serialize import SERIALIZERS
from pydantic import Field

from pydamodb import (
    DynamoDBClientError,
    PartitionKey,
    PrimaryKeyModel,
    PydamoConfig,
    transact_get,
    transact_write,
)

CBOR = "smithy-rpc-v2-cbor"
pytestmark = pytest.mark.skipif(CBOR not in SERIALIZERS, reason="this botocore has no CBOR")


def encoded(value: Any) -> bytes:
    """Return the CBOR form of a value."""
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    kind, size, content = {
        int: lambda: (0, value, b""),
        bytes: lambda: (2, len(value), value),
        str: lambda: (3, len(value.encode()), value.encode()),
        list: lambda: (4, len(value), b"".join(map(encoded, value))),
        dict: lambda: (5, len(value), b"".join(encoded(name) + encoded(each) for name, each in value.items())),
    }[type(value)]()
    return bytes([(kind << 5) + 26]) + struct.pack(">I", size) + content


def decoded(body: bytes) -> Any:
    """Return the value of a CBOR form, as botocore's serializer writes it."""
    value, _ = _decoded(body, 0)
    return value


def _decoded(body: bytes, at: int) -> tuple[Any, int]:
    kind, size = body[at] >> 5, body[at] & 31
    at += 1
    if kind == 7:
        return {20: False, 21: True}[size], at
    if size >= 24:
        width = 1 << (size - 24)
        size = int.from_bytes(body[at : at + width], "big")
        at += width
    if kind == 0:
        return size, at
    if kind in {2, 3}:
        content = body[at : at + size]
        return (content if kind == 2 else content.decode()), at + size
    values = []
    for _ in range(size * (2 if kind == 5 else 1)):
        value, at = _decoded(body, at)
        values.append(value)
    return (values if kind == 4 else dict(zip(values[::2], values[1::2], strict=True))), at


class Raw:
    """The body of a response."""

    def __init__(self, content: bytes) -> None:
        """Keep it."""
        self.content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Hand it out."""
        yield self.content


class Doc(PrimaryKeyModel):
    """A model with binary values."""

    id: Annotated[str, PartitionKey]
    data: bytes = b""
    parts: list[bytes] = Field(default_factory=list)
    tags: set[bytes] = Field(default_factory=set)
    B: str = ""
    n: int = 0


DOC = Doc(id="x", data=b"\xff", parts=[b"\x00"], tags={b"\xfe"}, B="text", n=7)
ITEM: dict[str, Any] = {
    "id": {"S": "x"},
    "data": {"B": b"\xff"},
    "parts": {"L": [{"B": b"\x00"}]},
    "tags": {"BS": [b"\xfe"]},
    "B": {"S": "text"},
    "n": {"N": "7"},
}
KEY = {"id": {"S": "x"}}


@pytest.fixture(params=["resource", "client"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the replies of an engine that has only CBOR, and the list of what it gets."""
    model = Path(botocore.__file__).parent / "data/dynamodb/2012-08-10/service-2.json.gz"
    content = json.loads(gzip.decompress(model.read_bytes()))
    content["metadata"] |= {"protocol": CBOR, "protocols": [CBOR]}
    copy = tmp_path / "dynamodb/2012-08-10/service-2.json"
    copy.parent.mkdir(parents=True)
    copy.write_text(json.dumps(content))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = boto3.session.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    replies: list[Any] = []
    got: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        got.append(decoded(request.body))
        status, body = replies.pop(0)
        return AWSResponse(request.url, status, {"smithy-protocol": "rpc-v2-cbor"}, Raw(body))

    if request.param == "resource":
        Doc.pydamo_config = PydamoConfig(table=session.resource("dynamodb").Table("docs"))
        client = Doc.pydamo_config.table.meta.client
    else:
        client = session.client("dynamodb")
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
        Doc.pydamo_config = PydamoConfig(table="docs")
    client.meta.events.register_first("before-send.dynamodb", answer)
    return type("Engine", (), {"replies": replies, "got": got, "client": client})


def test_items_are_written_and_read(engine: Any) -> None:
    """With binary values as bytes, and an attribute that has the name of a data type."""
    engine.replies += [(200, encoded(each)) for each in ({}, {"Item": ITEM}, {})]
    DOC.save()
    assert DOC == Doc.get_item("x")
    Doc.update_item("x", updates={Doc.attr.data: b"\x01"})
    put, get, update = engine.got
    assert ({"TableName": "docs", "Item": ITEM}, {"TableName": "docs", "Key": KEY}, [{"B": b"\x01"}]) == (
        put,
        get,
        list(update["ExpressionAttributeValues"].values()),
    )


def test_pages_batches_and_transactions_work(engine: Any) -> None:
    """Each operation, with its own parts of the reply."""
    replies: list[Any] = [
        {"Items": [ITEM], "Count": 1, "ScannedCount": 1},
        {"Responses": {"docs": [ITEM]}, "UnprocessedKeys": {}},
        {"UnprocessedItems": {}},
        {"Responses": [{"Item": ITEM}]},
        {},
    ]
    engine.replies += [(200, encoded(each)) for each in replies]
    read = [*Doc.scan().items, *Doc.batch_get(["x"])]
    with Doc.batch_writer() as writer:
        writer.put(DOC)
    read += transact_get(Doc.key("x"))
    with transact_write() as transaction:
        transaction.put(DOC)
    assert [DOC] * 3 == read
    assert [ITEM] * 2 == [
        engine.got[2]["RequestItems"]["docs"][0]["PutRequest"]["Item"],
        engine.got[4]["TransactItems"][0]["Put"]["Item"],
    ]


def test_a_handler_renames_the_table(engine: Any) -> None:
    """It sees the same parameters as with JSON."""
    engine.client.meta.events.register_first(
        "provide-client-params.dynamodb", lambda params, **_: params.update(TableName="others")
    )
    engine.replies.append((200, encoded({})))
    DOC.save()
    assert [{"TableName": "others", "Item": ITEM}] == engine.got


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (200, b""), (200, encoded([])), (400, b"\xff"), (200, encoded({"Item": 7}))]
)
def test_a_damaged_reply_is_an_error_of_ours(status: int, body: bytes, engine: Any) -> None:
    """Nothing can parse it, or it lacks a part."""
    engine.replies.append((status, body))
    with pytest.raises(DynamoDBClientError):
        Doc.scan()
