"""Key templates: what all type checkers agree on, without a plugin."""

from typing import Literal, NamedTuple

from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    Attr,
    Field,
    ForeignItemError,
    InvalidItemError,
    KeyMismatchError,
    KeyTemplate,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    Template,
)

shop = PydamoConfig(table="shop", partition_key="pk", sort_key="sk")


class Customer(PrimaryKeyModel[tuple[str, str]]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{id}", "PROFILE")

    kind: Attr[Literal["customer"]] = Field(default="customer")
    tenant: Attr[str]
    id: Attr[str]


class Order(PrimaryKeyAndSortKeyModel[tuple[str, str], int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")

    kind: Attr[Literal["order"]] = Field(default="order")
    tenant: Attr[str]
    customer_id: Attr[str]
    number: Attr[int]


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

    stream: Attr[str]
    seq: Attr[int]


class Plain(PrimaryKeyAndSortKeyModel):
    pydamo_config = shop
    pydamo_key = KeyTemplate("PLAIN#{a}", "PLAIN#{n:04}")

    a: str
    n: int


Order(tenant="t1", customer_id="ann", number=7).save()
Plain(a="x", n=1).save()
reveal_type(Order.get_item(("t1", "ann"), 7))  # R: Order | None
reveal_type(Customer.get_item(("t1", "ann")))  # R: Customer | None
reveal_type(Invoice.get_item(AccountKey("t1", "ann"), 7))  # R: Invoice | None
reveal_type(Line.key(("t1", "ann"), (7, 2)))  # R: Key[Line]
reveal_type(Order.query_all(("t1", "ann"), sort_key_condition=Order.attr.number.between(1, 5)))  # R: list[Order]
reveal_type(Order.batch_get([(("t1", "ann"), 7)]))  # R: list[Order | None]
reveal_type(Plain.get_item("x", 1))  # R: Plain | None
Line.query_all(("t1", "ann"), sort_key_condition=(Line.attr.number == 7) & (Line.attr.line >= 2))
Order.pydamo_key.sort_key
Template("ALL")


def ignore(error: InvalidItemError) -> None:
    if isinstance(error, (ForeignItemError, KeyMismatchError)):
        print(error.key)


Order.query_all(("t1", "ann"), on_invalid=ignore)


async def events() -> None:
    reveal_type(await Event.get_item("s", 1))  # R: Event | None
    await Event.update_item("s", 1, updates=[Event.attr.seq.set(5)])
    Event.get_item("s", 1)[0]  # E


Order.get_item("t1", 7)  # E
Order.get_item(("t1", "ann"), "7")  # E
Line.key(("t1", "ann"), 1)  # E
Invoice.get_item(("t1", "ann"), 7)  # E
Order(tenant="t1", customer_id="ann", number=7, pk="x")  # E: pyright, basedpyright, mypy, mypy+plugin, ty, zuban
KeyTemplate(5)  # E
KeyTemplate("X", sort="Y")  # E: all, pyrefly+basic
PydamoConfig(table="shop", partition_key=5)  # E
Customer.query_all(("t1", "ann"))  # E
