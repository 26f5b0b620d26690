"""Which requests meet the faults that a test plans."""

import re

import pytest

from pydamodb import InvalidRequestError
from pydamodb._testing.faults import answer_of
from pydamodb.testing import Faults, SentRequest

KNOWN = frozenset({"BatchGetItem", "BatchWriteItem", "GetItem", "PutItem", "Query", "TransactWriteItems"})
KINDS = ("throttle", "conflict", "lost_answer", "unprocessed")


@pytest.fixture
def faults():
    """Return faults of which none is planned."""
    return Faults(KNOWN)


def test_a_fault_meets_the_next_request_of_its_operation(faults):
    """As often as it is planned, and no other request."""
    faults.throttle("PutItem", times=2)
    met = [faults.take(operation, *KINDS) for operation in ("GetItem", "PutItem", "PutItem", "PutItem")]
    assert [None, "throttle", "throttle", None] == met


def test_faults_come_in_the_order_in_which_they_are_planned(faults):
    """One for each request."""
    faults.conflict("PutItem")
    faults.throttle()
    assert ["conflict", "throttle", None] == [faults.take("PutItem", *KINDS) for _ in range(3)]


def test_a_fault_comes_where_it_can(faults):
    """Whoever asks for other kinds does not get it."""
    faults.lost_answer("PutItem")
    faults.throttle("PutItem")
    assert ("throttle", "lost_answer") == (faults.take("PutItem", "throttle"), faults.take("PutItem", "lost_answer"))


@pytest.mark.parametrize(
    ("kind", "meets"),
    [
        ("throttle", sorted(KNOWN)),
        ("lost_answer", sorted(KNOWN)),
        ("conflict", ["PutItem", "TransactWriteItems"]),
        ("unprocessed", ["BatchGetItem", "BatchWriteItem"]),
    ],
)
def test_a_fault_of_any_operation_meets_those_that_have_it(faults, kind, meets):
    """DynamoDB has no conflict of a query, and leaves only items of batches unprocessed."""
    getattr(faults, kind)(times=len(KNOWN))
    assert meets == [operation for operation in sorted(KNOWN) if faults.take(operation, *KINDS)]


def test_what_was_not_met_is_said(faults):
    """With the operation and how often it was still to come."""
    faults.throttle("PutItem")
    faults.conflict(times=3)
    faults.take("PutItem", "conflict")
    assert ["throttle of PutItem", "conflict of any operation, 2 times"] == faults.unmet()
    faults.take("PutItem", "throttle")
    faults.take("PutItem", "conflict")
    assert ["conflict of any operation"] == faults.unmet()
    faults.clear()
    assert [] == faults.unmet()


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        ("throttle", ("put_item",), "'put_item' is not an operation of DynamoDB: did you mean 'PutItem'?"),
        ("unprocessed", ("PutItem",), "PutItem has no fault of this kind: unprocessed is of BatchGetItem, Batch"),
        ("conflict", ("Query",), "Query has no fault of this kind: conflict is of DeleteItem, PutItem, TransactGet"),
    ],
)
def test_a_fault_that_could_never_come_is_refused(faults, kind, arguments, message):
    """As soon as it is planned."""
    with pytest.raises(InvalidRequestError, match=f"^{re.escape(message)}"):
        getattr(faults, kind)(*arguments)


@pytest.mark.parametrize("times", [0, -1, True, 1.5, "1", None])
def test_a_fault_comes_a_number_of_times(faults, times):
    """At least once."""
    with pytest.raises(InvalidRequestError, match=rf"^times is how many requests the fault meets, got {times!r}$"):
        faults.throttle(times=times)


def test_answers_have_the_form_of_botocore():
    """A response with its status, and what botocore has parsed of it."""
    response, parsed = answer_of("throttle", SentRequest("PutItem", {}))
    assert (400, 400) == (response.status_code, parsed["ResponseMetadata"]["HTTPStatusCode"])
    assert "ProvisionedThroughputExceededException" == parsed["Error"]["Code"]
    items = {"orders": [{"PutRequest": {"Item": {"id": {"S": "a"}}}}]}
    response, parsed = answer_of("unprocessed", SentRequest("BatchWriteItem", {"RequestItems": items}))
    assert (200, items) == (response.status_code, parsed["UnprocessedItems"])
