"""The service, asked for two tenants. Their tables have real names, so the whole engine is the test's: moto."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from moto import mock_aws
from notes_api import Note, app, notes, open_account, table_of

from pydamodb import ConfigurationError


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        open_account("green")
        open_account("blue")
        yield TestClient(app)


def test_each_tenant_has_notes_of_its_own(client: TestClient) -> None:
    for tenant in ("green", "blue"):
        assert client.put(f"/notes/ann/1?text=of {tenant}", headers={"X-Tenant": tenant}).status_code == 200
    assert client.get("/notes/ann", headers={"X-Tenant": "green"}).json() == [
        {"owner": "ann", "id": "1", "text": "of green"}
    ]
    with notes.using(table_of("blue")):
        assert [note.text for note in Note.scan_all()] == ["of blue"]


@pytest.mark.parametrize("headers", [{}, {"X-Tenant": ""}, {"X-Tenant": "../green"}])
def test_a_request_without_a_tenant_reaches_no_table(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/notes/ann", headers=headers).status_code == 422


def test_a_forgotten_block_is_an_error(client: TestClient) -> None:
    with pytest.raises(ConfigurationError):
        Note.scan_all()
