"""Collections: what they may be of, and what is refused when they are made."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any, Generic, Literal, TypeVar

import pytest
from pydantic import BaseModel

from pydamodb import (
    AsyncCollection,
    Collection,
    ConfigurationError,
    GlobalIndex,
    KeyTemplate,
    LocalIndex,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    Template,
    collection,
)
from pydamodb.aio import AsyncPrimaryKeyAndSortKeyModel
from pydamodb.aio_collections import AsyncCollectionWriter
from pydamodb.collections import CollectionWriter

shop = PydamoConfig(
    table="shop",
    partition_key="pk",
    sort_key="sk",
    indexes=[
        GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),
        GlobalIndex("gsi2", partition_key="status", sort_key="number"),
        LocalIndex("lsi1", sort_key="lsi1sk"),
    ],
)
ACCOUNT = "CUSTOMER#{customer}"


class Order(PrimaryKeyAndSortKeyModel[str, int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate(ACCOUNT, "ORDER#{number:08}")
    by_status = GlobalIndex[str]("gsi1", partition_key="STATUS#{status}", sort_key="{number:08}")
    by_number = GlobalIndex[str]("gsi2", partition_key="status", sort_key="number")
    by_customer = LocalIndex("lsi1", sort_key="{status}")

    customer: str
    number: int
    status: str = "open"


class Line(PrimaryKeyAndSortKeyModel[str, tuple[int, int]]):
    pydamo_config = shop
    pydamo_key = KeyTemplate(ACCOUNT, "ORDER#{number:08}#LINE#{line:04}")
    by_status = GlobalIndex[str]("gsi1", partition_key="STATUS#{status}", sort_key="{number:08}")
    by_number = GlobalIndex[str]("gsi2", partition_key="status", sort_key="number")
    by_customer = LocalIndex("lsi1", sort_key="{line:08}")

    customer: str
    number: int
    line: int
    status: str = "open"


class Invoice(PrimaryKeyAndSortKeyModel[str, int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate(ACCOUNT, "INVOICE#{number:08}")
    by_status = GlobalIndex[str]("gsi1", partition_key="INVOICES#{status}", sort_key="{number:08}")
    by_number = GlobalIndex[str]("gsi2", partition_key="status", sort_key="{number:08}")

    customer: str
    number: int
    status: str = "open"


class Event(AsyncPrimaryKeyAndSortKeyModel[str, int]):
    pydamo_config = shop
    pydamo_key = KeyTemplate(ACCOUNT, "EVENT#{number:08}")
    by_status = GlobalIndex[str]("gsi1", partition_key="STATUS#{number}", sort_key="{number:08}")

    customer: str
    number: int


class Person(PrimaryKeyModel[str]):
    by_town = GlobalIndex[str]("by-town", partition_key="town")

    name: str
    town: str = ""


def like(name: str, *key: str, config: PydamoConfig | None = shop, **fields: Any) -> Any:
    """Make a model with a text `name`, a number `n`, and these templates."""
    annotations = {"customer": str, "name": str, "n": int}
    namespace: dict[str, Any] = {"__module__": __name__, "pydamo_key": KeyTemplate(*key)}
    if config is not None:
        namespace["pydamo_config"] = config
    kind = fields.get("kind")
    if kind is not None:
        annotations["kind"] = Literal[kind]
        namespace["kind"] = kind
    base: Any = PrimaryKeyAndSortKeyModel if len(key) > 1 and "{" in key[1] else PrimaryKeyModel
    return type(base)(name, (base,), {**namespace, "__annotations__": annotations})


def test_a_collection_shows_its_models() -> None:
    """It can be copied and pickled; the class may be parametrized."""
    both = collection(Order, Line)
    assert ("collection(Order, Line)", Collection) == (repr(both), type(both))
    assert [repr(both)] * 3 == [
        repr(each)
        for each in (copy.copy(both), copy.deepcopy(both), pickle.loads(pickle.dumps(both)))  # noqa: S301
    ]
    assert repr(both) == repr(Collection[Order | Line](Order, Line))
    assert "collection(Order)" == repr(collection(Order))
    several = collection(Event.by_status)
    assert (AsyncCollection, "collection(Event)") == (type(several), repr(several))
    assert repr(several) == repr(pickle.loads(pickle.dumps(several)))  # noqa: S301


def names_of(thing: Any) -> list[str]:
    """Name the public methods of a class, with their parameters."""
    return [
        f"{name}{[*inspect.signature(method).parameters]}"
        for name, method in inspect.getmembers(thing, inspect.isfunction)
        if not name.startswith("_")
    ]


def test_both_kinds_of_collections_have_the_same_methods() -> None:
    """With the arguments of the methods of models."""
    assert names_of(Collection) == names_of(AsyncCollection)
    assert names_of(CollectionWriter) == names_of(AsyncCollectionWriter)
    for name in ("query", "query_all", "query_iter", "query_count", "scan", "scan_all", "scan_iter", "scan_count"):
        own = {*inspect.signature(getattr(Collection, name)).parameters} - {"self"}
        assert {*inspect.signature(getattr(Order, name)).parameters} - {"index_name"} == own


@pytest.mark.parametrize(
    "models",
    [
        lambda: (Order, Line, Invoice),
        lambda: (Order.by_status, Line.by_status),
        lambda: (Order.by_number, Line.by_number),
        lambda: (Order.by_customer, Line.by_customer),
        lambda: (Order, like("Other", ACCOUNT, "OTHER")),
        lambda: (Order, like("Other", "CUSTOMER#{name}", "OTHER#{n:02}")),
        lambda: (like("A", ACCOUNT, "{name}", kind="a"), like("B", ACCOUNT, "{n:02}", kind="b")),
        lambda: (like("A", ACCOUNT, "A#{name}#B"), like("B", ACCOUNT, "A#{name}#C")),
        lambda: (like("A", ACCOUNT, "A"), like("B", ACCOUNT, "A#{name}")),
        lambda: (like("A", ACCOUNT, "{n}", kind="a"), like("B", ACCOUNT, "{n}", kind="b")),
        lambda: (like("A", ACCOUNT, kind="a"), like("B", ACCOUNT, kind="b")),
        lambda: (Order, like("Other", ACCOUNT, "OTHER", config=None)),
        lambda: (Order, like("Other", ACCOUNT, "OTHER", config=copy.copy(shop))),
        lambda: (Person, Order),
    ],
)
def test_models_that_can_be_told_apart(models: Any) -> None:
    """By their keys, or by a constant field."""
    assert repr(collection(*models())).startswith("collection(")


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (lambda: (), "a collection has at least one model: collection(Customer, Order)"),
        (
            lambda: (Order, 5),
            "a collection takes models, or indexes of models (`Order.by_status`), got a value of type int",
        ),
        (lambda: (Order, BaseModel), "(`Order.by_status`), got the class BaseModel"),
        (lambda: (PrimaryKeyModel,), "(`Order.by_status`), got the class PrimaryKeyModel"),
        (lambda: (Order, Invoice, Order), "collection of Order, Invoice, Order: Order is in it twice"),
        (
            lambda: (Order, Event),
            "collection of Order, Event: some of them are synchronous models, some asynchronous ones; make a",
        ),
        (
            lambda: (Order, Line.by_status),
            "collection of Order, Line: give all of them as models, or all by the same index (Order, Line: 'gsi1')",
        ),
        (lambda: (Order.by_status, Line.by_number), "by the same index (Order: 'gsi1', Line: 'gsi2')"),
        (
            lambda: (Order, like("Other", ACCOUNT, "OTHER", config=PydamoConfig(table="other"))),
            "collection of Order, Other: Order and Other have different configurations: give them the same one",
        ),
        (
            lambda: (like("A", ACCOUNT, "A#{name}"), like("B", ACCOUNT, "A#{name}#B#{n:02}")),
            (
                "collection of A, B: A ('CUSTOMER#{customer}', 'A#{name}') and B ('CUSTOMER#{customer}', "
                "'A#{name}#B#{n:02}') can have the same keys: give each of the two a constant field, such as kind: "
            ),
        ),
        (lambda: (like("A", ACCOUNT, "A#{name}", kind="a"), like("B", ACCOUNT, "A#{n:02}")), "can have the same keys"),
        (lambda: (like("A", ACCOUNT, "A#{name}", kind="a"), like("B", ACCOUNT, "A#{name}", kind="a")), "the same keys"),
        (lambda: (like("A", ACCOUNT, "{name}"), like("B", ACCOUNT, "B#{n:02}")), "can have the same keys"),
        (lambda: (like("A", ACCOUNT, "A"), like("B", ACCOUNT, "A")), "can have the same keys"),
        (lambda: (like("A", ACCOUNT, "{n}"), like("B", ACCOUNT, "{n}")), "can have the same keys"),
        (lambda: (like("A", ACCOUNT), like("B", ACCOUNT)), "A ('CUSTOMER#{customer}') and B ('CUSTOMER#{customer}')"),
        (
            lambda: (Person.by_town,),
            "collection of Person: Person has no pydamo_key, without which nothing says of which model an item is",
        ),
    ],
)
def test_what_cannot_be_read_together_is_refused(kinds: Any, message: str) -> None:
    """The message names the models and the remedy."""
    with pytest.raises(ConfigurationError) as caught:
        collection(*kinds())
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (
            lambda: (Order, like("Other", "OTHER#{n}", "OTHER")),
            (
                "Order and Other have no partitions in common ('CUSTOMER#{customer}' and "
                "'OTHER#{n}'): their partition keys need the same constant text and the same kinds of parts"
            ),
        ),
        (lambda: (Order, like("Other", "CUSTOMER#{n}", "OTHER")), "('CUSTOMER#{customer}' and 'CUSTOMER#{n}')"),
        (lambda: (Order.by_status, Invoice.by_status), "('STATUS#{status}' and 'INVOICES#{status}')"),
        (
            lambda: (Order.by_number, Invoice.by_number),
            "the sort keys of Order and Invoice are not both made by templates ('number' and '{number:08}')",
        ),
    ],
)
def test_what_has_no_partition_in_common_is_said(kinds: Any, message: str) -> None:
    """The message names the models and the remedy."""
    assert message in str(collection(*kinds())._kinds.apart)


def test_what_has_no_partition_in_common_is_not_queried() -> None:
    """A scan and batches can have such models; a query is refused before anything is sent."""
    of_table = collection(Order, like("Other", "OTHER#{n}", "OTHER"))
    for query in (of_table.query, of_table.query_all, of_table.query_first, of_table.query_count):
        with pytest.raises(ConfigurationError, match="query of Order, Other: Order and Other have no partitions in"):
            query("ann")


def test_the_classes_are_each_for_one_kind() -> None:
    """The other one is named."""
    make: Any
    for make, model, remedy in ((Collection, Event, "use AsyncCollection"), (AsyncCollection, Order, "use Collection")):
        with pytest.raises(ConfigurationError, match=remedy):
            make(model)


T = TypeVar("T")


class Boxed(PrimaryKeyAndSortKeyModel, Generic[T]):
    """A generic model."""

    pydamo_config = shop
    pydamo_key = KeyTemplate(ACCOUNT, "BOX#{number:08}")

    customer: str
    number: int
    content: T


class Later(PrimaryKeyAndSortKeyModel):
    """A model whose types are known later than the class."""

    pydamo_config = shop
    pydamo_key = KeyTemplate(ACCOUNT, "LATER#{number:08}")

    customer: str
    number: int
    part: Later_  # noqa: F821


def test_generic_models_and_models_of_later_types() -> None:
    """A class of a generic model; and a model whose types are known when the collection is made."""
    assert "collection(Order, Boxed[int])" == repr(collection(Order, Boxed[int]))
    globals()["Later_"] = int
    try:
        assert "collection(Order, Later)" == repr(collection(Order, Later))
    finally:
        del globals()["Later_"]


def test_an_index_with_a_constant_key() -> None:
    """The whole of two models is in one partition of an index."""

    class All(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate(ACCOUNT, "ALL#{number:08}")
        everything = GlobalIndex[str]("gsi1", partition_key=Template("ALL"), sort_key="{number:08}")
        customer: str
        number: int

    class Other(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate(ACCOUNT, "OTHER#{number:08}")
        everything = GlobalIndex[str]("gsi1", partition_key=Template("ALL"), sort_key="{number:08}")
        customer: str
        number: int

    assert "collection(All, Other)" == repr(collection(All.everything, Other.everything))
