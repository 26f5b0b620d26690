"""The core, driven by hand: attempts, verdicts, pauses, the quota, the clock and what is known at the end."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any
from zlib import crc32

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)
from pydantic import BaseModel
from scripted_server import ok, refused

from pydamodb._client.direct import deliveries
from pydamodb._client.direct.deliveries import Delivery, Terms
from pydamodb._client.direct.links import Link
from pydamodb._client.direct.probes import Probed
from pydamodb._client.direct.responses import MalformedResponse, Response, ResponseReader
from pydamodb._client.direct.verdicts import Lost, lost
from pydamodb._client.observing import Observation
from pydamodb._operations.requests import Request, RequestFailed
from pydamodb._operations.table import ModelTable

KEYS = ReadOnlyCredentials("k", "s", None)
URL = "http://127.0.0.1:9/"


class Character(BaseModel):
    name: str


TABLE = ModelTable(Character, "characters", False, {})
GET = Request("GetItem", {"TableName": "characters", "Key": {"name": {"S": "x"}}}, (TABLE,))
ADD = Request("UpdateItem", {"TableName": "characters"}, (TABLE,), repeatable=False)


@pytest.fixture(autouse=True)
def chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each pause be as long as it may be."""
    monkeypatch.setattr("random.random", lambda: 1.0)


def config(**retries: Any) -> Any:
    """Return the configuration of a client."""
    return Config(retries=retries or None)


@pytest.fixture(scope="module")
def client() -> Any:
    """Return a client, for its classes of errors."""
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    return session.client("dynamodb")


@pytest.fixture
def terms(client: Any) -> Terms:
    """Return the terms of a new client."""
    return Terms(client.meta.config, client.meta.service_model, client.exceptions)


@pytest.fixture
def link(client: Any) -> Link:
    """Return a way to nowhere."""
    return Link(Probed(URL, "agent", "eu-central-1", "dynamodb"), client.meta.config, None)


@pytest.fixture
def delivery(terms: Terms, link: Link) -> Iterator[Any]:
    """Return what begins deliveries."""
    return lambda request=GET: Delivery(request, terms, link)


def response(data: bytes) -> Response:
    """Read a response."""
    found = ResponseReader().feed(data)
    assert found is not None
    return found


def failure(delivery: Delivery, outcome: Response | Lost) -> RequestFailed:
    """Return the failure with which a delivery ends after an attempt."""
    with pytest.raises(RequestFailed) as caught:
        delivery.judge(outcome)
    return caught.value


def line(data: bytes, name: str) -> str:
    """Return the value of a header."""
    found = re.search(rb"\r\n%s: ([^\r]*)" % name.encode(), data)
    assert found is not None
    return found[1].decode()


CLOSED = lost(URL, ConnectionResetError(), connected=True)
THROTTLED = response(refused("ProvisionedThroughputExceededException"))
CANCELED = "TransactionCanceledException"
FAILED = response(refused("InternalServerError", status="500 X"))


def test_a_success_ends_with_the_reply(delivery: Any) -> None:
    """There is no pause, and no other attempt."""
    asked = delivery()
    assert (None, {"Item": {"name": {"S": "x"}}}) == (
        asked.judge(response(ok(b'{"Item":{"name":{"S":"x"}}}'))),
        asked.reply,
    )


def test_all_attempts_of_a_request_have_one_identity(delivery: Any) -> None:
    """By which AWS knows that they are one; each says which attempt it is."""
    asked, sent = delivery(), []
    for _ in range(3):
        sent.append(asked.data(KEYS))
        asked.judge(FAILED)
    assert 1 == len({line(each, "amz-sdk-invocation-id") for each in sent})
    assert [f"attempt={number}; max=4" for number in (1, 2, 3)] == [line(each, "amz-sdk-request") for each in sent]


@pytest.mark.parametrize(
    ("outcome", "pauses"),
    [
        (FAILED, [0.025, 0.05, 0.1]),
        (THROTTLED, [1.0, 2.0, 4.0]),
        (CLOSED, [0.025, 0.05, 0.1]),
        (response(ok(checksum=1)), [0.025, 0.05, 0.1]),
        (response(refused("ReplicatedWriteConflictException")), [0.025, 0.05, 0.1]),
        (response(b"HTTP/1.1 503 X\r\nContent-Length: 6\r\n\r\n<html>"), [0.025, 0.05, 0.1]),
    ],
)
def test_a_request_is_tried_four_times_with_growing_pauses(
    delivery: Any, outcome: Response | Lost, pauses: list[float]
) -> None:
    """As AWS's standard mode has it; a table that is throttled needs longer ones."""
    asked = delivery()
    assert pauses == [asked.judge(outcome) for _ in pauses]
    failure(asked, outcome)


def test_the_longest_pause_has_twenty_seconds(link: Link, client: Any) -> None:
    """However many attempts there are."""
    terms = Terms(config(total_max_attempts=2000), client.meta.service_model, client.exceptions)
    terms.quota.available = 10**6
    asked = Delivery(GET, terms, link)
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0] == [asked.judge(THROTTLED) for _ in range(7)]
    assert 20.0 == [asked.judge(FAILED) for _ in range(1992)][-1]


@pytest.mark.parametrize(
    ("asked_for", "expected"),
    [
        ("200", 0.2),
        ("1", 0.025),
        ("60000", 5.025),
        ("-1", 0.025),
        ("soon", 0.025),
        pytest.param("9" * 5000, 0.025, id="9s"),
    ],
)
def test_a_server_may_ask_for_a_longer_pause(delivery: Any, asked_for: str, expected: float) -> None:
    """For at most five seconds more."""
    answer = refused("InternalServerError", status="500 X", extra=f"x-amz-retry-after: {asked_for}\r\n")
    assert expected == delivery().judge(response(answer))


@pytest.mark.parametrize("outcome", [FAILED, CLOSED, response(ok(checksum=1))])
def test_what_must_not_be_repeated_ends_at_the_first_unknown_outcome(delivery: Any, outcome: Response | Lost) -> None:
    """A second attempt might do it twice."""
    assert failure(delivery(ADD), outcome).unknown


@pytest.mark.parametrize("outcome", [THROTTLED, lost(URL, ConnectionRefusedError(), connected=False)])
def test_what_was_not_done_for_certain_is_tried_again(delivery: Any, outcome: Response | Lost) -> None:
    """Even what must not be repeated."""
    asked = delivery(ADD)
    assert asked.judge(outcome)
    assert False is asked.unknown


def test_an_earlier_unknown_attempt_makes_a_later_failure_unknown(delivery: Any) -> None:
    """Its condition may have failed because of itself."""
    asked = delivery()
    asked.judge(FAILED)
    assert failure(asked, response(refused("ConditionalCheckFailedException"))).unknown


@pytest.mark.parametrize(
    ("outcome", "kind", "unknown"),
    [
        (CLOSED, ConnectionClosedError, True),
        (lost(URL, TimeoutError(), connected=True), ReadTimeoutError, True),
        (lost(URL, TimeoutError(), connected=False), ConnectTimeoutError, False),
        (lost(URL, OSError(), connected=False), EndpointConnectionError, False),
        (lost(URL, MalformedResponse("x"), connected=True), HTTPClientError, True),
        (response(ok(checksum=1)), ChecksumError, True),
        (FAILED, ClientError, True),
    ],
)
def test_the_last_attempts_error_is_botocores(
    link: Link, client: Any, outcome: Response | Lost, kind: type[Exception], unknown: bool
) -> None:
    """Of the class that botocore has for it."""
    terms = Terms(config(total_max_attempts=1), client.meta.service_model, client.exceptions)
    failed = failure(Delivery(GET, terms, link), outcome)
    assert isinstance(failed.original, kind)
    assert (unknown, failed.original) == (failed.unknown, failed.__cause__)


def test_an_error_of_the_request_is_not_tried_again(delivery: Any) -> None:
    """It would fail again; its exception is that of botocore's client."""
    failed = failure(delivery(), response(refused("ConditionalCheckFailedException", Item={"a": {"B": "AAE="}})))
    assert (
        "ConditionalCheckFailedException",
        "made up",
        {"a": {"B": b"\x00\x01"}},
        {"RequestId": "R1", "HTTPStatusCode": 400, "RetryAttempts": 0},
        "An error occurred (ConditionalCheckFailedException) when calling the GetItem operation: made up",
    ) == (
        failed.code,
        failed.message,
        failed.response["Item"],
        {name: each for name, each in failed.response["ResponseMetadata"].items() if name != "HTTPHeaders"},
        str(failed.original),
    )


@pytest.mark.parametrize(
    ("status", "body", "code", "message"),
    [
        (400, b"", "400", ""),
        (403, b"no JSON", "403", "no JSON"),
        (400, b"[1]", "400", "[1]"),
        (400, b'{"Message":"big"}', "400", "big"),
        (400, b'{"__type":"a#B:http://x/","message":"m"}', "B", "m"),
        (302, b"", "302", ""),
        (501, b"", "501", "Not Implemented"),
        (505, b" <html>x", "505", "HTTP Version Not Supported"),
        (400, b'{"__type":"ConditionalCheckFailedException","message":"m","Item":{"a":{"B":"x"}}}', None, "m"),
    ],
)
def test_an_error_without_the_usual_form_has_a_code_and_a_message(
    delivery: Any, status: int, body: bytes, code: str | None, message: str
) -> None:
    """What stands between us and DynamoDB may answer as it likes; nothing is followed to another place."""
    failed = failure(delivery(), Response(status, b"", body, reusable=True))
    assert (code or "ConditionalCheckFailedException", message or str(failed.original)) == (failed.code, failed.message)


@pytest.mark.parametrize(
    ("code", "given", "expected"),
    [
        (CANCELED, {"CancellationReasons": ["x", 3]}, None),
        (CANCELED, {"CancellationReasons": "all"}, None),
        (CANCELED, {"CancellationReasons": 7}, None),
        (CANCELED, {"CancellationReasons": [{"Code": "x", "Message": 3}]}, [{"Code": "x"}]),
        (CANCELED, {"CancellationReasons": [{"Code": "None", "Message": None, "Item": None}]}, [{"Code": "None"}]),
        (
            CANCELED,
            {"CancellationReasons": [{"Code": "x", "Item": {"a": {"L": [{"BS": ["AAE="]}]}}}]},
            [{"Code": "x", "Item": {"a": {"L": [{"BS": [b"\x00\x01"]}]}}}],
        ),
        ("ConditionalCheckFailedException", {"Item": [1]}, None),
        ("ConditionalCheckFailedException", {"Item": {"a": "x"}}, None),
        ("ConditionalCheckFailedException", {"Item": {"a": {"B": "%"}}}, {"a": {}}),
    ],
)
def test_a_part_of_an_error_that_has_another_form_is_left_out(
    delivery: Any, code: str, given: dict[str, Any], expected: Any
) -> None:
    """The error is raised without it; what is null is left out, as botocore does."""
    (name,) = given
    failed = failure(delivery(), response(refused(code, **given)))
    assert (code, expected) == (failed.code, failed.response.get(name))


def test_an_error_without_an_identity_has_none(delivery: Any) -> None:
    """Its response lacks it, as botocore's does, so that observers get None, and not an empty text."""
    failed = failure(delivery(), Response(400, b"", b"{}", reusable=True))
    assert "RequestId" not in failed.response["ResponseMetadata"]


def test_the_quota_of_a_client_ends_retries(delivery: Any, terms: Terms) -> None:
    """A service that is down gets few retries; successes pay back what the last retry has cost."""
    terms.quota.available = 20
    first, second = delivery(), delivery()
    assert 0.025 == first.judge(FAILED)
    failure(second, FAILED)
    assert None is first.judge(response(ok()))
    assert 20 == terms.quota.available
    delivery().judge(response(ok()))
    assert 21 == terms.quota.available


def test_a_retry_after_throttling_costs_less(delivery: Any, terms: Terms) -> None:
    """The service is there."""
    delivery().judge(THROTTLED)
    delivery().judge(FAILED)
    assert 500 - 5 - 14 == terms.quota.available


def far_date(seconds: float) -> str:
    """Return the header with the time of a server whose clock is so far ahead of ours."""
    return f"Date: {formatdate(time.time() + seconds, usegmt=True)}\r\n"


def test_a_wrong_clock_is_set_by_the_servers(delivery: Any, terms: Terms) -> None:
    """The request is tried again at once, though it must not be repeated: it was not carried out."""
    asked = delivery(ADD)
    assert 0.0 == asked.judge(response(refused("InvalidSignatureException", extra=far_date(3600))))
    stamp = time.strptime(line(asked.data(KEYS), "X-Amz-Date"), "%Y%m%dT%H%M%SZ")
    assert abs(time.mktime(stamp) - time.mktime(time.gmtime()) - 3600) < 60
    assert 500 == terms.quota.available
    failure(asked, response(refused("InvalidSignatureException", extra=far_date(3600))))


@pytest.mark.parametrize("date", ["", "near", "Date: soon\r\n"])
def test_a_wrong_signature_is_not_tried_again(delivery: Any, date: str) -> None:
    """Unless the clock is the reason."""
    extra = far_date(10) if date == "near" else date
    failure(delivery(), response(refused("InvalidSignatureException", extra=extra)))


def test_the_error_after_the_last_attempt_says_how_many_there_were(link: Link, client: Any) -> None:
    """As botocore's standard mode does."""
    terms = Terms(config(total_max_attempts=2), client.meta.service_model, client.exceptions)
    asked = Delivery(GET, terms, link)
    asked.judge(THROTTLED)
    assert "(reached max retries: 1)" in str(failure(asked, THROTTLED).original)


def test_a_damaged_reply_is_an_unknown_outcome(delivery: Any) -> None:
    """It has no checksum, and is no JSON."""
    failed = failure(delivery(), response(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{x"))
    assert ("the response is not valid JSON", True) == (failed.message, failed.unknown)


def test_what_has_no_form_in_json_is_not_sent(delivery: Any) -> None:
    """The error says so."""
    nested: Any = []
    for _ in range(300):
        nested = [nested]
    with pytest.raises(RequestFailed, match="nested too deep"):
        delivery(Request("PutItem", {"Item": nested}, (TABLE,)))


def test_a_transaction_without_a_token_gets_one(delivery: Any) -> None:
    """All its attempts have the same one, so that DynamoDB carries it out once."""
    asked = delivery(Request("TransactWriteItems", {"TransactItems": []}, (TABLE,)))
    bodies = {asked.data(KEYS).partition(b"\r\n\r\n")[2] for _ in range(2)}
    assert 1 == len(bodies)
    assert re.fullmatch(
        rb'\{"TransactItems":\[\],"ClientRequestToken":"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"\}', bodies.pop()
    )


def test_an_observation_gets_what_is_known_of_each_attempt(terms: Terms, link: Link) -> None:
    """Attempts, sizes, the status and the identity of the request."""
    observation = Observation(GET)
    asked = Delivery(GET, terms, link, observation)
    seen = []
    for outcome in (FAILED, CLOSED, response(ok(b'{"Item":{}}'))):  # a lost one has no status and no bytes
        asked.data(KEYS)
        asked.judge(outcome)
        seen.append((observation.attempts, observation.status_code, observation.bytes_received))
    assert [(1, 500, len(FAILED.body)), (2, None, 0), (3, 200, 11)] == seen
    assert ("R1", 51) == (observation.request_id, observation.bytes_sent)


def test_random_tokens_are_uuids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of version 4."""
    monkeypatch.setattr("os.urandom", lambda size: bytes(range(size)))
    assert "00010203-0405-4607-a809-0a0b0c0d0e0f" == deliveries._token()


def test_checksums_are_compared_on_errors_too(delivery: Any) -> None:
    """A damaged error may have another code than the one that was sent."""
    body = refused("ValidationException").partition(b"\r\n\r\n")[2]
    damaged = Response(400, b"", body, reusable=True, checksum=b"%d" % (crc32(body) ^ 1))
    assert 0.025 == delivery().judge(damaged)
