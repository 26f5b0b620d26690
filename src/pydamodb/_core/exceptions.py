"""Every error that the library raises on purpose, and nothing else.

    PydamoError
    ├── OperationError                   an operation was refused, by DynamoDB or on the way to it
    │   ├── ConditionCheckFailedError    the stored item does not meet the condition
    │   │   └── VersionConflictError     somebody else has written the item since it was read
    │   ├── MissingSortKeyValueError     the table has a sort key and no value was given for it
    │   ├── IndexNotFoundError           the table has no index of that name
    │   ├── TableNotFoundError           there is no table of that name
    │   ├── ThroughputExceededError      DynamoDB asks for fewer requests
    │   ├── UnprocessedItemsError        a batch ended before all of it was written, or read
    │   ├── TransactionCanceledError     a transaction that was not done, and why
    │   └── DynamoDBClientError          anything else that DynamoDB or botocore reports
    └── ValidationError                  the caller's input cannot work; nothing was sent
        ├── ConfigurationError           the model, or its `pydamo_config`, cannot be used with a table
        ├── InvalidKeySchemaError        the model and the table's keys do not fit together
        ├── InvalidKeyValueError         a value that cannot be a key of this table or index
        ├── InvalidConditionError        a condition that is not allowed here
        ├── InsufficientConditionsError  `And` or `Or` of fewer than two conditions
        ├── UnknownConditionTypeError    something that is not a condition
        ├── InvalidUpdateError           an update that cannot be applied
        ├── EmptyUpdateError             an update without changes
        ├── InvalidRequestError          options that do not fit together
        └── ItemEncodingError            a value that cannot be stored without loss

Pydantic's own `ValidationError` is not part of the tree: it reaches the caller as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydamodb._core.results import CancellationReason


class PydamoError(Exception):
    """Base of all errors of the library; its text names the model, the field and the remedy."""

    def __init__(self, message: str, *, model_name: str = "") -> None:
        """Keep the name of the model class, empty where no model is involved."""
        super().__init__(message)
        self.model_name = model_name


class OperationError(PydamoError):
    """An operation that was refused, by DynamoDB or on the way to it.

    `operation` is DynamoDB's name for it (such as `"PutItem"`), `model_name` the model class, `table_name` the table
    where it is known, `original_error` the exception of botocore behind it, or None. `outcome_unknown` says of a write
    that it may have been carried out all the same: the connection broke, or DynamoDB had an internal error.
    """

    outcome_unknown: bool = False

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        model_name: str = "",
        table_name: str | None = None,
        original_error: Exception | None = None,
    ) -> None:
        """Keep what is known of the operation."""
        super().__init__(message, model_name=model_name)
        self.operation = operation
        self.table_name = table_name
        self.original_error = original_error


class ConditionCheckFailedError(OperationError):
    """The stored item, or its absence, does not meet the `condition` of the write.

    `item` is the item that is there, as a model, if the write asked for it (`return_item_on_failure=True`). It is None
    if there is no item, or one that does not fit the model.
    """

    condition: Any = None
    item: Any = None


class VersionConflictError(ConditionCheckFailedError):
    """Somebody else has written, or deleted, the item since the model was read; nothing was written.

    `expected_version` is the version of the model, 0 if it was not read; `actual_version` the one that is stored, None
    if there is no item, or one without a version.
    """

    expected_version: int = 0
    actual_version: int | None = None


class MissingSortKeyValueError(OperationError):
    """The table has a partition key and a sort key, and no value was given for the sort key."""


class IndexNotFoundError(OperationError):
    """The table has no index called `index_name`."""

    index_name: str = ""


class TableNotFoundError(OperationError):
    """There is no table called `table_name` in this account and region."""


class ThroughputExceededError(OperationError):
    """DynamoDB throttled the request and botocore's own retries did not help; `error_code` is DynamoDB's."""

    error_code: str | None = None


class UnprocessedItemsError(OperationError):
    """A batch ended before all of it was confirmed, or read.

    Of a batch write, `puts` holds the models that are not known to be written, `deletes` the keys that are not known to
    be deleted, in the order in which they were given. Where the connection broke, some of them may have been written
    all the same. Of a batch read, `items` holds the models that were read, `keys` the keys of those that were not.
    """

    puts: Sequence[Any] = ()
    deletes: Sequence[Mapping[str, Any]] = ()
    items: Sequence[Any] = ()
    keys: Sequence[Mapping[str, Any]] = ()


class TransactionCanceledError(OperationError):
    """A transaction of which nothing was done; `reasons` has one for each action, in their order."""

    reasons: tuple[CancellationReason, ...] = ()


class DynamoDBClientError(OperationError):
    """Any other error of DynamoDB or botocore; `error_code` is DynamoDB's, None if it never got there."""

    error_code: str | None = None


class ValidationError(PydamoError):
    """Input that cannot work. It is raised before anything is sent."""


class ConfigurationError(ValidationError):
    """The model, or its `pydamo_config`, cannot be used with a table."""


class InvalidKeySchemaError(ValidationError):
    """The model and the table's keys do not fit together: a missing field, or the wrong base class."""


class InvalidKeyValueError(ValidationError):
    """A value that cannot be a key of this table or index: a wrong type, an empty string, None."""


class InvalidConditionError(ValidationError):
    """A condition that is not allowed here, or an operand that does not fit its field."""


class InsufficientConditionsError(ValidationError):
    """`And` and `Or` combine at least two conditions."""


class UnknownConditionTypeError(ValidationError):
    """The value given as a condition is not one."""


class InvalidUpdateError(ValidationError):
    """An update that cannot be applied: a key attribute, overlapping paths, a value that the field refuses."""


class EmptyUpdateError(ValidationError):
    """An update without a single change."""


class InvalidRequestError(ValidationError):
    """Options that do not fit together, or that DynamoDB does not know."""


class ItemEncodingError(ValidationError):
    """A value that cannot be stored without loss; `path` leads to it, from the field on."""

    path: tuple[str | int, ...] = ()
