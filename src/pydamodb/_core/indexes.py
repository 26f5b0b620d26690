"""Secondary indexes in a configuration, declared by the names of the model's fields. Plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.lazy_dataclass import dataclass

Projection: TypeAlias = Literal["ALL", "KEYS_ONLY", "INCLUDE"]


@dataclass(frozen=True)
class GlobalIndex:
    """A global secondary index: `GlobalIndex("occupation-index", partition_key="occupation", sort_key="age")`.

    Args:
        name: The name of the index.
        partition_key: The field of its partition key, or several fields in the order of the index.
        sort_key: The field of its sort key, or several fields in the order of the index; None if it has none.
        projection: DynamoDB's projection type: which attributes of the items are in the index.

    Raises:
        ConfigurationError: The name, a key or the projection is not valid.
    """

    name: str
    partition_key: str | Sequence[str]
    sort_key: str | Sequence[str] | None = None
    projection: Projection = "ALL"

    def __post_init__(self) -> None:
        partition_key, sort_key = _field_names(self, self.partition_key), _field_names(self, self.sort_key)
        if not partition_key:
            raise ConfigurationError(f"{self!r}: a global index has a partition key; name its field")
        object.__setattr__(self, "partition_key", partition_key)
        object.__setattr__(self, "sort_key", sort_key)
        _check_index(self)


@dataclass(frozen=True)
class LocalIndex:
    """A local secondary index, which has the partition key of the table: `LocalIndex("age-index", sort_key="age")`.

    Args:
        name: The name of the index.
        sort_key: The field of its sort key.
        projection: DynamoDB's projection type: which attributes of the items are in the index.

    Raises:
        ConfigurationError: The name, the key or the projection is not valid.
    """

    name: str
    sort_key: str
    projection: Projection = "ALL"

    def __post_init__(self) -> None:
        sort_key: object = self.sort_key
        if not (isinstance(sort_key, str) and sort_key):
            raise ConfigurationError(f"{self!r}: the sort key of a local index is the name of one field")
        _check_index(self)


Index: TypeAlias = GlobalIndex | LocalIndex


def _field_names(index: GlobalIndex, given: object) -> tuple[str, ...]:
    if given is None:
        return ()
    names: tuple[object, ...] = (given,) if isinstance(given, str) else ()
    if isinstance(given, Sequence):
        names = names or tuple(given)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    found = tuple(name for name in names if isinstance(name, str) and name)
    if not found or len(found) < len(names):
        raise ConfigurationError(f"{index!r}: a key is the name of a field, or a list of names")
    return found


def _check_index(index: Index) -> None:
    name: object = index.name
    if not (isinstance(name, str) and name):
        raise ConfigurationError(f"{index!r}: an index has a name")
    if index.projection not in get_args(Projection):
        raise ConfigurationError(f"{index!r}: the projection is one of {', '.join(get_args(Projection))}")
