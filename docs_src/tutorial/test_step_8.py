"""Tests of the service of step 6."""

import pytest
from fastapi.testclient import TestClient
from step_6 import Order, app

from pydamodb.testing import Pydamo

ORDERS = "/customers/ann/orders"


@pytest.fixture(autouse=True)
def tables(pydamo: Pydamo) -> None:
    """Give each test tables of its own."""
    pydamo.tables_for(Order)


@pytest.fixture
def client() -> TestClient:
    """Return a client of the service."""
    return TestClient(app, raise_server_exceptions=False)


def test_an_order_is_placed_once(client: TestClient) -> None:
    """The second request finds the first order."""
    new = {"number": 1, "total": "19.95"}
    assert client.post(ORDERS, json=new).status_code == 201
    assert client.post(ORDERS, json=new).status_code == 409


def test_a_patch_changes_what_was_sent(client: TestClient, pydamo: Pydamo) -> None:
    """The other fields stay, and the change is one request."""
    client.post(ORDERS, json={"number": 1, "total": "19.95"})
    pydamo.requests.clear()
    client.patch(f"{ORDERS}/1", json={"note": "gift"})
    assert pydamo.requests.operations == ["UpdateItem"]

    order = Order.get_item("ann", 1, must_exist=True)
    assert (str(order.total), order.note) == ("19.95", "gift")


def test_a_shipped_order_stays_as_it_is(client: TestClient) -> None:
    """The answer says why."""
    client.post(ORDERS, json={"number": 1, "total": "19.95"})
    Order.update_item("ann", 1, updates=Order.changes(status="shipped"))
    assert client.patch(f"{ORDERS}/1", json={"note": "gift"}).status_code == 409
    assert client.delete(f"{ORDERS}/1").status_code == 409


def test_a_busy_table_is_an_error(client: TestClient, pydamo: Pydamo) -> None:
    """DynamoDB may refuse any request: try it without a real table."""
    pydamo.faults.throttle("GetItem")
    assert client.get(f"{ORDERS}/1").status_code == 500
