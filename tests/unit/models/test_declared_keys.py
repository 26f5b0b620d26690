"""Declared keys: the schema that marks and the configuration make, and what no table could have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import pytest
from pydantic import (
    AliasGenerator,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    PlainSerializer,
    computed_field,
    field_serializer,
)
from pydantic.alias_generators import to_camel

from pydamodb import (
    ConfigurationError,
    CreatedAt,
    GlobalIndex,
    LocalIndex,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    TimeToLive,
    UpdatedAt,
    Version,
)
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._models.declared_keys import declared_schema

T = TypeVar("T")


class Event(PrimaryKeyAndSortKeyModel):
    model_config = ConfigDict(serialize_by_alias=True)

    name: Annotated[str, PartitionKey, PartitionKey(index="by-name-and-day")]
    at: Annotated[datetime, SortKey] = Field(alias="created-at")
    day: Annotated[date | None, SortKey(index="by-name-and-day"), SortKey("by-day")] = None
    country: Annotated[str, PartitionKey("by-place")] = ""
    city: Annotated[str, PartitionKey("by-place")] = Field("", serialization_alias="c", validation_alias="c")
    zip: Annotated[int, SortKey("by-place")] = 0
    size: float = 0.0

    @computed_field(alias="l")
    @property
    def length(self) -> Annotated[int, SortKey("by-place")]:
        """Compute from the name."""
        return len(self.name)


MARKED = {
    "by-name-and-day": IndexSchema("by-name-and-day", KeySchema(("name",), ("day",)), is_global=True),
    "by-day": IndexSchema("by-day", KeySchema(("name",), ("day",)), is_global=False),
    "by-place": IndexSchema("by-place", KeySchema(("country", "c"), ("zip", "l")), is_global=True),
}
TYPES = {"name": "S", "created-at": "S", "day": "S", "country": "S", "c": "S", "zip": "N", "l": "N"}


def declared(model: type[BaseModel], *indexes: Any, has_sort_key: bool = True) -> Any:
    """Return what a model with a sort key declares."""
    return declared_schema(model, has_sort_key=has_sort_key, config=PydamoConfig(table=None, indexes=indexes))


def test_marks_are_the_schema_of_the_table() -> None:
    """By attribute names, in the order of the fields; an index without a partition key of its own is local."""
    assert TableSchema(KeySchema(("name",), ("created-at",)), MARKED, TYPES) == declared(Event)


def test_a_configuration_adds_indexes() -> None:
    """By names of fields."""
    indexes = [
        GlobalIndex("by-size", partition_key="size", projection="KEYS_ONLY"),
        GlobalIndex("by-all", partition_key=["city", "size"], sort_key="at"),
        LocalIndex("by-zip", sort_key="zip", projection="INCLUDE"),
    ]
    added = {
        "by-size": IndexSchema("by-size", KeySchema(("size",), ()), is_global=True, whole=False),
        "by-all": IndexSchema("by-all", KeySchema(("c", "size"), ("created-at",)), is_global=True),
        "by-zip": IndexSchema("by-zip", KeySchema(("name",), ("zip",)), is_global=False, whole=False, includes=None),
    }
    schema = TableSchema(KeySchema(("name",), ("created-at",)), {**MARKED, **added}, {**TYPES, "size": "N"})
    assert schema == declared(Event, *indexes)


def test_a_configuration_may_say_more_of_an_index_that_is_marked() -> None:
    """Its projection."""
    schema = declared(Event, LocalIndex("by-day", sort_key="day", projection="KEYS_ONLY"))
    assert (
        IndexSchema("by-day", KeySchema(("name",), ("day",)), is_global=False, whole=False) == schema.indexes["by-day"]
    )


def test_an_index_includes_attributes_by_names_of_fields() -> None:
    """They are known then; a name that is no field is refused."""
    index = GlobalIndex("by-size", partition_key="size", projection="INCLUDE", includes=["city", "zip"])
    schema = declared(Event, index)
    keys = KeySchema(("size",), ())
    assert (
        IndexSchema("by-size", keys, True, whole=False, includes=frozenset({"c", "zip"})) == schema.indexes["by-size"]
    )
    with pytest.raises(ConfigurationError, match="the index 'i' includes 'town', which is not a field of the model"):
        declared(Event, GlobalIndex("i", partition_key="size", projection="INCLUDE", includes=["town"]))


def test_what_is_declared_is_found_once() -> None:
    """For a model and a configuration."""
    config = PydamoConfig(table=None, indexes=[LocalIndex("by-zip", sort_key="zip")])
    first, again = (declared_schema(Event, has_sort_key=True, config=config) for _ in range(2))
    assert (True, False) == (first is again, first == declared(Event))


def test_a_model_without_marks_declares_nothing() -> None:
    """Its table is asked."""

    class Plain(PrimaryKeyModel):
        name: str

    class Expiring(PrimaryKeyModel):
        name: str
        at: Annotated[datetime, TimeToLive]

    assert [None, None] == [declared(Plain, has_sort_key=False), declared(Expiring, has_sort_key=False)]


class LiteralText(str, Enum):
    YES = "yes"


class Rank(IntEnum):
    LOW = 1


class Mixed(Enum):
    ONE = 1
    TWO = "two"


@pytest.mark.parametrize(
    ("annotation", "tag"),
    [
        (str, "S"),
        (UUID, "S"),
        (LiteralText, "S"),
        (str | UUID, "S"),
        (int, "N"),
        (Decimal, "N"),
        (Rank, "N"),
        (int | Decimal, "N"),
        (Annotated[datetime, TimeToLive], "N"),
        (bytes, "B"),
        (Mixed, None),
        (Literal["a", "b"], None),
        (int | str, None),
        (str | bool, "S"),
        (Any, None),
        (Annotated[str, PlainSerializer(len)], None),
    ],
)
def test_the_type_of_a_key_is_what_its_values_are_stored_as(annotation: Any, tag: str | None) -> None:
    """Not known, and not checked before sending, where the annotation does not tell."""

    class Model(PrimaryKeyModel):
        name: Annotated[annotation, PartitionKey]

    assert ({"name": tag} if tag else {}) == declared(Model, has_sort_key=False).types


def test_a_key_that_is_written_by_hand_is_of_an_unknown_type() -> None:
    """Whatever the serialiser returns."""

    class Model(PrimaryKeyModel):
        name: Annotated[list[str], PartitionKey]

        @field_serializer("name")
        def joined(self, value: list[str]) -> str:
            """Join."""
            return ",".join(value)

    assert {} == declared(Model, has_sort_key=False).types


def test_marks_are_inherited_with_their_fields() -> None:
    """A subclass completes them, and may declare a field anew, with other marks or none."""

    class Base(PrimaryKeyAndSortKeyModel):
        pk: Annotated[str, PartitionKey]
        kind: Annotated[str, SortKey("by-kind")]

    class Sub(Base):
        pk: Annotated[UUID, PartitionKey]  # type: ignore[assignment]
        sk: Annotated[int, SortKey]
        kind: str

    schema = TableSchema(KeySchema(("pk",), ("sk",)), {}, {"pk": "S", "sk": "N"})
    assert schema == declared(Sub)


def test_marks_work_in_generic_models() -> None:
    """The type comes with the parameter."""

    class Base(PrimaryKeyModel, Generic[T]):
        pk: Annotated[T, PartitionKey]

    class Sub(Base[int]):
        pass

    assert {"pk": "N"} == declared(Sub, has_sort_key=False).types == declared(Base[int], has_sort_key=False).types


def test_marks_work_with_generated_aliases() -> None:
    """The keys are the attributes."""

    class Model(PrimaryKeyAndSortKeyModel):
        model_config = ConfigDict(alias_generator=AliasGenerator(alias=to_camel), serialize_by_alias=True)

        first_key: Annotated[str, PartitionKey]
        second_key: Annotated[str, SortKey]

    assert KeySchema(("firstKey",), ("secondKey",)) == declared(Model).keys


def test_marks_are_looked_at_when_the_model_is_complete() -> None:
    """A field may name what is defined later."""

    class Late(PrimaryKeyModel):
        model_config = ConfigDict(defer_build=True)

        one: Annotated[str, PartitionKey]
        two: Annotated[str, PartitionKey]

    with pytest.raises(ConfigurationError) as caught:
        declared(Late, has_sort_key=False)
    assert "Late: one, two are all declared as the partition key of the table, which has at most 1" == str(caught.value)


def model(base: Any = PrimaryKeyAndSortKeyModel, **fields: Any) -> type[BaseModel]:
    """Make a model of these fields; one that is a tuple has a default too."""
    annotations = {name: each[0] if isinstance(each, tuple) else each for name, each in fields.items()}
    defaults = {name: each[1] for name, each in fields.items() if isinstance(each, tuple)}
    return type(base)("Model", (base,), {"__module__": __name__, "__annotations__": annotations, **defaults})


PK, SK = Annotated[str, PartitionKey], Annotated[str, SortKey]
KEYS = {"a": PK, "b": SK}


@pytest.mark.parametrize(
    ("base", "fields", "message"),
    [
        (
            PrimaryKeyModel,
            {"a": PK, "b": PK},
            "a, b are all declared as the partition key of the table, which has at most 1",
        ),
        (
            PrimaryKeyAndSortKeyModel,
            {"a": PK, "b": SK, "c": SK},
            "b, c are all declared as the sort key of the table, which has at most 1",
        ),
        (
            PrimaryKeyModel,
            {"a": PK, "b": SK},
            (
                "b is marked as the sort key of the table: a PrimaryKeyModel has no sort key; make "
                "PrimaryKeyAndSortKeyModel its base"
            ),
        ),
        (
            PrimaryKeyAndSortKeyModel,
            {"a": Annotated[str, PartitionKey, SortKey]},
            "a is declared both as partition key and as sort key of the table",
        ),
        (
            PrimaryKeyAndSortKeyModel,
            {**KEYS, **{name: Annotated[str, PartitionKey("i")] for name in "cdefg"}},
            "c, d, e, f, g are all declared as the partition key of index 'i', which has at most 4",
        ),
        *(
            (
                PrimaryKeyModel,
                {"a": Annotated[annotation, PartitionKey]},
                (
                    "a is declared as a key of the table: its type cannot be a key: keys are stored as a string, a "
                    "number or bytes"
                ),
            )
            for annotation in (bool, list[str], dict[str, int], set[str], tuple[int, int], Event, bool | None)
        ),
        (
            PrimaryKeyModel,
            {"a": PK, "b": Annotated[bool, PartitionKey("i")]},
            (
                "b is declared as a key of index 'i': its type cannot be a key: keys are stored as a string, a number "
                "or bytes"
            ),
        ),
        (
            PrimaryKeyModel,
            {"a": (Annotated[str | None, PartitionKey], None)},
            "a is declared as a key of the table: a key of the table is never None; give it a type without None",
        ),
        (
            PrimaryKeyModel,
            {"a": (PK, Field("", exclude=True))},
            "a is declared as a key of the table: it is excluded from serialization, so it is not stored",
        ),
        (
            PrimaryKeyModel,
            {"a": str, "b": Annotated[datetime, TimeToLive], "c": Annotated[datetime, TimeToLive] | None},
            "b, c are all marked with TimeToLive: a table has one such attribute",
        ),
        (
            PrimaryKeyModel,
            {"a": str, "b": (Annotated[int, Version], 0), "c": (Annotated[int, Version], 0)},
            "b, c are all marked with Version: an item has one version",
        ),
        *(
            (
                PrimaryKeyModel,
                {"a": str, "b": field},
                "b: Version needs an int field with the default 0, which means that the item is not stored yet",
            )
            for field in (
                (Annotated[int, Version], 1),
                (Annotated[int, Version], ...),
                (Annotated[float, Version], 0),
                (Annotated[int | None, Version], 0),
                (Annotated[int, Version], Field(0, exclude=True)),
            )
        ),
        (
            PrimaryKeyModel,
            {"a": str, "b": (Annotated[datetime | None, CreatedAt, UpdatedAt], None)},
            "b is marked with CreatedAt and with UpdatedAt: give each a field of its own",
        ),
        (
            PrimaryKeyModel,
            {"a": str, **dict.fromkeys("bc", (Annotated[datetime | None, UpdatedAt], None))},
            "b, c are all marked with UpdatedAt: an item has one such time",
        ),
        *(
            (
                PrimaryKeyModel,
                {"a": str, "b": field},
                (
                    f"b: {mark.__name__} needs a field of type datetime | None with the default None, without its own "
                    f"serializer. Times are stored in UTC"
                ),
            )
            for mark in (CreatedAt, UpdatedAt)
            for field in (
                (Annotated[datetime, mark], datetime(2026, 1, 1)),  # noqa: DTZ001
                (Annotated[datetime | None, mark], ...),
                (Annotated[datetime | None, mark], Field(default_factory=lambda: None)),
                (Annotated[datetime | None, mark], Field(None, exclude=True)),
                (Annotated[datetime | None, mark, TimeToLive], None),
                (Annotated[datetime | None, mark, PlainSerializer(repr)], None),
                (Annotated[NaiveDatetime | None, mark], None),
                (Annotated[date | None, mark], None),
                (Annotated[int | None, mark], None),
                (Annotated[float | None, mark], None),
                (Annotated[str | None, mark], None),
                (Annotated[Any, mark], None),
            )
        ),
        *(
            (
                PrimaryKeyModel,
                {"a": Annotated[annotation, TimeToLive]},
                "a: TimeToLive needs a field of type datetime or datetime | None, without its own serializer",
            )
            for annotation in (
                str,
                int,
                date,
                datetime | str,
                datetime | str | None,
                list[datetime],
                Annotated[datetime, PlainSerializer(repr)],
            )
        ),
    ],
)
def test_marks_that_no_table_could_have_are_refused_when_the_class_is_made(
    base: Any, fields: dict[str, Any], message: str
) -> None:
    """The message names the model, the fields and what would do."""
    with pytest.raises(ConfigurationError) as caught:
        model(base, **fields)
    assert (f"Model: {message}", "Model") == (str(caught.value), caught.value.model_name)


def test_a_computed_field_is_no_managed_time() -> None:
    """It is never written into the instance."""
    with pytest.raises(ConfigurationError, match="when: CreatedAt needs a field of type datetime"):

        class Computed(PrimaryKeyModel):
            id: str

            @computed_field
            @property
            def when(self) -> Annotated[datetime | None, CreatedAt]:
                """Compute nothing."""
                return None


COMPLETE = "mark all keys of the table, or none: then they are read from the table (DescribeTable)"


@pytest.mark.parametrize(
    ("base", "fields", "indexes", "message"),
    [
        (
            PrimaryKeyAndSortKeyModel,
            {"a": PK, "b": str},
            (),
            f"declares keys, but no field is marked with SortKey: {COMPLETE}",
        ),
        (
            PrimaryKeyAndSortKeyModel,
            {"a": str, "b": SK},
            (),
            f"declares keys, but no field is marked with PartitionKey: {COMPLETE}",
        ),
        (
            PrimaryKeyAndSortKeyModel,
            {"a": str, "b": Annotated[str, PartitionKey("i")]},
            (),
            f"declares keys, but no field is marked with PartitionKey or SortKey: {COMPLETE}",
        ),
        (
            PrimaryKeyModel,
            {"a": str},
            (GlobalIndex("i", "a"),),
            f"declares keys, but no field is marked with PartitionKey: {COMPLETE}",
        ),
        (
            PrimaryKeyModel,
            {"a": PK, "b": Annotated[str, SortKey("i")]},
            (),
            (
                "index 'i' has no partition key, but only a table with a sort key can have an LSI: mark the field that "
                "is its partition key with PartitionKey(index='i')"
            ),
        ),
        (
            PrimaryKeyAndSortKeyModel,
            {**KEYS, "c": Annotated[str, SortKey("i")], "d": Annotated[str, SortKey("i")]},
            (),
            (
                "index 'i' has c, d as sort keys, but an LSI has only one: mark the field that is its partition key "
                "with PartitionKey(index='i')"
            ),
        ),
        (
            PrimaryKeyAndSortKeyModel,
            KEYS,
            (LocalIndex("i", "c"),),
            "the index 'i' of pydamo_config names 'c', which is not a field of the model",
        ),
        (
            PrimaryKeyAndSortKeyModel,
            {**KEYS, "c": bool},
            (GlobalIndex("i", "c"),),
            (
                "c is declared as a key of index 'i': its type cannot be a key: keys are stored as a string, a number "
                "or bytes"
            ),
        ),
        (
            PrimaryKeyAndSortKeyModel,
            KEYS,
            (LocalIndex("i", "a"), GlobalIndex("i", "a")),
            "pydamo_config declares the index 'i' twice",
        ),
        (
            PrimaryKeyAndSortKeyModel,
            {**KEYS, "c": Annotated[str, SortKey("i")]},
            (GlobalIndex("i", "c"),),
            "marks and pydamo_config give the index 'i' different keys",
        ),
    ],
)
def test_what_is_not_complete_is_refused_when_the_table_is_used(
    base: Any, fields: dict[str, Any], indexes: Sequence[Any], message: str
) -> None:
    """A subclass may complete the marks, and the configuration may change."""
    made = model(base, **fields)
    with pytest.raises(ConfigurationError) as caught:
        declared(made, *indexes, has_sort_key=base is PrimaryKeyAndSortKeyModel)
    assert (f"Model: {message}", "Model") == (str(caught.value), caught.value.model_name)
