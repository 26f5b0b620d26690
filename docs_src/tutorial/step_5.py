"""Pay an order: order, payment and stock change together, or not at all."""

from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from pydamodb import (
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    TransactionCanceledError,
    transact_write,
)
from pydamodb.testing import engine

START = datetime(2027, 1, 15, 9, 30, tzinfo=timezone.utc)


class Product(PrimaryKeyModel):
    """Something that the shop sells, and how many there are."""

    pydamo_config = PydamoConfig(table="products")

    sku: Annotated[str, PartitionKey]
    stock: int


class Order(PrimaryKeyAndSortKeyModel):
    """An order of one product."""

    pydamo_config = PydamoConfig(table="orders")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    placed_at: AwareDatetime
    product: str
    total: Annotated[Decimal, Field(ge=Decimal(0))]
    status: Literal["open", "paid", "shipped"] = "open"


class Payment(PrimaryKeyModel):
    """A payment, with the identifier that the bank gave it."""

    pydamo_config = PydamoConfig(table="payments")

    id: Annotated[str, PartitionKey]
    amount: Decimal


def pay(order: Order, payment: str) -> str:
    """Pay an order. Return what happened."""
    try:
        with transact_write() as tx:
            tx.update(
                Order.key(order.customer, order.number),
                updates=[Order.attr.status.set("paid")],
                condition=Order.attr.status == "open",
            )
            tx.put(Payment(id=payment, amount=order.total), must_be_new=True)
            tx.update(
                Product.key(order.product),
                updates=[Product.attr.stock.add(-1)],
                condition=Product.attr.stock >= 1,
            )
    except TransactionCanceledError as error:
        steps = ("the order is not open", "paid already", "sold out")
        failed = zip(steps, error.reasons, strict=True)
        return ", ".join(step for step, reason in failed if reason.code)
    return "paid"


def main() -> None:
    """Sell one cup of tea, and try it again."""
    Product(sku="tea", stock=1).save()
    orders = [
        Order(
            customer="ann",
            number=number,
            placed_at=START,
            product="tea",
            total=Decimal(4),
        )
        for number in (1, 2)
    ]
    for order in orders:
        order.save()

    print(pay(orders[0], "p-1"))
    print(pay(orders[0], "p-1"))
    print(pay(orders[1], "p-2"))
    print(Payment.get_item("p-2"))


if __name__ == "__main__":
    with engine() as pydamo:
        pydamo.tables_for(Product, Order, Payment)
        main()
