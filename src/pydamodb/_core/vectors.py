"""Vectors: numbers of 32 bits, as vector indexes have them.

A number is rounded to 32 bits, and has as few decimal digits as determine it. So the table and the index have the same
vector, and a number with few digits, such as 0.1, does not change.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Iterable
from typing import Any

MOST_DIMENSIONS = 4096
_DIGITS = (6, 7, 8, 9)  # 6 are always exact in one direction, 9 always in the other


def rounded(values: Iterable[float]) -> list[float]:
    """Return each number with 32 bits, as the shortest decimal number that determines these bits."""
    exact = array("f", values).tolist()
    result, waiting = [*exact], [*range(len(exact))]
    for digits in _DIGITS:  # all numbers at once: that takes a fraction of the time
        some = [exact[place] for place in waiting]
        short = [*map(float, (f"%.{digits}g " * len(some) % tuple(some)).split())]
        left: list[int] = []
        for place, number, bits, wanted in zip(waiting, short, array("f", short).tolist(), some, strict=True):
            if bits == wanted:
                result[place] = number
            else:
                left.append(place)
        waiting = left
    return result


def vector_problem(values: Collection[Any], dimensions: int) -> str | None:
    """Return why these are no vector of so many dimensions, None if they are. No number is shown."""
    if len(values) != dimensions:
        return f"a vector of {dimensions} dimensions is expected, got {len(values)} numbers"
    for place, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return f"a vector has numbers (float), got a value of type {type(value).__name__} at place {place}"
    try:
        if not all(map(math.isfinite, values)):
            return "a vector has finite numbers, got NaN or infinity"
        is_in_range = all(map(math.isfinite, array("f", values)))
    except OverflowError:  # of an int that is no float; of what some builds of Python do not round to infinity
        is_in_range = False
    return None if is_in_range else "a vector has numbers of 32 bits, up to 3.4e38"
