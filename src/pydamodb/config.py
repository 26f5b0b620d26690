"""Where a model's items live. Nothing is opened or asked at import time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from pydamodb.exceptions import ConfigurationError

__all__ = ["PydamoConfig", "Table", "is_table", "not_a_table"]


class Table(Protocol):
    """What is needed of a boto3 DynamoDB Table: its name, and the client that it was made with."""

    @property
    def name(self) -> str:
        """The table's name."""
        ...

    @property
    def meta(self) -> Any:
        """What boto3 keeps about the resource; `meta.client` is the client."""
        ...


TableSource: TypeAlias = "Table | str | Callable[[], Table]"


@dataclass(frozen=True)
class PydamoConfig:
    """Where the items of a model live.

    `table` is a boto3 Table (`boto3.resource("dynamodb").Table("characters")`), the name or ARN of a table, which is
    then reached with boto3's default session, or a function without arguments that returns a Table. Names and functions
    are looked at when the model is first used against DynamoDB, and functions are called once.

    Raises:
        ConfigurationError: `table` is none of these.
    """

    table: TableSource

    def __post_init__(self) -> None:
        """Check what was given."""
        if not (is_table(self.table) or callable(self.table) or (isinstance(self.table, str) and self.table)):
            raise not_a_table(self.table)


def is_table(thing: object) -> bool:
    """Tell whether something is a boto3 Table, by what it has."""
    return isinstance(getattr(thing, "name", None), str) and hasattr(getattr(thing, "meta", None), "client")


def not_a_table(thing: object) -> ConfigurationError:
    """Say what a table is given by."""
    message = (
        f"PydamoConfig(table=...) takes a boto3 Table, the name of a table, or a function that returns a Table; "
        f"got {type(thing).__name__}"
    )
    return ConfigurationError(message)
