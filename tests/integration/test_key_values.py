"""A Key in the place of the values of a key: everywhere the same item, and never an item of another model."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from pydamodb import (
    ConfigurationError,
    InvalidKeyValueError,
    InvalidRequestError,
    ItemNotFoundError,
    Key,
    KeyTemplate,
    MissingSortKeyValueError,
    PartitionKey,
    PydamoConfig,
    SortKey,
)


@pytest.fixture(scope="module")
def Order(PrimaryKeyAndSortKeyModel, make_table) -> Any:
    """Define a model with two keys."""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("customer", "number", types={"number": "N"}))

        customer: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey]
        status: str = "open"

    return Order


@pytest.fixture(scope="module")
def Customer(PrimaryKeyModel, make_table) -> Any:
    """Define a model with one key, which it does not declare."""

    class Customer(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("name"))

        name: str
        age: int = 0

    return Customer


@pytest.fixture(scope="module")
def Line(PrimaryKeyAndSortKeyModel, make_table) -> Any:
    """Define a model with a `pydamo_key`."""

    class Line(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "sk"), partition_key="pk", sort_key="sk")
        pydamo_key = KeyTemplate("ORDER#{tenant}#{order}", "LINE#{line:04}")

        tenant: str
        order: int
        line: int
        text: str = ""

    return Line


@pytest.fixture(params=["Order", "Customer", "Line"])
def thing(request, Order, Customer, Line) -> Any:
    """Store an item of each kind of model, and return it with its key, and a field with a new value."""
    name = request.node.name[:200]
    model = {"Order": Order, "Customer": Customer, "Line": Line}[request.param]
    instance, key, field, value = {
        "Order": lambda: (model(customer=name, number=7), model.key(name, 7), "status", "paid"),
        "Customer": lambda: (model(name=name), model.key(name), "age", 3),
        "Line": lambda: (model(tenant=name, order=1, line=2), model.key((name, 1), 2), "text", "x"),
    }[request.param]()
    instance.save()
    return model, instance, key, field, value


def test_a_key_names_the_item_of_its_values(thing):
    """In reads, updates and deletes."""
    model, instance, key, field, value = thing
    assert (instance, instance) == (model.get_item(key), model.get_item(partition_key_value=key, must_exist=True))
    model.update_item(key, updates={getattr(model.attr, field): value}, must_exist=True)
    changed = instance.model_copy(update={field: value})
    assert [changed, None, changed] == model.batch_get([key, other_key(model), key], consistent_read=True)
    assert [changed, changed] == model.batch_get([key, values_of(key)])
    model.delete_item(key, must_exist=True)
    with pytest.raises(ItemNotFoundError):
        model.get_item(key, must_exist=True)


def other_key(model: Any) -> Any:
    """Return the key of an item that does not exist."""
    values = {"Order": ("nobody", 1), "Customer": ("nobody",), "Line": (("nobody", 1), 1)}
    return model.key(*values[model.__name__])


def values_of(key: Any) -> Any:
    """Return a key as `batch_get` takes it without a Key."""
    return key.values if len(key.values) > 1 else key.values[0]


def test_a_batch_deletes_by_keys(thing):
    """By `delete`, which takes instances too, and by `delete_item`."""
    model, instance, key, _, _ = thing
    for delete in ("delete", "delete_item"):
        instance.save()
        with model.batch_writer() as writer:
            getattr(writer, delete)(key)
        assert model.get_item(key) is None


def test_the_key_of_an_instance_is_that_of_its_item(thing, transact_write, transact_get):
    """It is the same value as the key by hand, also in a transaction."""
    model, instance, key, field, value = thing
    assert (key, instance) == (Key.of(instance), model.get_item(Key.of(instance)))
    with transact_write() as tx:
        tx.update(Key.of(instance), updates={getattr(model.attr, field): value}, must_exist=True)
    (found,) = transact_get(Key.of(instance))
    assert value == getattr(found, field)


def test_a_sort_key_beside_a_key_is_refused(Order, requests_of):
    """The two could differ."""
    calls: list[Any] = [
        lambda: Order.get_item(Order.key("ann", 1), 1),
        lambda: Order.delete_item(Order.key("ann", 1), sort_key_value=2),
        lambda: Order.update_item(Order.key("ann", 1), 1, updates={Order.attr.status: "x"}),
    ]
    with requests_of(Order.pydamo_config.table) as requests:
        for call in calls:
            with pytest.raises(InvalidRequestError, match="has the value of the sort key: leave out the value beside"):
                call()
    assert [] == requests


def test_a_key_of_another_model_is_refused(Order, Customer, Line, requests_of):
    """Before anything is sent, and without the values."""

    class Other(Order):
        pydamo_config = PydamoConfig(table="another")

    class Kind(Line):
        pydamo_key = KeyTemplate("KIND#{tenant}#{order}", "LINE#{line:04}")

    class Fitting(Order):
        note: str = ""

    Customer.get_item("x")  # reads the keys of the table
    wrong = [
        (Order, Customer.key("secret"), "Customer"),
        (Order, Other.key("secret", 1), "Other"),
        (Fitting, Order.key("secret", 1), "Order"),
        (Customer, Order.key("secret", 1), "Order"),
        (Line, Order.key(("secret", 1), 1), "Order"),
        (Line, Kind.key(("secret", 1), 1), "Kind"),
    ]
    for model, key, name in wrong:
        with requests_of(model.pydamo_config.table) as requests:
            for call in (model.get_item, model.delete_item, lambda each: model.batch_get([each])):  # noqa: B023
                with pytest.raises(InvalidRequestError) as caught:
                    call(key)
                message = f" of {model.__name__} takes a Key of {model.__name__}, got one of {name}: use {name} itself"
                assert str(caught.value).endswith(message)
                assert "secret" not in str(caught.value)
        assert [] == requests
    assert None is Order.get_item(Fitting.key("nobody", 1))


def test_a_key_with_other_values_than_its_model_has_is_refused(Order, Customer):
    """`Key(...)` itself takes any values."""
    with pytest.raises(MissingSortKeyValueError):
        Order.get_item(Key(Order, ("ann",)))
    for key in (Key(Order, ("ann", 1, 2)), Key(Order, ())):
        with pytest.raises(InvalidRequestError, match="its Key has the values of a partition key and a sort key, got"):
            Order.get_item(key)
    with pytest.raises(InvalidRequestError, match="its Key has one value, got 2 values"):
        Customer.delete_item(Key(Customer, ("ann", 1)))
    with pytest.raises(InvalidKeyValueError, match="number is a key"):
        Order.get_item(Order.key("ann", "x"))


def test_the_key_of_an_instance_must_be_known(PrimaryKeyModel, Order, Line, make_table):
    """By marks, by a template, or by an earlier request."""

    class Unknown(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id"))

        id: str

    class Plain(BaseModel):
        id: str

    with pytest.raises(ConfigurationError) as caught:
        Key.of(Unknown(id="a"))
    remedy = "mark them (PartitionKey, SortKey), or give their values to Unknown.key(...)"
    assert f"Key.of(Unknown): the keys of the table are not known: {remedy}" == str(caught.value)
    Unknown.get_item("a")
    assert Unknown.key("a") == Key.of(Unknown(id="a"))
    with pytest.raises(TypeError, match=r"Key\.of takes an instance of a model with a table, got Plain"):
        Key.of(Plain(id="a"))
    with pytest.raises(InvalidKeyValueError):
        Key.of(Order(customer="", number=1))
    line = Line(tenant="t", order=1, line=1)
    line.save()
    line.line = 2
    with pytest.raises(InvalidKeyValueError, match="the key of an item never changes"):
        Key.of(line)


def test_the_key_of_a_template_without_names_is_made_of_its_parts(PrimaryKeyModel):
    """Its values do not depend on the names of the table's keys."""

    class Unnamed(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table="unnamed")
        pydamo_key = KeyTemplate("DOC#{id}", "META")

        id: str

    assert Unnamed.key("a") == Key.of(Unnamed(id="a"))
