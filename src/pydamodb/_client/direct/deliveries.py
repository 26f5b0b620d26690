"""The core of the direct transport: one request from its body to its reply, over all of its attempts. No I/O.

A driver asks for the bytes of an attempt, sends them, and hands over how it ended; it hears how long to wait, or that
there is a reply. Both drivers, and tests, do the same.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from pydamodb._client.direct.links import Link
from pydamodb._client.direct.quotas import COST, THROTTLED_COST, Quota
from pydamodb._client.direct.responses import Response
from pydamodb._client.direct.signing import Keys
from pydamodb._client.direct.verdicts import THROTTLED, Lost, Verdict, client_error, verdict_of
from pydamodb._client.exchange import read_reply
from pydamodb._client.failures import unsendable
from pydamodb._client.observing import Observation
from pydamodb._operations.requests import Request, RequestFailed

_LONGEST_PAUSE, _DOUBLED = 20.0, 10  # seconds; how often it takes at most to get there from the shortest
_MILLISECONDS = re.compile(r"[0-9]{1,9}")
_BASE, _THROTTLED_BASE = 0.025, 1.0  # seconds
_MOST_MORE = 5.0  # seconds that a server may add to a pause
_SKEW = 240  # seconds by which a clock must be wrong to be the reason of an error


class Terms:
    """What the requests of one client share: how often they are tried, the quota of retries, how wrong our clock is."""

    def __init__(self, config: Any, service_model: Any, exceptions: Any) -> None:
        """Take what botocore's client is configured for. Its default number of attempts is not that of DynamoDB."""
        self.attempts: int = (config.retries or {}).get("total_max_attempts") or 4
        self.quota = Quota()
        self.skew = 0.0  # seconds
        self.service_model, self.exceptions = service_model, exceptions


class Delivery:
    """One request. `reply` is set when it has succeeded."""

    __slots__ = (
        "_attempt",
        "_body",
        "_invocation",
        "_link",
        "_observation",
        "_paid",
        "_request",
        "_terms",
        "reply",
        "unknown",
    )

    def __init__(self, request: Request, terms: Terms, link: Link, observation: Observation | None = None) -> None:
        """Make the body. The observation, if the request is watched, gets what is known of each attempt.

        Raises:
            RequestFailed: The parameters have no form in JSON.
        """
        payload = request.payload
        if request.operation == "TransactWriteItems" and "ClientRequestToken" not in payload:
            payload = {**payload, "ClientRequestToken": _token()}
        try:
            self._body = to_json(payload, bytes_mode="base64")
        except ValueError as error:
            raise unsendable(request, error) from None
        self._request, self._terms, self._link = request, terms, link
        self._attempt, self._paid, self._invocation = 1, 0, _token()
        self._observation = observation
        self.unknown = False
        self.reply: Any = None

    def data(self, keys: Keys) -> bytes:
        """Return the bytes of the attempt."""
        if self._observation is not None:
            self._observation.see_attempt(self._attempt, len(self._body))
        about = (
            f"amz-sdk-invocation-id: {self._invocation}\r\n"
            f"amz-sdk-request: attempt={self._attempt}; max={self._terms.attempts}\r\n"
        )
        return self._link.request(self._request.operation, self._body, keys, about, self._terms.skew)

    def judge(self, outcome: Response | Lost) -> float | None:
        """Return None if the attempt has succeeded, or the seconds to wait before the next one.

        Raises:
            RequestFailed: There will be no reply.
        """
        terms = self._terms
        if self._observation is not None and isinstance(outcome, Response):
            _observe(self._observation, outcome)
        verdict = verdict_of(outcome, terms.service_model)
        if verdict is None and isinstance(outcome, Response):
            terms.quota.give(self._paid)
            self.reply = read_reply(
                self._request, outcome.body, self._request.payload, is_checked=outcome.checksum is not None
            )
            return None
        return self._next(outcome, verdict or Verdict(None))

    def _next(self, outcome: Response | Lost, verdict: Verdict) -> float:
        self.unknown |= verdict.unknown
        if self._request.repeatable or not verdict.unknown:
            pause = self._pause(outcome, verdict)
            if pause is not None:
                self._attempt += 1
                return pause
        parsed, request = verdict.parsed, self._request
        if parsed is None:
            raise RequestFailed(
                request, None, str(verdict.error), verdict.error, unknown=self.unknown
            ) from verdict.error
        about = parsed["ResponseMetadata"]
        about["RetryAttempts"] = self._attempt - 1
        if verdict.retry and self._attempt >= self._terms.attempts:
            about["MaxAttemptsReached"] = True
        error = client_error(parsed, request.operation, self._terms.exceptions)
        message = str(parsed["Error"]["Message"] or error)
        raise RequestFailed(request, verdict.code, message, error, response=parsed, unknown=self.unknown) from error

    def _pause(self, outcome: Response | Lost, verdict: Verdict) -> float | None:
        """Return the seconds to wait before another attempt, None if there is none. A retry is paid for."""
        terms = self._terms
        if self._attempt >= terms.attempts:
            return None
        if verdict.is_about_time and isinstance(outcome, Response) and self._learn_time(outcome.time()):
            return 0.0
        is_throttled = verdict.retry == THROTTLED
        cost = THROTTLED_COST if is_throttled else COST
        if verdict.retry is None or not terms.quota.take(cost):
            return None
        self._paid = cost
        base = _THROTTLED_BASE if is_throttled else _BASE
        doubled = base * 2.0 ** min(self._attempt - 1, _DOUBLED)
        pause = random.random() * min(doubled, _LONGEST_PAUSE)  # noqa: S311 - no secret
        asked = _asked_pause(outcome.headers()) if isinstance(outcome, Response) else None
        return pause if asked is None else max(pause, min(asked, _MOST_MORE + pause))

    def _learn_time(self, server_time: float | None) -> bool:
        """Set our clock by the server's, if it is far from it. An attempt with the right time may succeed."""
        if server_time is None:
            return False
        skew = server_time - time.time()
        is_news = abs(skew - self._terms.skew) > _SKEW
        if is_news:
            self._terms.skew = skew
        return is_news


def _observe(observation: Observation, response: Response) -> None:
    observation.bytes_received = len(response.body)
    observation.status_code = response.status
    observation.request_id = response.headers().get("x-amzn-requestid")


def _asked_pause(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the server asks to wait."""
    asked = headers.get("x-amz-retry-after", "")
    return int(asked) / 1000 if _MILLISECONDS.fullmatch(asked) else None


def _token() -> str:
    """Return a random UUID of version 4. Python's own takes three times as long."""
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
