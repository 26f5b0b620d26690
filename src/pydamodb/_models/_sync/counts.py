# Generated from pydamodb/_models/_async/counts.py by scripts/generate_sync.py: do not edit.
"""The methods of synchronous models that count the items of a partition, a table or an index."""

from __future__ import annotations

from typing import Any, overload

from pydamodb._expressions.conditions import Condition
from pydamodb._models._sync.driver import execute
from pydamodb._models.base import PK, Methods, QueriedBy, check_index_name
from pydamodb._operations import query, scan


class Model(QueriedBy[PK], Methods):
    """Counts of items by query and by scan."""

    @overload
    @classmethod
    def query_count(
        cls,
        partition_key_value: PK,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        index_name: None = None,
        consistent_read: bool = False,
    ) -> int: ...

    @overload
    @classmethod
    def query_count(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        index_name: str,
        consistent_read: bool = False,
    ) -> int: ...

    @classmethod
    def query_count(
        cls,
        partition_key_value: Any,
        *,
        sort_key_condition: Condition | None = None,
        filter_condition: Condition | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
    ) -> int:
        """Count the items with this partition key (DynamoDB's Query, with pagination).

        It costs as much as reading the items, but does not transfer them.

        Args:
            partition_key_value: The partition key of the table or index; a tuple if it has several attributes.
            sort_key_condition: A condition on the sort key: `==`, `<`, `<=`, `>`, `>=`, `between()`, `begins_with()`.
            filter_condition: A condition on items, applied after the read: excluded items cost the same.
            index_name: The GSI or LSI to count in, instead of the table.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidKeyValueError: The value cannot be the partition key of the table or index.
            InvalidConditionError: A condition is not allowed here, or an operand does not fit its field.
            InvalidRequestError: The options contradict each other.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        check_index_name(cls, "query_count", index_name)
        wanted = query.Query(
            partition_key_value=partition_key_value,
            sort_key_condition=sort_key_condition,
            filter_condition=filter_condition,
            index_name=index_name,
            consistent_read=consistent_read,
            count=True,
        )
        return execute(cls, query.query_count, wanted)

    @classmethod
    def scan_count(
        cls,
        *,
        filter_condition: Condition | None = None,
        index_name: str | None = None,
        consistent_read: bool = False,
    ) -> int:
        """Count the items of the table (DynamoDB's Scan, with pagination).

        It costs as much as reading the items, but does not transfer them.

        Args:
            filter_condition: A condition on items, applied after the read: excluded items cost the same.
            index_name: The GSI or LSI to count in, instead of the table.
            consistent_read: Return the latest confirmed data, at twice the cost; not possible on a GSI.

        Raises:
            IndexNotFoundError: The table has no such index.
            InvalidConditionError: An operand of the condition does not fit its field.
            InvalidRequestError: The options contradict each other.
            OperationError: DynamoDB refused the request, or could not be reached.
        """
        wanted = scan.Scan(
            filter_condition=filter_condition, index_name=index_name, consistent_read=consistent_read, count=True
        )
        return execute(cls, scan.scan_count, wanted)
