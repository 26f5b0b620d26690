"""A condition in the terms of one model: on the paths that the model has, and without values that are absences.

Conditions in, conditions out; `expressions.py` spells what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from pydantic import BaseModel

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._expressions.conditions import (
    And,
    AttributeExists,
    AttributeNotExists,
    BeginsWith,
    Between,
    Condition,
    Contains,
    Eq,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Ne,
    Not,
    Or,
    SizeOperand,
)
from pydamodb._expressions.path_text import path_in
from pydamodb._expressions.paths import Path

NULL: Final[AttributeValue] = {"NULL": True}


def on_model(model: type[BaseModel], condition: Condition) -> Condition:
    """Return a condition on fields of a base class as one on the model's own fields; parts of larger ones stay.

    Raises:
        InvalidConditionError: It is about a field of another model.
    """
    leaves = _leaves(condition)
    for leaf in leaves:
        path = _path_of_operand(leaf)
        if path is not None and path.model is not model:
            make: Callable[..., Condition] = type(condition)
            return make(*(_on_model(model, each) for each in leaves))
    return condition


def _on_model(model: type[BaseModel], operand: Any) -> Any:
    given = _path_of_operand(operand)
    if given is None:
        return operand
    path = path_in(model, given)
    if path is None:
        message = f"{given.described} is not a field of {model.__name__}; use {model.__name__}.attr"
        raise InvalidConditionError(message, model_name=model.__name__)
    return SizeOperand(path) if isinstance(operand, SizeOperand) else path


def _path_of_operand(operand: Any) -> Path | None:
    if isinstance(operand, SizeOperand):
        return operand.path
    return operand if isinstance(operand, Path) else None


def without_absences(condition: Condition) -> Condition:
    """Say in DynamoDB's terms what a comparison with an absent value means.

    `None` is stored as an absent attribute or as NULL, an empty set as an absent attribute; both ways of None count.
    """
    match condition:
        case Eq(field=Path() as path, value=value) | Ne(field=Path() as path, value=value) if not _present(path, value):
            absent: Condition = AttributeNotExists(path)
            if value is None:
                absent = Or(absent, Eq(path, NULL))
            if isinstance(condition, Eq):
                return absent
            return And(AttributeExists(path), Ne(path, NULL)) if value is None else AttributeExists(path)
        case In(field=Path() as path, values=values) if not all(_present(path, value) for value in values):
            present = [value for value in values if _present(path, value)]
            absences = [without_absences(Eq(path, value)) for value in values if not _present(path, value)]
            parts = [*([In(path, *present)] if present else []), *absences]
            return Or(*parts) if len(parts) > 1 else parts[0]
        case _:
            return condition


def _present(path: Path, value: Any) -> bool:
    return value is not None and not (path.field is not None and path.field.omits(value))


def paths_in(condition: Condition, model: type[BaseModel]) -> Iterator[Path]:
    """Yield all paths that a condition on a model speaks of."""
    match condition:
        case And(conditions=parts) | Or(conditions=parts):
            for part in parts:
                yield from paths_in(part, model)
        case Not(condition=inner):
            yield from paths_in(inner, model)
        case _:
            yield from (path for path in map(_path_of_operand, _leaves(on_model(model, condition))) if path is not None)


def _leaves(condition: Condition) -> tuple[Any, ...]:
    match condition:
        case Eq() | Ne() | Lt() | Lte() | Gt() | Gte() | BeginsWith() | Contains() as comparison:
            return (comparison.field, comparison.value)
        case In(field=field, values=values):
            return (field, *values)
        case Between(field=field, low=low, high=high):
            return (field, low, high)
        case AttributeExists(field=path) | AttributeNotExists(field=path):
            return (path,)
        case _:
            return ()
