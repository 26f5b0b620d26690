"""Key conditions as they were rendered: what they say, and which keys meet them."""

from __future__ import annotations

from typing import Any

import pytest

from pydamodb._operations.key_conditions import meets_key_condition, said_by


def payload(condition: str, *values: Any) -> dict[str, Any]:
    """Return a request with a condition on the partition `pk` and the sort key `sk`."""
    given = {f":v{place}": value for place, value in enumerate([{"S": "ann"}, *values])}
    names = {"#n0": "pk", "#n1": "sk", "#n2": "more"}
    condition = f"#n0 = :v0 AND {condition}" if condition else "#n0 = :v0"
    parts = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": given}
    return {"TableName": "t", "KeyConditionExpression": condition, **parts}


def number(text: str) -> dict[str, str]:
    """Write a number."""
    return {"N": text}


@pytest.mark.parametrize(
    ("condition", "values", "inside", "outside"),
    [
        ("", [], [number("1")], []),
        ("#n1 = :v1", [number("10")], [number("10"), number("1E1")], [number("9"), {"S": "10"}]),
        ("#n1 < :v1", [number("10")], [number("9"), number("-1E2")], [number("10"), number("11")]),
        ("#n1 <= :v1", [number("10")], [number("9"), number("10.0")], [number("11")]),
        ("#n1 > :v1", [number("10")], [number("100")], [number("10"), number("9")]),
        ("#n1 >= :v1", [number("10")], [number("10"), number("100")], [number("9.99")]),
        ("#n1 BETWEEN :v1 AND :v2", [number("2"), number("10")], [number("2"), number("10")], [number("11")]),
        ("begins_with(#n1, :v1)", [{"S": "a#"}], [{"S": "a#"}, {"S": "a#b"}], [{"S": "a"}, {"S": "b"}]),
        ("begins_with(#n1, :v1)", [{"B": "AAE="}], [{"B": "AAEC"}], [{"B": "AQ=="}]),
        ("#n1 > :v1", [{"S": "\uffff"}], [{"S": "\U00010000"}], [{"S": "z"}]),
        ("#n1 < :v1", [{"B": b"\x80"}], [{"B": "fw=="}], [{"B": "gA=="}]),
    ],
)
def test_a_key_meets_the_condition_in_the_order_of_dynamodb(
    condition: str, values: list[Any], inside: list[Any], outside: list[Any]
) -> None:
    """Numbers by their value, texts by their bytes."""
    asked = payload(condition, *values)
    found = [meets_key_condition(asked, {"pk": {"S": "ann"}, "sk": each}) for each in [*inside, *outside]]
    assert [True] * len(inside) + [False] * len(outside) == found
    assert not meets_key_condition(asked, {"pk": {"S": "bob"}, "sk": number("1")})


def test_each_attribute_of_a_sort_key_meets_its_comparison() -> None:
    """A global index may have several."""
    asked = payload("#n1 = :v1 AND begins_with(#n2, :v2)", {"S": "x"}, {"S": "y"})
    key = {"pk": {"S": "ann"}, "sk": {"S": "x"}, "more": {"S": "yes"}}
    others = [{**key, "more": {"S": "no"}}, {**key, "sk": {"S": "z"}}]
    assert [True, False, False] == [meets_key_condition(asked, each) for each in (key, *others)]


def test_a_condition_is_said_without_placeholders() -> None:
    """Two requests with the same condition say the same; a scan says nothing."""
    asked = payload("#n1 BETWEEN :v1 AND :v2", {"S": ":v0"}, {"B": b"\x00"})
    assert '"pk" = {"S":"ann"} AND "sk" BETWEEN {"S":":v0"} AND {"B":"AA=="}' == said_by(asked)
    assert "" == said_by({"TableName": "t"})
