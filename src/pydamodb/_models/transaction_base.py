"""What transactions of both kinds of models share: the state of their block, and the checks of what they take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.keys import Key
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Connection
from pydamodb._operations import transact

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
        check_kind(model, asynchronous=self._asynchronous)
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


def check_keys(keys: Sequence[Any], *, asynchronous: bool) -> None:
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
        check_kind(cast("Key[DynamoModel]", key).model, asynchronous=asynchronous)


def check_kind(model: type[DynamoModel], *, asynchronous: bool) -> None:
    """Check that a model is of the kind that the function takes.

    Raises:
        InvalidRequestError: It is of the other kind.
    """
    if model.__pydamo_is_asynchronous__ != asynchronous:
        kind, suffix = ("a synchronous", "") if asynchronous else ("an asynchronous", "_async")
        message = f"{model.__name__} is {kind} model: use it with transact_write{suffix}() or transact_get{suffix}()"
        raise InvalidRequestError(message, model_name=model.__name__)
