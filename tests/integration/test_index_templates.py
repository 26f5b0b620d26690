"""Indexes of models, with names and types: their keys are made by templates, and follow every update."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

from pydamodb import (
    ConditionCheckFailedError,
    ConfigurationError,
    GlobalIndex,
    IndexNotFoundError,
    InvalidConditionError,
    InvalidKeySchemaError,
    InvalidKeyValueError,
    InvalidUpdateError,
    ItemNotFoundError,
    KeyTemplate,
    LocalIndex,
    PydamoConfig,
    Template,
    Version,
    raw_attribute,
)
from pydamodb._operations import writes

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
ANN = ("t1", "ann")


class Status(str, Enum):
    """An enum as a part."""

    OPEN = "open"
    PAID = "paid"
    SENT = "sent"


class Number(BaseModel):
    """A smaller model."""

    number: int


@pytest.fixture(scope="module")
def table(make_table) -> Any:
    """Make a table with three indexes."""
    return make_table(
        "pk",
        "sk",
        types={"lsi1sk": "N"},
        global_indexes={"gsi1": ("gsi1pk", "gsi1sk"), "gsi2": ("gsi2pk", "gsi2sk")},
        local_indexes={"lsi1": "lsi1sk"},
    )


@pytest.fixture(scope="module", params=["named", "described"])
def shop(request, table) -> PydamoConfig:
    """Return a configuration that names the keys of the table and of its indexes, or one that lets them be read."""
    if request.param == "described":
        return PydamoConfig(table=table)
    indexes = [
        GlobalIndex("gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),
        GlobalIndex("gsi2", partition_key="gsi2pk", sort_key="gsi2sk"),
        LocalIndex("lsi1", sort_key="lsi1sk"),
    ]
    return PydamoConfig(table=table, partition_key="pk", sort_key="sk", indexes=indexes)


@pytest.fixture(scope="module")
def Order(PrimaryKeyAndSortKeyModel, shop) -> Any:
    """Define items in three indexes; in the second one only while they have a courier."""

    class Order(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")
        by_status = GlobalIndex("gsi1", partition_key="T#{tenant}#STATUS#{status}", sort_key="{placed_at}")
        by_courier = GlobalIndex("gsi2", partition_key="COURIER#{courier}", sort_key="{status}#{placed_at}")
        by_total = LocalIndex("lsi1", sort_key="{total}")

        kind: Literal["order"] = "order"
        tenant: str
        customer_id: str
        number: int
        status: Status = Status.OPEN
        placed_at: AwareDatetime
        courier: str | None = None
        total: Decimal = Decimal(0)
        notes: dict[str, str] | None = None

    return Order


@pytest.fixture
def filled(client, table, Order) -> None:
    """Write three orders."""
    for item in client.scan(TableName=table.name, ConsistentRead=True)["Items"]:
        client.delete_item(TableName=table.name, Key={name: item[name] for name in ("pk", "sk")})
    with Order.batch_writer() as writer:
        for number in (1, 2, 3):
            courier = "dhl" if number == 2 else None
            placed_at = NOW + timedelta(days=number)
            writer.put(
                Order(
                    tenant="t1",
                    customer_id="ann",
                    number=number,
                    placed_at=placed_at,
                    courier=courier,
                    total=Decimal(10) - number,
                )
            )


@pytest.fixture(scope="module")
def indexed(client, table) -> Any:
    """Return a function that returns the stored keys of indexes of an order."""

    def stored(number: int, customer: str = "ann") -> dict[str, Any]:
        key = {"pk": {"S": f"T#t1#CUSTOMER#{customer}"}, "sk": {"S": f"ORDER#{number:08}"}}
        item = client.get_item(TableName=table.name, Key=key, ConsistentRead=True)["Item"]
        return {name: next(iter(item[name].values())) for name in item if name.startswith(("gsi", "lsi"))}

    return stored


def numbers(items: list[Any]) -> list[int]:
    """Return the numbers of orders."""
    return [item.number for item in items]


@pytest.mark.usefixtures("filled")
def test_keys_of_indexes_are_stored_and_are_no_fields(indexed, Order) -> None:
    """A key of which a part is None is left out, so that the item is not in the index."""
    status = {"gsi1pk": "T#t1#STATUS#open", "gsi1sk": "2026-01-02T00:00:00.000000Z"}
    assert {**status, "gsi2sk": "open#2026-01-02T00:00:00.000000Z", "lsi1sk": "9"} == indexed(1)
    assert "COURIER#dhl" == indexed(2)["gsi2pk"]
    names = {"kind", "tenant", "customer_id", "number", "status", "placed_at", "courier", "total", "notes"}
    assert names == set(Order.get_item(ANN, 1).model_dump())


@pytest.mark.usefixtures("filled")
def test_an_index_of_a_model_has_its_queries(Order) -> None:
    """By the parts of its keys; the arguments are those of the model's own methods."""
    open_ones, at = ("t1", Status.OPEN), Order.attr.placed_at
    assert [1, 2, 3] == numbers(Order.by_status.query_all(open_ones))
    assert [3] == numbers(Order.by_status.query_all(open_ones, sort_key_condition=at > NOW + timedelta(days=2)))
    assert 3 == Order.by_status.query_count(open_ones)
    assert [2] == numbers(Order.by_courier.query_all("dhl"))
    assert [2] == numbers(Order.by_courier.query_all("dhl", sort_key_condition=Order.attr.status == Status.OPEN))
    assert [Number(number=2)] == Order.by_courier.query_all("dhl", projection=Number)
    assert [3, 2, 1] == numbers(Order.by_total.query_all(ANN, sort_key_condition=Order.attr.total <= 9))
    page = Order.by_status.query(open_ones, limit=2, scan_index_forward=False)
    assert [3, 2] == numbers(page.items)
    rest = Order.by_status.query(open_ones, exclusive_start_key=page.cursor, scan_index_forward=False)
    assert [1] == numbers(rest.items)
    assert [1, 2] == numbers(Order.by_status.query_iter(open_ones, max_items=2))
    assert [1, 2, 3] == numbers(Order.query_all(open_ones, index_name="gsi1"))
    assert 3 == Order.scan_count(index_name="gsi1")
    assert "Order's index 'gsi1'" == repr(Order.by_status)


@pytest.mark.usefixtures("filled")
def test_a_query_of_an_index_is_checked(Order) -> None:
    """The error names the model and the parts."""
    with pytest.raises(InvalidKeyValueError, match=r"given as \(tenant, status\), got str"):
        Order.by_status.query_all("open")
    with pytest.raises(InvalidConditionError, match=r"about total: it is no part of the sort key '\{placed_at\}'"):
        Order.by_status.query_all(("t1", Status.OPEN), sort_key_condition=Order.attr.total > 1)
    with pytest.raises(AttributeError, match="Order has the index 'gsi1', its instances have not"):
        _ = Order.get_item(ANN, 1).by_status


@pytest.mark.usefixtures("filled")
def test_keys_follow_an_update_of_their_parts(indexed, Order) -> None:
    """What the update does not say is known from the key, or from its own condition."""
    attr = Order.attr
    second = NOW + timedelta(days=2)
    Order.update_item(ANN, 2, updates=[attr.status.set(Status.PAID)], condition=attr.placed_at == second)
    moved = {"gsi1pk": "T#t1#STATUS#paid", "gsi2sk": "paid#2026-01-03T00:00:00.000000Z", "gsi2pk": "COURIER#dhl"}
    assert moved.items() <= indexed(2).items()
    Order.update_item(ANN, 2, updates=[attr.courier.remove(), attr.status.set(Status.SENT), attr.placed_at.set(NOW)])
    sent = {"gsi1pk": "T#t1#STATUS#sent", "gsi1sk": "2026-01-01T00:00:00.000000Z"}
    assert {**sent, "gsi2sk": "sent#2026-01-01T00:00:00.000000Z", "lsi1sk": "8"} == indexed(2)
    Order.update_item(ANN, 2, updates=[attr.courier.set("ups"), attr.total.set(Decimal("2.5"))])
    assert ("COURIER#ups", "2.5") == (indexed(2)["gsi2pk"], indexed(2)["lsi1sk"])
    before = indexed(2)
    Order.update_item(ANN, 2, updates=[attr.notes.set({"a": "b"})])
    assert before == indexed(2)


@pytest.mark.usefixtures("filled")
def test_keys_follow_an_update_of_an_instance(indexed, table, Order) -> None:
    """What it says becomes a condition, so that a stale instance fails."""
    order, stale = Order.get_item(ANN, 2), Order.get_item(ANN, 2)
    order.update(updates={Order.attr.status: Status.PAID})
    assert ("T#t1#STATUS#paid", Status.PAID) == (indexed(2)["gsi1pk"], order.status)
    Order.update_item(ANN, 2, updates={Order.attr.placed_at: NOW, Order.attr.status: Status.PAID})
    with pytest.raises(ConditionCheckFailedError) as caught:
        stale.update(updates={Order.attr.status: Status.SENT})
    assert str(caught.value) == (
        f"UpdateItem of Order on table {table.name!r} was not done: the stored item has another placed_at than this "
        "instance, and '{status}#{placed_at}' makes the key 'gsi2sk' of an index. Call refresh() and repeat the "
        "change, or give placed_at in the same update"
    )
    assert "paid#2026-01-01T00:00:00.000000Z" == indexed(2)["gsi2sk"]
    stale.update(updates={Order.attr.courier: "ups"})  # nothing else is a part of this key
    assert "COURIER#ups" == indexed(2)["gsi2pk"]
    for number in (1, 2):
        fresh = Order.get_item(ANN, number)
        fresh.update(updates=[Order.attr.status.set(Status.SENT), Order.attr.notes["x"].set("y")])
        assert ("sent", {"x": "y"}) == (indexed(number)["gsi2sk"][:4], fresh.notes)


@pytest.mark.usefixtures("filled")
def test_what_failed_is_named(Order) -> None:
    """The item that is stored says whether the instance is older, the caller's condition is false, or there is none."""
    attr = Order.attr
    stale = Order.get_item(ANN, 2)
    Order.update_item(ANN, 2, updates=[attr.placed_at.set(NOW), attr.status.set(Status.PAID), attr.courier.remove()])
    remedy = r"Call refresh\(\) and repeat the change, or give placed_at in the same update$"
    for updates in ([attr.status.set(Status.SENT)], [attr.status.set(Status.SENT), attr.notes["x"].set("y")]):
        with pytest.raises(ConditionCheckFailedError, match=f"has another placed_at than this instance, .*{remedy}"):
            stale.update(updates=updates)
    with pytest.raises(ConditionCheckFailedError, match="another placed_at") as caught:
        stale.update(updates=[attr.status.set(Status.SENT)], return_item_on_failure=True)
    assert (NOW, True) == (caught.value.item.placed_at, "placed_at" in repr(caught.value.condition))
    stale.refresh()
    with pytest.raises(ConditionCheckFailedError, match=r"does not meet the condition$"):
        stale.update(updates=[attr.status.set(Status.SENT)], condition=attr.total == 0)
    Order.delete_item(ANN, 2)
    with pytest.raises(ItemNotFoundError):
        stale.update(updates=[attr.status.set(Status.SENT)])


@pytest.mark.usefixtures("filled")
def test_an_update_that_leaves_a_key_unknown_is_refused(indexed, requests_of, table, Order) -> None:
    """Before anything is sent, with the part and the remedies."""
    attr, before = Order.attr, indexed(2)
    with requests_of(table) as sent:
        for updates, reason in (
            (
                [attr.status.set(Status.PAID)],
                r"placed_at is not known here: .*condition=Order\.attr\.placed_at == \.\.\.",
            ),
            ([attr.total.add(1)], "DynamoDB alone will know the new value of total"),
            (
                [attr.placed_at.set(attr.placed_at.if_not_exists(NOW))],
                "DynamoDB alone will know the new value of placed_at",
            ),
            ([raw_attribute("gsi1pk").set("x")], "'gsi1pk' follows from its fields: update the fields"),
        ):
            with pytest.raises(
                InvalidUpdateError, match=f"^Order: .* makes the key '(gsi|lsi).*' of an index: {reason}"
            ):
                Order.update_item(ANN, 2, updates=updates)
        with pytest.raises(InvalidUpdateError, match="placed_at is not known here"):
            Order.update_item(ANN, 2, updates=[attr.status.set(Status.PAID)], condition=attr.placed_at > NOW)
        with pytest.raises(InvalidKeyValueError, match=r"Order\.courier is a part of the key .*: it is an empty text"):
            Order.update_item(ANN, 2, updates=[attr.courier.set("")])
    assert ([], before) == (sent, indexed(2))


@pytest.mark.usefixtures("filled")
def test_an_update_returns_no_keys_of_indexes(Order) -> None:
    """They are no fields."""
    updates = [Order.attr.courier.set("ups")]
    assert {"courier": "ups"} == Order.update_item(ANN, 2, updates=updates, return_values="UPDATED_NEW")
    assert "ups" == Order.update_item(ANN, 2, updates=updates, return_values="ALL_NEW").courier


@pytest.mark.usefixtures("filled")
def test_keys_follow_in_transactions_and_puts(transact_write, indexed, Order) -> None:
    """A put makes all of them, an update those that change."""
    order = Order.get_item(ANN, 3)
    order.status, order.courier = Status.SENT, "dhl"
    with transact_write() as transaction:
        transaction.put(order)
        transaction.update(Order.key(ANN, 1), updates=[Order.attr.courier.set("dhl")])
    assert ("COURIER#dhl", "COURIER#dhl", "T#t1#STATUS#sent") == (
        indexed(1)["gsi2pk"],
        indexed(3)["gsi2pk"],
        indexed(3)["gsi1pk"],
    )
    order.courier = None
    order.save()
    assert "gsi2pk" not in indexed(3)


def test_a_model_with_a_version_needs_no_other_guard(shop, indexed, PrimaryKeyAndSortKeyModel) -> None:
    """A stale instance fails by its version."""

    class Counted(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("T#{tenant}#CUSTOMER#{customer_id}", "ORDER#{number:08}")
        by_both = GlobalIndex("gsi1", partition_key="{a}#{b}", sort_key="COUNTED")

        tenant: str = "t1"
        customer_id: str = "bob"
        number: int = 1
        a: str = "a"
        b: str = "b"
        version: Annotated[int, Version] = 0

    counted = Counted()
    counted.save()
    counted.update(updates={Counted.attr.a: "x"})
    assert {"gsi1pk": "x#b", "gsi1sk": "COUNTED"} == indexed(1, "bob")


@pytest.fixture(scope="module")
def tasks(PrimaryKeyAndSortKeyModel, shop) -> Any:
    """Define items whose index keys share parts."""

    class Task(PrimaryKeyAndSortKeyModel):
        pydamo_config = shop
        pydamo_key = KeyTemplate("TASKS#{p}", "TASK#{n:04}")
        one = GlobalIndex("gsi1", partition_key="A#{a}", sort_key="{b:04}#{n:04}")
        two = GlobalIndex("gsi2", partition_key="P#{p}#C#{c}#{a}", sort_key="B#{b:04}#{c}")

        kind: Literal["task"] = "task"
        p: str = "p"
        n: int = 1
        a: str | None = None
        b: int | None = None
        c: str = "c"
        x: int = 0

    return Task


def stored_keys(item: Any) -> dict[str, str]:
    """Return what the templates make of the fields of an item."""
    a, b, c = item.a, item.b, item.c.replace("$", "$24").replace("#", "$23")
    made: dict[str, Any] = {
        "gsi1pk": None if a is None else f"A#{a}",
        "gsi1sk": None if b is None else f"{b:04}#0001",
        "gsi2pk": None if a is None else f"P#p#C#{c}#{a}",
        "gsi2sk": None if b is None else f"B#{b:04}#{item.c}",
    }
    return {name: value for name, value in made.items() if value is not None}


NAMES = ["a", "b", "c", "x"]
VALUES: dict[str, Any] = {"a": ["x", "y#", None], "b": [0, 7, None], "c": ["c", "d#", "$"], "x": [0, 1]}
ACTIONS = [(name, value) for name in NAMES for value in VALUES[name]]
COMPUTED = ["b + 1", "x + 1", "c or z", "a = c"]
steps = st.tuples(
    st.sampled_from(["update_item", "update", "stale", "save"]),
    st.lists(st.sampled_from([*ACTIONS, *COMPUTED]), min_size=1, max_size=3, unique_by=lambda each: each[0]),
    st.sets(st.sampled_from("abc")),
)


def actions_of(attr: Any, wanted: list[Any]) -> list[Any]:
    """Return the actions of a step."""
    computed = {
        "b + 1": lambda: attr.b.add(1),
        "x + 1": lambda: attr.x.add(1),
        "c or z": lambda: attr.c.set(attr.c.if_not_exists("z")),
        "a = c": lambda: attr.a.set(attr.c),
    }
    return [computed[each]() if isinstance(each, str) else getattr(attr, each[0]).set(each[1]) for each in wanted]


def run_step(model: Any, step: Any, old: Any) -> str:
    """Do one step; return how it ended."""
    how, wanted, facts = step
    now = model.get_item("p", 1)
    condition = None
    for name in facts:
        term = getattr(model.attr, name) == getattr(now, name)
        condition = term if condition is None else condition & term
    actions = actions_of(model.attr, wanted)
    try:
        if how == "save":
            now.model_copy(update=dict(each for each in wanted if isinstance(each, tuple))).save()
        elif how == "update_item":
            model.update_item("p", 1, updates=actions, condition=condition)
        else:
            (old if how == "stale" else now).update(updates=actions)
    except InvalidUpdateError:
        return "refused"
    except ConditionCheckFailedError:
        return "failed"
    return "done"


def check_steps(model: Any, client: Any, name: str, steps_: list[Any]) -> None:
    """After each step, the keys of the indexes are what the templates make of the stored fields."""
    model().save()
    old = model.get_item("p", 1)
    for step in steps_:
        run_step(model, step, old)
        key = {"pk": {"S": "TASKS#p"}, "sk": {"S": "TASK#0001"}}
        raw = client.get_item(TableName=name, Key=key, ConsistentRead=True)["Item"]
        stored = {each: raw[each]["S"] for each in raw if each.startswith("gsi")}
        assert stored_keys(model.get_item("p", 1)) == stored, step


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(steps_=st.lists(steps, min_size=1, max_size=5))
def test_keys_are_those_of_the_stored_fields_after_any_updates(tasks, client, table, steps_) -> None:
    """Or an update was refused, or failed by a guard."""
    check_steps(tasks, client, table.name, steps_)


GUARDED: list[Any] = [
    ("save", [("a", "y#"), ("b", 7)], set()),
    ("stale", [("c", "d#")], set()),
    ("update", [("c", "$")], set()),
]


@pytest.mark.parametrize("mutant", ["guards", "actions"])
def test_the_proof_fails_without_guards_or_without_new_keys(mutant, monkeypatch, tasks, client, table) -> None:
    """The mutants believe a stale instance, or leave the keys as they are."""
    real = writes.following_keys.following_keys
    changed = {mutant: ()}
    monkeypatch.setattr(
        writes.following_keys, "following_keys", lambda *args, **options: real(*args, **options)._replace(**changed)
    )
    with pytest.raises(AssertionError):
        check_steps(tasks, client, table.name, GUARDED)


def test_the_proof_passes_for_the_steps_of_the_mutants(tasks, client, table) -> None:
    """So what fails above is the mutant."""
    check_steps(tasks, client, table.name, GUARDED)


def test_an_index_of_fields_has_a_name_in_any_model(make_table, PrimaryKeyModel) -> None:
    """Without templates; `index_name` stays."""

    class Person(PrimaryKeyModel):
        pydamo_config = PydamoConfig(
            table=make_table("name", types={"age": "N"}, global_indexes={"by-town": ("town", "age")})
        )
        by_town = GlobalIndex("by-town", partition_key="town", sort_key="age")
        by_zip = GlobalIndex("by-zip", partition_key="town")

        name: str
        town: str
        age: int

    Person(name="ann", town="Oslo", age=30).save()
    Person(name="bob", town="Oslo", age=20).save()
    assert ["bob", "ann"] == [each.name for each in Person.by_town.query_all("Oslo")]
    assert ["ann"] == [each.name for each in Person.query_all("Oslo", index_name="by-town")][1:]
    assert 1 == Person.by_town.query_count("Oslo", sort_key_condition=Person.attr.age > 20)
    with pytest.raises(IndexNotFoundError):
        Person.by_zip.query_all("Oslo")


def test_index_templates_fit_the_table(table, PrimaryKeyModel) -> None:
    """Whether its keys are declared or read."""

    class Wrong(PrimaryKeyModel):
        pydamo_key = KeyTemplate("X#{n}", "X")
        wrong = GlobalIndex("gsi9", partition_key="X#{n}")

        n: int

    class NoSortKey(PrimaryKeyModel):
        pydamo_key = KeyTemplate("X#{n}", "X")
        wrong = GlobalIndex("gsi1", partition_key="X#{n}")

        n: int

    class Number(PrimaryKeyModel):
        pydamo_key = KeyTemplate("X#{n}", "X")
        wrong = GlobalIndex("gsi1", partition_key="{n}", sort_key=Template("all"))

        n: int

    declared = PydamoConfig(
        table=table, partition_key="pk", sort_key="sk", indexes=[GlobalIndex("gsi1", "gsi1pk", "gsi1sk")]
    )
    for model, reason in (
        (Wrong, "the attributes are not known that the templates of the index 'gsi9' make: name them, PydamoConfig"),
        (NoSortKey, "the index 'gsi1' has the sort key 'gsi1sk': give its sort_key"),
    ):
        model.pydamo_config = PydamoConfig(table=table)
        with pytest.raises(InvalidKeySchemaError, match=reason):
            model(n=1).save()
        model.pydamo_config = declared
        with pytest.raises(ConfigurationError, match=reason):
            model(n=1).save()
    Number.pydamo_config = PydamoConfig(table=table)
    with pytest.raises(InvalidKeySchemaError, match=r"the key 'gsi1pk' of the index has the type S, and '\{n\}' makes"):
        Number(n=1).save()
