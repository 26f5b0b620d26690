"""Searches of vectors, driven by hand: payloads, what is read, and what is refused before it is sent."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, Field

from pydamodb import (
    Attribute,
    InvalidConditionError,
    InvalidItemError,
    InvalidKeyValueError,
    InvalidRequestError,
    KeyTemplate,
    PrimaryKeyModel,
    PydamoConfig,
    UnknownConditionTypeError,
    Vector,
    VectorIndex,
    VectorMatch,
)
from pydamodb._models.connection import model_table
from pydamodb._models.vector_indexes import vector_schemas
from pydamodb._operations.errors import translate
from pydamodb._operations.vector_search import VectorSearch, search


class Product(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="table", partition_key="sku")

    by_look = VectorIndex("by-look", vector="look", distance="cosine", partition_key="shop", filters=["kind", "price"])
    anywhere = VectorIndex("anywhere", vector="look", distance="euclidean")
    small = VectorIndex(
        "small", vector="look", distance="cosine", filters=["kind"], projection="INCLUDE", includes=["shop"]
    )

    sku: str
    shop: Annotated[str, Attribute("s")]
    kind: str = "x"
    price: int = 0
    note: str = Field(default="", validation_alias=AliasChoices("note", "remark"))
    look: Annotated[list[float] | None, Vector(2)] = None


attr: Any = Product.attr
ITEM = {"sku": {"S": "a"}, "s": {"S": "t"}, "look": {"L": [{"N": "0.5"}, {"N": "1"}]}}
FOUND = {"SearchResults": [{"Item": ITEM, "Score": 0.25}, {"Item": {**ITEM, "sku": {"S": "b"}}, "Score": 1}]}


def wanted(name: str, *given: Any, model: Any = Product, **options: Any) -> VectorSearch:
    """Ask for the nearest items."""
    return VectorSearch(index=vector_schemas(model)[name][1], given=given, **options)


@pytest.fixture
def table() -> Any:
    """Return the table that the model declares."""
    return model_table(Product, Product.pydamo_config, "table", {})


def test_a_search_is_one_request(table: Any, drive: Any) -> None:
    """By the names of the attributes; the vector is rounded, and everything that a model has is asked for."""
    condition = (attr.kind == "lamp") & (attr.price == 3)
    calls, _, found = drive(search(table, wanted("by-look", "t", (0.1234567891, 1), condition=condition)), FOUND)
    names = ["s", "kind", "price", "sku", "note", "look", "shop", "remark"]  # validation looks for the last two
    expected = {
        "TableName": "table",
        "IndexName": "by-look",
        "SearchVector": [{"N": "0.12345679"}, {"N": "1.0"}],
        "TopK": 10,
        "SearchConditionExpression": "#n0 = :v0 AND #n1 = :v1 AND #n2 = :v2",
        "ProjectionExpression": "#n3, #n0, #n1, #n2, #n4, #n5, #n6, #n7",
        "ExpressionAttributeNames": {f"#n{place}": name for place, name in enumerate(names)},
        "ExpressionAttributeValues": {":v0": {"S": "t"}, ":v1": {"S": "lamp"}, ":v2": {"N": "3"}},
    }
    assert [("SearchVectors", expected)] == calls
    product = Product(sku="a", shop="t", look=[0.5, 1])
    assert [VectorMatch(product, 0.25), VectorMatch(product.model_copy(update={"sku": "b"}), 1)] == found


def test_an_index_without_a_partition_key_is_searched_as_a_whole(table: Any, drive: Any) -> None:
    """Without a condition. Nothing found is an empty list."""
    calls, _, found = drive(search(table, wanted("anywhere", [0, 1], top_k=100)), {"SearchResults": []})
    assert ("SearchConditionExpression" in calls[0][1], 100, []) == (False, calls[0][1]["TopK"], found)


class Sku(BaseModel):
    sku: str


def test_a_projection_reads_its_own_attributes(table: Any, drive: Any) -> None:
    """And no vector, which is the long part of an answer."""
    found = {"SearchResults": [{"Item": {"sku": {"S": "a"}}, "Score": 0.5}]}
    calls, _, matches = drive(search(table, wanted("anywhere", [0, 1], projection=Sku)), found)
    assert ("#n0", {"#n0": "sku"}) == (calls[0][1]["ProjectionExpression"], calls[0][1]["ExpressionAttributeNames"])
    assert [VectorMatch(Sku(sku="a"), 0.5)] == matches


def test_an_index_that_has_some_attributes_is_asked_for_these(table: Any, drive: Any) -> None:
    """Its keys, its filters, its vector, and what it includes."""
    calls, _, _ = drive(search(table, wanted("small", [0, 1])), FOUND)
    assert ["sku", "s", "kind", "look"] == [*calls[0][1]["ExpressionAttributeNames"].values()]


class Note(BaseModel):
    note: str


@pytest.mark.parametrize(
    ("search_for", "error", "message"),
    [
        (("by-look", [0, 1]), InvalidRequestError, "takes the value of 's' and a vector, got 1 argument"),
        (("by-look",), InvalidRequestError, "takes the value of 's' and a vector, got 0 arguments"),
        (("anywhere", "t", [0, 1]), InvalidRequestError, "takes a vector, got 2 arguments"),
        (("anywhere", "01"), InvalidRequestError, "a vector is a sequence of numbers, got str"),
        (("anywhere", {0, 1}), InvalidRequestError, "a vector is a sequence of numbers, got set"),
        (("anywhere", [0]), InvalidRequestError, "a vector of 2 dimensions is expected, got 1 numbers"),
        (("anywhere", [0, math.nan]), InvalidRequestError, "a vector has finite numbers"),
        (("anywhere", [0, 1e39]), InvalidRequestError, "a vector has numbers of 32 bits"),
        (("anywhere", [0, "1"]), InvalidRequestError, "got a value of type str at place 1"),
        (("by-look", None, [0, 1]), InvalidKeyValueError, "the value cannot be None"),
        (("by-look", "", [0, 1]), InvalidKeyValueError, "a key cannot be empty"),
        (("by-look", 3, [0, 1]), InvalidKeyValueError, "Product.shop is a key of the table or of an index"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(
    table: Any, drive: Any, search_for: Any, error: Any, message: str
) -> None:
    """With a sentence that shows no number of the vector."""
    calls, _, refused = drive(search(table, wanted(*search_for)))
    assert ([], error) == (calls, type(refused))
    assert message in str(refused)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"top_k": 0}, InvalidRequestError, "top_k is a whole number from 1 to 100, got 0"),
        ({"top_k": 101}, InvalidRequestError, "top_k is a whole number from 1 to 100, got 101"),
        ({"top_k": True}, InvalidRequestError, "top_k is a whole number from 1 to 100, got True"),
        ({"projection": str}, InvalidRequestError, "projection must be a Pydantic model class"),
        ({"on_invalid": 3}, InvalidRequestError, "search of Product: on_invalid is a value of type int"),
        ({"condition": attr.sku == "a"}, InvalidConditionError, "about sku: it is no filter of the index: its filters"),
        ({"condition": attr.look[0] == 1}, InvalidConditionError, "look[0]: it is no filter of the index"),
        (
            {"condition": attr.shop == "t"},
            InvalidConditionError,
            "it is the partition key of the index: give its value",
        ),
        ({"condition": attr.kind == 3}, InvalidConditionError, "kind"),
        ({"condition": True}, UnknownConditionTypeError, "bool"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_sent(
    table: Any, drive: Any, options: Any, error: Any, message: str
) -> None:
    """Which fields a condition is about is checked; what it says of them is for DynamoDB to decide."""
    calls, _, refused = drive(search(table, wanted("by-look", "t", [0, 1], **options)))
    assert ([], error) == (calls, type(refused))
    assert message in str(refused)


def test_an_index_without_filters_has_no_conditions(table: Any, drive: Any) -> None:
    """The error says so."""
    _, _, refused = drive(search(table, wanted("anywhere", [0, 1], condition=attr.kind == "x")))
    assert "condition about kind: it is no filter of the index: it has no filters" in str(refused)


def test_an_index_that_lacks_what_is_read_is_refused(table: Any, drive: Any) -> None:
    """Before anything is sent, with the projection as the remedy."""
    _, _, refused = drive(search(table, wanted("small", [0, 1], projection=Note)))
    assert "search of Product: index 'small' does not project 'note'" in str(refused)


def test_an_item_that_does_not_fit_is_the_callers_to_decide(table: Any, drive: Any) -> None:
    """It is an error, or is replaced, or is left out with its score."""
    broken = {"SearchResults": [{"Item": {**ITEM, "price": {"S": "much"}}, "Score": 0.1}, *FOUND["SearchResults"]]}
    other = Product(sku="z", shop="z")
    _, _, refused = drive(search(table, wanted("anywhere", [0, 1])), broken)
    _, _, left = drive(search(table, wanted("anywhere", [0, 1], on_invalid=lambda _: None)), broken)
    _, _, replaced = drive(search(table, wanted("anywhere", [0, 1], on_invalid=lambda _: other)), broken)
    assert (InvalidItemError, {"sku": "a"}) == (type(refused), refused.key)
    assert ([0.25, 1], (other, 0.1)) == ([each.score for each in left], replaced[0])


def test_what_was_found_cannot_be_saved_whole(table: Any, drive: Any) -> None:
    """The item may have attributes that were not asked for."""
    _, _, found = drive(search(table, wanted("anywhere", [0, 1])), FOUND)
    with pytest.raises(InvalidRequestError, match="this instance has only a part of its item"):
        found[0].item.to_item()


@pytest.mark.parametrize("code", ["UnknownOperationException", "404"])
def test_an_engine_without_vector_search_is_told(table: Any, drive: Any, code: str) -> None:
    """DynamoDB Local and moto answer so."""
    _, _, failure = drive(search(table, wanted("anywhere", [0, 1])), (code, "what?", {}))
    assert str(translate(failure)).endswith("what? (this engine has no vector search; ministack has)")


def test_another_failure_stays_what_it_is(table: Any, drive: Any) -> None:
    """Without an addition."""
    _, _, failure = drive(search(table, wanted("anywhere", [0, 1])), "ThrottlingException")
    assert str(translate(failure)).endswith("was throttled: refused with ThrottlingException")


class Lamp(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="table", partition_key="pk")
    pydamo_key = KeyTemplate("LAMP#{id}")

    marked = VectorIndex("marked", vector="look", distance="cosine", filters=["kind", "color"])
    plain = VectorIndex("plain", vector="look", distance="cosine")

    kind: Literal["lamp"] = "lamp"
    id: str
    color: str = "red"
    look: Annotated[list[float] | None, Vector(2)] = None


def lamp_item(**others: Any) -> dict[str, Any]:
    """Make an item."""
    item = {"pk": {"S": "LAMP#a"}, "id": {"S": "a"}, "kind": {"S": "lamp"}, "color": {"S": "red"}}
    return {**item, "look": {"L": [{"N": "0"}, {"N": "1"}]}, **others}


def test_items_of_other_kinds_are_left_out(drive: Any) -> None:
    """By DynamoDB, if the constant field is a filter of the index, and by us."""
    table = model_table(Lamp, Lamp.pydamo_config, "table", {})
    foreign = {"Item": lamp_item(pk={"S": "VASE#a"}, kind={"S": "vase"}), "Score": 0.1}
    found = {"SearchResults": [foreign, {"Item": lamp_item(), "Score": 0.2}]}
    for name, condition, expected in (
        ("marked", None, "#n0 = :v0"),
        ("marked", Lamp.attr.color == "red", "#n0 = :v0 AND #n1 = :v1"),
        ("marked", Lamp.attr.kind == "lamp", "#n0 = :v0"),
        ("plain", None, None),
    ):
        calls, _, matches = drive(search(table, wanted(name, [0, 1], model=Lamp, condition=condition)), found)
        assert [("a", 0.2)] == [(match.item.id, match.score) for match in matches]
        assert expected == calls[0][1].get("SearchConditionExpression")


def test_the_keys_of_a_table_are_read_if_the_model_does_not_declare_them(
    table_for: Any, drive: Any, description: Any
) -> None:
    """With one DescribeTable."""
    calls, _, found = drive(search(table_for(Product), wanted("anywhere", [0, 1])), description("sku"), FOUND)
    assert (["DescribeTable", "SearchVectors"], 2) == ([name for name, _ in calls], len(found))
