"""The function, called with events as API Gateway makes them."""

import json
from typing import Any

import pytest
from orders_api import handler

from pydamodb.testing import Pydamo


def ask(method: str, customer: str, body: object = None, **query: str) -> tuple[int, Any]:
    event = {
        "routeKey": f"{method} /orders/{{customer}}",
        "pathParameters": {"customer": customer},
        "queryStringParameters": query,
        "body": body if isinstance(body, str) else json.dumps(body),
    }
    answer = handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def test_an_order_is_created_once() -> None:
    order = {"customer": "ann", "number": 1, "total": "19.90", "status": "open"}
    assert ask("POST", "ann", {"number": 1, "total": "19.90"}) == (201, order)
    assert ask("POST", "ann", {"number": 1, "total": "5"}) == (409, {"error": "there is an order 1 already"})


def test_pages_are_read_by_cursor_each_with_one_query(pydamo: Pydamo) -> None:
    for number in range(1, 26):
        ask("POST", "ann", {"number": number, "total": 1})
    pydamo.requests.clear()
    _, first = ask("GET", "ann")
    _, second = ask("GET", "ann", cursor=first["cursor"])
    assert [order["number"] for order in first["orders"] + second["orders"]] == list(range(25, 0, -1))
    assert second["cursor"] is None
    assert pydamo.requests.operations == ["Query", "Query"]


@pytest.mark.parametrize("body", ["", "no JSON", '{"number": 0, "total": 1}', '{"number": 1, "total": -1}'])
def test_what_a_client_gets_wrong_is_told(body: str, pydamo: Pydamo) -> None:
    status, answer = ask("POST", "ann", body)
    assert (status, pydamo.requests.operations) == (400, [])
    assert answer["error"]


def test_a_cursor_of_another_customer_is_refused(pydamo: Pydamo) -> None:
    for number in range(1, 26):
        ask("POST", "ann", {"number": number, "total": 1})
    _, first = ask("GET", "ann")
    pydamo.requests.clear()
    assert ask("GET", "bob", cursor=first["cursor"])[0] == 400
    assert ask("GET", "ann", cursor="made-up")[0] == 400
    assert ask("GET", "")[0] == 400
    assert pydamo.requests.operations == []


def test_other_paths_are_not_there() -> None:
    assert ask("DELETE", "ann") == (404, {"error": "no such path"})
