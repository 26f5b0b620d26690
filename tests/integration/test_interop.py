"""The library beside plain boto3: the same items from both sides, and the user's own calls as if it were not there."""

# ruff: noqa: RUF012 - fixtures give models, whose fields have defaults

import enum
import threading
from contextlib import suppress
from datetime import date, datetime, timezone
from decimal import Decimal
from uuid import UUID

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary

from pydamodb import PydamoConfig

HIGHEST = Decimal("9." + "9" * 37 + "E+125")


class Colour(enum.Enum):
    """An enum."""

    RED = "red"


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table."""
    return make_table("key")


@pytest.fixture(scope="module")
def Everything(PrimaryKeyModel, table):
    """Define a model with a field of each kind."""

    class Everything(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        text: str = ""
        whole: int = 0
        exact: Decimal = Decimal(0)
        approximate: float = 0.0
        flag: bool = False
        nothing: int | None = 5
        raw: bytes = b""
        texts: set[str] = set()
        numbers: set[int] = set()
        raws: set[bytes] = set()
        items: list[int | str] = []
        pairs: dict[str, bool] = {}
        at: datetime | None = None
        day: date | None = None
        uid: UUID | None = None
        colour: Colour | None = None

    return Everything


@pytest.fixture
def everything(Everything):
    """Make an instance with a value in each field."""
    return Everything(
        key="k",
        text="D'oh! \N{DOUGHNUT}",
        whole=-42,
        exact=Decimal("1.10"),
        approximate=0.1,
        flag=True,
        nothing=None,
        raw=b"\x00\xff",
        texts={"a", "b"},
        numbers={1, 20},
        raws={b"x", b"y"},
        items=[1, "two"],
        pairs={"S": True},
        at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc),
        day=date(2024, 5, 6),
        uid=UUID(int=1),
        colour=Colour.RED,
    )


ITEM = {
    "key": "k",
    "text": "D'oh! \N{DOUGHNUT}",
    "whole": Decimal(-42),
    "exact": Decimal("1.1"),
    "approximate": Decimal("0.1"),
    "flag": True,
    "nothing": None,
    "raw": Binary(b"\x00\xff"),
    "texts": {"a", "b"},
    "numbers": {Decimal(1), Decimal(20)},
    "raws": {Binary(b"x"), Binary(b"y")},
    "items": [Decimal(1), "two"],
    "pairs": {"S": True},
    "at": "2024-05-06T07:08:09.000000Z",
    "day": "2024-05-06",
    "uid": "00000000-0000-0000-0000-000000000001",
    "colour": "red",
}


# --- the same items from both sides ---


def test_a_boto3_table_reads_what_was_saved(table, everything):
    """Read a saved model with the Table resource."""
    everything.save()
    assert ITEM == table.get_item(Key={"key": "k"})["Item"]


def test_a_boto3_client_reads_what_was_saved(table, client, everything):
    """Read a saved model with a plain client."""
    everything.save()
    item = client.get_item(TableName=table.name, Key={"key": {"S": "k"}})["Item"]
    for name in ("texts", "numbers", "raws"):
        (tag,) = item[name]
        item[name] = {tag: set(item[name][tag])}
    expected = {
        "key": {"S": "k"},
        "text": {"S": "D'oh! \N{DOUGHNUT}"},
        "whole": {"N": "-42"},
        "exact": {"N": item["exact"]["N"]},
        "approximate": {"N": "0.1"},
        "flag": {"BOOL": True},
        "nothing": {"NULL": True},
        "raw": {"B": b"\x00\xff"},
        "texts": {"SS": {"a", "b"}},
        "numbers": {"NS": {"1", "20"}},
        "raws": {"BS": {b"x", b"y"}},
        "items": {"L": [{"N": "1"}, {"S": "two"}]},
        "pairs": {"M": {"S": {"BOOL": True}}},
        "at": {"S": "2024-05-06T07:08:09.000000Z"},
        "day": {"S": "2024-05-06"},
        "uid": {"S": "00000000-0000-0000-0000-000000000001"},
        "colour": {"S": "red"},
    }
    assert expected == item
    assert Decimal("1.1") == Decimal(item["exact"]["N"])


def test_a_model_reads_what_a_boto3_table_wrote(table, Everything, everything):
    """Read an item of the Table resource as a model."""
    table.put_item(Item=ITEM)
    assert everything == Everything.get_item("k")


def test_a_model_reads_what_a_boto3_client_wrote(table, client, Everything):
    """Read an item of a plain client as a model, with attributes that the model does not have."""
    client.put_item(
        TableName=table.name,
        Item={
            "key": {"S": "k"},
            "whole": {"N": "1e3"},
            "raw": {"B": b"\xfe"},
            "raws": {"BS": [b"1"]},
            "at": {"S": "2024-05-06T09:08:09+02:00"},
            "unknown": {"M": {}},
        },
    )
    at = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)
    assert Everything(key="k", whole=1000, raw=b"\xfe", raws={b"1"}, at=at) == Everything.get_item("k")


@pytest.mark.parametrize(
    "text",
    ["1" + "0" * 39, "-" + "1234567890" * 3 + "0" * 70, "9." + "9" * 37 + "E+125", "1E-130", "-1E+38", "0.10", "0E5"],
)
def test_numbers_that_boto3_cannot_read_are_read(table, client, Everything, text):
    """Read numbers of more than 38 digits, as DynamoDB hands them out, and of odd spellings."""
    client.put_item(TableName=table.name, Item={"key": {"S": "k"}, "exact": {"N": text}})
    assert Decimal(text) == Everything.get_item("k").exact


def test_whole_numbers_in_other_spellings_fit_an_int_field(table, client, Everything):
    """Read an int that somebody wrote with an exponent or a fraction of zeros."""
    client.put_item(TableName=table.name, Item={"key": {"S": "k"}, "whole": {"N": "1E+40"}, "numbers": {"NS": ["1.0"]}})
    assert Everything(key="k", whole=10**40, numbers={1}) == Everything.get_item("k")


def test_conditions_of_both_sides_see_the_same_item(table, Everything, everything):
    """Write under a condition of boto3's and of ours."""
    everything.save()
    table.put_item(Item={**ITEM, "whole": 1}, ConditionExpression=Attr("at").eq("2024-05-06T07:08:09.000000Z"))
    everything.save(condition=(Everything.attr.whole == 1) & (Everything.attr.raws == {b"x", b"y"}))
    assert Decimal(-42) == table.get_item(Key={"key": "k"})["Item"]["whole"]


def test_a_start_key_of_boto3s_continues_a_query_of_ours(PrimaryKeyAndSortKeyModel, make_table):
    """Hand the LastEvaluatedKey of a Table, with its Decimals, to the query of a model, and ours to the Table."""
    table = make_table("partition", "number", types={"number": "N"})

    class Numbered(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        partition: str
        number: Decimal

    for number in range(4):
        Numbered(partition="p", number=Decimal(number)).save()
    theirs = table.query(KeyConditionExpression=Key("partition").eq("p"), Limit=2)["LastEvaluatedKey"]
    ours = Numbered.query("p", limit=2).last_evaluated_key
    assert theirs == ours
    assert [2, 3] == [item.number for item in Numbered.query("p", exclusive_start_key=theirs).items]
    rest = table.query(KeyConditionExpression=Key("partition").eq("p"), ExclusiveStartKey=ours)
    assert [2, 3] == [item["number"] for item in rest["Items"]]


# --- the user's own calls ---


def own_calls(table):
    """Make calls of the user's own on a Table, and return what comes back."""
    table.put_item(Item={"key": "own", "whole": 1})
    table.update_item(
        Key={"key": "own"}, UpdateExpression="SET whole = :v", ExpressionAttributeValues={":v": Decimal(2)}
    )
    with table.batch_writer() as writer:
        writer.put_item(Item={"key": "own batch", "raw": b"1"})
    found = table.get_item(Key={"key": "own"}, ReturnConsumedCapacity="TOTAL")
    queried = table.query(KeyConditionExpression=Key("key").eq("own batch"))
    described = table.meta.client.describe_table(TableName=table.name)
    deleted = table.delete_item(Key={"key": "own"}, ReturnValues="ALL_OLD")
    return [
        found["Item"],
        found["ConsumedCapacity"]["TableName"] == table.name,
        queried["Items"],
        queried["Count"],
        described["Table"]["TableName"] == table.name,
        deleted["Attributes"],
        deleted["ResponseMetadata"]["HTTPStatusCode"],
    ]


OWN = [
    {"key": "own", "whole": Decimal(2)},
    True,
    [{"key": "own batch", "raw": Binary(b"1")}],
    1,
    True,
    {"key": "own", "whole": Decimal(2)},
    200,
]


@pytest.mark.synchronous
def test_own_calls_work_before_and_after_ours(dynamodb, table, Everything, everything):
    """Use a fresh resource before, between and after operations of a model."""
    fresh = boto3.resource("dynamodb").Table(table.name)
    assert OWN == own_calls(fresh)
    Everything.pydamo_config, former = PydamoConfig(table=fresh), Everything.pydamo_config
    try:
        everything.save()
        assert OWN == own_calls(fresh)
        assert everything == Everything.get_item("k")
        assert OWN == own_calls(fresh)
    finally:
        Everything.pydamo_config = former


@pytest.mark.synchronous
def test_errors_of_own_calls_are_caught_as_ever(table, everything):
    """Catch an error of the user's own call by the client's exceptions, after a call of ours."""
    everything.save()
    with pytest.raises(table.meta.client.exceptions.ConditionalCheckFailedException):
        table.put_item(Item={"key": "k"}, ConditionExpression=Attr("key").not_exists())


@pytest.mark.synchronous
def test_own_calls_from_other_threads_work_during_ours(table, Everything):
    """Read and write with the same Table from other threads while models are saved and read."""
    rounds, in_step, wrong = range(60), threading.Barrier(4, timeout=60), []

    def use_the_table(number):
        key = f"thread {number}"
        with suppress(threading.BrokenBarrierError):
            for each in rounds:
                in_step.wait()
                item = {"key": key, "text": f"theirs {each}"}
                table.put_item(Item=item)
                found = table.get_item(Key={"key": key}, ConsistentRead=True).get("Item")
                if found != item:
                    wrong.append(found)

    threads = [threading.Thread(target=use_the_table, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        saved, back = [], []
        for each in rounds:
            in_step.wait()
            saved.append(Everything(key=f"model {each}", text="ours", whole=each))
            saved[-1].save()
            back.append(Everything.get_item(f"model {each}", consistent_read=True))
    finally:
        in_step.abort()
        for thread in threads:
            thread.join()
    assert saved == back
    assert [] == wrong


def test_models_are_used_from_many_threads(PrimaryKeyModel, make_table):
    """Save and read models of a new table from several threads at once."""
    table = make_table("key")

    class Counter(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        number: int

    back = {}

    def work(number):
        Counter(key=str(number), number=number).save()
        back[number] = Counter.get_item(str(number), consistent_read=True).number

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: number for number in range(8)} == back


EVENTS = [
    "provide-client-params",
    "before-parameter-build",
    "before-call",
    "request-created",
    "choose-signer",
    "before-sign",
    "before-send",
    "response-received",
    "before-parse",
    "needs-retry",
    "after-call",
]


@pytest.mark.botocore_only("events other than before-send")
@pytest.mark.synchronous
@pytest.mark.parametrize("operation", ["PutItem", "GetItem"])
@pytest.mark.parametrize("event", EVENTS)
def test_a_handler_of_the_users_may_make_calls_during_ours(table, Everything, event, operation):
    """Let a handler on the client make calls of the same and of other kinds while our own call is under way."""
    client, seen, busy = table.meta.client, [], []

    def handler(**_):
        if busy:
            return
        busy.append(True)
        try:
            client.put_item(TableName=table.name, Item={"key": "handler", "text": "theirs"})
            seen.append(client.get_item(TableName=table.name, Key={"key": "handler"}, ConsistentRead=True)["Item"])
        finally:
            busy.clear()

    name = f"{event}.dynamodb.{operation}"
    saved = Everything(key="ours", text="ours", whole=7)
    table.put_item(Item={"key": "ours", "text": "before"})
    client.meta.events.register(name, handler)
    try:
        if operation == "PutItem":
            saved.save()
            found = None
        else:
            table.put_item(Item={"key": "ours", "text": "ours", "whole": 7})
            found = Everything.get_item("ours", consistent_read=True)
    finally:
        client.meta.events.unregister(name, handler)
    assert {"handler": "theirs"} == {item["key"]: item["text"] for item in seen}
    assert found in (None, saved)
    assert saved == Everything.get_item("ours", consistent_read=True)


@pytest.mark.botocore_only("events other than before-send")
@pytest.mark.synchronous
def test_a_handler_of_the_users_may_use_models_during_our_call(table, Everything):
    """Let a handler save a model while another one is being saved."""
    client, busy = table.meta.client, []

    def handler(**_):
        if not busy:
            busy.append(True)
            Everything(key="audit", text="from the handler").save()

    client.meta.events.register("before-sign.dynamodb.PutItem", handler)
    try:
        Everything(key="ours", text="from the caller").save()
    finally:
        client.meta.events.unregister("before-sign.dynamodb.PutItem", handler)
    assert [True] == busy
    assert "from the handler" == Everything.get_item("audit").text
    assert "from the caller" == Everything.get_item("ours").text


@pytest.mark.botocore_only("events other than before-send")
def test_handlers_of_the_users_see_our_calls(table, everything, Everything):
    """Let handlers watch the operations, and the body that is really sent."""
    client, seen, bodies = table.meta.client, [], []

    def watch(event_name, **_):
        seen.append(event_name)

    def body(request, **_):
        bodies.append(request.body)

    for name in ("before-call", "after-call"):
        client.meta.events.register(f"{name}.dynamodb", watch)
    client.meta.events.register("before-send.dynamodb.PutItem", body)
    try:
        everything.save()
        Everything.get_item("k")
    finally:
        for name in ("before-call", "after-call"):
            client.meta.events.unregister(f"{name}.dynamodb", watch)
        client.meta.events.unregister("before-send.dynamodb.PutItem", body)
    expected = [
        "before-call.dynamodb.PutItem",
        "after-call.dynamodb.PutItem",
        "before-call.dynamodb.GetItem",
        "after-call.dynamodb.GetItem",
    ]
    assert expected == seen
    assert 1 == len(bodies)
    assert b'"whole":{"N":"-42"}' in bodies[0]


@pytest.mark.botocore_only("events other than before-send")
def test_a_header_that_a_handler_of_the_users_adds_is_sent(table, everything):
    """Let a handler add a header to our call, as tracing tools do."""
    client, sent = table.meta.client, []

    def add(request, **_):
        request.headers["X-Trace"] = "1"

    def look(request, **_):
        sent.append(request.headers["X-Trace"])

    client.meta.events.register("before-sign.dynamodb.PutItem", add)
    client.meta.events.register("before-send.dynamodb.PutItem", look)
    try:
        everything.save()
    finally:
        client.meta.events.unregister("before-sign.dynamodb.PutItem", add)
        client.meta.events.unregister("before-send.dynamodb.PutItem", look)
    assert ["1"] == [value.decode() if isinstance(value, bytes) else value for value in sent]
