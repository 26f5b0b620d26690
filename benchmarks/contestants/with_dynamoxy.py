"""The models of dynamoxy, as its documentation shows them; its core is written in Rust."""

from __future__ import annotations

import os
from datetime import datetime
from decimal import Decimal
from typing import Any

import dynamoxy
from dynamoxy import Attr, field, partition_key, sort_key

from benchmarks.answers import TABLE
from benchmarks.crowds import Crowd
from benchmarks.records import PK, Address, Status, record


class Stored(dynamoxy.Model, table=TABLE):
    """The record, as an item of a table."""

    pk: Attr[str] = partition_key()
    sk: Attr[str] = sort_key()
    name: Attr[str]
    status: Attr[Status]
    age: Attr[int]
    price: Attr[Decimal]
    active: Attr[bool]
    created_at: Attr[datetime]
    tags: Attr[list[str]]
    address: Attr[Address]
    nickname: Attr[str | None] = field(default=None)
    note: Attr[str | None] = field(default=None)


class Entry(Crowd):
    """What a user writes: one client, which stays open."""

    def __init__(self) -> None:
        super().__init__()
        endpoint = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
        self._client = dynamoxy.Client(region=os.environ["AWS_DEFAULT_REGION"], endpoint_url=endpoint)
        self.run(self._client.__aenter__)
        self._records = self._client.repository(Stored)
        self._first = record(0)

    async def leave(self) -> None:
        await self._client.close()

    async def read_get_item(self) -> Any:
        return await self._records.get(PK, self._first.sk)

    async def read_query(self) -> Any:
        return await self._records.query(pk=PK).all()
