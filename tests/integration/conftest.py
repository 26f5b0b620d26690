"""Each test runs twice, as one text: with synchronous models, and with asynchronous ones that are waited for.

The asynchronous models' methods run on an event loop in a thread of its own, with a client of aiobotocore; a table is
the boto3 Table that a test looks into, and for the models a function that returns the AsyncTable. A test of what only
boto3 has (threads, its Stubber, its default session) is marked `synchronous`.

With PYDAMODB_TRANSPORT=direct in the environment, all models use the direct transport: they get the DirectTable in the
place of a Table or an AsyncTable. A test of what only botocore has is marked `botocore_only`, with the reason.

An engine at AWS_ENDPOINT_URL_DYNAMODB may be ministack. A test of what it does otherwise than DynamoDB is marked
`wrong_on_ministack`, with what it does.
"""

import asyncio
import importlib
import os
import threading
import urllib.request
from collections.abc import Coroutine, Iterator
from contextlib import nullcontext, suppress
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from moto import mock_aws

import pydamodb
from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    AsyncTable,
    DirectClient,
    DirectTable,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
)
from pydamodb._client.direct.clients import transport_of
from pydamodb.aio import AsyncModelIndex, AsyncModelVectorIndex


def is_ministack(url: str | None) -> bool:
    """Return True if ministack answers at an address."""
    if url is None:
        return False
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=10) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except OSError:  # also the error that another engine answers with
        return False


IS_MINISTACK = is_ministack(os.environ.get("AWS_ENDPOINT_URL_DYNAMODB"))
IS_DIRECT = os.environ.get("PYDAMODB_TRANSPORT") == "direct"

OF_INSTANCE = ("save", "delete", "refresh", "update")
OF_CLASS = (
    "batch_get",
    "delete_item",
    "get_item",
    "query",
    "query_all",
    "query_count",
    "query_first",
    "scan",
    "scan_all",
    "scan_count",
    "update_item",
)
OF_INDEX = ("query", "query_all", "query_count", "query_first", "query_iter")
ITERATORS = ("query_iter", "scan_iter")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what asynchronous models do not have."""
    left_out = [item for item in items if item.get_closest_marker("synchronous") and "async" in callspec(item)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    for item in items:
        if IS_DIRECT and (mark := item.get_closest_marker("botocore_only")) is not None:
            item.add_marker(pytest.mark.skip(reason=f"only botocore has {mark.args[0]}"))
        if IS_MINISTACK and (mark := item.get_closest_marker("wrong_on_ministack")) is not None:
            item.add_marker(pytest.mark.skip(reason=f"ministack {mark.args[0]}"))


def callspec(item: pytest.Item) -> list[Any]:
    """Return the parameters of a test."""
    return list(item.callspec.params.values()) if hasattr(item, "callspec") else []


@pytest.fixture(scope="module", params=["sync", "async"])
def style(request) -> str:
    """Run each test in both styles."""
    return request.param


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine to its end."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def end(self) -> None:
        """Stop the loop, and its thread, as `asyncio.run` does."""
        self.wait(self.loop.shutdown_asyncgens())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture(scope="session")
def on_ministack() -> bool:
    """Return True if the engine is ministack, which has vector indexes and index keys of several attributes."""
    return IS_MINISTACK


@pytest.fixture(scope="session")
def is_direct() -> bool:
    """Return True if all models use the direct transport."""
    return IS_DIRECT


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """Return the event loop of all asynchronous models."""
    loop = Loop()
    yield loop
    loop.end()


@pytest.fixture(scope="module")
def open_client(loop) -> Iterator[Any]:
    """Return what opens clients of aiobotocore; they are closed in the end."""
    opened = []

    def make(*, config, **options):
        if config is not None:
            options["config"] = importlib.import_module("aiobotocore.config").AioConfig().merge(config)
        context = importlib.import_module("aiobotocore.session").get_session().create_client("dynamodb", **options)
        opened.append(context)
        return loop.wait(context.__aenter__())

    yield make
    for context in opened:
        loop.wait(context.__aexit__(None, None, None))


class WithAsyncClient:
    """A boto3 resource or Table that a test looks into. As a Table it is a function that returns the AsyncTable."""

    def __init__(self, resource: Any, client: Any) -> None:
        """Stand for a resource, or a Table."""
        self._resource, self.meta = resource, SimpleNamespace(client=client)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._resource, name)

    def __call__(self) -> AsyncTable:
        """Return the table that the models use."""
        return AsyncTable(self.meta.client, self.name)

    def __repr__(self) -> str:
        return f"{self._resource!r} with an asynchronous client"

    def Table(self, name: str) -> Any:
        """Return a table of the resource."""
        return WithAsyncClient(self._resource.Table(name), self.meta.client)

    def create_table(self, **definition: Any) -> Any:
        """Create a table."""
        return WithAsyncClient(self._resource.create_table(**definition), self.meta.client)


NAMED: Any = SimpleNamespace(operation="DescribeTable", tables=[SimpleNamespace(table_name="a-name")])


class WithDirectClient:
    """A boto3 resource or Table that a test looks into. As a Table it is a function that returns the DirectTable."""

    def __init__(self, resource: Any, direct: DirectClient) -> None:
        """Stand for a resource, or a Table. Handlers of the direct client are those of its client of botocore."""
        self._resource, self._direct = resource, direct

    @property
    def meta(self) -> Any:
        """Return the metadata of the direct client, which asks botocore for its way here, and not in a test."""
        transport = transport_of(self._direct)
        with suppress(NoCredentialsError):
            transport.find_link(NAMED)
        return SimpleNamespace(client=transport.client)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._resource, name)

    def __call__(self) -> DirectTable:
        """Return the table that the models use."""
        return self._direct.table(self.name)

    def __repr__(self) -> str:
        return f"{self._resource!r} with {self._direct!r}"

    def Table(self, name: str) -> Any:
        """Return a table of the resource."""
        return WithDirectClient(self._resource.Table(name), self._direct)

    def create_table(self, **definition: Any) -> Any:
        """Create a table."""
        return WithDirectClient(self._resource.create_table(**definition), self._direct)


@pytest.fixture(scope="module")
def open_resource(style, server, open_client) -> Any:
    """Return what makes a boto3 resource for models of the style, with the options of `boto3.resource`."""

    def make(*, config=None, **options):
        if IS_DIRECT:
            return WithDirectClient(boto3.resource("dynamodb", **options), DirectClient(config=config, **options))
        if style == "sync":
            return boto3.resource("dynamodb", config=config, **options)
        options = {"endpoint_url": server, **options}
        return WithAsyncClient(boto3.resource("dynamodb", **options), open_client(config=config, **options))

    return make


@pytest.fixture(scope="module")
def dynamodb(style, on_moto, open_resource) -> Iterator[Any]:
    """Return a boto3 resource on the engine, for models of the style."""
    with mock_aws() if on_moto and (style == "sync" or IS_DIRECT) else nullcontext():
        yield open_resource()


@pytest.fixture(scope="module")
def endpoint(style, server) -> str | None:
    """Return the address of the engine for boto3's clients, None if moto is in the process or the environment says."""
    return server if style == "async" and not IS_DIRECT else None


@pytest.fixture(scope="module")
def client(endpoint, dynamodb) -> Any:
    """Return a plain boto3 client on the engine; unlike the resource's, it speaks in attribute values."""
    return boto3.client("dynamodb", endpoint_url=endpoint)


class WaitingWriter:
    """An asynchronous batch writer, or transaction, in a `with` block."""

    def __init__(self, writer: Any, loop: Loop) -> None:
        """Stand for it."""
        self._writer, self._loop = writer, loop

    def __enter__(self) -> Any:
        """Enter its block."""
        self._loop.wait(self._writer.__aenter__())
        return self

    def __exit__(self, *exception: object) -> None:
        """Leave its block."""
        self._loop.wait(self._writer.__aexit__(*exception))

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **options: self._loop.wait(getattr(self._writer, name)(*args, **options))


async def anext_of(items: Any) -> Any:
    """Return the next item of an asynchronous iterator."""
    return await items.__anext__()


def waited(items: Any, loop: Loop) -> Iterator[Any]:
    """Yield the items of an asynchronous iterator."""
    with suppress(StopAsyncIteration):
        while True:
            yield loop.wait(anext_of(items))


@pytest.fixture(scope="module")
def transact_write(style, request) -> Any:
    """Return what begins a transaction of models of the style, in a `with` block."""
    if style == "sync":
        return pydamodb.transact_write
    loop = request.getfixturevalue("loop")
    return lambda **options: WaitingWriter(pydamodb.transact_write_async(**options), loop)


@pytest.fixture(scope="module")
def transact_get(style, request) -> Any:
    """Return what reads items of models of the style at one moment."""
    if style == "sync":
        return pydamodb.transact_get
    loop = request.getfixturevalue("loop")
    return lambda *keys, **options: loop.wait(pydamodb.transact_get_async(*keys, **options))


@pytest.fixture(scope="module")
def tables_of(style, request) -> Any:
    """Return what makes, checks and completes the tables of models of the style, each by the name of the function."""
    if style == "sync":
        return pydamodb.tables
    loop = request.getfixturevalue("loop")

    def waiting_function(name: str) -> Any:
        return lambda *models, **options: loop.wait(getattr(pydamodb, f"{name}_async")(*models, **options))

    names = ("check_tables", "create_tables", "ensure_tables")
    return SimpleNamespace(**{name: waiting_function(name) for name in names})


class WaitingIndex:
    """The index of an asynchronous model, whose queries return when they were awaited."""

    def __init__(self, index: Any, loop: Loop, source: Any) -> None:
        """Stand for it."""
        self._index, self._loop, self.__pydamo_source__ = index, loop, source

    def __repr__(self) -> str:
        return repr(self._index)

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **options: self._loop.wait(getattr(self._index, name)(*args, **options))

    def query_iter(self, *args: Any, **options: Any) -> Iterator[Any]:
        """Yield what the iterator yields."""
        items = self._index.query_iter(*args, **options)
        with suppress(StopAsyncIteration):
            while True:
                yield self._loop.wait(anext_of(items))


def waiting_index(base: Any, cls: Any, name: str, loop: Loop) -> WaitingIndex:
    """Return the index of a model, with the queries of its asynchronous base."""
    queries = {each: getattr(base, each).__func__.__get__(cls) for each in OF_INDEX}
    return WaitingIndex(AsyncModelIndex(SimpleNamespace(__name__=cls.__name__, **queries), name), loop, (cls, name))


class WaitingCollection:
    """A collection of asynchronous models, whose operations return when they were awaited."""

    def __init__(self, collection: Any, loop: Loop) -> None:
        """Stand for it."""
        self._collection, self._loop = collection, loop

    def __repr__(self) -> str:
        return repr(self._collection)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._collection, name)
        if name == "from_stream_record":
            return method
        if name == "batch_writer":
            return lambda: WaitingWriter(method(), self._loop)
        if name in ITERATORS:
            return lambda *args, **options: waited(method(*args, **options), self._loop)
        return lambda *args, **options: self._loop.wait(method(*args, **options))


@pytest.fixture(scope="module")
def collection(style, request) -> Any:
    """Return what makes collections of models of the style."""
    if style == "sync":
        return pydamodb.collection
    loop = request.getfixturevalue("loop")
    return lambda *kinds: WaitingCollection(pydamodb.collection(*kinds), loop)


def waiting(base: Any, loop: Loop) -> Any:
    """Make a model class with the operations of an asynchronous one, which return when that was awaited."""

    def of_class(operation: str) -> Any:
        def method(cls, *args, **options):
            return loop.wait(getattr(super(model, cls), operation)(*args, **options))

        return classmethod(method)

    def of_instance(operation: str) -> Any:
        def method(self, *args, **options):
            return loop.wait(getattr(base, operation)(self, *args, **options))

        return method

    def iterator(operation: str) -> Any:
        def method(cls, *args, **options):
            return waited(getattr(super(model, cls), operation)(*args, **options), loop)

        return classmethod(method)

    def batch_writer(cls, *args, **options):
        return WaitingWriter(super(model, cls).batch_writer(*args, **options), loop)

    def parametrised(cls, item):
        return cls if cls is model else super(model, cls).__class_getitem__(item)

    methods = {name: of_class(name) for name in OF_CLASS if hasattr(base, name)}
    methods |= {name: iterator(name) for name in ITERATORS}
    methods |= {name: of_instance(name) for name in OF_INSTANCE}
    methods |= {"batch_writer": classmethod(batch_writer), "__class_getitem__": classmethod(parametrised)}
    methods["__pydamo_vector_index__"] = classmethod(
        lambda cls, index: WaitingIndex(AsyncModelVectorIndex(cls, index), loop, None)
    )
    methods["__pydamo_index__"] = classmethod(lambda cls, name: waiting_index(base, cls, name, loop))
    model = type(base)(base.__name__.removeprefix("Async"), (base,), {"__module__": __name__, **methods})
    return model


@pytest.fixture(scope="module")
def base_classes(style, request) -> tuple[Any, Any]:
    """Return the base classes of models in the style."""
    if style == "sync":
        return PrimaryKeyModel, PrimaryKeyAndSortKeyModel
    loop = request.getfixturevalue("loop")
    return waiting(AsyncPrimaryKeyModel, loop), waiting(AsyncPrimaryKeyAndSortKeyModel, loop)


@pytest.fixture(scope="module", name="PrimaryKeyModel")
def primary_key_model(base_classes) -> Any:
    """Return the base class of models whose items have a partition key only."""
    return base_classes[0]


@pytest.fixture(scope="module", name="PrimaryKeyAndSortKeyModel")
def primary_key_and_sort_key_model(base_classes) -> Any:
    """Return the base class of models whose items have a sort key too."""
    return base_classes[1]


@pytest.fixture
def no_pauses(style, no_pauses, monkeypatch) -> list[float]:
    """Collect the pauses that the library makes in the style, in seconds, instead of making them."""
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        if seconds:  # a turn of the loop is none: somebody's connections may be closed meanwhile
            no_pauses.append(seconds)
        await sleep(0)

    if style == "async":
        monkeypatch.setattr(asyncio, "sleep", note)
    return no_pauses
