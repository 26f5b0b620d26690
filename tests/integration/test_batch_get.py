"""Batch reads: all items that are asked for, in order, with as few requests as DynamoDB needs."""

import pytest

from pydamodb import PydamoConfig, UnprocessedItemsError


@pytest.fixture
def table(make_table):
    """Make an empty table."""
    return make_table("family", "number", types={"number": "N"})


@pytest.fixture
def Member(PrimaryKeyAndSortKeyModel, table):
    """Define a model of that table."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: str = "f"
        number: int
        text: str = ""

    return Member


def write(model, numbers, text=""):
    """Write some items."""
    with model.batch_writer() as writer:
        for number in numbers:
            writer.put(model(number=number, text=text))


def test_items_come_in_the_order_of_their_keys(Member, table, requests_of):
    """Read 250 keys, some of them twice, and every third one of nothing."""
    write(Member, [number for number in range(200) if number % 3])
    numbers = [*range(199, -1, -1), *range(50)]
    with requests_of(table) as sent:
        items = Member.batch_get([("f", number) for number in numbers], consistent_read=True)
    assert [Member(number=number) if number % 3 else None for number in numbers] == items
    assert ["BatchGetItem"] * 2 == sent


def test_a_table_with_a_partition_key_is_read_by_its_values(PrimaryKeyModel, make_table):
    """The keys are what `get_item` takes."""
    table = make_table("id", types={"id": "B"})

    class Raw(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: bytes
        size: float = 0.5

    Raw(id=b"\x00").save()
    assert [None, Raw(id=b"\x00"), None] == Raw.batch_get([b"x", b"\x00", b"\xff"], consistent_read=True)
    assert [] == Raw.batch_get([])


@pytest.mark.wrong_on_ministack("answers with more than 16 MB")
def test_large_items_take_several_requests(Member, table, requests_of):
    """A reply has 16 MB at most: DynamoDB leaves the rest, which is asked for again."""
    write(Member, range(60), "x" * 390_000)
    with requests_of(table) as sent:
        items = Member.batch_get([("f", number) for number in range(60)])
    assert list(range(60)) == [item.number for item in items]
    assert len(sent) > 1


def test_what_is_left_unprocessed_is_asked_for_again(Member, table, answered, no_pauses):
    """Leave half of the keys the first time."""
    write(Member, range(10))
    asked = []

    def answer(body):
        keys = body["RequestItems"][table.name]["Keys"]
        asked.append(len(keys))
        if len(asked) > 1:
            return None
        return 200, {"Responses": {table.name: keys[:5]}, "UnprocessedKeys": {table.name: {"Keys": keys[5:]}}}

    with answered(table, "BatchGetItem", answer):
        assert list(range(10)) == [item.number for item in Member.batch_get([("f", number) for number in range(10)])]
    assert ([10, 5], 1) == (asked, len(no_pauses))


def test_a_batch_that_makes_no_progress_hands_out_what_it_has(Member, table, answered, no_pauses):
    """Leave all but one, again and again."""
    write(Member, range(3))

    def answer(body):
        keys = body["RequestItems"][table.name]["Keys"]
        read, left = (keys[:1], keys[1:]) if len(keys) == 3 else ([], keys)
        return 200, {"Responses": {table.name: read}, "UnprocessedKeys": {table.name: {"Keys": left}}}

    with answered(table, "BatchGetItem", answer), pytest.raises(UnprocessedItemsError) as caught:
        Member.batch_get([("f", number) for number in range(3)])
    left = [{"family": "f", "number": 1}, {"family": "f", "number": 2}]
    assert ([Member(number=0)], left) == (caught.value.items, caught.value.keys)
    assert ("BatchGetItem", "Member", table.name) == (
        caught.value.operation,
        caught.value.model_name,
        caught.value.table_name,
    )
