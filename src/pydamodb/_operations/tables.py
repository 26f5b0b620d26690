"""Makes tables, compares them with what models declare, and adds what is missing. Nothing is changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydamodb._core.exceptions import ConfigurationError
from pydamodb._core.lazy_dataclass import dataclass
from pydamodb._core.table_declarations import TableDeclaration, TableDifference, is_settled, missing_table
from pydamodb._operations.errors import INVALID, MISSING_TABLE
from pydamodb._operations.requests import Operation, Request, RequestFailed, Sleep
from pydamodb._operations.table import ModelTable

IN_USE = "ResourceInUseException"
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds
_IN_THE_MAKING = "CREATING"
_INDEXES = {"global_index", "vector_index"}
_WITH_VECTORS = {"VectorIndexes", "VectorIndexUpdates"}
_NO_VECTORS = "moto and DynamoDB Local have no vector indexes; ministack has"


@dataclass(frozen=True, eq=False)
class DeclaredTable:
    """A table as several models declare it. `tables` has each model with this table."""

    tables: tuple[ModelTable[Any], ...]
    declaration: TableDeclaration

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.tables[0].table_name

    def request(self, operation: str, **parameters: Any) -> Request:
        """Return a request about the table."""
        return Request(operation, {"TableName": self.name, **parameters}, self.tables)


def create(table: DeclaredTable, timeout: float) -> Operation[None]:
    """Create a table, wait until it can be used, and set its time to live."""
    try:
        yield from _create(table)
    except RequestFailed as failure:
        if not (failure.code == IN_USE and failure.unknown):  # otherwise it is this request that made it
            raise
    yield from _wait(table, timeout)
    if table.declaration.time_to_live is not None:
        yield from _set_time_to_live(table)


def compare(table: DeclaredTable) -> Operation[tuple[TableDifference, ...]]:
    """Return how a table differs from what the models declare."""
    declaration = table.declaration
    time_to_live: dict[str, Any] = {}
    try:
        described = yield table.request("DescribeTable")
        if declaration.time_to_live is not None:
            reply = yield table.request("DescribeTimeToLive")
            time_to_live = reply.get("TimeToLiveDescription") or {}
    except RequestFailed as failure:
        if failure.code != MISSING_TABLE:
            raise
        return (missing_table(table.name, declaration),)
    return declaration.differences(table.name, described["Table"], time_to_live)


def check_can_be_added(table: DeclaredTable, found: Iterable[TableDifference]) -> None:
    """Raise ConfigurationError if a difference is more than something that is missing, or not ready yet."""
    refused = [each for each in found if not each.can_be_added and each.actual != _IN_THE_MAKING]
    if refused:
        names = table.request("").model_name
        reasons = "; ".join(map(str, refused))
        remedy = "ensure_tables adds what is missing, and changes or deletes nothing: correct the models, or the table"
        raise ConfigurationError(f"{names}: {reasons}. {remedy}", model_name=names)


def ensure(
    table: DeclaredTable, found: tuple[TableDifference, ...], timeout: float
) -> Operation[tuple[TableDifference, ...]]:
    """Add what is missing; return the differences that are no more. One request adds one index.

    Another process may do the same at the same time: a request that fails is forgotten if the difference is no more.
    """
    done: list[TableDifference] = []
    failure: RequestFailed | None = None
    while found:
        missing = next((each for each in found if each.actual is None), None)
        index: str | None = None
        if missing is not None:
            try:
                yield from _add(table, missing)
            except RequestFailed as error:
                expected = {IN_USE} if missing.kind == "table" else {IN_USE, INVALID}
                if failure is not None or error.code not in expected:
                    raise
                failure = error
            else:
                failure = None
                done.append(missing)
                index = missing.name if missing.kind in _INDEXES else None
        yield from _wait(table, timeout, index)
        found = tuple(each for each in (yield from compare(table)) if each not in done)
        check_can_be_added(table, found)
        if missing not in found:
            failure = None
        elif failure is not None and failure.code != IN_USE:
            raise failure
    return tuple(done)


def _add(table: DeclaredTable, missing: TableDifference) -> Operation[None]:
    if missing.kind == "table":
        yield from _create(table)
    elif missing.kind == "time_to_live":
        yield from _set_time_to_live(table)
    else:
        yield from _create_index(table, missing.name)


def _create(table: DeclaredTable) -> Operation[None]:
    parameters = table.declaration.parameters()
    reply = yield from _with_vectors(table.request("CreateTable", **parameters), parameters)
    _check_made(table, reply, table.declaration.schema.vectors)
    for each in table.tables:
        each.schemas.pop(table.name, None)


def _create_index(table: DeclaredTable, name: str) -> Operation[None]:
    """Add a global index, or a vector index. A global index gets the throughput of its table, if that is fixed."""
    declaration = table.declaration
    index, schema = declaration.index_parameters(name), declaration.schema
    described = yield table.request("DescribeTable")
    throughput: dict[str, int] = described["Table"].get("ProvisionedThroughput") or {}
    units = {each: throughput.get(each, 0) for each in ("ReadCapacityUnits", "WriteCapacityUnits")}
    if all(units.values()) and name in schema.indexes:
        index["ProvisionedThroughput"] = units
    known: list[dict[str, str]] = described["Table"]["AttributeDefinitions"]
    types = {each["AttributeName"]: each for each in known}
    own = schema.indexes[name].keys.attributes if name in schema.indexes else schema.vectors[name].searched
    added = declaration.attribute_definitions(*own)
    definitions = [*{**types, **{each["AttributeName"]: each for each in added}}.values()]
    kind = "GlobalSecondaryIndexUpdates" if name in schema.indexes else "VectorIndexUpdates"
    update = {"AttributeDefinitions": definitions, kind: [{"Create": index}]}
    reply = yield from _with_vectors(table.request("UpdateTable", **update), update)
    _check_made(table, reply, {name} & {*schema.vectors})
    for each in table.tables:
        each.schemas.pop(table.name, None)


def _with_vectors(request: Request, parameters: Iterable[str]) -> Operation[Any]:
    """Send a request that makes indexes. Some engines do not know vector indexes, and refuse what comes with them."""
    try:
        return (yield request)
    except RequestFailed as failure:
        if failure.code == INVALID and _WITH_VECTORS.intersection(parameters):
            failure.message += f". {_NO_VECTORS}"
        raise


def _check_made(table: DeclaredTable, reply: Any, names: Iterable[str]) -> None:
    """Raise RequestFailed if vector indexes were left out without a word."""
    made = {each["IndexName"] for each in reply.get("TableDescription", {}).get("VectorIndexes") or ()}
    if missing := sorted({*names} - made):
        message = f"the vector index {missing[0]!r} was left out without an error. {_NO_VECTORS}"
        raise RequestFailed(table.request("CreateTable"), None, message, None)


def _set_time_to_live(table: DeclaredTable) -> Operation[None]:
    attribute = table.declaration.time_to_live
    yield table.request("UpdateTimeToLive", TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute})


def _wait(table: DeclaredTable, timeout: float, index: str | None = None) -> Operation[None]:
    """Wait until the table and its indexes are active. A new table, or a new index, may not be visible at once."""
    waited, pause = 0.0, FIRST_PAUSE
    request = table.request("DescribeTable")
    while True:
        try:
            described = yield request
        except RequestFailed as failure:
            if failure.code != MISSING_TABLE:
                raise
        else:
            if is_settled(described["Table"], index):
                return
        if waited >= timeout:
            late = f"the table or one of its indexes is not ready after {timeout:g} seconds; DynamoDB goes on making it"
            raise RequestFailed(request, None, late, None)
        yield Sleep(pause)
        waited, pause = waited + pause, min(2 * pause, LONGEST_PAUSE)
