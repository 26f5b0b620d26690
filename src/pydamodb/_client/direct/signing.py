"""Signs requests: AWS's signature version 4 of a POST with a JSON body. No I/O, and no clock: the caller has the time.

It signs the headers that botocore signs. The signing key is kept, as it changes only with the day and the secret.
"""

from __future__ import annotations

import hmac
import time
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import quote

CONTENT_TYPE = "application/x-amz-json-1.0"
# What RFC 2104 adds to the key of an HMAC, to each of its bytes.
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


class Keys(Protocol):
    """Credentials that do not change: those that botocore calls frozen."""

    @property
    def access_key(self) -> str:
        """The public part."""
        ...

    @property
    def secret_key(self) -> str:
        """What the signing key is made of."""
        ...

    @property
    def token(self) -> str | None:
        """The token of temporary credentials."""
        ...


class Signer:
    """Signs requests to one endpoint."""

    def __init__(self, host: str, region: str, service: str, path: str = "/") -> None:
        """`host` is the value of the header, with a port that is not the usual one."""
        self._host, self._region, self._service = host, region, service
        self._path = quote(path, safe="/~%")
        # Each is one value, which other threads see whole or not at all.
        self._kept_key: tuple[str, str, Any, Any] = ("", "", sha256(), sha256())
        self._kept_stamp: tuple[int, str] = (-1, "")

    def sign(self, target: str, body: bytes, keys: Keys, now: float) -> str:
        """Return the lines of the headers that depend on the time, the keys and the body."""
        second, stamp = self._kept_stamp
        if second != int(now):
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
            self._kept_stamp = (int(now), stamp)
        day, token = stamp[:8], keys.token
        signed = f"content-type:{CONTENT_TYPE}\nhost:{self._host}\nx-amz-date:{stamp}\n"
        names, sent = "content-type;host;x-amz-date", f"X-Amz-Date: {stamp}\r\n"
        if token:
            signed += f"x-amz-security-token:{' '.join(token.split())}\n"
            names += ";x-amz-security-token"
            sent += f"X-Amz-Security-Token: {token}\r\n"
        names += ";x-amz-target"
        canonical = (
            f"POST\n{self._path}\n\n{signed}x-amz-target:{target}\n\n{names}\n{sha256(body).hexdigest()}"
        ).encode()
        scope = f"{day}/{self._region}/{self._service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical).hexdigest()}"
        signature = self._signature(day, keys.secret_key, text.encode())
        return (
            f"{sent}Authorization: AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}\r\n"
        )

    def _signature(self, day: str, secret: str, text: bytes) -> str:
        """Return the HMAC of a text with the signing key: two hashes that begin with the key, which are kept.

        `hmac.digest` begins anew for each text, which takes half as long again.
        """
        kept_day, kept_secret, inner, outer = self._kept_key
        if kept_day != day or kept_secret != secret:
            key = b"AWS4" + secret.encode()
            for part in (day, self._region, self._service, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            padded = key.ljust(sha256().block_size, b"\0")
            inner, outer = sha256(padded.translate(_INNER)), sha256(padded.translate(_OUTER))
            self._kept_key = (day, secret, inner, outer)
        within, whole = inner.copy(), outer.copy()
        within.update(text)
        whole.update(within.digest())
        signature: str = whole.hexdigest()
        return signature
