"""Cursors: texts that lead back to the place where they were made, and nowhere else."""

from __future__ import annotations

import string
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydamodb._operations.cursors import (
    CursorScope,
    SignedScope,
    cursor_of,
    is_signed,
    signed_cursor_of,
    signed_start_key_of,
    start_key_of,
)

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


NEW, OLD = b"n" * 16, b"o" * 32
PAGE = SignedScope("Query", "orders", None, "Order", '"pk" = {"S":"ann"}', is_forward=True, segment=(None, None))


@given(start_key=START_KEYS)
def test_a_signed_cursor_leads_back_to_its_start_key(start_key: Any) -> None:
    """It is safe in a URL, always the same, and no unsigned one."""
    cursor = signed_cursor_of([NEW], PAGE, start_key)
    assert (start_key, cursor, True) == (
        signed_start_key_of([NEW], PAGE, cursor),
        signed_cursor_of([NEW, OLD], PAGE, dict(reversed(start_key.items()))),
        is_signed(cursor),
    )
    assert set() == set(cursor) - {*string.ascii_letters, *string.digits, *"-_."}
    assert (None, None, False) == (
        start_key_of(SCOPE, cursor),
        signed_start_key_of([NEW], PAGE, cursor_of(SCOPE, start_key)),
        is_signed(cursor_of(SCOPE, start_key)),
    )


@given(start_key=START_KEYS, data=st.data())
def test_a_signed_cursor_that_was_changed_is_none(start_key: Any, data: st.DataObject) -> None:
    """By one character, by its length, or in its form."""
    cursor = signed_cursor_of([NEW], PAGE, start_key)
    place = data.draw(st.integers(0, len(cursor) - 1))
    changed = data.draw(st.sampled_from(sorted({*string.printable} - {cursor[place]})))
    texts = [cursor[:place] + changed + cursor[place + 1 :], cursor[:place], cursor + "A", cursor + "=", cursor[3:]]
    assert [None] * 5 == [signed_start_key_of([NEW], PAGE, text) for text in texts]


@given(text=st.text())
def test_a_text_that_nobody_signed_is_none(text: str) -> None:
    """Whatever it is."""
    assert None is signed_start_key_of([NEW, OLD], PAGE, text) is signed_start_key_of([NEW], PAGE, f"s1.{text}")


@pytest.mark.parametrize(
    "other",
    [
        {"operation": "Scan"},
        {"table_name": "customers"},
        {"index_name": "by-total"},
        {"model_name": "Customer"},
        {"key_condition": '"pk" = {"S":"bob"}'},
        {"is_forward": False},
        {"segment": (0, 2)},
    ],
    ids=str,
)
def test_a_signed_cursor_is_valid_for_what_the_page_was(other: Any) -> None:
    """And for nothing else."""
    cursor = signed_cursor_of([NEW], PAGE, {"name": {"S": "x"}})
    assert None is signed_start_key_of([NEW], PAGE._replace(**other), cursor)


def test_keys_can_be_changed() -> None:
    """The first one signs, all of them verify."""
    cursor = signed_cursor_of([OLD], PAGE, {"name": {"S": "x"}})
    assert ({"name": {"S": "x"}}, None) == (
        signed_start_key_of([NEW, OLD], PAGE, cursor),
        signed_start_key_of([NEW], PAGE, cursor),
    )
