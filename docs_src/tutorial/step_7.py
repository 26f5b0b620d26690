"""The same web service, asynchronous."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import AwareDatetime, BaseModel, Field

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    ConditionCheckFailedError,
    ItemNotFoundError,
    PartitionKey,
    PydamoConfig,
    SortKey,
)
from pydamodb.testing import engine


class Order(AsyncPrimaryKeyAndSortKeyModel):
    """An order, as it is stored and as clients see it."""

    pydamo_config = PydamoConfig(table="orders")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    placed_at: AwareDatetime
    total: Annotated[Decimal, Field(ge=Decimal(0))]
    status: Literal["open", "paid", "shipped"] = "open"
    note: str | None = None


class NewOrder(BaseModel):
    """What a client sends to place an order."""

    number: int
    total: Annotated[Decimal, Field(ge=Decimal(0))]
    note: str | None = None


class Totals(BaseModel):
    """What a customer has spent."""

    orders: int
    total: Decimal


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncGenerator[None, None]:
    """Send a request at the start: it fails if there is no table."""
    await Order.query("nobody", limit=1)
    yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(ConditionCheckFailedError)
async def refuse(_: Request, error: ConditionCheckFailedError) -> JSONResponse:
    """Answer 404 if there is no order, and 409 if there is one already."""
    if isinstance(error, ItemNotFoundError):
        return JSONResponse({"detail": "There is no such order."}, 404)
    return JSONResponse({"detail": "There is such an order already."}, 409)


@app.post("/customers/{customer}/orders", status_code=201)
async def place(customer: str, new: NewOrder) -> Order:
    """Store an order, if there is none with its number."""
    now = datetime.now(timezone.utc)
    order = Order(customer=customer, placed_at=now, **new.model_dump())
    await order.save(must_be_new=True)
    return order


@app.get("/customers/{customer}/orders/{number}")
async def show(customer: str, number: int) -> Order:
    """Return one order."""
    return await Order.get_item(customer, number, must_exist=True)


@app.get("/totals")
async def totals(customers: str) -> dict[str, Totals]:
    """Add up the orders of several customers, read at the same time."""
    names = customers.split(",")
    found = await asyncio.gather(*(Order.query_all(name) for name in names))
    return {
        name: Totals(
            orders=len(orders),
            total=sum((each.total for each in orders), Decimal(0)),
        )
        for name, orders in zip(names, found, strict=True)
    }


def main() -> None:
    """Use the service as a client does."""
    with TestClient(app) as client:
        for customer in ("ann", "bob"):
            for number in (1, 2):
                new = {"number": number, "total": "20"}
                client.post(f"/customers/{customer}/orders", json=new)

        again = {"number": 1, "total": "20"}
        print(client.post("/customers/ann/orders", json=again).status_code)
        print(client.get("/customers/ann/orders/2").json()["status"])
        print(client.get("/customers/ann/orders/99").status_code)
        print(client.get("/totals", params={"customers": "ann,bob"}).json())


if __name__ == "__main__":
    with engine() as pydamo:
        pydamo.tables_for(Order)
        main()
