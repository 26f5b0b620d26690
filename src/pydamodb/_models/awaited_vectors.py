"""The vector index of an asynchronous model, as the class attribute gives it: searches with the type of its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

from pydantic import BaseModel

from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.results import VectorMatch
from pydamodb._core.vector_indexes import VectorIndex
from pydamodb._expressions.conditions import Condition
from pydamodb._models.base import PK, DynamoModel, ProjectionT
from pydamodb._models.vector_indexes import vector_schema
from pydamodb._operations.vector_search import VectorSearch

ModelT = TypeVar("ModelT", bound=DynamoModel)


class AsyncModelVectorIndex(Generic[ModelT, PK]):
    """A vector index of a model: `Product.by_look` searches the items whose vectors are the nearest to a vector."""

    def __init__(self, model: type[ModelT], index: VectorIndex) -> None:
        """Keep the model and the index."""
        self._model: Any = model
        self._index = index

    def __repr__(self) -> str:
        return f"{self._model.__name__}'s vector index {self._index.name!r}"

    @overload
    async def search(
        self: AsyncModelVectorIndex[ModelT, None],
        vector: Sequence[float],
        /,
        *,
        top_k: int = 10,
        condition: Condition | None = None,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> list[VectorMatch[ModelT]]: ...

    @overload
    async def search(
        self: AsyncModelVectorIndex[ModelT, None],
        vector: Sequence[float],
        /,
        *,
        top_k: int = 10,
        condition: Condition | None = None,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> list[VectorMatch[ProjectionT]]: ...

    @overload
    async def search(
        self,
        partition_key_value: PK,
        vector: Sequence[float],
        /,
        *,
        top_k: int = 10,
        condition: Condition | None = None,
        projection: None = None,
        on_invalid: Callable[[InvalidItemError], ModelT | None] | None = None,
    ) -> list[VectorMatch[ModelT]]: ...

    @overload
    async def search(
        self,
        partition_key_value: PK,
        vector: Sequence[float],
        /,
        *,
        top_k: int = 10,
        condition: Condition | None = None,
        projection: type[ProjectionT],
        on_invalid: Callable[[InvalidItemError], ProjectionT | None] | None = None,
    ) -> list[VectorMatch[ProjectionT]]: ...

    async def search(
        self,
        *given: Any,
        top_k: int = 10,
        condition: Condition | None = None,
        projection: type[BaseModel] | None = None,
        on_invalid: Callable[[InvalidItemError], BaseModel | None] | None = None,
    ) -> list[Any]:
        """Return the items whose vectors are the nearest to a vector, the best first (DynamoDB's SearchVectors).

        An item that was just written may not be found yet. Items without a vector are not in the index.

        Args:
            given: The value of the partition key, if the index has one, and the vector: a sequence of numbers, also an
                array of numpy.
            top_k: The maximum number of items, from 1 to 100.
            condition: A condition on the filters of the index.
            projection: A smaller Pydantic model to return instead; only the attributes of its fields are read.
            on_invalid: A function of each item that does not fit: it returns a model to use, or None to leave it out.

        Returns:
            The matches: each has an `item`, and the `score` that DynamoDB computes.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError, InvalidConditionError, InvalidRequestError: An argument does not fit, or botocore is
                too old.
            InvalidItemError: An item does not fit the model.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = VectorSearch(
            index=vector_schema(self._model, self._index),
            given=given,
            top_k=top_k,
            condition=condition,
            projection=projection,
            on_invalid=on_invalid,
        )
        matches: list[Any] = await self._model.__pydamo_driver__.search(self._model, wanted)
        return matches
