"""Pieces of a page: together they have what the page has, wherever its text looks as if an item ended there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydamodb._codec.attribute_values import DATA_TYPES
from pydamodb._codec.pieces import pieces_of

# Texts that look like what stands between two items, and names that are those of tags.
MARKS = ['}},{"a":{"S":"', "}},{", '":{"S":"x"}},{', ":{", ",", '"', "\\", "}", "]", "{", "ü", "\n"]
texts = st.lists(st.sampled_from([*MARKS, "x"]), max_size=5).map("".join)
names = st.sampled_from(["a", "pk", "Items", "Count", *sorted(DATA_TYPES)]) | texts.filter(bool)
scalars = (
    st.builds(lambda text: {"S": text}, texts)
    | st.builds(lambda number: {"N": str(number)}, st.integers())
    | st.sampled_from([{"BOOL": True}, {"NULL": True}, {"B": "eHg="}])
    | st.builds(lambda several: {"SS": several}, st.lists(texts, min_size=1, max_size=3))
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.builds(lambda elements: {"L": elements}, st.lists(inner, max_size=4))
        | st.builds(lambda members: {"M": members}, st.dictionaries(names, inner, max_size=3))
    ),
    max_leaves=8,
)
items = st.lists(st.dictionaries(names, values, max_size=3), min_size=1, max_size=4).map(lambda few: few * 10)


def joined(body: bytes, size: int) -> dict[str, Any]:
    """Read a page piece by piece."""
    page: dict[str, Any] = {}
    found: list[Any] = []
    for piece in pieces_of(body, size=size):
        reply = json.loads(piece)
        found += reply.pop("Items")
        page |= reply
    return {**page, "Items": found}


@given(items, st.sampled_from([40, 100, 300]), st.booleans(), st.booleans(), values)
def test_the_pieces_have_what_the_page_has(
    found: list[Any], size: int, is_first: bool, is_ascii: bool, key: dict[str, Any]
) -> None:
    """Each is a reply by itself."""
    rest = {"Count": len(found), "LastEvaluatedKey": {"pk": key, "sk": key}}
    page = {"Items": found, **rest} if is_first else {**rest, "Items": found}
    body = json.dumps(page, separators=(",", ":"), ensure_ascii=is_ascii).encode()
    assert page == joined(body, size)


def page_of(*found: dict[str, Any], **spelling: Any) -> bytes:
    """Spell a page."""
    return json.dumps({"Items": found}, **{"separators": (",", ":"), **spelling}).encode()


ITEM = {
    "pk": {"S": "x"},
    "a": {"L": [{"M": {"b": {"S": "}},{"}}}, {"M": {"S": {"S": "y"}}}]},
    "b": {"SS": ["}},{", ":{", "S"]},
}


def test_a_page_is_taken_apart_between_its_items() -> None:
    """Each piece is spelt as a page is."""
    assert [page_of(ITEM)] * 3 == list(pieces_of(page_of(ITEM, ITEM, ITEM), size=len(page_of(ITEM)) - 20))


@pytest.mark.parametrize("size", range(1, len(page_of(ITEM))))
def test_a_page_is_taken_apart_nowhere_else(size: int) -> None:
    """Not in a list of maps, in a text, or between two texts, wherever a piece might end."""
    assert {"Items": [ITEM] * 3} == joined(page_of(ITEM, ITEM, ITEM), size)


@pytest.mark.parametrize(
    "body",
    [
        page_of(ITEM),
        page_of(*[ITEM] * 9),
        page_of(*[ITEM] * 9, separators=(", ", ": ")),
        page_of({"pk": {"S": "x" * 100_000}}, {"pk": {"S": "y" * 100_000}}),
        page_of({"pk": {"S": "x"}, "a": {"L": [{"M": {"S": {"S": "x"}}}] * 20_000}}, ITEM),
        b"",
        b"no JSON",
    ],
    ids=["an item", "a short page", "another spelling", "long texts", "long lists", "nothing", "no JSON"],
)
def test_what_is_not_taken_apart_stays_as_it_is(body: bytes) -> None:
    """Where it is short, not spelt as DynamoDB does, or items are longer than a piece."""
    assert [body] == list(pieces_of(body))


def test_a_long_page_has_several_pieces_of_one_size() -> None:
    """So that the memory of one is used for the next."""
    lengths = [len(piece) for piece in pieces_of(page_of(*[ITEM] * 5_000))]
    assert len(lengths) > 5
    assert max(lengths) < 1.1 * min(lengths[:-1])
