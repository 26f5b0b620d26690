"""The consumer, called with events as Lambda makes them, and the outbox."""

import json

import pytest
from payments import Order, Outgoing, handler, send_waiting

from pydamodb.testing import Pydamo


def messages(*payments: tuple[str, int]) -> dict[str, list[dict[str, str]]]:
    return {
        "Records": [
            {"messageId": name, "body": json.dumps({"customer": "ann", "number": number})} for name, number in payments
        ]
    }


@pytest.fixture(autouse=True)
def orders(tables: None) -> None:
    for number in (1, 2):
        Order(customer="ann", number=number).save()


def statuses() -> list[str]:
    return [order.status for order in Order.query_all("ann")]


def test_a_message_that_comes_twice_is_carried_out_once() -> None:
    event = messages(("m1", 1))
    assert handler(event, None) == handler(event, None) == {"batchItemFailures": []}
    assert statuses() == ["paid", "open"]
    assert len(Outgoing.query_all("paid")) == 1


def test_an_order_is_paid_once_whatever_the_messages() -> None:
    assert handler(messages(("m1", 1), ("m2", 1), ("m3", 99)), None) == {"batchItemFailures": []}
    assert [waiting.id for waiting in Outgoing.query_all("paid")] == ["m1"]


def test_only_a_message_that_failed_comes_again(pydamo: Pydamo) -> None:
    pydamo.faults.throttle("TransactWriteItems")
    event = messages(("m1", 1), ("m2", 2))
    assert handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert statuses() == ["open", "paid"]
    assert handler(event, None) == {"batchItemFailures": []}
    assert statuses() == ["paid", "paid"]
    assert len(Outgoing.query_all("paid")) == 2


def test_an_answer_that_gets_lost_changes_nothing_twice(pydamo: Pydamo) -> None:
    pydamo.faults.lost_answer("TransactWriteItems")
    event = messages(("m1", 1))
    handler(event, None)
    assert handler(event, None) == {"batchItemFailures": []}
    assert statuses() == ["paid", "open"]
    assert len(Outgoing.query_all("paid")) == 1


def test_what_waits_is_sent_and_deleted() -> None:
    handler(messages(("m1", 1), ("m2", 2)), None)
    sent: list[str] = []
    assert send_waiting("paid", lambda name, text: sent.append(f"{name} {json.loads(text)['number']}")) == 2
    assert sent == ["m1 1", "m2 2"]
    assert send_waiting("paid", lambda *message: sent.extend(message)) == 0


def test_what_could_not_be_sent_waits() -> None:
    handler(messages(("m1", 1)), None)

    def fail(name: str, text: str) -> None:
        raise ConnectionError(name + text)

    with pytest.raises(ConnectionError):
        send_waiting("paid", fail)
    assert [waiting.id for waiting in Outgoing.query_all("paid")] == ["m1"]
