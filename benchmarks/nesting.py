"""Models of eight texts, in maps of any depth: what changes with the depth is the maps, and nothing else."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, create_model

LEAVES = 8
COUNT = 500
PK = "nest"


def fields(depth: int) -> dict[str, Any]:
    """Return the definitions of a model's fields: texts, and a model with the rest of them."""
    texts: dict[str, Any] = {f"text_{number}": (str, ...) for number in range(LEAVES // depth)}
    return {"pk": (str, ...), "sk": (str, ...), **texts, **_below(depth, depth - 1)}


def _below(depth: int, levels: int) -> dict[str, Any]:
    if not levels:
        return {}
    texts: dict[str, Any] = {f"text_{number}": (str, ...) for number in range(LEAVES // depth)}
    inner: type[BaseModel] = create_model(f"Level{levels}", **texts, **_below(depth, levels - 1))
    return {"inner": (inner, ...)}


def _values(depth: int, levels: int, number: int) -> dict[str, Any]:
    texts: dict[str, Any] = {f"text_{leaf}": f"text {leaf} of {number}" for leaf in range(LEAVES // depth)}
    return texts | ({"inner": _values(depth, levels - 1, number)} if levels else {})


def nests(depth: int) -> list[BaseModel]:
    """Return models of a depth."""
    model: type[BaseModel] = create_model(f"Nest{depth}", **fields(depth))
    return [
        model.model_validate({"pk": PK, "sk": f"{number:06}", **_values(depth, depth - 1, number)})
        for number in range(COUNT)
    ]
