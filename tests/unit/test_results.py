"""The shapes of results."""

from __future__ import annotations

import pickle

from pydamodb import QueryResult


def test_a_page_is_a_tuple() -> None:
    """It can be taken apart, and its parts have names."""
    page = QueryResult(["Homer"], {"name": "Homer"}, "x")
    items, last_evaluated_key, cursor = page
    assert (page.items, page.last_evaluated_key, page.cursor) == (items, last_evaluated_key, cursor)


def test_a_page_is_generic_in_its_items() -> None:
    """`QueryResult[Character]` is a type for annotations."""
    assert QueryResult == QueryResult[str].__origin__  # type: ignore[attr-defined]


def test_a_page_can_be_pickled() -> None:
    """It is plain data."""
    page = QueryResult([1], None)
    assert page == pickle.loads(pickle.dumps(page))  # noqa: S301 - our own bytes
