# Generated from pydamodb/_models/_async/transactions.py by scripts/generate_sync.py: do not edit.
"""Transactions of synchronous models: several writes, or several reads, that succeed or fail together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import iscoroutinefunction
from types import TracebackType
from typing import Any, Concatenate, TypeAlias, TypeVar, overload

from typing_extensions import Self, deprecated

from pydamodb._client.run import run
from pydamodb._core.exceptions import InvalidItemError
from pydamodb._core.keys import Key
from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.fields import ExpressionField
from pydamodb._expressions.updates import UpdateAction
from pydamodb._models._sync.driver import connect, connect_as_of, execute_on
from pydamodb._models._sync.models import Model
from pydamodb._models.base import DynamoModel, P, T, Text, TextUpdates, Updates, Value
from pydamodb._models.connection import check_same_client
from pydamodb._models.transaction_base import TransactionBase, check_keys, check_retries
from pydamodb._operations import transact
from pydamodb._operations.invalid_items import check_on_invalid
from pydamodb._operations.requests import Operation
from pydamodb._operations.table import ModelTable
from pydamodb._operations.writes import Update

OnInvalid: TypeAlias = Callable[[InvalidItemError], DynamoModel | None]
# Bound by the one base of all models, not by a union: mypy joins the types of several keys to this base.
M1 = TypeVar("M1", bound=Model)
M2 = TypeVar("M2", bound=Model)
M3 = TypeVar("M3", bound=Model)
M4 = TypeVar("M4", bound=Model)
M5 = TypeVar("M5", bound=Model)
M6 = TypeVar("M6", bound=Model)


class WriteTransaction(TransactionBase):
    """Writes that succeed or fail together (DynamoDB's TransactWriteItems), made by `transact_write()`.

    Each action is checked when it is added. The end of a `with` block sends all actions in one request.
    If the block ends with an exception, nothing is sent. A transaction has at most 100 actions, each
    for a different item.
    """

    _block = "with transact_write()"
    _asynchronous = iscoroutinefunction(run)

    def __enter__(self) -> Self:
        """Start to collect actions.

        Raises:
            InvalidRequestError: The transaction was used before.
        """
        self._begin()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Send all actions, unless the block failed.

        Raises:
            TransactionCanceledError: Nothing was written; the error has the reasons. It is an ItemNotFoundError too if
                only items that must exist are missing, an ItemExistsError too if only items that must be new exist.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        connection = self._end(exception)
        if connection is not None:
            run(connection.client, transact.write(self._transaction, self._token, retries=self._retries))

    def put(
        self,
        item: Model,
        *,
        condition: Condition | None = None,
        must_exist: bool = False,
        must_be_new: bool = False,
        return_item_on_failure: bool = False,
    ) -> None:
        """Write a whole item; an item with the same key is replaced.

        Args:
            item: The model to write.
            condition: Write only if the stored item meets this condition; a missing item has no attributes.
            must_exist: Do not create a missing item: the transaction fails.
            must_be_new: Do not replace an item: the transaction fails.
            return_item_on_failure: Add the stored item to the CancellationReason, as its `item`.

        Raises:
            InvalidRequestError: The action does not fit into the transaction.
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of the wrong type.
        """
        model = self._model_of(item, key=False, item=True)
        self._act(
            model,
            transact.put,
            item,
            condition,
            must_exist=must_exist,
            must_be_new=must_be_new,
            return_item_on_failure=return_item_on_failure,
            moment=self._transaction.moment,
        )

    @overload
    def update(
        self,
        key: Key[Model],
        *,
        updates: Updates[T, Text],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    def update(  # pyright: ignore[reportOverlappingOverload] - mypy needs it
        self,
        key: Key[Model],
        *,
        updates: TextUpdates[Text],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    @deprecated("a new value does not have the type of its field")
    def update(
        self,
        key: Key[Model],
        *,
        updates: Mapping[ExpressionField[Value], object],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    @overload
    def update(
        self,
        key: Key[Model],
        *,
        updates: Mapping[ExpressionField[Any], Any],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None: ...

    def update(
        self,
        key: Key[Model],
        *,
        updates: Mapping[Any, Any] | Iterable[UpdateAction],
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None:
        """Change attributes of an item, or create the item (upsert).

        Args:
            key: The key of the item, `Model.key(...)`.
            updates: Actions or new values, as for `update_item`.
            condition: Update only if the stored item meets this condition; a missing item has no attributes.
            must_exist: Do not create a missing item: the transaction fails.
            return_item_on_failure: Add the stored item to the CancellationReason, as its `item`.

        Raises:
            InvalidRequestError: The action does not fit into the transaction.
            InvalidUpdateError: The update changes a key, two paths overlap, or a new value does not fit its field.
            InvalidKeyValueError: A value cannot be a key of the table.
        """
        wanted = Update(updates, condition, must_exist=must_exist, return_item_on_failure=return_item_on_failure)
        model = self._model_of(key, key=True, item=False)
        self._act(model, transact.update, key, wanted, moment=self._transaction.moment)

    def delete(
        self,
        item_or_key: Model | Key[Model],
        *,
        condition: Condition | None = None,
        must_exist: bool = False,
        return_item_on_failure: bool = False,
    ) -> None:
        """Delete an item, if it exists.

        Args:
            item_or_key: A model, or the key of the item, `Model.key(...)`.
            condition: Delete only if the stored item meets this condition.
            must_exist: The transaction fails if the item does not exist.
            return_item_on_failure: Add the stored item to the CancellationReason, as its `item`.

        Raises:
            InvalidRequestError: The action does not fit into the transaction.
            InvalidKeyValueError: A value cannot be a key of the table.
        """
        model = self._model_of(item_or_key, key=True, item=True)
        self._act(
            model,
            transact.delete,
            item_or_key,
            condition,
            must_exist=must_exist,
            return_item_on_failure=return_item_on_failure,
        )

    def check(self, key: Key[Model], condition: Condition, *, return_item_on_failure: bool = False) -> None:
        """Check an item that the transaction does not change.

        Args:
            key: The key of the item, `Model.key(...)`.
            condition: What must be true of the stored item; a missing item has no attributes.
            return_item_on_failure: Add the stored item to the CancellationReason, as its `item`.

        Raises:
            InvalidRequestError: The action does not fit into the transaction.
            InvalidKeyValueError: A value cannot be a key of the table.
        """
        model = self._model_of(key, key=True, item=False)
        self._act(model, transact.check, key, condition, return_item_on_failure=return_item_on_failure)

    def _act(
        self,
        model: type[DynamoModel],
        action: Callable[Concatenate[ModelTable[Any], P], Operation[transact.AddedAction]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        connection = connect_as_of(self._tables, model)
        self._check_client(connection)
        self._add(connection, execute_on(connection, action, *args, **kwargs))


def transact_write(*, client_request_token: str | None = None, retries: int = 0) -> WriteTransaction:
    """Begin a transaction that writes, for use in a `with` block (DynamoDB's TransactWriteItems).

    Args:
        client_request_token: An idempotency token of 1 to 36 characters. DynamoDB does transactions with one token only
            once within ten minutes. By default each block has its own token, for botocore's retries.
        retries: How often to send the transaction again, after a short pause, if its items are in use by others
            (`TransactionConflict`) and nothing else is wrong.

    Raises:
        InvalidRequestError: The token is too short or too long, or `retries` is not a number from 0 on.
    """
    return WriteTransaction(client_request_token, retries)


@overload
def transact_get(key1: Key[M1], /, *, on_invalid: OnInvalid | None = None, retries: int = 0) -> tuple[M1 | None]: ...


@overload
def transact_get(
    key1: Key[M1], key2: Key[M2], /, *, on_invalid: OnInvalid | None = None, retries: int = 0
) -> tuple[M1 | None, M2 | None]: ...


@overload
def transact_get(
    key1: Key[M1], key2: Key[M2], key3: Key[M3], /, *, on_invalid: OnInvalid | None = None, retries: int = 0
) -> tuple[M1 | None, M2 | None, M3 | None]: ...


@overload
def transact_get(
    key1: Key[M1],
    key2: Key[M2],
    key3: Key[M3],
    key4: Key[M4],
    /,
    *,
    on_invalid: OnInvalid | None = None,
    retries: int = 0,
) -> tuple[M1 | None, M2 | None, M3 | None, M4 | None]: ...


@overload
def transact_get(
    key1: Key[M1],
    key2: Key[M2],
    key3: Key[M3],
    key4: Key[M4],
    key5: Key[M5],
    /,
    *,
    on_invalid: OnInvalid | None = None,
    retries: int = 0,
) -> tuple[M1 | None, M2 | None, M3 | None, M4 | None, M5 | None]: ...


@overload
def transact_get(
    key1: Key[M1],
    key2: Key[M2],
    key3: Key[M3],
    key4: Key[M4],
    key5: Key[M5],
    key6: Key[M6],
    /,
    *,
    on_invalid: OnInvalid | None = None,
    retries: int = 0,
) -> tuple[M1 | None, M2 | None, M3 | None, M4 | None, M5 | None, M6 | None]: ...


@overload
def transact_get(*keys: Key[M1], on_invalid: OnInvalid | None = None, retries: int = 0) -> tuple[M1 | None, ...]: ...


def transact_get(*keys: Key[Any], on_invalid: OnInvalid | None = None, retries: int = 0) -> tuple[Any, ...]:
    """Read items at one moment, in the order of their keys, None for each missing item (DynamoDB's TransactGetItems).

    Args:
        keys: 1 to 100 keys, `Model.key(...)`, of any models. Repeated keys are read once.
        on_invalid: A function of each item that does not fit: it returns a model to use, or None for the result.
        retries: How often to read again, after a short pause, if others are writing one of the items.

    Raises:
        InvalidRequestError: There are no keys or too many, their models do not fit together, or `retries` is wrong.
        InvalidKeyValueError: A value cannot be a key of the table.
        TransactionCanceledError: Another request is writing one of the items.
        InvalidItemError: An item does not fit its model.
        OperationError: DynamoDB refused the request, or could not be reached.
    """
    check_retries(retries)
    check_keys(keys, asynchronous=iscoroutinefunction(run))
    if on_invalid is not None:
        check_on_invalid("transact_get", keys[0].model.__name__, on_invalid)
    connections = [connect(key.model) for key in keys]
    check_same_client(connections, "a transaction")
    tables = [connection.table for connection in connections]
    return run(connections[0].client, transact.read(list(zip(tables, keys, strict=True)), on_invalid, retries=retries))
