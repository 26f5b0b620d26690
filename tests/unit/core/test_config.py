"""The configuration: a Table, a name, or a function, and nothing is opened before it is needed."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import pickle
from collections.abc import Callable
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, NonCallableMagicMock

import boto3
import pytest

from pydamodb import AsyncTable, ConfigurationError, PydamoConfig
from pydamodb._client.clients import table_of


@pytest.mark.parametrize(
    "table",
    [1, "", b"characters", pytest.param(object(), id="object"), SimpleNamespace(name="x")],
    ids=repr,
)
def test_what_is_no_table_is_refused_at_once(table: Any) -> None:
    """The refusal says what is taken."""
    with pytest.raises(ConfigurationError) as caught:
        PydamoConfig(table=table)
    assert (
        "PydamoConfig(table=...) takes a boto3 Table, the name of a table, or a function that returns a Table; "
        "asynchronous models take a name, an AsyncTable, an aioboto3 Table, or a function that returns a table; all "
        "models take a DirectTable; "
        f"got {type(table).__name__}"
    ) == str(caught.value)


async def _later() -> datetime:
    return datetime.now(timezone.utc)


@pytest.mark.parametrize(
    ("clock", "given"), [(datetime(2026, 1, 1, tzinfo=timezone.utc), "a value of type datetime"), (_later, "an async")]
)
def test_a_clock_is_a_plain_function(clock: Any, given: str) -> None:
    """Nobody would await another one."""
    with pytest.raises(ConfigurationError, match=r"PydamoConfig\(clock=...\) takes a plain function") as caught:
        PydamoConfig(table="characters", clock=clock)
    assert given in str(caught.value)


def test_a_configuration_never_changes() -> None:
    """A model is given another one instead."""
    config: Any = PydamoConfig(table="characters")
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.table = "others"


class AsyncClient:
    """A wrapper of a client of aiobotocore, which has its methods."""

    async def close(self) -> None:
        """Close."""


@pytest.fixture(scope="module")
def clients() -> Any:
    """Return two clients of aiobotocore, the second of another service."""
    session = pytest.importorskip("aiobotocore.session").get_session()

    async def make() -> Any:
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "eu-central-1"}
        async with session.create_client("dynamodb", **keys) as client, session.create_client("s3", **keys) as other:
            return client, other

    return asyncio.run(make())


class Unentered:
    """Has what `create_client` returns, before it is entered."""

    async def __aenter__(self) -> None:
        """Enter."""


@pytest.mark.parametrize(
    ("client", "name", "reason"),
    [
        (SimpleNamespace(meta=None), "characters", "an open client of aiobotocore, got SimpleNamespace"),
        (None, "characters", "an open client of aiobotocore, got NoneType"),
        (
            Unentered(),
            "characters",
            "an open client of aiobotocore, got Unentered: enter it first, `async with session.create_client",
        ),
        (MagicMock(), "characters", "an open client of aiobotocore, got MagicMock"),
        (AsyncClient(), "characters", "an open client of aiobotocore, got AsyncClient"),
    ],
)
def test_what_is_no_asynchronous_table_is_refused_at_once(client: Any, name: Any, reason: str) -> None:
    """The refusal says what is missing."""
    with pytest.raises(ConfigurationError) as caught:
        AsyncTable(client, name)
    assert str(caught.value).startswith(f"AsyncTable(client, name) takes {reason}")


@pytest.mark.parametrize("name", ["", None])
def test_an_asynchronous_table_has_a_name(name: Any, clients: Any) -> None:
    """The refusal says what was given."""
    with pytest.raises(ConfigurationError, match=f"takes the name of a table, got {name!r}"):
        AsyncTable(clients[0], name)


def test_an_asynchronous_table_takes_no_client_of_another_service(clients: Any) -> None:
    """Such a client has no operations on items."""
    with pytest.raises(ConfigurationError, match="an open client of aiobotocore, got S3"):
        AsyncTable(clients[1], "characters")


def test_an_asynchronous_table_is_what_it_was_made_of(clients: Any) -> None:
    """A client and a name, which never change; a configuration takes it as it is."""
    table: Any = AsyncTable(clients[0], "characters")
    assert (clients[0], "characters", table) == (table.client, table.name, PydamoConfig(table=table).table)
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.name = "others"


RESOURCE: Any = boto3.session.Session(
    aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1"
).resource("dynamodb")


class Wrapper:
    """Encrypts what it writes, and has the rest from its Table, as AWS's EncryptedTable."""

    def __init__(self, table: Any) -> None:
        """Wrap a Table."""
        self._table = table

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def put_item(self, **_: Any) -> None:
        """Encrypt."""


class Proxy(Wrapper):
    """Says that it has the class of its Table, as wrapt's proxies and mocks with a spec."""

    @property
    def __class__(self) -> Any:
        return type(self._table)


def _with_client(client: Any) -> Any:
    table = RESOURCE.Table("characters")
    table.meta = copy.copy(table.meta)
    table.meta.client = client
    return table


def _subclass() -> Any:
    class EncryptedTable(type(RESOURCE.Table("characters"))):  # type: ignore[misc]
        def put_item(self, **_: Any) -> None:
            """Encrypt."""

    return EncryptedTable("characters", client=RESOURCE.meta.client)


LOOKALIKES: dict[str, Callable[[], Any]] = {
    "a wrapper": lambda: Wrapper(RESOURCE.Table("characters")),
    "a wrapper of a wrapper": lambda: Wrapper(Wrapper(RESOURCE.Table("characters"))),
    "a proxy": lambda: Proxy(RESOURCE.Table("characters")),
    "a proxy of wrapt": lambda: pytest.importorskip("wrapt").ObjectProxy(RESOURCE.Table("characters")),
    "a subclass": _subclass,
    "attributes": lambda: SimpleNamespace(name="characters", meta=SimpleNamespace(client=RESOURCE.meta.client)),
    "a mock": lambda: NonCallableMagicMock(spec=type(RESOURCE.Table("characters"))),
    "a Table with a wrapped client": lambda: _with_client(Wrapper(RESOURCE.meta.client)),
    "a Table with the client of a proxy": lambda: _with_client(Proxy(RESOURCE.meta.client)),
    "the whole resource": lambda: RESOURCE,
    "a client": lambda: RESOURCE.meta.client,
    "a resource of another service": lambda: (
        boto3.session.Session(region_name="eu-central-1").resource("s3").Bucket("characters")
    ),
}


@pytest.mark.parametrize("lookalike", LOOKALIKES.values(), ids=LOOKALIKES)
@pytest.mark.parametrize("place", ["configuration", "function"])
def test_what_only_looks_like_a_table_is_refused(lookalike: Callable[[], Any], place: str) -> None:
    """The library sends its own requests, so that it would bypass what a wrapper does: encryption, for example."""
    given = lookalike()
    with pytest.raises(ConfigurationError, match=f"got {type(given).__name__}"):
        table_of(PydamoConfig(table=given if place == "configuration" else lambda: given))


def test_a_refused_wrapper_is_told_why() -> None:
    """It is not enough to say that a Table is expected: it looks like one."""
    with pytest.raises(ConfigurationError) as caught:
        PydamoConfig(table=Wrapper(RESOURCE.Table("characters")))
    assert str(caught.value).endswith(
        "got Wrapper: the library would bypass what a wrapper, a subclass or another client does; use boto3's own Table"
    )


def test_a_table_of_boto3_is_taken() -> None:
    """Whatever made it."""
    tables = [RESOURCE.Table("characters"), _with_client(boto3.client("dynamodb", region_name="eu-west-1"))]
    assert tables == [PydamoConfig(table=table).table for table in tables]


def test_a_table_with_an_asynchronous_client_is_taken(clients: Any) -> None:
    """Such is a Table of aioboto3."""
    table = _with_client(clients[0])
    assert table is PydamoConfig(table=table).table


@pytest.mark.parametrize(
    ("key", "got"),
    [
        (b"short-secret", "got 12 bytes"),
        ("a-secret-of-sixteen-bytes", "got str"),
        ([], "got no key"),
        ([b"k" * 16, b"short-secret"], "got 12 bytes"),
        ([b"k" * 16, "a-secret-of-sixteen-bytes"], "got str"),
        (bytearray(16), "got bytearray"),
        (16, "got int"),
    ],
    ids=str,
)
def test_a_key_of_cursors_is_secret_bytes(key, got):
    """What is no key is refused, and never shown."""
    with pytest.raises(ConfigurationError) as caught:
        PydamoConfig(table="orders", cursor_key=key)
    message = "PydamoConfig(cursor_key=...) takes at least 16 bytes, or a list of such keys; "
    assert f"{message}{got}: secrets.token_bytes(32) makes one" == str(caught.value)
    assert "secret-of" not in str(caught.value)


def test_a_key_of_cursors_is_not_shown():
    """By the representation of the configuration."""
    config = PydamoConfig(table="orders", cursor_key=[b"one-secret-of-many", b"other-secret-of-many"])
    assert "secret" not in repr(config)
    assert (config, config) == (pickle.loads(pickle.dumps(config)), dataclasses.replace(config))  # noqa: S301 - our own
