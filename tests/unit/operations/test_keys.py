"""Keys: arguments encoded as the table's keys, and items checked for what their keys and indexes need."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, computed_field, field_serializer

from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._operations.keys import (
    MISSING,
    check_attributes,
    check_key_attributes,
    encode_key,
    fast_key_encoder,
    identity,
    key_value,
)
from pydamodb._operations.table import ModelTable
from pydamodb.exceptions import InvalidKeyValueError, MissingSortKeyValueError


class Member(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    family: str = Field(alias="PK")
    number: int
    title: str | None = None

    @computed_field
    @property
    def label(self) -> str:
        """Compute the key of an index."""
        return f"{self.family}#{self.number}"


def refusal(field: str, reason: str) -> str:
    """Spell a refusal."""
    return f"Member.{field} is a key of the table or of an index: {reason}"


@pytest.fixture
def table(table_for: Any) -> Any:
    """Return a table with both keys."""
    return table_for(Member, has_sort_key=True)


@pytest.fixture
def schema(description: Any) -> TableSchema:
    """Return the keys of a table with a key of each type, and those of its indexes."""
    return TableSchema.from_reply(
        description("PK", "number", types={"number": "N"}, wide={"by-title": ["title"], "by-label": ["label"]})
    )


@pytest.fixture
def simple_schema(description: Any) -> TableSchema:
    """Return the keys of a table without a sort key."""
    return TableSchema.from_reply(description("PK"))


def test_both_keys_are_given_by_their_attribute_names(table: Any, schema: TableSchema) -> None:
    """In the order of the table's keys, encoded as the fields would be."""
    key = encode_key(table, "GetItem", ("Simpson", 1), schema)
    assert [("PK", {"S": "Simpson"}), ("number", {"N": "1"})] == list(key.items())


def test_one_key_is_enough_where_there_is_no_sort_key(table: Any, simple_schema: TableSchema) -> None:
    """Nothing was given for a second one."""
    assert {"PK": {"S": "Simpson"}} == encode_key(table, "GetItem", ("Simpson", MISSING), simple_schema)


def test_a_computed_key_is_encoded_as_its_values(table: Any, schema: TableSchema) -> None:
    """The argument is what the field would have computed."""
    assert {"S": "Simpson#1"} == key_value(table, schema, "label", "Simpson#1")


def test_a_key_that_the_model_does_not_have_is_encoded_by_its_type(table: Any, schema: TableSchema) -> None:
    """An index may have keys that only other models on the table know."""
    assert {"N": "1"} == key_value(table, schema, "stranger", 1)


def test_a_missing_sort_key_is_told_with_its_name(table: Any, schema: TableSchema) -> None:
    """The refusal names both keys by their attributes, and knows the operation."""
    with pytest.raises(MissingSortKeyValueError) as caught:
        encode_key(table, "GetItem", ("Simpson", MISSING), schema)
    assert (
        "GetItem of Member: table 'table' has a sort key: give the value of 'number' after that of 'PK'",
        "GetItem",
        "Member",
        "table",
    ) == (str(caught.value), caught.value.operation, caught.value.model_name, caught.value.table_name)


def test_a_sort_key_that_was_not_given_shows_as_such() -> None:
    """In the signature of a method."""
    assert "<not given>" == repr(MISSING)


@pytest.mark.parametrize(
    ("partition_key_value", "sort_key_value", "field", "reason"),
    [
        (None, 1, "family", "the value cannot be None"),
        ("", 1, "family", "a key cannot be empty"),
        (1, 1, "family", "expected str, got int"),
        ("\ud800", 1, "family", "a string with a lone surrogate has no UTF-8 form"),
        ([], 1, "family", "expected str, got list"),
        ("x", None, "number", "the value cannot be None"),
        ("x", "1", "number", "expected int, got str"),
        ("x", True, "number", "expected int, got bool"),
    ],
    ids=repr,
)
def test_a_bad_key_is_refused(
    *, partition_key_value: Any, sort_key_value: Any, field: str, reason: str, table: Any, schema: TableSchema
) -> None:
    """The refusal names model and field; None is a value, and a wrong one."""
    with pytest.raises(InvalidKeyValueError) as caught:
        encode_key(table, "GetItem", (partition_key_value, sort_key_value), schema)
    assert (refusal(field, reason), "Member") == (str(caught.value), caught.value.model_name)


def test_a_field_of_another_type_than_the_key_is_refused(table: Any, description: Any) -> None:
    """The refusal names both types."""
    schema = TableSchema.from_reply(description("PK", "number", types={"PK": "B", "number": "N"}))
    with pytest.raises(InvalidKeyValueError) as caught:
        key_value(table, schema, "PK", "x")
    reason = "it is stored as a string (S), the key 'PK' of the table is binary (B)"
    assert refusal("family", reason) == str(caught.value)


def test_items_are_told_apart_as_by_the_table() -> None:
    """However a number is spelt; and where the float that one of them would be is equal to another one."""
    schema = TableSchema(KeySchema(("n",), ()), {}, {"n": "N"})
    texts = ("1", "1.0", "1.0000000009313226", "1.000000000931322574615478515625")
    one, same, close, closer = (identity("t", schema, {"n": {"N": text}}) for text in texts)
    assert (True, 3) == (one == same, len({one, close, closer}))


KEYS = {"PK": {"S": "Simpson"}, "number": {"N": "1"}}


@pytest.mark.parametrize(
    ("item", "field", "reason"),
    [
        ({"number": {"N": "1"}}, "family", "a key attribute needs a value"),
        ({"PK": {"S": "Simpson"}}, "number", "a key attribute needs a value"),
        ({**KEYS, "PK": {"S": ""}}, "family", "a key cannot be empty"),
        ({**KEYS, "title": {"S": ""}}, "title", "a key cannot be empty"),
        (
            {**KEYS, "title": {"NULL": True}},
            "title",
            (
                "None would be stored as NULL, which is not allowed in the key 'title'; give the field the default "
                "None, and it is left out"
            ),
        ),
        (
            {**KEYS, "label": {"N": "1"}},
            "label",
            "it is stored as a number (N), the key 'label' of the table is a string (S)",
        ),
        (
            {**KEYS, "label": {"BOOL": True}},
            "label",
            "it is stored as a boolean (BOOL), the key 'label' of the table is a string (S)",
        ),
        ({**KEYS, "label": {"SS": ["a"]}}, "label", "it is stored as SS, the key 'label' of the table is a string (S)"),
    ],
    ids=str,
)
def test_an_item_whose_keys_cannot_be_keys_is_refused(
    item: Any, field: str, reason: str, table: Any, schema: TableSchema
) -> None:
    """Those of the table and those of its indexes; DynamoDB would refuse it without naming the field."""
    with pytest.raises(InvalidKeyValueError) as caught:
        check_key_attributes(table, schema, item)
    assert (refusal(field, reason), "Member") == (str(caught.value), caught.value.model_name)


def test_an_item_may_leave_out_the_keys_of_indexes(table: Any, schema: TableSchema) -> None:
    """An index stays sparse."""
    assert None is check_key_attributes(table, schema, KEYS)  # type: ignore[func-returns-value]


def test_an_update_may_leave_out_the_keys_of_the_table_too(table: Any, schema: TableSchema) -> None:
    """Only what it sets is checked."""
    assert None is check_attributes(table, schema, {"title": {"S": "Mr"}})  # type: ignore[func-returns-value]


def test_an_update_that_an_index_cannot_take_is_refused(table: Any, schema: TableSchema) -> None:
    """A key of an index is checked wherever it is written."""
    with pytest.raises(InvalidKeyValueError) as caught:
        check_attributes(table, schema, {"title": {"S": ""}})
    assert refusal("title", "a key cannot be empty") == str(caught.value)


class LiteralText(str, Enum):
    NOTHING = ""
    SOME = "some"


KEY_FIELDS = (str, int, float, Decimal, bytes, date, datetime, UUID, LiteralText, bool, "str | None", list[str], Any)
KEY_VALUES = (
    st.text(max_size=3)
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.binary(max_size=3)
    | st.dates()
    | st.datetimes()
    | st.uuids()
    | st.booleans()
    | st.none()
    | st.sampled_from(LiteralText)
    | st.lists(st.text(), max_size=1)
)


@given(st.sampled_from(KEY_FIELDS), st.sampled_from(["S", "N", "B", None]), KEY_VALUES)
def test_a_key_is_encoded_as_if_it_were_looked_at(annotation: Any, key_type: str | None, value: Any) -> None:
    """Or refused likewise, whatever the field is, whatever the table has, and whatever is given."""

    class Item(BaseModel):
        pk: annotation

    schema = TableSchema(KeySchema(("pk",), ()), {}, {"pk": key_type} if key_type else {})
    table = ModelTable(Item, "table", has_sort_key=False, schemas={})
    assert outcome(lambda: {"pk": key_value(table, schema, "pk", value)}) == outcome(
        lambda: encode_key(table, "GetItem", (value, MISSING), schema)
    )


def outcome(attempt: Any) -> Any:
    """Return what an attempt returns, or says."""
    try:
        return attempt()
    except InvalidKeyValueError as error:
        return str(error)


def test_the_usual_keys_are_not_looked_at(table: Any, schema: TableSchema) -> None:
    """They are encoded by what is known of their fields; that is found anew for another schema."""
    first = fast_key_encoder(table, schema)
    assert {"PK": {"S": "x"}, "number": {"N": "1"}} == first(("x", 1))
    assert [None, None, None] == [first(("x", "1")), first(("", 1)), first(("x",))]
    assert first is fast_key_encoder(table, schema)
    other = TableSchema(schema.keys, {}, {"PK": "B", "number": "N"})
    assert None is fast_key_encoder(table, other)(("x", 1))


class Daily(BaseModel):
    number: int

    @computed_field
    @property
    def day(self) -> date:
        """Compute a key that the class spells in its own way."""
        return date(2024, 1, self.number)

    @field_serializer("day")
    def _render(self, value: date) -> str:
        return value.strftime("%d/%m/%Y")


def test_a_computed_key_that_the_class_serialises_is_refused_as_an_argument(table_for: Any, description: Any) -> None:
    """Looked for in another form than it is stored in, the item would silently never be found."""
    schema = TableSchema.from_reply(description("day"))
    with pytest.raises(InvalidKeyValueError) as caught:
        encode_key(table_for(Daily), "GetItem", (date(2024, 1, 3), MISSING), schema)
    assert (
        "Daily.day is a key of the table or of an index: a serializer of the class writes this computed field; move "
        "the serializer to the return annotation"
    ) == str(caught.value)


class Shouted(BaseModel):
    name: Annotated[str, PlainSerializer(lambda value: value.upper())]


def test_a_key_whose_serialiser_fails_is_refused(table_for: Any, description: Any) -> None:
    """A user's serialiser is made for values of the field; its failure is an error of ours, with its cause."""
    schema = TableSchema.from_reply(description("name"))
    with pytest.raises(InvalidKeyValueError, match=r"^Shouted\.name is a key .*: the field's serializer refused int"):
        encode_key(table_for(Shouted), "GetItem", (5, MISSING), schema)


@pytest.fixture
def declared() -> TableSchema:
    """Return keys of a table as a model declares them whose annotations do not tell all types."""
    by_title = IndexSchema("by-title", KeySchema(("title",), ()), is_global=True)
    return TableSchema(KeySchema(("PK",), ("number",)), {"by-title": by_title}, {"PK": "S"})


@pytest.mark.parametrize("value", [{"S": "x"}, {"N": "0"}, {"B": "YQ=="}])
def test_a_key_of_a_type_that_is_not_known_may_be_of_any(value: Any, table: Any, declared: TableSchema) -> None:
    """DynamoDB will tell."""
    assert None is check_key_attributes(table, declared, {"PK": {"S": "x"}, "number": value, "title": value})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"BOOL": False}, "it is stored as a boolean (BOOL); a key is a string, a number or bytes"),
        ({"L": []}, "it is stored as L; a key is a string, a number or bytes"),
        ({"S": ""}, "a key cannot be empty"),
        (
            {"NULL": True},
            (
                "None would be stored as NULL, which is not allowed in the key 'title'; give the field the default "
                "None, and it is left out"
            ),
        ),
    ],
)
def test_a_key_of_a_type_that_is_not_known_is_a_key_all_the_same(
    value: Any, reason: str, table: Any, declared: TableSchema
) -> None:
    """Whatever cannot be one is refused."""
    with pytest.raises(InvalidKeyValueError) as caught:
        check_attributes(table, declared, {"title": value})
    assert refusal("title", reason) == str(caught.value)
