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
    ItemEncodingError,
    KeyMismatchError,
    MissingSortKeyValueError,
    OperationError,
    PydamoError,
    TableNotFoundError,
    ThroughputExceededError,
    TransactionCanceledError,
    UnknownConditionTypeError,
    UnprocessedItemsError,
    ValidationError,
)
from pydamodb._core.facade import publish as _publish
from pydamodb._expressions import failed_conditions as _conditions
from pydamodb._expressions.failed_conditions import ConditionCheckFailedError, VersionConflictError

__all__ = ["ConditionCheckFailedError", "ConfigurationError", "DynamoDBClientError", "EmptyUpdateError"]
__all__ += [
    "ForeignItemError",
    "IndexNotFoundError",
    "InsufficientConditionsError",
    "InvalidConditionError",
    "InvalidItemError",
]
__all__ += ["InvalidKeySchemaError", "InvalidKeyValueError", "InvalidRequestError", "InvalidUpdateError"]
__all__ += ["ItemEncodingError", "KeyMismatchError", "MissingSortKeyValueError", "OperationError", "PydamoError"]
__all__ += ["TableNotFoundError", "ThroughputExceededError", "TransactionCanceledError", "UnknownConditionTypeError"]
__all__ += ["UnprocessedItemsError", "ValidationError", "VersionConflictError"]

__doc__ = _private.__doc__  # the tree of the classes
_publish(__name__, _private)
_publish(__name__, _conditions)
