"""Tables that are made from what models declare, compared with it, and completed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import uuid4

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_profiles import one_in
from moto import mock_aws
from pydantic import AwareDatetime, create_model

from pydamodb import (
    Attribute,
    ConfigurationError,
    DynamoDBClientError,
    GlobalIndex,
    KeyTemplate,
    LocalIndex,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    TimeToLive,
    check_tables,
    create_tables,
    ensure_tables,
    table_definition,
)

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def new_table(dynamodb, client) -> Iterator[Any]:
    """Return what names tables that are not there yet, as configurations take them; they are deleted in the end."""
    named = []

    def make() -> Any:
        named.append(dynamodb.Table(f"pydamodb-{uuid4().hex}"))
        return named[-1]

    yield make
    for table in {each.name for each in named}.intersection(client.list_tables()["TableNames"]):
        client.delete_table(TableName=table)


@pytest.fixture
def Item(PrimaryKeyAndSortKeyModel, new_table) -> Any:
    """Define what all items of a table share."""

    class Item(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=new_table())

        pk: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey]

    return Item


@pytest.fixture
def Customer(Item) -> Any:
    """Define items without more."""

    class Customer(Item):
        name: str = ""

    return Customer


@pytest.fixture
def Order(Item) -> Any:
    """Define items with indexes, and a time to live."""

    class Order(Item):
        pydamo_config = PydamoConfig(
            table=Item.pydamo_config.table,
            indexes=[
                GlobalIndex("by-total", ["status"], "total", "INCLUDE", ["note"]),
                GlobalIndex("by-raw", "raw", projection="KEYS_ONLY"),
            ],
        )

        status: Annotated[str, PartitionKey(index="by-status")] = "open"
        total: Annotated[Decimal, SortKey(index="by-status")] = Decimal(0)
        note: Annotated[str, Attribute("n")] = ""
        raw: bytes = b"-"
        expires: Annotated[datetime | None, TimeToLive] = None

    return Order


@pytest.fixture
def Line(Item) -> Any:
    """Define items with a local index."""

    class Line(Item):
        weight: Annotated[int, SortKey(index="by-weight")] = 0

    return Line


def name_of(model: Any) -> str:
    """Return the name of a model's table."""
    return model.pydamo_config.table.name


def test_tables_are_created_as_they_are_declared(tables_of, client, Customer, Order, Line):
    """With all indexes and the time to live, so that nothing differs, and the models work."""
    tables_of.create_tables(Customer, Order, Line)
    assert [] == tables_of.check_tables(Line, Order, Customer)
    order = Order(pk="ann", number=1, total=Decimal(3))
    order.save()
    assert [order] == Order.query_all("open", index_name="by-status", sort_key_condition=Order.attr.total > 2)
    table = client.describe_table(TableName=name_of(Order))["Table"]
    assert ["by-raw", "by-status", "by-total"] == sorted(each["IndexName"] for each in table["GlobalSecondaryIndexes"])
    time_to_live = client.describe_time_to_live(TableName=name_of(Order))["TimeToLiveDescription"]
    assert ("ENABLED", "expires") == (time_to_live["TimeToLiveStatus"], time_to_live["AttributeName"])


def test_a_table_is_created_once(tables_of, Customer):
    """DynamoDB refuses to make it again."""
    tables_of.create_tables(Customer)
    with pytest.raises(DynamoDBClientError) as caught:
        tables_of.create_tables(Customer)
    assert ("ResourceInUseException", "CreateTable", "Customer", name_of(Customer)) == (
        caught.value.error_code,
        caught.value.operation,
        caught.value.model_name,
        caught.value.table_name,
    )


def test_what_is_missing_is_added_once(tables_of, Customer, Order, Line):
    """A table, then indexes and the time to live, then nothing. Items that were there are in the index."""
    assert [f"there is no table {name_of(Customer)!r}"] == list(map(str, tables_of.check_tables(Customer)))
    assert [("table", None)] == [(each.kind, each.actual) for each in tables_of.ensure_tables(Customer, Line)]
    Customer(pk="ann", number=1).save()
    missing = tables_of.check_tables(Customer, Line, Order)
    assert ["by-raw", "by-status", "by-total", "expires"] == [each.name for each in missing]
    Order(pk="ann", number=2).save()
    assert missing == tables_of.ensure_tables(Customer, Line, Order)
    assert ([], []) == (tables_of.ensure_tables(Customer, Line, Order), tables_of.check_tables(Customer, Line, Order))
    assert [2] == [each.number for each in Order.query_all("open", index_name="by-status")]
    assert [1, 2] == [each.number for each in Customer.query_all("ann")]


@pytest.fixture
def Elsewhere(Customer, new_table) -> Any:
    """Define the items of another table."""

    class Elsewhere(Customer):
        pydamo_config = PydamoConfig(table=new_table())

    return Elsewhere


def test_what_cannot_be_added_is_refused(tables_of, Elsewhere, Customer, Line, Order):
    """Before anything is made, also in other tables."""
    tables_of.create_tables(Customer)
    with pytest.raises(ConfigurationError) as caught:
        tables_of.ensure_tables(Elsewhere, Line, Order)
    name, local = name_of(Line), "a local index on pk (HASH), weight (RANGE) that projects ALL"
    assert (
        f"Line, Order: table {name!r}: the index 'by-weight' is missing, the models declare {local}. ensure_tables "
        "adds what is missing, and changes or deletes nothing: correct the models, or the table"
    ) == str(caught.value)
    assert ["table"] == [each.kind for each in tables_of.check_tables(Elsewhere)]
    assert 4 == len(tables_of.check_tables(Order))


@pytest.fixture
def other_table(client, Item) -> Any:
    """Make the table in another way."""

    def make(**changes: Any) -> None:
        types = {"pk": "S", "number": "N", "status": "S", "total": "N"}
        definition = {
            "TableName": name_of(Item),
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "number", "KeyType": "RANGE"},
            ],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-status",
                    "KeySchema": [
                        {"AttributeName": "status", "KeyType": "HASH"},
                        {"AttributeName": "total", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "BillingMode": "PAY_PER_REQUEST",
            **changes,
        }
        definition["AttributeDefinitions"] = [
            {"AttributeName": name, "AttributeType": changes.get("types", {}).get(name, kind)}
            for name, kind in types.items()
            if f"'{name}'" in str([definition["KeySchema"], definition["GlobalSecondaryIndexes"]])
        ]
        definition.pop("types", None)
        client.create_table(**definition)

    return make


@pytest.fixture
def Task(Item) -> Any:
    """Define items with an index."""

    class Task(Item):
        status: Annotated[str, PartitionKey(index="by-status")] = "open"
        total: Annotated[Decimal, SortKey(index="by-status")] = Decimal(0)

    return Task


BY_STATUS = {"IndexName": "by-status", "Projection": {"ProjectionType": "ALL"}}
BOTH = [{"AttributeName": "status", "KeyType": "HASH"}, {"AttributeName": "total", "KeyType": "RANGE"}]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}, ("keys", "pk (HASH)")),
        ({"types": {"number": "S"}}, ("type", "S")),
        ({"types": {"status": "B"}}, ("type", "B")),
        (
            {"GlobalSecondaryIndexes": [{**BY_STATUS, "KeySchema": BOTH[:1]}]},
            ("global_index", "a global index on status (HASH) that projects ALL"),
        ),
        (
            {
                "GlobalSecondaryIndexes": [
                    {**BY_STATUS, "KeySchema": BOTH, "Projection": {"ProjectionType": "KEYS_ONLY"}}
                ]
            },
            ("global_index", "a global index on status (HASH), total (RANGE) that projects KEYS_ONLY"),
        ),
    ],
)
def test_each_difference_is_reported_and_refused(tables_of, Task, other_table, changes, expected):
    """Keys, their types, and indexes: nothing is changed."""
    other_table(**changes)
    (difference,) = tables_of.check_tables(Task)
    assert (*expected, name_of(Task)) == (difference.kind, difference.actual, difference.table_name)
    with pytest.raises(ConfigurationError) as caught:
        tables_of.ensure_tables(Task)
    assert f"Task: {difference}. ensure_tables adds" in str(caught.value)
    assert [difference] == tables_of.check_tables(Task)


def test_another_time_to_live_is_refused(tables_of, client, Task, other_table):
    """It has to be disabled first."""

    class Until(Task):
        until: Annotated[datetime | None, TimeToLive] = None

    other_table()
    specification = {"Enabled": True, "AttributeName": "expires"}
    client.update_time_to_live(TableName=name_of(Task), TimeToLiveSpecification=specification)
    assert [("time_to_live", "expires")] == [(each.kind, each.actual) for each in tables_of.check_tables(Until)]
    with pytest.raises(ConfigurationError, match="the time to live is expires, the models declare until"):
        tables_of.ensure_tables(Until)


def test_an_index_of_a_table_with_fixed_throughput_is_added(tables_of, client, Task, Item):
    """It gets the throughput of its table."""
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
    definition = {**table_definition(Item), "BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    for kind in ("GlobalSecondaryIndexes", "AttributeDefinitions"):
        definition.pop(kind, None)
    types = [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "number", "AttributeType": "N"}]
    client.create_table(**definition, AttributeDefinitions=types)
    assert ["by-status"] == [each.name for each in tables_of.ensure_tables(Task)]
    assert [] == tables_of.check_tables(Task)
    (index,) = client.describe_table(TableName=name_of(Task))["Table"]["GlobalSecondaryIndexes"]
    assert units == {name: index["ProvisionedThroughput"][name] for name in units}


def test_models_of_several_tables_are_created_together(tables_of, Customer, Elsewhere, Order):
    """Each table once."""
    tables_of.create_tables(Customer, Elsewhere, Order)
    assert [] == tables_of.check_tables(Elsewhere, Order)
    Elsewhere(pk="ann", number=1).save()
    assert (None, "ann") == (Customer.get_item("ann", 1), Elsewhere.get_item("ann", 1).pk)


def test_requests_are_those_of_the_comparison(tables_of, requests_of, Task, Customer, Order):
    """One to describe a table, one for its time to live if one is declared; nothing is called by itself."""
    tables_of.create_tables(Order, Task)
    with requests_of(Task.pydamo_config.table) as sent:
        tables_of.check_tables(Customer, Task)
        tables_of.ensure_tables(Order, Task)
        Customer(pk="ann", number=1).save()
    assert ["DescribeTable", "DescribeTable", "DescribeTimeToLive", "PutItem"] == list(sent)


def test_observers_are_told_of_requests_about_tables(tables_of, PrimaryKeyModel, new_table):
    """They consume no capacity, and are about no items."""
    ended = []

    class Watched(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=new_table(), on_request=ended.append, return_consumed_capacity="TOTAL")

        id: Annotated[str, PartitionKey]
        until: Annotated[datetime | None, TimeToLive] = None

    tables_of.create_tables(Watched)
    assert ["CreateTable", "DescribeTable", "UpdateTimeToLive"] == [each.operation for each in ended]
    tables_of.check_tables(Watched)
    assert ["DescribeTable", "DescribeTimeToLive"] == [each.operation for each in ended[3:]]
    assert {None} == {each.item_count for each in ended}


def test_a_table_is_made_of_its_definition(tables_of, client, Order, Line):
    """By boto3, or by CloudFormation, whose properties are the same parameters."""
    properties = table_definition(Order, Line, format="cloudformation")["Properties"]
    time_to_live = properties.pop("TimeToLiveSpecification")
    client.create_table(**properties)
    client.update_time_to_live(TableName=name_of(Order), TimeToLiveSpecification=time_to_live)
    assert ([], table_definition(Order, Line)) == (tables_of.check_tables(Order, Line), properties)


class Status(str, Enum):
    OPEN = "open"
    PAID = "paid"


def test_a_shop_in_one_table_is_created_by_one_call(tables_of, PrimaryKeyModel, PrimaryKeyAndSortKeyModel, new_table):
    """Five kinds of items, a tenant in the keys, two indexes that templates fill, and an adjacency list."""
    shop = PydamoConfig(
        table=new_table(),
        partition_key="pk",
        sort_key="sk",
        indexes=[GlobalIndex(f"gsi{n}", partition_key=f"gsi{n}pk", sort_key=f"gsi{n}sk") for n in (1, 2)],
    )

    class Customer(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{id}", "PROFILE")
        by_email = GlobalIndex("gsi1", partition_key="T#{tenant}#EMAIL#{email}", sort_key="EMAIL")

        kind: Literal["customer"] = "customer"
        tenant: str
        id: str
        email: str | None = None

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")
        by_status = GlobalIndex("gsi1", partition_key="T#{tenant}#STATUS#{status}", sort_key="{placed_at}")
        by_courier = GlobalIndex("gsi2", partition_key="COURIER#{courier}", sort_key="{status}#{placed_at}")

        kind: Literal["order"] = "order"
        tenant: str
        customer_id: str
        number: int
        status: Status = Status.OPEN
        placed_at: AwareDatetime
        courier: str | None = None
        expires_at: Annotated[datetime | None, TimeToLive] = None

    class Line(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}#LINE#{line:04}")

        kind: Literal["line"] = "line"
        tenant: str
        customer_id: str
        number: int
        line: int

    class Product(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("PRODUCT#{sku}", "PRODUCT")
        by_category = GlobalIndex("gsi2", partition_key="CATEGORY#{category}", sort_key="{price:-012.2f}#{sku}")

        sku: str
        category: str
        price: Decimal

    class Friend(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("PERSON#{a}", "FRIEND#{b}")
        reverse = GlobalIndex("gsi1", partition_key="PERSON#{b}", sort_key="FRIEND#{a}")

        a: str
        b: str

    models = (Customer, Order, Line, Product, Friend)
    tables_of.create_tables(*models)
    assert ([], []) == (tables_of.check_tables(*models), tables_of.ensure_tables(*models))
    ann = Customer(tenant="t1", id="ann", email="ann@example.org")
    order = Order(tenant="t1", customer_id="ann", number=7, placed_at=AT, courier="dhl")
    lines = [Line(tenant="t1", customer_id="ann", number=7, line=line) for line in (1, 2)]
    product, friend = Product(sku="b1", category="books", price=Decimal("9.5")), Friend(a="ann", b="bob")
    for item in (ann, order, *lines, product, friend):
        item.save()
    key = ("t1", "ann")
    assert ([order], lines) == (Order.query_all(key), Line.query_all(key))
    assert [ann] == Customer.by_email.query_all(("t1", "ann@example.org"))
    assert [order] == Order.by_status.query_all(("t1", Status.OPEN)) == Order.by_courier.query_all("dhl")
    assert ([product], [friend]) == (Product.by_category.query_all("books"), Friend.reverse.query_all("bob"))


@pytest.mark.synchronous
def test_a_table_by_name_uses_the_default_session(new_table):
    """As all operations of such a model do."""

    class Named(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=new_table().name)

        id: Annotated[str, PartitionKey]

    assert ["table"] == [each.kind for each in ensure_tables(Named)]
    assert [] == check_tables(Named)
    Named(id="a").save()


KEY_TYPES: dict[Any, Any] = {str: "a", int: 1, bytes: b"a", Decimal: Decimal("1.5"), Status: Status.OPEN, datetime: AT}
TEMPLATES = ("{a}", "A#{a}", "B#{b:08}", "{b}", "C#{c}", "ALL#{a}#{b:04}")
NAMES = [f"f{n}" for n in range(5)]


@st.composite
def marked_models(draw: st.DrawFn) -> list[Any]:
    """Draw models of one table whose keys and indexes are declared by marks and in their configuration."""
    has_sort_key = draw(st.booleans())
    base = PrimaryKeyAndSortKeyModel if has_sort_key else PrimaryKeyModel
    types = {name: draw(st.sampled_from([*KEY_TYPES])) for name in ["pk", "sk", *NAMES]}
    key_marks: dict[str, tuple[Any, ...]] = {"pk": (PartitionKey,), "sk": (SortKey,) if has_sort_key else ()}
    projections = st.sampled_from(["ALL", "KEYS_ONLY", "INCLUDE"])
    indexes: list[Any] = []
    for number in range(draw(st.integers(0, 3))):
        keys = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True))
        projection = draw(projections)
        includes = [draw(st.sampled_from(NAMES)), "more"] if projection == "INCLUDE" else []
        indexes.append(GlobalIndex(f"wide-{number}", keys[0], keys[1:] or None, projection, includes))
    if has_sort_key:
        fields = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
        indexes += [
            LocalIndex(f"near-{name}", name, draw(projections.filter(lambda each: each != "INCLUDE")))
            for name in fields
        ]
    marked = {name: f"marked-{name}" for name in draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))}
    expires = draw(st.booleans())
    config = PydamoConfig(table=f"t{uuid4().hex}", indexes=indexes)
    models = []
    for number in range(draw(st.integers(1, 3))):
        annotations: dict[str, Any] = {"more": (str, "")}
        for name, kind in types.items():
            marks = key_marks.get(name, (PartitionKey(index=marked[name]),) if name in marked else ())
            annotations[name] = (
                Annotated[(kind, *marks)] if marks else kind,
                ... if name in key_marks else KEY_TYPES[kind],
            )  # type: ignore[valid-type]
        if expires and number == 0:
            annotations["until"] = (Annotated[datetime | None, TimeToLive], None)
        body = create_model(f"Model{number}", __base__=base, **annotations)  # type: ignore[call-overload]
        body.pydamo_config = config
        models.append(body)
    return models


@contextmanager
def default_engine(models: list[Any]) -> Iterator[Any]:
    """Give the default session of boto3 an engine, and delete the table of models in the end."""
    with mock_aws() if "AWS_ENDPOINT_URL_DYNAMODB" not in os.environ else nullcontext():
        client = boto3.client("dynamodb")
        yield client
        client.delete_table(TableName=models[0].pydamo_config.table)


@settings(one_in(2), suppress_health_check=[HealthCheck.too_slow])
@given(marked_models())
def test_what_is_created_from_random_marks_differs_in_nothing(models):
    """Created, compared, and ensured: in any order of the models, and from the definition alone."""
    with default_engine(models) as client:
        create_tables(*models)
        assert ([], []) == (check_tables(*reversed(models)), ensure_tables(*models))
        client.delete_table(TableName=models[0].pydamo_config.table)
        client.create_table(**table_definition(*models))
        ensure_tables(*models)
        assert [] == check_tables(*models)


@st.composite
def templated_models(draw: st.DrawFn) -> list[Any]:
    """Draw models of one table whose keys and indexes are made by templates."""
    indexes = [
        GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),
        GlobalIndex("gsi2", partition_key="gsi2pk", projection=draw(st.sampled_from(["ALL", "KEYS_ONLY"]))),
        GlobalIndex("inverted", partition_key="sk", sort_key="pk"),
        LocalIndex("lsi", sort_key="lsisk", projection="KEYS_ONLY"),
    ]
    config = PydamoConfig(table=f"t{uuid4().hex}", partition_key="pk", sort_key="sk", indexes=indexes)
    one_type = {name: draw(st.booleans()) for name in ("gsi1pk", "gsi1sk", "gsi2pk", "lsisk")}

    def template(name: str) -> str:
        texts = [each for each in TEMPLATES if each != "{b}"]
        return "{b}" if one_type[name] else draw(st.sampled_from(texts))

    models = []
    for number in range(draw(st.integers(1, 4))):
        body: dict[str, Any] = {
            "__module__": __name__,
            "__annotations__": {"a": str, "b": int, "c": AwareDatetime, "id": str},
            "pydamo_config": config,
            "pydamo_key": KeyTemplate("K#{id}", f"SORT#{number}"),
        }
        if draw(st.booleans()):
            body["one"] = GlobalIndex("gsi1", partition_key=template("gsi1pk"), sort_key=template("gsi1sk"))
        if draw(st.booleans()):
            body["two"] = GlobalIndex("gsi2", partition_key=template("gsi2pk"))
        if draw(st.booleans()):
            body["three"] = LocalIndex("lsi", sort_key=template("lsisk"))
        models.append(type(PrimaryKeyModel)(f"Model{number}", (PrimaryKeyModel,), body))
    return models


@settings(one_in(2), suppress_health_check=[HealthCheck.too_slow])
@given(templated_models())
def test_what_is_created_from_random_templates_differs_in_nothing(models):
    """And each model can be saved."""
    with default_engine(models):
        create_tables(*models)
        assert ([], []) == (check_tables(*reversed(models)), ensure_tables(*models))
        for model in models:
            model(a="a", b=7, c=AT, id=model.__name__).save()
