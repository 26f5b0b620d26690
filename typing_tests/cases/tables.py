"""Tables from models: which models the functions take, and what they return."""

from typing import Annotated, Any, Literal

from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    Attr,
    GlobalIndex,
    LocalIndex,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    TableDifference,
    check_tables,
    check_tables_async,
    create_tables,
    create_tables_async,
    ensure_tables,
    ensure_tables_async,
    table_definition,
)


class Customer(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(
        table="shop", indexes=[GlobalIndex("by-name", "name", projection="INCLUDE", includes=["town"])]
    )
    by_town = GlobalIndex[str]("by-town", partition_key="town", projection="INCLUDE", includes=("name",))

    id: Attr[Annotated[str, PartitionKey]]
    name: Attr[str]
    town: Attr[str]


class Order(PrimaryKeyAndSortKeyModel[str, int]):
    customer: Attr[Annotated[str, PartitionKey]]
    number: Attr[Annotated[int, SortKey]]


class Plain(PrimaryKeyModel):
    id: Annotated[str, PartitionKey]


class Later(AsyncPrimaryKeyModel[str]):
    id: Attr[Annotated[str, PartitionKey]]


class LaterOrder(AsyncPrimaryKeyAndSortKeyModel[str, int]):
    customer: Attr[Annotated[str, PartitionKey]]
    number: Attr[Annotated[int, SortKey]]


class Other:
    id: str = ""


def right(models: list[type[PrimaryKeyModel[Any]]], kind: Literal["create_table", "cloudformation"]) -> None:
    create_tables(Customer, Order, Plain, timeout=60)
    create_tables(*models)
    added: list[TableDifference] = ensure_tables(Customer)
    for difference in [*added, *check_tables(Order, Customer)]:
        reveal_type(difference.table_name)  # R: str
        reveal_type(difference.actual)  # R: str | None
        reveal_type(difference.can_be_added)  # R: bool
        print(difference.kind == "global_index", str(difference))
    definition: dict[str, Any] = table_definition(Customer, Order, Later, table_name="shop", format=kind)
    print(definition, LocalIndex("i", "name", projection="INCLUDE", includes=["town"]))


async def right_async() -> None:
    await create_tables_async(Later, LaterOrder)
    added: list[TableDifference] = await ensure_tables_async(Later, timeout=5.5)
    found: list[TableDifference] = await check_tables_async(LaterOrder)
    print(added, found)


def wrong(customer: Customer, difference: TableDifference) -> None:
    create_tables([Customer, Order])  # E
    create_tables(customer)  # E
    create_tables(Other)  # E
    create_tables(Later)  # E
    ensure_tables(Customer, LaterOrder)  # E
    check_tables(Later)  # E
    check_tables(Customer, timeout=60)  # E: all, pyrefly+basic
    table_definition(Customer, format="terraform")  # E
    table_definition(Other)  # E
    difference.actual = None  # E
    GlobalIndex("i", "name", projection="INCLUDE", includes=[1])  # E


async def wrong_async() -> None:
    await create_tables_async(Customer)  # E
    await ensure_tables_async(Later, Order)  # E
    await check_tables_async(Plain)  # E
    await create_tables(Customer)  # E: all, pyrefly+basic
    added: list[TableDifference] = ensure_tables_async(Later)  # E
    print(added)
