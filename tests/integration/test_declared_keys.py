"""A model that declares the keys of its table never asks for them."""

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Annotated
from uuid import uuid4

import pytest
from pydantic import computed_field

from pydamodb import (
    Attr,
    ConditionCheckFailedError,
    DynamoDBClientError,
    GlobalIndex,
    IndexNotFoundError,
    LocalIndex,
    PartitionKey,
    PydamoConfig,
    SortKey,
)


@pytest.fixture
def table(make_table):
    """Make a table with indexes."""
    return make_table(
        "family",
        "number",
        types={"number": "N", "age": "N"},
        global_indexes={"job-index": ("job", "age"), "label-index": ("label",), "town-index": ("town",)},
        local_indexes={"born-index": "born", "town-of-family": "town"},
    )


@pytest.fixture
def Member(PrimaryKeyAndSortKeyModel, table):
    """Define a model that declares the keys of the table and of all of its indexes but one."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(
            table=table,
            indexes=[
                GlobalIndex("job-index", partition_key="job", sort_key="age"),
                LocalIndex("town-of-family", "town"),
            ],
        )

        family: Attr[Annotated[str, PartitionKey]]
        number: Annotated[Attr[int], SortKey]
        born: Annotated[date | None, SortKey("born-index")] = None
        age: int = 0
        job: str = "none"
        town: str = "Springfield"

        @computed_field
        @property
        def label(self) -> Annotated[str, PartitionKey(index="label-index")]:
            """Compute the key of an index."""
            return f"{self.family}#{self.number}"

    return Member


def write_batch(Member):
    """Put and delete items in one batch."""
    with Member.batch_writer() as writer:
        writer.put(Member(family="f", number=2))
        writer.delete(Member(family="f", number=3))
        writer.delete_item("f", 4)


def update_instance(Member):
    """Update an item by its instance, which is not there."""
    with pytest.raises(ConditionCheckFailedError):
        Member(family="f", number=5).update(updates=[Member.attr.age.add(1)], return_item_on_failure=True)


OPERATIONS = {
    "update": ("UpdateItem", update_instance),
    "save": (
        "PutItem",
        lambda Member: Member(family="f", number=1).save(condition=Member.attr.job != "chief"),
    ),
    "delete": ("DeleteItem", lambda Member: Member(family="f", number=1).delete()),
    "get_item": ("GetItem", lambda Member: Member.get_item("f", 1)),
    "batch_get": ("BatchGetItem", lambda Member: Member.batch_get([("f", 1), ("f", 2)])),
    "batch_writer": ("BatchWriteItem", write_batch),
    "update_item": (
        "UpdateItem",
        lambda Member: Member.update_item("f", 1, updates={Member.attr.age: 1}),
    ),
    "delete_item": ("DeleteItem", lambda Member: Member.delete_item("f", 1)),
    "query": ("Query", lambda Member: Member.query("f", sort_key_condition=Member.attr.number > 1)),
    "query of a global index": (
        "Query",
        lambda Member: Member.query("x", index_name="job-index", sort_key_condition=Member.attr.age > 1),
    ),
    "query of a local index": (
        "Query",
        lambda Member: Member.query("f", index_name="born-index", consistent_read=True),
    ),
    "query_all": ("Query", lambda Member: Member.query_all("f")),
    "query_all of an index": ("Query", lambda Member: Member.query_all("f#1", index_name="label-index")),
    "query_all of a configured local index": (
        "Query",
        lambda Member: Member.query_all("f", index_name="town-of-family", consistent_read=True),
    ),
}


@pytest.mark.parametrize(("operation", "call"), OPERATIONS.values(), ids=OPERATIONS)
def test_no_operation_asks_for_declared_keys(table, Member, requests_of, operation, call):
    """Count what the first call sends."""
    with requests_of(table) as sent:
        call(Member)
    assert [operation] == sent


def test_a_model_with_one_key_asks_for_nothing_either(PrimaryKeyModel, make_table, requests_of):
    """Write and read with a partition key only, one that is computed."""

    class Character(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id"))

        name: str

        @computed_field
        @property
        def id(self) -> Annotated[str, PartitionKey]:
            """Compute the key."""
            return f"CHARACTER#{self.name}"

    homer = Character(name="Homer")
    with requests_of(Character.pydamo_config.table) as sent:
        homer.save()
        with pytest.raises(ConditionCheckFailedError):
            homer.save(condition=Character.attr.id.not_exists())
        found = Character.get_item("CHARACTER#Homer")
        listed = Character.batch_get(["CHARACTER#Homer", "CHARACTER#Marge"])
    assert ["PutItem", "PutItem", "GetItem", "BatchGetItem"] == sent
    assert (homer, [homer, None]) == (found, listed)


def test_pages_of_a_declared_index_are_read_to_the_end(table, Member, requests_of):
    """Read an index page after page."""
    members = [Member(family="f", number=number, age=number, job="x") for number in range(5)]
    with Member.batch_writer() as writer:
        for member in members:
            writer.put(member)
    found, start_key = [], None
    with requests_of(table) as sent:
        while len(found) < 5:
            page = Member.query("x", index_name="job-index", limit=2, exclusive_start_key=start_key)
            start_key = page.last_evaluated_key
            found += page.items
    assert (members, ["Query"] * 3) == (found, sent)


def test_an_index_that_is_not_declared_is_asked_for_once(table, Member, requests_of):
    """Query it twice."""
    homer = Member(family="f", number=1, town="Shelbyville")
    homer.save()
    with requests_of(table) as sent:
        found = [Member.query_all("Shelbyville", index_name="town-index") for _ in range(2)]
    assert ([[homer], [homer]], ["DescribeTable", "Query", "Query"]) == (found, sent)


def test_whoever_may_not_ask_for_an_index_is_told_to_declare_it(table, Member, failing):
    """Refuse DescribeTable, as a policy of least privilege does."""
    with failing(table, "DescribeTable", "AccessDeniedException", "not authorized"):
        Member(family="f", number=1).save()
        with pytest.raises(DynamoDBClientError) as caught:
            Member.query("x", index_name="town-index")
    assert ("AccessDeniedException", "DescribeTable") == (caught.value.error_code, caught.value.operation)
    assert "not authorized (DescribeTable is not needed if the model declares" in str(caught.value)


def test_a_declared_index_that_does_not_exist_is_an_error(PrimaryKeyAndSortKeyModel, table, on_moto):
    """DynamoDB says so."""
    if on_moto:
        pytest.skip("moto says that the table does not exist")

    class Other(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table, indexes=[GlobalIndex("by-key", partition_key="family")])

        family: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey]

    with pytest.raises(IndexNotFoundError) as caught:
        Other.query("f", index_name="by-key")
    assert "by-key" == caught.value.index_name


@pytest.mark.parametrize("operation", ["get_item", "query"])
def test_keys_that_are_declared_wrongly_are_dynamodbs_to_refuse(PrimaryKeyAndSortKeyModel, table, operation, on_moto):
    """The message says what the model declares: a number, where the table has a text."""
    if on_moto and operation == "query":
        pytest.skip("moto finds nothing instead")

    class Wrong(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: Annotated[Decimal, PartitionKey]
        numbers: Annotated[str, SortKey]

    with pytest.raises(DynamoDBClientError) as caught:
        Wrong.get_item(Decimal(1), "2") if operation == "get_item" else Wrong.query(Decimal(1))
    assert "ValidationException" == caught.value.error_code
    assert "(the keys were not read from the table: Wrong declares 'family' (N), 'numbers' (S))" in str(caught.value)


def test_times_are_declared_keys(PrimaryKeyAndSortKeyModel, make_table, requests_of):
    """Write and query by a point in time."""

    class Event(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("name", "at"))

        name: Annotated[str, PartitionKey]
        at: Annotated[datetime, SortKey]

    events = [Event(name="n", at=datetime(2024, 5, day, tzinfo=timezone.utc)) for day in (1, 2, 3)]
    with requests_of(Event.pydamo_config.table) as sent:
        for event in events:
            event.save()
        found = Event.query_all("n", sort_key_condition=Event.attr.at > events[0].at)
    assert (events[1:], ["PutItem"] * 3 + ["Query"]) == (found, sent)


@pytest.fixture
def Match(PrimaryKeyAndSortKeyModel, dynamodb, on_moto, on_ministack):
    """Define a model, and make a table, with an index whose keys have several attributes."""
    if not (on_moto or on_ministack):
        pytest.skip("DynamoDB Local 1.25 knows no such indexes")
    if dynamodb.meta.client.meta.service_model.shape_for("KeySchema").metadata.get("max", 8) < 4:
        pytest.skip("this botocore is older than such indexes")
    table = dynamodb.create_table(
        TableName=f"pydamodb-{uuid4().hex}",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "round", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "N" if name == "round" else "S"}
            for name in ("id", "tournament", "region", "round", "day")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-place",
                "KeySchema": [
                    {"AttributeName": "tournament", "KeyType": "HASH"},
                    {"AttributeName": "region", "KeyType": "HASH"},
                    {"AttributeName": "round", "KeyType": "RANGE"},
                    {"AttributeName": "day", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )

    class Match(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: Annotated[str, PartitionKey]
        tournament: Annotated[str, PartitionKey(index="by-place")]
        region: Annotated[str, PartitionKey(index="by-place")]
        round: Annotated[int, SortKey, SortKey(index="by-place")]
        day: Annotated[date, SortKey(index="by-place")]

    yield Match
    table.delete()


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (lambda _: None, [0, 1, 2, 3]),
        (lambda attr: attr.round == 2, [2, 3]),
        (lambda attr: attr.round < 2, [0, 1]),
        (lambda attr: (attr.round == 2) & (attr.day > date(2024, 1, 3)), [3]),
        (lambda attr: (attr.round == 1) & (attr.day == date(2024, 1, 2)), [1]),
    ],
)
def test_an_index_is_queried_by_keys_of_several_attributes(Match, requests_of, condition, found):
    """All parts of the partition key, and the first parts of the sort key."""
    matches = [
        Match(id=str(number), tournament="cup", region="north", round=1 + number // 2, day=date(2024, 1, number + 1))
        for number in range(4)
    ]
    with Match.batch_writer() as writer:
        for match in matches:
            writer.put(match)
        writer.put(Match(id="5", tournament="cup", region="south", round=1, day=date(2024, 1, 1)))
    with requests_of(Match.pydamo_config.table) as sent:
        read = Match.query_all(("cup", "north"), index_name="by-place", sort_key_condition=condition(Match.attr))
    assert ([matches[number] for number in found], {"Query"}) == (sorted(read, key=lambda match: match.id), set(sent))
