"""`query_first`, `refresh`, and the items that deletes return."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from pydamodb import (
    ConditionCheckFailedError,
    GlobalIndex,
    InvalidItemError,
    InvalidRequestError,
    ItemNotFoundError,
    KeyTemplate,
    PartitionKey,
    PydamoConfig,
    SortKey,
    Version,
)


class Small(BaseModel):
    number: int


@pytest.fixture(scope="module")
def Order(PrimaryKeyAndSortKeyModel, make_table) -> Any:
    """Define a model with an index."""
    table = make_table("customer", "number", types={"number": "N"}, global_indexes={"by-status": ("status", "number")})

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)
        by_status = GlobalIndex("by-status", partition_key="status", sort_key="number")

        customer: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey]
        status: str = "open"
        text: str = ""
        secret: str = Field(default="none", exclude=True)

    return Order


@pytest.fixture
def name(request) -> str:
    """Return a key that no other test has."""
    return request.node.name[:200]


@pytest.fixture
def orders(Order, name) -> list[Any]:
    """Store three orders."""
    orders = [Order(customer=name, number=number, status=f"open {name}") for number in (1, 2, 3)]
    for order in orders:
        order.save()
    return orders


@pytest.fixture
def sent(Order) -> Any:
    """Collect the bodies of the queries of the table's client."""
    bodies: list[Any] = []

    def note(request, **_):
        bodies.append(json.loads(request.body))

    events = Order.pydamo_config.table.meta.client.meta.events
    events.register("before-send.dynamodb.Query", note)
    yield bodies
    events.unregister("before-send.dynamodb.Query", note)


# --- query_first ---


def test_the_first_item_is_read_alone(Order, name, orders, sent):
    """In either direction, of a range, of an index, and as a smaller model."""
    number = Order.attr.number
    assert [orders[0], orders[2], orders[1], None] == [
        Order.query_first(name),
        Order.query_first(name, scan_index_forward=False, consistent_read=True),
        Order.query_first(name, sort_key_condition=number > 1),
        Order.query_first(name, sort_key_condition=number > 3),
    ]
    assert Small(number=1) == Order.query_first(name, projection=Small)
    assert [orders[0], orders[2], None] == [
        Order.query_first(f"open {name}", index_name="by-status"),
        Order.by_status.query_first(f"open {name}", scan_index_forward=False),
        Order.by_status.query_first("nobody"),
    ]
    assert {1} == {body["Limit"] for body in sent}


def test_a_filter_is_met_by_a_later_item(Order, name, orders, sent):
    """The pages are whole, as the filter counts afterwards."""
    Order(customer=name, number=9, status="paid").save()
    found = Order.query_first(name, filter_condition=Order.attr.status == "paid")
    assert (9, True) == (found.number, all("Limit" not in body for body in sent))
    assert None is Order.query_first(name, filter_condition=Order.attr.status == "lost")


def test_an_item_that_does_not_fit_is_left_out_for_the_next(Order, name, orders):
    """`on_invalid` decides, as in all queries."""
    Order.pydamo_config.table.put_item(Item={"customer": name, "number": 0, "text": 5})
    with pytest.raises(InvalidItemError):
        Order.query_first(name)
    refused: list[InvalidItemError] = []
    assert (orders[0], [0]) == (
        Order.query_first(name, on_invalid=refused.append),
        [error.key["number"] for error in refused],
    )


def test_an_index_has_to_be_named_without_a_sort_key(PrimaryKeyModel, make_table):
    """As for `query`."""

    class Doc(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id"))

        id: str

    with pytest.raises(TypeError, match=r"query_first\(\) missing 1 required keyword-only argument: 'index_name'"):
        Doc.query_first("a")


# --- refresh ---


def test_an_instance_gets_the_values_of_its_item(Order, orders):
    """What is never stored stays, and so does nothing that was assigned."""
    order = orders[0]
    order.text, order.secret = "not saved", "sesame"
    Order.update_item(order.customer, order.number, updates={Order.attr.status: "paid"})
    assert (None, "paid", "", "sesame") == (
        order.refresh(consistent_read=True),
        order.status,
        order.text,
        order.secret,
    )


def test_a_missing_item_leaves_the_instance_as_it_is(Order, orders):
    """With the error that users catch for all missing items."""
    order = orders[0]
    Order.delete_item(order.customer, order.number)
    order.text = "kept"
    with pytest.raises(ItemNotFoundError) as caught:
        order.refresh()
    assert ("GetItem", "kept") == (caught.value.operation, order.text)


def test_a_frozen_instance_gets_the_version_of_its_item(PrimaryKeyModel, make_table):
    """So that its next write has no conflict; unknown attributes are those of the item."""

    class Counted(PrimaryKeyModel):
        model_config = ConfigDict(frozen=True)
        pydamo_config = PydamoConfig(table=make_table("id"))

        id: str
        version: Annotated[int, Version] = 0

    mine, table = Counted(id="a"), Counted.pydamo_config.table
    mine.save()
    table.put_item(Item={"id": "a", "version": 7, "new": "x"})
    mine.refresh()
    mine.save()
    assert (8, "x") == (mine.version, table.get_item(Key={"id": "a"})["Item"]["new"])


def test_an_instance_with_a_made_key_is_refreshed(PrimaryKeyModel, make_table):
    """By the key under which it was read; an unsaved instance remembers it afterwards."""

    class Made(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "sk"))
        pydamo_key = KeyTemplate("DOC#{id}", "META")

        id: str
        text: str = ""

    Made(id="a", text="stored").save()
    made = Made(id="a")
    made.refresh()
    assert ("stored", Made.key("a")) == (made.text, Made.key(made.id))
    Made.pydamo_config.table.put_item(Item={"pk": "DOC#b", "sk": "META", "id": "c"})
    with pytest.raises(InvalidItemError):
        Made(id="b").refresh()


def test_an_item_that_does_not_fit_leaves_the_instance_as_it_is(Order, orders):
    """As in `get_item`."""
    order = orders[0]
    Order.pydamo_config.table.put_item(Item={"customer": order.customer, "number": 1, "text": 5})
    with pytest.raises(InvalidItemError):
        order.refresh()
    assert f"open {order.customer}" == order.status


# --- what deletes return ---


def test_a_delete_returns_the_item_that_was_stored(Order, orders):
    """Of an instance and of a key; nothing without the word."""
    first, second, third = orders
    first.text = "not saved"
    returned = first.delete(return_values="ALL_OLD")
    assert ("", first.customer, None) == (returned.text, returned.customer, first.delete(return_values="ALL_OLD"))
    assert (second, None) == (
        Order.delete_item(second.customer, 2, return_values="ALL_OLD", must_exist=True),
        Order.delete_item(second.customer, 2, return_values="ALL_OLD"),
    )
    assert (None, None) == (third.delete(), Order.delete_item(third.customer, 3))


def test_a_delete_of_a_missing_item_that_must_exist_returns_nothing(Order, orders):
    """It is an error, as without the returned item; a false condition is another."""
    for call in (orders[0].delete, lambda **words: Order.delete_item(Order.key(orders[0].customer, 1), **words)):
        with pytest.raises(ConditionCheckFailedError):
            call(return_values="ALL_OLD", condition=Order.attr.status == "paid")
        call()
        with pytest.raises(ItemNotFoundError):
            call(return_values="ALL_OLD", must_exist=True)
        orders[0].save()


def test_a_deleted_item_that_does_not_fit_is_deleted(Order, name):
    """The message says so."""
    Order.pydamo_config.table.put_item(Item={"customer": name, "number": 0, "text": 5})
    with pytest.raises(InvalidItemError, match="The item was deleted"):
        Order.delete_item(name, 0, return_values="ALL_OLD")
    assert None is Order.get_item(name, 0)


@pytest.mark.parametrize("method", ["delete", "delete_item"])
def test_return_values_that_deletes_do_not_know_are_refused(Order, name, method):
    """Before anything is sent."""
    call = {"delete": Order(customer=name, number=1).delete, "delete_item": lambda **w: Order.delete_item(name, 1, **w)}
    with pytest.raises(InvalidRequestError) as caught:
        call[method](return_values="ALL_NEW")
    assert f"{method} of Order: return_values is one of 'NONE', 'ALL_OLD', got 'ALL_NEW'" == str(caught.value)
