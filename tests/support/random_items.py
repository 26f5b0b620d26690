"""Stored items that another program, or an older release of a model, may have written: items with random changes."""

from __future__ import annotations

from base64 import b64encode
from copy import deepcopy
from random import Random
from typing import Any

TEXTS = ["", "a", "A", "on", "1", "1.5", "true", "null", "[1]", '{"a": 1}', "red", "cat", "aGVsbG8="]
TIMES = ["2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000000+0100", "12:00", "PT5S", "1719828000"]
NUMBERS = [
    "0",
    "1",
    "-1",
    "2",
    "1.5",
    "1E2",
    "0.1",
    "1719828000",
    "99999999999",
    "-0",
    "123456789012345678901234567890",
]
NAMES = ["a", "b", "name", "kind", "f0", "f1", "f2", "f0_other", "more", "deep", "row", "area", "x", "title", "Name"]


def random_value(random: Random, depth: int = 0) -> dict[str, Any]:
    """Make an attribute value."""
    kind = random.randrange(12 if depth < 2 else 8)
    if kind < 2:
        return {"S": random.choice(random.choice([TEXTS, TIMES]))}
    if kind < 4:
        return {"N": random.choice(NUMBERS)}
    if kind == 4:
        return {"NULL": True}
    if kind == 5:
        return {"BOOL": random.random() < 0.5}
    if kind == 6:
        return {"B": b64encode(random.choice(TEXTS).encode()).decode()}
    if kind == 7:
        return random.choice([{"SS": ["a", "1"]}, {"NS": ["1", "2.5"]}, {"BS": ["YQ=="]}])
    if kind == 8:
        return {"L": [random_value(random, depth + 1) for _ in range(random.randrange(3))]}
    return {"M": {random.choice(NAMES): random_value(random, depth + 1) for _ in range(random.randrange(4))}}


def edited(random: Random, item: dict[str, Any], keys: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an item with one to three changes, somewhere in it, but none of its keys."""
    item = deepcopy(item)
    for _ in range(random.choice([1, 1, 2, 3])):
        _edit(random, item, keys)
    return item


def _edit(random: Random, attributes: dict[str, Any], keys: tuple[str, ...]) -> None:
    names = sorted(attributes.keys() - {*keys})
    name = random.choice(names) if names else ""
    if not names or random.random() < 0.15:
        attributes.setdefault(random.choice(NAMES), random_value(random))
    elif random.random() < 0.4 and _edit_inside(random, attributes[name]):
        pass
    else:
        action = random.randrange(6)
        value = attributes.pop(name)
        if action == 1:
            attributes.setdefault(random.choice([*NAMES, f"{name}_other"]), value)
        elif action == 2:
            attributes[name] = {"NULL": True}
        elif action == 3:
            attributes[name] = _nearly(random, value)
        elif action > 3:
            attributes[name] = random_value(random)


def _edit_inside(random: Random, value: dict[str, Any]) -> bool:
    if "M" in value:
        _edit(random, value["M"], ())
    elif value.get("L"):
        index = random.randrange(len(value["L"]))
        action = random.randrange(4)
        if action == 0:
            value["L"].append(random_value(random, 1))
        elif action == 1:
            del value["L"][index]
        elif action == 2 or not _edit_inside(random, value["L"][index]):
            value["L"][index] = random_value(random, 1)
    else:
        return False
    return True


def _nearly(random: Random, value: dict[str, Any]) -> dict[str, Any]:
    """Return a value in another form, as another program would write it."""
    ((kind, content),) = value.items()
    if kind == "S":
        texts = [content.upper(), content.lower(), f" {content}", content[:-1], content.replace(".000000Z", "Z")]
        return random.choice([{"S": random.choice(texts)}, {"B": b64encode(content.encode()).decode()}, {"L": [value]}])
    if kind == "N":
        return random.choice(
            [{"S": content}, {"N": f"{content}.0" if content.isdigit() else content}, {"NS": [content]}]
        )
    if kind == "BOOL":
        return random.choice([{"N": str(int(content))}, {"S": str(content)}, {"S": str(content).lower()}])
    if kind in {"SS", "NS", "BS"}:
        return random.choice([{"L": [{kind[0]: part} for part in content]}, {kind: content[:1]}, {kind[0]: content[0]}])
    if kind == "B":
        return random.choice([{"S": content}, {"BS": [content]}])
    return random.choice([{"L": [value]}, {"M": {"a": value}}, {"S": "[]"}])
