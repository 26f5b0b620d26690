"""What models declare, beside what DescribeTable says: each difference, and its sentence."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from pydamodb._core.table_declarations import TableDeclaration, TableDifference, is_settled, missing_table
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema, VectorIndexSchema

KEYS = KeySchema(("pk",), ("sk",))
DECLARED = TableDeclaration(
    TableSchema(
        KEYS,
        {
            "wide": IndexSchema("wide", KeySchema(("a", "b"), ("c", "d")), is_global=True),
            "some": IndexSchema(
                "some", KeySchema(("a",), ()), is_global=True, whole=False, includes=frozenset({"y", "x", "pk", "a"})
            ),
            "keys": IndexSchema(
                "keys", KeySchema(("b",), ("sk",)), is_global=True, whole=False, includes=frozenset({"b"})
            ),
            "near": IndexSchema("near", KeySchema(("pk",), ("c",)), is_global=False, whole=False),
        },
        {"pk": "S", "sk": "N", "a": "S", "b": "B", "c": "S", "d": "N"},
    ),
    "expires",
)
ENABLED = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def keys(hashes: str, ranges: str = "") -> list[dict[str, str]]:
    """Spell a key schema as DynamoDB does."""
    both = [*((name, "HASH") for name in hashes.split()), *((name, "RANGE") for name in ranges.split())]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in both]


def test_a_declaration_is_the_parameters_of_create_table() -> None:
    """Without the name of the table. What an index has anyway is not included."""
    expected = {
        "AttributeDefinitions": [
            {"AttributeName": "a", "AttributeType": "S"},
            {"AttributeName": "b", "AttributeType": "B"},
            {"AttributeName": "c", "AttributeType": "S"},
            {"AttributeName": "d", "AttributeType": "N"},
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        "KeySchema": keys("pk", "sk"),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [
            {"IndexName": "keys", "KeySchema": keys("b", "sk"), "Projection": {"ProjectionType": "KEYS_ONLY"}},
            {
                "IndexName": "some",
                "KeySchema": keys("a"),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]},
            },
            {"IndexName": "wide", "KeySchema": keys("a b", "c d"), "Projection": {"ProjectionType": "ALL"}},
        ],
        "LocalSecondaryIndexes": [
            {"IndexName": "near", "KeySchema": keys("pk", "c"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
    }
    assert expected == DECLARED.parameters()


def description(**changes: Any) -> dict[str, Any]:
    """Describe the declared table, with changes."""
    return {**copy.deepcopy(DECLARED.parameters()), "TableStatus": "ACTIVE", **changes}


def found(described: dict[str, Any], time_to_live: dict[str, Any] = ENABLED) -> list[str]:
    """Return the sentences of the differences."""
    return [str(each) for each in DECLARED.differences("shop", described, time_to_live)]


def test_a_table_as_it_is_declared_has_no_differences() -> None:
    """Nor has one with more than that, or one that just gets another index, or one that leaves out what is empty."""
    more = with_index("some", IndexStatus="UPDATING")
    more["TableStatus"] = "UPDATING"
    more["GlobalSecondaryIndexes"] += [
        {"IndexName": "other", "KeySchema": keys("e"), "Projection": {"ProjectionType": "ALL"}}
    ]
    more["AttributeDefinitions"] += [{"AttributeName": "e", "AttributeType": "S"}]
    undeclared = dataclasses.replace(DECLARED, time_to_live=None)
    assert ([], [], ()) == (found(description()), found(more), undeclared.differences("shop", more, ENABLED))


def without(kind: str, name: str) -> dict[str, Any]:
    """Describe the table without an index."""
    described = description()
    described[kind] = [each for each in described[kind] if each["IndexName"] != name]
    return described


def with_index(name: str, **changes: Any) -> dict[str, Any]:
    """Describe the table with a changed index."""
    described = description()
    described["GlobalSecondaryIndexes"] = [
        {**each, **(changes if each["IndexName"] == name else {})} for each in described["GlobalSecondaryIndexes"]
    ]
    return described


def with_types(**types: str) -> dict[str, Any]:
    """Describe the table with other types of keys."""
    wanted = {**DECLARED.schema.types, **types}
    return description(
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": each} for name, each in wanted.items()]
    )


TOTAL = (
    "table 'shop': the index 'some' is {}, the models declare a global index on a (HASH) that projects INCLUDE, x, y"
)
OTHER = {"TimeToLiveStatus": "ENABLING", "AttributeName": "until"}


@pytest.mark.parametrize(
    ("described", "time_to_live", "expected"),
    [
        (description(TableStatus="DELETING"), ENABLED, "table 'shop' is DELETING"),
        (
            description(KeySchema=keys("pk")),
            ENABLED,
            "table 'shop': the key is pk (HASH), the models declare pk (HASH), sk (RANGE)",
        ),
        (
            with_types(d="S"),
            ENABLED,
            "table 'shop': the type of the key 'd' is S, the models declare N",
        ),
        (without("GlobalSecondaryIndexes", "some"), ENABLED, TOTAL.format("missing")),
        (
            with_index("some", KeySchema=keys("a", "b")),
            ENABLED,
            TOTAL.format("a global index on a (HASH), b (RANGE) that projects INCLUDE, x, y"),
        ),
        (
            with_index("some", Projection={"ProjectionType": "ALL"}),
            ENABLED,
            TOTAL.format("a global index on a (HASH) that projects ALL"),
        ),
        (
            with_index("some", Projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "z"]}),
            ENABLED,
            TOTAL.format("a global index on a (HASH) that projects INCLUDE, x, z"),
        ),
        (with_index("some", IndexStatus="CREATING"), ENABLED, "table 'shop': the index 'some' is CREATING"),
        (
            without("LocalSecondaryIndexes", "near"),
            ENABLED,
            (
                "table 'shop': the index 'near' is missing, the models declare a local index on pk (HASH), c (RANGE) "
                "that projects KEYS_ONLY"
            ),
        ),
        (
            {
                **without("LocalSecondaryIndexes", "near"),
                "GlobalSecondaryIndexes": [
                    *description()["GlobalSecondaryIndexes"],
                    *description()["LocalSecondaryIndexes"],
                ],
            },
            ENABLED,
            (
                "table 'shop': the index 'near' is a global index on pk (HASH), c (RANGE) that projects KEYS_ONLY, the "
                "models declare a local index on pk (HASH), c (RANGE) that projects KEYS_ONLY"
            ),
        ),
        (description(), {}, "table 'shop': the time to live is missing, the models declare expires"),
        (
            description(),
            {"TimeToLiveStatus": "DISABLING", "AttributeName": "expires"},
            "table 'shop': the time to live is missing, the models declare expires",
        ),
        (description(), OTHER, "table 'shop': the time to live is until, the models declare expires"),
    ],
)
def test_each_difference_is_a_sentence(described: dict[str, Any], time_to_live: dict[str, Any], expected: str) -> None:
    """Of the table, what it has, and what is declared."""
    assert [expected] == found(described, time_to_live)


def test_only_what_is_missing_can_be_added() -> None:
    """Except for a local index, which only a new table gets."""
    differences = [
        *DECLARED.differences("shop", without("GlobalSecondaryIndexes", "some"), {}),
        *DECLARED.differences("shop", without("LocalSecondaryIndexes", "near"), OTHER),
        *DECLARED.differences("shop", description(TableStatus="CREATING", KeySchema=keys("pk")), ENABLED),
        missing_table("shop", DECLARED),
    ]
    assert [
        ("global_index", True),
        ("time_to_live", True),
        ("local_index", False),
        ("time_to_live", False),
        ("table", False),
        ("keys", False),
        ("table", True),
    ] == [(each.kind, each.can_be_added) for each in differences]


def test_a_difference_is_a_plain_value() -> None:
    """It is compared, hashed, copied and pickled."""
    difference = TableDifference("shop", "table", "shop", "pk (HASH), sk (RANGE)", None)
    copies = [copy.deepcopy(difference), pickle.loads(pickle.dumps(difference))]  # noqa: S301
    assert ([missing_table("shop", DECLARED)] * 2, 1) == (copies, len({difference, *copies}))
    assert "there is no table 'shop'" == str(difference)


def test_a_table_is_settled_when_nobody_changes_it() -> None:
    """Nor one of its indexes."""
    making = with_index("some", IndexStatus="CREATING")
    assert (True, False, True, False, False) == (
        is_settled(description()),
        is_settled(description(), "other"),
        is_settled(description(), "some"),
        is_settled(making),
        is_settled(description(TableStatus="UPDATING")),
    )


WITH_VECTORS = TableDeclaration(
    TableSchema(
        KeySchema(("pk",), ()),
        {},
        {"pk": "S", "shop": "S", "kind": "S"},
        {
            "by-look": VectorIndexSchema("by-look", "look", 4, "COSINE", "shop", ("size", "kind")),
            "some": VectorIndexSchema(
                "some", "look", 4, "EUCLIDEAN", whole=False, includes=frozenset({"b", "a", "pk"})
            ),
        },
    )
)


def vectors_with(name: str, **changes: Any) -> dict[str, Any]:
    """Describe the table with a changed vector index."""
    schema = dataclasses.replace(WITH_VECTORS.schema, types={**WITH_VECTORS.schema.types, "size": "N"})
    described = copy.deepcopy(dataclasses.replace(WITH_VECTORS, schema=schema).parameters())
    for each in described["VectorIndexes"]:
        each |= {"IndexStatus": "ACTIVE", **(changes if each["IndexName"] == name else {})}
    return described


BY_LOOK = (
    "table 'shop': the index 'by-look' is {}, the models declare a vector index on look (4 dimensions, COSINE), shop "
    "(HASH), kind (INLINE_FILTER), size (INLINE_FILTER) that projects ALL"
)
SOME = (
    "table 'shop': the index 'some' is {}, the models declare a vector index on look (4 dimensions, EUCLIDEAN) that "
    "projects INCLUDE, a, b"
)


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (vectors_with(""), []),
        (vectors_with("", IndexStatus=None), []),
        ({**vectors_with(""), "VectorIndexes": vectors_with("")["VectorIndexes"][:1]}, [SOME.format("missing")]),
        (
            vectors_with("by-look", Dimensions=5),
            [
                BY_LOOK.format(
                    "a vector index on look (5 dimensions, COSINE), shop (HASH), kind (INLINE_FILTER), size "
                    "(INLINE_FILTER) that projects ALL"
                )
            ],
        ),
        (
            vectors_with("by-look", SearchSchema=[]),
            [BY_LOOK.format("a vector index on look (4 dimensions, COSINE) that projects ALL")],
        ),
        (
            vectors_with("some", DistanceFunction="DOT_PRODUCT", Projection={"ProjectionType": "KEYS_ONLY"}),
            [SOME.format("a vector index on look (4 dimensions, DOT_PRODUCT) that projects KEYS_ONLY")],
        ),
        (vectors_with("some", IndexStatus="CREATING"), ["table 'shop': the index 'some' is CREATING"]),
    ],
)
def test_each_difference_of_a_vector_index_is_a_sentence(described: dict[str, Any], expected: list[str]) -> None:
    """Its dimensions, its distance, what a search can select by, and what it projects."""
    schema = dataclasses.replace(WITH_VECTORS.schema, types={**WITH_VECTORS.schema.types, "size": "N"})
    declared = dataclasses.replace(WITH_VECTORS, schema=schema)
    found = declared.differences("shop", described, {})
    assert expected == [*map(str, found)]
    assert {"vector_index"} >= {each.kind for each in found}
    assert [each.actual is None for each in found] == [each.can_be_added for each in found]


def test_a_table_is_settled_when_its_vector_indexes_are() -> None:
    """They are made after the table."""
    described = {"TableStatus": "ACTIVE", "VectorIndexes": [{"IndexName": "a", "IndexStatus": "CREATING"}]}
    ready = {**described, "VectorIndexes": [{"IndexName": "a", "IndexStatus": "ACTIVE"}]}
    assert (False, True, True, False) == (
        is_settled(described),
        is_settled(ready),
        is_settled(ready, "a"),
        is_settled(ready, "b"),
    )
