"""A consumer of an SQS queue that pays each order once, and tells others of it by an outbox.

SQS may hand over a message twice, and a program may stop between a write and the message that it sends about it. Here,
the receipt of the message, the change and the message to others are written in one transaction.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel

from pydamodb import (
    OperationError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    TimeToLive,
    TransactionCanceledError,
    transact_write,
)

# A queue keeps its messages for 14 days at most.
RECEIPTS_STAY = timedelta(days=15)


class Order(PrimaryKeyAndSortKeyModel):
    """An order of a customer."""

    pydamo_config = PydamoConfig(table="orders")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    status: str = "open"


class Receipt(PrimaryKeyModel):
    """Says that a message was carried out."""

    pydamo_config = PydamoConfig(table="receipts")

    message: Annotated[str, PartitionKey]
    expires_at: Annotated[datetime, TimeToLive]


class Outgoing(PrimaryKeyAndSortKeyModel):
    """A message that waits until it is sent. The oldest one comes first."""

    pydamo_config = PydamoConfig(table="outbox")

    topic: Annotated[str, PartitionKey]
    at: Annotated[AwareDatetime, SortKey]
    id: str
    text: str


class Payment(BaseModel):
    """The body of a message: somebody has paid an order."""

    customer: str
    number: int


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Carry out each message; name those that failed, which SQS hands over again."""
    del context
    failed = [message["messageId"] for message in event["Records"] if not done(message)]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def done(message: dict[str, Any]) -> bool:
    """Carry out a message. Return False if it has to come again."""
    try:
        pay(message["messageId"], Payment.model_validate_json(message["body"]))
    except TransactionCanceledError as error:
        # It was carried out before; or the order is not open, which another attempt does not change.
        return "ConditionalCheckFailed" in [reason.code for reason in error.reasons]
    except OperationError:
        return False
    return True


def pay(message: str, payment: Payment) -> None:
    """Change an order, note that its message was carried out, and put a message to others into the outbox."""
    now = datetime.now(timezone.utc)
    key = Order.key(payment.customer, payment.number)
    with transact_write() as tx:
        tx.put(Receipt(message=message, expires_at=now + RECEIPTS_STAY), must_be_new=True)
        tx.update(key, updates=[Order.attr.status.set("paid")], condition=Order.attr.status == "open")
        tx.put(Outgoing(topic="paid", at=now, id=message, text=json.dumps(payment.model_dump())))


def send_waiting(topic: str, send: Callable[[str, str], None]) -> int:
    """Send what waits in the outbox, the oldest first; return how many were sent.

    A program that stops between sending and deleting sends again: whoever gets the message knows it by its id.
    """
    sent = 0
    for waiting in Outgoing.query_iter(topic):
        send(waiting.id, waiting.text)
        waiting.delete()
        sent += 1
    return sent
