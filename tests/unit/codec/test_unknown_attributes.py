"""Which attributes of an item a model does not know, and which of them it can write again."""

from __future__ import annotations

from itertools import count
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, computed_field, model_validator

from pydamodb import Attribute
from pydamodb._codec.unknown_attributes import compatible, unknown_attributes

X = {"x": {"S": "x"}}
NUMBERS = count()


class Plain(BaseModel):
    """A model with all kinds of names."""

    name: str | None = Field(default=None, validation_alias=AliasChoices("name", "old", AliasPath("more", "a", "name")))
    first: str = Field(default="", validation_alias=AliasChoices("first", AliasPath("list", 0)))
    code: Annotated[str, Attribute("the code")] = ""
    token: str = Field(default="", exclude=True)

    @computed_field
    @property
    def double(self) -> Annotated[str, Attribute("twice")]:
        """Compute a text."""
        return f"{self.name}{self.name}"


@pytest.mark.parametrize("name", ["name", "old", "first", "the code", "code", "twice"])
def test_names_that_are_written_or_read_are_known(name: str) -> None:
    """The attribute of a field or a computed field, and each name that a field is read from."""
    assert X == unknown_attributes(Plain, {name: {"S": "a"}, **X})


@pytest.mark.parametrize("name", ["token", "double", "more", "list", "Name", ""])
def test_other_names_are_unknown(name: str) -> None:
    """Also the name of an excluded field, and that of a computed field with another attribute."""
    assert {name: {"S": "a"}} == unknown_attributes(Plain, {name: {"S": "a"}})


def test_a_value_that_a_field_is_read_from_is_taken_out() -> None:
    """The rest of a map is kept; a list whose element is read is not, since the others would move."""
    a = {"name": {"S": "Ann"}, "age": {"N": "1"}}
    cases: list[tuple[Any, Any]] = [
        ({"M": {"a": {"M": a}, "b": X["x"]}}, {"M": {"a": {"M": {"age": {"N": "1"}}}, "b": X["x"]}}),
        ({"M": {"a": {"M": {"name": {"S": "Ann"}}}}}, {"M": {"a": {"M": {}}}}),
        ({"M": {"a": {"S": "text"}}}, {"M": {"a": {"S": "text"}}}),
        ({"M": {}}, {"M": {}}),
    ]
    for stored, left in cases:
        assert {"more": left} == unknown_attributes(Plain, {"more": stored})
    assert {} == unknown_attributes(Plain, {"list": {"L": [{"S": "a"}, {"S": "b"}]}})


@pytest.mark.parametrize("extra", ["allow", "forbid"])
def test_models_that_decide_about_extra_values_have_none(extra: Any) -> None:
    """They have them as values, or refuse the item."""
    model = type("Model", (Plain,), {"model_config": ConfigDict(extra=extra), "__module__": __name__})

    assert {} == unknown_attributes(model, X)


def test_bytes_become_base64_text() -> None:
    """Where botocore has made bytes of it, inside of lists and maps too; text is left as it is."""
    stored = {"L": [{"B": b"\x00"}, {"B": "AA=="}, {"M": {"a": {"BS": [b"\x00", "AQ=="]}, "b": {"NS": ["1"]}}}]}
    kept = {"L": [{"B": "AA=="}, {"B": "AA=="}, {"M": {"a": {"BS": ["AA==", "AQ=="]}, "b": {"NS": ["1"]}}}]}

    assert {"x": kept, "y": {}} == unknown_attributes(Plain, {"x": stored, "y": {}})


class Moving(BaseModel):
    """A model that reads two old names of a field, and makes another value anew each time."""

    name: str = ""
    number: int = Field(default_factory=lambda: next(NUMBERS))

    @model_validator(mode="before")
    @classmethod
    def move(cls, data: Any) -> Any:
        """Read the old names first."""
        old = [data[name] for name in ("older", "old") if name in data]
        if "bad" in data:
            raise ValueError
        return {**data, "name": old[0]} if old else data


def test_names_that_change_what_is_read_are_left_out() -> None:
    """Each old name is, and one that would be refused; values that differ each time say nothing."""
    old = {"old": {"S": "b"}, "older": {"S": "c"}, "bad": {"S": "d"}}
    assert X == compatible(Moving, {"name": {"S": "a"}}, {**old, **X})
    assert {**X, "old": {"S": "a"}} == compatible(Moving, {"name": {"S": "a"}}, {**X, "old": {"S": "a"}})


def test_names_that_change_something_together_are_left_out() -> None:
    """If no one of them alone is the reason, all of them are."""

    class Both(Moving):
        @model_validator(mode="before")
        @classmethod
        def join(cls, data: Any) -> Any:
            """Read two names together."""
            return {**data, "name": data["a"] + data["b"]} if {"a", "b"} <= data.keys() else data

    assert {} == compatible(Both, {"name": {"S": "x"}}, {"a": {"S": "a"}, "b": {"S": "b"}})


def test_an_item_that_cannot_be_read_keeps_all() -> None:
    """Nobody knows then what the names change."""
    assert X == compatible(Moving, {"bad": {"S": "a"}}, X)


def test_only_functions_around_a_model_see_other_names() -> None:
    """Not those after it; a constructor or another `model_validate` may, and so may what is not known."""

    class Node(BaseModel):
        inner: Node | None = None

        @model_validator(mode="after")
        def check(self) -> Node:
            """Check nothing."""
            return self

    class Custom(BaseModel):
        name: str = ""

        def __init__(self, **data: Any) -> None:
            super().__init__(**{**data, "name": data.get("old", "")})

    class Overridden(BaseModel):
        name: str = ""

        @classmethod
        def model_validate(cls, obj: Any, **options: Any) -> Any:
            """Read an old name."""
            return super().model_validate({"name": obj.get("old", "")}, **options)

    class Odd(BaseModel):
        name: Any = None

        @model_validator(mode="before")
        @classmethod
        def make(cls, data: Any) -> Any:
            """Make a value that cannot be compared."""
            return {"name": Incomparable() if "old" in data else 1}

    old = {"old": {"S": "a"}}
    assert old == compatible(Node, {}, old)
    assert old == compatible(Plain, {}, old)
    assert {} == compatible(Custom, {}, old)
    assert {} == compatible(Overridden, {}, old)
    assert {} == compatible(Odd, {}, old)
    assert X == compatible(Odd, old, X)


class Incomparable:
    """A value that cannot be compared."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]
