"""Asynchronous models alone: many tasks on one client, tasks that are cancelled, and clients that come late."""

# ruff: noqa: PLR0917 - fixtures

from __future__ import annotations

import asyncio
import contextvars
import json
import re
import sys
from collections import Counter
from typing import Any

import aiobotocore
import boto3
import pytest
from aiobotocore.session import get_session

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncTable,
    ConditionCheckFailedError,
    ConfigurationError,
    InvalidRequestError,
    OperationError,
    PydamoConfig,
    TableNotFoundError,
    UnprocessedItemsError,
)
from pydamodb._client import exchange

pytestmark = pytest.mark.botocore_only("asynchronous handlers; tests/unit/client/direct/test_async.py is its twin")


@pytest.fixture(scope="module", params=["async"])
def style(request):
    """Run these tests in one style."""
    return request.param


@pytest.fixture
def table(make_table):
    """Make a table, for plain calls."""
    return make_table("owner", "number", types={"number": "N"})


@pytest.fixture
def client(table):
    """Return the asynchronous client."""
    return table.meta.client


@pytest.fixture
def Note(table, client):
    """Define a model of the table."""

    class Note(AsyncPrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=AsyncTable(client, table.name))

        owner: str = "o"
        number: int
        text: str = ""

    return Note


@pytest.fixture
def sent(client):
    """Collect the operations that the client sends, each with its body."""
    requests: list[tuple[str, Any]] = []

    def note(request, operation_name, **_):
        requests.append((operation_name, json.loads(request.data)))

    client.meta.events.register("request-created.dynamodb", note)
    yield requests
    client.meta.events.unregister("request-created.dynamodb", note)


@pytest.fixture
def on_event(client):
    """Return what registers a handler for an event, for one test."""
    registered = []

    def register(event, handler):
        client.meta.events.register_first(event, handler)
        registered.append((event, handler))

    yield register
    for event, handler in registered:
        client.meta.events.unregister(event, handler)


async def a_moment() -> None:
    """Let the other tasks go as far as they can without an answer."""
    for _ in range(10):
        await asyncio.sleep(0)


# --- many tasks ---


async def everything(note: Any, owner: str) -> list[Any]:
    """Do some of everything with the items of one owner; return what came back."""
    saved = [note(owner=owner, number=number, text=f"{owner} {number}") for number in range(3)]
    await asyncio.gather(*(each.save(condition=note.attr.owner.not_exists()) for each in saved))
    refused, found, *pages = await asyncio.gather(
        saved[0].save(condition=note.attr.owner.not_exists()),
        note.get_item(owner, 1, consistent_read=True),
        note.query(owner, limit=2, consistent_read=True),
        note.query_all(owner, consistent_read=True, filter_condition=note.attr.text != f"{owner} 0"),
        return_exceptions=True,
    )
    await note.update_item(owner, 2, updates={note.attr.text: f"new {owner}"}, condition=note.attr.number == 2)
    async with note.batch_writer() as writer:
        await asyncio.gather(*(writer.put(note(owner=owner, number=number)) for number in range(10, 40)))
        await writer.delete(saved[1])
    await note.delete_item(owner, 0)
    left = await note.query_all(owner, consistent_read=True)
    return [type(refused), found, *pages, [(each.number, each.text) for each in left]]


def test_hundreds_of_operations_at_once_get_their_own_replies(loop, Note, sent):
    """Forty owners, each with a dozen requests, all on one client: each finds its own items."""

    async def run() -> list[Any]:
        return await asyncio.gather(*(everything(Note, f"owner {number}") for number in range(40)))

    def expected(owner: str) -> list[Any]:
        notes = [Note(owner=owner, number=number, text=f"{owner} {number}") for number in range(3)]
        page = (notes[:2], {"owner": owner, "number": 1})
        written = [(2, f"new {owner}"), *((number, "") for number in range(10, 40))]
        return [ConditionCheckFailedError, notes[1], page, notes[1:], written]

    results = loop.wait(run())
    assert [expected(f"owner {number}") for number in range(40)] == results
    assert 1 == Counter(name for name, _ in sent)["DescribeTable"]
    assert len(sent) > 400


def test_a_table_is_described_once_however_many_tasks_need_it(loop, Note, sent):
    """The others wait for the one that asks."""

    async def run() -> list[Any]:
        return await asyncio.gather(*(Note.get_item("o", number) for number in range(50)))

    assert [None] * 50 == loop.wait(run())
    assert {"DescribeTable": 1, "GetItem": 50} == Counter(name for name, _ in sent)


def test_a_task_that_asks_for_the_keys_and_is_cancelled_is_replaced(loop, Note, sent, on_event):
    """The next one asks again, and the rest waits for that."""
    struck: list[Any] = []

    async def cancel(**_: Any) -> None:
        if not struck:
            struck.append(None)
            asyncio.current_task().cancel()
            await asyncio.sleep(0)

    on_event("request-created.dynamodb.DescribeTable", cancel)

    async def run() -> list[Any]:
        return await asyncio.gather(*(Note.get_item("o", number) for number in range(10)), return_exceptions=True)

    results = loop.wait(run())
    assert ([asyncio.CancelledError], [None] * 9) == ([type(results[0])], results[1:])
    assert {"DescribeTable": 1, "GetItem": 9} == Counter(name for name, _ in sent)


def test_a_table_that_is_missing_is_missed_by_all_tasks_that_wait(loop, client, sent):
    """One question, and each task gets its own error."""

    class Lost(AsyncPrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=AsyncTable(client, "no-such-table"))

        owner: str

    async def run() -> list[Any]:
        return await asyncio.gather(*(Lost.get_item("o", number) for number in range(10)), return_exceptions=True)

    errors = loop.wait(run())
    assert [TableNotFoundError] * 10 == list(map(type, errors))
    assert (10, 1) == (len(set(map(id, errors))), len(sent))


@pytest.mark.parametrize("kind", ["awaited", "another task"])
@pytest.mark.parametrize("event", ["provide-client-params", "before-call", "request-created", "before-parse"])
def test_a_call_that_a_users_handler_makes_during_ours_is_the_users(loop, table, Note, client, on_event, event, kind):
    """Of the same operation, on the same client: neither reply is mixed up with the other."""
    table.put_item(Item={"owner": "own", "number": 1, "text": "theirs"})
    seen: list[Any] = []
    own_key = {"owner": {"S": "own"}, "number": {"N": "1"}}

    async def read() -> None:
        reply = await client.get_item(TableName=table.name, Key=own_key)
        seen.append((reply["Item"]["text"], reply["ResponseMetadata"]["HTTPStatusCode"]))

    tasks: list[Any] = []

    async def handler(**_: Any) -> None:
        if not tasks:
            tasks.append(None)
            if kind == "awaited":
                await read()
            else:
                tasks.append(asyncio.create_task(read()))
                await a_moment()

    async def run() -> Any:
        await Note(number=1, text="ours").save()
        on_event(f"{event}.dynamodb.GetItem", handler)
        found = await Note.get_item("o", 1)
        await asyncio.gather(*tasks[1:])
        return found.text

    assert ("ours", [({"S": "theirs"}, 200)]) == (loop.wait(run()), seen)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="a task gets a context from 3.11 on")
def test_tasks_that_share_a_context_send_their_own_requests(loop, Note, on_event):
    """Whatever the order in which they begin and end."""

    async def others_first(**_: Any) -> None:
        await a_moment()

    on_event("before-parameter-build.dynamodb.PutItem", others_first)

    async def run() -> Any:
        context = contextvars.copy_context()
        saves = [
            asyncio.create_task(Note(number=number, text=str(number)).save(), context=context) for number in range(5)
        ]
        await asyncio.gather(*saves)
        return context.get(exchange._current), [note.text for note in await Note.query_all("o")]

    assert (None, ["0", "1", "2", "3", "4"]) == loop.wait(run())


# --- cancellation ---

EVENTS = [
    "before-call.dynamodb.{}",
    "request-created.dynamodb.{}",
    "before-send.dynamodb.{}",
    "response-received.dynamodb.{}",
    "before-parse.dynamodb.{}",
    "after-call.dynamodb.{}",
]


@pytest.mark.parametrize("operation", ["PutItem", "GetItem"])
@pytest.mark.parametrize("event", EVENTS)
def test_a_cancelled_task_leaves_nothing_behind(loop, table, Note, client, on_event, event, operation):
    """Wherever a call is: the user's own calls, and ours, are as ever, also in the same context."""
    struck: list[Any] = []

    async def strike(**_: Any) -> None:
        if not struck:
            struck.append(None)
            asyncio.current_task().cancel()
            await asyncio.sleep(0)

    async def run() -> Any:
        await Note(number=1, text="before").save()
        on_event(event.format(operation), strike)
        with pytest.raises(asyncio.CancelledError):
            await (Note(number=2).save() if operation == "PutItem" else Note.get_item("o", 1))
        assert exchange._current.get() is None
        key = {"owner": {"S": "o"}, "number": {"N": "1"}}
        own = await client.get_item(TableName=table.name, Key=key)
        await Note(number=3, text="after").save()
        return own["Item"]["text"], (await Note.get_item("o", 1)).text, (await Note.get_item("o", 3)).text

    assert ({"S": "before"}, "before", "after") == loop.wait(run())


def test_tasks_that_are_cancelled_do_not_disturb_the_others(loop, Note):
    """Cancel every other one of a hundred readers at different moments: the rest gets what it asked for."""

    async def read(number: int) -> int:
        return (await Note.get_item("o", number)).number

    async def run() -> list[Any]:
        async with Note.batch_writer() as writer:
            for number in range(100):
                await writer.put(Note(number=number))
        tasks = [asyncio.create_task(read(number)) for number in range(100)]
        for number, task in enumerate(tasks):
            if number % 2:
                await asyncio.sleep(0)
                task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = loop.wait(run())
    assert list(range(0, 100, 2)) == results[::2]
    cancelled = {number for number, result in enumerate(results) if isinstance(result, asyncio.CancelledError)}
    assert (True, set()) == (len(cancelled) > 0, cancelled - set(range(1, 100, 2)))


def numbers_in(table: Any) -> list[int]:
    """List the numbers of all items."""
    return sorted(int(item["number"]) for item in table.scan(ConsistentRead=True)["Items"])


def numbers(notes: Any) -> list[int]:
    """List the numbers of models."""
    return [note.number for note in notes]


def test_a_cancelled_batch_reports_what_was_not_written(loop, table, Note):
    """Cancel a block that waits: what was sent is written, and the cause of the cancellation holds the rest."""

    async def write(waiting: asyncio.Event) -> None:
        async with Note.batch_writer() as writer:
            for number in range(30):
                await writer.put(Note(number=number))
            await writer.delete_item("o", 99)
            waiting.set()
            await asyncio.sleep(60)

    async def run() -> Any:
        waiting = asyncio.Event()
        task = asyncio.create_task(write(waiting))
        await waiting.wait()
        task.cancel()
        return await reason_of(task)

    error = loop.wait(run())
    assert ([25, 26, 27, 28, 29], [{"owner": "o", "number": 99}]) == (numbers(error.puts), error.deletes)
    assert list(range(25)) == numbers_in(table)
    assert str(error).endswith("6 writes are not confirmed (see puts and deletes): the block was cancelled")


async def reason_of(task: asyncio.Task[Any]) -> Any:
    """Return the UnprocessedItemsError among the causes of a task's end."""
    try:
        await task
    except BaseException as ended:  # noqa: BLE001 - looked at by the test
        while ended is not None and not isinstance(ended, UnprocessedItemsError):
            ended = ended.__cause__ or ended.__context__
        return ended


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("count", [3, 25, 60])
def test_a_batch_that_is_cancelled_while_it_sends_reports_all_that_is_not_confirmed(
    loop, table, Note, on_event, event, count
):
    """Nothing is lost: each put is confirmed or reported, whether in the block or at its end."""

    async def strike(**_: Any) -> None:
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    on_event(event.format("BatchWriteItem"), strike)
    taken: list[int] = []

    async def write() -> None:
        async with Note.batch_writer() as writer:
            for number in range(count):
                taken.append(number)
                await writer.put(Note(number=number))

    async def run() -> Any:
        task = asyncio.create_task(write())
        await asyncio.wait([task])
        assert task.cancelled()
        return await reason_of(task)

    error = loop.wait(run())
    assert taken == numbers(error.puts)
    assert set(numbers_in(table)) <= set(taken)


def test_a_batch_that_takes_too_long_reports_what_was_not_written(loop, Note, on_event):
    """Wait for it with a bound: the report is among the causes of the TimeoutError."""
    never = []

    async def hang(**_: Any) -> None:
        never.append(None)
        await asyncio.sleep(60)

    on_event("before-send.dynamodb.BatchWriteItem", hang)

    async def write() -> None:
        async with Note.batch_writer() as writer:
            await writer.put(Note(number=7))

    async def run() -> Any:
        await Note.get_item("o", 1)
        task = asyncio.create_task(asyncio.wait_for(write(), 0.05))
        with pytest.raises(asyncio.TimeoutError):
            await task
        return await reason_of(task)

    assert [7] == numbers(loop.wait(run()).puts)


def test_a_batch_that_is_cancelled_with_nothing_left_reports_nothing(loop, table, Note):
    """There is no cause then."""

    async def write() -> None:
        async with Note.batch_writer() as writer:
            for number in range(25):
                await writer.put(Note(number=number))
            raise asyncio.CancelledError

    with pytest.raises(BaseException) as caught:  # noqa: PT011 - concurrent.futures has a CancelledError of its own
        loop.wait(write())
    assert None is caught.value.__cause__
    assert list(range(25)) == numbers_in(table)


def test_a_batch_is_sent_when_its_block_fails(loop, table, Note):
    """An error is no cancellation."""

    async def write() -> None:
        async with Note.batch_writer() as writer:
            await writer.put(Note(number=1))
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        loop.wait(write())
    assert [1] == numbers_in(table)


def test_many_tasks_share_a_batch_writer(loop, table, Note, sent):
    """Full requests, one after the other, and the last write for a key wins."""

    async def run() -> None:
        async with Note.batch_writer() as writer:

            async def write(first: int) -> None:
                for number in range(first, 300, 30):
                    await writer.put(Note(number=number, text="old"))
                    await writer.put(Note(number=number, text="new"))

            await asyncio.gather(*map(write, range(30)))

    loop.wait(run())
    items = table.scan(ConsistentRead=True)["Items"]
    assert [(number, "new") for number in range(300)] == sorted((int(item["number"]), item["text"]) for item in items)
    sizes = [len(body["RequestItems"][table.name]) for name, body in sent if name == "BatchWriteItem"]
    assert (25, True) == (max(sizes), len(sizes) <= 26)


def test_a_write_for_a_key_that_is_on_its_way_comes_after_it(loop, table, Note, on_event):
    """Put an item again while the first put is being sent: the second one wins, whatever the network does."""
    sending, taken = asyncio.Event(), asyncio.Event()

    async def delay(**_: Any) -> None:
        sending.set()
        await taken.wait()

    on_event("before-send.dynamodb.BatchWriteItem", delay)

    async def run() -> None:
        async with Note.batch_writer() as writer:

            async def write(text: str) -> None:
                await asyncio.gather(*(writer.put(Note(number=number, text=text)) for number in range(25)))

            first = asyncio.create_task(write("first"))
            await sending.wait()
            second = asyncio.create_task(write("second"))
            await a_moment()
            taken.set()
            await asyncio.gather(first, second)

    loop.wait(run())
    assert {"second"} == {item["text"] for item in table.scan(ConsistentRead=True)["Items"]}


def test_a_write_that_comes_while_the_block_ends_is_refused(loop, table, Note, on_event):
    """Another task puts while the last request is under way: it is told, and what was put before is written."""
    sending, late = asyncio.Event(), asyncio.Event()

    async def delay(**_: Any) -> None:
        sending.set()
        await late.wait()

    on_event("before-send.dynamodb.BatchWriteItem", delay)

    async def put_late(writer: Any) -> None:
        await sending.wait()
        try:
            await writer.put(Note(number=2))
        finally:
            late.set()

    async def run() -> Any:
        async with Note.batch_writer() as writer:
            await writer.put(Note(number=1))
            task = asyncio.create_task(put_late(writer))
        (error,) = await asyncio.gather(task, return_exceptions=True)
        return error

    assert (InvalidRequestError, [1]) == (type(loop.wait(run())), numbers_in(table))


def test_a_batch_in_a_generator_that_is_left_is_sent(loop, table, Note):
    """Closing a generator is no cancellation of a task."""

    async def copied() -> Any:
        async with Note.batch_writer() as writer:
            for number in range(10):
                await writer.put(Note(number=number))
                yield number

    async def run() -> None:
        generator = copied()
        async for number in generator:
            if number == 4:
                break
        await generator.aclose()

    loop.wait(run())
    assert [0, 1, 2, 3, 4] == numbers_in(table)


def test_a_writer_takes_nothing_after_its_block(loop, Note):
    """A task that comes too late is told."""

    async def run() -> None:
        async with Note.batch_writer() as writer:
            pass
        await writer.put(Note(number=1))

    with pytest.raises(InvalidRequestError, match=r"async with Note\.batch_writer\(\) as writer"):
        loop.wait(run())


# --- where the client comes from ---


@pytest.fixture
def options(server):
    """Return the options of a client on the engine."""
    return {"endpoint_url": server} if server else {}


def model_on(source: Any, **options: Any) -> Any:
    """Define a model whose table comes from a function, or is anything else."""

    class Late(AsyncPrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=source, **options)

        owner: str
        number: int

    return Late


@pytest.mark.parametrize("kind", ["function", "coroutine function"])
def test_a_function_is_called_once_in_each_event_loop(table, options, kind):
    """However many tasks need it: a client belongs to its event loop."""
    made: list[Any] = []

    async def use(note: Any) -> int:
        async with get_session().create_client("dynamodb", **options) as client:
            made.append(client)
            await asyncio.gather(*(note.get_item("o", number) for number in range(10)))
            return len(calls)

    calls: list[Any] = []

    def find() -> AsyncTable:
        calls.append(made[-1])
        return AsyncTable(made[-1], table.name)

    async def find_later() -> AsyncTable:
        await asyncio.sleep(0.001)
        return find()

    note = model_on(find if kind == "function" else find_later)
    assert ([1, 2], made) == ([asyncio.run(use(note)) for _ in range(2)], calls)


def test_what_belongs_to_closed_event_loops_is_forgotten(table, options):
    """A Lambda function may run a new one each time."""

    async def find() -> AsyncTable:
        return AsyncTable(client, table.name)

    note = model_on(find)

    async def use() -> None:
        nonlocal client
        async with get_session().create_client("dynamodb", **options) as client:
            await note.get_item("o", 1)

    client: Any = None
    for _ in range(3):
        asyncio.run(use())
    assert 1 == len(vars(note.pydamo_config)["_returned_in"])


def test_a_function_that_fails_or_is_cancelled_is_called_again(loop, table, client):
    """A failure is not kept."""
    outcomes: list[Any] = [RuntimeError("not yet"), asyncio.CancelledError(), AsyncTable(client, table.name)]

    async def find() -> AsyncTable:
        outcome = outcomes.pop(0)
        await asyncio.sleep(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    note = model_on(find)

    async def run() -> list[Any]:
        return await asyncio.gather(*(note.get_item("o", number) for number in range(4)), return_exceptions=True)

    assert [RuntimeError, asyncio.CancelledError, type(None), type(None)] == list(map(type, loop.wait(run())))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "characters",
            "its table is given by the name 'characters': give it the name without",
        ),
        (
            lambda: boto3.resource("dynamodb").Table("x"),
            "its table is given by a table with a synchronous client: give it",
        ),
        (lambda: None, "^Late: .* got NoneType$"),
    ],
    ids=["name", "boto3", "None"],
)
def test_what_is_no_asynchronous_table_is_refused(loop, source, words):
    """Before anything is sent."""
    with pytest.raises(ConfigurationError) as caught:
        loop.wait(model_on(source, transport="boto3").get_item("o", 1))
    assert re.search(words, str(caught.value))


def test_a_function_that_needs_its_own_table_is_refused(loop, table, client):
    """It would wait for itself."""

    async def find() -> AsyncTable:
        await note.get_item("o", 1)
        return AsyncTable(client, table.name)

    note = model_on(find)
    with pytest.raises(ConfigurationError, match=r"^Late: the function that returns its table uses the model itself"):
        loop.wait(note.get_item("o", 1))


@pytest.mark.skipif(aiobotocore.__version__.startswith("2."), reason="its closed clients open themselves again")
def test_a_client_that_was_closed_is_an_operation_error(loop, table, options):
    """The message asks about it."""

    async def run() -> None:
        async with get_session().create_client("dynamodb", **options) as client:
            note = model_on(AsyncTable(client, table.name))
            await note(owner="o", number=1).save()
        await note.get_item("o", 1)

    with pytest.raises(OperationError) as caught:
        loop.wait(run())
    assert ("GetItem", "Late") == (caught.value.operation, caught.value.model_name)


def test_a_table_of_aioboto3_is_taken_as_it_is(loop, table, options):
    """Its client is that of a resource, which changes what it parses itself."""
    aioboto3 = pytest.importorskip("aioboto3", reason="it lags behind aiobotocore; .ci/run has an environment with it")

    async def run() -> Any:
        async with aioboto3.Session().resource("dynamodb", **options) as dynamodb:
            theirs = await dynamodb.Table(table.name)
            note = model_on(theirs)
            await note(owner="o", number=1).save()
            async with note.batch_writer() as writer:
                await writer.put(note(owner="o", number=2))
            own = await theirs.get_item(Key={"owner": "o", "number": 2})
            return own["Item"], await note.query_all("o")

    own, found = loop.wait(run())
    assert ({"owner": "o", "number": 2}, [1, 2]) == (own, numbers(found))
