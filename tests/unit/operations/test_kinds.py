"""Several models at once, driven by hand: one request for all of them, and what a wrong reply does."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb._core.exceptions import ConfigurationError, UnprocessedItemsError
from pydamodb._core.keys import Key
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._operations.batch_get import batch_get_kinds
from pydamodb._operations.batch_write import add_delete, add_put, flush, open_buffer
from pydamodb._operations.kinds import query_all
from pydamodb._operations.kinds_table import KindsTable, kinds_table
from pydamodb._operations.query import Query
from pydamodb._operations.requests import RequestFailed
from pydamodb._operations.table import ModelTable


class Person(BaseModel):
    """A model."""

    name: str


class Place(BaseModel):
    """Another model."""

    name: str


@pytest.fixture
def both() -> KindsTable:
    """Return two models on two tables, whose keys are declared."""
    schema = TableSchema(KeySchema(("name",), ()), {}, {"name": "S"})
    return kinds_table(
        tuple(
            ModelTable(model, table, has_sort_key=False, schemas={}, declared=schema)
            for model, table in ((Person, "people"), (Place, "places"))
        )
    )


def key(name: str) -> dict[str, Any]:
    """Return a key as DynamoDB has it."""
    return {"name": {"S": name}}


KEYS = [Key(Person, ("ann",)), Key(Place, ("oslo",)), Key(Person, ("bob",))]


def test_a_request_has_the_keys_of_all_tables(both: KindsTable, drive: Any) -> None:
    """Keys that were not processed are asked for again, whatever table they are of."""
    replies = [
        {"Responses": {"people": [key("ann")]}, "UnprocessedKeys": {"places": {"Keys": [key("oslo")]}}},
        {"Responses": {"places": [key("oslo")]}},
    ]
    calls, pauses, found = drive(batch_get_kinds(both, KEYS, consistent_read=True), *replies)
    people = {"Keys": [key("ann"), key("bob")], "ConsistentRead": True}
    places = {"Keys": [key("oslo")], "ConsistentRead": True}
    assert [
        ("BatchGetItem", {"RequestItems": {"people": people, "places": places}}),
        ("BatchGetItem", {"RequestItems": {"places": places}}),
    ] == calls
    assert ([Person(name="ann"), Place(name="oslo"), None], 1) == (found, len(pauses))


def test_keys_that_are_never_processed_are_in_the_error(both: KindsTable, drive: Any) -> None:
    """With the items that were read."""
    left = {"places": {"Keys": [key("oslo")]}}
    replies = [{"Responses": {"people": [key("ann")]}, "UnprocessedKeys": left}]
    replies += [{"Responses": {}, "UnprocessedKeys": left}] * 10
    error = drive(batch_get_kinds(both, KEYS, consistent_read=False), *replies)[2]
    assert isinstance(error, UnprocessedItemsError)
    assert ([Person(name="ann")], [{"name": "oslo"}]) == (error.items, error.keys)
    assert "batch_get of Person, Place: 1 items were not read" in str(error)


@pytest.mark.parametrize(
    "reply",
    [
        {"Responses": {"other": [key("ann")]}},
        {"Responses": {"people": [key("oslo")]}},
        {"Responses": {}, "UnprocessedKeys": {"other": {"Keys": [key("oslo")]}}},
    ],
)
def test_a_reply_about_something_else_is_an_error(both: KindsTable, drive: Any, reply: Any) -> None:
    """Of a read."""
    assert isinstance(drive(batch_get_kinds(both, KEYS, consistent_read=False), reply)[2], RequestFailed)


def test_a_request_has_the_writes_on_all_tables(both: KindsTable, drive: Any) -> None:
    """Writes with equal keys in two tables are two writes; unprocessed ones are sent again."""
    buffer = drive(open_buffer(both))[2]
    add_put(both, buffer, Person(name="x"))
    add_put(both, buffer, Place(name="x"))
    add_delete(both, buffer, Key(Person, ("y",)))
    add_delete(both, buffer, Place(name="y"))
    people = [{"PutRequest": {"Item": key("x")}}, {"DeleteRequest": {"Key": key("y")}}]
    left = {"UnprocessedItems": {"places": [people[1]]}}
    calls, pauses, _ = drive(flush(both, buffer), left, {})
    assert [
        ("BatchWriteItem", {"RequestItems": {"people": people, "places": people}}),
        ("BatchWriteItem", {"RequestItems": {"places": [people[1]]}}),
    ] == calls
    assert ({}, 1) == (buffer.pending, len(pauses))


def test_unprocessed_writes_on_another_table_are_an_error(both: KindsTable, drive: Any) -> None:
    """It has what is not confirmed."""
    buffer = drive(open_buffer(both))[2]
    add_put(both, buffer, Person(name="x"))
    add_put(both, buffer, Place(name="x"))
    reply = {"UnprocessedItems": {"other": [{"DeleteRequest": {"Key": key("x")}}]}}
    error = drive(flush(both, buffer), reply)[2]
    assert isinstance(error, UnprocessedItemsError)
    assert ([Person(name="x"), Place(name="x")], "Person, Place") == (error.puts, error.model_name)
    assert "the response has a write that was not sent" in str(error)


def test_models_on_two_tables_have_no_query(both: KindsTable, drive: Any) -> None:
    """The error names the two, and nothing is sent."""
    calls, _, error = drive(query_all(both, Query(partition_key_value="x")))
    assert ([], ConfigurationError) == (calls, type(error))
    assert (
        "query of Person, Place: the table of Person is 'people', and that of Place is 'places': give them one "
        "pydamo_config"
    ) == str(error)
