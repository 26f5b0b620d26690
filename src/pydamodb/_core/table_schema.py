"""The keys of a table and of its indexes, as operations use them and as DescribeTable returns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

from pydamodb._core.lazy_dataclass import dataclass


@dataclass(frozen=True)
class KeySchema:
    """The key attributes of a table or an index; only a global secondary index may have several of each kind."""

    partition_keys: tuple[str, ...]
    sort_keys: tuple[str, ...]

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """All key attributes; those of the partition key come first."""
        return self.partition_keys + self.sort_keys


@dataclass(frozen=True)
class IndexSchema:
    """A secondary index and its keys.

    An index that `is_global` has no consistent reads. An index that is not `whole` has some attributes only: the keys
    of the table, its own keys and those that it `includes`. `includes` is None if they are not known.
    """

    name: str
    keys: KeySchema
    is_global: bool
    whole: bool = True
    includes: frozenset[str] | None = frozenset()

    def projected(self, table: KeySchema) -> frozenset[str]:
        """Return the attributes that are known to be in an index that is not whole, of a table with these keys."""
        return frozenset((*table.attributes, *self.keys.attributes, *(self.includes or ())))


@dataclass(frozen=True)
class VectorIndexSchema:
    """A vector index: the attribute of the vectors, their dimensions, and what a search can select by.

    `distance` is DynamoDB's name. An index that is not `whole` has the keys of the table, its own attributes and those
    that it `includes`.
    """

    name: str
    attribute: str
    dimensions: int
    distance: str
    partition_key: str | None = None
    filters: tuple[str, ...] = ()
    whole: bool = True
    includes: frozenset[str] = frozenset()

    @property
    def searched(self) -> tuple[str, ...]:
        """The attributes that a search can select by."""
        return self.filters if self.partition_key is None else (self.partition_key, *self.filters)


@dataclass(frozen=True)
class TableSchema:
    """The keys of a table and of its indexes, and the known data types (S, N or B) of key attributes."""

    keys: KeySchema
    indexes: Mapping[str, IndexSchema]
    types: Mapping[str, str]
    vectors: Mapping[str, VectorIndexSchema] = field(default_factory=dict[str, VectorIndexSchema])

    @property
    def described(self) -> str:
        """The keys of the table and their data types, for messages."""
        return ", ".join(f"{name!r} ({self.types.get(name, 'of any type')})" for name in self.keys.attributes)

    @cached_property
    def key_attributes(self) -> tuple[str, ...]:
        """All attributes that are keys of the table or of an index, or that a search of vectors can select by."""
        every = [self.keys.attributes, *(index.keys.attributes for index in self.indexes.values())]
        every += [index.searched for index in self.vectors.values()]
        return tuple(dict.fromkeys(name for names in every for name in names))

    @classmethod
    def from_reply(cls, reply: Mapping[str, Any]) -> TableSchema:
        """Read a reply of DescribeTable."""
        table = reply["Table"]
        indexes: dict[str, IndexSchema] = {}
        for kind, is_global in {"GlobalSecondaryIndexes": True, "LocalSecondaryIndexes": False}.items():
            for index in table.get(kind) or ():
                name, projection = index["IndexName"], index.get("Projection", {})
                whole = projection.get("ProjectionType", "ALL") == "ALL"
                includes = frozenset(projection.get("NonKeyAttributes") or ())
                indexes[name] = IndexSchema(name, _key_schema(index["KeySchema"]), is_global, whole, includes)
        types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
        vectors = {each["IndexName"]: _vector_index(each) for each in table.get("VectorIndexes") or ()}
        return cls(_key_schema(table["KeySchema"]), indexes, types, vectors)


def _vector_index(described: Mapping[str, Any]) -> VectorIndexSchema:
    searched: list[dict[str, str]] = described.get("SearchSchema") or []
    names = {
        kind: [each["AttributeName"] for each in searched if each["SearchSchemaElementType"] == kind]
        for kind in ("HASH", "INLINE_FILTER")
    }
    projection = described.get("Projection", {})
    return VectorIndexSchema(
        described["IndexName"],
        described["VectorAttribute"]["AttributeName"],
        described["Dimensions"],
        described["DistanceFunction"],
        next(iter(names["HASH"]), None),
        tuple(names["INLINE_FILTER"]),
        projection.get("ProjectionType", "ALL") == "ALL",
        frozenset(projection.get("NonKeyAttributes") or ()),
    )


def _key_schema(elements: list[dict[str, str]]) -> KeySchema:
    by_kind: dict[str, tuple[str, ...]] = {"HASH": (), "RANGE": ()}
    for element in elements:
        by_kind[element["KeyType"]] += (element["AttributeName"],)
    return KeySchema(by_kind["HASH"], by_kind["RANGE"])
