"""The batch writer: 25 to a request, one write for a key, nothing lost and nothing sent twice."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import Json

from pydamodb import (
    BatchWriter,
    InvalidKeyValueError,
    InvalidRequestError,
    ItemEncodingError,
    MissingSortKeyValueError,
    PydamoConfig,
    UnprocessedItemsError,
)

MOST = 25


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


@pytest.fixture
def sent(table, answered):
    """Collect the writes of each request, in their order."""
    requests = []

    def look(body):
        requests.append(writes_of(body, table))

    with answered(table, "BatchWriteItem", look):
        yield requests


def writes_of(body, table):
    """Say what a request writes: the number of each item, negative where it is deleted."""
    writes = []
    for write in body["RequestItems"][table.name]:
        ((kind, content),) = write.items()
        number = int((content.get("Item") or content["Key"])["number"]["N"])
        writes.append(number if kind == "PutRequest" else -number)
    return writes


def unprocessed(table, body, keep):
    """Answer a request, leaving those writes unprocessed that `keep` chooses by their position."""
    left = [write for position, write in enumerate(body["RequestItems"][table.name]) if keep(position)]
    return 200, {"UnprocessedItems": {table.name: left} if left else {}}


def numbers(model):
    """Read the numbers of all items."""
    return [item.number for item in model.query_all("f", consistent_read=True)]


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (24, [24]), (25, [25]), (26, [25, 1]), (60, [25, 25, 10])]
)
def test_25_writes_go_into_a_request(Member, sent, count, sizes):
    """Write some items, and see how many go into each request."""
    with Member.batch_writer() as writer:
        for number in range(count):
            writer.put(Member(number=number))
    assert sizes == [len(request) for request in sent]
    assert list(range(count)) == numbers(Member)


def test_a_full_buffer_is_sent_at_once(Member, sent):
    """See the first request before the block ends."""
    with Member.batch_writer() as writer:
        for number in range(MOST - 1):
            writer.put(Member(number=number))
        assert [] == sent
        writer.put(Member(number=MOST))
        assert [MOST] == [len(request) for request in sent]


@pytest.mark.synchronous
def test_the_writer_is_a_batch_writer(Member):
    """Look at what is returned, and what the block gets."""
    writer = Member.batch_writer()
    assert BatchWriter is type(writer)
    with writer as inside:
        assert inside is writer


def test_the_last_put_for_a_key_wins(Member, sent):
    """Put an item twice: one of them is sent."""
    with Member.batch_writer() as writer:
        writer.put(Member(number=1, text="first"))
        writer.put(Member(number=2))
        writer.put(Member(number=1, text="last"))
    assert [[2, 1]] == sent
    assert "last" == Member.get_item("f", 1, consistent_read=True).text


@pytest.mark.parametrize("given", [None, [], ["family", "number"], ("anything",)])
def test_an_option_of_boto3s_writer_has_no_effect(Member, sent, given):
    """`overwrite_by_pkeys` names the keys by which boto3 drops earlier writes; ours does so always."""
    with Member.batch_writer(overwrite_by_pkeys=given) as writer:
        writer.put(Member(number=1, text="first"))
        writer.put(Member(number=1, text="last"))
    with Member.batch_writer(given) as writer:
        writer.put(Member(number=2))
    assert ([[1], [2]], "last") == (sent, Member.get_item("f", 1).text)


def test_the_last_write_for_a_key_wins_across_kinds(Member, sent):
    """Put and delete, and delete and put, one item."""
    Member(number=1).save()
    with Member.batch_writer() as writer:
        writer.put(Member(number=1))
        writer.delete(Member(number=1))
        writer.delete_item("f", 2)
        writer.put(Member(number=2))
    assert [[-1, 2]] == sent
    assert [2] == numbers(Member)


def test_numbers_that_are_equal_are_one_key(PrimaryKeyModel, make_table, answered):
    """Put items whose number keys are spelt differently: DynamoDB would refuse them in one request."""
    table = make_table("key", types={"key": "N"})

    class Numbered(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: float | int
        text: str

    with Numbered.batch_writer() as writer:
        writer.put(Numbered(key=1, text="first"))
        writer.put(Numbered(key=1.0, text="last"))
    assert "last" == Numbered.get_item(1).text


def test_items_are_deleted_by_instance_and_by_key(Member, sent):
    """Delete in both ways, beside a put."""
    for number in (1, 2, 3):
        Member(number=number).save()
    with Member.batch_writer() as writer:
        writer.delete(Member(number=1, text="only its key matters"))
        writer.delete_item("f", 2)
        writer.put(Member(number=4))
    assert [[-1, -2, 4]] == sent
    assert [3, 4] == numbers(Member)


def test_unprocessed_items_are_sent_again(table, Member, answered, no_pauses):
    """Leave every other write unprocessed at first; all are written in the end, those and no others again."""
    requests = []

    def half(body):
        requests.append(writes_of(body, table))
        return unprocessed(table, body, lambda position: position % 2) if len(requests) == 1 else None

    with answered(table, "BatchWriteItem", half), Member.batch_writer() as writer:
        for number in range(4):
            writer.put(Member(number=number))
    assert [[0, 1, 2, 3], [1, 3]] == requests
    assert [1, 3] == numbers(Member)
    assert 1 == len(no_pauses)


def test_writes_that_wait_are_filled_up_with_new_ones(table, Member, answered, no_pauses):
    """Never send more than 25, also when some are sent again, and confirm each exactly once."""
    requests, confirmed = [], []

    def most(body):
        writes = writes_of(body, table)
        requests.append(writes)
        keep = len(requests) < 4
        confirmed.extend(write for position, write in enumerate(writes) if not (keep and position < 10))
        return unprocessed(table, body, lambda position: keep and position < 10)

    with answered(table, "BatchWriteItem", most), Member.batch_writer() as writer:
        for number in range(60):
            writer.put(Member(number=number))
    assert max(map(len, requests)) <= MOST
    assert list(range(60)) == sorted(confirmed)


def test_retries_are_bounded_and_the_rest_is_handed_out(table, Member, answered, no_pauses):
    """Give up after a while, with exactly what is not confirmed in the error."""
    requests = []

    def never(body):
        requests.append(writes_of(body, table))
        return unprocessed(table, body, lambda position: position > 0 or len(requests) > 1)

    members = [Member(number=number) for number in range(3)]

    def write():
        with Member.batch_writer() as writer:
            for member in members:
                writer.put(member)
            writer.delete_item("f", 9)

    with answered(table, "BatchWriteItem", never), pytest.raises(UnprocessedItemsError) as caught:
        write()
    assert members[1:] == list(caught.value.puts)
    assert [{"family": "f", "number": 9}] == list(caught.value.deletes)
    assert [0, 1, 2, -9] == requests[0]
    assert {(1, 2, -9)} == set(map(tuple, requests[1:]))
    assert len(requests) <= 12
    assert len(requests) - 1 == len(no_pauses)
    assert max(no_pauses) <= 5
    assert ("BatchWriteItem", "Member", table.name) == (
        caught.value.operation,
        caught.value.model_name,
        caught.value.table_name,
    )


def test_a_refused_request_hands_out_all_that_is_not_confirmed(table, Member, answered):
    """Fail the second request; what the first one wrote is not in the error."""
    requests = []

    def second(body):
        requests.append(writes_of(body, table))
        if len(requests) == 1:
            return None
        return 400, {"__type": "com.amazon.coral.validate#ValidationException", "message": "made up"}

    def write():
        with Member.batch_writer() as writer:
            for number in range(MOST + 5):
                writer.put(Member(number=number))

    with answered(table, "BatchWriteItem", second), pytest.raises(UnprocessedItemsError) as caught:
        write()
    assert list(range(MOST, MOST + 5)) == [member.number for member in caught.value.puts]
    assert [] == list(caught.value.deletes)
    assert isinstance(caught.value.original_error, ClientError)
    assert list(range(MOST)) == numbers(Member)
    assert 2 == len(requests)


def test_an_error_in_the_block_does_not_lose_what_was_put(Member, sent):
    """Write what is there when the block ends with an exception, which comes out unchanged."""

    def write():
        with Member.batch_writer() as writer:
            writer.put(Member(number=1))
            writer.put(Member(number=2))
            raise KeyError("the user's")

    with pytest.raises(KeyError, match="the user's"):
        write()
    assert [[1, 2]] == sent
    assert [1, 2] == numbers(Member)


def test_both_errors_are_seen_if_the_flush_fails_too(table, Member, failing):
    """Find the user's exception in the context of the one that tells what was not written."""

    def write():
        with Member.batch_writer() as writer:
            writer.put(Member(number=1))
            raise KeyError("the user's")

    with failing(table, "BatchWriteItem", "ValidationException"), pytest.raises(UnprocessedItemsError) as caught:
        write()
    chain, error = [], caught.value
    while error is not None:
        chain.append(type(error))
        error = error.__context__
    assert KeyError in chain
    assert [Member(number=1)] == list(caught.value.puts)


def test_nothing_is_sent_twice_after_a_failure_in_the_block(table, Member, failing, sent):
    """Let the full buffer's request fail: the error hands the writes out, and the end of the block sends nothing."""
    members = [Member(number=number) for number in range(MOST)]

    def write():
        with Member.batch_writer() as writer:
            for member in members:
                writer.put(member)

    with failing(table, "BatchWriteItem", "ValidationException"), pytest.raises(UnprocessedItemsError) as caught:
        write()
    assert members == list(caught.value.puts)
    assert [] == numbers(Member)


def test_a_writer_goes_on_after_a_failure_that_was_caught(table, Member, failing):
    """Catch the error inside the block and put again what it holds."""
    with Member.batch_writer() as writer:
        with failing(table, "BatchWriteItem", "ValidationException"):
            try:
                for number in range(MOST):
                    writer.put(Member(number=number))
            except UnprocessedItemsError as error:
                left = error.puts
        for member in left:
            writer.put(member)
    assert list(range(MOST)) == numbers(Member)


@pytest.mark.parametrize(
    "use",
    [
        lambda writer, member: writer.put(member),
        lambda writer, member: writer.delete(member),
        lambda writer, _: writer.delete_item("f", 1),
    ],
    ids=["put", "delete", "delete_item"],
)
def test_a_writer_outside_of_its_block_refuses(Member, sent, use):
    """Use a writer before and after its block."""
    writer, member = Member.batch_writer(), Member(number=1)
    with pytest.raises(InvalidRequestError, match="with"):
        use(writer, member)
    with writer:
        pass
    with pytest.raises(InvalidRequestError, match="Member"):
        use(writer, member)
    assert [] == sent


def test_a_writer_is_used_again(Member, sent):
    """Open the same writer a second time."""
    writer = Member.batch_writer()
    for number in (1, 2):
        with writer:
            writer.put(Member(number=number))
    assert [[1], [2]] == sent


def test_bad_input_is_refused_at_once_and_the_rest_is_written(Member, sent):
    """Refuse a bad item or key where it is given, and write the others."""
    with Member.batch_writer() as writer:
        writer.put(Member(number=1))
        with pytest.raises(ItemEncodingError):
            writer.put(Member(number=2, text="\ud800"))
        with pytest.raises(InvalidKeyValueError):
            writer.put(Member(number=2, family=""))
        with pytest.raises(MissingSortKeyValueError):
            writer.delete_item("f")
        with pytest.raises(InvalidKeyValueError):
            writer.delete_item("f", "text")
    assert [[1]] == sent


def test_large_items_are_written(Member):
    """Write a batch of several megabytes."""
    with Member.batch_writer() as writer:
        for number in range(20):
            writer.put(Member(number=number, text="x" * 200_000))
    assert list(range(20)) == numbers(Member)


def test_an_item_is_written_as_it_was_when_it_was_put(Member):
    """Change a model after putting it: what was put counts."""
    member = Member(number=1, text="as put")
    with Member.batch_writer() as writer:
        writer.put(member)
        member.text = "changed"
    assert "as put" == Member.get_item("f", 1, consistent_read=True).text


@pytest.mark.parametrize(
    ("annotation", "bad"),
    [
        (Path | None, Path("a\ud800")),
        (list[Path], [Path("a"), Path("\udfff")]),
        (Json[Any], object()),
        (Json[Any], "a\ud800"),
        (Json[Any], b"\xff"),
        (Json[Any], {"a": {1: object}}),
    ],
)
def test_an_item_that_cannot_be_stored_loses_no_other_item(
    annotation, bad, PrimaryKeyAndSortKeyModel, Member, transact_write
):
    """It is refused before anything is sent, alone, in a batch and in a transaction; the batch goes on."""

    class WithValue(PrimaryKeyAndSortKeyModel):
        pydamo_config = Member.pydamo_config
        family: str = "f"
        number: int
        value: annotation = None

    item = WithValue.model_construct(family="f", number=2, value=bad)
    with pytest.raises(ItemEncodingError, match="WithValue"):
        item.save()
    with pytest.raises(ItemEncodingError), transact_write() as transaction:
        transaction.put(item)
    with WithValue.batch_writer() as writer:
        writer.put(WithValue.model_construct(family="f", number=1, value=None))
        with pytest.raises(ItemEncodingError):
            writer.put(item)
        writer.put(WithValue.model_construct(family="f", number=3, value=None))
    assert [1, 3] == numbers(Member)
