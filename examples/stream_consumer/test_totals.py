"""The function, called with events as Lambda makes them."""

from decimal import Decimal
from typing import Any

from totals import Receipt, Spent, handler

from pydamodb.testing import Pydamo


def record(number: int, name: str, old: str | None = None, new: str | None = None) -> dict[str, Any]:
    keys = {"customer": {"S": "ann"}, "number": {"N": str(number)}}
    images = {"OldImage": old, "NewImage": new}
    return {
        "eventID": f"event-{number}-{name}",
        "eventName": name,
        "dynamodb": {
            "Keys": keys,
            **{image: {**keys, "total": {"N": total}} for image, total in images.items() if total},
            "SequenceNumber": f"{number:03}{name}",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


def spent() -> tuple[Decimal, int] | None:
    found = Spent.get_item("ann")
    return (found.total, found.orders) if found else None


def test_new_changed_and_deleted_orders_are_counted() -> None:
    records = [record(1, "INSERT", new="10"), record(2, "INSERT", new="5.5"), record(1, "MODIFY", old="10", new="8")]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}
    assert spent() == (Decimal("13.5"), 2)
    handler({"Records": [record(2, "REMOVE", old="5.5")]}, None)
    assert spent() == (Decimal(8), 1)


def test_a_record_that_comes_twice_is_counted_once() -> None:
    event = {"Records": [record(1, "INSERT", new="10")]}
    assert handler(event, None) == handler(event, None) == {"batchItemFailures": []}
    assert spent() == (Decimal(10), 1)


def test_records_after_one_that_failed_are_left_for_the_next_time(pydamo: Pydamo) -> None:
    records = [record(1, "INSERT", new="1"), record(2, "INSERT", new="2"), record(3, "INSERT", new="4")]
    handler({"Records": records[:1]}, None)
    pydamo.faults.throttle("TransactWriteItems")
    assert handler({"Records": records[1:]}, None) == {"batchItemFailures": [{"itemIdentifier": "002INSERT"}]}
    assert spent() == (Decimal(1), 1)
    assert handler({"Records": records[1:]}, None) == {"batchItemFailures": []}
    assert spent() == (Decimal(7), 3)


def test_a_change_of_something_else_needs_no_request(pydamo: Pydamo) -> None:
    handler({"Records": [record(1, "MODIFY", old="10", new="10")]}, None)
    assert pydamo.requests.operations == []
    assert Receipt.scan_all() == []
