"""Keys of items as plain values: a model, and the values of its key fields. Operations check them against a table."""

from __future__ import annotations

from typing import Any, Generic

from pydantic import BaseModel
from typing_extensions import TypeVar

from pydamodb._core.lazy_dataclass import dataclass

ModelT = TypeVar("ModelT", bound=BaseModel)
ModelT_co = TypeVar("ModelT_co", bound=BaseModel, covariant=True)


@dataclass(frozen=True, repr=False)
class Key(Generic[ModelT_co]):
    """The key of an item, which may exist or not. `Character.key("Homer")` returns one.

    `values` are the value of the partition key, and that of the sort key if the model has one. Two keys are equal if
    their models and their values are equal. All methods that take the values of a key take a Key in their place.
    """

    model: type[ModelT_co]
    values: tuple[Any, ...]

    def __repr__(self) -> str:
        return f"{self.model.__name__}.key({', '.join(map(repr, self.values))})"

    @staticmethod
    def of(instance: ModelT) -> Key[ModelT]:
        """Return the key of the item of an instance: `Key.of(character)`. No request is sent.

        Raises:
            TypeError: This is no instance of a model of this library.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type, or a part of the key changed.
            ConfigurationError: The keys of the table are not known: the model does not declare them, and no request has
                read them.
        """
        model = type(instance)
        values_of: Any = getattr(model, "__pydamo_key_values__", None)
        if values_of is None:
            raise TypeError(f"Key.of takes an instance of a model with a table, got {model.__name__}")
        return Key(model, values_of(instance))
