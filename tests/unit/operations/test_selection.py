"""What a query selects by, where the keys of an index have several attributes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import ConfigDict, Field

from pydamodb import PartitionKey, PrimaryKeyModel, SortKey
from pydamodb._core.table_schema import TableSchema
from pydamodb._models.declared_keys import declared_schema
from pydamodb._operations.query import Query, query
from pydamodb.exceptions import InvalidConditionError, InvalidKeyValueError


class Match(PrimaryKeyModel):
    model_config = ConfigDict(serialize_by_alias=True)

    id: Annotated[str, PartitionKey]
    tournament: Annotated[str, PartitionKey("by-place")] = ""
    region: Annotated[str, PartitionKey("by-place")] = Field("", alias="R")
    round: Annotated[int, SortKey("by-place")] = 0
    day: Annotated[date | None, SortKey("by-place")] = Field(None, alias="D")
    bracket: Annotated[str, SortKey("by-place")] = ""
    score: int = 0


attr: Any = Match.attr
SELECTED = {":v0": {"S": "cup"}, ":v1": {"S": "north"}}


@pytest.fixture
def table(table_for: Any) -> Any:
    """Return a table of which nothing is known."""
    return table_for(Match)


@pytest.fixture
def described() -> dict[str, Any]:
    """Return what DescribeTable says of a table with an index whose keys have several attributes."""
    keys = [("tournament", "HASH"), ("R", "HASH"), ("round", "RANGE"), ("D", "RANGE"), ("bracket", "RANGE")]
    key_schema = [{"AttributeName": name, "KeyType": kind} for name, kind in keys]
    return {
        "Table": {
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "N" if name == "round" else "S"}
                for name in ("id", *(name for name, _ in keys))
            ],
            "GlobalSecondaryIndexes": [
                {"IndexName": "by-place", "KeySchema": key_schema, "Projection": {"ProjectionType": "ALL"}}
            ],
        }
    }


def test_marks_declare_what_the_table_would_tell(described: Any) -> None:
    """In the order of the fields."""
    assert TableSchema.from_reply(described) == declared_schema(Match, has_sort_key=False)


def asked(value: Any, **options: Any) -> Query:
    """Ask the index."""
    return Query(partition_key_value=value, index_name="by-place", **options)


PAIR = "#n0 = :v0 AND #n1 = :v1"
NAMES = {"#n0": "tournament", "#n1": "R"}
SELECTIONS: list[tuple[Any, str, list[str], list[Any]]] = [
    (None, "#n0 = :v0 AND #n1 = :v1", ["tournament", "R"], [{"S": "cup"}, {"S": "north"}]),
    (
        attr.round > 2,
        "#n1 = :v1 AND #n2 = :v2 AND #n0 > :v0",
        ["round", "tournament", "R"],
        [{"N": "2"}, {"S": "cup"}, {"S": "north"}],
    ),
    (
        (attr.round == 2) & attr.day.between(date(2024, 1, 1), date(2024, 2, 1)),
        "#n2 = :v3 AND #n3 = :v4 AND #n0 = :v0 AND #n1 BETWEEN :v1 AND :v2",
        ["round", "D", "tournament", "R"],
        [{"N": "2"}, {"S": "2024-01-01"}, {"S": "2024-02-01"}, {"S": "cup"}, {"S": "north"}],
    ),
    (
        (attr.round == 2) & (attr.day == date(2024, 1, 1)) & attr.bracket.begins_with("A"),
        "#n3 = :v3 AND #n4 = :v4 AND #n0 = :v0 AND #n1 = :v1 AND begins_with(#n2, :v2)",
        ["round", "D", "bracket", "tournament", "R"],
        [{"N": "2"}, {"S": "2024-01-01"}, {"S": "A"}, {"S": "cup"}, {"S": "north"}],
    ),
    (
        (attr.round == 2) & ((attr.day == date(2024, 1, 1)) & (attr.bracket == "A")),
        "#n3 = :v3 AND #n4 = :v4 AND #n0 = :v0 AND #n1 = :v1 AND #n2 = :v2",
        ["round", "D", "bracket", "tournament", "R"],
        [{"N": "2"}, {"S": "2024-01-01"}, {"S": "A"}, {"S": "cup"}, {"S": "north"}],
    ),
]


@pytest.mark.parametrize("given", [("cup", "north"), ["cup", "north"]])
@pytest.mark.parametrize(("condition", "text", "names", "values"), SELECTIONS)
def test_all_parts_of_the_partition_key_and_the_first_of_the_sort_key_select(
    *,
    given: Any,
    condition: Any,
    text: str,
    names: list[str],
    values: list[Any],
    table: Any,
    described: Any,
    drive: Any,
) -> None:
    """Equal, but for the last one."""
    calls, _, _ = drive(query(table, asked(given, sort_key_condition=condition)), described, {"Items": []})
    assert (
        "Query",
        {
            "TableName": "table",
            "IndexName": "by-place",
            "KeyConditionExpression": text,
            "ExpressionAttributeNames": {f"#n{number}": name for number, name in enumerate(names)},
            "ExpressionAttributeValues": {f":v{number}": value for number, value in enumerate(values)},
        },
    ) == calls[-1]


KEY = {"id": "1", "tournament": "cup", "R": "north", "round": 2, "D": "2024-01-01", "bracket": "A"}


def test_pages_go_on_after_all_keys(table: Any, described: Any, drive: Any) -> None:
    """Of the index and of the table."""
    last = {name: {"N": "2"} if name == "round" else {"S": value} for name, value in KEY.items()}
    reply = {"Items": [], "LastEvaluatedKey": dict(reversed(last.items()))}
    _, _, page = drive(query(table, asked(("cup", "north"))), described, reply)
    calls, _, _ = drive(
        query(table, asked(("cup", "north"), exclusive_start_key=page.last_evaluated_key)), {"Items": []}
    )
    assert (KEY, list(KEY), last) == (
        page.last_evaluated_key,
        list(page.last_evaluated_key),
        calls[-1][1]["ExclusiveStartKey"],
    )


REFUSED: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
    *(
        (
            value,
            {},
            InvalidKeyValueError,
            (
                f"query of Match: the partition key has several attributes: give a tuple of the values of "
                f"(tournament, R), got {got}"
            ),
        )
        for value, got in (
            ("cup", "str"),
            (None, "NoneType"),
            (("cup",), "1 values"),
            (("cup", "north", 1), "3 values"),
        )
    ),
    (("cup", 1), {}, InvalidKeyValueError, "Match.region is a key of the table or of an index: expected str, got int"),
    (("cup", ""), {}, InvalidKeyValueError, "Match.region is a key of the table or of an index: a key cannot be empty"),
    (
        ("cup", None),
        {},
        InvalidKeyValueError,
        "Match.region is a key of the table or of an index: the value cannot be None",
    ),
    *(
        (
            ("cup", "north"),
            {"sort_key_condition": condition},
            InvalidConditionError,
            f"query of Match: sort_key_condition about {about}: {reason}",
        )
        for condition, about, reason in (
            (
                attr.day == date(2024, 1, 1),
                "day",
                (
                    "it may use only the sort key 'round' (the order is round, D, bracket); put other attributes into "
                    "filter_condition"
                ),
            ),
            (
                (attr.round == 1) & (attr.bracket == "A"),
                "bracket",
                (
                    "it may use only the sort key 'D' (the order is round, D, bracket); put other attributes into "
                    "filter_condition"
                ),
            ),
            (
                (attr.round > 1) & (attr.day == date(2024, 1, 1)),
                "round",
                "only the last comparison may be a range, the others must be ==",
            ),
            (
                (attr.round == 1) & (attr.day == date(2024, 1, 1)) & (attr.bracket == "A") & (attr.score == 1),
                "round, day, bracket, score",
                "it has 4 comparisons, but the sort key has 3 attributes (round, D, bracket)",
            ),
            (
                (attr.round == 1) & (attr.day == None),
                "day",
                "a sort key is never None",
            ),
            (
                attr.round != 1,
                "round",
                "it must be one comparison with a value (==, <, <=, >, >=, between(), begins_with()), got Ne",
            ),
            (
                (attr.round == 1) | (attr.round == 2),
                "round",
                "it must be one comparison with a value (==, <, <=, >, >=, between(), begins_with()), got Or",
            ),
            (
                (attr.round == 1) & (attr.day == date(2024, 1, 1)) & (attr.bracket == ""),
                "the sort key 'bracket'",
                "it is never empty",
            ),
        )
    ),
    (
        ("cup", "north"),
        {"filter_condition": attr.bracket == "A"},
        InvalidConditionError,
        (
            "query of Match: filter_condition cannot use 'bracket', a key of the queried table or index; use "
            "partition_key_value and sort_key_condition"
        ),
    ),
]


@pytest.mark.parametrize(("value", "options", "kind", "message"), REFUSED)
def test_what_does_not_select_is_refused(
    *, value: Any, options: dict[str, Any], kind: type[Exception], message: str, table: Any, described: Any, drive: Any
) -> None:
    """Before anything is queried; the message says what is missing."""
    calls, _, error = drive(query(table, asked(value, **options)), described)
    assert (["DescribeTable"], kind, message) == ([name for name, _ in calls], type(error), str(error))
