"""Making and completing tables, driven by hand: what is sent, how long it waits, and who else may do the same."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from pydamodb._core.table_declarations import TableDeclaration, TableDifference
from pydamodb._core.table_schema import IndexSchema, KeySchema, TableSchema
from pydamodb._operations import tables
from pydamodb._operations.requests import RequestFailed
from pydamodb._operations.tables import DeclaredTable
from pydamodb.exceptions import ConfigurationError


class Order(BaseModel):
    pk: str


INDEX = IndexSchema("by-sku", KeySchema(("sku",), ()), is_global=True)
TYPES = {"pk": "S", "sku": "S"}
DECLARATION = TableDeclaration(TableSchema(KeySchema(("pk",), ()), {"by-sku": INDEX}, TYPES), "expires")
DESCRIBE = ("DescribeTable", {"TableName": "table"})
DESCRIBE_TTL = ("DescribeTimeToLive", {"TableName": "table"})
CREATE = ("CreateTable", {"TableName": "table", **DECLARATION.parameters()})
SPECIFICATION = {"Enabled": True, "AttributeName": "expires"}
SET_TTL = ("UpdateTimeToLive", {"TableName": "table", "TimeToLiveSpecification": SPECIFICATION})
BEFORE = [*DECLARATION.attribute_definitions("pk"), {"AttributeName": "x", "AttributeType": "N"}]
CREATE_INDEX = (
    "UpdateTable",
    {
        "TableName": "table",
        "AttributeDefinitions": [*BEFORE, *DECLARATION.attribute_definitions("sku")],
        "GlobalSecondaryIndexUpdates": [{"Create": DECLARATION.index_parameters("by-sku")}],
    },
)
WITH_TTL = {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}}
MISSING, IN_USE, INVALID = "ResourceNotFoundException", "ResourceInUseException", "ValidationException"
NO_TABLE = TableDifference("table", "table", "table", "pk (HASH)", None)
NO_INDEX = TableDifference("table", "global_index", "by-sku", "a global index on sku (HASH) that projects ALL", None)
NO_TTL = TableDifference("table", "time_to_live", "expires", "expires", None)


@pytest.fixture
def table(table_for: Any) -> DeclaredTable:
    """Return a declared table."""
    return DeclaredTable((table_for(Order),), DECLARATION)


def described(*, index: str | None = "ACTIVE", **more: Any) -> dict[str, Any]:
    """Make a reply of DescribeTable."""
    parameters = DECLARATION.parameters()
    (by_sku,) = parameters.pop("GlobalSecondaryIndexes")
    indexes = [{**by_sku, "IndexStatus": index}] if index else []
    return {"Table": {**parameters, "TableStatus": "ACTIVE", "GlobalSecondaryIndexes": indexes, **more}}


CREATING = described(TableStatus="CREATING")


def test_a_table_is_created_and_waited_for(table: DeclaredTable, drive: Any) -> None:
    """It may not be visible at once; the time to live is set when it is active. Old keys of the name are forgotten."""
    table.tables[0].schemas["table"] = DECLARATION.schema
    calls, pauses, result = drive(tables.create(table, 60), {}, MISSING, CREATING, described(), {})
    assert [CREATE, DESCRIBE, DESCRIBE, DESCRIBE, SET_TTL] == calls
    assert ([0.1, 0.2], None, {}) == (pauses, result, table.tables[0].schemas)


def test_waiting_has_an_end(table: DeclaredTable, drive: Any) -> None:
    """The pauses grow to five seconds."""
    _, pauses, error = drive(tables.create(table, 12), {}, *[CREATING] * 9)
    assert ([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0], RequestFailed) == (pauses, type(error))
    late = "the table or one of its indexes is not ready after 12 seconds; DynamoDB goes on making it"
    assert late == error.message


def test_a_lost_answer_is_no_failure(table: DeclaredTable) -> None:
    """Botocore sends CreateTable again, and it is the first one that made the table."""
    flow = tables.create(table, 60)
    request = next(flow)
    following: Any = flow.throw(RequestFailed(request, IN_USE, "it exists", None, unknown=True))
    assert "DescribeTable" == following.operation


def test_a_table_that_was_there_is_a_failure(table: DeclaredTable, drive: Any) -> None:
    """Another program has made it."""
    calls, _, error = drive(tables.create(table, 60), IN_USE)
    assert ([CREATE], IN_USE) == (calls, error.code)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_other_failures_end_it(table: DeclaredTable, drive: Any, code: str) -> None:
    """When a table is made, waited for, or compared."""
    endings = [
        drive(tables.create(table, 60), code),
        drive(tables.create(table, 60), {}, code),
        drive(tables.compare(table), code),
        drive(tables.compare(table), described(), code),
        drive(tables.ensure(table, (NO_TABLE,), 60), code),
    ]
    assert [code] * 5 == [error.code for _, _, error in endings]


def test_a_table_is_compared(table: DeclaredTable, drive: Any, table_for: Any) -> None:
    """Its time to live is asked for only if one is declared."""
    bare = DeclaredTable((table_for(Order),), TableDeclaration(DECLARATION.schema))
    assert ([DESCRIBE, DESCRIBE_TTL], [], ()) == drive(tables.compare(table), described(), WITH_TTL)
    assert ([DESCRIBE], [], (NO_TABLE,)) == drive(tables.compare(table), MISSING)
    assert ([DESCRIBE, DESCRIBE_TTL], [], (NO_INDEX, NO_TTL)) == drive(tables.compare(table), described(index=None), {})
    assert ([DESCRIBE], [], ()) == drive(tables.compare(bare), described())


def test_nothing_is_sent_if_nothing_is_missing(table: DeclaredTable, drive: Any) -> None:
    """Beyond the comparison."""
    assert ([], [], ()) == drive(tables.ensure(table, (), 60))


def test_a_missing_table_is_made(table: DeclaredTable, drive: Any) -> None:
    """With all that belongs to it; the time to live needs a request of its own."""
    calls, _, done = drive(
        tables.ensure(table, (NO_TABLE,), 60),
        {},
        CREATING,
        described(),
        described(),
        {},
        {},
        described(),
        described(),
        WITH_TTL,
    )
    assert [CREATE, DESCRIBE, DESCRIBE, DESCRIBE, DESCRIBE_TTL, SET_TTL, DESCRIBE, DESCRIBE, DESCRIBE_TTL] == calls
    assert (NO_TABLE, NO_TTL) == done


def test_an_index_is_added_and_waited_for(table: DeclaredTable, drive: Any) -> None:
    """Until it can be queried; it may not be visible at once. What the table has is sent with it."""
    calls, pauses, done = drive(
        tables.ensure(table, (NO_INDEX,), 60),
        described(index=None, AttributeDefinitions=BEFORE),
        {},
        described(index=None),
        described(index="CREATING", TableStatus="UPDATING"),
        described(),
        described(),
        WITH_TTL,
    )
    assert [DESCRIBE, CREATE_INDEX, DESCRIBE, DESCRIBE, DESCRIBE, DESCRIBE, DESCRIBE_TTL] == calls
    assert ([0.1, 0.2], (NO_INDEX,)) == (pauses, done)


def test_an_index_has_the_throughput_of_its_table(table: DeclaredTable, drive: Any) -> None:
    """If that is fixed: DynamoDB asks for it."""
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
    fixed = described(index=None, ProvisionedThroughput={**units, "NumberOfDecreasesToday": 0})
    calls, _, _ = drive(tables.ensure(table, (NO_INDEX,), 60), fixed, {}, described(), described(), WITH_TTL)
    (update,) = calls[1][1]["GlobalSecondaryIndexUpdates"]
    assert units == update["Create"]["ProvisionedThroughput"]


def test_an_index_that_somebody_else_makes_is_waited_for(table: DeclaredTable, drive: Any) -> None:
    """It is not what we have done."""
    creating = TableDifference("table", "global_index", "by-sku", "ACTIVE", "CREATING")
    tables.check_can_be_added(table, (creating,))
    calls, _, done = drive(tables.ensure(table, (creating,), 60), described(), described(), WITH_TTL)
    assert ([DESCRIBE, DESCRIBE, DESCRIBE_TTL], ()) == (calls, done)


def test_another_process_may_be_faster(table: DeclaredTable, drive: Any) -> None:
    """Then the failure is forgotten, and nothing was done."""
    there = (described(), described(), WITH_TTL)
    assert () == drive(tables.ensure(table, (NO_TABLE,), 60), IN_USE, *there)[2]
    assert () == drive(tables.ensure(table, (NO_INDEX,), 60), described(index=None), INVALID, *there)[2]
    assert () == drive(tables.ensure(table, (NO_TTL,), 60), INVALID, *there)[2]


def test_a_busy_table_is_asked_again(table: DeclaredTable, drive: Any) -> None:
    """Once: another process may add another index. A second failure is one."""
    without = described(index=None)
    busy = (without, IN_USE, without, without, WITH_TTL)
    done = drive(tables.ensure(table, (NO_INDEX,), 60), *busy, without, {}, described(), described(), WITH_TTL)[2]
    error = drive(tables.ensure(table, (NO_INDEX,), 60), *busy, without, IN_USE)[2]
    assert ((NO_INDEX,), IN_USE) == (done, error.code)


def test_a_failure_is_one_if_the_difference_is_still_there(table: DeclaredTable, drive: Any) -> None:
    """And a table that cannot be made is not waited for."""
    without = described(index=None)
    error = drive(tables.ensure(table, (NO_INDEX,), 60), without, INVALID, without, without, WITH_TTL)[2]
    assert (INVALID, INVALID) == (error.code, drive(tables.ensure(table, (NO_TABLE,), 60), INVALID)[2].code)


def test_nothing_is_added_twice(table: DeclaredTable, drive: Any) -> None:
    """An engine may not know the time to live."""
    calls, _, done = drive(tables.ensure(table, (NO_TTL,), 60), {}, described(), described(), {})
    assert ([SET_TTL, DESCRIBE, DESCRIBE, DESCRIBE_TTL], (NO_TTL,)) == (calls, done)


def test_what_cannot_be_added_is_refused(table: DeclaredTable) -> None:
    """With all of the reasons."""
    other_key = TableDifference("table", "keys", "table", "pk (HASH)", "id (HASH)")
    no_local = TableDifference("table", "local_index", "near", "a local index", None)
    with pytest.raises(ConfigurationError) as caught:
        tables.check_can_be_added(table, (NO_INDEX, other_key, no_local))
    assert (
        "Order: table 'table': the key is id (HASH), the models declare pk (HASH); table 'table': the index 'near' is "
        "missing, the models declare a local index. ensure_tables adds what is missing, and changes or deletes "
        "nothing: correct the models, or the table"
    ) == str(caught.value)
