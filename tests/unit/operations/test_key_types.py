"""The types of keys that a model gives to its base class: those that cannot fit the fields are refused."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import new_class
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel, PlainSerializer, create_model

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    ConfigurationError,
    InvalidKeySchemaError,
    KeyTemplate,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    SortKey,
    TimeToLive,
)
from pydamodb._operations.describe import table_schema
from pydamodb._operations.key_types import key_types

T = TypeVar("T")
K = TypeVar("K", bound=str)
Name = NewType("Name", str)


class Color(Enum):
    RED = "red"


def as_text(value: int) -> str:
    """Serialize a number as text."""
    return str(value)


@pytest.mark.parametrize(
    ("base", "annotation", "reason"),
    [
        (PrimaryKeyModel[int], str, "the partition key the type int, which is stored as N, but the field one is .* S:"),
        (AsyncPrimaryKeyModel[str], Decimal, "the partition key the type str, .* S, but the field one is stored as N:"),
        (PrimaryKeyModel[bytes], UUID, "the partition key the type bytes, which is stored as B, but .* S:"),
        (PrimaryKeyModel[Color], int, "the partition key the type Color, which is stored as S, but .* N:"),
        (PrimaryKeyModel[int | float], str, "the partition key the type int | float, .* N, but .* S:"),
    ],
)
def test_a_key_type_that_is_stored_otherwise_than_the_field_is_refused_with_the_class(
    base: Any, annotation: Any, reason: str
) -> None:
    """No key argument that type checkers accept could be right."""
    for marked in (Annotated[annotation, PartitionKey], Attr[Annotated[annotation, PartitionKey]]):
        with pytest.raises(ConfigurationError, match=f"^Made: the base class of Made gives {reason.replace('|', '.')}"):
            create_model("Made", __base__=base, one=(marked, ...))


def test_the_sort_key_has_a_type_too() -> None:
    """And a mark on each; the bases of a base class count."""

    class Base(PrimaryKeyAndSortKeyModel[str, int]):
        pass

    with pytest.raises(ConfigurationError, match=r"^Order: .* gives the sort key the type int, .* the field number is"):

        class Order(Base):
            customer: Annotated[Attr[str], PartitionKey]
            number: Annotated[Attr[str], SortKey]


@pytest.mark.parametrize(
    ("base", "annotation"),
    [
        (PrimaryKeyModel, int),
        (PrimaryKeyModel[Any], int),
        (PrimaryKeyModel[str], UUID),
        (PrimaryKeyModel[str], Name),
        (PrimaryKeyModel[Name], str),
        (PrimaryKeyModel[Color], Color),
        (PrimaryKeyModel[str], Literal["a", "b"]),
        (PrimaryKeyModel[str], Annotated[int, PlainSerializer(as_text)]),
        (PrimaryKeyModel[Decimal], int),
        (PrimaryKeyModel["Unknown"], int),
        (PrimaryKeyModel[K], str),
    ],
)
def test_a_key_type_that_may_fit_is_accepted(base: Any, annotation: Any) -> None:
    """What is stored in the same way can be given as a key."""
    made = create_model("Made", __base__=base, one=(Annotated[annotation, PartitionKey], ...))
    assert issubclass(made, PrimaryKeyModel)


def test_a_model_knows_the_key_types_of_its_nearest_base() -> None:
    """Beside mixins and type variables; a class without any has none."""

    class Mixin(BaseModel):
        pass

    class Stored(Mixin, PrimaryKeyAndSortKeyModel[str, int], Generic[T]):
        payload: Attr[T]

    class Concrete(Stored[int]):
        pass

    assert ((str, int), (str, int), ()) == (key_types(Stored), key_types(Concrete), key_types(PrimaryKeyModel))


class Hero(PrimaryKeyModel[int]):
    name: Attr[str]


def test_a_key_that_the_table_declares_is_compared_at_the_first_operation(
    table_for: Any, drive: Any, description: Any
) -> None:
    """The model does not say which field is the key."""
    _, _, error = drive(table_schema(table_for(Hero, has_sort_key=False)), description("name"))
    assert (InvalidKeySchemaError, "Hero") == (type(error), error.model_name)
    assert str(error).endswith("but the field name is stored as S: write the field's type there")


class Account(NamedTuple):
    """A key whose parts have names."""

    tenant: str
    number: int


Untyped = namedtuple("Untyped", ["tenant", "number"])  # noqa: PYI024 - a program may have one
Pair = Annotated[tuple[Name, Annotated[int, 1]], 2]
FIELDS = {"tenant": str, "number": int, "at": datetime, "ref": UUID, "until": Annotated[datetime, TimeToLive]}


def make(base: Any, *templates: str) -> Any:
    """Make a model of these fields with a key template."""
    own = {"__annotations__": FIELDS, "__module__": __name__, "pydamo_key": KeyTemplate(*templates)}
    return new_class("Made", (base,), exec_body=lambda namespace: namespace.update(own))


@pytest.mark.parametrize(
    ("given", "template"),
    [
        (str, "C#{tenant}"),
        (Any, "C#{tenant}"),
        (str | None, "C#{tenant}"),
        (int | str, "C#{tenant}"),
        (Name, "C#{tenant}"),
        (K, "C#{tenant}"),
        (T, "C#{number:08}"),
        (Literal["a", "b"], "C#{tenant}"),
        (Color, "C#{tenant}"),
        ("str", "C#{number:08}"),
        (Decimal, "C#{number:08}"),
        (str, "C#{ref}"),
        (datetime, "C#{until}"),
        (datetime, "C#{at:%Y-%m}"),
        (object, "C#{tenant}#{number:08}"),
        (tuple, "C#{tenant}#{number:08}"),
        (tuple[Any, ...], "C#{tenant}#{number:08}"),
        (list[Any], "C#{tenant}#{number:08}"),
        (Sequence[Any], "C#{tenant}#{number:08}"),
        (tuple[str, int], "C#{tenant}#{number:08}"),
        (tuple[str, int] | None, "C#{tenant}#{number:08}"),
        (tuple[str, "int"], "C#{tenant}#{number:08}"),
        (tuple[K, T], "C#{tenant}#{number:08}"),
        (Pair, "C#{tenant}#{number:08}"),
        (Account, "C#{tenant}#{number:08}"),
        (Untyped, "C#{tenant}#{number:08}"),
        (str | tuple[str, int], "C#{tenant}#{number:08}"),
        (tuple[str | int, int | None], "C#{tenant}#{number:08}"),
        (tuple[str, ...], "C#{tenant}#{ref}"),
    ],
)
def test_a_key_type_that_may_fit_the_parts_is_accepted(given: Any, template: str) -> None:
    """Whatever says the type."""
    assert (given,) == key_types(make(PrimaryKeyModel[given], template, "PROFILE"))


@pytest.mark.parametrize(
    ("given", "template", "reason"),
    [
        (int, "C#{tenant}", "the type int, but its part tenant is of the type str: write str there"),
        (str, "C#{number:08}", "the type str, but its part number is of the type int: write int there"),
        (bytes, "C#{ref}", "the type bytes, but its part ref is of the type UUID"),
        (tuple[str], "C#{tenant}", "the type tuple[str], but its part tenant is of the type str"),
        (int | float, "C#{tenant}", "but its part tenant is of the type str"),
        (str, "C#{tenant}#{number:08}", "the type str, but its parts (tenant, number) are given as tuple[str, int]"),
        (UUID | None, "C#{tenant}#{number:08}", "but its parts (tenant, number) are given as tuple[str, int]"),
        (tuple[int, str], "C#{tenant}#{number:08}", "the type tuple[int, str], but its parts"),
        (tuple[str, int, int], "C#{tenant}#{number:08}", "the type tuple[str, int, int], but its parts"),
        (tuple[str, ...], "C#{tenant}#{number:08}", "the type tuple[str, ...], but its parts"),
        (Account, "C#{number:08}#{tenant}", "the type Account, but its parts (number, tenant) are"),
        (Account, "C#{number:08}#{tenant}#{ref}", "the type Account, but its parts (number, tenant, ref) are"),
        (Pair, "C#{number:08}#{tenant}", "but its parts (number, tenant) are"),
    ],
)
def test_a_key_type_that_cannot_fit_the_parts_is_refused_with_the_class(given: Any, template: str, reason: str) -> None:
    """The message says what to write."""
    for base in (PrimaryKeyModel, AsyncPrimaryKeyModel):
        with pytest.raises(ConfigurationError, match=r"^Made: the base class of Made gives the partition") as caught:
            make(base[given], template, "PROFILE")
        assert reason in str(caught.value)


def test_the_sort_key_has_the_types_of_its_own_parts() -> None:
    """Those that the partition key says are not given again."""
    make(PrimaryKeyAndSortKeyModel[str, tuple[int, UUID]], "C#{tenant}", "{tenant}#{number:08}#{ref}")
    make(PrimaryKeyAndSortKeyModel, "C#{tenant}", "{number:08}#{ref}")
    with pytest.raises(ConfigurationError, match=r"gives the sort key the type str, but its parts \(number, ref\)"):
        make(PrimaryKeyAndSortKeyModel[str, str], "C#{tenant}", "{tenant}#{number:08}#{ref}")


def test_a_generic_model_is_compared_when_its_types_are_known() -> None:
    """A type variable may be anything."""

    class Base(PrimaryKeyModel[tuple[str, int]], Generic[T]):
        pydamo_key = KeyTemplate("C#{tenant}#{part}", "PROFILE")

        tenant: str
        part: T

    assert Base[int].pydamo_key is Base.pydamo_key
    with pytest.raises(ConfigurationError, match=r"are given as tuple\[str, str\]: write tuple\[str, str\] there"):
        Base[str]
