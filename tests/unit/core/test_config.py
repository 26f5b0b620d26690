"""The configuration: a Table, a name, or a function, and nothing is opened before it is needed."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from pydamodb import AsyncTable, ConfigurationError, PydamoConfig


@pytest.mark.parametrize(
    "table",
    [None, 1, "", b"characters", pytest.param(object(), id="object"), SimpleNamespace(name="x")],
    ids=repr,
)
def test_what_is_no_table_is_refused_at_once(table: Any) -> None:
    """The refusal says what is taken."""
    with pytest.raises(ConfigurationError) as caught:
        PydamoConfig(table=table)
    assert (
        "PydamoConfig(table=...) takes a boto3 Table, the name of a table, or a function that returns a Table; "
        "asynchronous models take an AsyncTable, an aioboto3 Table, or a function that returns one of them; "
        f"got {type(table).__name__}"
    ) == str(caught.value)


def test_a_configuration_never_changes() -> None:
    """A model is given another one instead."""
    config: Any = PydamoConfig(table="characters")
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.table = "others"


class AsyncClient:
    """Has what tells an open client of aiobotocore."""

    async def close(self) -> None:
        """Close."""


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
        (AsyncClient(), "", "the name of a table, got ''"),
        (AsyncClient(), None, "the name of a table, got None"),
    ],
)
def test_what_is_no_asynchronous_table_is_refused_at_once(client: Any, name: Any, reason: str) -> None:
    """The refusal says what is missing."""
    with pytest.raises(ConfigurationError) as caught:
        AsyncTable(client, name)
    assert str(caught.value).startswith(f"AsyncTable(client, name) takes {reason}")


def test_an_asynchronous_table_is_what_it_was_made_of() -> None:
    """A client and a name, which never change; a configuration takes it as it is."""
    client = AsyncClient()
    table: Any = AsyncTable(client, "characters")
    assert (client, "characters", table) == (table.client, table.name, PydamoConfig(table=table).table)
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.name = "others"
