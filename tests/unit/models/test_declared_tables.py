"""From models to the definition of their table: pure, merged, and refused where models contradict each other."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, TypeVar

import boto3
import pytest
from pydantic import AwareDatetime, BaseModel, PlainSerializer

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attribute,
    ConfigurationError,
    GlobalIndex,
    InvalidRequestError,
    KeyTemplate,
    LocalIndex,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    TimeToLive,
    check_tables,
    check_tables_async,
    create_tables,
    create_tables_async,
    ensure_tables,
    ensure_tables_async,
    table_definition,
)
from pydamodb._models import declared_tables

T = TypeVar("T")


def keys(hashes: str, ranges: str = "") -> list[dict[str, str]]:
    """Spell a key schema as DynamoDB does."""
    both = [*((name, "HASH") for name in hashes.split()), *((name, "RANGE") for name in ranges.split())]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in both]


def types(**given: str) -> list[dict[str, str]]:
    """Spell the types of attributes."""
    return [{"AttributeName": name, "AttributeType": each} for name, each in given.items()]


def index(name: str, *names: str, projection: str = "ALL", includes: list[str] | None = None) -> dict[str, Any]:
    """Spell an index."""
    projected: dict[str, Any] = {"ProjectionType": projection}
    if includes:
        projected["NonKeyAttributes"] = includes
    return {"IndexName": name, "KeySchema": keys(*names), "Projection": projected}


class Item(PrimaryKeyAndSortKeyModel):
    pydamo_config = PydamoConfig(table="shop")

    pk: Annotated[str, PartitionKey]
    sk: Annotated[str, SortKey]


class Customer(Item):
    email: Annotated[str | None, PartitionKey(index="by-email")] = None


class Order(Item):
    pydamo_config = PydamoConfig(
        table="shop",
        indexes=[
            GlobalIndex("by-total", "status", "total", "INCLUDE", ["note", "pk"]),
            LocalIndex("by-note", sort_key="note", projection="KEYS_ONLY"),
        ],
    )

    status: str = "open"
    total: Decimal = Decimal(0)
    note: Annotated[str, Attribute("n")] = ""
    expires: Annotated[datetime | None, TimeToLive] = None


MERGED = {
    "AttributeDefinitions": types(email="S", n="S", pk="S", sk="S", status="S", total="N"),
    "KeySchema": keys("pk", "sk"),
    "BillingMode": "PAY_PER_REQUEST",
    "GlobalSecondaryIndexes": [
        index("by-email", "email"),
        index("by-total", "status", "total", projection="INCLUDE", includes=["n"]),
    ],
    "LocalSecondaryIndexes": [index("by-note", "pk", "n", projection="KEYS_ONLY")],
}


def test_all_models_of_a_table_are_one_definition() -> None:
    """From marks and configurations, by names of attributes, however the models are ordered."""
    definitions = [table_definition(Customer, Order), table_definition(Order, Customer, Order)]
    assert [{"TableName": "shop", **MERGED}] * 2 == definitions


def test_a_resource_of_cloudformation_has_the_time_to_live() -> None:
    """It is plain JSON; a table without a name gets one from CloudFormation."""

    class Anywhere(Order):
        pydamo_config = PydamoConfig(table=None)

    properties = {
        "TableName": "shop",
        **MERGED,
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
    }
    found = table_definition(Customer, Order, format="cloudformation")
    assert {"Type": "AWS::DynamoDB::Table", "Properties": properties} == json.loads(json.dumps(found))
    unnamed = table_definition(Anywhere, format="cloudformation")["Properties"]
    assert (False, "expires") == ("TableName" in unnamed, unnamed["TimeToLiveSpecification"]["AttributeName"])
    named = table_definition(Customer, format="cloudformation", table_name="other")["Properties"]
    assert ("other", False) == (named["TableName"], "TimeToLiveSpecification" in named)


def test_subclasses_that_are_stored_in_the_table_count() -> None:
    """With the configuration of the model or another one for the same table; not those of other tables."""

    class Base(Item):
        pydamo_config = PydamoConfig(table="people")

    class Inheriting(Base):
        age: Annotated[int, PartitionKey(index="by-age")] = 0

    class Below(Inheriting):
        pydamo_config = PydamoConfig(
            table="arn:aws:dynamodb:eu-west-1:1:table/people", indexes=[GlobalIndex("by-town", "town")]
        )

        town: str = ""

    class Elsewhere(Base):
        pydamo_config = PydamoConfig(table="other", indexes=[GlobalIndex("by-town", "town")])

        town: str = ""

    class Back(Elsewhere):
        pydamo_config = Base.pydamo_config

        zip: Annotated[str, PartitionKey(index="by-zip")] = ""

    def names(model: Any) -> list[str]:
        return [each["IndexName"] for each in table_definition(model).get("GlobalSecondaryIndexes", [])]

    assert (["by-age", "by-town", "by-zip"], ["by-age", "by-town"], ["by-town"], ["by-zip"]) == (
        names(Base),
        names(Inheriting),
        names(Elsewhere),
        names(Back),
    )
    assert "people" == table_definition(Below)["TableName"]


def test_subclasses_of_a_model_without_a_table_are_those_of_its_configuration() -> None:
    """A placeholder is one table; no name says which one."""

    class Base(Item):
        pydamo_config = PydamoConfig(table=None)

    class Inheriting(Base):
        age: Annotated[int, PartitionKey(index="by-age")] = 0

    class Other(Base):
        pydamo_config = PydamoConfig(table=None)

        town: Annotated[str, PartitionKey(index="by-town")] = ""

    definition = table_definition(Base, table_name="made-up")
    assert ("made-up", [index("by-age", "age")]) == (definition["TableName"], definition["GlobalSecondaryIndexes"])
    assert {Inheriting, Other} == set(Base.__subclasses__())


def test_generic_models_count_with_their_arguments() -> None:
    """The open class has no types of its own."""

    class Stored(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="generic")

        id: Annotated[str, PartitionKey]

    class Envelope(Stored, Generic[T]):
        of: Annotated[T, PartitionKey(index="by-of")]

    assert "GlobalSecondaryIndexes" not in table_definition(Stored)
    filled = Envelope[int]
    assert (types(id="S", of="N"),) * 2 == (
        table_definition(Stored)["AttributeDefinitions"],
        table_definition(filled)["AttributeDefinitions"],
    )


SHOP = PydamoConfig(
    table="shop",
    partition_key="pk",
    sort_key="sk",
    indexes=[
        GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),
        GlobalIndex("gsi2", partition_key="gsi2pk", projection="KEYS_ONLY"),
        GlobalIndex("inverted", partition_key="sk", sort_key="pk"),
        LocalIndex("lsi", sort_key="lsi_sk"),
    ],
)


class Person(PrimaryKeyModel):
    pydamo_config = SHOP
    pydamo_key = KeyTemplate("PERSON#{id}", "PROFILE")
    by_town = GlobalIndex("gsi1", partition_key="TOWN#{town}", sort_key="{born}")

    kind: Literal["person"] = "person"
    id: str
    town: str
    born: AwareDatetime


class Visit(PrimaryKeyAndSortKeyModel):
    pydamo_config = SHOP
    pydamo_key = KeyTemplate("PERSON#{id}", "VISIT#{number:08}")
    by_size = GlobalIndex("gsi2", partition_key="{size}")

    id: str
    number: int
    size: bytes
    rank: Annotated[int, Attribute("lsi_sk")]


def test_templates_have_types() -> None:
    """A text, but for a number or bytes alone; an attribute that the configuration names may be one of a field."""
    definition = table_definition(Person, Visit)
    assert types(gsi1pk="S", gsi1sk="S", gsi2pk="B", lsi_sk="N", pk="S", sk="S") == definition["AttributeDefinitions"]
    assert [
        index("gsi1", "gsi1pk", "gsi1sk"),
        index("gsi2", "gsi2pk", projection="KEYS_ONLY"),
        index("inverted", "sk", "pk"),
    ] == definition["GlobalSecondaryIndexes"]
    assert [index("lsi", "pk", "lsi_sk")] == definition["LocalSecondaryIndexes"]


def test_an_index_is_left_out_if_no_item_of_the_models_can_be_in_it() -> None:
    """The type of its keys is not known then."""
    definition = table_definition(Person)
    assert ["gsi1", "inverted"] == [each["IndexName"] for each in definition["GlobalSecondaryIndexes"]]
    assert "LocalSecondaryIndexes" not in definition


def test_a_number_alone_is_a_number() -> None:
    """As a key of the table."""

    class Seat(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table="seats", partition_key="pk", sort_key="sk")
        pydamo_key = KeyTemplate("{row}", "SEAT#{number:03}")

        row: int
        number: int

    assert types(pk="N", sk="S") == table_definition(Seat)["AttributeDefinitions"]


def test_an_index_key_may_have_several_attributes() -> None:
    """In their order."""

    class Match(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="matches")

        id: Annotated[str, PartitionKey]
        cup: Annotated[str, PartitionKey(index="by-cup")]
        region: Annotated[str, PartitionKey(index="by-cup")]
        round: Annotated[int, SortKey(index="by-cup")]
        at: Annotated[str, SortKey(index="by-cup")]

    definition = table_definition(Match)
    assert [index("by-cup", "cup region", "round at")] == definition["GlobalSecondaryIndexes"]


def test_a_block_that_uses_another_table_names_it() -> None:
    """As in every operation."""
    with Item.pydamo_config.using("tenant"):
        assert "tenant" == table_definition(Customer)["TableName"]


def test_a_table_names_itself() -> None:
    """A boto3 Table; nothing is sent to it."""

    class Stored(Item):
        pydamo_config = PydamoConfig(table=boto3.resource("dynamodb", region_name="eu-west-1").Table("stored"))

    assert "stored" == table_definition(Stored)["TableName"]


class ByFunction(Item):
    pydamo_config = PydamoConfig(table=lambda: pytest.fail("it is not called"))


def test_a_function_is_not_called() -> None:
    """The name of its table is given."""
    assert "shop" == table_definition(ByFunction, table_name="shop")["TableName"]
    with pytest.raises(ConfigurationError) as caught:
        table_definition(ByFunction)
    assert "ByFunction: the configuration does not name the table: table_definition(..., table_name=...)" == str(
        caught.value
    )


class Undeclared(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="shop")

    pk: str


class Unnamed(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="shop")
    pydamo_key = KeyTemplate("UNNAMED#{id}")

    id: str


class OneKey(PrimaryKeyModel):
    pydamo_config = PydamoConfig(table="shop")

    pk: Annotated[str, PartitionKey]


class Line(PrimaryKeyAndSortKeyModel):
    pydamo_config = PydamoConfig(table="shop")

    pk: Annotated[int, PartitionKey]
    sk: Annotated[str, SortKey]


class Town(Item):
    town: Annotated[str, PartitionKey(index="by-email")]


class Keys(Item):
    pydamo_config = PydamoConfig(table="shop", indexes=[GlobalIndex("by-email", "email", projection="KEYS_ONLY")])

    email: str


class Email(Item):
    email: Annotated[int, PartitionKey(index="by-number")]


class Until(Item):
    until: Annotated[datetime | None, TimeToLive] = None


class Untold(Item):
    pydamo_config = PydamoConfig(table="shop", indexes=[GlobalIndex("some", "town", projection="INCLUDE")])

    town: str


class Anything(Item):
    town: Annotated[Any, PartitionKey(index="by-town")]


class Elsewhere(Item):
    pydamo_config = PydamoConfig(table="elsewhere")


class Placeless(Item):
    pydamo_config = PydamoConfig(table=None)


class Narrow(PrimaryKeyModel):
    pydamo_config = SHOP
    pydamo_key = KeyTemplate("NARROW#{id}", "PROFILE")
    by_size = GlobalIndex("gsi2", partition_key="{size}", projection="INCLUDE", includes=["id"])

    id: str
    size: bytes


AGREE = ": models of one table agree on it"
WHOLE = "a global index on {} (HASH) that projects {}"


@pytest.mark.parametrize(
    ("models", "message"),
    [
        (
            [Customer, Undeclared],
            (
                "Undeclared: declares no keys of its table, from which a table could be made: mark them with "
                "PartitionKey and SortKey, or name them in the configuration, "
                'PydamoConfig(partition_key="pk", sort_key="sk")'
            ),
        ),
        (
            [Unnamed],
            (
                "Unnamed: declares no keys of its table, from which a table could be made: name them in the "
                'configuration, PydamoConfig(partition_key="pk", sort_key="sk")'
            ),
        ),
        (
            [Customer, OneKey],
            f"the keys of the table are pk (HASH), sk (RANGE) in Customer and pk (HASH) in OneKey{AGREE}",
        ),
        ([Order, Line], f"the key pk is S in Order and N in Line{AGREE}"),
        ([Customer, Email], f"the key email is S in Customer and N in Email{AGREE}"),
        (
            [Customer, Town],
            (
                f"the index 'by-email' is {WHOLE.format('email', 'ALL')} in Customer and {WHOLE.format('town', 'ALL')} "
                f"in Town{AGREE}"
            ),
        ),
        (
            [Keys, Customer],
            (
                f"the index 'by-email' is {WHOLE.format('email', 'KEYS_ONLY')} in Keys and "
                f"{WHOLE.format('email', 'ALL')} in Customer{AGREE}"
            ),
        ),
        ([Order, Until], f"the time to live is expires in Order and until in Until{AGREE}"),
        (
            [Untold],
            "Untold: the index 'some' has the projection INCLUDE: say what it includes, includes=[...]",
        ),
        (
            [Anything],
            (
                "Anything: the type of the key 'town' does not follow from its annotation: give it one that is stored "
                "as text, as a number or as bytes, or its serializer a return type"
            ),
        ),
        (
            [Customer, Elsewhere],
            (
                "table_definition takes the models of one table: Customer is on table 'shop' and Elsewhere is on table "
                "'elsewhere'"
            ),
        ),
        (
            [Customer, Placeless],
            (
                "table_definition takes the models of one table: Customer is on table 'shop' and Placeless is without "
                "a table"
            ),
        ),
        (
            [Narrow],
            (
                "Narrow: by_size projects INCLUDE, and the index 'gsi2' of pydamo_config KEYS_ONLY: say it in the "
                "configuration, which is about the whole table"
            ),
        ),
    ],
)
def test_what_no_table_can_be_is_refused(models: list[Any], message: str) -> None:
    """With the names of the models, and what each of them says."""
    with pytest.raises(ConfigurationError) as caught:
        table_definition(*models)
    assert (message, True) == (str(caught.value), caught.value.model_name in {each.__name__ for each in models})


def test_a_function_is_named_where_models_have_several_tables() -> None:
    """As Python shows it."""
    with pytest.raises(ConfigurationError, match=r"Customer is on table 'shop' and ByFunction is on <function "):
        table_definition(Customer, ByFunction)


def test_a_type_may_follow_from_another_model() -> None:
    """One that knows it."""

    class Known(Item):
        town: Annotated[str, PartitionKey(index="by-town")]

    assert types(pk="S", sk="S", town="S") == table_definition(Anything, Known)["AttributeDefinitions"]


class Later(AsyncPrimaryKeyModel):
    id: Annotated[str, PartitionKey]


def test_models_of_both_kinds_have_definitions() -> None:
    """A model without a configuration too."""
    assert types(id="S") == table_definition(Later, table_name="later")["AttributeDefinitions"]


class Plain(BaseModel):
    id: str


ARGUMENTS: list[tuple[tuple[Any, ...], str]] = [
    ((), "{0} takes one or several models: {0}(Customer, Order)"),
    (([Item],), "{0} takes models, {0}(Customer, Order); got a value of type list"),
    ((Item, Plain), "{0} takes models, {0}(Customer, Order); got Plain"),
    ((Item(pk="a", sk="b"),), "{0} takes models, {0}(Customer, Order); got a value of type Item"),
]


@pytest.mark.parametrize(("arguments", "message"), ARGUMENTS)
@pytest.mark.parametrize("function", [table_definition, create_tables, ensure_tables, check_tables])
def test_arguments_that_are_no_models_are_refused(function: Any, arguments: tuple[Any, ...], message: str) -> None:
    """Nothing is sent."""
    with pytest.raises(InvalidRequestError) as caught:
        function(*arguments)
    assert message.format(function.__name__) == str(caught.value)


@pytest.mark.parametrize(
    ("timeout", "shown"), [(-1, "-1"), (float("nan"), "nan"), ("60", "a value of type str"), (True, "True")]
)
@pytest.mark.parametrize("function", [create_tables, ensure_tables])
def test_a_timeout_is_a_number_of_seconds(function: Any, timeout: Any, shown: str) -> None:
    """Nothing is sent."""
    with pytest.raises(InvalidRequestError) as caught:
        function(Item, timeout=timeout)
    assert f"timeout is how many seconds to wait for a table or an index, got {shown}" == str(caught.value)


@pytest.mark.parametrize("function", [create_tables, ensure_tables, check_tables])
def test_an_asynchronous_model_is_for_the_other_function(function: Any) -> None:
    """Which is named."""
    with pytest.raises(InvalidRequestError) as caught:
        function(Later)
    assert f"Later is an asynchronous model: use it with {function.__name__}_async()" == str(caught.value)


@pytest.mark.parametrize("function", [create_tables_async, ensure_tables_async, check_tables_async])
def test_a_synchronous_model_is_for_the_other_function(function: Any) -> None:
    """Which is named."""
    with pytest.raises(InvalidRequestError) as caught:
        function(Item).send(None)
    name = function.__name__.removesuffix("_async")
    assert f"Item is a synchronous model: use it with {name}()" == str(caught.value)


def test_another_format_is_refused() -> None:
    """The two that there are stand in the message."""
    other: Any = "terraform"
    with pytest.raises(InvalidRequestError) as caught:
        table_definition(Item, format=other)
    assert 'table_definition takes format="create_table" or "cloudformation", got \'terraform\'' == str(caught.value)


def test_models_are_grouped_by_client_and_table() -> None:
    """A table may be given by its name and by its ARN."""
    one, other = object(), object()

    def connection(client: object, model: Any, name: str) -> Any:
        return SimpleNamespace(client=client, table=SimpleNamespace(model=model, table_name=name))

    found = declared_tables.declared_tables(
        [
            connection(one, Customer, "shop"),
            connection(one, Order, "arn:aws:dynamodb:eu-west-1:1:table/shop"),
            connection(other, Order, "shop"),
        ]
    )
    assert [(one, [Customer, Order]), (other, [Order])] == [
        (client, [each.model for each in table.tables]) for client, table in found
    ]


def _text(value: datetime) -> str:
    return value.isoformat()


@pytest.mark.parametrize(
    ("serializer", "expected"),
    [
        (PlainSerializer(_text), "S"),
        (PlainSerializer(_text, return_type=str), "S"),
        (PlainSerializer(lambda value: value.timestamp(), return_type=float), "N"),
        (PlainSerializer(lambda value: str(value).encode(), return_type=bytes), "B"),
    ],
)
def test_a_serializer_says_the_type_of_a_key(serializer: Any, expected: str) -> None:
    """By the annotation of its function, or by `return_type`."""

    class Visit(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="visits")
        at: Annotated[datetime, serializer, PartitionKey]

    types = table_definition(Visit)["AttributeDefinitions"]
    assert [{"AttributeName": "at", "AttributeType": expected}] == types


@pytest.mark.parametrize(
    "serializer",
    [
        PlainSerializer(partial(_text)),
        PlainSerializer(lambda value: f"{value}"),
        PlainSerializer(_text, when_used="json"),
        PlainSerializer(lambda value: [value], return_type=list),
    ],
)
def test_a_serializer_that_says_no_type_of_a_key_is_refused(serializer: Any) -> None:
    """With the remedy."""

    class Visit(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="visits")
        at: Annotated[Any, serializer, PartitionKey]

    with pytest.raises(ConfigurationError, match="or its serializer a return type"):
        table_definition(Visit)
