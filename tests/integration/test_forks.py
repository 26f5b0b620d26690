"""A forked process has connections of its own: nobody reads the reply of another process."""

import multiprocessing
import os

import boto3
import pytest

from pydamodb import InvalidRequestError, PydamoConfig

pytestmark = [
    pytest.mark.synchronous,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork"),
    # The event loop of other tests is a thread. Python warns of a fork beside other threads.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
WORKERS, READS = 4, 60


@pytest.fixture(params=["name", "function"])
def Doc(PrimaryKeyModel, make_table, request):
    """Define a model on a table for which the library makes the client, or keeps it."""
    name = make_table("id").name

    class Doc(PrimaryKeyModel):
        pydamo_config = PydamoConfig(
            table=name if request.param == "name" else lambda: boto3.resource("dynamodb").Table(name)
        )
        id: str

    with Doc.batch_writer() as writer:
        for worker in range(WORKERS):
            for number in range(READS):
                writer.put(Doc(id=f"{worker}-{number}"))
    return Doc


def in_children(work):
    """Return what a function returns for the number of each of several forked processes."""
    context = multiprocessing.get_context("fork")
    queue, barrier = context.Queue(), context.Barrier(WORKERS)

    def run(number):
        barrier.wait()
        queue.put((number, work(number)))

    processes = [context.Process(target=run, args=(number,)) for number in range(WORKERS)]
    for process in processes:
        process.start()
    found = dict(queue.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    return [found[number] for number in range(WORKERS)]


def test_workers_read_the_items_that_they_ask_for(Doc):
    """The parent has used the model before, and all workers read at once."""

    def wrong(worker):
        return sum(Doc.get_item(f"{worker}-{number}") != Doc(id=f"{worker}-{number}") for number in range(READS))

    assert [0] * WORKERS == in_children(wrong)
    assert Doc(id="0-0") == Doc.get_item("0-0")


@pytest.mark.botocore_only("connections that a fork shares; the direct transport goes on in the child")
def test_an_iterator_of_the_parent_ends_in_a_worker_with_an_error(PrimaryKeyModel, make_table):
    """Its pages would come by the parent's connection; the parent itself goes on."""
    name = make_table("id").name

    class Doc(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=name)
        id: str

    with Doc.batch_writer() as writer:
        for number in range(4):
            writer.put(Doc(id=str(number)))
    items = Doc.scan_iter(page_size=1)
    first = next(items)

    def go_on(_):
        with pytest.raises(InvalidRequestError, match="started before the process was forked"):
            next(items)
        return len(Doc.scan_all())

    assert [4] * WORKERS == in_children(go_on)
    assert {"0", "1", "2", "3"} == {first.id, *(item.id for item in items)}


def test_an_iterator_of_the_parent_goes_on_in_workers_on_the_direct_transport(PrimaryKeyModel, make_table):
    """Each process reads the rest by connections of its own, and the parent does too."""
    name = make_table("id").name

    class Doc(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=name, transport="direct")
        id: str

    with Doc.batch_writer() as writer:
        for number in range(4):
            writer.put(Doc(id=str(number)))
    items = Doc.scan_iter(page_size=1)
    first = next(items)

    def the_rest(_):
        return sorted([first.id, *(item.id for item in items)])

    assert [["0", "1", "2", "3"]] * WORKERS == in_children(the_rest)
    assert ["0", "1", "2", "3"] == the_rest(None)
