"""A Lambda function on the stream of the table of orders: it keeps what each customer has spent.

A stream may hand over a record twice. So each record is counted in a transaction with a receipt, which exists once.
"""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any

from pydamodb import (
    OperationError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    StreamRecord,
    TimeToLive,
    TransactionCanceledError,
    transact_write,
)

# A stream keeps its records for a day, so that none comes later than this.
RECEIPTS_STAY = timedelta(days=2)


class Order(PrimaryKeyAndSortKeyModel):
    """An order, as the other program stores it."""

    pydamo_config = PydamoConfig(table="orders")

    customer: Annotated[str, PartitionKey]
    number: Annotated[int, SortKey]
    total: Decimal


class Spent(PrimaryKeyModel):
    """What a customer has spent."""

    pydamo_config = PydamoConfig(table="spent")

    customer: Annotated[str, PartitionKey]
    total: Decimal = Decimal(0)
    orders: int = 0


class Receipt(PrimaryKeyModel):
    """Says that a record was counted."""

    pydamo_config = PydamoConfig(table="receipts")

    record: Annotated[str, PartitionKey]
    expires_at: Annotated[datetime, TimeToLive]


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Count the records in their order; name the first that failed, from which on Lambda hands them over again."""
    del context
    failed = next((record for record in event["Records"] if not counted(record)), None)
    return {"batchItemFailures": [{"itemIdentifier": failed["dynamodb"]["SequenceNumber"]}] if failed else []}


def counted(record: dict[str, Any]) -> bool:
    """Count a record. Return False if it has to come again."""
    try:
        count(Order.from_stream_record(record))
    except OperationError:
        return False
    return True


def count(record: StreamRecord[Order]) -> None:
    """Add what a record changes to the sum of its customer, once."""
    old, new = record.old_image, record.new_image
    more = (new.total if new else Decimal(0)) - (old.total if old else Decimal(0))
    orders = (new is not None) - (old is not None)
    if not more and not orders:
        return
    name = record.event_id or record.sequence_number
    receipt = Receipt(record=name, expires_at=datetime.now(timezone.utc) + RECEIPTS_STAY)
    try:
        with transact_write() as tx:
            tx.put(receipt, must_be_new=True)
            tx.update(
                Spent.key(str(record.keys["customer"])),
                updates=[Spent.attr.total.add(more), Spent.attr.orders.add(orders)],
            )
    except TransactionCanceledError as error:
        if not error.reasons[0].is_existing:  # else it was counted before
            raise
