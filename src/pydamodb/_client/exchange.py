"""Sends a request through a botocore client, without botocore's slow conversion of parameters and replies.

Events of botocore make this possible. Credentials, signing, endpoints, retries and connections stay those of botocore.
botocore gets the true parameters. `before-parameter-build` leaves the smallest ones for botocore's own conversion.
`before-call` puts our body into the request before botocore signs it. `before-parse` takes the body of the response
before botocore parses it. `needs-retry` sees each attempt, and stops the retry of a request that must not be repeated.
A context variable distinguishes our requests from the user's own requests on the same client, which do not change.
aiobotocore's clients have the same events. If botocore's serialization ever becomes fast, only `needs-retry` is needed.

A client with another protocol than JSON converts parameters and replies itself, and so does each one where a request is
about a table.

All that each request needs is here; what few need is in `late_changes`, `failures` and the modules about replies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    ProxyConnectionError,
)
from pydantic_core import from_json, to_json
from typing_extensions import Self

from pydamodb._client.collector_pauses import LONG, read_pausing
from pydamodb._client.failures import damaged, failed, forked, unsendable
from pydamodb._client.late_changes import SERIALIZED_HERE, Kept, merged, with_bytes
from pydamodb._client.observing import Observation
from pydamodb._client.parsed_replies import as_sent
from pydamodb._client.reply_forms import CHECKS, ODD
from pydamodb._client.shown_replies import COUNTS, EDGE, UNPROCESSED, visible_part
from pydamodb._core.table_schema import TableSchema
from pydamodb._operations.requests import OF_TABLES, WRITES, Request

_GOOD, _SERVER_ERROR = 2, 500
_SINGLE = frozenset({"DeleteItem", "GetItem", "PutItem", "TransactGetItems", "TransactWriteItems", "UpdateItem"})
_SHORT = 1 << 12  # bytes: a reader may be wrong about a damaged reply, and DynamoDB's own have a checksum
NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
_MAPS = frozenset(
    {"ExclusiveStartKey", "ExpressionAttributeNames", "ExpressionAttributeValues", "Item", "Key", "RequestItems"}
)
_schemas: WeakKeyDictionary[Any, dict[str, TableSchema]] = WeakKeyDictionary()
_resource_clients: WeakSet[Any] = WeakSet()
method_name: Callable[[str], str] = cache(cast("Callable[[str], str]", xform_name))
clients_of_parent: list[Any] = []  # those that the library made before this process was forked


class _Map(dict[str, Any]):
    """A map that is not copied: the client of a boto3 resource copies all parameters, which would be slow."""

    def __deepcopy__(self, _: Any) -> _Map:
        return self


class _List(list[Any]):
    """A list that is not copied."""

    def __deepcopy__(self, _: Any) -> _List:
        return self


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
    """One request of ours: the parameters that botocore is told, those that are sent, and the response.

    It is the current request in its `with` block, only for the thread or the task that made it. Other tasks may inherit
    the context variable.
    """

    given: dict[str, Any]
    __slots__ = (
        "caller",
        "context",
        "damaged",
        "foreign",
        "given",
        "is_checked",
        "is_converted",
        "is_parsing",
        "observation",
        "outer",
        "owner",
        "parameters",
        "request",
        "response",
        "sent",
        "told",
        "unknown",
    )

    def __init__(
        self, request: Request, observation: Observation | None, caller: Callable[[], object] = get_ident
    ) -> None:
        """Copy the parameters for botocore. `caller` returns the current thread or task."""
        self.observation = observation
        self.caller, self.owner = caller, caller()
        self.outer: InFlightRequest | None = None
        self.request = request
        self.told = _told(request.payload)
        self.context: Any = None
        self.parameters = request.payload
        self.sent = False
        self.is_checked = self.is_parsing = False
        self.is_converted = request.operation in OF_TABLES  # by botocore
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
            raise failed(self.request, error, unknown=self.unknown) from error
        if self.is_parsing and isinstance(error, Exception):  # its text may have a part of the reply
            raise damaged(self.request, "botocore cannot parse the response") from None

    def _leave(self) -> None:
        """Leave the chain of requests. Tasks that share the context may have added others since."""
        later = _current.get()
        if later is self:
            _current.set(self.outer)
        while later is not None:
            if later.outer is self:
                later.outer = self.outer
            later = later.outer

    def reply(self, client: Any, parsed: dict[str, Any]) -> Any:
        """Return the reply in DynamoDB's JSON, or the result of the request's own reader."""
        request, response = self.request, self.response
        if self.observation is not None:
            self.observation.see_metadata(parsed["ResponseMetadata"])
        if response is None:
            reply = as_sent(client, request.operation, parsed) if client in _resource_clients else parsed
            return _checked(request, reply, self.parameters)
        if self.damaged is not None:  # after the last attempt, if botocore's retry mode ignores it
            error = ChecksumError(checksum_type="crc32", **self.damaged)
            raise failed(request, error, unknown=self.unknown)
        return read_reply(request, response, self.parameters, is_checked=self.is_checked)


def read_reply(request: Request, body: bytes, sent: Mapping[str, Any], *, is_checked: bool) -> Any:
    """Return what the request's own reader makes of a successful response, or its parsed JSON.

    `sent` are the parameters that were sent. The reply `is_checked` if it has a checksum, which is right. A damaged
    reply raises RequestFailed.
    """
    reply: Any = None
    if request.reader and (is_checked or len(body) > _SHORT or ODD.search(body) is None):
        reply = request.reader(body) if len(body) < LONG else read_pausing(request.reader, body)
        if reply is not None and "Keys" not in reply and reply.get("LastEvaluatedKey") is None:
            return reply  # the reader has checked all of it
    if reply is None:
        try:
            reply = from_json(body)
        except ValueError:
            raise damaged(request, "the response is not valid JSON") from None
        if type(cast("object", reply)) is not dict:
            raise damaged(request, "the response is no object")
    return _checked(request, reply, sent)


def _checked(request: Request, reply: Any, sent: Mapping[str, Any]) -> Any:
    check = CHECKS.get(request.operation)
    if check is not None and not check(reply, sent):
        raise damaged(request, "the response does not have the parts that it must have")
    return reply


_current: ContextVar[InFlightRequest | None] = ContextVar("pydamodb_in_flight", default=None)


def _of_caller() -> InFlightRequest | None:
    """Return the request of the running thread or task, None without one."""
    in_flight = _current.get()
    while in_flight is not None and in_flight.caller() != in_flight.owner:
        in_flight = in_flight.outer
    return in_flight


def _told(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters for botocore: other objects than those of the payload, which handlers must not change."""
    told = payload.copy()
    for name in _MAPS.intersection(payload):
        told[name] = _Map(payload[name])
    if "TransactItems" in told:
        told["TransactItems"] = _List(told["TransactItems"])
    elif "SearchVector" in told:
        told["SearchVector"] = _List(told["SearchVector"])
    if table := payload.get("TableName"):
        told["TableName"] = table[:1] + table[1:]  # another object
    return told


def _is_told(told: dict[str, Any], given: dict[str, Any]) -> bool:
    """Return True if these parameters are the ones that we told, or a changed copy of them."""
    return any(given.get(name) is value and isinstance(value, (_Map, _List)) for name, value in told.items())


def _make_small(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """Take items, keys and expressions out of parameters. All tables stay, as endpoints may depend on them."""
    for name in SERIALIZED_HERE.intersection(given):
        del given[name]
    if "Key" in given:
        given["Key"] = {}
    elif "Item" in given:
        given["Item"] = {}
    elif "SearchVector" in given:
        given["SearchVector"] = Kept([{"N": "0"}])
    elif "RequestItems" in given:
        content = '{"Keys": [{}]}' if operation == "BatchGetItem" else '[{"PutRequest": {"Item": {}}}]'
        given["RequestItems"] = {table: from_json(content) for table in map(str, given["RequestItems"])}
    elif "TransactItems" in given:
        action, part = ("Get", "Key") if operation == "TransactGetItems" else ("Put", "Item")
        tables = dict.fromkeys(each["TableName"] for actions in given["TransactItems"] for each in actions.values())
        given["TransactItems"] = [{action: {"TableName": table, part: {}}} for table in tables]
    return given


def _shown(operation: str, sent: dict[str, Any], body: bytes) -> bytes:
    """Return the body that botocore parses. Whole replies are parsed for it only if the caller wants to know more."""
    if operation in _SINGLE:
        if b'"ConsumedCapacity"' not in body and b'"ItemCollectionMetrics"' not in body:
            return b"{}"
        if operation == "UpdateItem" and b'"Attributes"' not in body:  # some engines always send the capacity
            return body
    elif "ReturnConsumedCapacity" in sent or "ReturnItemCollectionMetrics" in sent:
        return visible_part(operation, body)
    elif nothing := UNPROCESSED.get(operation):
        if body.endswith(nothing + b"}") or nothing in body:
            return b"{" + nothing + b"}"
    else:
        counts = dict.fromkeys(COUNTS.findall(body[:EDGE] + b" " + body[-EDGE:]))
        if len(counts) == 2:  # noqa: PLR2004
            return b"{" + b",".join(counts) + b"}"
    return visible_part(operation, body)


def _claim(params: dict[str, Any], context: Any, **_: Any) -> None:
    """Note the context of our request: the user's own handlers may send requests on the same client meanwhile."""
    in_flight = _of_caller()
    if in_flight is not None and in_flight.context is None:
        told = in_flight.told
        if params.get("TableName") is told.get("TableName", in_flight) or _is_told(told, params):
            in_flight.context = context


def _hide_items(params: dict[str, Any], context: Any, **_: Any) -> None:
    """Keep the parameters as the user's handlers left them, and leave the smallest that botocore accepts."""
    in_flight = _of_caller()
    if in_flight is not None and context is in_flight.context:
        in_flight.given = params
        if params != in_flight.parameters:
            in_flight.parameters = params.copy()
        _make_small(in_flight.request.operation, params)


def _show_items(params: dict[str, Any], context: Any, **_: Any) -> None:
    """Put the parameters back for botocore's own conversion."""
    in_flight = _of_caller()
    if in_flight is not None and context is in_flight.context:
        in_flight.is_converted = True
        small = _make_small(in_flight.request.operation, in_flight.parameters.copy())
        in_flight.parameters = merged(in_flight.parameters, small, params)
        params.clear()
        params.update(with_bytes(in_flight.parameters))


def _send_ours(params: dict[str, Any], context: Any, **_: Any) -> None:
    """Put our body in the place of the smallest one. Handlers may have changed the latter too, except for items."""
    in_flight = _of_caller()
    if in_flight is None:
        return
    if context is not in_flight.context:
        in_flight.foreign += 1
        return
    if not in_flight.is_converted:
        sent = in_flight.parameters
        small = _make_small(in_flight.request.operation, sent.copy())
        try:
            if (planned := from_json(params["body"])) != small:
                in_flight.parameters = sent = merged(sent, small, planned)
            params["body"] = to_json(sent, bytes_mode="base64")
        except ValueError as error:
            raise unsendable(in_flight.request, error) from None
        in_flight.given.update(sent)  # instruments around botocore's method read it afterwards
    in_flight.sent = True
    if in_flight.observation is not None:
        in_flight.observation.bytes_sent = len(params["body"])


def _take_theirs(response_dict: dict[str, Any], **_: Any) -> None:
    """Take the body of a successful response. botocore parses errors."""
    in_flight = _of_caller()
    if in_flight is None or not in_flight.sent or in_flight.foreign:
        return
    in_flight.is_parsing = True
    if in_flight.observation is not None:
        in_flight.observation.bytes_received = len(response_dict["body"])
    if response_dict["status_code"] // 100 == _GOOD and not in_flight.is_converted:
        operation = in_flight.request.operation
        in_flight.response = body = response_dict["body"]
        response_dict["body"] = _shown(operation, in_flight.parameters, body)
        expected = response_dict["headers"].get("x-amz-crc32")
        in_flight.is_checked = expected is not None
        in_flight.damaged = None
        if expected is not None:
            retries = in_flight.context["client_config"].retries
            if operation in WRITES or not retries or retries.get("mode") != "legacy":  # which compares it itself
                in_flight.damaged = damage_of(body, expected)


def damage_of(body: bytes, expected: str) -> dict[str, str] | None:
    """Return the checksums of a damaged body, None if it is intact. botocore compares them for its retries too."""
    actual = str(crc32(body))
    return None if expected == actual else {"expected_checksum": expected, "actual_checksum": actual}


def _see_attempt(
    response: tuple[Any, dict[str, Any]] | None, caught_exception: Exception | None, operation: Any, **_: Any
) -> None:
    """See the end of an attempt, before botocore decides about a retry.

    Note an unknown outcome. A request that must not be repeated then ends here: a retry could apply it twice.
    """
    in_flight = _of_caller()
    if in_flight is None or in_flight.foreign or not in_flight.sent:
        return
    if in_flight.observation is not None:
        in_flight.observation.attempts += 1
        if caught_exception is not None:
            in_flight.observation.bytes_received = 0
    in_flight.is_parsing = False
    is_failed = response is not None and response[0].status_code >= _SERVER_ERROR
    if caught_exception is None and not is_failed and in_flight.damaged is None:
        return
    maybe_sent = caught_exception is not None and not isinstance(caught_exception, NEVER_SENT)
    unknown = maybe_sent or is_failed or in_flight.damaged is not None
    in_flight.unknown |= unknown
    if not unknown or in_flight.request.repeatable:
        return
    if caught_exception is not None:
        raise caught_exception
    if is_failed and response is not None:
        raise ClientError(cast("Any", response[1]), operation.name)
    raise ChecksumError(checksum_type="crc32", **in_flight.damaged or {})


def _end_request(**_: Any) -> None:
    """See the end of a request. The innermost request ends first."""
    in_flight = _of_caller()
    if in_flight is not None and in_flight.foreign:
        in_flight.foreign -= 1


def send(client: Any, request: Request, observation: Observation | None = None) -> Any:
    """Send a request and return the reply, with attribute values in DynamoDB's JSON."""
    if clients_of_parent and any(client is each for each in clients_of_parent):
        raise forked(request)
    with InFlightRequest(request, observation) as in_flight:
        parsed = getattr(client, method_name(request.operation))(**in_flight.told)
    return in_flight.reply(client, parsed)
