"""Pydantic models with DynamoDB powers."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING

from pydamodb._models.attr import Attr, Field
from pydamodb.batch import BatchWriter
from pydamodb.conditions import (
    And,
    AttributeExists,
    AttributeNotExists,
    BeginsWith,
    Between,
    Condition,
    Contains,
    Eq,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Ne,
    Not,
    Or,
    Size,
)
from pydamodb.config import AsyncTable, PydamoConfig
from pydamodb.exceptions import (
    ConditionCheckFailedError,
    ConfigurationError,
    DynamoDBClientError,
    EmptyUpdateError,
    IndexNotFoundError,
    InsufficientConditionsError,
    InvalidConditionError,
    InvalidKeySchemaError,
    InvalidKeyValueError,
    InvalidRequestError,
    InvalidUpdateError,
    ItemEncodingError,
    MissingSortKeyValueError,
    OperationError,
    PydamoError,
    TableNotFoundError,
    ThroughputExceededError,
    TransactionCanceledError,
    UnknownConditionTypeError,
    UnprocessedItemsError,
    ValidationError,
    VersionConflictError,
)
from pydamodb.fields import ExpressionField
from pydamodb.indexes import GlobalIndex, LocalIndex
from pydamodb.keys import Key
from pydamodb.markers import PartitionKey, SortKey, TimeToLive, Version
from pydamodb.models import PKModel, PKSKModel, PrimaryKeyAndSortKeyModel, PrimaryKeyModel
from pydamodb.results import CancellationReason, QueryResult, TransactionAction
from pydamodb.streams import StreamRecord

if TYPE_CHECKING:
    from pydamodb.aio import AsyncPKModel, AsyncPKSKModel, AsyncPrimaryKeyAndSortKeyModel, AsyncPrimaryKeyModel
    from pydamodb.aio_batch import AsyncBatchWriter
    from pydamodb.aio_transactions import AsyncWriteTransaction, transact_get_async, transact_write_async
    from pydamodb.transactions import WriteTransaction, transact_get, transact_write

__all__ = [
    "And",
    "AsyncBatchWriter",
    "AsyncPKModel",
    "AsyncPKSKModel",
    "AsyncPrimaryKeyAndSortKeyModel",
    "AsyncPrimaryKeyModel",
    "AsyncTable",
    "AsyncWriteTransaction",
    "Attr",
    "AttributeExists",
    "AttributeNotExists",
    "BatchWriter",
    "BeginsWith",
    "Between",
    "CancellationReason",
    "Condition",
    "ConditionCheckFailedError",
    "ConfigurationError",
    "Contains",
    "DynamoDBClientError",
    "EmptyUpdateError",
    "Eq",
    "ExpressionField",
    "Field",
    "GlobalIndex",
    "Gt",
    "Gte",
    "In",
    "IndexNotFoundError",
    "InsufficientConditionsError",
    "InvalidConditionError",
    "InvalidKeySchemaError",
    "InvalidKeyValueError",
    "InvalidRequestError",
    "InvalidUpdateError",
    "ItemEncodingError",
    "Key",
    "LocalIndex",
    "Lt",
    "Lte",
    "MissingSortKeyValueError",
    "Ne",
    "Not",
    "OperationError",
    "Or",
    "PKModel",
    "PKSKModel",
    "PartitionKey",
    "PrimaryKeyAndSortKeyModel",
    "PrimaryKeyModel",
    "PydamoConfig",
    "PydamoError",
    "QueryResult",
    "Size",
    "SortKey",
    "StreamRecord",
    "TableNotFoundError",
    "ThroughputExceededError",
    "TimeToLive",
    "TransactionAction",
    "TransactionCanceledError",
    "UnknownConditionTypeError",
    "UnprocessedItemsError",
    "ValidationError",
    "Version",
    "VersionConflictError",
    "WriteTransaction",
    "transact_get",
    "transact_get_async",
    "transact_write",
    "transact_write_async",
]

if not TYPE_CHECKING:
    # The asynchronous half brings asyncio along, as much again as half of all the rest, and most programs have no use
    # for it, nor for transactions: they are loaded when something of them is asked for. With lazy imports (PEP 810), in
    # Python 3.15, the statements above will do.
    _LATE = {
        "AsyncBatchWriter": "aio_batch",
        "AsyncPKModel": "aio",
        "AsyncPKSKModel": "aio",
        "AsyncPrimaryKeyAndSortKeyModel": "aio",
        "AsyncPrimaryKeyModel": "aio",
        "AsyncWriteTransaction": "aio_transactions",
        "WriteTransaction": "transactions",
        "transact_get": "transactions",
        "transact_get_async": "aio_transactions",
        "transact_write": "transactions",
        "transact_write_async": "aio_transactions",
    }

    def __getattr__(name: str) -> object:
        if name in _LATE.values():
            return _import_module(f"{__name__}.{name}")
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(_import_module(f"{__name__}.{_LATE[name]}"), name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LATE, *_LATE.values()} - {"TYPE_CHECKING"})
