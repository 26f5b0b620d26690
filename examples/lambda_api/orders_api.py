"""An HTTP API in one Lambda function, without a framework: events of API Gateway's HTTP APIs (payload format 2.0)."""

import json
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from pydamodb import (
    InvalidKeyValueError,
    InvalidRequestError,
    ItemExistsError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PydamoConfig,
    SortKey,
)

Answer = tuple[int, Any]


class Order(PrimaryKeyAndSortKeyModel):
    """An order of a customer."""

    # A function that runs for some milliseconds pays for the CPU of each request: this transport costs least.
    pydamo_config = PydamoConfig(table=os.environ.get("ORDERS_TABLE", "orders"), transport="direct")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    total: Decimal = Field(ge=0)
    status: str = "open"


class NewOrder(BaseModel):
    """What a client sends for a new order."""

    number: int = Field(ge=1)
    total: Decimal = Field(ge=0)


def create(customer: str, event: dict[str, Any]) -> Answer:
    """Store an order, unless there is one with its number."""
    new = NewOrder.model_validate_json(event.get("body") or "")
    order = Order(customer=customer, number=new.number, total=new.total)
    try:
        order.save(must_be_new=True)
    except ItemExistsError:
        return 409, {"error": f"there is an order {new.number} already"}
    return 201, order.model_dump(mode="json")


def page(customer: str, event: dict[str, Any]) -> Answer:
    """Return a page of a customer's orders, the newest first, and the cursor of the next page."""
    cursor = (event.get("queryStringParameters") or {}).get("cursor")
    found = Order.query(customer, limit=20, scan_index_forward=False, exclusive_start_key=cursor)
    return 200, {"orders": [order.model_dump(mode="json") for order in found.items], "cursor": found.cursor}


ROUTES: dict[str, Callable[[str, dict[str, Any]], Answer]] = {
    "POST /orders/{customer}": create,
    "GET /orders/{customer}": page,
}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a request: what a client got wrong is a 400, and the message says what."""
    del context
    route = ROUTES.get(event["routeKey"])
    try:
        status, body = route(event["pathParameters"]["customer"], event) if route else (404, {"error": "no such path"})
    except ValidationError as error:
        status, body = 400, {"error": error.errors(include_url=False, include_context=False, include_input=False)}
    except (InvalidRequestError, InvalidKeyValueError):
        status, body = 400, {"error": "the cursor is of another page, or the customer is no key"}
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
