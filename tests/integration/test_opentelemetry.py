"""The spans of `pydamodb.opentelemetry`, exported in memory."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest

from pydamodb import ConditionCheckFailedError, PartitionKey, PydamoConfig

sdk = pytest.importorskip("opentelemetry.sdk.trace")
exports = pytest.importorskip("opentelemetry.sdk.trace.export")
in_memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
spans_of = pytest.importorskip("pydamodb.opentelemetry")


@pytest.fixture
def exporter() -> Any:
    """Return what keeps the finished spans."""
    return in_memory.InMemorySpanExporter()


@pytest.fixture
def provider(exporter) -> Any:
    """Return a provider of tracers that exports in memory."""
    provider = sdk.TracerProvider()
    provider.add_span_processor(exports.SimpleSpanProcessor(exporter))
    return provider


@pytest.fixture
def Note(PrimaryKeyModel, make_table, provider) -> Any:
    """Define a model whose requests are traced."""

    class Note(PrimaryKeyModel):
        pydamo_config = PydamoConfig(
            table=make_table("owner", global_indexes={"by-text": ("text",)}),
            on_request=spans_of.RequestSpans(provider),
            return_consumed_capacity="TOTAL",
        )
        owner: Annotated[str, PartitionKey]
        text: str = "secret"

    return Note


def test_each_request_is_a_span_by_the_conventions(Note, exporter):
    """Name, kind, table, index, plain parameters, counts, capacity, and nothing of an item."""
    Note(owner="sesame").save()
    Note.query("secret", index_name="by-text", limit=5)
    by_name = {span.name: span for span in exporter.get_finished_spans()}
    assert {"DynamoDB.PutItem", "DynamoDB.DescribeTable", "DynamoDB.Query"} == set(by_name)
    query = by_name["DynamoDB.Query"].attributes
    expected = {
        "rpc.system": "aws-api",
        "rpc.service": "DynamoDB",
        "rpc.method": "Query",
        "db.system": "dynamodb",
        "db.system.name": "aws.dynamodb",
        "db.operation.name": "Query",
        "aws.dynamodb.index_name": "by-text",
        "aws.dynamodb.limit": 5,
        "aws.dynamodb.count": 1,
        "aws.dynamodb.scanned_count": 1,
        "http.response.status_code": 200,
    }
    assert expected.items() <= dict(query).items()
    (table_name,) = query["aws.dynamodb.table_names"]
    (capacity,) = query["aws.dynamodb.consumed_capacity"]
    assert table_name == json.loads(capacity)["TableName"]
    assert query["aws.request_id"]
    assert "CLIENT" == by_name["DynamoDB.Query"].kind.name
    assert by_name["DynamoDB.Query"].status.is_unset
    assert not any("secret" in str(span.attributes) or "sesame" in str(span.attributes) for span in by_name.values())


def test_a_failed_request_is_a_span_with_an_error(Note, exporter):
    """DynamoDB's code is the type of the error."""
    Note(owner="ann").save()
    with pytest.raises(ConditionCheckFailedError):
        Note(owner="ann").save(condition=Note.attr.owner.not_exists())
    span = exporter.get_finished_spans()[-1]
    assert "ConditionalCheckFailedException" == span.attributes["error.type"]
    assert "ERROR" == span.status.status_code.name


def test_spans_are_below_the_current_span(Note, provider, exporter):
    """A request belongs to what the program does at that time."""
    with provider.get_tracer("program").start_as_current_span("handler") as handler:
        Note.get_item("ann")
    span = exporter.get_finished_spans()[0]
    assert handler.get_span_context().span_id == span.parent.span_id
