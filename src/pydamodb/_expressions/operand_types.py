"""Types, for type checkers only, of the methods of a field that take its elements or numbers as operands.

Descriptors determine the type before type checkers see the operand. In a method with `self: FieldOf[list[V]]` and
`value: V`, ty and pyrefly widen V to accept any operand. If they infer V from `self` alone, overloads of the methods
can replace this module. Nothing here runs: no class has instances.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from datetime import date, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import PurePath
from re import Pattern
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, Union, overload
from uuid import UUID

from pydantic import SecretStr

from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.paths import FieldOf
from pydamodb._expressions.updates import UpdateAction

T = TypeVar("T")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

Operand: TypeAlias = T | FieldOf[T | None]


class Unspecified:
    """A type without values: only Any matches an overload with it, for models without annotated types."""


class Url(Protocol):
    """The types of Pydantic for URLs and for addresses of databases."""

    def unicode_string(self) -> str: ...


# Dates and times are stored as ISO 8601: a prefix is a year, a month or a day.
StoredAsText: TypeAlias = Union[  # noqa: UP007 - a line for each kind
    str,
    date | time,
    UUID,
    PurePath,
    Url,
    IPv4Address | IPv6Address | IPv4Network | IPv6Network,
    SecretStr,
    Pattern[str],
]


class Elements(Protocol[V_co]):
    """Lists, tuples and other sequences, but not text: text contains only text."""

    def __contains__(self, value: object, /) -> bool: ...

    def __getitem__(self, index: int, /) -> V_co: ...


class ElementTest(ABC, Generic[T]):
    """The type of `contains`."""

    @abstractmethod
    def __call__(self, value: Operand[T]) -> Condition:
        """Return a condition: the text contains this text, or the list or set contains this element."""


class contains:  # noqa: N801 - type checkers show the name
    """Finds the type of the elements of a field."""

    @overload
    def __get__(self, instance: FieldOf[Unspecified], owner: Any) -> ElementTest[Any]: ...
    @overload
    def __get__(self, instance: FieldOf[StoredAsText | None], owner: Any) -> ElementTest[str]: ...
    @overload
    def __get__(self, instance: FieldOf[bytes | None], owner: Any) -> ElementTest[bytes]: ...
    @overload
    def __get__(self, instance: FieldOf[Elements[V] | AbstractSet[V] | None], owner: Any) -> ElementTest[V]: ...
    def __get__(self, instance: Any, owner: Any) -> Any: ...


class Appending(ABC, Generic[T]):
    """The type of `append` and `prepend`."""

    @abstractmethod
    def __call__(self, *values: T) -> UpdateAction:
        """Return an update action that adds these elements to the list."""


class append:  # noqa: N801 - type checkers show the name
    """Finds the type of the elements of a list."""

    @overload
    def __get__(self, instance: FieldOf[Unspecified], owner: Any) -> Appending[Any]: ...
    @overload
    def __get__(self, instance: FieldOf[Elements[V] | None], owner: Any) -> Appending[V]: ...
    def __get__(self, instance: Any, owner: Any) -> Any: ...


class Adding(ABC, Generic[T]):
    """The type of `add`."""

    @abstractmethod
    def __call__(self, value: T) -> UpdateAction:
        """Return an update action that adds to the number, or adds elements to the set."""


class add:  # noqa: N801 - type checkers show the name
    """Finds the type of the values that can be added to a field."""

    @overload
    def __get__(self, instance: FieldOf[Unspecified], owner: Any) -> Adding[Any]: ...
    @overload
    def __get__(self, instance: FieldOf[int | None], owner: Any) -> Adding[int]: ...
    @overload
    def __get__(self, instance: FieldOf[float | None], owner: Any) -> Adding[float]: ...
    @overload
    def __get__(self, instance: FieldOf[Decimal | None], owner: Any) -> Adding[int | Decimal]: ...
    @overload
    def __get__(self, instance: FieldOf[timedelta | None], owner: Any) -> Adding[timedelta]: ...
    @overload
    def __get__(self, instance: FieldOf[AbstractSet[V] | None], owner: Any) -> Adding[AbstractSet[V]]: ...
    def __get__(self, instance: Any, owner: Any) -> Any: ...


class Deleting(ABC, Generic[T]):
    """The type of `delete`."""

    @abstractmethod
    def __call__(self, value: AbstractSet[T]) -> UpdateAction:
        """Return an update action that deletes these elements from the set."""


class delete:  # noqa: N801 - type checkers show the name
    """Finds the type of the elements of a set."""

    @overload
    def __get__(self, instance: FieldOf[Unspecified], owner: Any) -> Deleting[Any]: ...
    @overload
    def __get__(self, instance: FieldOf[AbstractSet[V] | None], owner: Any) -> Deleting[V]: ...
    def __get__(self, instance: Any, owner: Any) -> Any: ...
