"""What the end of an attempt means: the error that it is, whether a write may have happened, and whether to try again.

The rules are those of AWS's standard mode of retries, as botocore has them under `AWS_NEW_RETRIES_2026`.
"""

from __future__ import annotations

import http.client
import ssl
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    SSLError,
)
from pydantic_core import from_json
from typing_extensions import NamedTuple

from pydamodb._client.direct.responses import MalformedResponse, Response
from pydamodb._client.exchange import damage_of

_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TRANSIENT = frozenset(
    {"InternalServerError", "ReplicatedWriteConflictException", "RequestTimeout", "RequestTimeoutException"}
)
_TRANSIENT_STATUS = frozenset({500, 502, 503, 504})
_ABOUT_TIME = frozenset(
    {
        "AuthFailure",
        "InvalidSignatureException",
        "RequestExpired",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
_SUCCESS_BELOW, _SERVER_ERROR = 300, 500


class Lost(NamedTuple):
    """An attempt without a response. If it was `sent`, it may have done its work."""

    error: BotoCoreError
    sent: bool


class Verdict(NamedTuple):
    """The end of an attempt that failed. `parsed` is DynamoDB's error as botocore parses it, with its code.

    `unknown` means that the attempt may have done its work. `retry` is None if another attempt makes no sense.
    `is_about_time` means that a wrong clock may be the reason.
    """

    error: BotoCoreError | None
    parsed: dict[str, Any] | None = None
    unknown: bool = False
    retry: str | None = None
    is_about_time: bool = False

    @property
    def code(self) -> str | None:
        """The error code, None without an intact response."""
        return None if self.parsed is None else str(self.parsed["Error"]["Code"])


THROTTLED, TRANSIENT = "throttled", "transient"


def verdict_of(outcome: Response | Lost, model: Any) -> Verdict | None:
    """Return what the end of an attempt means, None for a success. `model` is botocore's model of the service."""
    if isinstance(outcome, Lost):
        is_refused = isinstance(outcome.error.kwargs.get("error"), ssl.SSLCertVerificationError)
        return Verdict(outcome.error, unknown=outcome.sent, retry=None if is_refused else TRANSIENT)
    if (damage := _damage_of(outcome)) is not None:
        return Verdict(damage, unknown=True, retry=TRANSIENT)
    if outcome.status < _SUCCESS_BELOW:
        return None
    parsed = parsed_error(outcome, model)
    code, retry = parsed["Error"]["Code"], None
    if code in _THROTTLED:
        retry = THROTTLED
    elif code in _TRANSIENT or outcome.status in _TRANSIENT_STATUS:
        retry = TRANSIENT
    return Verdict(None, parsed, outcome.status >= _SERVER_ERROR, retry, code in _ABOUT_TIME)


def _damage_of(response: Response) -> ChecksumError | None:
    expected = response.checksum
    damage = None if expected is None else damage_of(response.body, expected.decode("latin-1"))
    return None if damage is None else ChecksumError(checksum_type="crc32", **damage)


def parsed_error(response: Response, model: Any) -> dict[str, Any]:
    """Return an error as botocore parses it, with the attribute values of DynamoDB's JSON."""
    headers, body = response.headers(), _object(response.body)
    text = response.body.decode("utf-8", "replace")
    if response.status >= _SERVER_ERROR and (not response.body or text.lstrip().startswith("<html>")):
        body = {"message": http.client.responses.get(response.status, "")}
    elif body is None:
        body = {"message": text}
    code = str(body.get("__type") or headers.get("x-amzn-errortype") or response.status)
    code = code.partition(":")[0].rpartition("#")[2]
    parsed: dict[str, Any] = {
        "Error": {"Message": body.get("message", body.get("Message", "")), "Code": code},
        "ResponseMetadata": {"HTTPStatusCode": response.status, "HTTPHeaders": headers},
    }
    if (identity := headers.get("x-amzn-requestid")) is not None:
        parsed["ResponseMetadata"]["RequestId"] = identity
    shape = model.shape_for_error_code(code)
    return parsed if shape is None else parsed | _parts(shape, body)


def _parts(shape: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of an error that have the form of botocore's model. Nobody could use the others."""
    parts: dict[str, Any] = {}
    for name, each in shape.members.items():
        if value.get(name) is not None:
            with suppress(AttributeError, TypeError, ValueError):
                parts[name] = _part(each, value[name])
    return parts


def _part(shape: Any, value: Any) -> Any:
    if shape.type_name == "structure":
        return _parts(shape, value)
    if shape.type_name == "map":
        return {key: _part(shape.value, each) for key, each in value.items()}
    if shape.type_name == "list":
        return [_part(shape.member, each) for each in value]
    if shape.type_name == "blob":
        return b64decode(value, validate=True)
    if shape.type_name == "string" and not isinstance(value, str):
        raise TypeError
    return value


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        parsed: Any = from_json(body)
    except ValueError:
        return None
    return cast("dict[str, Any]", parsed) if isinstance(parsed, dict) else None


def client_error(parsed: Mapping[str, Any], operation: str, exceptions: Any) -> ClientError:
    """Return the exception that a client of botocore raises for an error. `exceptions` are those of the client."""
    kind: type[ClientError] = exceptions.from_code(parsed["Error"]["Code"])
    return kind(cast("Any", parsed), operation)


def lost(url: str, error: Exception, *, connected: bool) -> Lost:
    """Return the end of an attempt with an error of the connection, as botocore's exception."""
    if isinstance(error, TimeoutError):
        timeout = ReadTimeoutError if connected else ConnectTimeoutError
        return Lost(timeout(endpoint_url=url, error=error), connected)
    if not connected:
        kind = SSLError if isinstance(error, ssl.SSLError) else EndpointConnectionError
        return Lost(kind(endpoint_url=url, error=error), sent=False)
    if isinstance(error, MalformedResponse):
        return Lost(HTTPClientError(error=error), sent=True)
    return Lost(ConnectionClosedError(endpoint_url=url, error=error), sent=True)
