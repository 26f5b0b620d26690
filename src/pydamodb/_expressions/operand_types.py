"""What type checkers see of those methods of a field that take what the field contains.

Descriptors find that out before the operand is looked at: in a method, `value: V` beside `self: PathTo[list[V]]` lets
ty and pyrefly make V wide enough for any operand. Once they solve V by `self` alone, overloads of the methods will do,
and this room can go. Nothing here is used at run time: what is called has no instances.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, overload

from pydamodb._expressions.conditions import Contains
from pydamodb._expressions.paths import PathTo
from pydamodb._expressions.updates import Add, Delete, Set

T = TypeVar("T")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

Operand: TypeAlias = T | PathTo[T | None]


class Unspecified:
    """A type without values: where an overload asks for it, only Any answers, as in a model without annotated types."""


class Elements(Protocol[V_co]):
    """What lists, tuples and other sequences have in common, and text has not: it contains text only."""

    def __contains__(self, value: object, /) -> bool: ...

    def __getitem__(self, index: int, /) -> V_co: ...


class ElementTest(ABC, Generic[T]):
    """What checkers see of `contains`."""

    @abstractmethod
    def __call__(self, value: Operand[T]) -> Contains:
        """Return a condition: the text of the field contains this text, or the list or set this element."""


class ElementTestByField:
    """Finds what a field contains."""

    @overload
    def __get__(self, instance: PathTo[Unspecified], owner: Any) -> ElementTest[Any]: ...
    @overload
    def __get__(self, instance: PathTo[str | date | time | None], owner: Any) -> ElementTest[str]: ...
    @overload
    def __get__(self, instance: PathTo[bytes | None], owner: Any) -> ElementTest[bytes]: ...
    @overload
    def __get__(self, instance: PathTo[Elements[V] | AbstractSet[V] | None], owner: Any) -> ElementTest[V]: ...
    def __get__(self, instance: Any, owner: Any) -> Any: ...


class Appending(ABC, Generic[T]):
    """What checkers see of `append` and `prepend`."""

    @abstractmethod
    def __call__(self, *values: T) -> Set:
        """Return an update action: the list gets these elements."""


class AppendingByField:
    """Finds what a list contains."""

    @overload
    def __get__(self, instance: PathTo[Unspecified], owner: Any) -> Appending[Any]: ...
    @overload
    def __get__(self, instance: PathTo[Elements[V] | None], owner: Any) -> Appending[V]: ...
    def __get__(self, instance: Any, owner: Any) -> Any: ...


class Adding(ABC, Generic[T]):
    """What checkers see of `add`."""

    @abstractmethod
    def __call__(self, value: T) -> Add:
        """Return an update action: the number grows by this one, or the set gets these elements."""


class AddingByField:
    """Finds what can be added to a field."""

    @overload
    def __get__(self, instance: PathTo[Unspecified], owner: Any) -> Adding[Any]: ...
    @overload
    def __get__(self, instance: PathTo[int | None], owner: Any) -> Adding[int]: ...
    @overload
    def __get__(self, instance: PathTo[float | None], owner: Any) -> Adding[float]: ...
    @overload
    def __get__(self, instance: PathTo[Decimal | None], owner: Any) -> Adding[int | Decimal]: ...
    @overload
    def __get__(self, instance: PathTo[timedelta | None], owner: Any) -> Adding[timedelta]: ...
    @overload
    def __get__(self, instance: PathTo[AbstractSet[V] | None], owner: Any) -> Adding[AbstractSet[V]]: ...
    def __get__(self, instance: Any, owner: Any) -> Any: ...


class Deleting(ABC, Generic[T]):
    """What checkers see of `delete`."""

    @abstractmethod
    def __call__(self, value: AbstractSet[T]) -> Delete:
        """Return an update action: the set loses these elements."""


class DeletingByField:
    """Finds what a set contains."""

    @overload
    def __get__(self, instance: PathTo[Unspecified], owner: Any) -> Deleting[Any]: ...
    @overload
    def __get__(self, instance: PathTo[AbstractSet[V] | None], owner: Any) -> Deleting[V]: ...
    def __get__(self, instance: Any, owner: Any) -> Any: ...
