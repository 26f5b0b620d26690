"""Batches, driven by hand: 25 to a request, one write for each key, patience with bounds, and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, model_serializer

from pydamodb._calls import CallFailed
from pydamodb._operations.batch import Buffer, buffer_delete, buffer_delete_item, buffer_put, flush
from pydamodb._operations.keys import MISSING
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
def target(target_of: Any, drive: Any, description: Any) -> Any:
    """Return a table that is described already."""
    made = target_of(Numbered)
    drive(buffer_delete_item(made, Buffer(), 0, MISSING), description("id", types={"id": "N"}))
    return made


@pytest.fixture
def filled(target: Any, drive: Any) -> Any:
    """Return what fills a buffer with puts, without sending."""

    def fill(count: int) -> Buffer:
        buffer = Buffer()
        for number in range(count):
            drive(buffer_put(target, buffer, Numbered(id=number)))
        return buffer

    return fill


def largest(_: float, high: float) -> float:
    """Stand in for chance: always the longest pause."""
    return high


def test_writes_are_collected_until_there_are_25(target: Any, filled: Any, drive: Any) -> None:
    """The 25th sends all of them in their order."""
    buffer = filled(24)
    calls, pauses, _ = drive(buffer_put(target, buffer, Numbered(id=24)), {})
    assert ([batch(*map(put, range(25)))], [], {}) == (calls, pauses, buffer.pending)


def test_the_rest_is_sent_at_the_end(target: Any, filled: Any, drive: Any) -> None:
    """In one request."""
    buffer = filled(3)
    assert ([batch(put(0), put(1), put(2))], [], None) == drive(flush(target, buffer), {})


def test_an_empty_buffer_sends_nothing(target: Any, drive: Any) -> None:
    """DynamoDB refuses an empty batch."""
    assert ([], [], None) == drive(flush(target, Buffer()))


def test_the_last_write_for_a_key_counts(target: Any, drive: Any) -> None:
    """DynamoDB refuses two for one key; the last one takes its place in the order."""
    buffer = Buffer()
    drive(buffer_put(target, buffer, Numbered(id=1, value="old")))
    drive(buffer_put(target, buffer, Numbered(id=2)))
    drive(buffer_put(target, buffer, Numbered(id=1, value="new")))
    drive(buffer_delete(target, buffer, Numbered(id=2)))
    drive(buffer_put(target, buffer, Numbered(id=3)))
    drive(buffer_delete_item(target, buffer, 3, MISSING))
    drive(buffer_delete_item(target, buffer, 4, MISSING))
    drive(buffer_put(target, buffer, Numbered(id=4)))
    new = {"PutRequest": {"Item": {"id": {"N": "1"}, "value": {"S": "new"}}}}
    assert [batch(new, delete(2), delete(3), put(4))] == drive(flush(target, buffer), {})[0]


@pytest.mark.parametrize("text", ["1.0", "1E0", "1"])
def test_numbers_of_one_value_are_one_key(text: str, target: Any, filled: Any, drive: Any) -> None:
    """What comes back unprocessed may be spelt otherwise than it was sent."""
    buffer = filled(2)
    calls, _, _ = drive(flush(target, buffer), unprocessed({"PutRequest": {"Item": {"id": {"N": text}}}}), {})
    assert [batch(put(0), put(1)), batch(put(1))] == calls


def test_what_is_left_unprocessed_goes_again_after_a_pause(target: Any, filled: Any, drive: Any) -> None:
    """Only that, and until nothing is left."""
    buffer = filled(3)
    replies = [unprocessed(put(1), put(2)), unprocessed(put(2)), {"UnprocessedItems": {}}]
    calls, pauses, _ = drive(flush(target, buffer), *replies)
    expected = [batch(put(0), put(1), put(2)), batch(put(1), put(2)), batch(put(2))]
    assert (expected, 2, {}) == (calls, len(pauses), buffer.pending)


def test_pauses_grow_to_a_bound_and_then_the_batch_is_given_up(target: Any, filled: Any, drive: Any) -> None:
    """Ten requests in a row that write nothing are enough."""
    buffer = filled(1)
    calls, pauses, error = drive(flush(target, buffer, jitter=largest), *[unprocessed(put(0))] * 10)
    assert (10, [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0], UnprocessedItemsError, {}) == (
        len(calls),
        pauses,
        type(error),
        buffer.pending,
    )


def test_pauses_are_random_below_their_bound(target: Any, filled: Any, drive: Any) -> None:
    """So that many writers do not come again together."""
    asked: list[tuple[float, float]] = []

    def note(low: float, high: float) -> float:
        asked.append((low, high))
        return 0.0

    drive(flush(target, filled(1), jitter=note), *[unprocessed(put(0))] * 2, {})
    assert [(0, 0.05), (0, 0.1)] == asked


def test_progress_makes_patience_new(target: Any, filled: Any, drive: Any) -> None:
    """A table that writes slowly is not given up."""
    replies = [unprocessed(*map(put, range(first, 25))) for first in range(1, 25)]
    calls, pauses, result = drive(flush(target, _full(filled(24), target, drive), jitter=largest), *replies, {})
    assert (25, {0.05}, None) == (len(calls), set(pauses), result)


@pytest.mark.parametrize("progress", [1, 2])
def test_ten_requests_in_a_row_without_progress_are_counted_from_the_last_progress(
    progress: int, target: Any, filled: Any, drive: Any
) -> None:
    """A request that wrote something is none of the ten, and the pauses begin anew after it."""
    buffer = filled(progress + 1)
    stuck = [unprocessed(*map(put, range(progress + 1)))] * 9
    slow = [unprocessed(*map(put, range(done, progress + 1))) for done in range(1, progress + 1)]
    last = [unprocessed(put(progress))] * 10
    calls, pauses, error = drive(flush(target, buffer, jitter=largest), *stuck, *slow, *last)
    growing = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert (19 + progress, growing + [0.05] * progress + growing, [Numbered(id=progress)], UnprocessedItemsError) == (
        len(calls),
        pauses,
        error.puts,
        type(error),
    )


def test_nine_requests_without_progress_are_not_enough_to_give_up(target: Any, filled: Any, drive: Any) -> None:
    """The tenth may write."""
    calls, _, result = drive(flush(target, filled(1), jitter=largest), *[unprocessed(put(0))] * 9, {})
    assert (10, None) == (len(calls), result)


def test_a_batch_that_is_given_up_says_why(target: Any, filled: Any, drive: Any) -> None:
    """With how many writes are not confirmed, and where to find them."""
    _, _, error = drive(flush(target, filled(2), jitter=largest), *[unprocessed(put(0), put(1))] * 10)
    assert (
        "batch write of Numbered: 2 writes are not confirmed (see puts and deletes): DynamoDB left all of them "
        "unprocessed 10 times in a row"
    ) == str(error)


def test_a_flush_needs_no_description_of_the_table(target: Any, filled: Any, drive: Any) -> None:
    """Whatever other operations have forgotten of it since, so that what is pending cannot be lost for it."""
    buffer = filled(2)
    target.schemas.clear()
    calls, _, _ = drive(flush(target, buffer, jitter=largest), unprocessed(put(1)), {})
    assert [batch(put(0), put(1)), batch(put(1))] == calls


@pytest.mark.parametrize("take", [buffer_put, buffer_delete])
def test_an_instance_of_another_model_is_refused(take: Any, target: Any, drive: Any) -> None:
    """It belongs into another table."""

    class Other(BaseModel):
        id: int

    _, _, error = drive(take(target, Buffer(), Other(id=1)))
    expected = "the batch writer of Numbered takes instances of Numbered, got Other"
    assert (InvalidRequestError, expected, "Numbered") == (type(error), str(error), error.model_name)


def _full(buffer: Buffer, target: Any, drive: Any) -> Buffer:
    """Put a 25th write in without sending it."""
    other = Buffer()
    drive(buffer_put(target, other, Numbered(id=24)))
    buffer.pending.update(other.pending)
    return buffer


def test_more_than_25_pending_writes_go_25_at_a_time(target: Any, filled: Any, drive: Any) -> None:
    """However they came to be so many."""
    buffer = _full(filled(24), target, drive)
    drive(buffer_delete_item(target, other := Buffer(), 99, MISSING))
    buffer.pending.update(other.pending)
    calls, _, _ = drive(flush(target, buffer), {}, {})
    assert [batch(*map(put, range(25))), batch(delete(99))] == calls


def test_giving_up_tells_exactly_what_is_left(target: Any, filled: Any, drive: Any) -> None:
    """Models of puts, keys of deletes, in their order."""
    buffer = filled(3)
    drive(buffer_delete_item(target, buffer, 7, MISSING))
    replies = [unprocessed(put(1), put(2), delete(7))] * 11
    _, _, error = drive(flush(target, buffer, jitter=largest), *replies)
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
def test_a_refused_request_tells_what_is_not_confirmed(code: str, target: Any, filled: Any, drive: Any) -> None:
    """All that is pending is the caller's again, with the reason as cause."""
    buffer = filled(2)
    calls, _, error = drive(flush(target, buffer), code)
    assert (1, UnprocessedItemsError, [Numbered(id=0), Numbered(id=1)], code, code, {}) == (
        len(calls),
        type(error),
        error.puts,
        str(error.original_error),
        getattr(error.__cause__, "error_code", None),
        buffer.pending,
    )


@pytest.mark.parametrize(
    ("flow", "kind"),
    [
        (lambda t, b: buffer_put(t, b, Numbered(id=1, value=(1,))), ItemEncodingError),
        (lambda t, b: buffer_put(t, b, Numbered.model_construct(value=1)), ItemEncodingError),
        (lambda t, b: buffer_delete_item(t, b, None, MISSING), InvalidKeyValueError),
        (lambda t, b: buffer_delete_item(t, b, "x", MISSING), InvalidKeyValueError),
    ],
)
def test_a_write_that_cannot_work_is_not_taken(flow: Any, kind: type[Exception], target: Any, drive: Any) -> None:
    """The others are not harmed by it."""
    buffer = Buffer()
    calls, _, error = drive(flow(target, buffer))
    assert ([], kind, {}) == (calls, type(error), buffer.pending)


def test_a_missing_sort_key_is_an_error(target_of: Any, drive: Any, description: Any) -> None:
    """As in every operation by key."""

    class Member(BaseModel):
        family: str
        name: str

    target = target_of(Member, has_sort_key=True)
    calls, _, error = drive(buffer_delete_item(target, Buffer(), "x", MISSING), description("family", "name"))
    assert ([DESCRIBE], MissingSortKeyValueError, "BatchWriteItem") == (calls, type(error), error.operation)


def test_an_instance_changed_after_its_put_is_written_as_it_was(target: Any, drive: Any) -> None:
    """A put takes the values of its moment."""
    buffer, item = Buffer(), Numbered(id=1, value="then")
    drive(buffer_put(target, buffer, item))
    item.value = "now"
    calls, _, _ = drive(flush(target, buffer), {})
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
    model: Any, target_of: Any, drive: Any, description: Any
) -> None:
    """What the serialiser writes beside the key is no part of it."""
    target, buffer = target_of(model), Buffer()
    drive(buffer_delete(target, buffer, model(id=7)), description("id", types={"id": "N"}))
    calls, _, _ = drive(flush(target, buffer), {})
    assert [batch(delete(7))] == calls


def test_a_description_that_fails_loses_nothing_that_was_taken(target: Any, filled: Any, drive: Any) -> None:
    """A table may go away under a batch: what was put before is still pending, and handed out in the end."""
    buffer = filled(2)
    target.schemas.clear()
    calls, _, error = drive(buffer_put(target, buffer, Numbered(id=2)), "ResourceNotFoundException")
    sent, _, lost = drive(flush(target, buffer), "ResourceNotFoundException")
    assert ([DESCRIBE], CallFailed, [batch(put(0), put(1))], [Numbered(id=0), Numbered(id=1)]) == (
        calls,
        type(error),
        sent,
        lost.puts,
    )
