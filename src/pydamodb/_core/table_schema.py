"""The keys of a table and of its indexes: what operations know of a table, and how DescribeTable tells it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydamodb._core.lazy_dataclass import dataclass


@dataclass(frozen=True)
class KeySchema:
    """The key attributes of a table or an index; only a global index may have several of a kind."""

    partition_keys: tuple[str, ...]
    sort_keys: tuple[str, ...]

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """All key attributes, the partition key's first."""
        return self.partition_keys + self.sort_keys


@dataclass(frozen=True)
class IndexSchema:
    """A secondary index and its keys.

    A global one knows no consistent reads. One that is not `whole` has only some of the items' attributes: the keys of
    the table, its own, and those that it `includes`; None where that is not known.
    """

    name: str
    keys: KeySchema
    is_global: bool
    whole: bool = True
    includes: frozenset[str] | None = frozenset()


@dataclass(frozen=True)
class TableSchema:
    """The keys of a table and of its indexes, and the type tag (S, N or B) of each key attribute that is known."""

    keys: KeySchema
    indexes: Mapping[str, IndexSchema]
    types: Mapping[str, str]

    @property
    def described(self) -> str:
        """The keys of the table and their types, for messages."""
        return ", ".join(f"{name!r} ({self.types.get(name, 'of any type')})" for name in self.keys.attributes)

    @cached_property
    def key_attributes(self) -> tuple[str, ...]:
        """All attributes that are keys of the table or of an index."""
        every = (self.keys, *(index.keys for index in self.indexes.values()))
        return tuple(dict.fromkeys(name for keys in every for name in keys.attributes))

    @classmethod
    def from_reply(cls, reply: Mapping[str, Any]) -> TableSchema:
        """Read a reply of DescribeTable."""
        table = reply["Table"]
        kinds = {"GlobalSecondaryIndexes": True, "LocalSecondaryIndexes": False}
        indexes = [
            IndexSchema(
                index["IndexName"],
                _keys(index["KeySchema"]),
                is_global,
                index.get("Projection", {}).get("ProjectionType", "ALL") == "ALL",
                frozenset(index.get("Projection", {}).get("NonKeyAttributes") or ()),
            )
            for kind, is_global in kinds.items()
            for index in table.get(kind) or ()
        ]
        return cls(
            keys=_keys(table["KeySchema"]),
            indexes={index.name: index for index in indexes},
            types={each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]},
        )


def _keys(schema: list[dict[str, str]]) -> KeySchema:
    by_kind: dict[str, tuple[str, ...]] = {"HASH": (), "RANGE": ()}
    for key in schema:
        by_kind[key["KeyType"]] += (key["AttributeName"],)
    return KeySchema(by_kind["HASH"], by_kind["RANGE"])
