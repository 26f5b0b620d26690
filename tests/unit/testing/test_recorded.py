"""What a test reads of the requests of its models."""

import re

import pytest

from pydamodb import InvalidRequestError
from pydamodb.testing import Requests, SentRequest

KNOWN = frozenset({"GetItem", "PutItem", "Query"})


@pytest.fixture
def requests():
    """Return three requests of two operations."""
    sent = Requests(KNOWN)
    for operation, table in [("PutItem", "a"), ("Query", "b"), ("PutItem", "c")]:
        sent.record(SentRequest(operation, {"TableName": table}))
    return sent


def test_requests_are_counted_and_read_by_operation(requests):
    """Those of each operation, and all in their order."""
    assert (2, 1, 0) == tuple(map(requests.of, ["PutItem", "Query", "GetItem"]))
    assert [{"TableName": "a"}, {"TableName": "c"}] == requests.bodies("PutItem")
    assert (["PutItem", "Query", "PutItem"], 3) == (requests.operations, len(requests))
    assert [SentRequest("PutItem", {"TableName": "a"})] == list(requests)[:1]
    assert "<Requests ['PutItem', 'Query', 'PutItem']>" == repr(requests)


def test_requests_are_forgotten(requests):
    """What a test has prepared need not count."""
    requests.clear()
    assert (0, [], 0) == (len(requests), requests.operations, requests.of("PutItem"))


@pytest.mark.parametrize(
    ("operation", "remedy"),
    [
        ("query", "did you mean 'Query'?"),
        ("put_item", "did you mean 'PutItem'?"),
        ("Delete", 'such as "PutItem"'),
        (None, 'such as "PutItem"'),
    ],
)
def test_an_operation_that_does_not_exist_is_refused(requests, operation, remedy):
    """Its count would always be 0."""
    for count in (requests.of, requests.bodies):
        with pytest.raises(InvalidRequestError, match=rf"^{operation!r} is not an operation.*{re.escape(remedy)}"):
            count(operation)
