"""Key templates and named indexes: what all type checkers agree on, without a plugin."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Literal, NamedTuple

from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    Attr,
    Field,
    ForeignItemError,
    GlobalIndex,
    InvalidItemError,
    KeyMismatchError,
    KeyTemplate,
    LocalIndex,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    Template,
)

shop = PydamoConfig(
    table="shop",
    partition_key="pk",
    sort_key="sk",
    indexes=[
        GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),
        GlobalIndex("gsi2", partition_key="gsi2pk", sort_key="gsi2sk"),
        LocalIndex("lsi1", sort_key="lsi1sk"),
    ],
)


class Status(str, Enum):
    OPEN = "open"
    PAID = "paid"


class Customer(PrimaryKeyModel[tuple[str, str]]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{id}", "PROFILE")

    kind: Attr[Literal["customer"]] = Field(default="customer")
    tenant: Attr[str]
    id: Attr[str]


class Order(PrimaryKeyAndSortKeyModel[tuple[str, str], int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")
    by_status = GlobalIndex[tuple[str, Status]](
        "gsi1", partition_key="T#{tenant}#STATUS#{status}", sort_key="{at}"
    )
    by_courier = GlobalIndex[str](
        "gsi2", partition_key="COURIER#{courier}", sort_key=Template("ALL")
    )
    by_total = LocalIndex(
        "lsi1", sort_key="{total:012.2f}"
    )

    kind: Attr[Literal["order"]] = Field(default="order")
    tenant: Attr[str]
    customer_id: Attr[str]
    number: Attr[int]
    status: Attr[Status] = Field(default=Status.OPEN)
    at: Attr[datetime]
    courier: Attr[str | None] = Field(default=None)
    total: Attr[Decimal] = Field(default=Decimal(0))


class Express(Order):
    hours: Attr[int] = Field(default=24)


class Line(PrimaryKeyAndSortKeyModel[tuple[str, str], tuple[int, int]]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}#LINE#{line:04}")

    tenant: Attr[str]
    customer_id: Attr[str]
    number: Attr[int]
    line: Attr[int]


class AccountKey(NamedTuple):
    tenant: str
    customer_id: str


class Invoice(PrimaryKeyAndSortKeyModel[AccountKey, int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "INVOICE#{number:08}")

    tenant: Attr[str]
    customer_id: Attr[str]
    number: Attr[int]


class Event(AsyncPrimaryKeyAndSortKeyModel[str, int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("STREAM#{stream}", "EVENT#{seq:012}")
    by_type = GlobalIndex[str](
        "gsi1", partition_key="EVENTS#{type}", sort_key="{seq:012}"
    )
    by_size = LocalIndex(
        "lsi1", sort_key="{size:06}"
    )

    stream: Attr[str]
    seq: Attr[int]
    type: Attr[str]
    size: Attr[int]


class Plain(PrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("PLAIN#{a}", "PLAIN#{n:04}")
    by_a = GlobalIndex(
        "gsi2", partition_key="PLAINS#{a}"
    )

    a: str
    n: int


class Unit(PrimaryKeyModel[str]):
    by_town = GlobalIndex[str](
        "by-town", partition_key="town"
    )

    name: Attr[str]
    town: Attr[str]


now = datetime(2026, 1, 1)


Order(tenant="t1", customer_id="ann", number=7, at=now).save()
Plain(a="x", n=1).save()
reveal_type(Order.get_item(("t1", "ann"), 7))  # R: Order | None
reveal_type(Customer.get_item(("t1", "ann")))  # R: Customer | None
reveal_type(Invoice.get_item(AccountKey("t1", "ann"), 7))  # R: Invoice | None
reveal_type(Line.key(("t1", "ann"), (7, 2)))  # R: Key[Line]
reveal_type(Line.from_stream_record({}).key)  # R: Key[Line] | None
reveal_type(Order.query_all(("t1", "ann"), sort_key_condition=Order.attr.number.between(1, 5)))  # R: list[Order]
reveal_type(Order.batch_get([(("t1", "ann"), 7)]))  # R: list[Order | None]
reveal_type(Plain.get_item("x", 1))  # R: Plain | None
Line.query_all(("t1", "ann"), sort_key_condition=(Line.attr.number == 7) & (Line.attr.line >= 2))
Order.pydamo_key.sort_key
reveal_type(Order.by_status.query(("t1", Status.OPEN), limit=5))  # R: QueryResult[Order]
reveal_type(Order.by_status.query_all(("t1", Status.OPEN), sort_key_condition=Order.attr.at > now))  # R: list[Order]
reveal_type(Order.by_status.query_count(("t1", Status.OPEN)))  # R: int
reveal_type(Order.by_courier.query_all("dhl"))  # R: list[Order]
reveal_type(Order.by_total.query_all(("t1", "ann"), sort_key_condition=Order.attr.total < 5))  # R: list[Order]
reveal_type(Express.by_status.query_all(("t1", Status.OPEN)))  # R: list[Express]
reveal_type(Order.by_courier.query_all("dhl", projection=Unit))  # R: list[Unit]
reveal_type(Plain.by_a.query_all(5))  # R: list[Plain]
reveal_type(Unit.by_town.query_all("Oslo"))  # R: list[Unit]
for order in Order.by_courier.query_iter("dhl", max_items=5):
    reveal_type(order)  # R: Order
Template("ALL")


def ignore(error: InvalidItemError) -> None:
    if isinstance(error, (ForeignItemError, KeyMismatchError)):
        print(error.key)


Order.query_all(("t1", "ann"), on_invalid=ignore)


async def events() -> None:
    reveal_type(await Event.get_item("s", 1))  # R: Event | None
    reveal_type(await Event.by_type.query_all("click", sort_key_condition=Event.attr.seq > 5))  # R: list[Event]
    reveal_type(await Event.by_size.query_all("s"))  # R: list[Event]
    reveal_type(await Event.by_type.query_count("click"))  # R: int
    async for event in Event.by_type.query_iter("click"):
        reveal_type(event)  # R: Event
    events: list[Event] = Event.by_type.query_all("click")  # E
    await Event.by_size.query_all(5)  # E
    await Event.update_item("s", 1, updates=[Event.attr.seq.set(5)])
    Event.get_item("s", 1)[0]  # E


Order.get_item("t1", 7)  # E
Order.get_item(("t1", "ann"), "7")  # E
Line.key(("t1", "ann"), 1)  # E
Invoice.get_item(("t1", "ann"), 7)  # E
Order(tenant="t1", customer_id="ann", number=7, at=now, pk="x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty, zuban
KeyTemplate(5)  # E
KeyTemplate("X", sort="Y")  # E: all, pyrefly+basic
PydamoConfig(table="shop", partition_key=5)  # E
Customer.query_all(("t1", "ann"))  # E
Order.by_status.query_all(("t1", 5))  # E
Order.by_status.query_all("open")  # E
Order.by_statu.query_all(("t1", Status.OPEN))  # E
Order.by_courier.query_all("dhl", sort_key_conditon=Order.attr.total > 1)  # E
Order.by_courier.query_all("dhl", sort_key_condition=Order.attr.at > 5)  # E
Order.by_courier.query_all("dhl", index_name="gsi1")  # E
Order.by_total.query_all("x")  # E
Unit.by_town.query_all(5)  # E
GlobalIndex[str]("gsi1", partition="x")  # E: all, pyrefly+basic
