"""`config.using(table)`: all models of a configuration use another table in a block, and nobody else does."""

import asyncio
import contextvars
import copy
import pickle
import threading
from contextlib import contextmanager, suppress
from dataclasses import fields

import pytest

from pydamodb import ConfigurationError, PydamoConfig
from pydamodb._core import config as config_module


@pytest.fixture
def tables(make_table):
    """Make three tables of one form."""
    return [make_table("owner", "number", types={"number": "N"}) for _ in range(3)]


@pytest.fixture
def shop(tables):
    """Make the configuration of two models."""
    return PydamoConfig(table=tables[0])


@pytest.fixture
def Order(PrimaryKeyAndSortKeyModel, shop):
    """Define one of the models."""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop

        owner: str = "ann"
        number: int

    return Order


@pytest.fixture
def Invoice(PrimaryKeyAndSortKeyModel, shop):
    """Define the other one."""

    class Invoice(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop

        owner: str = "inv"
        number: int

    return Invoice


def numbers(table):
    """Return the numbers of the items of a table, in order."""
    return sorted(int(item["number"]) for item in table.scan()["Items"])


def test_all_models_of_the_configuration_move_together(tables, shop, Order, Invoice):
    """Inside the block alone, and also if they have been used before."""
    Order(number=1).save()
    with shop.using(tables[1]):
        Order(number=2).save()
        Invoice(number=3).save()
        assert (None, Order(number=2)) == (Order.get_item("ann", 1), Order.get_item("ann", 2))
    Order(number=4).save()
    assert ([1, 4], [2, 3]) == (numbers(tables[0]), numbers(tables[1]))


def test_blocks_are_nested_and_end_with_an_exception(tables, shop, Order):
    """The table of the outer block counts again."""
    with shop.using(tables[1]):
        with suppress(ZeroDivisionError), shop.using(tables[2]):
            Order(number=1).save()
            raise ZeroDivisionError
        Order(number=2).save()
        with PydamoConfig(table=tables[0]).using(tables[2]):  # of other models
            Order(number=3).save()
    assert ([], [2, 3], [1]) == tuple(map(numbers, tables))


def test_all_operations_use_the_table(tables, shop, Order, transact_write, transact_get):
    """Reads, writes, batches and transactions."""
    with shop.using(tables[1]):
        with Order.batch_writer() as batch:
            for number in range(5):
                batch.put(Order(number=number))
        with transact_write() as tx:
            tx.put(Order(number=5))
            tx.delete(Order.key("ann", 0))
        Order.delete_item("ann", 1)
        assert (
            [2, 3, 4, 5],
            [2, 3, 4, 5],
            4,
            [Order(number=2)],
            [Order(number=3)],
        ) == (
            [order.number for order in Order.query_all("ann")],
            sorted(order.number for order in Order.scan_all(total_segments=2)),
            Order.scan_count(),
            Order.batch_get([("ann", 2)]),
            list(transact_get(Order.key("ann", 3))),
        )
    assert ([], [2, 3, 4, 5]) == (numbers(tables[0]), numbers(tables[1]))


def test_what_began_in_a_block_keeps_its_table(tables, shop, Order, transact_write):
    """An iterator, a batch writer and a transaction, after the block and in another one."""
    for number, table in enumerate(tables):
        table.put_item(Item={"owner": "ann", "number": number})
    with shop.using(tables[1]):
        orders, others = Order.query_iter("ann"), Order.scan_iter()
        writer, transaction = Order.batch_writer(), transact_write()
        batch, tx = writer.__enter__(), transaction.__enter__()
    with shop.using(tables[2]):
        batch.put(Order(number=11))
        tx.put(Order(number=12))
        found = [order.number for order in orders] + [order.number for order in others]
        transaction.__exit__(None, None, None)
        writer.__exit__(None, None, None)
    assert ([1, 1], [0], [1, 11, 12], [2]) == (found, *map(numbers, tables))


def test_a_configuration_without_a_table_is_for_blocks_only(tables, shop, Order, Invoice):
    """Elsewhere, nothing is sent."""
    Order.pydamo_config = Invoice.pydamo_config = tenants = PydamoConfig(table=None)
    with pytest.raises(ConfigurationError, match=r"^Order has no table\. .*`with config\.using\(table\):`"):
        Order(number=1).save()
    for table in tables[1:]:
        with tenants.using(table):
            Order(number=1).save()
    assert ([], [1], [1]) == tuple(map(numbers, tables))


@pytest.mark.synchronous
def test_each_thread_has_its_own_block(tables, shop, Order):
    """Threads that are inside of different blocks at one time do not see each other's, and a new one sees none."""
    inside = threading.Barrier(3)

    def work(number: int) -> None:
        with shop.using(tables[number]):
            inside.wait()
            Order(number=number).save()
            inside.wait()

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    inside.wait()
    Order(number=0).save()
    inside.wait()
    for thread in threads:
        thread.join()
    with shop.using(tables[1]):
        thread = threading.Thread(target=contextvars.copy_context().run, args=(lambda: Order(number=5).save(),))
        thread.start()
        thread.join()
    assert ([0], [1, 5], [2]) == tuple(map(numbers, tables))


@pytest.mark.synchronous
def test_each_task_has_its_own_block(tables, shop, Order):
    """And the tasks that it starts use its table."""

    async def work(number: int) -> None:
        with shop.using(tables[number]):
            await asyncio.sleep(0)
            await asyncio.create_task(save(number))
            await asyncio.to_thread(Order(number=number + 10).save)

    async def save(number: int) -> None:
        Order(number=number).save()

    async def all_of_them() -> None:
        await asyncio.gather(*map(work, range(3)))

    asyncio.run(all_of_them())
    assert ([0, 10], [1, 11], [2, 12]) == tuple(map(numbers, tables))


@pytest.mark.synchronous
def test_a_block_that_ends_in_another_context_says_so(tables, shop):
    """A generator of a framework may do that."""

    @contextmanager
    def block():
        with shop.using(tables[1]):
            yield

    begun = block()
    contextvars.copy_context().run(begun.__enter__)
    with pytest.raises(ConfigurationError, match="ends in another context than it began in"):
        begun.__exit__(None, None, None)


@pytest.mark.synchronous
@pytest.mark.parametrize("table", [None, 3, object])
def test_what_is_no_table_is_refused_before_the_block(shop, table):
    """With the words of the configuration."""
    with pytest.raises(ConfigurationError, match=r"takes"), shop.using(table() if table is object else table):
        pytest.fail("the block began")


@pytest.mark.synchronous
def test_a_table_that_was_used_is_ready_for_the_next_block(tables, shop, Order, requests_of):
    """Each request to a service enters a block; the keys of its table are read once."""
    with shop.using(tables[1]):
        Order(number=1).save()
    with requests_of(tables[1]) as sent, shop.using(tables[1]):
        Order(number=2).save()
    assert ["PutItem"] == sent


@pytest.mark.synchronous
def test_what_is_kept_of_tables_has_a_limit(tables, shop, Order, monkeypatch):
    """The ones that were not used for the longest time are made anew."""
    monkeypatch.setattr(config_module, "MOST_KEPT", 2)
    for number in (1, 2, 1, 0):
        with shop.using(tables[number]):
            Order(number=number).save()
    assert [id(tables[1]), id(tables[0])] == [*vars(shop)["_used_with"]]


def pickled(config):
    """Send a configuration to another process."""
    return pickle.loads(pickle.dumps(config))  # noqa: S301


@pytest.mark.synchronous
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_of_a_configuration_keeps_its_fields_only(copied):
    """What was made for tables belongs to this process, and to the configuration that was copied."""
    config = PydamoConfig(table="orders")
    with config.using("others"):
        copy_of_it = copied(config)
    assert (config, {each.name for each in fields(config)}) == (copy_of_it, {*vars(copy_of_it)})
