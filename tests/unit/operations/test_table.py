"""One request, and the table's schema: asked for once, forgotten when it may have changed, checked with the model."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._operations.describe import describe, invalidate_schemas, table_schema
from pydamodb._operations.requests import Request, RequestFailed
from pydamodb._operations.table import ModelTable
from pydamodb.exceptions import InvalidKeySchemaError


class Character(BaseModel):
    name: str
    age: int = 0


DESCRIBE = ("DescribeTable", {"TableName": "table"})


@pytest.fixture
def table(table_for: Any) -> Any:
    """Return a table with a partition key."""
    return table_for(Character)


def test_a_request_names_its_tables_and_models_once(table: Any, table_for: Any) -> None:
    """For messages, in the order of the actions."""
    other = ModelTable(Character, "other", False, {})
    request = Request("TransactGetItems", {}, (table, other, table_for(Character)))
    assert ("table, other", "Character") == (request.table_name, request.model_name)


def test_a_table_is_described_once(table: Any, drive: Any, description: Any) -> None:
    """The second operation on a table asks for nothing."""
    schema = TableSchema.from_reply(description("name"))
    first, second = drive(table_schema(table), description("name")), drive(table_schema(table))
    assert (([DESCRIBE], [], schema), ([], [], schema)) == (first, second)


@pytest.mark.parametrize("keys", [[], [{"AttributeName": "name", "KeyType": "RANGE"}]])
def test_a_key_schema_without_a_partition_key_is_refused(table: Any, drive: Any, description: Any, keys: Any) -> None:
    """DynamoDB has no such tables, but what stands for one in a test may say so."""
    reply = {"Table": {**description("name")["Table"], "KeySchema": keys}}
    _, _, error = drive(table_schema(table), reply)
    assert (InvalidKeySchemaError, "Character") == (type(error), error.model_name)
    assert "the key schema of table 'table' has no partition key (HASH): Character needs one" == str(error)


def test_whoever_may_not_ask_a_table_learns_how_to_do_without(table: Any) -> None:
    """The model declares what would be asked for. Tasks that wait for one request share its failure."""
    failure = RequestFailed(Request("DescribeTable", {}, (table,)), "AccessDeniedException", "why", None)
    for _ in range(2):
        flow = table_schema(table)
        next(flow)
        with pytest.raises(RequestFailed):
            flow.throw(failure)
    assert (
        "why (DescribeTable is not needed if the model declares its keys and the queried index: use PartitionKey and "
        "SortKey on fields, or PydamoConfig(indexes=[...]))"
    ) == failure.message


def test_a_description_can_be_asked_for_anew(table: Any, drive: Any, description: Any) -> None:
    """What it says replaces what was known."""
    drive(table_schema(table), description("name"))
    reply = description("name", wide={"by-age": ["age"]})
    calls, _, schema = drive(describe(table), reply)
    assert ([DESCRIBE], TableSchema.from_reply(reply), schema) == (calls, schema, table.schemas["table"])


def test_what_is_known_of_a_table_and_does_not_fit_is_asked_for_anew(table: Any, drive: Any, description: Any) -> None:
    """The table may have been made anew with other keys since."""
    table.schemas["table"] = TableSchema.from_reply(description("id"))
    calls, _, schema = drive(table_schema(table), description("name"))
    assert ([DESCRIBE], TableSchema.from_reply(description("name"))) == (calls, schema)


@pytest.mark.parametrize(
    ("code", "forgotten"),
    [("ResourceNotFoundException", True), ("ValidationException", True), ("InternalServerError", False)],
)
def test_what_was_known_of_a_table_that_may_be_another_is_forgotten(
    code: str, forgotten: bool, table: Any, drive: Any, description: Any
) -> None:
    """It may be gone, or made anew with other keys; the refusal itself is the caller's."""
    drive(table_schema(table), description("name"))
    invalidate_schemas(RequestFailed(Request("PutItem", {}, (table,)), code, "refused", RuntimeError()))
    assert forgotten == ("table" not in table.schemas)


@pytest.mark.parametrize(("code", "forgotten"), [("ValidationError", True), ("ConditionalCheckFailed", False)])
def test_what_was_known_of_the_tables_of_a_canceled_transaction_is_forgotten(
    code: str, forgotten: bool, table: Any, drive: Any, description: Any
) -> None:
    """If one of its actions was invalid; DynamoDB does not say of which table that is."""
    drive(table_schema(table), description("name"))
    response = {"CancellationReasons": [{"Code": "None"}, {"Code": code}]}
    request = Request("TransactWriteItems", {}, (table,))
    invalidate_schemas(
        RequestFailed(request, "TransactionCanceledException", "canceled", RuntimeError(), response=response)
    )
    assert forgotten == ("table" not in table.schemas)


DECLARED = TableSchema(KeySchema(("name",), ()), {}, {"name": "S"})


@pytest.fixture
def declared(table: Any) -> Any:
    """Return a table whose keys the model declares."""
    return dataclasses.replace(table, declared=DECLARED)


def test_a_table_whose_keys_are_declared_is_not_asked(declared: Any, drive: Any) -> None:
    """The declaration is the schema."""
    assert ([], [], DECLARED) == drive(table_schema(declared))


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("ValidationException", "The provided key element does not match the schema", True),
        ("ValidationException", "Type mismatch for Key", True),
        ("ValidationException", "Item size has exceeded the maximum", False),
        ("InternalServerError", "a key was lost", False),
    ],
)
def test_a_refused_key_may_be_declared_wrongly(code: str, message: str, hint: bool, declared: Any) -> None:
    """The message says what is declared."""
    failure = RequestFailed(Request("GetItem", {}, (declared,)), code, message, RuntimeError())
    invalidate_schemas(failure)
    said = " (the keys were not read from the table: Character declares 'name' (S))" if hint else ""
    assert message + said == failure.message


@pytest.mark.parametrize(
    ("has_sort_key", "keys", "message"),
    [
        (
            False,
            ("name", "age"),
            "table 'table' has the sort key 'age': make PrimaryKeyAndSortKeyModel the base of Character",
        ),
        (True, ("name",), "table 'table' has no sort key: make PrimaryKeyModel the base of Character"),
        (
            False,
            ("id",),
            (
                "Character has no field for 'id', a key of table 'table': add a field or a computed field of that "
                "name, or one with the mark Attribute('id')"
            ),
        ),
        (
            True,
            ("name", "sk"),
            (
                "Character has no field for 'sk', a key of table 'table': add a field or a computed field of that "
                "name, or one with the mark Attribute('sk')"
            ),
        ),
    ],
)
def test_a_model_that_does_not_fit_the_table_is_refused(
    *, has_sort_key: bool, keys: Any, message: str, table_for: Any, drive: Any, description: Any
) -> None:
    """With what to change."""
    flow = table_schema(table_for(Character, has_sort_key=has_sort_key))
    calls, _, error = drive(flow, description(*keys))
    assert ([DESCRIBE], InvalidKeySchemaError, message, "Character") == (
        calls,
        type(error),
        str(error),
        error.model_name,
    )
