"""Sends a request through a botocore client, without botocore's slow conversion of parameters and replies.

Events of botocore make this possible. Credentials, signing, endpoints, retries and connections stay those of botocore.
botocore gets the true parameters. `before-parameter-build` leaves the smallest ones for botocore's own conversion.
`before-call` puts our body into the request before botocore signs it. `before-parse` takes the body of the response
before botocore parses it. `needs-retry` sees each attempt, and stops the retry of a request that must not be repeated.
A context variable distinguishes our requests from the user's own requests on the same client, which do not change.
aiobotocore's clients have the same events. If botocore's serialization ever becomes fast, only `needs-retry` is needed.

A client with another protocol than JSON converts parameters and replies itself, and so does each one for DescribeTable.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from threading import get_ident
from typing import Any, cast
from weakref import WeakKeyDictionary, WeakSet
from zlib import crc32

from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]
from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
)
from pydantic_core import from_json
from typing_extensions import Self

from pydamodb._client.parameters import as_left, body_of, is_told, merged, smallest, told_of, with_bytes
from pydamodb._client.parsed_replies import as_sent, reasons_as_sent
from pydamodb._client.reply_forms import is_plain, is_well_formed
from pydamodb._client.shown_replies import shown_reply
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.requests import WRITES, Request, RequestFailed

_FIRST_GOOD, _FIRST_BAD, _SERVER_ERROR = 200, 300, 500
_SHORT = 1 << 12  # bytes: a reader may be wrong about a damaged reply, and DynamoDB's own have a checksum
_NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
_schemas: WeakKeyDictionary[Any, dict[str, TableSchema]] = WeakKeyDictionary()
_resource_clients: WeakSet[Any] = WeakSet()
method_name: Callable[[str], str] = cache(cast("Callable[[str], str]", xform_name))
clients_of_parent: list[Any] = []  # those that the library made before this process was forked


def prepare(client: Any, *, is_of_resource: bool) -> dict[str, TableSchema]:
    """Register our handlers once for each client, and return the schemas of the tables that it has used."""
    known = _schemas.get(client)
    if known is None:
        events, model = client.meta.events, client.meta.service_model
        for operation in model.operation_names:
            events.register_first(f"provide-client-params.dynamodb.{operation}", _claim)
        events.register_first("before-parameter-build.dynamodb", _hide_items, unique_id="pydamodb-hide")
        events.register_first("needs-retry.dynamodb", _see_attempt, unique_id="pydamodb-attempt")
        if getattr(model, "resolved_protocol", model.protocol) != "json":  # old releases of botocore have one only
            events.register_last("before-parameter-build.dynamodb", _show_items, unique_id="pydamodb-show")
        events.register("before-call.dynamodb", _send_ours, unique_id="pydamodb-send")
        events.register("before-parse.dynamodb", _take_theirs, unique_id="pydamodb-take")
        events.register("after-call.dynamodb", _end_request, unique_id="pydamodb-end")
        events.register("after-call-error.dynamodb", _end_request, unique_id="pydamodb-end-error")
        known = _schemas.setdefault(client, {})
    if is_of_resource:
        _resource_clients.add(client)
    return known


class InFlightRequest:
    """One request of ours: the parameters that botocore is told, the body that is sent, and the response.

    It is the current request in its `with` block, only for the thread or the task that made it. Other tasks may inherit
    the context variable.
    """

    __slots__ = (
        "caller",
        "context",
        "damaged",
        "foreign",
        "given",
        "is_checked",
        "is_converted",
        "is_parsing",
        "outer",
        "owner",
        "parameters",
        "request",
        "response",
        "sent",
        "told",
        "unknown",
    )

    def __init__(self, request: Request, caller: Callable[[], object] = get_ident) -> None:
        """Copy the parameters for botocore. `caller` returns the current thread or task."""
        self.caller, self.owner = caller, caller()
        self.outer: InFlightRequest | None = None
        self.request = request
        self.told = told_of(request.payload)
        self.context: Any = None
        self.given = self.parameters = request.payload
        self.sent = False
        self.is_checked = self.is_parsing = False
        self.is_converted = request.operation == "DescribeTable"  # by botocore
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
        if self.is_parsing and isinstance(error, Exception):  # its text may have a part of the reply
            raise self._damaged("botocore cannot parse the response") from None

    def _damaged(self, problem: str) -> RequestFailed:
        return RequestFailed(self.request, None, problem, None, unknown=True)

    def _failed(self, error: Exception) -> RequestFailed:
        if isinstance(error, ClientError):
            response = cast("dict[str, Any]", error.response)
            details: dict[str, str] = response.get("Error", {})
            if reasons := response.get("CancellationReasons"):
                response = {**response, "CancellationReasons": reasons_as_sent(reasons)}
            code, message = str(details.get("Code", "")), str(details.get("Message") or error)
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
        request = self.request
        if self.response is not None:
            reply = self._read(self.response)
        else:
            reply = as_sent(client, request.operation, parsed) if client in _resource_clients else parsed
        if not is_well_formed(request.operation, reply, self.parameters):
            raise self._damaged("the response does not have the parts that it must have")
        return reply

    def _read(self, response: bytes) -> dict[str, Any]:
        if self.damaged is not None:  # after the last attempt, if botocore's retry mode ignores it
            raise self._failed(ChecksumError(checksum_type="crc32", **self.damaged))
        reader = self.request.reader
        if reader is not None and (self.is_checked or len(response) > _SHORT or is_plain(response)):
            read: dict[str, Any] | None = reader(response)
            if read is not None:
                return read
        try:
            reply: object = from_json(response)
        except ValueError:
            raise self._damaged("the response is not valid JSON") from None
        if not isinstance(reply, dict):
            raise self._damaged("the response is no object")
        return cast("dict[str, Any]", reply)


_current: ContextVar[InFlightRequest | None] = ContextVar("pydamodb_in_flight", default=None)


def _claim(params: dict[str, Any], context: Any, **_: Any) -> None:
    """Note the context of our request: the user's own handlers may send requests on the same client meanwhile."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is not None and in_flight.context is None and is_told(in_flight.told, params):
        in_flight.context = context


def _hide_items(params: dict[str, Any], context: Any, **_: Any) -> None:
    """Keep the parameters as the user's handlers left them, and leave the smallest that botocore accepts."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is not None and context is in_flight.context:
        in_flight.given, in_flight.parameters = params, as_left(params)
        small = smallest(in_flight.request.operation, params)
        params.clear()
        params.update(small)


def _show_items(params: dict[str, Any], context: Any, **_: Any) -> None:
    """Put the parameters back for botocore's own conversion."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is not None and context is in_flight.context:
        in_flight.is_converted = True
        in_flight.parameters = merged(in_flight.request.operation, in_flight.parameters, params)
        params.clear()
        params.update(with_bytes(in_flight.parameters))


def _send_ours(params: dict[str, Any], context: Any, **_: Any) -> None:
    """Put our body in the place of the smallest one. Handlers may have changed the latter too, except for items."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is None:
        return
    if context is not in_flight.context:
        in_flight.foreign += 1
        return
    if not in_flight.is_converted:
        sent = merged(in_flight.request.operation, in_flight.parameters, from_json(params["body"]))
        params["body"] = body_of(in_flight.request, sent)
        in_flight.parameters = sent
        in_flight.given.clear()
        in_flight.given.update(sent)  # instruments around botocore's method read it afterwards
    in_flight.sent = True


def _take_theirs(response_dict: dict[str, Any], **_: Any) -> None:
    """Take the body of a successful response. botocore parses errors."""
    in_flight = InFlightRequest.of_caller()
    if in_flight is None or not in_flight.sent or in_flight.foreign:
        return
    in_flight.is_parsing = True
    if _FIRST_GOOD <= response_dict["status_code"] < _FIRST_BAD and not in_flight.is_converted:
        operation = in_flight.request.operation
        in_flight.response = body = response_dict["body"]
        response_dict["body"] = shown_reply(operation, in_flight.parameters, body)
        expected = response_dict["headers"].get("x-amz-crc32")
        in_flight.is_checked = expected is not None
        retries: dict[str, Any] = in_flight.context["client_config"].retries or {}
        if operation in WRITES or retries.get("mode") != "legacy":  # the legacy mode compares checksums itself
            in_flight.damaged = _damage_of(body, expected)


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
    in_flight.is_parsing = False
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


def send(client: Any, request: Request) -> Any:
    """Send a request and return the reply, with attribute values in DynamoDB's JSON."""
    if clients_of_parent and any(client is each for each in clients_of_parent):
        message = (
            f"{request.operation} of {request.model_name}: this iterator, batch writer or transaction was started "
            f"before the process was forked: start it in the child process"
        )
        raise InvalidRequestError(message, model_name=request.model_name)
    with InFlightRequest(request) as in_flight:
        parsed = getattr(client, method_name(request.operation))(**in_flight.told)
    return in_flight.reply(client, parsed)
