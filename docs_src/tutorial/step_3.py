"""Change an order, only if it is still as we expect."""

from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from pydamodb import (
    ConditionCheckFailedError,
    InvalidUpdateError,
    ItemNotFoundError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PydamoConfig,
    SortKey,
)
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
    views: int = 0


def ship(customer: str, number: int) -> str:
    """Ship an order that is paid. Return what happened."""
    try:
        Order.update_item(
            customer,
            number,
            updates=Order.changes(status="shipped"),
            condition=Order.attr.status == "paid",
            must_exist=True,
        )
    except ItemNotFoundError:
        return "no such order"
    except ConditionCheckFailedError:
        return "not paid"
    return "shipped"


def main() -> None:
    """Change an order in several ways."""
    Order(customer="ann", number=1, placed_at=START, total=Decimal(20)).save()

    print(ship("ann", 1), "/", ship("ann", 99))

    changed = Order.update_item(
        "ann",
        1,
        updates=[Order.attr.status.set("paid"), Order.attr.views.add(1)],
        must_exist=True,
        return_values="ALL_NEW",
    )
    print(changed.status, changed.views)
    print(ship("ann", 1))

    try:
        Order.update_item("ann", 1, updates=[Order.attr.total.set(Decimal(-1))])
    except InvalidUpdateError as error:
        print(error)


if __name__ == "__main__":
    with engine() as pydamo:
        pydamo.tables_for(Order)
        main()
