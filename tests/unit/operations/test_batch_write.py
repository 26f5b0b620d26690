"""Batches, driven by hand: 25 to a request, one write for each key, patience with bounds, and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, model_serializer

from pydamodb import KeyTemplate, PrimaryKeyModel
from pydamodb._codec.remembered_keys import remember, remembered_key
from pydamodb._codec.templated_keys import templated_keys
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._operations.batch_write import (
    Buffer,
    add_delete,
    add_delete_item,
    add_put,
    flush,
    open_buffer,
    unconfirmed,
)
from pydamodb._operations.keys import MISSING
from pydamodb._operations.requests import RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb.exceptions import (
    InvalidKeyValueError,
    InvalidRequestError,
    ItemEncodingError,
    MissingSortKeyValueError,
    UnprocessedItemsError,
)


class Numbered(BaseModel):
    id: int
    value: Any = None


DESCRIBE = ("DescribeTable", {"TableName": "table"})


def put(number: int) -> dict[str, Any]:
    """Make the request of a put."""
    return {"PutRequest": {"Item": {"id": {"N": str(number)}}}}


def delete(number: int) -> dict[str, Any]:
    """Make the request of a delete."""
    return {"DeleteRequest": {"Key": {"id": {"N": str(number)}}}}


def batch(*writes: dict[str, Any]) -> tuple[str, Any]:
    """Make the call of a batch."""
    return ("BatchWriteItem", {"RequestItems": {"table": list(writes)}})


def unprocessed(*writes: dict[str, Any]) -> dict[str, Any]:
    """Make a reply that leaves writes."""
    return {"UnprocessedItems": {"table": list(writes)}}


@pytest.fixture
def table(table_for: Any, drive: Any, description: Any) -> Any:
    """Return a table that is described already."""
    made = table_for(Numbered)
    drive(open_buffer(made), description("id", types={"id": "N"}))
    return made


@pytest.fixture
def filled(table: Any, drive: Any) -> Any:
    """Return what makes a buffer with puts in it."""

    def fill(count: int) -> Buffer:
        _, _, buffer = drive(open_buffer(table))
        for number in range(count):
            add_put(table, buffer, Numbered(id=number))
        return buffer

    return fill


def largest(_: float, high: float) -> float:
    """Stand in for chance: always the longest pause."""
    return high


def test_a_batch_begins_with_the_keys_of_the_table(table_for: Any, drive: Any, description: Any) -> None:
    """They are asked for once; from then on a write is taken without a request."""
    table = table_for(Numbered)
    first, _, buffer = drive(open_buffer(table), description("id", types={"id": "N"}))
    again, _, other = drive(open_buffer(table))
    assert ([DESCRIBE], [], {}, True) == (first, again, buffer.pending, other.schemas == buffer.schemas)


@pytest.mark.parametrize(("count", "is_full"), [(0, False), (24, False), (25, True), (26, True)])
def test_a_buffer_is_full_with_25_writes(count: int, is_full: bool, filled: Any) -> None:
    """That is as many as a request takes."""
    assert is_full is filled(count).is_full


def test_what_is_pending_is_sent_in_its_order(table: Any, filled: Any, drive: Any) -> None:
    """In one request."""
    buffer = filled(3)
    assert ([batch(put(0), put(1), put(2))], [], None) == drive(flush(table, buffer), {})
    assert {} == buffer.pending


def test_an_empty_buffer_sends_nothing(table: Any, filled: Any, drive: Any) -> None:
    """DynamoDB refuses an empty batch."""
    assert ([], [], None) == drive(flush(table, filled(0)))


def test_what_is_taken_while_a_batch_is_sent_waits_for_the_next(table: Any, filled: Any, drive: Any) -> None:
    """Also for a key that is on its way: the older write is confirmed, the newer one is not."""
    buffer = filled(2)
    sending = flush(table, buffer)
    next(sending)
    add_put(table, buffer, Numbered(id=1, value="new"))
    add_put(table, buffer, Numbered(id=2))
    with pytest.raises(StopIteration):
        sending.send({})
    new = {"PutRequest": {"Item": {"id": {"N": "1"}, "value": {"S": "new"}}}}
    assert [batch(new, put(2))] == drive(flush(table, buffer), {})[0]


def test_an_older_write_that_is_left_gives_way_to_a_newer_one(table: Any, filled: Any, drive: Any) -> None:
    """DynamoDB may leave a write unprocessed for whose key another was taken meanwhile."""
    buffer = filled(1)
    sending = flush(table, buffer)
    next(sending)
    add_delete_item(table, buffer, 0, MISSING)
    sending.send(unprocessed(put(0)))
    with pytest.raises(StopIteration):
        sending.send(None)
    assert [batch(delete(0))] == drive(flush(table, buffer), {})[0]


def test_a_request_that_fails_after_all_was_reported_is_an_error_of_its_own(
    table: Any, filled: Any, drive: Any
) -> None:
    """A block that was cancelled meanwhile has told of its writes already."""
    buffer = filled(2)
    sending = flush(table, buffer)
    call = next(sending)
    unconfirmed(table, buffer, "because")
    with pytest.raises(RequestFailed):
        sending.throw(RequestFailed(call, "ThrottlingException", "slow down", RuntimeError()))


def test_what_is_not_confirmed_is_the_callers(table: Any, filled: Any, drive: Any) -> None:
    """It is told once, with the reason, and then forgotten."""
    buffer = filled(1)
    add_delete_item(table, buffer, 7, MISSING)
    error = unconfirmed(table, buffer, "because")
    assert (
        [Numbered(id=0)],
        [{"id": 7}],
        {},
        "batch write of Numbered: 2 writes are not confirmed (see puts and deletes): because",
    ) == (error.puts, error.deletes, buffer.pending, str(error))


def test_the_last_write_for_a_key_counts(table: Any, filled: Any, drive: Any) -> None:
    """DynamoDB refuses two for one key; the last one takes its place in the order."""
    buffer = filled(0)
    add_put(table, buffer, Numbered(id=1, value="old"))
    add_put(table, buffer, Numbered(id=2))
    add_put(table, buffer, Numbered(id=1, value="new"))
    add_delete(table, buffer, Numbered(id=2))
    add_put(table, buffer, Numbered(id=3))
    add_delete_item(table, buffer, 3, MISSING)
    add_delete_item(table, buffer, 4, MISSING)
    add_put(table, buffer, Numbered(id=4))
    new = {"PutRequest": {"Item": {"id": {"N": "1"}, "value": {"S": "new"}}}}
    assert [batch(new, delete(2), delete(3), put(4))] == drive(flush(table, buffer), {})[0]


@pytest.mark.parametrize("text", ["1.0", "1E0", "1"])
def test_numbers_of_one_value_are_one_key(text: str, table: Any, filled: Any, drive: Any) -> None:
    """What comes back unprocessed may be spelt otherwise than it was sent."""
    buffer = filled(2)
    calls, _, _ = drive(flush(table, buffer), unprocessed({"PutRequest": {"Item": {"id": {"N": text}}}}), {})
    assert [batch(put(0), put(1)), batch(put(1))] == calls


def test_what_is_left_unprocessed_goes_again_after_a_pause(table: Any, filled: Any, drive: Any) -> None:
    """Only that, and until nothing is left."""
    buffer = filled(3)
    replies = [unprocessed(put(1), put(2)), unprocessed(put(2)), {"UnprocessedItems": {}}]
    calls, pauses, _ = drive(flush(table, buffer), *replies)
    expected = [batch(put(0), put(1), put(2)), batch(put(1), put(2)), batch(put(2))]
    assert (expected, 2, {}) == (calls, len(pauses), buffer.pending)


def test_pauses_grow_to_a_bound_and_then_the_batch_is_given_up(table: Any, filled: Any, drive: Any) -> None:
    """Ten requests in a row that write nothing are enough."""
    buffer = filled(1)
    calls, pauses, error = drive(flush(table, buffer, jitter=largest), *[unprocessed(put(0))] * 10)
    assert (10, [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0], UnprocessedItemsError, {}) == (
        len(calls),
        pauses,
        type(error),
        buffer.pending,
    )


def test_pauses_are_random_below_their_bound(table: Any, filled: Any, drive: Any) -> None:
    """So that many writers do not come again together."""
    asked: list[tuple[float, float]] = []

    def note(low: float, high: float) -> float:
        asked.append((low, high))
        return 0.0

    drive(flush(table, filled(1), jitter=note), *[unprocessed(put(0))] * 2, {})
    assert [(0, 0.05), (0, 0.1)] == asked


def test_progress_makes_patience_new(table: Any, filled: Any, drive: Any) -> None:
    """A table that writes slowly is not given up."""
    replies = [unprocessed(*map(put, range(first, 25))) for first in range(1, 25)]
    calls, pauses, result = drive(flush(table, filled(25), jitter=largest), *replies, {})
    assert (25, {0.05}, None) == (len(calls), set(pauses), result)


@pytest.mark.parametrize("progress", [1, 2])
def test_ten_requests_in_a_row_without_progress_are_counted_from_the_last_progress(
    progress: int, table: Any, filled: Any, drive: Any
) -> None:
    """A request that wrote something is none of the ten, and the pauses begin anew after it."""
    buffer = filled(progress + 1)
    stuck = [unprocessed(*map(put, range(progress + 1)))] * 9
    slow = [unprocessed(*map(put, range(done, progress + 1))) for done in range(1, progress + 1)]
    last = [unprocessed(put(progress))] * 10
    calls, pauses, error = drive(flush(table, buffer, jitter=largest), *stuck, *slow, *last)
    growing = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert (19 + progress, growing + [0.05] * progress + growing, [Numbered(id=progress)], UnprocessedItemsError) == (
        len(calls),
        pauses,
        error.puts,
        type(error),
    )


def test_nine_requests_without_progress_are_not_enough_to_give_up(table: Any, filled: Any, drive: Any) -> None:
    """The tenth may write."""
    calls, _, result = drive(flush(table, filled(1), jitter=largest), *[unprocessed(put(0))] * 9, {})
    assert (10, None) == (len(calls), result)


def test_a_batch_that_is_given_up_says_why(table: Any, filled: Any, drive: Any) -> None:
    """With how many writes are not confirmed, and where to find them."""
    _, _, error = drive(flush(table, filled(2), jitter=largest), *[unprocessed(put(0), put(1))] * 10)
    assert (
        "batch write of Numbered: 2 writes are not confirmed (see puts and deletes): DynamoDB processed no "
        "write in 10 consecutive requests"
    ) == str(error)


def test_a_flush_needs_no_description_of_the_table(table: Any, filled: Any, drive: Any) -> None:
    """Whatever other operations have forgotten of it since, so that what is pending cannot be lost for it."""
    buffer = filled(2)
    table.schemas.clear()
    calls, _, _ = drive(flush(table, buffer, jitter=largest), unprocessed(put(1)), {})
    assert [batch(put(0), put(1)), batch(put(1))] == calls


@pytest.mark.parametrize("take", [add_put, add_delete])
def test_an_instance_of_another_model_is_refused(take: Any, table: Any, filled: Any) -> None:
    """It belongs into another table."""

    class Other(BaseModel):
        id: int

    expected = "the batch writer of Numbered takes instances of Numbered, got Other"
    with pytest.raises(InvalidRequestError, match=expected) as caught:
        take(table, filled(0), Other(id=1))
    assert "Numbered" == caught.value.model_name


def test_more_than_25_pending_writes_go_25_at_a_time(table: Any, filled: Any, drive: Any) -> None:
    """Tasks may take some while others are sent."""
    buffer = filled(25)
    add_delete_item(table, buffer, 99, MISSING)
    calls, _, _ = drive(flush(table, buffer), {}, {})
    assert [batch(*map(put, range(25))), batch(delete(99))] == calls


def test_giving_up_tells_exactly_what_is_left(table: Any, filled: Any, drive: Any) -> None:
    """Models of puts, keys of deletes, in their order."""
    buffer = filled(3)
    add_delete_item(table, buffer, 7, MISSING)
    replies = [unprocessed(put(1), put(2), delete(7))] * 11
    _, _, error = drive(flush(table, buffer, jitter=largest), *replies)
    assert ([Numbered(id=1), Numbered(id=2)], [{"id": 7}], "BatchWriteItem", "Numbered", "table") == (
        error.puts,
        error.deletes,
        error.operation,
        error.model_name,
        error.table_name,
    )


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "InternalServerError", "ValidationException"]
)
def test_a_refused_request_tells_what_is_not_confirmed(code: str, table: Any, filled: Any, drive: Any) -> None:
    """All that is pending is the caller's again, with the reason as cause."""
    buffer = filled(2)
    calls, _, error = drive(flush(table, buffer), code)
    assert (1, UnprocessedItemsError, [Numbered(id=0), Numbered(id=1)], code, code, {}) == (
        len(calls),
        type(error),
        error.puts,
        str(error.original_error),
        getattr(error.__cause__, "error_code", None),
        buffer.pending,
    )


@pytest.mark.parametrize(
    ("take", "kind"),
    [
        (lambda t, b: add_put(t, b, Numbered(id=1, value=(1,))), ItemEncodingError),
        (lambda t, b: add_put(t, b, Numbered.model_construct(value=1)), ItemEncodingError),
        (lambda t, b: add_delete_item(t, b, None, MISSING), InvalidKeyValueError),
        (lambda t, b: add_delete_item(t, b, "x", MISSING), InvalidKeyValueError),
    ],
)
def test_a_write_that_cannot_work_is_not_taken(take: Any, kind: type[Exception], table: Any, filled: Any) -> None:
    """The others are not harmed by it."""
    buffer = filled(2)
    with pytest.raises(kind):
        take(table, buffer)
    assert [Numbered(id=0), Numbered(id=1)] == [write.given for write in buffer.pending.values()]


def test_a_missing_sort_key_is_an_error(table_for: Any, drive: Any, description: Any) -> None:
    """As in every operation by key."""

    class Member(BaseModel):
        family: str
        name: str

    table = table_for(Member, has_sort_key=True)
    _, _, buffer = drive(open_buffer(table), description("family", "name"))
    with pytest.raises(MissingSortKeyValueError) as caught:
        add_delete_item(table, buffer, "x", MISSING)
    assert "BatchWriteItem" == caught.value.operation


def test_an_instance_changed_after_its_put_is_written_as_it_was(table: Any, filled: Any, drive: Any) -> None:
    """A put takes the values of its moment."""
    buffer, item = filled(0), Numbered(id=1, value="then")
    add_put(table, buffer, item)
    item.value = "now"
    calls, _, _ = drive(flush(table, buffer), {})
    assert {"S": "then"} == calls[0][1]["RequestItems"]["table"][0]["PutRequest"]["Item"]["value"]


class Wrapped(BaseModel):
    id: int
    text: str = ""

    @model_serializer(mode="wrap")
    def _whole(self, dump: Any) -> dict[str, Any]:
        return {**dump(self), "kind": "m"}


class Spelt(BaseModel):
    id: int
    text: str = ""

    @model_serializer
    def _whole(self) -> dict[str, Any]:
        return {"id": self.id, "text": self.text, "kind": "m"}


@pytest.mark.parametrize("model", [Wrapped, Spelt])
def test_a_model_with_its_own_serialiser_is_deleted_by_its_key_alone(
    model: Any, table_for: Any, drive: Any, description: Any
) -> None:
    """What the serialiser writes beside the key is no part of it."""
    table = table_for(model)
    _, _, buffer = drive(open_buffer(table), description("id", types={"id": "N"}))
    add_delete(table, buffer, model(id=7))
    calls, _, _ = drive(flush(table, buffer), {})
    assert [batch(delete(7))] == calls


class Order(PrimaryKeyModel):
    """A model whose key is made by a template."""

    pydamo_key = KeyTemplate("ORDER#{number}")

    number: int


def test_a_key_is_remembered_when_its_write_is_confirmed(drive: Any) -> None:
    """And forgotten when its delete is. A write that failed says nothing."""
    schema = TableSchema(KeySchema(("pk",), ()), {}, {})
    templates = templated_keys(Order, Order.pydamo_key, has_sort_key=False)
    table = ModelTable(Order, "table", has_sort_key=False, schemas={}, declared=schema, templates=templates)
    written, left, deleted = (Order(number=number) for number in range(3))
    remember(deleted, {"pk": {"S": "ORDER#2"}})
    _, _, buffer = drive(open_buffer(table))
    add_put(table, buffer, written)
    add_put(table, buffer, left)
    add_delete(table, buffer, deleted)
    item = {"pk": {"S": "ORDER#1"}, "number": {"N": "1"}}
    refused = ("AccessDenied", "no", {})
    drive(flush(table, buffer, jitter=largest), unprocessed({"PutRequest": {"Item": item}}), refused)
    assert [{"pk": {"S": "ORDER#0"}}, None, None] == [remembered_key(each) for each in (written, left, deleted)]
