"""The `pydamo_key` of a model: what is refused when the class is made, and names of keys in the configuration."""

from __future__ import annotations

import copy
import pickle
from typing import Annotated, Any, Generic, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict

from pydamodb import (
    ConfigurationError,
    GlobalIndex,
    InvalidKeyValueError,
    KeyTemplate,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
)
from pydamodb._codec.remembered_keys import forget, remember, remembered_key
from pydamodb._codec.templated_keys import Kind
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._models.declared_keys import declared_schema
from pydamodb._models.templates import templates_of

T = TypeVar("T")


class Order(PrimaryKeyAndSortKeyModel):
    """A model with templates."""

    pydamo_key = KeyTemplate("CUSTOMER#{customer}", "ORDER#{number:08}")

    customer: str
    number: int
    status: str = ""


def declared(model: Any, **options: Any) -> TableSchema | None:
    """Return what a model with templates declares."""
    has_sort_key = model.__pydamo_has_sort_key__
    templates = templates_of(model, has_sort_key=has_sort_key)
    config = PydamoConfig(table=None, **options)
    return declared_schema(model, has_sort_key=has_sort_key, config=config, templates=templates)


def test_the_configuration_names_the_keys() -> None:
    """Their types are those of the templates; an index may have fields, or attributes of the table."""
    schema = declared(
        Order,
        partition_key="pk",
        sort_key="sk",
        indexes=[
            GlobalIndex("by-status", partition_key="status", sort_key="number"),
            GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),
        ],
    )
    indexes = {
        "by-status": IndexSchema("by-status", KeySchema(("status",), ("number",)), is_global=True),
        "gsi1": IndexSchema("gsi1", KeySchema(("gsi1pk",), ("gsi1sk",)), is_global=True),
    }
    types = {"pk": "S", "sk": "S", "status": "S", "number": "N"}
    assert TableSchema(KeySchema(("pk",), ("sk",)), indexes, types) == schema


def test_without_names_the_keys_are_read_from_the_table() -> None:
    """As for any model that declares none."""
    assert declared(Order) is None


def test_a_key_template_is_given_as_such() -> None:
    """Two texts are none."""
    with pytest.raises(ConfigurationError, match=r"Wrong: pydamo_key is a KeyTemplate\(.*\), got tuple"):

        class Wrong(PrimaryKeyModel):
            pydamo_key = ("CUSTOMER#{customer}", "PROFILE")  # type: ignore[assignment]

            customer: str


def test_the_base_class_is_the_one_of_the_parts() -> None:
    """A sort key with parts of its own needs key arguments for them."""
    with pytest.raises(
        ConfigurationError,
        match="Wrong: number of the sort key is not in the partition key: make PrimaryKeyAndSortKeyModel its base",
    ):

        class Wrong(PrimaryKeyModel):
            pydamo_key = KeyTemplate("CUSTOMER#{customer}", "ORDER#{number:08}")

            customer: str
            number: int


def test_parts_that_the_partition_key_says_are_no_arguments_of_the_sort_key() -> None:
    """They are known already."""

    class Same(PrimaryKeyModel):
        pydamo_key = KeyTemplate("CUSTOMER#{customer}", "CUSTOMER#{customer}")

        customer: str

    templates = templates_of(Same, has_sort_key=False)
    assert templates is not None
    assert (("customer",), ()) == tuple(tuple(part.name for part in parts) for parts in templates.arguments)


def test_a_part_without_a_value_makes_no_key() -> None:
    """An `exclude_if` may leave it out of the item."""
    templates = templates_of(Order, has_sort_key=True)
    assert templates is not None
    kind = Kind(templates, TableSchema(KeySchema(("pk",), ("sk",)), {}, {}))
    assert {"pk": {"S": "CUSTOMER#ann"}, "sk": {"S": "ORDER#00000001"}} == kind.made(
        {"customer": {"S": "ann"}, "number": {"N": "1"}}
    )
    with pytest.raises(InvalidKeyValueError, match=r"Order\.number is a part of the key .*: it has no value"):
        kind.made({"customer": {"S": "ann"}})


def test_a_generic_model_is_checked_when_its_types_are_known() -> None:
    """Its parts may be of any type before."""

    class Base(PrimaryKeyModel, Generic[T]):
        pydamo_key = KeyTemplate("X#{value}")

        value: T

    assert "X#{value}" == Base[str].pydamo_key.partition_key
    with pytest.raises(ConfigurationError, match="list is not a type that keys are made of"):
        Base[list]


def test_a_class_that_is_not_complete_is_checked_at_its_first_use() -> None:
    """Pydantic does not know its types yet."""

    class Early(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="x")
        pydamo_key = KeyTemplate("X#{late}")

        late: Later  # type: ignore[name-defined]  # noqa: F821

    Early.model_rebuild(_types_namespace={"Later": list[int]})
    with pytest.raises(ConfigurationError, match="'late': list is not a type"):
        templates_of(Early, has_sort_key=False)


class Plain(PrimaryKeyAndSortKeyModel):
    """A model without templates, whose keys the configuration names."""

    pk: str
    sk: int


class Marked(PrimaryKeyAndSortKeyModel):
    """A model with marks, too."""

    pk: Annotated[str, PartitionKey]
    sk: Annotated[int, SortKey]


def test_names_declare_the_keys_of_a_model_without_templates() -> None:
    """They are attributes of its fields."""
    named: dict[str, Any] = {"partition_key": "pk", "sort_key": "sk"}
    keys = TableSchema(KeySchema(("pk",), ("sk",)), {}, {"pk": "S", "sk": "N"})
    assert (keys, keys) == (declared(Plain, **named), declared(Marked, **named))
    with pytest.raises(ConfigurationError, match="Plain: pydamo_config names the key 'x', for which it has no field"):
        declared(Plain, partition_key="x", sort_key="sk")
    with pytest.raises(ConfigurationError, match="Marked: marks and pydamo_config give the table different keys"):
        declared(Marked, partition_key="sk", sort_key="pk")


@pytest.mark.parametrize(
    "wrong", [{"partition_key": ""}, {"partition_key": 5}, {"partition_key": "pk", "sort_key": ""}]
)
def test_names_are_texts(wrong: Any) -> None:
    """Anything else is refused at once."""
    with pytest.raises(ConfigurationError, match="takes the names of attributes"):
        PydamoConfig(table=None, **wrong)
    with pytest.raises(ConfigurationError, match="needs the name of the partition_key too"):
        PydamoConfig(table=None, sort_key="sk")


def test_a_key_is_remembered_by_one_instance() -> None:
    """A copy or a pickle of it is another one."""
    order = Order(customer="ann", number=1)
    assert remembered_key(order) is None
    remember(order, {"pk": {"S": "x"}})
    assert {"pk": {"S": "x"}} == remembered_key(order)
    others = [order.model_copy(), copy.copy(order), copy.deepcopy(order), pickle.loads(pickle.dumps(order))]  # noqa: S301
    assert [None] * 4 == [remembered_key(each) for each in others]
    assert [order] * 4 == others
    forget(order)
    assert remembered_key(order) is None


class SpecialOrder(Order):
    """A subclass."""

    more: int = 1


class EitherOrder(BaseModel):
    """A model that holds one of two models."""

    order: Order | SpecialOrder


class StrictOrder(Order):
    """A model that is validated again wherever it is put, and has no other names."""

    model_config = ConfigDict(revalidate_instances="always", extra="forbid")


def test_a_remembered_key_is_seen_by_nobody() -> None:
    """Neither by a union that is serialized, nor by a model that validates its instances again."""
    special = SpecialOrder(customer="ann", number=1)
    strict = StrictOrder(customer="ann", number=1)
    for order in (special, strict):
        remember(order, {"pk": {"S": "x"}})

    assert {"customer": "ann", "number": 1, "status": "", "more": 1} == EitherOrder(order=special).model_dump()["order"]
    assert strict == StrictOrder.model_validate(strict)
    assert {"customer", "number", "status"} == vars(strict).keys()


def test_changes_know_the_parts_of_the_key() -> None:
    """Before the table is used, and after."""
    with pytest.raises(Exception, match=r"Order\.changes\(\): Order\.number is a key of the table"):
        Order.changes(number=5)
    assert 1 == len(Order.changes(status="x"))
