"""The fixture `pydamo` of the pytest plugin, used as a test of a user uses it, on the engine of this run."""

import asyncio
import gc
import os
import sys
import warnings
from datetime import datetime
from typing import Annotated, Generic, TypeVar

import boto3
import pytest

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    ConfigurationError,
    DirectClient,
    GlobalIndex,
    InvalidRequestError,
    KeyTemplate,
    OperationError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    TableNotFoundError,
    ThroughputExceededError,
    TimeToLive,
    TransactionCanceledError,
    Version,
    check_tables,
    collection,
    transact_write,
    transact_write_async,
)
from pydamodb.exceptions import TransactionConflictError
from pydamodb.testing import Pydamo, engine


class Customer(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="customers-of-production")

    id: Annotated[str, PartitionKey]
    email: Annotated[str | None, PartitionKey(index="by-email")] = None


class Order(PrimaryKeyAndSortKeyModel):
    pydamo_config = PydamoConfig(table="arn:aws:dynamodb:eu-west-1:123456789012:table/orders-of-production")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    status: str = "open"


class Gift(Order):  # inherits the configuration
    text: str = ""


class Express(Order):  # has one of its own, for the same table
    pydamo_config = PydamoConfig(table="orders-of-production")

    hours: int = 1


class Archived(Order):  # has another table
    pydamo_config = PydamoConfig(table="archive-of-production")


class Counter(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="counters-of-production")

    id: Annotated[str, PartitionKey]
    count: int = 0
    version: Annotated[int, Version] = 0


async def production():
    """Stand for the table of an application, which no test reaches."""
    raise AssertionError


async def other_production():
    """Stand for another one."""
    raise AssertionError


class Fast(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="counters-of-production", transport="direct")

    id: Annotated[str, PartitionKey]
    count: int = 0


class Visit(AsyncPrimaryKeyAndSortKeyModel):
    pydamo_config = PydamoConfig(table=production)

    page: Annotated[str, PartitionKey]
    at: Annotated[int, SortKey]


class Page(Visit):
    pydamo_config = PydamoConfig(table=DirectClient().table("visits-of-production"))


class View(AsyncPrimaryKeyModel):
    pydamo_config = PydamoConfig(table=other_production)

    id: Annotated[str, PartitionKey]
    count: int = 0


class Hit(AsyncPrimaryKeyModel):
    pydamo_config = PydamoConfig(table="counters-of-production")

    id: Annotated[str, PartitionKey]
    count: int = 0


def put_together(*items):
    """Put items in one transaction."""
    with transact_write() as tx:
        for item in items:
            tx.put(item)


async def put_together_async(*items):
    """Put items of asynchronous models in one transaction."""
    async with transact_write_async() as tx:
        for item in items:
            await tx.put(item)


def table_names(pydamo):
    """List all tables of the engine."""
    return set(boto3.client("dynamodb", endpoint_url=pydamo.url).list_tables()["TableNames"])


def test_models_use_tables_of_the_test(pydamo):
    """They are saved and queried in tables with unique names, and the requests can be counted and read."""
    pydamo.tables_for(Customer, Order)
    Customer(id="ann", email="a@x").save()
    Order(customer="ann", number=1).save()
    assert ["ann"] == [each.id for each in Customer.query_all("a@x", index_name="by-email")]
    assert [1] == [each.number for each in Order.query_all("ann")]
    assert ["PutItem", "PutItem", "Query", "Query"] == pydamo.requests.operations
    assert (2, 2, 0) == (*map(pydamo.requests.of, ["PutItem", "Query", "DescribeTable"]),)
    assert {"id": {"S": "ann"}, "email": {"S": "a@x"}} == pydamo.requests.bodies("PutItem")[0]["Item"]
    assert [] == [*check_tables(Customer), *check_tables(Order)]


def test_subclasses_are_bound_too(pydamo):
    """Those of the same table share it, and one of another table gets one of its own."""
    pydamo.tables_for(Order)
    names = {model: pydamo.table(model).name for model in (Order, Gift, Express, Archived)}
    assert names[Order] == names[Gift] == names[Express] != names[Archived]
    assert [True, True] == [
        names[Order].startswith("orders-of-production-"),
        names[Archived].startswith("archive-of-production-"),
    ]
    Express(customer="ann", number=2).save()
    Archived(customer="ann", number=3).save()
    assert [2] == [each.number for each in Order.query_all("ann")]


def test_models_get_back_what_they_had(monkeypatch):
    """When the block of the engine ends, their configurations are those of the application, and so is the session."""
    own = [vars(model).get("pydamo_config") for model in (Customer, Order, Gift, Express, Visit)]
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    session = boto3.DEFAULT_SESSION
    with engine() as pydamo:
        pydamo.tables_for(Customer, Order, Visit)
        assert "real" not in {os.environ["AWS_SECRET_ACCESS_KEY"], os.environ.get("AWS_SESSION_TOKEN")}
        boto3.client("dynamodb", region_name="us-east-1")
        assert session is not boto3.DEFAULT_SESSION
    assert own == [vars(model).get("pydamo_config") for model in (Customer, Order, Gift, Express, Visit)]
    assert ["real", "real"] == [os.environ[name] for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
    assert session is boto3.DEFAULT_SESSION


def test_tables_are_deleted_at_the_end():
    """Nothing is left for the next test, whatever the test itself has deleted."""
    with engine() as outer:
        with engine() as pydamo:
            pydamo.tables_for(Customer, Order)
            names = {pydamo.table(model).name for model in (Customer, Order, Archived)}
            assert (3, names) == (len(names), names & table_names(pydamo))
            pydamo.table(Customer).delete()
        assert set() == names & table_names(outer)


def test_a_wider_scope_keeps_its_items():
    """An engine within an engine has tables of its own."""
    with engine() as wide:
        wide.tables_for(Customer)
        Customer(id="wide").save()
        with engine() as narrow:
            narrow.tables_for(Customer)
            assert None is Customer.get_item("wide")
            assert 0 == wide.requests.of("GetItem")
        assert "wide" == Customer.get_item("wide").id


def test_models_of_one_table_share_it(pydamo):
    """Synchronous or not: what the application calls by one name is one table, with the indexes of all."""

    class Tagged(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="counters-of-production")
        id: Annotated[str, PartitionKey]
        tag: Annotated[str | None, PartitionKey(index="by-tag")] = None

    async def count():
        await Hit(id="a", count=3).save()

    pydamo.tables_for(Counter, Hit, Tagged)
    asyncio.run(count())
    assert 3 == Counter.get_item("a").count
    Tagged(id="b", tag="new").save()
    assert 1 == Tagged.query_count("new", index_name="by-tag")


def test_a_configuration_is_kept_but_for_its_table(pydamo):
    """Indexes, names of keys and everything else of it counts in the test."""
    ended = []

    class Invoice(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(
            table="shop-of-production",
            indexes=[GlobalIndex("by-state", "state")],
            partition_key="pk",
            sort_key="sk",
            on_request=ended.append,
        )
        pydamo_key = KeyTemplate("CUSTOMER#{customer}", "INVOICE#{id}")
        customer: str
        id: str
        state: str = "due"

    pydamo.tables_for(Invoice)
    Invoice(customer="ann", id="1").save()
    assert ["1"] == [each.id for each in Invoice.query_all("due", index_name="by-state")]
    assert ["PutItem", "Query"] == [each.operation for each in ended]
    assert "INVOICE#1" == pydamo.table(Invoice).scan()["Items"][0]["sk"]


def test_a_model_needs_no_configuration_of_its_own(pydamo):
    """It shares its table with its subclasses; placeholders share theirs by the configuration."""
    shop = PydamoConfig(table=None)

    class Note(PrimaryKeyModel):
        id: Annotated[str, PartitionKey]

    class LongNote(Note):
        text: str = ""

    class Cup(PrimaryKeyModel):
        pydamo_config = shop
        id: Annotated[str, PartitionKey]

    class Plate(PrimaryKeyModel):
        pydamo_config = shop
        id: Annotated[str, PartitionKey]

    pydamo.tables_for(Note, Cup, Plate)
    names = [pydamo.table(each).name for each in (Note, LongNote, Cup, Plate)]
    assert (True, True, 2) == (names[0] == names[1], names[2] == names[3], len(set(names)))
    assert [True, True] == [names[0].startswith("Note-"), names[2].startswith("Cup-")]
    assert (True, True) == (Cup.pydamo_config is Plate.pydamo_config, Note.pydamo_config is LongNote.pydamo_config)
    LongNote(id="a", text="long").save()
    assert "a" == Note.get_item("a").id


def test_a_block_of_the_application_reaches_no_other_table(pydamo):
    """Where it gives the models of a configuration another table, those of the test keep theirs."""
    config = Customer.pydamo_config
    pydamo.tables_for(Customer)
    with config.using("customers-of-a-tenant"):
        Customer(id="ann").save()
    assert "ann" == Customer.get_item("ann").id


def way(model):
    """Return how a model sends in this test: the name of the class of its table."""
    table = model.pydamo_config.table
    return type(table).__name__ if not callable(table) else type(asyncio.run(table())).__name__


@pytest.mark.parametrize(
    ("base", "config", "expected"),
    [
        (PrimaryKeyModel, PydamoConfig(table="cups"), "dynamodb.Table"),
        (PrimaryKeyModel, PydamoConfig(table="cups", transport="boto3"), "dynamodb.Table"),
        (PrimaryKeyModel, PydamoConfig(table=production), "dynamodb.Table"),
        (PrimaryKeyModel, None, "dynamodb.Table"),
        (PrimaryKeyModel, PydamoConfig(table="cups", transport="direct"), "DirectTable"),
        (PrimaryKeyModel, PydamoConfig(table=production, transport="direct"), "DirectTable"),
        (PrimaryKeyModel, PydamoConfig(table=None, transport="direct"), "DirectTable"),
        (PrimaryKeyModel, PydamoConfig(table=DirectClient().table("cups")), "DirectTable"),
        (AsyncPrimaryKeyModel, PydamoConfig(table="cups"), "DirectTable"),
        (AsyncPrimaryKeyModel, PydamoConfig(table="cups", transport="direct"), "DirectTable"),
        (AsyncPrimaryKeyModel, PydamoConfig(table=production, transport="direct"), "DirectTable"),
        (AsyncPrimaryKeyModel, PydamoConfig(table=DirectClient().table("cups")), "DirectTable"),
        (AsyncPrimaryKeyModel, None, "DirectTable"),
        (AsyncPrimaryKeyModel, PydamoConfig(table=production), "AsyncTable"),
        (AsyncPrimaryKeyModel, PydamoConfig(table=production, transport="boto3"), "AsyncTable"),
    ],
)
def test_a_model_keeps_its_transport(pydamo, monkeypatch, base, config, expected):
    """What is tested goes the way that the application goes, by the clients of the test."""
    monkeypatch.delenv("PYDAMODB_TRANSPORT", raising=False)

    class Cup(base):
        if config is not None:
            pydamo_config = config
        id: Annotated[str, PartitionKey]

    async def saved():
        await Cup(id="a").save()
        return (await Cup.get_item("a")).id

    def saved_at_once():
        Cup(id="a").save()
        return Cup.get_item("a").id

    pydamo.tables_for(Cup)
    assert expected == way(Cup)
    assert "a" == (saved_at_once() if base is PrimaryKeyModel else asyncio.run(saved()))
    assert ["PutItem", "GetItem"] == pydamo.requests.operations


def test_the_environment_chooses_the_transport_in_tests_too(pydamo, monkeypatch):
    """It counts for synchronous models whose table is a name, or comes later."""

    class Note(PrimaryKeyModel):
        id: Annotated[str, PartitionKey]

    class Fixed(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="notes-of-production", transport="boto3")
        id: Annotated[str, PartitionKey]

    class Opened(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=production)
        id: Annotated[str, PartitionKey]

    monkeypatch.setenv("PYDAMODB_TRANSPORT", "direct")
    pydamo.tables_for(Customer, Note, Fixed, Opened)
    assert ["DirectTable", "DirectTable", "dynamodb.Table", "dynamodb.Table"] == list(
        map(way, [Customer, Note, Fixed, Opened])
    )
    monkeypatch.setenv("PYDAMODB_TRANSPORT", "no")
    with pytest.raises(ConfigurationError, match="PYDAMODB_TRANSPORT"):
        pydamo.tables_for(Order)


def test_direct_models_need_no_aiobotocore(pydamo, monkeypatch):
    """Asynchronous ones too: where it is not installed, no function can return one of its tables."""
    monkeypatch.setattr("pydamodb._testing.transports.find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "pydamodb._testing.async_clients", None)
    pydamo.tables_for(Hit, Visit)
    asyncio.run(put_together_async(Hit(id="a"), Visit(page="p", at=1)))
    assert ["DirectTable", "DirectTable", 1] == [way(Hit), way(Visit), pydamo.requests.of("TransactWriteItems")]


def test_a_proxy_of_the_machine_is_not_of_moto(monkeypatch):
    """Nothing is sent by the network, so that nothing has to go through it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with engine("moto") as pydamo:
        pydamo.tables_for(Fast)
        Fast(id="a").save()
        assert 1 == pydamo.requests.of("PutItem")


def test_direct_models_leave_no_connection_open():
    """Neither to an event loop that has ended, nor to the server when the test ends."""

    async def counted():
        await Hit.update_item("a", updates=[Hit.attr.count.add(1)])
        return (await Hit.get_item("a")).count

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with engine() as inner:
            inner.tables_for(Hit, Fast)
            Fast(id="a").save()
            assert [1, 2] == [asyncio.run(counted()), asyncio.run(counted())]
        gc.collect()


def test_direct_faults_without_an_operation(pydamo):
    """They meet the next request that they can meet, of whichever transport."""
    pydamo.tables_for(Order, Fast)
    pydamo.faults.throttle(times=2)
    for get in (lambda: Order.get_item("ann", 1), lambda: Fast.get_item("a")):
        with pytest.raises(ThroughputExceededError):
            get()
    assert ["GetItem", "GetItem"] == pydamo.requests.operations


def test_collections_read_the_tables_of_the_test(pydamo):
    """One query reads items of several models, as in the application."""
    shop = PydamoConfig(table="shop-of-production", partition_key="pk", sort_key="sk")

    class Buyer(PrimaryKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("BUYER#{id}", "BUYER")
        id: str

    class Purchase(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("BUYER#{buyer}", "PURCHASE#{number:04}")
        buyer: str
        number: int

    pydamo.tables_for(Buyer, Purchase)
    Buyer(id="ann").save()
    Purchase(buyer="ann", number=1).save()
    assert [Buyer(id="ann"), Purchase(buyer="ann", number=1)] == collection(Buyer, Purchase).query_all("ann")
    assert 1 == pydamo.requests.of("Query")


def test_generic_models_are_bound(pydamo):
    """A generic model and what is made of it share a table, whose name has no brackets."""
    value = TypeVar("value")

    class Box(PrimaryKeyModel, Generic[value]):
        id: Annotated[str, PartitionKey]
        content: value

    full = Box[int]
    pydamo.tables_for(full)
    full(id="a", content=1).save()
    assert (1, True) == (full.get_item("a").content, pydamo.table(full).name.startswith("Box-int--"))
    with engine() as other:
        other.tables_for(Box)
        full(id="b", content=2).save()
        assert 1 == other.requests.of("PutItem")


def test_nothing_expires_in_a_test(pydamo):
    """A time to live is not switched on: items with old times stay until the test ends."""

    class Session(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="sessions-of-production")
        id: Annotated[str, PartitionKey]
        expires: Annotated[datetime | None, TimeToLive] = None

    pydamo.tables_for(Session)
    assert ["time_to_live"] == [each.kind for each in check_tables(Session)]


def test_models_are_added_one_after_the_other(pydamo):
    """A later call keeps the tables and items of an earlier one, and refuses what the table was made without."""

    class Named(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="customers-of-production")
        id: Annotated[str, PartitionKey]

    class Dated(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="customers-of-production")
        id: Annotated[str, PartitionKey]
        day: Annotated[str | None, PartitionKey(index="by-day")] = None

    pydamo.tables_for(Customer)
    Customer(id="ann").save()
    pydamo.tables_for(Customer, Order)
    pydamo.tables_for(Named)
    assert ("ann", "ann") == (Customer.get_item("ann").id, Named.get_item("ann").id)
    message = (
        r"^Dated declares more about the table that the test has made for Customer: give all models of a table to "
    )
    with pytest.raises(ConfigurationError, match=message + r"one call, tables_for\(Customer, Dated\)$"):
        pydamo.tables_for(Dated)
    assert "customers-of-production" == Dated.pydamo_config.table


def test_a_model_that_cannot_have_a_table_leaves_nothing_behind(pydamo):
    """All definitions are made before the first table."""

    class Undeclared(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="undeclared-of-production")
        id: str

    before = table_names(pydamo)
    with pytest.raises(ConfigurationError, match=r"^Undeclared: declares no keys of its table"):
        pydamo.tables_for(Customer, Undeclared)
    assert ("undeclared-of-production", before) == (Undeclared.pydamo_config.table, table_names(pydamo))
    assert "customers-of-production" == Customer.pydamo_config.table


@pytest.mark.parametrize("given", [(), ("orders",), (int,), (Customer(id="a"),)], ids=["none", "text", "int", "model"])
def test_only_models_have_tables(pydamo, given):
    """Anything else is refused, as by all functions about tables."""
    with pytest.raises(InvalidRequestError, match=r"^tables_for takes (one or several )?models"):
        pydamo.tables_for(*given)


def test_a_model_without_a_table_in_the_test_is_named(pydamo):
    """Whoever asks for its table reads what to do."""
    with pytest.raises(ConfigurationError, match=r"^Customer has no table in this test: pydamo.tables_for\(Customer\)"):
        pydamo.table(Customer)
    with pytest.raises(InvalidRequestError, match=r"^table takes models"):
        pydamo.table("customers")


def test_a_model_that_was_forgotten_reaches_nothing(pydamo):
    """The credentials are made up, and the engine has no table of its name."""
    with pytest.raises(TableNotFoundError):
        Customer.get_item("ann")
    assert 0 == len(pydamo.requests)


def test_tables_can_be_looked_into(pydamo):
    """What the test does there by boto3 is not counted, and meets no fault."""
    pydamo.tables_for(Order)
    pydamo.faults.throttle()
    pydamo.table(Order).put_item(Item={"customer": "ann", "number": 1, "status": "odd"})
    assert ["throttle of any operation"] == pydamo.faults.unmet()
    with pytest.raises(ThroughputExceededError):
        Order.get_item("ann", 1)
    assert ("odd", ["GetItem", "GetItem"]) == (Order.get_item("ann", 1).status, pydamo.requests.operations)


@pytest.mark.parametrize("model", [Counter, Fast])
def test_a_throttled_request_is_not_carried_out(pydamo, no_pauses, model):
    """It is counted once, as it is not repeated, and the next one succeeds."""
    pydamo.tables_for(model)
    pydamo.faults.throttle("PutItem")
    assert None is model.get_item("a")
    with pytest.raises(ThroughputExceededError):
        model(id="a").save()
    assert (None, 1, []) == (model.get_item("a"), pydamo.requests.of("PutItem"), no_pauses)
    model(id="a").save()
    assert ("a", []) == (model.get_item("a").id, pydamo.faults.unmet())


@pytest.mark.parametrize("model", [Counter, Fast])
def test_a_lost_answer_leaves_the_write_done(pydamo, model):
    """An update that counts is carried out once, and the caller cannot know."""
    pydamo.tables_for(model)
    model(id="a").save()
    pydamo.faults.lost_answer("UpdateItem")
    with pytest.raises(OperationError) as caught:
        model.update_item("a", updates=[model.attr.count.add(1)])
    assert (True, 1, 1) == (
        caught.value.outcome_unknown,
        model.get_item("a").count,
        pydamo.requests.of("UpdateItem"),
    )


@pytest.mark.parametrize("models", [(Counter, View), (Fast, Hit)])
def test_a_write_is_carried_out_once(pydamo, models):
    """Synchronous or not: an update that counts counts by one."""
    model, asynchronous = models

    async def counted():
        await asynchronous.update_item("a", updates=[asynchronous.attr.count.add(1)])
        return (await asynchronous.get_item("a")).count

    pydamo.tables_for(*models)
    model(id="a").save()
    model.update_item("a", updates=[model.attr.count.add(1)])
    assert (1, 1) == (model.get_item("a").count, asyncio.run(counted()) - (asynchronous is Hit))


@pytest.mark.parametrize("model", [Counter, Fast])
def test_a_lost_answer_of_a_repeatable_request_is_repeated(pydamo, no_pauses, model):
    """By the transport, as in production: the operation succeeds, and is one request."""
    pydamo.tables_for(model)
    model(id="a").save()
    pydamo.faults.lost_answer("GetItem", times=2)
    assert ("a", ["PutItem", "GetItem"]) == (model.get_item("a").id, pydamo.requests.operations)


@pytest.mark.parametrize("model", [Counter, Fast])
def test_a_conflict_fails_writes_and_transactions(pydamo, model):
    """Each in its own way, and nothing is written."""
    pydamo.tables_for(model)
    pydamo.faults.conflict()
    assert [] == model.scan_all()
    with pytest.raises(TransactionCanceledError) as caught:
        put_together(model(id="a"), model(id="b"))
    assert ["TransactionConflict"] * 2 == [each.code for each in caught.value.reasons]
    pydamo.faults.conflict("PutItem")
    with pytest.raises(TransactionConflictError):
        model(id="a").save()
    assert [] == model.scan_all()


@pytest.mark.parametrize("model", [Customer, Fast])
def test_unprocessed_items_are_sent_again(pydamo, no_pauses, model):
    """Batches of both kinds end well, after more requests."""
    pydamo.tables_for(model)
    pydamo.faults.unprocessed(times=2)
    model(id="9").save()
    with model.batch_writer() as writer:
        for number in range(3):
            writer.put(model(id=str(number)))
    assert (3, 4) == (pydamo.requests.of("BatchWriteItem"), len(model.scan_all()))
    pydamo.faults.unprocessed("BatchGetItem")
    found = model.batch_get(["0", "1"])
    assert (["0", "1"], 2) == ([each and each.id for each in found], pydamo.requests.of("BatchGetItem"))


@pytest.mark.parametrize("model", [View, Hit])
def test_asynchronous_models_need_no_server(pydamo, model):
    """Their requests are counted, meet faults and may run at the same time, in more than one event loop."""

    async def visit():
        await asyncio.gather(*(model(id=str(number)).save() for number in range(20)))
        return len(await model.scan_all())

    async def refused():
        pydamo.faults.throttle("PutItem")
        with pytest.raises(ThroughputExceededError):
            await model(id="99").save()
        return await model.get_item("99")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pydamo.tables_for(model)
        assert [20, 20] == [asyncio.run(visit()), asyncio.run(visit())]
        assert (40, 2) == (pydamo.requests.of("PutItem"), pydamo.requests.of("Scan"))
        assert None is asyncio.run(refused())


@pytest.mark.parametrize("model", [View, Hit])
def test_asynchronous_faults(pydamo, no_pauses, model):
    """They are those of synchronous models."""

    async def program():
        await model(id="a").save()
        pydamo.faults.lost_answer("UpdateItem")
        with pytest.raises(OperationError) as lost:
            await model.update_item("a", updates=[model.attr.count.add(1)])
        pydamo.faults.conflict("TransactWriteItems")
        with pytest.raises(TransactionCanceledError):
            await put_together_async(model(id="b"), model(id="c"))
        pydamo.faults.unprocessed("BatchGetItem", times=1)
        found = await model.batch_get(["a", "b"])
        return lost.value.outcome_unknown, [each and each.count for each in found]

    pydamo.tables_for(model)
    assert (True, [1, None]) == asyncio.run(program())
    assert (1, 2) == (pydamo.requests.of("UpdateItem"), pydamo.requests.of("BatchGetItem"))


@pytest.mark.parametrize("models", [(View, Visit), (Hit, Page)])
def test_asynchronous_models_of_a_transport_share_a_client(pydamo, models):
    """So that a transaction can write items of several models."""
    one, other = models

    async def program():
        await put_together_async(one(id="a"), other(page="p", at=1))
        return (await one.get_item("a")).id, len(await other.query_all("p"))

    pydamo.tables_for(*models)
    assert ("a", 1) == asyncio.run(program())


@pytest.mark.parametrize("models", [(Counter, View), (Fast, Hit)])
def test_a_server_is_an_engine_like_moto(server, models):
    """Writes whose answers are lost are carried out there too, by each transport."""
    model, asynchronous = models

    async def counted():
        pydamo.faults.lost_answer("UpdateItem")
        with pytest.raises(OperationError):
            await asynchronous.update_item("a", updates=[asynchronous.attr.count.add(1)])
        await asynchronous.update_item("a", updates=[asynchronous.attr.count.add(1)])
        return (await asynchronous.get_item("a")).count

    with engine(server or os.environ["AWS_ENDPOINT_URL_DYNAMODB"]) as pydamo:
        pydamo.tables_for(*models)
        model(id="a").save()
        pydamo.faults.lost_answer("UpdateItem")
        with pytest.raises(OperationError):
            model.update_item("a", updates=[model.attr.count.add(1)])
        assert 1 == model.get_item("a").count
        assert 2 + (asynchronous is Hit) == asyncio.run(counted())  # which has the same table
        assert (False, {"UpdateItem": 3, "PutItem": 1}) == (
            pydamo.is_moto,
            {name: pydamo.requests.of(name) for name in ("UpdateItem", "PutItem")},
        )


def test_aiobotocore_may_be_missing(pydamo, monkeypatch):
    """A model that wants it says how to install it."""

    class Wanting(AsyncPrimaryKeyModel):
        pydamo_config = PydamoConfig(table=production, transport="boto3")
        id: Annotated[str, PartitionKey]

    monkeypatch.setattr("pydamodb._testing.engines.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r'^asynchronous models with transport="boto3" need aiobotocore'):
        pydamo.tables_for(Wanting)


def test_the_engine_says_what_it_is(pydamo, on_moto):
    """A test may be about one engine only."""
    assert (True, on_moto) == (isinstance(pydamo, Pydamo), pydamo.is_moto)
    assert None is pydamo.url if on_moto else os.environ["AWS_ENDPOINT_URL_DYNAMODB"] == pydamo.url
