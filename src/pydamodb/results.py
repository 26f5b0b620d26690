"""The shapes of what operations return, where it is more than a model."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeAlias, TypeVar

from typing_extensions import NamedTuple, Self

__all__ = ["QueryResult", "ReturnValues"]

T = TypeVar("T")

ReturnValues: TypeAlias = Literal["NONE", "ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD"]
"""What an update returns: nothing, the item after or before it, or those of its attributes that were changed."""


class _Page(NamedTuple, Generic[T]):
    items: list[T]
    last_evaluated_key: dict[str, Any] | None


class QueryResult(_Page[T]):
    """One page of a query or a scan: a tuple of two, and a cursor beside it.

    `last_evaluated_key` maps the key attributes of the last item looked at to their values; given back as
    `exclusive_start_key` it continues after that item. None means that there is nothing left to look at. A page may
    have no items and still not be the last one, as the limit counts items before the filter. `cursor` says the same as
    a text that is safe in URLs, and is given back in the same place.
    """

    cursor: str | None = None

    def __new__(cls, items: list[T], last_evaluated_key: dict[str, Any] | None, cursor: str | None = None) -> Self:
        """Make a page; the cursor is no part of the tuple, which stays one of two."""
        page = tuple.__new__(cls, (items, last_evaluated_key))
        page.cursor = cursor
        return page
