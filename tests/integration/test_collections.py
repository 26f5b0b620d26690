"""Collections: several kinds of items of one table, read with one query; and batches of several models."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal

import boto3
import pytest
from pydantic import AwareDatetime, BaseModel, StringConstraints

from pydamodb import (
    Attribute,
    ConfigurationError,
    GlobalIndex,
    InvalidConditionError,
    InvalidItemError,
    InvalidKeyValueError,
    InvalidRequestError,
    KeyMismatchError,
    KeyTemplate,
    LocalIndex,
    PydamoConfig,
    UnknownConditionTypeError,
    Version,
    dump_items,
    load_items,
)

ANN = ("t1", "ann")
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Tenant(BaseModel):
    """A smaller model, of what all kinds have."""

    tenant: str


class Numbered(BaseModel):
    """A smaller model, of what some kinds have."""

    number: int


@pytest.fixture(scope="module")
def table(make_table) -> Any:
    """Make a table with three indexes."""
    return make_table(
        "pk",
        "sk",
        global_indexes={"gsi1": ("gsi1pk", "gsi1sk"), "gsi2": ("gsi2pk", "gsi2sk"), "few": ("gsi2pk", "gsi1sk")},
        local_indexes={"lsi1": "lsi1sk"},
        includes={"few": []},
    )


@pytest.fixture(scope="module", params=["named", "described"])
def shop(request, table) -> PydamoConfig:
    """Return a configuration that names the keys of the table and of its indexes, or one that lets them be read."""
    if request.param == "described":
        return PydamoConfig(table=table)
    indexes = [
        GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),
        GlobalIndex("gsi2", partition_key="gsi2pk", sort_key="gsi2sk"),
        GlobalIndex("few", partition_key="gsi2pk", sort_key="gsi1sk", projection="KEYS_ONLY"),
        LocalIndex("lsi1", sort_key="lsi1sk"),
    ]
    return PydamoConfig(table=table, partition_key="pk", sort_key="sk", indexes=indexes)


@pytest.fixture(scope="module")
def models(PrimaryKeyModel, PrimaryKeyAndSortKeyModel, shop) -> Any:
    """Define the kinds of items of a table."""

    class Customer(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{id}", "PROFILE")
        by_day = GlobalIndex("gsi1", partition_key="T#{tenant}", sort_key="{since}")

        kind: Literal["customer"] = "customer"
        tenant: str
        id: str
        since: AwareDatetime | None = None

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")
        by_day = GlobalIndex("gsi1", partition_key="T#{tenant}", sort_key="{at}")
        by_status = GlobalIndex("gsi2", partition_key="STATUS#{status}", sort_key="{number:08}")
        by_text = LocalIndex("lsi1", sort_key="{note}")

        kind: Literal["order"] = "order"
        tenant: str
        customer_id: str
        number: int
        at: AwareDatetime | None = None
        total: Decimal = Decimal(0)
        status: str = "open"
        note: str | None = None

    class Line(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}#LINE#{line:04}")

        kind: Literal["line"] = "line"
        tenant: str
        customer_id: str
        number: int
        line: int
        product: str = "pen"

    class Invoice(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "INVOICE#{number:08}")
        by_status = GlobalIndex("gsi2", partition_key="STATUS#{status}", sort_key="{number:08}")
        by_text = LocalIndex("lsi1", sort_key="{text}")

        kind: Literal["invoice"] = "invoice"
        tenant: str
        customer_id: str
        number: int
        status: str = "open"
        text: str | None = None

    class Product(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("PRODUCT#{sku}", "PRODUCT")

        kind: Literal["product"] = "product"
        sku: str

    found = {"Customer": Customer, "Order": Order, "Line": Line, "Invoice": Invoice, "Product": Product}
    return type("Models", (), found)


@pytest.fixture
def account(collection, models, client, table) -> Any:
    """Store some items of all kinds, and make a collection of three of them."""
    for item in client.scan(TableName=table.name, ConsistentRead=True)["Items"]:
        client.delete_item(TableName=table.name, Key={name: item[name] for name in ("pk", "sk")})
    models.Customer(tenant="t1", id="ann", since=NOW).save()
    models.Customer(tenant="t1", id="bob", since=NOW).save()
    models.Product(sku="pen").save()
    for number in (1, 7, 12):
        models.Order(
            tenant="t1", customer_id="ann", number=number, at=NOW + timedelta(days=number), total=Decimal(number)
        ).save()
        models.Invoice(tenant="t1", customer_id="ann", number=number).save()
        for line in (1, 2):
            models.Line(tenant="t1", customer_id="ann", number=number, line=line).save()
    return collection(models.Customer, models.Order, models.Line)


@pytest.fixture
def sent(table) -> Any:
    """Collect the requests of the table's client."""
    requests: list[tuple[str, Any]] = []

    def note(request, event_name, **_):
        requests.append((event_name.rpartition(".")[2], json.loads(request.body)))

    events = table.meta.client.meta.events
    events.register("before-send.dynamodb", note)
    yield requests
    events.unregister("before-send.dynamodb", note)


def names(items: Any) -> list[str]:
    """Write items shortly, in their order."""
    return [
        {
            "Customer": lambda each: f"customer {each.id}",
            "Order": lambda each: f"order {each.number}",
            "Invoice": lambda each: f"invoice {each.number}",
            "Line": lambda each: f"line {each.number}.{each.line}",
            "Product": lambda each: f"product {each.sku}",
        }[type(each).__name__](each)
        for each in items
    ]


ALL = [
    *("order 1", "line 1.1", "line 1.2", "order 7", "line 7.1", "line 7.2", "order 12", "line 12.1", "line 12.2"),
    "customer ann",
]


def test_one_query_returns_all_kinds_in_the_order_of_their_keys(account, sent) -> None:
    """With one request for a page; items of other kinds are left out, and counted out."""
    assert ALL == names(account.query_all(ANN))
    ((operation, request),) = [each for each in sent if each[0] != "DescribeTable"]
    assert ("Query", "#n1 = :v2 AND #n0 BETWEEN :v0 AND :v1", "#n2 = :v3 OR #n2 = :v4 OR #n2 = :v5") == (
        operation,
        request["KeyConditionExpression"],
        request["FilterExpression"],
    )
    assert ALL[::-1] == names(account.query_all(ANN, scan_index_forward=False))
    assert ALL == names(account.query_iter(ANN, page_size=3))
    assert ALL[:4] == names(account.query_iter(ANN, max_items=4))
    assert (10, 0) == (account.query_count(ANN), account.query_count(("t2", "ann")))
    page = account.query(ANN, limit=7, consistent_read=True)
    assert set(names(page.items)) < set(ALL)


def test_the_first_item_is_of_any_kind(account, models, sent) -> None:
    """In either direction, of a range, and as a smaller model; each with one request."""
    firsts = [
        account.query_first(ANN),
        account.query_first(ANN, scan_index_forward=False),
        account.query_first(ANN, sort_key_condition=models.Order.attr.number > 1),
        account.query_first(ANN, filter_condition=models.Order.attr.total > 7, consistent_read=True),
    ]
    assert ["order 1", "customer ann", "order 7", "order 12"] == names(firsts)
    assert (None, Tenant(tenant="t1")) == (
        account.query_first(("t2", "ann")),
        account.query_first(ANN, projection=Tenant),
    )
    assert ["Query"] * 6 == [operation for operation, _ in sent if operation != "DescribeTable"]


def test_a_scan_returns_all_kinds(account) -> None:
    """In segments too."""
    everything = sorted([*ALL, "customer bob"])
    assert everything == sorted(names(account.scan_all()))
    assert everything == sorted(names(account.scan_all(total_segments=3)))
    assert everything == sorted(names(account.scan_iter(page_size=2)))
    assert everything == sorted(names(account.scan().items))
    assert 11 == account.scan_count()
    halves = [account.scan(segment=each, total_segments=2).items for each in (0, 1)]
    assert everything == sorted(names([*halves[0], *halves[1]]))


def test_conditions_go_by_the_names_of_parts(account, models, collection, sent) -> None:
    """Models whose sort key lacks a part are left out; each item is in the range of its own model."""
    number, line = models.Order.attr.number, models.Line.attr.line
    cases = [
        (number == 7, ["order 7", "line 7.1", "line 7.2"]),
        (number >= 7, ALL[3:-1]),
        (number < 7, ALL[:3]),
        (number > 1, ALL[3:-1]),
        (number.between(2, 8), ALL[3:6]),
        ((number > 1) & (number <= 7), ALL[3:6]),
        ((number == 7) & (line == 2), ["line 7.2"]),
        ((models.Line.attr.number == 12) & (line < 2), ["line 12.1"]),
    ]
    for condition, expected in cases:
        assert expected == names(account.query_all(ANN, sort_key_condition=condition)), condition
        assert len(expected) == account.query_count(ANN, sort_key_condition=condition), condition
    requests = [request for operation, request in sent if operation == "Query"]
    assert "#n1 = :v1 AND begins_with(#n0, :v0)" == requests[0]["KeyConditionExpression"]
    values = requests[0]["ExpressionAttributeValues"]
    assert values[":v0"] in ("ORDER#00000007", {"S": "ORDER#00000007"})
    assert len(cases) * 2 == len(requests)
    billing = collection(models.Order, models.Invoice)
    found = billing.query_all(ANN, sort_key_condition=number == 7)
    assert ["invoice 7", "order 7"] == names(found)


def test_filters_go_by_the_names_of_fields(account, models, collection) -> None:
    """Models that lack a field are left out, unless another part of the condition is about them."""
    total, product = models.Order.attr.total, models.Line.attr.product
    assert ["order 7", "order 12"] == names(account.query_all(ANN, filter_condition=total > 5))
    found = account.query_all(ANN, filter_condition=(total > 5) | (models.Customer.attr.id == "ann"))
    assert ["order 7", "order 12", "customer ann"] == names(found)
    assert [] == names(account.query_all(ANN, filter_condition=(product == "pen") & (product == "cup")))
    assert ["line 7.1", "line 7.2"] == names(
        account.query_all(ANN, sort_key_condition=models.Order.attr.number == 7, filter_condition=~(product == "cup"))
    )
    assert ALL == names(account.query_all(ANN, filter_condition=models.Order.attr.tenant == "t1"))
    assert 2 == account.scan_count(filter_condition=total > 5)
    either = collection(models.Order, models.Invoice)
    status = models.Invoice.attr.status
    assert 6 == either.query_count(ANN, filter_condition=(status == "open") | (total > 5))


def test_drifted_items_are_errors_and_foreign_ones_are_left_out(account, models, client, table) -> None:
    """`on_invalid` may return an instance of any model of the collection."""
    key = {"pk": {"S": "T#t1#CUSTOMER#ann"}, "sk": {"S": "ORDER#00000003"}}
    parts = {"tenant": {"S": "t1"}, "customer_id": {"S": "ann"}, "number": {"N": "4"}}
    client.put_item(TableName=table.name, Item={**key, **parts, "kind": {"S": "order"}})
    client.put_item(TableName=table.name, Item={**key, "sk": {"S": "ORDER#x"}, "kind": {"S": "order"}})
    client.put_item(TableName=table.name, Item={**key, "sk": {"S": "ORDER#00000005"}, "kind": {"S": "draft"}})
    with pytest.raises(KeyMismatchError) as caught:
        account.query_all(ANN)
    message = str(caught.value)
    assert message.startswith(f"Query of Customer, Order, Line on table {table.name!r}: the item with the key")
    assert "does not fit the model Order: its fields make the key" in message
    errors: list[InvalidItemError] = []
    assert ALL == names(account.query_all(ANN, on_invalid=errors.append))
    assert ["ORDER#00000003"] == [error.key["sk"] for error in errors]
    customer = models.Customer(tenant="t1", id="x")
    assert "customer x" in names(account.query_all(ANN, on_invalid=lambda _: customer))
    with pytest.raises(InvalidRequestError, match="returned a value of type Product"):
        account.query_all(ANN, on_invalid=lambda _: models.Product(sku="x"))


def test_cursors_are_of_a_collection(account, models, collection) -> None:
    """Of its table and its partition too."""
    page = account.query(ANN, limit=2)
    assert ["order 1", "line 1.1"] == names(page.items)
    rest = account.query(ANN, exclusive_start_key=page.cursor)
    again = account.query(ANN, exclusive_start_key=page.last_evaluated_key)
    assert names(rest.items) == names(again.items) == ALL[len(page.items) :]
    other = collection(models.Customer, models.Order)
    for read in (other.query, models.Order.query):
        with pytest.raises(InvalidRequestError, match="the text is not a cursor of it"):
            read(ANN, exclusive_start_key=page.cursor)
    with pytest.raises(InvalidRequestError, match="another partition"):
        account.query(("t1", "bob"), exclusive_start_key=page.cursor)
    scanned = account.scan(limit=3)
    assert 11 == len(scanned.items) + len(account.scan(exclusive_start_key=scanned.cursor).items)


def test_signed_cursors_are_of_a_collection(models, collection, shop, monkeypatch) -> None:
    """Of its models, its condition and its direction."""
    signed = replace(shop, cursor_key=[b"k" * 16])
    kinds = (models.Customer, models.Order, models.Line)
    for each in kinds:
        monkeypatch.setattr(each, "pydamo_config", signed)
    account = collection(*kinds)
    page = account.query(ANN, limit=2)
    assert page.cursor.startswith("s1.")
    assert ALL == names(page.items) + names(account.query(ANN, exclusive_start_key=page.cursor).items)
    number = models.Order.attr.number
    for read in (
        lambda: collection(models.Customer, models.Order).query(ANN, exclusive_start_key=page.cursor),
        lambda: account.query(ANN, sort_key_condition=number >= 1, exclusive_start_key=page.cursor),
        lambda: account.query(ANN, scan_index_forward=False, exclusive_start_key=page.cursor),
        lambda: account.scan(exclusive_start_key=page.cursor),
    ):
        with pytest.raises(InvalidRequestError, match="not a cursor that was signed with cursor_key for this"):
            read()


def test_a_cursor_of_a_collection_is_in_the_range_of_its_condition(account, models) -> None:
    """Also if it is not signed."""
    number = models.Order.attr.number
    page = account.query(ANN, sort_key_condition=number >= 1, limit=1)
    with pytest.raises(InvalidRequestError, match="it belongs to a query with another sort_key_condition"):
        account.query(ANN, sort_key_condition=number > 1, exclusive_start_key=page.cursor)
    assert account.query(ANN, sort_key_condition=number <= 9, exclusive_start_key=page.cursor).items


def test_projections_need_fields_of_all_models(account, models, sent) -> None:
    """What is read besides is dropped; it says of which kind an item is."""
    assert [Tenant(tenant="t1")] * 10 == account.query_all(ANN, projection=Tenant)
    assert 11 == len(account.scan_all(projection=Tenant))
    requests = [request for operation, request in sent if operation in {"Query", "Scan"}]
    assert {"pk", "sk", "kind", "tenant"} <= set(requests[0]["ExpressionAttributeNames"].values())
    assert "ProjectionExpression" in requests[0]
    condition = models.Order.attr.number == 7
    assert [Tenant(tenant="t1")] * 3 == account.query_all(ANN, sort_key_condition=condition, projection=Tenant)
    with pytest.raises(InvalidRequestError, match=r"query of Customer: the projection Numbered has .* 'number'"):
        account.query_all(ANN, projection=Numbered)


def test_an_index_of_several_models(account, models, collection, sent) -> None:
    """Global and local, with conditions on the parts of its sort key."""
    number = models.Invoice.attr.number
    by_status = collection(models.Order.by_status, models.Invoice.by_status)
    found = by_status.query_all("open", sort_key_condition=number >= 7)
    assert {"order 7", "invoice 7", "order 12", "invoice 12"} == set(names(found))
    assert [7, 7, 12, 12] == [each.number for each in found]
    assert (6, 0) == (by_status.query_count("open"), by_status.query_count("paid"))
    assert 6 == len(by_status.scan_all())
    by_day = collection(models.Customer.by_day, models.Order.by_day)
    assert {"customer ann", "customer bob"} == set(names(by_day.query_all("t1"))[:2])
    assert ["order 1", "order 7", "order 12"] == names(by_day.query_all("t1"))[2:]
    later = by_day.query_all("t1", sort_key_condition=models.Order.attr.at > NOW + timedelta(days=5))
    assert ["order 7", "order 12"] == names(later)
    models.Order(tenant="t1", customer_id="ann", number=20, note="b").save()
    models.Invoice(tenant="t1", customer_id="ann", number=20, text="a").save()
    by_text = collection(models.Order.by_text, models.Invoice.by_text)
    assert ["invoice 20", "order 20"] == names(by_text.query_all(ANN))
    assert {"gsi1", "gsi2", "lsi1"} == {request["IndexName"] for operation, request in sent if "IndexName" in request}


def test_items_by_their_keys(account, models, sent) -> None:
    """In the order of the keys, with one request; None where there is no item."""
    keys = [
        models.Order.key(ANN, 7),
        models.Customer.key(ANN),
        models.Order.key(ANN, 8),
        models.Line.key(ANN, (7, 2)),
        models.Order.key(ANN, 7),
    ]
    found = account.batch_get(keys)
    assert ["order 7", "customer ann", "line 7.2", "order 7"] == names(each for each in found if each is not None)
    assert (None, False) == (found[2], found[0] is found[4])
    assert 1 == [operation for operation, _ in sent].count("BatchGetItem")
    assert [Tenant(tenant="t1"), None] == account.batch_get([keys[0], keys[2]], projection=Tenant)
    assert [] == account.batch_get([])
    many = [models.Line.key(ANN, (number, 1)) for number in range(150)]
    assert ["line 1.1", "line 7.1", "line 12.1"] == names(
        each for each in account.batch_get(many, consistent_read=True) if each is not None
    )
    assert 4 == [operation for operation, _ in sent].count("BatchGetItem")


def test_a_key_under_which_another_kind_is_stored(account, models, client, table) -> None:
    """It was asked for, so that it is an error, as for a model."""
    key = {"pk": {"S": "T#t1#CUSTOMER#ann"}, "sk": {"S": "ORDER#00000003"}}
    client.put_item(TableName=table.name, Item={**key, "kind": {"S": "draft"}})
    with pytest.raises(InvalidItemError, match="BatchGetItem of Order on table"):
        account.batch_get([models.Customer.key(ANN), models.Order.key(ANN, 3)])
    errors: list[InvalidItemError] = []
    found = account.batch_get([models.Customer.key(ANN), models.Order.key(ANN, 3)], on_invalid=errors.append)
    assert (["customer ann"], None, 1) == (names(found[:1]), found[1], len(errors))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (lambda _: 5, "batch_get of Customer, Order, Line takes a list of keys, got int"),
        (lambda _: [("t1", "ann")], r"takes keys, `Model.key\(...\)`, got tuple"),
        (
            lambda models: [models.Product.key("pen")],
            "batch_get of Customer, Order, Line takes instances and keys of these models, got Product",
        ),
    ],
)
def test_wrong_keys_are_refused(account, models, keys, message) -> None:
    """Nothing is sent."""
    with pytest.raises(InvalidRequestError, match=message):
        account.batch_get(keys(models))


def test_a_batch_writer_takes_its_models(account, models, sent) -> None:
    """And keys of them; others are refused by name, and what was put before is written."""
    with account.batch_writer() as writer:
        writer.put(models.Order(tenant="t1", customer_id="ann", number=30))
        writer.put(models.Line(tenant="t1", customer_id="ann", number=30, line=1))
        writer.delete(models.Order.key(ANN, 12))
        writer.delete(models.Customer.key(("t1", "bob")))
        writer.delete(models.Line(tenant="t1", customer_id="ann", number=12, line=1))
        express = type("Express", (models.Order,), {"__module__": __name__})  # it may have other keys
        wrong_ones = (models.Product(sku="x"), models.Product.key("x"), 5, express.key(ANN, 1))
        for wrong in (*wrong_ones, express(tenant="t1", customer_id="ann", number=1)):
            with pytest.raises(InvalidRequestError, match="batch_writer of Customer, Order, Line takes instances"):
                writer.delete(wrong)
        with pytest.raises(InvalidRequestError, match="got Product"):
            writer.put(models.Product(sku="x"))
    assert 1 == [operation for operation, _ in sent].count("BatchWriteItem")
    expected = [*ALL[:6], "line 12.2", "order 30", "line 30.1", "customer ann"]
    assert expected == names(account.query_all(ANN))
    assert ["customer ann"] == names(account.scan_all(filter_condition=models.Customer.attr.id.exists()))


def test_a_batch_writer_works_in_its_block_only(account, models) -> None:
    """The message has the collection."""
    writer = account.batch_writer()
    with pytest.raises(InvalidRequestError, match=r"collection\(Customer, Order, Line\).batch_writer\(\) as writer"):
        writer.put(models.Customer(tenant="t1", id="x"))


@pytest.fixture
def plain(collection, PrimaryKeyModel, PrimaryKeyAndSortKeyModel, make_table) -> Any:
    """Define models without templates, on two tables, and make a collection of them."""
    people, visits = make_table("name"), make_table("person", "day", types={"day": "N"})

    class Person(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=people)
        name: str
        age: int = 0

    class Visit(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=visits)
        person: str
        day: int

    class Note(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=visits)
        about: Annotated[str, Attribute("person")]
        day: int
        text: str = ""

    return collection(Person, Visit, Note), Person, Visit, Note, people


def test_batches_of_models_without_templates(plain) -> None:
    """On several tables: a request has the keys or the writes of all of them."""
    both, Person, Visit, Note, people = plain  # noqa: N806 - they are classes
    requests: list[str] = []

    def note(event_name, **_):
        requests.append(event_name.rpartition(".")[2])

    people.meta.client.meta.events.register("before-send.dynamodb", note)
    with both.batch_writer() as writer:
        writer.put(Person(name="ann"))
        writer.put(Visit(person="ann", day=1))
        writer.put(Note(about="ann", day=2, text="x"))
        writer.put(Visit(person="ann", day=3))
        writer.delete(Visit.key("ann", 3))
    found = both.batch_get([Visit.key("ann", 1), Person.key("ann"), Note.key("ann", 2), Visit.key("ann", 3)])
    people.meta.client.meta.events.unregister("before-send.dynamodb", note)
    assert [Visit(person="ann", day=1), Person(name="ann"), Note(about="ann", day=2, text="x"), None] == found
    assert ["BatchWriteItem", "BatchGetItem"] == [each for each in requests if each != "DescribeTable"]
    for read in (lambda: both.query_all("ann"), both.scan_all, both.scan_count, lambda: [*both.query_iter("ann")]):
        with pytest.raises(ConfigurationError, match="Person, Visit, Note have no pydamo_key, so that only batch_get"):
            read()
    with pytest.raises(ConfigurationError, match="from_stream_record of Person, Visit, Note: "):
        both.from_stream_record({})


def test_a_version_is_refused_in_batches(account, collection, PrimaryKeyAndSortKeyModel, shop, models) -> None:
    """As by the batch writer of a model."""

    class Counted(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "COUNTED#{number:08}")
        kind: Literal["counted"] = "counted"
        tenant: str
        customer_id: str
        number: int
        version: Annotated[int, Version] = 0

    both = collection(models.Order, Counted)
    with both.batch_writer() as writer, pytest.raises(InvalidRequestError, match=r"Counted\.version is a Version"):
        writer.put(Counted(tenant="t1", customer_id="ann", number=1))
    Counted(tenant="t1", customer_id="ann", number=1).save()
    assert [1] == [each.version for each in both.query_all(ANN) if isinstance(each, Counted)]


def record(client: Any, table: Any, key: Any, *, images: bool = True) -> dict[str, Any]:
    """Make the record of a stream about a stored item."""
    item = client.get_item(TableName=table.name, Key=key)["Item"]
    change = {"Keys": key, "SequenceNumber": "1", **({"NewImage": item} if images else {})}
    return {"eventName": "INSERT", "dynamodb": change}


def test_unknown_attributes_survive(account, models, client, table) -> None:
    """Whoever reads an item in a collection, changes it and saves it keeps them; not one that was read in part."""
    key = {"pk": {"S": "T#t1#CUSTOMER#ann"}, "sk": {"S": "ORDER#00000007"}}
    update = {"UpdateExpression": "SET legacy = :old", "ExpressionAttributeValues": {":old": {"S": "old"}}}
    client.update_item(TableName=table.name, Key=key, **update)
    (order,) = account.query_all(ANN, filter_condition=models.Order.attr.number == 7)[:1]
    order.total = Decimal(70)
    order.save()
    stored = client.get_item(TableName=table.name, Key=key)["Item"]
    assert ({"S": "old"}, {"N": "70"}) == (stored["legacy"], stored["total"])
    (order,) = account.batch_get([models.Order.key(ANN, 7)])
    order.number = 8
    with pytest.raises(InvalidKeyValueError, match="the key of an item never changes"):
        order.save()


def test_records_of_streams(account, models, client, table) -> None:
    """A record about an item of another kind is None."""
    pk = {"S": "T#t1#CUSTOMER#ann"}
    line = account.from_stream_record(record(client, table, {"pk": pk, "sk": {"S": "ORDER#00000007#LINE#0002"}}))
    assert models.Line(tenant="t1", customer_id="ann", number=7, line=2) == line.new_image
    assert None is account.from_stream_record(record(client, table, {"pk": pk, "sk": {"S": "INVOICE#00000007"}}))
    product = {"pk": {"S": "PRODUCT#pen"}, "sk": {"S": "PRODUCT"}}
    assert None is account.from_stream_record(record(client, table, product))
    keys = account.from_stream_record(record(client, table, {"pk": pk, "sk": {"S": "ORDER#00000007"}}, images=False))
    assert ({"pk": pk["S"], "sk": "ORDER#00000007"}, None) == (keys.keys, keys.new_image)
    for wrong in ({}, 5, {"eventName": "INSERT", "dynamodb": {"Keys": 5}}):
        with pytest.raises(
            InvalidRequestError, match=r"from_stream_record of collection\(Customer, Order, Line\) takes"
        ):
            account.from_stream_record(wrong)


@pytest.mark.parametrize(
    ("condition", "error", "message"),
    [
        (
            lambda models: models.Order.attr.total == 5,
            InvalidConditionError,
            (
                "query of Customer, Order, Line: sort_key_condition about total: no sort key of them has these parts "
                "(Customer: 'PROFILE', Order: 'ORDER#{number:08}', Line: 'ORDER#{number:08}#LINE#{line:04}'); "
                "conditions on other fields are for filter_condition"
            ),
        ),
        (
            lambda models: models.Line.attr.line == 5,
            InvalidConditionError,
            "query of Line: sort_key_condition about line: it needs number == ... before it, because number",
        ),
        (
            lambda models: (models.Order.attr.number == 5) | (models.Order.attr.number == 6),
            InvalidConditionError,
            "query of Customer: sort_key_condition about 'PROFILE': it joins",
        ),
        (
            lambda models: models.Invoice.attr.number == 5,
            InvalidConditionError,
            "Customer, Order, Line: Invoice.number is a field of none of them; use the fields of their own `attr`",
        ),
        (
            lambda models: models.Order.attr.number.between(5, 4),
            InvalidConditionError,
            "query of Order: sort_key_condition about number: its lower bound is above its upper bound",
        ),
        (
            lambda models: models.Order.attr.number == 10**9,
            InvalidKeyValueError,
            "Order.number is a part of the key 'ORDER#{number:08}'",
        ),
        (
            lambda _: 5,
            UnknownConditionTypeError,
            "expected a condition such as Model.attr.field == value, got int",
        ),
    ],
)
def test_wrong_conditions_are_refused(account, models, sent, condition, error, message) -> None:  # noqa: PLR0917
    """Nothing is sent but the look at the keys of the table."""
    with pytest.raises(error) as caught:
        account.query_all(ANN, sort_key_condition=condition(models))
    assert message in str(caught.value)
    assert set() == {operation for operation, _ in sent} - {"DescribeTable"}


def test_wrong_arguments_are_refused(account, models, collection) -> None:
    """With the names of the models."""
    cases = [
        (
            lambda: account.query_all("ann"),
            InvalidKeyValueError,
            "the parts of a key are given as (tenant, id), got str",
        ),
        (lambda: account.query(ANN, limit=0), InvalidRequestError, "query of Customer, Order, Line: limit is a whole"),
        (lambda: account.scan_all(total_segments=0), InvalidRequestError, "scan of Customer, Order, Line: total_segm"),
        (lambda: account.scan(segment=1), InvalidRequestError, "scan of Customer, Order, Line: give segment and"),
        (lambda: account.query_all(ANN, on_invalid=5), InvalidRequestError, "query of Customer, Order, Line: on_inva"),
        (
            lambda: account.query_all(ANN, filter_condition=models.Invoice.attr.text == "a"),
            InvalidConditionError,
            "Invoice.text is a field of none of them",
        ),
        (
            lambda: account.query_all(
                ANN, filter_condition=(models.Customer.attr.id == "a") & (models.Order.attr.total > 1)
            ),
            InvalidConditionError,
            "Customer, Order, Line: filter_condition about id, total: none of them has all these fields",
        ),
        (
            lambda: collection(models.Order.by_status, models.Invoice.by_status).query("open", consistent_read=True),
            InvalidRequestError,
            "'gsi2' is a global secondary index, which has no consistent reads",
        ),
    ]
    for call, error, message in cases:
        with pytest.raises(error) as caught:
            call()
        assert message in str(caught.value)


def test_a_block_with_another_table(account, models, make_table, shop, table) -> None:
    """Batches and iterators keep the table with which they began."""
    other = make_table(
        "pk",
        "sk",
        global_indexes={"gsi1": ("gsi1pk", "gsi1sk"), "gsi2": ("gsi2pk", "gsi2sk"), "few": ("gsi2pk", "gsi1sk")},
        local_indexes={"lsi1": "lsi1sk"},
    )
    with shop.using(other):
        assert [] == account.query_all(ANN)
        with account.batch_writer() as writer:
            writer.put(models.Customer(tenant="t1", id="ann"))
            with shop.using(table):
                writer.put(models.Order(tenant="t1", customer_id="ann", number=1))
                assert 10 == account.query_count(ANN)
        assert ["order 1", "customer ann"] == names(account.query_all(ANN))
        items = account.query_iter(ANN, page_size=1)
    assert ["order 1", "customer ann"] == names(items)
    assert ALL == names(account.query_all(ANN))


def test_an_index_of_fields(account, models, collection, PrimaryKeyAndSortKeyModel, make_table) -> None:
    """Its sort key is compared as the field of the first model that has the name."""
    config = PydamoConfig(table=make_table("pk", "sk", types={"at": "N"}, global_indexes={"by-town": ("town", "at")}))

    class Start(PrimaryKeyAndSortKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("TRIP#{trip}", "START#{at:04}")
        by_town = GlobalIndex("by-town", partition_key="town", sort_key="at")
        trip: str
        at: int
        town: str

    class End(PrimaryKeyAndSortKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("TRIP#{trip}", "END#{time:04}")
        by_town = GlobalIndex("by-town", partition_key="town", sort_key="time")
        trip: str
        time: Annotated[int, Attribute("at")]
        town: str

    Start(trip="x", at=1, town="Oslo").save()
    End(trip="x", time=2, town="Oslo").save()
    End(trip="y", time=3, town="Rome").save()
    by_town = collection(Start.by_town, End.by_town)
    assert [Start(trip="x", at=1, town="Oslo"), End(trip="x", time=2, town="Oslo")] == by_town.query_all("Oslo")
    assert [End(trip="x", time=2, town="Oslo")] == by_town.query_all("Oslo", sort_key_condition=End.attr.time > 1)
    assert [Start(trip="x", at=1, town="Oslo")] == by_town.query_all("Oslo", sort_key_condition=Start.attr.at < 2)
    assert 2 == by_town.query_count("Oslo")
    with pytest.raises(InvalidConditionError, match="it may use only the sort key 'at'"):
        by_town.query_all("Oslo", sort_key_condition=Start.attr.trip == "x")
    both = (Start.attr.at == 1) & (End.attr.time == 1)
    with pytest.raises(InvalidConditionError, match="is not a field of Start"):
        by_town.query_all("Oslo", sort_key_condition=both)
    with pytest.raises(InvalidConditionError, match="filter_condition cannot use 'town', a key"):
        by_town.query_all("Oslo", filter_condition=Start.attr.town == "x")


def test_one_value_has_to_make_one_partition(collection, PrimaryKeyAndSortKeyModel, shop) -> None:
    """A validator may make another key of it for one of the models."""

    class Exact(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("NAME#{name}", "EXACT#{number:02}")
        name: str
        number: int

    class Lower(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("NAME#{name}", "LOWER#{number:02}")
        name: Annotated[str, StringConstraints(to_lower=True)]
        number: int

    both = collection(Exact, Lower)
    Lower(name="ann", number=1).save()
    assert [Lower(name="ann", number=1)] == both.query_all("ann")
    with pytest.raises(InvalidKeyValueError, match="Exact and Lower make different keys of this value"):
        both.query_all("Ann")


@pytest.fixture(params=["marked", "by their keys"])
def of_table(request, collection, PrimaryKeyModel, PrimaryKeyAndSortKeyModel, make_table) -> Any:
    """Return the collection of all kinds of a table, whose partition keys differ, and the kinds."""
    config = PydamoConfig(table=make_table("pk", "sk"), partition_key="pk", sort_key="sk")
    marked = request.param == "marked"

    class Company(PrimaryKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("COMPANY#{id}", "PROFILE")
        if marked:
            kind: Literal["company"] = "company"
        id: str

    class Email(PrimaryKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("EMAIL#{address}", "EMAIL")
        if marked:
            kind: Literal["email"] = "email"
        address: str

    class Ticket(PrimaryKeyAndSortKeyModel):
        pydamo_config = config
        pydamo_key = KeyTemplate("COMPANY#{company}", "TICKET#{number:04}")
        if marked:
            kind: Literal["ticket"] = "ticket"
        company: str
        number: int

    return collection(Company, Email, Ticket), (Company, Email, Ticket)


def test_all_kinds_of_a_table_are_written_and_scanned_together(of_table) -> None:
    """Their partition keys need not have one form: a query alone needs that."""
    whole, (company, email, ticket) = of_table
    items = [company(id="acme"), email(address="a@x.org"), ticket(company="acme", number=1), email(address="b@x.org")]
    with whole.batch_writer() as writer:
        for item in items:
            writer.put(item)
    assert sorted(map(repr, items)) == sorted(map(repr, whole.scan_all())) == sorted(map(repr, whole.scan_iter()))
    assert 4 == whole.scan_count()
    keys = [company.key("acme"), email.key("a@x.org"), ticket.key("acme", 2)]
    assert [items[0], items[1], None] == whole.batch_get(keys)
    assert [items[1]] == [each for each in whole.scan_all() if getattr(each, "address", "") == "a@x.org"]
    with pytest.raises(ConfigurationError, match="Company and Email have no partitions in common"):
        whole.query_all("acme")


def test_all_kinds_of_a_table_go_through_files_and_streams(of_table, tmp_path) -> None:
    """Each line, and each record, is read by the kind that it is of."""
    whole, (company, email, ticket) = of_table
    items = [company(id="acme"), email(address="a@x.org"), ticket(company="acme", number=1)]
    assert 3 == dump_items(items, tmp_path / "all.jsonl")
    assert items == [*load_items(getattr(whole, "_collection", whole), tmp_path / "all.jsonl")]
    record = {
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {"pk": {"S": "EMAIL#a@x.org"}, "sk": {"S": "EMAIL"}},
            "NewImage": items[1].to_item(),
            "SequenceNumber": "1",
        },
    }
    assert items[1] == whole.from_stream_record(record).new_image


@pytest.mark.synchronous
def test_models_of_two_clients(collection, PrimaryKeyModel, make_table, dynamodb, server) -> None:
    """A batch needs one client, as a transaction does."""
    one = make_table("name")
    other = boto3.resource("dynamodb", endpoint_url=server).Table(one.name)

    class Person(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=one)
        name: str

    class Place(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=other)
        name: str

    with pytest.raises(InvalidRequestError, match="Person and Place use different clients, but a collection needs one"):
        collection(Person, Place).batch_get([Person.key("x")])
