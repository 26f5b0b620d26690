"""Secondary indexes, declared by the names of the model's fields or by templates. Plain values.

In a configuration an index has names. As a class attribute of a model, it may have templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.templates import Template

Projection: TypeAlias = Literal["ALL", "KEYS_ONLY", "INCLUDE"]


@dataclass(frozen=True)
class GlobalIndex:
    """A global secondary index: `GlobalIndex("occupation-index", partition_key="occupation", sort_key="age")`.

    Args:
        name: The name of the index.
        partition_key: The field of its partition key, or several fields in the order of the index; or a template.
        sort_key: The field of its sort key, or several fields in the order of the index; or a template; None if it has
            none.
        projection: DynamoDB's projection type: which attributes of the items are in the index.
        includes: The fields that `projection="INCLUDE"` adds to the keys.

    Raises:
        ConfigurationError: The name, a key or the projection is not valid.
    """

    name: str
    partition_key: str | Template | Sequence[str | Template]
    sort_key: str | Template | Sequence[str | Template] | None = None
    projection: Projection = "ALL"
    includes: Sequence[str] = ()

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
        sort_key: The field of its sort key, or a template.
        projection: DynamoDB's projection type: which attributes of the items are in the index.
        includes: The fields that `projection="INCLUDE"` adds to the keys.

    Raises:
        ConfigurationError: The name, the key or the projection is not valid.
    """

    name: str
    sort_key: str | Template
    projection: Projection = "ALL"
    includes: Sequence[str] = ()

    def __post_init__(self) -> None:
        sort_key: object = self.sort_key
        if not (isinstance(sort_key, Template) or (isinstance(sort_key, str) and sort_key)):
            raise ConfigurationError(f"{self!r}: the sort key of a local index is the name of one field")
        _check_index(self)


Index: TypeAlias = GlobalIndex | LocalIndex


def _field_names(index: GlobalIndex, given: object) -> tuple[str | Template, ...]:
    if given is None:
        return ()
    names: tuple[object, ...] = (given,) if isinstance(given, (str, Template)) else ()
    if isinstance(given, Sequence):
        names = names or tuple(given)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    found = tuple(name for name in names if isinstance(name, Template) or (isinstance(name, str) and name))
    if not found or len(found) < len(names):
        raise ConfigurationError(f"{index!r}: a key is the name of a field, or a list of names")
    return found


def parts_of(index: Index) -> tuple[tuple[str | Template, ...], tuple[str | Template, ...]]:
    """Return the names and templates of the partition key, none for a local index, and of the sort key."""
    # The constructor makes tuples of the keys of a global index.
    partition, sort = (index.partition_key if isinstance(index, GlobalIndex) else ()), index.sort_key
    given = () if sort is None else (sort,) if isinstance(sort, (str, Template)) else tuple(sort)
    return ((partition,) if isinstance(partition, (str, Template)) else tuple(partition)), given


def is_template(part: str | Template) -> bool:
    """Return True for a template, False for the name of a field or of an attribute."""
    return isinstance(part, Template) or "{" in part


def _check_index(index: Index) -> None:
    name: object = index.name
    if not (isinstance(name, str) and name):
        raise ConfigurationError(f"{index!r}: an index has a name")
    check_projection(index)


def check_projection(index: Any) -> None:
    """Check the projection of an index, and make a tuple of what it includes.

    Raises:
        ConfigurationError: They are not valid.
    """
    if index.projection not in get_args(Projection):
        raise ConfigurationError(f"{index!r}: the projection is one of {', '.join(get_args(Projection))}")
    given: object = index.includes or ()
    names: tuple[object, ...] = ()
    if isinstance(given, Sequence) and not isinstance(given, str):
        names = tuple(given)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if (given and not names) or not all(isinstance(name, str) and name for name in names):
        raise ConfigurationError(f'{index!r}: includes is a list of names of fields, includes=["total"]')
    if names and index.projection != "INCLUDE":
        raise ConfigurationError(f'{index!r}: includes is for an index with projection="INCLUDE"')
    object.__setattr__(index, "includes", names)
