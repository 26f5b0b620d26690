"""All errors that the library raises."""

from pydamodb._core import exceptions as _private
from pydamodb._core.exceptions import (
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
    ValidationError,
)
from pydamodb._core.facade import publish as _publish
from pydamodb._expressions import failed_conditions as _conditions
from pydamodb._expressions.failed_conditions import (
    ConditionCheckFailedError,
    ItemExistsError,
    ItemNotFoundError,
    VersionConflictError,
)

__all__ = ["ConditionCheckFailedError", "ConfigurationError", "DynamoDBClientError", "EmptyUpdateError"]
__all__ += [
    "ForeignItemError",
    "IndexNotFoundError",
    "InsufficientConditionsError",
    "InvalidConditionError",
    "InvalidItemError",
]
__all__ += ["InvalidKeySchemaError", "InvalidKeyValueError", "InvalidRequestError", "InvalidUpdateError"]
__all__ += ["ItemCollectionSizeLimitError", "ItemEncodingError", "ItemExistsError", "ItemNotFoundError"]
__all__ += ["KeyMismatchError", "MissingSortKeyValueError"]
__all__ += ["OperationError", "PydamoError", "ReplicatedWriteConflictError", "TableNotFoundError"]
__all__ += ["ThroughputExceededError", "TransactionCanceledError", "TransactionConflictError"]
__all__ += ["UnknownConditionTypeError"]
__all__ += ["UnprocessedItemsError", "ValidationError", "VersionConflictError"]

__doc__ = _private.__doc__  # the tree of the classes
_publish(__name__, _private)
_publish(__name__, _conditions)
