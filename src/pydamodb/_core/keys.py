"""Keys of items as values: a model, and the values of its key fields. Whether they can be keys, its table knows."""

from __future__ import annotations

from typing import Any, Generic

from pydantic import BaseModel
from typing_extensions import TypeVar

from pydamodb._core.lazy_dataclass import dataclass

ModelT_co = TypeVar("ModelT_co", bound=BaseModel, covariant=True)


@dataclass(frozen=True, repr=False)
class Key(Generic[ModelT_co]):
    """The key of an item, which may exist or not; made by `Character.key("Homer")`.

    Two keys are equal if they have the same model and equal values: the partition key's, and the sort key's if the
    model has one.
    """

    model: type[ModelT_co]
    values: tuple[Any, ...]

    def __repr__(self) -> str:
        """Show as it is made."""
        return f"{self.model.__name__}.key({', '.join(map(repr, self.values))})"
