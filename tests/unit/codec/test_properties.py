"""What is written reads back: random values of every kind, without loss or refused, and in the order of the values.

There is no engine here. What comes out of the codec goes through JSON, as on the wire, and is read in both ways that
there are: by the reader of a page's bytes, and by decoding. The integration tests ask the engines a part of the same.
"""

from __future__ import annotations

import base64
import json
import operator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, create_model
from sample_values import EXACT, ORDERED, UNIONS, anything, exact, json_like

from pydamodb import ItemEncodingError
from pydamodb._codec.derived_schemas import Unread
from pydamodb._codec.items import decode_item, encode_item
from pydamodb._codec.validators import page_reader

ANYTHING = create_model("Anything", value=(Any, ...))
HOLDERS: dict[str, Any] = {
    kind: create_model("Holder", value=(annotation, ...)) for kind, (annotation, _) in {**EXACT, **UNIONS}.items()
}
SORTED: dict[str, Any] = {
    kind: create_model("Sorted", value=(annotation, ...)) for kind, (annotation, _, _) in ORDERED.items()
}


def stored(instance: BaseModel) -> dict[str, Any]:
    """Return what the engine gets."""
    item: dict[str, Any] = json.loads(json.dumps(encode_item(instance)))
    return item


def read_back(instance: BaseModel) -> list[Any]:
    """Return what is read of a model, in every way."""
    model, item = type(instance), stored(instance)
    found = [decode_item(model, item)]
    if (read := page_reader(model)) and (reply := read(json.dumps({"Items": [item], "Count": 1}).encode())):
        found += [each for each in reply["Models"] if not isinstance(each, Unread)]
    return found


def check_equal_or_refused(instance: Any) -> None:
    """Check that a model reads back as an equal one, or that it was refused."""
    try:
        found = read_back(instance)
    except ItemEncodingError:
        return
    assert [instance.value] * len(found) == [each.value for each in found]


@pytest.mark.parametrize("kind", EXACT)
@given(data=st.data())
def test_a_value_reads_back_exactly(kind: str, data: st.DataObject) -> None:
    """In a field of its type, a value reads back as the same value of the same type."""
    instance = HOLDERS[kind](value=data.draw(EXACT[kind][1]))
    for back in read_back(instance):
        assert instance == back
        assert exact(instance.value) == exact(back.value)


@given(value=json_like)
@example(value=[{"S": "x"}, {"M": {"S": {"N": "1"}}}, "", [], {}, {"a": None}])
def test_whatever_json_can_say_reads_back_equal(value: Any) -> None:
    """A field that takes anything takes nested containers."""
    instance = ANYTHING(value=value)
    for back in read_back(instance):
        assert instance == back


@given(value=anything)
def test_anything_reads_back_equal_or_is_refused(value: Any) -> None:
    """A field that takes anything takes no value that it would give back as another."""
    check_equal_or_refused(ANYTHING(value=value))


@pytest.mark.parametrize("kind", UNIONS)
@given(data=st.data())
def test_a_value_of_a_union_reads_back_equal_or_is_refused(kind: str, data: st.DataObject) -> None:
    """A stored form may stand for several values; it is used for the one that it is read as."""
    check_equal_or_refused(HOLDERS[kind](value=data.draw(UNIONS[kind][1])))


@pytest.mark.parametrize("kind", EXACT)
@given(value=anything)
def test_a_value_of_another_type_reads_back_equal_or_is_refused(kind: str, value: Any) -> None:
    """A value that no validator has seen is looked at: one that was assigned, of another type than its field."""
    # Constraints are not checked again, as docs/operations.md says: a negative number would be stored, and not read.
    assume(kind != "constrained" or not isinstance(value, int) or value >= 0)
    check_equal_or_refused(HOLDERS[kind].model_construct(value=value))


class Sparse(BaseModel):
    none_by_default: int | None = None
    none_required: int | None
    none_beside_a_default: int | None = 5
    empty_by_default: set[str] = set()
    empty_by_factory: frozenset[int] = Field(default_factory=frozenset)
    empty_required: set[bytes]


numbers_or_none = st.none() | st.integers(0, 9)


@given(
    instance=st.builds(
        Sparse,
        none_by_default=numbers_or_none,
        none_required=numbers_or_none,
        none_beside_a_default=numbers_or_none,
        empty_by_default=st.sets(st.sampled_from("ab")),
        empty_by_factory=st.frozensets(st.integers(0, 2)),
        empty_required=st.sets(st.sampled_from([b"", b"a"])),
    )
)
def test_absent_values_read_back_as_they_were(instance: Sparse) -> None:
    """None and empty sets may be left out of an item, in fields with and without defaults."""
    for back in read_back(instance):
        assert instance == back


@given(name=st.text(min_size=1, max_size=50), value=st.text())
def test_any_alias_is_an_attribute_name(name: str, value: str) -> None:
    """A model that serializes by alias is stored by it, whatever it is."""
    config = ConfigDict(serialize_by_alias=True)
    model: Any = create_model("Aliased", __config__=config, the_value=(str, Field(alias=name)))
    instance = model.model_validate({name: value})
    assert {name: {"S": value}} == stored(instance)
    for back in read_back(instance):
        assert instance == back


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    key: str = "k"


@given(extra=st.dictionaries(st.sampled_from(["a", "b.c", "key2", "S"]), json_like, max_size=3))
def test_extra_attributes_read_back(extra: dict[str, Any]) -> None:
    """A model may take more than its fields."""
    instance = Open(**extra)
    for back in read_back(instance):
        assert instance == back


def place(attribute: dict[str, str]) -> Any:
    """Return what DynamoDB sorts an attribute by: its number, the UTF-8 of its text, or its bytes."""
    ((data_type, value),) = attribute.items()
    return {"N": Decimal, "S": str.encode, "B": base64.b64decode}[data_type](value)


@pytest.mark.parametrize("kind", ORDERED)
@given(data=st.data())
def test_stored_order_is_the_order_of_the_values(kind: str, data: st.DataObject) -> None:
    """Two values compare as what is stored of them does, in every way."""
    _, data_type, values = ORDERED[kind]
    one = data.draw(values)
    other = data.draw(values | st.just(one))
    attributes = [stored(SORTED[kind](value=value))["value"] for value in (one, other)]
    assert [{data_type}] * 2 == [set(each) for each in attributes]
    places = [place(each) for each in attributes]
    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert compare(one, other) == compare(*places)
