"""Indexes as class attributes: `by_status = GlobalIndex[Status]("by-status", partition_key="status")`.

The class attribute of a model is its index with queries, `Order.by_status.query_all(...)`. Everywhere else an index
is a plain value.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, overload

from typing_extensions import TypeVar

from pydamodb._core import indexes as plain
from pydamodb._models._sync.indexes import ModelIndex
from pydamodb._models.awaited_indexes import AsyncModelIndex
from pydamodb._models.base import AsyncPartition, AwaitedModel, BlockingModel, DynamoModel, Partition
from pydamodb._models.templates import OWN_INDEXES

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

        def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
            """Pickle and copy the plain value."""
            return type(self), tuple(getattr(self, field.name) or None for field in fields(self))

        def __set_name__(self, owner: type, name: str) -> None:
            """Let the class know the index, and its name."""
            type.__setattr__(owner, OWN_INDEXES, {**vars(owner).get(OWN_INDEXES, {}), name: self})

        def __get__(self, instance: object, owner: type) -> Any:
            """Return the queries of a model on the index."""
            bind = getattr(owner, "__pydamo_index__", None)
            if bind is None:
                return self
            if instance is not None:
                raise AttributeError(f"{owner.__name__} has the index {self.name!r}, its instances have not")
            return bind(self.name)


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
