"""The transport: our bytes instead of botocore's, and nobody else's calls touched."""

from __future__ import annotations

import contextvars
import copy
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, HTTPClientError
from botocore.stub import Stubber
from moto import mock_aws
from pydantic import BaseModel

from pydamodb import PydamoConfig
from pydamodb._client import exchange as _transport
from pydamodb._client.async_exchange import current_task
from pydamodb._client.clients import Endpoint, open_endpoint
from pydamodb._client.exchange import send
from pydamodb._client.observing import Observation
from pydamodb._codec.attribute_values import decode
from pydamodb._operations.requests import Request, RequestFailed
from pydamodb._operations.table import ModelTable

ITEM = {"name": {"S": "é✓𝄞"}, "n": {"N": "1.5"}, "tags": {"SS": ["a"]}, "odd": {"M": {"S": {"S": "x"}}}}
KEY = {"name": ITEM["name"]}
PLAIN_KEY = {"name": "é✓𝄞"}


def model_table(name: str, model_name: str) -> ModelTable[Any]:
    """Return a model on a table, for a request."""
    return ModelTable(type(model_name, (BaseModel,), {}), name, False, {})


def call(operation: str, **payload: Any) -> Request:
    """Make a call on the table."""
    return Request(operation, {"TableName": "characters", **payload}, (model_table("characters", "Character"),))


def opened(table: Any) -> Endpoint:
    """Open what a configuration names, for a model."""
    return open_endpoint(PydamoConfig(table=table), "Character")


PUT = call("PutItem", Item=ITEM)
GET = call("GetItem", Key=KEY)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a table on moto whose client is ready for our calls."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    with mock_aws():
        made = (
            boto3.session.Session()
            .resource("dynamodb")
            .create_table(
                TableName="characters",
                KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        )
        opened(made)
        yield made


@pytest.fixture
def client(table: Any) -> Any:
    """Return the table's client."""
    return table.meta.client


class Raw:
    """The body of a response."""

    def __init__(self, content: bytes) -> None:
        """Keep it."""
        self.content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Hand it out."""
        yield self.content


def answered(client: Any, *answers: tuple[int, bytes] | Exception) -> list[dict[str, Any]]:
    """Answer the next requests by hand; return the list in which their bodies are collected."""
    left, bodies = list(answers), []

    def answer(request: Any, **_: Any) -> AWSResponse:
        bodies.append(json.loads(request.body))
        reply = left.pop(0)
        if isinstance(reply, Exception):
            raise reply
        request.url = "https://nobody.invalid"
        return AWSResponse(request.url, reply[0], {}, Raw(reply[1]))

    client.meta.events.register_first("before-send.dynamodb", answer)
    return bodies


def test_a_call_is_sent_and_answered_in_dynamodbs_own_json(client: Any) -> None:
    """Attribute values go out and come back as they are on the wire."""
    assert ({}, {"Item": ITEM}) == (send(client, PUT), send(client, GET))


def test_the_users_own_calls_on_the_client_are_as_ever(table: Any, client: Any) -> None:
    """Before, between and after ours."""
    own = {"name": "own", "n": 1}
    table.put_item(Item=own)
    send(client, PUT)
    between = table.get_item(Key={"name": "own"})["Item"]
    theirs = send(client, call("GetItem", Key={"name": {"S": "own"}}))
    after = table.get_item(Key=PLAIN_KEY)
    assert (own, {"Item": {"name": {"S": "own"}, "n": {"N": "1"}}}, {"a"}, 200) == (
        between,
        theirs,
        after["Item"]["tags"],
        after["ResponseMetadata"]["HTTPStatusCode"],
    )


@pytest.mark.parametrize("event", ["before-call", "before-send", "before-parse", "after-call", "provide-client-params"])
@pytest.mark.parametrize("where", ["same thread", "another thread", "another thread, same context"])
def test_a_call_that_a_users_handler_makes_during_ours_is_the_users(
    event: str, where: str, table: Any, client: Any
) -> None:
    """Of the same operation, on the same client, wherever it is in ours."""
    table.put_item(Item={"name": "own", "n": 1})
    seen: list[Any] = []

    def read() -> None:
        seen.append(table.get_item(Key={"name": "own"}).get("Item"))

    def handler(**_: Any) -> None:
        client.meta.events.unregister(f"{event}.dynamodb.GetItem", handler)
        if where == "same thread":
            read()
            return
        context = contextvars.copy_context() if where.endswith("same context") else contextvars.Context()
        thread = threading.Thread(target=context.run, args=(read,))
        thread.start()
        thread.join()

    send(client, PUT)
    client.meta.events.register_first(f"{event}.dynamodb.GetItem", handler)
    ours = send(client, GET)
    assert ([{"name": "own", "n": 1}], {"Item": ITEM}) == (seen, ours)


def test_calls_of_many_threads_on_one_client_do_not_mix(client: Any) -> None:
    """Each gets what it asked for."""
    results: dict[int, Any] = {}

    def work(number: int) -> None:
        key = {"name": {"S": str(number)}}
        send(client, call("PutItem", Item={**key, "n": {"N": str(number)}}))
        results[number] = send(client, call("GetItem", Key=key))["Item"]["n"]["N"]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: str(number) for number in range(8)} == results


OPERATIONS: list[tuple[Request, set[str]]] = [
    (PUT, set()),
    (GET, {"Item"}),
    (call("DescribeTable"), {"Table"}),
    (
        call(
            "UpdateItem",
            Key=KEY,
            UpdateExpression="SET #n = :v",
            ExpressionAttributeNames={"#n": "n"},
            ExpressionAttributeValues={":v": {"N": "2"}},
        ),
        set(),
    ),
    (
        call(
            "Query",
            KeyConditionExpression="#n = :v",
            ExpressionAttributeNames={"#n": "name"},
            ExpressionAttributeValues={":v": ITEM["name"]},
        ),
        {"Items", "Count", "ScannedCount"},
    ),
    (call("DeleteItem", Key=KEY), set()),
    (
        Request(
            "BatchWriteItem", {"RequestItems": {"characters": [{"PutRequest": {"Item": ITEM}}]}}, "characters", "C"
        ),
        {"UnprocessedItems"},
    ),
    (
        Request("BatchGetItem", {"RequestItems": {"characters": {"Keys": [KEY]}}}, (model_table("characters", "C"),)),
        {"Responses", "UnprocessedKeys"},
    ),
]


@pytest.mark.parametrize(("sent", "keys"), OPERATIONS, ids=[each[0].operation for each in OPERATIONS])
def test_each_operation_is_one_request_with_exactly_our_body(sent: Request, keys: set[str], client: Any) -> None:
    """Nothing of the placeholder is left in it."""
    send(client, PUT)
    bodies: list[Any] = []
    client.meta.events.register(
        "request-created.dynamodb", lambda request, **_: bodies.append(json.loads(request.data))
    )
    reply = send(client, sent)
    assert ([sent.payload], True) == (bodies, keys <= set(reply) - {"ResponseMetadata"})


def test_what_a_users_handler_adds_to_the_parameters_is_kept(client: Any) -> None:
    """Such as a request for the consumed capacity."""
    client.meta.events.register(
        "provide-client-params.dynamodb.PutItem", lambda params, **_: {**params, "ReturnConsumedCapacity": "TOTAL"}
    )
    bodies = answered(client, (200, b"{}"))
    send(client, PUT)
    assert [{**PUT.payload, "ReturnConsumedCapacity": "TOTAL"}] == bodies


def test_a_table_name_that_a_users_handler_changes_is_kept(client: Any) -> None:
    """Such as a prefix for the stage."""
    client.meta.events.register(
        "provide-client-params.dynamodb.PutItem",
        lambda params, **_: {**params, "TableName": f"test-{params['TableName']}"},
    )
    bodies = answered(client, (200, b"{}"))
    send(client, PUT)
    assert [{**PUT.payload, "TableName": "test-characters"}] == bodies


def test_an_error_of_dynamodb_is_a_failed_call(client: Any) -> None:
    """With its code, its message, the call and botocore's exception."""
    refused = call(
        "PutItem", Item=ITEM, ConditionExpression="attribute_exists(#n)", ExpressionAttributeNames={"#n": "x"}
    )
    with pytest.raises(RequestFailed) as caught:
        send(client, refused)
    failure = caught.value
    assert ("ConditionalCheckFailedException", "The conditional request failed", refused, True) == (
        failure.code,
        failure.message,
        failure.request,
        isinstance(failure.original, client.exceptions.ConditionalCheckFailedException),
    )


def test_an_error_of_botocore_is_a_failed_call_without_a_code(client: Any) -> None:
    """DynamoDB never answered."""
    original = EndpointConnectionError(endpoint_url="https://nobody.invalid")
    client.meta.events.register_first("before-call.dynamodb", _raiser(original))
    with pytest.raises(RequestFailed) as caught:
        send(client, PUT)
    assert (None, original) == (caught.value.code, caught.value.original)


def _raiser(error: Exception) -> Callable[..., None]:
    def handler(**_: Any) -> None:
        raise error

    return handler


def test_after_an_error_the_client_is_as_before(table: Any, client: Any) -> None:
    """Nothing of a failed call lingers."""
    with pytest.raises(RequestFailed):
        send(client, call("PutItem", Item={}))
    assert _transport._current.get() is None
    table.put_item(Item={"name": "own"})
    assert {"name": "own"} == table.get_item(Key={"name": "own"})["Item"]


def test_botocores_retries_send_our_body_again(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reply is that of the attempt that worked."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    good = json.dumps({"Item": ITEM}).encode()
    bodies = answered(client, (500, b'{"__type": "InternalServerError"}'), (503, b""), (200, good))
    reply = send(client, GET)
    assert ([GET.payload] * 3, {"Item": ITEM}) == (bodies, reply)


PUTS = [{"Put": {"TableName": table, "Item": ITEM}} for table in ("characters", "others")]


def transaction(**payload: Any) -> Request:
    """Make the call of a transaction on two tables."""
    return Request(
        "TransactWriteItems",
        {"TransactItems": PUTS, **payload},
        (model_table("characters", "Character"), model_table("others", "Other")),
    )


def test_a_transaction_has_botocores_token_the_same_in_its_retries(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB knows that a retry is the same transaction, and another one gets another token."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    bodies = answered(client, (500, b'{"__type": "InternalServerError"}'), (503, b""), (200, b"{}"), (200, b"{}"))
    assert [{}, {}] == [send(client, transaction()), send(client, transaction())]
    tokens = [body.pop("ClientRequestToken") for body in bodies]
    assert ([{"TransactItems": PUTS}] * 4, {36}, 2, 1) == (
        bodies,
        set(map(len, tokens)),
        len(set(tokens)),
        len(set(tokens[:3])),
    )


def test_the_callers_token_of_a_transaction_is_kept(client: Any) -> None:
    """Instead of botocore's."""
    bodies = answered(client, (200, b"{}"))
    send(client, transaction(ClientRequestToken="mine"))
    assert [{"TransactItems": PUTS, "ClientRequestToken": "mine"}] == bodies


def test_the_reasons_of_a_cancelled_transaction_are_in_the_response(client: Any) -> None:
    """As they are on the wire; the client of a resource leaves items in errors alone."""
    reasons = [{"Code": "ConditionalCheckFailed", "Message": "no", "Item": ITEM}, {"Code": "None"}]
    body = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "CancellationReasons": reasons}
    answered(client, (400, json.dumps(body).encode()))
    with pytest.raises(RequestFailed) as caught:
        send(client, transaction())
    assert ("TransactionCanceledException", reasons) == (
        caught.value.code,
        caught.value.response["CancellationReasons"],
    )


def test_a_client_that_breaks_is_asked_about(client: Any) -> None:
    """A closed one says so in no way that could be told."""
    client.meta.events.register_first("before-call.dynamodb", _raiser(HTTPClientError(error="no session")))
    with pytest.raises(RequestFailed, match=r"no session; is the client still open\?"):
        send(client, PUT)


def test_a_response_that_is_no_json_is_a_failed_call(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in between, perhaps."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    answered(client, *[(200, b"<html>")] * 10)
    with pytest.raises(RequestFailed, match="the response is not valid JSON"):
        send(client, GET)


@pytest.fixture(params=["resource", "client"])
def stubber(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Return a stub of a Table's client, or of the client that a table by name is reached with."""
    session = boto3.session.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    if request.param == "resource":
        client = opened(session.resource("dynamodb").Table("characters")).client
    else:
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        client = opened("characters").client
    with Stubber(client) as stub:
        yield stub


def _add(stubber: Stubber, operation: str, reply: dict[str, Any]) -> None:
    """Stub a reply; a resource's client changes what it is given."""
    stubber.add_response(operation, copy.deepcopy(reply))


STUBBED: list[tuple[Any, Any]] = [
    ({"S": "x"}, "x"),
    ({"N": "-1.5"}, -1.5),
    ({"B": b"x"}, b"x"),
    ({"M": {"a": {"L": [{"NULL": True}, {"B": b"x"}, {"BOOL": False}]}}}, {"a": [None, b"x", False]}),
    ({"NS": ["1", "2"]}, {1, 2}),
    ({"BS": [b"x"]}, {b"x"}),
    ({"M": {"S": {"S": "x"}}}, {"S": "x"}),
    ({"M": {"M": {"M": {}}}}, {"M": {}}),
]


@pytest.mark.parametrize(("value", "read"), STUBBED, ids=str)
def test_a_stubbed_reply_reads_as_if_it_came_over_the_wire(value: Any, read: Any, stubber: Stubber) -> None:
    """Botocore's Stubber answers before our handlers; a resource's client has made Python values of it."""
    item = {"name": {"S": "x"}, "value": value}
    _add(stubber, "get_item", {"Item": item})
    _add(stubber, "query", {"Items": [item], "LastEvaluatedKey": {"name": {"S": "x"}}})
    got = send(stubber.client, GET)["Item"]
    queried = send(stubber.client, OPERATIONS[4][0])
    values = [got["value"], queried["Items"][0]["value"], queried["LastEvaluatedKey"]["name"]]
    assert [read, read, "x"] == [decode(each) for each in values]


def test_stubbed_unprocessed_items_read_as_if_they_came_over_the_wire(stubber: Stubber) -> None:
    """A batch finds its own writes among them."""
    left = {"characters": [{"PutRequest": {"Item": ITEM}}, {"DeleteRequest": {"Key": {"name": {"S": "other"}}}}]}
    _add(stubber, "batch_write_item", {"UnprocessedItems": left})
    assert left == send(stubber.client, OPERATIONS[-2][0])["UnprocessedItems"]


def test_stubbed_batches_of_items_read_as_if_they_came_over_the_wire(stubber: Stubber) -> None:
    """Those that were read, and the keys of those that were not."""
    reply = {"Responses": {"characters": [ITEM]}, "UnprocessedKeys": {"characters": {"Keys": [KEY]}}}
    _add(stubber, "batch_get_item", reply)
    asked = Request(
        "BatchGetItem", {"RequestItems": {"characters": {"Keys": [KEY]}}}, (model_table("characters", "C"),)
    )
    got = send(stubber.client, asked)
    assert reply == {name: got[name] for name in reply}


def test_a_stubbed_transaction_reads_as_if_it_came_over_the_wire(stubber: Stubber) -> None:
    """With nothing for an item that is missing."""
    reply = {"Responses": [{"Item": ITEM}, {}]}
    _add(stubber, "transact_get_items", reply)
    gets = [{"Get": {"TableName": "characters", "Key": KEY}}] * 2
    got = send(stubber.client, Request("TransactGetItems", {"TransactItems": gets}, (model_table("characters", "C"),)))
    assert reply == {"Responses": got["Responses"]}


def test_a_stubbed_cancellation_has_its_reasons(stubber: Stubber) -> None:
    """As they were given to the stub."""
    reasons = [{"Code": "ConditionalCheckFailed", "Item": ITEM}, {"Code": "None"}]
    stubber.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields={"CancellationReasons": reasons}
    )
    with pytest.raises(RequestFailed) as caught:
        send(stubber.client, transaction())
    assert reasons == caught.value.response["CancellationReasons"]


def test_a_stubbed_error_is_a_failed_call(stubber: Stubber) -> None:
    """As a real one."""
    stubber.add_client_error("get_item", "ThrottlingException", "slow down")
    with pytest.raises(RequestFailed) as caught:
        send(stubber.client, GET)
    assert ("ThrottlingException", "slow down") == (caught.value.code, caught.value.message)


def test_a_thread_without_an_event_loop_has_no_task() -> None:
    """A handler of the user may call from there; what it sends is not ours."""
    assert None is current_task()


# --- what botocore, its handlers and its stubs are told ---

TRANSACTION = Request(
    "TransactWriteItems",
    {"TransactItems": [{"Put": {"TableName": "characters", "Item": ITEM}}, {"Delete": {"TableName": "b", "Key": KEY}}]},
    (model_table("characters", "Character"), model_table("b", "B")),
)
READ_TOGETHER = Request(
    "TransactGetItems",
    {"TransactItems": [{"Get": {"TableName": "characters", "Key": KEY}}]},
    (model_table("characters", "Character"),),
)
TABLE: dict[str, Any] = {"TableName": "characters", "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}]}
TABLE["AttributeDefinitions"] = [{"AttributeName": "name", "AttributeType": "S"}]


def good_reply(sent: Request, prefix: str = "") -> dict[str, Any]:
    """Return the smallest reply that a request can have."""
    return {
        "BatchGetItem": {"Responses": {f"{prefix}characters": []}},
        "DescribeTable": {"Table": TABLE},
        "Query": {"Items": [], "Count": 0, "ScannedCount": 0},
        "Scan": {"Items": [], "Count": 0, "ScannedCount": 0},
        "TransactGetItems": {"Responses": [{}]},
    }.get(sent.operation, {})


def good_answer(sent: Request, prefix: str = "") -> tuple[int, bytes]:
    """Return it as a response."""
    return 200, json.dumps(good_reply(sent, prefix)).encode()


RENAMED_CALLS: list[Request] = [each for each, _ in OPERATIONS] + [TRANSACTION, READ_TOGETHER, call("Scan", Limit=3)]


def _prefixed(value: Any) -> Any:
    """Return parameters with prefixed table names."""
    if isinstance(value, list):
        return [_prefixed(each) for each in value]
    if not isinstance(value, dict):
        return value
    renamed = {name: _prefixed(each) for name, each in value.items()}
    if "TableName" in value:
        renamed["TableName"] = f"test-{value['TableName']}"
    if "RequestItems" in value:
        renamed["RequestItems"] = {f"test-{name}": each for name, each in value["RequestItems"].items()}
    return renamed


def _rename_by_copy(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    return _prefixed(params)  # type: ignore[no-any-return]


def _rename_in_place(params: dict[str, Any], **_: Any) -> None:
    if "TableName" in params:
        params["TableName"] = f"test-{params['TableName']}"
    for table in list(params.get("RequestItems", {})):
        params["RequestItems"][f"test-{table}"] = params["RequestItems"].pop(table)
    for action in params.get("TransactItems", []):
        for content in action.values():
            content["TableName"] = f"test-{content['TableName']}"


def _rename_in_place_by_copy(params: dict[str, Any], **_: Any) -> None:
    params.update(_prefixed(params))


SESSION = boto3.session.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")


@pytest.fixture(params=["resource", "client"])
def own_client(request: pytest.FixtureRequest) -> Any:
    """Return a client of a Table, or the client of a table by name, which sends nothing."""
    if request.param == "resource":
        return opened(SESSION.resource("dynamodb").Table("characters")).client
    client = SESSION.client("dynamodb")
    _transport.prepare(client, is_of_resource=False)
    return client


@pytest.mark.parametrize("sent", RENAMED_CALLS, ids=lambda each: each.operation)
@pytest.mark.parametrize(
    ("event", "handler"),
    [
        ("provide-client-params.dynamodb", _rename_by_copy),
        ("provide-client-params.*.*", _rename_by_copy),
        ("provide-client-params.dynamodb", _rename_in_place),
        ("provide-client-params.dynamodb", _rename_in_place_by_copy),
        ("provide-client-params.dynamodb.*", _rename_in_place),
        ("before-parameter-build.dynamodb.*", _rename_in_place),
        ("before-parameter-build.*.*", _rename_in_place_by_copy),
    ],
)
def test_a_handler_may_rename_tables(sent: Request, event: str, handler: Any, own_client: Any) -> None:
    """In place or by copying: all of the request goes to the new table, and the next request is renamed once too.

    The client of a resource has a handler of boto3 that copies parameters: what comes after it changes nothing.
    """
    expected = _prefixed(copy.deepcopy(sent.payload))
    own_client.meta.events.register_first(event, handler)
    bodies = answered(own_client, *[good_answer(sent, "test-")] * 2)
    for _ in range(2):
        send(own_client, sent._replace(payload=copy.deepcopy(sent.payload)))
    tokens = [body.pop("ClientRequestToken", None) for body in bodies]
    assert ([expected] * 2, tokens[0] is None or tokens[0] != tokens[1]) == (bodies, True)


@pytest.mark.parametrize("sent", RENAMED_CALLS, ids=lambda each: each.operation)
@pytest.mark.parametrize("event", ["before-parameter-build.dynamodb", "before-parameter-build"])
def test_a_handler_that_is_too_late_is_kept_or_an_error(sent: Request, event: str, own_client: Any) -> None:
    """After our own handler it sees no items: it can rename one table, and is refused in batches and transactions."""
    own_client.meta.events.register(event, _rename_in_place)
    bodies = answered(own_client, good_answer(sent))
    if "TableName" in sent.payload:
        send(own_client, sent)
        assert [_prefixed(sent.payload)] == bodies
    else:
        with pytest.raises(RequestFailed, match="too late: register it for before-parameter-build") as caught:
            send(own_client, sent._replace(payload=copy.deepcopy(sent.payload)))
        assert ([], False) == (bodies, caught.value.unknown)


def test_what_a_handler_adds_to_an_item_is_sent(own_client: Any) -> None:
    """Such as the tenant. The model's own item stays as it was, also if the handler changes the parameters in place."""

    def add(params: dict[str, Any], **_: Any) -> None:
        params["Item"]["tenant"] = {"S": "x"}

    own_client.meta.events.register("provide-client-params.dynamodb.PutItem", add)
    bodies = answered(own_client, (200, b"{}"))
    put = call("PutItem", Item={**ITEM})
    send(own_client, put)
    assert ([{**PUT.payload, "Item": {**ITEM, "tenant": {"S": "x"}}}], ITEM) == (bodies, put.payload["Item"])


@pytest.mark.parametrize(
    "change",
    [
        lambda params, **_: params.update(Item={"name": {"S": "x"}}),
        lambda params, **_: params["Item"].update(name={"S": "x"}),
    ],
)
def test_an_item_is_never_replaced_by_a_handler_that_does_not_see_it(change: Any, own_client: Any) -> None:
    """A part of an item would be written over the whole one."""
    own_client.meta.events.register("before-parameter-build.dynamodb", change)
    bodies = answered(own_client)
    with pytest.raises(RequestFailed, match="changed Item too late"):
        send(own_client, PUT)
    assert [] == bodies


FULL_QUERY = call(
    "Query",
    KeyConditionExpression="#n = :v",
    ExpressionAttributeNames={"#n": "name"},
    ExpressionAttributeValues={":v": ITEM["name"]},
    IndexName="by-name",
    Limit=3,
    ScanIndexForward=False,
    ConsistentRead=True,
    Select="COUNT",
)


@pytest.mark.parametrize("sent", [*RENAMED_CALLS, FULL_QUERY], ids=lambda each: each.operation)
def test_botocore_is_told_what_is_sent(sent: Request, own_client: Any) -> None:
    """Handlers of its first events, and instruments around its clients, see the true parameters."""
    seen: list[Any] = []
    for event in ("provide-client-params.dynamodb", "before-parameter-build.*.*"):
        own_client.meta.events.register_first(event, lambda params, **_: seen.append(copy.deepcopy(params)))
    answered(own_client, good_answer(sent))
    send(own_client, sent)
    for params in seen:
        params.pop("ClientRequestToken", None)
    assert [sent.payload] * 2 == seen


@pytest.mark.parametrize("sent", [*RENAMED_CALLS, FULL_QUERY], ids=lambda each: each.operation)
def test_the_parameters_are_true_after_the_request_too(sent: Request, own_client: Any) -> None:
    """Instruments such as X-Ray's read them then."""
    seen: list[Any] = []
    own_client.meta.events.register_first("before-parameter-build.*.*", lambda params, **_: seen.append(params))
    answered(own_client, good_answer(sent))
    send(own_client, sent)
    seen[0].pop("ClientRequestToken", None)
    assert [sent.payload] == seen


PAGE = b'{"Count":12,"Items":[{"a":{"S":"\\"Count\\":5,"},"Count":{"N":"7"}}%s],"ScannedCount":40}'


@pytest.mark.parametrize("body", [PAGE % b"", PAGE % (b',{"a":{"S":"x"}}' * 99), b'{"ScannedCount": 40, "Count": 12}'])
def test_the_counts_of_a_page_are_handed_back(body: bytes, own_client: Any) -> None:
    """To handlers of `after-call` and instruments. An item that has a count of its own is not one."""
    seen: list[Any] = []
    own_client.meta.events.register_first("after-call.dynamodb", lambda parsed, **_: seen.append(parsed))
    answered(own_client, (200, body))
    send(own_client, FULL_QUERY)
    assert {"Count": 12, "ScannedCount": 40} == {name: seen[0][name] for name in seen[0] if name != "ResponseMetadata"}


def test_consumed_capacity_is_handed_back(own_client: Any) -> None:
    """To a handler that asks for it."""
    seen: list[Any] = []
    own_client.meta.events.register(
        "provide-client-params.*.*", lambda params, **_: params.update(ReturnConsumedCapacity="TOTAL")
    )
    own_client.meta.events.register("after-call.dynamodb", lambda parsed, **_: seen.append(parsed["ConsumedCapacity"]))
    answered(own_client, (200, b'{"ConsumedCapacity":{"TableName":"characters","CapacityUnits":1.5}}'))
    send(own_client, PUT)
    assert [{"TableName": "characters", "CapacityUnits": 1.5}] == seen


@pytest.mark.parametrize("left", [{}, {"characters": [{"PutRequest": {"Item": ITEM}}]}])
def test_the_number_of_unprocessed_writes_is_handed_back(left: dict[str, Any], own_client: Any) -> None:
    """Without their attributes; DynamoDB writes JSON without spaces."""
    seen: list[Any] = []
    own_client.meta.events.register_first("after-call.dynamodb", lambda parsed, **_: seen.append(dict(parsed)))
    answered(own_client, (200, json.dumps({"UnprocessedItems": left}, separators=(",", ":")).encode()))
    send(own_client, OPERATIONS[-2][0])
    assert {table: [{"PutRequest": {"Item": {}}} for _ in each] for table, each in left.items()} == seen[0][
        "UnprocessedItems"
    ]


CAPACITY = {"TableName": "characters", "CapacityUnits": 1.5}


@pytest.mark.parametrize("attributes", [{}, {"Attributes": ITEM}])
def test_capacity_that_nobody_asked_for_is_handed_back_without_the_item(attributes: Any, own_client: Any) -> None:
    """Some engines send it with each update. It is the same as of boto3, but no attribute of the item is."""
    seen: list[Any] = []
    own_client.meta.events.register("after-call.dynamodb", lambda parsed, **_: seen.append(parsed))
    answered(own_client, (200, json.dumps({**attributes, "ConsumedCapacity": CAPACITY}).encode()))
    send(own_client, OPERATIONS[3][0])
    assert {"ConsumedCapacity": CAPACITY} == {name: seen[0][name] for name in seen[0] if name != "ResponseMetadata"}


def test_a_table_name_without_a_form_in_json_is_an_error(own_client: Any) -> None:
    """A lone surrogate: nothing is sent."""
    bodies = answered(own_client)
    with pytest.raises(RequestFailed, match="without a form in JSON"):
        send(own_client, GET._replace(payload={**GET.payload, "TableName": "x\ud800yz"}))
    assert [] == bodies


SINGLE = [(each, asked) for each, _ in OPERATIONS if "TableName" in (asked := each.payload)]


@pytest.mark.parametrize(("sent", "asked"), SINGLE, ids=[each.operation for each, _ in SINGLE])
def test_a_stub_compares_what_is_asked_for(sent: Request, asked: Any, stubber: Stubber) -> None:
    """With the parameters in DynamoDB's JSON; other parameters are an error."""
    method = _transport.method_name(sent.operation)
    stubber.add_response(method, good_reply(sent), asked)
    stubber.add_response(method, good_reply(sent), {**asked, "TableName": "others"})
    send(stubber.client, sent)
    with pytest.raises(RequestFailed, match="others"):
        send(stubber.client, sent)


def test_a_parameter_without_a_form_in_json_is_an_error(own_client: Any) -> None:
    """A handler adds it, and nothing is sent."""
    own_client.meta.events.register(
        "provide-client-params.dynamodb.PutItem", lambda params, **_: params["Item"].update(x=object())
    )
    bodies = answered(own_client)
    with pytest.raises(RequestFailed, match="without a form in JSON"):
        send(own_client, PUT)
    assert [] == bodies


# --- damaged replies ---


@pytest.mark.parametrize("body", [b"{}", b'{"Table":{}}', b'{"Table":{"KeySchema":[{}],"AttributeDefinitions":[]}}'])
def test_a_table_without_its_keys_is_a_failed_call(body: bytes, own_client: Any) -> None:
    """A description of a table has its keys and their types."""
    answered(own_client, (200, body))
    with pytest.raises(RequestFailed, match="the response does not have the parts"):
        send(own_client, call("DescribeTable"))


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"Item"', b"true"])
@pytest.mark.parametrize("sent", [GET, PUT, FULL_QUERY, call("DescribeTable")], ids=lambda each: each.operation)
def test_a_reply_of_another_form_is_a_failed_call(sent: Request, body: bytes, own_client: Any) -> None:
    """A proxy may answer 200 with something else: it does not mean that there is no item."""
    answered(own_client, (200, body))
    with pytest.raises(RequestFailed, match="the response"):
        send(own_client, sent)


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("sent", [GET, PUT, FULL_QUERY], ids=lambda each: each.operation)
def test_a_wrong_checksum_is_a_failed_call(sent: Request, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In each retry mode of botocore, also after the last attempt."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    config = Config(retries={"mode": mode, "total_max_attempts": 2})
    client = SESSION.client("dynamodb", config=config)
    _transport.prepare(client, is_of_resource=False)

    def answer(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, {"x-amz-crc32": "1"}, Raw(b"{}"))

    client.meta.events.register_first("before-send.dynamodb", answer)
    with pytest.raises(RequestFailed, match="Checksum crc32 failed") as caught:
        send(client, sent)
    assert (sent is PUT) == (caught.value.unknown and caught.value.maybe_written)


def test_an_attempt_without_an_answer_is_told_without_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the attempt before it are not its own."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    client = SESSION.client("dynamodb", config=Config(retries={"mode": "standard", "total_max_attempts": 10}))
    _transport.prepare(client, is_of_resource=False)
    observation = Observation(GET)
    lost = ConnectionClosedError(endpoint_url="https://nobody.invalid")
    answered(client, (500, b'{"__type": "InternalServerError"}'), *[lost] * 9)
    with pytest.raises(RequestFailed):
        send(client, GET, observation)
    assert (10, 0, None) == (observation.attempts, observation.bytes_received, observation.status_code)
