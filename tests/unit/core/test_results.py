"""The shapes of results."""

from __future__ import annotations

import pickle

from pydamodb import QueryResult


def test_a_page_is_a_tuple_of_items_and_the_key_to_continue_after() -> None:
    """It can be taken apart, and its parts have names."""
    page = QueryResult(["Homer"], {"name": "Homer"})
    items, last_evaluated_key = page
    assert (page.items, page.last_evaluated_key) == (items, last_evaluated_key)


def test_a_page_is_generic_in_its_items() -> None:
    """`QueryResult[Character]` is a type for annotations."""
    assert QueryResult == QueryResult[str].__origin__  # type: ignore[attr-defined]


def test_a_page_can_be_pickled() -> None:
    """It is plain data, with its cursor."""
    page = QueryResult([1], {"name": "Homer"}, "cursor")
    read = pickle.loads(pickle.dumps(page))  # noqa: S301 - our own bytes
    assert (page, "cursor") == (read, read.cursor)
