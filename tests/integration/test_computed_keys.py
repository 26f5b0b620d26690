"""Computed fields that are keys of indexes: an update never leaves the old key of what it changes."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, computed_field

from pydamodb import GlobalIndex, InvalidUpdateError, PydamoConfig
from pydamodb.markers import PartitionKey


class Place(BaseModel):
    city: str = "Oslo"


class Parts:
    """A mixin with the computed keys of an index."""

    @computed_field
    @property
    def state(self) -> str | None:
        """Compute a key of two fields; None for items that the index does not have."""
        return f"{self.status}#{self.kind}" if self.status != "done" else None

    @computed_field
    @property
    def where(self) -> str:
        """Compute a key of a part of a value."""
        return f"{self.place.city}#{type(self).__name__}"


@pytest.fixture
def orders(make_table) -> Any:
    """Make a table of one key with an index of two."""
    return make_table("id", global_indexes={"by-state": ("state", "where")})


@pytest.fixture
def Order(PrimaryKeyModel, orders) -> Any:
    """Define a model, and save an instance."""

    class Order(Parts, PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=orders)

        id: str
        status: str = "open"
        kind: str = "a"
        number: int = 0
        tags: list[str] = Field(default=[])
        place: Place = Place()

    return Order


@pytest.fixture
def order(Order) -> Any:
    """Save an order."""
    order = Order(id="1")
    order.save()
    return order


def keys_of(orders: Any) -> tuple[Any, Any]:
    """Return the keys of the only item."""
    (item,) = orders.scan()["Items"]
    return item.get("state"), item["where"]


def test_an_instance_has_all_values(Order, order, orders) -> None:
    """Its keys follow what is given, also in a nested value; a None removes the key."""
    attr = Order.attr
    order.update(updates=[attr.status.set("paid"), attr.number.add(1)])
    assert (keys_of(orders), order.state) == (("paid#a", "Oslo#Order"), "paid#a")
    order.update(updates={attr.place.city: "Bergen", attr.kind: "b"})
    assert keys_of(orders) == ("paid#b", "Bergen#Order")
    assert len(Order.query_all("paid#b", index_name="by-state")) == 1
    order.update(updates={attr.status: "done"})
    assert keys_of(orders) == (None, "Bergen#Order")
    order.update(updates=[attr.status.set("open"), attr.place.remove(), attr.kind.remove()])
    assert keys_of(orders) == ("open#a", "Oslo#Order")


def test_a_key_has_only_the_given_values(Order, order, orders, transact_write) -> None:
    """All that a computed key reads is given, or the update is refused. Other fields need nothing."""
    attr = Order.attr
    Order.update_item("1", updates={attr.status: "paid", attr.kind: "b", attr.number: 3})
    assert keys_of(orders)[0] == "paid#b"
    with transact_write() as transaction:
        transaction.update(Order.key("1"), updates={attr.status: "sent", attr.kind: "c"})
    assert keys_of(orders)[0] == "sent#c"
    Order.update_item("1", updates=[attr.number.add(1), attr.tags.append("x")])
    Order.update_item("1", updates={attr.status: "paid", attr.state: "mine"})
    assert keys_of(orders)[0] == "mine"
    refused: list[Any] = [
        ({attr.status: "x"}, "kind"),
        ([attr.kind.remove()], "status"),
        ({attr.place.city: "x"}, "place"),
    ]
    for updates, missing in refused:
        message = rf"^Order\.(state|where) is a key of index 'by-state' .* it reads {missing}, whose new value"
        with pytest.raises(InvalidUpdateError, match=message):
            Order.update_item("1", updates=updates)
    with pytest.raises(InvalidUpdateError, match="it reads status"), transact_write() as transaction:
        transaction.update(Order.key("1"), updates={attr.kind: "d"})
    assert keys_of(orders) == ("mine", "Oslo#Order")


def test_what_only_dynamodb_knows_is_refused(Order, order) -> None:
    """An instance may be older than its item."""
    attr = Order.attr
    for action in (attr.status.set(attr.kind), attr.status.set(attr.status.if_not_exists("x"))):
        with pytest.raises(InvalidUpdateError, match=r"Order\.state is a key .* it reads status"):
            order.update(updates=[action])


class Failing:
    """A mixin whose key fails for some values."""

    @computed_field
    @property
    def state(self) -> str:
        """Compute a key."""
        return {"open": "o"}[self.status]


def test_a_property_that_fails_is_named(PrimaryKeyModel, make_table) -> None:
    """Nothing is sent."""

    class Order(Failing, PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id"), indexes=[GlobalIndex("by-state", partition_key="state")])

        id: Annotated[str, PartitionKey()]
        status: str = "open"

    Order(id="1").save()
    with pytest.raises(InvalidUpdateError, match=r"^Order\.state is a key .* it raises KeyError for the new values\. "):
        Order.update_item("1", updates={Order.attr.status: "x"})


class Sorted:
    """A mixin with a computed key of the table."""

    @computed_field
    @property
    def at(self) -> str:
        """Compute a key."""
        return f"{self.number:05}"


def test_a_computed_key_of_the_table_never_changes(PrimaryKeyAndSortKeyModel, make_table) -> None:
    """The item would be found under a key that its model does not compute."""

    class Row(Sorted, PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("pk", "at"))

        pk: str
        number: int
        n: int = 0

    row = Row(pk="a", number=7)
    row.save()
    Row.update_item("a", "00007", updates={Row.attr.n: 1, Row.attr.number: 7})
    row.update(updates={Row.attr.n: 2})
    changed, message = {Row.attr.number: 8}, r"^Row\.at is a key of table .* the key of an item never changes"
    with pytest.raises(InvalidUpdateError, match=message):
        row.update(updates=changed)
    with pytest.raises(InvalidUpdateError, match=message):
        Row.update_item("a", "00007", updates=changed)
    assert Row.scan_all() == [Row(pk="a", number=7, n=2)]


def label_of(item: Any) -> str:
    """Compute a key outside of the class."""
    return f"L#{item.kind}"


def test_a_key_that_a_function_computes_is_no_hindrance_to_other_updates(PrimaryKeyModel, make_table) -> None:
    """Its function is tried: what it reads does not change."""

    class Labeled(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id", global_indexes={"by-label": ("label",)}))

        id: str
        kind: str = "a"
        note: str = ""

        @computed_field
        @property
        def label(self) -> str:
            """Pass the whole model on."""
            return label_of(self)

    Labeled(id="1").save()
    Labeled.update_item("1", updates={Labeled.attr.note: "x"})
    Labeled.update_item("1", updates={Labeled.attr.kind: "b"})
    assert ["x"] == [each.note for each in Labeled.query_all("L#b", index_name="by-label")]


def test_a_key_of_a_value_that_is_not_known_here_is_refused(PrimaryKeyModel, make_table) -> None:
    """The instance has no such place, but its item may have one by now."""

    class Placed(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id", global_indexes={"by-city": ("city",)}))

        id: str
        places: list[Place] = Field(default=[])

        @computed_field
        @property
        def city(self) -> str | None:
            """Compute the key from a nested value."""
            return self.places[0].city if self.places else None

    placed = Placed(id="1")
    placed.save()
    with pytest.raises(InvalidUpdateError, match=r"Placed\.city is a key of index 'by-city'.* reads places"):
        placed.update(updates=[Placed.attr.places[0].city.set("Rome")])


def test_a_key_of_the_table_never_changes_nor_goes(PrimaryKeyAndSortKeyModel, make_table) -> None:
    """The update is refused if it would change what the key is computed from."""

    class Sorted(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=make_table("id", "label"))

        id: str
        kind: str = "a"
        note: str = ""

        @computed_field
        @property
        def label(self) -> str:
            """Compute a key of the table, which has no form for some values."""
            return "\ud800" if self.kind == "none" else label_of(self)

    item = Sorted(id="1")
    item.save()
    item.update(updates={Sorted.attr.note: "x"})
    for kind in ("b", "none"):
        with pytest.raises(InvalidUpdateError, match="the key of an item never changes"):
            item.update(updates={Sorted.attr.kind: kind})
