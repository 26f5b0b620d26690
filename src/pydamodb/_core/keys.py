"""Keys of items as plain values: a model, and the values of its key fields. Operations check them against a table."""

from __future__ import annotations

from typing import Any, Generic

from pydantic import BaseModel
from typing_extensions import TypeVar

from pydamodb._core.lazy_dataclass import dataclass

ModelT_co = TypeVar("ModelT_co", bound=BaseModel, covariant=True)


@dataclass(frozen=True, repr=False)
class Key(Generic[ModelT_co]):
    """The key of an item, which may exist or not. `Character.key("Homer")` returns one.

    `values` are the value of the partition key, and that of the sort key if the model has one. Two keys are equal if
    their models and their values are equal.
    """

    model: type[ModelT_co]
    values: tuple[Any, ...]

    def __repr__(self) -> str:
        return f"{self.model.__name__}.key({', '.join(map(repr, self.values))})"
