"""Paths as functions: the function says where a value is, in terms of the values, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, computed_field

from pydamodb._expressions.paths import Path, field_path, follow, parse


class Geo(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    latitude: float = Field(alias="lat")


@dataclass
class Parcel:
    size: int
    set: str


class Address(BaseModel):
    city: str
    geo: Geo | None = None
    contains: list[Parcel] = []
    exists: dict[str, Parcel] = {}


class Customer(BaseModel):
    name: str
    home: Address
    homes: list[Address] = []

    @computed_field
    @property
    def key(self) -> str:
        """Compute a key."""
        return self.name


class Stranger(BaseModel):
    name: str


def matched(customer: Any) -> Any:
    """Look at the class of a value."""
    match customer.home:
        case Address():
            return customer.name
        case _:
            return customer.homes


HOME: Any = field_path(Customer, "home")


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda c: c.name, "name"),
        (lambda c: c.key, "key"),
        (lambda c: c.home.city, "home.city"),
        (lambda c: c.home.geo.latitude, "home.geo.latitude"),
        (lambda c: c.homes[0].geo, "homes[0].geo"),
        (lambda c: c.home.contains[2].size, "home.contains[2].size"),
        (lambda c: c.home.exists["a b"].set, 'home.exists["a b"].set'),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_function_leads_where_the_text_leads(function: Any, text: str) -> None:
    """All names are fields, also those that expressions have methods for."""
    path = follow(Customer, None, function)
    assert (parse(Customer, text), text) == (path, path.label)


@pytest.mark.parametrize(
    ("function", "label"),
    [
        (lambda home: home.city, "home.city"),
        (lambda home: home.contains[0].size, "home.contains[0].size"),
        (lambda home: home, "home"),
    ],
    ids=["a field", "further", "itself"],
)
def test_a_function_goes_on_from_a_field(function: Any, label: str) -> None:
    """It is given the value of the field, and the path is that of the whole model."""
    assert (Customer, label) == ((path := follow(Customer, HOME, function)).model, path.label)


@given(st.lists(st.sampled_from(["home", "homes", "geo", "city", "contains", "exists", "size", "set", "x", 0, "k"])))
def test_a_function_and_the_text_agree_on_all_steps(steps: list[str | int]) -> None:
    """Whatever is no path is an error of both, of the same kind."""

    def walk(value: Any) -> Any:
        for step in steps:
            value = value[step] if step in {0, "k"} else getattr(value, str(step))
        return value

    text = "".join(f"[{step}]" if step == 0 else f'["{step}"]' if step == "k" else f".{step}" for step in steps)
    text = text.removeprefix(".")
    parsed = outcome(lambda: parse(Customer, text))
    assume(not isinstance(parsed, Path) or parsed.label == text)  # text alone may name the key of a map behind a dot
    assert parsed == outcome(lambda: follow(Customer, None, walk))


def outcome(find: Any) -> Path | None:
    """Return the path, None where there is none."""
    try:
        found: Path = find()
    except (AttributeError, TypeError):
        return None
    return found


@pytest.mark.parametrize(
    ("start", "function", "message"),
    [
        (None, lambda c: c.nothing, "'Customer' has no field 'nothing'"),
        (None, lambda c: c.home.nothing, "'Address' has no field 'nothing'"),
        (HOME, lambda home: home.nothing, "'Address' has no field 'nothing'"),
        (
            None,
            lambda c: c.homes.city,
            "'Customer.homes' has no field 'city'; it is a list: choose an element first, as in homes[0]",
        ),
        (None, lambda c: c.model_fields, "'Customer' has no field 'model_fields'"),
        (None, lambda c: c._private, "'Customer' has no field '_private'"),
        (
            None,
            lambda _: None,
            "The function must return an attribute of the object it receives ('Customer'); got NoneType.",
        ),
        (
            None,
            lambda _: "name",
            "The function must return an attribute of the object it receives ('Customer'); got str.",
        ),
        (
            HOME,
            lambda _: 3,
            "The function must return an attribute of the object it receives ('Customer.home'); got int.",
        ),
        (None, lambda c: c, "The function must return an attribute of the object it receives ('Customer')."),
    ],
    ids=range(10),
)
def test_what_is_no_path_is_an_attribute_error(start: Any, function: Any, message: str) -> None:
    """It names the model that lacks the field, or what the function returns."""
    with pytest.raises(AttributeError) as caught:
        follow(Customer, start, function)
    assert message == str(caught.value)


def test_a_place_in_another_model_is_refused() -> None:
    """A function inside a function may return what it was not given."""
    places: list[Any] = []
    follow(Stranger, None, lambda stranger: places.append(stranger) or stranger.name)
    with pytest.raises(AttributeError, match=r"must return an attribute of the object it receives \('Customer'\)\."):
        follow(Customer, None, lambda _: places[0].name)


def test_a_place_that_the_function_was_not_given_is_refused() -> None:
    """Though it is one of the same model."""
    places: list[Any] = []
    follow(Customer, HOME, lambda home: places.append(home) or home.city)
    with pytest.raises(
        AttributeError, match=r"must return an attribute of the object it receives \('Customer.homes\[0\]'\)\."
    ):
        follow(Customer, parse(Customer, "homes[0]"), lambda _: places[0].city)


@pytest.mark.parametrize(
    "function",
    [
        lambda c: c.home and c.home.city,
        lambda c: c.home.geo or c.home,
        lambda c: c.name == "x",
        lambda c: c.name < "x",
        lambda c: [each.city for each in c.homes],
        lambda c: "x" in c.homes,
        lambda c: len(c.homes),
        lambda c: {c.name: c.home},
        lambda c: c["name"],
        lambda c: c.__dict__,
        lambda c: c.home if isinstance(c.home, Address) else c.homes,
        lambda c: c.home if isinstance(c.home, Parcel) else c.homes,
        lambda c: c.home.exists[f"{c.name}"],
        lambda c: c.home.exists[str(c.name)],
        lambda c: c.home.exists[repr(c.name)],
        lambda c: c.home.exists[c.name],
        matched,
    ],
    ids=[
        *("and", "or", "equals", "less", "loop", "in", "len", "hash", "key of a model", "private name"),
        *("isinstance of a model", "isinstance of a class", "f-string", "str", "repr", "value as a key", "match"),
    ],
)
def test_a_function_that_looks_at_values_is_a_type_error(function: Any) -> None:
    """There are none: a path that depended on one would be wrong without a word."""
    with pytest.raises(TypeError):
        follow(Customer, None, function)


def test_the_refusal_says_how_an_optional_value_is_passed() -> None:
    """In two steps, of which each is typed."""
    with pytest.raises(TypeError) as caught:
        follow(Customer, HOME, lambda home: home.geo and home.geo.latitude)
    assert str(caught.value) == (
        "The function can only return a path: Customer.home.geo has no value here. "
        "For an optional value, use two steps: attr.address(lambda address: address.city)."
    )
