"""Items in and out: what the functions and methods take, and what they return."""

from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Annotated, Any

from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    Collection,
    InvalidItemError,
    KeyTemplate,
    PartitionKey,
    PrimaryKeyModel,
    PydamoConfig,
    collection,
    dump_items,
    load_items,
)

shop = PydamoConfig(table="shop", partition_key="pk")


class Customer(PrimaryKeyModel[str]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("CUSTOMER#{id}")

    id: Attr[str]


class Order(PrimaryKeyModel[int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate("ORDER#{number}")

    number: Attr[int]


class Later(AsyncPrimaryKeyModel[str]):
    id: Attr[Annotated[str, PartitionKey]]


def made() -> Iterator[Customer | Order]:
    yield Customer(id="a")


def leave_out(error: InvalidItemError) -> None:
    print(error.key)


def replaced(error: InvalidItemError) -> Order:
    return Order(number=1)


class Body:
    def read(self, amt: int | None = None) -> bytes:
        return b""


class Other:
    pass


def read(item: Mapping[str, Any], path: Path) -> None:
    reveal_type(Customer.from_item(item))  # R: Customer
    reveal_type(Later.from_item(item))  # R: Later
    reveal_type(Customer(id="a").to_item())  # R: dict[str, dict[str, Any]]
    reveal_type(Customer(id="a").to_item(as_bytes=True))  # R: dict[str, dict[str, Any]]
    reveal_type(dump_items(made(), path))  # R: int
    reveal_type(load_items(Customer, path))  # R: Iterator[Customer]
    reveal_type(load_items(Later, "items.jsonl"))  # R: Iterator[Later]
    for customer in load_items(Customer, Body(), on_invalid=leave_out):
        reveal_type(customer)  # R: Customer
    dump_items([Customer(id="a"), Later(id="a")], BytesIO())
    dump_items([item, {"id": {"S": "a"}}], "items.jsonl.gz")
    with path.open("rb") as file:
        load_items(Order, file, on_invalid=replaced)
    with path.open("wb") as file:
        dump_items([Order(number=1)], file)
    Customer.from_item(3)  # E
    Customer.from_item(Customer(id="a"))  # E
    Customer(id="a").to_item(True)  # E
    dump_items(Other(), path)  # E
    dump_items([5], path)  # E
    dump_items([Order(number=1)], 5)  # E
    dump_items([Order(number=1)], StringIO())  # E
    load_items(Other, path)  # E
    load_items(Customer, 5)  # E
    load_items(Customer, StringIO())  # E
    wrong: Iterator[Order] = load_items(Customer, path)  # E


def read_kinds(account: Collection[Customer | Order, Any], path: Path) -> None:
    reveal_type(account.from_item({}))  # R: Customer | Order
    reveal_type(load_items(account, path))  # R: Iterator[Customer | Order]
    load_items(account, path, on_invalid=replaced)


print(collection(Customer, Customer).from_item(3))  # E
