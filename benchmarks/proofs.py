"""What it costs to prove that values can be read back: `python -m benchmarks.proofs` prints the table of the page.

Each model differs from the first one by one field. No request is made: this is our own part of a save, and of reading a
page. A ratio is taken within a round, in which each model has a turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal
from statistics import median
from typing import Annotated, Any

import pydantic
import pydantic_core
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, create_model
from pydantic.alias_generators import to_camel

from pydamodb._codec.annotations import record_schema_of
from pydamodb._codec.items import encode_item
from pydamodb._codec.readers import Reader
from pydamodb._codec.stored_keys import stored_keys

ROUNDS, ITEMS = 40, 100
NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
Version = Annotated[
    tuple[int, int],
    pydantic.BeforeValidator(lambda value: tuple(map(int, value.split("."))) if isinstance(value, str) else value),
    PlainSerializer(lambda value: f"{value[0]}.{value[1]}", return_type=str),
]
# The field that differs, its value, the configuration of the model, and whether the field is a key.
KINDS: dict[str, tuple[Any, Any, ConfigDict, bool]] = {
    "no rule: `str`": (str, "text", ConfigDict(), False),
    "aliases for an API: `alias_generator=to_camel`": (str, "text", ConfigDict(alias_generator=to_camel), False),
    "a constraint: `Annotated[int, Field(ge=0)]`": (Annotated[int, Field(ge=0)], 3, ConfigDict(), False),
    "a setting: `str_to_lower=True`": (str, "text", ConfigDict(str_to_lower=True), False),
    "a validator: `Annotated[str, AfterValidator(...)]`": (
        Annotated[str, AfterValidator(str.lower)],
        "text",
        ConfigDict(),
        False,
    ),
    "a serializer and its validator": (Version, (1, 2), ConfigDict(), False),
    "a time: `datetime`": (datetime, NOON, ConfigDict(), False),
    "a time as a key, which is compared": (datetime, NOON, ConfigDict(), True),
}


def model_of(annotation: Any, config: ConfigDict) -> type[BaseModel]:
    """Make a model of nine plain fields and one of a type."""
    plain: dict[str, Any] = {f"text_{number}": (str, ...) for number in range(4)}
    plain |= {"count": (int, ...), "price": (Decimal, ...), "active": (bool, ...), "at": (datetime, ...)}
    return create_model("Record", __config__=config, pk=(str, ...), **plain, value=(annotation, ...))


def work_of(kind: str) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return what encodes the items of a model, and what reads a page of them."""
    annotation, value, config, is_key = KINDS[kind]
    model = model_of(annotation, config)
    texts = {f"text_{number}": "a text of some length" for number in range(4)}
    values = {"pk": "k", **texts, "count": 7, "price": Decimal("9.90"), "active": True, "at": NOON, "value": value}
    by_alias = {(to_camel(name) if config.get("alias_generator") else name): each for name, each in values.items()}
    instances = [model.model_validate(by_alias) for _ in range(ITEMS)]
    items = [encode_item(each) for each in instances]
    page = {"Count": ITEMS, "Items": items, "ScannedCount": ITEMS}
    body = pydantic_core.to_json(page)
    names = ("pk", "value") if is_key else ("pk",)
    reader = Reader(model, keys=stored_keys(model, names, record_schema_of(model)))

    def read_page() -> Any:
        reply = reader.page_reader(body) if reader.page_reader else None
        return reader.items_of(reply or pydantic_core.from_json(body), on_error=refuse)

    if instances != read_page():
        raise ValueError(kind)
    return lambda: [encode_item(each) for each in instances], read_page


def refuse(_: Any, __: Any, error: Exception) -> Any:
    """Let no item be left out."""
    raise error


def seconds_of(work: Callable[[], Any]) -> float:
    """Return the CPU time of a few runs."""
    begun = time.process_time()
    for _ in range(5):
        work()
    return time.process_time() - begun


def main() -> None:
    """Print the table."""
    works = {kind: work_of(kind) for kind in KINDS}
    rounds = [{kind: [seconds_of(work) for work in both] for kind, both in works.items()} for _ in range(ROUNDS)]
    first = next(iter(KINDS))
    print("| One field of ten | to encode an item | to read an item |\n| --- | ---: | ---: |")
    for kind in KINDS:
        ratios = [median(each[kind][way] / each[first][way] for each in rounds) for way in (0, 1)]
        print(f"| {kind} | {ratios[0]:.2f} | {ratios[1]:.2f} |")
    plain = [median(each[first][way] for each in rounds) / 5 / ITEMS * 1e6 for way in (0, 1)]
    print(f"\n1.00 is {plain[0]:.1f} and {plain[1]:.1f} microseconds here.")


if __name__ == "__main__":
    main()
