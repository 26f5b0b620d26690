"""Sends a request through a botocore client, without botocore's slow conversion of parameters and replies.

Events of botocore make this possible. Credentials, signing, endpoints, retries and connections stay those of botocore.
`before-call` puts our body into the request before botocore signs it. `before-parse` takes the body of the response
before botocore parses it. `needs-retry` sees each attempt, and stops the retry of a request that must not be repeated.
A context variable distinguishes our requests from the user's own requests on the same client, which do not change.
aiobotocore's clients have the same events. If botocore's serialization ever becomes fast, only `needs-retry` is needed.
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
from pydantic_core import PydanticSerializationError, from_json, to_json
from typing_extensions import Self

from pydamodb._client.parsed_replies import as_sent, reasons_as_sent
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.requests import WRITES, Request, RequestFailed

_GOOD, _SERVER_ERROR = 200, 500
_NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
_schemas: WeakKeyDictionary[Any, dict[str, TableSchema]] = WeakKeyDictionary()
_resource_clients: WeakSet[Any] = WeakSet()
clients_of_parent: list[Any] = []  # those that the library made before this process was forked


def prepare(client: Any, *, is_of_resource: bool) -> dict[str, TableSchema]:
    """Register our handlers once for each client, and return the schemas of the tables that it has used."""
    known = _schemas.get(client)
    if known is None:
        events = client.meta.events
        events.register("before-call.dynamodb", _send_ours, unique_id="pydamodb-send")
        events.register("before-parse.dynamodb", _take_theirs, unique_id="pydamodb-take")
        events.register_first("needs-retry.dynamodb", _see_attempt, unique_id="pydamodb-attempt")
        events.register("after-call.dynamodb", _end_request, unique_id="pydamodb-end")
        events.register("after-call-error.dynamodb", _end_request, unique_id="pydamodb-end-error")
        known = _schemas.setdefault(client, {})
    if is_of_resource:
        _resource_clients.add(client)
    return known


class InFlightRequest:
    """One request of ours: botocore's placeholder parameters, the body that is sent instead, and the response.

    It is the current request in its `with` block, only for the thread or the task that made it. Other tasks may inherit
    the context variable.
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
        """Make the body. `caller` returns the current thread or task."""
        self.caller, self.owner = caller, caller()
        self.outer: InFlightRequest | None = None
        self.request = request
        self.method, placeholder = _PLACEHOLDERS[request.operation]
        self.placeholder = placeholder(request)
        self.body = _body_of(request)
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
        """Leave the chain of requests. Tasks that share the context may have added others since."""
        later = _current.get()
        if later is self:
            _current.set(self.outer)
        while later is not None:
            if later.outer is self:
                later.outer = self.outer
            later = later.outer

    @classmethod
    def of_caller(cls) -> InFlightRequest | None:
        """Return the request of the running thread or task, None without one."""
        in_flight = _current.get()
        while in_flight is not None and in_flight.caller() != in_flight.owner:
            in_flight = in_flight.outer
        return in_flight

    def reply(self, client: Any, parsed: dict[str, Any]) -> Any:
        """Return the reply in DynamoDB's JSON, or the result of the request's own reader."""
        if self.response is None:
            is_translated = client in _resource_clients
            return as_sent(client, self.request.operation, parsed) if is_translated else parsed
        if self.request.reader is not None and (read := self.request.reader(self.response)) is not None:
            return read
        try:
            return from_json(self.response)
        except ValueError as error:
            raise RequestFailed(self.request, None, "the response is not valid JSON", error, unknown=True) from error


_current: ContextVar[InFlightRequest | None] = ContextVar("pydamodb_in_flight", default=None)


def _send_ours(model: Any, params: dict[str, Any], **_: Any) -> None:
    """Replace the placeholder's body with our body.

    The user's own handlers may add parameters or change the table's name: these changes are kept. Such a handler may
    also send a request on the same client. It does not have the placeholder, so it is not ours. DescribeTable keeps
    its own parameters: botocore sends it and parses its reply.
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
    """Take the body of a successful response. botocore parses errors."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is None or not in_flight.sent or in_flight.foreign:
        return
    if response_dict["status_code"] == _GOOD:
        body, response_dict["body"] = response_dict["body"], b"{}"
        in_flight.response = body
        if in_flight.request.operation in WRITES:
            in_flight.damaged = _damage_of(body, response_dict["headers"].get("x-amz-crc32"))


def _damage_of(body: bytes, expected: str | None) -> dict[str, str] | None:
    """Return the checksums of a damaged body, None if it is intact. botocore compares them for its retries too."""
    actual = str(crc32(body))
    return None if expected in {None, actual} else {"expected_checksum": str(expected), "actual_checksum": actual}


def _see_attempt(
    response: tuple[Any, dict[str, Any]] | None, caught_exception: Exception | None, operation: Any, **_: Any
) -> None:
    """See the end of an attempt, before botocore decides about a retry.

    Note an unknown outcome. A request that must not be repeated then ends here: a retry could apply it twice.
    """
    in_flight = InFlightRequest.of_caller()
    if in_flight is None or in_flight.foreign or not in_flight.sent:
        return
    failed = response is not None and response[0].status_code >= _SERVER_ERROR
    maybe_sent = caught_exception is not None and not isinstance(caught_exception, _NEVER_SENT)
    unknown = maybe_sent or failed or in_flight.damaged is not None
    in_flight.unknown |= unknown
    if not unknown or in_flight.request.repeatable:
        return
    if caught_exception is not None:
        raise caught_exception
    if failed and response is not None:
        raise ClientError(cast("Any", response[1]), operation.name)
    raise ChecksumError(checksum_type="crc32", **in_flight.damaged or {})


def _end_request(**_: Any) -> None:
    """See the end of a request. The innermost request ends first."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is not None and in_flight.foreign:
        in_flight.foreign -= 1


def _on_table(**parameters: Any) -> Callable[[Request], dict[str, Any]]:
    return lambda request: {"TableName": request.payload["TableName"], **parameters}


def _on_items(content: Callable[[], Any]) -> Callable[[Request], dict[str, Any]]:
    return lambda request: {"RequestItems": {table: content() for table in request.payload["RequestItems"]}}


def _on_tables(action: str, **parameters: Any) -> Callable[[Request], dict[str, Any]]:
    """Name all tables, as endpoints may depend on them, and the caller's token, as botocore would make its own."""

    def placeholder(request: Request) -> dict[str, Any]:
        given: list[dict[str, dict[str, Any]]] = request.payload["TransactItems"]
        tables = dict.fromkeys(content["TableName"] for each in given for content in each.values())
        planned = {"TransactItems": [{action: {"TableName": table, **parameters}} for table in tables]}
        return planned | {name: request.payload[name] for name in ("ClientRequestToken",) if name in request.payload}

    return placeholder


# The smallest parameters that botocore accepts. DynamoDB would refuse them.
_PLACEHOLDERS: dict[str, tuple[str, Callable[[Request], dict[str, Any]]]] = {
    "BatchGetItem": ("batch_get_item", _on_items(lambda: {"Keys": [dict[str, Any]()]})),
    "BatchWriteItem": ("batch_write_item", _on_items(lambda: [{"PutRequest": {"Item": dict[str, Any]()}}])),
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


def _body_of(request: Request) -> bytes:
    try:
        return to_json(request.payload)
    except PydanticSerializationError as error:
        message = "a value is nested too deep: DynamoDB keeps 32 levels. Nothing was sent"
        raise RequestFailed(request, None, message, error) from None


def send(client: Any, request: Request) -> Any:
    """Send a request and return the reply, with attribute values in DynamoDB's JSON."""
    if clients_of_parent and any(client is each for each in clients_of_parent):
        message = (
            f"{request.operation} of {request.model_name}: this iterator, batch writer or transaction was started "
            f"before the process was forked: start it in the child process"
        )
        raise InvalidRequestError(message, model_name=request.model_name)
    with InFlightRequest(request) as in_flight:
        parsed = getattr(client, in_flight.method)(**in_flight.placeholder)
    return in_flight.reply(client, parsed)
