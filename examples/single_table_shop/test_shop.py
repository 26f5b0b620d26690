"""The shop, on moto or on DynamoDB Local."""

from decimal import Decimal

import pytest
import shop
from shop import Customer, Email, Line, Order

from pydamodb import TransactionCanceledError
from pydamodb.testing import Pydamo

PRODUCTS = {"tea": Decimal("4.50"), "cup": Decimal(12)}


@pytest.fixture(autouse=True)
def ann(tables: None) -> None:
    assert shop.register(Customer(id="ann", name="Ann"), "ann@example.com")


def test_an_address_belongs_to_one_customer() -> None:
    assert not shop.register(Customer(id="bob", name="Bob"), "ann@example.com")
    assert Customer.get_item("bob") is None
    assert Email.get_item("ann@example.com") == Email(address="ann@example.com", customer="ann")


def test_an_order_is_read_with_its_lines_by_one_query(pydamo: Pydamo) -> None:
    for number in (7, 70, 8):
        shop.order("ann", number, PRODUCTS)
    pydamo.requests.clear()
    receipt = shop.receipt("ann", 7)
    assert receipt is not None
    assert (receipt.order.number, [line.product for line in receipt.lines]) == (7, ["tea", "cup"])
    assert receipt.total == Decimal("16.50")
    assert pydamo.requests.operations == ["Query"]
    assert shop.receipt("ann", 9) is None


def test_an_order_is_stored_whole_or_not_at_all() -> None:
    with pytest.raises(TransactionCanceledError):
        shop.order("nobody", 1, PRODUCTS)
    assert Line.scan_all() == []
    shop.order("ann", 1, PRODUCTS)
    with pytest.raises(TransactionCanceledError):
        shop.order("ann", 1, {"mug": Decimal(1)})
    assert [line.product for line in Line.query_all("ann")] == ["tea", "cup"]


def test_the_oldest_open_order_is_sent_first() -> None:
    shop.order("ann", 2, PRODUCTS)
    shop.order("ann", 1, PRODUCTS)
    sent = [shop.send_oldest(), shop.send_oldest(), shop.send_oldest()]
    assert [each and each.number for each in sent] == [2, 1, None]
    assert Order.by_status.query_count("sent") == 2
