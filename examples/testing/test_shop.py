"""Tests of the application, on moto or on DynamoDB Local: `pytest`, `pytest -n 2 --dynamodb=local`."""

import pytest
import shop
from shop import ArchivedOrder, Customer, Gift, Order, Visit

from pydamodb import ItemExistsError, TransactionCanceledError
from pydamodb.testing import Pydamo


def test_a_customer_is_found_by_one_query(pydamo: Pydamo) -> None:
    Customer(id="ann", email="ann@example.com").save()
    assert shop.customer_of("ann@example.com") == Customer(id="ann", email="ann@example.com")
    assert shop.customer_of("bob@example.com") is None
    assert pydamo.requests.operations == ["PutItem", "Query", "Query"]
    assert pydamo.requests.bodies("Query")[0]["IndexName"] == "by-email"


def test_an_order_is_placed_once(pydamo: Pydamo) -> None:
    assert shop.place(Order(customer="ann", number=1))
    with pytest.raises(TransactionCanceledError):
        shop.place(Gift(customer="ann", number=1))
    assert [order.number for order in Order.query_all("ann")] == [1]
    assert pydamo.table(Customer).get_item(Key={"id": "ann"})["Item"]["orders"] == 1


def test_no_order_is_placed_when_dynamodb_is_busy(pydamo: Pydamo) -> None:
    pydamo.faults.throttle("TransactWriteItems")
    assert not shop.place(Order(customer="ann", number=1))
    assert Order.query_all("ann") == []
    assert shop.place(Order(customer="ann", number=1))


def test_a_conflict_places_no_order(pydamo: Pydamo) -> None:
    pydamo.faults.conflict()
    with pytest.raises(TransactionCanceledError):
        shop.place(Order(customer="ann", number=1))
    assert Customer.get_item("ann") is None


def test_a_count_may_be_unknown(pydamo: Pydamo) -> None:
    pydamo.faults.lost_answer("UpdateItem")
    assert shop.count_order("ann") is None
    customer = Customer.get_item("ann")
    assert customer is not None
    assert customer.orders == 1


def test_the_archive_is_another_table(pydamo: Pydamo) -> None:
    for number in range(3):
        Gift(customer="ann", number=number).save()
    pydamo.faults.unprocessed("BatchWriteItem")
    assert shop.archive("ann") == 3
    assert pydamo.requests.of("BatchWriteItem") == 2
    assert len(ArchivedOrder.query_all("ann")) == 3
    assert pydamo.table(ArchivedOrder).name != pydamo.table(Gift).name == pydamo.table(Order).name


@pytest.mark.parametrize("number", range(4))
def test_each_test_has_tables_of_its_own(number: int) -> None:
    assert Order.query_all("ann") == []
    Order(customer="ann", number=number).save(must_be_new=True)
    with pytest.raises(ItemExistsError):
        Order(customer="ann", number=number).save(must_be_new=True)


@pytest.mark.anyio
async def test_visits_are_counted(pydamo: Pydamo) -> None:
    assert await shop.visit("home", 1, 2, 3) == 3
    assert pydamo.requests.of("PutItem") == 3


@pytest.mark.anyio
async def test_a_lost_answer_is_asked_for_again(pydamo: Pydamo) -> None:
    pydamo.faults.lost_answer("PutItem")
    assert await shop.visit("home", 1) == 1
    assert await Visit.query_count("home") == 1
