"""Whether the item of a write must exist, or must be new: the condition, and what its failure means.

DynamoDB does not say which part of a condition was false. It shows the existing item where a write asks for it. A write
asks if the caller gave the word `must_exist` or `must_be_new`, and the condition has other parts too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from pydamodb._codec.attribute_values import AttributeValue
from pydamodb._core.table_schema import TableSchema
from pydamodb._expressions.conditions import AttributeExists, AttributeNotExists, Condition
from pydamodb._expressions.paths import raw_path
from pydamodb._operations.table import ModelTable

Cause: TypeAlias = Literal["not found", "existing", "created", "version"]


class Presence(NamedTuple):
    """What is required of the item: that it exists, or that it `is_new`.

    If it `is_implied`, the caller did not give the word: the operation always requires an existing item.
    """

    is_new: bool = False
    is_implied: bool = False

    def required(self, table: ModelTable[Any], schema: TableSchema) -> Condition:
        """Return the condition: only existing items have the partition key."""
        name = schema.keys.partition_keys[0]
        kind = AttributeNotExists if self.is_new else AttributeExists
        return kind(table.paths.get(name) or raw_path((name,)))

    def needs_item(self, condition: Condition | None) -> bool:
        """Return True if only the existing item can say why this whole condition failed, and the caller asks."""
        return not self.is_implied and not is_existence(condition)

    def cause(self, condition: Condition | None, item: Mapping[str, AttributeValue], *, is_shown: bool) -> Cause | None:
        """Return why the condition failed, None for another reason. `is_shown` says that an existing item was shown."""
        exists = bool(item) if is_shown else self.is_new
        if exists is not self.is_new or not (is_shown or is_existence(condition)):
            return None
        return "existing" if self.is_new else "not found"


MUST_EXIST = Presence()
MUST_BE_NEW = Presence(is_new=True)
EXISTS_ALWAYS = Presence(is_implied=True)


def presence_of(table: ModelTable[Any], method: str, *, must_exist: bool, must_be_new: bool = False) -> Presence | None:
    """Return what the caller requires, None for nothing.

    Raises:
        InvalidRequestError: Both words are given.
    """
    if must_exist and must_be_new:
        raise table.invalid_request(
            f"{method} of {table.model_name}: must_exist and must_be_new exclude each other: give one of them"
        )
    return MUST_BE_NEW if must_be_new else MUST_EXIST if must_exist else None


def is_existence(condition: Condition | None) -> bool:
    """Return True if a whole condition is only about the existence of one attribute."""
    return isinstance(condition, (AttributeExists, AttributeNotExists))
