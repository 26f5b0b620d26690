"""Vector indexes: the key of a search, and what it finds, in both styles."""

from typing import Annotated

from pydantic import BaseModel
from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    Field,
    PartitionKey,
    PrimaryKeyModel,
    PydamoConfig,
    Vector,
    VectorIndex,
    VectorMatch,
)


class Product(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table="products")

    by_look = VectorIndex[str]("by-look", vector="look", distance="cosine", partition_key="shop", filters=["kind"])
    anywhere = VectorIndex("anywhere", vector="look", distance="euclidean", filters=["kind"])

    sku: Attr[Annotated[str, PartitionKey]]
    shop: Attr[str]
    kind: Attr[str] = Field(default="x")
    look: Attr[Annotated[list[float] | None, Vector(3)]] = Field(default=None)


class Later(AsyncPrimaryKeyModel[str]):
    by_look = VectorIndex[str]("by-look", vector="look", distance="cosine", partition_key="shop")
    anywhere = VectorIndex("anywhere", vector="look", distance="dot_product", projection="KEYS_ONLY")

    sku: Attr[str]
    shop: Attr[str]
    look: Attr[Annotated[list[float] | None, Vector(3)]] = Field(default=None)


class Plain(PrimaryKeyModel):
    by_look = VectorIndex("by-look", vector="look", distance="cosine", partition_key="shop")

    sku: Annotated[str, PartitionKey]
    shop: str
    look: Annotated[list[float] | None, Vector(3)] = None


class Small(BaseModel):
    sku: str


def found() -> None:
    """Each search finds what was asked for."""
    # topic: a vector index finds the items of its model, with their scores
    reveal_type(Product.by_look.search("s", [1.0, 0.0, 0.0])[0].item)  # R: Product
    reveal_type(Product.anywhere.search([1, 0, 0], top_k=3)[0].item)  # R: Product
    reveal_type(Product.by_look.search("s", (1.0, 0.0), projection=Small)[0].item)  # R: Small
    Product.anywhere.search([1.0], condition=Product.attr.kind == "x")
    Plain.by_look.search("s", [1.0])
    for match in Product.anywhere.search([1.0]):
        reveal_type(match.item)  # R: Product
        reveal_type(match.score)  # R: float
    first: VectorMatch[Small] = Product.anywhere.search([1.0], projection=Small)[0]
    print(first.score.upper())  # E
    print(Product.anywhere.search([1.0])[0].item.nope)  # E
    # topic: a search of a vector index takes its partition key, if it has one
    Product.by_look.search([1.0])  # E
    Product.by_look.search(1, [1.0])  # E
    Product.anywhere.search("s", [1.0])  # E
    Product.anywhere.search("text")  # E
    Product.anywhere.search([1.0], top_k="3")  # E
    Product.anywhere.search([1.0], condition=Product.attr.kind == 3)  # E
    Product.anywhere.search([1.0], condition=Product.attr.kinds == "x")  # E
    VectorIndex("wrong", vector="look", distance="cosin")  # E


async def awaited() -> None:
    """The same, awaited."""
    reveal_type((await Later.by_look.search("s", [1.0]))[0].item)  # R: Later
    reveal_type((await Later.anywhere.search([1.0], projection=Small))[0].item)  # R: Small
    for match in Later.anywhere.search([1.0]):  # E
        del match
    await Product.anywhere.search([1.0])  # E: all, pyrefly+basic
    await Later.by_look.search([1.0])  # E
