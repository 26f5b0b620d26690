"""Conditions on items of several models: they go by the names of fields, and each model gets a condition of its own.

What a condition says of a field that a model does not have, it does not say of the items of this model: they are left
out, unless another part of the condition (behind `|`) is about them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel

from pydamodb._core.exceptions import InvalidConditionError
from pydamodb._expressions.conditions import And, Condition, Not, Or, SizeOperand, as_condition
from pydamodb._expressions.paths import Path, parse, path_in
from pydamodb._expressions.render_conditions import operands_of, path_of_operand


def condition_for(model: type[BaseModel], condition: Condition) -> Condition | None:
    """Return a condition as one on the fields of a model that have the same names, None if it says nothing of them."""
    match condition:
        case Or(conditions=parts):
            known = [each for part in parts if (each := condition_for(model, part)) is not None]
            return Or(*known) if len(known) > 1 else next(iter(known), None)
        case And(conditions=parts):
            every = [each for part in parts if (each := condition_for(model, part)) is not None]
            return And(*every) if len(every) == len(parts) else None
        case Not(condition=inner):
            found = condition_for(model, inner)
            return None if found is None else Not(found)
        case _:
            return _leaf_for(model, condition)


def _leaf_for(model: type[BaseModel], condition: Condition) -> Condition | None:
    operands = operands_of(condition)
    if all(path_of_operand(each) is None for each in operands):
        return condition
    found = [_operand_for(model, each) for each in operands]
    if any(each is _ABSENT for each in found):
        return None
    make: Callable[..., Condition] = type(condition)
    return make(*found)


_ABSENT = object()


def _operand_for(model: type[BaseModel], operand: Any) -> Any:
    given = path_of_operand(operand)
    if given is None:
        return operand
    try:
        path = path_in(model, given) if given.raw else parse(model, given.label)
    except AttributeError:
        return _ABSENT
    if path is None:
        return _ABSENT
    return SizeOperand(path) if isinstance(operand, SizeOperand) else path


def check_models(models: Sequence[type[BaseModel]], subject: str, condition: Condition) -> None:
    """Refuse a condition on fields of a model that is none of these, and none of their bases."""
    for path in paths_of(as_condition(condition)):
        if not any(issubclass(model, path.model) for model in models):
            message = f"{subject}: {path.described} is a field of none of them; use the fields of their own `attr`"
            raise InvalidConditionError(message, model_name=subject)


def paths_of(condition: Condition) -> list[Path]:
    match condition:
        case And(conditions=parts) | Or(conditions=parts):
            return [path for part in parts for path in paths_of(as_condition(part))]
        case Not(condition=inner):
            return paths_of(as_condition(inner))
        case _:
            return [path for each in operands_of(condition) if (path := path_of_operand(each)) is not None]
