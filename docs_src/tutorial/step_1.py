"""The first model: an order of a customer."""

from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from pydamodb import PartitionKey, PrimaryKeyAndSortKeyModel, PydamoConfig, SortKey
from pydamodb.testing import engine


class Address(BaseModel):
    """Where an order goes."""

    street: str
    city: str


class Order(PrimaryKeyAndSortKeyModel):
    """An order, found by its customer and its number."""

    pydamo_config = PydamoConfig(table="orders")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    placed_at: AwareDatetime
    total: Annotated[Decimal, Field(ge=Decimal(0))]
    status: Literal["open", "paid", "shipped"] = "open"
    note: str | None = None
    address: Address | None = None


def main() -> None:
    """Save an order, and read it."""
    order = Order(
        customer="ann",
        number=1,
        placed_at=datetime(2027, 1, 15, 9, 30, tzinfo=timezone.utc),
        total=Decimal("19.95"),
        address=Address(street="Main Street 1", city="Oslo"),
    )
    order.save()

    print(Order.get_item("ann", 1) == order)
    print(Order.get_item("ann", 2))


if __name__ == "__main__":
    with engine() as pydamo:
        pydamo.tables_for(Order)
        main()
