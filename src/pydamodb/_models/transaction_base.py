"""What transactions of synchronous and asynchronous models share: the state of the block, and checks of arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from pydamodb._core.config import IN_USE, PydamoConfig
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.keys import Key
from pydamodb._models.base import DynamoModel
from pydamodb._models.connection import Connection, check_same_client
from pydamodb._operations import transact

LONGEST_TOKEN = 36


class TransactionBase:
    """A transaction takes actions in one block, for models that use one client."""

    _block: ClassVar[str]
    _asynchronous: ClassVar[bool]

    def __init__(self, client_request_token: str | None, retries: int = 0) -> None:
        """Start with no actions."""
        if client_request_token is not None and not (
            isinstance(client_request_token, str) and 1 <= len(client_request_token) <= LONGEST_TOKEN
        ):
            raise InvalidRequestError(f"client_request_token must be a string of 1 to {LONGEST_TOKEN} characters")
        check_retries(retries)
        self._token = client_request_token
        self._retries = retries
        self._transaction = transact.Transaction()
        self._first: Connection[Any] | None = None
        self._tables: Mapping[int, PydamoConfig] = {}
        self._state = "new"

    def _begin(self) -> None:
        if self._state != "new":
            raise InvalidRequestError(f"a transaction is used for one block: begin another, `{self._block} as tx: ...`")
        self._state, self._tables = "open", IN_USE.get()

    def _end(self, exception: BaseException | None) -> Connection[Any] | None:
        """End the block; return the connection to send through, None if there is nothing to send."""
        self._state = "ended"
        return self._first if exception is None else None

    def _check_open(self) -> None:
        if self._state != "open":
            message = f"use a transaction in its block: `{self._block} as tx: ...`; the action was not added"
            raise InvalidRequestError(message)

    def _model_of(self, given: object, *, key: bool, item: bool) -> type[DynamoModel]:
        """Return the model of an action; raise InvalidRequestError if there is none, or if the block is over."""
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

    def _add(self, connection: Connection[Any], action: transact.AddedAction) -> None:
        """Add a checked action. The block may have ended since the check, or have got an action with another client."""
        self._check_open()
        self._check_client(connection)
        self._transaction.take(action)
        self._first = self._first or connection

    def _check_client(self, connection: Connection[Any]) -> None:
        if self._first is not None:
            check_same_client([self._first, connection], "a transaction")


def check_retries(retries: object) -> None:
    """Raise InvalidRequestError unless this is a number of repetitions."""
    if not isinstance(retries, int) or isinstance(retries, bool) or retries < 0:
        given = retries if isinstance(retries, int) else type(retries).__name__
        raise InvalidRequestError(f"retries is how often a transaction is sent again, 0 or more; got {given}")


def check_keys(keys: Sequence[Any], *, asynchronous: bool) -> None:
    """Raise InvalidRequestError for too few or too many keys, and for arguments that are not keys."""
    if not 1 <= len(keys) <= transact.MOST_ACTIONS:
        raise InvalidRequestError(f"transact_get takes 1 to {transact.MOST_ACTIONS} keys, got {len(keys)}")
    for key in keys:
        if not isinstance(key, Key):
            raise InvalidRequestError(f"transact_get takes keys, `Model.key(...)`, got {type(key).__name__}")
        check_kind(cast("Key[DynamoModel]", key).model, asynchronous=asynchronous)


def check_kind(model: type[DynamoModel], *, asynchronous: bool) -> None:
    """Raise InvalidRequestError unless the model is asynchronous, or synchronous, as the function is."""
    if model.__pydamo_is_asynchronous__ != asynchronous:
        kind, suffix = ("a synchronous", "") if asynchronous else ("an asynchronous", "_async")
        message = f"{model.__name__} is {kind} model: use it with transact_write{suffix}() or transact_get{suffix}()"
        raise InvalidRequestError(message, model_name=model.__name__)
