"""examples/fastapi_service, run by uvicorn and asked over HTTP, does what its docstring says."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "fastapi_service"

# A connection that was left open says so when it is collected; a process that a signal ends says nothing.
RUN_AND_COLLECT = """
import asyncio, gc, fastapi_app

asyncio.run(fastapi_app.page("ann"))
gc.collect()
"""


class Service:
    """The service as a client sees it."""

    def __init__(self, port: int) -> None:
        """Ask the service on a port of this machine."""
        self.port = port

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict]:
        """Send a request, and return the status and the body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def create(self, owner: str, note: str, text: str = "") -> tuple[int, dict]:
        """Create a note."""
        return self.ask("POST", f"/notes/{owner}", {"id": note, "text": text})


@pytest.fixture(scope="module")
def table(server):
    """Make the service's table, which has the name that the environment gives it."""
    client = boto3.client("dynamodb", endpoint_url=server)
    name = f"notes-{uuid4().hex}"
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("owner", "id")],
        BillingMode="PAY_PER_REQUEST",
    )
    yield name
    client.delete_table(TableName=name)


def environment_of(table, server) -> dict[str, str]:
    """Say where the service finds its table."""
    return {**os.environ, "NOTES_TABLE": table, **({"AWS_ENDPOINT_URL_DYNAMODB": server} if server else {})}


def command(port: int) -> list[str]:
    """Start the service as the example says."""
    return [sys.executable, "-m", "uvicorn", "--app-dir", str(EXAMPLE), "--port", str(port), "fastapi_app:app"]


@pytest.fixture(scope="module")
def service(table, server, run_server, tmp_path_factory):
    """Return the service, one for all tests."""
    log = tmp_path_factory.mktemp("service") / "log"
    with run_server(command, log, environment_of(table, server)) as (_, port):
        yield Service(port)


@pytest.fixture
def owner():
    """Return somebody without notes."""
    return uuid4().hex


def test_a_note_is_created_and_read(service, owner):
    """It is shown as it is stored."""
    note = {"owner": owner, "id": "milk", "text": "buy some", "version": 1}
    assert (201, note) == service.create(owner, "milk", "buy some")
    assert (200, note) == service.ask("GET", f"/notes/{owner}/milk")


def test_a_note_is_created_once(service, owner):
    """A second one of the same id is a conflict, and changes nothing."""
    service.create(owner, "milk", "first")
    assert (409, {"detail": "there is such a note already"}) == service.create(owner, "milk", "second")
    assert "first" == service.ask("GET", f"/notes/{owner}/milk")[1]["text"]


def test_what_is_not_there_is_not_found(service, owner):
    """Neither to be read nor to be changed."""
    missing = (404, {"detail": "there is no such note"})
    assert missing == service.ask("GET", f"/notes/{owner}/milk")
    assert missing == service.ask("PUT", f"/notes/{owner}/milk", {"text": "x", "version": 1})


def test_a_note_is_changed_as_it_was_seen(service, owner):
    """Who has seen an older version is told of a conflict."""
    service.create(owner, "milk", "buy")
    changed = {"owner": owner, "id": "milk", "text": "bought", "version": 2}
    assert (200, changed) == service.ask("PUT", f"/notes/{owner}/milk", {"text": "bought", "version": 1})
    refused = service.ask("PUT", f"/notes/{owner}/milk", {"text": "lost", "version": 1})
    assert (412, {"detail": "the note was changed meanwhile: read it again"}) == refused
    assert (200, changed) == service.ask("GET", f"/notes/{owner}/milk")


@pytest.mark.parametrize(
    "body", [{"text": "x"}, {"id": "", "text": "x"}, {"id": "x" * 101, "text": "x"}, {"id": 1}, []]
)
def test_what_is_no_note_is_refused(service, owner, body):
    """By Pydantic, before anything is written."""
    assert 422 == service.ask("POST", f"/notes/{owner}", body)[0]
    assert {"notes": [], "cursor": None} == service.ask("GET", f"/notes/{owner}")[1]


@pytest.mark.parametrize("note", ["a/b", "..", "a b", "x\n", "\0"])
def test_a_note_is_not_created_where_no_address_leads(service, owner, note):
    """An id stands in a path."""
    assert 422 == service.create(owner, note)[0]
    assert {"notes": [], "cursor": None} == service.ask("GET", f"/notes/{owner}")[1]


def test_a_client_writes_what_is_its_own(service, owner):
    """The owner is the one of the path, and the version is the service's."""
    body = {"id": "milk", "text": "buy", "owner": "bob", "version": 99}
    note = {"owner": owner, "id": "milk", "text": "buy", "version": 1}
    assert (201, note) == service.ask("POST", f"/notes/{owner}", body)
    body = {"id": "tea", "text": "bought", "owner": "bob", "version": 1}
    changed = {"owner": owner, "id": "milk", "text": "bought", "version": 2}
    assert (200, changed) == service.ask("PUT", f"/notes/{owner}/milk", body)
    assert {"notes": [changed], "cursor": None} == service.ask("GET", f"/notes/{owner}")[1]


@pytest.mark.parametrize("long", ["x" * 101, "x" * 3000])
def test_a_key_that_is_too_long_is_refused(service, owner, long):
    """By Pydantic, whether or not DynamoDB would take it."""
    change = {"text": "x", "version": 1}
    asked = [("GET", f"/notes/{owner}/{long}"), ("PUT", f"/notes/{owner}/{long}", change), ("GET", f"/notes/{long}")]
    assert [422, 422, 422] == [service.ask(*each)[0] for each in asked]
    assert 422 == service.create(long, "milk")[0]


@pytest.mark.parametrize("version", [0, -1, 1.5, "x", None, 10**40])
def test_what_is_no_version_is_refused(service, owner, version):
    """By Pydantic, before anything is compared."""
    service.create(owner, "milk", "buy")
    assert 422 == service.ask("PUT", f"/notes/{owner}/milk", {"text": "x", "version": version})[0]
    assert "buy" == service.ask("GET", f"/notes/{owner}/milk")[1]["text"]


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_pages_show_all_notes_in_order(service, owner, limit):
    """From cursor to cursor, until there is none."""
    ids = sorted(["b_c", "äöü", *(f"note-{number:02}" for number in range(7))])
    assert {201} == {service.create(owner, each)[0] for each in reversed(ids)}
    seen, path = [], f"/notes/{owner}?limit={limit}"
    while path and len(seen) <= len(ids):
        status, page = service.ask("GET", path)
        assert (200, True) == (status, len(page["notes"]) <= limit)
        seen += [note["id"] for note in page["notes"]]
        path = page["cursor"] and f"/notes/{owner}?limit={limit}&cursor={page['cursor']}"
    assert sorted(ids, key=str.encode) == seen


@pytest.mark.parametrize("cursor", ["x", "%%%", "", "_w==", "%C3%A4"])
def test_a_forged_cursor_is_refused(service, owner, cursor):
    """It is the client's mistake, not the service's."""
    answer = (400, {"detail": "this is no cursor of a page"})
    assert answer == service.ask("GET", f"/notes/{owner}?cursor={cursor.replace('%%%', '%25%25%25')}")


@pytest.mark.parametrize(("length", "status"), [(1368, 400), (2001, 422)])
def test_a_cursor_longer_than_any_key_is_refused(service, owner, length, status):
    """By the library, or by Pydantic before."""
    assert status == service.ask("GET", f"/notes/{owner}?cursor={'x' * length}")[0]


def test_a_cursor_of_another_owner_is_refused(service, owner):
    """It says where to go on among the notes of the one whose page it was."""
    for each in (owner, f"{owner}-other"):
        service.create(each, "a")
        service.create(each, "b")
    cursor = service.ask("GET", f"/notes/{owner}-other?limit=1")[1]["cursor"]
    assert cursor
    answer = (400, {"detail": "this is no cursor of a page"})
    assert answer == service.ask("GET", f"/notes/{owner}?cursor={cursor}")


@pytest.mark.parametrize("limit", [0, 101, "x"])
def test_a_wrong_limit_is_refused(service, owner, limit):
    """By Pydantic."""
    assert 422 == service.ask("GET", f"/notes/{owner}?limit={limit}")[0]


def test_one_of_many_changes_at_once_is_done(service, owner, on_moto):
    """Forty clients have seen version 1: one of them wins, and the others are told so."""
    at_once = 1 if on_moto else 20  # moto checks a condition and writes in two steps
    service.create(owner, "milk")

    def change(number: int) -> tuple[int, dict]:
        return service.ask("PUT", f"/notes/{owner}/milk", {"text": str(number), "version": 1})

    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(change, range(40)))
    assert {200: 1, 412: 39} == Counter(status for status, _ in answers)
    (winner,) = [body for status, body in answers if status == 200]
    assert (200, winner) == service.ask("GET", f"/notes/{owner}/milk")


def test_many_clients_at_once_get_their_own_notes(service, owner):
    """Create and read a hundred notes at once."""

    def use(number: int) -> str:
        service.create(owner, str(number), f"text {number}")
        return service.ask("GET", f"/notes/{owner}/{number}")[1]["text"]

    with ThreadPoolExecutor(20) as pool:
        assert [f"text {number}" for number in range(100)] == list(pool.map(use, range(100)))


def test_the_service_ends_when_it_is_asked_to(table, server, run_server, owner, tmp_path):
    """Without an error."""
    with run_server(command, tmp_path / "log", environment_of(table, server)) as (process, port):
        assert 201 == Service(port).create(owner, "milk")[0]
        process.terminate()
        assert process.wait(30) in {0, -signal.SIGTERM}
    said = (tmp_path / "log").read_text()
    assert [] == [word for word in ("Traceback", "ERROR", "Warning") if word in said]
    assert "Application shutdown complete" in said


def test_the_service_leaves_no_client_open(table, server):
    """Connections end with the event loop."""
    done = subprocess.run(  # noqa: S603 - our own example
        [sys.executable, "-W", "error::ResourceWarning", "-c", RUN_AND_COLLECT],
        cwd=EXAMPLE,
        env=environment_of(table, server),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (0, "") == (done.returncode, done.stderr)
