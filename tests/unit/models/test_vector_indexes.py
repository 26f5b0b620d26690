"""Vector indexes as class attributes of models: what they declare, and what is refused when the class is made."""

from __future__ import annotations

import copy
import inspect
import pickle
from enum import Enum
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

import pytest
from pydantic import Field

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attribute,
    ConfigurationError,
    GlobalIndex,
    ItemEncodingError,
    KeyTemplate,
    PartitionKey,
    PrimaryKeyModel,
    PydamoConfig,
    Vector,
    VectorIndex,
    table_definition,
)
from pydamodb.aio import AsyncModelVectorIndex
from pydamodb.indexes import ModelVectorIndex

T = TypeVar("T")


class Product(PrimaryKeyModel):
    """A model with two vector indexes."""

    pydamo_config = PydamoConfig(table="products")

    by_look = VectorIndex("by-look", vector="look", distance="cosine", partition_key="shop", filters=["price", "kind"])
    anywhere = VectorIndex(
        "anywhere", vector="look", distance="dot_product", projection="INCLUDE", includes=["note", "sku"]
    )
    bare = VectorIndex("bare", vector="look", distance="euclidean", projection="KEYS_ONLY")

    sku: Annotated[str, PartitionKey]
    shop: Annotated[str, Attribute("s")] = ""
    kind: str = "x"
    price: int = 0
    note: Annotated[str, Attribute("n")] = ""
    look: Annotated[list[float] | None, Vector(3), Attribute("v")] = None


def test_a_class_attribute_has_the_searches_of_the_model() -> None:
    """Of the class that was asked; an index that is no attribute of a model is a plain value; instances have none."""

    class Lamp(Product):
        pass

    class Later(AsyncPrimaryKeyModel):
        by_look = VectorIndex("by-look", vector="look", distance="cosine")

        sku: str
        look: Annotated[list[float] | None, Vector(3)] = None

    index = VectorIndex("by-look", vector="look", distance="cosine", filters=["kind"])
    assert "Product's vector index 'by-look'" == repr(Product.by_look)
    assert "Lamp's vector index 'by-look'" == repr(Lamp.by_look)
    assert "Later's vector index 'by-look'" == repr(Later.by_look)
    assert (ModelVectorIndex, AsyncModelVectorIndex) == (type(Product.by_look), type(Later.by_look))
    assert index == copy.copy(index) == pickle.loads(pickle.dumps(index))  # noqa: S301 - our own
    assert {"sku", "shop", "kind", "price", "note", "look"} == {*Product.model_fields}
    with pytest.raises(AttributeError, match="Product has the index 'by-look', its instances have not"):
        _ = Product(sku="a").by_look


def test_both_kinds_of_models_search_with_the_same_arguments() -> None:
    """In the same order, with the same defaults."""
    one, other = (inspect.signature(kind.search).parameters for kind in (ModelVectorIndex, AsyncModelVectorIndex))
    assert [*map(str, one.values())][1:] == [*map(str, other.values())][1:]


def test_a_table_is_defined_with_its_vector_indexes() -> None:
    """By the names of the attributes; the types of what a search selects by are there, that of the vector is not."""
    definition = table_definition(Product)
    whole = {"ProjectionType": "ALL"}
    assert [
        {"AttributeName": "kind", "AttributeType": "S"},
        {"AttributeName": "price", "AttributeType": "N"},
        {"AttributeName": "s", "AttributeType": "S"},
        {"AttributeName": "sku", "AttributeType": "S"},
    ] == definition["AttributeDefinitions"]
    vector = {"VectorAttribute": {"AttributeName": "v"}, "Dimensions": 3}
    assert [
        {
            "IndexName": "anywhere",
            **vector,
            "DistanceFunction": "DOT_PRODUCT",
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"]},
        },
        {
            "IndexName": "bare",
            **vector,
            "DistanceFunction": "EUCLIDEAN",
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
        {
            "IndexName": "by-look",
            **vector,
            "DistanceFunction": "COSINE",
            "Projection": whole,
            "SearchSchema": [
                {"AttributeName": "s", "SearchSchemaElementType": "HASH"},
                {"AttributeName": "kind", "SearchSchemaElementType": "INLINE_FILTER"},
                {"AttributeName": "price", "SearchSchemaElementType": "INLINE_FILTER"},
            ],
        },
    ] == definition["VectorIndexes"]
    properties = table_definition(Product, format="cloudformation")["Properties"]
    assert definition["VectorIndexes"] == properties["VectorIndexes"]


def index_of(**options: Any) -> Any:
    """Make an index of the vectors `look`."""
    return VectorIndex(**{"name": "by-look", "vector": "look", "distance": "cosine", **options})


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"vector": "nope"}, "the vector index 'by-look' names 'nope', which is not a field of the model"),
        ({"vector": "kind"}, "the vector index 'by-look' needs a field with the mark of a vector: kind: Annotated"),
        ({"vector": "secret"}, "names 'secret', which is excluded from serialization, so not stored"),
        ({"partition_key": "nope"}, "names 'nope', which is not a field of the model"),
        ({"partition_key": "tags"}, "cannot select by 'tags': only texts, numbers and bytes can be searched"),
        ({"filters": ["kind", "flag"]}, "cannot select by 'flag': only texts, numbers and bytes can be searched"),
        ({"projection": "INCLUDE", "includes": ["nope"]}, "names 'nope', which is not a field of the model"),
        ({"name": "by-kind"}, "index: the model has another index of the name 'by-kind'"),
        ({"name": "other"}, "index: the model has another index of the name 'other'"),
    ],
)
def test_an_index_that_does_not_fit_the_model_is_refused(options: Any, reason: str) -> None:
    """With the class."""
    with pytest.raises(ConfigurationError) as caught:

        class Model(PrimaryKeyModel):
            by_kind = GlobalIndex("by-kind", partition_key="kind")
            other = index_of(name="other")
            index = index_of(**options)

            sku: str
            kind: str = ""
            flag: bool = False
            tags: list[str] = Field(default=[])
            look: Annotated[list[float] | None, Vector(3)] = None
            secret: Annotated[list[float] | None, Vector(3)] = Field(default=None, exclude=True)

    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("annotation", "default", "reason"),
    [
        (Annotated[list[int], Vector(3)], [], "Vector needs a field of type list[float] or tuple[float, ...]"),
        (Annotated[str, Vector(3)], "", "Vector needs a field of type list[float] or tuple[float, ...]"),
        (Annotated[list[float] | list[int], Vector(3)], [], "Vector needs a field of type list[float]"),
        (Annotated[tuple[float, float], Vector(2)], (0.0, 0.0), "Vector needs a field of type list[float]"),
        (Annotated[list[float] | None, Vector(3)], ..., "a vector is never stored as NULL: give the field the default"),
        (Annotated[list[float] | None, Vector(3)], [1.0] * 3, "a vector is never stored as NULL"),
        (Annotated[list[float], Vector], ..., "Vector takes the number of dimensions: Annotated[list[float], Vector("),
    ],
)
def test_a_mark_on_what_is_no_vector_is_refused(annotation: Any, default: Any, reason: str) -> None:
    """With the class, also if there is no index."""
    with pytest.raises(ConfigurationError) as caught:

        class Model(PrimaryKeyModel):
            sku: str
            look: annotation = default

    assert reason in str(caught.value)


@pytest.mark.parametrize("look", [[1.0], [1.0, 2.0, float("inf")], (1.0,) * 4])
def test_an_assigned_vector_is_checked_when_it_is_stored(look: Any) -> None:
    """An assignment is not validated: a vector that the index cannot have would be refused by DynamoDB."""

    class Lamp(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="lamps", partition_key="sku")
        sku: str
        look: Annotated[list[float] | None, Vector(3)] = None

    lamp = Lamp(sku="a")
    lamp.look = look
    with pytest.raises(ItemEncodingError, match=r"Lamp\.look cannot be stored: a vector (has|of 3)"):
        lamp.to_item()


def test_an_index_of_a_generic_model_is_checked_when_its_types_are_known() -> None:
    """A parameter may be what an index selects by."""

    class Model(PrimaryKeyModel, Generic[T]):
        index = index_of(filters=["kind"])

        sku: str
        kind: T
        look: Annotated[list[float] | None, Vector(3)] = None

    assert "Model[str]'s vector index 'by-look'" == repr(Model[str].index)
    with pytest.raises(ConfigurationError, match="cannot select by 'kind'"):
        Model[bool]


def test_a_subclass_may_declare_an_index_anew_or_hide_it() -> None:
    """What its attribute is counts."""

    class Nearer(Product):
        by_look = VectorIndex("by-look", vector="look", distance="euclidean")
        anywhere: ClassVar[None] = None

    names = {each["IndexName"]: each["DistanceFunction"] for each in definition_of(Nearer)["VectorIndexes"]}
    assert {"bare": "EUCLIDEAN", "by-look": "EUCLIDEAN"} == names


def definition_of(*models: Any) -> Any:
    """Define a table."""
    return table_definition(*models, table_name="table")


def test_a_vector_index_and_another_one_have_different_names() -> None:
    """Also if the other one is declared by marks, in the configuration, or by another model."""

    class Marked(PrimaryKeyModel):
        index = index_of()

        sku: Annotated[str, PartitionKey]
        kind: Annotated[str, PartitionKey(index="by-look")] = ""
        look: Annotated[list[float] | None, Vector(3)] = None

    class Plain(PrimaryKeyModel):
        sku: Annotated[str, PartitionKey]
        kind: Annotated[str, PartitionKey(index="by-look")] = ""

    class Other(PrimaryKeyModel):
        index = index_of()

        sku: Annotated[str, PartitionKey]
        look: Annotated[list[float] | None, Vector(3)] = None

    with pytest.raises(ConfigurationError, match="'by-look' is declared both as a vector index and as another one"):
        definition_of(Marked)
    with pytest.raises(ConfigurationError) as caught:
        definition_of(Plain, Other)
    assert "the index 'by-look' is a secondary index in Plain and a vector index in Other" in str(caught.value)


def model_with(dimensions: int, **options: Any) -> Any:
    """Define a model with vectors of so many dimensions, and an index."""

    class Model(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="models")

        index = index_of(**options)

        sku: Annotated[str, PartitionKey]
        look: Annotated[list[float] | None, Vector(dimensions)] = None

    return Model


def test_models_of_one_table_agree_on_its_vectors() -> None:
    """On the form of an index, and on the dimensions of what an index has."""

    class Without(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="models")

        sku: Annotated[str, PartitionKey]
        look: Annotated[list[float] | None, Vector(4)] = None

    for models, reason in (
        (
            (model_with(3), model_with(3, distance="euclidean")),
            (
                "the index 'by-look' is a vector index on look (3 dimensions, COSINE) that projects ALL in Model and a "
                "vector index on look (3 dimensions, EUCLIDEAN) that projects ALL in Model"
            ),
        ),
        ((model_with(3), model_with(4, name="other")), "the vector look has 4 dimensions in Model and 3 dimensions"),
        ((Without, model_with(3)), "the vector look has 3 dimensions in Model and 4 dimensions in Without"),
    ):
        with pytest.raises(ConfigurationError) as caught:
            table_definition(*models)
        assert reason in str(caught.value)
    assert "VectorIndexes" not in table_definition(Without)


def test_a_model_with_templates_has_vector_indexes_too() -> None:
    """Its keys are made by templates; what a search selects by are fields."""

    class Order(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="shop", partition_key="pk")
        pydamo_key = KeyTemplate("ORDER#{id}")

        index = index_of(filters=["id"])

        id: str
        look: Annotated[list[float] | None, Vector(3)] = None

    definition = table_definition(Order)
    assert ["id", "pk"] == [each["AttributeName"] for each in definition["AttributeDefinitions"]]
    assert "by-look" == definition["VectorIndexes"][0]["IndexName"]


def test_a_search_can_select_by_constants() -> None:
    """Their types follow from their values."""

    class Color(Enum):
        RED = "red"

    class Lamp(PrimaryKeyModel):
        index = index_of(partition_key="color", filters=["kind", "size"])

        sku: Annotated[str, PartitionKey]
        kind: Literal["lamp"] = "lamp"
        color: Literal[Color.RED] = Color.RED
        size: Literal[1, 2] | None = None
        look: Annotated[list[float] | None, Vector(3)] = None

    types = {each["AttributeName"]: each["AttributeType"] for each in definition_of(Lamp)["AttributeDefinitions"]}
    assert {"color": "S", "kind": "S", "size": "N", "sku": "S"} == types
