"""Faults on the way: every write is confirmed, or reported as failed or unknown; none is lost or counted twice.

A small server stands between the client and the engine and does to each request what a test has scripted: forward it,
refuse it, or carry it out and lose, damage or cut the answer.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from botocore.config import Config

from pydamodb import (
    ConditionCheckFailedError,
    DynamoDBClientError,
    OperationError,
    PydamoConfig,
    ThroughputExceededError,
    UnprocessedItemsError,
)

HOST = "127.0.0.1"
NAMESPACE = "com.amazonaws.dynamodb.v20120810"


class Road:
    """The way to the engine, with faults for the writes that are to come, in their order; then all goes well."""

    def __init__(self, engine: str) -> None:
        """Lead to the engine."""
        self.engine = urlsplit(engine)
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.lock = threading.Lock()

    def next_fault(self, operation: str) -> str | None:
        """Note the request, and take what is scripted for it."""
        with self.lock:
            self.requests.append(operation)
            return self.faults.pop(0) if self.faults and operation != "DescribeTable" else None

    def forward(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Let the engine carry out a request."""
        connection = HTTPConnection(str(self.engine.hostname), self.engine.port, timeout=60)
        try:
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()


class Toll(BaseHTTPRequestHandler):
    """Does what is scripted."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer goes out in one piece, and nobody waits for an acknowledgement of its head

    def do_POST(self) -> None:
        """Take a request of DynamoDB's."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.road.next_fault(self.headers["X-Amz-Target"].partition(".")[2])
        if fault in {"throttled", "internal", "unavailable"}:
            self.refuse(fault)
            return
        if fault == "never arrived":
            self.hang_up()
            return
        status, headers, answer = self.server.road.forward(dict(self.headers), body)
        if fault == "lost":
            self.hang_up()
        elif fault == "carried out, then internal":
            self.refuse("internal")
        else:
            self.answer(status, headers, answer, fault)

    def refuse(self, fault: str) -> None:
        """Answer with an error of DynamoDB's."""
        status, code = {
            "throttled": (400, "ProvisionedThroughputExceededException"),
            "internal": (500, "InternalServerError"),
            "unavailable": (503, "ServiceUnavailable"),
        }[fault]
        self.answer(status, {}, json.dumps({"__type": f"{NAMESPACE}#{code}", "message": fault}).encode(), None)

    def answer(self, status: int, headers: dict[str, str], body: bytes, fault: str | None) -> None:
        """Send an answer, whole or not."""
        checksum = headers.get("x-amz-crc32", str(crc32(body)))
        sent = {"cut": body[: len(body) // 2 or 1], "damaged": body[:-1] + b" }"[-1:]}.get(fault or "", body)
        if fault == "damaged":
            checksum = str(crc32(body) ^ 1)
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body) + 7 * (fault == "cut")))
        self.send_header("x-amz-crc32", checksum)
        self.end_headers()
        self.wfile.write(sent)
        if fault == "cut":
            self.close_connection = True

    def hang_up(self) -> None:
        """Close the connection without an answer."""
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def road(server) -> Iterator[Road]:
    """Run the server between the client and the engine."""
    road = Road(server or os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
    with ThreadingHTTPServer((HOST, 0), Toll) as running:
        running.road = road
        road.address = f"http://{HOST}:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield road
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module", params=["legacy", "standard"])
def dynamodb(request, road, open_resource) -> Any:
    """Return a boto3 resource that goes that way, with three attempts for each request; retries wait for nobody."""
    config = Config(retries={"mode": request.param, "total_max_attempts": 3}, read_timeout=20)
    return open_resource(config=config, endpoint_url=road.address)


@pytest.fixture(autouse=True)
def no_backoff(no_pauses) -> None:
    """Let botocore try again at once."""


@pytest.fixture(scope="module")
def Counter(PrimaryKeyModel, dynamodb, make_table) -> Any:
    """Define a model whose items count."""

    class Counter(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("name"))

        name: str
        count: int = 0
        note: str = ""
        log: list[str] = []  # noqa: RUF012 - Pydantic copies it

    Counter.get_item("warm up")
    return Counter


@pytest.fixture
def counter(Counter, road, request) -> Any:
    """Save a counter before there are faults."""
    road.faults.clear()
    counter = Counter(name=request.node.name[:200], count=10)
    counter.save()
    road.requests.clear()
    return counter


@contextmanager
def faults(road: Road, *scripted: str) -> Iterator[None]:
    """Have these faults happen to the next requests."""
    road.faults[:] = scripted
    try:
        yield
    finally:
        road.faults.clear()


CARRIED_OUT = ("lost", "carried out, then internal", "cut")
NOT_CARRIED_OUT = ("never arrived", "internal", "unavailable")

COUNTED_TWICE: dict[str, Callable[[Any], list[Any]]] = {
    "add": lambda attr: [attr.count.add(1)],
    "sum": lambda attr: [attr.count.set(attr.count + 1)],
    "append": lambda attr: [attr.count.add(1), attr.log.append("x")],
}


@pytest.mark.parametrize("fault", CARRIED_OUT + NOT_CARRIED_OUT + ("damaged",))
@pytest.mark.parametrize("action", COUNTED_TWICE)
def test_what_would_count_twice_is_not_sent_again(Counter, counter, road, fault, action):
    """It is reported as unknown, after one request; the item shows what has become of it."""
    with faults(road, fault), pytest.raises(DynamoDBClientError) as caught:
        Counter.update_item(counter.name, updates=COUNTED_TWICE[action](Counter.attr))
    carried_out = fault in {*CARRIED_OUT, "damaged"}
    assert (["UpdateItem"], True, True) == (
        road.requests,
        caught.value.outcome_unknown,
        "(the request may have succeeded)" in str(caught.value),
    )
    assert 10 + carried_out == Counter.get_item(counter.name, consistent_read=True).count


@pytest.mark.parametrize("action", COUNTED_TWICE)
def test_what_was_refused_for_certain_is_sent_again(Counter, counter, road, action):
    """A throttled update was not carried out."""
    with faults(road, "throttled"):
        Counter.update_item(counter.name, updates=COUNTED_TWICE[action](Counter.attr))
    found = Counter.get_item(counter.name, consistent_read=True)
    assert (["UpdateItem", "UpdateItem", "GetItem"], 11) == (road.requests, found.count)


@pytest.mark.parametrize("fault", CARRIED_OUT + NOT_CARRIED_OUT)
def test_what_may_be_repeated_is_sent_again(Counter, counter, road, fault):
    """A save, a plain update and a delete do the same once and twice: they are confirmed in the end."""
    counter.count = 11
    with faults(road, fault):
        counter.save()
    with faults(road, fault):
        Counter.update_item(counter.name, updates={Counter.attr.note: "x"})
    found = Counter.get_item(counter.name, consistent_read=True)
    with faults(road, fault):
        counter.delete()
    assert (11, "x", None) == (found.count, found.note, Counter.get_item(counter.name, consistent_read=True))


@pytest.mark.parametrize("fault", CARRIED_OUT)
def test_a_save_that_meets_itself_is_unknown(Counter, road, fault, request):
    """Its first attempt was carried out, and the second one finds the item."""
    new = Counter(name=request.node.name[:200])
    with faults(road, fault), pytest.raises(ConditionCheckFailedError) as caught:
        new.save(condition=Counter.attr.name.not_exists())
    assert (True, new) == (caught.value.outcome_unknown, Counter.get_item(new.name, consistent_read=True))
    assert "A previous attempt of this request may have succeeded. It may be the cause of this failure." in str(
        caught.value
    )


def test_a_condition_that_fails_at_once_is_no_riddle(Counter, counter):
    """Nothing was written."""
    with pytest.raises(ConditionCheckFailedError) as caught:
        counter.save(condition=Counter.attr.name.not_exists())
    assert False is caught.value.outcome_unknown


@pytest.mark.parametrize("fault", [*CARRIED_OUT, *NOT_CARRIED_OUT])
def test_a_save_that_never_gets_an_answer_is_unknown(Counter, counter, road, fault):
    """After all attempts."""
    counter.count = 11
    with faults(road, *[fault] * 3), pytest.raises(OperationError) as caught:
        counter.save()
    assert (["PutItem"] * 3, True) == (road.requests, caught.value.outcome_unknown)
    carried_out = fault in CARRIED_OUT
    assert 10 + carried_out == Counter.get_item(counter.name, consistent_read=True).count


def test_a_save_that_is_throttled_to_the_end_has_failed(Counter, counter, road):
    """For certain."""
    counter.count = 11
    with faults(road, *["throttled"] * 3), pytest.raises(ThroughputExceededError) as caught:
        counter.save()
    assert (False, 10) == (caught.value.outcome_unknown, Counter.get_item(counter.name, consistent_read=True).count)


@pytest.mark.parametrize("fault", [*CARRIED_OUT, *NOT_CARRIED_OUT, "throttled"])
def test_a_read_is_read_again(Counter, counter, road, fault):
    """Nothing changes by it."""
    with faults(road, fault):
        assert counter == Counter.get_item(counter.name)


@pytest.mark.parametrize("fault", [*CARRIED_OUT, *NOT_CARRIED_OUT, "throttled"])
@pytest.mark.parametrize("times", [1, 3])
def test_each_put_of_a_batch_is_confirmed_or_reported(Counter, counter, road, fault, times):
    """Sixty of them, in three requests; what is not reported is there."""
    items = [Counter(name=f"{counter.name} {number:02}", count=number) for number in range(60)]
    given: list[Any] = []
    reported: list[Any] = []
    try:
        with faults(road, *[fault] * times), Counter.batch_writer() as writer:
            for item in items:
                given.append(item)
                writer.put(item)
    except UnprocessedItemsError as error:
        reported = list(error.puts)
    found = Counter.batch_get([item.name for item in given], consistent_read=True)
    missing = {item.name for item, there in zip(given, found, strict=True) if there != item}
    assert (set(), times == 3, times == 1) == (
        missing - {item.name for item in reported},
        bool(reported),
        len(given) == len(items),
    )


@pytest.mark.parametrize("fault", [*CARRIED_OUT, *NOT_CARRIED_OUT, "throttled"])
def test_a_transaction_is_carried_out_once(*, Counter, counter, road, fault, transact_write, on_moto):
    """It is sent again with the same token, by which DynamoDB knows it."""
    if on_moto:
        pytest.skip("moto does not look at tokens")
    other = Counter(name=f"{counter.name} 2", count=10)
    other.save()
    road.requests.clear()
    with faults(road, fault), transact_write() as tx:
        tx.update(Counter.key(counter.name), updates=[Counter.attr.count.add(1)])
        tx.update(Counter.key(other.name), updates=[Counter.attr.count.add(-1)])
    found = Counter.batch_get([counter.name, other.name], consistent_read=True)
    assert (["TransactWriteItems"] * 2, [11, 9]) == (road.requests[:2], [item.count for item in found])


def test_workers_on_a_bad_road_lose_and_double_nothing(Counter, counter, road, on_moto):
    """Each increment is confirmed, failed or unknown; the sum lies between the confirmed and those with the unknown."""
    if on_moto:
        pytest.skip("moto reads and writes in two steps")
    script = ["lost", "throttled", "never arrived", "internal", "cut", "carried out, then internal"] * 5
    tally = {"confirmed": 0, "unknown": 0, "failed": 0}
    lock = threading.Lock()

    def work() -> None:
        for _ in range(20):
            try:
                Counter.update_item(counter.name, updates=[Counter.attr.count.add(1)])
                outcome = "confirmed"
            except OperationError as error:
                outcome = "unknown" if error.outcome_unknown else "failed"
            with lock:
                tally[outcome] += 1

    with faults(road, *script):
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    total = Counter.get_item(counter.name, consistent_read=True).count - 10
    carried_out_unanswered = 3 * 5
    assert (160, 25, tally["confirmed"] + carried_out_unanswered) == (sum(tally.values()), tally["unknown"], total)
