"""Every error that the library raises on purpose, and nothing else.

    PydamoError
    ├── OperationError                   DynamoDB, botocore or the library refused an operation
    │   ├── ConditionCheckFailedError    the stored item does not meet the condition
    │   │   ├── ItemExistsError          the item exists, and must be new
    │   │   ├── ItemNotFoundError        the item does not exist, and must; reads raise it too
    │   │   └── VersionConflictError     the item was modified since it was read
    │   ├── MissingSortKeyValueError     the table has a sort key and no value was given for it
    │   ├── IndexNotFoundError           the table has no index of that name
    │   ├── TableNotFoundError           there is no table of that name
    │   ├── ThroughputExceededError      DynamoDB throttled the request
    │   ├── UnprocessedItemsError        a batch ended before all its items were written or read
    │   ├── InvalidItemError             a stored item does not fit the model
    │   │   ├── ForeignItemError         the item is of another kind than the model (models with a `pydamo_key`)
    │   │   └── KeyMismatchError         the fields of the item make another key than its own (the same models)
    │   ├── TransactionCanceledError     DynamoDB canceled the transaction, with a reason for each action
    │   └── DynamoDBClientError          any other error of DynamoDB or botocore
    │       ├── TransactionConflictError      a transaction is writing the item of a single write
    │       ├── ReplicatedWriteConflictError  another region has written the item of a global table
    │       └── ItemCollectionSizeLimitError  a table with a local index has 10 GB of items under the partition key
    └── ValidationError                  the caller's input cannot work; nothing was sent
        ├── ConfigurationError           the model, or its `pydamo_config`, cannot be used with a table
        ├── InvalidKeySchemaError        the model does not match the table's keys
        ├── InvalidKeyValueError         the value cannot be a key of this table or index
        ├── InvalidConditionError        the condition is not allowed here
        ├── InsufficientConditionsError  `And` or `Or` has fewer than two conditions
        ├── UnknownConditionTypeError    the value is not a condition
        ├── InvalidUpdateError           the update cannot be applied
        ├── EmptyUpdateError             the update has no changes
        ├── InvalidRequestError          the options do not work together
        └── ItemEncodingError            the value cannot be stored without loss

Pydantic's own `ValidationError` is not part of the tree. Constructors raise it. It is the cause of an InvalidItemError.
The errors of a failed condition show it, and stand in `_expressions/failed_conditions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from pydamodb._core.results import CancellationReason, ThrottlingReason


class PydamoError(Exception):
    """The base class of all errors of the library.

    The message names the model, the field and the remedy. `model_name` is the name of the model class, empty if no
    model is involved.
    """

    def __init__(self, message: str = "", *, model_name: str = "") -> None:
        super().__init__(message)
        self.model_name = model_name


class OperationError(PydamoError):
    """DynamoDB, botocore or the library refused an operation.

    `operation` is DynamoDB's name of the operation (such as `"PutItem"`), and `model_name` the model class.
    `table_name` is the table, None if it is not known. `original_error` is the exception of botocore, None if there is
    none. `outcome_unknown` is True for a write that may have succeeded: the connection broke, or DynamoDB had an
    internal error.
    """

    outcome_unknown: bool = False

    def __init__(
        self,
        message: str = "",
        *,
        operation: str = "",
        model_name: str = "",
        table_name: str | None = None,
        original_error: Exception | None = None,
    ) -> None:
        super().__init__(message, model_name=model_name)
        self.operation = operation
        self.table_name = table_name
        self.original_error = original_error

    @property
    def response(self) -> Mapping[str, Any]:
        """The parsed response of DynamoDB, as botocore's ClientError has it; empty if there is none."""
        response: object = getattr(self.original_error, "response", None)
        return cast("Mapping[str, Any]", response) if isinstance(response, Mapping) else {}


class MissingSortKeyValueError(OperationError):
    """The table has a partition key and a sort key, and no value was given for the sort key."""


class IndexNotFoundError(OperationError):
    """The table has no index called `index_name`."""

    index_name: str = ""


class TableNotFoundError(OperationError):
    """There is no table called `table_name` in this account and region."""


class ThroughputExceededError(OperationError):
    """DynamoDB throttled the request, and botocore's retries did not help; `error_code` is DynamoDB's.

    `throttling_reasons` says which limit of which table or index was exceeded, if DynamoDB says it.
    """

    error_code: str | None = None
    throttling_reasons: tuple[ThrottlingReason, ...] = ()


class UnprocessedItemsError(OperationError):
    """A batch ended before all its items were written or read.

    After a batch write, `puts` has the models that may not be written, and `deletes` the keys that may not be deleted.
    Both keep the given order. Some of them may be done if the connection broke. After a batch read, `items` has the
    models that were read, and `keys` the keys of the others.
    """

    puts: Sequence[Any] = ()
    deletes: Sequence[Mapping[str, Any]] = ()
    items: Sequence[Any] = ()
    keys: Sequence[Mapping[str, Any]] = ()


class InvalidItemError(OperationError):
    """A stored item does not fit the model. After an update, the message says that the update was made.

    `key` has the values of the item's primary key, by attribute: strings, ints, Decimals or bytes. If a projection
    leaves out key attributes, they are missing here too. `item` is the item as it was read, in DynamoDB's JSON.
    `__cause__` is Pydantic's error without the values, or a RuntimeError if a validator raised another exception.
    """

    key: Mapping[str, Any] = MappingProxyType({})
    item: Mapping[str, Any] = MappingProxyType({})


class ForeignItemError(InvalidItemError):
    """The item that was asked for is of another kind: its marker, or its key, is not one of the model's.

    Queries and scans leave such items out. This error says that an item is there, which `save` would overwrite.
    """


class KeyMismatchError(InvalidItemError):
    """The item is under another key than its fields make: it was written with other templates, or by other programs.

    The model would not find the item by its own values, and would write a second one.
    """


class TransactionCanceledError(OperationError):
    """DynamoDB canceled the transaction; nothing was done. `reasons` has one reason for each action, in their order."""

    reasons: tuple[CancellationReason, ...] = ()


class DynamoDBClientError(OperationError):
    """Any other error of DynamoDB or botocore; `error_code` is DynamoDB's, None if DynamoDB sent no reply."""

    error_code: str | None = None


class TransactionConflictError(DynamoDBClientError):
    """A transaction is writing the item, so that this write was not done. It can be sent again."""


class ReplicatedWriteConflictError(DynamoDBClientError):
    """Another region has written the item of a global table, so that this write was not done.

    Read the item and decide again. The library does not repeat the write.
    """


class ItemCollectionSizeLimitError(DynamoDBClientError):
    """The items under one partition key have more than 10 GB, which a table with a local index cannot store."""


class ValidationError(PydamoError):
    """The input cannot work. Nothing was sent."""


class ConfigurationError(ValidationError):
    """The model, or its `pydamo_config`, cannot be used with a table."""


class InvalidKeySchemaError(ValidationError):
    """The model does not match the table's keys: a field is missing, or the base class is wrong."""


class InvalidKeyValueError(ValidationError):
    """The value cannot be a key of this table or index: its type is wrong, or it is an empty string or None."""


class InvalidConditionError(ValidationError):
    """The condition is not allowed here, or an operand does not match its field."""


class InsufficientConditionsError(ValidationError):
    """`And` and `Or` combine at least two conditions; `operator` is `"And"` or `"Or"`, `count` the number given."""

    operator: str = ""
    count: int = 0


class UnknownConditionTypeError(ValidationError):
    """The value that was given as a condition is not a condition; `condition_type` is its type."""

    condition_type: type[Any] | None = None


class InvalidUpdateError(ValidationError):
    """The update cannot be applied: it changes a key, its paths overlap, or the field refuses a value."""


class EmptyUpdateError(ValidationError):
    """The update has no changes."""


class InvalidRequestError(ValidationError):
    """The options do not work together, or DynamoDB does not know one of them."""


class ItemEncodingError(ValidationError):
    """The value cannot be stored without loss; `path` is the path from the field to the value."""

    path: tuple[str | int, ...] = ()
