"""Records of DynamoDB Streams, from Lambda and from boto3, become models; anything else is refused."""

from __future__ import annotations

import copy
import dataclasses
import json
from base64 import b64decode
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, cast

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    InvalidItemError,
    InvalidRequestError,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    StreamRecord,
    TimeToLive,
)
from pydamodb._codec.items import encode_item


class Message(PrimaryKeyAndSortKeyModel):
    model_config = ConfigDict(serialize_by_alias=True)

    id: int = Field(alias="Id")
    part: bytes = Field(b"", alias="Part")
    text: str = Field("", alias="Message")


# As the documentation of Lambda shows it, with a binary key added.
LAMBDA: dict[str, Any] = {
    "eventID": "c4ca4238a0b923820dcc509a6f75849b",
    "eventName": "MODIFY",
    "eventVersion": "1.1",
    "eventSource": "aws:dynamodb",
    "awsRegion": "us-east-1",
    "dynamodb": {
        "Keys": {"Id": {"N": "101"}, "Part": {"B": "AP8="}},
        "NewImage": {"Message": {"S": "New item!"}, "Id": {"N": "101"}, "Part": {"B": "AP8="}},
        "OldImage": {"Message": {"S": "Old item!"}, "Id": {"N": "101"}, "Part": {"B": "AP8="}},
        "ApproximateCreationDateTime": 1428537600.5,
        "SequenceNumber": "4421584500000000017450439091",
        "SizeBytes": 26,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    },
    "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/messages/stream/2024-06-10T19:26:16.525",
}
NEW, OLD = (Message(Id=101, Part=b"\x00\xff", Message=text) for text in ("New item!", "Old item!"))
READ: StreamRecord[Message] = StreamRecord(
    event_name="MODIFY",
    keys={"Id": 101, "Part": b"\x00\xff"},
    old_image=OLD,
    new_image=NEW,
    sequence_number="4421584500000000017450439091",
    event_id="c4ca4238a0b923820dcc509a6f75849b",
    approximate_creation_time=datetime(2015, 4, 9, microsecond=500000, tzinfo=timezone.utc),
)


def bytes_for_texts(value: Any) -> Any:
    """Turn the form of JSON into that of boto3."""
    if isinstance(value, dict):
        return {
            tag: b64decode(part)
            if tag == "B" and isinstance(part, str)
            else list(map(b64decode, part))
            if tag == "BS" and isinstance(part, list)
            else bytes_for_texts(part)
            for tag, part in value.items()
        }
    return list(map(bytes_for_texts, value)) if isinstance(value, list) else value


def as_boto3(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record as boto3's client hands it out."""
    changed = bytes_for_texts(record)
    seconds = timedelta(seconds=record["dynamodb"]["ApproximateCreationDateTime"])
    epoch = datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=2))) + timedelta(hours=2)
    changed["dynamodb"]["ApproximateCreationDateTime"] = epoch + seconds
    return changed


@pytest.mark.parametrize("record", [LAMBDA, as_boto3(LAMBDA), json.loads(json.dumps(LAMBDA))])
def test_a_record_is_read_with_its_images_as_models(record: dict[str, Any]) -> None:
    """The same from Lambda and from boto3, and nothing of it is changed."""
    before = copy.deepcopy(record)
    assert (READ, before) == (Message.from_stream_record(record), record)


# As a Kinesis stream carries it: after base64 and JSON, without a number of its place among the changes.
KINESIS: dict[str, Any] = {
    "awsRegion": "us-east-1",
    "eventID": "c4ca4238a0b923820dcc509a6f75849b",
    "eventName": "MODIFY",
    "userIdentity": None,
    "recordFormat": "application/json",
    "tableName": "messages",
    "dynamodb": {
        "ApproximateCreationDateTime": 1428537600500,
        "Keys": LAMBDA["dynamodb"]["Keys"],
        "NewImage": LAMBDA["dynamodb"]["NewImage"],
        "OldImage": LAMBDA["dynamodb"]["OldImage"],
        "SizeBytes": 26,
    },
    "eventSource": "aws:dynamodb",
}


@pytest.mark.parametrize(
    ("number", "precision", "microseconds"),
    [
        (1428537600500, {}, 500000),
        (1428537600500, {"ApproximateCreationDateTimePrecision": "MILLISECOND"}, 500000),
        (1428537600500, {"ApproximateCreationDateTimePrecision": None}, 500000),
        (1428537600123457, {"ApproximateCreationDateTimePrecision": "MICROSECOND"}, 123457),
        (1428537600, {}, 0),
    ],
)
def test_a_record_from_kinesis_is_read_too(number: int, precision: Any, microseconds: int) -> None:
    """Its time has milliseconds or microseconds, which are exact."""
    change = {**KINESIS["dynamodb"], "ApproximateCreationDateTime": number, **precision}
    time = datetime(2015, 4, 9, microsecond=microseconds, tzinfo=timezone.utc)
    expected = dataclasses.replace(READ, sequence_number="", approximate_creation_time=time)
    assert expected == Message.from_stream_record({**KINESIS, "dynamodb": change})


def test_an_expiry_from_kinesis_is_told_apart() -> None:
    """As one from a stream is."""
    assert Message.from_stream_record({**KINESIS, "eventName": "REMOVE", "userIdentity": SERVICE}).is_ttl_expiry


BASES = [PrimaryKeyModel, PrimaryKeyAndSortKeyModel, AsyncPrimaryKeyModel, AsyncPrimaryKeyAndSortKeyModel]


@pytest.mark.parametrize("base", BASES)
def test_all_models_read_records_without_a_table(base: Any) -> None:
    """Without waiting, too."""

    class Note(base):
        Id: int
        Message: str

    image = Note.from_stream_record(LAMBDA).new_image
    assert (Note, "New item!") == (type(image), image.Message)


def record(name: str = "INSERT", **parts: Any) -> dict[str, Any]:
    """Make a record as Lambda does, with other parts of the change."""
    return {"eventName": name, "dynamodb": {"Keys": {"Id": {"N": "1"}}, "SequenceNumber": "7", **parts}}


IMAGE = {"Id": {"N": "1"}}


@pytest.mark.parametrize(
    ("given", "old", "new"),
    [
        (record(), None, None),
        (record("MODIFY", NewImage=IMAGE), None, Message(Id=1)),
        (record("REMOVE", OldImage=IMAGE), Message(Id=1), None),
        (record("INSERT", NewImage=IMAGE, OldImage=None), None, Message(Id=1)),
    ],
)
def test_images_that_the_stream_does_not_have_are_none(given: Any, old: Any, new: Any) -> None:
    """By its view type, or as there was no item before, or is none after."""
    read = Message.from_stream_record(given)
    assert (old, new, None, None) == (read.old_image, read.new_image, read.event_id, read.approximate_creation_time)


@pytest.mark.parametrize(
    ("number", "key"), [("1", 1), ("1.10", Decimal("1.1")), ("1E+2", 100), ("12345678901234567890.5", None)]
)
def test_numbers_in_keys_are_exact(number: str, key: Any) -> None:
    """As they are in `last_evaluated_key`."""
    (read,) = Message.from_stream_record(record(Keys={"Id": {"N": number}})).keys.values()
    assert (key or Decimal(number), True) == (read, isinstance(read, (int, Decimal)))


SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


@pytest.mark.parametrize(
    ("name", "identity", "expected"),
    [
        ("REMOVE", SERVICE, True),
        ("REMOVE", {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}, True),
        ("MODIFY", SERVICE, False),
        ("REMOVE", {**SERVICE, "principalId": "replication.dynamodb.amazonaws.com"}, False),
        ("REMOVE", {"type": "Service"}, False),
        ("REMOVE", None, False),
    ],
)
def test_what_the_time_to_live_deleted_is_told_apart(name: str, identity: Any, expected: bool) -> None:
    """From what somebody deleted."""
    assert expected == Message.from_stream_record({**record(name), "userIdentity": identity}).is_ttl_expiry


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "got NoneType"),
        ([LAMBDA], "got list"),
        ({"Records": [LAMBDA]}, "its eventName is missing"),
        ({**LAMBDA, "eventName": "UPDATE"}, "its eventName is 'UPDATE'"),
        ({**LAMBDA, "eventName": 1}, "its eventName is of type int"),
        ({"eventName": "INSERT"}, "its dynamodb is missing"),
        ({"eventName": "INSERT", "dynamodb": []}, "its dynamodb is of type list"),
        (record(Keys=None), "its Keys is missing"),
        (record(SequenceNumber=7), "its SequenceNumber is of type int"),
        (record(SequenceNumber=None), "its SequenceNumber is missing"),
        ({"eventName": "aws:kinesis:record", "kinesis": {"data": "e30="}}, "its eventName is 'aws:kinesis:record'"),
        (
            record(ApproximateCreationDateTime=1, ApproximateCreationDateTimePrecision=[]),
            "its ApproximateCreationDateTime, of type int, is not a valid time",
        ),
        (record(Keys={"Id": 1}), "its Keys has a value that is not an attribute value"),
        (record(NewImage={"Id": {"N": 1}}), "its NewImage has a value that is not an attribute value"),
        (record(NewImage={"Id": {"N": "x"}}), "its NewImage has a value that is not an attribute value"),
        (record(NewImage={"Id": {"X": "1"}}), "its NewImage has a value that is not an attribute value"),
        (record(NewImage={"Id": {}}), "its NewImage has a value that is not an attribute value"),
        (record(NewImage={"Part": {"B": "x"}}), "its NewImage has a value that is not an attribute value"),
        (record(OldImage=[]), "its OldImage is of type list"),
        (
            record(ApproximateCreationDateTime="now"),
            "its ApproximateCreationDateTime, of type str, is not a valid time",
        ),
        (
            record(ApproximateCreationDateTime=1e300),
            "its ApproximateCreationDateTime, of type float, is not a valid time",
        ),
    ],
)
def test_what_is_no_record_is_refused(given: Any, reason: str) -> None:
    """The message says what a record is, and what is wrong with this one; never what is in it."""
    with pytest.raises(InvalidRequestError) as caught:
        Message.from_stream_record(given)
    assert (
        "from_stream_record of Message takes one record of DynamoDB Streams, event['Records'][i] of a Lambda event or "
        f"one of boto3's get_records, or the decoded data of a Kinesis record: {reason}"
    ) == str(caught.value)


ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/messages/stream/2024-01-01T00:00:00.000"


@pytest.mark.parametrize(
    ("source", "table_name"),
    [({}, None), ({"eventSourceARN": ARN}, "messages"), ({"tableName": "messages"}, "messages")],
    ids=["boto3", "Lambda", "Kinesis"],
)
@pytest.mark.parametrize("name", ["OldImage", "NewImage"])
def test_an_image_that_does_not_fit_the_model_is_an_error_of_ours(
    source: dict[str, Any], table_name: str | None, name: str
) -> None:
    """It says which item, and of which table if the record does."""
    image = {"Id": {"S": "x"}}
    with pytest.raises(InvalidItemError) as caught:
        Message.from_stream_record({**record("MODIFY", **{name: image}), **source})
    error = caught.value
    cause = cast("pydantic.ValidationError", error.__cause__)
    assert ({"Id": 1}, image, "Message", table_name, "", [("Id",)]) == (
        error.key,
        error.item,
        error.model_name,
        error.table_name,
        error.operation,
        [problem["loc"] for problem in cause.errors()],
    )


def test_an_image_on_which_a_validator_fails_is_an_error_of_ours() -> None:
    """Whatever the validator raises."""

    class Failing(PrimaryKeyModel):
        Id: int

        @model_validator(mode="before")
        @classmethod
        def _fail(cls, data: dict[str, Any]) -> Any:
            return data["no such attribute"]

    with pytest.raises(InvalidItemError) as caught:
        Failing.from_stream_record(record(NewImage=IMAGE))
    expected = (
        "from_stream_record of Failing: the item with the key {'Id': 1} does not fit the model: a validator raises "
        "KeyError."
    )
    assert (expected, {"Id": 1}) == (str(caught.value), caught.value.key)


class Colour(Enum):
    RED = "red"
    BLUE = 2


class Address(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    city: str
    lines: list[str] = Field(default=[], alias="L")
    seal: bytes = b""


class Everything(PrimaryKeyAndSortKeyModel):
    model_config = ConfigDict(serialize_by_alias=True)

    pk: str = Field(alias="PK")
    sk: Decimal
    number: int
    ratio: float
    flag: bool
    data: bytes
    blobs: set[bytes]
    words: set[str]
    numbers: frozenset[Decimal]
    at: datetime
    day: date | None = None
    lasts: timedelta
    colour: Colour
    address: Address | None
    by_name: dict[str, Address]
    anything: Any = None
    expires_at: Annotated[datetime | None, TimeToLive] = None

    @computed_field
    @property
    def label(self) -> str:
        """Compute what is stored, and not read."""
        return f"{self.pk}#{self.number}"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
decimals = st.decimals(-(10**20), 10**20, places=3)
aware = st.datetimes(datetime(1970, 1, 3), datetime(2603, 1, 1), timezones=st.just(timezone.utc))  # noqa: DTZ001
addresses = st.builds(Address, city=texts, L=st.lists(texts, max_size=2), seal=st.binary(max_size=4))
everything = st.builds(
    Everything,
    PK=texts,
    sk=decimals,
    number=st.integers(-(10**30), 10**30),
    ratio=st.floats(-1e90, 1e90).filter(lambda value: value == 0 or abs(value) > 1e-90),
    flag=st.booleans(),
    data=st.binary(max_size=5),
    blobs=st.sets(st.binary(max_size=3), max_size=3),
    words=st.sets(texts, max_size=3),
    numbers=st.frozensets(decimals, max_size=3),
    at=aware,
    day=st.none() | st.dates(),
    lasts=st.timedeltas(timedelta(days=-1000), timedelta(days=1000)),
    colour=st.sampled_from(Colour),
    address=st.none() | addresses,
    by_name=st.dictionaries(texts.filter(bool), addresses, max_size=2),
    anything=st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | texts
    | st.binary(max_size=3)
    | st.lists(texts, max_size=2),
    expires_at=st.none() | aware,
)


@given(old=everything, new=everything)
def test_what_is_saved_comes_back_from_the_stream(old: Everything, new: Everything) -> None:
    """Equal, from both forms of a record."""
    images = {"OldImage": encode_item(old), "NewImage": encode_item(new)}
    keys = {name: images["NewImage"][name] for name in ("PK", "sk")}
    change = {"Keys": keys, "SequenceNumber": "1", "ApproximateCreationDateTime": 1, **images}
    given = json.loads(json.dumps({"eventName": "MODIFY", "dynamodb": change}))
    for form in (given, as_boto3(given)):
        read = Everything.from_stream_record(form)
        assert (old, new, {"PK": new.pk, "sk": new.sk}) == (read.old_image, read.new_image, read.keys)
