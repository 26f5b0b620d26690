"""Transactions of the synchronous models."""

from pydamodb._core.facade import publish as _publish
from pydamodb._models._sync import transactions as _private
from pydamodb._models._sync.transactions import WriteTransaction, transact_get, transact_write

__all__ = ["WriteTransaction", "transact_get", "transact_write"]

_publish(__name__, _private)
