"""A small application, which `test_shop.py` tests with the pytest plugin. Nothing in it knows of tests."""

from datetime import datetime, timezone
from typing import Annotated

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncTable,
    OperationError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    ThroughputExceededError,
    transact_write,
)


class Customer(PrimaryKeyModel):
    """A customer, with a count of orders."""

    pydamo_config = PydamoConfig(table="customers")

    id: Annotated[str, PartitionKey]
    email: Annotated[str | None, PartitionKey(index="by-email")] = None
    orders: int = 0


class Order(PrimaryKeyAndSortKeyModel):
    """An order of a customer."""

    pydamo_config = PydamoConfig(table="orders")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    status: str = "open"


class Gift(Order):
    """An order for somebody else, in the table of all orders."""

    text: str = ""


class ArchivedOrder(Order):
    """An order that was moved to another table."""

    pydamo_config = PydamoConfig(table="orders-archive")


async def visits_table() -> AsyncTable:
    """Open the real table, which no test may do."""
    raise NotImplementedError


class Visit(AsyncPrimaryKeyAndSortKeyModel):
    """A visit of a page."""

    pydamo_config = PydamoConfig(table=visits_table)

    page: Annotated[str, PartitionKey]
    at: Annotated[datetime, SortKey]


def customer_of(email: str) -> Customer | None:
    """Return the customer with an address, by one query."""
    found = Customer.query(email, index_name="by-email", limit=1)
    return found.items[0] if found.items else None


def place(order: Order) -> bool:
    """Save a new order and count it, both or nothing. Return False if DynamoDB is too busy."""
    try:
        with transact_write() as transaction:
            transaction.put(order, must_be_new=True)
            transaction.update(Customer.key(order.customer), updates=[Customer.attr.orders.add(1)])
    except ThroughputExceededError:
        return False
    return True


def count_order(customer: str) -> bool | None:
    """Count an order. Return None if it is not known whether it was counted."""
    try:
        Customer.update_item(customer, updates=[Customer.attr.orders.add(1)])
    except OperationError as error:
        if error.outcome_unknown:
            return None
        raise
    return True


def archive(customer: str) -> int:
    """Copy all orders of a customer to the archive; return how many there were."""
    orders = Order.query_all(customer)
    with ArchivedOrder.batch_writer() as writer:
        for order in orders:
            writer.put(ArchivedOrder.model_validate(order.model_dump()))
    return len(orders)


async def visit(page: str, *days: int) -> int:
    """Note visits of a page on days of January; return how many visits it has."""
    for day in days:
        await Visit(page=page, at=datetime(2026, 1, day, tzinfo=timezone.utc)).save()
    return len(await Visit.query_all(page))
