"""What it costs to read items whose keys are made by templates: `python -m benchmarks.templates` prints the table.

The same page is read by two models. One has the keys as plain fields, the other makes them by a `KeyTemplate`, and each
key that is read is compared with the one that the fields make. The answer is there already, so that no network is
measured. Valgrind counts instructions: those of many scans less those of few, without the garbage collector.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, cast
from uuid import UUID
from zlib import crc32

import boto3
import pydantic_core
from botocore.awsrequest import AWSResponse
from pydantic import BaseModel

from benchmarks.endpoint import ROOT
from benchmarks.records import Address, Status, record
from benchmarks.worker import ENVIRONMENT
from pydamodb import KeyTemplate, PrimaryKeyAndSortKeyModel, PrimaryKeyModel, PydamoConfig
from pydamodb._codec.items import encode_item

ITEMS = 1000
FEW, MANY = 2, 8
NOON = datetime(2024, 5, 1, 12, 30, 15, 250_000, tzinfo=timezone.utc)
TARGET = 1.15
_INSTRUCTIONS = re.compile(r"I\s+refs:\s+([0-9,]+)")


class Order(BaseModel):
    """A small item."""

    tenant: str
    customer: str
    number: int
    placed_at: datetime
    invoice: UUID
    status: Status
    total: Decimal


class Large(Order):
    """An item that has what the record of the other benchmarks has."""

    name: str
    age: int
    active: bool
    tags: list[str]
    address: Address
    nickname: str | None = None
    note: str | None = None


CUSTOMER = "T#{tenant}#CUSTOMER#{customer}"
# The items, the templates of the partition key and of the sort key, and how many items a partition has.
KINDS: dict[str, tuple[type[Order], str, str, int]] = {
    "`ORDER#{number:08}`": (Order, CUSTOMER, "ORDER#{number:08}", ITEMS),
    "`ORDER#{number:08}`, 14 attributes": (Large, CUSTOMER, "ORDER#{number:08}", ITEMS),
    "`ORDER#{number:08}`, 100 partitions": (Order, CUSTOMER, "ORDER#{number:08}", 10),
    "`AT#{placed_at}`": (Order, CUSTOMER, "AT#{placed_at}", ITEMS),
    "`INVOICE#{invoice}`": (Order, CUSTOMER, "INVOICE#{invoice}", ITEMS),
    "`PROFILE`, 1,000 partitions": (Order, CUSTOMER, "PROFILE", 1),
}


class _Raw:
    """The body of a response."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        """Yield all of it."""
        yield self._content


def values_of(number: int, partition: int) -> dict[str, Any]:
    """Return the values of an item of a partition."""
    more = {"placed_at": NOON + timedelta(minutes=number), "invoice": UUID(int=number << 64)}
    total = Decimal(1999 + number).scaleb(-2)
    return {
        **dict(record(number)),
        **more,
        "tenant": "t1",
        "customer": f"ann-{partition}",
        "number": number,
        "total": total,
    }


def models_of(kind: str) -> tuple[Any, Any]:
    """Make the model with plain keys, and the one with templates."""
    fields, partition_key, sort_key, _ = KINDS[kind]
    keys = {"pk": str, "sk": str}
    own = {"__module__": __name__}
    plain = type("Plain", (fields, PrimaryKeyAndSortKeyModel), {**own, "__annotations__": keys})
    base: type = PrimaryKeyAndSortKeyModel if "{" in sort_key else PrimaryKeyModel
    template = KeyTemplate(partition_key, sort_key)
    return plain, type("Templated", (fields, base), {**own, "pydamo_key": template, "__annotations__": {}})


def page_of(kind: str) -> bytes:
    """Return a reply with a page of items."""
    fields, partition_key, sort_key, size = KINDS[kind]
    items: list[Any] = []
    for number in range(ITEMS):
        values = values_of(number, number // size)
        item = encode_item(fields.model_validate(values))
        texts = {**values, "placed_at": item["placed_at"]["S"]}
        key = {"pk": {"S": partition_key.format(**texts)}, "sk": {"S": sort_key.format(**texts)}}
        items.append({**key, **item})
    return pydantic_core.to_json({"Count": ITEMS, "Items": items, "ScannedCount": ITEMS})


def work_of(kind: str) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return the scans of both models, whose answers are compared first."""
    body = page_of(kind)
    checksum = {"x-amz-crc32": str(crc32(body))}

    def answer(**_: object) -> AWSResponse:
        return AWSResponse("", 200, checksum, _Raw(body))

    resource = cast("Any", boto3).resource("dynamodb").Table("records")
    resource.meta.client.meta.events.register_first("before-send.dynamodb", answer)
    plain, templated = models_of(kind)
    for model in (plain, templated):
        model.pydamo_config = PydamoConfig(table=resource, partition_key="pk", sort_key="sk")
    both = [[each.model_dump(exclude={"pk", "sk"}) for each in model.scan_all()] for model in (plain, templated)]
    if both[0] != both[1] or len(both[0]) != ITEMS:
        raise ValueError(kind)
    return plain.scan_all, templated.scan_all


def instructions(kind: str, which: int, scans: int) -> int:
    """Return the instructions of a program that does so many scans."""
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}"]
    program = [sys.executable, "-m", "benchmarks.templates", "--scan", kind, str(which), str(scans)]
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(command + program, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found = _INSTRUCTIONS.search(done.stderr)
    if found is None:
        raise ValueError(done.stderr)
    return int(found[1].replace(",", ""))


def measured(kind: str, which: int) -> float:
    """Return the instructions for an item of a page."""
    few, many = (instructions(kind, which, scans) for scans in (FEW, MANY))
    return (many - few) / (MANY - FEW) / ITEMS


def main() -> None:
    """Print the table, or do what is measured."""
    if sys.argv[1:2] == ["--scan"]:
        kind, which, scans = sys.argv[2:]
        scan = work_of(kind)[int(which)]
        gc.collect()
        gc.disable()
        for _ in range(int(scans)):
            scan()
        return
    if shutil.which("valgrind") is None:
        sys.exit("benchmarks.templates needs valgrind, which counts instructions")
    chosen = sys.argv[1:] or [*KINDS]
    print("| Sort key of the items | plain keys | templates | ratio |\n| --- | ---: | ---: | ---: |")
    for kind in chosen:
        plain, templated = (measured(kind, which) for which in (0, 1))
        ratio = templated / plain
        verdict = f"{ratio:.2f} <= {TARGET}: {'met' if ratio <= TARGET else 'not met'}"
        print(f"| {kind} | {plain:,.0f} | {templated:,.0f} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
