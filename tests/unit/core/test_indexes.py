"""Indexes in a configuration: plain, comparable values, refused at once if they say nothing."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pydamodb import ConfigurationError, GlobalIndex, LocalIndex, PydamoConfig


def test_equal_indexes_are_equal() -> None:
    """However the names of their fields are given."""
    one, other = GlobalIndex("i", partition_key="a", sort_key=["b", "c"]), GlobalIndex("i", ["a"], ("b", "c"), "ALL")
    assert (one, hash(one), LocalIndex("i", "a")) == (other, hash(other), LocalIndex("i", sort_key="a"))


def test_an_index_keeps_what_it_includes_as_a_tuple() -> None:
    """However it is given."""
    index = GlobalIndex("i", "a", projection="INCLUDE", includes=["b", "c"])
    assert (("b", "c"), index) == (index.includes, GlobalIndex("i", ["a"], None, "INCLUDE", ("b", "c")))


def test_an_index_never_changes() -> None:
    """The configuration is given another one instead."""
    index: Any = LocalIndex("i", "a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        index.sort_key = "b"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GlobalIndex("i", partition_key=()), "a key is the name of a field, or a list of names"),
        (lambda: GlobalIndex("i", partition_key=""), "a key is the name of a field, or a list of names"),
        (lambda: GlobalIndex("i", partition_key=["a", ""]), "a key is the name of a field, or a list of names"),
        (lambda: GlobalIndex("i", "a", sort_key=1), "a key is the name of a field, or a list of names"),  # type: ignore[arg-type]
        (lambda: GlobalIndex("i", None), "a global index has a partition key; name its field"),  # type: ignore[arg-type]
        (lambda: GlobalIndex("", "a"), "an index has a name"),
        (lambda: GlobalIndex("i", "a", projection="all"), "the projection is one of ALL, KEYS_ONLY, INCLUDE"),  # type: ignore[arg-type]
        (lambda: LocalIndex("i", sort_key=""), "the sort key of a local index is the name of one field"),
        (lambda: LocalIndex("i", sort_key=["a"]), "the sort key of a local index is the name of one field"),  # type: ignore[arg-type]
        (lambda: LocalIndex(1, sort_key="a"), "an index has a name"),  # type: ignore[arg-type]
        (
            lambda: GlobalIndex("i", "a", projection="INCLUDE", includes="b"),
            'includes is a list of names of fields, includes=["total"]',
        ),
        (
            lambda: LocalIndex("i", "a", projection="INCLUDE", includes=["b", ""]),
            'includes is a list of names of fields, includes=["total"]',
        ),
        (
            lambda: GlobalIndex("i", "a", projection="INCLUDE", includes={"b"}),  # type: ignore[arg-type]
            'includes is a list of names of fields, includes=["total"]',
        ),
        (
            lambda: GlobalIndex("i", "a", includes=["b"]),
            'includes is for an index with projection="INCLUDE"',
        ),
    ],
)
def test_an_index_that_says_nothing_is_refused(make: Any, message: str) -> None:
    """The message shows it, and what is missing."""
    with pytest.raises(ConfigurationError) as caught:
        make()
    shown, _, reason = str(caught.value).rpartition(": ")
    assert (message, True) == (reason, shown.startswith(("GlobalIndex(name=", "LocalIndex(name=")))


def test_a_configuration_keeps_its_indexes_as_a_tuple() -> None:
    """Two configurations with the same ones are equal."""
    indexes = [LocalIndex("i", "a"), GlobalIndex("j", "b")]
    config = PydamoConfig(table="characters", indexes=indexes)
    assert (tuple(indexes), PydamoConfig("characters", tuple(indexes))) == (config.indexes, config)


@pytest.mark.parametrize("indexes", ["i", ["i"], {"i": "a"}, LocalIndex("i", "a"), None])
def test_a_configuration_takes_indexes_only(indexes: Any) -> None:
    """The refusal names them."""
    with pytest.raises(ConfigurationError) as caught:
        PydamoConfig(table="characters", indexes=indexes)
    assert "PydamoConfig(indexes=[...]) takes a list of GlobalIndex(...) and LocalIndex(...)" == str(caught.value)
