"""Batch reads, driven by hand: 100 keys to a request, each once, the caller's order, patience with bounds."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb._operations.batch_get import batch_get
from pydamodb.exceptions import InvalidItemError, InvalidKeyValueError, InvalidRequestError, UnprocessedItemsError


class Numbered(BaseModel):
    id: int
    text: str = ""


class Member(BaseModel):
    family: str
    name: str


DESCRIBE = ("DescribeTable", {"TableName": "table"})


@pytest.fixture
def table(table_for: Any, drive: Any, description: Any) -> Any:
    """Return a table that is described already."""
    made = table_for(Numbered)
    drive(batch_get(made, [0], consistent_read=False), description("id", types={"id": "N"}), {"Responses": {}})
    return made


def key(number: int) -> dict[str, Any]:
    """Make a key."""
    return {"id": {"N": str(number)}}


def call(*numbers: int, **options: Any) -> tuple[str, Any]:
    """Make the call for some keys."""
    return ("BatchGetItem", {"RequestItems": {"table": {"Keys": list(map(key, numbers)), **options}}})


def reply(*numbers: int, left: tuple[int, ...] = (), table: str = "table") -> dict[str, Any]:
    """Make a reply with some items, which leaves some keys."""
    unprocessed = {"UnprocessedKeys": {table: {"Keys": list(map(key, left))}}} if left else {}
    return {"Responses": {table: list(map(key, numbers))}, **unprocessed}


def read(table: Any, *numbers: int, **options: Any) -> Any:
    """Read some items, with the longest pauses."""
    return batch_get(table, numbers, **{"consistent_read": False, "jitter": lambda _, high: high, **options})


def test_items_come_in_the_order_of_their_keys(table: Any, drive: Any) -> None:
    """Whatever order DynamoDB has, and None where there is nothing."""
    calls, pauses, items = drive(read(table, 3, 1, 2), reply(2, 3))
    assert ([call(3, 1, 2)], [], [Numbered(id=3), None, Numbered(id=2)]) == (calls, pauses, items)


def test_no_keys_are_no_request(table_for: Any, drive: Any) -> None:
    """Not even one for the keys of the table."""
    assert ([], [], []) == drive(read(table_for(Numbered)))


def test_the_table_is_described_first(table_for: Any, drive: Any, description: Any) -> None:
    """As for every operation."""
    calls, _, _ = drive(read(table_for(Numbered), 1), description("id", types={"id": "N"}), reply(1))
    assert [DESCRIBE, call(1)] == calls


def test_a_key_is_asked_for_once(table: Any, drive: Any) -> None:
    """DynamoDB refuses duplicates; the caller gets a model of its own for each."""
    calls, _, items = drive(read(table, 1, 2, 1), reply(1, 2))
    assert ([call(1, 2)], [Numbered(id=1), Numbered(id=2), Numbered(id=1)]) == (calls, items)
    assert items[0] is not items[2]


def test_consistent_reads_are_asked_for(table: Any, drive: Any) -> None:
    """For all keys of a request."""
    calls, _, _ = drive(read(table, 1, consistent_read=True), reply(1))
    assert [call(1, ConsistentRead=True)] == calls


def test_a_request_has_100_keys(table: Any, drive: Any) -> None:
    """More are read with more requests, without a pause."""
    replies = [reply(*range(100)), reply(*range(100, 200)), reply(200)]
    calls, pauses, items = drive(read(table, *range(201)), *replies)
    assert ([call(*range(100)), call(*range(100, 200)), call(200)], []) == (calls, pauses)
    assert list(range(201)) == [item.id for item in items]


def test_what_is_left_unprocessed_is_asked_for_again(table: Any, drive: Any) -> None:
    """After a pause, and until nothing is left."""
    calls, pauses, items = drive(read(table, 1, 2, 3), reply(1, left=(2, 3)), reply(3, left=(2,)), reply(2))
    assert ([call(1, 2, 3), call(2, 3), call(2)], [0.05, 0.05]) == (calls, pauses)
    assert [1, 2, 3] == [item.id for item in items]


def test_what_is_left_of_a_full_request_is_filled_up(table: Any, drive: Any) -> None:
    """The next request has 100 keys again."""
    replies = [reply(*range(90), left=tuple(range(90, 100))), reply(*range(90, 150))]
    calls, _, items = drive(read(table, *range(150)), *replies)
    assert ([call(*range(100)), call(*range(90, 150))], 150) == (calls, len(items))


def test_a_batch_that_makes_no_progress_is_given_up(table: Any, drive: Any) -> None:
    """Ten requests in a row; the error has what was read, and what was not."""
    stuck = [reply(left=(2, 3))] * 10
    calls, pauses, error = drive(read(table, 1, 2, 3), reply(1, left=(2, 3)), *stuck)
    assert (11, [0.05, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]) == (len(calls), pauses)
    assert (UnprocessedItemsError, [Numbered(id=1)], [{"id": 2}, {"id": 3}]) == (type(error), error.items, error.keys)
    assert (
        "batch_get of Numbered: 2 items were not read (see keys), 1 were read (see items): DynamoDB processed no key "
        "in 10 consecutive requests"
    ) == str(error)


def test_progress_makes_patience_new(table: Any, drive: Any) -> None:
    """A table that reads slowly is not given up."""
    slow = [reply(number, left=tuple(range(number + 1, 15))) for number in range(15)]
    calls, _, items = drive(read(table, *range(15)), *slow)
    assert (15, list(range(15))) == (len(calls), [item.id for item in items])


def test_a_reply_may_call_the_table_otherwise(table: Any, drive: Any) -> None:
    """By its name, where it was asked for by its ARN, for example."""
    assert [Numbered(id=1)] == drive(read(table, 1), reply(1, table="other"))[2]


@pytest.mark.parametrize("text", ["1.0", "1E0"])
def test_numbers_of_one_value_are_one_key(text: str, table: Any, drive: Any) -> None:
    """However DynamoDB spells them."""
    items = drive(read(table, 1), {"Responses": {"table": [{"id": {"N": text}}]}})[2]
    assert [Numbered(id=1)] == items


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ValidationException"])
def test_a_refused_request_is_the_error(code: str, table: Any, drive: Any) -> None:
    """Nothing is lost by a read that fails."""
    _, _, error = drive(read(table, 1), code)
    assert code == error.code


def test_keys_with_a_sort_key_are_tuples(table_for: Any, drive: Any, description: Any) -> None:
    """Or lists, as JSON has them."""
    table = table_for(Member, has_sort_key=True)
    keys = [("Simpson", "Bart"), ["Simpson", "Lisa"]]
    flow = batch_get(table, keys, consistent_read=False)
    calls, _, items = drive(flow, description("family", "name"), {"Responses": {}})
    names = [each["name"]["S"] for each in calls[1][1]["RequestItems"]["table"]["Keys"]]
    assert (["Bart", "Lisa"], [None, None]) == (names, items)


@pytest.mark.parametrize(
    ("given", "got"),
    [("Simpson", "str"), (("Simpson",), "1 values"), (("a", "b", "c"), "3 values"), (None, "NoneType")],
)
def test_what_is_no_key_is_refused(given: Any, got: str, table_for: Any, drive: Any, description: Any) -> None:
    """With the names of both parts."""
    table = table_for(Member, has_sort_key=True)
    calls, _, error = drive(batch_get(table, [given], consistent_read=False), description("family", "name"))
    expected = f"batch_get of Member: each key is a tuple (family, name), got {got}"
    assert ([DESCRIBE], InvalidRequestError, expected) == (calls, type(error), str(error))


@pytest.mark.parametrize("keys", ["Homer", b"x", 1, None, Numbered(id=1)])
def test_what_is_no_list_of_keys_is_refused(keys: Any, table_for: Any, drive: Any) -> None:
    """A text is one key, not many."""
    calls, _, error = drive(batch_get(table_for(Numbered), keys, consistent_read=False))
    expected = f"batch_get of Numbered takes a list of keys, got {type(keys).__name__}"
    assert ([], InvalidRequestError, expected) == (calls, type(error), str(error))


def test_a_wrong_key_is_refused_before_anything_is_read(table: Any, drive: Any) -> None:
    """Wherever it stands."""
    calls, _, error = drive(read(table, *range(150), "x"))
    assert ([], InvalidKeyValueError) == (calls, type(error))


def test_an_item_that_does_not_fit_the_model_is_an_error_of_ours(table: Any, drive: Any) -> None:
    """As in every read."""
    bad = {"Responses": {"table": [{"id": {"N": "1"}, "text": {"N": "1"}}]}}
    assert InvalidItemError is type(drive(read(table, 1), bad)[2])
