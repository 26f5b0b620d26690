"""What absent attributes mean to projections: the same as to the model, also inside of values."""

# ruff: noqa: PLR0917, RUF012 - fixtures give models, whose fields have defaults

import dataclasses
from typing import Any

import pytest
from pydantic import BaseModel, Field, computed_field, create_model
from typing_extensions import NotRequired, TypedDict

from pydamodb import InvalidItemError, PydamoConfig


class Address(BaseModel):
    """A model inside of an item; None and an empty set are stored as absent attributes."""

    city: str
    street: str | None = None
    tags: set[str]
    above: "Address | None" = None


@dataclasses.dataclass
class Place:
    """A dataclass inside of an item."""

    name: str
    note: str | None = None
    levels: list[int] = dataclasses.field(default_factory=lambda: [1])


@pytest.fixture(scope="module")
def Sparse(PrimaryKeyModel, make_table):
    """Define a model whose values are stored as absent attributes; save one without values and one with all."""
    table = make_table("id")

    class Sparse(PrimaryKeyModel):
        pydamo_config = PydamoConfig(table=table)

        id: str
        note: str | None = None
        renamed: str | None = Field(default=None, alias="other")
        tags: set[str] = set()
        more: frozenset[str] = frozenset()
        needed: set[str]
        level: int = 3
        made: list[int] = Field(default_factory=lambda: [1])
        home: Address = Address(city="Oslo", tags=set())
        one: Address | None = None
        many: list[Address] = []
        named: dict[str, Address] = {}
        pairs: list[tuple[int, Address]] = []
        place: Place | None = None
        places: dict[str, list[Place]] = {}

        @computed_field
        @property
        def shown(self) -> str | None:
            return self.note

    table.put_item(Item={"id": "empty"})
    bare, place = Address(city="Rome", tags=set(), above=Address(city="Turin", tags=set())), Place("p")
    inside = {"one": bare, "many": [bare], "named": {"a": bare}, "pairs": [(1, bare)]}
    Sparse(id="inside", needed=set(), **inside, place=place, places={"a": [place]}).save()
    Sparse(id="full", note="n", other="o", tags={"t"}, more={"m"}, needed={"s"}, level=4, made=[]).save()
    return Sparse


@pytest.mark.parametrize(
    ("name", "annotation", "default", "empty", "full"),
    [
        ("note", str | None, "own", None, "n"),
        ("note", str | None, ..., None, "n"),
        ("note", Any, "own", None, "n"),
        ("note", str | int | None, "own", None, "n"),
        ("note", str, "own", "own", "n"),
        ("renamed", str | None, ..., None, "o"),
        ("shown", str | None, "own", None, "n"),
        ("shown", str, "own", "own", "n"),
        ("tags", set[str], ..., set(), {"t"}),
        ("tags", set[str], {"own"}, set(), {"t"}),
        ("tags", set[str] | None, None, set(), {"t"}),
        ("tags", frozenset[str], frozenset({"own"}), frozenset(), frozenset({"t"})),
        ("tags", Any, 1, set(), {"t"}),
        ("more", set[str], {"own"}, set(), {"m"}),
        ("needed", set[str], {"own"}, set(), {"s"}),
        ("level", int, 5, 3, 4),
        ("level", int, ..., 3, 4),
        ("level", str, "own", "own", None),
        ("made", list[int], ..., [1], []),
        ("made", tuple[int, ...], (2,), (1,), ()),
    ],
)
def test_what_is_absent_means_the_same_in_a_projection(Sparse, name, annotation, default, empty, full):
    """Not the projection's own default, unless its field has no such values."""
    part = create_model("Part", id=(str, ...), **{name: (annotation, default)})
    options = {"consistent_read": True, "projection": part}
    keys = ["empty"] if full is None else ["empty", "full"]
    both = {
        "get_item": [Sparse.get_item(each, **options) for each in keys],
        "batch_get": Sparse.batch_get(keys, **options),
        "scan": [
            item
            for item in sorted(Sparse.scan_all(**options, on_invalid=lambda _: None), key=lambda item: item.id)
            if item.id in keys
        ],
    }
    assert {way: [empty, full][: len(keys)] for way in both} == {
        way: [getattr(item, name) for item in items] for way, items in both.items()
    }


class SmallAddress(BaseModel):
    """A smaller address, with other defaults."""

    city: str
    street: str | None = "own"
    tags: frozenset[str] = frozenset({"own"})
    above: "SmallAddress | None" = None


class RequiringAddress(BaseModel):
    """An address without defaults."""

    street: str | None
    tags: set[str]


class KeyedAddress(TypedDict):
    """An address as a dict."""

    street: str | None
    tags: NotRequired[set[str]]


@dataclasses.dataclass
class AddressOfDataclass:
    """An address as a dataclass."""

    street: str | None = "own"
    tags: set[str] = dataclasses.field(default_factory=lambda: {"own"})


class SmallPlace(BaseModel):
    """A smaller place."""

    note: str | None
    levels: list[int]


SMALL = SmallAddress(city="Rome", street=None, tags=set(), above=SmallAddress(city="Turin", street=None, tags=set()))
REQUIRING = RequiringAddress(street=None, tags=set())
KEYED = {"street": None, "tags": set()}
OF_DATACLASS = AddressOfDataclass(None, set())
SMALL_PLACE = SmallPlace(note=None, levels=[1])


@pytest.mark.parametrize(
    ("name", "annotation", "expected"),
    [
        ("one", SmallAddress, SMALL),
        ("one", SmallAddress | None, SMALL),
        ("one", RequiringAddress, REQUIRING),
        ("one", KeyedAddress, KEYED),
        ("one", AddressOfDataclass, OF_DATACLASS),
        ("one", dict[str, Any], {"city": "Rome", "above": {"city": "Turin"}}),
        ("many", list[SmallAddress], [SMALL]),
        ("many", tuple[RequiringAddress, ...], (REQUIRING,)),
        ("many", list[KeyedAddress] | None, [KEYED]),
        ("many", list[AddressOfDataclass], [OF_DATACLASS]),
        ("named", dict[str, SmallAddress], {"a": SMALL}),
        ("named", dict[str, RequiringAddress], {"a": REQUIRING}),
        ("pairs", list[tuple[int, SmallAddress]], [(1, SMALL)]),
        ("pairs", tuple[tuple[int, KeyedAddress]], ((1, KEYED),)),
        ("place", SmallPlace, SMALL_PLACE),
        ("places", dict[str, list[SmallPlace]], {"a": [SMALL_PLACE]}),
        ("home", RequiringAddress, REQUIRING),
    ],
)
def test_what_is_absent_inside_of_a_value_means_the_same_in_a_projection(Sparse, name, annotation, expected):
    """In models, dataclasses and typed dicts, at any depth."""
    part = create_model("Part", **{name: (annotation, ...)})
    assert expected == getattr(Sparse.get_item("inside", projection=part), name)


def test_the_default_of_a_nested_model_is_read_as_a_smaller_one(Sparse):
    """As if it had been stored."""
    part = create_model("Part", home=(SmallAddress, ...))
    expected = SmallAddress(city="Oslo", street=None, tags=set())
    assert expected == Sparse.get_item("empty", projection=part).home


def test_absent_values_are_not_shared(Sparse):
    """A set that one model changes stays empty in the next."""
    part = create_model("Part", tags=(Any, ...))
    Sparse.get_item("empty", projection=part).tags.add("changed")
    assert set() == Sparse.get_item("empty", projection=part).tags


def test_a_projection_that_refuses_unknown_attributes_reads_absent_ones(Sparse):
    """They have the names that it reads."""
    part = create_model("Part", __config__={"extra": "forbid"}, renamed=(str | None, Field(alias="other")))
    assert None is Sparse.get_item("empty", projection=part).renamed


def test_what_a_projection_requires_and_the_model_has_no_default_for_is_missing(Sparse):
    """The error names it."""
    part = create_model("Part", level=(str, ...))
    with pytest.raises(InvalidItemError, match=r"Field required \(at .level\)"):
        Sparse.get_item("empty", projection=part)
