"""Who takes part, and in what: the one protocol of all contestants, and the names. No contestant is imported here."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Protocol, cast

from benchmarks import sent

Task = Callable[[], Any]

READS = ("get_item", "query", "scan", "batch_get")
WORKLOADS = ("get_item", "save", "update_item", "query", "scan", "batch_get", "batch_write", "transact_write")
CREATION = "create_class"

# How the cost of a query grows with the page (asked of Pydantic too), and with the depth of maps.
GROWTH = {f"query_{size}": size for size in (10, 100, 1_000, 10_000)}
NESTING = {f"nested_{depth}": depth for depth in (1, 2, 4, 8)}

PAGE = 1_000  # items of a page
BATCH = 100  # items of a batch
TRANSACTION = 25  # items of a transaction

# The names of modules in benchmarks/contestants, and what reports call them.
CONTESTANTS = {
    "with_pydamodb": "pydamodb",
    "with_pydamodb_direct": "pydamodb, direct",
    "with_pydamodb_async": "pydamodb, direct and asynchronous",
    "with_boto3_table": "boto3 Table + Pydantic",
    "with_boto3_client": "boto3 client + Pydantic",
    "with_pynamodb": "PynamoDB",
    "with_dyntastic": "dyntastic",
    "with_dynantic": "dynantic",
    "with_pydynox": "pydynox Model",
    "with_pydynox_dicts": "pydynox dicts + Pydantic",
    "only_pydantic": "Pydantic alone",
    "only_botocore": "botocore alone",
    "only_both": "both in one program",
}


class Contestant(Protocol):
    """A way to do the workloads: a method for each that it can do, named like it, without parameters.

    Configuration is in the environment, where boto3 finds it too. What can be made ready before is made in the
    constructor: models to write, clients, tables.
    """

    def read(self, result: Any) -> list[Any]:
        """Return the models that a reading workload gave, for the check; it is not measured."""
        return cast("list[object]", result) if isinstance(result, list) else [result]

    def written(self, result: Any, requests: list[dict[str, Any]]) -> list[dict[str, object]]:
        """Return what a writing workload has written, by what it returned and sent, for the check."""
        del result
        return [item for request in requests for item in sent.items(request)]


def task(contestant: Contestant, workload: str) -> Task | None:
    """Return what does a workload, if the contestant can."""
    found: Task | None = getattr(contestant, workload, None)
    return found


def enter(module: str) -> Contestant:
    """Return a contestant by the name of its module."""
    contestant: Contestant = importlib.import_module(f"benchmarks.contestants.{module}").Entry()
    return contestant
