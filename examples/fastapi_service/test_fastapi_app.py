"""The service, asked by FastAPI's TestClient."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from fastapi_app import app

from pydamodb.testing import Pydamo

MILK = {"owner": "ann", "id": "milk", "text": "buy", "version": 1}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def test_a_note_is_created_once_and_changed_as_it_was_seen(client: TestClient) -> None:
    new = {"id": "milk", "text": "buy"}
    assert client.post("/notes/ann", json=new).json() == MILK
    assert client.post("/notes/ann", json=new).status_code == 409
    changed = client.put("/notes/ann/milk", json={"text": "bought", "version": 1})
    assert changed.json() == {**MILK, "text": "bought", "version": 2}
    assert client.put("/notes/ann/milk", json={"text": "lost", "version": 1}).status_code == 412
    assert client.get("/notes/ann/milk").json()["text"] == "bought"


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("/notes/ann/milk").status_code == 404
    assert client.put("/notes/ann/milk", json={"text": "x", "version": 1}).status_code == 404


def test_a_page_is_one_query_and_leads_to_the_next(client: TestClient, pydamo: Pydamo) -> None:
    for name in "abc":
        client.post("/notes/ann", json={"id": name, "text": name})
    pydamo.requests.clear()
    first = client.get("/notes/ann?limit=2").json()
    second = client.get("/notes/ann", params={"limit": 2, "cursor": first["cursor"]}).json()
    assert [note["id"] for note in first["notes"] + second["notes"]] == ["a", "b", "c"]
    assert second["cursor"] is None
    assert pydamo.requests.operations == ["Query", "Query"]
    assert client.get("/notes/bob", params={"cursor": first["cursor"]}).status_code == 400
