"""Scans, driven by hand: what is sent for a page, a segment, a count, an iterator and a smaller model."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from pydamodb._operations import query
from pydamodb._operations.batch_get import batch_get
from pydamodb._operations.pages import step_of
from pydamodb._operations.query import Query
from pydamodb._operations.scan import Scan, plan, scan, scan_count, scan_segments
from pydamodb.exceptions import InvalidRequestError
from pydamodb.fields import AttributePath
from pydamodb.results import QueryResult


class City(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    name: str
    people: int = Field(default=0, alias="inhabitants")
    note: str | None = None


class Small(BaseModel):
    people: int = Field(default=0, alias="n")


attr: Any = AttributePath(City)
OSLO = {"name": {"S": "Oslo"}, "inhabitants": {"N": "700"}}


@pytest.fixture
def table(table_for: Any) -> Any:
    """Return a table with a partition key."""
    return table_for(City)


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        (Scan(), {}),
        (Scan(limit=3, consistent_read=True), {"Limit": 3, "ConsistentRead": True}),
        (Scan(segment=0, total_segments=2), {"Segment": 0, "TotalSegments": 2}),
        (Scan(exclusive_start_key={"name": "Oslo"}), {"ExclusiveStartKey": {"name": {"S": "Oslo"}}}),
        (
            Scan(filter_condition=attr.name > "M", projection=Small),
            {
                "FilterExpression": "#n0 > :v0",
                "ProjectionExpression": "#n1",
                "ExpressionAttributeNames": {"#n0": "name", "#n1": "inhabitants"},
                "ExpressionAttributeValues": {":v0": {"S": "M"}},
            },
        ),
    ],
)
def test_a_page_is_one_request(table: Any, drive: Any, description: Any, wanted: Scan, sent: Any) -> None:
    """With what was asked for, and nothing else."""
    calls, _, page = drive(scan(table, wanted), description("name"), {"Items": []})
    assert (("Scan", {"TableName": "table", **sent}), QueryResult([], None)) == (calls[1], page)


def test_a_smaller_model_gets_the_attributes_under_its_own_names(table: Any, drive: Any, description: Any) -> None:
    """Found by the names of the fields."""
    page = drive(scan(table, Scan(projection=Small)), description("name"), {"Items": [{"inhabitants": {"N": "7"}}]})[2]
    assert [Small(n=7)] == page.items


def test_a_count_goes_through_all_pages(table: Any, drive: Any, description: Any) -> None:
    """No item is transferred."""
    replies = [{"Count": 3, "LastEvaluatedKey": {"name": {"S": "x"}}}, {"Count": 0, "LastEvaluatedKey": {}}]
    calls, _, counted = drive(scan_count(table, Scan(count=True)), description("name"), *replies)
    assert (3, ["COUNT", "COUNT"], {"name": {"S": "x"}}) == (
        counted,
        [payload["Select"] for _, payload in calls[1:]],
        calls[2][1]["ExclusiveStartKey"],
    )


def test_each_segment_has_a_plan_of_its_own(table: Any, drive: Any, description: Any) -> None:
    """Made with one look at the table."""
    plans = drive(scan_segments(table, Scan(), 3), description("name"))[2]
    assert [(0, 3), (1, 3), (2, 3)] == [(each.payload["Segment"], each.payload["TotalSegments"]) for each in plans]


def test_a_step_asks_for_no_more_than_is_wanted(table: Any, drive: Any, description: Any) -> None:
    """Without a filter the limit says so; with one, only the items that come can be counted."""
    reply = {"Items": [OSLO, OSLO], "LastEvaluatedKey": {"name": {"S": "Oslo"}}}
    first = drive(plan(table, Scan(max_items=2)), description("name"))[2]
    calls, _, (items, following) = drive(step_of(table, first), reply)
    filtered = drive(plan(table, Scan(max_items=2, filter_condition=attr.people > 1)))[2]
    others, _, (_, after) = drive(step_of(table, filtered), {"Items": [OSLO], "LastEvaluatedKey": {"name": {"S": "x"}}})
    assert (2, 2, None, False, 1) == (
        calls[0][1]["Limit"],
        len(items),
        following,
        "Limit" in others[0][1],
        after.left,
    )


def test_a_batch_asks_for_keys_beside_a_projection(table: Any, drive: Any, description: Any) -> None:
    """Without them, nobody would know which item is which."""
    flow = batch_get(table, ["Oslo"], consistent_read=False, projection=Small)
    calls, _, found = drive(flow, description("name"), {"Responses": {"table": [OSLO]}})
    sent = calls[1][1]["RequestItems"]["table"]
    assert ({"#n0": "name", "#n1": "inhabitants"}, "#n0, #n1", [Small(n=700)]) == (
        sent["ExpressionAttributeNames"],
        sent["ProjectionExpression"],
        found,
    )


@pytest.mark.parametrize("wanted", [Scan(limit=0), Scan(segment=1), Scan(projection=int), Scan(max_items=0)])  # type: ignore[type-var]
def test_what_does_not_fit_is_refused_before_anything_is_sent(table: Any, drive: Any, wanted: Scan) -> None:
    """Not even the table is asked for its keys."""
    calls, _, error = drive(plan(table, wanted))
    assert ([], InvalidRequestError) == (calls, type(error))


def test_a_step_of_a_query_is_of_the_same_kind(table_for: Any, drive: Any, description: Any) -> None:
    """What follows has the key to begin with."""
    wide = description("name", wide={"people-index": ("note", "name")})
    wanted = Query(partition_key_value="x", index_name="people-index")
    last = {"name": {"S": "Oslo"}, "note": {"S": "x"}}
    table = table_for(City)
    first = drive(query.plan(table, wanted), wide)[2]
    page = drive(step_of(table, first), {"Items": [OSLO], "LastEvaluatedKey": last})[2]
    assert ([City(name="Oslo", inhabitants=700)], last) == (page.items, page.following.payload["ExclusiveStartKey"])
