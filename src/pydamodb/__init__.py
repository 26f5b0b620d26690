"""Pydantic models with DynamoDB powers."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING

from pydamodb._models.attr import Attr, Field, computed_attr
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
from pydamodb.config import AsyncTable, DirectTable, PydamoConfig
from pydamodb.exceptions import (
    ConditionCheckFailedError,
    ConfigurationError,
    DynamoDBClientError,
    EmptyUpdateError,
    ForeignItemError,
    IndexNotFoundError,
    InsufficientConditionsError,
    InvalidConditionError,
    InvalidItemError,
    InvalidKeySchemaError,
    InvalidKeyValueError,
    InvalidRequestError,
    InvalidUpdateError,
    ItemCollectionSizeLimitError,
    ItemEncodingError,
    ItemExistsError,
    ItemNotFoundError,
    KeyMismatchError,
    MissingSortKeyValueError,
    OperationError,
    PydamoError,
    ReplicatedWriteConflictError,
    TableNotFoundError,
    ThroughputExceededError,
    TransactionCanceledError,
    TransactionConflictError,
    UnknownConditionTypeError,
    UnprocessedItemsError,
    VersionConflictError,
)
from pydamodb.exceptions import ValidationError as ValidationError
from pydamodb.fields import ExpressionField, FieldOf, raw_attribute
from pydamodb.keys import Key
from pydamodb.markers import Attribute, CreatedAt, PartitionKey, SortKey, TimeToLive, UpdatedAt, Vector, Version
from pydamodb.models import PKModel, PKSKModel, PrimaryKeyAndSortKeyModel, PrimaryKeyModel
from pydamodb.observing import ConsumedCapacity, RequestEnded, RequestObserver, RequestStarted, collect
from pydamodb.results import CancellationReason, QueryResult, ThrottlingReason, TransactionAction, VectorMatch
from pydamodb.templates import KeyTemplate, Template

if TYPE_CHECKING:
    from pydamodb.aio import AsyncPKModel, AsyncPKSKModel, AsyncPrimaryKeyAndSortKeyModel, AsyncPrimaryKeyModel
    from pydamodb.aio_batch import AsyncBatchWriter
    from pydamodb.aio_collections import AsyncCollection
    from pydamodb.aio_tables import check_tables_async, create_tables_async, ensure_tables_async
    from pydamodb.aio_transactions import AsyncWriteTransaction, transact_get_async, transact_write_async
    from pydamodb.batch import BatchWriter
    from pydamodb.collections import Collection, collection
    from pydamodb.direct import DirectClient
    from pydamodb.indexes import GlobalIndex, LocalIndex, VectorIndex
    from pydamodb.items import dump_items, load_items
    from pydamodb.streams import StreamRecord
    from pydamodb.tables import TableDifference, check_tables, create_tables, ensure_tables, table_definition
    from pydamodb.transactions import WriteTransaction, transact_get, transact_write

__all__ = ["And", "AsyncBatchWriter", "AsyncCollection", "AsyncPKModel", "AsyncPKSKModel"]
__all__ += ["AsyncPrimaryKeyAndSortKeyModel"]
__all__ += ["AsyncPrimaryKeyModel", "AsyncTable", "AsyncWriteTransaction", "Attr", "Attribute", "AttributeExists"]
__all__ += ["AttributeNotExists", "BatchWriter", "BeginsWith", "Between", "CancellationReason", "Collection"]
__all__ += ["Condition", "ConsumedCapacity", "RequestEnded", "RequestObserver", "RequestStarted", "collect"]
__all__ += ["ConditionCheckFailedError", "ConfigurationError", "Contains", "DirectClient", "DirectTable"]
__all__ += ["CreatedAt", "DynamoDBClientError", "EmptyUpdateError"]
__all__ += ["Eq", "ExpressionField", "Field", "FieldOf", "ForeignItemError", "GlobalIndex", "Gt", "Gte", "In"]
__all__ += ["IndexNotFoundError"]
__all__ += ["InsufficientConditionsError", "InvalidConditionError", "InvalidItemError", "InvalidKeySchemaError"]
__all__ += ["InvalidKeyValueError", "InvalidRequestError", "InvalidUpdateError", "ItemCollectionSizeLimitError"]
__all__ += ["ItemEncodingError", "ItemExistsError", "ItemNotFoundError", "Key"]
__all__ += ["KeyMismatchError", "KeyTemplate"]
__all__ += ["LocalIndex", "Lt", "Lte", "MissingSortKeyValueError", "Ne", "Not", "OperationError", "Or", "PKModel"]
__all__ += [
    "PKSKModel",
    "PartitionKey",
    "PrimaryKeyAndSortKeyModel",
    "PrimaryKeyModel",
    "PydamoConfig",
    "PydamoError",
    "QueryResult",
    "ReplicatedWriteConflictError",
    "Size",
]
__all__ += ["SortKey", "StreamRecord", "TableNotFoundError", "Template", "ThrottlingReason"]
__all__ += ["ThroughputExceededError"]
__all__ += ["TableDifference", "TimeToLive"]
__all__ += ["TransactionAction", "TransactionCanceledError", "TransactionConflictError", "UnknownConditionTypeError"]
__all__ += ["UnprocessedItemsError", "UpdatedAt"]
__all__ += ["Vector", "VectorIndex", "VectorMatch"]
__all__ += ["Version", "VersionConflictError", "WriteTransaction", "check_tables", "check_tables_async"]
__all__ += [
    "collection",
    "computed_attr",
    "create_tables",
    "create_tables_async",
    "dump_items",
    "ensure_tables",
    "ensure_tables_async",
    "load_items",
]
__all__ += ["raw_attribute", "table_definition", "transact_get"]
__all__ += ["transact_get_async", "transact_write", "transact_write_async"]

__version__ = "0.1.0"

if not TYPE_CHECKING:
    # Loading asyncio takes as long as loading all the rest, and most programs use neither it nor transactions.
    # These names are therefore imported at their first use, as are the private modules that `_core/late_rooms` opens.
    # Lazy imports (PEP 810, Python 3.15) will replace this.
    _LATE = {"AsyncBatchWriter": "aio_batch", "AsyncPKModel": "aio", "AsyncPKSKModel": "aio"}
    _LATE |= {"AsyncCollection": "aio_collections", "Collection": "collections", "collection": "collections"}
    _LATE |= dict.fromkeys(["AsyncPrimaryKeyAndSortKeyModel", "AsyncPrimaryKeyModel"], "aio")
    _LATE |= dict.fromkeys(["AsyncWriteTransaction", "transact_get_async", "transact_write_async"], "aio_transactions")
    _LATE |= dict.fromkeys(["check_tables_async", "create_tables_async", "ensure_tables_async"], "aio_tables")
    _LATE |= dict.fromkeys(["TableDifference", "check_tables", "create_tables", "ensure_tables"], "tables")
    _LATE |= {"BatchWriter": "batch", "DirectClient": "direct", "StreamRecord": "streams"}
    _LATE |= dict.fromkeys(["GlobalIndex", "LocalIndex", "VectorIndex"], "indexes")
    _LATE |= {"dump_items": "items", "load_items": "items", "table_definition": "tables"}
    _LATE |= dict.fromkeys(["WriteTransaction", "transact_get", "transact_write"], "transactions")

    def __getattr__(name: str) -> object:
        if name in _LATE.values():
            return _import_module(f"{__name__}.{name}")
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(_import_module(f"{__name__}.{_LATE[name]}"), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LATE, *_LATE.values()} - {"TYPE_CHECKING"})
