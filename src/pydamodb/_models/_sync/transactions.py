"""Transactions: several writes, or reads, of any models that happen all at once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, ClassVar, Concatenate, TypeAlias, TypeVar, cast, overload

from typing_extensions import ParamSpec, Self, deprecated

from pydamodb._client.run import run
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.keys import Key
from pydamodb._expressions.conditions import Condition
from pydamodb._expressions.fields import ExpressionField
from pydamodb._expressions.updates import UpdateAction
from pydamodb._models._sync.models import PrimaryKeyAndSortKeyModel, PrimaryKeyModel
from pydamodb._models.base import CheckedUpdates, Connection, DynamoModel, LiteralText, Scalar, connect, execute_on
from pydamodb._operations import transact
from pydamodb._operations.requests import ModelTable, Operation
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

LONGEST_TOKEN = 36


class TransactionBase:
    """What transactions share: they take actions in their block, for one block, and of models behind one client."""

    _block: ClassVar[str]
    _asynchronous: ClassVar[bool]

    def __init__(self, client_request_token: str | None) -> None:
        """Start with no actions."""
        if client_request_token is not None and not (
            isinstance(client_request_token, str) and 1 <= len(client_request_token) <= LONGEST_TOKEN
        ):
            message = f"transact_write: client_request_token is a text of 1 to {LONGEST_TOKEN} characters"
            raise InvalidRequestError(message)
        self._token = client_request_token
        self._transaction = transact.Transaction()
        self._first: Connection[Any] | None = None
        self._state = "new"

    def _begin(self) -> None:
        if self._state != "new":
            raise InvalidRequestError(f"a transaction is used for one block: begin another, `{self._block} as tx: ...`")
        self._state = "open"

    def _end(self, exception: BaseException | None) -> Connection[Any] | None:
        """End the block; return what to send through, None if there is nothing to send."""
        self._state = "ended"
        return self._first if exception is None else None

    def _check_open(self) -> None:
        if self._state != "open":
            raise InvalidRequestError(
                f"use a transaction in its block: `{self._block} as tx: ...`; the action was not taken"
            )

    def _model_of(self, given: object, *, key: bool, item: bool) -> type[DynamoModel]:
        """Return the model that an action is about.

        Raises:
            InvalidRequestError: There is none, or the block is over.
        """
        self._check_open()
        if key and isinstance(given, Key):
            model = cast("Key[DynamoModel]", given).model
        elif item and isinstance(given, DynamoModel):
            model = type(given)
        else:
            wanted = " or ".join(["a model"] * item + ["a key, `Model.key(...)`"] * key)
            raise InvalidRequestError(f"a transaction takes {wanted}, got {type(given).__name__}")
        _check_kind(model, asynchronous=self._asynchronous)
        return model

    def _take(self, connection: Connection[Any], taken: transact.AddedAction) -> None:
        """Take an action that was checked; meanwhile the block may have ended, or begun on another client."""
        self._check_open()
        self._check_client(connection)
        self._transaction.take(taken)
        self._first = self._first or connection

    def _check_client(self, connection: Connection[Any]) -> None:
        if self._first is not None:
            same_client([self._first, connection])


def _check_kind(model: type[DynamoModel], *, asynchronous: bool) -> None:
    if model.__pydamo_is_asynchronous__() != asynchronous:
        kind, suffix = ("a synchronous", "") if asynchronous else ("an asynchronous", "_async")
        message = f"{model.__name__} is {kind} model: use it with transact_write{suffix}() or transact_get{suffix}()"
        raise InvalidRequestError(message, model_name=model.__name__)


def same_client(connections: Sequence[Connection[Any]]) -> None:
    """Check that all models are reached through one client.

    Raises:
        InvalidRequestError: They are not.
    """
    first = connections[0]
    for other in connections:
        if other.client is not first.client:
            one, two = first.table.model_name, other.table.model_name
            message = (
                f"{one} and {two} are reached through different clients, and a transaction goes through one: make "
                f"their tables with one client, or one boto3 resource, or give both by name"
            )
            raise InvalidRequestError(message, model_name=two)


def checked_keys(keys: Sequence[Any], *, asynchronous: bool) -> None:
    """Check the keys of a transaction that reads.

    Raises:
        InvalidRequestError: There are too few, too many, or some that are none.
    """
    if not 1 <= len(keys) <= transact.MOST_ACTIONS:
        message = f"transact_get takes 1 to {transact.MOST_ACTIONS} keys, got {len(keys)}"
        raise InvalidRequestError(message)
    for key in keys:
        if not isinstance(key, Key):
            raise InvalidRequestError(f"transact_get takes keys, `Model.key(...)`, got {type(key).__name__}")
        _check_kind(cast("Key[DynamoModel]", key).model, asynchronous=asynchronous)


class WriteTransaction(TransactionBase):
    """Writes that happen all at once or not at all (DynamoDB's TransactWriteItems); made by `transact_write()`.

    Each action is checked when it is taken, and all are sent in one request when the `with` block ends. If the block
    ends with an exception, nothing is sent. A transaction has 100 actions at most, each on another item.
    """

    _block = "with transact_write()"
    _asynchronous = False

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
    checked_keys(keys, asynchronous=False)
    connections = [connect(key.model) for key in keys]
    same_client(connections)
    targets = [connection.table for connection in connections]
    return run(connections[0].client, transact.read(list(zip(targets, keys, strict=True))))
