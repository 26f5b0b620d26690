"""Sends a call through a botocore client.

botocore spends most of its time turning shapes into dicts and back. Two public events let us keep all else that it does
(credentials, signing, endpoints, retries, pooling) and skip that: `before-call`, where the request about to be signed
gets our body, and `before-parse`, where the response's body is taken before it is parsed. A third one, `needs-retry`,
tells what has become of each attempt, and keeps from repetition what must not be done twice. A context variable tells
our calls from the user's own on the same client, which are left alone. aiobotocore's clients have the same events. If
botocore's own serialisation ever becomes as fast as this, the first two events can go and the client's methods be
called as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from threading import get_ident
from typing import Any, cast
from weakref import WeakKeyDictionary, WeakSet
from zlib import crc32

from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
)
from pydantic_core import from_json, to_json
from typing_extensions import Self

from pydamodb._calls import Call, CallFailed
from pydamodb._schema import TableSchema
from pydamodb._wire import TAGS

__all__ = ["Exchange", "prepare", "send"]

_schemas: WeakKeyDictionary[Any, dict[str, TableSchema]] = WeakKeyDictionary()
_resource_clients: WeakSet[Any] = WeakSet()


def prepare(client: Any, *, is_of_resource: bool) -> dict[str, TableSchema]:
    """Register our handlers, once for each client, and return the schemas of the tables that it has seen."""
    known = _schemas.get(client)
    if known is None:
        events = client.meta.events
        events.register("before-call.dynamodb", _send_ours, unique_id="pydamodb-send")
        events.register("before-parse.dynamodb", _take_theirs, unique_id="pydamodb-take")
        events.register_first("needs-retry.dynamodb", _see_attempt, unique_id="pydamodb-attempt")
        events.register("after-call.dynamodb", _end_of_call, unique_id="pydamodb-end")
        events.register("after-call-error.dynamodb", _end_of_call, unique_id="pydamodb-end-error")
        known = _schemas.setdefault(client, {})
    if is_of_resource:
        _resource_clients.add(client)
    return known


class Exchange:
    """One request of ours: what botocore believes to send, what is sent instead, and what came back.

    It is the current one in its `with` block, for the thread or the task that made it; others may inherit the context
    variable, and are not meant.
    """

    __slots__ = (
        "body",
        "call",
        "caller",
        "damaged",
        "foreign",
        "method",
        "outer",
        "owner",
        "placeholder",
        "response",
        "sent",
        "unknown",
    )

    def __init__(self, call: Call, caller: Callable[[], object] = get_ident) -> None:
        """Make the body; `caller` tells who asks."""
        self.caller, self.owner = caller, caller()
        self.outer: Exchange | None = None
        self.call = call
        self.method, placeholder = _PLACEHOLDERS[call.operation]
        self.placeholder = placeholder(call)
        self.body = to_json(call.payload)
        self.sent = False
        self.foreign = 0
        self.response: bytes | None = None
        self.damaged: dict[str, str] | None = None
        self.unknown = False

    def __enter__(self) -> Self:
        self.outer = _current.get()
        _current.set(self)
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Leave no trace, and turn what the client raised into a failure.

        Raises:
            CallFailed: DynamoDB or botocore refused.
        """
        self._leave()
        if isinstance(error, (ClientError, BotoCoreError)):
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> CallFailed:
        if isinstance(error, ClientError):
            response = cast("dict[str, Any]", error.response)
            details: dict[str, str] = response.get("Error", {})
            if reasons := response.get("CancellationReasons"):
                response = {**response, "CancellationReasons": _reasons_on_the_wire(reasons)}
            code, message = details.get("Code"), details.get("Message") or str(error)
            return CallFailed(self.call, code, message, error, response=response, unknown=self.unknown)
        hint = "; is the client still open?" if type(error) is HTTPClientError else ""
        return CallFailed(self.call, None, f"{error}{hint}", error, unknown=self.unknown)

    def _leave(self) -> None:
        """Go out of the chain of exchanges; where tasks share a context, others may have come in since."""
        later = _current.get()
        if later is self:
            _current.set(self.outer)
        while later is not None:
            if later.outer is self:
                later.outer = self.outer
            later = later.outer

    @classmethod
    def of_caller(cls) -> Exchange | None:
        """Return the exchange of the one who runs now, None if there is none."""
        exchange = _current.get()
        while exchange is not None and exchange.caller() != exchange.owner:
            exchange = exchange.outer
        return exchange

    def reply(self, client: Any, parsed: dict[str, Any]) -> Any:
        """Return the reply as it is on the wire, or what the call's own reader makes of it.

        Raises:
            CallFailed: It cannot be read.
        """
        if self.response is None:
            return _on_the_wire(client, parsed)
        if self.call.reader is not None and (read := self.call.reader(self.response)) is not None:
            return read
        try:
            return from_json(self.response)
        except ValueError as error:
            raise CallFailed(self.call, None, "the response is not valid JSON", error, unknown=True) from error


_current: ContextVar[Exchange | None] = ContextVar("pydamodb_exchange", default=None)


def _send_ours(model: Any, params: dict[str, Any], **_: Any) -> None:
    """Put our body in place of the placeholder's.

    What handlers of the user's have added to the parameters, or made of the table's name, is kept. A call that such a
    handler makes meanwhile on the same client is known by what it has instead of the placeholder, and is not ours.
    DescribeTable has parameters like anyone's: it goes out, and its reply is parsed, as if it were the user's.
    """
    exchange = Exchange.of_caller()
    if exchange is None:
        return
    body = None
    if not exchange.sent and exchange.call.operation == model.name != "DescribeTable":
        body = _our_body(exchange, from_json(params["body"]))
    if body is None:
        exchange.foreign += 1
    else:
        params["body"] = body
        exchange.sent = True


def _our_body(exchange: Exchange, planned: dict[str, Any]) -> bytes | None:
    placeholder = exchange.placeholder
    if planned == placeholder:
        return exchange.body
    if any(planned.get(name) != given for name, given in placeholder.items() if name != "TableName"):
        return None
    added = {name: value for name, value in planned.items() if placeholder.get(name) != value}
    return to_json({**exchange.call.payload, **added})


def _take_theirs(response_dict: dict[str, Any], **_: Any) -> None:
    """Take the body of a good response; errors are botocore's to parse."""
    exchange = Exchange.of_caller()
    if exchange is None or not exchange.sent or exchange.foreign:
        return
    if response_dict["status_code"] == _GOOD:
        body, response_dict["body"] = response_dict["body"], b"{}"
        exchange.response = body
        if exchange.call.is_write:
            exchange.damaged = _damage_of(body, response_dict["headers"].get("x-amz-crc32"))


def _damage_of(body: bytes, expected: str | None) -> dict[str, str] | None:
    """Compare a body with the checksum that DynamoDB has sent of it, as botocore does before it tries again."""
    actual = str(crc32(body))
    return None if expected in {None, actual} else {"expected_checksum": str(expected), "actual_checksum": actual}


def _see_attempt(
    response: tuple[Any, dict[str, Any]] | None, caught_exception: Exception | None, operation: Any, **_: Any
) -> None:
    """See an attempt end, before botocore decides whether to make another one.

    If nobody knows what has become of it, that is noted, and a call that must not be repeated ends here: botocore's
    retries would count twice what was carried out without an answer.
    """
    exchange = Exchange.of_caller()
    if exchange is None or exchange.foreign or not exchange.sent:
        return
    failed = response is not None and response[0].status_code >= _SERVER_ERROR
    lost = caught_exception is not None and not isinstance(caught_exception, _NEVER_SENT)
    unknown = lost or failed or exchange.damaged is not None
    exchange.unknown |= unknown
    if not unknown or exchange.call.repeatable:
        return
    if caught_exception is not None:
        raise caught_exception
    if failed and response is not None:
        raise ClientError(cast("Any", response[1]), operation.name)
    raise ChecksumError(checksum_type="crc32", **exchange.damaged or {})


_SERVER_ERROR = 500
_NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)


def _end_of_call(**_: Any) -> None:
    """See a call end; the innermost one ends first."""
    exchange = Exchange.of_caller()
    if exchange is not None and exchange.foreign:
        exchange.foreign -= 1


_GOOD = 200


def _on_table(**parameters: Any) -> Callable[[Call], dict[str, Any]]:
    return lambda call: {"TableName": call.table_name, **parameters}


def _on_tables(action: str, **parameters: Any) -> Callable[[Call], dict[str, Any]]:
    """Name all tables, which endpoints may depend on, and the caller's token, lest botocore makes one of its own."""

    def placeholder(call: Call) -> dict[str, Any]:
        given: list[dict[str, dict[str, Any]]] = call.payload["TransactItems"]
        tables = dict.fromkeys(content["TableName"] for each in given for content in each.values())
        planned = {"TransactItems": [{action: {"TableName": table, **parameters}} for table in tables]}
        return planned | {name: call.payload[name] for name in ("ClientRequestToken",) if name in call.payload}

    return placeholder


# The smallest parameters that botocore accepts; if they were ever sent, DynamoDB would refuse them.
_PLACEHOLDERS: dict[str, tuple[str, Callable[[Call], dict[str, Any]]]] = {
    "BatchGetItem": ("batch_get_item", lambda call: {"RequestItems": {call.table_name: {"Keys": [{}]}}}),
    "BatchWriteItem": (
        "batch_write_item",
        lambda call: {"RequestItems": {call.table_name: [{"PutRequest": {"Item": {}}}]}},
    ),
    "DeleteItem": ("delete_item", _on_table(Key={})),
    "DescribeTable": ("describe_table", _on_table()),
    "GetItem": ("get_item", _on_table(Key={})),
    "PutItem": ("put_item", _on_table(Item={})),
    "Query": ("query", _on_table(KeyConditionExpression="#pydamodb")),
    "Scan": ("scan", _on_table(FilterExpression="#pydamodb")),
    "TransactGetItems": ("transact_get_items", _on_tables("Get", Key={})),
    "TransactWriteItems": ("transact_write_items", _on_tables("Put", Item={})),
    "UpdateItem": ("update_item", _on_table(Key={})),
}


def send(client: Any, call: Call) -> Any:
    """Send a call and return the reply, with attribute values as they are in DynamoDB's JSON.

    Raises:
        CallFailed: DynamoDB or botocore refused.
    """
    with Exchange(call) as exchange:
        parsed = getattr(client, exchange.method)(**exchange.placeholder)
    return exchange.reply(client, parsed)


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
    if isinstance(reply.get("Responses"), list):
        reply["Responses"] = [
            {name: _attributes(item) for name, item in response.items()} for response in reply["Responses"]
        ]
    elif "Responses" in reply:
        reply["Responses"] = {
            table: [_attributes(item) for item in items] for table, items in reply["Responses"].items()
        }
    if "UnprocessedKeys" in reply:
        reply["UnprocessedKeys"] = {
            table: {"Keys": [_attributes(key) for key in left["Keys"]]}
            for table, left in reply["UnprocessedKeys"].items()
        }
    if "UnprocessedItems" in reply:
        reply["UnprocessedItems"] = {
            table: [_write(write) for write in writes] for table, writes in reply["UnprocessedItems"].items()
        }
    return reply


def _reasons_on_the_wire(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bring the items in an error's reasons into the form of the wire; a client may have left them in it."""
    return [
        {**reason, "Item": item if _is_raw(item) else _attributes(item)} if (item := reason.get("Item")) else reason
        for reason in reasons
    ]


def _is_raw(item: dict[str, Any]) -> bool:
    return all(isinstance(value, dict) and len(cast("dict[str, Any]", value)) == 1 for value in item.values()) and (
        {tag for value in item.values() for tag in value} <= TAGS
    )


def _write(write: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {kind: {part: _attributes(item) for part, item in content.items()} for kind, content in write.items()}


def _attributes(item: dict[str, Any]) -> dict[str, Any]:
    return {name: _serializer.serialize(value) for name, value in item.items()}


_serializer: Any = TypeSerializer()
