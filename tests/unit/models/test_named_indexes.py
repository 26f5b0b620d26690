"""Indexes as class attributes of models: what they are, and what is refused when the class is made."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any, ClassVar

import pytest

from pydamodb import (
    ConfigurationError,
    GlobalIndex,
    KeyTemplate,
    LocalIndex,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    Template,
)
from pydamodb._core.table_schema import IndexSchema, KeySchema
from pydamodb._models.declared_keys import declared_schema
from pydamodb._models.templates import indexes_of, templates_of
from pydamodb.aio import AsyncModelIndex, AsyncPrimaryKeyModel
from pydamodb.indexes import ModelIndex


class Person(PrimaryKeyModel):
    """A model without templates."""

    by_town = GlobalIndex("by-town", partition_key="town", sort_key="age")

    name: str
    town: str = ""
    age: int = 0


def test_a_class_attribute_has_the_queries_of_the_model() -> None:
    """Of the class that was asked; an index that is no attribute of a model is a plain value."""

    class Friend(Person):
        pass

    class Later(AsyncPrimaryKeyModel):
        by_town = GlobalIndex("by-town", partition_key="town")

        name: str
        town: str

    class Other:
        index = GlobalIndex("x", partition_key="y")

    assert ("Person's index 'by-town'", "Friend's index 'by-town'") == (repr(Person.by_town), repr(Friend.by_town))
    assert (ModelIndex, AsyncModelIndex) == (type(Person.by_town), type(Later.by_town))
    assert GlobalIndex("x", partition_key="y") == Other.index == Other().index


@pytest.mark.parametrize("kind", [ModelIndex, AsyncModelIndex])
def test_queries_take_the_arguments_of_the_model_but_the_index(kind: Any) -> None:
    """In the same order, with the same defaults."""
    model: Any = Person if kind is ModelIndex else AsyncPrimaryKeyModel
    for name in ("query", "query_all", "query_iter", "query_count"):
        own = inspect.signature(getattr(kind, name)).parameters
        its = inspect.signature(getattr(model, name)).parameters
        expected = [(each.name, each.default) for each in its.values() if each.name != "index_name"]
        assert expected == [(each.name, each.default) for each in own.values()][1:]


def test_indexes_are_no_fields() -> None:
    """They are inherited, and a subclass may take one back."""

    class Without(Person):
        by_town: ClassVar[None] = None  # type: ignore[assignment]

    assert {"name", "town", "age"} == set(Person.model_fields)
    assert ({"by_town": GlobalIndex("by-town", partition_key="town", sort_key="age")}, {}) == (
        indexes_of(Person),
        indexes_of(Without),
    )


def test_indexes_of_several_bases_are_all_known() -> None:
    """A mixin may be no model."""

    class ByAge:
        by_age = GlobalIndex("by-age", partition_key="age")

    class Both(ByAge, Person):
        pass

    assert {"by_age", "by_town"} == indexes_of(Both).keys()
    assert "Both's index 'by-age'" == repr(Both.by_age)


def test_indexes_are_plain_values() -> None:
    """They can be compared, copied, pickled and printed."""
    index = GlobalIndex[str]("x", partition_key="y", projection="KEYS_ONLY")
    copies = [copy.copy(index), copy.deepcopy(index), pickle.loads(pickle.dumps(index))]  # noqa: S301
    assert [index] * 3 == copies
    assert {index} == {*copies}
    assert "LocalIndex(name='x', sort_key='y', projection='ALL', includes=())" == repr(LocalIndex("x", sort_key="y"))


def test_types_are_for_type_checkers() -> None:
    """A parametrized index is the same value."""
    assert GlobalIndex("x", partition_key="y") == GlobalIndex[str]("x", partition_key="y")


def test_an_index_of_fields_is_declared_with_the_keys_of_the_table() -> None:
    """As if the configuration named it; this may name it too, with a projection."""
    config = PydamoConfig(table=None, partition_key="name")
    schema = declared_schema(Person, has_sort_key=False, config=config)
    assert schema is not None
    keys = KeySchema(("town",), ("age",))
    assert {"by-town": IndexSchema("by-town", keys, is_global=True)} == schema.indexes
    index = GlobalIndex("by-town", partition_key="town", sort_key="age", projection="KEYS_ONLY")
    config = PydamoConfig(table=None, partition_key="name", indexes=[index])
    schema = declared_schema(Person, has_sort_key=False, config=config)
    assert schema is not None
    assert {"by-town": IndexSchema("by-town", keys, is_global=True, whole=False)} == schema.indexes


REFUSED: list[tuple[Any, str]] = [
    (GlobalIndex("i", partition_key="X#{cc}"), r"'cc' is no field of the model"),
    (GlobalIndex("i", partition_key="towm"), r"Wrong\.index: 'towm' is not a field .*or Template\('towm'\)"),
    (GlobalIndex("i", partition_key="X#{town}", sort_key="{n}#x"), "'n' does not sort like its numbers"),
    (GlobalIndex("i", partition_key=["X#{town}", "n"]), r"Wrong\.index: a key of several attributes has no templates"),
    (GlobalIndex("gsi1", partition_key="town"), "Wrong.index and by_town are the same index 'gsi1'"),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_what_no_index_has_is_refused(given: Any, reason: str) -> None:
    """When the class is made."""
    with pytest.raises(ConfigurationError, match=reason):

        class Wrong(PrimaryKeyModel):
            pydamo_key = KeyTemplate("X#{n}", "X")
            by_town = GlobalIndex("gsi1", partition_key="TOWN#{town}")
            index = given

            n: int
            town: str


def test_templates_of_an_index_need_those_of_the_table() -> None:
    """A model without them names fields."""
    with pytest.raises(ConfigurationError, match=r"Wrong\.index has templates, which needs a pydamo_key"):

        class Wrong(PrimaryKeyModel):
            index = GlobalIndex("i", partition_key="X#{n}")

            n: int


def test_a_configuration_has_no_templates() -> None:
    """It may be one of many models."""
    with pytest.raises(ConfigurationError, match="make the index a class attribute of the model"):
        PydamoConfig(table=None, indexes=[LocalIndex("i", sort_key="X#{n}")])
    with pytest.raises(ConfigurationError, match="make the index a class attribute of the model"):
        PydamoConfig(table=None, indexes=[GlobalIndex("i", partition_key=Template("X"))])


def test_a_key_of_an_index_is_a_template_or_a_field() -> None:
    """Also both in one index; a text that is no name is constant."""

    class Mixed(PrimaryKeyAndSortKeyModel):
        pydamo_key = KeyTemplate("X#{n}", "{m}")
        one = GlobalIndex("one", partition_key="town", sort_key="T#{n:04}")
        two = GlobalIndex("two", partition_key=Template("all"), sort_key="ALL")
        three = LocalIndex("three", sort_key=Template("{town}"))
        four = LocalIndex("four", sort_key="town")

        n: int
        m: int
        town: str

    templates = templates_of(Mixed, has_sort_key=True)
    assert templates is not None
    sources = {name: tuple(each and each.source for each in formats) for name, formats in templates.indexes.items()}
    assert {"one": (None, "T#{n:04}"), "two": ("all", "ALL"), "three": (None, "{town}")} == sources
