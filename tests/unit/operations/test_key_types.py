"""The types of keys that a model gives to its base class: those that cannot fit the fields are refused."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, NewType, TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel, PlainSerializer, create_model

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    ConfigurationError,
    InvalidKeySchemaError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    SortKey,
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
