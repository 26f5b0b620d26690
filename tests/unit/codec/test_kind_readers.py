"""Pages with several kinds: what their readers read of the bytes of a reply is what they read item by item."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from pydamodb import KeyTemplate, PrimaryKeyAndSortKeyModel
from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._codec.kind_readers import KindReader, KindsReader
from pydamodb._codec.origins import unknown_of
from pydamodb._codec.readers import Reader
from pydamodb._codec.templated_keys import Kind
from pydamodb._core.table_schema import KeySchema, TableSchema
from pydamodb._models.templates import templates_of


class Order(PrimaryKeyAndSortKeyModel):
    pydamo_key = KeyTemplate("OWNER#{owner}", "ORDER#{name}")

    kind: Literal["order"] = "order"
    owner: str
    name: str


class Line(PrimaryKeyAndSortKeyModel):
    pydamo_key = KeyTemplate("OWNER#{owner}", "ORDER#{name}#LINE#{number:02}")

    kind: Literal["line"] = "line"
    owner: str
    name: str
    number: int


SCHEMA = TableSchema(KeySchema(("pk",), ("sk",)), {}, {})


def reader_of(model: Any) -> Reader:
    """Return the reader of a model."""
    templates = templates_of(model, has_sort_key=True)
    assert templates is not None
    kind = Kind(templates, SCHEMA)
    return Reader(model, keys=kind, kind=kind)


BOTH = KindsReader((KindReader(reader_of(Order), lambda _: True), KindReader(reader_of(Line), lambda _: True)))


def item(sort_key: str, **attributes: Any) -> dict[str, AttributeValue]:
    """Make an item."""
    values = {"pk": "OWNER#ann", "sk": sort_key, "owner": "ann", **attributes}
    return {name: {"N" if type(value) is int else "S": str(value)} for name, value in values.items()}


ORDER = item("ORDER#x", kind="order", name="x", more="unknown")
LINE = item("ORDER#x#LINE#01", kind="line", name="x", number=1)
DRIFT = item("ORDER#x#LINE#02", kind="line", name="x", number=3)
EITHER = item("ORDER#x#LINE#03", name="x", number=3)
FOREIGN = item("INVOICE#x", kind="order", name="x")


def read(items: list[Any], most: int | None = None, *, fast: bool = True) -> tuple[list[Any], list[str]]:
    """Read a page, and collect the reasons of the items that do not fit."""
    errors: list[str] = []
    reply: Any = {"Items": items, "Count": len(items), "LastEvaluatedKey": {"pk": {"S": "x"}}}
    if fast:
        page_reader = BOTH.page_reader
        assert page_reader is not None
        reply = page_reader(json.dumps(reply).encode())
        assert {"pk": {"S": "x"}} == reply["LastEvaluatedKey"]
        assert "Items" not in reply
    found = BOTH.items_of(reply, lambda model, _, error: errors.append(f"{model.__name__}: {error}"), most)
    return found, errors


@pytest.mark.parametrize(
    "items",
    [
        [ORDER],
        [ORDER, LINE],
        [LINE, FOREIGN, ORDER],
        [ORDER, DRIFT, LINE],
        [FOREIGN, EITHER, LINE],
        [item("ORDER#y", kind="order"), ORDER],
        [item("ORDER#y", kind="other"), ORDER, ORDER],
    ],
)
def test_a_page_is_read_alike_in_both_ways(items: list[Any]) -> None:
    """Items in their order, and errors; with attributes that the models do not know."""
    fast, slow = read(items), read(items, fast=False)
    assert fast == slow
    assert [unknown_of(each) for each in slow[0]] == [unknown_of(each) for each in fast[0]]
    assert (ORDER in items) == any("more" in (unknown_of(each) or {}) for each in fast[0])


def test_items_that_are_left_out_do_not_count() -> None:
    """Where only some are wanted."""
    assert [Order(owner="ann", name="x")] == read([FOREIGN, ORDER, LINE], 1)[0]
    reason = "Order: it fits Line too, and has no constant field that says which of the two it is"
    assert ([], [reason]) == read([EITHER])


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"Items": {}}', b'{"Items": []}', b'{"Items": [5]}', b'{"Items": 5}', b'{"Items": ["x"]}'],
)
def test_another_reply_is_not_read(body: bytes) -> None:
    """Whoever asked looks at it."""
    assert BOTH.page_reader is not None
    assert None is BOTH.page_reader(body)


def test_models_that_are_read_item_by_item() -> None:
    """No reader of bytes, none of the page."""
    smaller = [KindReader(each.reader, each.wants) for each in BOTH.kinds]
    for each in smaller:
        vars(each.reader)["page_reader"] = None
    try:
        assert None is KindsReader(tuple(smaller)).page_reader
    finally:
        for each in smaller:
            del vars(each.reader)["page_reader"]
