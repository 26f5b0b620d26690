"""The configuration: a Table, a name, or a function, and nothing is opened before it is needed."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from pydamodb import ConfigurationError, PydamoConfig
from pydamodb._transport import table_of


def fake_table(name: str = "characters") -> Any:
    """Return something with what is needed of a boto3 Table."""
    return SimpleNamespace(name=name, meta=SimpleNamespace(client=object()))


@pytest.mark.parametrize("table", [fake_table(), "characters", "arn:aws:dynamodb:eu-west-1:1:table/characters"])
def test_a_table_or_a_name_is_taken_as_it_is(table: Any) -> None:
    """No session is opened for it."""
    assert table is table_of(PydamoConfig(table=table))


def test_a_function_is_called_at_first_use_and_once() -> None:
    """What it returns is kept."""
    calls: list[Any] = []

    def make() -> Any:
        calls.append(fake_table())
        return calls[-1]

    config = PydamoConfig(table=make)
    before = len(calls)
    actual = [table_of(config), table_of(config)]
    assert (0, [calls[0], calls[0]], 1) == (before, actual, len(calls))


def test_two_configurations_call_their_function_each() -> None:
    """What is kept belongs to one configuration."""
    made: list[Any] = []

    def make() -> Any:
        made.append(fake_table())
        return made[-1]

    one, two = PydamoConfig(table=make), PydamoConfig(table=make)
    assert [table_of(one), table_of(two)] == made


@pytest.mark.parametrize("table", [None, 1, "", b"characters", object(), SimpleNamespace(name="x")], ids=repr)
def test_what_is_no_table_is_refused_at_once(table: Any) -> None:
    """The refusal says what is taken."""
    with pytest.raises(ConfigurationError) as caught:
        PydamoConfig(table=table)
    assert (
        "PydamoConfig(table=...) takes a boto3 Table, the name of a table, or a function that returns a Table; "
        f"got {type(table).__name__}"
    ) == str(caught.value)


@pytest.mark.parametrize("returned", [None, "characters", object()], ids=repr)
def test_a_function_that_returns_no_table_is_refused_at_first_use(returned: Any) -> None:
    """And asked again at the next one."""
    config = PydamoConfig(table=lambda: returned)
    with pytest.raises(ConfigurationError, match=f"got {type(returned).__name__}"):
        table_of(config)


def test_a_function_that_fails_is_asked_again() -> None:
    """A failure is not kept."""
    results: list[Any] = [RuntimeError("not yet"), fake_table()]

    def make() -> Any:
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    config = PydamoConfig(table=make)
    with pytest.raises(RuntimeError, match="not yet"):
        table_of(config)
    assert "characters" == table_of(config).name  # type: ignore[union-attr]


def test_a_configuration_never_changes() -> None:
    """A model is given another one instead."""
    config: Any = PydamoConfig(table="characters")
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.table = "others"


def test_configurations_are_equal_by_what_was_given() -> None:
    """Also after use."""
    make = fake_table
    one, two = PydamoConfig(table=make), PydamoConfig(table=make)
    table_of(one)
    assert one == two
