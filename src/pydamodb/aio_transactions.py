"""Transactions of the asynchronous models."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models._async import transactions as _private
from pydamodb._models._async.transactions import AsyncWriteTransaction, transact_get_async, transact_write_async

__all__ = ["AsyncWriteTransaction", "transact_get_async", "transact_write_async"]

_publish(__name__, _private)
