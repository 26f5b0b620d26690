"""Observers of requests, sums of blocks, and the capacity of pages."""

from typing_extensions import reveal_type

from pydamodb import (
    Attr,
    PrimaryKeyModel,
    PydamoConfig,
    QueryResult,
    RequestEnded,
    RequestStarted,
    collect,
)


class Spans:
    def start(self, started: RequestStarted) -> int:
        return len(started.table_names)

    def end(self, state: int, ended: RequestEnded) -> None:
        print(state, ended.units)


class OnlyStart:
    def start(self, started: RequestStarted) -> int:
        return len(started.table_names)


def log(ended: RequestEnded) -> None:
    print(ended.operation, ended.seconds, ended.parameters)


def of_texts(text: str) -> None:
    print(text)


class Order(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table="orders", on_request=log)

    id: Attr[str]


PydamoConfig(table="orders", on_request=Spans(), return_consumed_capacity="TOTAL")
PydamoConfig(table="orders", on_request=print)
PydamoConfig(table="orders", on_request=OnlyStart())  # E: all
PydamoConfig(table="orders", on_request=of_texts)  # E: all
PydamoConfig(table="orders", return_consumed_capacity="ALL")  # E: all

page: QueryResult[Order] = Order.scan()
reveal_type(page.consumed_capacity)  # R: ConsumedCapacity | None
with collect() as collected:
    reveal_type(collected.total.units)  # R: float
    reveal_type(collected.by_table["orders"].retries)  # R: int
