"""What a stream of the engine itself says of writes is read as the models that were written."""

import os
from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated
from uuid import uuid4

import boto3
import pytest

from pydamodb import PartitionKey, PydamoConfig, SortKey, TimeToLive


@pytest.fixture
def table(dynamodb):
    """Make a table with a stream of old and new images."""
    table = dynamodb.create_table(
        TableName=f"pydamodb-{uuid4().hex}",
        KeySchema=[{"AttributeName": "family", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "family", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    yield table
    table.delete()


@pytest.fixture
def records_of(endpoint, dynamodb):
    """Return what reads the stream of a table with boto3."""
    streams = boto3.client("dynamodbstreams", endpoint_url=os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", endpoint))

    def read(table):
        (stream,) = streams.list_streams(TableName=table.name)["Streams"]
        shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        iterators = [
            streams.get_shard_iterator(
                StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )
            for shard in shards
        ]
        pages = [streams.get_records(ShardIterator=each["ShardIterator"]) for each in iterators]
        return [record for page in pages for record in page["Records"]]

    return read


def test_writes_come_back_from_the_stream(PrimaryKeyAndSortKeyModel, table, records_of):
    """Save, update and delete an item, and read what the stream has."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: Annotated[str, PartitionKey]
        number: Annotated[Decimal, SortKey]
        data: bytes
        blobs: set[bytes]
        groups: set[str]
        at: datetime
        expires_at: Annotated[datetime | None, TimeToLive] = None

    now = datetime.now(timezone.utc)
    member = Member(family="f", number=Decimal("1.5"), data=b"\x00\xff", blobs={b"\xff"}, groups=set(), at=now)
    changed = member.model_copy(update={"expires_at": now.replace(microsecond=0)})
    member.save()
    Member.update_item("f", Decimal("1.5"), updates={Member.attr.expires_at: now})
    member.delete()
    read = [Member.from_stream_record(record) for record in records_of(table)]
    assert [("INSERT", None, member), ("MODIFY", member, changed), ("REMOVE", changed, None)] == [
        (each.event_name, each.old_image, each.new_image) for each in read
    ]
    assert [({"family": "f", "number": Decimal("1.5")}, False)] * 3 == [
        (each.keys, each.is_ttl_expiry) for each in read
    ]
    assert sorted({each.sequence_number for each in read}, key=int) == [each.sequence_number for each in read]
