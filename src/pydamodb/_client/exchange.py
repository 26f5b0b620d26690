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

from pydamodb._client.parsed_replies import as_sent, reasons_as_sent
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.requests import WRITES, Request, RequestFailed

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


class InFlightRequest:
    """One request of ours: what botocore believes to send, what is sent instead, and what came back.

    It is the current one in its `with` block, for the thread or the task that made it; others may inherit the context
    variable, and are not meant.
    """

    __slots__ = (
        "body",
        "caller",
        "damaged",
        "foreign",
        "method",
        "outer",
        "owner",
        "placeholder",
        "request",
        "response",
        "sent",
        "unknown",
    )

    def __init__(self, request: Request, caller: Callable[[], object] = get_ident) -> None:
        """Make the body; `caller` tells who asks."""
        self.caller, self.owner = caller, caller()
        self.outer: InFlightRequest | None = None
        self.request = request
        self.method, placeholder = _PLACEHOLDERS[request.operation]
        self.placeholder = placeholder(request)
        self.body = to_json(request.payload)
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

    def _failed(self, error: Exception) -> RequestFailed:
        if isinstance(error, ClientError):
            response = cast("dict[str, Any]", error.response)
            details: dict[str, str] = response.get("Error", {})
            if reasons := response.get("CancellationReasons"):
                response = {**response, "CancellationReasons": reasons_as_sent(reasons)}
            code, message = details.get("Code"), details.get("Message") or str(error)
            return RequestFailed(self.request, code, message, error, response=response, unknown=self.unknown)
        hint = "; is the client still open?" if type(error) is HTTPClientError else ""
        return RequestFailed(self.request, None, f"{error}{hint}", error, unknown=self.unknown)

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
    def of_caller(cls) -> InFlightRequest | None:
        """Return the exchange of the one who runs now, None if there is none."""
        in_flight = _current.get()
        while in_flight is not None and in_flight.caller() != in_flight.owner:
            in_flight = in_flight.outer
        return in_flight

    def reply(self, client: Any, parsed: dict[str, Any]) -> Any:
        """Return the reply as it is on the wire, or what the call's own reader makes of it.

        Raises:
            CallFailed: It cannot be read.
        """
        if self.response is None:
            is_translated = client in _resource_clients
            return as_sent(client, self.request.operation, parsed) if is_translated else parsed
        if self.request.reader is not None and (read := self.request.reader(self.response)) is not None:
            return read
        try:
            return from_json(self.response)
        except ValueError as error:
            raise RequestFailed(self.request, None, "the response is not valid JSON", error, unknown=True) from error


_current: ContextVar[InFlightRequest | None] = ContextVar("pydamodb_exchange", default=None)


def _send_ours(model: Any, params: dict[str, Any], **_: Any) -> None:
    """Put our body in place of the placeholder's.

    What handlers of the user's have added to the parameters, or made of the table's name, is kept. A call that such a
    handler makes meanwhile on the same client is known by what it has instead of the placeholder, and is not ours.
    DescribeTable has parameters like anyone's: it goes out, and its reply is parsed, as if it were the user's.
    """
    in_flight = InFlightRequest.of_caller()
    if in_flight is None:
        return
    body = None
    if not in_flight.sent and in_flight.request.operation == model.name != "DescribeTable":
        body = _our_body(in_flight, from_json(params["body"]))
    if body is None:
        in_flight.foreign += 1
    else:
        params["body"] = body
        in_flight.sent = True


def _our_body(in_flight: InFlightRequest, planned: dict[str, Any]) -> bytes | None:
    placeholder = in_flight.placeholder
    if planned == placeholder:
        return in_flight.body
    if any(planned.get(name) != given for name, given in placeholder.items() if name != "TableName"):
        return None
    added = {name: value for name, value in planned.items() if placeholder.get(name) != value}
    return to_json({**in_flight.request.payload, **added})


def _take_theirs(response_dict: dict[str, Any], **_: Any) -> None:
    """Take the body of a good response; errors are botocore's to parse."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is None or not in_flight.sent or in_flight.foreign:
        return
    if response_dict["status_code"] == _GOOD:
        body, response_dict["body"] = response_dict["body"], b"{}"
        in_flight.response = body
        if in_flight.request.operation in WRITES:
            in_flight.damaged = _damage_of(body, response_dict["headers"].get("x-amz-crc32"))


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
    in_flight = InFlightRequest.of_caller()
    if in_flight is None or in_flight.foreign or not in_flight.sent:
        return
    failed = response is not None and response[0].status_code >= _SERVER_ERROR
    unreadable_field = caught_exception is not None and not isinstance(caught_exception, _NEVER_SENT)
    unknown = unreadable_field or failed or in_flight.damaged is not None
    in_flight.unknown |= unknown
    if not unknown or in_flight.request.repeatable:
        return
    if caught_exception is not None:
        raise caught_exception
    if failed and response is not None:
        raise ClientError(cast("Any", response[1]), operation.name)
    raise ChecksumError(checksum_type="crc32", **in_flight.damaged or {})


_SERVER_ERROR = 500
_NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)


def _end_of_call(**_: Any) -> None:
    """See a call end; the innermost one ends first."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is not None and in_flight.foreign:
        in_flight.foreign -= 1


_GOOD = 200


def _on_table(**parameters: Any) -> Callable[[Request], dict[str, Any]]:
    return lambda request: {"TableName": request.payload["TableName"], **parameters}


def _on_items(content: Any) -> Callable[[Request], dict[str, Any]]:
    return lambda request: {"RequestItems": dict.fromkeys(request.payload["RequestItems"], content)}


def _on_tables(action: str, **parameters: Any) -> Callable[[Request], dict[str, Any]]:
    """Name all tables, which endpoints may depend on, and the caller's token, lest botocore makes one of its own."""

    def placeholder(request: Request) -> dict[str, Any]:
        given: list[dict[str, dict[str, Any]]] = request.payload["TransactItems"]
        tables = dict.fromkeys(content["TableName"] for each in given for content in each.values())
        planned = {"TransactItems": [{action: {"TableName": table, **parameters}} for table in tables]}
        return planned | {name: request.payload[name] for name in ("ClientRequestToken",) if name in request.payload}

    return placeholder


# The smallest parameters that botocore accepts; if they were ever sent, DynamoDB would refuse them.
_PLACEHOLDERS: dict[str, tuple[str, Callable[[Request], dict[str, Any]]]] = {
    "BatchGetItem": ("batch_get_item", _on_items({"Keys": [{}]})),
    "BatchWriteItem": ("batch_write_item", _on_items([{"PutRequest": {"Item": {}}}])),
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


def send(client: Any, request: Request) -> Any:
    """Send a call and return the reply, with attribute values as they are in DynamoDB's JSON.

    Raises:
        CallFailed: DynamoDB or botocore refused.
    """
    with InFlightRequest(request) as in_flight:
        parsed = getattr(client, in_flight.method)(**in_flight.placeholder)
    return in_flight.reply(client, parsed)
