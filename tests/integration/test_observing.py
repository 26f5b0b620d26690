"""What observers, blocks of `collect()` and the logger are told of requests, on the engine."""

from __future__ import annotations

import logging
from typing import Annotated, Any

import pytest

from pydamodb import ConditionCheckFailedError, GlobalIndex, PartitionKey, PydamoConfig, SortKey, collect
from pydamodb.observing import RequestEnded, RequestStarted


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table with an index."""
    return make_table("owner", "number", global_indexes={"by-text": ("text",)}, types={"number": "N"})


@pytest.fixture
def ended() -> list[RequestEnded]:
    """Return a list that observes: each request that has ended is appended."""
    return []


@pytest.fixture
def Note(PrimaryKeyAndSortKeyModel, table, ended) -> Any:
    """Define a model that is observed."""

    class Note(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(
            table=table,
            indexes=[GlobalIndex("by-text", partition_key="text")],
            on_request=ended.append,
            return_consumed_capacity="INDEXES",
        )

        owner: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey]
        text: str = "secret"

    return Note


def test_an_observer_gets_each_request_with_what_it_did(Note, table, ended):
    """Operation, table, model, counts, capacity, attempts and bytes of a write, a read and a query."""
    Note(owner="ann", number=1).save()
    Note.get_item("ann", 1)
    Note.get_item("ann", 2)
    Note.query("ann", limit=5, scan_index_forward=False)
    assert ["PutItem", "GetItem", "GetItem", "Query"] == [each.operation for each in ended]
    assert [1, 1, 0, 1] == [each.item_count for each in ended]
    assert {(table.name,)} == {each.table_names for each in ended}
    assert {("Note",)} == {each.model_names for each in ended}
    assert {1} == {each.attempts for each in ended}
    assert {200} == {each.status_code for each in ended}
    assert all(
        each.bytes_sent > 20 and each.bytes_received > 2 and each.seconds > 0 and each.request_id for each in ended
    )
    assert all(each.error_code is None and each.error_type is None for each in ended)
    assert {"Limit": 5, "ScanIndexForward": False} == ended[-1].parameters
    assert [None, None, None, 1] == [each.scanned_count for each in ended]


def test_the_consumed_capacity_is_told_by_table_and_index(Note, table, ended, on_moto):
    """It is asked for where the configuration says so, and part of a page too."""
    Note(owner="bob", number=1).save()
    (write,) = ended[-1].consumed_capacity
    assert table.name == write.table_name
    assert on_moto or (2.0, 1.0, {"by-text": 1.0}) == (write.units, write.table_units, write.index_units)
    assert ended[-1].units == write.units
    page = Note.query("secret", index_name="by-text")
    assert page.consumed_capacity == ended[-1].consumed_capacity[0]
    assert "by-text" == ended[-1].index_name
    assert page.consumed_capacity.units > 0


def test_nothing_is_asked_for_without_the_setting(Note, table, ended, requests_of):
    """An observer alone changes no request."""
    Note.pydamo_config = PydamoConfig(table=table, on_request=ended.append)
    Note.get_item("ann", 1)
    assert () == ended[-1].consumed_capacity
    assert Note.query("ann").consumed_capacity is None


def test_a_failed_request_is_told_with_its_code(Note, ended):
    """The code and the name of the exception, and no exception, which may hold the item."""
    Note(owner="cem", number=1).save()
    with pytest.raises(ConditionCheckFailedError):
        Note(owner="cem", number=1).save(condition=Note.attr.owner.not_exists())
    assert "ConditionalCheckFailedException" == ended[-1].error_code
    assert "ConditionalCheckFailedException" == ended[-1].error_type
    assert 400 == ended[-1].status_code
    assert ended[-1].item_count is None
    assert "secret" not in repr(ended)


@pytest.mark.wrong_on_ministack("counts no capacity of TransactGetItems")
def test_batches_and_transactions_tell_how_many_items_they_had(Note, ended, transact_write, transact_get, on_moto):
    """A request on several items is one request."""
    with Note.batch_writer() as writer:
        for number in range(30):
            writer.put(Note(owner="dan", number=number))
    Note.batch_get([("dan", number) for number in range(40)])
    with transact_write() as tx:
        tx.put(Note(owner="eve", number=1))
        tx.check(Note.key("dan", 1), Note.attr.owner.exists())
    transact_get(Note.key("eve", 1), Note.key("eve", 2))
    assert [
        ("BatchWriteItem", 25),
        ("BatchWriteItem", 5),
        ("BatchGetItem", 30),
        ("TransactWriteItems", 1),
        ("TransactGetItems", 1),
    ] == [(each.operation, each.item_count) for each in ended]
    assert on_moto or all(each.units > 0 for each in ended)


def test_start_and_end_are_told_to_an_observer_with_both(Note, table):
    """The end gets what the start returned."""
    told: list[Any] = []

    class Observer:
        def start(self, started: RequestStarted) -> str:
            told.append(started.operation)
            return "state"

        def end(self, state: str, ended: RequestEnded) -> None:
            told.append((state, ended.operation))

    Note.pydamo_config = PydamoConfig(table=table, on_request=Observer())
    Note.get_item("ann", 1)
    assert ["GetItem", ("state", "GetItem")] == told


@pytest.mark.parametrize("failing", ["start", "end", "function"])
def test_what_an_observer_raises_is_logged_and_changes_nothing(Note, table, failing, caplog):
    """The request has done its work: its result is returned. An observer that could not start is not told the end."""
    told: list[str] = []

    class Observer:
        def start(self, _: RequestStarted) -> None:
            told.append("start")
            if failing == "start":
                raise ValueError("broken")

        def end(self, _: None, __: RequestEnded) -> None:
            told.append("end")
            raise ValueError("broken")

    def function(_: RequestEnded) -> None:
        raise ValueError("broken")

    Note.pydamo_config = PydamoConfig(table=table, on_request=function if failing == "function" else Observer())
    Note(owner="fay", number=1).save()
    assert 1 == Note.get_item("fay", 1).number
    assert 2 == caplog.text.count("ValueError: broken")
    assert {"start": ["start", "start"], "end": ["start", "end"] * 2, "function": []}[failing] == told


def test_a_block_sums_its_requests(Note, table):
    """By operation and by table, nested, with what failed; other requests do not count."""
    Note.get_item("ann", 1)
    with collect() as outer:
        Note(owner="gus", number=1).save()
        with collect() as inner:
            Note.query_all("gus")
            with pytest.raises(ConditionCheckFailedError):
                Note(owner="gus", number=1).save(condition=Note.attr.owner.not_exists())
    Note.get_item("ann", 1)
    assert (3, 3, 0, 1, 2) == (
        outer.total.requests,
        outer.total.attempts,
        outer.total.retries,
        outer.total.errors,
        outer.total.items,
    )
    assert (2, 1) == (inner.total.requests, inner.total.errors)
    assert {"PutItem", "Query"} == set(outer.by_operation)
    assert {table.name: outer.total} == outer.by_table
    assert outer.total.units > inner.total.units > 0


def test_a_block_sees_the_requests_of_a_parallel_scan(Note):
    """The library's own threads and tasks count."""
    Note(owner="hal", number=1).save()
    with collect() as collected:
        Note.scan_all(total_segments=4)
    assert 4 <= collected.by_operation["Scan"].requests


def test_the_logger_writes_a_line_for_each_request(Note, table, caplog):
    """At DEBUG, with what was done and no contents of items."""
    caplog.set_level(logging.DEBUG, logger="pydamodb")
    Note(owner="ida", number=1).save()
    Note.query("secret", index_name="by-text")
    lines = [record.getMessage() for record in caplog.records if record.name == "pydamodb"]
    assert 2 == len(lines)
    assert lines[0].startswith(f"PutItem {table.name} (Note): 1 item, ")
    assert "1 attempt" in lines[0]
    assert " units, request " in lines[0]
    assert lines[1].startswith(f"Query {table.name}/by-text (Note): ")
    assert "ida" not in "".join(lines)


def test_the_line_of_a_failed_request_has_its_code(Note, caplog):
    """And not the item that was refused."""
    Note(owner="jan", number=1).save()
    caplog.set_level(logging.DEBUG, logger="pydamodb")
    with pytest.raises(ConditionCheckFailedError):
        Note(owner="jan", number=1).save(condition=Note.attr.owner.not_exists())
    (line,) = [record.getMessage() for record in caplog.records if record.name == "pydamodb"]
    assert " (Note): ConditionalCheckFailedException, " in line
    assert "jan" not in line


def test_a_request_that_is_described_is_told_too(PrimaryKeyAndSortKeyModel, make_table, ended):
    """Keys that are not declared are read from the table: this is a request as well, without capacity."""

    class Plain(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(
            table=make_table("owner", "number", types={"number": "N"}),
            on_request=ended.append,
            return_consumed_capacity="TOTAL",
        )
        owner: str
        number: int

    Plain.get_item("ann", 1)
    assert ["DescribeTable", "GetItem"] == [each.operation for each in ended]
    assert ended[0].item_count is None
