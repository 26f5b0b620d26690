"""Models in the strict style on the engine: they store, find and change what models in the plain style do."""

# ruff: noqa: RUF012 - models, whose fields have defaults

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from pydantic import BaseModel

from pydamodb import (
    Attr,
    ConditionCheckFailedError,
    Field,
    PydamoConfig,
)


class Address(BaseModel):
    city: str
    size: int = 0


FAMILY = UUID(int=7)
DAY = date(2024, 2, 29)


@pytest.fixture
def table(make_table):
    """Make a table for both models."""
    return make_table("family", "since", global_indexes={"by-nick": ["nick"]})


@pytest.fixture
def Plain(PrimaryKeyAndSortKeyModel, table):
    """Define a plain model of it."""

    class Plain(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)

        family: UUID
        since: date
        age: int
        salary: Decimal = Decimal(0)
        nick: str | None = None
        seen: datetime | None = None
        tags: set[str] = set()
        address: Address | None = None
        homes: list[Address] = []

    return Plain


@pytest.fixture
def Strict(PrimaryKeyAndSortKeyModel, table):
    """Define a strict model of it."""

    class Strict(PrimaryKeyAndSortKeyModel[UUID, date]):
        pydamo_config = PydamoConfig(table=table)

        family: Attr[UUID]
        since: Attr[date]
        age: Attr[int]
        salary: Attr[Decimal] = Field(default=Decimal(0))
        nick: Attr[str | None] = Field(default=None)
        seen: Attr[datetime | None] = Field(default=None)
        tags: Attr[set[str]] = Field(default_factory=set)
        address: Attr[Address | None] = Field(default=None)
        homes: Attr[list[Address]] = Field(default_factory=list)

    return Strict


def values(day: date = DAY, **changes):
    """Return the values of all fields."""
    return {
        "family": FAMILY,
        "since": day,
        "age": 39,
        "salary": Decimal("1.50"),
        "nick": "x",
        "seen": datetime(2024, 1, 1, tzinfo=timezone.utc),
        "tags": {"a", "b"},
        "address": Address(city="Oslo", size=3),
        "homes": [Address(city="Bergen")],
        **changes,
    }


def test_both_styles_store_the_same_item_and_read_each_other(table, Plain, Strict):
    """Attribute by attribute."""
    Strict(**values()).save()
    stored = table.scan()["Items"]
    Plain(**values()).save()
    assert stored == table.scan()["Items"]
    assert Strict(**values()) == Strict.get_item(FAMILY, DAY)
    assert Plain(**values()) == Plain.get_item(FAMILY, DAY)


def test_actions_change_what_a_mapping_changes(Plain, Strict):
    """Values, absences, nested values found by function and by text, elements of lists."""
    Strict(**values()).save()
    Strict.update_item(
        FAMILY,
        DAY,
        updates=[
            Strict.attr.age.set(40),
            Strict.attr.nick.set(None),
            Strict.attr.salary.set(Decimal("2.25")),
            Strict.attr.address(lambda address: address.city).set("Hamar"),
            Strict.attr.address("size").set(9),
            Strict.attr.homes[0].set(Address(city="Moss", size=1)),
        ],
        condition=(Strict.attr.age == 39) & (Strict.attr.salary > 1),
    )
    changed = Strict.get_item(FAMILY, DAY)
    Plain(**values()).save()
    Plain.update_item(
        FAMILY,
        DAY,
        updates={
            Plain.attr.age: 40,
            Plain.attr.nick: None,
            Plain.attr.salary: Decimal("2.25"),
            Plain.attr.address.city: "Hamar",
            Plain.attr("address.size"): 9,
            Plain.attr.homes[0]: Address(city="Moss", size=1),
        },
    )
    assert changed == Strict.get_item(FAMILY, DAY)
    assert (40, None, "Hamar") == (changed.age, changed.nick, changed.address.city)


def test_a_refused_condition_leaves_the_item(Strict):
    """Actions are done all or not at all."""
    Strict(**values()).save()
    with pytest.raises(ConditionCheckFailedError):
        Strict.update_item(
            FAMILY, DAY, updates=[Strict.attr.age.set(1)], condition=Strict.attr.homes[0](lambda home: home.size) > 3
        )
    assert Strict(**values()) == Strict.get_item(FAMILY, DAY)


@pytest.mark.parametrize(
    ("make_condition", "found"),
    [
        (lambda Strict: Strict.attr.salary >= 2, [3]),
        (lambda Strict: Strict.attr.salary.between(1, Decimal("1.50")), [1, 2]),
        (lambda Strict: Strict.attr.seen.begins_with("2024-01"), [1, 2, 3]),
        (lambda Strict: Strict.attr.tags.contains("c"), [2]),
        (lambda Strict: Strict.attr.address(lambda address: address.size) == 3, [1, 2, 3]),
        (lambda Strict: Strict.attr.homes[0](lambda home: home.city).contains("erg"), [1, 3]),
        (lambda Strict: Strict.attr.nick.begins_with("y") | (Strict.attr.age < 3), [2, 3]),
        (lambda Strict: Strict.attr.tags.size() > 2, [2]),
    ],
    ids=range(8),
)
def test_conditions_find_what_they_say(Strict, make_condition, found):
    """Each typed function and operator, in filters on the engine."""
    with Strict.batch_writer() as writer:
        writer.put(Strict(**values(date(2024, 1, 1))))
        writer.put(Strict(**values(date(2024, 1, 2), tags={"a", "b", "c"}, nick="yy", homes=[])))
        writer.put(Strict(**values(date(2024, 1, 3), salary=Decimal(3), age=1)))
    page = Strict.query(
        FAMILY, sort_key_condition=Strict.attr.since > date(2023, 12, 31), filter_condition=make_condition(Strict)
    )
    assert found == [item.since.day for item in page.items]


def test_an_index_is_queried_by_its_own_key(Strict):
    """Whose type is not that of the table's."""
    Strict(**values()).save()
    assert [DAY] == [item.since for item in Strict.query_all("x", index_name="by-nick")]
