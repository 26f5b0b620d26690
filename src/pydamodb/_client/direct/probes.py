"""Asks botocore what it would send: a request that botocore builds and signs, and that is answered before it leaves.

All rules of botocore are thereby used: for regions, for endpoints, for the User-Agent. Its events are public.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse
from pydantic_core import from_json
from typing_extensions import NamedTuple

from pydamodb._client.direct.seen_requests import SeenRequest
from pydamodb._client.exchange import method_name
from pydamodb._core.exceptions import ConfigurationError

_NEVER_SENT = b"{}"
_SMALLEST: Mapping[str, Mapping[str, Any]] = {
    "DescribeTable": {},
    "SearchVectors": {"IndexName": "pydamodb", "SearchVector": [{"N": "0"}], "TopK": 1},
}
_KNOWN = {
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-target",
    "x-amzn-trace-id",
}
# What tracers add to follow a request into another service: DynamoDB does not go on with it.
_OF_TRACERS = re.compile(r"traceparent|tracestate|baggage|b3|x-b3-.*|x-datadog-.*|sentry-trace|uber-trace-id")


def no_direct_way(reason: str) -> ConfigurationError:
    """Return the error for what botocore does with requests, and the direct transport does not."""
    remedy = 'use transport="boto3", or a Table of boto3; for asynchronous models, an AsyncTable'
    return ConfigurationError(f'transport="direct" has no way to DynamoDB here: {reason}; {remedy}')


class Probed(NamedTuple):
    """What botocore sends to a table."""

    url: str
    user_agent: str
    region: str
    service: str


class _Raw(BytesIO):
    """The body of a response, as urllib3 hands it out."""

    def stream(self, **_: Any) -> Any:
        """Yield all of it."""
        yield self.read()


def probe(client: Any, table_name: str, operation: str = "DescribeTable") -> Probed:
    """Return what a client of botocore sends to a table. It sends nothing, and keeps nothing.

    SearchVectors has an endpoint of its own.

    Raises:
        ConfigurationError: A handler changes requests or answers them, or they have another signature.
        BotoCoreError: botocore cannot make the request.
    """
    signed: dict[str, str] = {}
    sent: list[tuple[Any, str]] = []  # requests, and their addresses before later handlers see them

    def note(signing_name: str, region_name: str, signature_version: Any, **_: Any) -> None:
        signed.update(service=signing_name, region=region_name, version=str(signature_version))

    def answer(request: Any, **_: Any) -> Any:
        if isinstance(request, SeenRequest):  # a real one, of another thread or of a handler
            return None
        sent.append((request, str(request.url)))
        no_headers: dict[str, str] = {}
        return AWSResponse(request.url, 200, no_headers, _Raw(_NEVER_SENT))

    events = client.meta.events
    events.register("before-sign.dynamodb", note)
    parameters = {"TableName": table_name, **_SMALLEST[operation]}
    events.register_first(f"before-send.dynamodb.{operation}", answer)  # before moto, and before the user's handlers
    try:
        getattr(client, method_name(operation))(**parameters)
    finally:
        events.unregister("before-sign.dynamodb", note)
        events.unregister(f"before-send.dynamodb.{operation}", answer)
    if not sent:
        raise no_direct_way("a handler answers requests before they are sent, as a Stubber does")
    if signed.get("version") != "v4":
        raise no_direct_way(f"requests have the signature {signed.get('version')}, and not v4")
    asked = next((each for each in sent if from_json(each[0].body) == parameters), None)
    if asked is None:
        raise no_direct_way("a handler changes the parameters of requests")
    headers = _headers(asked[0])
    added = {name.lower() for name in headers} - _KNOWN
    if unknown := sorted(name for name in added if not _OF_TRACERS.fullmatch(name)):
        raise no_direct_way(f"a handler adds headers to requests: {', '.join(unknown)}")
    return Probed(asked[1], headers["User-Agent"], signed["region"], signed["service"])


def _headers(request: Any) -> Mapping[str, str]:
    return {
        name: value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }
