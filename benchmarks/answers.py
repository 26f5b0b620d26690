"""What the endpoint answers: whole HTTP responses as bytes, made when first asked for, and ready from then on."""

from __future__ import annotations

import json
import zlib
from functools import cache
from typing import Any

from benchmarks import wire
from benchmarks.nesting import nests
from benchmarks.records import record, records

TABLE = "records"
PAGED = "records-paged"  # a table of many pages
PAGES = 100


def response(body: bytes) -> bytes:
    """Return an HTTP response with the headers of DynamoDB."""
    head = (
        "HTTP/1.1 200 OK\r\n"
        "Server: Server\r\n"
        "Content-Type: application/x-amz-json-1.0\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: keep-alive\r\n"
        "x-amzn-RequestId: BENCHMARKBENCHMARKBENCHMARKBENCHMARKBENCHMARKBENCHMARKA\r\n"
        f"x-amz-crc32: {zlib.crc32(body)}\r\n"
        "\r\n"
    )
    return head.encode() + body


def _dumped(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _page(items: list[wire.Wire]) -> bytes:
    return _dumped({"Count": len(items), "ScannedCount": len(items), "Items": items})


@cache
def _thousand() -> list[wire.Wire]:
    return wire.items(records(1_000))


@cache
def _many() -> bytes:
    return _page(_thousand()).removesuffix(b"}")


def page_of_many(number: int) -> bytes:
    """Return the response with a page of the table of many pages; its key names the next one."""
    last = b"" if number == PAGES else b',"LastEvaluatedKey":{"pk":{"S":"p"},"sk":{"S":"page-%d"}}' % number
    return response(_many() + last + b"}")


def _description(table: str) -> dict[str, Any]:
    return {
        "TableName": table,
        "TableStatus": "ACTIVE",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    }


def _items_of(table: str) -> list[wire.Wire]:
    kind, _, number = table.partition("-")
    if kind == "nested":
        return wire.items(nests(int(number)))
    return wire.items(records(int(number))) if number else _thousand()


@cache
def body(operation: str, table: str) -> bytes:
    """Return the body of the answer to an operation on a table."""
    match operation:
        case "GetItem":
            return _dumped({"Item": wire.item(record(0), nulls=True)})
        case "UpdateItem ALL_NEW":
            return _dumped({"Attributes": wire.item(record(0), nulls=True)})
        case "Query" | "Scan":
            return _page(_items_of(table))
        case "BatchWriteItem":
            return b'{"UnprocessedItems":{}}'
        case "BatchGetItem":
            return _dumped({"Responses": {table: _thousand()[:100]}, "UnprocessedKeys": {}})
        case "DescribeTable":
            return _dumped({"Table": _description(table)})
        case _:
            return b"{}"


@cache
def answer(operation: str, table: str) -> bytes:
    """Return the whole response."""
    return response(body(operation, table))
