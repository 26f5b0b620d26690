"""Absences: what the stored model's defaults are to a smaller model, by the kind of record that has them."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import pydantic.dataclasses
import pytest
from pydantic import BaseModel, Field, create_model, field_validator
from typing_extensions import NotRequired, TypedDict

from pydamodb._codec.absences import fill_absent
from pydamodb._codec.annotations import reading_schema_of, record_schema_of
from pydamodb.markers import Attribute


class Inner(BaseModel):
    number: int = 1
    secret: int = Field(default=2, exclude=True)


@dataclasses.dataclass
class Plain:
    needed: int
    number: int = 3
    made: list[int] = dataclasses.field(default_factory=lambda: [4])


@pydantic.dataclasses.dataclass
class Checked:
    needed: int
    number: int = 5


class Keys(TypedDict):
    number: NotRequired[int]


class Stored(BaseModel):
    model: Inner = Inner()
    plain: Plain = Plain(0)
    checked: Checked = Checked(0)
    keys: Keys = {}
    either: Inner | Plain = Inner()
    untyped: Any = None
    failing: int = Field(default_factory=lambda: int("x"))


def filled(stored: type, wanted: type, data: dict[str, Any]) -> dict[str, Any]:
    """Fill the data that the fields of one record read from another."""
    source, smaller = record_schema_of(stored), record_schema_of(wanted)
    if issubclass(wanted, BaseModel):
        smaller = reading_schema_of(wanted)
    pairs = [(source.by_attribute[name], field) for name, field in smaller.by_attribute.items()]
    fill_absent(stored, pairs, data)
    return data


NUMBER = create_model("NUMBER", number=(int, ...))
SECRET = create_model("SECRET", secret=(int, ...))
NEEDED = create_model("NEEDED", needed=(int, ...), made=(list[int], ...))


@pytest.mark.parametrize(
    ("stored", "wanted", "expected"),
    [
        (Inner, NUMBER, {"number": 1}),
        (Inner, SECRET, {}),
        (Plain, NUMBER, {"number": 3}),
        (Plain, NEEDED, {"made": [4]}),
        (Checked, NUMBER, {"number": 5}),
        (Checked, create_model("Needed", needed=(int, 7)), {}),
        (Keys, NUMBER, {}),
    ],
)
def test_an_absent_attribute_has_the_default_of_the_stored_record(
    stored: type, wanted: type[BaseModel], expected: dict[str, Any]
) -> None:
    """Of a model, a dataclass or a typed dict; nothing is known of a field without a default."""
    assert expected == filled(stored, wanted, {})


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        ("model", NUMBER, {"number": 1}),
        ("model", Inner, {}),
        ("plain", NUMBER, {"number": 3}),
        ("checked", NUMBER, {"number": 5}),
        ("keys", NUMBER, {}),
        ("model", dict[str, int], {}),
        ("either", NUMBER, {}),
        ("untyped", NUMBER, {}),
    ],
)
def test_an_absent_attribute_inside_of_a_value_has_it_too(name: str, wanted: Any, expected: dict[str, Any]) -> None:
    """Where both types are records, and not the same one, which has this default anyway."""
    assert {name: expected} == filled(Stored, create_model("Part", **{name: (wanted, ...)}), {name: {}})


def test_a_value_that_the_smaller_model_does_not_accept_stays_absent() -> None:
    """Whatever its validators raise."""

    class Refusing(BaseModel):
        number: int = 8

        @field_validator("number")
        @classmethod
        def _refuse(cls, _: int) -> int:
            raise KeyError

    part = create_model("Part", model=(list[int], []), untyped=(int, 0), failing=(int, 9), plain=(Refusing, None))
    assert {} == filled(Stored, part, {})


class Marked(BaseModel):
    number: Annotated[int, Attribute("n")] = 1
    inner: Inner = Inner()
    either: int | str = 2
    letters: frozenset[str] = frozenset("a")


class Holder(BaseModel):
    marked: Marked = Marked()


class SmallMarked(BaseModel):
    count: Annotated[int, Attribute("n")] = Field(default=8, validation_alias="c")
    inner: NUMBER = NUMBER(number=9)  # type: ignore[valid-type]  # pyright: ignore[reportInvalidTypeForm]
    either: int | str = ""
    letters: set[str] = set()


def test_defaults_are_read_as_if_they_were_stored() -> None:
    """Under the names of attributes, in the stored form of each value."""
    part = create_model("Part", marked=(SmallMarked, ...))
    expected = {"n": 1, "inner": {"number": 1}, "either": 2, "letters": {"a"}}
    assert ({"marked": expected}, {"marked": expected}) == (
        filled(Holder, part, {}),
        filled(Holder, part, {"marked": {}}),
    )
