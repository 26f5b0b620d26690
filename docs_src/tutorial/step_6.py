"""A web service for orders, with FastAPI."""

from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from pydamodb import (
    ConditionCheckFailedError,
    InvalidRequestError,
    ItemExistsError,
    ItemNotFoundError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PydamoConfig,
    PydamoError,
    SortKey,
)
from pydamodb.testing import engine

Limit = Annotated[int, Query(ge=1, le=100)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Number = Annotated[int, Field(ge=1, le=10**9)]
Amount = Annotated[Decimal, Field(ge=Decimal(0), max_digits=12, decimal_places=2)]


class Order(PrimaryKeyAndSortKeyModel):
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

    number: Number
    total: Amount
    note: str | None = None


class OrderPatch(BaseModel):
    """What a client may change. Only the fields that it sends are changed."""

    total: Amount = Decimal(0)
    note: str | None = None


class OrderPage(BaseModel):
    """Some orders, and the cursor of the next page."""

    orders: list[Order]
    cursor: str | None


app = FastAPI()


@app.exception_handler(PydamoError)
def refuse(_: Request, error: PydamoError) -> JSONResponse:
    """Turn errors of pydamodb into answers."""
    match error:
        case ItemNotFoundError():
            return JSONResponse({"detail": "There is no such order."}, 404)
        case ItemExistsError():
            return JSONResponse({"detail": "There is such an order already."}, 409)
        case ConditionCheckFailedError():
            return JSONResponse({"detail": "The order is not open."}, 409)
        case InvalidRequestError():
            return JSONResponse({"detail": "The cursor is not one of ours."}, 400)
        case _:
            raise error


@app.post("/customers/{customer}/orders", status_code=201)
def place(customer: Name, new: NewOrder) -> Order:
    """Store an order, if there is none with its number."""
    now = datetime.now(timezone.utc)
    order = Order(customer=customer, placed_at=now, **new.model_dump())
    order.save(must_be_new=True)
    return order


@app.get("/customers/{customer}/orders")
def page(customer: Name, limit: Limit = 10, cursor: str | None = None) -> OrderPage:
    """Return a page of orders, newest first."""
    found = Order.query(
        customer, limit=limit, scan_index_forward=False, exclusive_start_key=cursor
    )
    return OrderPage(orders=found.items, cursor=found.cursor)


@app.get("/customers/{customer}/orders/{number}")
def show(customer: Name, number: Number) -> Order:
    """Return one order."""
    return Order.get_item(customer, number, must_exist=True)


@app.patch("/customers/{customer}/orders/{number}")
def change(customer: Name, number: Number, patch: OrderPatch) -> Order:
    """Change an order that is still open."""
    sent = patch.model_dump(exclude_unset=True)
    if not sent:
        raise HTTPException(400, "Send at least one field.")
    return Order.update_item(
        customer,
        number,
        updates=Order.changes(**sent),
        condition=Order.attr.status == "open",
        must_exist=True,
        return_values="ALL_NEW",
    )


@app.delete("/customers/{customer}/orders/{number}", status_code=204)
def cancel(customer: Name, number: Number) -> None:
    """Delete an order that is still open."""
    Order.delete_item(
        customer,
        number,
        condition=Order.attr.status == "open",
        must_exist=True,
    )


def main() -> None:
    """Use the service as a client does."""
    client = TestClient(app)
    orders = "/customers/ann/orders"
    for number in (1, 2):
        client.post(orders, json={"number": number, "total": "20"})
    print(client.post(orders, json={"number": 1, "total": "20"}).status_code)

    shown = client.get(orders, params={"limit": 1}).json()
    print([order["number"] for order in shown["orders"]])
    following = {"limit": 1, "cursor": shown["cursor"]}
    shown = client.get(orders, params=following).json()
    print([order["number"] for order in shown["orders"]])
    print(client.get(orders, params={"cursor": "nonsense"}).status_code)

    changed = client.patch(f"{orders}/1", json={"note": "gift"}).json()
    print(changed["total"], changed["note"])
    print(client.patch(f"{orders}/99", json={"note": "gift"}).status_code)
    print(client.delete(f"{orders}/1").status_code)
    print(client.get(f"{orders}/1").status_code)


if __name__ == "__main__":
    with engine() as pydamo:
        pydamo.tables_for(Order)
        main()
