"""Keys of tables and indexes, from a reply of DescribeTable."""

from __future__ import annotations

from typing import Any

import pytest

from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema


def keys(*names: str, hashes: int = 1) -> list[dict[str, str]]:
    """Spell a key schema as DynamoDB does."""
    return [
        {"AttributeName": name, "KeyType": "HASH" if position < hashes else "RANGE"}
        for position, name in enumerate(names)
    ]


REPLY: dict[str, Any] = {
    "Table": {
        "KeySchema": keys("pk", "sk"),
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "other", "AttributeType": "B"},
        ],
        "GlobalSecondaryIndexes": [
            {"IndexName": "global", "KeySchema": keys("other")},
            {"IndexName": "wide", "KeySchema": keys("a", "b", "c", "d", hashes=2)},
        ],
        "LocalSecondaryIndexes": [{"IndexName": "local", "KeySchema": keys("pk", "other")}],
    }
}


def test_a_reply_tells_the_keys_of_table_and_indexes() -> None:
    """Names, types, and which index is a global one; an index key may have several attributes."""
    expected = TableSchema(
        keys=KeySchema(("pk",), ("sk",)),
        indexes={
            "global": IndexSchema("global", KeySchema(("other",), ()), is_global=True),
            "wide": IndexSchema("wide", KeySchema(("a", "b"), ("c", "d")), is_global=True),
            "local": IndexSchema("local", KeySchema(("pk",), ("other",)), is_global=False),
        },
        types={"pk": "S", "sk": "N", "other": "B"},
    )
    assert expected == TableSchema.from_reply(REPLY)


@pytest.mark.parametrize("nothing", [{}, {"GlobalSecondaryIndexes": None, "LocalSecondaryIndexes": []}])
def test_a_table_without_indexes_has_none(nothing: dict[str, Any]) -> None:
    """The lists may be absent, empty or null."""
    table = {
        "KeySchema": keys("pk"),
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        **nothing,
    }
    assert TableSchema(KeySchema(("pk",), ()), {}, {"pk": "S"}) == TableSchema.from_reply({"Table": table})


def test_the_order_of_the_reply_does_not_matter() -> None:
    """The kind of a key is in its entry, not in its place."""
    table = {**REPLY["Table"], "KeySchema": list(reversed(keys("pk", "sk")))}
    assert KeySchema(("pk",), ("sk",)) == TableSchema.from_reply({"Table": table}).keys


def test_the_attributes_of_a_key_start_with_the_partition_keys() -> None:
    """Key arguments are given in this order."""
    assert ("a", "b", "c") == KeySchema(("a", "b"), ("c",)).attributes


@pytest.mark.parametrize(
    ("projection", "whole"),
    [
        ({"ProjectionType": "ALL"}, True),
        ({"ProjectionType": "KEYS_ONLY"}, False),
        ({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}, False),
    ],
    ids=str,
)
def test_an_index_is_whole_where_it_has_all_attributes(projection: Any, whole: bool) -> None:
    """In any other, the absence of an attribute means nothing."""
    table = {**REPLY["Table"], "GlobalSecondaryIndexes": [], "LocalSecondaryIndexes": []}
    index = {"IndexName": "it", "KeySchema": keys("other"), "Projection": projection}
    assert (whole, whole) == tuple(
        TableSchema.from_reply({"Table": {**table, kind: [index]}}).indexes["it"].whole
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
    )
