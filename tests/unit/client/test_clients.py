"""Endpoints: which client and which table a configuration leads to, and what is kept of them."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import MagicMock, Mock

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws
from pydantic import BaseModel

from pydamodb import AsyncTable, ConfigurationError, DynamoDBClientError, InvalidRequestError, PydamoConfig
from pydamodb._client import clients, exchange
from pydamodb._client.clients import Endpoint, open_endpoint, table_of
from pydamodb._client.exchange import send
from pydamodb._operations.requests import Request
from pydamodb._operations.table import ModelTable


class Unused(BaseModel):
    """A model for a request that is not sent."""


SESSION = boto3.session.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")


def boto3_table(client: Any = None) -> Any:
    """Return a boto3 Table. No test sends anything to it."""
    table = SESSION.resource("dynamodb").Table("characters")
    if client is not None:
        table.meta.client = client
    return table


def opened(table: Any) -> Endpoint:
    """Open what a configuration names, for a model."""
    return open_endpoint(PydamoConfig(table=table), "Character")


@pytest.mark.parametrize("table", [boto3_table(), "characters", "arn:aws:dynamodb:eu-west-1:1:table/characters"])
def test_a_table_or_a_name_is_taken_as_it_is(table: Any) -> None:
    """No session is opened for it."""
    assert table is table_of(PydamoConfig(table=table))


def test_a_function_is_called_at_first_use_and_once() -> None:
    """What it returns is kept."""
    calls: list[Any] = []

    def make() -> Any:
        calls.append(boto3_table())
        return calls[-1]

    config = PydamoConfig(table=make)
    before = len(calls)
    actual = [table_of(config), table_of(config)]
    assert (0, [calls[0], calls[0]], 1) == (before, actual, len(calls))


def test_two_configurations_call_their_function_each() -> None:
    """What is kept belongs to one configuration."""
    made: list[Any] = []

    def make() -> Any:
        made.append(boto3_table())
        return made[-1]

    one, two = PydamoConfig(table=make), PydamoConfig(table=make)
    assert [table_of(one), table_of(two)] == made


@pytest.mark.parametrize("returned", [None, "characters", pytest.param(object(), id="object")], ids=repr)
def test_a_function_that_returns_no_table_is_refused_at_first_use(returned: Any) -> None:
    """And asked again at the next one."""
    config = PydamoConfig(table=lambda: returned)
    with pytest.raises(ConfigurationError, match=f"got {type(returned).__name__}"):
        table_of(config)


def test_a_function_that_fails_is_asked_again() -> None:
    """A failure is not kept."""
    results: list[Any] = [RuntimeError("not yet"), boto3_table()]

    def make() -> Any:
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    config = PydamoConfig(table=make)
    with pytest.raises(RuntimeError, match="not yet"):
        table_of(config)
    assert "characters" == table_of(config).name  # type: ignore[union-attr]


def test_configurations_are_equal_by_what_was_given() -> None:
    """Also after use."""
    make = boto3_table
    one, two = PydamoConfig(table=make), PydamoConfig(table=make)
    table_of(one)
    assert one == two


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let boto3 make clients."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield


def test_handlers_are_registered_once_for_each_client() -> None:
    """However many models and tables share it."""
    client = SESSION.client("dynamodb")
    registered: list[str] = []
    for name in ("register", "register_first"):
        register = getattr(client.meta.events, name)

        def note(event: str, *args: Any, register: Any = register, **options: Any) -> None:
            registered.append(event)
            register(event, *args, **options)

        setattr(client.meta.events, name, note)
    first = opened(boto3_table(client)).schemas
    known = list(registered)
    again = opened(boto3_table(client)).schemas
    assert (known, True, True) == (registered, first is again, {"before-call.dynamodb"} <= set(known))


def test_a_client_that_nobody_uses_any_more_goes_away() -> None:
    """What is known of its tables does not keep it."""
    client = SESSION.client("dynamodb")
    opened(boto3_table(client))
    reference = weakref.ref(client)
    del client
    gc.collect()
    assert None is reference()


def test_clients_know_their_own_tables_only() -> None:
    """Two accounts may have tables of one name."""
    one, two = (opened(boto3_table(SESSION.client("dynamodb"))) for _ in range(2))
    assert one.schemas is not two.schemas


def test_a_table_by_name_is_reached_with_the_default_session(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One client for all names, and another one as soon as the session is another."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    first = opened("characters")
    again = opened("others")
    boto3.setup_default_session(region_name="eu-west-1")
    other = opened("characters")
    assert (True, "characters", "others", "eu-west-1") == (
        first.client is again.client,
        first.table_name,
        again.table_name,
        other.client.meta.region_name,
    )


def test_a_default_session_that_was_replaced_goes_away(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its client does not keep it."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.session.Session(region_name="eu-west-1"))
    reference = weakref.ref(boto3.DEFAULT_SESSION)
    opened("characters")
    monkeypatch.undo()
    gc.collect()
    assert None is reference()


def test_a_session_gets_no_client_of_another_one(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread may replace the default session while its client is made."""
    replaced = boto3.session.Session(region_name="us-east-1")
    make_client = replaced.client

    def replace_meanwhile(name: str, **arguments: Any) -> Any:
        boto3.setup_default_session(region_name="eu-west-1")
        return make_client(name, **arguments)

    monkeypatch.setattr(replaced, "client", replace_meanwhile)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", replaced)
    assert ["eu-west-1", "eu-west-1"] == [opened("characters").client.meta.region_name for _ in range(2)]


def _sent_user_agent(client: Any) -> str:
    """Send a request to nobody, and return who it says has made it."""
    seen: list[str] = []

    def see(request: Any, **_: Any) -> AWSResponse:
        header = request.headers["User-Agent"]
        seen.append(header if isinstance(header, str) else header.decode())
        return AWSResponse(request.url, 500, {}, MagicMock(stream=lambda *_, **__: iter([b"{}"])))

    client.meta.events.register_first("before-send.dynamodb", see)
    with pytest.raises(ClientError):
        client.get_item(TableName="characters", Key={})
    return seen[-1]


@pytest.fixture
def fresh(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 make its default session anew, on what looks like a Lambda function that gives up at once."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def _lasting(user_agent: str) -> list[str]:
    """Return the parts of a User-Agent that do not change from request to request."""
    return [part for part in user_agent.split() if not part.startswith(("m/", "cfg/"))]


@pytest.mark.parametrize("extra", ["", "framework/2", "framework/2 Botocore/1"])
def test_the_default_client_says_who_it_is_as_boto3_does(fresh: None, extra: str) -> None:
    """The versions, the system, the environment, and what a session adds; nothing twice."""
    session = botocore.session.get_session()
    boto3.setup_default_session(botocore_session=session)
    session.user_agent_extra = extra or session.user_agent_extra
    actual, plain = (_sent_user_agent(client) for client in (opened("characters").client, boto3.client("dynamodb")))
    assert _lasting(plain) == _lasting(actual)
    assert "exec-env/AWS_Lambda_python3.12" in actual


def test_the_default_client_makes_its_user_agent_once(fresh: None) -> None:
    """It was made with the client, and botocore adds nothing to it when it sends, as it does to its own."""
    client = opened("characters").client
    assert client.meta.config.user_agent == _sent_user_agent(client)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"AWS_DEFAULTS_MODE": "in-region"},
        {"AWS_DEFAULTS_MODE": "mobile", "AWS_MAX_ATTEMPTS": "7"},
        {"AWS_RETRY_MODE": "adaptive", "AWS_MAX_ATTEMPTS": "3"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"},
        {"AWS_DISABLE_REQUEST_COMPRESSION": "true", "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"},
        {"AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8000"},
    ],
    ids=str,
)
def test_the_default_client_is_configured_as_boto3_does_it(
    fresh: None, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In all but its User-Agent, wherever the configuration comes from."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    actual, plain = opened("characters").client, boto3.client("dynamodb")
    assert _configuration(plain) == _configuration(actual)


def _configuration(client: Any) -> dict[str, Any]:
    public = {name: value for name, value in vars(client.meta.config).items() if not name.startswith("_")}
    return {**public, "user_agent": "", "endpoint": client.meta.endpoint_url}


def test_a_client_of_a_test_is_taken_as_it_is(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever puts something in the place of `boto3.client` gets the one call that anyone would make."""
    given = boto3.client("dynamodb")
    make = Mock(return_value=given)
    monkeypatch.setattr(boto3, "client", make)
    assert given is opened("characters").client
    make.assert_called_once_with("dynamodb")


def test_the_default_client_names_the_application(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As boto3 does."""
    monkeypatch.setenv("AWS_SDK_UA_APP_ID", "shop")
    assert "app/shop" in _sent_user_agent(opened("characters").client).split()


def test_a_client_that_boto3_cannot_make_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no region, for example."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with pytest.raises(DynamoDBClientError, match="region") as caught:
        opened("characters")
    assert ("Character", True) == (caught.value.model_name, caught.value.original_error is caught.value.__cause__)


@pytest.mark.parametrize("kind", ["AsyncTable", "aioboto3"])
def test_a_synchronous_model_takes_no_asynchronous_client(kind: str) -> None:
    """The refusal says how the two come together."""
    session = pytest.importorskip("aiobotocore.session").get_session()

    async def make() -> Any:
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "eu-central-1"}
        async with session.create_client("dynamodb", **keys) as client:
            return AsyncTable(client, "characters") if kind == "AsyncTable" else boto3_table(client)

    with pytest.raises(ConfigurationError) as caught:
        opened(asyncio.run(make()))
    message = (
        "Character is a synchronous model, but the client of its table is asynchronous: give it a boto3 Table, "
        "or make AsyncPrimaryKeyModel or AsyncPrimaryKeyAndSortKeyModel its base"
    )
    assert (message, "Character") == (str(caught.value), caught.value.model_name)


def test_a_synchronous_model_takes_no_asynchronous_function() -> None:
    """Its coroutine is closed, so that nothing warns of it."""

    async def make() -> Any:
        return boto3_table()

    with pytest.raises(ConfigurationError, match=r"^Character: .* synchronous models take no asynchronous function$"):
        opened(make)


def _in_child(work: Callable[[], Any]) -> Any:
    """Return what a function returns in a forked process."""
    receiving, sending = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=lambda: sending.send(work()))
    process.start()
    sending.close()
    found = receiving.recv() if receiving.poll(20) else "hangs"
    process.kill()
    process.join()
    return found


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")


@forks
def test_a_forked_process_makes_its_own_client(aws: None) -> None:
    """One for all names, as its parent has one of its own."""
    parents = opened("characters")

    def work() -> list[bool]:
        first, again = opened("characters"), opened("others")
        assert first.is_current is not None
        assert parents.is_current is not None
        return [first.client is parents.client, first.client is again.client, first.is_current(), parents.is_current()]

    assert ([False, True, True, False], True) == (_in_child(work), parents.client is opened("others").client)


@forks
def test_a_forked_process_calls_a_function_again(aws: None) -> None:
    """What the function returned in the parent has connections of the parent."""
    config = PydamoConfig(table=lambda: boto3.session.Session().resource("dynamodb").Table("characters"))
    parents = open_endpoint(config)

    def work() -> list[bool]:
        first, again = open_endpoint(config), open_endpoint(config)
        assert parents.is_current is not None
        return [first.client is parents.client, first.client is again.client, parents.is_current()]

    assert ([False, True, False], True) == (_in_child(work), parents.client is open_endpoint(config).client)


@forks
def test_a_forked_process_does_not_wait_for_a_thread_of_its_parent(aws: None) -> None:
    """A thread may hold a lock while another one forks; the child does not have this thread."""

    def make() -> Any:
        entered.set()
        go_on.wait()
        return boto3.resource("dynamodb").Table("characters")

    entered, go_on = threading.Event(), threading.Event()
    thread = threading.Thread(target=open_endpoint, args=(PydamoConfig(table=make),))
    other = PydamoConfig(table=lambda: boto3.resource("dynamodb").Table("others"))
    thread.start()
    entered.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of a fork beside other threads
        with _opening_of("characters"):
            found = _in_child(lambda: (opened("characters").table_name, open_endpoint(other).table_name))
    go_on.set()
    thread.join()
    assert ("characters", "others") == found


@contextmanager
def _opening_of(table: str) -> Iterator[None]:
    """Let another thread be about to make the default client."""
    entered, go_on = threading.Event(), threading.Event()

    def make(*_: Any, **__: Any) -> Any:
        entered.set()
        go_on.wait()
        return session.client("dynamodb")

    session = boto3.session.Session()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boto3, "DEFAULT_SESSION", boto3.session.Session())
        patch.setattr(boto3, "client", make)
        thread = threading.Thread(target=opened, args=(table,))
        thread.start()
        entered.wait()
        patch.setattr(boto3, "client", session.client)
        yield
        go_on.set()
        thread.join()


@forks
def test_a_forked_process_does_not_go_on_with_a_client_of_its_parent(aws: None) -> None:
    """An iterator that the parent started would read with the parent's connection: it raises, with the remedy."""
    client = opened("characters").client
    request = Request("Scan", {"TableName": "characters"}, (ModelTable(Unused, "characters", False, {}),))

    def work() -> str:
        with pytest.raises(InvalidRequestError) as caught:
            send(client, request)
        return str(caught.value)

    message = (
        "Scan of Unused: this iterator, batch writer or transaction was started before the process was forked: start "
        "it in the child process"
    )
    assert message == _in_child(work)


def test_a_fork_leaves_no_client_and_no_lock_of_the_parent(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens in the child, seen in this process: its next client is another one, the old one sends nothing."""
    for name in ("_opening", "_calling", "_process"):
        monkeypatch.setattr(clients, name, getattr(clients, name))
    monkeypatch.setattr(clients, "_defaults", weakref.WeakKeyDictionary())
    monkeypatch.setattr(clients, "clients_of_parent", dropped := [])
    monkeypatch.setattr(exchange, "clients_of_parent", dropped)
    before = open_endpoint(PydamoConfig(table="characters"))
    clients._start_anew()
    after = open_endpoint(PydamoConfig(table="characters"))
    assert ([before.client], False, True) == (dropped, before.is_current(), after.is_current())
    table = ModelTable(Unused, "characters", has_sort_key=False, schemas={})
    with pytest.raises(InvalidRequestError, match="was started before the process was forked"):
        send(before.client, Request("Scan", {"TableName": "characters"}, (table,)))
