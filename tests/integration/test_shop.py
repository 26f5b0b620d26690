"""The whole shop, as a program would have it: five kinds of items in one table that is made from their declarations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any, Literal
from uuid import uuid4

import pytest
from pydantic import AwareDatetime

from pydamodb import (
    Attr,
    ConditionCheckFailedError,
    Field,
    ForeignItemError,
    GlobalIndex,
    InvalidKeyValueError,
    InvalidUpdateError,
    KeyTemplate,
    PydamoConfig,
    table_definition,
)

ANN = ("t1", "ann")
NOW = datetime(2026, 11, 30, 12, tzinfo=timezone.utc)


class Status(str, Enum):
    OPEN = "open"
    PAID = "paid"
    SENT = "sent"


@pytest.fixture(scope="module")
def shop(dynamodb) -> PydamoConfig:
    """Return the configuration of the table, which does not exist yet."""
    return PydamoConfig(
        table=dynamodb.Table(f"shop-{uuid4().hex}"),
        partition_key="pk",
        sort_key="sk",
        indexes=[
            GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),
            GlobalIndex("gsi2", partition_key="gsi2pk", sort_key="gsi2sk"),
        ],
    )


def plain_models(one_key: Any, two_keys: Any, shop: PydamoConfig) -> tuple[Any, ...]:
    """Define the kinds in the plain style."""

    class Customer(one_key):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{id}", "PROFILE")
        by_email = GlobalIndex("gsi1", partition_key="T#{tenant}#EMAIL#{email}", sort_key="EMAIL")

        kind: Literal["customer"] = "customer"
        tenant: str
        id: str
        email: str | None = None

    class Order(two_keys):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")
        by_status = GlobalIndex("gsi1", partition_key="T#{tenant}#STATUS#{status}", sort_key="{placed_at}")
        by_courier = GlobalIndex("gsi2", partition_key="COURIER#{courier}", sort_key="{status}#{placed_at}")

        kind: Literal["order"] = "order"
        tenant: str
        customer_id: str
        number: int
        placed_at: AwareDatetime
        status: Status = Status.OPEN
        courier: str | None = None
        total: Decimal = Decimal(0)

    class Line(two_keys):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}#LINE#{line:04}")

        kind: Literal["line"] = "line"
        tenant: str
        customer_id: str
        number: int
        line: int
        sku: str = "pen"

    class Product(one_key):
        pydamo_config = shop
        pydamo_key = KeyTemplate("PRODUCT#{sku}", "PRODUCT")
        by_category = GlobalIndex("gsi2", partition_key="CATEGORY#{category}", sort_key="{price:-012.2f}#{sku}")

        sku: str
        category: str
        price: Decimal

    class Friend(two_keys):
        pydamo_config = shop
        pydamo_key = KeyTemplate("PERSON#{a}", "FRIEND#{b}")
        reverse = GlobalIndex("gsi1", partition_key="PERSON#{b}", sort_key="FRIEND#{a}")

        a: str
        b: str

    return Customer, Order, Line, Product, Friend


def strict_models(one_key: Any, two_keys: Any, shop: PydamoConfig) -> tuple[Any, ...]:
    """Define the kinds in the strict style."""

    class Customer(one_key[tuple[str, str]]):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{id}", "PROFILE")
        by_email = GlobalIndex[tuple[str, str]]("gsi1", partition_key="T#{tenant}#EMAIL#{email}", sort_key="EMAIL")

        kind: Attr[Literal["customer"]] = Field(default="customer")
        tenant: Attr[str]
        id: Attr[str]
        email: Attr[str | None] = Field(default=None)

    class Order(two_keys[tuple[str, str], int]):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")
        by_status = GlobalIndex[tuple[str, Status]](
            "gsi1", partition_key="T#{tenant}#STATUS#{status}", sort_key="{placed_at}"
        )
        by_courier = GlobalIndex[str]("gsi2", partition_key="COURIER#{courier}", sort_key="{status}#{placed_at}")

        kind: Attr[Literal["order"]] = Field(default="order")
        tenant: Attr[str]
        customer_id: Attr[str]
        number: Attr[int]
        placed_at: Attr[AwareDatetime]
        status: Attr[Status] = Field(default=Status.OPEN)
        courier: Attr[str | None] = Field(default=None)
        total: Attr[Decimal] = Field(default=Decimal(0))

    class Line(two_keys[tuple[str, str], tuple[int, int]]):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}#LINE#{line:04}")

        kind: Attr[Literal["line"]] = Field(default="line")
        tenant: Attr[str]
        customer_id: Attr[str]
        number: Attr[int]
        line: Attr[int]
        sku: Attr[str] = Field(default="pen")

    class Product(one_key[str]):
        pydamo_config = shop
        pydamo_key = KeyTemplate("PRODUCT#{sku}", "PRODUCT")
        by_category = GlobalIndex[str]("gsi2", partition_key="CATEGORY#{category}", sort_key="{price:-012.2f}#{sku}")

        sku: Attr[str]
        category: Attr[str]
        price: Attr[Decimal]

    class Friend(two_keys[str, str]):
        pydamo_config = shop
        pydamo_key = KeyTemplate("PERSON#{a}", "FRIEND#{b}")
        reverse = GlobalIndex[str]("gsi1", partition_key="PERSON#{b}", sort_key="FRIEND#{a}")

        a: Attr[str]
        b: Attr[str]

    return Customer, Order, Line, Product, Friend


@pytest.fixture(params=[plain_models, strict_models])
def models(request, base_classes, shop, tables_of, client) -> Iterator[Any]:
    """Define the kinds, make their table, and put ann with eight orders of two lines into it."""
    kinds = request.param(*base_classes, shop)
    tables_of.create_tables(*kinds)
    assert [] == tables_of.check_tables(*kinds)
    customer, order, line_of, product, friend = kinds
    customer(tenant="t1", id="ann", email="ann@example.com").save()
    with order.batch_writer() as orders, line_of.batch_writer() as lines:
        for number in range(1, 9):
            placed_at = NOW + timedelta(hours=number)
            orders.put(order(tenant="t1", customer_id="ann", number=number, placed_at=placed_at))
            for line in (1, 2):
                lines.put(line_of(tenant="t1", customer_id="ann", number=number, line=line))
    yield SimpleNamespace(Customer=customer, Order=order, Line=line_of, Product=product, Friend=friend)
    client.delete_table(TableName=shop.table.name)


def numbers(orders: Any) -> list[int]:
    """Return the numbers of orders."""
    return [order.number for order in orders]


def test_one_kind_is_read_by_its_values(models):
    """Keys are given as values; queries return one kind of items, and conditions are about its fields."""
    assert 7 == models.Order.get_item(ANN, 7).number
    assert "ann@example.com" == models.Customer.get_item(ANN).email
    assert (ANN, (7, 2)) == models.Line.key(ANN, (7, 2)).values
    assert [1, 2, 3, 4, 5, 6, 7, 8] == numbers(models.Order.query_all(ANN))
    assert [1, 2, 3, 4, 5] == numbers(
        models.Order.query_all(ANN, sort_key_condition=models.Order.attr.number.between(1, 5))
    )
    lines = models.Line.query_all(ANN, sort_key_condition=(models.Line.attr.number == 7) & (models.Line.attr.line >= 2))
    assert [(7, 2)] == [(line.number, line.line) for line in lines]
    assert ["ann"] == [each.id for each in models.Customer.by_email.query_all(("t1", "ann@example.com"))]


def test_indexes_follow_what_is_updated(models):
    """By key and by instance, in the same request; what cannot be known is refused before it is sent."""
    later = models.Order.attr.placed_at > NOW + timedelta(hours=5)
    assert [6, 7, 8] == numbers(models.Order.by_status.query_all(("t1", Status.OPEN), sort_key_condition=later))
    models.Order.update_item(ANN, 7, updates=[models.Order.attr.total.set(Decimal(3))])
    order = models.Order.get_item(ANN, 7)
    order.update(updates=[models.Order.attr.status.set(Status.PAID), models.Order.attr.courier.set("bob")])
    assert [7] == numbers(models.Order.by_status.query_all(("t1", Status.PAID)))
    assert [7] == numbers(models.Order.by_courier.query_all("bob"))
    with pytest.raises(InvalidUpdateError, match="placed_at"):
        models.Order.update_item(ANN, 1, updates=[models.Order.attr.status.set(Status.SENT)])
    known = models.Order.attr.placed_at == NOW + timedelta(hours=1)
    sent = [models.Order.attr.status.set(Status.SENT), models.Order.attr.courier.set("zoe")]
    models.Order.update_item(ANN, 1, updates=sent, condition=known)
    sent_by_zoe = models.Order.by_courier.query_all("zoe", sort_key_condition=models.Order.attr.status == Status.SENT)
    assert [1] == numbers(sent_by_zoe)
    with pytest.raises(ConditionCheckFailedError):
        models.Order.update_item(ANN, 99, updates=[models.Order.attr.total.set(Decimal(3))])


def test_all_kinds_are_read_with_one_query(models, collection, shop, requests_of):
    """In the order of their keys: the customer's orders, each with its lines behind it, and the profile."""
    account = collection(models.Customer, models.Order, models.Line)
    with requests_of(shop.table) as sent:
        items = account.query_all(ANN)
    assert ["Query"] == sent
    assert ["order", "line", "line"] * 8 + ["customer"] == [item.kind for item in items]
    of_seven = account.query_all(ANN, sort_key_condition=models.Order.attr.number == 7)
    assert ["order", "line", "line"] == [item.kind for item in of_seven]
    assert {type(item) for item in of_seven} == {models.Order, models.Line}
    assert 25 == account.scan_count()
    found = account.batch_get([models.Customer.key(ANN), models.Order.key(ANN, 3), models.Line.key(ANN, (3, 1))])
    assert {models.Customer, models.Order, models.Line} == {type(item) for item in found}
    with account.batch_writer() as writer:
        writer.put(models.Customer(tenant="t1", id="bob"))
        writer.delete(models.Line.key(ANN, (8, 2)))
    assert ["order", "line"] == [
        item.kind for item in account.query_all(ANN, sort_key_condition=models.Order.attr.number == 8)
    ]


def test_other_kinds_and_other_orders(models):
    """Products sort by their price, friends are found from both sides, and keys that mean another item are refused."""
    for sku, price in (("pen", "2"), ("ink", "-3.50"), ("cap", "10.25")):
        models.Product(sku=sku, category="office", price=Decimal(price)).save()
    assert ["ink", "pen", "cap"] == [each.sku for each in models.Product.by_category.query_all("office")]
    models.Friend(a="ann", b="bob").save()
    assert ["bob"] == [each.b for each in models.Friend.query_all("ann")]
    assert ["ann"] == [each.a for each in models.Friend.reverse.query_all("bob")]
    line = models.Line.get_item(ANN, (1, 1))
    line.line = 3
    with pytest.raises(InvalidKeyValueError):
        line.save()
    line.model_copy().save()
    assert 3 == models.Line.query_count(ANN, sort_key_condition=models.Line.attr.number == 1)


def test_what_is_stored_is_what_the_templates_say(models, shop, client):
    """Another program reads it with the AWS CLI; unknown attributes of the item survive a read and a save."""
    key = {"pk": {"S": "T#t1#CUSTOMER#ann"}, "sk": {"S": "ORDER#00000007"}}
    client.update_item(
        TableName=shop.table.name,
        Key=key,
        UpdateExpression="SET extra = :extra",
        ExpressionAttributeValues={":extra": {"N": "12345678901234567890.123"}},
    )
    order = models.Order.get_item(ANN, 7)
    order.total = Decimal("9.50")
    order.save()
    stored = client.get_item(TableName=shop.table.name, Key=key)["Item"]
    expected = {
        **key,
        "gsi1pk": {"S": "T#t1#STATUS#open"},
        "gsi1sk": {"S": "2026-11-30T19:00:00.000000Z"},
        "gsi2sk": {"S": "open#2026-11-30T19:00:00.000000Z"},
        "kind": {"S": "order"},
        "tenant": {"S": "t1"},
        "customer_id": {"S": "ann"},
        "number": {"N": "7"},
        "placed_at": {"S": "2026-11-30T19:00:00.000000Z"},
        "status": {"S": "open"},
        "total": {"N": "9.5"},
        "extra": {"N": "12345678901234567890.123"},
    }
    assert expected == {name: value for name, value in stored.items() if name != "courier"}


def test_the_item_of_another_kind_is_no_order(models, shop, client):
    """Asked for by its key it is an error: None would let a save overwrite it."""
    key = {"pk": {"S": "T#t1#CUSTOMER#ann"}, "sk": {"S": "ORDER#00000009"}}
    client.put_item(TableName=shop.table.name, Item={**key, "kind": {"S": "refund"}})
    with pytest.raises(ForeignItemError):
        models.Order.get_item(ANN, 9)
    assert 8 == models.Order.query_count(ANN)


def test_another_table_in_a_block(models, shop, tables_of, client, dynamodb):
    """All kinds move together, and back."""
    other = dynamodb.Table(f"shop-{uuid4().hex}")
    with shop.using(other):
        tables_of.create_tables(models.Customer, models.Order, models.Line, models.Product, models.Friend)
        assert 0 == models.Order.scan_count()
        models.Customer(tenant="t1", id="eve").save()
        assert ["eve"] == [each.id for each in models.Customer.scan_all()]
    assert ["ann"] == [each.id for each in models.Customer.scan_all()]
    client.delete_table(TableName=other.name)


def test_the_definition_is_json_for_other_tools(models):
    """What CloudFormation, CDK and Terraform take."""
    definition = table_definition(models.Customer, models.Order, models.Line, models.Product, models.Friend)
    assert definition == json.loads(json.dumps(definition))
    assert {"gsi1", "gsi2"} == {index["IndexName"] for index in definition["GlobalSecondaryIndexes"]}
