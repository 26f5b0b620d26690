"""Damaged replies: each is an error of ours, in each retry mode, and nothing half-read is returned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Any
from zlib import crc32

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from pydantic import BaseModel, ConfigDict, Field

from pydamodb import (
    DynamoDBClientError,
    OperationError,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PydamoConfig,
    SortKey,
    Version,
    transact_get,
    transact_write,
)
from pydamodb.exceptions import ConditionCheckFailedError, UnprocessedItemsError, VersionConflictError

SESSION = boto3.session.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
GOOD = {"id": {"S": "x"}, "k": {"N": "1"}}


class Raw:
    """The body of a response."""

    def __init__(self, content: bytes) -> None:
        """Keep it."""
        self.content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Hand it out."""
        yield self.content


class Doc(PrimaryKeyAndSortKeyModel):
    """A model that is validated while its JSON is parsed."""

    id: Annotated[str, PartitionKey]
    k: Annotated[int, SortKey]
    n: int | None = None
    d: Decimal = Decimal(1)
    s: str = ""
    b: bytes = b""
    texts: list[str] = Field(default_factory=list)
    numbers: dict[str, int] = Field(default_factory=dict)
    tags: set[str] = Field(default_factory=set)
    flag: bool = False
    a: Any = None


class Open(Doc):
    """A model that is validated after its JSON is parsed."""

    model_config = ConfigDict(extra="allow")


class Part(BaseModel):
    """A projection."""

    id: str
    s: str = ""


class Engine:
    """Answers all requests of a client."""

    def __init__(self, mode: str) -> None:
        """Give the models a table whose client has this retry mode."""
        config = Config(retries={"mode": mode, "total_max_attempts": 2})
        table = SESSION.resource("dynamodb", config=config).Table("docs")
        table.meta.client.meta.events.register_first("before-send.dynamodb", self._answer)
        for model in (Doc, Open):
            model.pydamo_config = PydamoConfig(table=table)
        self.status, self.body, self.headers = 200, b"{}", dict[str, str]()

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, self.status, self.headers, Raw(self.body))


@pytest.fixture(params=["legacy", "standard", "adaptive"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Return an engine for each retry mode of botocore."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    return Engine(request.param)


@pytest.fixture
def one_engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Return an engine for the standard mode."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    return Engine("standard")


@pytest.fixture(params=[Doc, Open])
def model(request: pytest.FixtureRequest) -> Any:
    """Return a model of each kind."""
    return request.param


def _batch(model: Any) -> None:
    with model.batch_writer() as writer:
        writer.put(model(id="x", k=1))
        writer.delete(model(id="y", k=1))


def _transaction(model: Any) -> None:
    with transact_write() as transaction:
        transaction.put(model(id="x", k=1))


def _update(model: Any, return_values: Any) -> Any:
    return model.update_item("x", 1, updates={model.attr.s: "a"}, return_values=return_values)


OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "get_item": lambda model: model.get_item("x", 1),
    "get_item projection": lambda model: model.get_item("x", 1, projection=Part),
    "save": lambda model: model(id="x", k=1).save(),
    "delete_item": lambda model: model.delete_item("x", 1),
    "update_item": lambda model: _update(model, "NONE"),
    "update_item ALL_NEW": lambda model: _update(model, "ALL_NEW"),
    "update_item ALL_OLD": lambda model: _update(model, "ALL_OLD"),
    "update_item UPDATED_NEW": lambda model: _update(model, "UPDATED_NEW"),
    "update": lambda model: model(id="x", k=1).update(updates={model.attr.s: "a"}),
    "query": lambda model: model.query("x"),
    "query_all": lambda model: model.query_all("x"),
    "query_count": lambda model: model.query_count("x"),
    "scan": lambda model: model.scan(),
    "scan projection": lambda model: model.scan(projection=Part),
    "scan_iter": lambda model: list(model.scan_iter()),
    "batch_get": lambda model: model.batch_get([("x", 1)]),
    "batch_get twice": lambda model: model.batch_get([("x", 1), ("x", 1)]),
    "batch_writer": _batch,
    "transact_get": lambda model: transact_get(model.key("x", 1)),
    "transact_write": _transaction,
}
NO_REPLIES = [b"", b"[]", b"null", b"7", b'"x"', b"true", b"<html>", b"{", b'{"Item":{"id":{"S":"x"}', b"\xff\xfe"]


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("body", NO_REPLIES)
def test_what_is_no_json_object_is_an_error_of_each_operation(status: int, body: bytes, one_engine: Engine) -> None:
    """It does not mean that there is no item, or that a write was done."""
    one_engine.status, one_engine.body = status, body
    for operation in OPERATIONS.values():
        with pytest.raises(OperationError, match=r"the response|not confirmed"):
            operation(Doc)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_wrong_checksum_is_an_error_of_each_operation(operation: str, engine: Engine) -> None:
    """Also after the last attempt, and if the body is a good reply by chance."""
    replies = {"Items": [GOOD], "Item": GOOD, "Count": 1, "Responses": {"docs": [GOOD]}, "Attributes": GOOD}
    engine.body, engine.headers = json.dumps(replies).encode(), {"x-amz-crc32": "1"}
    with pytest.raises(OperationError, match="Checksum"):
        OPERATIONS[operation](Doc)


FRAMES: list[tuple[str, Any]] = [
    ("get_item", {"Item": []}),
    ("get_item", {"Item": None}),
    ("get_item", {"Item": "x"}),
    ("get_item projection", {"Item": 7}),
    ("update_item ALL_NEW", {}),
    ("update_item ALL_NEW", {"Attributes": []}),
    ("update_item ALL_OLD", {"Attributes": "x"}),
    ("update_item UPDATED_NEW", {"Attributes": 7}),
    ("update", {}),
    ("query", {}),
    ("query", {"Items": {}}),
    ("query", {"Items": [[]]}),
    ("query", {"Items": ["x"], "Count": 1}),
    ("query", {"Items": [GOOD, None], "Count": 2}),
    ("query", {"Items": [], "Count": "x"}),
    ("query", {"Items": [], "LastEvaluatedKey": []}),
    ("query", {"Items": [], "LastEvaluatedKey": {"id": "x"}}),
    ("query", {"Items": [], "LastEvaluatedKey": {"id": {"S": 7}}}),
    ("query", {"Items": [], "LastEvaluatedKey": {"id": {"M": {}}}}),
    ("query", {"Items": [], "LastEvaluatedKey": {"id": {"S": "x", "N": "1"}}}),
    ("query", {"Items": [], "LastEvaluatedKey": {"id": {"S": "x"}, "k": {"N": "abc"}}}),
    ("query_all", {"Count": 1}),
    ("query_count", {}),
    ("query_count", {"Count": 1.5}),
    ("query_count", {"Count": 1, "LastEvaluatedKey": "x"}),
    ("scan", {"Items": 7}),
    ("scan projection", {"Items": [7]}),
    ("scan_iter", {"ScannedCount": 1}),
    ("batch_get", {}),
    ("batch_get", {"Responses": []}),
    ("batch_get", {"Responses": {}}),
    ("batch_get", {"Responses": {"docs": {}}}),
    ("batch_get", {"Responses": {"docs": [[]]}}),
    ("batch_get", {"Responses": {"others": [GOOD]}}),
    ("batch_get", {"Responses": {"docs": [GOOD], "others": []}}),
    ("batch_get", {"Responses": {"docs": [{"id": {"S": "x"}}]}}),
    ("batch_get", {"Responses": {"docs": [{**GOOD, "id": {"S": "other"}}]}}),
    ("batch_get", {"Responses": {"docs": [{**GOOD, "k": {"N": "abc"}}]}}),
    ("batch_get", {"Responses": {"docs": [{**GOOD, "k": "x"}]}}),
    ("batch_get", {"Responses": {"docs": []}, "UnprocessedKeys": {"docs": []}}),
    ("batch_get", {"Responses": {"docs": []}, "UnprocessedKeys": {"docs": {"Keys": {}}}}),
    ("batch_get", {"Responses": {"docs": []}, "UnprocessedKeys": {"docs": {"Keys": ["x"]}}}),
    ("batch_get", {"Responses": {"docs": []}, "UnprocessedKeys": {"docs": {"Keys": [{"id": {"S": "x"}}]}}}),
    ("batch_get", {"Responses": {"docs": []}, "UnprocessedKeys": {"docs": {"Keys": [{**GOOD, "k": {"N": "2"}}]}}}),
    ("batch_get", {"Responses": {"docs": []}, "UnprocessedKeys": {"others": {"Keys": [GOOD]}}}),
    ("batch_get", {"Responses": {"docs": []}, "UnprocessedKeys": 7}),
    ("batch_get twice", {"Responses": {"docs": [GOOD, {**GOOD, "id": {"S": "other"}}]}}),
    ("batch_writer", {"UnprocessedItems": [7]}),
    ("batch_writer", {"UnprocessedItems": {"others": [{"PutRequest": {"Item": GOOD}}]}}),
    ("batch_writer", {"UnprocessedItems": {"docs": {}}}),
    ("batch_writer", {"UnprocessedItems": {"docs": [{}]}}),
    ("batch_writer", {"UnprocessedItems": {"docs": [7]}}),
    ("batch_writer", {"UnprocessedItems": {"docs": [{"PutRequest": {}}]}}),
    ("batch_writer", {"UnprocessedItems": {"docs": [{"DeleteRequest": {"Key": "x"}}]}}),
    ("batch_writer", {"UnprocessedItems": {"docs": [{"PutRequest": {"Item": {"id": {"S": "x"}}}}]}}),
    ("batch_writer", {"UnprocessedItems": {"docs": [{"PutRequest": {"Item": {**GOOD, "k": {"N": "7"}}}}]}}),
    ("transact_get", {}),
    ("transact_get", {"Responses": []}),
    ("transact_get", {"Responses": {}}),
    ("transact_get", {"Responses": [[]]}),
    ("transact_get", {"Responses": [{}, {}]}),
    ("transact_get", {"Responses": [{"Item": []}]}),
]


@pytest.mark.parametrize(("operation", "reply"), FRAMES, ids=str)
def test_a_reply_without_its_parts_is_an_error(operation: str, reply: Any, model: Any, one_engine: Engine) -> None:
    """A missing part, or a part of another type, is never an empty result."""
    one_engine.body = json.dumps(reply).encode()
    with pytest.raises(OperationError) as caught:
        OPERATIONS[operation](model)
    assert "docs" == caught.value.table_name


VALUES: list[Any] = [
    {"X": 1},
    {"s": "x"},
    {"S": "x", "N": "1"},
    {"N": "1", "S": "x"},
    {"S": 7},
    {"S": None},
    {"S": ["x"]},
    {"S": {"S": "x"}},
    {"N": "abc"},
    {"N": ""},
    {"N": 7},
    {"N": None},
    {"N": "NaN"},
    {"N": "nan"},
    {"N": "inf"},
    {"N": "-Infinity"},
    {"N": "1_000"},
    {"N": "1E999999999"},
    {"N": "0x10"},
    {"N": " 1"},
    {"B": "%%%"},
    {"B": "YQ"},
    {"B": 7},
    {"BOOL": "true"},
    {"BOOL": 1},
    {"NULL": False},
    {"NULL": "x"},
    {"L": {}},
    {"L": "abc"},
    {"L": [7]},
    {"L": [{"S": 7}]},
    {"M": []},
    {"M": "x"},
    {"M": {"a": 7}},
    {"M": {"a": {"N": "x"}}},
    {"SS": "abc"},
    {"SS": [7]},
    {"NS": ["x"]},
    {"NS": 7},
    {"BS": ["%"]},
    {},
    [],
    "x",
    7,
    True,
    None,
]
READS: dict[str, Callable[[Any], Any]] = {
    "get_item": lambda item: {"Item": item},
    "update_item ALL_NEW": lambda item: {"Attributes": item},
    "update": lambda item: {"Attributes": item},
    "update_item UPDATED_NEW": lambda item: {"Attributes": item},
    "query": lambda item: {"Items": [GOOD, item], "Count": 2},
    "batch_get": lambda item: {"Responses": {"docs": [item]}},
    "batch_get twice": lambda item: {"Responses": {"docs": [item]}},
    "transact_get": lambda item: {"Responses": [{"Item": item}]},
}


@pytest.mark.parametrize("value", VALUES, ids=str)
@pytest.mark.parametrize("field", ["s", "n", "a", "texts"])
def test_a_value_that_is_no_attribute_value_is_an_error(field: str, value: Any, model: Any, one_engine: Engine) -> None:
    """In each operation that reads items, whatever the type of the field, and with no value in the message."""
    for operation, reply in READS.items():
        one_engine.body = json.dumps(reply({**GOOD, field: value})).encode()
        with pytest.raises(DynamoDBClientError, match="the response") as caught:
            OPERATIONS[operation](model)
        assert None is caught.value.__cause__


def test_a_checked_reply_is_read_by_its_reader(one_engine: Engine) -> None:
    """The checksum of DynamoDB says that the reply is as it was sent."""
    one_engine.body = json.dumps({"Item": {**GOOD, "a": {"M": {"a": {"S": "x"}, "N": {"S": "y"}}}}}).encode()
    expected = Doc(id="x", k=1, a={"a": "x", "N": "y"})
    assert expected == Doc.get_item("x", 1)
    one_engine.headers = {"x-amz-crc32": str(crc32(one_engine.body))}
    assert expected == Doc.get_item("x", 1)


ERRORS = [
    b"",
    b"[]",
    b"7",
    b"{}",
    b"<html>",
    b"\xff\xff",
    b'{"__type":7}',
    b'{"__type":null}',
    b'{"message":["x"]}',
    b'{"__type":"x#ConditionalCheckFailedException","Item":7}',
    b'{"__type":"x#ConditionalCheckFailedException","Item":{"id":{"N":"abc"}}}',
    b'{"__type":"x#ConditionalCheckFailedException","message":7}',
    b'{"__type":"x#TransactionCanceledException","CancellationReasons":7}',
    b'{"__type":"x#TransactionCanceledException","CancellationReasons":[7]}',
]


@pytest.mark.parametrize("status", [300, 400, 500])
@pytest.mark.parametrize("body", ERRORS)
def test_a_damaged_error_is_an_error_of_ours(status: int, body: bytes, one_engine: Engine) -> None:
    """Whatever botocore makes of it."""
    one_engine.status, one_engine.body = status, body
    for operation in OPERATIONS.values():
        with pytest.raises(OperationError):
            operation(Doc)


def test_the_writes_of_a_damaged_reply_are_not_lost(one_engine: Engine) -> None:
    """The error has all of them, as nobody knows whether they were done."""
    one_engine.body = b'{"UnprocessedItems":{"others":[]}}'
    with pytest.raises(UnprocessedItemsError) as caught:
        _batch(Doc)
    assert ([Doc(id="x", k=1)], [{"id": "y", "k": 1}]) == (caught.value.puts, caught.value.deletes)


def test_a_damaged_item_does_not_hide_a_failed_condition(one_engine: Engine) -> None:
    """The condition failed, whatever the item is."""
    one_engine.status = 400
    one_engine.body = b'{"__type":"x#ConditionalCheckFailedException","Item":{"id":{"N":"abc"}}}'
    with pytest.raises(ConditionCheckFailedError) as caught:
        Doc(id="x", k=1).save(condition=Doc.attr.s == "", return_item_on_failure=True)
    assert None is caught.value.item


def test_a_damaged_version_is_no_version(one_engine: Engine) -> None:
    """The conflict is told all the same."""

    class Versioned(PrimaryKeyAndSortKeyModel):
        pydamo_config = Doc.pydamo_config
        id: Annotated[str, PartitionKey]
        k: Annotated[int, SortKey]
        version: Annotated[int, Version] = 0

    one_engine.status = 400
    one_engine.body = b'{"__type":"x#ConditionalCheckFailedException","Item":{"version":{"N":"abc"}}}'
    with pytest.raises(VersionConflictError) as caught:
        Versioned(id="x", k=1, version=1).save()
    assert None is caught.value.actual_version
