"""What botocore's instruments see of the models' requests: the same as of boto3's own requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from botocore.client import BaseClient

from pydamodb import PartitionKey, PydamoConfig, SortKey

AioBaseClient = pytest.importorskip("aiobotocore.client").AioBaseClient
opentelemetry = pytest.importorskip("opentelemetry.instrumentation.botocore")
sdk = pytest.importorskip("opentelemetry.sdk.trace")
exports = pytest.importorskip("opentelemetry.sdk.trace.export")
in_memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")

KEY = {"owner": {"S": "ann"}, "number": {"N": "1"}}
ITEM = {**KEY, "text": {"S": "secret"}}
QUERY = {
    "KeyConditionExpression": "#n0 = :v0",
    "ExpressionAttributeNames": {"#n0": "owner"},
    "ExpressionAttributeValues": {":v0": {"S": "ann"}},
}
SCAN = {"FilterExpression": "attribute_exists(#n0)", "ExpressionAttributeNames": {"#n0": "text"}}
NOT_COMPARED = ("aws.request_id", "http.status_code", "retry_attempts", "server.", "net.peer")


@pytest.fixture(scope="module")
def model(dynamodb, client, PrimaryKeyAndSortKeyModel) -> Iterator[Any]:
    """Return a model whose table has an item."""
    keys = [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}]
    everything = {"ProjectionType": "ALL"}
    table = dynamodb.create_table(
        TableName="instruments",
        KeySchema=keys,
        AttributeDefinitions=[
            {"AttributeName": "owner", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
        ],
        LocalSecondaryIndexes=[{"IndexName": "by-number", "KeySchema": keys, "Projection": everything}],
        BillingMode="PAY_PER_REQUEST",
    )

    class Note(PrimaryKeyAndSortKeyModel):
        pydamo_config = PydamoConfig(table=table)
        owner: Annotated[str, PartitionKey]
        number: Annotated[int, SortKey]
        text: str | None = None

    Note(owner="ann", number=1, text="secret").save()
    Note.query("ann", index_name="by-number")  # the keys of the index are read once
    yield Note
    client.delete_table(TableName="instruments")


def _batch(model: Any) -> None:
    with model.batch_writer() as writer:
        writer.put(model(owner="ann", number=1, text="secret"))


def _transaction(model: Any, transact_write: Any) -> None:
    with transact_write() as transaction:
        transaction.put(model(owner="ann", number=1, text="secret"))


SETTING = {
    "UpdateExpression": "SET #n0 = :v0",
    "ExpressionAttributeNames": {"#n0": "text"},
    "ExpressionAttributeValues": {":v0": {"S": "secret"}},
}
PUT = {"TableName": "instruments", "Item": ITEM}
# Each operation by the model, and by a client of boto3.
CALLS: dict[str, tuple[Callable[[Any, Any, Any], Any], dict[str, Any]]] = {
    "get_item": (lambda m, *_: m.get_item("ann", 1, consistent_read=True), {"Key": KEY, "ConsistentRead": True}),
    "put_item": (lambda m, *_: m(owner="ann", number=1, text="secret").save(), {"Item": ITEM}),
    "update_item": (lambda m, *_: m.update_item("ann", 1, updates={m.attr.text: "secret"}), {"Key": KEY, **SETTING}),
    "delete_item": (lambda m, *_: m.delete_item("ann", 7), {"Key": {**KEY, "number": {"N": "7"}}}),
    "query": (
        lambda m, *_: m.query("ann", index_name="by-number", limit=3, scan_index_forward=False, consistent_read=True),
        {**QUERY, "IndexName": "by-number", "Limit": 3, "ScanIndexForward": False, "ConsistentRead": True},
    ),
    "query ": (lambda m, *_: m.query_count("ann"), {**QUERY, "Select": "COUNT"}),
    "scan": (
        lambda m, *_: m.scan(limit=1, segment=0, total_segments=2),
        {"Limit": 1, "Segment": 0, "TotalSegments": 2},
    ),
    "scan ": (lambda m, *_: m.scan(filter_condition=m.attr.text.exists()), SCAN),
    "batch_get_item": (lambda m, *_: m.batch_get([("ann", 1)]), {"RequestItems": {"instruments": {"Keys": [KEY]}}}),
    "batch_write_item": (
        lambda m, *_: _batch(m),
        {"RequestItems": {"instruments": [{"PutRequest": {"Item": ITEM}}]}},
    ),
    "transact_get_items": (
        lambda m, get, _: get(m.key("ann", 1)),
        {"TransactItems": [{"Get": {"TableName": "instruments", "Key": KEY}}]},
    ),
    "transact_write_items": (lambda m, _, write: _transaction(m, write), {"TransactItems": [{"Put": PUT}]}),
}


def _by_boto3(client: Any, name: str, parameters: dict[str, Any]) -> None:
    in_transaction_or_batch = parameters.keys() & {"RequestItems", "TransactItems"}
    on_table = {} if in_transaction_or_batch else {"TableName": "instruments"}
    getattr(client, name.strip())(**on_table, **parameters)


@pytest.fixture
def run(model, client, transact_get, transact_write) -> Any:
    """Return what sends the request of an operation, by the model and by boto3."""

    def by_model(name: str) -> None:
        CALLS[name][0](model, transact_get, transact_write)

    return SimpleNamespace(by_model=by_model, by_boto3=lambda name: _by_boto3(client, name, CALLS[name][1]))


@pytest.fixture
def spans() -> Iterator[Any]:
    """Collect the spans of all clients of botocore."""
    exporter, provider = in_memory.InMemorySpanExporter(), sdk.TracerProvider()
    provider.add_span_processor(exports.SimpleSpanProcessor(exporter))
    instrumentors = opentelemetry.BotocoreInstrumentor(), opentelemetry.AiobotocoreInstrumentor()
    for each in instrumentors:
        each.instrument(tracer_provider=provider)
    yield exporter
    for each in instrumentors:
        each.uninstrument()


def _taken(spans: Any) -> list[tuple[str, dict[str, Any]]]:
    seen = [
        (
            span.name,
            {name: value for name, value in (span.attributes or {}).items() if not name.startswith(NOT_COMPARED)},
        )
        for span in spans.get_finished_spans()
    ]
    spans.clear()
    return seen


@pytest.mark.botocore_only("methods and events for instruments")
@pytest.mark.parametrize("name", CALLS)
def test_opentelemetry_sees_what_it_sees_of_boto3(name, spans, run) -> None:
    """The span of each operation has the same attributes, with tables, index, limit, direction and counts."""
    run.by_model(name)
    by_model = _taken(spans)
    run.by_boto3(name)
    assert _taken(spans) == by_model
    assert "secret" not in str(by_model)


@pytest.mark.botocore_only("methods and events for instruments")
@pytest.mark.parametrize("name", CALLS)
def test_opentelemetry_sees_the_capacity_that_a_handler_asks_for(name, spans, model, client, run) -> None:
    """Such a handler makes the requests of the models and of boto3 equal again."""

    def ask(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    own = model.pydamo_config.table.meta.client
    for each in (own, client):
        each.meta.events.register("provide-client-params.dynamodb.*", ask, unique_id="ask")
    try:
        run.by_model(name)
        by_model = _taken(spans)
        run.by_boto3(name)
    finally:
        for each in (own, client):
            each.meta.events.unregister("provide-client-params.dynamodb.*", unique_id="ask")
    assert _taken(spans) == by_model


REQUEST_WORDS = (
    "ConsistentRead",
    "IndexName",
    "Limit",
    "ProjectionExpression",
    "ScanIndexForward",
    "Select",
    "TableName",
)
REPLY_WORDS = ("ConsumedCapacity", "Count", "ScannedCount", "UnprocessedItems", "UnprocessedKeys")


@pytest.mark.botocore_only("methods and events for instruments")
@pytest.mark.parametrize("name", CALLS)
def test_a_wrapper_of_botocores_method_sees_what_it_sees_of_boto3(name, style, run, monkeypatch) -> None:
    """As that of X-Ray, which reads parameters by name after the request, and parts of the reply."""
    seen: list[Any] = []

    def note(params: dict[str, Any], reply: dict[str, Any]) -> None:
        tables = [*params.get("RequestItems", ())]
        actions = [each["TableName"] for action in params.get("TransactItems", ()) for each in action.values()]
        given = {word: params[word] for word in REQUEST_WORDS if word in params and "Expression" not in word}
        seen.append((given, params.get("Key"), tables, actions, {word: reply.get(word) for word in REPLY_WORDS}))

    def wrapped(original: Any) -> Any:
        def make_api_call(self: Any, operation: str, params: dict[str, Any]) -> Any:
            reply = original(self, operation, params)
            note(params, reply)
            return reply

        return make_api_call

    def wrapped_async(original: Any) -> Any:
        async def make_api_call(self: Any, operation: str, params: dict[str, Any]) -> Any:
            reply = await original(self, operation, params)
            note(params, reply)
            return reply

        return make_api_call

    monkeypatch.setattr(BaseClient, "_make_api_call", wrapped(BaseClient._make_api_call))
    if style == "async":
        monkeypatch.setattr(AioBaseClient, "_make_api_call", wrapped_async(AioBaseClient._make_api_call))
    run.by_model(name)
    run.by_boto3(name)
    by_model, by_boto3 = seen
    assert by_boto3 == by_model


@pytest.mark.botocore_only("methods and events for instruments")
@pytest.mark.parametrize("name", CALLS)
def test_after_call_sees_counts_and_never_an_item(name, model, client, run) -> None:
    """Handlers of the model's client get the counts that those of boto3 get."""
    seen: list[Any] = []

    def note(parsed: dict[str, Any], **_: Any) -> None:
        seen.append({word: parsed.get(word) for word in REPLY_WORDS})
        assert not parsed.keys() & {"Item", "Items", "Attributes"} or len(seen) > 1

    own = model.pydamo_config.table.meta.client
    for each in (own, client):
        each.meta.events.register("after-call.dynamodb", note, unique_id="note")
    try:
        run.by_model(name)
        run.by_boto3(name)
    finally:
        for each in (own, client):
            each.meta.events.unregister("after-call.dynamodb", unique_id="note")
    by_model, by_boto3 = seen
    assert by_boto3 == by_model
