"""The direct transport: its client, its tables, and what a configuration says of transports."""

import boto3
from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    DirectClient,
    DirectTable,
    PrimaryKeyModel,
    PydamoConfig,
    RequestEnded,
    RequestStarted,
)


class Spans:
    def start(self, started: RequestStarted) -> str:
        return started.operation

    def end(self, state: str, ended: RequestEnded) -> None:
        print(state, ended.units)


class OnlyEnd:
    def end(self, state: str, ended: RequestEnded) -> None:
        print(state, ended.units)


def log(ended: RequestEnded) -> None:
    print(ended.operation)


def of_texts(text: str) -> None:
    print(text)


client = DirectClient(
    session=boto3.Session(),
    config=None,
    verify="authorities.pem",
    endpoint_url="http://127.0.0.1:8000",
    region_name="eu-west-1",
    on_request=log,
)
DirectClient()
DirectClient(verify=False, on_request=Spans())
DirectClient(on_request=print)
DirectClient(on_request=of_texts)  # E: all
DirectClient(on_request=OnlyEnd())  # E: all
DirectClient(on_request="log")  # E: all
DirectClient(verify=3)  # E: all
DirectClient(endpoint_url=8000)  # E: all
DirectClient(boto3.Session())  # E: all
DirectClient(timeout=3)  # E: all, pyrefly+basic

orders = client.table("orders")
reveal_type(orders)  # R: DirectTable
reveal_type(orders.name)  # R: str
client.table(3)  # E: all
client.table()  # E: all
client.close()
client.warm()
client.warm(5)
client.warm("5")  # E: all
DirectTable(client, "orders")
DirectTable(client, 3)  # E: all


class Order(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table=orders)

    id: Attr[str]


class LaterOrder(AsyncPrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table=orders, on_request=Spans())

    id: Attr[str]


async def later() -> None:
    async with DirectClient() as opened:
        reveal_type(opened)  # R: DirectClient
        reveal_type(await opened.warm(5))  # R: None
        reveal_type(await opened.aclose())  # R: None
        await opened.close()  # E: all, pyrefly+basic
    reveal_type(await LaterOrder.get_item("a"))  # R: LaterOrder | None


with DirectClient() as opened:
    reveal_type(opened)  # R: DirectClient
reveal_type(Order.get_item("a"))  # R: Order | None

PydamoConfig(table="orders", transport="direct")
PydamoConfig(table="orders", transport="boto3")
PydamoConfig(table="orders", transport=None)
PydamoConfig(table=lambda: client.table("orders"), transport="direct")
PydamoConfig(table=client)  # E: all
PydamoConfig(table="orders", transport="rust")  # E: all
PydamoConfig(table="orders", transport=True)  # E: all
