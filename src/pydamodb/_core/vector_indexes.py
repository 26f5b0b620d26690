"""Vector indexes, declared by the names of the model's fields. Plain values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from typing import Literal, TypeAlias, get_args

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.indexes import Projection, check_projection
from pydamodb._core.lazy_dataclass import dataclass

Distance: TypeAlias = Literal["cosine", "euclidean", "dot_product"]
MOST_FILTERS = 18
_NAME = r"[A-Za-z0-9_.-]{3,255}"


@dataclass(frozen=True)
class VectorIndex:
    """A vector index: `VectorIndex[str]("by-look", vector="look", distance="cosine", partition_key="shop")`.

    It is a class attribute of a model. The parameter is the type of the partition key, if the index has one.

    Args:
        name: The name of the index, of 3 to 255 characters.
        vector: The field of the vectors, which has the mark `Vector`.
        distance: How the distance of two vectors is computed: "cosine", "euclidean" or "dot_product".
        partition_key: The field of the partition key; None if it has none, so that a search reads the whole index.
        filters: The fields that the condition of a search may use, at most 18.
        projection: DynamoDB's projection type: which attributes of the items are in the index.
        includes: The fields that `projection="INCLUDE"` adds to the keys, the filters and the vector.

    Raises:
        ConfigurationError: The name, the distance, a field or the projection is not valid.
    """

    name: str
    vector: str = field(kw_only=True)
    distance: Distance = field(kw_only=True)
    partition_key: str | None = field(kw_only=True, default=None)
    filters: Sequence[str] = field(kw_only=True, default=())
    projection: Projection = field(kw_only=True, default="ALL")
    includes: Sequence[str] = field(kw_only=True, default=())

    def __post_init__(self) -> None:
        given: object = self.name
        if not (isinstance(given, str) and re.fullmatch(_NAME, given)):
            raise ConfigurationError(f"{self!r}: the name of a vector index has 3 to 255 of A-Z, a-z, 0-9, _, - and .")
        if self.distance not in get_args(Distance):
            raise ConfigurationError(f"{self!r}: the distance is one of {', '.join(get_args(Distance))}")
        filters: object = self.filters
        names: tuple[object, ...] = ()
        if isinstance(filters, Sequence) and not isinstance(filters, str):
            names = tuple(filters)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        if filters and not names:
            raise ConfigurationError(f'{self!r}: filters is a list of names of fields, filters=["kind"]')
        object.__setattr__(self, "filters", names)
        key = () if self.partition_key is None else (self.partition_key,)
        fields: tuple[object, ...] = (self.vector, *key, *names)
        if not all(isinstance(each, str) and each for each in fields):
            raise ConfigurationError(f"{self!r}: the vector, the partition key and the filters are names of fields")
        if len(set(fields)) < len(fields):
            reason = "a field has one meaning: it is the vector, the partition key, or one of the filters"
            raise ConfigurationError(f"{self!r}: {reason}")
        if len(names) > MOST_FILTERS:
            raise ConfigurationError(f"{self!r}: a vector index has at most {MOST_FILTERS} filters")
        check_projection(self)
