"""Find the open orders of all customers: a sparse index."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from pydamodb import PartitionKey, PrimaryKeyAndSortKeyModel, PydamoConfig, SortKey
from pydamodb.testing import engine

START = datetime(2027, 1, 15, 9, 30, tzinfo=timezone.utc)


class Order(PrimaryKeyAndSortKeyModel):
    """An order. As long as it is to do, it is in the index `to-do`."""

    pydamo_config = PydamoConfig(table="orders")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    placed_at: Annotated[AwareDatetime, SortKey(index="to-do")]
    total: Annotated[Decimal, Field(ge=Decimal(0))]
    status: Literal["open", "paid", "shipped"] = "open"
    to_do: Annotated[str | None, PartitionKey(index="to-do")] = None
    note: str | None = None


def to_do() -> list[str]:
    """Name the orders that are to do, oldest first."""
    orders = Order.query_all("yes", index_name="to-do")
    return [f"{order.customer} {order.number}" for order in orders]


def main() -> None:
    """Place two orders, and ship one."""
    for hours, customer in enumerate(["bob", "ann"]):
        Order(
            customer=customer,
            number=1,
            placed_at=START + timedelta(hours=hours),
            total=Decimal(20),
            to_do="yes",
        ).save()
    print(to_do())

    Order.update_item("bob", 1, updates=Order.changes(status="shipped", to_do=None))
    print(to_do())


if __name__ == "__main__":
    with engine() as pydamo:
        pydamo.tables_for(Order)
        main()
