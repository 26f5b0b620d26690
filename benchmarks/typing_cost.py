"""What the strict style costs at run time: creating a class, and finding a field in `attr`.

    python benchmarks/typing_cost.py

Prints the medians of ratios of CPU time, taken round by round, as the machine is never quiet.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

import pydantic

import pydamodb
from pydamodb import Attr, Field, PrimaryKeyModel

ROUNDS = 30
HEADER = """
from datetime import datetime
from decimal import Decimal
class Model({base}):
"""
# The same fields, as Pydantic has them and as the strict style declares them.
FIELDS = """
    name: {open}str{close}
    age: {open}int{close}
    height: {open}float{close} = Field(default=0.0)
    salary: {open}Decimal{close} = Field(default=Decimal(0), ge=0)
    born: {open}datetime | None{close} = Field(default=None)
    alive: {open}bool{close} = Field(default=True)
    tags: {open}list[str]{close} = Field(default_factory=list)
    prices: {open}dict[str, int]{close} = Field(default_factory=dict)
    photo: {open}bytes{close} = Field(default=b"")
    nickname: {open}str | None{close} = Field(default=None, max_length=9)
"""
BASES = {
    "pydantic": HEADER.format(base="pydantic.BaseModel") + FIELDS.format(open="", close=""),
    "plain style": HEADER.format(base="PrimaryKeyModel") + FIELDS.format(open="", close=""),
    "strict style": HEADER.format(base="PrimaryKeyModel[str]") + FIELDS.format(open="Attr[", close="]"),
}


class Character(PrimaryKeyModel[str]):
    """A model to look at."""

    name: Attr[str]
    age: Attr[int]


def made(text: str) -> Callable[[], object]:
    """Return what makes a class."""
    code = compile(text, "model", "exec")
    names = {
        "pydantic": pydantic,
        "pydamodb": pydamodb,
        "Attr": Attr,
        "Field": Field,
        "PrimaryKeyModel": PrimaryKeyModel,
    }
    return lambda: exec(code, dict(names))  # noqa: S102 - the class statement is what is measured


def ratios(tasks: Mapping[str, Callable[[], object]], times: int) -> dict[str, float]:
    """Compare the CPU time of tasks with that of the first one."""
    measured: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            start = time.process_time()
            for _ in range(times):
                task()
            measured[name].append(time.process_time() - start)
    first = next(iter(measured.values()))
    return {
        name: statistics.median(mine / theirs for mine, theirs in zip(values, first, strict=True))
        for name, values in measured.items()
    }


def main() -> None:
    """Print both comparisons."""
    print("creating a class of ten fields")
    for name, ratio in ratios({name: made(text) for name, text in BASES.items()}, 10).items():
        print(f"  {name:28} {ratio:5.2f}")
    print("finding what a class has, one or two dictionary look-ups")
    field: Mapping[str, Callable[[], object]] = {
        "Character.model_config": lambda: Character.model_config,
        "Character.attr": lambda: Character.attr,
        "Character.attr.age": lambda: Character.attr.age,
    }
    for name, ratio in ratios(field, 20_000).items():
        print(f"  {name:28} {ratio:5.2f}")


if __name__ == "__main__":
    main()
