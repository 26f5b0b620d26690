"""Query, driven by hand: payloads, pages, and what is refused before it is sent."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb import QueryResult
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._operations.errors import translate
from pydamodb._operations.query import Query, query, query_all, query_first
from pydamodb.exceptions import (
    IndexNotFoundError,
    InvalidConditionError,
    InvalidKeyValueError,
    InvalidRequestError,
    UnknownConditionTypeError,
)
from pydamodb.fields import AttributePath


class Member(BaseModel):
    family: str
    name: str
    age: int = 0
    occupation: str = ""
    created_at: str = ""


attr: Any = AttributePath(Member)
DESCRIBE = ("DescribeTable", {"TableName": "table"})
OF_FAMILY = {
    "TableName": "table",
    "KeyConditionExpression": "#n0 = :v0",
    "ExpressionAttributeNames": {"#n0": "family"},
    "ExpressionAttributeValues": {":v0": {"S": "Simpson"}},
}


def wanted(value: Any = "Simpson", **options: Any) -> Query:
    """Ask for a partition."""
    given = {
        "sort_key_condition": None,
        "filter_condition": None,
        "index_name": None,
        "consistent_read": False,
        **options,
    }
    return Query(partition_key_value=value, **given)


def stored(name: str) -> dict[str, Any]:
    """Make an item."""
    return {"family": {"S": "Simpson"}, "name": {"S": name}}


def member(name: str) -> Member:
    """Make what it is read as."""
    return Member(family="Simpson", name=name)


@pytest.fixture
def table(table_for: Any) -> Any:
    """Return a table with both keys."""
    return table_for(Member, has_sort_key=True)


@pytest.fixture
def described(description: Any) -> Any:
    """Return the description of a table with a global and a local index."""
    return description(
        "family",
        "name",
        types={"age": "N"},
        wide={"occupation-index": ["occupation"], "age-index": ["occupation", "age"]},
        local={"created-at-index": ["family", "created_at"]},
    )


PAYLOADS: list[tuple[Query, dict[str, Any]]] = [
    (wanted(), OF_FAMILY),
    (wanted(consistent_read=True), {**OF_FAMILY, "ConsistentRead": True}),
    (wanted(limit=2), {**OF_FAMILY, "Limit": 2}),
    (wanted(scan_index_forward=True), OF_FAMILY),
    (wanted(scan_index_forward=False), {**OF_FAMILY, "ScanIndexForward": False}),
    (
        wanted(exclusive_start_key={"family": "Simpson", "name": "Bart"}),
        {**OF_FAMILY, "ExclusiveStartKey": stored("Bart")},
    ),
    (
        wanted(sort_key_condition=attr.name.begins_with("B"), filter_condition=attr.age < 18),
        {
            "TableName": "table",
            "KeyConditionExpression": "#n1 = :v1 AND begins_with(#n0, :v0)",
            "FilterExpression": "#n2 < :v2",
            "ExpressionAttributeNames": {"#n0": "name", "#n1": "family", "#n2": "age"},
            "ExpressionAttributeValues": {":v0": {"S": "B"}, ":v1": {"S": "Simpson"}, ":v2": {"N": "18"}},
        },
    ),
    (
        wanted("Student", index_name="occupation-index", filter_condition=attr.name == "Bart"),
        {
            "TableName": "table",
            "KeyConditionExpression": "#n0 = :v0",
            "FilterExpression": "#n1 = :v1",
            "IndexName": "occupation-index",
            "ExpressionAttributeNames": {"#n0": "occupation", "#n1": "name"},
            "ExpressionAttributeValues": {":v0": {"S": "Student"}, ":v1": {"S": "Bart"}},
        },
    ),
    (
        wanted(
            index_name="created-at-index",
            sort_key_condition=attr.created_at.between("2024", "2025"),
            consistent_read=True,
        ),
        {
            "TableName": "table",
            "KeyConditionExpression": "#n1 = :v2 AND #n0 BETWEEN :v0 AND :v1",
            "IndexName": "created-at-index",
            "ConsistentRead": True,
            "ExpressionAttributeNames": {"#n0": "created_at", "#n1": "family"},
            "ExpressionAttributeValues": {":v0": {"S": "2024"}, ":v1": {"S": "2025"}, ":v2": {"S": "Simpson"}},
        },
    ),
    (
        wanted(
            "Student",
            index_name="age-index",
            exclusive_start_key={"family": "Simpson", "name": "Bart", "occupation": "Student", "age": 10},
        ),
        {
            "TableName": "table",
            "KeyConditionExpression": "#n0 = :v0",
            "IndexName": "age-index",
            "ExclusiveStartKey": {**stored("Bart"), "occupation": {"S": "Student"}, "age": {"N": "10"}},
            "ExpressionAttributeNames": {"#n0": "occupation"},
            "ExpressionAttributeValues": {":v0": {"S": "Student"}},
        },
    ),
]


@pytest.mark.parametrize(("asked", "payload"), PAYLOADS)
def test_a_query_is_one_request(asked: Query, payload: Any, table: Any, described: Any, drive: Any) -> None:
    """With exactly what was asked for."""
    calls, _, result = drive(query(table, asked), described, {"Items": [stored("Bart")]})
    assert ([DESCRIBE, ("Query", payload)], QueryResult([member("Bart")], None)) == (calls, result)


@pytest.mark.parametrize(
    "condition",
    [attr.name == "B", attr.name < "B", attr.name <= "B", attr.name > "B", attr.name >= "B"],
    ids=repr,
)
def test_each_comparison_of_a_sort_key_is_taken(condition: Any, table: Any, described: Any, drive: Any) -> None:
    """They are DynamoDB's."""
    calls, _, _ = drive(query(table, wanted(sort_key_condition=condition)), described, {"Items": []})
    assert f"#n1 = :v1 AND #n0 {condition.symbol} :v0" == calls[1][1]["KeyConditionExpression"]


BART = "KP7Y8fXVU4h7ImZhbWlseSI6eyJTIjoiU2ltcHNvbiJ9LCJuYW1lIjp7IlMiOiJCYXJ0In19"


@pytest.mark.parametrize(
    ("reply", "page"),
    [
        ({"Items": []}, QueryResult([], None)),
        ({"Items": [], "LastEvaluatedKey": {}}, QueryResult([], None)),
        (
            {"Items": [], "LastEvaluatedKey": stored("Bart")},
            QueryResult([], {"family": "Simpson", "name": "Bart"}, BART),
        ),
    ],
)
def test_a_page_ends_where_there_is_no_key_to_continue_after(
    reply: Any, page: Any, table: Any, described: Any, drive: Any
) -> None:
    """A page without items need not be the last one."""
    found = drive(query(table, wanted()), described, reply)[2]
    assert (page, page.cursor) == (found, found.cursor)


def test_a_number_in_a_key_to_continue_after_is_exact(table: Any, described: Any, drive: Any) -> None:
    """An int, or a Decimal where it has a fraction: never a float."""
    last = {**stored("Bart"), "occupation": {"S": "Student"}, "age": {"N": "0.1"}}
    asked = wanted("Student", index_name="age-index")
    _, _, page = drive(query(table, asked), described, {"Items": [], "LastEvaluatedKey": last})
    assert (Decimal, Decimal("0.1")) == (type(page.last_evaluated_key["age"]), page.last_evaluated_key["age"])


def test_a_key_that_came_back_continues_after_it(table: Any, described: Any, drive: Any) -> None:
    """It is sent as it was received."""
    _, _, page = drive(query(table, wanted()), described, {"Items": [], "LastEvaluatedKey": stored("Bart")})
    calls, _, _ = drive(query(table, wanted(exclusive_start_key=page.last_evaluated_key)), {"Items": []})
    assert stored("Bart") == calls[0][1]["ExclusiveStartKey"]


def test_all_pages_are_read_to_the_end(table: Any, described: Any, drive: Any) -> None:
    """Also past empty ones, each continuing where the last one ended."""
    calls, _, items = drive(
        query_all(table, wanted()),
        described,
        {"Items": [stored("a")], "LastEvaluatedKey": stored("a")},
        {"Items": [], "LastEvaluatedKey": stored("b")},
        {"Items": [stored("c"), stored("d")], "LastEvaluatedKey": {}},
    )
    expected = [
        DESCRIBE,
        ("Query", OF_FAMILY),
        ("Query", {**OF_FAMILY, "ExclusiveStartKey": stored("a")}),
        ("Query", {**OF_FAMILY, "ExclusiveStartKey": stored("b")}),
    ]
    assert (expected, [member("a"), member("c"), member("d")]) == (calls, items)


def test_the_first_item_of_a_filtered_query_is_looked_for_page_by_page(table: Any, described: Any, drive: Any) -> None:
    """Past empty pages, each read as a whole, until one has an item."""
    replies = [
        {"Items": [], "LastEvaluatedKey": stored("a")},
        {"Items": [stored("c"), stored("d")], "LastEvaluatedKey": stored("d")},
    ]
    calls, _, item = drive(query_first(table, wanted(filter_condition=attr.age > 1)), described, *replies)
    payloads = [payload for operation, payload in calls if operation == "Query"]
    assert (member("c"), [None, stored("a")], {None}) == (
        item,
        [payload.get("ExclusiveStartKey") for payload in payloads],
        {payload.get("Limit") for payload in payloads},
    )
    calls, _, nothing = drive(query_first(table, wanted(filter_condition=attr.age > 1)), {"Items": []})
    assert (1, None) == (len(calls), nothing)


def test_the_first_item_of_a_query_is_read_alone(table: Any, described: Any, drive: Any) -> None:
    """A request that evaluates one item costs least."""
    reply = {"Items": [stored("a")], "LastEvaluatedKey": stored("a")}
    calls, _, item = drive(query_first(table, wanted()), described, reply)
    assert ([DESCRIBE, ("Query", {**OF_FAMILY, "Limit": 1})], member("a")) == (calls, item)


def test_an_index_that_is_not_known_is_looked_for_once_more(
    table: Any, described: Any, description: Any, drive: Any
) -> None:
    """It may have been made since."""
    drive(query(table, wanted()), description("family", "name"), {"Items": []})
    calls, _, _ = drive(query(table, wanted(index_name="created-at-index")), described, {"Items": []})
    assert ["DescribeTable", "Query"] == [name for name, _ in calls]


def test_an_index_that_does_not_exist_is_an_error(table: Any, described: Any, drive: Any) -> None:
    """With those that there are; nothing is queried."""
    calls, _, error = drive(query(table, wanted(index_name="nonexistent")), described, described)
    assert ({"DescribeTable"}, IndexNotFoundError, "nonexistent", "Query", "Member", "table") == (
        {name for name, _ in calls},
        type(error),
        error.index_name,
        error.operation,
        error.model_name,
        error.table_name,
    )
    assert "it has 'occupation-index', 'age-index', 'created-at-index'" in str(error)


REFUSED: list[tuple[Query, type[Exception], str]] = [
    (wanted(limit=0), InvalidRequestError, "limit is a whole number from 1 on"),
    (wanted(limit=-1), InvalidRequestError, "got -1"),
    (wanted(limit=1.5), InvalidRequestError, "got 1.5"),
    (wanted(limit=True), InvalidRequestError, "got True"),
    (wanted(""), InvalidKeyValueError, "Member.family is a key of the table or of an index: a key cannot be empty"),
    (
        wanted(None),
        InvalidKeyValueError,
        "Member.family is a key of the table or of an index: the value cannot be None",
    ),
    (wanted(1), InvalidKeyValueError, "expected str, got int"),
    (
        wanted(index_name="occupation-index", consistent_read=True),
        InvalidRequestError,
        "'occupation-index' is a global secondary index, which has no consistent reads",
    ),
    (wanted(sort_key_condition=attr.age > 1), InvalidConditionError, "it may use only the sort key 'name';"),
    (wanted(sort_key_condition=attr.family == "x"), InvalidConditionError, "it may use only the sort key 'name'"),
    (
        wanted(sort_key_condition=attr.name.begins_with("B"), index_name="created-at-index"),
        InvalidConditionError,
        "it may use only the sort key 'created_at';",
    ),
    (
        wanted(sort_key_condition=attr.age > 1, index_name="occupation-index"),
        InvalidConditionError,
        "the queried table or index has no sort key",
    ),
    *(
        (
            wanted(sort_key_condition=condition),
            InvalidConditionError,
            (
                "query of Member: sort_key_condition about name: it must be one comparison with a value "
                f"(==, <, <=, >, >=, between(), begins_with()), got {kind}"
            ),
        )
        for condition, kind in (
            (attr.name != "x", "Ne"),
            (attr.name.in_("x"), "In"),
            (attr.name.contains("x"), "Contains"),
            (attr.name.exists(), "AttributeExists"),
            (attr.name.size() > 1, "Gt"),
            ((attr.name > "a") & (attr.name < "b"), "And"),
            (~(attr.name == "a"), "Not"),
            (attr.name == attr.name, "Eq"),
        )
    ),
    (wanted(sort_key_condition=attr.name == None), InvalidConditionError, "a sort key is never None"),
    (wanted(sort_key_condition=attr.name == 1), InvalidConditionError, "expected str, got int"),
    (wanted(sort_key_condition=True), UnknownConditionTypeError, "got bool"),
    (wanted(filter_condition="x"), UnknownConditionTypeError, "got str"),
    (wanted(filter_condition=attr.age == "x"), InvalidConditionError, "expected int, got str"),
    *(
        (wanted(filter_condition=condition), InvalidConditionError, "filter_condition cannot use")
        for condition in (
            attr.name == "x",
            attr.family.exists(),
            (attr.age > 1) & ~(attr.name == "x"),
            attr.age > attr.name.size(),
        )
    ),
    *(
        (
            wanted(exclusive_start_key=key),
            InvalidRequestError,
            "query of Member: exclusive_start_key does not belong to this table or index: ",
        )
        for key in (
            {},
            {"family": "Simpson"},
            {"family": "Simpson", "name": 1},
            {"family": "Simpson", "name": "x", "age": 1},
            {"family": "Simpson", "name": object()},
            {"PK": "Simpson", "name": "x"},
            1,
        )
    ),
    (
        wanted(exclusive_start_key={"family": "Simpson", "name": "x"}, index_name="occupation-index"),
        InvalidRequestError,
        "expected values for exactly family, name, occupation",
    ),
    (wanted(sort_key_condition=attr.name == ""), InvalidConditionError, "empty"),
    (wanted(sort_key_condition=attr.name.begins_with("\ud800")), InvalidConditionError, "surrogate"),
]


@pytest.mark.parametrize(("asked", "kind", "message"), REFUSED)
@pytest.mark.parametrize("flow", [query, query_all, query_first])
def test_a_query_that_cannot_work_is_refused(
    *, flow: Any, asked: Query, kind: type[Exception], message: str, table: Any, described: Any, drive: Any
) -> None:
    """Nothing but the table's description is asked for."""
    calls, _, error = drive(flow(table, asked), described)
    assert (True, kind, True) == (calls in ([], [DESCRIBE]), type(error), message in str(error))


@pytest.fixture
def declared(table: Any) -> Any:
    """Return a table whose keys and one index the model declares; the types of the index's keys are not known."""
    index = IndexSchema("age-index", KeySchema(("occupation",), ("age",)), is_global=True)
    schema = TableSchema(KeySchema(("family",), ("name",)), {"age-index": index}, {"family": "S", "name": "S"})
    return dataclasses.replace(table, declared=schema)


def test_a_declared_index_is_queried_without_asking_the_table(declared: Any, drive: Any) -> None:
    """Also with conditions on keys of unknown types, and page after page."""
    key = {"family": "Simpson", "name": "Bart", "occupation": "Student", "age": 10}
    asked = wanted("Student", index_name="age-index", sort_key_condition=attr.age > 9, exclusive_start_key=key)
    calls, _, _ = drive(query(declared, asked), {"Items": []})
    start_key = {**stored("Bart"), "occupation": {"S": "Student"}, "age": {"N": "10"}}
    assert [("Query", "age-index", start_key)] == [
        (name, payload["IndexName"], payload["ExclusiveStartKey"]) for name, payload in calls
    ]


@pytest.mark.parametrize("age", [True, None, [1]])
def test_a_start_key_of_a_declared_index_has_keys(age: Any, declared: Any, drive: Any) -> None:
    """Of any type that a key can be, where it is not known."""
    key = {"family": "Simpson", "name": "Bart", "occupation": "Student", "age": age}
    calls, _, error = drive(query(declared, wanted("Student", index_name="age-index", exclusive_start_key=key)))
    assert ([], InvalidRequestError) == (calls, type(error))


def test_an_index_that_is_not_declared_is_asked_for_once(declared: Any, described: Any, drive: Any) -> None:
    """As all indexes are where nothing is declared."""
    asked = wanted("Student", index_name="occupation-index")
    first, _, _ = drive(query(declared, asked), described, {"Items": []})
    second, _, _ = drive(query(declared, asked), {"Items": []})
    assert (["DescribeTable", "Query"], ["Query"]) == ([name for name, _ in first], [name for name, _ in second])


def test_whoever_may_not_ask_for_an_index_learns_to_declare_it(declared: Any, drive: Any) -> None:
    """From the message of the failure."""
    _, _, failure = drive(query(declared, wanted(index_name="occupation-index")), "AccessDeniedException")
    assert "PydamoConfig(indexes=[...])" in str(translate(failure))
