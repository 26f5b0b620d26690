"""Cursors: texts that lead back to the place where they were made, and nowhere else."""

from __future__ import annotations

import string
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydamodb._operations.cursors import CursorScope, cursor_of, start_key_of

SCOPE = CursorScope("Query", "orders", None)
VALUES = st.one_of(
    st.text(min_size=1).map(lambda text: {"S": text}),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda number: {"N": str(number)}),
    st.integers(10**37, 10**38 - 1).map(lambda number: {"N": str(number)}),
    st.binary(min_size=1).map(lambda content: {"B": b64encode(content).decode()}),
)
START_KEYS = st.dictionaries(st.text(min_size=1), VALUES, min_size=1, max_size=4)


@given(start_key=START_KEYS)
def test_a_cursor_leads_back_to_its_start_key(start_key: Any) -> None:
    """Whatever stands in it, it is safe in a URL, and always the same."""
    cursor = cursor_of(SCOPE, start_key)
    assert (start_key, cursor, set()) == (
        start_key_of(SCOPE, cursor),
        cursor_of(SCOPE, dict(reversed(start_key.items()))),
        set(cursor) - {*string.ascii_letters, *string.digits, "-", "_"},
    )


@pytest.mark.parametrize(
    "other",
    [SCOPE._replace(operation="Scan"), SCOPE._replace(table_name="customers"), SCOPE._replace(index_name="by-total")],
    ids=["operation", "table", "index"],
)
def test_a_cursor_is_of_no_use_elsewhere(other: CursorScope) -> None:
    """Each operation, table and index has its own."""
    assert None is start_key_of(other, cursor_of(SCOPE, {"name": {"S": "x"}}))


@given(start_key=START_KEYS, data=st.data())
def test_a_cursor_that_was_changed_is_none(start_key: Any, data: st.DataObject) -> None:
    """By one character, or by its length."""
    cursor = cursor_of(SCOPE, start_key)
    place = data.draw(st.integers(0, len(cursor) - 1))
    changed = data.draw(st.sampled_from(sorted({*string.ascii_letters} - {cursor[place]})))
    texts = [cursor[:place] + changed + cursor[place + 1 :], cursor[:place], cursor + "A"]
    assert [None] * 3 == [start_key_of(SCOPE, text) for text in texts]


@pytest.mark.parametrize(
    "start_key", [[], "x", None, {"a": 1}, {"a": {}}, {"a": {"N": 1}}, {"a": {"S": "x", "N": "1"}}]
)
def test_a_cursor_that_somebody_made_is_looked_at(start_key: Any) -> None:
    """The checksum is no secret."""
    assert None is start_key_of(SCOPE, cursor_of(SCOPE, start_key))
