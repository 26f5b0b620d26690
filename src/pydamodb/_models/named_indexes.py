"""Indexes as class attributes: `by_status = GlobalIndex[Status]("by-status", partition_key="status")`.

The class attribute of a model is its index with queries, `Order.by_status.query_all(...)`, or its vector index with
searches. Everywhere else an index is a plain value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, overload

from typing_extensions import TypeVar

from pydamodb._core import indexes as plain
from pydamodb._core import vector_indexes as plain_vectors
from pydamodb._models._sync.indexes import ModelIndex
from pydamodb._models._sync.vectors import ModelVectorIndex
from pydamodb._models.awaited_indexes import AsyncModelIndex
from pydamodb._models.awaited_vectors import AsyncModelVectorIndex
from pydamodb._models.base import AsyncPartition, AwaitedModel, BlockingModel, DynamoModel, Partition
from pydamodb._models.templates import OWN_INDEXES
from pydamodb._models.vector_indexes import OWN_VECTORS

IndexPK = TypeVar("IndexPK", default=Any)

SyncT = TypeVar("SyncT", bound=BlockingModel)
AsyncT = TypeVar("AsyncT", bound=AwaitedModel)
ModelT = TypeVar("ModelT", bound=DynamoModel)
TablePK = TypeVar("TablePK")

if TYPE_CHECKING:

    class _Attribute:
        """An index as a class attribute of a model."""

else:

    class _Attribute(property):
        """The behavior of an index as a class attribute of a model. Pydantic ignores properties."""

        _kept_in: ClassVar = OWN_INDEXES

        def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
            """Pickle and copy the plain value."""
            return type(self), tuple(getattr(self, field.name) or None for field in fields(self))

        def __set_name__(self, owner: type, name: str) -> None:
            """Let the class know the index, and its name."""
            type.__setattr__(owner, self._kept_in, {**vars(owner).get(self._kept_in, {}), name: self})

        def __get__(self, instance: object, owner: type) -> Any:
            """Return the queries of a model on the index."""
            if not hasattr(owner, "__pydamo_index__"):
                return self
            if instance is not None:
                raise AttributeError(f"{owner.__name__} has the index {self.name!r}, its instances have not")
            return self._bound(owner)

        def _bound(self, owner: Any) -> Any:
            return owner.__pydamo_index__(self.name)


class GlobalIndex(plain.GlobalIndex, _Attribute, Generic[IndexPK]):
    __doc__ = plain.GlobalIndex.__doc__

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: type[SyncT]) -> ModelIndex[SyncT, IndexPK]: ...
        @overload
        def __get__(self, instance: None, owner: type[AsyncT]) -> AsyncModelIndex[AsyncT, IndexPK]: ...
        def __get__(self, instance: None, owner: type[Any]) -> Any: ...


class LocalIndex(plain.LocalIndex, _Attribute):
    __doc__ = plain.LocalIndex.__doc__

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Partition[TablePK, ModelT]) -> ModelIndex[ModelT, TablePK]: ...
        @overload
        def __get__(
            self, instance: None, owner: AsyncPartition[TablePK, ModelT]
        ) -> AsyncModelIndex[ModelT, TablePK]: ...
        def __get__(self, instance: None, owner: Any) -> Any: ...


class VectorIndex(plain_vectors.VectorIndex, _Attribute, Generic[IndexPK]):
    __doc__ = plain_vectors.VectorIndex.__doc__

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: VectorIndex[None],
            name: str,
            *,
            vector: str,
            distance: plain_vectors.Distance,
            partition_key: None = None,
            filters: Sequence[str] = (),
            projection: plain.Projection = "ALL",
            includes: Sequence[str] = (),
        ) -> None: ...
        @overload
        def __init__(
            self,
            name: str,
            *,
            vector: str,
            distance: plain_vectors.Distance,
            partition_key: str,
            filters: Sequence[str] = (),
            projection: plain.Projection = "ALL",
            includes: Sequence[str] = (),
        ) -> None: ...
        def __init__(self, *args: Any, **options: Any) -> None: ...
        @overload
        def __get__(self, instance: None, owner: type[SyncT]) -> ModelVectorIndex[SyncT, IndexPK]: ...
        @overload
        def __get__(self, instance: None, owner: type[AsyncT]) -> AsyncModelVectorIndex[AsyncT, IndexPK]: ...
        def __get__(self, instance: None, owner: type[Any]) -> Any: ...

    else:
        _kept_in = OWN_VECTORS

        def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
            """Pickle and copy the plain value."""
            return _remade, (type(self), {field.name: getattr(self, field.name) for field in fields(self)})

        def _bound(self, owner: Any) -> Any:
            return owner.__pydamo_vector_index__(self)


def _remade(kind: Any, options: dict[str, Any]) -> Any:
    return kind(**options)
