"""The data of all workloads: one model of twelve attributes, and its records. Nothing here knows DynamoDB.

There is no `float`: dyntastic cannot write one. Enough else is left that libraries treat differently.
"""

from __future__ import annotations

import inspect
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum

from pydantic import BaseModel

PK = "customer#42"


class Status(Enum):
    """A text with a type."""

    OPEN = "open"
    PAID = "paid"
    SHIPPED = "shipped"


class Address(BaseModel):
    """A model inside of a model."""

    street: str
    city: str
    number: int


class Record(BaseModel):
    """What is read and written, in every contestant's own way."""

    pk: str
    sk: str
    name: str
    status: Status
    age: int
    price: Decimal
    active: bool
    created_at: datetime
    tags: list[str]
    address: Address
    nickname: str | None = None
    note: str | None = None


# The fields of the record as they stand above, for those who measure what a class statement costs.
CLASS_BODY = "\n" + inspect.getsource(Record).partition('"""\n\n')[2]
CLASS_NAMES: dict[str, object] = {"Address": Address, "Decimal": Decimal, "Status": Status, "datetime": datetime}


def record(number: int) -> Record:
    """Return the record of a number: its nickname is set, its note is None."""
    return Record(
        pk=PK,
        sk=f"order#{number:06}",
        name=f"Ada Lovelace the {number}th",
        status=list(Status)[number % 3],
        age=20 + number % 60,
        price=Decimal(1999 + 7 * number).scaleb(-2),
        active=number % 2 == 0,
        created_at=datetime(2024, 5, 1, 12, 30, 15, 250_000, tzinfo=timezone.utc) + timedelta(minutes=number),
        tags=["new", "gift", f"tag-{number % 10}"],
        address=Address(street=f"Main Street {number}", city="Zürich", number=number),
        nickname=f"ada-{number}",
    )


def records(count: int) -> list[Record]:
    """Return the first records."""
    return [record(number) for number in range(count)]


# What `update_item` sets in record 0, if that is active.
UPDATES: dict[str, Status | int | Decimal] = {"status": Status.SHIPPED, "age": 36, "price": Decimal("12.5")}
