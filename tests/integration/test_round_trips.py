"""What is written reads back, from the engine too: values of every kind without loss, or refused before sending.

Random values are tried in great numbers without an engine, in tests/unit/codec/test_properties.py; here are a few.
"""

# ruff: noqa: PLR0917, RUF012 - fixtures and parameters; Pydantic copies defaults

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis_profiles import one_in
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    computed_field,
    create_model,
    field_serializer,
)
from sample_values import EXACT, UNIONS, Colour, Unset, anything, exact, exact_decimals, json_like

from pydamodb import Attribute, ItemEncodingError, PydamoConfig

UTC = timezone.utc


# --- models ---


@pytest.fixture(scope="module")
def table(make_table):
    """Make a table for all of them."""
    return make_table("key")


@pytest.fixture(scope="module")
def model_of(PrimaryKeyModel, table):
    """Return what defines a model of one field of a type, once for each."""
    made = {}

    def make(name, annotation):
        if name not in made:
            made[name] = create_model(
                f"Holder_{len(made)}", __base__=PrimaryKeyModel, key=(str, ...), value=(annotation, ...)
            )
            made[name].pydamo_config = PydamoConfig(table=table)
        return made[name]

    return make


def round_trip(instance):
    """Save a model and read it again."""
    instance.save()
    return type(instance).get_item(instance.key, consistent_read=True)


def check_equal_or_refused(instance, table, requests_of):
    """Check that a model reads back as an equal one, or that it was refused and nothing was sent."""
    table.put_item(Item={"key": instance.key})
    with requests_of(table) as sent:
        try:
            instance.save()
        except ItemEncodingError:
            assert "PutItem" not in sent
            return
    assert instance.value == type(instance).get_item(instance.key, consistent_read=True).value


# --- values that always have a stored form ---


@pytest.mark.parametrize("kind", EXACT)
@one_in(10)
@given(data=st.data())
def test_a_value_reads_back_exactly(model_of, kind, data):
    """Save a value in a field of its type, and read the same value of the same type."""
    annotation, values = EXACT[kind]
    saved = model_of(kind, annotation)(key="k", value=data.draw(values))
    back = round_trip(saved)
    assert saved == back
    assert exact(saved.value) == exact(back.value)


@one_in(4)
@given(value=json_like)
@example(value=[{"S": "x"}, {"M": {"S": {"N": "1"}}}, "", [], {}, {"a": None}])
def test_whatever_json_can_say_reads_back_equal(model_of, value):
    """Save nested containers in a field that takes anything."""
    saved = model_of("Any", Any)(key="k", value=value)
    assert saved == round_trip(saved)


@one_in(4)
@given(key=st.text(min_size=1, max_size=200))
def test_any_text_is_a_key(model_of, key):
    """Find an item by whatever text it was saved under."""
    saved = model_of("int", int)(key=key, value=1)
    assert saved == round_trip(saved)


@pytest.mark.wrong_on_ministack("does not find very small numbers")
@one_in(4)
@given(partition=exact_decimals, sort=st.binary(min_size=1, max_size=200))
def test_numbers_and_bytes_are_keys(numeric, partition, sort):
    """Find an item by a number and bytes."""
    saved = numeric(partition=partition, sort=sort)
    saved.save()
    assert saved == numeric.get_item(partition, sort, consistent_read=True)


@pytest.fixture(scope="module")
def numeric(PrimaryKeyAndSortKeyModel, make_table):
    """Define a model of a table whose keys are no strings."""

    class Numeric(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("partition", "sort", types={"partition": "N", "sort": "B"}))

        partition: Decimal
        sort: bytes

    return Numeric


# --- values that have none ---

UNSTORABLE = {
    "float below the range": (float, 5e-324),
    "float just below the range": (float, 9.9e-131),
    "float just above the range": (float, 1e126),
    "float above the range": (float, 1.7e308),
    "nan": (float, float("nan")),
    "infinity": (float, float("-inf")),
    "39 digits": (int, 10**38 + 1),
    "39 digits of a Decimal": (Decimal, Decimal("1." + "0" * 37 + "1")),
    "Decimal below the range": (Decimal, Decimal("1E-131")),
    "Decimal above the range": (Decimal, Decimal("1E+126")),
    "Decimal NaN": (Annotated[Decimal, Field(allow_inf_nan=True)], Decimal("NaN")),
    "too many digits in a set": (set[int], {1, 10**38 + 1}),
    "lone surrogate": (str, "a\ud800b"),
    "lone surrogate in a list": (list[str], ["a", "\udfff"]),
    "lone surrogate as a map's key": (dict[str, int], {"\ud800": 1}),
    "empty set in a list": (list[set[str]], [set()]),
    "mixed set": (set[int | str], {1, "a"}),
    "set of tuples": (set[tuple[int, int]], {(1, 2)}),
    "set of booleans": (set[bool], {True}),
    "object": (Any, object()),
    "function": (Any, len),
    "tuple in Any": (Any, (1, 2)),
    "datetime in Any": (Any, datetime(2024, 1, 1, tzinfo=UTC)),
    "map with an empty key": (dict[str, int], {"": 1}),
    "map with keys of one stored form": (dict[Any, int], {1: 1, "1": 2}),
    "value against its constraint": (Annotated[int, Field(ge=0)], -1),
    "element against its constraint": (list[Annotated[str, Field(max_length=1)]], ["ab"]),
    "validator that adds a prefix": (Annotated[str, AfterValidator(lambda text: f"USER#{text}")], "USER#ann"),
    "serializer that is not read back": (Annotated[int, PlainSerializer(lambda number: number + 1)], 1),
    "enum member of None": (Unset | None, Unset.UNSET),
}


@pytest.mark.parametrize(("annotation", "value"), UNSTORABLE.values(), ids=UNSTORABLE)
def test_a_value_without_a_stored_form_is_refused_before_sending(
    model_of, table, requests_of, request, annotation, value
):
    """Refuse a value that DynamoDB cannot hold, and send nothing."""
    model = model_of(request.node.callspec.id, annotation)
    with requests_of(table) as sent, pytest.raises(ItemEncodingError) as caught:
        model.model_construct(key="k", value=value).save()
    assert [] == sent
    assert "value" == caught.value.path[0]
    assert f"{model.__name__}.value" in str(caught.value)


# --- values that may have one ---


@one_in(2)
@given(value=anything)
def test_anything_reads_back_equal_or_is_refused(model_of, table, requests_of, value):
    """Save whatever there is in a field that takes anything."""
    check_equal_or_refused(model_of("Any", Any)(key="k", value=value), table, requests_of)


@given(data=st.data())
def test_a_value_of_a_union_reads_back_equal_or_is_refused(model_of, table, requests_of, data):
    """Save values whose stored form may stand for several of them."""
    kind = data.draw(st.sampled_from([*UNIONS]))
    annotation, values = UNIONS[kind]
    check_equal_or_refused(model_of(kind, annotation)(key="k", value=data.draw(values)), table, requests_of)


@given(kind=st.sampled_from([*EXACT]), value=anything)
def test_a_value_of_another_type_reads_back_equal_or_is_refused(model_of, table, requests_of, kind, value):
    """Save what no validator has seen: a value that was assigned, of another type than its field."""
    assume(kind != "constrained" or not isinstance(value, int) or value >= 0)  # constraints are not checked again
    instance = model_of(kind, EXACT[kind][0]).model_construct(key="k", value=value)
    check_equal_or_refused(instance, table, requests_of)


# --- whole models ---


@one_in(4)
@given(data=st.data())
def test_absent_values_read_back_as_they_were(PrimaryKeyModel, table, data):
    """Save None and empty sets, in fields with and without defaults."""

    class Sparse(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        none_by_default: int | None = None
        none_required: int | None
        none_beside_a_default: int | None = 5
        empty_by_default: set[str] = set()
        empty_by_factory: frozenset[int] = Field(default_factory=frozenset)
        empty_required: set[bytes]

    numbers_or_none = st.none() | st.integers(0, 9)
    saved = Sparse(
        key="k",
        none_by_default=data.draw(numbers_or_none),
        none_required=data.draw(numbers_or_none),
        none_beside_a_default=data.draw(numbers_or_none),
        empty_by_default=data.draw(st.sets(st.sampled_from("ab"))),
        empty_by_factory=data.draw(st.frozensets(st.integers(0, 2))),
        empty_required=data.draw(st.sets(st.sampled_from([b"", b"a"]))),
    )
    assert saved == round_trip(saved)


@pytest.mark.parametrize("annotation", [set[str], set[str] | None], ids=["set", "set | None"])
def test_an_empty_set_that_would_read_back_as_another_value_is_refused(PrimaryKeyModel, table, annotation):
    """Refuse an empty set in a field whose default is another value."""

    class Tagged(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        tags: annotation = {"x"} if annotation == set[str] else None

    with pytest.raises(ItemEncodingError) as caught:
        Tagged(key="k", tags=set()).save()
    assert ("tags",) == caught.value.path


@one_in(4)
@given(name=st.text(min_size=1, max_size=50), value=st.text())
def test_a_mark_gives_an_attribute_any_name(PrimaryKeyModel, table, name, value):
    """Save a field under whatever name, and find it there."""
    model = create_model(
        "Marked",
        __base__=PrimaryKeyModel,
        the_key=(Annotated[str, Attribute("key")], ...),
        the_value=(Annotated[str, Attribute(name if name != "key" else "other")], ...),
    )
    model.pydamo_config = PydamoConfig(table=table)
    saved = model(the_key="k", the_value=value)
    saved.save()
    assert saved == model.get_item("k", consistent_read=True)
    assert value == table.get_item(Key={"key": "k"})["Item"][name if name != "key" else "other"]


def test_a_serialisation_alias_names_the_attribute(PrimaryKeyModel, table):
    """Store a field under its serialisation alias, which is one of its validation aliases."""

    class Aliased(PrimaryKeyModel):
        model_config = ConfigDict(serialize_by_alias=True)

        pydamo_config = PydamoConfig(table=table)

        key: str
        value: int = Field(serialization_alias="v", validation_alias=AliasChoices("v", "old"))

    saved = Aliased.model_validate({"key": "k", "old": 3})
    assert saved == round_trip(saved)
    assert {"key": "k", "v": 3} == table.get_item(Key={"key": "k"})["Item"]


@one_in(4)
@given(family=st.text(max_size=50), name=st.text(max_size=50))
def test_computed_fields_are_keys(composite, family, name):
    """Save models whose both keys are computed from other fields."""
    saved = composite(family=family, name=name)
    saved.save()
    back = composite.get_item(f"FAMILY#{family}", f"MEMBER#{name}", consistent_read=True)
    assert saved == back
    assert [saved] == composite.query_all(saved.pk, sort_key_condition=composite.attr.sk == saved.sk)
    saved.delete()
    assert composite.get_item(saved.pk, saved.sk, consistent_read=True) is None


@pytest.fixture(scope="module")
def composite(PrimaryKeyAndSortKeyModel, make_table):
    """Define a model with computed keys."""

    class Member(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "sk"))

        family: str
        name: str

        @computed_field
        @property
        def pk(self) -> str:
            return f"FAMILY#{self.family}"

        @computed_field
        @property
        def sk(self) -> str:
            return f"MEMBER#{self.name}"

    return Member


class Inner(BaseModel):
    """A nested model that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")

    value: int

    @computed_field
    @property
    def double(self) -> int:
        """Double it."""
        return 2 * self.value


@pytest.mark.parametrize("extra", ["ignore", "allow", "forbid"])
def test_computed_fields_are_stored_and_not_read(PrimaryKeyModel, table, extra):
    """Save computed fields, nested ones too, in models that would take or refuse unknown attributes."""

    class Outer(PrimaryKeyModel):
        model_config = ConfigDict(extra=extra, serialize_by_alias=True)
        pydamo_config = PydamoConfig(table=table)

        key: str
        inner: Inner
        inners: list[Inner]
        by_name: dict[str, Inner]

        @computed_field(alias="the-total")
        @property
        def total(self) -> int:
            return self.inner.double + sum(inner.double for inner in self.inners)

    saved = Outer(key="k", inner=Inner(value=1), inners=[Inner(value=2)], by_name={"a": Inner(value=3)})
    assert saved == round_trip(saved)
    expected = {
        "key": "k",
        "inner": {"value": 1, "double": 2},
        "inners": [{"value": 2, "double": 4}],
        "by_name": {"a": {"value": 3, "double": 6}},
        "the-total": 6,
    }
    assert expected == table.get_item(Key={"key": "k"})["Item"]


@one_in(4)
@given(extra=st.dictionaries(st.sampled_from(["a", "b.c", "key2", "S"]), json_like, max_size=3))
def test_extra_attributes_read_back(PrimaryKeyModel, table, extra):
    """Save what a model takes beyond its fields."""

    class Open(PrimaryKeyModel):
        model_config = ConfigDict(extra="allow")
        pydamo_config = PydamoConfig(table=table)

        key: str

    saved = Open(key="k", **extra)
    assert saved == round_trip(saved)


def test_an_excluded_field_is_not_stored(PrimaryKeyModel, table):
    """Leave out what Pydantic leaves out."""

    class Shy(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        password: str = Field(default="none", exclude=True)

    back = round_trip(Shy(key="k", password="geheim"))
    assert "none" == back.password
    assert {"key": "k"} == table.get_item(Key={"key": "k"})["Item"]


def test_a_serialiser_of_the_field_decides_how_it_is_stored(PrimaryKeyModel, table):
    """Store what a field's own serialiser returns."""

    class Cents(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        price: Decimal

        @field_serializer("price")
        def as_text(self, price: Decimal) -> str:
            return f"{price:012.2f}"

    saved = Cents(key="k", price=Decimal("12.5"))
    assert saved == round_trip(saved)
    assert "000000012.50" == table.get_item(Key={"key": "k"})["Item"]["price"]


def test_a_strict_model_reads_what_it_wrote(PrimaryKeyModel, table):
    """Read dates, UUIDs and enums into a model that takes no texts for them from anyone else."""

    class Strict(PrimaryKeyModel):
        model_config = ConfigDict(strict=True)
        pydamo_config = PydamoConfig(table=table)

        key: str
        day: date
        at: datetime
        uid: UUID
        colour: Colour
        price: Decimal
        pair: tuple[int, str]

    saved = Strict(
        key="k",
        day=date(2024, 1, 2),
        at=datetime(2024, 1, 2, tzinfo=UTC),
        uid=UUID(int=1),
        colour=Colour.RED,
        price=Decimal("1.10"),
        pair=(1, "a"),
    )
    assert saved == round_trip(saved)


def test_a_subclass_in_a_field_of_its_base_is_not_cut_down(PrimaryKeyModel, table, requests_of):
    """Refuse a nested model that would read back as its base class, without what it adds."""

    class Base(BaseModel):
        value: int

    class Derived(Base):
        more: int

    class Holder(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        value: Base

    with requests_of(table) as sent, pytest.raises(ItemEncodingError):
        Holder(key="k", value=Derived(value=1, more=2)).save()
    assert [] == sent


def test_an_item_of_400_kb_is_no_problem_for_unicode(PrimaryKeyModel, table):
    """Save a long text of characters of all widths."""

    class Long(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        key: str
        text: str

    saved = Long(key="k", text="aé€😀\x00\x7f\u2028\ufeff\uffff" * 15_000)
    assert saved == round_trip(saved)
