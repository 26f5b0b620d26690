# Generated from pydamodb/_models/_async/transactions.py by scripts/generate_sync.py: do not edit.
"""Transactions of synchronous models: several writes, or reads, that happen all at once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import iscoroutinefunction
from types import TracebackType
from typing import Any, Concatenate, TypeAlias, TypeVar, overload

from typing_extensions import ParamSpec, Self, deprecated

from pydamodb._client.run import run
from pydamodb._core.keys import Key
from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.fields import ExpressionField
from pydamodb._expressions.updates import UpdateAction
from pydamodb._models._sync.driver import connect, execute_on
from pydamodb._models._sync.models import PrimaryKeyAndSortKeyModel, PrimaryKeyModel
from pydamodb._models.base import CheckedUpdates, DynamoModel, LiteralText, Scalar
from pydamodb._models.transaction_base import TransactionBase, check_keys, same_client
from pydamodb._operations import transact
from pydamodb._operations.requests import Operation
from pydamodb._operations.table import ModelTable
from pydamodb._operations.writes import Update

T = TypeVar("T")
Model: TypeAlias = PrimaryKeyModel[Any] | PrimaryKeyAndSortKeyModel[Any, Any]
M1 = TypeVar("M1", bound=Model)
M2 = TypeVar("M2", bound=Model)
M3 = TypeVar("M3", bound=Model)
M4 = TypeVar("M4", bound=Model)
M5 = TypeVar("M5", bound=Model)
M6 = TypeVar("M6", bound=Model)
P = ParamSpec("P")


class WriteTransaction(TransactionBase):
    """Writes that happen all at once or not at all (DynamoDB's TransactWriteItems); made by `transact_write()`.

    Each action is checked when it is taken, and all are sent in one request when the `with` block ends. If the
    block ends with an exception, nothing is sent. A transaction has 100 actions at most, each on
    another item.
    """

    _block = "with transact_write()"
    _asynchronous = iscoroutinefunction(run)

    def __enter__(self) -> Self:
        """Start to take actions.

        Raises:
            InvalidRequestError: The transaction was used already.
        """
        self._begin()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Send all actions, if the block has not failed.

        Raises:
            TransactionCanceledError: Nothing was done; the error has the reasons.
            OperationError: DynamoDB refused, or could not be reached.
        """
        connection = self._end(exception)
        if connection is not None:
            run(connection.client, transact.write(self._transaction, self._token))

    def put(self, item: Model, *, condition: Condition | None = None, return_item_on_failure: bool = False) -> None:
        """Write a whole item, replacing one with the same key.

        Args:
            item: The model to write.
            condition: What must hold of the item that is there, or of its absence, for the transaction to happen.
            return_item_on_failure: Give the reason of a failure the item that is there.

        Raises:
            InvalidRequestError: The action does not fit into the transaction.
            ItemEncodingError: A value cannot be stored exactly.
            InvalidKeyValueError: A key attribute is missing, empty or of another type than the table's.
        """
        model = self._model_of(item, key=False, item=True)
        self._act(model, transact.put, item, condition, return_item_on_failure=return_item_on_failure)

    @overload
    def update(
        self,
        key: Key[Model],
        *,
        updates: CheckedUpdates[T, LiteralText],
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
        updates: Mapping[ExpressionField[Scalar], object],
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
        """Change some attributes of an item; one that does not exist is created, unless it `must_exist`.

        Args:
            key: The item, as `Model.key(...)`.
            updates: What to change, as for `update_item`.
            condition: What must hold of the item that is there, or of its absence, for the transaction to happen.
            must_exist: Refuse to create an item.
            return_item_on_failure: Give the reason of a failure the item that is there.

        Raises:
            InvalidRequestError: The action does not fit into the transaction.
            InvalidUpdateError: The update changes a key, two paths overlap, or a field does not accept its new value.
            InvalidKeyValueError: A value cannot be a key of the table.
        """
        wanted = Update(updates, condition, must_exist=must_exist, return_item_on_failure=return_item_on_failure)
        self._act(self._model_of(key, key=True, item=False), transact.update, key, wanted)

    def delete(
        self,
        item_or_key: Model | Key[Model],
        *,
        condition: Condition | None = None,
        return_item_on_failure: bool = False,
    ) -> None:
        """Delete an item; it need not exist.

        Args:
            item_or_key: The item, as a model or as `Model.key(...)`.
            condition: What must hold of the item that is there for the transaction to happen.
            return_item_on_failure: Give the reason of a failure the item that is there.

        Raises:
            InvalidRequestError: The action does not fit into the transaction.
            InvalidKeyValueError: A value cannot be a key of the table.
        """
        model = self._model_of(item_or_key, key=True, item=True)
        self._act(model, transact.delete, item_or_key, condition, return_item_on_failure=return_item_on_failure)

    def check(self, key: Key[Model], condition: Condition, *, return_item_on_failure: bool = False) -> None:
        """Demand something of an item that the transaction does not change.

        Args:
            key: The item, as `Model.key(...)`.
            condition: What must hold of it, or of its absence, for the transaction to happen.
            return_item_on_failure: Give the reason of a failure the item that is there.

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
        connection = connect(model)
        self._check_client(connection)
        self._take(connection, execute_on(connection, action, *args, **kwargs))


def transact_write(*, client_request_token: str | None = None) -> WriteTransaction:
    """Begin a transaction that writes, to be used in a `with` block (DynamoDB's TransactWriteItems).

    Args:
        client_request_token: 1 to 36 characters that name the transaction: if it is sent again with the same token
            within ten minutes, it happens once. Without it, each block has one of its own, for botocore's retries.

    Raises:
        InvalidRequestError: The token is too short or too long.
    """
    return WriteTransaction(client_request_token)


@overload
def transact_get(key1: Key[M1], /) -> tuple[M1 | None]: ...


@overload
def transact_get(key1: Key[M1], key2: Key[M2], /) -> tuple[M1 | None, M2 | None]: ...


@overload
def transact_get(key1: Key[M1], key2: Key[M2], key3: Key[M3], /) -> tuple[M1 | None, M2 | None, M3 | None]: ...


@overload
def transact_get(
    key1: Key[M1], key2: Key[M2], key3: Key[M3], key4: Key[M4], /
) -> tuple[M1 | None, M2 | None, M3 | None, M4 | None]: ...


@overload
def transact_get(
    key1: Key[M1], key2: Key[M2], key3: Key[M3], key4: Key[M4], key5: Key[M5], /
) -> tuple[M1 | None, M2 | None, M3 | None, M4 | None, M5 | None]: ...


@overload
def transact_get(
    key1: Key[M1], key2: Key[M2], key3: Key[M3], key4: Key[M4], key5: Key[M5], key6: Key[M6], /
) -> tuple[M1 | None, M2 | None, M3 | None, M4 | None, M5 | None, M6 | None]: ...


@overload
def transact_get(*keys: Key[M1]) -> tuple[M1 | None, ...]: ...


def transact_get(*keys: Key[Any]) -> tuple[Any, ...]:
    """Read items as they are at one moment, None where there is none, in the order of the keys.

    This is DynamoDB's TransactGetItems. A key that is given several times is asked for once.

    Args:
        keys: 1 to 100 keys, `Model.key(...)`, of any models.

    Raises:
        InvalidRequestError: There are no keys or too many, or their models do not go together.
        InvalidKeyValueError: A value cannot be a key of the table.
        TransactionCanceledError: An item is being written at this moment.
        pydantic.ValidationError: An item does not fit its model.
        OperationError: DynamoDB refused, or could not be reached.
    """
    check_keys(keys, asynchronous=iscoroutinefunction(run))
    connections = [connect(key.model) for key in keys]
    same_client(connections)
    tables = [connection.table for connection in connections]
    return run(connections[0].client, transact.read(list(zip(tables, keys, strict=True))))
