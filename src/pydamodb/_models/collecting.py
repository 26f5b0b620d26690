"""`collection(Customer, Order)`: one function for synchronous and asynchronous models, and for indexes of them."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from pydamodb._models._sync.collections import Collection
from pydamodb._models.awaited_collections import AsyncCollection
from pydamodb._models.base import AsyncCollectedKind, CollectedKind, DynamoModel

P = TypeVar("P")
A = TypeVar("A", bound=DynamoModel)
B = TypeVar("B", bound=DynamoModel)
C = TypeVar("C", bound=DynamoModel)
D = TypeVar("D", bound=DynamoModel)
E = TypeVar("E", bound=DynamoModel)
F = TypeVar("F", bound=DynamoModel)
G = TypeVar("G", bound=DynamoModel)
H = TypeVar("H", bound=DynamoModel)


@overload
def collection(a: AsyncCollectedKind[P, A], /) -> AsyncCollection[A, P]: ...
@overload
def collection(a: CollectedKind[P, A], /) -> Collection[A, P]: ...
@overload
def collection(a: AsyncCollectedKind[P, A], b: AsyncCollectedKind[P, B], /) -> AsyncCollection[A | B, P]: ...
@overload
def collection(a: CollectedKind[P, A], b: CollectedKind[P, B], /) -> Collection[A | B, P]: ...
@overload
def collection(
    a: AsyncCollectedKind[P, A], b: AsyncCollectedKind[P, B], c: AsyncCollectedKind[P, C], /
) -> AsyncCollection[A | B | C, P]: ...
@overload
def collection(
    a: CollectedKind[P, A], b: CollectedKind[P, B], c: CollectedKind[P, C], /
) -> Collection[A | B | C, P]: ...
@overload
def collection(
    a: AsyncCollectedKind[P, A],
    b: AsyncCollectedKind[P, B],
    c: AsyncCollectedKind[P, C],
    d: AsyncCollectedKind[P, D],
    /,
) -> AsyncCollection[A | B | C | D, P]: ...
@overload
def collection(
    a: CollectedKind[P, A], b: CollectedKind[P, B], c: CollectedKind[P, C], d: CollectedKind[P, D], /
) -> Collection[A | B | C | D, P]: ...
@overload
def collection(
    a: AsyncCollectedKind[P, A],
    b: AsyncCollectedKind[P, B],
    c: AsyncCollectedKind[P, C],
    d: AsyncCollectedKind[P, D],
    e: AsyncCollectedKind[P, E],
    /,
) -> AsyncCollection[A | B | C | D | E, P]: ...
@overload
def collection(
    a: CollectedKind[P, A],
    b: CollectedKind[P, B],
    c: CollectedKind[P, C],
    d: CollectedKind[P, D],
    e: CollectedKind[P, E],
    /,
) -> Collection[A | B | C | D | E, P]: ...
@overload
def collection(
    a: AsyncCollectedKind[P, A],
    b: AsyncCollectedKind[P, B],
    c: AsyncCollectedKind[P, C],
    d: AsyncCollectedKind[P, D],
    e: AsyncCollectedKind[P, E],
    f: AsyncCollectedKind[P, F],
    /,
) -> AsyncCollection[A | B | C | D | E | F, P]: ...
@overload
def collection(
    a: CollectedKind[P, A],
    b: CollectedKind[P, B],
    c: CollectedKind[P, C],
    d: CollectedKind[P, D],
    e: CollectedKind[P, E],
    f: CollectedKind[P, F],
    /,
) -> Collection[A | B | C | D | E | F, P]: ...
@overload
def collection(
    a: AsyncCollectedKind[P, A],
    b: AsyncCollectedKind[P, B],
    c: AsyncCollectedKind[P, C],
    d: AsyncCollectedKind[P, D],
    e: AsyncCollectedKind[P, E],
    f: AsyncCollectedKind[P, F],
    g: AsyncCollectedKind[P, G],
    /,
) -> AsyncCollection[A | B | C | D | E | F | G, P]: ...
@overload
def collection(
    a: CollectedKind[P, A],
    b: CollectedKind[P, B],
    c: CollectedKind[P, C],
    d: CollectedKind[P, D],
    e: CollectedKind[P, E],
    f: CollectedKind[P, F],
    g: CollectedKind[P, G],
    /,
) -> Collection[A | B | C | D | E | F | G, P]: ...
@overload
def collection(
    a: AsyncCollectedKind[P, A],
    b: AsyncCollectedKind[P, B],
    c: AsyncCollectedKind[P, C],
    d: AsyncCollectedKind[P, D],
    e: AsyncCollectedKind[P, E],
    f: AsyncCollectedKind[P, F],
    g: AsyncCollectedKind[P, G],
    h: AsyncCollectedKind[P, H],
    /,
) -> AsyncCollection[A | B | C | D | E | F | G | H, P]: ...
@overload
def collection(
    a: CollectedKind[P, A],
    b: CollectedKind[P, B],
    c: CollectedKind[P, C],
    d: CollectedKind[P, D],
    e: CollectedKind[P, E],
    f: CollectedKind[P, F],
    g: CollectedKind[P, G],
    h: CollectedKind[P, H],
    /,
) -> Collection[A | B | C | D | E | F | G | H, P]: ...
def collection(*kinds: Any) -> Any:
    """Put models together whose items are read with one query: `collection(Customer, Order, Line)`.

    The models have a `pydamo_key` and share a table. A query needs partition keys of one form. Scans, batches, files
    and streams do not. The same index of several models can be queried: `collection(Order.by_status, Line.by_status)`.
    Models without templates get `batch_get` and `batch_writer` together. For more than eight models, write
    `Collection[A | B | ...](A, B, ...)`.

    Args:
        kinds: The models, or one index of each.

    Raises:
        ConfigurationError: They cannot be told apart, or are of several tables.
    """
    models = [kind if isinstance(kind, type) else getattr(kind, "__pydamo_source__", (None,))[0] for kind in kinds]
    is_asynchronous = any(getattr(model, "__pydamo_is_asynchronous__", False) for model in models)
    return AsyncCollection(*kinds) if is_asynchronous else Collection(*kinds)
