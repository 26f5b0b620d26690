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
from threading import Lock, RLock
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary, WeakSet

import boto3
from boto3.dynamodb.types import TypeSerializer
from boto3.resources.base import ServiceResource
from botocore.exceptions import BotoCoreError, ClientError
from pydantic_core import from_json, to_json

from pydamodb._calls import Call, CallFailed
from pydamodb._schema import TableSchema
from pydamodb.config import PydamoConfig, Table, is_table, not_a_table
from pydamodb.exceptions import DynamoDBClientError

__all__ = ["Endpoint", "open_endpoint", "send", "table_of"]


class Endpoint(NamedTuple):
    """A table as it is reached: a client, the table's name, and the schemas of the tables that the client has seen."""

    client: Any
    table_name: str
    schemas: dict[str, TableSchema]


_schemas: WeakKeyDictionary[Any, dict[str, TableSchema]] = WeakKeyDictionary()
_resource_clients: WeakSet[Any] = WeakSet()
_default_clients: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
_opening = Lock()
_calling = RLock()
_RETURNED = "_returned"


def open_endpoint(config: PydamoConfig, model_name: str = "") -> Endpoint:
    """Find the client and the table's name of a configuration, and make the client ready for our calls.

    Raises:
        DynamoDBClientError: boto3 cannot make a client: there is no region, for example.
    """
    table = table_of(config)
    if not isinstance(table, str):
        if isinstance(table, ServiceResource):
            _resource_clients.add(table.meta.client)
        return Endpoint(table.meta.client, table.name, _prepared(table.meta.client))
    try:
        client = _default_client()
    except BotoCoreError as error:
        message = f"{model_name} on table {table!r}: boto3 cannot make a client, configure it or give a Table: {error}"
        raise DynamoDBClientError(message, model_name=model_name, table_name=table, original_error=error) from error
    return Endpoint(client, table, _prepared(client))


def table_of(config: PydamoConfig) -> Table | str:
    """Return the Table or the name of a table; a function is called at first use, and what it returns is kept.

    Raises:
        ConfigurationError: The function returned something else than a Table.
    """
    source = config.table
    if isinstance(source, str) or is_table(source):
        return cast("Table | str", source)
    kept = vars(config)
    with _calling:
        if _RETURNED not in kept:
            table = cast("Callable[[], Any]", source)()
            if not is_table(table):
                raise not_a_table(table)
            kept[_RETURNED] = table
    return cast("Table", kept[_RETURNED])


def _default_client() -> Any:
    """Return the one client of boto3's default session, which may be replaced by another at any time."""
    with _opening:
        session: Any = boto3.DEFAULT_SESSION
        client = _default_clients.get(session) if session is not None else None
        if client is None:
            make_client: Any = boto3.client  # pyright: ignore[reportUnknownVariableType] - boto3 has no types
            client = make_client("dynamodb")
            _default_clients[boto3.DEFAULT_SESSION] = client
        return client


def _prepared(client: Any) -> dict[str, TableSchema]:
    """Register our handlers, once for each client, and return the schemas that it has seen."""
    known = _schemas.get(client)
    if known is None:
        events = client.meta.events
        events.register("before-call.dynamodb", _send_ours, unique_id="pydamodb-send")
        events.register("before-parse.dynamodb", _take_theirs, unique_id="pydamodb-take")
        events.register("after-call.dynamodb", _end_of_call, unique_id="pydamodb-end")
        events.register("after-call-error.dynamodb", _end_of_call, unique_id="pydamodb-end-error")
        known = _schemas.setdefault(client, {})
    return known


class _Exchange:
    """One request of ours: what botocore believes to send, what is sent instead, and what came back."""

    __slots__ = ("body", "foreign", "operation", "payload", "placeholder", "response", "sent")

    def __init__(self, call: Call, placeholder: dict[str, Any]) -> None:
        self.operation = call.operation
        self.placeholder = placeholder
        self.payload = call.payload
        self.body = to_json(call.payload)
        self.sent = False
        self.foreign = 0
        self.response: bytes | None = None


_current: ContextVar[_Exchange | None] = ContextVar("pydamodb_exchange", default=None)


def _send_ours(model: Any, params: dict[str, Any], **_: Any) -> None:
    """Put our body in place of the placeholder's.

    What handlers of the user's have added to the parameters, or made of the table's name, is kept. A call that such a
    handler makes meanwhile on the same client is known by what it has instead of the placeholder, and is not ours.
    """
    exchange = _current.get()
    if exchange is None:
        return
    body = None
    if not exchange.sent and exchange.operation == model.name:
        body = _our_body(exchange, from_json(params["body"]))
    if body is None:
        exchange.foreign += 1
    else:
        params["body"] = body
        exchange.sent = True


def _our_body(exchange: _Exchange, planned: dict[str, Any]) -> bytes | None:
    placeholder = exchange.placeholder
    if planned == placeholder:
        return exchange.body
    if any(planned.get(name) != given for name, given in placeholder.items() if name != "TableName"):
        return None
    added = {name: value for name, value in planned.items() if placeholder.get(name) != value}
    return to_json({**exchange.payload, **added})


def _take_theirs(response_dict: dict[str, Any], **_: Any) -> None:
    """Take the body of a good response; errors are botocore's to parse."""
    exchange = _current.get()
    if exchange is None or not exchange.sent or exchange.foreign:
        return
    if response_dict["status_code"] == _GOOD:
        exchange.response, response_dict["body"] = response_dict["body"], b"{}"


def _end_of_call(**_: Any) -> None:
    """See a call end; the innermost one ends first."""
    exchange = _current.get()
    if exchange is not None and exchange.foreign:
        exchange.foreign -= 1


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
        return _on_the_wire(client, parsed)
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


def _on_the_wire(client: Any, parsed: dict[str, Any]) -> dict[str, Any]:
    """Bring a reply that botocore parsed (a Stubber's, say: no response was there to take) into the form of the wire.

    The client of a boto3 resource turns attribute values into Python's; boto3's own serialiser turns them back.
    """
    if client not in _resource_clients:
        return parsed
    reply = dict(parsed)
    for name in ("Item", "LastEvaluatedKey"):
        if name in reply:
            reply[name] = _attributes(reply[name])
    if "Items" in reply:
        reply["Items"] = [_attributes(item) for item in reply["Items"]]
    if "UnprocessedItems" in reply:
        reply["UnprocessedItems"] = {
            table: [_write(write) for write in writes] for table, writes in reply["UnprocessedItems"].items()
        }
    return reply


def _write(write: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {kind: {part: _attributes(item) for part, item in content.items()} for kind, content in write.items()}


def _attributes(item: dict[str, Any]) -> dict[str, Any]:
    return {name: _serializer.serialize(value) for name, value in item.items()}


_serializer: Any = TypeSerializer()
