"""Shapes as plain data: what is left out, whether reading has anything to put back, and walks that end."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, computed_field

from pydamodb._codec.annotations import record_schema_of, storage_type_of
from pydamodb._codec.attribute_values import Unstorable
from pydamodb._codec.types import EMPTY_SET, UNKNOWN, Mismatch, StoredField, walk


class Tree(BaseModel):
    value: int
    children: list[Tree] = []
    by_name: dict[str, Tree] = {}


class Tagged(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tags: set[str]

    @computed_field
    @property
    def count(self) -> int:
        """Count the tags."""
        return len(self.data_types)


class Holder(BaseModel):
    named: dict[str, list[Tagged]] = {}


@pytest.mark.parametrize(
    ("absent", "value", "omitted"),
    [
        (None, None, True),
        (None, "", False),
        (None, set(), False),
        (UNKNOWN, None, False),
        (UNKNOWN, set(), False),
        (EMPTY_SET, set(), True),
        (EMPTY_SET, frozenset(), True),
        (EMPTY_SET, {"a"}, False),
        (EMPTY_SET, None, False),
        (EMPTY_SET, [], False),
    ],
)
def test_a_value_is_left_out_only_where_its_absence_reads_the_same(absent: Any, value: Any, omitted: bool) -> None:
    """None and the empty set have no form of their own where the field's default says the same."""
    member = StoredField("x", "x", storage_type_of(Any), absent=absent)
    assert omitted == member.omits(value)


def test_a_type_that_contains_itself_is_walked_once() -> None:
    """A walk through a recursive type ends, and comes upon each part once."""
    parts = list(walk(storage_type_of(Tree)))
    assert (len({id(part) for part in parts}), True) == (len(parts), len(parts) >= 4)


@pytest.mark.parametrize(("model", "restores"), [(Tree, False), (Tagged, True), (Holder, True)])
def test_reading_does_nothing_extra_where_nothing_was_changed(model: type[BaseModel], restores: bool) -> None:
    """Only models with computed fields to take out or sets to put in pay for it, however deep those are."""
    assert restores == record_schema_of(model).restores


def test_a_layout_encodes_by_attribute_and_complains_by_field() -> None:
    """A refusal names the field, as that is what its author knows."""
    with pytest.raises(Mismatch) as caught:
        record_schema_of(Tree).encode({"value": 1, "children": [{"value": "x"}]})
    assert ("children", 0, "value") == caught.value.path


def test_a_record_without_a_required_value_is_refused() -> None:
    """What was made without validation, and could never be read again."""
    with pytest.raises(Unstorable) as caught:
        record_schema_of(Tree).encode({"children": []})
    assert ("it is required and has no value", ("value",)) == (caught.value.reason, caught.value.path)


def test_attributes_beyond_the_layout_are_stored_by_their_own_type() -> None:
    """A record that allows extra attributes keeps them."""
    assert {"value": {"N": "1"}, "more": {"S": "x"}} == record_schema_of(Tree).encode({"value": 1, "more": "x"})


def test_an_attribute_beyond_the_layout_is_named_as_it_is() -> None:
    """There is no field to name for it."""
    with pytest.raises(Unstorable) as caught:
        record_schema_of(Tree).encode({"value": 1, "more": {"deep": object()}})
    assert ("more", "deep") == caught.value.path
