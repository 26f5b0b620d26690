"""The fixture `pydamo` of the pytest plugin, used as a test of a user uses it, on the engine of this run."""

import asyncio
import os
import warnings
from datetime import datetime
from typing import Annotated, Generic, TypeVar

import boto3
import pytest

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    ConfigurationError,
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


class Visit(AsyncPrimaryKeyAndSortKeyModel):
    pydamo_config = PydamoConfig(table=production)

    page: Annotated[str, PartitionKey]
    at: Annotated[int, SortKey]


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


def test_models_that_send_directly_are_seen_too(pydamo):
    """In a test they send by the clients of the test, so that requests are counted and meet faults."""

    class Fast(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="fast-of-production", transport="direct")
        id: Annotated[str, PartitionKey]

    class Later(AsyncPrimaryKeyModel):
        pydamo_config = PydamoConfig(table="fast-of-production", transport="direct")
        id: Annotated[str, PartitionKey]

    pydamo.tables_for(Fast, Later)
    Fast(id="a").save()
    pydamo.faults.throttle("GetItem")
    with pytest.raises(ThroughputExceededError):
        Fast.get_item("a")
    assert ("a", 2) == (asyncio.run(Later.get_item("a")).id, pydamo.requests.of("GetItem"))


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


def test_a_throttled_request_is_not_carried_out(pydamo):
    """It is counted once, as botocore does not repeat it, and the next one succeeds."""
    pydamo.tables_for(Order)
    pydamo.faults.throttle("PutItem")
    assert None is Order.get_item("ann", 1)
    with pytest.raises(ThroughputExceededError):
        Order(customer="ann", number=1).save()
    assert (None, 1) == (Order.get_item("ann", 1), pydamo.requests.of("PutItem"))
    Order(customer="ann", number=1).save()
    assert (1, []) == (Order.get_item("ann", 1).number, pydamo.faults.unmet())


def test_a_lost_answer_leaves_the_write_done(pydamo):
    """An update that counts is carried out once, and the caller cannot know."""
    pydamo.tables_for(Counter)
    Counter(id="a").save()
    pydamo.faults.lost_answer("UpdateItem")
    with pytest.raises(OperationError) as caught:
        Counter.update_item("a", updates=[Counter.attr.count.add(1)])
    assert (True, 1, 1) == (
        caught.value.outcome_unknown,
        Counter.get_item("a").count,
        pydamo.requests.of("UpdateItem"),
    )


def test_a_write_is_carried_out_once(pydamo):
    """Synchronous or not: an update that counts counts by one."""

    async def counted():
        await Hit.update_item("a", updates=[Hit.attr.count.add(1)])
        return (await Hit.get_item("a")).count

    pydamo.tables_for(Counter, Hit)
    Counter(id="a").save()
    Counter.update_item("a", updates=[Counter.attr.count.add(1)])
    assert (1, 2) == (Counter.get_item("a").count, asyncio.run(counted()))


def test_a_lost_answer_of_a_repeatable_request_is_repeated(pydamo):
    """By botocore, as in production: the operation succeeds, and is one request."""
    pydamo.tables_for(Order)
    Order(customer="ann", number=1).save()
    pydamo.faults.lost_answer("GetItem", times=2)
    assert (1, ["PutItem", "GetItem"]) == (Order.get_item("ann", 1).number, pydamo.requests.operations)


def test_a_conflict_fails_writes_and_transactions(pydamo):
    """Each in its own way, and nothing is written."""
    pydamo.tables_for(Order)
    pydamo.faults.conflict()
    assert [] == Order.query_all("ann")
    with pytest.raises(TransactionCanceledError) as caught:
        put_together(Order(customer="ann", number=1), Order(customer="ann", number=2))
    assert ["TransactionConflict"] * 2 == [each.code for each in caught.value.reasons]
    pydamo.faults.conflict("PutItem")
    with pytest.raises(TransactionConflictError):
        Order(customer="ann", number=1).save()
    assert [] == Order.query_all("ann")


def test_unprocessed_items_are_sent_again(pydamo, no_pauses):
    """Batches of both kinds end well, after more requests."""
    pydamo.tables_for(Order)
    pydamo.faults.unprocessed(times=2)
    Order(customer="ann", number=9).save()
    with Order.batch_writer() as writer:
        for number in range(3):
            writer.put(Order(customer="ann", number=number))
    assert (3, 4) == (pydamo.requests.of("BatchWriteItem"), len(Order.query_all("ann")))
    pydamo.faults.unprocessed("BatchGetItem")
    found = Order.batch_get([("ann", 0), ("ann", 1)])
    assert ([0, 1], 2) == ([each and each.number for each in found], pydamo.requests.of("BatchGetItem"))


def test_asynchronous_models_need_no_server(pydamo):
    """Their requests are counted, meet faults and may run at the same time, in more than one event loop."""

    async def visit():
        await asyncio.gather(*(Visit(page="p", at=at).save() for at in range(20)))
        return len(await Visit.query_all("p"))

    async def refused():
        pydamo.faults.throttle("PutItem")
        with pytest.raises(ThroughputExceededError):
            await Visit(page="p", at=99).save()
        return await Visit.get_item("p", 99)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pydamo.tables_for(Visit)
        assert [20, 20] == [asyncio.run(visit()), asyncio.run(visit())]
        assert (40, 2) == (pydamo.requests.of("PutItem"), pydamo.requests.of("Query"))
        assert None is asyncio.run(refused())


def test_asynchronous_faults(pydamo, no_pauses):
    """They are those of synchronous models."""

    async def program():
        await Hit(id="a").save()
        pydamo.faults.lost_answer("UpdateItem")
        with pytest.raises(OperationError) as lost:
            await Hit.update_item("a", updates=[Hit.attr.count.add(1)])
        pydamo.faults.conflict("TransactWriteItems")
        with pytest.raises(TransactionCanceledError):
            await put_together_async(Hit(id="b"), Visit(page="p", at=1))
        pydamo.faults.unprocessed("BatchGetItem", times=1)
        found = await Hit.batch_get(["a", "b"])
        return lost.value.outcome_unknown, [each and each.count for each in found]

    pydamo.tables_for(Hit, Visit)
    assert (True, [1, None]) == asyncio.run(program())
    assert (1, 2) == (pydamo.requests.of("UpdateItem"), pydamo.requests.of("BatchGetItem"))


def test_asynchronous_models_share_a_client(pydamo):
    """So that a transaction can write items of several models."""

    async def program():
        await put_together_async(Hit(id="a"), Visit(page="p", at=1))
        return (await Hit.get_item("a")).id, len(await Visit.query_all("p"))

    pydamo.tables_for(Hit, Visit)
    assert ("a", 1) == asyncio.run(program())


def test_a_server_is_an_engine_like_moto(server):
    """Writes whose answers are lost are carried out there too, synchronous or not."""

    async def counted():
        pydamo.faults.lost_answer("UpdateItem")
        with pytest.raises(OperationError):
            await Hit.update_item("a", updates=[Hit.attr.count.add(1)])
        await Hit.update_item("a", updates=[Hit.attr.count.add(1)])
        return (await Hit.get_item("a")).count

    with engine(server or os.environ["AWS_ENDPOINT_URL_DYNAMODB"]) as pydamo:
        pydamo.tables_for(Counter, Hit)
        Counter(id="a").save()
        pydamo.faults.lost_answer("UpdateItem")
        with pytest.raises(OperationError):
            Counter.update_item("a", updates=[Counter.attr.count.add(1)])
        assert (1, 3) == (Counter.get_item("a").count, asyncio.run(counted()))
        assert (False, {"UpdateItem": 3, "PutItem": 1}) == (
            pydamo.is_moto,
            {name: pydamo.requests.of(name) for name in ("UpdateItem", "PutItem")},
        )


def test_asynchronous_models_need_aiobotocore(pydamo, monkeypatch):
    """Without it, the test that wants them says how to install it."""
    monkeypatch.setattr("pydamodb._testing.engines.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"^asynchronous models need aiobotocore"):
        pydamo.tables_for(Visit)


def test_the_engine_says_what_it_is(pydamo, on_moto):
    """A test may be about one engine only."""
    assert (True, on_moto) == (isinstance(pydamo, Pydamo), pydamo.is_moto)
    assert None is pydamo.url if on_moto else os.environ["AWS_ENDPOINT_URL_DYNAMODB"] == pydamo.url
