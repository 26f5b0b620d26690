"""One table with items of several models: their keys are made by templates, and each model reads its own items only."""

from __future__ import annotations

import copy
import itertools
import pickle
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, StringConstraints, ValidationError, computed_field

from pydamodb import (
    ConditionCheckFailedError,
    ConfigurationError,
    ForeignItemError,
    GlobalIndex,
    InvalidConditionError,
    InvalidItemError,
    InvalidKeySchemaError,
    InvalidKeyValueError,
    InvalidRequestError,
    InvalidUpdateError,
    ItemEncodingError,
    KeyMismatchError,
    KeyTemplate,
    LocalIndex,
    MissingSortKeyValueError,
    PartitionKey,
    PydamoConfig,
    TimeToLive,
    Version,
)

ANN = ("t1", "ann")


class Dispatch(BaseModel):
    """A smaller model."""

    number: int


class Total(BaseModel):
    """A smaller model, of what an index has."""

    total: Decimal


@pytest.fixture(scope="module")
def table(make_table) -> Any:
    """Make a table of two keys and two indexes."""
    return make_table(
        "pk",
        "sk",
        types={"total": "N"},
        global_indexes={"by-total": ("customer_id", "total"), "inverted": ("sk", "pk")},
        includes={"by-total": []},
    )


@pytest.fixture(scope="module")
def empty(client, table) -> Any:
    """Return a function that deletes all items of the table."""

    def delete_all() -> None:
        for item in client.scan(TableName=table.name, ConsistentRead=True)["Items"]:
            client.delete_item(TableName=table.name, Key={name: item[name] for name in ("pk", "sk")})

    return delete_all


@pytest.fixture(scope="module", params=["named", "described"])
def shop(request, table) -> PydamoConfig:
    """Return a configuration that names the keys of the table, or one that lets them be read from the table."""
    if request.param == "described":
        return PydamoConfig(table=table)
    indexes = [
        GlobalIndex("by-total", partition_key="customer_id", sort_key="total", projection="KEYS_ONLY"),
        GlobalIndex("inverted", partition_key="sk", sort_key="pk"),
    ]
    return PydamoConfig(table=table, partition_key="pk", sort_key="sk", indexes=indexes)


@pytest.fixture(scope="module")
def Customer(PrimaryKeyModel, shop) -> Any:
    """Define the items with a constant sort key."""

    class Customer(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{id}", "PROFILE")

        kind: Literal["customer"] = "customer"
        tenant: str
        id: str
        email: str | None = None

    return Customer


@pytest.fixture(scope="module")
def Order(PrimaryKeyAndSortKeyModel, shop) -> Any:
    """Define the items with a marker."""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")

        kind: Literal["order"] = "order"
        tenant: str
        customer_id: Annotated[str, StringConstraints(to_lower=True)]
        number: int
        total: Decimal = Decimal(0)

    return Order


@pytest.fixture(scope="module")
def Line(PrimaryKeyAndSortKeyModel, shop) -> Any:
    """Define items without a marker, whose keys begin like those of orders."""

    class Line(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}#LINE#{line:04}")

        tenant: str
        customer_id: str
        number: int
        line: int

    return Line


@pytest.fixture
def filled(empty, Customer, Order, Line) -> None:
    """Write a customer, and orders with lines."""
    empty()
    Customer(tenant="t1", id="ann", email="ann@example.com").save()
    with Order.batch_writer() as orders, Line.batch_writer() as lines:
        for number in (1, 2, 7, 10):
            orders.put(Order(tenant="t1", customer_id="ann", number=number, total=number))
            for line in (1, 2):
                lines.put(Line(tenant="t1", customer_id="ann", number=number, line=line))


def test_a_batch_writer_refuses_instances_with_other_keys(Order) -> None:
    """A subclass with its own keys would be written under those of its base."""

    class Express(Order):
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "EXPRESS#{number:08}")

    class Marked(Order):
        note: str = ""

    with Order.batch_writer() as writer:
        for add in (writer.put, writer.delete):
            with pytest.raises(
                InvalidRequestError, match=r"takes no Express, .*: use Express\.batch_writer\(\), or coll"
            ):
                add(Express(tenant="t1", customer_id="ann", number=90))
        writer.put(Marked(tenant="t1", customer_id="zoe", number=90, note="x"))
    assert "x" == Marked.get_item(("t1", "zoe"), 90).note
    Marked.delete_item(("t1", "zoe"), 90)


def numbers(items: list[Any]) -> list[int]:
    """Return the numbers of orders."""
    return [item.number for item in items]


@pytest.mark.usefixtures("filled")
def test_keys_are_stored_and_are_no_fields(client, table, Order) -> None:
    """The item has the attributes of the table's keys, and the model does not see them."""
    key = {"pk": {"S": "T#t1#CUSTOMER#ann"}, "sk": {"S": "ORDER#00000007"}}
    stored = client.get_item(TableName=table.name, Key=key)["Item"]
    fields = {"kind": {"S": "order"}, "tenant": {"S": "t1"}, "customer_id": {"S": "ann"}, "number": {"N": "7"}}
    assert {**key, **fields, "total": {"N": "7"}} == stored
    order = Order.get_item(ANN, 7)
    assert {"kind": "order", "tenant": "t1", "customer_id": "ann", "number": 7, "total": 7} == order.model_dump()
    assert Order(tenant="t1", customer_id="ann", number=7, total=7) == order


@pytest.mark.usefixtures("filled")
def test_an_item_is_found_by_the_parts_of_its_key(Customer, Order, Line) -> None:
    """As the fields would store them: a validator of a field counts."""
    assert ("ann@example.com", None) == (Customer.get_item(ANN).email, Customer.get_item(("t1", "bob")))
    assert (7, None) == (Order.get_item(("t1", "ANN"), 7).number, Order.get_item(ANN, 8))
    assert [2, None] == [line and line.line for line in Line.batch_get([(ANN, (7, 2)), (ANN, (8, 2))])]
    assert ["ann"] == [customer.id for customer in Customer.batch_get([["t1", "ann"]])]


@pytest.mark.usefixtures("filled")
def test_queries_return_the_items_of_the_model(Order, Line) -> None:
    """In the order of their numbers; a marker is a filter of DynamoDB, without one the keys decide."""
    assert [1, 2, 7, 10] == numbers(Order.query_all(ANN))
    assert [10, 7] == numbers([*Order.query_iter(ANN, scan_index_forward=False, max_items=2)])
    assert 8 == len(Line.query_all(ANN))
    assert (4, 8) == (Order.query_count(ANN), Line.query_count(ANN))
    assert [Dispatch(number=1), Dispatch(number=2)] == Order.query_all(ANN, projection=Dispatch)[:2]
    assert [Dispatch(number=1), Dispatch(number=1)] == Line.query_all(ANN, projection=Dispatch)[:2]
    assert [7, 10] == numbers(Order.query_all(ANN, filter_condition=Order.attr.total > 2))


@pytest.mark.usefixtures("filled")
def test_conditions_are_about_parts(Order, Line) -> None:
    """Leading parts with ==, then one range."""
    number, line = Line.attr.number, Line.attr.line
    assert [2, 7] == numbers(Order.query_all(ANN, sort_key_condition=Order.attr.number.between(2, 7)))
    assert [7, 10] == numbers(Order.query_all(ANN, sort_key_condition=Order.attr.number > 2))
    assert [(7, 2)] == [
        (each.number, each.line) for each in Line.query_all(ANN, sort_key_condition=(number == 7) & (line >= 2))
    ]
    assert 2 == Line.query_count(ANN, sort_key_condition=number == 7)
    with pytest.raises(InvalidConditionError, match=r"about line: it needs number == \.\.\. before it"):
        Line.query_all(ANN, sort_key_condition=line > 2)


@pytest.mark.usefixtures("filled")
def test_scans_return_the_items_of_the_model(Customer, Order, Line) -> None:
    """Also in several segments, and counted."""
    assert [1, 2, 7, 10] == sorted(numbers(Order.scan_all(total_segments=2)))
    assert (1, 4, 8) == (Customer.scan_count(), Order.scan_count(), Line.scan_count())
    assert [10] == numbers(Order.scan_all(filter_condition=Order.attr.total == 10))
    assert ({1, 2, 7, 10}, None) == ({each.number for each in Line.scan().items}, Line.scan().last_evaluated_key)


@pytest.mark.usefixtures("filled")
def test_a_page_continues_with_its_own_cursor(Order, Line) -> None:
    """A cursor is one of a model: two models share the partition."""
    page = Order.query(ANN, limit=1)
    assert ([1], {"pk": "T#t1#CUSTOMER#ann", "sk": "ORDER#00000001"}) == (numbers(page.items), page.last_evaluated_key)
    for start in (page.cursor, page.last_evaluated_key):
        assert [2, 7, 10] == numbers(Order.query(ANN, exclusive_start_key=start).items)
    with pytest.raises(InvalidRequestError, match="not a cursor of it"):
        Line.query(ANN, exclusive_start_key=page.cursor)
    with pytest.raises(InvalidRequestError, match="another partition"):
        Order.query(("t2", "ann"), exclusive_start_key=page.last_evaluated_key)


@pytest.mark.usefixtures("filled")
def test_indexes_are_queried_by_fields_or_by_parts(Order) -> None:
    """An index of fields by their values; an index of the table's keys by their parts."""
    total = Order.attr.total
    small = Order.query_all("ann", index_name="by-total", sort_key_condition=total > 2, projection=Total)
    assert [Total(total=7), Total(total=10)] == small
    assert 2 == Order.query_count("ann", index_name="by-total", sort_key_condition=total > 2)
    assert [7] == numbers(Order.query_all(7, index_name="inverted"))


def test_a_partition_is_of_one_tuple(empty, Customer) -> None:
    """Values that contain separators make other keys."""
    empty()
    values = [("t", "a#CUSTOMER#b"), ("t#CUSTOMER#a", "b"), ("t", "a"), ("t", "$23"), ("t", "#")]
    for tenant, name in values:
        Customer(tenant=tenant, id=name).save()
    assert values == [(each.tenant, each.id) for each in Customer.batch_get(values)]
    assert len(values) == Customer.scan_count()


@pytest.mark.usefixtures("filled")
def test_an_update_never_creates_an_item(Order) -> None:
    """It would have no parts and no marker, and no model could read it."""
    Order.update_item(ANN, 7, updates=[Order.attr.total.set(Decimal(70))])
    assert 70 == Order.get_item(ANN, 7).total
    assert 71 == Order.update_item(ANN, 7, updates={Order.attr.total: 71}, return_values="ALL_NEW").total
    with pytest.raises(ConditionCheckFailedError):
        Order.update_item(ANN, 8, updates={Order.attr.total: 1}, condition=Order.attr.total == 0)
    with pytest.raises(ConditionCheckFailedError):
        Order.update_item(ANN, 8, updates={Order.attr.total: 1})
    assert Order.get_item(ANN, 8) is None


@pytest.mark.usefixtures("filled")
def test_a_part_never_changes_by_an_update(Order, Customer) -> None:
    """Neither a part nor the key itself."""
    for updates in (
        [Order.attr.number.set(8)],
        [Order.attr.customer_id.set("bob")],
        [Order.attr.total.set(1), Order.attr.number.add(1)],
    ):
        with pytest.raises(InvalidUpdateError, match="a part of the key of table"):
            Order.update_item(ANN, 7, updates=updates)
    with pytest.raises(InvalidUpdateError, match="is a key of the table"):
        Customer.changes(id="bob")


@pytest.mark.usefixtures("filled")
def test_an_instance_is_updated_and_deleted_by_its_parts(Order, Customer) -> None:
    """Its key is made from its fields."""
    order = Order.get_item(ANN, 7)
    order.update(updates=[Order.attr.total.add(1)])
    assert (8, 8) == (order.total, Order.get_item(ANN, 7).total)
    order.delete()
    Customer.delete_item(ANN)
    assert (None, None) == (Order.get_item(ANN, 7), Customer.get_item(ANN))


@pytest.mark.usefixtures("filled")
def test_an_instance_remembers_its_key(Order) -> None:
    """A part that has changed would write another item, and leave the stored one behind: a copy may do that."""
    read, found = Order.get_item(ANN, 7), Order.query_all(ANN)[0]
    made = Order(tenant="t1", customer_id="ann", number=11)
    made.save()
    for order in (read, found, made):
        order.total += 1
        order.save()
        order.update(updates=[Order.attr.total.add(1)])
        order.number += 20
        for write in (order.save, order.delete, lambda order=order: order.update(updates={Order.attr.total: 1})):
            with pytest.raises(InvalidKeyValueError, match=r"Order: the key of an item never changes.*model_copy\(\)"):
                write()
        with Order.batch_writer() as writer, pytest.raises(InvalidKeyValueError):
            writer.put(order)
    assert [1, 2, 7, 10, 11] == numbers(Order.query_all(ANN))
    for copied in (read.model_copy(), copy.copy(read), copy.deepcopy(read), Order(**read.model_dump())):
        copied.number += 1
        copied.save()
    assert [1, 2, 7, 10, 11, 28] == numbers(Order.query_all(ANN))
    read.number -= 20
    read.delete()
    read.number += 20
    read.save()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("way", ["batch", "transaction"])
def test_a_put_and_a_delete_of_a_batch_or_a_transaction_renew_the_key(way, transact_write, Order) -> None:
    """As `save` and `delete` do: a part that has changed since then is refused, or free again."""

    def write(operation: str, item: Any) -> None:
        with transact_write() if way == "transaction" else Order.batch_writer() as writer:
            getattr(writer, operation)(item)

    made, read = Order(tenant="t1", customer_id="ann", number=11), Order.get_item(ANN, 7)
    for order in (made, read):
        write("put", order)
        order.number += 20
        for again in (order.save, order.delete, lambda order=order: write("put", order)):
            with pytest.raises(InvalidKeyValueError, match="Order: the key of an item never changes"):
                again()
        order.number -= 20
        write("delete", order)
        order.number += 20
        order.save()
    assert [1, 2, 10, 27, 31] == numbers(Order.query_all(ANN))


def test_the_memory_of_a_key_is_no_data(empty, Customer) -> None:
    """It is not compared, dumped, printed or pickled."""
    empty()
    customer = Customer(tenant="t", id="a")
    customer.save()
    assert (Customer(tenant="t", id="a"), "kind='customer' tenant='t' id='a' email=None") == (customer, str(customer))
    assert (
        {"kind", "tenant", "id", "email"}
        == set(customer.model_dump())
        == set(Customer.get_item(("t", "a")).model_dump())
    )


@pytest.mark.usefixtures("filled")
def test_an_item_of_another_kind_is_left_out_or_an_error(table, Order, Line, transact_get) -> None:
    """A query leaves it out; whoever asks for its key learns that something is there."""
    item = {"pk": "T#t1#CUSTOMER#ann", "tenant": "t1", "customer_id": "ann"}
    table.put_item(Item={**item, "sk": "ORDER#00000099", "kind": "gift", "number": 99})
    table.put_item(Item={**item, "sk": "ORDER#9", "kind": "order", "number": 9})
    assert [1, 2, 7, 10] == numbers(Order.query_all(ANN))
    for read in (
        lambda: Order.get_item(ANN, 99),
        lambda: Order.get_item(ANN, 99, projection=Dispatch),
        lambda: Order.batch_get([(ANN, 99), (ANN, 7)]),
        lambda: transact_get(Order.key(ANN, 99)),
        lambda: Order.update_item(ANN, 99, updates={Order.attr.total: 1}, return_values="ALL_OLD"),
    ):
        with pytest.raises(
            ForeignItemError, match=r"ORDER#00000099.* is of another kind than the .*its 'kind' is not 'order'"
        ):
            read()
    seen: list[InvalidItemError] = []
    assert [None] == Order.batch_get([(ANN, 99)], on_invalid=seen.append)
    assert [(ForeignItemError, "ORDER#00000099")] == [(type(each), each.key["sk"]) for each in seen]
    assert 8 == Line.query_count(ANN)


@pytest.mark.usefixtures("filled")
def test_an_item_under_another_key_is_an_error(table, Order) -> None:
    """It was written with another template: the model would not find it, and would write it twice."""
    item = {"pk": "T#t1#CUSTOMER#ann", "tenant": "t1", "customer_id": "ann", "kind": "order"}
    table.put_item(Item={**item, "sk": "ORDER#00000098", "number": 97})
    for read in (
        lambda: Order.get_item(ANN, 98),
        lambda: Order.query_all(ANN),
        Order.scan_all,
        lambda: [*Order.scan_iter()],
    ):
        with pytest.raises(KeyMismatchError, match=r"'ORDER#00000098'.*its fields make the key .*'ORDER#00000097'"):
            read()
    seen: list[InvalidItemError] = []
    assert [1, 2, 7, 10] == numbers(Order.query_all(ANN, on_invalid=seen.append))
    assert [KeyMismatchError] == [type(each) for each in seen]
    table.put_item(Item={**item, "sk": "ORDER#00000096", "number": -1})
    with pytest.raises(KeyMismatchError, match=r"its fields make no key: Order\.number is a part of the key"):
        Order.get_item(ANN, 96)


@pytest.mark.usefixtures("filled")
def test_an_item_without_its_marker_belongs_to_the_model_that_is_asked_for_it(table, Order) -> None:
    """It may have been written before the marker was added."""
    key = {"pk": "T#t1#CUSTOMER#ann", "sk": "ORDER#00000012"}
    table.put_item(Item={**key, "tenant": "t1", "customer_id": "ann", "number": 12})
    assert ("order", 12) == (Order.get_item(ANN, 12).kind, Order.get_item(ANN, 12).number)


@pytest.mark.usefixtures("filled")
def test_transactions_know_rendered_keys(transact_write, Customer, Order) -> None:
    """No two actions on one item, whatever their models and values are."""
    with transact_write() as transaction:
        transaction.put(Order(tenant="t2", customer_id="bob", number=1))
        transaction.update(Order.key(ANN, 7), updates={Order.attr.total: 9})
        transaction.delete(Order.get_item(ANN, 10))
        transaction.check(Customer.key(ANN), condition=Customer.attr.email == "ann@example.com")
    assert (1, 9, None) == (len(Order.query_all(("t2", "bob"))), Order.get_item(ANN, 7).total, Order.get_item(ANN, 10))
    with transact_write() as transaction:
        transaction.put(Order(tenant="t1", customer_id="ann", number=7))
        with pytest.raises(InvalidRequestError, match="uses the same item as action 1, Put of Order"):
            transaction.update(Order.key(("t1", "ANN"), 7), updates={Order.attr.total: 9})


@pytest.mark.usefixtures("filled")
def test_key_arguments_are_checked_before_anything_is_sent(requests_of, table, Order, Line, Customer) -> None:
    """The error names the model, the parts and the remedy."""
    Order.get_item(ANN, 1)
    Line.get_item(ANN, (1, 1))
    Customer.get_item(ANN)
    with requests_of(table) as sent:
        for given, reason in (
            (("t1", 1), r"Order: the parts of a key are given as \(tenant, customer_id\), got str"),
            (((*ANN, "x"), 1), "got 3 values"),
            ((("t1", None), 1), r"Order\.customer_id is a part of the key: the value cannot be None"),
            ((("t1", 5), 1), r"Order\.customer_id is a part of the key: "),
            ((ANN, "x"), r"Order\.number is a part of the key: expected int, got str"),
            ((ANN, 10**9), r"Order\.number is a part of the key .*: it has more than 8 digits"),
            ((ANN, -1), "it is below zero"),
            ((("t1", ""), 1), r"Order\.customer_id is a part of the key .*: it is an empty text"),
        ):
            with pytest.raises(InvalidKeyValueError, match=reason):
                Order.get_item(*given)
        with pytest.raises(MissingSortKeyValueError, match=r"give the sort key, number, after \(tenant, customer_id\)"):
            Order.get_item(ANN)
        with pytest.raises(
            InvalidRequestError, match="each key is a tuple of the partition key and the sort key, got str"
        ):
            Order.batch_get(["x"])
        with pytest.raises(InvalidKeyValueError, match=r"given as \(number, line\), got int"):
            Line.get_item(ANN, 1)
        line = Line(tenant="t1", customer_id="ann", number=7, line=1)
        line.number = None
        with pytest.raises(ItemEncodingError, match=r"Line\.number cannot be stored"):
            line.delete()
    assert [] == sent


@pytest.mark.parametrize("extra", ["ignore", "forbid"])
def test_models_that_accept_or_forbid_other_attributes_see_no_keys(extra, empty, shop, PrimaryKeyModel) -> None:
    """The keys are not theirs."""
    empty()

    class Other(PrimaryKeyModel, extra=extra):
        pydamo_config = shop
        pydamo_key = KeyTemplate("OTHER#{id}", "OTHER")

        id: str

    Other(id="x").save()
    assert (Other(id="x"), [Other(id="x")]) == (Other.get_item("x"), Other.scan_all())


def test_an_extra_value_with_the_name_of_a_key_is_refused(empty, shop, PrimaryKeyModel) -> None:
    """It would be lost."""
    empty()

    class Other(PrimaryKeyModel, extra="allow"):
        pydamo_config = shop
        pydamo_key = KeyTemplate("OTHER#{id}", "OTHER")

        id: str

    Other(id="x", more=1).save()
    assert {"id": "x", "more": 1} == Other.get_item("x").model_dump()
    with pytest.raises(InvalidKeyValueError, match="the extra value 'pk' has the name of a key of table"):
        Other(id="x", pk="y").save()


def test_a_version_counts_as_ever(empty, shop, PrimaryKeyModel) -> None:
    """And so do computed fields that are no keys."""
    empty()

    class Other(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("OTHER#{id}", "OTHER")

        id: str
        text: str = ""
        version: Annotated[int, Version] = 0

        @computed_field
        @property
        def label(self) -> str:
            """Compute a text."""
            return f"{self.id}/{self.text}"

    other = Other(id="x")
    other.save()
    other.update(updates={Other.attr.text: "y"})
    Other.update_item("x", updates={Other.attr.text: "z"})
    assert 3 == Other.get_item("x").version
    with pytest.raises(ConditionCheckFailedError):
        other.save()


def test_a_computed_key_of_an_index_follows_what_the_key_says(make_table, PrimaryKeyModel) -> None:
    """The parts of the key are known to an update."""

    class Other(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "sk", global_indexes={"by-label": ("label",)}))
        pydamo_key = KeyTemplate("OTHER#{id}", "OTHER")

        id: str
        text: str = ""

        @computed_field
        @property
        def label(self) -> str:
            """Compute a text."""
            return f"{self.id}/{self.text}"

    Other(id="x").save()
    Other.update_item("x", updates={Other.attr.text: "y"})
    assert ["y"] == [each.text for each in Other.query_all("x/y", index_name="by-label")]


def test_numbers_can_be_keys_as_they_are(make_table, PrimaryKeyAndSortKeyModel) -> None:
    """A template of a number alone is no text; an attribute may be a field if the template is exactly this field."""

    class Reading(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "n", types={"n": "N"}), partition_key="pk", sort_key="n")
        pydamo_key = KeyTemplate("SENSOR#{sensor}", "{n}")

        sensor: str
        n: Decimal

    for number in (-2, 1, 10, Decimal("2.5")):
        Reading(sensor="a", n=number).save()
    assert [-2, 1, Decimal("2.5"), 10] == [each.n for each in Reading.query_all("a")]
    n = Reading.attr.n
    assert [1, Decimal("2.5")] == [each.n for each in Reading.query_all("a", sort_key_condition=n.between(0, 5))]
    assert Decimal("2.5") == Reading.get_item("a", Decimal("2.5")).n
    with pytest.raises(InvalidConditionError, match="DynamoDB has no range for two excluded bounds"):
        Reading.query_all("a", sort_key_condition=(n > 1) & (n < 5))


def test_a_table_without_a_sort_key_has_one_template(make_table, PrimaryKeyModel) -> None:
    """Its sort key is none."""

    class Product(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", global_indexes={"by-name": ("name",)}))
        pydamo_key = KeyTemplate("PRODUCT#{sku:05}")

        sku: int
        name: str

    Product(sku=7, name="chair").save()
    assert Product.get_item(7) == Product.query_all("chair", index_name="by-name")[0]
    with pytest.raises(TypeError, match="index_name"):
        Product.query_all(7)
    with pytest.raises(InvalidConditionError, match="no sort key"):
        Product.query_all("chair", index_name="by-name", sort_key_condition=Product.attr.sku > 1)


WRONG_TABLES: list[tuple[str, str | None, str]] = [
    ("X#{n}", None, "has the sort key 'sk': give the KeyTemplate a sort_key too"),
    ("{n}", "SK", "the key 'pk' of the table has the type S, and '{n}' makes one of type N"),
    ("X#{n}", "{other}#x", "the key 'sk' is made by '{other}#x', and it is the attribute of the field 'sk' too"),
]


@pytest.mark.parametrize(("partition_key", "sort_key", "reason"), WRONG_TABLES)
def test_templates_fit_their_table(
    *, partition_key, sort_key, reason, table, PrimaryKeyModel, PrimaryKeyAndSortKeyModel
) -> None:
    """Whether its keys are declared or read."""
    base = PrimaryKeyAndSortKeyModel if "other" in str(sort_key) else PrimaryKeyModel
    annotations = {"n": int, **({"other": str, "sk": str} if "other" in str(sort_key) else {})}
    body = {"__annotations__": annotations, "__module__": __name__, "pydamo_key": KeyTemplate(partition_key, sort_key)}
    values = {"n": 1, "other": "x", "sk": "x"}
    wrong: Any = type(base)("Wrong", (base,), {**body, "pydamo_config": PydamoConfig(table=table)})
    with pytest.raises(InvalidKeySchemaError, match=f"Wrong.*: .*{reason}".replace("{", r"\{")):
        wrong(**values).save()
    if "sort_key too" not in reason and "type S" not in reason:
        wrong.pydamo_config = PydamoConfig(table=table, partition_key="pk", sort_key="sk")
        with pytest.raises(ConfigurationError, match=f"Wrong: {reason}".replace("{", r"\{")):
            wrong(**values).save()


@pytest.fixture(scope="module")
def Row(PrimaryKeyAndSortKeyModel, shop) -> Any:
    """Define items with three parts in their sort key."""

    class Row(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("ROWS#{p}", "X#{a}#{n:-03}#{b}")

        kind: Literal["row"] = "row"
        p: str = "p"
        a: str
        n: int
        b: str

    return Row


TEXTS = ["a", "a!", "a#", "ab", "$", "é", "\x00"]


@pytest.fixture(scope="module")
def rows(empty, table, Row) -> list[Any]:
    """Write rows, and items of other kinds between them; return the rows in the order of their tuples."""
    empty()
    rows = [Row(a=a, n=n, b=b) for a, n, b in itertools.product(TEXTS, (-2, 0, 3), ["a", "a!", "$"])]
    with Row.batch_writer() as writer:
        for row in rows:
            writer.put(row)
    for sort_key in ("X#", "X$", "X#a#003#a#MORE"):
        table.put_item(Item={"pk": "ROWS#p", "sk": sort_key, "kind": "other"})
    return sorted(rows, key=lambda row: (row.a.encode(), row.n, row.b.encode()))


COMPARISONS = {"==": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    leading=st.integers(0, 2),
    operator=st.sampled_from([*COMPARISONS.values(), "between", "begins_with"]),
    text=st.sampled_from(TEXTS),
    number=st.integers(-2, 3),
    other=st.sampled_from(TEXTS),
    forward=st.booleans(),
)
def test_the_engine_finds_what_a_condition_says(*, Row, rows, leading, operator, text, number, other, forward) -> None:
    """By brute force on all rows, in both directions, with items of other kinds between them."""
    names, values = ["a", "n", "b"], [text, number, other]
    last = values[leading]
    if operator == "begins_with" and leading == 1:
        operator = "__ge__"
    arguments = (min(last, values[0]), max(last, values[0])) if operator == "between" and leading != 1 else (last,)
    arguments = (last, last) if operator == "between" and leading == 1 else arguments

    def holds(row: Any) -> bool:
        value = getattr(row, names[leading])
        if operator == "between":
            return bool(arguments[0] <= value <= arguments[1])
        if operator == "begins_with":
            return bool(value.startswith(last))
        return bool(getattr(value, operator)(last))

    condition = getattr(getattr(Row.attr, names[leading]), operator)(*arguments)
    for name, value in zip(names[:leading], values, strict=False):
        condition = (getattr(Row.attr, name) == value) & condition
    expected = [
        row for row in rows if [getattr(row, name) for name in names[:leading]] == values[:leading] and holds(row)
    ]
    found = Row.query_all("p", sort_key_condition=condition, scan_index_forward=forward)
    assert (expected if forward else expected[::-1]) == found


def test_times_are_cut_and_compared_exactly(empty, shop, PrimaryKeyAndSortKeyModel) -> None:
    """The first and the last day of a range are cut by a filter."""
    empty()

    class Visit(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("PAGE#{page}", "DAY#{at:%Y-%m-%d}#{visitor}")

        kind: Literal["visit"] = "visit"
        page: str
        at: AwareDatetime
        visitor: str

    times = [f"2026-01-{day}T{time}Z" for day in (30, 31) for time in ("00:00:00", "12:00:00.000001", "23:59:59")]
    visits = [Visit(page="p", at=time, visitor="v") for time in times]  # type: ignore[arg-type]
    for number, visit in enumerate(visits):
        visit.visitor += str(number)
        visit.save()
    for low, high in itertools.combinations(visits, 2):
        found = Visit.query_all("p", sort_key_condition=(Visit.attr.at > low.at) & (Visit.attr.at <= high.at))
        assert [each for each in visits if low.at < each.at <= high.at] == sorted(found, key=lambda each: each.at)


def test_streams_show_items_of_the_model(Order, Line) -> None:
    """An image of another kind is an error, and so is one under another key; the keys come in any order."""
    image = {"tenant": {"S": "t1"}, "customer_id": {"S": "ann"}, "number": {"N": "7"}, "kind": {"S": "order"}}
    keys = {"sk": {"S": "ORDER#00000007"}, "pk": {"S": "T#t1#CUSTOMER#ann"}}
    change = {"Keys": keys, "NewImage": {**keys, **image}, "SequenceNumber": "1"}
    record = Order.from_stream_record({"eventName": "INSERT", "dynamodb": change})
    assert Order(tenant="t1", customer_id="ann", number=7) == record.new_image
    with pytest.raises(ForeignItemError, match=r"from_stream_record of Line.*its 'sk' does not fit"):
        Line.from_stream_record({"eventName": "INSERT", "dynamodb": change})
    moved = {**change, "NewImage": {**keys, **image, "number": {"N": "8"}}}
    with pytest.raises(KeyMismatchError):
        Order.from_stream_record({"eventName": "INSERT", "dynamodb": moved})


def stream_record(**key: Any) -> Any:
    """Make a record of a stream that has keys only."""
    keys = {name: {"S": value} for name, value in key.items()}
    return {"eventName": "REMOVE", "dynamodb": {"Keys": keys, "SequenceNumber": "1"}}


def test_a_stream_says_the_parts_of_keys(Order, Line, Customer) -> None:
    """As the arguments that find the item, whatever order the attributes have."""
    records = [
        (Order, {"pk": "T#t$231#CUSTOMER#ann#b", "sk": "ORDER#00000007"}, Order.key(("t#1", "ann#b"), 7)),
        (Line, {"sk": "ORDER#00000007#LINE#0002", "pk": "T#t1#CUSTOMER#ann"}, Line.key(ANN, (7, 2))),
        (Customer, {"sk": "PROFILE", "pk": "T#t1#CUSTOMER#ann"}, Customer.key(ANN)),
    ]
    for model, keys, key in records:
        record = model.from_stream_record(stream_record(**keys))
        assert (keys, None, key) == (record.keys, record.new_image, record.key)


def test_a_stream_does_not_say_what_a_template_leaves_out(shop, PrimaryKeyModel, PrimaryKeyAndSortKeyModel) -> None:
    """Another key says it, or there is no key."""

    class Visit(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("DAY#{at:%Y-%m-%d}", "{at}#{visitor}")

        at: AwareDatetime
        visitor: str

    class Day(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("DAY#{at:%Y-%m-%d}", "DAY")

        at: AwareDatetime

    class Plain(PrimaryKeyAndSortKeyModel):
        pk: str
        sk: str

    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    keys = {"pk": "DAY#2026-01-02", "sk": "2026-01-02T03:04:05.000000Z#v"}
    assert Visit.key(at, (at, "v")) == Visit.from_stream_record(stream_record(**keys)).key
    assert None is Day.from_stream_record(stream_record(pk="DAY#2026-01-02", sk="DAY")).key
    assert None is Plain.from_stream_record(stream_record(pk="a", sk="b")).key
    with pytest.raises(KeyMismatchError):
        Visit.from_stream_record(stream_record(pk="DAY#2026-01-03", sk="2026-01-02T03:04:05.000000Z#v"))


def test_a_stream_has_no_key_of_a_time_that_is_none(shop, PrimaryKeyAndSortKeyModel) -> None:
    """Its text has the form of one, and no item of the model has it."""

    class Visit(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("VISITOR#{visitor}", "{until}#{at}#{day}")

        visitor: str
        until: Annotated[datetime, TimeToLive]
        at: AwareDatetime
        day: date

    until, at = "2026-01-02T03:04:05.000000Z", "2026-01-02T03:04:05.000006Z"
    record = Visit.from_stream_record(stream_record(pk="VISITOR#v", sk=f"{until}#{at}#2026-01-02"))
    time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert Visit.key("v", (time, time.replace(microsecond=6), date(2026, 1, 2))) == record.key
    for sort_key in (
        f"{until.replace('01-02', '02-30')}#{at}#2026-01-02",
        f"{until}#{at.replace('T03', 'T24')}#2026-01-02",
        f"{until}#{at}#2026-02-29",
    ):
        with pytest.raises(ForeignItemError, match="its 'sk' does not fit"):
            Visit.from_stream_record(stream_record(pk="VISITOR#v", sk=sort_key))


def test_a_stream_has_no_key_of_seconds_that_are_no_time(shop, PrimaryKeyAndSortKeyModel) -> None:
    """A number alone is the key as it is stored."""

    class Visit(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("VISITOR#{visitor}", "{until}")

        visitor: str
        until: Annotated[datetime, TimeToLive]

    for seconds in ("1e30", "9" * 38, "-" + "9" * 20):
        change = {"Keys": {"pk": {"S": "VISITOR#v"}, "sk": {"N": seconds}}, "SequenceNumber": "1"}
        with pytest.raises(InvalidItemError, match="from_stream_record of Visit"):
            Visit.from_stream_record({"eventName": "REMOVE", "dynamodb": change})


@pytest.mark.parametrize(
    ("error", "keys"),
    [
        (ForeignItemError, {"pk": "T#t1#CUSTOMER#ann", "sk": "PROFILE"}),
        (ForeignItemError, {"pk": "T#t1#CUSTOMER#ann"}),
        (ForeignItemError, {"id": "7", "number": "7"}),
        (KeyMismatchError, {"pk": "T#t$31#CUSTOMER#ann", "sk": "ORDER#00000007"}),
    ],
)
def test_a_stream_shows_the_keys_of_the_model_only(error, keys, table, PrimaryKeyAndSortKeyModel) -> None:
    """Without an image, the key says of which model the item is."""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table, partition_key="pk", sort_key="sk")
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")

        tenant: str
        customer_id: str
        number: int

    with pytest.raises(error, match="from_stream_record of Order") as caught:
        Order.from_stream_record(stream_record(**keys))
    assert {name: {"S": value} for name, value in keys.items()} == caught.value.item


def test_a_key_that_no_field_can_have_is_an_error_of_its_item(shop, PrimaryKeyModel) -> None:
    """A month is none, though it has two digits."""

    class Day(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("DAY#{day}", "DAY")

        day: date

    assert Day.key(date(2026, 1, 2)) == Day.from_stream_record(stream_record(pk="DAY#2026-01-02", sk="DAY")).key
    with pytest.raises(InvalidItemError, match="from_stream_record of Day"):
        Day.from_stream_record(stream_record(pk="DAY#2026-99-02", sk="DAY"))


def test_classes_are_checked_when_they_are_made(shop, PrimaryKeyModel, PrimaryKeyAndSortKeyModel) -> None:
    """A typo never reaches a table."""
    with pytest.raises(ConfigurationError, match="'nmber' is no field of the model; its fields are number"):

        class Typo(PrimaryKeyModel):
            pydamo_key = KeyTemplate("X#{nmber}")

            number: int

    with pytest.raises(ConfigurationError, match="Wrong: its sort key has no part of its own: make PrimaryKeyModel"):

        class Wrong(PrimaryKeyAndSortKeyModel):
            pydamo_key = KeyTemplate("X#{number}", "PROFILE")

            number: int


def test_a_subclass_has_the_key_of_its_base(empty, Order) -> None:
    """It may have its own."""
    empty()

    class Express(Order):
        hours: int = 24

    class Numbered(Order):
        pydamo_key = KeyTemplate("N#{tenant}", "{number:04}")

    Express(tenant="t1", customer_id="ann", number=7).save()
    Numbered(tenant="t1", customer_id="ann", number=7).save()
    assert (24, 7) == (Express.get_item(ANN, 7).hours, Numbered.get_item("t1", 7).number)
    assert pickle.loads(pickle.dumps(Order.pydamo_key)) == Express.pydamo_key  # noqa: S301


def test_declarations_of_keys_do_not_contradict_each_other(table, PrimaryKeyModel, PrimaryKeyAndSortKeyModel) -> None:
    """The error names both."""

    class Marked(PrimaryKeyModel):
        pydamo_key = KeyTemplate("X#{id}", "X")

        id: Annotated[str, PartitionKey]

    class Indexed(PrimaryKeyModel):
        pydamo_key = KeyTemplate("X#{id}", "X")

        id: Annotated[str, PartitionKey("by-id")]

    class Other(PrimaryKeyModel):
        pydamo_key = KeyTemplate("X#{id}", "X")

        id: str

    named = {"table": table, "partition_key": "pk"}
    for model, config, reason in (
        (Marked, PydamoConfig(table=table), "id is marked as a key of the table, and pydamo_key makes these keys"),
        (Indexed, PydamoConfig(table=table), "declares the index 'by-id' by marks: name the keys of the table too"),
        (Other, PydamoConfig(table=table, indexes=[LocalIndex("x", "id")]), "it names the keys of the table too"),
        (Other, PydamoConfig(**named), "its KeyTemplate has a sort_key, and pydamo_config names no sort_key"),
    ):
        model.pydamo_config = config
        with pytest.raises(ConfigurationError, match=reason):
            model.get_item("x")
    Indexed.pydamo_config = PydamoConfig(**named, sort_key="sk")
    Indexed(id="x").save()
    assert Indexed(id="x") == Indexed.get_item("x")
    with pytest.raises(ValidationError):
        Other(id=5)
