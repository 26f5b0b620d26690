"""Vectors: rounded to 32 bits, as texts with few digits, and refused without showing a number."""

from __future__ import annotations

import math
from array import array
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from pydamodb import ConfigurationError, Vector
from pydamodb._core.vectors import MOST_DIMENSIONS, rounded, vector_problem

numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)


def bits(number: float) -> float:
    """Return the number of 32 bits that is the nearest one."""
    return array("f", [number])[0]


@given(st.lists(st.floats(-3.4e38, 3.4e38, allow_nan=False), max_size=8))
def test_a_vector_keeps_its_bits_and_is_not_rounded_twice(values: list[float]) -> None:
    """Whatever the numbers are, small and large ones beside each other."""
    found = rounded(values)
    assert [*map(bits, values)] == [*map(bits, found)]
    assert found == rounded(found) == rounded([*map(bits, values)])


@given(numbers)
def test_a_rounded_number_has_the_fewest_digits(number: float) -> None:
    """With at least six: no text with one digit less has the same bits."""
    (found,) = rounded([number])
    digits = next(count for count in range(1, 18) if float(f"{found:.{count}g}") == found)
    assert digits <= 6 or all(bits(float(f"{bits(number):.{count}g}")) != bits(number) for count in range(1, digits))


@given(st.integers(-999_999, 999_999), st.integers(-12, 12))
def test_a_number_with_six_digits_does_not_change(digits: int, exponent: int) -> None:
    """What a person writes stays what it is."""
    number = float(f"{digits}e{exponent}")
    assert [number] == rounded([number])


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ([1.0, 2.0], None),
        ([1, -2], None),
        ([], "a vector of 2 dimensions is expected, got 0 numbers"),
        ([1.0, 2.0, 3.0], "a vector of 2 dimensions is expected, got 3 numbers"),
        ([1.0, "2"], "a vector has numbers (float), got a value of type str at place 1"),
        ([True, 2.0], "a vector has numbers (float), got a value of type bool at place 0"),
        ([1.0, None], "a vector has numbers (float), got a value of type NoneType at place 1"),
        ([1.0, math.nan], "a vector has finite numbers, got NaN or infinity"),
        ([1.0, -math.inf], "a vector has finite numbers, got NaN or infinity"),
        ([1.0, 1e39], "a vector has numbers of 32 bits, up to 3.4e38"),
        ([1.0, -3.5e38], "a vector has numbers of 32 bits, up to 3.4e38"),
    ],
)
def test_what_is_no_vector_is_told_without_its_numbers(values: list[Any], problem: str | None) -> None:
    """How many numbers, of which types, and which of them no index has."""
    assert problem == vector_problem(values, 2)


def test_a_number_that_python_cannot_convert_is_too_large() -> None:
    """An int may be greater than any float."""
    assert "a vector has numbers of 32 bits, up to 3.4e38" == vector_problem([10**400], 1)


@pytest.mark.parametrize("dimensions", [0, -1, MOST_DIMENSIONS + 1, 1.0, True, "3", None])
def test_a_mark_has_a_number_of_dimensions(dimensions: Any) -> None:
    """From 1 to 4096."""
    with pytest.raises(ConfigurationError, match=r"Vector\(dimensions\) takes a whole number from 1 to 4,096, got"):
        Vector(dimensions)


class Product(BaseModel):
    look: Annotated[list[float] | None, Vector(2)] = None
    taste: Annotated[tuple[float, ...], Vector(1)] = (0.0,)


class Array:
    """What numpy's arrays have, too."""

    def __init__(self, *values: float) -> None:
        self.values = values

    def tolist(self) -> list[float]:
        """Return the numbers."""
        return [*self.values]


def test_validation_rounds() -> None:
    """Lists, tuples and arrays, from Python and from JSON; None stays None."""
    product = Product(look=[1 / 3, 1], taste=(0.1,))
    assert ([0.33333334, 1.0], (0.1,)) == (product.look, product.taste)
    assert product.look == Product(look=Array(1 / 3, 1)).look  # type: ignore[arg-type]
    assert product == Product.model_validate_json('{"look": [0.3333333333, 1], "taste": [0.1]}')
    assert Product().look is None is Product(look=None).look


@pytest.mark.parametrize("look", [[1.0], [1.0, math.nan], [1.0, 1e39]])
def test_validation_refuses_what_is_no_vector(look: Any) -> None:
    """As an error of Pydantic, with a sentence."""
    with pytest.raises(ValidationError) as caught:
        Product(look=look)
    (error,) = caught.value.errors()
    assert ("vector", True) == (error["type"], error["msg"].startswith("A vector "))
