"""A shop in one table: customers, orders with their lines, and e-mail addresses that are unique."""

from datetime import datetime, timezone
from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, BaseModel

from pydamodb import (
    GlobalIndex,
    KeyTemplate,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    TransactionCanceledError,
    collection,
    transact_write,
)

shop = PydamoConfig(
    table="shop",
    partition_key="pk",
    sort_key="sk",
    indexes=[GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk")],
)


class Customer(PrimaryKeyModel):
    """A customer."""

    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}", "PROFILE")

    kind: Literal["customer"] = "customer"
    id: str
    name: str


class Email(PrimaryKeyModel):
    """An e-mail address, which belongs to one customer."""

    pydamo_config = shop
    pydamo_key = KeyTemplate("EMAIL#{address}", "EMAIL")

    kind: Literal["email"] = "email"
    address: str
    customer: str


class Order(PrimaryKeyAndSortKeyModel):
    """An order; the index finds those of a status, the oldest first."""

    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{customer}", "ORDER#{number:08}")
    by_status = GlobalIndex("gsi1", partition_key="STATUS#{status}", sort_key="{placed_at}")

    kind: Literal["order"] = "order"
    customer: str
    number: int
    placed_at: AwareDatetime
    status: Literal["open", "sent"] = "open"


class Line(PrimaryKeyAndSortKeyModel):
    """A line of an order."""

    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{customer}", "ORDER#{number:08}#LINE#{line:04}")

    kind: Literal["line"] = "line"
    customer: str
    number: int
    line: int
    product: str
    price: Decimal


account = collection(Customer, Order, Line)


class Receipt(BaseModel):
    """An order with its lines."""

    order: Order
    lines: list[Line]

    @property
    def total(self) -> Decimal:
        """What the order costs."""
        return sum((line.price for line in self.lines), Decimal(0))


def register(customer: Customer, address: str) -> bool:
    """Store a new customer with an e-mail address. Return False if one of both is taken."""
    try:
        with transact_write() as tx:
            tx.put(customer, must_be_new=True)
            tx.put(Email(address=address, customer=customer.id), must_be_new=True)
    except TransactionCanceledError as error:
        if "ConditionalCheckFailed" not in [reason.code for reason in error.reasons]:
            raise
        return False
    return True


def order(customer: str, number: int, products: dict[str, Decimal]) -> None:
    """Store an order and its lines: all of them, or nothing."""
    new = Order(customer=customer, number=number, placed_at=datetime.now(timezone.utc))
    with transact_write() as tx:
        tx.check(Customer.key(customer), condition=Customer.attr.id.exists())
        tx.put(new, must_be_new=True)
        for line, (product, price) in enumerate(products.items(), start=1):
            tx.put(Line(customer=customer, number=number, line=line, product=product, price=price))


def receipt(customer: str, number: int) -> Receipt | None:
    """Read an order with its lines, by one query."""
    items = account.query_all(customer, sort_key_condition=Order.attr.number == number)
    orders = [item for item in items if isinstance(item, Order)]
    return Receipt(order=orders[0], lines=[item for item in items if isinstance(item, Line)]) if orders else None


def send_oldest() -> Order | None:
    """Send the order that has been open for the longest time. Return it, or None if there is none."""
    found = Order.by_status.query("open", limit=1).items
    if found:
        found[0].update(updates=[Order.attr.status.set("sent")], condition=Order.attr.status == "open")
    return found[0] if found else None
