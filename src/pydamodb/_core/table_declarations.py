"""What models declare about a table: the parameters of CreateTable, and how a real table differs. Plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema, VectorIndexSchema

DifferenceKind: TypeAlias = Literal[
    "table", "keys", "type", "global_index", "local_index", "vector_index", "time_to_live"
]

_INDEX_KINDS: Mapping[bool, Literal["global_index", "local_index"]] = {True: "global_index", False: "local_index"}
_ADDABLE = frozenset({"table", "global_index", "vector_index", "time_to_live"})
_ACTIVE = "ACTIVE"
_USABLE = frozenset({_ACTIVE, "UPDATING", None})
_SET = frozenset({"ENABLED", "ENABLING"})


@dataclass(frozen=True)
class TableDifference:
    """One difference between a table and what models declare. `str(difference)` says it in a sentence.

    Attributes:
        table_name: The table.
        kind: What differs. A `"type"` is that of a key attribute.
        name: The name of the index, or of the attribute; else that of the table.
        declared: What the models declare.
        actual: What the table has, None if it is missing.
    """

    table_name: str
    kind: DifferenceKind
    name: str
    declared: str
    actual: str | None

    @property
    def can_be_added(self) -> bool:
        """Whether `ensure_tables` adds what is missing. It changes and deletes nothing, and no table gets an LSI."""
        return self.actual is None and self.kind in _ADDABLE

    def __str__(self) -> str:
        if self.kind == "table":
            missing = f"there is no table {self.table_name!r}"
            return missing if self.actual is None else f"table {self.table_name!r} is {self.actual}"
        what = {"keys": "the key", "type": f"the type of the key {self.name!r}", "time_to_live": "the time to live"}
        subject = f"table {self.table_name!r}: {what.get(self.kind, f'the index {self.name!r}')}"
        difference = f"{subject} is {'missing' if self.actual is None else self.actual}"
        return difference if self.declared == _ACTIVE else f"{difference}, the models declare {self.declared}"


@dataclass(frozen=True)
class TableDeclaration:
    """The keys of a table, its indexes and the types of their keys, and the attribute of its time to live."""

    schema: TableSchema
    time_to_live: str | None = None

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of CreateTable, without the name of the table."""
        indexes = {each.name: each for _, each in sorted(self.schema.indexes.items())}
        attributes = self.schema.key_attributes
        made: dict[str, Any] = {
            "AttributeDefinitions": self.attribute_definitions(*attributes),
            "KeySchema": _key_elements(self.schema.keys),
            "BillingMode": "PAY_PER_REQUEST",
        }
        for kind, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)):
            if found := [self.index_parameters(name) for name in indexes if indexes[name].is_global == is_global]:
                made[kind] = found
        if vectors := [self.index_parameters(name) for name in sorted(self.schema.vectors)]:
            made["VectorIndexes"] = vectors
        return made

    def without_vectors(self) -> TableDeclaration:
        """Return the declaration without the vector indexes, for engines that do not have them."""
        return replace(self, schema=replace(self.schema, vectors={}))

    def attribute_definitions(self, *attributes: str) -> list[dict[str, str]]:
        """Return the types of key attributes."""
        types = self.schema.types
        return [{"AttributeName": name, "AttributeType": types[name]} for name in sorted({*attributes})]

    def index_parameters(self, name: str) -> dict[str, Any]:
        """Return an index as CreateTable and UpdateTable take it."""
        if name in self.schema.vectors:
            return _vector_parameters(self.schema.vectors[name], self.schema.keys)
        index = self.schema.indexes[name]
        projection = _projection(index, self.schema.keys)
        return {"IndexName": index.name, "KeySchema": _key_elements(index.keys), "Projection": projection}

    def differences(
        self, table_name: str, description: Mapping[str, Any], time_to_live: Mapping[str, Any]
    ) -> tuple[TableDifference, ...]:
        """Compare with a table, as DescribeTable and DescribeTimeToLive describe it. It may have more than is declared.

        A table that gets an index is UPDATING and works as before.
        """
        return tuple(self._differences(table_name, description, time_to_live))

    def _differences(
        self, name: str, description: Mapping[str, Any], time_to_live: Mapping[str, Any]
    ) -> Iterator[TableDifference]:
        there, status = TableSchema.from_reply({"Table": description}), description.get("TableStatus")
        if status not in _USABLE:
            yield TableDifference(name, "table", name, _ACTIVE, status)
        if there.keys != self.schema.keys:
            yield TableDifference(name, "keys", name, described(self.schema.keys), described(there.keys))
        for attribute in self.schema.key_attributes:
            declared, found = self.schema.types[attribute], there.types.get(attribute)
            if found not in {declared, None}:
                yield TableDifference(name, "type", attribute, declared, found)
        statuses = _statuses(description)
        actuals = {each.name: described_index(each, there.keys) for each in there.indexes.values()}
        actuals |= {each.name: described_vectors(each, there.keys) for each in there.vectors.values()}
        for index, kind, wanted in self._described_indexes():
            actual = actuals.get(index)
            if actual != wanted:
                yield TableDifference(name, kind, index, wanted, actual)
            elif statuses.get(index) not in _USABLE:
                yield TableDifference(name, kind, index, _ACTIVE, statuses[index])
        expires = time_to_live.get("AttributeName") if time_to_live.get("TimeToLiveStatus") in _SET else None
        if self.time_to_live is not None and self.time_to_live != expires:
            yield TableDifference(name, "time_to_live", self.time_to_live, self.time_to_live, expires)

    def _described_indexes(self) -> Iterator[tuple[str, DifferenceKind, str]]:
        for name, index in sorted(self.schema.indexes.items()):
            yield name, _INDEX_KINDS[index.is_global], described_index(index, self.schema.keys)
        for name, vectors in sorted(self.schema.vectors.items()):
            yield name, "vector_index", described_vectors(vectors, self.schema.keys)


def missing_table(name: str, declaration: TableDeclaration) -> TableDifference:
    """Return the difference of a table that is not there."""
    return TableDifference(name, "table", name, described(declaration.schema.keys), None)


def is_settled(description: Mapping[str, Any], index: str | None = None) -> bool:
    """Return True if nobody is making or changing a table or one of its indexes, and the named index is there."""
    indexes = _statuses(description)
    is_there = index is None or index in indexes
    return is_there and all(status in {_ACTIVE, None} for status in (description.get("TableStatus"), *indexes.values()))


def described(keys: KeySchema) -> str:
    """Return keys as a text, for messages."""
    return ", ".join(f"{each['AttributeName']} ({each['KeyType']})" for each in _key_elements(keys))


def described_index(index: IndexSchema, table: KeySchema) -> str:
    """Return an index of a table with these keys as a text. Two indexes with the same text have the same form."""
    kind = "global" if index.is_global else "local"
    return f"a {kind} index on {described(index.keys)} that projects {_described_projection(index, table)}"


def described_vectors(index: VectorIndexSchema, table: KeySchema) -> str:
    """Return a vector index of a table with these keys as a text."""
    searched = "".join(f", {each['AttributeName']} ({each['SearchSchemaElementType']})" for each in _searched(index))
    about = f"{index.attribute} ({index.dimensions} dimensions, {index.distance}){searched}"
    return f"a vector index on {about} that projects {_described_projection(index, table)}"


def _vector_parameters(index: VectorIndexSchema, table: KeySchema) -> dict[str, Any]:
    made: dict[str, Any] = {
        "IndexName": index.name,
        "VectorAttribute": {"AttributeName": index.attribute},
        "Dimensions": index.dimensions,
        "DistanceFunction": index.distance,
        "Projection": _projection(index, table),
    }
    searched = _searched(index)
    return {**made, "SearchSchema": searched} if searched else made


def _searched(index: VectorIndexSchema) -> list[dict[str, str]]:
    """Return what a search can select by. The order of the filters means nothing."""
    key = () if index.partition_key is None else (index.partition_key,)
    pairs = [*((name, "HASH") for name in key), *((name, "INLINE_FILTER") for name in sorted(index.filters))]
    return [{"AttributeName": name, "SearchSchemaElementType": kind} for name, kind in pairs]


def _projection(index: IndexSchema | VectorIndexSchema, table: KeySchema) -> dict[str, Any]:
    """Return what an index projects. One that includes nothing but what it has anyway has keys only."""
    if index.whole:
        return {"ProjectionType": "ALL"}
    own = index.keys.attributes if isinstance(index, IndexSchema) else (*index.searched, index.attribute)
    added = sorted((index.includes or frozenset()) - {*table.attributes, *own})
    if added or index.includes is None:
        return {"ProjectionType": "INCLUDE", "NonKeyAttributes": added}
    return {"ProjectionType": "KEYS_ONLY"}


def _described_projection(index: IndexSchema | VectorIndexSchema, table: KeySchema) -> str:
    projection = _projection(index, table)
    return ", ".join([projection["ProjectionType"], *projection.get("NonKeyAttributes", ())])


def _key_elements(keys: KeySchema) -> list[dict[str, str]]:
    both = (("HASH", keys.partition_keys), ("RANGE", keys.sort_keys))
    return [{"AttributeName": name, "KeyType": kind} for kind, names in both for name in names]


def _statuses(description: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the states of the indexes that are made after the table."""
    kinds = ("GlobalSecondaryIndexes", "VectorIndexes")
    found: list[dict[str, Any]] = [each for kind in kinds for each in description.get(kind) or ()]
    return {each["IndexName"]: each.get("IndexStatus") for each in found}
