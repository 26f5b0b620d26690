"""Read many orders of a customer, page by page."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from pydamodb import PartitionKey, PrimaryKeyAndSortKeyModel, PydamoConfig, SortKey
from pydamodb.testing import engine

START = datetime(2027, 1, 15, 9, 30, tzinfo=timezone.utc)


class Order(PrimaryKeyAndSortKeyModel):
    """An order, found by its customer and its number."""

    pydamo_config = PydamoConfig(table="orders")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    placed_at: AwareDatetime
    total: Annotated[Decimal, Field(ge=Decimal(0))]
    status: Literal["open", "paid", "shipped"] = "open"
    note: str | None = None


def orders_of(
    customer: str, cursor: str | None = None
) -> tuple[list[Order], str | None]:
    """Return three orders, newest first, and the cursor of the next page."""
    page = Order.query(
        customer, limit=3, scan_index_forward=False, exclusive_start_key=cursor
    )
    return page.items, page.cursor


def main() -> None:
    """Save five orders, and read them in three ways."""
    with Order.batch_writer() as writer:
        for number in range(1, 6):
            at = START + timedelta(days=number)
            total = Decimal(10 * number)
            writer.put(
                Order(customer="ann", number=number, placed_at=at, total=total)
            )

    print([order.number for order in Order.query_all("ann")])

    late = Order.query_all("ann", sort_key_condition=Order.attr.number >= 4)
    print([order.number for order in late])

    orders, cursor = orders_of("ann")
    print([order.number for order in orders])
    orders, cursor = orders_of("ann", cursor)
    print([order.number for order in orders], cursor)


if __name__ == "__main__":
    with engine() as pydamo:
        pydamo.tables_for(Order)
        main()
