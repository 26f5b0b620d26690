"""From an exception of botocore, or a damaged reply, to the failure that an operation receives."""

from __future__ import annotations

from typing import Any, cast

from botocore.exceptions import ClientError, HTTPClientError

from pydamodb._client.parsed_replies import reasons_as_sent
from pydamodb._core.exceptions import InvalidRequestError
from pydamodb._operations.requests import Request, RequestFailed


def failed(request: Request, error: Exception, *, unknown: bool) -> RequestFailed:
    """Return the failure of a request that ended with an exception of botocore."""
    if isinstance(error, ClientError):
        response = cast("dict[str, Any]", error.response)
        details: dict[str, str] = response.get("Error", {})
        if reasons := response.get("CancellationReasons"):
            response = {**response, "CancellationReasons": reasons_as_sent(reasons)}
        code, message = str(details.get("Code", "")), str(details.get("Message") or error)
        return RequestFailed(request, code, message, error, response=response, unknown=unknown)
    hint = "; is the client still open?" if type(error) is HTTPClientError else ""
    return RequestFailed(request, None, f"{error}{hint}", error, unknown=unknown)


def forked(request: Request) -> InvalidRequestError:
    """Return the error of a request on a client of the parent process."""
    message = (
        f"{request.operation} of {request.model_name}: this iterator, batch writer or transaction was started "
        f"before the process was forked: start it in the child process"
    )
    return InvalidRequestError(message, model_name=request.model_name)


def damaged(request: Request, problem: str) -> RequestFailed:
    """Return the failure of a request whose reply cannot be used. It may have done its work."""
    return RequestFailed(request, None, problem, None, unknown=True)


def unsendable(request: Request, error: ValueError) -> RequestFailed:
    """Return the failure of a request whose parameters have no form in JSON, so that nothing was sent."""
    if "depth exceeded" in str(error):
        problem = "a value is nested too deep: DynamoDB keeps 32 levels"
    else:
        problem = f"the table's name, or what a handler added, is without a form in JSON: {error}"
    return RequestFailed(request, None, f"{problem}. Nothing was sent", error)
