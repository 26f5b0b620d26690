"""Direct clients as users have them: options, tables, life; and which transport a configuration leads to."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import pickle
import re
import socket
import threading
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock, Mock

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, NoRegionError
from moto import mock_aws
from scripted_server import ScriptedServer, ok, refused, serving

from pydamodb import (
    AsyncPrimaryKeyModel,
    AsyncTable,
    ConfigurationError,
    DirectClient,
    DirectTable,
    DynamoDBClientError,
    InvalidRequestError,
    PrimaryKeyModel,
    PydamoConfig,
    RequestEnded,
    RequestStarted,
    TableNotFoundError,
)
from pydamodb._client import async_clients, clients
from pydamodb._client.direct import clients as direct_clients
from pydamodb._client.direct.async_connections import Pool
from pydamodb._client.direct.clients import default_session, transport_of
from pydamodb._client.direct.transports import Transport

KEYS = {
    "TableName": "characters",
    "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
}


def script(_: int, head: bytes, __: bytes) -> bytes:
    """Answer as a table with one item."""
    return ok(json.dumps({"Table": KEYS} if b"DescribeTable" in head else {"Item": {"name": {"S": "x"}}}).encode())


@pytest.fixture
def server() -> Any:
    """Run a server."""
    with serving(script) as server:
        yield server


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give boto3 what its default session needs."""
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "eu-central-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def client(server: ScriptedServer) -> Any:
    """Return a client of the server."""
    return DirectClient(endpoint_url=f"http://127.0.0.1:{server.port}")


def model_on(table: Any, **options: Any) -> Any:
    """Define a synchronous model."""

    class Character(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table, **options)
        name: str

    return Character


def async_model_on(table: Any, **options: Any) -> Any:
    """Define an asynchronous model."""

    class Character(AsyncPrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table, **options)
        name: str

    return Character


def test_a_client_serves_models_of_both_kinds(server: ScriptedServer, client: Any) -> None:
    """They share the keys of the table, so that these are asked for once."""
    one, other = model_on(client.table("characters")), async_model_on(client.table("characters"))
    assert "x" == one.get_item("x").name
    assert "x" == asyncio.run(other.get_item("x")).name
    assert 3 == len(server.heads)


def test_a_client_opens_nothing_until_it_is_used(client: Any) -> None:
    """To define models costs nothing."""
    table = client.table("characters")
    model_on(table)
    client.close()
    asyncio.run(client.aclose())
    assert (DirectTable(client, "characters"), None) == (table, client._transport)


def test_a_client_takes_the_options_of_boto3(server: ScriptedServer) -> None:
    """A session, a configuration, an endpoint and a region."""
    session = boto3.Session(aws_access_key_id="mine", aws_secret_access_key="x", region_name="eu-west-1")
    client = DirectClient(
        session=session,
        config=Config(retries={"total_max_attempts": 2}, read_timeout=7),
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name="eu-west-3",
    )
    model_on(client.table("characters")).get_item("x")
    transport = transport_of(client)
    (link,) = transport.links()
    assert (2, 7, True) == (
        transport.terms.attempts,
        link.read_timeout,
        b"Credential=mine/" in server.heads[0] and b"/eu-west-3/dynamodb/" in server.heads[0],
    )


def test_a_client_shows_its_options() -> None:
    """Those that were given."""
    assert ("DirectClient()", "DirectClient(region_name='eu-west-1')") == (
        repr(DirectClient()),
        repr(DirectClient(region_name="eu-west-1")),
    )


@pytest.mark.parametrize("make_copy", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])  # noqa: S301
def test_copies_and_pickles_have_connections_of_their_own(client: Any, make_copy: Callable[[Any], Any]) -> None:
    """They are nothing but the options."""
    table = client.table("characters")
    transport = transport_of(client)
    made = make_copy(table)
    assert (repr(table), True) == (repr(made), transport_of(made.client) is not transport)


def test_a_closed_client_can_be_used_again(server: ScriptedServer, client: Any) -> None:
    """It opens new connections; blocks close it too."""
    character = model_on(client.table("characters"))
    with client as entered:
        character.get_item("x")
    server.wait_for(0)
    character.get_item("x")
    client.close()
    server.wait_for(0)
    assert (client, 2) == (entered, server.connections)


def test_an_asynchronous_block_closes_the_connections_of_its_loop(server: ScriptedServer, client: Any) -> None:
    """And `close` does so for a loop that runs."""
    character = async_model_on(client.table("characters"))

    async def main() -> None:
        async with client as entered:
            await character.get_item("x")
        await asyncio.to_thread(server.wait_for, 0)
        assert client is entered
        await character.get_item("x")
        client.close()
        await asyncio.sleep(0.01)
        await asyncio.to_thread(server.wait_for, 0)

    asyncio.run(main())
    assert 2 == server.connections


@pytest.mark.parametrize("name", ["", None, 1])
def test_a_table_needs_a_name(client: Any, name: Any) -> None:
    """It is noticed at once."""
    with pytest.raises(ConfigurationError, match=r"DirectClient\(\).table\(name\) takes the name of a table, got"):
        client.table(name)


def test_a_direct_table_needs_a_direct_client() -> None:
    """Which makes it."""
    with pytest.raises(ConfigurationError, match=r"DirectTable\(client, name\) takes a DirectClient, got object"):
        model_on(DirectTable(object(), "characters")).get_item("x")


# --- which transport ---


def resource_table() -> Any:
    """Return a boto3 Table."""
    return boto3.resource("dynamodb").Table("characters")


@pytest.mark.parametrize(
    ("given", "variable", "expected"),
    [
        (None, None, False),
        (None, "", False),
        (None, "boto3", False),
        (None, "direct", True),
        ("boto3", "direct", False),
        ("direct", None, True),
        ("direct", "boto3", True),
    ],
)
def test_a_synchronous_model_with_a_name_is_direct_if_it_is_told(
    monkeypatch: pytest.MonkeyPatch, given: Any, variable: str | None, expected: bool
) -> None:
    """By its configuration, or by the environment for a whole program."""
    monkeypatch.delenv("PYDAMODB_TRANSPORT", raising=False)
    if variable is not None:
        monkeypatch.setenv("PYDAMODB_TRANSPORT", variable)
    endpoint = clients.open_endpoint(PydamoConfig(table="characters", transport=given))
    assert expected is isinstance(endpoint.client, Transport)


def test_a_wrong_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is misspelled would change nothing, without a word."""
    monkeypatch.setenv("PYDAMODB_TRANSPORT", "Direct")
    with pytest.raises(ConfigurationError, match='PYDAMODB_TRANSPORT is "boto3" or "direct", not \'Direct\''):
        clients.open_endpoint(PydamoConfig(table="characters"))


@pytest.mark.parametrize("transport", [None, "direct"])
def test_an_asynchronous_model_with_a_name_is_direct(transport: Any) -> None:
    """boto3 has no asynchronous client."""
    config = PydamoConfig(table="characters", transport=transport)
    endpoint = asyncio.run(async_clients.open_endpoint(config))
    assert isinstance(endpoint.client, Transport)


def test_models_with_names_share_the_transport_of_the_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds; another default session has another one."""
    first, second = (clients.direct_endpoint(name) for name in ("characters", "places"))
    third = asyncio.run(async_clients.open_endpoint(PydamoConfig(table="characters")))
    assert (True, True) == (first.client is second.client is third.client, first.schemas is second.schemas)
    assert first.is_current is not None
    assert first.is_current()
    boto3.setup_default_session()
    assert (False, False) == (first.is_current(), clients.direct_endpoint("characters").client is first.client)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    assert default_session() is boto3.DEFAULT_SESSION


def test_the_transport_of_a_dropped_session_is_dropped() -> None:
    """A program may replace its default session many times."""
    clients.direct_endpoint("characters")
    before = len(direct_clients._defaults)
    boto3.setup_default_session()
    gc.collect()
    assert len(direct_clients._defaults) < before


@pytest.mark.parametrize("make", [resource_table, lambda: resource_table])
def test_a_table_of_boto3_is_not_sent_to_directly(make: Callable[[], Any]) -> None:
    """Its client may have handlers and options that would be bypassed."""
    with pytest.raises(ConfigurationError, match=r'transport="direct" does not send through dynamodb\.Table: give'):
        model_on(make(), transport="direct").get_item("x")


@pytest.mark.parametrize("make", [lambda each: each, lambda each: lambda: each])
def test_a_direct_table_is_not_sent_to_by_boto3(client: Any, make: Callable[[Any], Any]) -> None:
    """Both kinds of models say so."""
    table = make(client.table("characters"))
    with pytest.raises(ConfigurationError, match='transport="boto3" does not send through a DirectTable'):
        model_on(table, transport="boto3").get_item("x")
    with pytest.raises(ConfigurationError, match='transport="boto3" does not send through a DirectTable'):
        asyncio.run(async_model_on(table, transport="boto3").get_item("x"))


def test_an_asynchronous_model_with_a_name_and_boto3_is_refused() -> None:
    """The error names what it takes."""
    with pytest.raises(
        ConfigurationError, match=re.escape('give it the name without transport="boto3", a DirectTable')
    ):
        asyncio.run(async_model_on("characters", transport="boto3").get_item("x"))


def test_a_function_may_return_a_direct_table(client: Any) -> None:
    """For both kinds of models, and from a coroutine."""

    async def find() -> DirectTable:
        return client.table("characters")

    assert "x" == model_on(lambda: client.table("characters")).get_item("x").name
    assert "x" == asyncio.run(async_model_on(lambda: client.table("characters")).get_item("x")).name
    assert "x" == asyncio.run(async_model_on(find).get_item("x")).name


@pytest.mark.parametrize("transport", ["Direct", "", 1])
def test_a_transport_that_there_is_not_is_refused(transport: Any) -> None:
    """When the configuration is made."""
    with pytest.raises(ConfigurationError, match='takes "boto3" or "direct", got'):
        PydamoConfig(table="characters", transport=transport)


def test_a_client_that_botocore_cannot_make_is_an_operation_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on boto3's transport, for both kinds of models."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION", raising=False)
    for use in (
        lambda: model_on("characters", transport="direct").get_item("x"),
        lambda: model_on(DirectClient().table("characters")).get_item("x"),
        lambda: asyncio.run(async_model_on("characters").get_item("x")),
    ):
        with pytest.raises(DynamoDBClientError, match="Character on table 'characters': boto3 cannot make") as caught:
            use()
        assert isinstance(caught.value.original_error, NoRegionError)


def test_an_async_table_is_checked_as_before() -> None:
    """The direct transport changes nothing for it."""
    with pytest.raises(ConfigurationError, match="takes an open client of aiobotocore"):
        AsyncTable(DirectClient(), "characters")


@pytest.mark.parametrize("event", ["before-send.dynamodb", "creating-client-class.dynamodb"])
def test_a_handler_may_use_the_client_while_it_is_opened(server: ScriptedServer, event: str) -> None:
    """One that reads something from a table, once, before the first request."""
    session, read = boto3.Session(), list[str]()
    client = DirectClient(session=session, endpoint_url=f"http://127.0.0.1:{server.port}")
    model = model_on(client.table("characters"))

    def handle(**_: Any) -> None:
        if not read:
            read.append("x")
            read.append(model.get_item("x").name)

    session.events.register(event, handle)
    thread = threading.Thread(target=lambda: read.append(model.get_item("x").name), daemon=True)
    thread.start()
    thread.join(20)
    assert (["x"] * 3, 1) == (read, len(transport_of(client).links()))


def test_a_name_may_be_used_while_the_default_session_makes_its_client(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its credentials may be stored in a table."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{server.port}")
    model, read = model_on("characters", transport="direct"), list[str]()

    def handle(**_: Any) -> None:
        if not read:
            read.append("x")
            read.append(model.get_item("x").name)

    default_session().events.register("creating-client-class.dynamodb", handle)
    thread = threading.Thread(target=lambda: read.append(model.get_item("x").name), daemon=True)
    thread.start()
    thread.join(20)
    assert ["x"] * 3 == read


# --- observers ---


def names_of(ended: list[RequestEnded]) -> list[tuple[str, int, int | None]]:
    """Return what was told of each request."""
    return [(each.operation, each.attempts, each.item_count) for each in ended]


@pytest.mark.parametrize("own", [False, True])
def test_the_observer_of_a_client_is_told_of_all_its_requests(server: ScriptedServer, own: bool) -> None:
    """Of models of both kinds. Those of a configuration that has its own are told to both."""
    told: list[RequestEnded] = []
    own_told: list[RequestEnded] = []
    client = DirectClient(endpoint_url=f"http://127.0.0.1:{server.port}", on_request=told.append)
    options = {"on_request": own_told.append} if own else {}
    model_on(client.table("characters"), **options).get_item("x")
    asyncio.run(async_model_on(client.table("characters"), **options).get_item("x"))
    expected = [("DescribeTable", 1, None), ("GetItem", 1, 1), ("GetItem", 1, 1)]
    assert (expected, expected if own else []) == (names_of(told), names_of(own_told))


def test_an_observer_that_both_have_is_told_once(server: ScriptedServer) -> None:
    """It would count each request twice."""
    told: list[RequestEnded] = []
    client = DirectClient(endpoint_url=f"http://127.0.0.1:{server.port}", on_request=told.append)
    model_on(client.table("characters"), on_request=told.append).get_item("x")
    assert [("DescribeTable", 1, None), ("GetItem", 1, 1)] == names_of(told)


def test_the_observer_of_a_client_sees_starts_and_failures() -> None:
    """It is told the end of each request that it was told the start of."""
    told: list[Any] = []

    class Observer:
        def start(self, started: RequestStarted) -> str:
            return started.operation

        def end(self, state: str, ended: RequestEnded) -> None:
            told.append((state, ended.error_code, ended.attempts))

    with serving(lambda *_: refused("ResourceNotFoundException")) as server:
        client = DirectClient(endpoint_url=f"http://127.0.0.1:{server.port}", on_request=Observer())
        with pytest.raises(TableNotFoundError):
            model_on(client.table("characters")).get_item("x")
    assert [("DescribeTable", "ResourceNotFoundException", 1)] == told


def test_an_observer_that_cannot_be_called_is_refused() -> None:
    """The error names the client."""
    with pytest.raises(ConfigurationError, match=r"^DirectClient\(on_request=\.\.\.\) takes a function, .* got int$"):
        DirectClient(on_request=3)  # type: ignore[arg-type]


def test_a_client_with_an_observer_can_be_pickled() -> None:
    """A copy has the same observer."""
    client = pickle.loads(pickle.dumps(DirectClient(region_name="eu-west-1", on_request=print)))  # noqa: S301 - our own
    assert "DirectClient(region_name='eu-west-1', on_request=<built-in function print>)" == repr(client)


# --- warm connections ---


@pytest.mark.parametrize("times", [1, 2])
def test_connections_of_threads_are_opened_before_they_are_needed(
    server: ScriptedServer, client: DirectClient, times: int
) -> None:
    """Without a request. Those that are idle already count."""
    for _ in range(times):
        client.warm(3)
    server.wait_for(3)
    assert (3, []) == (server.connections, server.heads)
    model_on(client.table("characters")).get_item("x")
    assert (3, 2) == (server.connections, len(server.heads))
    client.close()
    server.wait_for(0)


@pytest.mark.parametrize("times", [1, 2])
def test_connections_of_a_loop_are_opened_before_they_are_needed(
    server: ScriptedServer, client: DirectClient, times: int
) -> None:
    """By one that awaits it."""

    async def main() -> None:
        for _ in range(times):
            await client.warm(3)
        await asyncio.to_thread(server.wait_for, 3)
        assert (3, []) == (server.connections, server.heads)
        await async_model_on(client.table("characters")).get_item("x")

    asyncio.run(main())
    assert (3, 2) == (server.connections, len(server.heads))
    server.wait_for(0)


def test_no_more_connections_are_warmed_than_are_kept(server: ScriptedServer) -> None:
    """By threads and by loops, also while others are in use."""
    client = DirectClient(endpoint_url=f"http://127.0.0.1:{server.port}", config=Config(max_pool_connections=2))
    client.warm(5)
    assert 2 == len(transport_of(client).links()[0].idle)

    async def main() -> None:
        model = async_model_on(client.table("characters"))
        await asyncio.gather(client.warm(5), *(model.get_item("x") for _ in range(6)), client.warm(2))
        (pool,) = transport_of(client).links()[0].pools.values()
        assert (2, 2) == (pool._open, len(pool._idle))

    asyncio.run(main())
    assert 4 == server.connections


def test_connections_that_the_server_has_closed_are_warmed_anew(server: ScriptedServer, client: DirectClient) -> None:
    """They are of no use."""
    client.warm(2)
    server.wait_for(2)
    server.hang_up()
    client.warm(2)

    async def main() -> None:
        await client.warm(2)
        await asyncio.to_thread(server.wait_for, 4)
        await asyncio.to_thread(server.hang_up)
        await client.warm(2)
        await asyncio.to_thread(server.wait_for, 2)

    asyncio.run(main())
    assert 8 == server.connections


def test_what_is_warmed_outside_of_a_loop_may_be_awaited_too(server: ScriptedServer, client: DirectClient) -> None:
    """A thread warms the connections of threads, also for a loop that waits for it."""

    async def main() -> None:
        await (await asyncio.to_thread(client.warm, 2))

    asyncio.run(main())
    assert 2 == len(transport_of(client).links()[0].idle)


def test_a_client_that_is_closed_meanwhile_keeps_nothing(client: DirectClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread closes it while connections are opened."""
    connect = socket.create_connection

    def connect_and_close(*args: Any, **options: Any) -> Any:
        connected = connect(*args, **options)
        client.close()
        return connected

    link = transport_of(client).link_to_warm()
    monkeypatch.setattr(socket, "create_connection", connect_and_close)
    client.warm(2)
    assert link is not None
    assert (2, 0) == (link.closed, len(link.idle))


@pytest.mark.parametrize("is_async", [False, True])
def test_a_connection_that_cannot_be_warmed_is_an_error(is_async: bool) -> None:
    """It names the endpoint, and has the error of botocore."""
    with serving(script) as server:
        client = DirectClient(endpoint_url=f"http://127.0.0.1:{server.port}")

    async def main() -> None:
        await client.warm(2)

    with pytest.raises(DynamoDBClientError, match=r'warm: Could not connect .* "http://127') as caught:
        asyncio.run(main()) if is_async else client.warm(2)
    assert isinstance(caught.value.original_error, EndpointConnectionError)


def test_a_refusal_of_credentials_while_warming_is_an_error(
    client: DirectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service that gives a role out may refuse it."""
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")
    monkeypatch.setattr(transport_of(client), "link_to_warm", Mock(side_effect=error))
    with pytest.raises(DynamoDBClientError, match=r"^DirectClient\.warm: .*AccessDenied") as caught:
        client.warm()
    assert error is caught.value.original_error


def test_another_fault_while_warming_is_raised_as_it_is(client: DirectClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no error of the connection."""
    monkeypatch.setattr(Pool, "_connect", AsyncMock(side_effect=KeyError))

    async def main() -> None:
        await client.warm()

    with pytest.raises(KeyError):
        asyncio.run(main())


@pytest.mark.parametrize("count", [0, -1, "3", None])
def test_a_number_of_connections_that_is_none_is_refused(client: DirectClient, count: Any) -> None:
    """Before anything is opened."""
    with pytest.raises(InvalidRequestError, match=re.escape(f"takes an int from 1, got {count!r}")):
        client.warm(count)
    assert None is client._transport


def test_nothing_is_opened_while_a_handler_answers() -> None:
    """As moto does: there may be no way to the endpoint at all."""
    with mock_aws():
        mocked = DirectClient(region_name="eu-west-1")
        mocked.warm(2)
        assert 0 == len(transport_of(mocked).links()[0].idle)

        async def main() -> None:
            await mocked.warm(2)

        asyncio.run(main())
        assert 0 == len(transport_of(mocked).links()[0].pools)


def test_a_fork_gives_the_child_another_lock() -> None:
    """A thread of the parent may hold it."""
    before = direct_clients._opening
    direct_clients._start_anew()
    assert before is not direct_clients._opening
