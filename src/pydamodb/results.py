"""What operations return when it is more than a model."""

from pydamodb._core import results as _private
from pydamodb._core.facade import publish as _publish
from pydamodb._core.results import (
    CancellationReason,
    QueryResult,
    ReturnValues,
    ThrottlingReason,
    TransactionAction,
    TransactionOperation,
    VectorMatch,
)

__all__ = ["CancellationReason", "QueryResult", "ReturnValues", "ThrottlingReason", "TransactionAction"]
__all__ += ["TransactionOperation", "VectorMatch"]

_publish(__name__, _private)
