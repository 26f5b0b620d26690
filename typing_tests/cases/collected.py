"""Collections of several models: what all type checkers agree on, without a plugin."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel
from typing_extensions import reveal_type

from pydamodb import (
    AsyncCollection,
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    Attr,
    Collection,
    Field,
    GlobalIndex,
    InvalidItemError,
    KeyTemplate,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    StreamRecord,
    collection,
)

shop = PydamoConfig(
    table="shop",
    partition_key="pk",
    sort_key="sk",
    indexes=[GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk")],
)


class Customer(PrimaryKeyModel[tuple[str, str]]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{id}", "PROFILE")

    kind: Attr[Literal["customer"]] = Field(default="customer")
    tenant: Attr[str]
    id: Attr[str]


class Order(PrimaryKeyAndSortKeyModel[tuple[str, str], int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")
    by_status = GlobalIndex[str](
        "gsi1", partition_key="STATUS#{status}", sort_key="{number:08}"
    )

    kind: Attr[Literal["order"]] = Field(default="order")
    tenant: Attr[str]
    customer_id: Attr[str]
    number: Attr[int]
    status: Attr[str] = Field(default="open")
    total: Attr[Decimal] = Field(default=Decimal(0))


class Line(PrimaryKeyAndSortKeyModel[tuple[str, str], tuple[int, int]]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}#LINE#{line:04}")
    by_status = GlobalIndex[str](
        "gsi1", partition_key="STATUS#{status}", sort_key="{number:08}"
    )
    by_number = GlobalIndex[int](
        "gsi1", partition_key="NUMBER#{number}", sort_key="{line:08}"
    )

    kind: Attr[Literal["line"]] = Field(default="line")
    tenant: Attr[str]
    customer_id: Attr[str]
    number: Attr[int]
    line: Attr[int]
    status: Attr[str] = Field(default="open")
    product: Attr[str] = Field(default="pen")


class Friend(PrimaryKeyAndSortKeyModel[str, str]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("PERSON#{a}", "FRIEND#{b}")

    a: Attr[str]
    b: Attr[str]


class Event(AsyncPrimaryKeyAndSortKeyModel[str, int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("STREAM#{stream}", "EVENT#{seq:012}")
    by_type = GlobalIndex[str](
        "gsi1", partition_key="TYPE#{type}", sort_key="{seq:012}"
    )

    stream: Attr[str]
    seq: Attr[int]
    type: Attr[str]


class Snapshot(AsyncPrimaryKeyModel[str]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("STREAM#{stream}", "SNAPSHOT")
    by_type = GlobalIndex[str](
        "gsi1", partition_key="TYPE#{type}", sort_key="{size:012}"
    )

    stream: Attr[str]
    type: Attr[str]
    size: Attr[int]


class Plain(PrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("PLAIN#{a}", "PLAIN#{n:04}")

    a: str
    n: int


class Other(PrimaryKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("PLAIN#{a}", "OTHER")

    a: str


class Tenant(BaseModel):
    tenant: str


account = collection(Customer, Order, Line)
reveal_type(account)  # R: Collection[Customer | Order | Line, tuple[str, str]]
reveal_type(account.query_all(("t1", "ann")))  # R: list[Customer | Order | Line]
reveal_type(account.query(("t1", "ann"), limit=5))  # R: QueryResult[Customer | Order | Line]
reveal_type(account.scan_all())  # R: list[Customer | Order | Line]
reveal_type(account.scan(limit=5))  # R: QueryResult[Customer | Order | Line]
reveal_type(account.query_count(("t1", "ann"), sort_key_condition=Order.attr.number == 7))  # R: int
reveal_type(account.scan_count())  # R: int
reveal_type(account.query_all(("t1", "ann"), projection=Tenant))  # R: list[Tenant]
reveal_type(account.batch_get([Customer.key(("t1", "ann")), Order.key(("t1", "ann"), 7)]))  # R: list[Customer | Order | Line | None]
reveal_type(account.from_stream_record({}))  # R: StreamRecord[Customer | Order | Line] | None
for item in account.query_iter(("t1", "ann"), page_size=10):
    reveal_type(item)  # R: Customer | Order | Line
    if isinstance(item, Order):
        reveal_type(item.total)  # R: Decimal
    elif isinstance(item, Line):
        reveal_type(item.product)  # R: str
    else:
        reveal_type(item)  # R: Customer
for each in account.scan_iter(max_items=10):
    reveal_type(each)  # R: Customer | Order | Line
with account.batch_writer() as writer:
    writer.put(Order(tenant="t1", customer_id="ann", number=7))
    writer.delete(Line.key(("t1", "ann"), (7, 1)))
    writer.delete(Customer(tenant="t1", id="ann"))
    writer.put(Friend(a="a", b="b"))  # E
    writer.delete(Friend.key("a", "b"))  # E
reveal_type(collection(Order.by_status, Line.by_status).query_all("open"))  # R: list[Order | Line]
reveal_type(collection(Order).query_all(("t1", "ann")))  # R: list[Order]
reveal_type(Collection[Order | Line](Order, Line).query_all(("t1", "ann")))  # R: list[Order | Line]
reveal_type(Collection[Order | Line, tuple[str, str]](Order, Line).scan_all())  # R: list[Order | Line]
reveal_type(collection(Plain, Other).query_all("a"))  # R: list[Plain | Other]
reveal_type(collection(Plain, Other).query_all(5, sort_key_condition=Plain.attr.n == 5))  # R: list[Plain | Other]


def leave_out(error: InvalidItemError) -> None:
    print(error.key)


def replaced(error: InvalidItemError) -> Order:
    return Order(tenant="t1", customer_id="ann", number=7)


account.query_all(("t1", "ann"), on_invalid=leave_out)
account.scan_all(on_invalid=replaced, total_segments=4)


def read(items: Collection[Order | Line, tuple[str, str]], record: dict[str, Any]) -> None:
    found: StreamRecord[Order | Line] | None = items.from_stream_record(record)
    print(found)


read(collection(Order, Line), {})

stream = collection(Event, Snapshot)
reveal_type(stream)  # R: AsyncCollection[Event | Snapshot, str]


async def events() -> None:
    reveal_type(await stream.query_all("s"))  # R: list[Event | Snapshot]
    reveal_type(await stream.query("s", sort_key_condition=Event.attr.seq > 5))  # R: QueryResult[Event | Snapshot]
    reveal_type(await stream.scan_count())  # R: int
    reveal_type(await stream.batch_get([Event.key("s", 1), Snapshot.key("s")]))  # R: list[Event | Snapshot | None]
    reveal_type(await collection(Event.by_type, Snapshot.by_type).query_all("x"))  # R: list[Event | Snapshot]
    reveal_type(await AsyncCollection[Event | Snapshot](Event, Snapshot).scan_all())  # R: list[Event | Snapshot]
    async for item in stream.query_iter("s"):
        reveal_type(item)  # R: Event | Snapshot
    async with stream.batch_writer() as writer:
        await writer.put(Snapshot(stream="s", type="x", size=1))
        await writer.put(Order(tenant="t1", customer_id="ann", number=7))  # E
    found: list[Event | Snapshot] = stream.query_all("s")  # E
    for _ in stream.query_iter("s"):  # E
        pass
    await stream.query_all(5)  # E


orders: list[Order] = account.query_all(("t1", "ann"))  # E
account.query_all("ann")  # E
account.query_all(("t1", "ann"), sort_key_conditon=Order.attr.number == 7)  # E
account.query_all(("t1", "ann"), index_name="gsi1")  # E
account.batch_get([Friend.key("a", "b")])  # E
account.batch_get([(("t1", "ann"), 7)])  # E
collection(Customer, 5)  # E
collection(Customer, Friend)  # E
collection(Customer, Line.by_number)  # E
collection(Order.by_status, Line.by_number)  # E
collection(Event, Friend)  # E
collection(Order, Event)  # E
collection()  # E
Collection[Order | Line](Order, Friend)  # E
Collection(Event)  # E
AsyncCollection(Order)  # E
