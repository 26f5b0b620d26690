"""Records as DynamoDB puts them on the wire, made and read without any library that takes part."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, cast

from pydantic import BaseModel

Wire: TypeAlias = dict[str, Any]


def wrapped(value: object) -> Wire:
    """Return the attribute value of a Python value."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": format(Decimal(value).normalize(), "f")}
        case str():
            return {"S": value}
        case datetime():
            return {"S": value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        case Enum():
            return {"S": value.value}
        case list():
            return {"L": [wrapped(element) for element in cast("list[object]", value)]}
        case BaseModel():
            return {"M": {name: wrapped(getattr(value, name)) for name in type(value).model_fields}}
        case _:
            message = f"no wire form: {value!r}"
            raise TypeError(message)


def item(model: BaseModel, *, nulls: bool) -> Wire:
    """Return the item of a model; attributes that are None are NULL, or left out."""
    return {
        name: wrapped(value)
        for name in type(model).model_fields
        if (value := getattr(model, name)) is not None or nulls
    }


def items(models: list[Any]) -> list[Wire]:
    """Return the items of models: NULL and absence by turns, since both occur in real tables."""
    return [item(model, nulls=number % 2 == 0) for number, model in enumerate(models)]


def unwrapped(value: Wire) -> object:
    """Return what an attribute value says, numbers as Decimal."""
    [(kind, content)] = value.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return Decimal(content)
        case "L":
            return [unwrapped(element) for element in content]
        case "M":
            return {name: unwrapped(element) for name, element in content.items()}
        case _:
            return content
