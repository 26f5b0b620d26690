"""A tour of pydamodb: every step shows the code that runs, and what it prints.

It runs on moto, inside this process, or on the engine that AWS_ENDPOINT_URL_DYNAMODB names. Its table has a name of
its own and is deleted at the end.
"""

from __future__ import annotations

import inspect
import os
import textwrap
from contextlib import nullcontext
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
from moto import mock_aws

from pydamodb import ConditionCheckFailedError, PrimaryKeyAndSortKeyModel, PydamoConfig

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE_NAME = f"pydamodb-quickstart-{uuid4().hex[:8]}"


class Order(PrimaryKeyAndSortKeyModel):
    """An order of a customer: a Pydantic model whose items live in one table."""

    pydamo_config = PydamoConfig(table=TABLE_NAME)

    customer: str  # partition key of the table
    number: int  # sort key of the table
    total: Decimal
    status: str = "open"  # partition key of the index "by-status"; its sort key is `total`
    note: str | None = None


def save_and_read() -> None:
    """Save an order, and read it by its key."""
    order = Order(customer="ann", number=1, total=Decimal("19.90"))
    order.save()
    print(Order.get_item("ann", 1))
    print(Order.get_item("ann", 1) == order)
    print(Order.get_item("ann", 999))


def update_under_a_condition() -> None:
    """Ship the order, if it is still open."""
    Order.update_item(
        "ann",
        1,
        updates={Order.attr.status: "shipped", Order.attr.note: "left at the door"},
        condition=Order.attr.status == "open",
    )
    print(Order.get_item("ann", 1))


def refused_condition() -> None:
    """Try to ship it again: the condition does not hold, so nothing is written."""
    try:
        Order.update_item("ann", 1, updates={Order.attr.note: "twice?"}, condition=Order.attr.status == "open")
    except ConditionCheckFailedError as error:
        print(f"refused, because this does not hold: {error.condition}")


def write_a_batch() -> None:
    """Write many orders with few requests: 25 to each."""
    with Order.batch_writer() as writer:
        for number in range(2, 41):
            writer.put(Order(customer="ann", number=number, total=Decimal(number)))
        writer.put(Order(customer="bob", number=1, total=Decimal("7.50")))
    print(len(Order.query_all("ann")), "orders of ann")


def query_the_table() -> None:
    """Query one customer's orders, in the order of the sort key, with a filter on another field."""
    page = Order.query(
        "ann",
        sort_key_condition=Order.attr.number.between(1, 5),
        filter_condition=(Order.attr.total >= Decimal("2.50")) & Order.attr.note.not_exists(),
    )
    print([order.number for order in page.items])


def query_the_index() -> None:
    """Query the open orders of all customers, in the order of their totals."""
    page = Order.query("open", index_name="by-status", sort_key_condition=Order.attr.total >= Decimal("7.5"), limit=3)
    print([(order.customer, order.total) for order in page.items])


def read_page_by_page() -> None:
    """Read ann's orders 15 at a time; `query_all` does the same in one call."""
    page = Order.query("ann", limit=15)
    print(len(page.items), "orders, continue after", page.last_evaluated_key)
    while page.last_evaluated_key:
        page = Order.query("ann", limit=15, exclusive_start_key=page.last_evaluated_key)
        print(len(page.items), "orders, continue after", page.last_evaluated_key)


def delete_an_order() -> None:
    """Delete an order by its key."""
    Order.delete_item("bob", 1)
    print(Order.get_item("bob", 1))


STEPS: tuple[Callable[[], None], ...] = (
    save_and_read,
    update_under_a_condition,
    refused_condition,
    write_a_batch,
    query_the_table,
    query_the_index,
    read_page_by_page,
    delete_an_order,
)


def show(number: int, step: Callable[[], None]) -> None:
    """Print what a step is for and its code, then run it."""
    title = inspect.getdoc(step) or ""
    body = inspect.getsource(step).split('"""')[2]
    print(f"\n{number}. {title}\n\n{code(body)}\n")
    step()


def code(text: str) -> str:
    """Set code off from what it prints."""
    return "\n".join(f"    | {line}".rstrip() for line in textwrap.dedent(text).strip().splitlines())


def create_table() -> Any:
    """Create the table with its index; pydamodb itself never creates or changes tables."""
    table: Any = boto3.resource("dynamodb").create_table(
        TableName=TABLE_NAME,
        KeySchema=[
            {"AttributeName": "customer", "KeyType": "HASH"},
            {"AttributeName": "number", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-status",
                "KeySchema": [
                    {"AttributeName": "status", "KeyType": "HASH"},
                    {"AttributeName": "total", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        AttributeDefinitions=[
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
            {"AttributeName": "status", "AttributeType": "S"},
            {"AttributeName": "total", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    return table


def use_made_up_credentials() -> None:
    """Set credentials and a region where there are none: local engines take any."""
    if not {"AWS_ACCESS_KEY_ID", "AWS_PROFILE"} & os.environ.keys():
        os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")  # noqa: S106 - made up
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")


def main() -> None:
    """Run all steps on a new table."""
    use_made_up_credentials()
    endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    print(f"pydamodb on {endpoint or 'moto, a DynamoDB inside this process'}")
    with nullcontext() if endpoint else mock_aws():
        table = create_table()
        print(f"Created the table {TABLE_NAME}. The model of its items:\n")
        print(code(inspect.getsource(Order)))
        try:
            for number, step in enumerate(STEPS, start=1):
                show(number, step)
        finally:
            table.delete()
            print(f"\nDeleted the table {TABLE_NAME}.")


if __name__ == "__main__":
    main()
