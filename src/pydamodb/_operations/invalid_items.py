"""Items that do not fit their model: the error of each one, and the caller's function that decides about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from inspect import isawaitable, iscoroutinefunction
from typing import Any, TypeAlias

from pydantic import BaseModel
from typing_extensions import NamedTuple

from pydamodb._codec.attribute_values import AttributeValue, Unstorable, decode_key
from pydamodb._codec.foreign_items import Drift, Foreign, OfNoKind
from pydamodb._codec.hidden_errors import summary, without_values
from pydamodb._core.exceptions import ForeignItemError, InvalidItemError, InvalidRequestError, KeyMismatchError

_ERRORS: dict[type[Exception], type[InvalidItemError]] = {
    Foreign: ForeignItemError,
    OfNoKind: ForeignItemError,
    Drift: KeyMismatchError,
}
_DONE = {"UpdateItem": " The update was made.", "DeleteItem": " The item was deleted."}
OnInvalid: TypeAlias = Callable[[InvalidItemError], Any]


class InvalidItems(NamedTuple):
    """What a read does with items that do not fit: it calls `on_invalid`, or raises the error if that is None.

    `key_attributes` are those of the table. `known` has attributes that are known from the request: a projection may
    leave them out of the item. `operation` is empty for what is not read from DynamoDB: `function` was given it, and
    `place` says where it was. A query or a scan leaves out items of other kinds. `kinds` are those of a collection.
    """

    model_name: str
    table_name: str | None
    operation: str
    key_attributes: tuple[str, ...]
    known: Mapping[str, AttributeValue] = {}
    on_invalid: OnInvalid | None = None
    leaves_out_foreign: bool = False
    kinds: tuple[type[BaseModel], ...] = ()
    function: str = "from_stream_record"
    place: str = ""

    def handle(
        self,
        model: type[BaseModel],
        item: Mapping[str, AttributeValue],
        error: Exception,
        path: tuple[str | int, ...] = (),
    ) -> Any:
        """Return what replaces the item, None to leave it out; or raise InvalidItemError."""
        if self.leaves_out_foreign and isinstance(error, Foreign):
            return None
        invalid = self._error(model, item, error, path)
        if self.on_invalid is None:
            raise invalid
        replacement: object = self.on_invalid(invalid)
        if replacement is None or isinstance(replacement, self.kinds if model in self.kinds else model):
            return replacement
        if isawaitable(replacement):
            getattr(replacement, "close", lambda: None)()  # nobody awaits it
        raise _wrong_function(
            self.operation or self.function, self.model_name, f"returned a value of type {type(replacement).__name__}"
        )

    def _error(
        self, model: type[BaseModel], item: Mapping[str, AttributeValue], error: Exception, path: tuple[str | int, ...]
    ) -> InvalidItemError:
        key: dict[str, Any] = {}
        for name in self.key_attributes:
            with suppress(Exception):  # the value itself may be damaged
                key[name] = decode_key(self.known.get(name) or item[name])
        if isinstance(error, Unstorable):  # a key that the model would not write
            hidden, problem = None, error.reason
        else:
            hidden = without_values(error, {name: value for name, value in item.items() if name not in key}, path)
            problem = summary(error, hidden)
        where = self.place if self.table_name is None else f" on table {self.table_name!r}"
        which = f"the item with the key {key}" if key else "an item"
        fitted = "the model" if model.__name__ == self.model_name else f"the projection {model.__name__}"
        fitted = f"the model {model.__name__}" if len(self.kinds) > 1 and model in self.kinds else fitted
        fitted = self.model_name if isinstance(error, OfNoKind) else fitted
        unread = ", ".join(repr(name) for name in self.key_attributes if name not in key)
        is_projection = fitted.startswith("the projection")
        remedy = f" To see the whole key, add {unread} to the projection." if unread and is_projection else ""
        remedy += _DONE.get(self.operation, "")
        says = f"is of another kind than {fitted}" if isinstance(error, Foreign) else f"does not fit {fitted}"
        invalid = _ERRORS.get(type(error), InvalidItemError)(
            f"{self.operation or self.function} of {self.model_name}{where}: {which} {says}: {problem}.{remedy}",
            operation=self.operation,
            model_name=self.model_name,
            table_name=self.table_name,
        )
        invalid.key, invalid.item, invalid.__cause__ = key, item, hidden
        return invalid


def check_on_invalid(operation: str, model_name: str, on_invalid: object) -> None:
    """Refuse what is not a plain function, before anything is sent."""
    if iscoroutinefunction(on_invalid):
        raise _wrong_function(operation, model_name, "is an async function, and nobody would await it")
    if not callable(on_invalid):
        raise _wrong_function(operation, model_name, f"is a value of type {type(on_invalid).__name__}")


def _wrong_function(operation: str, model_name: str, what: str) -> InvalidRequestError:
    message = (
        f"{operation} of {model_name}: on_invalid {what}; give a plain function that takes an InvalidItemError and "
        f"returns an instance of the model that is read, or None to leave the item out"
    )
    return InvalidRequestError(message, model_name=model_name)
