"""Vector search. Only ministack has it: elsewhere the answers are made up, as they come from the wire."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal
from uuid import uuid4

import boto3
import pytest
from pydantic import BaseModel

from pydamodb import (
    DynamoDBClientError,
    IndexNotFoundError,
    InvalidKeyValueError,
    InvalidRequestError,
    KeyTemplate,
    OperationError,
    PartitionKey,
    PydamoConfig,
    Vector,
    VectorIndex,
    VectorMatch,
)
from pydamodb.observing import RequestEnded

pytestmark = pytest.mark.skipif(
    "SearchVectors"
    not in boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    ).meta.service_model.operation_names,
    reason="this botocore has no vector search",
)


@pytest.fixture
def ended() -> list[RequestEnded]:
    """Return a list that observes: each request that has ended is appended."""
    return []


@pytest.fixture
def new_table(dynamodb, client):
    """Return what names tables that are not there yet; they are deleted in the end."""
    named = []

    def make():
        named.append(dynamodb.Table(f"pydamodb-{uuid4().hex}"))
        return named[-1]

    yield make
    for table in {each.name for each in named}.intersection(client.list_tables()["TableNames"]):
        client.delete_table(TableName=table)


@pytest.fixture
def Product(PrimaryKeyModel, new_table, ended) -> Any:
    """Define a model with vectors, whose table is not there yet."""

    class Product(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=new_table(), on_request=ended.append, return_consumed_capacity="INDEXES")

        by_look = VectorIndex("by-look", vector="look", distance="cosine", partition_key="shop", filters=["kind"])
        anywhere = VectorIndex("anywhere", vector="look", distance="euclidean", filters=["kind"])
        by_product = VectorIndex("by-product", vector="look", distance="dot_product", projection="KEYS_ONLY")

        sku: Annotated[str, PartitionKey]
        shop: str | None = None
        kind: str | None = None
        look: Annotated[list[float] | None, Vector(3)] = None
        picture: bytes = b"\x00\xff"

    return Product


@pytest.fixture
def plain(Product, client) -> Any:
    """Make its table, without the vector indexes."""
    client.create_table(
        TableName=Product.pydamo_config.table.name,
        KeySchema=[{"AttributeName": "sku", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return Product


PRODUCTS = (
    ("a", "s", "x", [1, 0, 0]),
    ("b", "s", "y", [0.9, 0.1, 0.12345678901234567]),
    ("c", "s", "x", [0, 1, 0]),
    ("d", "t", "x", [1, 0, 0]),
    ("e", None, None, [2, 0, 0]),
    ("none", "s", "x", None),
)


@pytest.fixture
def products(Product, on_ministack, tables_of, ended) -> Any:
    """Make the whole table, with some products."""
    if not on_ministack:
        pytest.skip("only ministack has vector search")
    tables_of.create_tables(Product)
    for sku, shop, kind, look in PRODUCTS:
        Product(sku=sku, shop=shop, kind=kind, look=look).save()
    ended.clear()
    return Product


class Small(BaseModel):
    sku: str


def shown(matches: list[Any]) -> list[tuple[str, float]]:
    """Return what was found, with short scores."""
    return [(match.item.sku, round(match.score, 3)) for match in matches]


# --- where there is vector search ---


def test_the_nearest_items_are_found(products):
    """The best first, by each distance, in a partition or everywhere; items without a vector are not found."""
    assert [("a", 0.0), ("b", 0.015), ("c", 1.0)] == shown(products.by_look.search("s", [1, 0, 0]))
    assert [("b", 0.015)] == shown(
        products.by_look.search("s", (1, 0, 0), condition=products.attr.kind == "y", top_k=5)
    )
    assert {"a", "b", "d"} == {sku for sku, _ in shown(products.anywhere.search([1, 0, 0], top_k=3))}
    found = products.by_product.search([1, 0, 0], projection=Small, top_k=1)
    assert [VectorMatch(Small(sku="e"), 2.0)] == found
    assert [] == products.by_look.search("nowhere", [1, 0, 0])


def test_an_item_that_was_found_is_the_item_that_is_stored(products):
    """With its vector, whose numbers the index and the table have in the same way."""
    (match,) = products.by_look.search("s", [0.9, 0.1, 0.1], top_k=1)
    assert products.get_item("b") == match.item
    assert [0.9, 0.1, 0.12345679] == match.item.look
    match.item.update(updates={products.attr.look: [0.1234567890123, 0, 0]})
    assert [0.12345679, 0.0, 0.0] == products.get_item("b").look


def test_an_index_that_projects_only_keys_is_read_as_a_smaller_model(products, PrimaryKeyModel, ended):
    """A model that requires more is refused before anything is sent."""

    class Whole(PrimaryKeyModel):
        pydamo_config = products.pydamo_config

        by_product = VectorIndex("by-product", vector="look", distance="dot_product", projection="KEYS_ONLY")

        sku: Annotated[str, PartitionKey]
        picture: bytes
        look: Annotated[list[float] | None, Vector(3)] = None

    with pytest.raises(InvalidRequestError, match="index 'by-product' does not project 'picture', which Whole"):
        Whole.by_product.search([1, 0, 0])
    assert [] == ended
    (match,) = products.by_product.search([1, 0, 0], top_k=1)
    assert ("e", [2.0, 0.0, 0.0], b"\x00\xff") == (match.item.sku, match.item.look, match.item.picture)


def test_what_a_search_did_is_observed(products, ended):
    """The operation, the index, how many items were found, and bytes in the place of units."""
    products.by_look.search("s", [1, 0, 0], top_k=2)
    products(sku="z", look=[1, 2, 3]).save()
    searched, written = ended
    assert ("SearchVectors", "by-look", {"TopK": 2}, 2) == (
        searched.operation,
        searched.index_name,
        searched.parameters,
        searched.item_count,
    )
    (capacity,) = searched.consumed_capacity
    assert (searched.table_names, 0.0) == ((capacity.table_name,), capacity.units)
    assert capacity.vector_search_bytes > 0
    assert {"anywhere", "by-product"} <= {*(written.consumed_capacity[0].vector_write_bytes or {})}


def test_what_the_service_refuses_is_its_error(products):
    """An operator that it does not know, and an index that is not there."""
    with pytest.raises(DynamoDBClientError, match="SearchConditionExpression"):
        products.by_look.search("s", [1, 0, 0], condition=products.attr.kind > "a")

    class Other(products):
        missing = VectorIndex("missing", vector="look", distance="cosine")

    with pytest.raises(IndexNotFoundError) as caught:
        Other.missing.search([1, 0, 0])
    assert "missing" == caught.value.index_name


def test_a_vector_index_is_added_to_a_table(plain, on_ministack, tables_of, client):
    """With the items that are there already. The second time nothing is missing."""
    if not on_ministack:
        pytest.skip("only ministack has vector search")
    plain(sku="a", shop="s", look=[1, 0, 0]).save()
    missing = tables_of.check_tables(plain)
    assert ["anywhere", "by-look", "by-product"] == [each.name for each in missing if each.can_be_added]
    assert missing == tables_of.ensure_tables(plain)
    assert [] == tables_of.ensure_tables(plain) == tables_of.check_tables(plain)
    assert [("a", 0.0)] == shown(plain.by_look.search("s", [1, 0, 0]))


def test_items_of_other_kinds_are_not_found(PrimaryKeyModel, new_table, on_ministack, tables_of):
    """A constant field that is a filter of the index lets DynamoDB leave them out, so that `top_k` counts."""
    if not on_ministack:
        pytest.skip("only ministack has vector search")

    class Lamp(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=new_table(), partition_key="pk")
        pydamo_key = KeyTemplate("LAMP#{id}")

        marked = VectorIndex("marked", vector="look", distance="cosine", filters=["kind"])
        plain = VectorIndex("plain", vector="look", distance="cosine")

        kind: Literal["lamp"] = "lamp"
        id: str
        look: Annotated[list[float] | None, Vector(2)] = None

    class Vase(PrimaryKeyModel):
        pydamo_config = Lamp.pydamo_config
        pydamo_key = KeyTemplate("VASE#{id}")

        kind: Literal["vase"] = "vase"
        id: str
        look: Annotated[list[float] | None, Vector(2)] = None

    tables_of.create_tables(Lamp, Vase)
    for number in range(3):
        Vase(id=f"v{number}", look=[1, 0]).save()
    Lamp(id="a", look=[0, 1]).save()
    assert ["a"] == [match.item.id for match in Lamp.marked.search([1, 0], top_k=1)]
    assert [] == Lamp.plain.search([1, 0], top_k=1)
    assert ["a"] == [match.item.id for match in Lamp.plain.search([1, 0])]


# --- where there is none ---


def test_a_search_is_read_from_the_wire(plain, answered, ended):
    """The request as it is sent, and the items with their scores."""
    bodies = []

    def answer(body):
        bodies.append(body)
        item = {"sku": {"S": "a"}, "look": {"L": [{"N": "1"}, {"N": "0.12345679"}, {"N": "2E-1"}]}}
        found = [{"Item": {**item, "picture": {"B": "AP8="}}, "Score": 0.5}]
        return 200, {"SearchResults": found, "ConsumedCapacity": {"VectorSearchRequestBytes": 84.0}}

    with answered(plain.pydamo_config.table, "SearchVectors", answer):
        found = plain.by_look.search("s", [0.1, 0, 1], condition=plain.attr.kind == "y")
    product = plain(sku="a", look=[1, 0.12345679, 0.2])
    assert [VectorMatch(product, 0.5)] == found
    assert [{"N": "0.1"}, {"N": "0"}, {"N": "1.0"}] == bodies[-1]["SearchVector"]
    assert ("#n0 = :v0 AND #n1 = :v1", {":v0": {"S": "s"}, ":v1": {"S": "y"}}) == (
        bodies[-1]["SearchConditionExpression"],
        bodies[-1]["ExpressionAttributeValues"],
    )
    (capacity,) = ended[0].consumed_capacity
    assert (1, 84.0, plain.pydamo_config.table.name) == (
        ended[0].item_count,
        capacity.vector_search_bytes,
        capacity.table_name,
    )


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"SearchResults": None},
        {"SearchResults": [{"Item": {"sku": {"S": "a"}}}]},
        {"SearchResults": [{"Score": 1.0}]},
        {"SearchResults": [{"Item": [], "Score": 1.0}]},
        {"SearchResults": [{"Item": {"sku": {"S": "a"}}, "Score": "1"}]},
    ],
    ids=str,
)
def test_a_damaged_answer_is_an_error(plain, answered, reply):
    """And no search that has found nothing."""
    with (
        answered(plain.pydamo_config.table, "SearchVectors", lambda _: (200, reply)),
        pytest.raises(OperationError, match="does not have the parts that it must have"),
    ):
        plain.anywhere.search([0, 0, 1])


def test_wrong_arguments_are_refused_without_a_request(plain, ended):
    """With synchronous and asynchronous models."""
    for wrong in ([1, 0], [1, 0, math.nan], [1, 0, 1e39], "abc"):
        with pytest.raises(InvalidRequestError):
            plain.anywhere.search(wrong)
    with pytest.raises(InvalidRequestError, match="takes the value of 'shop' and a vector"):
        plain.by_look.search([1, 0, 0])
    with pytest.raises(InvalidKeyValueError):
        plain.by_look.search(None, [1, 0, 0])
    assert [] == ended


def test_a_filter_that_would_be_null_is_refused(PrimaryKeyModel, new_table, ended):
    """DynamoDB refuses NULL in what a search selects by: the error comes before."""

    class Product(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=new_table(), on_request=ended.append)

        index = VectorIndex("index", vector="look", distance="cosine", filters=["kind"])

        sku: Annotated[str, PartitionKey]
        kind: str | None
        look: Annotated[list[float] | None, Vector(3)] = None

    with pytest.raises(InvalidKeyValueError, match="give the field the default None, and it is left out"):
        Product(sku="a", kind=None).save()
    assert [] == ended


def test_an_engine_without_vector_search_is_told(*, plain, on_moto, style, is_direct, on_ministack, tables_of):
    """By a search, and by what makes tables: some engines leave out the indexes without an error."""
    if on_ministack:
        pytest.skip("ministack has vector search")
    told = (
        "500" if on_moto and style == "async" and not is_direct else "this engine has no vector search; ministack has"
    )
    with pytest.raises(DynamoDBClientError, match=told):  # moto's server breaks
        plain.anywhere.search([1, 0, 0])
    with pytest.raises(DynamoDBClientError, match="moto and DynamoDB Local have no vector indexes; ministack has"):
        tables_of.ensure_tables(plain)


def test_an_engine_that_refuses_a_table_with_vectors_is_told(Product, on_ministack, tables_of):
    """It does not know what a search selects by; the error says why."""
    if on_ministack:
        pytest.skip("ministack has vector search")
    with pytest.raises(DynamoDBClientError, match="moto and DynamoDB Local have no vector indexes; ministack has"):
        tables_of.create_tables(Product)


def test_an_engine_that_leaves_vector_indexes_out_is_told(PrimaryKeyModel, new_table, on_ministack, tables_of):
    """A table that was made without them is no success."""
    if on_ministack:
        pytest.skip("ministack has vector search")

    class Product(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=new_table())

        anywhere = VectorIndex("anywhere", vector="look", distance="cosine")

        sku: Annotated[str, PartitionKey]
        look: Annotated[list[float] | None, Vector(3)] = None

    with pytest.raises(DynamoDBClientError, match="the vector index 'anywhere' was left out without an error"):
        tables_of.create_tables(Product)


def test_the_fixture_makes_tables_of_models_with_vectors(pydamo, Product, on_ministack, style):
    """With their vector indexes, where the engine has them."""
    if style == "async":
        pytest.skip("the fixture has clients of its own")
    pydamo.tables_for(Product)
    for sku, shop, kind, look in PRODUCTS:
        Product(sku=sku, shop=shop, kind=kind, look=look).save()
    assert [2.0, 0.0, 0.0] == Product.get_item("e").look
    if on_ministack:
        assert ["a", "d"] == [sku for sku, _ in shown(Product.anywhere.search([1, 0, 0], top_k=2))]
        assert 1 == pydamo.requests.of("SearchVectors")
