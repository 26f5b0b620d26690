"""Five models on one table, with everything that a table can have: on ministack, as no other engine has all of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import uuid4

import pytest

from pydamodb import (
    Attribute,
    ConfigurationError,
    GlobalIndex,
    KeyTemplate,
    PartitionKey,
    PydamoConfig,
    SortKey,
    Template,
    TimeToLive,
    Vector,
    VectorIndex,
    table_definition,
)


@pytest.fixture(autouse=True)
def only_on_ministack(on_ministack):
    """Skip other engines."""
    if not on_ministack:
        pytest.skip("only ministack has vector indexes, and index keys of several attributes")


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
def five(PrimaryKeyAndSortKeyModel, PrimaryKeyModel) -> Callable[[Any], Any]:
    """Return what defines five models on a table: marks, templates, a time to live, all kinds of indexes."""
    kept: list[Any] = []  # a subclass lives as long as somebody has it

    def define(table: Any) -> tuple[Any, ...]:
        class Item(PrimaryKeyAndSortKeyModel):
            pydamo_config = PydamoConfig(
                table=table,
                partition_key="pk",
                sort_key="sk",
                indexes=[GlobalIndex("by-color", partition_key="gsi1pk", sort_key="gsi1sk")],
            )

            pk: Annotated[str, PartitionKey]
            sk: Annotated[str, SortKey]

        class Customer(Item):
            email: Annotated[str | None, PartitionKey(index="by-email"), Attribute("mail")] = None
            expires: Annotated[datetime | None, TimeToLive] = None

        class Order(Item):
            by_note = GlobalIndex("by-note", "note", projection="INCLUDE", includes=["total"])

            total: Annotated[Decimal, SortKey(index="by-total")] = Decimal(0)
            note: str = "-"

        class Match(Item):
            tournament: Annotated[str, PartitionKey(index="by-place")] = "winter"
            region: Annotated[str, PartitionKey(index="by-place")] = "north"
            round: Annotated[str, SortKey(index="by-place")] = "final"
            number: Annotated[int, SortKey(index="by-place")] = 1

        class Product(Item):
            by_look = VectorIndex("by-look", vector="look", distance="cosine", partition_key="shop", filters=["size"])
            anywhere = VectorIndex("anywhere", vector="look", distance="dot_product")

            shop: str = "s"
            size: int = 1
            look: Annotated[list[float] | None, Vector(3)] = None

        class Lamp(PrimaryKeyModel):
            pydamo_config = Item.pydamo_config
            pydamo_key = KeyTemplate("LAMP#{id}", "LAMP")

            by_color = GlobalIndex("by-color", partition_key="COLOR#{color}", sort_key=Template("LAMP"))
            lamps = VectorIndex("lamps", vector="form", distance="euclidean", filters=["kind"])

            kind: Literal["lamp"] = "lamp"
            id: str
            color: str = "red"
            form: Annotated[tuple[float, ...] | None, Vector(2)] = None

        class Offer(Product):
            price: Annotated[int | None, SortKey(index="by-price")] = None

        kept.append(Offer)
        return Customer, Order, Match, Product, Lamp

    return define


def definition_of(models: Any, format: Any = "create_table") -> dict[str, Any]:  # noqa: A002 - what it is called
    """Return what the models declare, under a new name."""
    name = f"pydamodb-{uuid4().hex}"
    definition: dict[str, Any] = table_definition(*models, format=format)
    return {**definition.get("Properties", definition), "TableName": name}


@pytest.fixture
def made_of(client, dynamodb, five):
    """Return what makes a table of a definition, and models on it."""
    made = []

    def make(definition: dict[str, Any]) -> Any:
        definition = copy.deepcopy(definition)
        time_to_live = definition.pop("TimeToLiveSpecification", None)
        client.create_table(**definition)
        made.append(definition["TableName"])
        if time_to_live is not None:
            client.update_time_to_live(TableName=made[-1], TimeToLiveSpecification=time_to_live)
        return five(dynamodb.Table(made[-1]))

    yield make
    for name in made:
        client.delete_table(TableName=name)


def test_a_table_of_five_models_has_no_differences(five, new_table, tables_of, made_of):
    """Made by us, or from the definition of CloudFormation. `ensure_tables` does nothing, and each model works."""
    models = customer, order, match, product, lamp = five(new_table())
    tables_of.create_tables(*models)
    for each in (models, made_of(definition_of(models, "cloudformation"))):
        assert [] == tables_of.check_tables(*each) == tables_of.ensure_tables(*each)
    customer(pk="c", sk="1", email="a@b").save()
    order(pk="o", sk="1", total=Decimal(3), note="n").save()
    match(pk="m", sk="1", number=7).save()
    product(pk="p", sk="1", look=[1, 0, 0]).save()
    lamp(id="l", form=(1, 0)).save()
    assert ["c"] == [each.pk for each in customer.query_all("a@b", index_name="by-email")]
    assert ["o"] == [each.pk for each in order.query_all("n", index_name="by-note")]
    condition = (match.attr.round == "final") & (match.attr.number > 6)
    finals = match.query_all(("winter", "north"), index_name="by-place", sort_key_condition=condition)
    assert ["m"] == [each.pk for each in finals]
    assert ["p"] == [found.item.pk for found in product.by_look.search("s", [1, 0, 0])]
    assert ["l"] == [found.item.id for found in lamp.lamps.search([0, 1])]
    assert ["l"] == [each.id for each in lamp.by_color.query_all("red")]


def without(kind: str, name: str) -> Callable[[dict[str, Any]], None]:
    """Return what removes an index."""

    def change(definition: dict[str, Any]) -> None:
        definition[kind] = [each for each in definition[kind] if each["IndexName"] != name]

    return change


def with_changed(kind: str, name: str, **changes: Any) -> Callable[[dict[str, Any]], None]:
    """Return what changes an index."""

    def change(definition: dict[str, Any]) -> None:
        for each in definition[kind]:
            if each["IndexName"] == name:
                each.update(changes)

    return change


def with_type(name: str, data_type: str) -> Callable[[dict[str, Any]], None]:
    """Return what changes the type of an attribute."""

    def change(definition: dict[str, Any]) -> None:
        for each in definition["AttributeDefinitions"]:
            if each["AttributeName"] == name:
                each["AttributeType"] = data_type

    return change


def without_time_to_live(definition: dict[str, Any]) -> None:
    """Leave it out."""
    del definition["TimeToLiveSpecification"]


def with_other_time_to_live(definition: dict[str, Any]) -> None:
    """Take another attribute."""
    definition["TimeToLiveSpecification"]["AttributeName"] = "until"


WIDE, LOCAL, VECTORS = "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "VectorIndexes"
PLACE = [("tournament", "HASH"), ("region", "HASH"), ("number", "RANGE"), ("round", "RANGE")]
DIFFERENCES = {
    "the type of a key": (with_type("sk", "N"), "the type of the key 'sk' is N, the models declare S"),
    "a missing index": (without(WIDE, "by-email"), "the index 'by-email' is missing"),
    "other keys of an index": (
        with_changed(WIDE, "by-place", KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in PLACE]),
        (
            "the index 'by-place' is a global index on tournament (HASH), region (HASH), number (RANGE), round (RANGE) "
            "that projects ALL, the models declare a global index on tournament (HASH), region (HASH), round (RANGE), "
            "number (RANGE) that projects ALL"
        ),
    ),
    "another projection": (
        with_changed(WIDE, "by-note", Projection={"ProjectionType": "KEYS_ONLY"}),
        "the index 'by-note' is a global index on note (HASH) that projects KEYS_ONLY, the models declare",
    ),
    "a missing local index": (without(LOCAL, "by-price"), "the index 'by-price' is missing"),
    "a missing vector index": (without(VECTORS, "lamps"), "the index 'lamps' is missing"),
    "other dimensions": (
        lambda definition: [each.update(Dimensions=3) for each in definition[VECTORS] if each["IndexName"] == "lamps"],
        "the index 'lamps' is a vector index on form (3 dimensions, EUCLIDEAN), kind (INLINE_FILTER) that projects ALL",
    ),
    "another distance": (
        with_changed(VECTORS, "anywhere", DistanceFunction="COSINE"),
        "the index 'anywhere' is a vector index on look (3 dimensions, COSINE) that projects ALL",
    ),
    "other filters": (
        with_changed(VECTORS, "by-look", SearchSchema=[{"AttributeName": "shop", "SearchSchemaElementType": "HASH"}]),
        "the index 'by-look' is a vector index on look (3 dimensions, COSINE), shop (HASH) that projects ALL",
    ),
    "no time to live": (without_time_to_live, "the time to live is missing, the models declare expires"),
    "another time to live": (with_other_time_to_live, "the time to live is until, the models declare expires"),
}
ADDED = ("a missing index", "a missing vector index", "no time to live")


@pytest.mark.parametrize("name", DIFFERENCES)
def test_each_deliberate_difference_is_reported(name, five, new_table, tables_of, made_of):
    """It is the only one. What is missing is added, and is no difference then; everything else is refused."""
    change, expected = DIFFERENCES[name]
    definition = definition_of(five(new_table()), "cloudformation")
    change(definition)
    used = {
        each["AttributeName"] for kind in (WIDE, LOCAL) for index in definition[kind] for each in index["KeySchema"]
    }
    used |= {each["AttributeName"] for index in definition[VECTORS] for each in index.get("SearchSchema", ())}
    definition["AttributeDefinitions"] = [
        each for each in definition["AttributeDefinitions"] if each["AttributeName"] in used | {"pk", "sk"}
    ]
    models = made_of(definition)
    found = tables_of.check_tables(*models)
    assert [True] == [expected in str(each) for each in found]
    if name not in ADDED:
        with pytest.raises(ConfigurationError) as caught:
            tables_of.ensure_tables(*models)
        assert expected in str(caught.value)
        return
    assert found == tables_of.ensure_tables(*models)
    assert [] == tables_of.ensure_tables(*models) == tables_of.check_tables(*models)
