"""Sends a call through a botocore client. The only module that names boto3 and botocore.

botocore spends most of its time turning shapes into dicts and back. Two public events let us keep all else that it does
(credentials, signing, endpoints, retries, pooling) and skip that: `before-call`, where the request about to be signed
gets our body, and `before-parse`, where the response's body is taken before it is parsed. A context variable tells our
calls from the user's own on the same client, which are left alone. If botocore's own serialisation ever becomes as fast
as this, the events can go and the client's methods be called as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from threading import Lock
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

import boto3
from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError
from pydantic_core import from_json, to_json

from pydamodb._calls import Call, CallFailed
from pydamodb._schema import TableSchema
from pydamodb.config import PydamoConfig, table_of
from pydamodb.exceptions import DynamoDBClientError

__all__ = ["Endpoint", "open_endpoint", "send"]


class Endpoint(NamedTuple):
    """A table as it is reached: a client, the table's name, and the schemas of the tables that the client has seen."""

    client: Any
    table_name: str
    schemas: dict[str, TableSchema]


def open_endpoint(config: PydamoConfig) -> Endpoint:
    """Find the client and the table's name of a configuration, and make the client ready for our calls.

    Raises:
        DynamoDBClientError: boto3 cannot make a client: there is no region, for example.
    """
    table = table_of(config)
    if isinstance(table, str):
        client, name = _default_client(), table
    else:
        client, name = table.meta.client, table.name
    return Endpoint(client, name, _prepared(client))


_schemas: WeakKeyDictionary[Any, dict[str, TableSchema]] = WeakKeyDictionary()
_default_clients: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
_opening = Lock()


def _default_client() -> Any:
    """Return the one client of boto3's default session, which may be replaced by another at any time."""
    with _opening:
        session: Any = boto3.DEFAULT_SESSION
        client = _default_clients.get(session) if session is not None else None
        if client is None:
            make_client: Any = boto3.client  # pyright: ignore[reportUnknownVariableType] - boto3 has no types
            try:
                client = make_client("dynamodb")
            except BotoCoreError as error:
                message = f"boto3 cannot make a DynamoDB client: {error}"
                raise DynamoDBClientError(message, operation="connect", original_error=error) from error
            _default_clients[boto3.DEFAULT_SESSION] = client
        return client


def _prepared(client: Any) -> dict[str, TableSchema]:
    known = _schemas.get(client)
    if known is None:
        events = client.meta.events
        events.register("before-call.dynamodb", _send_ours, unique_id="pydamodb-send")
        events.register("before-parse.dynamodb", _take_theirs, unique_id="pydamodb-take")
        known = _schemas.setdefault(client, {})
    return known


class _Exchange:
    """One request of ours: what botocore believes to send, what is sent instead, and what came back."""

    __slots__ = ("body", "operation", "payload", "placeholder", "response", "sent")

    def __init__(self, call: Call, placeholder: dict[str, Any]) -> None:
        self.operation = call.operation
        self.placeholder = placeholder
        self.payload = call.payload
        self.body = to_json(call.payload)
        self.sent = False
        self.response: bytes | None = None


_current: ContextVar[_Exchange | None] = ContextVar("pydamodb_exchange", default=None)


def _send_ours(model: Any, params: dict[str, Any], **_: Any) -> None:
    """Put our body in place of the placeholder's.

    What handlers of the user's have added to the parameters, or made of the table's name, is kept; a call that such a
    handler makes meanwhile on the same client is known by what it has instead of the placeholder, and is not ours.
    """
    exchange = _current.get()
    if exchange is None or exchange.sent or exchange.operation != model.name:
        return
    planned: dict[str, Any] = from_json(params["body"])
    if planned == exchange.placeholder:
        params["body"] = exchange.body
    elif all(planned.get(name) == given for name, given in exchange.placeholder.items() if name != "TableName"):
        added = {name: value for name, value in planned.items() if exchange.placeholder.get(name) != value}
        params["body"] = to_json({**exchange.payload, **added})
    else:
        return
    exchange.sent = True


def _take_theirs(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Take the body of a good response; errors are botocore's to parse."""
    exchange = _current.get()
    if exchange is None or not exchange.sent or exchange.operation != operation_model.name:
        return
    if response_dict["status_code"] == _GOOD:
        exchange.response, response_dict["body"] = response_dict["body"], b"{}"


_GOOD = 200


def _on_table(**parameters: Any) -> Callable[[str], dict[str, Any]]:
    return lambda table: {"TableName": table, **parameters}


# The smallest parameters that botocore accepts; if they were ever sent, DynamoDB would refuse them.
_PLACEHOLDERS: dict[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "BatchWriteItem": (
        "batch_write_item",
        lambda table: {"RequestItems": {table: [{"PutRequest": {"Item": {}}}]}},
    ),
    "DeleteItem": ("delete_item", _on_table(Key={})),
    "GetItem": ("get_item", _on_table(Key={})),
    "PutItem": ("put_item", _on_table(Item={})),
    "Query": ("query", _on_table(KeyConditionExpression="#pydamodb")),
    "UpdateItem": ("update_item", _on_table(Key={})),
}


def send(client: Any, call: Call) -> Any:
    """Send a call and return the reply, with attribute values as they are in DynamoDB's JSON.

    Raises:
        CallFailed: DynamoDB or botocore refused.
    """
    if call.operation == "DescribeTable":
        return _request(call, client.describe_table, call.payload)
    method, placeholder = _PLACEHOLDERS[call.operation]
    exchange = _Exchange(call, placeholder(call.table_name))
    token = _current.set(exchange)
    try:
        parsed = _request(call, getattr(client, method), exchange.placeholder)
    finally:
        _current.reset(token)
    if exchange.response is None:
        return _on_the_wire(parsed)
    try:
        return from_json(exchange.response)
    except ValueError as error:
        raise CallFailed(call, None, "the response is not valid JSON", error) from error


def _request(call: Call, method: Callable[..., dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        return method(**parameters)
    except ClientError as error:
        response: Any = error.response
        details: dict[str, str] = response.get("Error", {})
        raise CallFailed(call, details.get("Code"), details.get("Message") or str(error), error) from error
    except BotoCoreError as error:
        raise CallFailed(call, None, str(error), error) from error


def _on_the_wire(parsed: dict[str, Any]) -> dict[str, Any]:
    """Bring a reply that botocore parsed (a Stubber's, say: no response was there to take) into the form of the wire.

    The client of a boto3 resource turns attribute values into Python's; boto3's own serialiser turns them back.
    """
    reply = {name: content for name, content in parsed.items() if name != "ResponseMetadata"}
    for name in ("Item", "LastEvaluatedKey"):
        if name in reply:
            reply[name] = _attributes(reply[name])
    if "Items" in reply:
        reply["Items"] = [_attributes(item) for item in reply["Items"]]
    for writes in reply.get("UnprocessedItems", {}).values():
        for write in writes:
            for content in write.values():
                content.update({kind: _attributes(content[kind]) for kind in ("Item", "Key") if kind in content})
    return reply


def _attributes(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value if _is_wire_form(value) else _serializer.serialize(value) for name, value in item.items()}


def _is_wire_form(value: Any) -> bool:
    return isinstance(value, dict) and len(cast("dict[str, Any]", value)) == 1 and value.keys() <= _TAGS


_TAGS = {"S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"}
_serializer: Any = TypeSerializer()
